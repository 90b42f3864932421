import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import type { Decision } from './decision.ts';
import {
  addFacts,
  addPaymentAhead,
  addResumption,
  addSuspension,
  type TwoPersons,
} from './decisions.sql.ts';
import { hasRole } from './recovery.sql.ts';

/**
 * Records a decision about what somebody is due: facts of an enrolment, a suspension, its end, or two
 * months at once. One person records what another with the right to sign confirms. The next assessment
 * argues by it; nothing that was assessed changes. Throws Refusal decision-needs-two-persons, and
 * enrolment-unknown where the register does
 * not have the enrolment, or the pause that is to end.
 */
export async function recordDecision(
  { db, clock, actor }: Context,
  decision: Decision,
  confirmedBy: string,
): Promise<void> {
  const by = { recordedBy: actor, confirmedBy, at: clock() };
  await write(db, async (tx) => {
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
    case 'ahead':
      await addPaymentAhead(tx, decision, by);
      return true;
  }
}

function subjectOf(decision: Decision): string {
  return decision.kind === 'ahead'
    ? `ahead/${decision.programme}/${decision.province}/${decision.period}`
    : `recipient/${decision.recipient}`;
}
