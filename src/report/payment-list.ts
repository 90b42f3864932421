import { maskedNumber } from '../kernel/mask.ts';
import { dayMonthYear, type Period, type PlainDate } from '../kernel/period.ts';
import { PROGRAMME_NAMES, type Programme } from '../kernel/reference.ts';
import type { Cell, MonthReport, ReportTable } from './month-report.ts';
import { openName, notPaidName } from './month-words.ts';
import {
  count,
  drawnFact,
  EMPTY,
  inWords,
  letterhead,
  monthText,
  scopeFacts,
  sum,
  text,
  TOTAL,
  vnd,
} from './report-parts.ts';

// Who was paid and who was not, by person (Decree 20/2021/ND-CP art. 34(5): the lists that go back with the
// vouchers by the 20th, and what is carried over). Numbers of people and accounts are masked: the list is signed
// and put up, and who must find somebody by a number has the register.

/** The payments of a month, or of one commune in it; no commune is all of them. */
export interface PaymentScope {
  readonly period: Period;
  readonly communeCode: string | null;
}

/** One payment by person. Amounts are dong. */
export interface ListedPayment {
  readonly payeeName: string;
  readonly citizenNumber: string;
  readonly communeCode: string;
  readonly batchCode: string;
  readonly programme: Programme;
  readonly reference: string;
  /** Empty for cash. */
  readonly bankBin: string;
  /** Empty for cash. */
  readonly accountNumber: string;
  readonly amountVnd: bigint;
  readonly outcome: 'settled' | 'rejected' | 'unpaid' | 'returned' | 'open';
  readonly reason: string;
  readonly bookedOn: PlainDate | null;
}

/** What the ledger says of the same payments. */
export interface ListTotal {
  readonly kind: 'settled' | 'returned';
  readonly count: bigint;
  readonly vnd: bigint;
}

/** The payments of a month, or of one commune in it, with the names that a list of them needs. */
export interface ListedMonth {
  readonly period: Period;
  readonly environment: 'sandbox' | 'production';
  readonly province: string;
  readonly agency: string;
  readonly on: PlainDate;
  /** The commune whose list it is, by name; null for the whole province. */
  readonly commune: string | null;
  readonly payments: readonly ListedPayment[];
  readonly communeNames: ReadonlyMap<string, string>;
  readonly bankNames: ReadonlyMap<string, string>;
}

export interface PaymentListFigures extends ListedMonth {
  readonly totals: readonly ListTotal[];
}

/** The two lists of a month as a report that every writer can set. */
export function paymentListReport(figures: PaymentListFigures): MonthReport {
  const { period, environment, payments } = figures;
  const paid = payments.filter(({ outcome }) => outcome === 'settled');
  const notPaid = payments.filter(({ outcome }) => outcome !== 'settled');
  return {
    title: {
      vi: `Danh sách đã chi và chưa chi tháng ${monthText(period)}`,
      en: `Paid and unpaid, ${period}`,
    },
    letterhead: letterhead(figures),
    banner: environment === 'sandbox' ? 'SANDBOX' : null,
    facts: [
      ...scopeFacts(figures),
      drawnFact('Ngày lập', 'Drawn on', dayMonthYear(figures.on)),
      inWords('Đã chi', 'Paid', sum(paid, amountOf)),
      inWords('Chưa chi, chuyển kỳ sau', 'Not paid, carried over', sum(notPaid, amountOf)),
    ],
    checks: checksOf(figures, paid),
    tables: [paidTable(figures, paid), notPaidTable(figures, notPaid)],
  };
}

const amountOf = ({ amountVnd }: ListedPayment): bigint => amountVnd;

/** The list by person against the ledger, in number and money. */
function checksOf(
  { payments, totals }: PaymentListFigures,
  paid: readonly ListedPayment[],
): MonthReport['checks'] {
  const told = (kind: ListTotal['kind']) =>
    totals.find((total) => total.kind === kind) ?? { count: 0n, vnd: 0n };
  const [settled, back] = [told('settled'), told('returned')];
  const returned = payments.filter(({ outcome }) => outcome === 'returned');
  return [
    {
      label: {
        vi: 'Danh sách đã chi = sổ cái: đã chi trừ hoàn trả, số người và số tiền',
        en: 'The list of the paid is the ledger: settled less returned, in number and money',
      },
      holds:
        BigInt(paid.length) === settled.count - back.count &&
        sum(paid, amountOf) === settled.vnd - back.vnd,
    },
    {
      label: { vi: 'Hoàn trả trong danh sách = sổ cái', en: 'Returned by the list is the ledger' },
      holds: BigInt(returned.length) === back.count && sum(returned, amountOf) === back.vnd,
    },
  ];
}

const PERSON = [
  count('STT', 'No'),
  text('Họ và tên người nhận', 'Payee'),
  text('Số định danh', 'Citizen number'),
  text('Xã, phường', 'Commune'),
  text('Chương trình', 'Programme'),
  text('Mã tham chiếu', 'Reference'),
  text('Hình thức nhận', 'Paid through'),
  vnd('Số tiền', 'Amount'),
] as const;

function personCells(
  { communeNames, bankNames }: PaymentListFigures,
  of: ListedPayment,
  no: number,
): Cell[] {
  return [
    { count: BigInt(no + 1) },
    { text: of.payeeName },
    { text: maskedNumber(of.citizenNumber) },
    { text: communeNames.get(of.communeCode) ?? of.communeCode },
    { label: PROGRAMME_NAMES[of.programme] },
    { text: of.reference },
    of.accountNumber === ''
      ? { label: { vi: 'Tiền mặt', en: 'Cash' } }
      : { text: `${bankNames.get(of.bankBin) ?? of.bankBin} ${maskedNumber(of.accountNumber)}` },
    { vnd: of.amountVnd },
  ];
}

function totalsOf(payments: readonly ListedPayment[], behind: number): Cell[] {
  const before = PERSON.length - 2;
  return [
    TOTAL,
    ...Array.from({ length: before }, () => EMPTY),
    { vnd: sum(payments, amountOf) },
    ...Array.from({ length: behind }, () => EMPTY),
  ];
}

function paidTable(figures: PaymentListFigures, paid: readonly ListedPayment[]): ReportTable {
  return {
    id: 'paid',
    title: { vi: 'Danh sách đã chi', en: 'Paid' },
    columns: [...PERSON, text('Ngày chi', 'Paid on')],
    rows: paid.map((one, i) => [
      ...personCells(figures, one, i),
      { text: one.bookedOn === null ? '' : dayMonthYear(one.bookedOn) },
    ]),
    totals: totalsOf(paid, 1),
    note: null,
  };
}

function notPaidTable(figures: PaymentListFigures, notPaid: readonly ListedPayment[]): ReportTable {
  return {
    id: 'not-paid',
    title: { vi: 'Danh sách chưa chi', en: 'Not paid' },
    columns: [...PERSON, text('Lý do', 'Reason')],
    rows: notPaid.map((one, i) => [
      ...personCells(figures, one, i),
      {
        label: one.outcome === 'open' ? openName() : notPaidName(`${one.outcome}: ${one.reason}`),
      },
    ]),
    totals: totalsOf(notPaid, 1),
    note: {
      vi: 'Khoản chưa chi vẫn được nợ người thụ hưởng và chuyển kỳ sau; ba tháng liền không nhận thì tạm dừng theo luật.',
      en: 'What was not paid stays owed and is carried over; three months running suspend as the law says.',
    },
  };
}
