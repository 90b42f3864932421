import type { Bilingual } from './text.ts';

/**
 * Every reason for which An Sinh declines to act, with what the outside is told.
 * One table, so that a new reason cannot be added without deciding its status and its words.
 */
export const REFUSALS = {
  'not-signed-in': {
    status: 401,
    vi: 'Phiên làm việc đã hết hoặc chưa đăng nhập; hãy đăng nhập để tiếp tục',
    en: 'You are not signed in, or your session is over; sign in to go on',
  },
  'sign-in-refused': {
    status: 401,
    vi: 'Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng; mỗi mã chỉ dùng một lần',
    en: 'Name, password or code is not right; a code is taken once only',
  },
  'outside-sign-in-refused': {
    status: 403,
    vi: 'Không đăng nhập được bằng định danh điện tử, hoặc định danh chưa được gắn với cán bộ; hãy báo người quản trị',
    en: 'The electronic identity did not sign you in, or is bound to nobody here; tell your administrator',
  },
  'outside-level-too-low': {
    status: 403,
    vi: 'Mức độ xác thực của định danh điện tử chưa đủ; hãy dùng mức đã nêu',
    en: 'The electronic identity does not vouch for you at the level that is needed',
  },
  'own-code-refused': {
    status: 401,
    vi: 'Mã hoặc 4 số cuối không đúng, hoặc mã đã dùng hay đã hết hạn; hãy kiểm tra lại phiếu, hoặc xin phiếu mới',
    en: 'The code or the four digits are not right, or the code was used or has ended; check the slip, or ask for another',
  },
  'own-page-closed': {
    status: 401,
    vi: 'Trang này đã đóng; hãy mở lại bằng mã trên phiếu mới',
    en: 'This page is closed; open it again with the code of a new slip',
  },
  'own-page-none': {
    status: 404,
    vi: 'Không có khoản chi trả nào gắn với số định danh này; hãy hỏi cán bộ xã',
    en: 'No payment belongs to this citizen number; ask the officer of your commune',
  },
  'code-refused': {
    status: 403,
    vi: 'Mã xác thực không đúng hoặc đã dùng; hãy chờ mã mới rồi nhập lại',
    en: 'The code is not right or was given before; wait for the next one',
  },
  'too-many-tries': {
    status: 429,
    vi: 'Đã thử quá nhiều lần; hãy chờ hết số phút đã nêu rồi thử lại',
    en: 'Too many tries; wait for the minutes named and try again',
  },
  'second-factor-needed': {
    status: 403,
    vi: 'Cần cài đặt mã xác thực bước hai trước khi làm việc này',
    en: 'Enrol a second factor before you do this',
  },
  'step-up-needed': {
    status: 403,
    vi: 'Cần nhập mã xác thực trong vòng 5 phút trước khi làm việc này; hãy nhập mã',
    en: 'This takes a code given within five minutes; enter one',
  },
  'password-not-possible': {
    status: 422,
    vi: 'Mật khẩu chưa đạt: cần ít nhất 12 ký tự, không chứa tên đăng nhập, không phải dãy dễ đoán',
    en: 'The password is not possible: at least 12 letters, not your name, not a run or a known one',
  },
  'person-unknown': {
    status: 404,
    vi: 'Không có người này, hoặc người này đã ngừng hoạt động',
    en: 'There is no such person, or they may not act any more',
  },
  'person-known-already': {
    status: 409,
    vi: 'Đã có người với tên đăng nhập hoặc số định danh này; một người chỉ có một tài khoản',
    en: 'There is a person of that name or number; one person has one account',
  },
  'person-not-possible': {
    status: 422,
    vi: 'Tên đăng nhập gồm 2–40 chữ thường không dấu, chữ số, dấu gạch; số định danh gồm 12 chữ số',
    en: 'A name has 2 to 40 plain small letters, digits or dashes; a citizen number has 12 digits',
  },
  'not-an-administrator': {
    status: 403,
    vi: 'Chỉ người quản trị trong phạm vi đơn vị đó được cấp hoặc thu hồi quyền',
    en: 'Only an administrator of that unit grants and revokes',
  },
  'grant-to-self': {
    status: 403,
    vi: 'Không ai tự cấp hoặc tự thay đổi quyền của chính mình',
    en: 'Nobody grants or changes rights of their own',
  },
  'grant-not-possible': {
    status: 409,
    vi: 'Người này đã có, hoặc không còn vai trò đó tại đơn vị đó',
    en: 'The person has that role in that unit already, or has it no more',
  },
  'permission-missing': {
    status: 403,
    vi: 'Vai trò của bạn không cho phép việc này; hãy liên hệ người quản trị',
    en: 'Your role does not allow this; ask your administrator',
  },
  'request-forged': {
    status: 403,
    vi: 'Yêu cầu không đến từ trang của An Sinh, hoặc trang đã cũ; hãy mở lại trang',
    en: 'The request did not come from a page of An Sinh, or the page is old; open it again',
  },
  'page-unknown': { status: 404, vi: 'Không có trang này', en: 'There is no such page' },
  'method-not-allowed': {
    status: 405,
    vi: 'Trang này không nhận yêu cầu kiểu đó',
    en: 'This page does not take that kind of request',
  },
  'form-malformed': {
    status: 400,
    vi: 'Biểu mẫu thiếu hoặc sai một trường; hãy sửa trường đã nêu',
    en: 'A field of the form is missing or wrong; correct the one that is named',
  },
  'request-too-large': {
    status: 413,
    vi: 'Nội dung gửi lên quá lớn',
    en: 'What was sent is too large',
  },
  'list-for-another-period': {
    status: 422,
    vi: 'Danh sách thuộc kỳ khác; hãy kiểm tra lại tệp đã chọn',
    en: 'The list is for another period; check which file was chosen',
  },
  'output-is-the-list': {
    status: 422,
    vi: 'Tệp kết quả trùng với danh sách đã nộp, nên sẽ ghi đè lên nó; hãy đặt tên khác',
    en: 'The file to write is the list itself, which it would replace; give it another name',
  },
  'list-malformed': {
    status: 422,
    vi: 'Danh sách không đúng mẫu; hãy dùng mẫu chuẩn rồi nộp lại',
    en: 'The list does not follow its format; use the template and send it again',
  },
  'list-without-headings': {
    status: 422,
    vi: 'Không tìm thấy dòng tiêu đề của bảng danh sách; cần ít nhất bốn cột quen thuộc, trong đó có họ và tên hoặc số định danh. Hãy thêm dòng tiêu đề, hoặc chép danh sách vào mẫu chuẩn',
    en: 'No row of headings was found; it takes four known columns, name or personal number among them. Add one, or copy the list into our form',
  },
  'list-without-people': {
    status: 422,
    vi: 'Danh sách có dòng tiêu đề nhưng không có dòng nào của người hưởng; hãy kiểm tra tệp và tờ tính',
    en: 'The list has headings and nobody under them; check the file and its sheets',
  },
  'list-columns-unknown': {
    status: 422,
    vi: 'Thiếu cột bắt buộc; nếu cột có tên khác, hãy khai báo cột đó một lần',
    en: 'A column that is needed was not found; if it has another name, map it once',
  },
  'list-says-no-period': {
    status: 422,
    vi: 'Danh sách không ghi tháng chi trả; hãy chọn tháng',
    en: 'The list does not say its month; name the month',
  },
  'list-says-no-province': {
    status: 422,
    vi: 'Danh sách không ghi tỉnh; hãy chọn tỉnh',
    en: 'The list does not say its province; name the province',
  },
  'cash-report-without-headings': {
    status: 422,
    vi: 'Không tìm thấy dòng tiêu đề: cần mã hồ sơ, số định danh, số tiền phải chi, kết quả, số tiền đã chi và còn lại',
    en: 'No row of headings was found: it takes file number, personal number, amount owed, result, amounts paid and left',
  },
  'cash-report-without-list': {
    status: 409,
    vi: 'Chưa có danh sách nào của tháng này chi tiền mặt; hãy kiểm tra tháng đã chọn',
    en: 'No list of this month pays anybody in cash; check which month was chosen',
  },
  'cash-report-of-another-month': {
    status: 409,
    vi: 'Tệp này đã được nhập cho tháng khác; hãy kiểm tra lại tệp đã chọn',
    en: 'This file was taken for another month; check which file was chosen',
  },
  'facts-without-headings': {
    status: 422,
    vi: 'Không tìm thấy dòng tiêu đề của danh sách này: cần cột số định danh và cột ngày của loại danh sách',
    en: 'No row of headings of this list was found: it takes a column of personal numbers and the day of its kind',
  },
  'facts-of-another-list': {
    status: 409,
    vi: 'Tệp này đã được nhập với loại khác hoặc ngày khác; hãy kiểm tra lại tệp đã chọn',
    en: 'This file was taken as another kind or for another day; check which file was chosen',
  },
  'facts-of-a-day-to-come': {
    status: 422,
    vi: 'Ngày chốt của danh sách sau ngày hôm nay; hãy ghi đúng ngày',
    en: 'The list is said to be of a day to come; name the right day',
  },
  'facts-older-than-known': {
    status: 409,
    vi: 'Đã có danh sách mới hơn của nguồn này; danh sách cũ không được nhập',
    en: 'A newer list of this source was taken already; an older one is not',
  },
  'heading-map-malformed': {
    status: 422,
    vi: 'Bảng khai báo cột không đúng: mỗi tiêu đề hoặc chữ cái cột đi với tên một trường chuẩn',
    en: 'The map of columns is wrong: each heading or column letter goes with a canonical field',
  },
  'list-not-what-it-says': {
    status: 422,
    vi: 'Nội dung tệp không đúng với đuôi tên tệp; hãy mở tệp và lưu lại dạng .xlsx hoặc .csv',
    en: 'The file is not what its name says; open it and save it as .xlsx or .csv',
  },
  'list-encrypted-or-old': {
    status: 422,
    vi: 'Tệp có mật khẩu hoặc là Excel đời cũ (.xls); hãy bỏ mật khẩu và lưu lại dạng .xlsx',
    en: 'The file has a password or is an old Excel file (.xls); save it as .xlsx without one',
  },
  'list-has-macros': {
    status: 422,
    vi: 'Tệp có macro; hãy lưu lại dạng .xlsx không có macro',
    en: 'The file has macros; save it as .xlsx without them',
  },
  'list-unsafe': {
    status: 422,
    vi: 'Tệp nén bất thường, giải nén ra quá nhiều hoặc sai quy cách; không mở',
    en: 'The file would unpack to too much, or is packed as no workbook is; it is not opened',
  },
  'list-damaged': {
    status: 422,
    vi: 'Tệp hỏng hoặc không phải bảng tính; hãy mở tệp và lưu lại dạng .xlsx',
    en: 'The file is damaged or no workbook; open it and save it as .xlsx',
  },
  'list-too-large': {
    status: 413,
    vi: 'Tệp quá lớn; hãy chia danh sách theo xã, phường',
    en: 'The file is too large; split the list by commune',
  },
  'list-has-faulty-rows': {
    status: 422,
    vi: 'Danh sách có dòng sai và chế độ nghiêm ngặt không cho nhập một phần; hãy sửa các dòng đã nêu',
    en: 'The list has faulty rows and strict mode imports all or nothing; correct the rows named',
  },
  'list-repeats-last-month': {
    status: 409,
    vi: 'Danh sách giống hệt danh sách tháng trước; nếu đúng là không có gì thay đổi, hãy xác nhận rồi nộp lại',
    en: 'The list says exactly what last month’s said; if nothing has changed indeed, say so and send it again',
  },
  'list-explained-by-its-maker': {
    status: 403,
    vi: 'Người nộp danh sách không được tự giải trình biến động của danh sách đó',
    en: 'Who sent a list may not explain its movements',
  },
  'nothing-to-explain': {
    status: 409,
    vi: 'Danh sách không có biến động nào đang chờ giải trình',
    en: 'No movement of this list waits for a reason',
  },
  'movements-not-explained': {
    status: 409,
    vi: 'Còn biến động so với tháng trước chưa được giải trình; chưa thể duyệt',
    en: 'Movements since last month have no reason yet; the batch cannot be signed',
  },
  'recipient-unknown': {
    status: 404,
    vi: 'Không có người thụ hưởng này trong sổ',
    en: 'There is no such recipient in the register',
  },
  'person-not-entitled': {
    status: 403,
    vi: 'Người thực hiện không có vai trò nào trong số đã nêu tại tỉnh này',
    en: 'The person has none of the roles named in this province',
  },
  'change-faulty': {
    status: 422,
    vi: 'Giá trị đề nghị sai quy tắc ở trường đã nêu; hãy kiểm tra giấy tờ',
    en: 'The proposed value breaks a rule in the field named; check the document',
  },
  'nothing-is-changed': {
    status: 409,
    vi: 'Đề nghị không làm thay đổi gì, hoặc đã ghi nhận trước đó',
    en: 'The proposal changes nothing, or it was recorded before',
  },
  'old-account-differs': {
    status: 422,
    vi: 'Tài khoản cũ người đề nghị nêu không phải tài khoản đang nhận tiền; không đổi',
    en: 'The old account that was named is not the one that is paid to; nothing is changed',
  },
  'payee-has-died': {
    status: 409,
    vi: 'Người nhận thay được đề nghị đã chết theo hộ tịch; hãy chọn người khác',
    en: 'Who is proposed to collect has died by the civil-status register; choose somebody else',
  },
  'headings-have-moved': {
    status: 409,
    vi: 'Người khác vừa khai báo tiêu đề của đơn vị này; hãy xem lại rồi khai báo tiếp',
    en: 'Somebody else has just mapped headings of this office; look again and go on',
  },
  'proposal-not-open': {
    status: 409,
    vi: 'Không có đề nghị này, hoặc đã có người quyết định',
    en: 'There is no such proposal, or somebody has decided on it',
  },
  'finding-not-open': {
    status: 409,
    vi: 'Phát hiện này không còn mở; hãy xem lại danh sách việc chờ',
    en: 'The finding is not open any more; look at the worklist again',
  },
  'block-not-acceptable': {
    status: 422,
    vi: 'Phát hiện mức chặn không được chấp nhận; hãy sửa danh sách, sổ hoặc tài khoản',
    en: 'What blocks cannot be accepted: correct the list, the register or the account',
  },
  'outcome-not-of-an-account': {
    status: 422,
    vi: 'Chỉ chuyển sang tiền mặt khi phát hiện là về tài khoản',
    en: 'Only a finding about an account gives way to cash',
  },
  'outcome-too-long': {
    status: 422,
    vi: 'Quyết định có hiệu lực từ tháng của phát hiện và nhiều nhất 12 tháng',
    en: 'A decision stands from the month of the finding and for twelve months at most',
  },
  'reason-missing': {
    status: 422,
    vi: 'Từ chối thì phải ghi lý do',
    en: 'A no needs a reason',
  },
  'proposer-may-not-decide': {
    status: 403,
    vi: 'Người đề nghị không được tự xác nhận; cần người thứ hai',
    en: 'Who proposed may not confirm; it takes a second person',
  },
  'register-has-moved': {
    status: 409,
    vi: 'Sổ đã thay đổi sau khi đề nghị được lập; hãy đề nghị lại',
    en: 'The register has changed since the proposal was made; propose again',
  },
  'citizen-number-taken': {
    status: 409,
    vi: 'Số định danh đã là của người khác trong sổ; hãy xem có phải cùng một người',
    en: 'The number is another recipient’s; look whether they are one person',
  },
  'case-not-open': {
    status: 409,
    vi: 'Hồ sơ xem xét không có, đã có quyết định, hoặc chưa ai chọn',
    en: 'There is no such case, it is decided, or nobody has chosen yet',
  },
  'survivor-not-possible': {
    status: 422,
    vi: 'Không thể giữ hồ sơ này: không thuộc hai hồ sơ, hoặc đã gộp với hồ sơ khác',
    en: 'This record cannot live on: it is neither of the two, or was joined with another before',
  },
  'target-not-possible': {
    status: 422,
    vi: 'Chỉ tiêu đã giao, hoặc phần trăm, số cấp, người chịu trách nhiệm không hợp lệ',
    en: 'The target is set already, or its per cent, levels or head are not possible',
  },
  'nothing-to-sign': {
    status: 409,
    vi: 'Không có gì để ký: chưa được làm sạch, người này đã ký, hoặc đã đủ ba cấp',
    en: 'There is nothing to sign: it is not cleaned, this person has signed, or three levels have',
  },
  'account-not-payable': {
    status: 409,
    vi: 'Có tài khoản vừa đổi: chưa qua thời gian chờ, chưa báo người hưởng, hoặc không còn dùng',
    en: 'An account was changed: it still waits, nobody was told, or it is no longer the one in use',
  },
  'checker-is-maker': {
    status: 403,
    vi: 'Người lập danh sách, tài khoản hoặc đợt chi trả không được duyệt chính đợt đó',
    en: 'Who prepared a list, an account or a batch may not approve it',
  },
  'checker-not-entitled': {
    status: 403,
    vi: 'Người duyệt không có quyền, phạm vi, hạn mức hoặc xác thực bước hai còn hiệu lực cho đợt này',
    en: 'The checker lacks the role, scope, limit or fresh second factor for this batch',
  },
  'signature-above-limit': {
    status: 403,
    vi: 'Đợt này vượt hạn mức của bạn và đã có chữ ký cấp 1: người có hạn mức đủ (cấp 2) phải ký sau cùng',
    en: 'The batch is above your limit and has its first signature: a checker whose limit covers it signs last',
  },
  'assessment-unknown': {
    status: 404,
    vi: 'Không có kết quả xét mức hưởng của người thụ hưởng này cho kỳ này',
    en: 'There is no assessment of this recipient for this period',
  },
  'payment-unknown': {
    status: 404,
    vi: 'Không có lệnh chi nào như vậy; hãy kiểm tra mã tham chiếu, số người thụ hưởng hoặc kỳ',
    en: 'There is no such instruction; check the reference, the recipient or the period',
  },
  'enrolment-unknown': {
    status: 404,
    vi: 'Không có hồ sơ hưởng này, hoặc hồ sơ không bị tạm dừng từ tháng đó',
    en: 'There is no such enrolment, or it is not suspended from that month',
  },
  'claim-not-possible': {
    status: 422,
    vi: 'Đề nghị hưởng một lần không hợp lệ ở chỗ đã nêu: người chết hoặc người nhận không có trong sổ, không có quà này, hoặc người nhận thay không đúng quy định',
    en: 'The claim is not possible at the place named: who died or who collects is not known, there is no such gift, or somebody else has to collect',
  },
  'claimed-before': {
    status: 409,
    vi: 'Đã có người nhận hoặc đề nghị khoản này cho cùng một người; mỗi người một lần',
    en: 'Somebody has claimed this for the same person before; it is given once',
  },
  'decision-of-a-day-to-come': {
    status: 422,
    vi: 'Ngày của quyết định sau ngày hôm nay; hãy ghi đúng ngày trên quyết định',
    en: 'The decision is dated after today; write the day that stands on it',
  },
  'decision-needs-two-persons': {
    status: 403,
    vi: 'Quyết định phải do một người có quyền lập và một người khác có quyền duyệt xác nhận',
    en: 'A decision is recorded by a maker and confirmed by a checker, two persons',
  },
  'recovery-not-entitled': {
    status: 403,
    vi: 'Đề nghị truy thu cần quyền lập, quyết định truy thu cần quyền duyệt',
    en: 'A maker proposes a recovery and a checker decides it',
  },
  'recovery-by-proposer': {
    status: 403,
    vi: 'Người đề nghị truy thu không được tự quyết định',
    en: 'Who proposed a recovery may not decide it',
  },
  'recovery-not-open': {
    status: 409,
    vi: 'Không có hồ sơ truy thu này, hồ sơ đã quyết định, đề nghị đã cũ, hoặc số tiền quá số chi vượt',
    en: 'There is no such case, it is decided, the proposal is not the last, or it asks for too much',
  },
  'recovery-not-repayable': {
    status: 409,
    vi: 'Chưa có quyết định nộp lại cho hồ sơ này, hoặc số tiền vượt số đã quyết định',
    en: 'No repayment was decided for this case, or more is booked than was decided',
  },
  'period-not-ready': {
    status: 409,
    vi: 'Chưa thể khóa kỳ: còn đợt chưa xong, tệp chưa đọc, tài khoản chưa khớp hoặc chênh lệch chưa giao người; xem period tie và breaks list --owner nobody',
    en: 'The month cannot be closed yet: a batch, a file, the account or a break without owner waits; see period tie and breaks list --owner nobody',
  },
  'period-closed-already': {
    status: 409,
    vi: 'Kỳ này đã khóa',
    en: 'The month is closed already',
  },
  'closing-changed-since': {
    status: 409,
    vi: 'Số liệu của kỳ đã khác lúc đề nghị khóa; hãy xem lại và đề nghị lần nữa',
    en: 'The figures of the month are not those of the proposal; look again and propose anew',
  },
  'closing-not-proposed': {
    status: 409,
    vi: 'Không có đề nghị khóa kỳ nào đang chờ với số này; hãy tải lại trang',
    en: 'No proposal of this number waits for the month; load the page again',
  },
  'uncollected-changed-since': {
    status: 409,
    vi: 'Danh sách không còn ai, hoặc có người vừa đến nhận hay mới thêm vào; xem lại rồi đề nghị lại',
    en: 'The list names nobody, or not the same people any more; look again and propose anew',
  },
  'uncollected-not-proposed': {
    status: 409,
    vi: 'Không có đề nghị nào đang chờ với số này; hãy tải lại trang',
    en: 'No proposal of this number waits; load the page again',
  },
  'day-not-tied': {
    status: 409,
    vi: 'Ngày này chưa khớp, chưa có sao kê hoặc đã khác lúc bạn mở trang; xem lại các dòng trước khi ký',
    en: 'The day does not tie, has no statement yet, or has changed since the page was opened; look again before signing',
  },
  'as-of-not-past': {
    status: 422,
    vi: 'Chỉ lập được số liệu của một thời điểm đã qua',
    en: 'Figures can be drawn only as of an instant that has passed',
  },
  'fee-not-possible': {
    status: 422,
    vi: 'Ngày này đã có mức phí, hoặc mức phí không hợp lệ, thiếu căn cứ',
    en: 'The day has its fee already, or the fee is not possible or has no source',
  },
  'payment-list-too-long': {
    status: 422,
    vi: 'Danh sách quá dài cho một văn bản; lập theo từng xã, phường',
    en: 'The list is too long for one document; draw it commune by commune',
  },
  'break-not-open': {
    status: 409,
    vi: 'Không có chênh lệch này, đã được giải quyết, hoặc đề nghị không phải đề nghị cuối cùng',
    en: 'There is no such break, it is resolved, or the proposal is not the last one',
  },
  'break-not-entitled': {
    status: 403,
    vi: 'Đề nghị giải quyết chênh lệch cần quyền lập, quyết định cần quyền duyệt',
    en: 'A maker proposes what becomes of a break and a checker decides it',
  },
  'break-fate-not-possible': {
    status: 422,
    vi: 'Lệnh chi này không thể có kết cục đó: đã có kết cục khác, hoặc chênh lệch không về lệnh nào',
    en: 'The instruction cannot have that fate: it has another, or the break is about none',
  },
  'break-outcome-not-possible': {
    status: 422,
    vi: 'Tiền treo không đi theo hướng đó; hãy chọn kết quả khác hoặc bỏ trống nếu không còn tiền treo',
    en: 'What is in suspense does not move that way; choose another outcome, or none where nothing is left',
  },
  'batch-unknown': { status: 404, vi: 'Không có đợt chi trả này', en: 'There is no such batch' },
  'batch-not-in-state': {
    status: 409,
    vi: 'Đợt chi trả đã chuyển trạng thái; hãy tải lại',
    en: 'The batch has already moved on; look again',
  },
  'batch-changed': {
    status: 409,
    vi: 'Nội dung đợt chi trả khác với nội dung người duyệt đã xem',
    en: 'The batch is not what the checker was shown',
  },
  'reason-too-short': {
    status: 422,
    vi: 'Lý do phải viết rõ, ít nhất 10 ký tự',
    en: 'Say why in full, in at least 10 characters',
  },
  'budget-exceeded': {
    status: 409,
    vi: 'Đợt chi trả vượt dự toán còn lại của chương trình',
    en: 'The batch exceeds what is left of the programme’s budget',
  },
  'decree-unknown': {
    status: 404,
    vi: 'Không có dự thảo quyết định mức hưởng này',
    en: 'There is no such proposed decree',
  },
  'decree-conflicts': {
    status: 409,
    vi: 'Tệp mâu thuẫn với pháp luật đang áp dụng; xem từng đường dẫn',
    en: 'The file conflicts with the law that stands; see each path',
  },
  'decree-is-draft': {
    status: 409,
    vi: 'Dự thảo chỉ được mô phỏng, không được chi trả; hãy trình văn bản đã ban hành',
    en: 'A draft may be simulated and is never paid; propose the document once it is issued',
  },
  'decree-approved-already': {
    status: 409,
    vi: 'Văn bản này đã được duyệt và nạp',
    en: 'This decree was approved and loaded before',
  },
  'decree-changed': {
    status: 409,
    vi: 'Mã băm khác với tệp đã trình; hãy đọc lại văn bản',
    en: 'The hash is not that of the file that was proposed; read it again',
  },
  'decree-rewrites': {
    status: 409,
    vi: 'Số liệu đã có không được ghi đè; hãy trình số mới dưới dạng correction, hoặc mã mới',
    en: 'A figure that stands is not written over; propose a correction, or a new code',
  },
  'law-changed': {
    status: 409,
    vi: 'Pháp luật đã thay đổi sau khi mô phỏng; hãy trình lại để có bản xem trước mới',
    en: 'The law or what was settled has changed since the preview; propose it again',
  },
  'approver-is-proposer': {
    status: 403,
    vi: 'Người trình không được duyệt chính văn bản đó',
    en: 'Who proposed a decree may not approve it',
  },
  'rate-officer-not-entitled': {
    status: 403,
    vi: 'Người này không có vai trò quản lý mức hưởng (rate_officer) trong phạm vi của văn bản',
    en: 'The person is no rate officer in the scope of the decree',
  },
  'profile-unknown': {
    status: 404,
    vi: 'Không có hồ sơ ngân hàng với phiên bản này',
    en: 'There is no bank profile of this version',
  },
  'profile-changed': {
    status: 409,
    vi: 'Hồ sơ ngân hàng khác với nội dung người duyệt đã xem',
    en: 'The bank profile is not what the checker was shown',
  },
  'profile-not-newer': {
    status: 409,
    vi: 'Phiên bản này của hồ sơ đã có nội dung khác, đã cũ, hoặc thuộc môi trường hay kênh khác; hãy tăng số phiên bản và kiểm tra lại',
    en: 'This version of the profile says something else already, is older, or is of another environment or channel; raise the version and look again',
  },
  'value-does-not-fit': {
    status: 422,
    vi: 'Một giá trị không vừa khuôn dạng của ngân hàng; không được cắt bớt',
    en: 'A value does not fit the bank’s format; nothing is truncated',
  },
  'cancellation-not-entitled': {
    status: 403,
    vi: 'Đề nghị hủy cần quyền lập, xác nhận cần quyền duyệt',
    en: 'A maker asks for a cancellation and a checker confirms it',
  },
  'cancellation-waits': {
    status: 409,
    vi: 'Đã có một đề nghị hủy tệp này chờ người thứ hai; quyết định đề nghị ấy trước',
    en: 'A request to cancel this file waits for a second person already; decide that one first',
  },
  'cancellation-not-waiting': {
    status: 409,
    vi: 'Không có đề nghị hủy nào đang chờ xác nhận mang mã này',
    en: 'No request to cancel with this message id waits for a second person',
  },
  'channel-takes-no-cancellation': {
    status: 422,
    vi: 'Kênh này không nhận đề nghị hủy (camt.055) hoặc không trả lời (camt.029); liên hệ trực tiếp',
    en: 'This channel takes no request to cancel (camt.055) or does not answer it (camt.029); call them',
  },
  'payment-not-cancellable': {
    status: 422,
    vi: 'Lệnh không thuộc tệp này, hoặc đã có kết quả',
    en: 'The payment is not in this file, or has its end already',
  },
  'dispatch-unknown': {
    status: 404,
    vi: 'Không có tệp nào đã gửi mang mã thông điệp này',
    en: 'No file that was sent has this message id',
  },
  'dispatch-not-unknown': {
    status: 409,
    vi: 'Tệp này không ở trạng thái chưa rõ, nên không có gì để xác nhận bằng tay',
    en: 'It is not unknown where this file is, so nothing is said about it by hand',
  },
  'dispatch-not-withdrawable': {
    status: 409,
    vi: 'Chưa thể rút tệp: ngân hàng còn có thể chi theo tệp này; chờ sao kê hoặc trả lời hủy',
    en: 'The file cannot be withdrawn while its bank may yet pay it; wait for its statement or its answer to a cancellation',
  },
  'file-unreadable': {
    status: 404,
    vi: 'Không đọc được tệp đã nêu; hãy kiểm tra tên tệp, đường dẫn và quyền đọc',
    en: 'The file that was named cannot be read; check its name, its path and the right to read it',
  },
  'file-altered': {
    status: 409,
    vi: 'Tệp không còn đúng từng byte như khi được duyệt; không gửi',
    en: 'The file is not byte for byte what was approved; it is not sent',
  },
  'file-malformed': {
    status: 422,
    vi: 'Tệp không đúng khuôn dạng; cả tệp bị từ chối và được lưu lại',
    en: 'The file does not follow its format; it is refused whole and kept',
  },
  'file-for-another-payer': {
    status: 422,
    vi: 'Tệp thuộc đơn vị chi trả khác; cả tệp bị từ chối và được lưu lại',
    en: 'The file is for another payer; it is refused whole and kept',
  },
  'control-totals-disagree': {
    status: 422,
    vi: 'Số liệu kiểm soát không khớp; cả tệp bị từ chối và được lưu lại',
    en: 'The control totals do not agree; the file is refused whole and kept',
  },
  'message-repeated': {
    status: 409,
    vi: 'Mã thông điệp đã dùng cho nội dung khác; cả tệp bị từ chối và được lưu lại',
    en: 'The message id was used for other content; the file is refused whole and kept',
  },
  'statement-out-of-sequence': {
    status: 422,
    vi: 'Sao kê không nối tiếp sao kê trước; cả tệp bị từ chối và được lưu lại',
    en: 'The statement does not follow the one before; it is refused whole and kept',
  },
  'counterpart-not-itself': {
    status: 502,
    vi: 'Máy chủ của đối tác không mang đúng khóa đã ghim trong hồ sơ; chưa gửi gì, hãy hỏi đối tác trước khi thử lại',
    en: 'The server does not hold the key that the profile pins; nothing was sent, ask the counterpart before trying again',
  },
  'counterpart-silent': {
    status: 504,
    vi: 'Bên đối tác không trả lời trong thời hạn; không có gì được gửi lại',
    en: 'The counterpart did not answer in time; nothing was sent again',
  },
  'verification-not-done': {
    status: 409,
    vi: 'Chưa xác minh xong tháng này; chưa lập đợt chi, để không ai bị chuyển sang tiền mặt chỉ vì chưa được hỏi. Hãy chạy hoặc chạy lại bước xác minh',
    en: 'The month is not verified yet; no batch is made, so that nobody falls to cash for not having been asked about. Run verification, or try it again',
  },
  'answer-malformed': {
    status: 502,
    vi: 'Câu trả lời không đúng giao thức; không được coi là khớp',
    en: 'The answer does not follow the protocol; it counts as no match',
  },
  'rows-differ-from-seal': {
    status: 409,
    vi: 'Có dòng dữ liệu khác với khi niêm phong; không niêm phong mới: hãy chạy audit verify và báo kiểm toán',
    en: 'Rows are not as they were sealed; nothing is sealed anew: run audit verify and tell the auditor',
  },
  'not-sealed-yet': {
    status: 409,
    vi: 'Đợt chi trả có bước chưa được niêm phong; hãy chạy audit seal rồi lập lại hồ sơ',
    en: 'The batch has steps that are not sealed yet; run audit seal, then make the bundle again',
  },
  'job-runs-elsewhere': {
    status: 409,
    vi: 'Công việc này đang được một tiến trình khác thực hiện; hãy chờ rồi xem lại',
    en: 'Another process is at this job now; wait and look again',
  },
  'send-held-back': {
    status: 409,
    vi: 'Cả một ngày làm việc không có tệp từ bên chi trả; hỏi họ rồi xác nhận cảnh báo trước khi gửi tiếp',
    en: 'No file came for a working day; ask the provider and acknowledge the alarm before more is sent',
  },
  'epoch-held': {
    status: 409,
    vi: 'Cơ sở dữ liệu vừa được khôi phục; chưa gửi gì cho đến khi đọc sao kê từ lúc sao lưu và có người cho gửi lại (an-sinh epoch)',
    en: 'The database was restored; nothing is sent until the statements since are read and a person releases it (an-sinh epoch)',
  },
  'epoch-not-held': {
    status: 409,
    vi: 'Không có lần khôi phục hoặc tệp nào đang chờ quyết định; xem an-sinh epoch',
    en: 'No restore waits, or no such file of it; see an-sinh epoch',
  },
  'epoch-not-reconciled': {
    status: 409,
    vi: 'Chưa thể cho gửi lại: còn tệp chưa rõ số phận, hoặc sao kê từ ngày khôi phục chưa đọc, chưa đối soát',
    en: 'Not yet: a sent file has no fate, or the statements since the restore are not read or not reconciled',
  },
  'backup-damaged': {
    status: 422,
    vi: 'Bản sao lưu bị hỏng hoặc chưa trọn vẹn; hãy dùng bản khác',
    en: 'The backup is damaged or not whole; take another',
  },
  'backup-of-a-newer-release': {
    status: 409,
    vi: 'Bản sao lưu thuộc phiên bản mới hơn chương trình này; hãy cài đúng phiên bản',
    en: 'The backup was made by a newer release than this; install that one',
  },
  'database-is-a-replica': {
    status: 503,
    vi: 'Cơ sở dữ liệu này là bản sao chỉ đọc; hãy sửa DATABASE_URL trỏ tới máy chính',
    en: 'This database is a replica; DATABASE_URL has to name the primary',
  },
  'schema-of-a-newer-release': {
    status: 503,
    vi: 'Lược đồ cơ sở dữ liệu thuộc phiên bản mới hơn; hãy cài đúng phiên bản chương trình',
    en: 'The schema is that of a newer release; install that one',
  },
  'database-not-empty': {
    status: 409,
    vi: 'Chỉ khôi phục vào cơ sở dữ liệu trống; hãy tạo cơ sở dữ liệu mới',
    en: 'A backup is restored into an empty database only; create a new one',
  },
  'alarm-unknown': {
    status: 404,
    vi: 'Không có cảnh báo này, hoặc đã có người xác nhận',
    en: 'There is no such alarm, or somebody has acknowledged it',
  },
  'job-unknown': {
    status: 404,
    vi: 'Không có công việc hoặc lần chạy này, hoặc nó không ở trạng thái làm được việc đó; xem an-sinh jobs',
    en: 'There is no such job or unit, or it is not where this can be done; see an-sinh jobs',
  },
  'clocks-disagree': {
    status: 503,
    vi: 'Đồng hồ của máy này và của cơ sở dữ liệu lệch nhau; hãy đồng bộ giờ, chưa chạy công việc nào',
    en: 'This machine and the database disagree about the time; set the clock, nothing is begun',
  },
  'configuration-wrong': {
    status: 500,
    vi: 'Cấu hình thiếu hoặc sai',
    en: 'The configuration is missing or wrong',
  },
  'not-in-production': {
    status: 403,
    vi: 'Lệnh này chỉ dùng trong môi trường thử',
    en: 'This command is for the sandbox only',
  },
} as const satisfies Record<string, Bilingual & { status: number }>;

export type RefusalCode = keyof typeof REFUSALS;

/** Values that let a person act on the refusal. Never names, citizen numbers or accounts. */
export type RefusalFacts = Readonly<Record<string, string | number | bigint>>;

/**
 * An expected "no": the rules forbid it, the world changed, or the input is wrong. It is shown to
 * people. A bug is never a Refusal: it is a plain Error, it stops the job, and it shows a 500.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly facts: RefusalFacts;

  constructor(code: RefusalCode, facts: RefusalFacts = {}) {
    const told = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
    super([`${REFUSALS[code].vi} / ${REFUSALS[code].en}`, ...told].join('; '));
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
}
