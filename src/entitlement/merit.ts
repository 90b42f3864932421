// Monthly allowances of people of merit (Ordinance 02/2020/UBTVQH14, Decree 131/2021/ND-CP, and the
// rate decrees, of which 321/2026/ND-CP is the newest). The amounts stand in the annexes of the rate
// decrees, by category and date, and are read from tables; no coefficient is held here.

import type { Decimal } from 'decimal.js';
import { vnd, type Vnd } from '../kernel/money.ts';
import { firstDay, type Period, type PlainDate } from '../kernel/period.ts';
import { whyNotDue, type EntitledSpan } from './entitled-span.ts';
import type { MonthDue, MonthlyDue } from './monthly-due.ts';
import { governingRate, type Rate } from './rate.ts';

export interface MeritPerson {
  readonly diedOn: PlainDate | null;
  readonly span: EntitledSpan;
  /** The category of a table. */
  readonly meritCode: string | null;
  /** A multiple of the standard, for an allowance that no table has. */
  readonly coefficient: Decimal | null;
  /** Whether the file was proven to be forged. */
  readonly forged: boolean;
}

export interface MeritLaw {
  /** The table of each category: an amount is a rate of its own series. */
  readonly amounts: ReadonlyMap<string, readonly Rate[]>;
  readonly standards: readonly Rate[];
  readonly assessedOn: PlainDate;
}

const BY_MULTIPLE = '321/2026/ND-CP art. 3(2)';
const ARREARS = '44/2022/TT-BTC art. 15(2)';

/**
 * What merit pays for one month, or why nothing. Where a category is named its table decides, whatever
 * multiple stands beside it. Throws RangeError for a category that no table has.
 */
export function meritIn(person: MeritPerson, of: Period, law: MeritLaw): MonthDue {
  if (person.forged) return { dues: [], reason: 'forged' };
  const month = { period: of, firstDay: firstDay(of) };
  // Decree 131/2021/ND-CP art. 121: paid through the month of death.
  const standing = whyNotDue(person.span, person.diedOn, month, law.assessedOn);
  if (standing !== undefined) return { dues: [], reason: standing };
  if (person.meritCode === null && person.coefficient === null) {
    return { dues: [], reason: 'no-ground' };
  }
  const due = dueOf(person, of, law);
  if (due === undefined) return { dues: [], reason: 'standard-unknown' };
  return { dues: [due], reason: null };
}

function dueOf(
  { meritCode, coefficient }: MeritPerson,
  of: Period,
  law: MeritLaw,
): MonthlyDue | undefined {
  if (meritCode !== null) return fromTable(meritCode, of, law);
  const standard = governingRate(law.standards, of, law.assessedOn);
  if (standard === undefined || coefficient === null) return undefined;
  return {
    programme: 'merit',
    code: 'multiple',
    coefficient: coefficient.toFixed(),
    standardVnd: standard.amountVnd,
    amount: toTheThousand(standard.amountVnd, coefficient),
    articles: [BY_MULTIPLE, standard.legalBasis],
    articleOfArrears: ARREARS,
  };
}

function fromTable(meritCode: string, of: Period, law: MeritLaw): MonthlyDue | undefined {
  const table = law.amounts.get(meritCode);
  if (table === undefined) throw new RangeError(`no such category of merit: ${meritCode}`);
  const rate = governingRate(table, of, law.assessedOn);
  if (rate === undefined) return undefined;
  return {
    programme: 'merit',
    code: meritCode,
    coefficient: null,
    standardVnd: null,
    amount: rate.amountVnd,
    articles: [rate.legalBasis],
    articleOfArrears: ARREARS,
  };
}

/**
 * 321/2026/ND-CP art. 3(2): amounts that follow the standard are rounded to the thousand dong. Half a
 * thousand goes up; the decree does not say which way.
 */
export function toTheThousand(standard: Vnd, coefficient: Decimal): Vnd {
  const thousands = coefficient.times(standard.toString()).div(1000);
  return vnd(BigInt(thousands.plus(0.5).floor().toFixed(0)) * 1000n);
}
