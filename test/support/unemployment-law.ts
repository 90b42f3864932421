import {
  assessUnemployment,
  type UnemploymentAssessment,
} from '../../src/entitlement/unemployment.ts';
import { REGIONS, type UnemploymentClaim } from '../../src/entitlement/unemployment-claim.ts';
import type { EndingCode, EndingEvent } from '../../src/entitlement/unemployment-endings.ts';
import type { UnemploymentLaw } from '../../src/entitlement/unemployment-law.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { calendarOf } from '../../src/kernel/working-days.ts';
import { ratesOf, rowsOf } from './social-assistance-law.ts';

// The reference data as it is shipped, so that a wrong figure in a file is a failing test.

export const LAW: UnemploymentLaw = {
  minimumWages: new Map(REGIONS.map((region) => [region, ratesOf(`minimum_wage_${region}`)])),
  baseSalaries: ratesOf('base_salary'),
  calendar: calendarOf(
    rowsOf('migrations/reference/holidays.csv').map((row) => ({
      day: plainDate(row.day ?? ''),
      kind: row.kind ?? '',
    })),
  ),
};

/**
 * UI-01: 62 months, an average of 6.000.000, region I. The contract ended with March 2026, benefit
 * begins on 11 May and is decided two days later; every later month is taken to be reported.
 */
export function claimed(other: Partial<UnemploymentClaim> = {}): UnemploymentClaim {
  return {
    averageSalary6: vnd(6_000_000n),
    contributionMonths: 62,
    recentMonths: null,
    shortContract: false,
    region: 'I',
    statePaid: false,
    lastContributionMonth: period('2026-03'),
    contractEndedOn: null,
    barredBy: null,
    filedOn: null,
    decisionDate: plainDate('2026-05-13'),
    decisionCancelled: false,
    benefitFrom: plainDate('2026-05-11'),
    reports: null,
    suspensions: [],
    endings: [],
    uncollected: [],
    alreadyPaid: new Map(),
    ...other,
  };
}

/** The same a year before: under the law of 2013, its term long over. */
export function claimedOfOld(other: Partial<UnemploymentClaim> = {}): UnemploymentClaim {
  return claimed({
    lastContributionMonth: period('2025-03'),
    decisionDate: plainDate('2025-05-13'),
    benefitFrom: plainDate('2025-05-11'),
    ...other,
  });
}

/** Assesses a claim for a month, as known on a day. */
export function assessed(
  claim: UnemploymentClaim,
  of: string,
  asOf = '2026-11-20',
): UnemploymentAssessment {
  return assessUnemployment(claim, { of: period(of), asOf: plainDate(asOf) }, LAW);
}

export function ending(code: EndingCode, on: string, notified = true): EndingEvent {
  return { code, on: plainDate(on), notified };
}

/** The lines as text, so that a table can say them in one string. */
export function linesOf({ lines }: UnemploymentAssessment): string[] {
  return lines.map(({ kind, forPeriod, amount }) => `${kind} ${forPeriod} ${String(amount)}`);
}
