import type { BankProfile } from '../batch/bank-profile.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { RehearsedFileReader, RehearsedSource } from './rehearsed-file.port.ts';
import { Rehearsal, type RehearsalResult } from './rehearsal.ts';

/**
 * Lets payment files as sent, ours or made elsewhere, meet the files a bank answered with, in the order
 * given. Nothing is kept and nothing is sent. Throws Refusal file-malformed for a payment file that
 * cannot be read; what is wrong with a received file is in the result.
 */
export async function rehearse(
  reader: RehearsedFileReader,
  of: {
    readonly profile: BankProfile;
    readonly sent: readonly RehearsedSource[];
    readonly received: readonly RehearsedSource[];
  },
): Promise<RehearsalResult> {
  const rehearsal = new Rehearsal(of.profile);
  for (const source of of.sent) {
    const file = await reader.read(source, null);
    if ('refusal' in file) {
      const { rule, at } = file.refusal;
      throw new Refusal('file-malformed', { file: file.file, rule, at: at.path, byte: at.byte });
    }
    rehearsal.send(file.file, file.items, file.findings);
  }
  for (const source of of.received) {
    rehearsal.receive(await reader.read(source, of.profile.inbound));
  }
  return rehearsal.result();
}
