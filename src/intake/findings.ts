import type { Bilingual } from '../kernel/text.ts';

/** Whether a row with the finding is left out of the import, imported and flagged, or repaired. */
export type Severity = 'refuse' | 'warn' | 'repaired';

/** What a clerk is told of a finding. Never the value itself: it may name or number a person. */
interface Finding {
  readonly severity: Severity;
  readonly wrong: Bilingual;
  readonly next: Bilingual;
}

/**
 * Every rule by which a row of a list is refused, flagged or repaired at intake, with what is told of
 * it: what is wrong, and what to do next. One table, so that a rule cannot be added without its words.
 *
 * The readers find the CSV faults, row-rules.ts what can be seen in one row, and the comparison with
 * the other rows and with what is already held finds the rest.
 */
export const FINDINGS = {
  // Of the file.
  CSV_COLUMN_COUNT: refuse(
    ['Dòng có số cột khác với dòng tiêu đề', 'The row has more or fewer fields than the header'],
    [
      'Kiểm tra dấu phẩy thừa hoặc thiếu; nội dung có dấu phẩy phải đặt trong dấu ngoặc kép',
      'Look for a comma too many or too few; a text with a comma stands in quotation marks',
    ],
  ),
  CSV_BAD_UTF8: refuse(
    ['Dòng có ký tự không phải UTF-8', 'The row has bytes that are not UTF-8'],
    [
      'Lưu lại tệp với bảng mã UTF-8 rồi nộp lại',
      'Save the file in the encoding UTF-8 and send it again',
    ],
  ),
  CSV_UNCLOSED_QUOTE: refuse(
    [
      'Dấu ngoặc kép mở mà không đóng đúng chỗ',
      'A quotation mark is not closed where it should be',
    ],
    [
      'Đóng dấu ngoặc kép, hoặc viết đôi dấu ngoặc kép nằm trong nội dung',
      'Close the quotation mark, or double the one that belongs to the text',
    ],
  ),

  // Of the list that the row stands in.
  ENROLMENT_REF_INVALID: refuse(
    ['Mã hồ sơ trống hoặc có ký tự lạ', 'The file number is empty or has odd characters'],
    [
      'Ghi mã hồ sơ bằng chữ, số và các dấu . _ - /, không quá 64 ký tự',
      'Write the file number with letters, digits and . _ - / only, at most 64 characters',
    ],
  ),
  ROW_OTHER_PERIOD: refuse(
    ['Dòng thuộc tháng khác với danh sách', 'The row is for another month than the list'],
    [
      'Bỏ dòng khỏi danh sách này, hoặc ghi đúng tháng chi trả',
      'Take the row out of this list, or write the month that is paid',
    ],
  ),
  PROVINCE_DIFFERS: refuse(
    ['Dòng thuộc tỉnh khác với danh sách', 'The row is for another province than the list'],
    [
      'Chuyển dòng về danh sách của tỉnh đó, hoặc ghi đúng mã tỉnh',
      'Move the row to the list of that province, or write the right province code',
    ],
  ),
  PROGRAMME_UNKNOWN: refuse(
    ['Không rõ chương trình, hoặc không có chương trình này', 'No programme of ours is named'],
    [
      'Ghi ở tiêu đề danh sách, hoặc ở cột Chế độ: Trợ giúp xã hội, Hưu trí xã hội, Trợ cấp thất nghiệp, Người có công',
      'Name it in the title of the list, or in a column of programmes: assistance, pension, unemployment or merit, as the form has them',
    ],
  ),
  FIELD_NOT_OF_PROGRAMME: refuse(
    [
      'Ô này không thuộc chương trình hoặc diện hưởng của dòng mà lại có nội dung',
      'A field is filled that does not belong to the programme or ground of the row',
    ],
    [
      'Xem lại chương trình và diện hưởng; nếu đúng thì để trống ô',
      'Check programme and ground; if they are right, leave the field empty',
    ],
  ),

  // Of any text.
  ZERO_WIDTH_CHARACTER: repair(
    ['Có ký tự ẩn không nhìn thấy', 'There is an invisible character in the text'],
    ['Xóa nội dung ô và gõ lại', 'Clear the field and type it again'],
  ),
  BIDI_CONTROL: refuse(
    [
      'Có ký tự đảo chiều chữ, có thể làm người đọc nhìn sai',
      'A character turns the direction of the text, so that people read it wrongly',
    ],
    [
      'Xóa nội dung ô và gõ lại theo giấy tờ gốc',
      'Clear the field and type it again from the original paper',
    ],
  ),
  CONTROL_CHARACTER: refuse(
    ['Có ký tự điều khiển trong nội dung', 'There is a control character in the text'],
    ['Xóa nội dung ô và gõ lại', 'Clear the field and type it again'],
  ),
  LINE_BREAK_IN_TEXT: repair(
    ['Nội dung bị ngắt xuống dòng', 'There is a line break inside the text'],
    [
      'Viết trên một dòng, giữa các từ một dấu cách',
      'Write it on one line, one space between words',
    ],
  ),

  // Of names.
  NAME_MISSING: refuse(
    ['Thiếu họ và tên', 'The name is missing'],
    ['Ghi họ và tên theo căn cước', 'Write the name as the identity card has it'],
  ),
  NAME_TOO_LONG: refuse(
    ['Tên dài quá 100 ký tự', 'The name is longer than 100 characters'],
    ['Chỉ ghi họ và tên của một người', 'Write the name of one person only'],
  ),
  NAME_SPACES: repair(
    [
      'Tên có dấu cách thừa ở đầu, ở cuối hoặc giữa các từ',
      'The name has spaces too many at its beginning, at its end or between words',
    ],
    ['Để đúng một dấu cách giữa các từ', 'Leave exactly one space between words'],
  ),
  NAME_NFD: repair(
    ['Tên dùng kiểu chữ Unicode tổ hợp', 'The name is written in decomposed Unicode'],
    [
      'Chuyển sang Unicode dựng sẵn rồi nộp lại',
      'Convert it to precomposed Unicode (NFC) and send it again',
    ],
  ),
  NAME_ETH: repair(
    ['Chữ Đ trong tên là một chữ khác nhìn giống Đ', 'The Đ in the name is another letter like it'],
    ['Gõ lại chữ Đ bằng bộ gõ tiếng Việt', 'Type the Đ again with a Vietnamese keyboard'],
  ),
  NAME_TCVN3: repair(
    ['Chữ gõ bằng bảng mã cũ TCVN3 (ABC)', 'The text is in the old encoding TCVN3 (ABC)'],
    ['Đã chuyển sang Unicode; xem lại chữ', 'It was turned into Unicode; look at it'],
  ),
  NAME_VNI: repair(
    ['Chữ gõ bằng bảng mã cũ VNI', 'The text is in the old encoding VNI'],
    ['Đã chuyển sang Unicode; xem lại chữ', 'It was turned into Unicode; look at it'],
  ),
  NAME_CP1258: repair(
    ['Chữ gõ bằng bảng mã cũ Windows-1258', 'The text is in the old encoding windows-1258'],
    ['Đã chuyển sang Unicode; xem lại chữ', 'It was turned into Unicode; look at it'],
  ),
  TEXT_ENCODING_UNSURE: refuse(
    [
      'Chữ gõ bằng bảng mã cũ, đọc theo TCVN3 (ABC) và VNI ra hai nội dung khác nhau',
      'The text is in an old encoding, and says different things in TCVN3 (ABC) and in VNI',
    ],
    ['Gõ lại bằng Unicode', 'Type it again in Unicode'],
  ),
  NAME_CASE: repair(
    [
      'Tên viết toàn chữ in hoa hoặc toàn chữ thường',
      'The name is all in capitals or small letters',
    ],
    ['Viết hoa chữ cái đầu mỗi từ', 'Write the first letter of each word as a capital'],
  ),
  NAME_NOT_A_NAME: refuse(
    ['Tên có chữ số hoặc ký hiệu', 'The name has digits or symbols'],
    [
      'Ghi đúng họ và tên theo căn cước; nếu chữ bị lỗi phông thì chuyển sang Unicode',
      'Write the name as the identity card has it; convert it if it comes from an old font',
    ],
  ),
  FORMULA_TEXT_IN_NAME: refuse(
    [
      'Tên bắt đầu bằng dấu mà bảng tính hiểu là công thức',
      'The name begins with a sign that a spreadsheet takes for a formula',
    ],
    ['Ghi đúng họ và tên theo căn cước', 'Write the name as the identity card has it'],
  ),

  // Of the citizen number.
  CITIZEN_ID_MISSING: refuse(
    ['Thiếu số định danh cá nhân', 'The personal number is missing'],
    [
      'Ghi 12 chữ số trên căn cước; người chưa có thì làm thủ tục cấp số định danh',
      'Write the 12 digits of the identity card; who has none must be given a number first',
    ],
  ),
  CITIZEN_ID_CMND9: refuse(
    [
      'Đây là số chứng minh nhân dân 9 số, đã hết giá trị',
      'This is the 9-digit number of the old identity card, which is no longer valid',
    ],
    ['Ghi số định danh 12 chữ số của người đó', 'Write the 12-digit number of the same person'],
  ),
  CITIZEN_ID_SCIENTIFIC: refuse(
    [
      'Bảng tính đã đổi số định danh sang dạng rút gọn và làm mất chữ số',
      'A spreadsheet has shortened the personal number and digits are lost',
    ],
    [
      'Định dạng cột là văn bản rồi ghi lại 12 chữ số',
      'Set the column to text and write the 12 digits again',
    ],
  ),
  CITIZEN_ID_LEADING_ZERO_LOST: repair(
    ['Số định danh bị mất số 0 ở đầu', 'The personal number has lost the zeros at its beginning'],
    [
      'Định dạng cột là văn bản rồi ghi lại đủ 12 chữ số',
      'Set the column to text and write all 12 digits again',
    ],
  ),
  CITIZEN_ID_SEPARATORS: repair(
    [
      'Số định danh có dấu cách, dấu chấm hoặc gạch ngang',
      'The personal number has spaces, dots or dashes inside',
    ],
    ['Ghi 12 chữ số liền nhau', 'Write the 12 digits without a gap'],
  ),
  CITIZEN_ID_LETTER_O: repair(
    [
      'Số định danh có chữ cái viết thay chữ số',
      'The personal number has a letter in the place of a digit',
    ],
    [
      'Đối chiếu căn cước rồi ghi lại 12 chữ số',
      'Compare the identity card and write the 12 digits again',
    ],
  ),
  CITIZEN_ID_LENGTH: refuse(
    ['Số định danh không phải 12 chữ số', 'The personal number is not 12 digits'],
    [
      'Đối chiếu căn cước rồi ghi đủ 12 chữ số',
      'Compare the identity card and write all 12 digits',
    ],
  ),
  CITIZEN_ID_SEX_MISMATCH: refuse(
    ['Số định danh cho biết giới tính khác', 'The personal number says another sex'],
    [
      'Đối chiếu căn cước, sửa số định danh hoặc giới tính',
      'Compare the identity card and correct the number or the sex',
    ],
  ),
  CITIZEN_ID_BIRTH_YEAR_MISMATCH: refuse(
    ['Số định danh cho biết năm sinh khác', 'The personal number says another year of birth'],
    [
      'Đối chiếu căn cước, sửa số định danh hoặc ngày sinh',
      'Compare the identity card and correct the number or the birth date',
    ],
  ),
  CITIZEN_ID_PLACE_UNKNOWN: warn(
    [
      'Ba số đầu của số định danh không phải mã tỉnh nào của Việt Nam',
      'The first three digits of the personal number are the code of no province',
    ],
    [
      'Xem người đó có khai sinh ở nước ngoài không; nếu không thì đối chiếu căn cước',
      'See whether the birth was registered abroad; if not, compare the identity card',
    ],
  ),
  FULL_WIDTH_DIGITS: repair(
    ['Số được gõ bằng chữ số toàn giác', 'The digits are full-width ones'],
    ['Gõ lại bằng chữ số thường', 'Type them again as plain digits'],
  ),
  TEXT_APOSTROPHE: repair(
    ['Có dấu nháy đơn ở đầu số', 'There is an apostrophe before the number'],
    ['Xóa dấu nháy, chỉ để chữ số', 'Remove the apostrophe and leave the digits'],
  ),

  // Of sex and dates.
  SEX_MISSING: repair(
    ['Thiếu giới tính', 'The sex is missing'],
    ['Ghi male hoặc female theo căn cước', 'Write male or female as the identity card has it'],
  ),
  SEX_SPELLING: repair(
    ['Giới tính không đúng mẫu', 'The sex is not written as the template asks'],
    ['Ghi male (nam) hoặc female (nữ)', 'Write male or female'],
  ),
  SEX_UNKNOWN: refuse(
    ['Không xác định được giới tính', 'The sex cannot be told'],
    ['Ghi Nam hoặc Nữ theo căn cước', 'Write the sex as the identity card has it'],
  ),
  BIRTH_DATE_MISSING: refuse(
    ['Thiếu ngày sinh và năm sinh', 'Birth date and birth year are missing'],
    [
      'Ghi ngày sinh, hoặc năm sinh nếu chỉ biết năm',
      'Write the birth date, or the year when no more is known',
    ],
  ),
  BIRTH_DATE_FUTURE: refuse(
    ['Ngày sinh sau kỳ chi trả', 'The birth date lies after the month that is paid'],
    ['Đối chiếu căn cước rồi sửa ngày sinh', 'Compare the identity card and correct the date'],
  ),
  BIRTH_DATE_IMPLAUSIBLE: refuse(
    ['Theo ngày sinh thì người này quá 120 tuổi', 'By the birth date the person is older than 120'],
    ['Đối chiếu căn cước rồi sửa ngày sinh', 'Compare the identity card and correct the date'],
  ),
  DATE_FORMAT: repair(
    ['Thiếu ngày, hoặc ngày không đúng mẫu', 'The date is missing or not written as asked'],
    [
      'Ghi ngày/tháng/năm, như 20/04/1961; tệp CSV chuẩn ghi 1961-04-20',
      'Write it as day/month/year, such as 20/04/1961; in the canonical CSV as 1961-04-20',
    ],
  ),
  DATE_UNREADABLE: refuse(
    ['Thiếu ngày, hoặc ngày không đọc được', 'The date is missing or cannot be read'],
    ['Ghi ngày theo dạng ngày/tháng/năm', 'Write the date as day/month/year'],
  ),
  DATE_MONTH_FIRST: repair(
    ['Ngày ghi tháng trước ngày sau', 'The date has its month before its day'],
    ['Ghi ngày trước, tháng sau', 'Write the day first'],
  ),
  DATE_CELL_FORMAT_US: warn(
    [
      'Ô ngày hiển thị tháng trước, có thể đã đảo ngày và tháng',
      'The cell shows its month first: day and month may have been swapped',
    ],
    ['Đối chiếu giấy tờ gốc', 'Compare the original paper'],
  ),
  DATE_TWO_DIGIT_YEAR: repair(
    ['Năm chỉ ghi hai chữ số', 'The year has two digits only'],
    ['Ghi đủ bốn chữ số của năm', 'Write all four digits of the year'],
  ),
  DATE_SERIAL_NUMBER: repair(
    ['Ngày hiện thành số thứ tự của bảng tính', 'A day number of a spreadsheet in place of a date'],
    ['Định dạng ô là ngày', 'Set the cell to a date'],
  ),
  DATE_IMPOSSIBLE: refuse(
    ['Lịch không có ngày này', 'The calendar has no such day'],
    ['Xem lại giấy tờ gốc rồi sửa ngày', 'Look at the original paper and correct the date'],
  ),
  MONTH_FORMAT: repair(
    ['Thiếu tháng, hoặc tháng không đúng mẫu', 'The month is missing or not written as asked'],
    [
      'Ghi tháng/năm, như 07/2026; tệp CSV chuẩn ghi 2026-07',
      'Write it as month/year, such as 07/2026; in the canonical CSV as 2026-07',
    ],
  ),
  MONTH_UNREADABLE: refuse(
    ['Thiếu tháng, hoặc tháng không đọc được', 'The month is missing or cannot be read'],
    ['Ghi tháng theo dạng tháng/năm', 'Write the month as month/year'],
  ),

  // Of ground and decision.
  COMMUNE_UNKNOWN: refuse(
    [
      'Tỉnh không có xã, phường mang tên hoặc mã này',
      'The province has no commune of this name or code',
    ],
    [
      'Ghi tên hoặc mã xã, phường theo danh mục từ ngày 01/7/2025',
      'Write the name or code that the list valid from 1 July 2025 has',
    ],
  ),
  COMMUNE_SPELLING: repair(
    ['Tên xã, phường viết không đúng mẫu', 'The commune is not written as its name is'],
    ['Ghi đủ Xã hoặc Phường và tên', 'Write the name as the list of communes has it'],
  ),
  COMMUNE_OLD_NAME: repair(
    [
      'Tên xã, phường của trước ngày 01/7/2025, đã nhập trọn vào một xã, phường mới',
      'A commune of before 1 July 2025 that went whole into one new commune',
    ],
    ['Ghi tên xã, phường mới', 'Write the new commune'],
  ),
  COMMUNE_OLD_SPLIT: refuse(
    [
      'Xã, phường của trước ngày 01/7/2025 đã chia vào nhiều xã, phường mới',
      'A commune of before 1 July 2025 that was divided between several new ones',
    ],
    [
      'Xác định nơi cư trú rồi ghi tên mới',
      'Find out where the person lives and write the new name',
    ],
  ),
  GROUND_UNKNOWN: refuse(
    ['Chương trình không có diện hưởng này', 'The programme has no ground of this code'],
    [
      'Chọn mã diện trong danh mục của chương trình',
      'Choose a code from the table of the programme',
    ],
  ),
  GROUND_SPELLING: repair(
    ['Mã diện viết khác mẫu', 'The code of the ground is written in another way'],
    [
      'Ghi mã diện như trong danh mục, như K6_N',
      'Write the code as the table has it, such as K6_N',
    ],
  ),
  GROUND_AGE_MISMATCH: refuse(
    ['Tuổi không hợp với diện hưởng', 'The age does not fit the ground'],
    [
      'Xem lại ngày sinh; nếu đúng thì phải có quyết định chuyển diện hưởng',
      'Check the birth date; if it is right, a decision must change the ground',
    ],
  ),
  COEFFICIENT_MISMATCH: refuse(
    [
      'Hệ số không phải hệ số của diện hưởng, hoặc không khớp số con',
      'The coefficient is not that of the ground, or does not agree with the children',
    ],
    [
      'Đối chiếu quyết định rồi sửa diện hưởng, hệ số hoặc số con',
      'Compare the decision and correct ground, coefficient or number of children',
    ],
  ),
  DECIMAL_COMMA: repair(
    ['Hệ số dùng dấu phẩy thập phân', 'The coefficient has a decimal comma'],
    ['Dùng dấu chấm, ví dụ 1.5', 'Use a point, as in 1.5'],
  ),
  DECISION_NO_MISSING: refuse(
    ['Thiếu số quyết định hưởng', 'The number of the decision is missing'],
    ['Ghi số quyết định', 'Write the number of the decision'],
  ),
  DECISION_DATE_AFTER_PERIOD: refuse(
    ['Quyết định ký sau kỳ chi trả', 'The decision was made after the month that is paid'],
    [
      'Xem lại ngày quyết định; nếu đúng thì đưa vào danh sách tháng sau',
      'Check the date; if it is right, put the row into the list of a later month',
    ],
  ),
  DECISION_BEFORE_BIRTH: refuse(
    ['Quyết định ký trước ngày sinh', 'The decision was made before the birth'],
    ['Xem lại ngày quyết định và ngày sinh', 'Check the dates of decision and birth'],
  ),
  ENTITLED_FROM_AFTER_PERIOD: refuse(
    ['Tháng bắt đầu hưởng sau kỳ chi trả', 'The first month due is after the month that is paid'],
    [
      'Xem lại tháng hưởng; nếu đúng thì đưa vào danh sách tháng đó',
      'Check the month; if it is right, put the row into the list of that month',
    ],
  ),

  // Of amounts.
  AMOUNT_TEXT: repair(
    ['Số tiền có dấu phân cách hoặc chữ', 'The amount has separators or words in it'],
    ['Chỉ ghi chữ số, ví dụ 540000', 'Write digits only, as in 540000'],
  ),
  AMOUNT_INVALID: refuse(
    [
      'Số tiền trống, không phải số, bằng không, âm hoặc lẻ dưới một đồng',
      'The amount is empty, no number, zero, negative or a fraction of a dong',
    ],
    [
      'Ghi bằng chữ số, đơn vị đồng, đúng theo quyết định',
      'Write it in digits, in dong, as the decision has it',
    ],
  ),
  AMOUNT_SUM_MISMATCH: warn(
    [
      'Mức tháng cộng truy lĩnh không bằng tổng cộng',
      'Monthly amount and arrears do not add up to the total',
    ],
    [
      'Tìm số sai trước khi duyệt; hệ thống tự tính số phải chi',
      'Find the wrong one before approval; what is paid is computed, not copied',
    ],
  ),
  AMOUNT_DIFFERS: warn(
    [
      'Mức tháng khác với mức tính theo quy định',
      'The monthly amount is not the one that the rules give',
    ],
    [
      'Đối chiếu quyết định; hệ thống chi theo số tự tính, không theo danh sách',
      'Compare the decision; what is paid is computed, not copied',
    ],
  ),

  // Of the payee.
  CHANNEL_MISSING: repair(
    ['Thiếu hình thức nhận tiền', 'The channel of payment is missing'],
    [
      'Ghi Tài khoản hoặc Tiền mặt tại bưu điện',
      'Write account, or cash at the post office, as the form has them',
    ],
  ),
  CHANNEL_UNKNOWN: refuse(
    ['Không có hình thức nhận tiền này', 'There is no such channel of payment'],
    [
      'Ghi Tài khoản hoặc Tiền mặt tại bưu điện',
      'Write account, or cash at the post office, as the form has them',
    ],
  ),
  CHANNEL_SPELLING: repair(
    ['Hình thức nhận tiền viết khác mẫu', 'The channel of payment is written in another way'],
    ['Ghi Tài khoản hoặc Tiền mặt tại bưu điện', 'Write the channel as the template has it'],
  ),
  BANK_MISSING: refuse(
    ['Nhận qua tài khoản mà thiếu ngân hàng', 'Paid to an account, but the bank is missing'],
    ['Hỏi lại người nhận rồi ghi mã ngân hàng', 'Ask the person and write the code of the bank'],
  ),
  BANK_UNKNOWN: refuse(
    ['Không có ngân hàng mang mã này', 'There is no bank of this code'],
    ['Ghi mã BIN 6 số của ngân hàng', 'Write the 6-digit BIN of the bank'],
  ),
  BANK_ALIAS: repair(
    [
      'Ngân hàng ghi bằng tên tắt, tên cũ hoặc kèm chi nhánh',
      'A short or old name of a bank, or one with a branch',
    ],
    ['Ghi tên ngân hàng theo danh mục', 'Write the bank as the list of banks has it'],
  ),
  BANK_AS_BIN: repair(
    ['Ngân hàng ghi bằng mã BIN', 'The BIN stands in the place of the bank'],
    ['Ghi tên ngân hàng theo danh mục', 'Write the bank as the list of banks has it'],
  ),
  BANK_AMBIGUOUS: refuse(
    ['Có hơn một ngân hàng mang tên này', 'More than one bank fits'],
    ['Ghi đủ tên ngân hàng', 'Write the whole name of the bank'],
  ),
  BANK_NOT_A_PAYEE_BANK: refuse(
    [
      'Kho bạc Nhà nước không mở tài khoản cho cá nhân',
      'The State Treasury holds no account of a citizen',
    ],
    ['Hỏi lại người nhận tài khoản ở ngân hàng nào', 'Ask the person which bank holds the account'],
  ),
  ACCOUNT_MISSING: refuse(
    ['Nhận qua tài khoản mà thiếu số tài khoản', 'Paid to an account, but its number is missing'],
    [
      'Hỏi lại số tài khoản, hoặc đổi sang nhận tiền mặt tại bưu điện',
      'Ask for the number, or change to cash at the post office',
    ],
  ),
  ACCOUNT_SCIENTIFIC: refuse(
    [
      'Bảng tính đã đổi số tài khoản sang dạng rút gọn và làm mất chữ số',
      'A spreadsheet has shortened the account number and digits are lost',
    ],
    [
      'Định dạng cột là văn bản rồi ghi lại số tài khoản',
      'Set the column to text and write the number again',
    ],
  ),
  ACCOUNT_SEPARATORS: repair(
    [
      'Số tài khoản có dấu cách, dấu chấm hoặc gạch ngang',
      'The account number has spaces, dots or dashes inside',
    ],
    ['Ghi các chữ số liền nhau', 'Write the digits without a gap'],
  ),
  ACCOUNT_LETTER_O: repair(
    [
      'Số tài khoản có chữ cái viết thay chữ số',
      'The account number has a letter in the place of a digit',
    ],
    ['Hỏi lại số tài khoản rồi ghi bằng chữ số', 'Ask for the number and write it in digits'],
  ),
  ACCOUNT_LENGTH: refuse(
    ['Số tài khoản không phải từ 6 đến 19 chữ số', 'The account number is not 6 to 19 digits'],
    ['Hỏi lại số tài khoản rồi ghi đủ', 'Ask for the number and write all of it'],
  ),
  ACCOUNT_AS_NUMBER: warn(
    [
      'Số tài khoản nằm trong ô số, có thể mất số 0 ở đầu',
      'The account number stands in a number cell: a zero at its beginning may be lost',
    ],
    ['Định dạng cột là văn bản rồi đối chiếu lại', 'Set the column to text and compare it'],
  ),
  ACCOUNT_HOLDER_MISSING: warn(
    ['Thiếu tên chủ tài khoản', 'The holder of the account is missing'],
    [
      'Hệ thống sẽ hỏi ngân hàng; ghi bổ sung nếu biết',
      'The bank is asked; write it if you know it',
    ],
  ),
  ACCOUNT_HOLDER_SPELLING: repair(
    [
      'Tên chủ tài khoản không phải chữ in hoa không dấu',
      'The holder of the account is not in capital letters without accents',
    ],
    [
      'Ghi in hoa, không dấu, như ngân hàng ghi',
      'Write it in capitals without accents, as banks do',
    ],
  ),
  ACCOUNT_HOLDER_DIFFERS: warn(
    [
      'Chủ tài khoản không phải người hưởng và không phải người nhận thay',
      'The holder is neither the recipient nor the person named to receive',
    ],
    [
      'Kiểm tra giấy ủy quyền, hoặc xin số tài khoản đúng chủ',
      'Look for an authorisation, or ask for an account of the right holder',
    ],
  ),
  ACCOUNT_ON_CASH_CHANNEL: warn(
    ['Nhận tiền mặt mà lại có tài khoản', 'Paid in cash, yet an account is given'],
    [
      'Kỳ này chi tiền mặt; nếu người đó muốn nhận qua tài khoản thì sửa hình thức nhận',
      'Cash is paid; change the channel if the person wants the account to be used',
    ],
  ),
  GUARDIAN_MISSING: refuse(
    [
      'Người hưởng dưới 16 tuổi mà không có người nhận thay',
      'The recipient is under 16 and nobody is named to receive',
    ],
    [
      'Ghi họ tên và số định danh của người nhận thay',
      'Write name and personal number of the person who receives',
    ],
  ),
  GUARDIAN_ID_INVALID: refuse(
    [
      'Người nhận thay không có số định danh 12 chữ số',
      'The person named to receive has no personal number of 12 digits',
    ],
    [
      'Ghi số định danh theo căn cước của người nhận thay',
      'Write the number from the identity card of that person',
    ],
  ),
  GUARDIAN_IS_RECIPIENT: refuse(
    ['Người nhận thay chính là người hưởng', 'The person named to receive is the recipient'],
    [
      'Ghi người nhận thay khác, hoặc để trống nếu người hưởng tự nhận',
      'Name another person, or nobody when the recipient receives in person',
    ],
  ),
  GUARDIAN_UNDER_AGE: refuse(
    ['Người nhận thay chưa đủ 18 tuổi', 'The person named to receive is under 18'],
    ['Ghi người nhận thay từ đủ 18 tuổi', 'Name a person of 18 or older'],
  ),
  PHONE_FORMAT: repair(
    ['Số điện thoại viết không đúng mẫu', 'The telephone number is written in another way'],
    ['Ghi 10 chữ số bắt đầu bằng 0', 'Write ten digits that begin with 0'],
  ),
  PHONE_INVALID: warn(
    [
      'Số điện thoại không phải 10 chữ số bắt đầu bằng 0; ô được để trống',
      'The telephone number is not 10 digits that begin with 0; the field is left empty',
    ],
    ['Ghi bổ sung số đúng nếu có', 'Write the right number if there is one'],
  ),

  // Of notes.
  FORMULA_TEXT_IN_NOTE: warn(
    [
      'Ghi chú bắt đầu bằng dấu mà bảng tính hiểu là công thức; chỉ được lưu như chữ',
      'The note begins with a sign that a spreadsheet takes for a formula; kept as text only',
    ],
    ['Viết lại ghi chú bằng lời nếu cần', 'Write the note again in words if it is needed'],
  ),
  MARKUP_IN_NOTE: warn(
    [
      'Ghi chú có mã máy tính; chỉ được lưu như chữ',
      'The note has program code in it; kept as text only',
    ],
    [
      'Hỏi người lập danh sách vì sao có nội dung này',
      'Ask who prepared the list where it is from',
    ],
  ),
  NOTE_SAYS_DECEASED: refuse(
    [
      'Ghi chú nói người hưởng đã mất trước kỳ chi trả; không còn được chi',
      'The note says that the recipient died before the month that is paid: nothing is due',
    ],
    [
      'Đối chiếu khai tử; lập quyết định thôi hưởng và mai táng phí nếu đúng',
      'Check the civil register; if it is so, decide cessation and the funeral allowance',
    ],
  ),
  NOTE_SAYS_DECEASED_IN_PERIOD: warn(
    [
      'Ghi chú nói người hưởng mất trong kỳ chi trả; tháng này vẫn được chi',
      'The note says that the recipient died in the month that is paid: it is still due',
    ],
    [
      'Đối chiếu khai tử và dừng chi từ tháng sau',
      'Check the civil register and stop payment from the next month',
    ],
  ),
  NOTE_MENTIONS_DEATH: warn(
    [
      'Ghi chú nhắc đến việc qua đời nhưng không rõ của ai hoặc ngày nào',
      'The note speaks of a death, but not clearly of whose or when',
    ],
    [
      'Xác minh người hưởng còn sống trước khi duyệt',
      'Make sure before approval that the recipient lives',
    ],
  ),
  NOTE_SAYS_MOVED: warn(
    ['Ghi chú nói người hưởng đã chuyển đi', 'The note says that the recipient moved away'],
    [
      'Xác minh nơi cư trú; chuyển hồ sơ đến nơi mới nếu đúng',
      'Check the residence; if it is so, move the file to the new place',
    ],
  ),

  // Of unemployment benefit.
  NUMBER_INVALID: refuse(
    ['Ô này phải là một số nguyên dương', 'The field must be a whole number from 1'],
    ['Chỉ ghi chữ số theo quyết định', 'Write digits only, as the decision has them'],
  ),
  UI_TOO_FEW_MONTHS: refuse(
    [
      'Đóng bảo hiểm thất nghiệp chưa đủ 12 tháng',
      'Fewer than 12 months of unemployment insurance',
    ],
    [
      'Đối chiếu sổ bảo hiểm xã hội; không đủ thì không được hưởng',
      'Compare the insurance book; with fewer months nothing is due',
    ],
  ),
  UI_REGION_UNKNOWN: refuse(
    ['Vùng lương tối thiểu không phải I đến IV', 'The wage region is not one of I to IV'],
    ['Ghi I, II, III hoặc IV', 'Write I, II, III or IV'],
  ),
  UI_REGION_SPELLING: repair(
    ['Vùng lương tối thiểu viết khác mẫu', 'The wage region is written in another way'],
    ['Ghi I, II, III hoặc IV', 'Write I, II, III or IV'],
  ),
  UI_OVER_CAP: warn(
    [
      'Mức hưởng cao hơn năm lần lương tối thiểu vùng của tháng đóng cuối',
      'The amount is above five times the minimum wage of the last contributed month',
    ],
    ['Đối chiếu quyết định hưởng', 'Compare the decision'],
  ),
  UI_LAST_MONTH_AFTER_START: refuse(
    [
      'Tháng đóng cuối sau ngày bắt đầu hưởng',
      'The last contributed month is after the first day of benefit',
    ],
    ['Xem lại tháng đóng cuối và ngày bắt đầu hưởng', 'Check the month and the first day'],
  ),
  UI_TERM_OVER: refuse(
    [
      'Tháng hưởng thứ vượt quá số tháng được hưởng',
      'The benefit month is above the number of months due',
    ],
    [
      'Đã hết thời gian hưởng; bỏ dòng khỏi danh sách hoặc sửa theo quyết định',
      'The benefit is over: take the row out, or correct it by the decision',
    ],
  ),
  UI_TERM_DIFFERS: warn(
    [
      'Tổng số tháng hưởng khác với số tính từ thời gian đóng',
      'The number of benefit months is not the one that the contributed months give',
    ],
    ['Đối chiếu quyết định hưởng', 'Compare the decision'],
  ),
  UI_NOT_STARTED: refuse(
    ['Bắt đầu hưởng sau kỳ chi trả', 'The benefit begins after the month that is paid'],
    [
      'Đưa vào danh sách của tháng bắt đầu hưởng',
      'Put the row into the list of the month it begins',
    ],
  ),

  // Of the cells of a workbook.
  FORMULA_CELL: warn(
    ['Ô là công thức; lấy kết quả đã lưu', 'The cell is a formula; its stored result is taken'],
    ['Dán lại ô dưới dạng giá trị', 'Paste the cell as a value'],
  ),
  FORMULA_NO_VALUE: refuse(
    ['Ô là công thức chưa có kết quả', 'The cell is a formula without a stored result'],
    [
      'Mở tệp, tính lại rồi lưu, hoặc dán giá trị',
      'Open the file, calculate and save it, or paste the value',
    ],
  ),
  CELL_ERROR_VALUE: refuse(
    ['Ô báo lỗi của bảng tính', 'The cell has an error of the spreadsheet'],
    ['Ghi lại giá trị đúng', 'Write the right value'],
  ),
  MERGED_DOWN: repair(
    [
      'Ô gộp với dòng trên; lấy giá trị chung',
      'The cell is merged with the row above and has its value',
    ],
    ['Bỏ gộp ô và ghi từng dòng', 'Unmerge the cells and write each row'],
  ),
  MERGED_IDENTITY: refuse(
    [
      'Họ tên, số định danh hoặc tài khoản gộp với dòng trên; dòng này không có riêng',
      'Name, number or account is merged with the row above: the row has none of its own',
    ],
    ['Bỏ gộp ô và ghi của đúng người này', 'Unmerge the cells and write those of this person'],
  ),
  HIDDEN_ROW: warn(
    ['Dòng đang bị ẩn trong bảng tính', 'The row is hidden in the workbook'],
    ['Xem lại vì sao dòng bị ẩn', 'Find out why the row is hidden'],
  ),
  SHEET_TOTAL_MISMATCH: warn(
    ['Tổng in trên bảng không bằng tổng các dòng', 'The printed total is not the sum of the rows'],
    ['Tính lại dòng tổng cộng', 'Calculate the total again'],
  ),
  TOTAL_WORDS_DIFFER: warn(
    ['Số tiền bằng chữ không khớp với tổng cộng', 'The amount in words is not the printed total'],
    ['Ghi lại số tiền bằng chữ', 'Write the amount in words again'],
  ),

  // Found beside the other rows.
  DUPLICATE_ENROLMENT: refuse(
    [
      'Cùng người, chương trình và diện hưởng đã có ở dòng trước',
      'An earlier row has the same person, programme and ground',
    ],
    ['Bỏ dòng trùng; dòng đầu vẫn được chi', 'Take the row out; the first one stands'],
  ),
  ENROLMENT_REF_TWICE: refuse(
    ['Mã hồ sơ đã có ở dòng trước', 'An earlier row has the same file number'],
    [
      'Ghi đúng mã hồ sơ của từng dòng, hoặc bỏ dòng trùng',
      'Write the file number of each row, or take the row out',
    ],
  ),
  DUPLICATE_ID_TWO_PEOPLE: refuse(
    [
      'Một số định danh ghi cho hai người khác tên',
      'One personal number is given for two different names',
    ],
    [
      'Đối chiếu căn cước của cả hai rồi sửa dòng sai',
      'Compare the identity cards of both and correct the wrong row',
    ],
  ),
  EXCLUSIVE_PROGRAMMES: refuse(
    [
      'Một người vừa hưởng trợ giúp xã hội vừa hưởng hưu trí xã hội',
      'One person has both social assistance and social pension',
    ],
    ['Chỉ giữ chế độ có mức cao hơn', 'Keep only the one with the higher amount'],
  ),
  HIGHEST_GROUND_ONLY: refuse(
    [
      'Một người có hai diện trợ giúp xã hội mà luật chỉ chi diện cao nhất',
      'One person has two grounds of social assistance and only the highest is paid',
    ],
    ['Chỉ giữ diện có hệ số cao nhất', 'Keep only the ground with the highest coefficient'],
  ),
  ACCOUNT_SHARED_UNRELATED: warn(
    [
      'Một tài khoản nhận tiền cho nhiều người không liên quan',
      'One account receives for several people who have nothing in common',
    ],
    [
      'Kiểm tra giấy ủy quyền của từng người trước khi duyệt',
      'Look for the authorisation of each of them before approval',
    ],
  ),
  CHANNEL_DIFFERS: warn(
    [
      'Hình thức hoặc tài khoản nhận tiền khác với sổ đang quản lý; sổ chưa thay đổi',
      'Channel or account is another than the register has; the register is unchanged',
    ],
    [
      'Làm thủ tục đổi tài khoản có giấy tờ và hai người xác nhận',
      'Have the change made with its document, confirmed by two persons',
    ],
  ),
} as const satisfies Readonly<Record<string, Finding>>;

