import type { Vnd } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import type { Enrolment } from './entitlement.ts';
import type { EndingEvent } from './unemployment-endings.ts';

/** The four regions of the minimum wage. The place where the employer operates decides. */
export const REGIONS = ['I', 'II', 'III', 'IV'] as const;

export type Region = (typeof REGIONS)[number];

/**
 * What shuts out a person whatever was contributed: to have ended the contract against the law, or
 * a pension. Under the law of 2013 it is to draw a pension or a monthly allowance for lost capacity;
 * under that of 2025 it is enough to meet the conditions of a pension.
 */
type Bar = 'unlawful-termination' | 'pension';

/** A report on the search for a job: the day it was made, or the benefit month that was excused. */
export type JobSearchReport = { readonly on: PlainDate } | { readonly excusedFor: Period };

/**
 * All that the law asks about a person who has lost a job. Where null stands for "not told", the
 * condition is taken to have been examined by whoever decided.
 *
 * A benefit month is named by a calendar month: the first by the one in which it begins, each
 * further one by the next. Such names do not collide, and no month is left out.
 */
export interface UnemploymentClaim {
  /** The average monthly salary of the last six contributed months, in whole dong. */
  readonly averageSalary6: Vnd;
  /** All contributed months for which no benefit was received yet. */
  readonly contributionMonths: number;
  /** Those within the 24 and the 36 months before the contract ended; null when not told. */
  readonly recentMonths: { readonly in24: number; readonly in36: number } | null;
  /**
   * Whether the contract was short. Law of 2013: seasonal, or for a job of 3 to under 12 months. Law
   * of 2025: of 1 to under 12 months.
   */
  readonly shortContract: boolean;
  readonly region: Region;
  /** Whether the salary was set by the state. */
  readonly statePaid: boolean;
  readonly lastContributionMonth: Period;
  /** Null when not told: then it is taken to be the end of the last contributed month. */
  readonly contractEndedOn: PlainDate | null;
  readonly barredBy: Bar | null;
  /** The day on which the complete file was lodged; null when not told. */
  readonly filedOn: PlainDate | null;
  /** Null while there is no decision. */
  readonly decisionDate: PlainDate | null;
  /** Whether the decision was cancelled because nobody came for it. */
  readonly decisionCancelled: boolean;
  /** The first day of benefit, as decided. Null: it is counted from the day of filing. */
  readonly benefitFrom: PlainDate | null;
  /** Null when not told: then only decisions to suspend take a month away. */
  readonly reports: readonly JobSearchReport[] | null;
  /** Benefit months suspended by decision, the first and the last included. */
  readonly suspensions: Enrolment['suspensions'];
  readonly endings: readonly EndingEvent[];
  /** Benefit months whose money was not collected, without notice. */
  readonly uncollected: readonly Period[];
  /** What was assessed or paid for each benefit month before. */
  readonly alreadyPaid: ReadonlyMap<Period, Vnd>;
}
