import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { namePairs } from '../compose.ts';
import { compareNamePairs } from '../verification/compare-name-pairs.flow.ts';

/** Whether people and accounts are who and whose the list says. */
export function verifyCommands(program: Command): void {
  const verify = program
    .command('verify')
    .description('xác minh người, tên và tài khoản / verify people, names and accounts');

  verify
    .command('names')
    .description(
      'so từng cặp họ tên, không cần cơ sở dữ liệu / compare pairs of names, without a database\n\n' +
        'Mỗi cặp một dòng JSON: id, class (same, doubtful, not) và reason; doubtful luôn do người xét.\n' +
        'One JSON line a pair: id, class (same, doubtful, not) and reason; a person decides on doubtful.',
    )
    .summary('so từng cặp họ tên / compare pairs of names')
    .requiredOption('--pairs <file>', 'CSV có cột id, a, b; - là stdin / - for stdin')
    .action(compareFile);
}

async function compareFile({ pairs }: { pairs: string }): Promise<void> {
  const content = pairs === '-' ? process.stdin : createReadStream(pairs);
  const counts = await compareNamePairs(namePairs, content, async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  const { same, doubtful, not } = counts;
  process.stderr.write(
    `${same} giống, ${doubtful} nghi ngờ, ${not} khác / ` +
      `${same} same, ${doubtful} doubtful, ${not} not\n`,
  );
}
