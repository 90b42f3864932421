import { dayMonthYear, type Period, type PlainDate } from '../kernel/period.ts';
import { PROGRAMME_NAMES, type Programme } from '../kernel/reference.ts';
import type { Bilingual } from '../kernel/text.ts';
import { BREAK_KINDS, type BreakKind } from '../reconciliation/break.ts';
import type { Cell, MonthReport, ReportTable } from './month-report.ts';
import {
  count,
  EMPTY,
  fact,
  inWords,
  letterhead,
  monthText,
  sum,
  text,
  TOTAL,
  vnd,
  type Column,
} from './report-parts.ts';

// The accounts of some months as they were known at an instant: what was instructed, paid, returned and not
// paid, by programme and budget line (quyết toán), by month and by provider (bảng đối chiếu), beside the
// statements and the open breaks. Drawn for the same instant it has the same bytes, whenever it is drawn.

/** What was instructed of a programme in a month over a channel, and what became of it. In dong. */
export interface AccountsRow {
  readonly programme: Programme;
  readonly period: Period;
  readonly channel: string;
  readonly channelKind: 'account' | 'cash_post';
  readonly count: bigint;
  readonly instructedVnd: bigint;
  readonly paidCount: bigint;
  readonly paidVnd: bigint;
  readonly rejectedVnd: bigint;
  readonly unpaidCount: bigint;
  readonly unpaidVnd: bigint;
  readonly returnedCount: bigint;
  readonly returnedVnd: bigint;
  readonly openVnd: bigint;
}

export interface StatedAccount {
  readonly account: string;
  readonly statements: bigint;
  readonly openingVnd: bigint;
  readonly debitVnd: bigint;
  readonly creditVnd: bigint;
  readonly closingVnd: bigint;
}

export interface OpenBreakRow {
  readonly kind: BreakKind;
  readonly count: bigint;
  readonly vnd: bigint;
}

export interface AccountsFigures {
  readonly first: Period;
  readonly last: Period;
  readonly environment: 'sandbox' | 'production';
  readonly province: string;
  readonly agency: string;
  /** The instant as clocks in Vietnam have it. */
  readonly on: PlainDate;
  readonly time: string;
  readonly auditHead: { readonly eventNo: bigint; readonly hash: string };
  readonly rows: readonly AccountsRow[];
  /** The same money by the batches as signed and by the ledger. */
  readonly signedVnd: bigint;
  readonly ledgerPaidVnd: bigint;
  readonly ledgerReturnedVnd: bigint;
  readonly statements: readonly StatedAccount[];
  readonly breaks: readonly OpenBreakRow[];
}

/**
 * The budget line of a programme where a text names it: Circular 44/2022/TT-BLDTBXH art. 13 for people of
 * merit. The others are paid by the local budget or the fund, under the chapter of the unit that pays.
 */
const BUDGET_LINES: Partial<Record<Programme, string>> = { merit: '024 – 01 – 370 – 371' };

/** The accounts as a report that every writer can set. */
export function accountsReport(figures: AccountsFigures): MonthReport {
  const { first, last, environment, auditHead, rows } = figures;
  const months: Bilingual =
    first === last
      ? { vi: `tháng ${monthText(first)}`, en: monthText(first) }
      : {
          vi: `từ tháng ${monthText(first)} đến tháng ${monthText(last)}`,
          en: `${monthText(first)} to ${monthText(last)}`,
        };
  return {
    title: {
      vi: `Bảng đối chiếu và quyết toán chi trả ${months.vi}`,
      en: `Comparison and settlement of payments, ${months.en}`,
    },
    letterhead: letterhead(figures),
    banner: environment === 'sandbox' ? 'SANDBOX' : null,
    facts: [
      fact('Tỉnh, thành phố', 'Province', figures.province),
      fact(
        'Số liệu đã biết đến (giờ Việt Nam)',
        'As known at (Vietnam time)',
        `${dayMonthYear(figures.on)} ${figures.time}`,
      ),
      inWords(
        'Đã lập lệnh',
        'Instructed',
        sum(rows, (row) => row.instructedVnd),
      ),
      inWords('Thực chi', 'Paid and not returned', sum(rows, netOf)),
      fact('Số sự kiện nhật ký', 'Audit events', String(auditHead.eventNo)),
      fact('Mã băm đầu chuỗi nhật ký', 'Audit chain head', auditHead.hash),
    ],
    checks: checksOf(figures),
    tables: [
      statementTable(figures),
      breakTable(figures),
      settlementTable(rows),
      comparisonTable(figures),
      monthTable(rows),
    ],
  };
}

