/**
 * The rows of the law files, checked against law-files.schema.json, and the book that they make. A file
 * with one wrong row is refused whole, since an amount that is left out would be paid at the one before.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'csv-parse/sync';
import { Decimal } from 'decimal.js';
import { readFileSync } from 'node:fs';
import type { LawFile, LawRow } from '../../src/entitlement/decree.ts';
import type { LawBook, LawStatus } from '../../src/entitlement/law-book.ts';
import { vnd } from '../../src/kernel/money.ts';
import { isPeriod, isPlainDate, type Period, type PlainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

interface Dates {
  readonly counts_from: PlainDate;
  readonly in_force_from: PlainDate;
  readonly known_since: PlainDate;
}

interface Stated {
  readonly status: LawStatus;
}

/** The rows as the schema lets them through. */
export interface Rows {
  'rates.csv': Dates &
    Stated & { series: string; scope: string; amount_vnd: number; legal_basis: string };
  'grounds.csv': {
    programme: string;
    ground_code: string;
    paragraph: string | null;
    coefficient: string;
    per_dependant: boolean;
    age_from: number | null;
    age_until: number | null;
    outside_ages: boolean;
    article: string;
    scope: string;
  };
  'ground-conditions.csv': Stated & {
    programme: string;
    ground_code: string;
    household: 'poor' | 'poor_or_near_poor' | null;
    difficult_area: boolean;
    no_pension: boolean;
    starts: 'age' | 'certificate' | 'decision';
  };
  'care-grounds.csv': Stated & {
    ground_code: string;
    programme: 'care_support' | 'institution';
    age_group: string;
    coefficient: string;
    months_from: number | null;
    months_until: number | null;
    also_from: number | null;
    article: string;
  };
  'merit-amounts.csv': Dates &
    Stated & { merit_code: string; amount_vnd: number; legal_basis: string };
  'one-offs.csv': Dates &
    Stated & {
      one_off_code: string;
      series: string | null;
      coefficient: string | null;
      amount_vnd: number | null;
      rounding: 'none' | 'thousand';
      article: string;
    };
  'gifts.csv': Stated & {
    gift_code: string;
    programme: 'tet_gift' | 'national_day_gift';
    amount_vnd: number;
    issued_on: PlainDate;
    opens_on: PlainDate;
    pay_by: PlainDate;
    alive_after: PlainDate | null;
    legal_basis: string;
  };
  'provinces.csv': { unit_code: string };
  'banks.csv': { bin: string };
  'holidays.csv': { day: PlainDate; kind: string };
  'pension-uplifts.csv': Dates &
    Stated & {
      base_month: Period;
      percent: string;
      early_before: PlainDate;
      low_until_vnd: number;
      low_extra_vnd: number;
      floor_vnd: number;
      legal_basis: string;
    };
}

const SCHEMA = JSON.parse(
  readFileSync(new URL('law-files.schema.json', import.meta.url), 'utf8'),
) as { readonly definitions: Readonly<Record<string, { readonly required?: readonly string[] }>> };

// A field of CSV is text: numbers and truth are read from it as the schema asks.
const ajv = new Ajv({ coerceTypes: true, allowUnionTypes: true, useDefaults: true });
ajv.addFormat('day', isPlainDate);
ajv.addFormat('month', isPeriod);
ajv.addSchema(SCHEMA);

/** The rows of several files; a file that is not named has none. */
export type RowsByFile = { readonly [Name in keyof Rows]?: readonly Rows[Name][] };

/** What the schema says of one of its definitions. */
export function checks<Value>(definition: string): ValidateFunction<Value> {
  return ajv.getSchema(`law-files#/definitions/${definition}`) as ValidateFunction<Value>;
}

/** The columns that a file must have. */
export function columnsOf(file: LawFile): readonly string[] {
  return SCHEMA.definitions[file]?.required ?? [];
}

/** The records of a CSV file by its header, an empty field as null. Throws what the parser throws. */
export function csvRecords(content: Buffer): Record<string, string | null>[] {
  return parse(content, {
    bom: true,
    columns: true,
    cast: (field) => (field === '' ? null : field),
  });
}

/** The rows of a CSV file. Throws Refusal file-malformed with the file, the line and the column. */
export function rowsOf<Name extends keyof Rows>(name: Name, content: Buffer): Rows[Name][] {
  const isRow = checks<Rows[Name]>(name);
  return csvRecords(content).map((row: unknown, i) => {
    if (isRow(row)) return row;
    const fault = isRow.errors?.[0];
    // The first row stands on the line after the header.
    throw new Refusal('file-malformed', {
      file: name,
      line: i + 2,
      at: fault?.instancePath ?? '',
      rule: fault?.message ?? '',
    });
  });
}

