import type { Period } from '../kernel/period.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import { PROGRAMMES, type Programme } from '../kernel/reference.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import {
  addBatch,
  addMakers,
  calendarHas,
  channelsOf,
  drawBatchNumber,
  firstBankDay,
  gatherInstructions,
  gatherReopened,
  gatherWithdrawn,
  giveBackBatchNumber,
  layPayable,
  nextSequenceNo,
  openBatch,
  preparePayable,
  programmesDue,
  proofPolicy,
  takeProgramme,
  type Proof,
} from './batch.sql.ts';
import type { Channel } from './channel.ts';

export interface GatherScope {
  readonly period: Period;
  readonly provinceCode: string;
  readonly environment: 'sandbox' | 'production';
}

/**
 * Makes the batches of a period: one for each programme and channel for which something is owed and
 * not yet instructed; all of a programme or none. What came back in earlier months goes into batches
 * of its own, and so does what was withdrawn, so that each recipient has one line in a batch. Run again, it makes nothing. Returns
 * the ids of new batches.
 */
export async function gatherBatches(context: Context, scope: GatherScope): Promise<bigint[]> {
  const { db, boundary } = context;
  const { period } = scope;
  if (!(await calendarHas(db, Number(period.slice(0, 4))))) {
    throw new Refusal('configuration-wrong', { calendarYear: period.slice(0, 4) });
  }
  const made: bigint[] = [];
  await write(db, (tx) => takeStatistics(tx, { tables: ['verification'], period }));
  for (const programme of await programmesDue(db, scope)) {
    const batches = await write(db, (tx) => gatherProgramme(tx, context, { ...scope, programme }));
    made.push(...batches);
    if (batches.length > 0) boundary('batch:gathered');
  }
  return made;
}

async function gatherProgramme(
  tx: Tx,
  context: Context,
  scope: GatherScope & { programme: Programme },
): Promise<bigint[]> {
  const made: bigint[] = [];
  // Whoever gathers the same programme at the same time waits here, and then finds nothing left.
  await takeProgramme(tx, scope);
  await preparePayable(tx);
  const proof = { at: context.clock(), ...(await proofPolicy(tx, scope.programme)) };
  await layPayable(tx, { ...scope, ...proof });
  for (const channel of await channelsOf(tx, scope.environment)) {
    for (const gather of [gatherInstructions, gatherReopened, gatherWithdrawn]) {
      const batchId = await gatherOne(tx, context, { ...scope, channel, gather, proof });
      if (batchId !== undefined) made.push(batchId);
    }
  }
  return made;
}

async function gatherOne(
  tx: Tx,
  { actor, clock }: Context,
  what: GatherScope & {
    programme: Programme;
    channel: Channel;
    gather: typeof gatherReopened;
    proof: Proof;
  },
): Promise<bigint | undefined> {
  const { programme, period, provinceCode } = what;
  const { channel, kind } = what.channel;
  const { batchId } = await drawBatchNumber(tx);
  const gathering = { batchId, period, programme, kind };
  const { count } = await what.gather(tx, { ...gathering, ...what.proof });
  if (count === 0n) {
    await giveBackBatchNumber(tx);
    return undefined;
  }

  await takeStatistics(tx, { tables: ['payment_instruction'], period });
  const at = clock();
  const sequenceNo = await nextSequenceNo(tx, { period, programme, provinceCode, channel });
  await addBatch(tx, {
    ...gathering,
    batchCode: [PROGRAMMES[programme], period, provinceCode, channel, sequenceNo].join('-'),
    provinceCode,
    channel,
    sequenceNo,
    valueDate: await firstBankDay(tx, { period }),
    preparedBy: actor,
    at,
  });
  await addMakers(tx, batchId);
  await openBatch(tx, { batchId, actor, at });
  return batchId;
}
