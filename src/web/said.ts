import type { Bilingual } from '../kernel/text.ts';
import type { BatchState } from '../batch/batch.ts';
import { BATCH_STATE_NAMES, OUTCOME_NAMES } from '../report/month-words.ts';
import type { Tone } from './components.tsx';

/** A state in words, and whether it is good, bad, or waits for somebody. */
export interface Said extends Bilingual {
  readonly tone: Tone;
}

export const BATCH_STATES: Readonly<Record<BatchState, Said>> = {
  gathered: { ...BATCH_STATE_NAMES.gathered, tone: 'calm' },
  prepared: { ...BATCH_STATE_NAMES.prepared, tone: 'wait' },
  approved: { ...BATCH_STATE_NAMES.approved, tone: 'good' },
  withdrawn: { ...BATCH_STATE_NAMES.withdrawn, tone: 'bad' },
  released: { ...BATCH_STATE_NAMES.released, tone: 'calm' },
  reconciled: { ...BATCH_STATE_NAMES.reconciled, tone: 'good' },
};

/** The events of the log in words; an action that is not here is shown as it is written. */
export const ACTIONS: Readonly<Record<string, Bilingual>> = {
  'batch-gathered': { vi: 'Lập đợt', en: 'Batch made' },
  'batch-prepared': { vi: 'Lập tệp và niêm phong, chờ ký', en: 'Files made and sealed' },
  'batch-signed': { vi: 'Ký duyệt', en: 'Signed' },
  'batch-approved': { vi: 'Đủ hai chữ ký, được phê duyệt', en: 'Both signatures there: approved' },
  'batch-withdrawn': { vi: 'Rút khỏi chi trả', en: 'Withdrawn' },
  'batch-rejected': { vi: 'Không duyệt', en: 'Rejected' },
  'batch-taken-back': { vi: 'Rút lại trước khi gửi', en: 'Taken back before it left' },
  'batch-released': { vi: 'Phát hành lệnh chi', en: 'Released' },
  'batch-reconciled': { vi: 'Đối soát xong', en: 'Reconciled' },
  'list-imported': { vi: 'Nhập danh sách', en: 'List taken in' },
  'list-refused': { vi: 'Từ chối danh sách', en: 'List refused' },
  'period-assessed': { vi: 'Xét mức hưởng', en: 'Amounts assessed' },
  'file-claimed': { vi: 'Nhận gửi tệp', en: 'File claimed' },
  'file-sent': { vi: 'Gửi tệp', en: 'File sent' },
  'report-filed': { vi: 'Lưu báo cáo', en: 'Report filed' },
  'fee-recorded': { vi: 'Ghi mức phí chi trả', en: 'Fee of a payment recorded' },
  'own-code-given': { vi: 'Cấp phiếu xem chi trả', en: 'Slip for the own page given' },
  'own-page-opened': { vi: 'Người hưởng mở trang của mình', en: 'Opened by the recipient' },
  'uncollected-proposed': {
    vi: 'Đề nghị theo danh sách tiền mặt không nhận',
    en: 'List of uncollected cash proposed',
  },
  'uncollected-decided': {
    vi: 'Quyết định theo danh sách tiền mặt không nhận',
    en: 'List of uncollected cash decided',
  },
  'period-closing-proposed': { vi: 'Đề nghị khóa kỳ', en: 'Closing proposed' },
  'period-closed': { vi: 'Khóa kỳ', en: 'Month closed' },
  'day-signed-off': { vi: 'Ký xác nhận ngày khớp', en: 'Day signed off' },
  'break-assigned': { vi: 'Giao chênh lệch', en: 'Break assigned' },
  'break-proposed': { vi: 'Đề nghị giải quyết chênh lệch', en: 'Resolution proposed' },
  'break-resolved': { vi: 'Giải quyết chênh lệch', en: 'Break resolved' },
  'break-declined': { vi: 'Bác đề nghị giải quyết', en: 'Resolution declined' },
  'breaks-found': { vi: 'Dò thấy chênh lệch', en: 'Breaks found' },
  'settlement-accepted': { vi: 'Nhận tệp ngân hàng', en: 'Bank file taken' },
  'settlement-refused': { vi: 'Từ chối tệp ngân hàng', en: 'Bank file refused' },
  'audit-verified': { vi: 'Tính lại toàn bộ nhật ký', en: 'Everything computed again' },
  'file-looked-at': { vi: 'Xem nội dung tệp', en: 'Content of a file looked at' },
  'number-revealed': { vi: 'Xem số đầy đủ', en: 'Whole number looked at' },
};

/** How grave a finding is. */
export const SEVERITIES: Readonly<Record<'block' | 'review' | 'notice', Said>> = {
  block: { vi: 'Giữ lại', en: 'Held', tone: 'bad' },
  review: { vi: 'Chờ người xem', en: 'To be reviewed', tone: 'wait' },
  notice: { vi: 'Để biết', en: 'For information', tone: 'calm' },
};

/** What became of a payment. */
export const OUTCOMES: Readonly<Record<string, Said>> = {
  settled: { ...OUTCOME_NAMES.settled, tone: 'good' },
  rejected: { ...OUTCOME_NAMES.rejected, tone: 'bad' },
  unpaid: { ...OUTCOME_NAMES.unpaid, tone: 'wait' },
  returned: { ...OUTCOME_NAMES.returned, tone: 'bad' },
};
