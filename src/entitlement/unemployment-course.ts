// What becomes of each month of a term: reports, suspensions, and what ends it. Articles:
// 38/2013/QH13 art. 52, 53 and 28/2015/ND-CP art. 18 to 21; 74/2025/QH15 art. 41.

import type { PlainDate } from '../kernel/period.ts';
import type { UnemploymentClaim } from './unemployment-claim.ts';
import { collectBy, type BenefitMonth } from './unemployment-dates.ts';
import { keptAfter } from './unemployment-duration.ts';
import { firstEnding, keepsContributions, type EndingEvent } from './unemployment-endings.ts';
import type { UnemploymentRules } from './unemployment-law.ts';

/** Why a benefit month is not due; null when it is. */
type Standing =
  'not-yet-entitled' | 'report-awaited' | 'suspended' | 'stopped' | 'unclaimed' | null;

export interface JudgedMonth extends BenefitMonth {
  readonly notDue: Standing;
}

/** A term as it is known on a day. */
export interface Course {
  readonly months: readonly JudgedMonth[];
  readonly ending: EndingEvent | null;
  /** Months received or lost: what the contributions were used for. */
  readonly used: number;
  /** The contributed months for the next time, those left over at the grant included. */
  readonly kept: number;
}

interface Draft {
  readonly claim: UnemploymentClaim;
  readonly asOf: PlainDate;
  ending: EndingEvent | null;
  missedRunning: number;
}

const MISSED_TO_END = 3;

/** Judges the months of a term as they are known on a day; the order of what happened plays no part. */
export function courseOf(
  claim: UnemploymentClaim,
  months: readonly BenefitMonth[],
  { rules, asOf }: { rules: UnemploymentRules; asOf: PlainDate },
): Course {
  const known = claim.endings.filter(({ on }) => on <= asOf);
  const draft: Draft = { claim, asOf, ending: firstEnding(known), missedRunning: 0 };
  const judged = months.map((month) => ({ ...month, notDue: judge(draft, month) }));
  const termEnd = months.at(-1)?.lastDay;
  if (termEnd === undefined) throw new RangeError('a term has a month or more');
  if (draft.ending === null && termEnd < asOf) {
    draft.ending = { code: 'term-over', on: termEnd, notified: false };
  }
  const settled = withoutUnclaimed(draft, judged, collectBy(termEnd, rules));
  const used = usedUp(draft.ending, settled);
  const kept = keptAfter(claim.contributionMonths, used);
  return { months: settled, ending: draft.ending, used, kept };
}

function judge(draft: Draft, month: BenefitMonth): Standing {
  const { claim, asOf, ending } = draft;
  if (ending !== null && ending.on < month.firstDay) return 'stopped';
  if (month.firstDay > asOf) return 'not-yet-entitled';
  const isMissed = isSuspended(claim, month) || isUnreported(draft, month);
  if (!isMissed) {
    draft.missedRunning = 0;
    return isReportAwaited(draft, month) ? 'report-awaited' : null;
  }
  draft.missedRunning += 1;
  // Art. 53(3)(e): no report in three months running ends it. What came before that still did.
  const endsHere = ending !== null && ending.on <= month.lastDay;
  if (draft.missedRunning === MISSED_TO_END && !endsHere) {
    draft.ending = { code: 'no-report', on: month.lastDay, notified: false };
  }
  return 'suspended';
}

// Art. 53(1), (2): nothing is due for a month that is suspended, it is not made up for later, and
// benefit goes on with the next report while the term lasts.
function isSuspended({ suspensions }: UnemploymentClaim, { period }: BenefitMonth): boolean {
  return suspensions.some(
    ({ from, until }) => from <= period && (until === null || period <= until),
  );
}

/** Whether a month has passed without its report. */
function isUnreported(draft: Draft, month: BenefitMonth): boolean {
  return month.lastDay < draft.asOf && lacksReport(draft, month);
}

/** Whether a month that runs still lacks its report. */
function isReportAwaited(draft: Draft, month: BenefitMonth): boolean {
  return month.lastDay >= draft.asOf && lacksReport(draft, month);
}

/**
 * Art. 52: a report in each month of benefit, unless excused. The first month is paid on the decision
 * (28/2015/ND-CP art. 18(2)(a)). In the month in which benefit ends, the notice of that takes the
 * place of the report [own].
 */
function lacksReport({ claim, asOf, ending }: Draft, month: BenefitMonth): boolean {
  if (claim.reports === null || month.no === 1) return false;
  if (ending !== null && ending.on <= month.lastDay) return false;
  return !claim.reports.some((report) =>
    'on' in report
      ? report.on <= asOf && month.firstDay <= report.on && report.on <= month.lastDay
      : report.excusedFor === month.period,
  );
}

// 28/2015/ND-CP art. 18(6): money that nobody collects within three months of the end of the term
// counts as no need, and the contributions behind it are kept.
function withoutUnclaimed(
  { claim, asOf }: Draft,
  months: readonly JudgedMonth[],
  by: PlainDate | undefined,
): readonly JudgedMonth[] {
  if (by === undefined || asOf <= by || claim.uncollected.length === 0) return months;
  return months.map((month) =>
    month.notDue === null && claim.uncollected.includes(month.period)
      ? { ...month, notDue: 'unclaimed' }
      : month,
  );
}

/**
 * How many months the contributions were used for: those received or lost where the ending keeps the
 * rest, else all that were granted. Months that were not collected are never among them.
 */
function usedUp(ending: EndingEvent | null, months: readonly JudgedMonth[]): number {
  const keeps = ending !== null && keepsContributions(ending);
  return months.filter(({ notDue }) => notDue !== 'unclaimed' && !(keeps && notDue === 'stopped'))
    .length;
}