export type RuleCode = keyof typeof FINDINGS;

/** Why a row of a sheet is no row of a person. */
export const SKIPS = {
  BLANK_ROW: { vi: 'Dòng trống', en: 'Nothing in the row' },
  HEADER_REPEATED: { vi: 'Tiêu đề bảng lặp lại', en: 'The table heading again' },
  SECTION_ROW: { vi: 'Dòng tên nhóm', en: 'The name of a group written across the row' },
  TOTAL_ROW: { vi: 'Dòng cộng', en: 'A subtotal or total' },
  SHEET_OTHER_PERIOD: {
    vi: 'Bảng của tháng khác; không nhập dòng nào',
    en: 'The sheet is for another month; nothing of it is imported',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type SkipCode = keyof typeof SKIPS;

type Told = readonly [vi: string, en: string];

function refuse(wrong: Told, next: Told): Finding {
  return finding('refuse', wrong, next);
}

function repair(wrong: Told, next: Told): Finding {
  return finding('repaired', wrong, next);
}

function warn(wrong: Told, next: Told): Finding {
  return finding('warn', wrong, next);
}

function finding(severity: Severity, wrong: Told, next: Told): Finding {
  return {
    severity,
    wrong: { vi: wrong[0], en: wrong[1] },
    next: { vi: next[0], en: next[1] },
  };
}
