import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { Command } from 'commander';
import pg from 'pg';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { openHouse } from '../../src/compose.ts';
import { compareList } from '../../src/intake/compare-list.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { isPeriod, addMonths, type Period } from '../../src/kernel/period.ts';
import { grouped } from '../../src/kernel/text.ts';
import { readConfig } from '../../src/platform/config.ts';
import { nodeArguments } from '../../adapters/own-code.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { countServer, timed, type Took } from './floors.ts';

// Two months of one province at any size: the first is taken in, the second laid beside it. Of the
// second one in a hundred is gone, one in a hundred is new, and one in fifty has another account.

const { recipients, seed, period } = new Command('bench:compare')
  .option('--recipients <n>', 'people on the list', Number, 100_000)
  .option('--period <YYYY-MM>', 'the first month', '2026-11')
  .option('--seed <n>', 'seed of the data', Number, 2026)
  .parse()
  .opts<{ recipients: number; seed: number; period: string }>();
if (!isPeriod(period)) throw new Error('--period is YYYY-MM');
const later = addMonths(period, 1);

const folder = mkdtempSync(join(tmpdir(), 'an-sinh-compare-'));
const first = join(folder, 'first.csv');
const second = join(folder, 'second.csv');
await promisify(execFile)(process.execPath, [
  ...nodeArguments(new URL('province.ts', import.meta.url)),
  join(folder, 'made'),
  first,
  String(seed),
  String(recipients),
  period,
]);
await pipeline(nextMonth(), createWriteStream(second));

/** The list of the first month as it might be a month later. */
async function* nextMonth(): AsyncGenerator<string> {
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(first) })) {
    if (row % 100 !== 50) yield `${changed(line.replaceAll(period, later), row)}\n`;
    row += 1;
  }
}

function changed(line: string, row: number): string {
  // Another file number is another enrolment, and so is new.
  if (row % 100 === 25) return line.replace(/^[^,]*/, (ref) => `${ref}.M`);
  if (row % 50 !== 1) return line;
  return line.replace(/,account,(\d{6}),([^,]*),(\d+),/, ',account,$1,$2,9$3,');
}

const house = await openHouse(
  readConfig({ AN_SINH_HOME: folder, AN_SINH_ENVIRONMENT: 'sandbox', PROVINCE_CODE: '40' }),
);
const server = new pg.Client({ connectionString: house.ownerUrl });
await server.connect();
await countServer(server);
try {
  const context = house.context({ actor: SANDBOX_PERSONS.maker });
  await setUpSandbox(context, { provinceCode: '40', period });
  const listOf = (path: string, of: Period): Parameters<typeof importList>[2] => ({
    content: createReadStream(path),
    name: 'bench.csv',
    period: of,
    provinceCode: '40',
    strict: false,
  });
  const rows: string[][] = [['', 'rows', 'wall s', 'CPU s']];
  const measure = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const done: { result?: Result } = {};
    const took: Took = await timed(async () => {
      done.result = await work();
    });
    rows.push([what, grouped(recipients), took.seconds.toFixed(1), took.cpuSeconds.toFixed(1)]);
    return done.result as Result;
  };
  await measure('first month taken in', () =>
    importList(context, csvRecipientList, listOf(first, period)),
  );
  const compared = await measure('second month compared', () =>
    compareList(context, csvRecipientList, { ...listOf(second, later), atMost: 10 }),
  );
  await measure('second month taken in and compared', () =>
    importList(context, csvRecipientList, listOf(second, later)),
  );
  process.stdout.write(`${textTable(rows)}\n`);
  const counts = Object.entries(compared.counts).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`${counts.join(', ')}; alarms ${compared.alarms.length}\n`);
} finally {
  await server.end();
  await house.close();
  await rm(folder, { recursive: true, force: true });
}
