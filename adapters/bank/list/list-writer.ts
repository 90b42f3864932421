import type { BankProfile, ListColumn, ListTemplate } from '../../../src/batch/bank-profile.ts';
import type {
  PaymentFileHead,
  PaymentFileNames,
  PaymentLine,
} from '../../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../../src/batch/payment-file.port.ts';
import {
  checked,
  doesNotFit,
  fileNameOf,
  filled,
  HEAD,
  holdTotals,
  lengthOf,
  NOT_TAKEN,
  TOO_LONG,
  type Place,
} from '../fitting.ts';
import { paymentLines } from '../payment-rows.ts';
import { bankNamed, fittingLine, type FittingLine } from './line-values.ts';
import { workbook, type Cell } from './workbook.ts';

// Lists as banks take them on their pages for companies: CSV or Excel, column by column as the
// profile says.

const CHUNK_LENGTH = 128 * 1024;

interface Bank {
  readonly profile: BankProfile;
  readonly template: ListTemplate;
  readonly names: PaymentFileNames;
}

/** Writes lists for the bank of a profile whose format is `list`. */
export function listWriter(profile: BankProfile, names: PaymentFileNames): PaymentFileWriter {
  const template = profile.outbound.list;
  if (template === null) throw new Error(`profile ${profile.channel} has no list`);
  const bank: Bank = { profile, template, names };
  return {
    fileName: (head) => fileNameOf(profile, head),
    write: (head, rows) =>
      template.container === 'csv' ? csv(bank, head, rows) : xlsx(bank, head, rows),
  };
}

async function* csv(
  bank: Bank,
  head: PaymentFileHead,
  rows: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let text = bank.template.byteOrderMark ? '\ufeff' : '';
  for await (const cells of listRows(bank, head, rows)) {
    text += csvLine(bank.template, cells);
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  yield Buffer.from(text, 'utf8');
}

async function* xlsx(
  bank: Bank,
  head: PaymentFileHead,
  rows: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const all: (readonly Cell[])[] = [];
  for await (const cells of listRows(bank, head, rows)) all.push(cells);
  const strong = new Set([bank.template.above.length]);
  yield await workbook(bank.template.sheet, all, strong);
}

/** RFC 4180 with the delimiter of the bank. */
function csvLine({ delimiter, newline }: ListTemplate, cells: readonly Cell[]): string {
  const fields = cells.map((cell) => {
    const text = String(cell);
    return text.includes(delimiter) || /["\r\n]/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  });
  return fields.join(delimiter) + (newline === 'crlf' ? '\r\n' : '\n');
}

async function* listRows(
  bank: Bank,
  head: PaymentFileHead,
  rows: AsyncIterable<Buffer>,
): AsyncGenerator<readonly Cell[]> {
  const { template } = bank;
  const said = headValues(head);
  for (const row of template.above) yield row.map((cell) => filled(cell, said));
  yield template.columns.map(({ title }) => title);
  let lineCount = 0n;
  let totalVnd = 0n;
  for await (const line of paymentLines(rows)) {
    lineCount += 1n;
    totalVnd += line.amountVnd;
    yield lineCells(bank, head, line, Number(lineCount));
  }
  holdTotals(head, { lineCount, totalVnd });
  if (template.totals !== null) yield template.totals.map((cell) => filled(cell, said));
}

function headValues(head: PaymentFileHead): Record<string, string> {
  return {
    messageId: checked('id', head.messageId, 'messageId', HEAD),
    paymentInformationId: checked('id', head.paymentInformationId, 'paymentInformationId', HEAD),
    lineCount: head.lineCount.toString(),
    totalVnd: head.totalVnd.toString(),
    valueDate: head.valueDate,
    payerName: head.payer.name,
    payerAccount: head.payer.account,
    payerAgreement: head.payer.agreement,
  };
}

function lineCells(
  bank: Bank,
  head: PaymentFileHead,
  line: PaymentLine,
  lineNo: number,
): readonly Cell[] {
  const place: Place = { line: lineNo, endToEndId: line.endToEndId };
  const fitting = fittingLine({ profile: bank.profile, head }, line, place);
  return bank.template.columns.map((column) => {
    const value = valueOf(bank, { column, fitting, line }, place);
    return cellOf(column, value, { place, isOwnBank: fitting.isOwnBank });
  });
}

function valueOf(
  { names }: Bank,
  { column, fitting, line }: { column: ListColumn; fitting: FittingLine; line: PaymentLine },
  place: Place,
): string {
  const bank = names.banks.get(fitting.bankBin);
  const values: Readonly<Record<ListColumn['value'], () => string>> = {
    number: () => String(place.line),
    reference: () => fitting.reference,
    'payee-name': () => fitting.payeeName,
    'citizen-number': () => fitting.citizenNumber,
    account: () => fitting.account,
    'bank-bin': () => fitting.bankBin,
    'bank-bic': () => bank?.bic ?? '',
    'bank-name': () => bankNamed(names, fitting.bankBin, place),
    'bank-short-name': () => bank?.shortName ?? '',
    amount: () => fitting.amount,
    remittance: () => fitting.remittance,
    commune: () => names.communes.get(line.communeCode) ?? line.communeCode,
    'own-or-other': () => column.words[fitting.isOwnBank ? 0 : 1] ?? '',
    constant: () => column.words[0] ?? '',
  };
  return values[column.value]();
}

/** Excel keeps 15 digits of a figure; what is longer stays text. */
const LONGEST_FIGURE = 15;

function cellOf(
  column: ListColumn,
  value: string,
  { place, isOwnBank }: { place: Place; isOwnBank: boolean },
): Cell {
  const { title, required, max, form } = column;
  const needed = required === 'always' || (required === 'other-bank' && !isOwnBank);
  if (value === '' && needed) doesNotFit(title, NOT_TAKEN, place);
  // A spreadsheet would take such a text for a formula.
  if (/^[=+\-@\t\r]/.test(value)) doesNotFit(title, NOT_TAKEN, place);
  const written = grouped(form, value);
  if (lengthOf(written) > max) doesNotFit(title, TOO_LONG(max), place);
  return form === 'number' && value.length <= LONGEST_FIGURE ? Number(value) : written;
}

function grouped(form: ListColumn['form'], value: string): string {
  if (form === 'text' || form === 'number') return value;
  return value.replace(/\B(?=(\d{3})+(?!\d))/g, form === 'dotted' ? '.' : ',');
}
