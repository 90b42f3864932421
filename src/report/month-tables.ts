import { dayMonthYear } from '../kernel/period.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import type { Bilingual } from '../kernel/text.ts';
import { BREAK_KINDS } from '../reconciliation/break.ts';
import { detailTables } from './month-detail.ts';
import { checksOf, type MonthFigures, type ReasonRow } from './month-figures.ts';
import type { Cell, MonthReport, ReportTable } from './month-report.ts';
import {
  batchStateName,
  directionName,
  fileFateName,
  findingName,
  nothingDueName,
  notPaidName,
} from './month-words.ts';
import { drawnFact, fact, inWords, letterhead, monthText, type Column } from './report-parts.ts';

/** Says a month in tables that a person reads: every figure is in the figures, none is made here. */
export function monthReport(figures: MonthFigures): MonthReport {
  const { period, environment, auditHead } = figures;
  return {
    title: {
      vi: `Báo cáo chi trả và đối soát tháng ${monthText(period)}`,
      en: `Payment and reconciliation report, ${period}`,
    },
    letterhead: letterhead({ ...figures.letterhead, on: figures.drawnOn }),
    banner: environment === 'sandbox' ? 'SANDBOX' : null,
    facts: [
      fact('Kỳ chi trả', 'Period', monthText(period)),
      fact('Tỉnh, thành phố', 'Province', figures.letterhead.province),
      inWords('Được hưởng trong kỳ', 'Due', figures.totals.dueVnd),
      inWords('Đã chi trong kỳ', 'Paid', figures.totals.paidVnd),
      drawnFact(
        'Thời điểm lập (giờ Việt Nam)',
        'Drawn at (Vietnam time)',
        `${dayMonthYear(figures.drawnOn)} ${figures.drawnTime}`,
      ),
      drawnFact('Số sự kiện nhật ký', 'Audit events', String(auditHead.eventNo)),
      drawnFact('Mã băm đầu chuỗi nhật ký', 'Audit chain head', auditHead.hash),
    ],
    checks: checksOf(figures),
    tables: [
      walkTable(figures),
      batchTable(figures),
      reasonTable(
        'held',
        'Tạm giữ, chưa lập lệnh chi',
        'Held, not instructed',
        worded(figures.held, findingName),
      ),
      reasonTable(
        'cash',
        'Tài khoản chưa xác minh được, chi tiền mặt',
        'Account not proven, paid in cash',
        worded(figures.cash, findingName),
      ),
      reasonTable(
        'not-paid',
        'Bị từ chối, không đến nhận, hoàn trả',
        'Rejected, not collected, returned',
        worded(figures.notPaid, notPaidName),
      ),
      reasonTable(
        'nothing-due',
        'Không được hưởng',
        'Nothing due',
        worded(figures.nothingDue, nothingDueName),
      ),
      statementTable(figures),
      breakTable(figures),
      ...detailTables(figures),
      fileTable(figures),
    ],
  };
}

const column = (kind: Column['kind'], vi: string, en: string): Column => ({
  kind,
  title: { vi, en },
});

function table(of: Omit<ReportTable, 'totals' | 'note'> & Partial<ReportTable>): ReportTable {
  return { totals: null, note: null, ...of };
}

function walkTable({ totals, batches }: MonthFigures): ReportTable {
  const instructed = batches.reduce((sum, batch) => sum + batch.instructionCount, 0n);
  const instructedVnd = batches.reduce((sum, batch) => sum + batch.totalVnd, 0n);
  const row = (vi: string, en: string, count: bigint | null, vnd: bigint | null): Cell[] => [
    { label: { vi, en } },
    count === null ? { text: '' } : { count },
    vnd === null ? { text: '' } : { vnd },
  ];
  return table({
    id: 'walk',
    title: { vi: 'Từ danh sách đến đối soát', en: 'From list to reconciliation' },
    columns: [
      column('text', 'Khoản mục', 'Item'),
      column('count', 'Số lượng', 'Count'),
      column('vnd', 'Số tiền', 'Amount'),
    ],
    rows: [
      row('Dòng danh sách', 'List rows', totals.listedRows, null),
      row('– nhận', '– accepted', totals.acceptedRows, null),
      row('– từ chối', '– refused', totals.refusedRows, null),
      row('Đã xét', 'Assessed', totals.assessedCount, null),
      row('Được hưởng', 'Due', totals.dueCount, totals.dueVnd),
      row('– trong đó truy lĩnh', '– of which arrears', null, totals.arrearsVnd),
      row('Lập lệnh chi', 'Instructed', instructed, instructedVnd),
      row('Tạm giữ', 'Held', totals.heldCount, totals.heldVnd),
      row('Khấu trừ theo quyết định', 'Deducted by decision', null, totals.deductedVnd),
      row('Đã chi', 'Paid', null, totals.paidVnd),
      row('Đang chuyển', 'In transit', null, totals.inTransitVnd),
      row('Còn phải trả', 'Still owed', null, totals.owedVnd),
      row('– do không chi được', '– could not be paid', totals.reopenedCount, totals.reopenedVnd),
    ],
  });
}

