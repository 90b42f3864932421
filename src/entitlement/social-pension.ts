// Social pension under Law 41/2024/QH15 and Decree 176/2025/ND-CP, and since October 2026 Decree
// 335/2026/ND-CP. Neither text was at hand: the rules are those of the press and of the ministry's
// procedure, and articles are cited by decree only.

import { multiplyExact, type Vnd } from '../kernel/money.ts';
import { firstDay, monthIndex, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { birthMonth } from './age.ts';
import { whyNotDue, type EntitledSpan } from './entitled-span.ts';
import type { BirthYear, GroundRule } from './entitlement.ts';
import type { MonthDue } from './monthly-due.ts';
import type { NotDue } from './not-due.ts';
import { governingRate, governingRateIn, type Rate, type ScopedRates } from './rate.ts';

export type Household = 'poor' | 'near_poor' | 'none';

export interface SocialPensioner {
  readonly birth: PlainDate | BirthYear;
  readonly diedOn: PlainDate | null;
  readonly household: Household | null;
  /** The pension or monthly insurance allowance of the person; 0 for none. */
  readonly otherPensionVnd: Vnd;
  /** The day on which the decision was signed; null for one of long standing. */
  readonly decidedOn: PlainDate | null;
  /** A later first month than that of the decision, where the decision names one. */
  readonly entitledFrom?: Period | undefined;
  /** The last month due, by decision. */
  readonly stopsAfter: Period | null;
  readonly suspensions: EntitledSpan['suspensions'];
}

export interface SocialPensionLaw {
  readonly rates: ScopedRates;
  /** From 75, and from 70 in a poor household: the ages and the coefficients. */
  readonly grounds: readonly GroundRule[];
  readonly assessedOn: PlainDate;
}

/** A decision whose day is not told was taken before the first month that anybody asks about. */
const LONG_AGO = '2025-07-01' as PlainDate;

/** What the social pension pays for one month, or why nothing. */
export function socialPensionIn(
  person: SocialPensioner,
  of: Period,
  law: SocialPensionLaw,
): MonthDue {
  const decidedOn = person.decidedOn ?? LONG_AGO;
  const span: EntitledSpan = {
    decidedOn,
    // From the month in which the decision is signed: nothing starts by itself at an age.
    entitledFrom: later(periodOf(decidedOn), person.entitledFrom),
    stopsAfter: person.stopsAfter,
    suspensions: person.suspensions,
  };
  const month = { period: of, firstDay: firstDay(of) };
  const standing = whyNotDue(span, person.diedOn, month, law.assessedOn);
  if (standing !== undefined) return { dues: [], reason: standing };
  const standard = governingRateIn(law.rates, of, law.assessedOn);
  if (standard === undefined) return { dues: [], reason: 'standard-unknown' };
  const ground = groundIn(person, of, law);
  if (typeof ground === 'string') return { dues: [], reason: ground };
  if (hasEnough(person, of, law)) return { dues: [], reason: 'has-pension' };
  return { dues: [dueOf(ground, standard)], reason: null };
}

function later(decided: Period, named: Period | undefined): Period {
  return named !== undefined && named > decided ? named : decided;
}

function dueOf(ground: GroundRule, standard: Rate): MonthDue['dues'][number] {
  return {
    programme: 'social_pension',
    code: ground.groundCode,
    coefficient: ground.coefficient.toFixed(),
    standardVnd: standard.amountVnd,
    amount: multiplyExact(standard.amountVnd, ground.coefficient),
    articles: [ground.article, standard.legalBasis],
    articleOfArrears: null,
  };
}

/**
 * From 75; or from 70 to under 75 in a poor or near-poor household. An age is reached in the month of
 * the birthday, whichever day of it that is, as Decree 20/2021/ND-CP art. 8(1) counts.
 */
function groundIn(
  person: SocialPensioner,
  of: Period,
  { grounds }: SocialPensionLaw,
): GroundRule | NotDue {
  const age = Math.floor((monthIndex(of) - birthMonth(person.birth)) / 12);
  const fitting = grounds.filter(({ ageFrom, ageUntil }) => {
    return (ageFrom === null || age >= ageFrom) && (ageUntil === null || age < ageUntil);
  });
  if (fitting.length === 0) return 'age-not-reached';
  const isPoor = person.household === 'poor' || person.household === 'near_poor';
  return fitting.find(({ groundCode }) => isPoor || groundCode !== POOR_FROM_70) ?? POOR_ONLY;
}

const POOR_FROM_70 = 'SP_70_POOR';
const POOR_ONLY = 'household-not-poor' satisfies NotDue;

/**
 * Who has a pension or an insurance allowance is excluded, unless it is lower than the social pension
 * of the nation. Whether such a person is then paid all of it or the difference was not found in any
 * source: the decree is read to the letter, and all of it is paid.
 */
function hasEnough(person: SocialPensioner, of: Period, law: SocialPensionLaw): boolean {
  if (person.otherPensionVnd === 0n) return false;
  const nation = governingRate(law.rates.nation, of, law.assessedOn);
  return nation === undefined || person.otherPensionVnd >= nation.amountVnd;
}
