import type { Texts } from './words.ts';

/** The words of a recipient's own page: short, and as one speaks to somebody of eighty. */
export const OWN_TEXTS = {
  title: { vi: 'Xem tiền trợ cấp của tôi', en: 'See my payments' },
  lead: {
    vi: 'Nhập mã trên phiếu mà cán bộ đã trao cho ông, bà.',
    en: 'Enter the code of the slip that an officer gave you.',
  },
  code: { vi: 'Mã trên phiếu', en: 'Code of the slip' },
  'code-hint': { vi: '16 chữ và số, ví dụ abcd-efgh-2345-6789', en: '16 letters and digits' },
  digits: {
    vi: '4 số cuối của số định danh (căn cước)',
    en: 'Last 4 digits of your citizen number',
  },
  'digits-hint': {
    vi: 'Để người khác nhặt được phiếu cũng không xem được.',
    en: 'So that nobody who finds the slip can look.',
  },
  see: { vi: 'Xem', en: 'See' },
  or: { vi: 'Hoặc không cần phiếu:', en: 'Or without a slip:' },
  outside: { vi: 'Đăng nhập bằng định danh điện tử', en: 'Sign in with an electronic identity' },

  mine: { vi: 'Tiền trợ cấp của tôi', en: 'My payments' },
  of: { vi: 'Của {name}, số định danh {number}', en: 'Of {name}, citizen number {number}' },
  close: { vi: 'Đóng trang này', en: 'Close this page' },
  'closes-itself': {
    vi: 'Trang tự đóng sau 20 phút. Xem lại cần phiếu mới. Có thể in trang này.',
    en: 'The page closes by itself after 20 minutes; another look takes a new slip. You may print it.',
  },
  payments: { vi: 'Đã chi những gì', en: 'What was paid' },
  'no-payments': { vi: 'Chưa có khoản chi nào.', en: 'Nothing has been paid yet.' },
  month: { vi: 'Tháng {month}', en: 'Month {month}' },
  'paid-account': { vi: 'Đã vào tài khoản {account}', en: 'Paid into account {account}' },
  'paid-cash': { vi: 'Đã trả tiền mặt', en: 'Paid in cash' },
  on: { vi: 'ngày {day}', en: 'on {day}' },
  'holder-of': { vi: 'tên {name}', en: 'of {name}' },
  sent: { vi: 'Đã gửi ngân hàng, chờ kết quả', en: 'Sent to the bank, no answer yet' },
  rejected: {
    vi: 'Ngân hàng không nhận; cán bộ sẽ liên hệ để sửa tài khoản',
    en: 'The bank did not take it; an officer will call about the account',
  },
  unpaid: {
    vi: 'Chưa nhận; tiền vẫn được giữ cho ông, bà',
    en: 'Not collected; it is kept for you',
  },
  returned: {
    vi: 'Bị trả lại; tiền vẫn được giữ cho ông, bà',
    en: 'It came back; it is kept for you',
  },
  why: { vi: 'Vì sao được số tiền này', en: 'Why this amount' },
  reference: { vi: 'Mã khoản chi: {reference}', en: 'Reference: {reference}' },
  looked: { vi: 'Ai đã xem thông tin của tôi', en: 'Who looked at my data' },
  'looked-lead': {
    vi: 'Mỗi cán bộ được ghi một lần mỗi ngày. Nếu thấy lạ, hãy hỏi cơ quan chi trả.',
    en: 'Each officer stands here once a day. Ask the agency about anybody you do not expect.',
  },
  nobody: { vi: 'Chưa có ai xem.', en: 'Nobody has looked.' },
  who: { vi: 'Ai', en: 'Who' },
  what: { vi: 'Việc gì', en: 'What' },
  when: { vi: 'Lúc nào', en: 'When' },
  'what.page-opened': { vi: 'Mở hồ sơ', en: 'Opened the file' },
  'what.number-revealed': { vi: 'Xem số định danh, tài khoản đầy đủ', en: 'Saw whole numbers' },
  'what.own-code-given': { vi: 'Cấp phiếu xem', en: 'Gave a slip' },
  'what.own-page-opened': { vi: 'Mở trang này', en: 'Opened this page' },
  myself: { vi: 'Ông, bà (hoặc người giữ phiếu)', en: 'You (or who had the slip)' },
  ask: {
    vi: 'Thấy sai hoặc thiếu? Mang trang này đến {agency}.',
    en: 'Wrong or missing? Take this page to {agency}.',
  },

  slip: { vi: 'Phiếu xem tiền trợ cấp', en: 'Slip: see your payments' },
  'slip-of': { vi: 'Trao cho', en: 'For' },
  'slip-1': {
    vi: 'Quét hình bên, hoặc mở trang {address} trên điện thoại.',
    en: 'Scan the picture, or open {address} on a telephone.',
  },
  'slip-2': { vi: 'Nhập mã:', en: 'Enter the code:' },
  'slip-3': {
    vi: 'Nhập 4 số cuối của số định danh (căn cước).',
    en: 'Enter the last 4 digits of the citizen number.',
  },
  'slip-until': {
    vi: 'Dùng được một lần, đến {until}.',
    en: 'Good once, until {until}.',
  },
  'slip-warning': {
    vi: 'Không đưa phiếu hay đọc mã cho người lạ. Cán bộ không bao giờ gọi điện hỏi mã này.',
    en: 'Give neither slip nor code to strangers. No officer ever calls to ask for it.',
  },
  'slip-once': {
    vi: 'Mã chỉ hiện một lần ở đây: hãy in ngay (Ctrl+P) và trao tận tay.',
    en: 'The code is shown this once: print it now (Ctrl+P) and hand it over.',
  },
  'back-to': { vi: 'Về hồ sơ', en: 'Back to the file' },
} as const satisfies Texts;
