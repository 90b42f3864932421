import { profilesInUse } from '../batch/bank-profile.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import type { Transports } from '../release/release-batches.flow.ts';
import {
  addInquiry,
  dispatchedFiles,
  overdueFiles,
  recordHeld,
  recordInquiry,
  recordMissed,
  takeAcknowledgements,
  type DispatchedFile,
  type InquiryAnswer,
} from './dispatch.sql.ts';

/**
 * Asks the counterpart where a file is, by the way it was sent: the question is written down, put, and
 * its answer written down. Nothing is sent. A file that a crash left unknown and that is there after all
 * counts as sent from now on. Throws Refusal dispatch-unknown where there is no such file, and passes on
 * whatever kept the counterpart from being asked.
 */
export async function askBank(
  context: Context,
  transports: Transports,
  { messageId }: { messageId: string },
): Promise<InquiryAnswer> {
  const [file] = await dispatchedFiles(context.db, { period: null, messageId });
  if (file === undefined) throw new Refusal('dispatch-unknown', { message: messageId });
  return ask(context, transports, file);
}

async function ask(
  { db, clock, actor, archive }: Context,
  transports: Transports,
  file: DispatchedFile,
): Promise<InquiryAnswer> {
  const profile = (await profilesInUse(db, null)).get(file.channel);
  if (profile === undefined) throw new Error(`channel ${file.channel} has no profile`);
  const { fileId, name, sha256, byteSize } = file;
  const { inquiryNo } = await write(db, (tx) => addInquiry(tx, { fileId, actor, at: clock() }));
  const path = archive.path(sha256);
  const keep = async (answer: InquiryAnswer): Promise<InquiryAnswer> => {
    await write(db, async (tx) => {
      const at = clock();
      await recordInquiry(tx, { fileId, inquiryNo, answer, actor, at });
      const isHeld = answer === 'waiting' || answer === 'taken';
      if (isHeld) await recordHeld(tx, { fileId, actor, at });
    });
    return answer;
  };
  try {
    const of = { name, path, sha256, byteSize: Number(byteSize) };
    return await keep(await transports(profile).whereIs(of));
  } catch (error) {
    await keep('silent');
    throw error;
  }
}

export interface Acknowledged {
  /** What was due by now and was not said, found for the first time. */
  readonly missed: bigint;
  /** Files of which nothing at all was heard. */
  readonly unknown: bigint;
  /** Files about which the counterpart could not even be asked. */
  readonly notAsked: number;
}

/**
 * Looks which acknowledgements are due by the profiles and have not come. The counterpart is asked once
 * more whether it holds the file; then what is missing opens a break, and a file of which nothing was heard
 * becomes unknown. Run again, it finds nothing new.
 */
export async function watchAcknowledgements(
  context: Context,
  transports: Transports,
): Promise<Acknowledged> {
  const { db, clock, actor } = context;
  const late = await overdueFiles(db, { at: clock() });
  const files =
    late.length === 0 ? [] : await dispatchedFiles(db, { period: null, messageId: null });
  let notAsked = 0;
  for (const { fileId } of late) {
    const file = files.find((one) => one.fileId === fileId);
    // What its bank has said more about, it has.
    if (file?.reached !== null) continue;
    // A bank that cannot be asked has not answered: that is what is written down.
    await ask(context, transports, file).catch(() => {
      notAsked += 1;
    });
  }
  const found = await write(db, async (tx) => {
    await takeAcknowledgements(tx);
    return recordMissed(tx, { actor, at: clock() });
  });
  return { ...found, notAsked };
}