const netOf = (row: AccountsRow): bigint => row.paidVnd - row.returnedVnd;

/** What must tie before anybody signs: parts against wholes that were drawn from other rows. */
function checksOf(figures: AccountsFigures): MonthReport['checks'] {
  const { rows, statements } = figures;
  const check = (vi: string, en: string, holds: boolean) => ({ label: { vi, en }, holds });
  return [
    check(
      'Tổng các lệnh = tổng các đợt đã ký',
      'All instructions are the batches as signed',
      sum(rows, (row) => row.instructedVnd) === figures.signedVnd,
    ),
    check(
      'Mỗi lệnh có đúng một kết quả: đã chi + từ chối + chưa nhận + chưa rõ = đã lập lệnh',
      'Each instruction has one outcome: paid, rejected, not collected and open are instructed',
      rows.every(
        (row) => row.paidVnd + row.rejectedVnd + row.unpaidVnd + row.openVnd === row.instructedVnd,
      ),
    ),
    check(
      'Đã chi = sổ cái',
      'Paid is what the ledger has paid',
      sum(rows, (row) => row.paidVnd) === figures.ledgerPaidVnd,
    ),
    check(
      'Hoàn trả = sổ cái',
      'Returned is what the ledger has taken back',
      sum(rows, (row) => row.returnedVnd) === figures.ledgerReturnedVnd,
    ),
    check(
      'Sao kê: số dư đầu + ghi có − ghi nợ = số dư cuối',
      'Statements: opening and credits less debits is closing',
      statements.every((of) => of.openingVnd + of.creditVnd - of.debitVnd === of.closingVnd),
    ),
  ];
}

/** The figures that every division of the same money has. */
const MONEY: readonly Column[] = [
  count('Số lệnh', 'Instructions'),
  vnd('Đã lập lệnh', 'Instructed'),
  vnd('Đã chi', 'Paid'),
  vnd('Hoàn trả', 'Returned'),
  vnd('Thực chi', 'Paid, not returned'),
  vnd('Từ chối', 'Rejected'),
  vnd('Chưa nhận', 'Not collected'),
  vnd('Chưa rõ', 'Open'),
];

function moneyOf(rows: readonly AccountsRow[]): Cell[] {
  return [
    { count: sum(rows, (row) => row.count) },
    { vnd: sum(rows, (row) => row.instructedVnd) },
    { vnd: sum(rows, (row) => row.paidVnd) },
    { vnd: sum(rows, (row) => row.returnedVnd) },
    { vnd: sum(rows, netOf) },
    { vnd: sum(rows, (row) => row.rejectedVnd) },
    { vnd: sum(rows, (row) => row.unpaidVnd) },
    { vnd: sum(rows, (row) => row.openVnd) },
  ];
}

