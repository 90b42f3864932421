import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { batchesOf } from '../src/batch/batch.sql.ts';
import { gatherBatches } from '../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../src/batch/render-batch.flow.ts';
import { registerDeaths } from '../src/intake/register-deaths.flow.ts';
import { Refusal } from '../src/kernel/refusal.ts';
import { sendIsHeldBack } from '../src/operations/alarm.sql.ts';
import { expectClocksAgree } from '../src/operations/sweep-timetable.flow.ts';
import { businessDate } from '../src/platform/clock.ts';
import type { Context } from '../src/platform/context.ts';
import { adoptSent, recogniseRestore } from '../src/release/epoch.flow.ts';
import { releaseBatches, type Released } from '../src/release/release-batches.flow.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { verifyPeriod } from '../src/verification/verify-period.flow.ts';
import { figure, type Counterparts, type Job, type JobScope } from './job.ts';

/** Long enough for a file of a gigabyte on a slow line; what a crash makes the next run wait. */
const LEASE_SECONDS = 3;

/** A holder that lets its lease run out this often is not dead but stuck: a person looks. */
const MOST_TAKEOVERS = 5;

export const release: Job = {
  stage: 'release',

  async run(context, counterparts, jobScope) {
    const { period } = jobScope;
    const { transports } = counterparts;
    await expectMaySend(context, period);
    await askAgain(context, counterparts, jobScope);
    const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
    const expectClock = (): Promise<void> => expectOwnClock(context, jobScope);
    const scope = { period, owner, leaseSeconds: LEASE_SECONDS, expectClock };
    let all = await releaseBatches(context, transports, scope);
    for (let i = 0; all.heldElsewhere.count > 0n; i += 1) {
      if (i === MOST_TAKEOVERS) throw new Refusal('counterpart-silent', { held: 'file-dispatch' });
      await pause(Math.max(0, all.heldElsewhere.seconds) * 1000 + 50);
      all = add(all, await releaseBatches(context, transports, scope));
    }
    // By what stands in the database and not by what was withdrawn just now: a run may have died here.
    if ((await batchesOf(context.db, { period, state: 'withdrawn' })).length > 0) {
      await gatherBatches(context, jobScope);
      await renderBatches(context, counterparts.paymentFiles, jobScope);
    }
    return {
      changed: all.batches + all.sent + all.unknown + all.withdrawn > 0,
      figures: [
        ...(all.withdrawn === 0
          ? []
          : [figure('đợt rút lại', 'batches withdrawn', { count: BigInt(all.withdrawn) })]),
        figure('tệp đã gửi', 'files sent', { count: BigInt(all.sent) }),
        ...(all.stopped + all.waiting === 0
          ? []
          : [
              figure('đợt bị giữ', 'batches stopped', {
                count: BigInt(all.stopped + all.waiting),
              }),
            ]),
        ...(all.unknown === 0
          ? []
          : [figure('chưa rõ đã đến', 'arrival unknown', { count: BigInt(all.unknown) })]),
        ...(all.answered === 0
          ? []
          : [
              figure(
                'đợt giữ vì ngân hàng đã trả lời trước',
                'batches held: answered before sent',
                {
                  count: BigInt(all.answered),
                },
              ),
            ]),
        ...(all.held === 0
          ? []
          : [
              figure('đợt quá giờ chốt, chưa gửi', 'batches past cut-off, not sent', {
                count: BigInt(all.held),
              }),
            ]),
      ],
    };
  },
};

/** In a sandbox it is whatever day the month needs; in production the clock of this machine may be wrong. */
async function expectOwnClock(context: Context, { environment }: JobScope): Promise<void> {
  if (environment === 'production') await expectClocksAgree(context);
}

/**
 * Throws Refusal 'send-held-back' while nobody has looked at a counterpart that says nothing for a day: it may have
 * lost more than its voice. Throws 'epoch-held' after a restore, until the bank has been heard.
 */
async function expectMaySend(context: Context, period: JobScope['period']): Promise<void> {
  if (await sendIsHeldBack(context.db)) throw new Refusal('send-held-back');
  const { held, epochNo } = await recogniseRestore(context);
  if (held) {
    await adoptSent(context, { period, epochNo });
    throw new Refusal('epoch-held', { epoch: epochNo });
  }
}

/**
 * Asks once more, before money leaves, who lives and what has grown too old, and lets every rule look
 * again. A batch with a line that may not be paid any more is withdrawn when it is to be released; what
 * may be is made into another one, to be signed.
 */
async function askAgain(
  context: Context,
  { civilStatus, directories }: Counterparts,
  scope: JobScope,
): Promise<void> {
  const { period } = scope;
  const approved = await batchesOf(context.db, { period, state: 'approved' });
  if (approved.length === 0) return;
  const until = businessDate(context.clock());
  await registerDeaths(context, civilStatus, { ...scope, until, asker: scope });
  await verifyPeriod(context, directories, { period, asker: scope });
}

function add(before: Released, now: Released): Released {
  return {
    batches: before.batches + now.batches,
    stopped: now.stopped,
    waiting: now.waiting,
    withdrawn: before.withdrawn + now.withdrawn,
    sent: before.sent + now.sent,
    unknown: before.unknown + now.unknown,
    answered: now.answered,
    held: now.held,
    heldElsewhere: now.heldElsewhere,
  };
}
