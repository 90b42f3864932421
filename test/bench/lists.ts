import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import pg from 'pg';
import { listFiles } from '../../adapters/recipient-list/list-files.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { counterpartsOf, openHouse, type House } from '../../src/compose.ts';
import { INTAKE_ROW, prepareIntake } from '../../src/intake/intake.sql.ts';
import type { RecipientListReader } from '../../src/intake/recipient-list.port.ts';
import { rulesFor } from '../../src/intake/judge-context.flow.ts';
import { stagedRows } from '../../src/intake/staged-rows.flow.ts';
import { isPeriod } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { grouped } from '../../src/kernel/text.ts';
import { openPeriod } from '../../src/audit/period.sql.ts';
import { copyIn } from '../../src/platform/copy.ts';
import { nodeArguments } from '../../adapters/own-code.ts';
import { write } from '../../src/platform/db.ts';
import { readConfig } from '../../src/platform/config.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { measuredCheck, unsafeFiles } from '../support/measured-check.ts';
import { countServer, listFloor, timed, total, type Took } from './floors.ts';
import { goal } from './goal.ts';

// Lists as they come in: every row read, judged by its own rules and staged, beside the bare COPY of
// the same bytes; and a workbook of the largest size that offices send, with the memory it takes. Each
// in a process of its own: what one has taken is not given back before the other.

const options = new Command('bench:lists')
  .option('--recipients <n>', 'people on the list', Number, 100_000)
  .option('--workbook <n>', 'people in the workbook', Number, 100_000)
  .option('--period <YYYY-MM>', 'the month', '2026-12')
  .option('--seed <n>', 'seed of the data', Number, 2026)
  .option('--repeat <n>', 'how often; the median counts', Number, 3)
  .option('--only <form>', 'csv, xlsx or refused')
  .parse()
  .opts<{
    recipients: number;
    workbook: number;
    period: string;
    seed: number;
    repeat: number;
    only?: string;
  }>();
const { period, seed, only } = options;
if (!isPeriod(period)) throw new Error('--period is YYYY-MM');
const month = { period, provinceCode: '40' };

if (only === undefined) {
  for (const form of ['csv', 'xlsx', 'refused']) await alone(form);
} else if (only === 'refused') {
  await measureRefusals();
} else {
  await measure(only === 'xlsx');
}

async function alone(form: string): Promise<void> {
  const args = [...flagsFor(form), ...process.argv.slice(1), '--only', form];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the list in ${form} ended with ${code ?? 'a signal'}`);
}

/** What bounds the heap of the process that measures a form. */
function flagsFor(form: string): readonly string[] {
  // What is refused is measured in processes of their own; the one that makes the files needs room for them.
  if (form === 'refused') return [];
  // A workbook has a second heap beside it, that of the thread which reads it: there is less room for the young.
  return process.execArgv.map((flag) =>
    form === 'xlsx' ? flag.replace(/^(--max-semi-space-size)=.*/, '$1=8') : flag,
  );
}

async function measure(isWorkbook: boolean): Promise<void> {
  const rows = isWorkbook ? options.workbook : options.recipients;
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-lists-'));
  const list = join(folder, 'list.csv');
  const workbook = join(folder, 'list.xlsx');
  await script('province.ts', join(folder, 'made'), list, seed, rows, period);
  if (isWorkbook) await script('workbook.ts', list, workbook);

  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 20);
  watch.unref();
  const config = readConfig({ AN_SINH_HOME: folder, AN_SINH_ENVIRONMENT: 'sandbox' });
  const house = await openHouse(config);
  const { lists } = counterpartsOf(house, config);
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  const dataFolder = await countServer(owner);
  try {
    const bare: Took[] = [];
    const ours: Took[] = [];
    for (let i = 0; i < options.repeat; i += 1) {
      bare.push(await listFloor(owner, list));
      ours.push(await staged(house, lists, isWorkbook ? workbook : list));
    }
    const [least, took] = [median(bare), median(ours)];
    const line = (what: string, one: Took): string[] => [
      what,
      grouped(rows),
      one.seconds.toFixed(2),
      one.cpuSeconds.toFixed(2),
      grouped(Math.round(rows / one.seconds)),
    ];
    const form = isWorkbook ? 'workbook' : 'CSV';
    const head = ['', 'rows', 'seconds', 'cpu s', 'rows/s'];
    const table = [head, line('CSV, bare COPY', least), line(`${form}, judged and staged`, took)];
    process.stdout.write(`${textTable(table)}\n`);
    if (!isWorkbook) {
      goal('a list, times the bare COPY of the same bytes', took.seconds / least.seconds, 2);
    }
    goal(`peak memory of the ${form} in MB`, peakBytes / 1e6, 250);
  } finally {
    await owner.end();
    await house.close();
    for (const each of [folder, dirname(dataFolder)]) {
      await rm(each, { recursive: true, force: true });
    }
  }
}

/**
 * How long it takes from the first byte that is read of a file until it is refused, and the most memory of
 * a process that does nothing else.
 */
async function measureRefusals(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-unsafe-'));
  const rows = [['', 'seconds', 'cpu s', 'MB', 'refused']];
  let slowest = 0;
  let largest = 0;
  try {
    for await (const { what, path } of unsafeFiles(folder)) {
      const took = await timed(() => readToItsEnd(path));
      const { megabytes, refused } = await measuredCheck(path);
      slowest = Math.max(slowest, took.cpuSeconds);
      largest = Math.max(largest, megabytes);
      const [seconds, cpuSeconds] = [took.seconds.toFixed(2), took.cpuSeconds.toFixed(2)];
      rows.push([what, seconds, cpuSeconds, megabytes.toFixed(0), refused]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  process.stdout.write(`${textTable(rows)}\n`);
  goal('the slowest refusal in seconds of the processor', slowest, 1);
  goal('the largest refusal in MB', largest, 256);
}

async function readToItsEnd(path: string): Promise<void> {
  let rows = 0;
  try {
    const list = await listFiles.open(path);
    try {
      for await (const { length } of list.rows(0)) rows += length;
    } finally {
      await list.close();
    }
  } catch (error) {
    if (error instanceof Refusal) return;
    throw error;
  }
  throw new Error(`${path} was read, ${rows} rows`);
}

/** Reads, judges and stages a list; the transaction that took it is given up. */
async function staged(house: House, lists: RecipientListReader, path: string): Promise<Took> {
  const enough = new Error('measured');
  const { db, clock } = house.context({ actor: SANDBOX_PERSONS.maker });
  let took = total([]);
  try {
    await write(db, async (tx) => {
      await openPeriod(tx, { period: month.period, at: clock() });
      const rules = await rulesFor(tx, lists, month);
      await prepareIntake(tx);
      took = await timed(async () => {
        const records = lists.read(createReadStream(path, { highWaterMark: 1 << 18 }), path);
        await copyIn(tx, INTAKE_ROW, stagedRows(records, rules));
      });
      throw enough;
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  return took;
}

function median(all: readonly Took[]): Took {
  return all.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)] ?? total([]);
}

/** Runs a script of this folder in a process of its own: its memory is not the engine's. */
async function script(name: string, ...args: (string | number)[]): Promise<void> {
  const run = [...nodeArguments(new URL(name, import.meta.url)), ...args.map(String)];
  await promisify(execFile)(process.execPath, run);
}
