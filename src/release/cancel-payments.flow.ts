import { recordFile } from '../audit/file.sql.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import { knownBanks, profilesInUse } from '../batch/bank-profile.sql.ts';
import { hasRole } from '../entitlement/recovery.sql.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import type { CancellationWriter } from './cancellation-file.port.ts';
import type { CancellationHead, CancellationReason, CancelledLine } from './cancellation.ts';
import {
  addCancellation,
  cancellableFile,
  cancellations,
  confirmCancellation,
  declineCancellation,
  openLinesOf,
  recordCancellationSent,
  type CancellableFile,
} from './cancellation.sql.ts';
import { currentEpoch } from './epoch.sql.ts';
import type { Transports } from './release-batches.flow.ts';

export interface ProposedCancellation {
  /** The message id of the payment file. */
  readonly messageId: string;
  /** The end-to-end ids to cancel; null for the whole file. */
  readonly references: readonly string[] | null;
  readonly reason: CancellationReason;
  /** The letter or decision behind it. */
  readonly document: string;
}

/**
 * Makes a request to cancel a payment file, or payments in it, and waits for another person. Nothing of
 * our books changes: what was sent stays in transit until the bank has answered. Throws Refusal
 * cancellation-not-entitled, dispatch-unknown, channel-takes-no-cancellation, cancellation-waits while another
 * one about the file does, and payment-not-cancellable when a reference is none of the file or has its end.
 */
export async function proposeCancellation(
  context: Context,
  writer: CancellationWriter,
  { messageId: originalMessageId, references, reason, document }: ProposedCancellation,
): Promise<{ messageId: string; sha256: string }> {
  const { db, archive, clock, actor } = context;
  const at = clock();
  await expectRole(context, 'maker');
  const file = await cancellableFile(db, { messageId: originalMessageId });
  if (file === undefined) throw new Refusal('dispatch-unknown', { message: originalMessageId });
  const profile = await profileFor(context, file);
  const { fileId: paymentFileId, paymentInformationId, requestNo } = file;
  const isWhole = references === null;
  const lines = isWhole ? [] : await namedLines(context, { fileId: paymentFileId, references });
  const head: CancellationHead = {
    messageId: `${originalMessageId}-C${requestNo}`,
    createdAt: at,
    originalMessageId,
    paymentInformationId,
    isWhole,
    lineCount: isWhole ? file.lineCount : BigInt(lines.length),
    totalVnd: isWhole ? file.totalVnd : lines.reduce((sum, { amountVnd }) => sum + amountVnd, 0n),
    reason,
  };
  const bytes = await archive.put(writer(profile, await knownBanks(db), { head, lines }));
  const work = write(db, async (tx) => {
    const fileId = await recordFile(tx, {
      direction: 'out',
      counterpart: file.channel,
      kind: 'cancellation',
      name: `${head.messageId}.xml`,
      sha256: bytes.sha256,
      byteSize: bytes.byteSize,
      at,
    });
    await addCancellation(tx, { ...head, fileId, paymentFileId, document, by: actor, at });
  });
  await work.catch((error: unknown) => {
    // Two that press at one moment take the same number, and the later one is refused by it.
    const rules = ['one_request_waits', 'cancellation_request_message_id_key'];
    if (!rules.includes(violatedConstraint(error) ?? '')) throw error;
    throw new Refusal('cancellation-waits', { message: originalMessageId });
  });
  return { messageId: head.messageId, sha256: bytes.sha256 };
}

/**
 * Confirms a request as another person, over the hash of its very bytes. Throws Refusal
 * cancellation-not-entitled, proposer-may-not-decide, file-altered and cancellation-not-waiting.
 */
export async function confirmCancellationBy(
  context: Context,
  of: { messageId: string; sha256: string },
): Promise<void> {
  const { db, clock, actor } = context;
  await expectRole(context, 'checker');
  const work = write(db, (tx) => confirmCancellation(tx, { ...of, by: actor, at: clock() }));
  const confirmed = await work.catch((error: unknown) => {
    const rule = violatedConstraint(error);
    if (rule === 'another_person_confirms') throw new Refusal('proposer-may-not-decide');
    if (rule === 'confirmed_is_what_is_sent') throw new Refusal('file-altered', of);
    throw error;
  });
  if (confirmed === undefined) throw new Refusal('cancellation-not-waiting', of);
}

/**
 * Ends a request that nobody has confirmed: a checker declines it, or who proposed it takes it back. Throws
 * Refusal cancellation-not-entitled and cancellation-not-waiting.
 */
export async function declineCancellationBy(
  { db, clock, actor }: Context,
  { messageId, reason }: { messageId: string; reason: string },
): Promise<void> {
  const waiting = await cancellations(db, { period: null, state: 'proposed' });
  const request = waiting.find((one) => one.messageId === messageId);
  if (request === undefined) throw new Refusal('cancellation-not-waiting', { messageId });
  const isChecker = await hasRole(db, { personId: actor, role: 'checker' });
  if (!isChecker && request.proposedBy !== actor) throw new Refusal('cancellation-not-entitled');
  const of = { messageId, reason, by: actor, at: clock() };
  const declined = await write(db, (tx) => declineCancellation(tx, of));
  if (declined === undefined) throw new Refusal('cancellation-not-waiting', { messageId });
}

/**
 * Puts every confirmed request that was not put, by the way its payments went. One whose answer was lost
 * is put again under its name: to ask twice cancels nothing twice. Returns how many were put. Throws Refusal
 * epoch-held after a restore: until it is reconciled with the bank nothing is sent.
 */
export async function sendCancellations(
  context: Context,
  transports: Transports,
  { period }: { period: Period | null },
): Promise<number> {
  const { db, archive, clock, actor } = context;
  const { held, epochNo } = await currentEpoch(db);
  if (held) throw new Refusal('epoch-held', { epoch: epochNo });
  const waiting = await cancellations(db, { period, state: 'confirmed' });
  for (const { fileId, channel, name, sha256, byteSize } of waiting) {
    const profile = await profileFor(context, { channel });
    const path = archive.path(sha256);
    await transports(profile).deliver({ name, path, sha256, byteSize: Number(byteSize) });
    await write(db, (tx) => recordCancellationSent(tx, { fileId, actor, at: clock() }));
  }
  return waiting.length;
}

/** The payments of a file that are named, all of them open. */
async function namedLines(
  { db }: Context,
  of: { fileId: bigint; references: readonly string[] },
): Promise<readonly CancelledLine[]> {
  const lines = await openLinesOf(db, of);
  const open = new Set(lines.map(({ reference }) => reference));
  const missing = of.references.find((reference) => !open.has(reference));
  if (missing !== undefined || lines.length === 0) {
    throw new Refusal('payment-not-cancellable', { reference: missing ?? '' });
  }
  return lines;
}

async function profileFor(
  { db }: Context,
  { channel }: Pick<CancellableFile, 'channel'>,
): Promise<BankProfile> {
  const profile = (await profilesInUse(db, null)).get(channel);
  // A bank whose answer nobody would read is not asked.
  if (profile?.inbound.readers.includes('camt.029') !== true) {
    throw new Refusal('channel-takes-no-cancellation', { channel });
  }
  return profile;
}

async function expectRole({ db, actor }: Context, role: 'maker' | 'checker'): Promise<void> {
  if (!(await hasRole(db, { personId: actor, role }))) {
    throw new Refusal('cancellation-not-entitled');
  }
}
