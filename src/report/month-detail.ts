import { dayMonthYear } from '../kernel/period.ts';
import { percentOf } from '../kernel/percent.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import { grouped, type Bilingual } from '../kernel/text.ts';
import { AGE_CLASSES, BREAK_KINDS } from '../reconciliation/break.ts';
import type { MonthFigures, PaymentFee } from './month-figures.ts';
import type { Cell, ReportTable } from './month-report.ts';
import { count, EMPTY, share, sum, text, TOTAL, vnd } from './report-parts.ts';

// The tables behind the walk of a month: every day of the account, the banks, the communes, the budget, the
// shares that Project 06 asks for, and how long breaks have waited.

/** The tables in the order in which they are read. */
export function detailTables(figures: MonthFigures): ReportTable[] {
  return [
    dayTable(figures),
    bankTable(figures),
    communeTable(figures),
    indicatorTable(figures),
    budgetTable(figures),
    ageTable(figures),
  ];
}

function dayTable({ days }: MonthFigures): ReportTable {
  return {
    id: 'days',
    title: {
      vi: 'Từng ngày: tài khoản = sổ cái + chênh lệch',
      en: 'Every day: the account is the ledger and the breaks',
    },
    columns: [
      text('Ngày', 'Day'),
      text('Tài khoản', 'Account'),
      vnd('Biến động theo ngân hàng', 'Moved, by the bank'),
      vnd('Theo sổ cái', 'By our books'),
      vnd('Chênh lệch đang mở', 'Open breaks'),
      vnd('Đã giải quyết', 'Resolved'),
      vnd('Đang chờ', 'Waiting'),
      vnd('Còn lệch', 'Left over'),
    ],
    rows: days.map((day) => [
      { text: dayMonthYear(day.day) },
      { text: day.account },
      { vnd: day.bankVnd },
      { vnd: day.bookVnd },
      { vnd: day.openVnd },
      { vnd: day.resolvedVnd },
      { vnd: day.waitingVnd },
      { vnd: day.leftVnd },
    ]),
    totals: [
      TOTAL,
      EMPTY,
      { vnd: sum(days, (day) => day.bankVnd) },
      { vnd: sum(days, (day) => day.bookVnd) },
      { vnd: sum(days, (day) => day.openVnd) },
      { vnd: sum(days, (day) => day.resolvedVnd) },
      { vnd: sum(days, (day) => day.waitingVnd) },
      { vnd: sum(days, (day) => day.leftVnd) },
    ],
    note: {
      vi: 'Số âm là tiền ra khỏi tài khoản. Mỗi ngày, cột «Còn lệch» phải bằng 0.',
      en: 'What left the account is negative. Every day, nothing may be left over.',
    },
  };
}

function bankTable({ banks, bankNames }: MonthFigures): ReportTable {
  return {
    id: 'banks',
    title: { vi: 'Theo ngân hàng, kênh chi trả', en: 'By bank and channel' },
    columns: [
      text('Ngân hàng', 'Bank'),
      count('Số lệnh', 'Instructions'),
      vnd('Đã lập lệnh', 'Instructed'),
      vnd('Từ chối, không nhận', 'Refused, not collected'),
      vnd('Đã ghi nợ', 'Booked'),
      vnd('Hoàn trả', 'Returned'),
      vnd('Chưa rõ', 'Open'),
    ],
    rows: banks.map((bank) => [
      { text: bankNames.get(bank.key) ?? bank.key },
      { count: bank.count },
      { vnd: bank.instructedVnd },
      { vnd: bank.refusedVnd },
      { vnd: bank.bookedVnd },
      { vnd: bank.returnedVnd },
      { vnd: bank.openVnd },
    ]),
    totals: [
      TOTAL,
      { count: sum(banks, (bank) => bank.count) },
      { vnd: sum(banks, (bank) => bank.instructedVnd) },
      { vnd: sum(banks, (bank) => bank.refusedVnd) },
      { vnd: sum(banks, (bank) => bank.bookedVnd) },
      { vnd: sum(banks, (bank) => bank.returnedVnd) },
      { vnd: sum(banks, (bank) => bank.openVnd) },
    ],
    note: null,
    chart: { column: 2 },
  };
}

