import { recordEvent } from '../audit/audit.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import { advanceBatch } from '../batch/batch.sql.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import { isStatement } from '../settlement/inbound-rules.ts';
import {
  batchesToClose,
  filesToReconcile,
  harmlessLines,
  isUnclosed,
  isUnreconciled,
  matchOutcomes,
  matchReturns,
  openBreaks,
  openForeignDebits,
  openRefusedAfterBooking,
  openSumsThatDiffer,
  openUnanswered,
  recordBatchResult,
  recipientsOf,
  recordFates,
  refusesWhole,
  rejectWholeFile,
  takeChannel,
  type BatchToClose,
  type FileToReconcile,
} from './reconciliation.sql.ts';

export interface Reconciled {
  readonly files: number;
  readonly batches: readonly bigint[];
}

/**
 * Lays every accepted file beside the instructions, one file a transaction: each line gets one
 * fate, each instruction at most one outcome, and the ledger moves with them. A file that has to wait
 * for another is taken once that has been matched. Batches about which everything has been said are
 * then closed against the statement. Run again, it does nothing.
 */
export async function reconcile(context: Context): Promise<Reconciled> {
  const { db, boundary } = context;
  let files = 0;
  for (
    let ready = await filesToReconcile(db);
    ready.length > 0;
    ready = await filesToReconcile(db)
  ) {
    for (const file of ready) {
      if (await write(db, (tx) => reconcileFile(tx, context, file))) files += 1;
      boundary('reconciliation:matched');
    }
  }
  const batches: bigint[] = [];
  for (const batch of await batchesToClose(db)) {
    if (await write(db, (tx) => closeBatch(tx, context, batch))) batches.push(batch.batchId);
  }
  return { files, batches };
}

const NONE = { count: 0n, vnd: 0n };

/** False when another process has reconciled the file meanwhile. */
async function reconcileFile(
  tx: Tx,
  { clock, actor }: Context,
  file: FileToReconcile,
): Promise<boolean> {
  await takeChannel(tx, file.channel);
  if (!(await isUnreconciled(tx, file.fileId))) return false;
  const at = clock();
  const on = businessDate(at);
  const matching = { ...file, on, ...(await recipientsOf(tx, file)) };
  const outcomes = await matchOutcomes(tx, matching);
  await takeStatistics(tx, { tables: ['payment_outcome'], period: file.lastPeriod });
  const returns = file.creditCount > 0n ? await matchReturns(tx, matching) : NONE;
  if (file.originalMessageId !== null && (await refusesWhole(tx, file.fileId))) {
    const whole = { fileId: file.fileId, messageId: file.originalMessageId };
    await rejectWholeFile(tx, { ...whole, reason: file.groupReason ?? '', on });
    await openRefusedAfterBooking(tx, { ...whole, at });
  }
  if (isStatement(file.kind)) await openForeignDebits(tx, { fileId: file.fileId, at });
  // A file of bookings has none, and need not be looked at.
  const isOfWords = !file.kind.startsWith('camt.05') && !file.kind.startsWith('mt');
  const harmless = isOfWords ? await harmlessLines(tx, matching) : 0n;
  const matched = outcomes.count + returns.count + harmless;
  // The usual file is explained by now, and its lines need not be looked at again.
  const left =
    matched === file.lineCount
      ? { breaks: 0n, duplicates: 0n }
      : await openBreaks(tx, { ...matching, at });
  await recordFates(tx, { fileId: file.fileId, matched, ...left });
  await recordEvent(tx, {
    at,
    actor,
    action: 'file-reconciled',
    subject: `file/${file.fileId}`,
    facts: {
      outcomes: String(outcomes.count),
      returns: String(returns.count),
      duplicates: String(left.duplicates),
      breaks: String(left.breaks),
    },
  });
  return true;
}

/** False when another process has closed the batch meanwhile. */
async function closeBatch(
  tx: Tx,
  { clock, actor }: Context,
  batch: BatchToClose,
): Promise<boolean> {
  await takeChannel(tx, batch.channel);
  if (!(await isUnclosed(tx, batch.batchId))) return false;
  const at = clock();
  const result = await recordBatchResult(tx, { ...batch, at });
  if (result.openCount > 0n) await openUnanswered(tx, { ...batch, at });
  if (batch.kind === 'account') await openSumsThatDiffer(tx, { ...batch, at });

  // Every instruction must come out under exactly one outcome. If the sums disagree, the match
  // itself is wrong: throwing undoes the step, so no report can be drawn from it.
  const { settledVnd, rejectedVnd, unpaidVnd, returnedVnd, openVnd } = result;
  const total = settledVnd + rejectedVnd + unpaidVnd + returnedVnd + openVnd;
  if (total !== batch.totalVnd) {
    throw new Error(`batch ${batch.batchId}: matched ${total} of ${batch.totalVnd} VND`);
  }
  await advanceBatch(tx, 'batch-reconciled', { batchId: batch.batchId, actor, at });
  return true;
}
