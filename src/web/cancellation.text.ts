import type { Texts } from './words.ts';

/** Asking a bank not to pay what was sent. */
export const CANCELLATION_TEXTS = {
  cancel: { vi: 'Đề nghị ngân hàng hủy lệnh', en: 'Ask the bank not to pay' },
  'cancel-lead': {
    vi: 'Gửi ngân hàng một điện đề nghị hủy (camt.055). Sổ sách chỉ đổi khi ngân hàng trả lời; lệnh đã chi rồi thì không hủy được nữa.',
    en: 'Sends the bank a request to cancel (camt.055). Our books change only by its answer, and what is paid already stays paid.',
  },
  'not-taken': {
    vi: 'Ngân hàng này không nhận hoặc không trả lời điện đề nghị hủy. Hãy gọi ngay cho ngân hàng và gửi công văn.',
    en: 'This bank takes or answers no request to cancel. Call it at once, and send a letter.',
  },
  reason: { vi: 'Vì sao hủy', en: 'Why' },
  'reason.CUST': { vi: 'Đơn vị chi trả yêu cầu', en: 'The payer wishes it' },
  'reason.DUPL': { vi: 'Chi trùng', en: 'Paid twice' },
  'reason.FRAD': { vi: 'Nghi gian lận', en: 'Fraud is suspected' },
  'reason.TECH': { vi: 'Lỗi kỹ thuật của ta', en: 'A technical fault of ours' },
  document: { vi: 'Số quyết định, công văn', en: 'Number of the decision or letter' },
  references: { vi: 'Mã tham chiếu các lệnh cần hủy', en: 'References of the payments to cancel' },
  'references-hint': {
    vi: 'Mỗi mã một dòng, tối đa 500. Để trống: hủy cả tệp ({count} lệnh, {total} đ).',
    en: 'One on a line, at most 500. Left empty, the whole file: {count} payments, {total} đ.',
  },
  'propose-do': { vi: 'Lập đề nghị hủy', en: 'Propose to cancel' },
  requests: { vi: 'Các đề nghị hủy', en: 'Requests to cancel' },
  request: { vi: 'Đề nghị', en: 'Request' },
  count: { vi: 'Số lệnh', en: 'Payments' },
  'whole-file': { vi: '{count} (cả tệp)', en: '{count} (the whole file)' },
  by: { vi: 'Người lập, người quyết định', en: 'Proposed by, decided by' },
  answered: { vi: 'Đã hủy / vẫn chi', en: 'Cancelled / paid all the same' },
  'state.proposed': { vi: 'Chờ người thứ hai', en: 'Waits for another person' },
  'state.declined': { vi: 'Không gửi', en: 'Not sent' },
  'state.confirmed': { vi: 'Đã duyệt, sắp gửi', en: 'Confirmed, about to be sent' },
  'state.sent': { vi: 'Đã gửi, chờ trả lời', en: 'Sent, awaiting an answer' },
  'state.answered': { vi: 'Ngân hàng đã trả lời', en: 'Answered' },
  decide: { vi: 'Đề nghị hủy chờ quyết định', en: 'A request to cancel waits' },
  'decide-lead': {
    vi: '{by} đề nghị hủy {count} lệnh, {total} đ. Lý do: {reason}. Căn cứ: {document}.',
    en: '{by} asks to cancel {count} payments, {total} đ. Why: {reason}. Document: {document}.',
  },
  hash: { vi: 'Mã băm của tệp sẽ gửi', en: 'Hash of what will be sent' },
  'confirm-do': {
    vi: 'Duyệt hủy {count} lệnh, {total} đ',
    en: 'Confirm: cancel {count}, {total} đ',
  },
  'decline-reason': { vi: 'Lý do không gửi', en: 'Why it is not sent' },
  'decline-do': { vi: 'Không gửi', en: 'Do not send' },
  'take-back-do': { vi: 'Rút lại đề nghị của tôi', en: 'Take my request back' },
  own: {
    vi: 'Bạn lập đề nghị này; người khác duyệt.',
    en: 'You made this request; another person confirms it.',
  },
} as const satisfies Texts;
