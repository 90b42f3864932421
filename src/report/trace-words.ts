import type { Bilingual } from '../kernel/text.ts';

// What a trace says, in words: a name for every field, a word for every code, and how the fields of a section stand
// together. What has no word is shown as it is, so that nothing is lost where a code is new.

/** The sections of a trace, in the order in which money walks. */
export const TRACE_SECTIONS = {
  list: { vi: 'Dòng trong danh sách', en: 'Row of the list' },
  assessment: { vi: 'Xét mức hưởng và căn cứ', en: 'Assessment and articles' },
  evidence: { vi: 'Chứng cứ xác minh', en: 'Evidence' },
  instruction: { vi: 'Lệnh chi', en: 'Instruction' },
  batch: { vi: 'Đợt chi và chữ ký', en: 'Batch and signatures' },
  file: { vi: 'Tệp gửi ngân hàng, và byte', en: 'File to the bank, and the byte' },
  answers: { vi: 'Trả lời của ngân hàng, và byte', en: 'Answers of the bank, and the byte' },
  statement: { vi: 'Sao kê', en: 'Statement' },
  outcome: { vi: 'Kết cục và chênh lệch', en: 'Outcome and breaks' },
  ledger: { vi: 'Sổ cái', en: 'Ledger' },
  events: { vi: 'Nhật ký', en: 'Events' },
} as const satisfies Record<string, Bilingual>;

export type TraceSectionName = keyof typeof TRACE_SECTIONS;

/** The names of the fields of a trace. */
export const TRACE_FIELDS: Readonly<Record<string, Bilingual>> = {
  account: { vi: 'tài khoản', en: 'account' },
  act: { vi: 'việc', en: 'act' },
  action: { vi: 'việc', en: 'action' },
  actor: { vi: 'người làm', en: 'by' },
  amount_vnd: { vi: 'số tiền', en: 'amount' },
  answer_sha256: { vi: 'mã băm trả lời', en: 'hash of the answer' },
  articles: { vi: 'điều khoản', en: 'articles' },
  assessed_on: { vi: 'xét ngày', en: 'assessed on' },
  at: { vi: 'lúc', en: 'at' },
  attempt: { vi: 'lần chi', en: 'attempt' },
  bank: { vi: 'ngân hàng', en: 'bank' },
  batch: { vi: 'đợt chi', en: 'batch' },
  because: { vi: 'vì', en: 'because' },
  booked_on: { vi: 'ghi sổ ngày', en: 'booked on' },
  by: { vi: 'người', en: 'by' },
  byte: { vi: 'byte thứ', en: 'at byte' },
  channel: { vi: 'kênh', en: 'channel' },
  checked_at: { vi: 'hỏi lúc', en: 'checked at' },
  class: { vi: 'kết luận', en: 'verdict' },
  closing_vnd: { vi: 'số dư cuối', en: 'closing' },
  code: { vi: 'mã', en: 'code' },
  coefficient: { vi: 'hệ số', en: 'coefficient' },
  confirmed_by: { vi: 'người xác nhận', en: 'confirmed by' },
  content_sha256: { vi: 'mã băm nội dung', en: 'hash of the content' },
  count: { vi: 'số lệnh', en: 'instructions' },
  credit: { vi: 'có', en: 'credit' },
  debit: { vi: 'nợ', en: 'debit' },
  direction: { vi: 'chiều', en: 'direction' },
  due: { vi: 'khoản được hưởng', en: 'due' },
  due_vnd: { vi: 'được hưởng', en: 'comes to' },
  enrolment: { vi: 'hồ sơ', en: 'enrolment' },
  entry: { vi: 'bút toán', en: 'entry' },
  entry_vnd: { vi: 'số tiền bút toán', en: 'of the entry' },
  event: { vi: 'sự kiện số', en: 'event' },
  file: { vi: 'tệp', en: 'file' },
  for_period: { vi: 'cho kỳ', en: 'for' },
  ground: { vi: 'diện', en: 'ground' },
  imported_at: { vi: 'lúc', en: 'at' },
  imported_by: { vi: 'người nhập', en: 'taken in by' },
  instead_of: { vi: 'thay cho', en: 'instead of' },
  kind: { vi: 'loại', en: 'kind' },
  line: { vi: 'dòng', en: 'line' },
  line_sha256: { vi: 'mã băm dòng', en: 'hash of the line' },
  list: { vi: 'danh sách số', en: 'list' },
  listed_vnd: { vi: 'số tiền ghi', en: 'listed' },
  message: { vi: 'mã thông điệp', en: 'message' },
  name: { vi: 'họ tên', en: 'name' },
  number: { vi: 'số', en: 'number' },
  opened_at: { vi: 'mở lúc', en: 'opened at' },
  opening_vnd: { vi: 'số dư đầu', en: 'opening' },
  outcome: { vi: 'kết cục', en: 'outcome' },
  paid_vnd: { vi: 'đã chi', en: 'paid before' },
  part: { vi: 'phần', en: 'part' },
  path: { vi: 'đường dẫn', en: 'path' },
  period: { vi: 'kỳ', en: 'period' },
  reason: { vi: 'lý do', en: 'reason' },
  reference: { vi: 'mã tham chiếu', en: 'reference' },
  resolution: { vi: 'giải quyết', en: 'resolution' },
  resolved_by: { vi: 'người giải quyết', en: 'resolved by' },
  row: { vi: 'dòng', en: 'row' },
  sent_at: { vi: 'gửi lúc', en: 'sent at' },
  sha256: { vi: 'mã băm', en: 'SHA-256' },
  sheet: { vi: 'trang tính', en: 'sheet' },
  standard_vnd: { vi: 'mức chuẩn', en: 'standard' },
  state: { vi: 'trạng thái', en: 'state' },
  statement: { vi: 'sao kê', en: 'statement' },
  status: { vi: 'trạng thái', en: 'status' },
  subject: { vi: 'về', en: 'about' },
  total_vnd: { vi: 'tổng số', en: 'total' },
};

