// Unemployment benefit, as a case asks for it: the facts become a claim, and what the law gives on the
// claim becomes an answer like that of every other programme. Where a case may leave a fact out, the
// answer says what was taken for it.

import { sum, vnd } from '../kernel/money.ts';
import { firstDay, lastDay } from '../kernel/period.ts';
import { CalendarUnknown } from '../kernel/working-days.ts';
import { deathOf, paidMonths, type Subject } from './case-facts.ts';
import {
  CaseFault,
  type AssumedFacts,
  type CasePerson,
  type CaseResult,
  type CaseTerm,
} from './case.ts';
import type { DueLine } from './monthly-due.ts';
import type { JobSearchReport, UnemploymentClaim } from './unemployment-claim.ts';
import { ENDINGS, type EndingEvent, type EndingRule } from './unemployment-endings.ts';
import { stepOf, type Step } from './unemployment-steps.ts';
import { assessUnemployment, type UnemploymentAssessment } from './unemployment.ts';

/**
 * What is due for the benefit month that begins in the period. As in every programme, a month before
 * it is put right only when the case tells what was paid for it. Throws CaseFault for a fact that is
 * missing or cannot be, and where days must be counted in a year whose days off are not known.
 */
export function unemployment(subject: Subject): CaseResult {
  const { one, person } = subject;
  const assumed = assumedOf(subject);
  const result = assessed(subject, claimOf(subject, assumed));
  const paid = paidMonths(person);
  const lines = linesOf(result).filter(({ period }) => period === one.period || paid.has(period));
  const why = result.setAside.find(({ forPeriod }) => forPeriod === one.period)?.reason ?? null;
  return {
    id: one.id,
    // The period has a line, or it had one before.
    eligible: why === null || why === 'already-assessed',
    amount: sum(lines.map(({ amount }) => amount)),
    lines,
    months: result.months,
    leftoverMonths: result.leftoverMonths,
    recoveryVnd: result.recoveryVnd,
    recoveries: result.recoveries,
    reason: lines.length > 0 ? null : why,
    channel: null,
    payee: null,
    term: termOf(result, assumed),
  };
}

function linesOf({ law, lines }: UnemploymentAssessment): readonly DueLine[] {
  // Where it cannot be told which law governs, there is no line either.
  if (law === null) return [];
  return lines.map((line) => ({
    kind: line.kind,
    period: line.forPeriod,
    due: {
      programme: 'unemployment',
      code: law,
      coefficient: line.coefficient,
      standardVnd: line.standardVnd,
      amount: line.monthlyVnd,
      articles: line.articles,
      articleOfArrears: null,
    },
    days: { from: line.firstDay, until: line.lastDay },
    paidVnd: line.paidVnd,
    amount: line.amount,
    articles: line.articles,
  }));
}

function termOf(
  { law, from, until, monthlyVnd, ending, steps }: UnemploymentAssessment,
  assumed: AssumedFacts,
): CaseTerm {
  const read = assumed.benefitFrom === undefined ? steps : steps.map(asAssumed);
  return { law, from, until, monthlyVnd, ending, assumed, steps: read };
}

/** Nobody has decided on the first day: the period was taken for a first month. */
function asAssumed(step: Step): Step {
  return step.step === 'starts-by-decision' ? stepOf('starts-as-asked', step.figures) : step;
}

function assessed({ one, law }: Subject, claim: UnemploymentClaim): UnemploymentAssessment {
  try {
    return assessUnemployment(claim, { of: one.period, asOf: one.asOf }, law.unemployment);
  } catch (error) {
    if (!(error instanceof CalendarUnknown)) throw error;
    const counted = claim.filedOn === null ? 'benefitFrom' : 'filedOn';
    throw new CaseFault(`/person/${counted}`, 'law-not-here', error.message);
  }
}

/**
 * What is taken for the days that a case leaves out. With neither a first day nor a day of filing it
 * asks for a first month; without a day of decision it was decided in time, so far as asOf can see;
 * the contract ended with the last contributed month.
 */
function assumedOf({ one, person }: Subject): AssumedFacts {
  const { filedOn, decisionDate, contractEndedOn } = person;
  const asked = person.benefitFrom ?? (filedOn === null ? firstDay(one.period) : null);
  const decided = asked === null || one.asOf < asked ? one.asOf : asked;
  return {
    ...(asked === person.benefitFrom || asked === null ? {} : { benefitFrom: asked }),
    ...(decisionDate === null ? { decisionDate: decided } : {}),
    ...(contractEndedOn === null
      ? { contractEndedOn: lastDay(told(person, 'lastContributionMonth')) }
      : {}),
  };
}

