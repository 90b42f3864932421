import { advanceBatch, batchContent } from '../batch/batch.sql.ts';
import type { BatchContent, BatchStep } from '../batch/batch.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import { addBatchRefusal } from './approval.sql.ts';

export interface BatchRefused {
  readonly batchId: bigint;
  /** Before it is approved, or after that and before it leaves. */
  readonly kind: 'rejected' | 'taken-back';
  readonly reason: string;
  /** What was on the screen of whoever decided. */
  readonly seen: Pick<BatchContent, 'contentHash'>;
  /** When they last gave their second factor. */
  readonly stepUpAt: Date;
}

const STEPS = {
  rejected: 'batch-withdrawn',
  'taken-back': 'batch-pulled',
} as const satisfies Record<BatchRefused['kind'], BatchStep>;

/** The rules of the database that keep a batch going, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  batch_is_where_it_was_seen: 'batch-not-in-state',
  batch_refusal_pkey: 'batch-not-in-state',
  decider_is_entitled: 'checker-not-entitled',
  step_up_is_fresh: 'checker-not-entitled',
  decider_refuses_what_is_there: 'batch-changed',
  reason_can_be_understood: 'reason-too-short',
};

/**
 * Says no to a batch as context.actor, with the reason: a prepared one is rejected, an approved one is
 * taken back before it leaves. Its lines are owed as before, and the next gathering makes another
 * batch of what may still be paid. Throws Refusal batch-unknown, batch-not-in-state,
 * checker-not-entitled, batch-changed or reason-too-short.
 */
export async function refuseBatch(
  { db, clock, actor }: Context,
  { batchId, kind, reason, seen, stepUpAt }: BatchRefused,
): Promise<void> {
  if ((await batchContent(db, batchId)) === undefined) {
    throw new Refusal('batch-unknown', { batchId });
  }
  const at = clock();
  await write(db, async (tx) => {
    const { contentHash } = seen;
    await addBatchRefusal(tx, {
      batchId,
      kind,
      personId: actor,
      reason,
      contentHash,
      at,
      stepUpAt,
    });
    await advanceBatch(tx, STEPS[kind], { batchId, actor, at });
  }).catch((error: unknown) => {
    const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal, { batchId });
  });
}
