import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import { addFee } from './fee.sql.ts';
import type { PaymentFee } from './month-figures.ts';

/**
 * Records what one payment costs from a day on, with the contract or text that says so. It moves no money: the
 * report reckons with it what was saved. Throws Refusal fee-not-possible for a day that has its fee already, a
 * negative fee or one without a source.
 */
export async function recordFee({ db, clock, actor }: Context, fee: PaymentFee): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    await addFee(tx, { ...fee, by: actor, at });
    await recordEvent(tx, {
      at,
      actor,
      action: 'fee-recorded',
      subject: `fee/${fee.channelKind}`,
      facts: { from: fee.countsFrom, vnd: String(fee.feeVnd), source: fee.source },
    });
  }).catch((error: unknown) => {
    if (violatedConstraint(error) === undefined) throw error;
    throw new Refusal('fee-not-possible', { channelKind: fee.channelKind, from: fee.countsFrom });
  });
}
