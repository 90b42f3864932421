import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import type { Decision } from './decision.ts';
import {
  addCessation,
  addFacts,
  addPaymentAhead,
  addResumption,
  addSuspension,
  type TwoPersons,
} from './decisions.sql.ts';
import { recordClaim } from './record-claim.flow.ts';
import { hasRole } from './recovery.sql.ts';

/**
 * Records a decision about what somebody is due: facts of an enrolment, a suspension, its end, a
 * cessation, two months at once, or a claim to what is paid once. One person records what another with
 * the right to sign confirms. The next assessment argues by it; nothing that was assessed changes. Throws
 * Refusal decision-needs-two-persons, enrolment-unknown where the register does not have the enrolment,
 * the pause that is to end or another end, and for a claim claim-not-possible or claimed-before.
 */
export async function recordDecision(
  { db, clock, actor }: Context,
  decision: Decision,
  confirmedBy: string,
): Promise<void> {
  const by = { recordedBy: actor, confirmedBy, at: clock() };
  const work = write(db, async (tx) => {
    const isMaker = await hasRole(tx, { personId: actor, role: 'maker' });
    const isChecker = await hasRole(tx, { personId: confirmedBy, role: 'checker' });
    if (!isMaker || !isChecker || actor === confirmedBy) {
      throw new Refusal('decision-needs-two-persons');
    }
    if (!(await add(tx, decision, by))) throw new Refusal('enrolment-unknown');
    await recordEvent(tx, {
      at: by.at,
      actor,
      action: `${decision.kind}-decided`,
      subject: subjectOf(decision),
      facts: { confirmed_by: confirmedBy },
    });
  });
  await work.catch((error: unknown) => {
    // The key of all claims: another payee has claimed it, or this one has.
    if (violatedConstraint(error) === 'once_claim_key_pkey') throw new Refusal('claimed-before');
    throw error;
  });
}

/** False where the register does not have what the decision is about. */
async function add(tx: Tx, decision: Decision, by: TwoPersons): Promise<boolean> {
  switch (decision.kind) {
    case 'facts':
      return (await addFacts(tx, decision, by)) > 0;
    case 'suspension':
      return (await addSuspension(tx, decision)) > 0;
    case 'resumption':
      return (await addResumption(tx, decision, by)) > 0;
    case 'cessation':
      return (await addCessation(tx, decision, by)) > 0;
    case 'ahead':
      await addPaymentAhead(tx, decision, by);
      return true;
    case 'funeral':
    case 'household-gift':
      await recordClaim(tx, decision, by);
      return true;
  }
}

function subjectOf(decision: Decision): string {
  switch (decision.kind) {
    case 'ahead':
      return `ahead/${decision.programme}/${decision.province}/${decision.period}`;
    case 'funeral':
      return `funeral/${decision.deceased}`;
    case 'household-gift':
      return `gift/${decision.gift}`;
    case 'facts':
    case 'suspension':
    case 'resumption':
    case 'cessation':
      return `recipient/${decision.recipient}`;
  }
}
