import { recordEvent } from '../audit/audit.sql.ts';
import { hasRole } from '../entitlement/recovery.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import {
  addBreakDecision,
  addBreakProposal,
  holdBreak,
  openProposal,
  resolveBreak,
} from './break.sql.ts';
import {
  addDispatchAction,
  dispatchActionOf,
  endUnknown,
  oweWithdrawnLines,
  unknownFile,
  type DispatchAction,
} from './dispatch-action.sql.ts';

export interface ProposedAction {
  readonly messageId: string;
  readonly action: DispatchAction;
  /** SHA-256 in hex of the very file that was carried; null for a withdrawal. */
  readonly sha256: string | null;
  readonly reason: string;
  /** The receipt or letter that shows it. */
  readonly document: string;
}

/**
 * Proposes what becomes of a file of which nobody knows where it is: it was carried to the bank by hand, or
 * it is withdrawn and its lines are owed again. Nothing follows until another person has confirmed it.
 * Throws Refusal break-not-entitled, dispatch-not-unknown, file-altered where other bytes were carried, and
 * dispatch-not-withdrawable with the rule that holds it.
 */
export async function proposeDispatchAction(
  { db, clock, actor }: Context,
  { messageId, action, sha256, reason, document }: ProposedAction,
): Promise<{ breakId: bigint; proposalNo: number }> {
  const at = clock();
  return write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'maker' }))) {
      throw new Refusal('break-not-entitled');
    }
    const file = await unknownFile(tx, { messageId, at });
    if (file === undefined) throw notUnknown(messageId);
    const { fileId, breakId, objection } = file;
    if (!(await holdBreak(tx, { breakId }))) throw notUnknown(messageId);
    if (action === 'handed-over' && sha256 !== file.sha256) {
      throw new Refusal('file-altered', { message: messageId });
    }
    if (action === 'withdrawn' && objection !== null) {
      throw new Refusal('dispatch-not-withdrawable', { message: messageId, rule: objection });
    }
    const nothing = { fate: null, outcome: null, settles: null } as const;
    const ofNone = { recipientId: null, period: null, instructedVnd: null };
    const proposal = { breakId, ...nothing, ...ofNone, reason, document, by: actor, at };
    const made = await addBreakProposal(tx, proposal);
    if (made === undefined) throw notUnknown(messageId);
    const { proposalNo } = made;
    await addDispatchAction(tx, { breakId, proposalNo, fileId, action, sha256 });
    await recordEvent(tx, {
      at,
      actor,
      action: 'break-proposed',
      subject: `break/${breakId}`,
      facts: { proposal: proposalNo, fate: action, outcome: '' },
    });
    return { breakId, proposalNo };
  });
}

/**
 * Decides what was proposed about a file, as another person. Confirmed, the file is where the decision puts
 * it, the lines of a withdrawn one are owed again, and its break ends, all in one transaction. Throws
 * Refusal break-not-entitled, break-not-open, proposer-may-not-decide, reason-missing and
 * dispatch-not-withdrawable.
 */
export async function decideDispatchAction(
  { db, clock, actor }: Context,
  of: { breakId: bigint; proposalNo: number; decision: 'confirmed' | 'declined'; reason: string },
): Promise<{ owedAgainVnd: bigint }> {
  const at = clock();
  const { breakId, decision } = of;
  const work = write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'checker' }))) {
      throw new Refusal('break-not-entitled');
    }
    const proposal = await openProposal(tx, of);
    const proposed = await dispatchActionOf(tx, of);
    if (proposal === undefined || proposed === undefined) {
      throw new Refusal('break-not-open', { break: breakId });
    }
    const { proposedBy } = proposal;
    const { action, fileId } = proposed;
    await addBreakDecision(tx, { ...of, proposedBy, by: actor, at });
    let owedAgainVnd = 0n;
    if (decision === 'confirmed') {
      await resolveBreak(tx, { breakId, resolution: action, proposedBy, by: actor, at });
      const state = action === 'withdrawn' ? 'withdrawn' : 'sent';
      await endUnknown(tx, { fileId, state, actor, at });
      if (action === 'withdrawn') {
        const owed = await oweWithdrawnLines(tx, { fileId, breakId, on: businessDate(at) });
        owedAgainVnd = owed.vnd;
      }
    }
    await recordEvent(tx, {
      at,
      actor,
      action: decision === 'confirmed' ? 'break-resolved' : 'break-declined',
      subject: `break/${breakId}`,
      facts: { proposal: of.proposalNo, moved_vnd: String(owedAgainVnd) },
    });
    return { owedAgainVnd };
  });
  return work.catch((error: unknown) => {
    throw refusalOf(error);
  });
}

/** The rules for which a file may not be withdrawn, as the database names them. */
const HELD_BY: readonly string[] = [
  'the_bank_refuses_what_is_late',
  'its_day_is_over',
  'everything_that_came_is_read',
  'the_bank_has_not_spoken_of_it',
];

function refusalOf(error: unknown): unknown {
  const rule = violatedConstraint(error) ?? '';
  if (rule === 'another_person_decides') return new Refusal('proposer-may-not-decide');
  if (rule === 'a_no_has_a_reason') return new Refusal('reason-missing');
  return HELD_BY.includes(rule) ? new Refusal('dispatch-not-withdrawable', { rule }) : error;
}

function notUnknown(messageId: string): Refusal {
  return new Refusal('dispatch-not-unknown', { message: messageId });
}
