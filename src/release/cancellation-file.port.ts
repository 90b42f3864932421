import type { BankProfile } from '../batch/bank-profile.ts';
import type { KnownBank } from '../batch/payment-file.ts';
import type { CancellationHead, CancelledLine } from './cancellation.ts';

/**
 * Writes a request to cancel in the version that goes with the payment files of a bank. Deterministic: the
 * same head and lines give the same bytes. Throws Refusal('channel-takes-no-cancellation') for a format
 * that has no such message.
 */
export type CancellationWriter = (
  profile: BankProfile,
  banks: ReadonlyMap<string, KnownBank>,
  of: { head: CancellationHead; lines: readonly CancelledLine[] },
) => AsyncIterable<Buffer>;
