import type { Texts } from './words.ts';

/** The words of the first page. */
export const TODAY_TEXTS = {
  title: { vi: 'Hôm nay', en: 'Today' },
  waits: { vi: 'Việc đang chờ bạn', en: 'What waits for you' },
  nothing: { vi: 'Không có việc nào chờ bạn.', en: 'Nothing waits for you.' },
  'waits.batches': { vi: 'Đợt chi trả chờ bạn xem và ký', en: 'Batches to look at and sign' },
  'waits.findings': { vi: 'Trường hợp chờ xác minh', en: 'Findings to look into' },
  'waits.breaks': { vi: 'Chênh lệch đối soát chưa giải quyết', en: 'Breaks that are open' },
  'waits.proposals': {
    vi: 'Đề nghị sửa sổ chờ người thứ hai',
    en: 'Changes of the register to confirm',
  },
  'waits.alarms': { vi: 'Biến động danh sách cần giải trình', en: 'Movements of lists to explain' },
  month: { vi: 'Tháng {month} qua chín bước', en: 'Month {month} in nine steps' },
  'other-month': { vi: 'Xem tháng', en: 'Show the month' },
  show: { vi: 'Xem', en: 'Show' },
  step: { vi: 'Bước', en: 'Step' },
  count: { vi: 'Số lượng', en: 'Count' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  last: { vi: 'Lần cuối', en: 'Last' },
  state: { vi: 'Tình trạng', en: 'State' },
  done: { vi: 'Đã có', en: 'There' },
  'not-yet': { vi: 'Chưa có', en: 'Not yet' },
  gates: { vi: 'Mốc thời gian', en: 'Deadlines' },
  'gate.list': {
    vi: 'Trước ngày 20: đơn vị chi trả báo kết quả tháng trước',
    en: 'Before the 20th: the provider reports last month',
  },
  'gate.funds': {
    vi: 'Trước ngày 25: rút kinh phí và gửi danh sách tháng sau',
    en: 'Before the 25th: next month’s money and list',
  },
  'days-left': { vi: 'còn {days} ngày', en: '{days} days left' },
  'today-is': { vi: 'hôm nay', en: 'today' },
  law: {
    vi: 'Nghị định 20/2021/NĐ-CP Điều 34 khoản 4 và 5',
    en: 'Decree 20/2021/ND-CP art. 34(4) and (5)',
  },
  running: { vi: 'Đang chạy', en: 'At work' },
  'running-none': { vi: 'Không có công việc nào đang chạy.', en: 'Nothing is running.' },
  'running-how': {
    vi: 'Tự cập nhật; không có script thì tải lại trang.',
    en: 'Kept up to date; without script, reload the page.',
  },
  alarms: { vi: 'Cảnh báo', en: 'Alarms' },
  'alarms-more': { vi: 'Xem và xác nhận {count} cảnh báo', en: 'See and acknowledge {count}' },
  'no-month': {
    vi: 'Chưa mở kỳ chi trả nào. Hãy nộp danh sách đầu tiên.',
    en: 'No period is open yet. Send the first list.',
  },
} as const satisfies Texts;
