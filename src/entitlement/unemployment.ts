// Unemployment benefit under Law 38/2013/QH13 and under Law 74/2025/QH15. The parts lie beside this
// file: which law governs (-transition, -law), who is entitled (-conditions), how much (-amount), for
// how long (-duration), which days (-dates), and what happens on the way (-course, -endings).

import { sum, vnd, type Vnd } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import type { Recovery } from './monthly-due.ts';
import { monthlyBenefit, type MonthlyBenefit } from './unemployment-amount.ts';
import type { UnemploymentClaim } from './unemployment-claim.ts';
import { conditionSteps, whyNotEntitled } from './unemployment-conditions.ts';
import { courseOf, type Course, type JudgedMonth } from './unemployment-course.ts';
import { benefitMonths, benefitStart, collectBy, type BenefitMonth } from './unemployment-dates.ts';
import { grantFor, grantSteps } from './unemployment-duration.ts';
import { ENDINGS, type EndingEvent } from './unemployment-endings.ts';
import type { UnemploymentLaw, UnemploymentRules } from './unemployment-law.ts';
import type { NoBenefit } from './unemployment-reasons.ts';
import { stepOf, type Step } from './unemployment-steps.ts';
import { governingRules } from './unemployment-transition.ts';

/**
 * One benefit month. It can be computed again by hand: amount + paidVnd = monthlyVnd, and monthlyVnd
 * = standardVnd × coefficient, rounded to the dong.
 */
interface UnemploymentLine {
  readonly kind: 'current' | 'arrears';
  /** The calendar month that names the benefit month. */
  readonly forPeriod: Period;
  /** Which month of benefit it is, from 1. */
  readonly no: number;
  readonly firstDay: PlainDate;
  readonly lastDay: PlainDate;
  readonly coefficient: string;
  readonly standardVnd: Vnd;
  readonly monthlyVnd: Vnd;
  readonly paidVnd: Vnd;
  readonly amount: Vnd;
  readonly articles: readonly string[];
}

/** A benefit month for which no line is drawn, and why. */
interface MonthSetAside {
  readonly forPeriod: Period;
  readonly reason: NoBenefit;
}

interface Judged {
  /** The law that governs the case; null when that cannot be told. */
  readonly law: UnemploymentRules['law'] | null;
  /** Whether the conditions are met. Nothing need be due for that. */
  readonly entitled: boolean;
  /** Months of benefit granted. */
  readonly months: number;
  /** Contributed months for the next time, as it stands on the day of assessment. */
  readonly leftoverMonths: number;
  /** The first and the last day of the term; null while they are not known. */
  readonly from: PlainDate | null;
  readonly until: PlainDate | null;
  /** The benefit of a whole month; null while it is not known. */
  readonly monthlyVnd: Vnd | null;
  readonly ending: EndingEvent | null;
  readonly amount: Vnd;
  /** From the earliest month to the period itself. */
  readonly lines: readonly UnemploymentLine[];
  /** The months of the term up to the period without a line, and the period itself if it has none. */
  readonly setAside: readonly MonthSetAside[];
  /**
   * What was paid beyond what is due for the months up to the period. It is a case for a person and
   * never taken off a line.
   */
  readonly recoveryVnd: Vnd;
  /** The same by month. */
  readonly recoveries: readonly Recovery[];
  /** The law and the arithmetic, step by step, in the order in which one would check them. */
  readonly steps: readonly Step[];
}

/** What one person is due for a period from unemployment insurance, and why. */
export type UnemploymentAssessment = Judged &
  (
    | { readonly due: true; readonly reason: null }
    | { readonly due: false; readonly reason: NoBenefit }
  );

/** The benefit month that is asked for, by its name, and the day on which it is asked. */
interface When {
  readonly of: Period;
  readonly asOf: PlainDate;
}

/** A claim while it is being assessed. */
interface Draft {
  readonly claim: UnemploymentClaim;
  readonly when: When;
  readonly rules: UnemploymentRules;
  readonly steps: Step[];
}

const NOTHING = vnd(0n);

/**
 * What one person is due for a benefit month from unemployment insurance: the month itself, and those
 * before it that were not paid. What is known only later than asOf plays no part.
 *
 * It keeps no memory: every month that was assessed before must be handed over as alreadyPaid, or it
 * is paid again. Throws RangeError for a count of contributed months that is none, for a salary of
 * nothing, and where working days must be counted in a year that the calendar does not know.
 */
