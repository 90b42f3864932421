// What is paid once: as a coefficient of a series on the day of the event, or as an amount.

import type { Decimal } from 'decimal.js';
import { multiplyExact, type Vnd } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { toTheThousand } from './merit.ts';
import type { MonthlyDue } from './monthly-due.ts';
import { governingRate, type Dated, type Rate } from './rate.ts';

/** One rule of the reference data, at one date. */
export interface OneOff extends Dated {
  readonly code: string;
  /** The series that is multiplied; null where the amount stands in the law. */
  readonly series: string | null;
  readonly coefficient: Decimal | null;
  readonly amountVnd: Vnd | null;
  readonly rounding: 'none' | 'thousand';
  readonly article: string;
}

export interface OneOffLaw {
  readonly rules: ReadonlyMap<string, readonly OneOff[]>;
  /** The rate of a series in the month of the event, as known on the day of assessment. */
  rateOf(series: string, of: Period): Rate | undefined;
  readonly assessedOn: PlainDate;
}

/** What a rule pays for an event of a month; undefined where nothing governs the month. */
export function oneOffIn(
  code: string,
  of: Period,
  { law, programme }: { law: OneOffLaw; programme: string },
): MonthlyDue | undefined {
  const rule = governingRate(law.rules.get(code) ?? [], of, law.assessedOn);
  if (rule === undefined) return undefined;
  const named = { programme, code, articleOfArrears: null };
  if (rule.amountVnd !== null) {
    const amount = rule.amountVnd;
    return { ...named, coefficient: null, standardVnd: null, amount, articles: [rule.article] };
  }
  if (rule.series === null || rule.coefficient === null) {
    throw new RangeError(`${code} has neither an amount nor a coefficient of a series`);
  }
  const standard = law.rateOf(rule.series, of);
  if (standard === undefined) return undefined;
  return {
    ...named,
    coefficient: rule.coefficient.toFixed(),
    standardVnd: standard.amountVnd,
    amount:
      rule.rounding === 'thousand'
        ? toTheThousand(standard.amountVnd, rule.coefficient)
        : multiplyExact(standard.amountVnd, rule.coefficient),
    articles: [rule.article, standard.legalBasis],
  };
}

/**
 * Decree 20/2021/ND-CP art. 11(2), and the procedure of the social pension: of several kinds of funeral
 * support only the highest is paid. Of two that are equal, the first.
 */
export function highestOneOff(dues: readonly (MonthlyDue | undefined)[]): MonthlyDue | undefined {
  let best: MonthlyDue | undefined;
  for (const due of dues) {
    if (due !== undefined && (best === undefined || due.amount > best.amount)) best = due;
  }
  return best;
}