function claimOf({ person }: Subject, assumed: AssumedFacts): UnemploymentClaim {
  checkOrder(person, assumed);
  return {
    averageSalary6: vnd(BigInt(told(person, 'averageSalary6'))),
    contributionMonths: told(person, 'contributionMonths'),
    recentMonths: recentMonthsOf(person),
    shortContract: person.shortContract === true,
    region: told(person, 'region'),
    statePaid: person.statePaid === true,
    lastContributionMonth: told(person, 'lastContributionMonth'),
    // The law has a reading of its own for a contract whose end is not told.
    contractEndedOn: person.contractEndedOn,
    barredBy: person.barredBy,
    filedOn: person.filedOn,
    decisionDate: person.decisionDate ?? assumed.decisionDate ?? null,
    decisionCancelled: person.decisionCancelled === true,
    benefitFrom: person.benefitFrom ?? assumed.benefitFrom ?? null,
    reports: person.reports?.flatMap(reportsOf) ?? null,
    suspensions: person.suspensions ?? [],
    endings: endingsOf(person),
    uncollected: person.uncollected ?? [],
    alreadyPaid: paidMonths(person),
  };
}

/** A fact without which nothing can be said. */
function told<
  Name extends 'averageSalary6' | 'contributionMonths' | 'region' | 'lastContributionMonth',
>(person: CasePerson, name: Name): NonNullable<CasePerson[Name]> {
  const value: CasePerson[Name] | null = person[name];
  if (value === null || (name === 'averageSalary6' && value === 0)) {
    throw new CaseFault(`/person/${name}`, 'missing', 'unemployment benefit depends on it');
  }
  return value;
}

/** What cannot come after what. A month as text comes before each of its days. */
const ORDER = [
  ['lastContributionMonth', 'contractEndedOn'],
  ['lastContributionMonth', 'filedOn'],
  ['lastContributionMonth', 'decisionDate'],
  ['lastContributionMonth', 'benefitFrom'],
  ['contractEndedOn', 'filedOn'],
  ['contractEndedOn', 'benefitFrom'],
  ['filedOn', 'decisionDate'],
  ['filedOn', 'benefitFrom'],
] as const;

function checkOrder(person: CasePerson, { benefitFrom }: AssumedFacts): void {
  for (const [first, then] of ORDER) {
    const [before, after] = [person[first], person[then]];
    if (before === null || after === null || before <= after) continue;
    throw new CaseFault(`/person/${then}`, 'impossible', `before ${first}`);
  }
  const { lastContributionMonth, contractEndedOn } = person;
  const worked = contractEndedOn ?? lastContributionMonth;
  if (benefitFrom === undefined || worked === null || worked <= benefitFrom) return;
  throw new CaseFault('/period', 'impossible', 'no first month of benefit: before the end of work');
}

function recentMonthsOf({ recentMonths }: CasePerson): UnemploymentClaim['recentMonths'] {
  if (recentMonths !== null && recentMonths.in36 < recentMonths.in24) {
    throw new CaseFault('/person/recentMonths/in36', 'impossible', 'fewer than those within 24');
  }
  return recentMonths;
}

// A report counts for the benefit month in which it was made (38/2013/QH13 art. 52), an excuse for the
// one that it names. With neither, the case says that there was no report.
function reportsOf({
  period,
  reportedOn,
  excused,
}: NonNullable<CasePerson['reports']>[number]): JobSearchReport[] {
  return [
    ...(reportedOn === null ? [] : [{ on: reportedOn }]),
    ...(excused === true ? [{ excusedFor: period }] : []),
  ];
}

function endingsOf(person: CasePerson): EndingEvent[] {
  const diedOn = deathOf(person);
  const endings = (person.endings ?? []).map(({ code, on, notified }, i): EndingEvent => {
    const rule: EndingRule = ENDINGS[code];
    if (rule.onNotice && notified === null) {
      const path = `/person/endings/${i}/notified`;
      throw new CaseFault(path, 'missing', 'contributions are kept only for who told the centre');
    }
    return { code, on, notified: notified === true };
  });
  if (diedOn !== null) endings.push({ code: 'deceased', on: diedOn, notified: false });
  return endings;
}
