// A month that is due against what was paid for it, the same for every programme: what is missing is
// a line, what was paid in excess is shown as a recovery, and the one is never set off against the
// other. A recovery is only told: to ask a person for money back takes a reason, evidence and the
// decision of another person, and no line of this engine ever holds less because of one.

import { vnd, type Vnd } from '../kernel/money.ts';
import { addMonths, type Period, type PlainDate } from '../kernel/period.ts';
import type { NotDue } from './not-due.ts';

/** What one ground or category pays for one month, whatever was paid before. */
export interface MonthlyDue {
  readonly programme: string;
  /** The enrolment that it comes from, where a register keeps them. */
  readonly enrolmentId?: string | undefined;
  /** The ground, the category, or the rule. */
  readonly code: string;
  /** Decimal text; null where an amount stands in a table. */
  readonly coefficient: string | null;
  readonly standardVnd: Vnd | null;
  readonly amount: Vnd;
  readonly articles: readonly string[];
  /** What is cited beside them when the month is paid later. */
  readonly articleOfArrears: string | null;
}

/** What is due for a month in all, or why nothing is. */
export interface MonthDue {
  readonly dues: readonly MonthlyDue[];
  readonly reason: NotDue | null;
}

export interface DueLine {
  readonly kind: 'current' | 'arrears' | 'once';
  readonly period: Period;
  readonly due: MonthlyDue;
  /** The first and the last day, where they are not those of the calendar month. */
  readonly days?: { readonly from: PlainDate; readonly until: PlainDate };
  /** What was paid before and is laid against this line. */
  readonly paidVnd: Vnd;
  readonly amount: Vnd;
  readonly articles: readonly string[];
}

/** A month for which more was paid than is due today. */
export interface Recovery {
  readonly period: Period;
  readonly paidVnd: Vnd;
  readonly dueVnd: Vnd;
  readonly amount: Vnd;
}

export interface Settlement {
  readonly lines: readonly DueLine[];
  readonly recoveries: readonly Recovery[];
  /** Whether anything is due for the period itself, paid or not. */
  readonly eligible: boolean;
  readonly reason: NotDue | null;
}

export interface History {
  /** What was paid for each month. A month that was not paid at all is told as 0. */
  readonly paid: ReadonlyMap<Period, Vnd>;
  /** The months that are known not to have been paid, though they are not told. */
  readonly unpaid: readonly Period[];
}

const NOTHING = vnd(0n);

/**
 * Lays what was paid against what is due, month by month: for the period, for the month after it where
 * two are paid at once, and for every month of the history. A month before the period that the history
 * does not tell is taken to be settled. For months that lie further ahead only what was paid too much
 * is shown: they are assessed when they come.
 */
export function settleMonths(
  { of, months }: { of: Period; months: number },
  history: History,
  dueIn: (month: Period) => MonthDue,
): Settlement {
  const last = addMonths(of, months - 1);
  const lines: DueLine[] = [];
  const recoveries: Recovery[] = [];
  let current: MonthDue = { dues: [], reason: null };
  for (const month of monthsToCheck({ of, months }, history)) {
    const due = dueIn(month);
    if (month === of) current = due;
    const paid = history.paid.get(month) ?? NOTHING;
    const missing = layOff(due.dues, { month, of, paid });
    if (month <= last) lines.push(...missing.lines);
    if (missing.excess > 0n) {
      const dueVnd = vnd(paid - missing.excess);
      recoveries.push({ period: month, paidVnd: paid, dueVnd, amount: missing.excess });
    }
  }
  const eligible = current.dues.length > 0;
  const reason = eligible ? 'already-assessed' : current.reason;
  return { lines, recoveries, eligible, reason: lines.length > 0 ? null : reason };
}

function monthsToCheck(
  { of, months }: { of: Period; months: number },
  { paid, unpaid }: History,
): readonly Period[] {
  if (months === 1 && paid.size === 0 && unpaid.length === 0) return [of];
  const told = new Set([...paid.keys(), ...unpaid.filter((month) => month < of)]);
  for (let n = 0; n < months; n += 1) told.add(addMonths(of, n));
  return [...told].sort();
}

/** Lays an amount that was paid against the dues of its month, in their order. */
function layOff(
  dues: readonly MonthlyDue[],
  { month, of, paid }: { month: Period; of: Period; paid: Vnd },
): { lines: DueLine[]; excess: Vnd } {
  const lines: DueLine[] = [];
  let left: bigint = paid;
  for (const due of dues) {
    const part = left < due.amount ? left : due.amount;
    left -= part;
    if (part === due.amount) continue;
    const isArrears = month < of;
    const late = isArrears && due.articleOfArrears !== null ? [due.articleOfArrears] : [];
    lines.push({
      kind: isArrears ? 'arrears' : 'current',
      period: month,
      due,
      paidVnd: vnd(part),
      amount: vnd(due.amount - part),
      articles: [...due.articles, ...late],
    });
  }
  return { lines, excess: vnd(left) };
}
