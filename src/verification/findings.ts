import type { Bilingual } from '../kernel/text.ts';

/** What a person is told of a finding. Never the value itself: it may name or number somebody. */
interface FindingWords {
  /** Block: not paid. Review: a person decides before payment. Notice: paid, and somebody is told. */
  readonly severity: 'block' | 'review' | 'notice';
  /** What waits for a person: the whole line, only its account, or nothing. */
  readonly holds: 'line' | 'account' | 'nothing';
  readonly wrong: Bilingual;
  readonly next: Bilingual;
}

/**
 * Every rule by which a line waits for a person, or a person is told of it. What a rule does is data
 * (the table finding_rule), and so a circular can change it without a release; the same stands here
 * beside the words, and a test holds the two together.
 */
export const VERIFICATION_FINDINGS = {
  // What the population database says.
  POP_UNAVAILABLE: block('line', [
    ['Chưa có câu trả lời của cơ sở dữ liệu dân cư', 'The population database has not answered'],
    ['Chạy lại bước xác minh khi dịch vụ hoạt động', 'Verify again when the service is up'],
  ]),
  POP_ID_NOT_FOUND: block('line', [
    ['Không có số định danh này', 'There is no such citizen number'],
    ['Xã kiểm tra lại số định danh với giấy tờ', 'The commune checks the number with the papers'],
  ]),
  POP_ID_REPLACED: review('line', [
    [
      'Số định danh đã bị hủy và thay bằng số khác',
      'The citizen number was cancelled and replaced',
    ],
    [
      'Hai người xác nhận số mới; giữ lại lịch sử',
      'Two persons confirm the new one; history is kept',
    ],
  ]),
  POP_NAME_DIFFERS: block('line', [
    ['Họ tên khác với cơ sở dữ liệu dân cư', 'The name is another than in the population database'],
    [
      'Xã sửa danh sách hoặc đề nghị sửa dữ liệu dân cư',
      'The commune corrects the list or the record',
    ],
  ]),
  POP_NAME_DOUBTFUL: review('line', [
    ['Họ tên gần giống, chưa chắc là một', 'The name is close to the registered one, not the same'],
    ['So với giấy tờ trước lần chi đầu tiên', 'Compare with the papers before the first payment'],
  ]),
  POP_BIRTH_DATE_DIFFERS: review('line', [
    ['Ngày sinh khác với cơ sở dữ liệu dân cư', 'The birth date differs from the registered one'],
    ['So với giấy tờ trước lần chi đầu tiên', 'Compare with the papers before the first payment'],
  ]),
  POP_BIRTH_YEAR_DIFFERS: review('line', [
    ['Năm sinh khác với cơ sở dữ liệu dân cư', 'The birth year differs from the registered one'],
    ['Xác nhận năm sinh rồi xét lại theo tuổi', 'Confirm the year; ages are then computed again'],
  ]),
  POP_RESIDENCE_DIFFERS: review('line', [
    ['Nơi thường trú khác với danh sách', 'The residence is another than on the list'],
    [
      'Nơi cũ chi đến khi có quyết định thôi hưởng, rồi chuyển hồ sơ',
      'The old commune pays until its stop decision; then the file moves',
    ],
  ]),
  POP_TWO_NUMBERS: review('line', [
    ['Một người có nhiều số định danh còn hiệu lực', 'One person has several live citizen numbers'],
    ['Chọn một số giữ lại; số kia không được ghi danh', 'Choose one; the other is never enrolled'],
  ]),
  POP_GUARDIAN_NOT_FOUND: block('line', [
    ['Không có số định danh của người nhận thay', 'There is no such number of who collects'],
    ['Chỉ định người nhận thay khác', 'Name another person to collect'],
  ]),

  // What banks say.
  BANK_UNAVAILABLE: block('account', [
    ['Chưa có câu trả lời của ngân hàng', 'The bank has not answered'],
    ['Chạy lại bước xác minh khi dịch vụ hoạt động', 'Verify again when the service is up'],
  ]),
  BANK_ACCOUNT_NOT_FOUND: block('account', [
    ['Ngân hàng không có tài khoản này', 'The bank has no such account'],
    ['Hỏi người nhận tiền qua xã', 'Ask the payee through the commune'],
  ]),
  BANK_ACCOUNT_CLOSED: block('account', [
    ['Tài khoản đã đóng', 'The account is closed'],
    ['Đề nghị tài khoản mới', 'Ask for a new account'],
  ]),
  BANK_ACCOUNT_BLOCKED: block('account', [
    ['Tài khoản bị phong tỏa', 'The account is blocked'],
    ['Kỳ này đề nghị nhận tiền mặt', 'Offer cash for this period'],
  ]),
  BANK_OTHER_HOLDER: block('account', [
    ['Tài khoản của người khác', 'The account is somebody else’s'],
    ['Cần giấy ủy quyền hoặc tài khoản mới', 'It needs an authorisation on file or a new account'],
  ]),
  BANK_HOLDER_OLD_ID: review('account', [
    ['Ngân hàng còn giữ số chứng minh cũ', 'The bank still keeps an old identity card number'],
    ['Người nhận tiền cập nhật giấy tờ tại ngân hàng', 'The payee updates the papers at the bank'],
  ]),
  BANK_JOINT_ACCOUNT: review('account', [
    ['Tài khoản chung của nhiều người', 'The account has several holders'],
    ['Hai người quyết định', 'Two persons decide'],
  ]),
  BANK_NAME_DOUBTFUL: review('account', [
    ['Tên chủ tài khoản gần giống, chưa chắc là một', 'The holder’s name is close, not the same'],
    ['Hai người so tên rồi quyết định', 'Two persons compare the names and decide'],
  ]),
  BANK_NAME_TRUNCATED: review('account', [
    ['Ngân hàng cắt ngắn tên chủ tài khoản', 'The bank has cut the holder’s name off'],
    [
      'Chấp nhận một lần nếu đúng số định danh',
      'Accept it once, if the citizen number is the same',
    ],
  ]),
  BANK_BIOMETRIC_MISSING: notice([
    [
      'Chủ tài khoản chưa xác thực sinh trắc học',
      'The holder’s biometrics are missing at the bank',
    ],
    [
      'Báo người nhận tiền: chưa xác thực thì chưa rút được',
      'Tell the payee: it stops withdrawals',
    ],
  ]),

  // What the list says.
  AMOUNT_DIFFERS: notice([
    ['Mức tính được khác số trên danh sách', 'What was assessed is not what the list claims'],
    ['Xem phần giải thích mức hưởng', 'Read the explanation of the assessment'],
  ]),

  // What is found by looking at all lines of the month.
  POP_DECEASED_BEFORE_PERIOD: block('line', [
    [
      'Đã chết trước kỳ chi trả mà còn trên danh sách',
      'Died before the period and is still listed',
    ],
    ['Thôi hưởng; thu hồi các tháng đã chi', 'End the enrolment; recover what was paid since'],
  ]),
  POP_DECEASED_IN_PERIOD: notice([
    ['Chết trong kỳ chi trả', 'Died within the period'],
    ['Vẫn chi kỳ này; thôi hưởng từ tháng sau', 'This period is paid; it ends with the next'],
  ]),
  POP_GUARDIAN_DECEASED: block('line', [
    ['Người nhận thay đã chết', 'Who collects has died'],
    ['Chỉ định người nhận thay khác', 'Name another person to collect'],
  ]),
  LINE_NOT_VERIFIED: block('line', [
    ['Chưa hỏi gì về người này trong kỳ', 'Nobody was asked about this person in the period'],
    ['Chạy lại bước xác minh', 'Verify again'],
  ]),
  LINE_WITHOUT_CHANNEL: block('line', [
    ['Không còn hình thức nhận tiền nào', 'There is no way by which the money would arrive'],
    ['Ghi tài khoản hoặc cho nhận tiền mặt', 'Enter an account or let it be paid in cash'],
  ]),
  LINE_TWO_PROGRAMMES: block('line', [
    ['Hưởng hai chế độ loại trừ nhau', 'Due from two programmes that exclude each other'],
    ['Giữ chế độ cao hơn, thôi hưởng chế độ kia', 'Keep the higher one and end the other'],
  ]),
  LINE_TWO_PROVINCES: review('line', [
    ['Tỉnh khác cũng đang chi', 'Another province pays as well'],
    ['Hai tỉnh thống nhất nơi chi', 'The two provinces agree on who pays'],
  ]),
  LINE_IN_CUSTODY: review('line', [
    ['Đang bị tạm giam hoặc chấp hành án', 'Held in custody or serving a sentence'],
    ['Xem quyết định; tạm dừng theo quy định', 'Read the decision; suspend as the law says'],
  ]),
  LINE_MOVED_AWAY: review('line', [
    ['Đã chuyển nơi cư trú', 'Has moved away'],
    ['Nơi cũ chi đến khi có quyết định thôi hưởng', 'The old commune pays until its stop decision'],
  ]),
  LINE_INSURANCE_DIFFERS: notice([
    [
      'Bảo hiểm xã hội ghi người này khác cơ sở dữ liệu dân cư',
      'Social insurance has this person otherwise than the population database',
    ],
    [
      'Báo người hưởng đến cơ quan bảo hiểm sửa',
      'Have the recipient put it right at social insurance',
    ],
  ]),
  ACCOUNT_OF_MANY: review('account', [
    ['Một tài khoản nhận cho nhiều người', 'One account receives for many people'],
    ['Đăng ký tài khoản chung hoặc đổi tài khoản', 'Register it as shared, or change the account'],
  ]),
  ACCOUNT_DORMANT: review('account', [
    ['Tài khoản lâu không dùng', 'Nobody has used the account for long'],
    ['Đến thăm người hưởng; quyền hưởng giữ nguyên', 'Visit the recipient; the right is kept'],
  ]),
  ACCOUNT_CHANGED_LATELY: review('account', [
    ['Tài khoản vừa được đổi', 'The account was changed lately'],
    ['Chờ hết thời gian chờ, đã báo cho số liên lạc cũ', 'Wait; the old contact has been told'],
  ]),
  ACCOUNT_NEW: notice([
    ['Lần chi đầu tiên vào tài khoản này', 'The first payment to this account'],
    ['Báo người nhận tiền', 'Tell the payee'],
  ]),
} as const satisfies Record<string, FindingWords>;

export type FindingCode = keyof typeof VERIFICATION_FINDINGS;

/** What is wrong and what to do next, each in Vietnamese and in English. */
type Words = readonly [wrong: readonly [string, string], next: readonly [string, string]];

function block(holds: 'line' | 'account', words: Words): FindingWords {
  return { severity: 'block', holds, ...both(words) };
}

function review(holds: 'line' | 'account', words: Words): FindingWords {
  return { severity: 'review', holds, ...both(words) };
}

function notice(words: Words): FindingWords {
  return { severity: 'notice', holds: 'nothing', ...both(words) };
}

function both([wrong, next]: Words): Pick<FindingWords, 'wrong' | 'next'> {
  return { wrong: { vi: wrong[0], en: wrong[1] }, next: { vi: next[0], en: next[1] } };
}
