import { readFileSync } from 'node:fs';
import { readProfile } from '../../adapters/bank/profile/profile-file.ts';
import { approveProfile, proposeProfile } from '../../src/approval/change-bank-profile.flow.ts';
import { SANDBOX_PROFILES } from '../../src/approval/sandbox-profiles.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import type { PaymentFileHead, PaymentLine } from '../../src/batch/payment-file.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import { copyLine } from '../../src/platform/copy.ts';
import type { TestDatabase } from './database.ts';

/** What a channel of the sandbox lays down. */
export function sandboxProfile(channel: 'BANK' | 'POST'): BankProfile {
  const profile = SANDBOX_PROFILES.find((one) => one.channel === channel);
  if (profile === undefined) throw new Error(`the sandbox has no ${channel}`);
  return profile;
}

/** A sample of docs/bank-profiles. */
export function sampleProfile(name: string): BankProfile {
  const { profile } = readProfile(readFileSync(`docs/bank-profiles/${name}.json`));
  if (profile === null) throw new Error(`the sample ${name} has faults`);
  return profile;
}

/** A profile that lays down something else about what goes out. */
export function outboundOf(
  profile: BankProfile,
  change: Partial<BankProfile['outbound']>,
): BankProfile {
  return { ...profile, outbound: { ...profile.outbound, ...change } };
}

/** Makes a profile the one in use, by the two persons of the sandbox. */
export async function putInUse(
  test: Pick<TestDatabase, 'context'>,
  profile: BankProfile,
): Promise<void> {
  const { channel, version } = profile;
  const at = '2026-10-01T03:00:00Z';
  const maker = test.context({ actor: SANDBOX_PERSONS.maker, at });
  const { sha256 } = await proposeProfile(maker, profile);
  const checker = test.context({ actor: SANDBOX_PERSONS.checkers[0], at });
  await approveProfile(checker, { channel, version, sha256, stepUpAt: new Date(at) });
}

/** A sandbox whose files hold at most so many lines. */
export async function sandboxOfSmallFiles(
  test: TestDatabase,
  scope: Parameters<typeof setUpSandbox>[1],
  linesPerFile: number,
): Promise<void> {
  await setUpSandbox(test.context({ actor: SANDBOX_PERSONS.maker }), scope);
  for (const channel of ['BANK', 'POST'] as const) {
    const profile = sandboxProfile(channel);
    const limits = { ...profile.outbound.limits, linesPerFile };
    await putInUse(test, { ...outboundOf(profile, { limits }), version: 2 });
  }
}

/** Lines as rows of PAYMENT_ROW, in blocks of so many. */
async function* rowsOf(lines: readonly PaymentLine[], blockSize = 2): AsyncGenerator<Buffer> {
  for (let from = 0; from < lines.length; from += blockSize) {
    const block = lines
      .slice(from, from + blockSize)
      .map((line, i) =>
        copyLine([
          from + i + 1,
          line.endToEndId,
          line.amountVnd,
          line.payeeName,
          line.citizenNumber,
          line.bankBin,
          line.accountNumber,
          line.communeCode,
        ]),
      );
    yield await Promise.resolve(Buffer.from(block.join('')));
  }
}

/** The bytes that a writer makes of some lines. */
export async function bytesOf(
  writer: PaymentFileWriter,
  head: PaymentFileHead,
  lines: readonly PaymentLine[],
  blockSize = 2,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of writer.write(head, rowsOf(lines, blockSize))) chunks.push(chunk);
  return Buffer.concat(chunks);
}
