import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import type { AssessedPeriod } from '../../src/entitlement/assess-stream.flow.ts';
import type { RecipientListReader } from '../../src/intake/recipient-list.port.ts';
import { importList, type ImportedList } from '../../src/intake/import-list.flow.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import type { Boundary } from '../../src/kernel/boundary.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { foldName } from '../../src/kernel/text.ts';
import type { TestDatabase } from './database.ts';
import { bytes } from './town.ts';

// Lists drawn cell by cell, where a test needs to know every person of them.

export type Cells = Partial<Record<ListColumn, string>>;

const NAMES = ['An', 'Bình', 'Cường', 'Dũng', 'Giang', 'Hà', 'Khôi', 'Lâm', 'Minh', 'Nam'];

/** The citizen number of the nth person: a man of 1980, registered in Nghệ An. */
export function citizenNumber(nth: number): string {
  return `040080${String(nth).padStart(6, '0')}`;
}

/**
 * A row of the nth person: a severely disabled adult (ground K6_N, 1.5) of long standing, with an
 * account in his own name.
 */
export function adult(nth: number, other: Cells = {}): Cells {
  const name = `Nguyễn Văn ${NAMES[nth % NAMES.length] ?? ''}`;
  return {
    enrolment_ref: `40.TGXH.${String(nth).padStart(6, '0')}`,
    period: '2026-11',
    programme: 'social_assistance',
    full_name: name,
    birth_date: '1980-04-30',
    sex: 'male',
    citizen_id: citizenNumber(nth),
    province_code: '40',
    commune_code: '16681',
    commune_name: 'Phường Thành Vinh',
    ground_code: 'K6_N',
    coefficient: '1.5',
    decision_no: '12/QĐ-UBND',
    decision_date: '2020-01-15',
    entitled_from: '2020-01',
    monthly_amount_vnd: '810000',
    arrears_vnd: '240000',
    total_vnd: '1050000',
    ...account(nth, name),
    ...other,
  };
}

function account(nth: number, holder: string): Cells {
  return {
    channel: 'account',
    bank_bin: '970405',
    bank_name: 'Agribank',
    account_number: String(1_000_000_000 + nth),
    account_holder: foldName(holder),
  };
}

export const CASH: Cells = {
  channel: 'cash_post',
  bank_bin: '',
  bank_name: '',
  account_number: '',
  account_holder: '',
};

/** The nth person under another ground of social assistance, with the coefficient it has. */
export function under(ground: string, coefficient: string, other: Cells = {}): Cells {
  const total = String(Number(coefficient) * 540_000);
  return {
    enrolment_ref: `40.${ground}`,
    ground_code: ground,
    coefficient,
    monthly_amount_vnd: total,
    arrears_vnd: '0',
    total_vnd: total,
    ...other,
  };
}

/** One row as it stands in a file, without its line end. */
export function lineOf(cells: Cells): string {
  return LIST_COLUMNS.map((column) => quoted(cells[column] ?? '')).join(',');
}

function quoted(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** A list as a file; a row that is text stands in it as it is. */
export function fileOf(rows: readonly (Cells | string)[]): string {
  const lines = rows.map((row) => (typeof row === 'string' ? row : lineOf(row)));
  return [LIST_COLUMNS.join(','), ...lines, ''].join('\n');
}

export interface Taking {
  readonly period?: string;
  readonly strict?: boolean;
  /** Tests of other things send one list for several months. */
  readonly sameAsLastMonth?: boolean;
  readonly at?: string;
  readonly boundary?: Boundary;
  readonly reader?: RecipientListReader;
}

/** Takes a file in through the real flow, as the maker of the sandbox, for province 40. */
export async function take(
  test: TestDatabase,
  file: string | Buffer,
  {
    period: of = '2026-11',
    strict = false,
    reader = csvRecipientList,
    sameAsLastMonth = true,
    ...acting
  }: Taking = {},
): Promise<ImportedList> {
  const context = test.context({ actor: SANDBOX_PERSONS.maker, ...acting });
  await setUpSandbox(context, { provinceCode: '40', period: period(of) });
  return importList(context, reader, {
    content: bytes([file]),
    name: `list-${of}.csv`,
    period: period(of),
    provinceCode: '40',
    strict,
    sameAsLastMonth,
  });
}

/** Takes some rows in for a month, each with its period set. */
export function takeRows(
  test: TestDatabase,
  rows: readonly Cells[],
  of: Taking = {},
): Promise<ImportedList> {
  const month = of.period ?? '2026-11';
  return take(test, fileOf(rows.map((row) => ({ ...row, period: month }))), of);
}

/** Assesses a month on the day on which its list is prepared: the 22nd of the month before. */
export function assess(
  test: TestDatabase,
  of: string,
  { on = cutDay(of), boundary }: { on?: string; boundary?: Boundary } = {},
): Promise<AssessedPeriod | undefined> {
  const context = test.context({
    actor: SANDBOX_PERSONS.maker,
    ...(boundary === undefined ? {} : { boundary }),
  });
  return assessPeriod(context, { period: period(of), assessedOn: plainDate(on) });
}

function cutDay(of: string): string {
  const [year, month] = of.split('-').map(Number) as [number, number];
  const before = month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
  return `${before}-22`;
}

/** What a promise throws. Throws itself when it does not. */
export async function thrownBy(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
