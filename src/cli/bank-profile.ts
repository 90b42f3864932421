import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { approveProfile, proposeProfile } from '../approval/change-bank-profile.flow.ts';
import type { BankProfile } from '../batch/bank-profile.ts';
import { profilesOf } from '../batch/bank-profile.sql.ts';
import { readProfile, type House } from '../compose.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Config } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import { print, wholeNumber, withHouse } from './command.ts';

/** What banks laid down about files, and who made it the one in use. */
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
  group
    .command('propose')
    .description('đề nghị một hồ sơ; người khác duyệt / propose a profile; another person approves')
    .argument('<file>', 'hồ sơ JSON / a profile in JSON')
    .requiredOption('--by <person>', 'người đề nghị / the person who proposes')
    .action((file: string, { by }: { by: string }) =>
      withHouse((house, config) => propose(house, config, { file, by })),
    );
  group
    .command('approve')
    .description('duyệt hồ sơ (chỉ môi trường thử) / make a profile the one in use (sandbox only)')
    .argument('<channel>', 'mã kênh / channel code')
    .argument('<version>', 'phiên bản / version', wholeNumber)
    .requiredOption('--sha256 <hash>', 'mã băm đã xem / the hash that was seen')
    .requiredOption('--by <person>', 'người duyệt / the person who approves')
    .action((channel: string, version: number, options: { sha256: string; by: string }) =>
      withHouse((house, config) => approve(house, config, { channel, version, ...options })),
    );
  group
    .command('list')
    .description('các hồ sơ và hồ sơ đang dùng / all profiles, and which is in use')
    .action(() => withHouse(listProfiles));
}

/** The profile of a file; else its faults are printed with their places, and the exit is 1. */
async function profileOf(file: string): Promise<{ profile: BankProfile; sha256: string } | null> {
  const read = readProfile(await readFile(file));
  if (read.profile !== null) return read;
  for (const { path, vi, en } of read.faults) print(`${path === '' ? '/' : path}: ${vi} / ${en}`);
  process.exitCode = 1;
  return null;
}

async function checkFile(file: string): Promise<void> {
  const read = await profileOf(file);
  if (read === null) return;
  const { channel, version, environment, outbound, transport } = read.profile;
  const what = [channel, version, environment, outbound.format, transport.kind].join('  ');
  print(`đúng / valid: ${what}\nsha256 ${read.sha256}`);
}

async function propose(
  house: House,
  config: Config,
  { file, by }: { file: string; by: string },
): Promise<void> {
  const read = await profileOf(file);
  if (read === null) return;
  // A key of one environment in the other is how test money becomes real money.
  if (read.profile.environment !== config.AN_SINH_ENVIRONMENT) {
    throw new Refusal('configuration-wrong', { environment: read.profile.environment });
  }
  const { sha256 } = await proposeProfile(house.context({ actor: by }), read.profile);
  print(`đã đề nghị, chờ người khác duyệt / proposed, another person approves\nsha256 ${sha256}`);
}

async function approve(
  house: House,
  config: Config,
  { by, ...of }: { channel: string; version: number; sha256: string; by: string },
): Promise<void> {
  // Who sits at a terminal has not signed in and has given no second factor.
  if (config.AN_SINH_ENVIRONMENT !== 'sandbox') throw new Refusal('not-in-production');
  const context = house.context({ actor: by });
  await approveProfile(context, { ...of, stepUpAt: context.clock() });
  print('đang dùng / in use');
}

async function listProfiles({ db }: House): Promise<void> {
  const profiles = await profilesOf(db, null);
  const head = ['Kênh', 'Phiên bản', 'Môi trường', 'Đề nghị', 'Duyệt', 'Đang dùng', 'SHA-256'];
  const rows = profiles.map((one) => [
    one.channel,
    String(one.version),
    one.environment,
    one.proposedBy,
    one.approvedBy ?? '',
    one.inUse ? 'x' : '',
    one.sha256,
  ]);
  print(textTable([head, ...rows]));
}