/** Rows in groups of one key, in the order of the keys. */
function grouping<Key extends string>(
  rows: readonly AccountsRow[],
  of: (row: AccountsRow) => Key,
): [Key, AccountsRow[]][] {
  const groups = new Map<Key, AccountsRow[]>();
  for (const row of rows) groups.set(of(row), [...(groups.get(of(row)) ?? []), row]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function settlementTable(rows: readonly AccountsRow[]): ReportTable {
  return {
    id: 'settlement',
    title: { vi: 'Quyết toán theo chương trình', en: 'Settlement by programme' },
    columns: [
      text('Chương trình', 'Programme'),
      text('Chương – loại – khoản', 'Budget line'),
      ...MONEY,
    ],
    rows: grouping(rows, (row) => row.programme).map(([programme, of]) => [
      { label: PROGRAMME_NAMES[programme] },
      { text: BUDGET_LINES[programme] ?? '–' },
      ...moneyOf(of),
    ]),
    totals: [TOTAL, EMPTY, ...moneyOf(rows)],
    note: {
      vi: 'Người có công: ngân sách trung ương, chương 024, cấp 01, loại 370, khoản 371 (Thông tư 44/2022/TT-BLĐTBXH, Điều 13). Chương trình khác: theo chương của đơn vị dự toán chi trả.',
      en: 'People of merit: Circular 44/2022/TT-BLDTBXH art. 13. Other programmes: under the chapter of the unit that pays.',
    },
  };
}

function comparisonTable({ rows }: AccountsFigures): ReportTable {
  return {
    id: 'comparison',
    title: { vi: 'Đối chiếu theo đơn vị chi trả', en: 'Comparison by provider' },
    columns: [
      text('Kênh', 'Channel'),
      ...MONEY,
      count('Người chưa nhận', 'Not collected, count'),
      count('Lượt hoàn trả', 'Returned, count'),
    ],
    rows: grouping(rows, (row) => row.channel).map(([channel, of]) => [
      { text: channel },
      ...moneyOf(of),
      { count: sum(of, (row) => row.unpaidCount) },
      { count: sum(of, (row) => row.returnedCount) },
    ]),
    totals: [
      TOTAL,
      ...moneyOf(rows),
      { count: sum(rows, (row) => row.unpaidCount) },
      { count: sum(rows, (row) => row.returnedCount) },
    ],
    note: null,
    chart: { column: 2 },
  };
}

function monthTable(rows: readonly AccountsRow[]): ReportTable {
  return {
    id: 'months',
    title: { vi: 'Theo kỳ chi trả', en: 'By month' },
    columns: [text('Kỳ', 'Month'), ...MONEY],
    rows: grouping(rows, (row) => row.period).map(([period, of]) => [
      { text: monthText(period) },
      ...moneyOf(of),
    ]),
    totals: [TOTAL, ...moneyOf(rows)],
    note: null,
  };
}

function statementTable({ statements }: AccountsFigures): ReportTable {
  return {
    id: 'statements',
    title: { vi: 'Tài khoản theo sao kê', en: 'Accounts as their bank states them' },
    columns: [
      text('Tài khoản', 'Account'),
      count('Số sao kê', 'Statements'),
      vnd('Số dư đầu', 'Opening'),
      vnd('Ghi nợ', 'Debits'),
      vnd('Ghi có', 'Credits'),
      vnd('Số dư cuối', 'Closing'),
    ],
    rows: statements.map((of) => [
      { text: of.account },
      { count: of.statements },
      { vnd: of.openingVnd },
      { vnd: of.debitVnd },
      { vnd: of.creditVnd },
      { vnd: of.closingVnd },
    ]),
    totals: null,
    note: null,
  };
}

function breakTable({ breaks }: AccountsFigures): ReportTable {
  return {
    id: 'breaks',
    title: { vi: 'Chênh lệch còn mở vào lúc đó', en: 'Breaks open at that instant' },
    columns: [text('Loại', 'Kind'), count('Số dòng', 'Count'), vnd('Số tiền', 'Amount')],
    rows: breaks.map((of) => [
      { label: BREAK_KINDS[of.kind] },
      { count: of.count },
      { vnd: of.vnd },
    ]),
    totals: [TOTAL, { count: sum(breaks, (of) => of.count) }, { vnd: sum(breaks, (of) => of.vnd) }],
    note: null,
  };
}
