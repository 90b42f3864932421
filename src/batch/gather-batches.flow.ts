import { recordEvent } from '../audit/audit.sql.ts';
import { addMonths, type Period, type PlainDate } from '../kernel/period.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import { PROGRAMMES, type Programme } from '../kernel/reference.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import {
  addBatch,
  addMakers,
  calendarHas,
  channelsOf,
  drawBatchNumber,
  gatherInstructions,
  gatherReopened,
  gatherWithdrawn,
  giveBackBatchNumber,
  hasInstalments,
  heldBack,
  layPayable,
  nextSequenceNo,
  openBatch,
  preparePayable,
  programmesDue,
  proofPolicy,
  takeInstalments,
  takeProgramme,
  type Proof,
} from './batch.sql.ts';
import { wantedValueDay } from './bank-calendar.ts';
import type { BankProfile } from './bank-profile.ts';
import { bankDay, profilesInUse } from './bank-profile.sql.ts';
import { addHeldBack, drawBrief } from './batch-brief.sql.ts';
import type { HeldBack } from './batch-brief.ts';
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
  const held = await heldBack(tx);
  await takeDecided(tx, context, scope);
  const profiles = await profilesInUse(tx, scope.environment);
  for (const channel of await channelsOf(tx, scope.environment)) {
    const profile = profiles.get(channel.channel);
    if (profile === undefined) throw new Error(`channel ${channel.channel} has no profile`);
    const valueDate = await valueDateOf(tx, profile, scope.period);
    for (const ownBank of channel.splitOwnBank ? [true, false] : [null]) {
      for (const gather of [gatherInstructions, gatherReopened, gatherWithdrawn]) {
        const what = { ...scope, channel, gather, ownBank, valueDate, proof, held };
        const batchId = await gatherOne(tx, context, what);
        if (batchId !== undefined) made.push(batchId);
      }
    }
  }
  return made;
}

/** The day on which money counts: by the bank's calendar, and never moved for any other reason. */
async function valueDateOf(tx: Tx, { calendar }: BankProfile, period: Period): Promise<PlainDate> {
  const day = wantedValueDay(calendar, period);
  const following = await bankDay(tx, { day, steps: 0 });
  const chosen =
    following === day || calendar.valueDate.otherwise === 'following'
      ? following
      : await bankDay(tx, { day, steps: -1 });
  if (chosen === undefined) throw new Refusal('configuration-wrong', { calendarDay: day });
  return chosen;
}

/** What persons have decided to take back is taken here, where it is known what will be paid. */
async function takeDecided(
  tx: Tx,
  { actor, clock }: Context,
  { period, programme }: GatherScope & { programme: Programme },
): Promise<void> {
  if (!(await hasInstalments(tx, { period }))) return;
  const at = clock();
  const taken = await takeInstalments(tx, { period, programme, on: businessDate(at) });
  if (taken.count === 0n) return;
  await recordEvent(tx, {
    at,
    actor,
    action: 'instalments-taken',
    subject: `period/${period}`,
    facts: { programme, payments: String(taken.count), total_vnd: String(taken.totalVnd) },
  });
}

async function gatherOne(
  tx: Tx,
  { actor, clock }: Context,
  what: GatherScope & {
    programme: Programme;
    channel: Channel;
    gather: typeof gatherReopened;
    proof: Proof;
    held: readonly HeldBack[];
    ownBank: boolean | null;
    valueDate: PlainDate;
  },
): Promise<bigint | undefined> {
  const { programme, period, provinceCode, ownBank, valueDate } = what;
  const { channel, kind, payerBankBin } = what.channel;
  const { batchId } = await drawBatchNumber(tx);
  const gathering = { batchId, period, programme, kind, ownBank, payerBankBin };
  const { count } = await what.gather(tx, { ...gathering, ...what.proof });
  if (count === 0n) {
    await giveBackBatchNumber(tx);
    return undefined;
  }

  await takeStatistics(tx, { tables: ['payment_instruction'], period });
  const at = clock();
  const sequenceNo = await nextSequenceNo(tx, { period, programme, provinceCode, channel });
  const { instructionCount, totalVnd } = await addBatch(tx, {
    ...gathering,
    batchCode: [PROGRAMMES[programme], period, provinceCode, channel, sequenceNo].join('-'),
    provinceCode,
    channel,
    sequenceNo,
    valueDate,
    preparedBy: actor,
    at,
  });
  const drawn = await drawBrief(tx, {
    ...gathering,
    provinceCode,
    periodBefore: addMonths(period, -1),
  });
  // Whoever signs looks at this beside the totals; the two must not disagree.
  if (drawn.count !== instructionCount || drawn.vnd !== totalVnd) {
    throw new Error(`batch ${batchId}: ${drawn.vnd} of ${totalVnd} VND over the communes`);
  }
  await addHeldBack(tx, { batchId, held: what.held });
  await addMakers(tx, batchId);
  await openBatch(tx, { batchId, actor, at });
  return batchId;
}