function communeTable({ communes }: MonthFigures): ReportTable {
  const total = {
    count: sum(communes, (one) => one.count),
    accountCount: sum(communes, (one) => one.accountCount),
  };
  return {
    id: 'communes',
    title: { vi: 'Theo xã, phường', en: 'By commune' },
    columns: [
      text('Xã, phường', 'Commune'),
      count('Số lệnh', 'Instructions'),
      count('Qua tài khoản', 'By account'),
      share('Tỷ lệ', 'Share'),
      vnd('Số tiền', 'Amount'),
    ],
    rows: communes.map((one) => [
      { text: one.communeName },
      { count: one.count },
      { count: one.accountCount },
      { text: percentOf(one.accountCount, one.count) },
      { vnd: one.vnd },
    ]),
    totals: [
      TOTAL,
      { count: total.count },
      { count: total.accountCount },
      { text: percentOf(total.accountCount, total.count) },
      { vnd: sum(communes, (one) => one.vnd) },
    ],
    note: null,
    chart: { column: 4 },
  };
}

interface Share {
  readonly says: Bilingual;
  readonly of: bigint;
  readonly all: bigint;
  readonly means: Bilingual;
}

/** The shares of the month, each with what it is made of. */
function sharesOf({ communes, indicators, banks }: MonthFigures): Share[] {
  const instructed = sum(communes, (one) => one.count);
  return [
    {
      says: { vi: 'Chi qua tài khoản, theo lượt', en: 'Paid by account, instructions' },
      of: sum(communes, (one) => one.accountCount),
      all: instructed,
      means: { vi: 'lệnh vào tài khoản / mọi lệnh chi', en: 'to an account / all instructions' },
    },
    {
      says: { vi: 'Chi qua tài khoản, theo tiền', en: 'Paid by account, money' },
      of: sum(communes, (one) => one.accountVnd),
      all: sum(communes, (one) => one.vnd),
      means: { vi: 'đồng vào tài khoản / mọi đồng lập lệnh', en: 'dong to an account / all dong' },
    },
    {
      says: { vi: 'Xã có chi không dùng tiền mặt', en: 'Communes that pay without cash' },
      of: BigInt(communes.filter((one) => one.accountCount > 0n).length),
      all: BigInt(communes.length),
      means: { vi: 'xã có lệnh vào tài khoản / xã có lệnh', en: 'with a transfer / with any' },
    },
    {
      says: { vi: 'Khớp dữ liệu dân cư', en: 'Proven by the population database' },
      of: indicators.personProven,
      all: indicators.due,
      means: { vi: 'người khớp trong tháng / người được hưởng', en: 'proven / due, this month' },
    },
    {
      says: { vi: 'Tài khoản đúng chủ', en: 'Account proven by its bank' },
      of: indicators.accountProven,
      all: indicators.due,
      means: { vi: 'người có tài khoản đúng chủ / được hưởng', en: 'account proven / due' },
    },
    {
      says: { vi: 'Dữ liệu dùng lại, không hỏi lại', en: 'Answers used again' },
      of: indicators.reused,
      all: indicators.answers,
      means: {
        vi: 'kết quả xác minh của kỳ trước còn hiệu lực / mọi kết quả xác minh của kỳ',
        en: 'answers of an earlier month that still hold / all answers of the month',
      },
    },
    {
      says: { vi: 'Sai lệch đã làm sạch', en: 'Faults put right' },
      of: indicators.cleaned,
      all: indicators.gaps,
      means: {
        vi: 'lỗi dữ liệu được sửa trong kỳ / lỗi còn mở hoặc được sửa trong kỳ (người rời danh sách không tính)',
        en: 'faults put right in the month / open in it or put right; who left is not counted',
      },
    },
    {
      says: { vi: 'Đã đến tay người hưởng', en: 'Booked and not returned' },
      of: sum(banks, (bank) => bank.bookedVnd - bank.returnedVnd),
      all: sum(banks, (bank) => bank.instructedVnd),
      means: { vi: 'đồng ghi nợ trừ hoàn trả / lập lệnh', en: 'booked less returned / instructed' },
    },
  ];
}

/**
 * What paying by account saved against paying everybody in cash, in dong, by the fees on record. Without both
 * fees nothing is said: an estimate that nobody has signed would be repeated as a fact.
 */
