import type { BatchContent } from '../batch/batch.ts';
import { advanceBatch, batchContent } from '../batch/batch.sql.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import { addApproval, signersOf } from './approval.sql.ts';

export interface ApprovalRequest {
  readonly batchId: bigint;
  /** What the checker was shown when they pressed the button. */
  readonly seen: BatchContent;
  /** When they last gave their second factor. */
  readonly stepUpAt: Date;
}

/** The rules of the database that refuse a signature, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  batch_is_prepared: 'batch-not-in-state',
  // Nobody signs twice: what they see was drawn before their own signature.
  approval_pkey: 'batch-not-in-state',
  checker_is_not_maker: 'checker-is-maker',
  checker_is_entitled: 'checker-not-entitled',
  last_signature_covers_the_total: 'signature-above-limit',
  step_up_is_fresh: 'checker-not-entitled',
  code_was_given: 'checker-not-entitled',
  checker_signs_what_is_there: 'batch-changed',
  committed_within_budget: 'budget-exceeded',
  movements_are_explained: 'movements-not-explained',
  recipient_is_not_given_up: 'account-not-payable',
  account_is_of_record: 'account-not-payable',
  account_change_was_told: 'account-not-payable',
  changed_account_has_cooled_off: 'account-not-payable',
};

/** How many people sign a batch. The database counts them too, before it lets the batch move on. */
const SIGNATURES_NEEDED = 2;

/**
 * Signs a batch as context.actor. With the second signature the batch is approved, and its total is
 * committed against the budget. Returns whether it is approved now. Throws Refusal batch-unknown,
 * batch-not-in-state, checker-is-maker, checker-not-entitled, signature-above-limit, batch-changed, budget-exceeded,
 * movements-not-explained or account-not-payable.
 */
export async function approveBatch(
  { db, clock, actor, boundary }: Context,
  { batchId, seen, stepUpAt }: ApprovalRequest,
): Promise<{ approved: boolean }> {
  if ((await batchContent(db, batchId)) === undefined) {
    throw new Refusal('batch-unknown', { batchId });
  }
  const at = clock();
  const approved = await write(db, async (tx) => {
    await addApproval(tx, { ...seen, batchId, personId: actor, at, stepUpAt });
    // Counted by a statement of its own, begun while the batch is held: the one that signs began
    // before it waited for another checker, and both would take themselves for the first.
    if ((await signersOf(tx, batchId)).length < SIGNATURES_NEEDED) return false;
    await advanceBatch(tx, 'batch-approved', { batchId, actor, at });
    return true;
  }).catch((error: unknown) => {
    const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal, { batchId });
  });
  boundary(approved ? 'approval:signed' : 'approval:first-signed');
  return { approved };
}
