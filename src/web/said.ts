import { isProgramme, PROGRAMME_NAMES } from '../kernel/reference.ts';
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
  'signed-in': { vi: 'Đăng nhập', en: 'Signed in' },
  'signed-out': { vi: 'Đăng xuất', en: 'Signed out' },
  'sign-in-refused': { vi: 'Từ chối đăng nhập', en: 'Sign-in refused' },
  'sessions-ended': { vi: 'Kết thúc phiên đăng nhập', en: 'Sessions ended' },
  'password-changed': { vi: 'Đổi mật khẩu', en: 'Password changed' },
  'one-time-password-given': { vi: 'Cấp mật khẩu một lần', en: 'One-time password given' },
  'second-factor-enrolled': { vi: 'Đăng ký ứng dụng xác thực', en: 'Authenticator enrolled' },
  'identity-bound': { vi: 'Gắn định danh điện tử', en: 'Electronic identity bound' },
  'person-added': { vi: 'Thêm người sử dụng', en: 'Person added' },
  'role-proposed': { vi: 'Đề nghị giao vai trò', en: 'Role proposed' },
  'role-granted': { vi: 'Giao vai trò', en: 'Role granted' },
  'role-revoked': { vi: 'Thu vai trò', en: 'Role revoked' },
  'facts-imported': { vi: 'Nhập danh sách của cơ quan khác', en: 'List of others taken in' },
  'list-compared': { vi: 'So danh sách với tháng trước', en: 'List compared with last month' },
  'deaths-registered': { vi: 'Ghi người đã chết', en: 'Deaths registered' },
  'recipient-merged': { vi: 'Gộp hồ sơ người hưởng', en: 'Recipients merged' },
  'change-proposed': { vi: 'Đề nghị sửa hồ sơ', en: 'Change proposed' },
  'evidence-recorded': { vi: 'Lưu chứng cứ xác minh', en: 'Evidence recorded' },
  'evidence-reused': { vi: 'Dùng lại chứng cứ còn hạn', en: 'Evidence used again' },
  'lines-cross-checked': { vi: 'Soát chéo các dòng', en: 'Lines cross-checked' },
  'linked-accounts-looked-up': { vi: 'Hỏi tài khoản đã liên kết', en: 'Linked accounts looked up' },
  'finding-looked-into': { vi: 'Nhận xem trường hợp xác minh', en: 'Finding looked into' },
  'finding-outcome-proposed': {
    vi: 'Đề nghị kết luận xác minh',
    en: 'Outcome of a finding proposed',
  },
  'finding-outcome-confirmed': {
    vi: 'Xác nhận kết luận xác minh',
    en: 'Outcome of a finding confirmed',
  },
  'finding-outcome-declined': { vi: 'Bác kết luận xác minh', en: 'Outcome of a finding declined' },
  'file-answered': { vi: 'Ngân hàng trả lời tệp', en: 'File answered' },
  'file-reconciled': { vi: 'Đối soát tệp', en: 'File reconciled' },
  'lines-owed-again': { vi: 'Các dòng trở lại số còn phải chi', en: 'Lines owed again' },
  'recovery-proposed': { vi: 'Đề nghị thu hồi', en: 'Recovery proposed' },
  'recovery-decided': { vi: 'Quyết định thu hồi', en: 'Recovery decided' },
  'recovery-repaid': { vi: 'Thu hồi được tiền', en: 'Recovery repaid' },
  'unit-ordered': { vi: 'Cho chạy công việc', en: 'Run ordered' },
  'rows-sealed': { vi: 'Niêm phong dữ liệu', en: 'Rows sealed' },
  'quality-measured': { vi: 'Đo chất lượng dữ liệu', en: 'Quality measured' },
  'number-revealed': { vi: 'Xem số đầy đủ', en: 'Whole number looked at' },
};

/** What a total is called: a programme by its name; a batch, a bank and a day as they are written. */
export function totalName({ by, key }: { by: string; key: string }): Bilingual {
  return by === 'programme' && isProgramme(key) ? PROGRAMME_NAMES[key] : { vi: key, en: key };
}

/** The series of amounts that laws name; one that is not here is shown as it is written. */
export const SERIES: Readonly<Record<string, Bilingual>> = {
  base_salary: { vi: 'Mức lương cơ sở', en: 'Base salary' },
  merit_standard: { vi: 'Mức chuẩn ưu đãi người có công', en: 'Standard of merit' },
  minimum_wage_I: { vi: 'Lương tối thiểu vùng I', en: 'Minimum wage, region I' },
  minimum_wage_II: { vi: 'Lương tối thiểu vùng II', en: 'Minimum wage, region II' },
  minimum_wage_III: { vi: 'Lương tối thiểu vùng III', en: 'Minimum wage, region III' },
  minimum_wage_IV: { vi: 'Lương tối thiểu vùng IV', en: 'Minimum wage, region IV' },
  social_assistance_standard: {
    vi: 'Mức chuẩn trợ giúp xã hội',
    en: 'Standard of social assistance',
  },
  social_pension: { vi: 'Trợ cấp hưu trí xã hội', en: 'Social pension' },
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