function savedRow({ communes, fees }: MonthFigures): Cell[] {
  const label: Cell = {
    label: { vi: 'Chi phí chi trả tiết kiệm được', en: 'Cost of paying saved' },
  };
  const fee = (kind: PaymentFee['channelKind']) =>
    fees.find(({ channelKind }) => channelKind === kind);
  const [cash, transfer] = [fee('cash_post'), fee('account')];
  if (cash === undefined || transfer === undefined) {
    return [label, EMPTY, EMPTY, { text: '–' }, { label: NO_FEES }];
  }
  const saved = sum(communes, (one) => one.accountCount) * (cash.feeVnd - transfer.feeVnd);
  const all = sum(communes, (one) => one.count) * cash.feeVnd;
  const sources = `${cash.source}; ${transfer.source}`;
  return [
    label,
    { count: saved },
    { count: all },
    { text: saved < 0n ? '–' : percentOf(saved, all) },
    {
      label: {
        vi: `lệnh vào tài khoản × (phí tiền mặt ${grouped(cash.feeVnd)} đ − phí chuyển khoản ${grouped(transfer.feeVnd)} đ) / mọi lệnh × phí tiền mặt (${sources})`,
        en: `to an account × (fee in cash ${grouped(cash.feeVnd)} − fee of a transfer ${grouped(transfer.feeVnd)}) / all × fee in cash (${sources})`,
      },
    },
  ];
}

const NO_FEES: Bilingual = {
  vi: 'chưa có mức phí tiền mặt và chuyển khoản kèm căn cứ: không ước tính',
  en: 'no fee in cash and of a transfer is on record with its source: nothing is guessed',
};

/** Shares with their two numbers: without them a share says nothing. */
function indicatorTable(figures: MonthFigures): ReportTable {
  return {
    id: 'indicators',
    title: { vi: 'Chỉ tiêu Đề án 06', en: 'Indicators of Project 06' },
    columns: [
      text('Chỉ tiêu', 'Indicator'),
      count('Tử số', 'Numerator'),
      count('Mẫu số', 'Denominator'),
      share('Tỷ lệ', 'Share'),
      text('Định nghĩa', 'Definition'),
    ],
    rows: [
      ...sharesOf(figures).map(({ says, of, all, means }): Cell[] => [
        { label: says },
        { count: of },
        { count: all },
        { text: percentOf(of, all) },
        { label: means },
      ]),
      savedRow(figures),
    ],
    totals: null,
    note: {
      vi: 'Tỷ lệ làm tròn đến hai chữ số thập phân, nửa làm tròn lên.',
      en: 'Shares are rounded to two decimals, a half upwards.',
    },
  };
}

function budgetTable({ budget }: MonthFigures): ReportTable {
  return {
    id: 'budget',
    title: { vi: 'Dự toán năm', en: 'Budget of the year' },
    columns: [
      text('Chương trình', 'Programme'),
      text('Nguồn', 'Fund'),
      vnd('Dự toán', 'Given'),
      vnd('Đã cam kết', 'Committed'),
      vnd('Còn lại', 'Left'),
    ],
    rows: budget.map((one) => [
      { label: PROGRAMME_NAMES[one.programme] },
      { text: one.fundSource },
      { vnd: one.amountVnd },
      { vnd: one.committedVnd },
      { vnd: one.amountVnd - one.committedVnd },
    ]),
    totals: [
      TOTAL,
      EMPTY,
      { vnd: sum(budget, (one) => one.amountVnd) },
      { vnd: sum(budget, (one) => one.committedVnd) },
      { vnd: sum(budget, (one) => one.amountVnd - one.committedVnd) },
    ],
    note: null,
  };
}

function ageTable({ ages }: MonthFigures): ReportTable {
  const classOf = (from: number): Bilingual =>
    AGE_CLASSES.find((one) => one.from === from)?.title ?? { vi: '', en: '' };
  return {
    id: 'ages',
    title: { vi: 'Tuổi các chênh lệch đang mở', en: 'How long open breaks have waited' },
    columns: [
      text('Loại', 'Kind'),
      text('Tuổi', 'Age'),
      count('Số dòng', 'Count'),
      count('Chưa giao người', 'Without owner'),
      vnd('Số tiền', 'Amount'),
    ],
    rows: ages.map((age) => [
      { label: BREAK_KINDS[age.kind] },
      { label: classOf(age.from) },
      { count: age.count },
      { count: age.unassigned },
      { vnd: age.vnd },
    ]),
    totals: [
      TOTAL,
      EMPTY,
      { count: sum(ages, (age) => age.count) },
      { count: sum(ages, (age) => age.unassigned) },
      { vnd: sum(ages, (age) => age.vnd) },
    ],
    note: null,
  };
}