export function assessUnemployment(
  claim: UnemploymentClaim,
  when: When,
  law: UnemploymentLaw,
): UnemploymentAssessment {
  const { contributionMonths, averageSalary6 } = claim;
  if (!Number.isInteger(contributionMonths) || contributionMonths < 0) {
    throw new RangeError(`not a count of months: ${contributionMonths}`);
  }
  if (averageSalary6 === 0n) throw new RangeError('contributions are paid on a salary');
  const rules = governingRules(claim, law.calendar);
  if (rules === undefined) return nothing(undetermined(claim), when, 'filing-day-needed');
  const draft: Draft = { claim, when, rules, steps: [governedStep(claim, rules)] };
  draft.steps.push(...conditionSteps(claim, rules));

  const why = whyNotEntitled(claim, rules);
  if (why !== undefined) return notEntitled(draft, why.reason, why.article);
  if (claim.decisionCancelled) {
    return notEntitled(draft, 'decision-cancelled', rules.cites.cancelled);
  }
  const from = firstDayOf(draft, law);
  if (from !== null && endedBefore(claim, when, from)) {
    return notEntitled(draft, 'not-unemployed', rules.cites.unemployed);
  }
  return assessTerm(draft, from, monthlyBenefit(claim, rules, { law, asOf: when.asOf }));
}

function undetermined(claim: UnemploymentClaim): Judged {
  return {
    law: null,
    entitled: false,
    months: 0,
    leftoverMonths: claim.contributionMonths,
    from: null,
    until: null,
    monthlyVnd: null,
    ending: null,
    amount: NOTHING,
    lines: [],
    setAside: [],
    recoveryVnd: NOTHING,
    recoveries: [],
    steps: [],
  };
}

function nothing(judged: Judged, { of }: When, reason: NoBenefit): UnemploymentAssessment {
  return { ...judged, due: false, reason, setAside: [{ forPeriod: of, reason }] };
}

/** Nothing was ever due, so what was paid is a case of recovery, and no contribution is used up. */
function notEntitled(draft: Draft, reason: NoBenefit, article: string): UnemploymentAssessment {
  const { claim, when, rules, steps } = draft;
  steps.push(stepOf('condition-not-met', {}, article));
  const recovered = recoveryOf(draft, new Map());
  return nothing({ ...undetermined(claim), law: rules.law, ...recovered, steps }, when, reason);
}

function governedStep({ filedOn }: UnemploymentClaim, { law, cites }: UnemploymentRules): Step {
  return filedOn === null
    ? stepOf('governed-by-dates', { law }, cites.governs)
    : stepOf('governed-by-filing', { law, filed: filedOn }, cites.governs);
}

function firstDayOf({ claim, rules, steps }: Draft, law: UnemploymentLaw): PlainDate | null {
  const { benefitFrom, filedOn } = claim;
  if (benefitFrom !== null) {
    steps.push(stepOf('starts-by-decision', { from: benefitFrom }, rules.cites.start));
    return benefitFrom;
  }
  if (filedOn === null) return null;
  const from = benefitStart(filedOn, rules, law.calendar);
  const figures = { count: rules.startsOnWorkingDay, filed: filedOn, from };
  steps.push(stepOf('starts-by-count', figures, rules.cites.start));
  return from;
}

// Whoever has a job, is on duty, studies, is abroad, detained or dead before benefit begins is not
// unemployed when the waiting days are over.
function endedBefore({ endings }: UnemploymentClaim, { asOf }: When, from: PlainDate): boolean {
  return endings.some(({ on }) => on <= asOf && on < from);
}

function assessTerm(
  draft: Draft,
  from: PlainDate | null,
  benefit: MonthlyBenefit | undefined,
): UnemploymentAssessment {
  const { claim, when, rules, steps } = draft;
  const grant = grantFor(claim.contributionMonths);
  steps.push(...grantSteps(claim.contributionMonths, rules), ...(benefit?.steps ?? []));
  const granted = {
    ...undetermined(claim),
    law: rules.law,
    entitled: true,
    months: grant.months,
    leftoverMonths: grant.leftover,
    monthlyVnd: benefit?.monthlyVnd ?? null,
    steps,
  };
  if (benefit === undefined) return nothing(granted, when, 'cap-unknown');
  if (from === null) return nothing(granted, when, 'start-unknown');
  const months = benefitMonths(from, grant.months);
  const until = lastDayOf(months);
  steps.push(stepOf('term', { months: grant.months, from, until }, rules.cites.benefitMonth));
  if (claim.decisionDate === null || claim.decisionDate > when.asOf) {
    return nothing({ ...granted, from, until }, when, 'not-yet-decided');
  }
  const course = courseOf(claim, months, { rules, asOf: when.asOf });
  steps.push(...courseSteps(draft, course));
  return concluded(draft, { ...granted, from, until }, { course, benefit });
}

function lastDayOf(months: readonly BenefitMonth[]): PlainDate {
  const last = months.at(-1);
  if (last === undefined) throw new RangeError('a term has a month or more');
  return last.lastDay;
}

