import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readBankFile, readProfile } from '../compose.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Rehearsal } from '../reconciliation/rehearsal.ts';
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
    .action(rehearse);
}

async function rehearse({ profile, sent, received }: RehearseCommand): Promise<void> {
  const rehearsal = new Rehearsal(profileIn(profile));
  for (const path of sent) {
    const file = await readBankFile(path);
    if ('refusal' in file) {
      const { rule, at } = file.refusal;
      throw new Refusal('file-malformed', { file: file.file, rule, at: at.path, byte: at.byte });
    }
    rehearsal.send(file.file, file.items, file.findings);
  }
  for (const path of received) rehearsal.receive(await readBankFile(path, profileIn(profile)));
  print(JSON.stringify(rehearsal.result(), null, 2));
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
