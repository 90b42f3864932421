import { FORM_09, FORM_09_COLUMNS, formChanges, type FormChange } from '../batch/treasury-form.ts';
import type { PaymentChange } from '../batch/payment-file.ts';
import { maskedNumber } from '../kernel/mask.ts';
import { dayMonthYear } from '../kernel/period.ts';
import { grouped, type Bilingual } from '../kernel/text.ts';
import type { BatchHead } from './month-parts.ts';
import type { Cell, MonthReport, ReportTable } from './month-report.ts';
import type { ListedMonth } from './payment-list.ts';
import {
  count,
  drawnFact,
  EMPTY,
  fact,
  inWords,
  letterhead,
  monthText,
  scopeFacts,
  sum,
  text,
  TOTAL,
  vnd,
  type Column,
} from './report-parts.ts';

// The payees of a month in form 09 of the State Treasury, to go with the vouchers of the unit: part I who is paid, part
// II what changed against the month before. What a bank pays by is the payment file, with whole accounts and signed;
// of this one a copy stays with whoever files it, so accounts are masked.

/** Whose budget it is: the unit, the code by which its bank knows it, and the account that is debited. */
export interface FormPayer {
  readonly name: string;
  readonly agreement: string;
  readonly account: string;
  readonly bankBin: string;
}

export interface TreasuryFigures extends ListedMonth {
  readonly payers: readonly FormPayer[];
  /** The batches of the month that were not withdrawn, as they were made. */
  readonly batches: readonly BatchHead[];
  readonly changes: readonly PaymentChange[];
  /** By the ledger: of this month what has been sent, of the month before all of it. */
  readonly released: { readonly count: bigint; readonly vnd: bigint };
  readonly before: { readonly count: bigint; readonly vnd: bigint };
}

/** The form as a report that every writer can set. */
export function treasuryReport(figures: TreasuryFigures): MonthReport {
  const { period, environment, payments, before } = figures;
  const { up, down } = formChanges(figures.changes);
  const total = sum(payments, ({ amountVnd }) => amountVnd);
  return {
    title: {
      vi: `Bảng thanh toán cho đối tượng thụ hưởng tháng ${monthText(period)}`,
      en: `Payees of the month, form 09 of the State Treasury, ${period}`,
    },
    // Its number is that of the voucher.
    letterhead: { ...letterhead(figures), number: '' },
    banner: environment === 'sandbox' ? 'SANDBOX' : null,
    form: {
      name: FORM_09,
      source: 'Nghị định số 11/2020/NĐ-CP',
      signers: [
        ['NGƯỜI LẬP', 'KẾ TOÁN TRƯỞNG', 'THỦ TRƯỞNG ĐƠN VỊ'],
        ['KIỂM SOÁT CỦA KHO BẠC', 'GIÁM ĐỐC KHO BẠC'],
      ],
    },
    facts: [
      fact('Biểu mẫu', 'Form', `${FORM_09}, Nghị định số 11/2020/NĐ-CP`),
      ...figures.payers.flatMap(payerFacts(figures)),
      ...scopeFacts(figures),
      fact('Kèm theo chứng từ', 'With voucher', 'số …………… ngày …… / …… / …………'),
      ...figures.batches.map(batchFact),
      inWords('Tổng số tiền', 'Total', total),
      drawnFact('Ngày lập', 'Drawn on', dayMonthYear(figures.on)),
    ],
    checks: checksOf(figures, { total, moved: up.vnd - down.vnd }),
    tables: [
      payeeTable(figures, total),
      changeTable({
        id: 'more',
        title: { vi: 'Phần II.1. Tăng so với tháng trước', en: 'Part II.1. More than before' },
        of: up,
        // Where nothing was paid before, all is new: part I has the names, and nobody reads them twice.
        isAll: before.vnd === 0n && up.vnd === total,
      }),
      changeTable({
        id: 'less',
        title: { vi: 'Phần II.2. Giảm so với tháng trước', en: 'Part II.2. Less than before' },
        of: down,
        isAll: false,
      }),
    ],
  };
}

function payerFacts({ bankNames }: TreasuryFigures): (of: FormPayer) => MonthReport['facts'] {
  return ({ name, agreement, account, bankBin }) => [
    fact('Đơn vị sử dụng ngân sách', 'Unit', name),
    fact('Mã đơn vị', 'Code of the unit', agreement),
    fact('Tài khoản', 'Account', `${account}, ${bankNames.get(bankBin) ?? bankBin}`),
  ];
}

function batchFact({
  batchCode,
  valueDate,
  instructionCount,
  totalVnd,
}: BatchHead): MonthReport['facts'][number] {
  const day = dayMonthYear(valueDate);
  return fact(
    `Đợt chi ${batchCode}`,
    `Batch ${batchCode}`,
    `ngày giá trị ${day}; ${grouped(instructionCount)} lệnh; ${grouped(totalVnd)} đồng`,
  );
}

