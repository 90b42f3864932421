import { setTimeout as pause } from 'node:timers/promises';
import { profilesInUse } from '../src/batch/bank-profile.sql.ts';
import { Refusal, REFUSALS } from '../src/kernel/refusal.ts';
import { sendCancellations } from '../src/release/cancel-payments.flow.ts';
import { currentEpoch } from '../src/release/epoch.sql.ts';
import { watchAcknowledgements } from '../src/settlement/ask-bank.flow.ts';
import { receiveFiles, type Received } from '../src/settlement/receive-files.flow.ts';
import { awaitedFiles } from '../src/settlement/settlement.sql.ts';
import { figure, type Job } from './job.ts';

const POLL_MS = 50;

/** Takes what lies in the inboxes now. Banks answer when they are ready, not when we are. */
export const settlement: Job = {
  stage: 'settlement',

  async run(context, { inboxes, readers, transports }, { period }) {
    const received = outcome(await receiveFiles(context, { inboxes, readers }, { period }));
    // After what came was taken in: what is here now is not missing.
    const { missed } = await watchAcknowledgements(context, transports);
    // What two persons have asked of a bank goes last: a line that is down keeps no answer from us.
    // After a restore nothing is sent; answers are taken in, since by them it is reconciled.
    const { held } = await currentEpoch(context.db);
    const asked = held
      ? 0n
      : BigInt(await sendCancellations(context, transports, { period: null }));
    const late = figure('quá hạn chưa trả lời', 'not said in time', { count: missed });
    const cancelled = figure('đề nghị hủy đã gửi', 'requests to cancel sent', { count: asked });
    return {
      changed: received.changed || missed + asked > 0n,
      figures: [
        ...received.figures,
        ...(missed === 0n ? [] : [late]),
        ...(asked === 0n ? [] : [cancelled]),
      ],
    };
  },
};

/**
 * Waits for the last word about every file of the period, channel by channel, and takes each answer
 * as it comes. Throws Refusal counterpart-silent when nothing new has come for so long.
 */
export function settlementOfAll(patienceMs: number): Job {
  return {
    stage: 'settlement',

    async run(context, { inboxes, readers }, { period }) {
      let all: Received = { accepted: 0, refused: [], repeated: 0 };
      for (const channel of (await profilesInUse(context.db, null)).keys()) {
        let waited = 0;
        for (;;) {
          const now = await receiveFiles(context, { inboxes, readers }, { period, channel });
          all = add(all, now);
          const awaited = await awaitedFiles(context.db, { period });
          if (!awaited.some((file) => file.channel === channel)) break;
          waited = now.accepted > 0 ? 0 : waited + POLL_MS;
          if (waited > patienceMs) throw new Refusal('counterpart-silent', { channel });
          await pause(POLL_MS);
        }
      }
      return outcome(all);
    },
  };
}

function add(a: Received, b: Received): Received {
  return {
    accepted: a.accepted + b.accepted,
    refused: [...a.refused, ...b.refused],
    repeated: a.repeated + b.repeated,
  };
}

function outcome({ accepted, refused, repeated }: Received): Awaited<ReturnType<Job['run']>> {
  return {
    changed: accepted + refused.length > 0,
    figures: [
      figure('tệp nhận', 'files accepted', { count: BigInt(accepted) }),
      ...(refused.length === 0
        ? []
        : [figure('tệp từ chối', 'files refused', { count: BigInt(refused.length) })]),
      ...refused.map(({ name, refusal }) => {
        const { vi, en } = REFUSALS[refusal];
        return figure(`${name}: ${vi}`, `${refusal}: ${en}`, {});
      }),
      ...(repeated === 0
        ? []
        : [figure('tệp lặp lại', 'files repeated', { count: BigInt(repeated) })]),
    ],
  };
}
