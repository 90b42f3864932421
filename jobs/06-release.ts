import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { batchesOf } from '../src/batch/batch.sql.ts';
import { gatherBatches } from '../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../src/batch/render-batch.flow.ts';
import { registerDeaths } from '../src/intake/register-deaths.flow.ts';
import { Refusal } from '../src/kernel/refusal.ts';
import { businessDate } from '../src/platform/clock.ts';
import type { Context } from '../src/platform/context.ts';
import { adoptSent, recogniseRestore } from '../src/release/epoch.flow.ts';
import { recheckBatches } from '../src/release/recheck-batches.flow.ts';
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
    const { held, epochNo } = await recogniseRestore(context);
    if (held) {
      await adoptSent(context, { period, epochNo });
      throw new Refusal('epoch-held', { epoch: epochNo });
    }
    const withdrawn = await askAgain(context, counterparts, jobScope);
    const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
    const scope = { period, owner, leaseSeconds: LEASE_SECONDS };
    let all = await releaseBatches(context, transports, scope);
    for (let i = 0; all.heldElsewhere.count > 0n; i += 1) {
      if (i === MOST_TAKEOVERS) throw new Refusal('counterpart-silent', { held: 'file-dispatch' });
      await pause(Math.max(0, all.heldElsewhere.seconds) * 1000 + 50);
      all = add(all, await releaseBatches(context, transports, scope));
    }
    return {
      changed: all.batches + all.sent + all.unknown + withdrawn > 0,
      figures: [
        ...(withdrawn === 0
          ? []
          : [figure('đợt rút lại', 'batches withdrawn', { count: BigInt(withdrawn) })]),
        figure('tệp đã gửi', 'files sent', { count: BigInt(all.sent) }),
        ...(all.stopped === 0
          ? []
          : [figure('đợt bị giữ', 'batches stopped', { count: BigInt(all.stopped) })]),
        ...(all.unknown === 0
          ? []
          : [figure('chưa rõ đã đến', 'arrival unknown', { count: BigInt(all.unknown) })]),
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

/**
 * Asks once more, before money leaves, who lives and what has grown too old, and lets every rule look
 * again. A batch with a line that may not be paid any more is withdrawn, and what may is made into
 * another one, to be signed. Returns how many were withdrawn.
 */
async function askAgain(
  context: Context,
  { civilStatus, directories, paymentFiles }: Counterparts,
  scope: JobScope,
): Promise<number> {
  const { period, officer, unitCode } = scope;
  const approved = await batchesOf(context.db, { period, state: 'approved' });
  if (approved.length === 0) return 0;
  const purpose = { officer, unitCode, purpose: `social-assistance/${period}` };
  const until = businessDate(context.clock());
  await registerDeaths(context, civilStatus, { ...scope, until, purpose });
  await verifyPeriod(context, directories, { period, purpose });
  const { withdrawn } = await recheckBatches(context, { period });
  if (withdrawn.length > 0) {
    await gatherBatches(context, scope);
    await renderBatches(context, paymentFiles, scope);
  }
  return withdrawn.length;
}

function add(before: Released, now: Released): Released {
  return {
    batches: before.batches + now.batches,
    stopped: now.stopped,
    sent: before.sent + now.sent,
    unknown: before.unknown + now.unknown,
    held: now.held,
    heldElsewhere: now.heldElsewhere,
  };
}
