// Unemployment benefit, as a case asks for it.

import { sum, vnd } from '../kernel/money.ts';
import { firstDay } from '../kernel/period.ts';
import { deathOf, paidMonths, type Subject } from './case-facts.ts';
import { CaseFault, type CasePerson, type CaseResult } from './case.ts';
import type { DueLine } from './monthly-due.ts';
import type { JobSearchReport, UnemploymentClaim } from './unemployment-claim.ts';
import type { EndingEvent } from './unemployment-endings.ts';
import { assessUnemployment, type UnemploymentAssessment } from './unemployment.ts';

/**
 * What is due for the benefit month that begins in the period. As in every programme, a month before
 * it is put right only when the case tells what was paid for it.
 */
export function unemployment(subject: Subject): CaseResult {
  const { one, person } = subject;
  const result = assessed(subject);
  const paid = paidMonths(person);
  const lines = result.lines.filter((line) => {
    return line.forPeriod === one.period || paid.has(line.forPeriod);
  });
  return {
    id: one.id,
    eligible: isEligible(result, one.period),
    amount: sum(lines.map(({ amount }) => amount)),
    lines: lines.map((line) => lineOf(line, result.law ?? '')),
    months: result.months,
    leftoverMonths: result.leftoverMonths,
    recoveryVnd: result.recoveryVnd,
    recoveries: [],
    reason: lines.length > 0 ? null : whyNothing(result, one.period),
    channel: null,
    payee: null,
  };
}

function isEligible(result: UnemploymentAssessment, of: string): boolean {
  if (result.lines.some(({ forPeriod }) => forPeriod === of)) return true;
  return whyNothing(result, of) === 'already-assessed';
}

function whyNothing(result: UnemploymentAssessment, of: string): CaseResult['reason'] {
  return result.setAside.find(({ forPeriod }) => forPeriod === of)?.reason ?? result.reason;
}

function lineOf(line: UnemploymentAssessment['lines'][number], law: string): DueLine {
  const { kind, forPeriod, paidVnd, amount, articles } = line;
  const due = {
    programme: 'unemployment',
    code: law,
    coefficient: line.coefficient,
    standardVnd: line.standardVnd,
    amount: line.monthlyVnd,
    articles,
    articleOfArrears: null,
  };
  return { kind, period: forPeriod, due, paidVnd, amount, articles };
}

function assessed(subject: Subject): UnemploymentAssessment {
  const { one, law } = subject;
  const claim = claimOf(subject);
  try {
    return assessUnemployment(claim, { of: one.period, asOf: one.asOf }, law.unemployment);
  } catch (error) {
    // Working days of a year whose days off are not in the calendar.
    if (!(error instanceof RangeError)) throw error;
    throw new CaseFault('/person/filedOn', 'impossible', error.message);
  }
}

function claimOf({ one, person, paused }: Subject): UnemploymentClaim {
  const { filedOn, decisionDate } = person;
  // A case that tells neither the first day nor the day of filing asks for a first month.
  const benefitFrom = person.benefitFrom ?? (filedOn === null ? firstDay(one.period) : null);
  return {
    averageSalary6: vnd(BigInt(told(person, 'averageSalary6'))),
    contributionMonths: told(person, 'contributionMonths'),
    recentMonths: person.recentMonths,
    shortContract: person.shortContract === true,
    region: told(person, 'region'),
    statePaid: person.statePaid === true,
    lastContributionMonth: told(person, 'lastContributionMonth'),
    contractEndedOn: person.contractEndedOn,
    barredBy: person.barredBy,
    filedOn,
    // Left out, it was decided in time.
    decisionDate: decisionDate ?? earlierOf(benefitFrom ?? one.asOf, one.asOf),
    decisionCancelled: person.decisionCancelled === true,
    benefitFrom,
    reports: person.reports?.flatMap(reportOf) ?? null,
    suspensions: paused.suspensions,
    endings: endingsOf(person),
    uncollected: person.uncollected ?? [],
    alreadyPaid: paidMonths(person),
  };
}

function earlierOf<Day extends string>(a: Day, b: Day): Day {
  return a < b ? a : b;
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

function reportOf({
  period,
  reportedOn,
  excused,
}: NonNullable<CasePerson['reports']>[number]): JobSearchReport[] {
  if (excused === true) return [{ excusedFor: period }];
  return reportedOn === null ? [] : [{ on: reportedOn }];
}

function endingsOf(person: CasePerson): EndingEvent[] {
  const diedOn = deathOf(person);
  const endings = (person.endings ?? []).map((ending): EndingEvent => {
    return { code: ending.code, on: ending.on, notified: ending.notified === true };
  });
  if (diedOn !== null) endings.push({ code: 'deceased', on: diedOn, notified: false });
  return endings;
}
