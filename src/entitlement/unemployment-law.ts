// Two laws give unemployment benefit, each for its own cases: Law 38/2013/QH13 with Decree
// 28/2015/ND-CP as amended by Decree 61/2020/ND-CP, and from 2026-01-01 Law 74/2025/QH15 with Decree
// 374/2025/ND-CP. What differs between them is a value here; the arithmetic is written once.
//
// A citation that ends in [own] stands for a rule from memory, or for one of the old law carried over
// because the text of the new decree was not at hand. It reaches the lines and steps as it is, so
// that an auditor sees which rules must still be compared with the text.

import { plainDate } from '../kernel/period.ts';
import type { Calendar } from '../kernel/working-days.ts';
import type { Rate } from './rate.ts';
import type { Region } from './unemployment-claim.ts';

/** The law as an assessor has to see it: rates that may be paid, never drafts, and a calendar. */
export interface UnemploymentLaw {
  /** The monthly minimum wages of each region. */
  readonly minimumWages: ReadonlyMap<Region, readonly Rate[]>;
  readonly baseSalaries: readonly Rate[];
  readonly calendar: Calendar;
}

interface Citations {
  readonly governs: string;
  readonly termination: string;
  readonly contributions: string;
  readonly filing: string;
  readonly unemployed: string;
  readonly amount: string;
  readonly duration: string;
  readonly leftover: string;
  readonly start: string;
  readonly benefitMonth: string;
  readonly report: string;
  readonly suspension: string;
  readonly endings: string;
  readonly kept: string;
  readonly cancelled: string;
}

/** What one of the two laws says where they differ. */
export interface UnemploymentRules {
  readonly law: '38/2013/QH13' | '74/2025/QH15';
  /** Benefit begins on this working day after the complete file was lodged. */
  readonly startsOnWorkingDay: number;
  /** Which month's minimum wage caps the amount. */
  readonly capAt: 'contract-end' | 'last-contribution';
  /** Whether those whom the state pays are capped by the base salary. */
  readonly capsStatePay: boolean;
  /** The terms of the payer and of who comes for the decision; null where they were not found. */
  readonly terms: Terms | null;
  readonly cites: Citations;
}

/** Decree 28/2015/ND-CP art. 18, as amended by Decree 61/2020/ND-CP. */
interface Terms {
  /** Working days after filing in which the decision is taken (art. 18(1)). */
  readonly decideWithin: number;
  /** Working days after the decision was received in which the first month is paid (18(2)(a)). */
  readonly payFirstWithin: number;
  /** The day of a later benefit month from which its payment term runs (18(2)(b)). */
  readonly payFromDay: number;
  /** Working days of that term (18(2)(b)). */
  readonly payWithin: number;
  /** Working days after the appointment in which the decision is to be fetched (18(3)). */
  readonly fetchWithin: number;
  /** Working days after that in which it is cancelled (18(3)). */
  readonly cancelWithin: number;
  /** Months after the end of the term in which money is to be collected (18(6)). */
  readonly collectWithinMonths: number;
  readonly collectArticle: string;
}

/** The day from which files are lodged under the law of 2025. */
export const NEW_LAW_FROM = plainDate('2026-01-01');

// The transition: who lodged a file before 2026 stays under the old law. No text was at hand.
const GOVERNS = '74/2025/QH15, transition [own]';
const BENEFIT_MONTH = '28/2015/TT-BLDTBXH art. 8 [own]';

export const LAW_OF_2013: UnemploymentRules = {
  law: '38/2013/QH13',
  startsOnWorkingDay: 16,
  capAt: 'contract-end',
  capsStatePay: true,
  terms: {
    decideWithin: 20,
    payFirstWithin: 5,
    payFromDay: 7,
    payWithin: 5,
    fetchWithin: 3,
    cancelWithin: 2,
    collectWithinMonths: 3,
    collectArticle: '28/2015/ND-CP art. 18(6)',
  },
  cites: {
    governs: GOVERNS,
    termination: '38/2013/QH13 art. 49(1)',
    contributions: '38/2013/QH13 art. 49(2)',
    filing: '38/2013/QH13 art. 46(1)',
    unemployed: '38/2013/QH13 art. 49',
    amount: '38/2013/QH13 art. 50(1)',
    duration: '38/2013/QH13 art. 50(2)',
    leftover: '28/2015/ND-CP art. 18(7)',
    start: '38/2013/QH13 art. 50(3); 28/2015/ND-CP art. 18(1)',
    benefitMonth: BENEFIT_MONTH,
    report: '38/2013/QH13 art. 52',
    suspension: '38/2013/QH13 art. 53(1), (2)',
    endings: '38/2013/QH13 art. 53(3)',
    kept: '38/2013/QH13 art. 45(2); 28/2015/ND-CP art. 21',
    cancelled: '28/2015/ND-CP art. 18(3), (5)',
  },
};

export const LAW_OF_2025: UnemploymentRules = {
  law: '74/2025/QH15',
  startsOnWorkingDay: 11,
  capAt: 'last-contribution',
  capsStatePay: false,
  terms: null,
  cites: {
    governs: GOVERNS,
    termination: '74/2025/QH15 art. 38(1)(a)',
    contributions: '74/2025/QH15 art. 38(1)',
    filing: '74/2025/QH15 art. 38(1)',
    unemployed: '74/2025/QH15 art. 38(1)(d)',
    amount: '74/2025/QH15 art. 39(1)',
    duration: '74/2025/QH15 art. 39(2)',
    // A published example keeps them; no article that says so was seen.
    leftover: '74/2025/QH15 art. 35 [own]',
    start: '74/2025/QH15 art. 39(3)',
    benefitMonth: BENEFIT_MONTH,
    report: '74/2025/QH15 art. 41',
    suspension: '74/2025/QH15 art. 41',
    endings: '74/2025/QH15 art. 41(4) [own]',
    kept: '74/2025/QH15 art. 41 [own]',
    cancelled: '374/2025/ND-CP [own]',
  },
};