/** Part I against what was signed and what the ledger has sent, and part II against the month before. */
function checksOf(
  { commune, batches, payments, released, before }: TreasuryFigures,
  { total, moved }: { total: bigint; moved: bigint },
): MonthReport['checks'] {
  const left = new Set(
    batches.filter(({ state }) => state === 'released' || state === 'reconciled').map(codeOf),
  );
  const sent = payments.filter(({ batchCode }) => left.has(batchCode));
  const check = (vi: string, en: string, holds: boolean) => ({ label: { vi, en }, holds });
  return [
    // Batches are not made by commune, so that one commune has no total of its own that was signed.
    ...(commune === null
      ? [
          check(
            'Phần I = các đợt chi đã lập, số lệnh và số tiền',
            'Part I is the batches as made, in number and money',
            BigInt(payments.length) === sum(batches, (of) => of.instructionCount) &&
              total === sum(batches, (of) => of.totalVnd),
          ),
        ]
      : []),
    check(
      'Phần I, các đợt đã gửi = sổ cái, số lệnh và số tiền',
      'Part I, as far as sent, is the ledger, in number and money',
      BigInt(sent.length) === released.count &&
        sum(sent, ({ amountVnd }) => amountVnd) === released.vnd,
    ),
    check(
      'Phần II: tháng trước theo sổ cái + tăng − giảm = phần I',
      'Part II: the month before by the ledger, with more and less, is part I',
      before.vnd + moved === total,
    ),
  ];
}

const codeOf = ({ batchCode }: BatchHead): string => batchCode;

const column = (make: (vi: string, en: string) => Column, { vi, en }: Bilingual): Column =>
  make(vi, en);

/** What the law assists is neither wage nor pay: it stands under other allowances, as in the payment file. */
function payeeTable(figures: TreasuryFigures, total: bigint): ReportTable {
  const { payments, bankNames } = figures;
  const named = FORM_09_COLUMNS;
  return {
    id: 'payees',
    title: { vi: 'Phần I. Nội dung đề nghị thanh toán', en: 'Part I. What is to be paid' },
    columns: [
      column(count, named.no),
      column(text, named.payee),
      column(text, named.account),
      column(text, named.bank),
      column(vnd, named.total),
      column(vnd, named.wage),
      column(vnd, named.pay),
      column(vnd, named.allowance),
      column(text, named.note),
    ],
    rows: payments.map((of, i): Cell[] => [
      { count: BigInt(i + 1) },
      { text: of.payeeName },
      of.accountNumber === '' ? EMPTY : { text: maskedNumber(of.accountNumber) },
      of.accountNumber === ''
        ? { label: { vi: 'Tiền mặt', en: 'Cash' } }
        : { text: bankNames.get(of.bankBin) ?? of.bankBin },
      { vnd: of.amountVnd },
      EMPTY,
      EMPTY,
      { vnd: of.amountVnd },
      { text: of.reference },
    ]),
    totals: [TOTAL, EMPTY, EMPTY, EMPTY, { vnd: total }, EMPTY, EMPTY, { vnd: total }, EMPTY],
    note: {
      vi: 'Số tài khoản được che bớt; tệp lệnh chi đã ký có số đầy đủ.',
      en: 'Accounts are masked; the payment file that was signed has them whole.',
    },
  };
}

function changeTable(of: {
  id: string;
  title: Bilingual;
  of: { readonly lines: readonly FormChange[]; readonly vnd: bigint };
  isAll: boolean;
}): ReportTable {
  const { id, title, isAll } = of;
  const { lines, vnd: moved } = of.of;
  const before = sum(lines, ({ beforeVnd }) => beforeVnd);
  const now = sum(lines, ({ nowVnd }) => nowVnd);
  return {
    id,
    title,
    columns: [
      column(count, FORM_09_COLUMNS.no),
      column(text, FORM_09_COLUMNS.payee),
      vnd('Tháng trước', 'Before'),
      vnd('Tháng này', 'Now'),
      vnd('Chênh lệch', 'Difference'),
      column(text, FORM_09_COLUMNS.note),
    ],
    rows: isAll
      ? [
          [
            { count: 1n },
            {
              label: {
                vi: `Toàn bộ phần I (${grouped(lines.length)} người)`,
                en: `All of part I (${grouped(lines.length)} persons)`,
              },
            },
            { vnd: before },
            { vnd: now },
            { vnd: moved },
            { label: { vi: 'Tháng trước chưa chi', en: 'Nothing was paid before' } },
          ],
        ]
      : lines.map((line, i): Cell[] => [
          { count: BigInt(i + 1) },
          { text: line.payeeName },
          { vnd: line.beforeVnd },
          { vnd: line.nowVnd },
          { vnd: line.movedVnd },
          { label: line.why },
        ]),
    totals: [TOTAL, EMPTY, { vnd: before }, { vnd: now }, { vnd: moved }, EMPTY],
    note: null,
  };
}
