import { recordEvent } from '../audit/audit.sql.ts';
import { hasRole } from '../entitlement/recovery.sql.ts';
import { readPaymentReference } from '../kernel/reference.ts';
import { Refusal } from '../kernel/refusal.ts';
import { calendarOf } from '../kernel/working-days.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Db, type Tx } from '../platform/db.ts';
import {
  deadlineOf,
  leftInSuspense,
  possibleFates,
  type BreakFate,
  type BreakOutcome,
} from './break.ts';
import {
  addBreakDecision,
  addBreakProposal,
  addHouseTransfer,
  assignBreak,
  breakOf,
  breakSides,
  decideOutcome,
  decideReturn,
  directionOf,
  holdBreak,
  openDays,
  openProposal,
  resolveBreak,
  setDeadline,
  specialDays,
  sweepBreaks,
  type Break,
  type BreakProposal,
  type BreakSides,
  type OpenProposal,
} from './break.sql.ts';

/** A break with both of its sides. */
export interface SeenBreak {
  readonly found: Break;
  readonly sides: BreakSides;
}

/** One break and both sides of it. Throws Refusal break-not-open where there is none. */
export async function seeBreak(
  db: Db | Tx,
  of: { breakId: bigint; now: Date },
): Promise<SeenBreak> {
  const found = await breakOf(db, of);
  if (found === undefined) throw notOpen(of.breakId);
  // Our own references name the row, so nothing has to be searched for.
  const named = readPaymentReference(found.reference);
  const sides = await breakSides(db, {
    breakId: of.breakId,
    recipientId: named?.recipientId ?? 0n,
    instructedPeriod: named?.period ?? null,
  });
  if (sides === undefined) throw notOpen(of.breakId);
  return { found, sides };
}

/**
 * Opens the breaks that only a look at the whole shows, as of the clock's day, and counts anew by when each
 * open one should be decided. Run again, none is new.
 */
export async function findBreaks({
  db,
  clock,
  actor,
}: Context): Promise<readonly { kind: string; count: bigint }[]> {
  const at = clock();
  return write(db, async (tx) => {
    const opened = await sweepBreaks(tx, { at, on: businessDate(at) });
    await countDeadlines(tx);
    if (opened.length === 0) return opened;
    await recordEvent(tx, {
      at,
      actor,
      action: 'breaks-found',
      subject: 'breaks',
      facts: Object.fromEntries(opened.map(({ kind, count }) => [kind, String(count)])),
    });
    return opened;
  });
}

/** By the calendar as it is now: days off are announced, and swapped, while breaks are open. */
async function countDeadlines(tx: Tx): Promise<void> {
  const calendar = calendarOf(await specialDays(tx));
  for (const { decideBy, ...of } of await openDays(tx)) {
    const counted = deadlineOf(calendar, of);
    if (counted !== decideBy) await setDeadline(tx, { ...of, decideBy: counted });
  }
}

/** Gives a break an owner. Throws Refusal break-not-entitled and break-not-open. */
export async function assign(
  { db, clock, actor }: Context,
  of: { breakId: bigint; owner: string; note: string },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    const mayAssign =
      (await hasRole(tx, { personId: actor, role: 'maker' })) ||
      (await hasRole(tx, { personId: actor, role: 'checker' }));
    if (!mayAssign) throw new Refusal('break-not-entitled');
    const assigned = await assignBreak(tx, { ...of, by: actor, at });
    if (assigned === undefined) throw notOpen(of.breakId);
    await recordEvent(tx, {
      at,
      actor,
      action: 'break-assigned',
      subject: `break/${of.breakId}`,
      facts: { owner: of.owner },
    });
  });
}

/**
 * Proposes what becomes of a break: the fate of its instruction, and where the money goes that is then
 * left in suspense. Nothing follows until another person has confirmed it. Throws Refusal
 * break-not-entitled, break-not-open, break-fate-not-possible and break-outcome-not-possible.
 */
export async function proposeResolution(
  { db, clock, actor }: Context,
  proposal: BreakProposal,
): Promise<number> {
  const at = clock();
  const { breakId, fate, outcome } = proposal;
  return write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'maker' }))) {
      throw new Refusal('break-not-entitled');
    }
    if (!(await holdBreak(tx, { breakId }))) throw notOpen(breakId);
    const seen = await seeBreak(tx, { breakId, now: at });
    const of = instructionOf(seen, fate);
    const left = suspenseOf(seen, fate);
    await expectDirection(tx, { breakId, left, outcome });
    const made = await addBreakProposal(tx, { ...proposal, ...of, by: actor, at });
    if (made === undefined) throw notOpen(breakId);
    await recordEvent(tx, {
      at,
      actor,
      action: 'break-proposed',
      subject: `break/${breakId}`,
      facts: { proposal: made.proposalNo, fate: fate ?? '', outcome: outcome ?? '' },
    });
    return made.proposalNo;
  });
}

