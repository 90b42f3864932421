// The law as the database hands it over, read into the book that the rules are argued from.

import { Decimal } from 'decimal.js';
import { vnd, type Vnd } from '../kernel/money.ts';
import type { LawBook } from './law-book.ts';

/** A row as JSON: what is an amount or a coefficient in the book comes as decimal text. */
type Written<Row> = {
  readonly [Field in keyof Row]: Row[Field] extends Vnd | Decimal
    ? string
    : Row[Field] extends Vnd | Decimal | null
      ? string | null
      : Row[Field];
};

type Rows<Part extends keyof LawBook> = readonly Written<LawBook[Part][number]>[];

/** Every row of the law. A code of a commune leads to that of its province. */
export interface LawRows {
  readonly rates: Rows<'rates'>;
  readonly grounds: Rows<'grounds'>;
  readonly conditions: Rows<'conditions'>;
  readonly care: Rows<'care'>;
  readonly merit: Rows<'merit'>;
  readonly oneOffs: Rows<'oneOffs'>;
  readonly gifts: Rows<'gifts'>;
  readonly uplifts: Rows<'uplifts'>;
  readonly provinces: LawBook['provinces'];
  readonly communes: Readonly<Record<string, string>>;
  readonly days: LawBook['days'];
}

/** The law book that the rows of the database say: the same as the reference files they came from. */
export function lawBookOf(rows: LawRows): LawBook {
  return {
    rates: rows.rates.map((row) => ({ ...row, amountVnd: amount(row.amountVnd) })),
    grounds: rows.grounds.map((row) => ({ ...row, coefficient: new Decimal(row.coefficient) })),
    conditions: rows.conditions,
    care: rows.care.map((row) => ({ ...row, coefficient: new Decimal(row.coefficient) })),
    merit: rows.merit.map((row) => ({ ...row, amountVnd: amount(row.amountVnd) })),
    oneOffs: rows.oneOffs.map((row) => ({
      ...row,
      coefficient: row.coefficient === null ? null : new Decimal(row.coefficient),
      amountVnd: row.amountVnd === null ? null : amount(row.amountVnd),
    })),
    gifts: rows.gifts.map((row) => ({ ...row, amountVnd: amount(row.amountVnd) })),
    uplifts: rows.uplifts.map((row) => ({
      ...row,
      percent: new Decimal(row.percent),
      lowUntilVnd: amount(row.lowUntilVnd),
      lowExtraVnd: amount(row.lowExtraVnd),
      floorVnd: amount(row.floorVnd),
    })),
    provinces: rows.provinces,
    days: rows.days,
  };
}

function amount(digits: string): Vnd {
  return vnd(BigInt(digits));
}
