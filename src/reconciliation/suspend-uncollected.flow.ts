import { recordEvent } from '../audit/audit.sql.ts';
import { hasRole } from '../entitlement/recovery.sql.ts';
import { addMonths, type Period, type PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { takeTurn, write, type Tx } from '../platform/db.ts';
import {
  addUncollectedDecision,
  addUncollectedProposal,
  resumeAll,
  suspendAll,
  uncollectedList,
  waitingUncollected,
  type UncollectedKind,
} from './uncollected.sql.ts';

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
    const { count } = await suspendAll(tx, { ...of, first, by: actor, at: clock() });
    return count;
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
    const last = addMonths(of.period, -1);
    const { count } = await resumeAll(tx, { ...of, last, by: actor, at: clock() });
    return count;
  });
}

interface OfList {
  readonly kind: UncollectedKind;
  readonly period: Period;
}

/**
 * Leaves word that a list be paused or given back as context.actor has seen it, for another person to decide.
 * Throws Refusal decision-needs-two-persons where the actor is no maker, decision-of-a-day-to-come, and uncollected-changed-since where
 * the list names others by now or nobody.
 */
export async function proposeUncollected(
  { db, clock, actor }: Context,
  of: OfList & { sha256: string; decision: string; decidedOn: PlainDate },
): Promise<{ proposalNo: number }> {
  const at = clock();
  const { kind, period } = of;
  return write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'maker' }))) {
      throw new Refusal('decision-needs-two-persons');
    }
    if (of.decidedOn > businessDate(at)) throw new Refusal('decision-of-a-day-to-come', { period });
    const first = addMonths(period, -MONTHS_UNCOLLECTED);
    const list = await uncollectedList(tx, { kind, period, first });
    if (list.count === 0n || list.sha256 !== of.sha256) {
      throw new Refusal('uncollected-changed-since', { period });
    }
    const made = await addUncollectedProposal(tx, { ...of, ...list, by: actor, at });
    await recordEvent(tx, {
      at,
      actor,
      action: 'uncollected-proposed',
      subject: `period/${period}`,
      facts: { kind, proposal: made.proposalNo, list: list.sha256, count: String(list.count) },
    });
    return made;
  });
}

/**
 * Decides about the list that another person has proposed. Confirmed, everybody on it is paused, or is given
 * back what was paused; what was done is held against the hash of the proposal, and undone where it differs.
 * Returns how many enrolments changed. Throws Refusal uncollected-not-proposed, decision-needs-two-persons and
 * uncollected-changed-since.
 */
export async function decideUncollected(
  { db, clock, actor }: Context,
  of: OfList & { proposalNo: number; decision: 'confirmed' | 'declined'; reason: string },
): Promise<bigint> {
  const at = clock();
  const { kind, period } = of;
  return write(db, async (tx) => {
    await takeTurn(tx, `uncollected/${period}`);
    const proposal = await waitingUncollected(tx, { kind, period });
    if (proposal?.proposalNo !== of.proposalNo) {
      throw new Refusal('uncollected-not-proposed', { period });
    }
    const { proposedBy, decision, decidedOn, sha256 } = proposal;
    await expectTwo(tx, proposedBy, actor);
    await addUncollectedDecision(tx, { ...of, proposedBy, by: actor, at });
    let count = 0n;
    if (of.decision === 'confirmed') {
      const made = { period, decision, decidedOn, by: proposedBy, confirmedBy: actor, at };
      const done =
        kind === 'suspend'
          ? await suspendAll(tx, { ...made, first: addMonths(period, -MONTHS_UNCOLLECTED) })
          : await resumeAll(tx, { ...made, last: addMonths(period, -1) });
      if (done.sha256 !== sha256) throw new Refusal('uncollected-changed-since', { period });
      ({ count } = done);
    }
    await recordEvent(tx, {
      at,
      actor,
      action: 'uncollected-decided',
      subject: `period/${period}`,
      facts: { kind, proposal: of.proposalNo, decision: of.decision, count: String(count) },
    });
    return count;
  });
}

async function expectTwo(tx: Tx, maker: string, checker: string): Promise<void> {
  const isMaker = await hasRole(tx, { personId: maker, role: 'maker' });
  const isChecker = await hasRole(tx, { personId: checker, role: 'checker' });
  if (!isMaker || !isChecker || maker === checker) {
    throw new Refusal('decision-needs-two-persons');
  }
}
