import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Refusal } from '../src/kernel/refusal.ts';
import { releaseBatches, type Released } from '../src/release/release-batches.flow.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { figure, type Job } from './job.ts';

/** Long enough for a file of a gigabyte on a slow line; what a crash makes the next run wait. */
const LEASE_SECONDS = 3;

/** A holder that lets its lease run out this often is not dead but stuck: a person looks. */
const MOST_TAKEOVERS = 5;

export const release: Job = {
  stage: 'release',

  async run(context, { transports }, { period }) {
    const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
    const scope = { period, owner, leaseSeconds: LEASE_SECONDS };
    let all = await releaseBatches(context, transports, scope);
    for (let i = 0; all.heldElsewhere.count > 0n; i += 1) {
      if (i === MOST_TAKEOVERS) throw new Refusal('counterpart-silent', { held: 'file-dispatch' });
      await pause(Math.max(0, all.heldElsewhere.seconds) * 1000 + 50);
      all = add(all, await releaseBatches(context, transports, scope));
    }
    return {
      changed: all.batches + all.sent + all.unknown > 0,
      figures: [
        figure('tệp đã gửi', 'files sent', { count: BigInt(all.sent) }),
        ...(all.unknown === 0
          ? []
          : [figure('chưa rõ đã đến', 'arrival unknown', { count: BigInt(all.unknown) })]),
      ],
    };
  },
};

function add(before: Released, now: Released): Released {
  return {
    batches: before.batches + now.batches,
    sent: before.sent + now.sent,
    unknown: before.unknown + now.unknown,
    heldElsewhere: now.heldElsewhere,
  };
}