function concluded(
  draft: Draft,
  granted: Judged,
  { course, benefit }: { course: Course; benefit: MonthlyBenefit },
): UnemploymentAssessment {
  const { claim, when } = draft;
  const asked = course.months.filter(({ period }) => period <= when.of);
  const due = asked.filter(({ notDue }) => notDue === null);
  const lines = due.flatMap((month) => lineOf(draft, month, benefit));
  const dueVnd = new Map(due.map(({ period }) => [period, benefit.monthlyVnd] as const));
  for (const { period, notDue } of asked) {
    // Not decided either way yet, so what was paid for it is not too much yet.
    const paid = claim.alreadyPaid.get(period);
    if (notDue === 'report-awaited' && paid !== undefined) dueVnd.set(period, paid);
  }
  const judged = {
    ...granted,
    leftoverMonths: course.kept,
    ending: course.ending,
    lines,
    setAside: setAsideOf(course, lines, when),
    ...recoveryOf(draft, dueVnd),
  };
  if (lines.length === 0) return { ...judged, due: false, reason: whyNothing(course, when) };
  return { ...judged, due: true, reason: null, amount: sum(lines.map(({ amount }) => amount)) };
}

function lineOf(
  { claim, when, rules }: Draft,
  month: JudgedMonth,
  benefit: MonthlyBenefit,
): readonly UnemploymentLine[] {
  const { no, period, firstDay, lastDay } = month;
  const { coefficient, standardVnd, monthlyVnd } = benefit;
  const paidVnd = claim.alreadyPaid.get(period) ?? NOTHING;
  if (paidVnd >= monthlyVnd) return [];
  const { cites } = rules;
  const reported = claim.reports === null || no === 1 ? [] : [cites.report];
  return [
    {
      kind: period === when.of ? 'current' : 'arrears',
      forPeriod: period,
      no,
      firstDay,
      lastDay,
      coefficient,
      standardVnd,
      monthlyVnd,
      paidVnd,
      amount: vnd(monthlyVnd - paidVnd),
      articles: [...benefit.articles, cites.duration, cites.benefitMonth, ...reported],
    },
  ];
}

function setAsideOf(
  course: Course,
  lines: readonly UnemploymentLine[],
  when: When,
): readonly MonthSetAside[] {
  const drawn = new Set(lines.map(({ forPeriod }) => forPeriod));
  const periods = course.months.map(({ period }) => period).filter((period) => period < when.of);
  return [...periods, when.of]
    .filter((period) => !drawn.has(period))
    .map((period) => ({ forPeriod: period, reason: whyNothing(course, { of: period }) }));
}

/** Why there is no line for a month, also for one that is not of the term. */
function whyNothing({ months, ending }: Course, { of }: Pick<When, 'of'>): NoBenefit {
  const month = months.find(({ period }) => period === of);
  if (month !== undefined) return month.notDue ?? 'already-assessed';
  if (months.every(({ period }) => of < period)) return 'not-yet-entitled';
  return ending === null || ending.code === 'term-over' ? 'term-over' : 'stopped';
}

/**
 * What was paid for the months up to the period beyond what is due for each. A month is never set
 * against another: that is for the person who decides on the case.
 */
function recoveryOf(
  { claim, when, steps }: Draft,
  due: ReadonlyMap<Period, Vnd>,
): Pick<Judged, 'recoveryVnd' | 'recoveries'> {
  const recoveries: Recovery[] = [];
  for (const period of [...claim.alreadyPaid.keys()].toSorted()) {
    const paid = claim.alreadyPaid.get(period) ?? NOTHING;
    const owed = due.get(period) ?? NOTHING;
    if (period > when.of || paid <= owed) continue;
    const excess = vnd(paid - owed);
    const figures = { month: period, paidVnd: String(paid), dueVnd: String(owed) };
    steps.push(stepOf('overpaid', { ...figures, recoveryVnd: String(excess) }));
    recoveries.push({ period, paidVnd: paid, dueVnd: owed, amount: excess });
  }
  return { recoveryVnd: sum(recoveries.map(({ amount }) => amount)), recoveries };
}

/** What happened to the term, and what it leaves, for people. */
function courseSteps({ claim, rules }: Draft, course: Course): readonly Step[] {
  const { months, ending, used, kept } = course;
  const by = collectBy(lastDayOf(months), rules);
  const steps = months.flatMap((month) => lostStep(month, by, rules));
  if (ending === null) return steps;
  if (ending.code !== 'term-over') {
    const { point } = ENDINGS[ending.code];
    steps.push(stepOf('ended', { on: ending.on, point }, rules.cites.endings));
  }
  const figures = { contributed: claim.contributionMonths, used, kept };
  return [...steps, stepOf('kept', figures, rules.cites.kept)];
}

function lostStep(
  { no, firstDay, lastDay, notDue }: JudgedMonth,
  by: PlainDate | undefined,
  { cites, terms }: UnemploymentRules,
): readonly Step[] {
  if (notDue === 'suspended') {
    const figures = { no, from: firstDay, until: lastDay };
    return [stepOf('month-lost', figures, cites.report, cites.suspension)];
  }
  if (notDue !== 'unclaimed' || by === undefined || terms === null) return [];
  return [stepOf('month-unclaimed', { no, by }, terms.collectArticle)];
}
