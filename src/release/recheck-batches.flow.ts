import { recordEvent } from '../audit/audit.sql.ts';
import { advanceBatch, batchesOf } from '../batch/batch.sql.ts';
import type { Period } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { objectionTo } from './release.sql.ts';

/** Nothing is known against any line; nobody has been asked in time. */
const NOT_ASKED_IN_TIME = 'life_was_checked';

export interface Rechecked {
  /** Batches that may not be sent as they are: their lines are owed again. */
  readonly withdrawn: readonly bigint[];
  /** Batches of which nobody has been asked in time who lives. */
  readonly waiting: number;
}

/**
 * Looks at every approved batch once more before it is sent, and withdraws whichever holds a line that
 * may no longer be paid: somebody has died, the evidence is too old, a finding has come, the account is
 * another by now. Nothing is taken out of what two people have signed; what may still be paid is gathered again, and signed again.
 */
export async function recheckBatches(
  { db, clock, actor }: Context,
  { period }: { period: Period },
): Promise<Rechecked> {
  const withdrawn: bigint[] = [];
  let waiting = 0;
  for (const { batchId } of await batchesOf(db, { period, state: 'approved' })) {
    const at = clock();
    const objection = await objectionTo(db, { batchId, at });
    if (objection === NOT_ASKED_IN_TIME) waiting += 1;
    if (objection === null || objection === NOT_ASKED_IN_TIME) continue;
    await write(db, async (tx) => {
      if ((await advanceBatch(tx, 'batch-pulled', { batchId, actor, at })) === undefined) return;
      await recordEvent(tx, {
        at,
        actor,
        action: 'lines-owed-again',
        subject: `period/${period}`,
        facts: { batch: String(batchId), rule: objection },
      });
      withdrawn.push(batchId);
    });
  }
  return { withdrawn, waiting };
}
