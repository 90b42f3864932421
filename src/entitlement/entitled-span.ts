// From when until when an entitlement runs, and the months in it that are paused. Every monthly
// programme asks the same five questions in the same order.

import {
  addMonths,
  monthIndex,
  periodsFrom,
  type Period,
  type PlainDate,
} from '../kernel/period.ts';
import type { NothingDue, Suspension } from './entitlement.ts';

/** What a decision says of the time. */
export interface EntitledSpan {
  readonly decidedOn: PlainDate;
  readonly entitledFrom: Period;
  /** The last month due, by decision. */
  readonly stopsAfter: Period | null;
  readonly suspensions: readonly Suspension[];
}

/** Why nothing is due for a month, whatever the amount; undefined when nothing stands against it. */
export function whyNotDue(
  span: EntitledSpan,
  diedOn: PlainDate | null,
  month: { readonly period: Period; readonly firstDay: PlainDate },
  assessedOn: PlainDate,
): NothingDue | undefined {
  // Decree 20/2021/ND-CP art. 8(2): assistance stops from the month after the month of death.
  if (diedOn !== null && diedOn < month.firstDay) return 'deceased';
  if (span.decidedOn > assessedOn) return 'not-yet-decided';
  // Decree 20/2021/ND-CP art. 8(1): from the month that the decision names.
  if (span.entitledFrom > month.period) return 'not-yet-entitled';
  // Decree 20/2021/ND-CP art. 8(2), Circular 02/2021/TT-BLDTBXH art. 2(1).
  if (span.stopsAfter !== null && span.stopsAfter < month.period) return 'stopped';
  // Circular 02/2021/TT-BLDTBXH art. 2(3); people of merit: Decree 131/2021/ND-CP art. 118.
  return isSuspended(span, month.period) ? 'suspended' : undefined;
}

export function isSuspended(
  { suspensions }: Pick<EntitledSpan, 'suspensions'>,
  of: Period,
): boolean {
  for (const { from, until } of suspensions) {
    if (from <= of && (until === null || of <= until)) return true;
  }
  return false;
}

/** Why payment is paused. What follows from it differs by article. */
export const SUSPENSION_REASONS = [
  // Circular 02/2021/TT-BLDTBXH art. 2(3)(a), (b) and (c).
  'uncollected',
  'reassessment_refused',
  'custody',
  // Decree 131/2021/ND-CP art. 118 and 119.
  'prison',
  'missing',
  'illegal_exit',
  // Ordinance 02/2020/UBTVQH14 and Decree 131/2021/ND-CP, of a file that may be forged.
  'suspected_forgery',
  // 38/2013/QH13 art. 53(1): unemployment benefit without a report on the search for a job.
  'no_report',
] as const;

type SuspensionReason = (typeof SUSPENSION_REASONS)[number];

/** A suspension with its reason and its end. */
export interface ReasonedSuspension extends Suspension {
  readonly reason?: SuspensionReason | undefined;
  /** Whether the decision that ends it gives the paused months back. */
  readonly backPay?: boolean | undefined;
  /** Of a suspected forgery: whether the person was cleared, or it was proven. */
  readonly outcome?: 'cleared' | 'proven' | undefined;
}

/** What suspensions come to when a period is assessed. */
export interface Paused {
  /** Those whose months are lost or not yet decided. */
  readonly suspensions: readonly Suspension[];
  /** The months that are given back. They were not paid, so they are assessed whole. */
  readonly backPaid: readonly Period[];
  /** The last month before a refusal to be assessed again became a cessation. */
  readonly stopsAfter: Period | null;
  /** Whether a forged file was proven: then nothing was ever due. */
  readonly forged: boolean;
}

/** Circular 02/2021/TT-BLDTBXH art. 2(1)(đ): assistance ends three months after that suspension. */
const MONTHS_TO_OBEY = 3;

/**
 * Reads suspensions as they stand when a period is assessed. Without a word about it the months of a
 * suspension are lost: Circular 02/2021/TT-BLDTBXH gives none back, and so a decision has to say it.
 * A person cleared of a suspected forgery is paid from the month of suspension on.
 */
export function pausedIn(spans: readonly ReasonedSuspension[], of: Period): Paused {
  const suspensions: Suspension[] = [];
  const backPaid: Period[] = [];
  let stopsAfter: Period | null = null;
  for (const span of spans) {
    if (givesBack(span, of)) {
      backPaid.push(...periodsFrom(span.from, span.until ?? span.from));
      continue;
    }
    suspensions.push({ from: span.from, until: span.until });
    const last = refusedThrough(span);
    if (last !== null && (stopsAfter === null || last < stopsAfter)) stopsAfter = last;
  }
  const forged = spans.some(({ reason, outcome }) => {
    return reason === 'suspected_forgery' && outcome === 'proven';
  });
  return { suspensions, backPaid, stopsAfter, forged };
}

function givesBack({ until, backPay, reason, outcome }: ReasonedSuspension, of: Period): boolean {
  if (until === null || until >= of) return false;
  return backPay === true || (reason === 'suspected_forgery' && outcome === 'cleared');
}

function refusedThrough({ from, until, reason }: ReasonedSuspension): Period | null {
  if (reason !== 'reassessment_refused') return null;
  const obeyedInTime = until !== null && monthIndex(until) - monthIndex(from) < MONTHS_TO_OBEY;
  return obeyedInTime ? null : addMonths(from, MONTHS_TO_OBEY - 1);
}
