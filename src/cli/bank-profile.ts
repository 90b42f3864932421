import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readProfile } from '../compose.ts';
import { print } from './command.ts';

/** What banks laid down about files. */
export function bankProfileCommands(program: Command): void {
  const group = program
    .command('bank-profile')
    .description('hồ sơ của ngân hàng về tệp / what a bank lays down about files');

  group
    .command('check')
    .description(
      'kiểm tra một hồ sơ, không cần cơ sở dữ liệu / check a profile, without a database',
    )
    .argument('<file>', 'hồ sơ JSON / a profile in JSON')
    .action(checkFile);
}

/** Prints what a profile is, or all its faults with their places; exit 1 when there are any. */
async function checkFile(file: string): Promise<void> {
  const read = readProfile(await readFile(file));
  if (read.profile === null) {
    for (const { path, vi, en } of read.faults) print(`${path === '' ? '/' : path}: ${vi} / ${en}`);
    process.exitCode = 1;
    return;
  }
  const { channel, version, environment, outbound, transport } = read.profile;
  const what = [channel, version, environment, outbound.format, transport.kind].join('  ');
  print(`đúng / valid: ${what}\nsha256 ${read.sha256}`);
}
