import { hasRole } from '../entitlement/recovery.sql.ts';
import { addMonths, type Period, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import { resumeAll, suspendAll } from './uncollected.sql.ts';

/** A decision over many at once, such as a commune signs with a list behind it. */
interface ListDecision {
  readonly period: Period;
  readonly decision: string;
  readonly decidedOn: PlainDate;
  readonly confirmedBy: string;
}

/** Circular 02/2021/TT-BLDTBXH art. 2(3)(a). */
export const MONTHS_UNCOLLECTED = 3;

/**
 * Pauses, from a period on, everybody whose cash was collected in none of the three months before it:
 * context.actor has prepared the decision, another person confirms. What lies uncollected stays owed and is
 * carried to the next list. Run again, it pauses nobody twice. Throws Refusal decision-needs-two-persons.
 */
export async function suspendUncollected(
  { db, clock, actor }: Context,
  of: ListDecision,
): Promise<bigint> {
  return write(db, async (tx) => {
    await expectTwo(tx, actor, of.confirmedBy);
    const first = addMonths(of.period, -MONTHS_UNCOLLECTED);
    return suspendAll(tx, { ...of, first, by: actor, at: clock() });
  });
}

/**
 * Ends, with the period, the pauses of all who have come since and collected what lay for them; the paused
 * months are given back. Throws Refusal decision-needs-two-persons.
 */
export async function resumeCollected(
  { db, clock, actor }: Context,
  of: ListDecision,
): Promise<bigint> {
  return write(db, async (tx) => {
    await expectTwo(tx, actor, of.confirmedBy);
    return resumeAll(tx, { ...of, last: addMonths(of.period, -1), by: actor, at: clock() });
  });
}

async function expectTwo(tx: Tx, maker: string, checker: string): Promise<void> {
  const isMaker = await hasRole(tx, { personId: maker, role: 'maker' });
  const isChecker = await hasRole(tx, { personId: checker, role: 'checker' });
  if (!isMaker || !isChecker || maker === checker) {
    throw new Refusal('decision-needs-two-persons');
  }
}