const WORDS: Readonly<Record<string, Bilingual>> = {
  // What one is due, and for which month.
  current: { vi: 'kỳ này', en: 'current' },
  arrears: { vi: 'truy lĩnh', en: 'arrears' },
  ahead: { vi: 'chi trước', en: 'ahead' },
  once: { vi: 'một lần', en: 'once' },
  // What was asked, and what came back.
  recipient: { vi: 'người thụ hưởng', en: 'recipient' },
  payee: { vi: 'người nhận', en: 'payee' },
  account: { vi: 'tài khoản', en: 'account' },
  proven: { vi: 'đã xác minh', en: 'proven' },
  doubtful: { vi: 'còn nghi ngờ', en: 'doubtful' },
  refused: { vi: 'bị từ chối', en: 'refused' },
  match: { vi: 'khớp', en: 'match' },
  close: { vi: 'gần khớp', en: 'close' },
  'no-match': { vi: 'không khớp', en: 'no match' },
  'not-possible': { vi: 'không so được', en: 'not possible' },
  unknown: { vi: 'chưa rõ', en: 'unknown' },
  // Batches and files.
  signed: { vi: 'ký', en: 'signed' },
  gathered: { vi: 'đang lập', en: 'gathered' },
  prepared: { vi: 'lập', en: 'prepared' },
  approved: { vi: 'đã duyệt', en: 'approved' },
  withdrawn: { vi: 'đã rút', en: 'withdrawn' },
  released: { vi: 'đã gửi đi', en: 'released' },
  reconciled: { vi: 'đã đối soát', en: 'reconciled' },
  claimed: { vi: 'đang gửi', en: 'claimed' },
  sent: { vi: 'đã gửi', en: 'sent' },
  answered: { vi: 'đã có trả lời', en: 'answered' },
  // The bank, and what became of it.
  debit: { vi: 'ghi nợ', en: 'debit' },
  credit: { vi: 'ghi có', en: 'credit' },
  paid: { vi: 'đã chi', en: 'paid' },
  settled: { vi: 'đã chi', en: 'settled' },
  rejected: { vi: 'bị từ chối', en: 'rejected' },
  unpaid: { vi: 'chưa nhận tiền', en: 'unpaid' },
  returned: { vi: 'hoàn trả', en: 'returned' },
  // The ledger.
  entitled: { vi: 'được hưởng', en: 'entitled' },
  lapsed: { vi: 'không còn nợ', en: 'lapsed' },
  deducted: { vi: 'khấu trừ', en: 'deducted' },
  appropriation: { vi: 'dự toán', en: 'appropriation' },
  owed: { vi: 'còn phải chi', en: 'owed' },
  in_transit: { vi: 'đang chuyển', en: 'in transit' },
};

/** Fields whose values are codes of ours; the word of another field is a name or a number, and is left alone. */
const CODED = new Set(
  'act class credit debit direction kind name number outcome state subject because'.split(' '),
);

/** The word for a code of ours, or nothing where the value is no such code. */
export function traceWord(field: string, value: string): Bilingual | undefined {
  return CODED.has(field) ? WORDS[value] : undefined;
}

/** How the fields of a row stand together: each group is a line. What is named in none is told on a line more. */
export const TRACE_LINES: Readonly<Record<TraceSectionName, readonly (readonly string[])[]>> = {
  list: [
    ['list', 'sheet', 'row', 'enrolment', 'listed_vnd'],
    ['imported_by', 'imported_at'],
    ['file'],
    ['sha256'],
  ],
  assessment: [
    ['for_period', 'kind', 'ground', 'amount_vnd'],
    ['standard_vnd', 'coefficient', 'paid_vnd'],
    ['articles'],
    ['due', 'due_vnd', 'assessed_on'],
  ],
  evidence: [
    ['subject', 'period', 'class', 'code', 'number', 'name'],
    ['checked_at'],
    ['answer_sha256'],
  ],
  instruction: [
    ['reference', 'amount_vnd', 'bank', 'account', 'attempt'],
    ['instead_of', 'because'],
    ['line_sha256'],
  ],
  batch: [
    ['act', 'by', 'at'],
    ['batch', 'state', 'channel'],
    ['count', 'total_vnd'],
    ['content_sha256'],
  ],
  file: [['file', 'byte'], ['message', 'part', 'state', 'sent_at'], ['sha256']],
  answers: [
    ['kind', 'status', 'reason', 'amount_vnd', 'booked_on'],
    ['entry', 'line', 'byte'],
    ['file'],
    ['path'],
    ['sha256'],
  ],
  statement: [
    ['direction', 'entry', 'entry_vnd', 'booked_on'],
    ['statement', 'number', 'opening_vnd', 'closing_vnd'],
  ],
  outcome: [
    ['outcome', 'reason', 'amount_vnd', 'booked_on'],
    ['opened_at', 'resolution', 'resolved_by', 'confirmed_by'],
  ],
  ledger: [
    ['kind', 'amount_vnd', 'booked_on'],
    ['debit', 'credit', 'reference'],
  ],
  events: [['event', 'action', 'subject'], ['actor', 'at'], ['sha256']],
};