/** The rows of a file by the columns of its table. */
export function storedRows(file: LawFile, rows: RowsByFile): LawRow[] {
  return (rows[file] ?? []).map((row) => {
    const columns = row as unknown as LawRow;
    // A ground that no paragraph names has an empty one.
    return file === 'grounds.csv' ? { ...columns, paragraph: columns.paragraph ?? '' } : columns;
  });
}

/** The book that rows make, each part in the order of its file. */
export function bookOf(rows: RowsByFile): LawBook {
  const of = <Name extends keyof Rows>(name: Name): readonly Rows[Name][] => rows[name] ?? [];
  return {
    rates: of('rates.csv').map((row) => ({
      ...rateOf(row, row.series),
      scope: row.scope,
    })),
    grounds: of('grounds.csv').map(groundOf),
    conditions: of('ground-conditions.csv').map((row) => ({
      programme: row.programme,
      groundCode: row.ground_code,
      household: row.household,
      difficultArea: row.difficult_area,
      noPension: row.no_pension,
      starts: row.starts,
      status: row.status,
    })),
    care: of('care-grounds.csv').map((row) => ({
      groundCode: row.ground_code,
      programme: row.programme,
      ageGroup: row.age_group,
      coefficient: new Decimal(row.coefficient),
      monthsFrom: row.months_from,
      monthsUntil: row.months_until,
      alsoFrom: row.also_from,
      article: row.article,
      status: row.status,
    })),
    merit: of('merit-amounts.csv').map((row) => rateOf(row, row.merit_code)),
    oneOffs: of('one-offs.csv').map(oneOffOf),
    gifts: of('gifts.csv').map((row) => ({
      giftCode: row.gift_code,
      programme: row.programme,
      amountVnd: amount(row.amount_vnd),
      issuedOn: row.issued_on,
      opensOn: row.opens_on,
      payBy: row.pay_by,
      aliveAfter: row.alive_after,
      legalBasis: row.legal_basis,
      status: row.status,
    })),
    uplifts: of('pension-uplifts.csv').map(upliftOf),
    provinces: of('provinces.csv').map((row) => row.unit_code),
    days: of('holidays.csv').map(({ day, kind }) => ({ day, kind })),
  };
}

function rateOf(
  row: Dates & Stated & { amount_vnd: number; legal_basis: string },
  series: string,
): LawBook['merit'][number] {
  const amountVnd = amount(row.amount_vnd);
  return { series, ...dates(row), amountVnd, legalBasis: row.legal_basis, status: row.status };
}

function groundOf(row: Rows['grounds.csv']): LawBook['grounds'][number] {
  return {
    programme: row.programme,
    groundCode: row.ground_code,
    paragraph: row.paragraph ?? '',
    coefficient: new Decimal(row.coefficient),
    perDependant: row.per_dependant,
    ageFrom: row.age_from,
    ageUntil: row.age_until,
    outsideAges: row.outside_ages,
    article: row.article,
    scope: row.scope,
  };
}

function oneOffOf(row: Rows['one-offs.csv']): LawBook['oneOffs'][number] {
  return {
    code: row.one_off_code,
    ...dates(row),
    series: row.series,
    coefficient: row.coefficient === null ? null : new Decimal(row.coefficient),
    amountVnd: row.amount_vnd === null ? null : amount(row.amount_vnd),
    rounding: row.rounding,
    article: row.article,
    status: row.status,
  };
}

function upliftOf(row: Rows['pension-uplifts.csv']): LawBook['uplifts'][number] {
  return {
    ...dates(row),
    baseMonth: row.base_month,
    percent: new Decimal(row.percent),
    earlyBefore: row.early_before,
    lowUntilVnd: amount(row.low_until_vnd),
    lowExtraVnd: amount(row.low_extra_vnd),
    floorVnd: amount(row.floor_vnd),
    legalBasis: row.legal_basis,
    status: row.status,
  };
}

function dates(row: Dates): {
  countsFrom: PlainDate;
  inForceFrom: PlainDate;
  knownSince: PlainDate;
} {
  return {
    countsFrom: row.counts_from,
    inForceFrom: row.in_force_from,
    knownSince: row.known_since,
  };
}

function amount(dong: number): ReturnType<typeof vnd> {
  return vnd(BigInt(dong));
}