/**
 * Decides the last proposal about a break as another person. Confirmed, it writes the fate of the
 * instruction, moves what is in suspense and ends the break, all in one transaction: the database
 * refuses one without the others. Throws Refusal break-not-entitled, break-not-open,
 * proposer-may-not-decide, reason-missing and break-fate-not-possible.
 */
export async function decideBreak(
  { db, clock, actor }: Context,
  of: { breakId: bigint; proposalNo: number; decision: 'confirmed' | 'declined'; reason: string },
): Promise<{ movedVnd: bigint }> {
  const at = clock();
  const { breakId, decision } = of;
  const work = write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'checker' }))) {
      throw new Refusal('break-not-entitled');
    }
    const proposal = await openProposal(tx, of);
    if (proposal === undefined) throw notOpen(breakId);
    await addBreakDecision(tx, { ...of, proposedBy: proposal.proposedBy, by: actor, at });
    const movedVnd =
      decision === 'confirmed' ? await carryOut(tx, proposal, { by: actor, at }) : 0n;
    await recordEvent(tx, {
      at,
      actor,
      action: decision === 'confirmed' ? 'break-resolved' : 'break-declined',
      subject: `break/${breakId}`,
      facts: { proposal: of.proposalNo, moved_vnd: String(movedVnd) },
    });
    return { movedVnd };
  });
  return work.catch((error: unknown) => {
    throw refusalOf(error, breakId);
  });
}

async function carryOut(
  tx: Tx,
  proposal: OpenProposal,
  { by, at }: { by: string; at: Date },
): Promise<bigint> {
  const { breakId, fate, outcome, proposedBy } = proposal;
  const seen = await seeBreak(tx, { breakId, now: at });
  const on = businessDate(at);
  const { recipientId, period } = proposal;
  // Both are there with a fate and neither without: the table says so.
  if (fate !== null && recipientId !== null && period !== null) {
    const decided = { breakId, recipientId, period, reference: seen.found.reference, on };
    if (fate === 'returned') await decideReturn(tx, decided);
    else await decideOutcome(tx, { ...decided, paid: fate === 'paid' });
  }
  const left = suspenseOf(seen, fate);
  await expectDirection(tx, { breakId, left, outcome });
  const amountVnd = left < 0n ? -left : left;
  if (outcome !== null) {
    const account = seen.sides.payerAccount ?? '';
    const of = { period: seen.found.period, account, amountVnd, on };
    await addHouseTransfer(tx, { breakId, outcome, ...of });
  }
  const resolution = [fate, outcome].filter((part) => part !== null).join(' + ') || 'explained';
  await resolveBreak(tx, { breakId, resolution, proposedBy, by, at });
  return amountVnd;
}

/** The instruction that a fate is of. Throws Refusal break-fate-not-possible. */
function instructionOf(
  { found, sides }: SeenBreak,
  fate: BreakFate | null,
): Pick<OpenProposal, 'recipientId' | 'period' | 'instructedVnd'> {
  if (fate === null) return { recipientId: null, period: null, instructedVnd: null };
  const { recipientId, instructedPeriod, instructedVnd } = sides;
  if (!possibleFates(sides).includes(fate))
    throw new Refusal('break-fate-not-possible', { break: found.breakId });
  return { recipientId, period: instructedPeriod, instructedVnd };
}

function suspenseOf({ found, sides }: SeenBreak, fate: BreakFate | null): bigint {
  const { isOfAccount, instructedVnd } = sides;
  const { gapVnd } = found;
  return leftInSuspense({ gapVnd, fate, isOfAccount, instructedVnd: instructedVnd ?? 0n });
}

async function expectDirection(
  db: Db | Tx,
  of: { breakId: bigint; left: bigint; outcome: BreakOutcome | null },
): Promise<void> {
  const needed = of.left === 0n ? null : of.left < 0n ? 'out' : 'in';
  const moves = of.outcome === null ? null : await directionOf(db, of.outcome);
  if (needed !== moves) {
    throw new Refusal('break-outcome-not-possible', { break: of.breakId, left_vnd: of.left });
  }
}

function refusalOf(error: unknown, breakId: bigint): unknown {
  const rule = violatedConstraint(error);
  if (rule === 'another_person_decides') return new Refusal('proposer-may-not-decide');
  if (rule === 'a_no_has_a_reason') return new Refusal('reason-missing');
  if (rule === 'silence_is_not_explained' || rule === 'an_unknown_file_is_not_explained') {
    return new Refusal('break-fate-not-possible', { break: breakId });
  }
  return error;
}

function notOpen(breakId: bigint): Refusal {
  return new Refusal('break-not-open', { break: breakId });
}
