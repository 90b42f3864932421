import type { Texts } from './words.ts';

/** The words of batches: their list, their page, and what is decided about them. */
export const BATCH_TEXTS = {
  title: { vi: 'Đợt chi trả', en: 'Disbursement batches' },
  lead: {
    vi: 'Mỗi đợt là một lần chi của một chương trình qua một kênh. Hai người không lập đợt cùng ký thì tiền mới đi.',
    en: 'A batch is one payment of one programme through one channel. Money leaves once two people who did not make it have signed.',
  },
  batch: { vi: 'Mã đợt', en: 'Batch' },
  'code-begins': { vi: 'Mã đợt bắt đầu bằng', en: 'Code begins with' },
  'value-date': { vi: 'Ngày giá trị', en: 'Value date' },
  signatures: { vi: 'Chữ ký', en: 'Signatures' },
  'of-two': { vi: '{count}/2', en: '{count}/2' },
  'kind.account': { vi: 'Tài khoản', en: 'Account' },
  'kind.cash_post': { vi: 'Tiền mặt', en: 'Cash' },

  page: { vi: 'Đợt {code}', en: 'Batch {code}' },
  steps: { vi: 'Các bước của đợt', en: 'Steps of the batch' },
  'step.made': { vi: 'Lập', en: 'Made' },
  'step.checked': { vi: 'Thẩm định', en: 'Checked' },
  'step.approved': { vi: 'Phê duyệt', en: 'Approved' },
  'step.sent': { vi: 'Gửi ngân hàng', en: 'Sent' },
  'step.reconciled': { vi: 'Đối soát', en: 'Reconciled' },

  count: { vi: 'Số lệnh chi', en: 'Instructions' },
  total: { vi: 'Tổng số tiền', en: 'Total' },
  before: { vi: 'Tháng trước', en: 'The month before' },
  difference: { vi: 'Chênh lệch so với tháng trước', en: 'Difference from the month before' },
  'other-accounts': {
    vi: 'Tài khoản khác tháng trước',
    en: 'Other accounts than the month before',
  },
  'budget-left': { vi: 'Dự toán còn lại', en: 'Budget left' },
  'in-words': { vi: 'Bằng chữ: {words}.', en: 'In words: {words}.' },

  'made-by': { vi: 'Người lập', en: 'Made by' },
  'made-at': { vi: 'Lập lúc', en: 'Made at' },
  programme: { vi: 'Chương trình', en: 'Programme' },
  channel: { vi: 'Kênh chi', en: 'Channel' },
  'content-hash': { vi: 'Mã băm nội dung (SHA-256)', en: 'Hash of the lines (SHA-256)' },
  'files-hash': { vi: 'Mã băm các tệp (SHA-256)', en: 'Hash of the files (SHA-256)' },

  why: { vi: 'Vì sao khác tháng trước', en: 'Why it differs from the month before' },
  movement: { vi: 'Lý do', en: 'Reason' },
  people: { vi: 'Số người', en: 'People' },
  now: { vi: 'Đợt này', en: 'This batch' },
  diff: { vi: 'Chênh lệch', en: 'Difference' },
  chart: { vi: 'Chênh lệch theo lý do', en: 'Difference by reason' },

  held: { vi: 'Đến hạn nhưng chưa vào đợt nào', en: 'Due, and in no batch' },
  'held-lead': {
    vi: 'Người đang hưởng {programme} trong kỳ này mà khi lập đợt chưa được chi qua kênh nào, theo quy tắc giữ lại. Tiền vẫn còn đó: khi vướng mắc được giải quyết, đợt bổ sung sẽ chi.',
    en: 'People who are due {programme} in this period and were paid by no channel when this batch was made, by the rule that holds them. Nothing is lost: once it is settled, a supplementary batch pays it.',
  },

  communes: { vi: 'Theo xã, phường', en: 'By commune' },
  'communes-first': {
    vi: '{shown} xã có số tiền lớn nhất trong {all}',
    en: 'The {shown} largest communes of {all}',
  },
  largest: { vi: 'Khoản chi lớn nhất', en: 'Largest lines' },
  raised: { vi: 'Tăng nhiều nhất', en: 'Raised most' },
  other_account: { vi: 'Đổi tài khoản', en: 'Paid to another account' },
  'no-notable': { vi: 'Không có', en: 'None' },
  payee: { vi: 'Người nhận tiền', en: 'Payee' },
  account: { vi: 'Tài khoản', en: 'Account' },
  reference: { vi: 'Mã tham chiếu', en: 'Reference' },

  files: { vi: 'Tệp sẽ gửi', en: 'The files that are sent' },
  'files-lead': {
    vi: 'Ký đợt là ký đúng từng byte của các tệp này; tệp khác đi một byte thì không gửi.',
    en: 'Who signs the batch signs these files byte for byte; another byte, and nothing is sent.',
  },
  file: { vi: 'Tệp', en: 'File' },
  size: { vi: 'Dung lượng', en: 'Size' },
  lines: { vi: 'Số dòng', en: 'Lines' },
  hash: { vi: 'SHA-256', en: 'SHA-256' },

  signed: { vi: 'Đã ký', en: 'Signed' },
  'no-signature': { vi: 'Chưa có chữ ký nào.', en: 'Nobody has signed.' },
  signer: { vi: 'Người ký', en: 'Signed by' },
  'signed-at': { vi: 'Ký lúc', en: 'Signed at' },
  'signed-over': { vi: 'Ký trên nội dung', en: 'Over the lines' },
  event: { vi: 'Sự kiện nhật ký', en: 'Event of the log' },

  'all-lines': { vi: 'Xem các lệnh chi', en: 'See all lines' },
  'lines-title': { vi: 'Lệnh chi của đợt {code}', en: 'Lines of batch {code}' },
  least: { vi: 'Từ số tiền', en: 'From an amount on' },
  'recipient-no': { vi: 'Số người hưởng', en: 'Recipient number' },
  outcome: { vi: 'Kết quả', en: 'Outcome' },
  'outcome.settled': { vi: 'Đã chi', en: 'Paid' },
  'outcome.rejected': { vi: 'Bị từ chối', en: 'Rejected' },
  'outcome.unpaid': { vi: 'Chưa nhận tiền', en: 'Not collected' },
  'outcome.returned': { vi: 'Hoàn trả', en: 'Returned' },
  'outcome.none': { vi: 'Chưa có', en: 'Not yet' },

  decide: { vi: 'Quyết định', en: 'Decide' },
  'approve-lead': {
    vi: 'Khi bấm nút, bạn ký trên đúng số liệu và các tệp nêu trên. Nếu đợt đã thay đổi, hệ thống từ chối và cho bạn xem lại.',
    en: 'The button signs exactly the figures and files above. If the batch has changed since, it is refused and you look again.',
  },
  approve: {
    vi: 'Phê duyệt {count} lệnh chi, {total} đ',
    en: 'Approve {count} instructions, {total} đ',
  },
  'typed-total': { vi: 'Gõ lại tổng số tiền (đồng)', en: 'Type the total again (đồng)' },
  'typed-total-hint': {
    vi: 'Đợt từ {threshold} đ trở lên cần gõ lại tổng để chắc bạn đã đọc.',
    en: 'A batch of {threshold} đ or more asks for its total, to be sure that it was read.',
  },
  reject: { vi: 'Không duyệt', en: 'Reject' },
  'reject-lead': {
    vi: 'Các khoản trong đợt trở lại trạng thái còn phải chi; lần lập sau sẽ gom lại những khoản vẫn được chi.',
    en: 'What the batch pays is owed as before; the next gathering takes what may still be paid.',
  },
  'take-back': { vi: 'Rút lại trước khi gửi', en: 'Take back before it leaves' },
  'take-back-until': {
    vi: 'Đợt gửi đi sớm nhất lúc {at}. Đến lúc gửi vẫn rút lại được.',
    en: 'It leaves at {at} at the earliest, and can be taken back until it has left.',
  },
  'may-not-sign': { vi: 'Bạn không ký đợt này', en: 'You do not sign this batch' },
  'hand.prepared': { vi: 'bạn đã lập đợt', en: 'you made the batch' },
  'hand.imported': { vi: 'bạn đã nộp danh sách của đợt', en: 'you sent its list' },
  'hand.changed-register': {
    vi: 'bạn đã đổi nhân thân hoặc tài khoản của người trong đợt',
    en: 'you changed an identity or an account in it',
  },
  'above-limit': {
    vi: 'Đợt này vượt hạn mức của bạn và đã có chữ ký cấp 1. Người duyệt cấp 2 (hạn mức đủ cho cả đợt) phải ký sau cùng.',
    en: 'This batch is above your limit and has its first signature. A checker whose limit covers it signs last.',
  },
  'first-level': {
    vi: 'Đợt này vượt hạn mức của bạn: chữ ký của bạn là cấp 1. Đợt chỉ được phê duyệt khi người duyệt cấp 2 (hạn mức đủ) ký sau.',
    en: 'This batch is above your limit: you sign at the first level. It is approved when a checker whose limit covers it signs after you.',
  },
  'signed-by-you': { vi: 'Bạn đã ký đợt này', en: 'You have signed this batch' },
  'waits-for-other': { vi: 'Đợt chờ một người ký khác.', en: 'It waits for another signature.' },
  done: { vi: 'Đã ghi nhận chữ ký của bạn', en: 'Your signature is recorded' },
  'done-both': {
    vi: 'Đợt đã đủ hai chữ ký và được phê duyệt.',
    en: 'Both signatures are there: the batch is approved.',
  },

  changed: {
    vi: 'Đợt đã thay đổi từ khi bạn mở trang',
    en: 'The batch has changed since you opened the page',
  },
  'changed-lead': {
    vi: 'Chưa ký gì cả. Hãy đọc lại số liệu hiện tại dưới đây.',
    en: 'Nothing was signed. Read the figures below as they are now.',
  },
  figure: { vi: 'Số liệu', en: 'Figure' },
  'you-saw': { vi: 'Bạn đã xem', en: 'You saw' },
  'it-is-now': { vi: 'Hiện nay', en: 'It is now' },
  'wrong-total': {
    vi: 'Số vừa gõ khác tổng của đợt: {total} đ',
    en: 'What you typed is not the total of the batch: {total} đ',
  },
  rejected: { vi: 'Đợt không được duyệt', en: 'The batch was rejected' },
  'taken-back': { vi: 'Đợt đã được rút lại', en: 'The batch was taken back' },
  'withdrawn-by-house': {
    vi: 'Đợt đã bị rút vì có dòng không còn được chi',
    en: 'The batch was withdrawn: a line may not be paid any more',
  },
  timeline: { vi: 'Diễn biến', en: 'What happened' },
  'gather-again': {
    vi: 'Khoản còn phải chi sẽ nằm trong đợt sau.',
    en: 'What is owed goes into a later batch.',
  },
} as const satisfies Texts;
