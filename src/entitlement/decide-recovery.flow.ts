import { recordEvent } from '../audit/audit.sql.ts';
import type { PlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import {
  addDecision,
  addInstalments,
  addProposal,
  hasRole,
  type NewProposal,
  type OfCase,
} from './recovery.sql.ts';

/**
 * Proposes what becomes of money that was paid beyond what is due: it is paid back, deducted in
 * instalments from a month on, or waived. Nothing follows from it until another person has decided.
 * Throws Refusal recovery-not-entitled unless who proposes is a maker, and recovery-not-open where there
 * is no such case, it is decided, or more is asked back than was too much.
 */
export async function proposeRecovery(
  { db, clock, actor }: Context,
  proposal: Omit<NewProposal, 'by' | 'at'>,
): Promise<number> {
  const at = clock();
  const { recipientId, caseNo, outcome, amountVnd } = proposal;
  return write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'maker' }))) {
      throw new Refusal('recovery-not-entitled');
    }
    const made = await addProposal(tx, { ...proposal, by: actor, at });
    if (made === undefined) throw new Refusal('recovery-not-open', { recipientId, caseNo });
    await recordEvent(tx, {
      at,
      actor,
      action: 'recovery-proposed',
      subject: `recovery/${recipientId}/${caseNo}`,
      facts: { proposal: String(made.proposalNo), outcome, amount_vnd: String(amountVnd) },
    });
    return made.proposalNo;
  });
}

/**
 * Decides a case as it was last proposed, by another person with the right to sign. A deduction is laid
 * out over its months. Throws Refusal recovery-not-entitled, recovery-by-proposer, recovery-not-open.
 */
export async function decideRecovery(
  { db, clock, actor }: Context,
  decision: OfCase & { readonly proposalNo: number; readonly appealUntil: PlainDate },
): Promise<{ outcome: string; amountVnd: bigint }> {
  const at = clock();
  const { recipientId, caseNo } = decision;
  const work = write(db, async (tx) => {
    if (!(await hasRole(tx, { personId: actor, role: 'checker' }))) {
      throw new Refusal('recovery-not-entitled');
    }
    const decided = await addDecision(tx, { ...decision, by: actor, at });
    if (decided === undefined) throw new Refusal('recovery-not-open', { recipientId, caseNo });
    await addInstalments(tx, decision);
    await recordEvent(tx, {
      at,
      actor,
      action: 'recovery-decided',
      subject: `recovery/${recipientId}/${caseNo}`,
      facts: { outcome: decided.outcome, amount_vnd: String(decided.amountVnd) },
    });
    return decided;
  });
  return work.catch((error: unknown) => {
    const rule = violatedConstraint(error);
    if (rule === 'another_person_decides') throw new Refusal('recovery-by-proposer');
    if (rule === 'recovery_decision_pkey') {
      throw new Refusal('recovery-not-open', { recipientId, caseNo });
    }
    throw error;
  });
}