function batchTable({ batches }: MonthFigures): ReportTable {
  const sum = (of: (batch: (typeof batches)[number]) => bigint): bigint =>
    batches.reduce((total, batch) => total + of(batch), 0n);
  return table({
    id: 'batches',
    title: { vi: 'Đợt chi trả', en: 'Disbursement batches' },
    columns: [
      column('text', 'Mã đợt', 'Batch'),
      column('text', 'Chương trình', 'Programme'),
      column('text', 'Trạng thái', 'State'),
      column('text', 'Người ký', 'Signed by'),
      column('count', 'Số lệnh', 'Instructions'),
      column('vnd', 'Tổng tiền', 'Total'),
      column('vnd', 'Đã chi', 'Settled'),
      column('vnd', 'Bị từ chối', 'Rejected'),
      column('vnd', 'Không đến nhận', 'Not collected'),
      column('vnd', 'Hoàn trả', 'Returned'),
      column('vnd', 'Chưa rõ', 'Open'),
    ],
    rows: batches.map((batch) => [
      { text: batch.batchCode },
      { label: PROGRAMME_NAMES[batch.programme] },
      { label: batchStateName(batch.state) },
      { text: batch.signers },
      { count: batch.instructionCount },
      { vnd: batch.totalVnd },
      { vnd: batch.settledVnd },
      { vnd: batch.rejectedVnd },
      { vnd: batch.unpaidVnd },
      { vnd: batch.returnedVnd },
      { vnd: batch.openVnd },
    ]),
    totals: [
      { label: { vi: 'Tổng cộng', en: 'Total' } },
      { text: '' },
      { text: '' },
      { text: '' },
      { count: sum((batch) => batch.instructionCount) },
      { vnd: sum((batch) => batch.totalVnd) },
      { vnd: sum((batch) => batch.settledVnd) },
      { vnd: sum((batch) => batch.rejectedVnd) },
      { vnd: sum((batch) => batch.unpaidVnd) },
      { vnd: sum((batch) => batch.returnedVnd) },
      { vnd: sum((batch) => batch.openVnd) },
    ],
  });
}

/** A reason in words, with what it came to. */
type WordedRow = Omit<ReasonRow, 'reason'> & { readonly says: Bilingual };

function worded(rows: readonly ReasonRow[], name: (code: string) => Bilingual): WordedRow[] {
  return rows.map(({ reason, count, vnd }) => ({ says: name(reason), count, vnd }));
}

function reasonTable(
  id: string,
  vi: string,
  en: string,
  reasons: readonly WordedRow[],
): ReportTable {
  return table({
    id,
    title: { vi, en },
    columns: [
      column('text', 'Lý do', 'Reason'),
      column('count', 'Số người', 'Count'),
      column('vnd', 'Số tiền', 'Amount'),
    ],
    rows: reasons.map(({ says, count, vnd }) => [{ label: says }, { count }, { vnd }]),
    totals: [
      { label: { vi: 'Tổng cộng', en: 'Total' } },
      { count: reasons.reduce((sum, { count }) => sum + count, 0n) },
      { vnd: reasons.reduce((sum, { vnd }) => sum + vnd, 0n) },
    ],
  });
}

function statementTable({ statements }: MonthFigures): ReportTable {
  return table({
    id: 'statements',
    title: { vi: 'Tài khoản theo sao kê ngân hàng', en: 'Accounts as the bank states them' },
    columns: [
      column('text', 'Tài khoản đơn vị', 'Payer account'),
      column('count', 'Số sao kê', 'Statements'),
      column('vnd', 'Số dư đầu', 'Opening'),
      column('vnd', 'Ghi nợ', 'Debits'),
      column('vnd', 'Ghi có', 'Credits'),
      column('vnd', 'Số dư cuối', 'Closing'),
      column('vnd', 'Sổ ta: đã chi', 'Our books: settled'),
      column('vnd', 'Sổ ta: hoàn trả', 'Our books: returned'),
    ],
    rows: statements.map((row) => [
      { text: row.account },
      { count: row.statements },
      { vnd: row.openingVnd },
      { vnd: row.debitVnd },
      { vnd: row.creditVnd },
      { vnd: row.closingVnd },
      { vnd: row.settledVnd },
      { vnd: row.returnedVnd },
    ]),
  });
}

function breakTable({ breaks }: MonthFigures): ReportTable {
  return table({
    id: 'breaks',
    title: { vi: 'Chênh lệch chưa giải trình', en: 'Open breaks' },
    columns: [
      column('text', 'Loại', 'Kind'),
      column('count', 'Số dòng', 'Count'),
      column('vnd', 'Số tiền', 'Amount'),
    ],
    rows: breaks.map(({ kind, count, vnd }) => [{ label: BREAK_KINDS[kind] }, { count }, { vnd }]),
  });
}

function fileTable({ files }: MonthFigures): ReportTable {
  return table({
    id: 'files',
    title: { vi: 'Tệp đã nhận và đã gửi', en: 'Files received and sent' },
    columns: [
      column('count', 'Số', 'No'),
      column('text', 'Chiều', 'Direction'),
      column('text', 'Đối tác', 'Counterpart'),
      column('text', 'Tên tệp', 'Name'),
      column('text', 'Kết quả', 'Verdict'),
      column('count', 'Số dòng', 'Lines'),
      column('vnd', 'Số tiền', 'Amount'),
      column('text', 'SHA-256', 'SHA-256'),
    ],
    rows: files.map((file) => [
      { count: file.fileId },
      { label: directionName(file.direction) },
      { text: file.counterpart },
      { text: file.name },
      { label: fileFateName(file.verdict) },
      { count: file.lineCount },
      { vnd: file.totalVnd },
      { text: file.sha256 },
    ]),
  });
}
