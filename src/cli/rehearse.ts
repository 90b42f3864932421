import { createReadStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readProfile, rehearsedFiles } from '../compose.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import { Refusal } from '../kernel/refusal.ts';
import { rehearse } from '../reconciliation/rehearse.flow.ts';
import type { RehearsedSource } from '../reconciliation/rehearsed-file.port.ts';
import { print } from './command.ts';

interface RehearseCommand {
  readonly profile: string;
  readonly sent: readonly string[];
  readonly received: readonly string[];
}

/** How a bank and we agree before anything is real. */
export function rehearseCommand(program: Command): void {
  program
    .command('rehearse')
    .description(
      'diễn tập với ngân hàng: tệp đã gửi, tệp nhận về, kết quả ra JSON / rehearse with a bank\n\n' +
        'Không cần cơ sở dữ liệu, không gửi gì. Tệp nhận về được xử lý theo thứ tự đã nêu.\n' +
        'No database, nothing is sent. Received files are taken in the order given. JSON: a verdict on each file, the state of each payment, the sums, what ' +
        'a person must explain, and what is odd about the files.',
    )
    .summary('diễn tập với ngân hàng / rehearse with a bank')
    .requiredOption('--profile <file>', 'hồ sơ ngân hàng (JSON) / the bank profile (JSON)')
    .requiredOption('--sent <files...>', 'các tệp pain.001 đã gửi / payment files as sent')
    .option('--received <files...>', 'các tệp nhận về, theo thứ tự / received files, in order', [])
    .action(run);
}

async function run({ profile, sent, received }: RehearseCommand): Promise<void> {
  const result = await rehearse(rehearsedFiles, {
    profile: profileIn(profile),
    sent: sent.map(onDisk),
    received: received.map(onDisk),
  });
  print(JSON.stringify(result, null, 2));
}

const READ_BYTES = 256 * 1024;

function onDisk(path: string): RehearsedSource {
  return {
    name: basename(path),
    open: () => createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>,
  };
}

function profileIn(path: string): BankProfile {
  const { profile, faults } = readProfile(readFileSync(path));
  if (profile !== null) return profile;
  const [fault] = faults;
  throw new Refusal('configuration-wrong', {
    file: path,
    at: fault?.path ?? '',
    vi: fault?.vi ?? '',
    en: fault?.en ?? '',
    faults: faults.length,
  });
}
