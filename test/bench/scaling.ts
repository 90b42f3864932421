import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { nodeArguments } from '../../adapters/own-code.ts';
import { textTable } from '../../src/platform/terminal.ts';
import type { Took } from './floors.ts';
import { goal } from './goal.ts';

// The month at one size and at ten times that, each in a process of its own, and how many times as
// long each stage took. What grows faster than its rows is found here before a province finds it.

interface Figures {
  readonly peakMb: number;
  readonly measured: readonly { readonly stage: string; readonly took: Took }[];
}

const { recipients } = new Command('bench:scaling')
  .option('--recipients <n>', 'people on the smaller list', Number, 100_000)
  .parse()
  .opts<{ recipients: number }>();

const folder = mkdtempSync(join(tmpdir(), 'an-sinh-scaling-'));
try {
  const small = await monthOf(recipients);
  const large = await monthOf(10 * recipients);
  const rows = small.measured.map(({ stage, took }) => {
    const tenTimes = large.measured.find((one) => one.stage === stage)?.took ?? took;
    return [stage, ...timesOf(took, tenTimes)];
  });
  const head = ['stage', 's', 's of ten times', 'times', 'cpu s', 'cpu s of ten times', 'times'];
  process.stdout.write(`${textTable([head, ...rows])}\n`);
  goal('ten times the rows, times the seconds', secondsOf(large) / secondsOf(small), 14);
  goal('peak memory at ten times the rows in MB', large.peakMb, 250);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function monthOf(people: number): Promise<Figures> {
  const file = join(folder, `${people}.json`);
  const month = nodeArguments(new URL('month.ts', import.meta.url));
  const options = ['--recipients', String(people), '--json', file];
  const child = spawn(process.execPath, [...process.execArgv, ...month, ...options], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the month of ${people} ended with ${code ?? 'a signal'}`);
  return JSON.parse(await readFile(file, 'utf8')) as Figures;
}

function timesOf(one: Took, ten: Took): string[] {
  return [
    one.seconds.toFixed(2),
    ten.seconds.toFixed(2),
    (ten.seconds / one.seconds).toFixed(1),
    one.cpuSeconds.toFixed(2),
    ten.cpuSeconds.toFixed(2),
    (ten.cpuSeconds / one.cpuSeconds).toFixed(1),
  ];
}

function secondsOf({ measured }: Figures): number {
  return measured.reduce((sum, { took }) => sum + took.seconds, 0);
}
