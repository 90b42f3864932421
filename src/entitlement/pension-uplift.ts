// The uplift of pensions by Decree 162/2026/ND-CP art. 2, as a rule of its own: who pays pensions is
// social insurance, and other allowances may be raised in the same way. A pension that was raised is
// the base of the next uplift (art. 2(3)).

import { Decimal } from 'decimal.js';
import { vnd, type Vnd } from '../kernel/money.ts';
import { firstDay, type Period, type PlainDate } from '../kernel/period.ts';
import type { MonthDue } from './monthly-due.ts';
import { governingRate, type Dated } from './rate.ts';

/** What a decree adds, as the reference data has it. */
export interface PensionUplift extends Dated {
  /** The month whose pension is raised. */
  readonly baseMonth: Period;
  readonly percent: Decimal;
  /** Who retired before this day is lifted towards the floor. */
  readonly earlyBefore: PlainDate;
  readonly lowUntilVnd: Vnd;
  readonly lowExtraVnd: Vnd;
  readonly floorVnd: Vnd;
  readonly legalBasis: string;
}

export interface Pensioner {
  /** The pension of the base month; 0 for none. */
  readonly pensionVnd: Vnd;
  /** The day since which it is paid; null where it is not told: then it is neither new nor early. */
  readonly pensionFrom: PlainDate | null;
  readonly diedOn: PlainDate | null;
}

/**
 * A pension after an uplift. Art. 2(1): so many percent more. Art. 2(2), of the amount after that and
 * for an early pensioner: up to the low limit a fixed sum more, above it as much as the floor.
 */
export function uplifted(pension: Vnd, rule: PensionUplift, retiredEarly: boolean): Vnd {
  const raised = wholeDong(rule.percent.div(100).plus(1).times(pension.toString()));
  if (!retiredEarly || raised >= rule.floorVnd) return raised;
  return raised <= rule.lowUntilVnd ? vnd(raised + rule.lowExtraVnd) : rule.floorVnd;
}

/**
 * A percentage of a pension leaves parts of a dong, which cannot be paid. The decree does not round and
 * the circular that may (14/2026/TT-BNV) was not seen: half a dong goes up.
 */
function wholeDong(amount: Decimal): Vnd {
  return vnd(BigInt(amount.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0)));
}

/** The raised pension of one month, or why none. */
export function upliftIn(
  person: Pensioner,
  of: Period,
  law: { readonly uplifts: readonly PensionUplift[]; readonly assessedOn: PlainDate },
): MonthDue {
  if (person.diedOn !== null && person.diedOn < firstDay(of)) {
    return { dues: [], reason: 'deceased' };
  }
  if (person.pensionVnd === 0n) return { dues: [], reason: 'no-pension' };
  const rule = governingRate(law.uplifts, of, law.assessedOn);
  if (rule === undefined) return { dues: [], reason: 'standard-unknown' };
  const { pensionFrom, pensionVnd } = person;
  // Art. 1(1): pensions that were paid before the day from which it counts.
  if (pensionFrom !== null && pensionFrom >= rule.countsFrom) {
    return { dues: [], reason: 'pension-too-late' };
  }
  const retiredEarly = pensionFrom !== null && pensionFrom < rule.earlyBefore;
  const amount = uplifted(pensionVnd, rule, retiredEarly);
  const due = {
    programme: 'pension_uplift',
    code: retiredEarly ? 'before-1995' : 'percent',
    coefficient: rule.percent.div(100).plus(1).toFixed(),
    standardVnd: pensionVnd,
    amount,
    articles: [retiredEarly ? `${rule.legalBasis}(1), (2)` : `${rule.legalBasis}(1)`],
    articleOfArrears: null,
  };
  return { dues: [due], reason: null };
}
