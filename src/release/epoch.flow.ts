import { advanceBatch } from '../batch/batch.sql.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import {
  addForgotten,
  adoptFiles,
  batchesFoundSent,
  beginEpoch,
  currentEpoch,
  decideFate,
  endHold,
  forgottenOf,
  type Epoch,
} from './epoch.sql.ts';
import { bookReleased } from './release.sql.ts';

// After a restore nothing is sent until a person has released the epoch (I37). The rules are those of the
// database (check_epoch_of_dispatch, check_epoch); what is here finds the restore and says why.

/**
 * Lays the journal of what was sent beside the database. A database that does not know the last of it has
 * been restored, by whatever hands: an epoch begins, and each forgotten file waits for its fate.
 */
export async function recogniseRestore({ db, archive, clock, actor }: Context): Promise<Epoch> {
  const journal = await archive.sent.all();
  const forgotten = await forgottenOf(db, journal);
  if (forgotten.size > 0) {
    const files = journal.filter(({ sha256 }) => forgotten.has(sha256));
    await write(db, async (tx) => {
      const { held, epochNo } = await currentEpoch(tx);
      const of = held
        ? epochNo
        : await beginEpoch(tx, { cause: 'found', knownUntil: null, actor, at: clock() });
      await addForgotten(tx, { epochNo: of, files });
    });
  }
  return currentEpoch(db);
}

/**
 * Books what the journal says was sent before the restore as sent, without putting anything: batches that
 * are approved here, down to the byte. What the bank says of them then meets its instructions.
 */
export async function adoptSent(
  { db, clock, actor }: Context,
  { period, epochNo }: { period: Period; epochNo: bigint },
): Promise<number> {
  const found = await batchesFoundSent(db, { epochNo, period });
  for (const { batchId, totalVnd } of found) {
    const at = clock();
    await write(db, async (tx) => {
      const moved = await advanceBatch(tx, 'batch-released', { batchId, actor, at });
      if (moved === undefined) return;
      const booked = await bookReleased(tx, { batchId, period, on: businessDate(at) });
      if (booked.totalVnd !== totalVnd) {
        throw new Error(`batch ${batchId}: ${booked.totalVnd} of ${totalVnd} VND in transit`);
      }
      await adoptFiles(tx, { epochNo, batchId, actor, at });
    });
  }
  return found.length;
}

/** Writes down what the bank answered about a file that was sent before the restore. */
export async function tellFate(
  { db, clock, actor }: Context,
  of: { name: string; fate: 'bank-has-it' | 'bank-has-not' },
): Promise<void> {
  const { epochNo } = await currentEpoch(db);
  const told = { ...of, epochNo, by: actor, at: clock() };
  if (!(await write(db, (tx) => decideFate(tx, told)))) {
    throw new Refusal('epoch-not-held', { epoch: epochNo });
  }
}

/** Lets sending go on. Throws Refusal 'epoch-not-reconciled' that names what has still to be done. */
export async function releaseEpoch(
  context: Context,
  { reason }: { reason: string },
): Promise<bigint> {
  const { db, clock, actor } = context;
  // The journal first: what it names may not have been looked for yet.
  const { epochNo } = await recogniseRestore(context);
  const released = await write(db, (tx) =>
    endHold(tx, { epochNo, by: actor, reason, at: clock() }),
  ).catch((error: unknown) => {
    const rule = violatedConstraint(error);
    if (rule === undefined || !OBJECTIONS.includes(rule)) throw error;
    throw new Refusal('epoch-not-reconciled', { rule });
  });
  if (released === undefined) throw new Refusal('epoch-not-held', { epoch: epochNo });
  return released.epochNo;
}

const OBJECTIONS: readonly string[] = [
  'every_sent_file_has_a_fate',
  'statements_since_are_read',
  'statements_are_reconciled',
];
