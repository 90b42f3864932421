import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import pg from 'pg';
import { folderInbox } from '../../adapters/bank/folder-inbox.ts';
import { folderTransport } from '../../adapters/bank/folder-transport.ts';
import { intake } from '../../jobs/01-intake.ts';
import { entitlement } from '../../jobs/02-entitlement.ts';
import { verification } from '../../jobs/03-verification.ts';
import { batch } from '../../jobs/04-batch.ts';
import { release } from '../../jobs/06-release.ts';
import { settlement } from '../../jobs/07-settlement.ts';
import { reconciliation } from '../../jobs/08-reconciliation.ts';
import { report } from '../../jobs/09-report.ts';
import type { Counterparts, Job, JobScope } from '../../jobs/job.ts';
import { approvalByTwo, sandboxInstant } from '../../jobs/month.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { counterpartsOf, openHouse, type House } from '../../src/compose.ts';
import { isPeriod } from '../../src/kernel/period.ts';
import { grouped } from '../../src/kernel/text.ts';
import { readConfig } from '../../src/platform/config.ts';
import { nodeArguments } from '../../adapters/own-code.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { partFigures } from '../../src/report/draw-report.flow.ts';
import { registersOf } from './directories.ts';
import {
  countServer,
  fileFloor,
  inFloor,
  listFloor,
  outFloor,
  readFloor,
  rowsFloor,
  timed,
  total,
  type Bare,
  type Took,
} from './floors.ts';
import { goal } from './goal.ts';

// The whole month on made data at any size, each stage beside its floor, measured in the same run on
// the same server. Services that would be asked over a network answer from memory here, and the bank
// works in a process of its own: what is timed is the engine.

interface Options {
  readonly recipients: number;
  readonly period: string;
  readonly seed: number;
  readonly json?: string;
  readonly keep: boolean;
  readonly explain?: number;
}

interface Measured {
  readonly stage: string;
  readonly rows: number;
  readonly took: Took;
  floor: Took;
}

const options = new Command('bench')
  .option('--recipients <n>', 'people on the list', Number, 100_000)
  .option('--period <YYYY-MM>', 'the month', '2026-12')
  .option('--seed <n>', 'seed of the data', Number, 2026)
  .option('--json <file>', 'also write the figures here')
  .option('--keep', 'keep the database and the files', false)
  .option(
    '--explain <ms>',
    'write the plan of every statement this long to the log, and keep it',
    Number,
  )
  .parse()
  .opts<Options>();

/** From what the figures of the report are drawn. */
const REPORTED = [
  'assessment',
  'assessment_line',
  'ledger_transfer',
  'payment_instruction',
  'payment_outcome',
  'verification',
];

/** What one recipient is asked about, and what one line is made of, lies in so many tables. */
const OF_A_PERSON = `join payment_channel using (recipient_id) join payee using (recipient_id)`;

const { period, seed, recipients } = options;
if (!isPeriod(period)) throw new Error('--period is YYYY-MM');
const folder = mkdtempSync(join(tmpdir(), 'an-sinh-bench-'));
const scratch = join(folder, 'scratch');

let peakBytes = 0;
const watch = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 20);
watch.unref();

const listPath = join(folder, 'danh-sach.csv');
const made = join(folder, 'made');
await script('province.ts', made, listPath, seed, recipients, period);

const config = readConfig({ AN_SINH_HOME: folder, AN_SINH_ENVIRONMENT: 'sandbox' });
const house = await openHouse(config);
const owner = new pg.Client({ connectionString: house.ownerUrl });
await owner.connect();
const dataFolder = await countServer(owner);
if (options.explain !== undefined) await explainAbove(options.explain);

const scope: JobScope = {
  period,
  provinceCode: '40',
  environment: 'sandbox',
  officer: 'BENCH',
  unitCode: '40',
};

try {
  const measured = await walk(house, counterparts());
  const peak = peakBytes;
  // What the server cleans up behind the stages is not to be counted as bare work.
  await setServer({ autovacuum: 'off' });
  const assessments = await floors(measured);
  print(measured, { peak, assessments });
  const { totals } = await partFigures(house.db, { period });
  const told = totals.owedVnd + totals.inTransitVnd + totals.paidVnd + totals.deductedVnd;
  if (totals.entitledVnd !== told) {
    throw new Error('the month does not tie');
  }
  if (options.json !== undefined) {
    const peakMb = Math.round(peak / 1e6);
    await writeFile(
      options.json,
      JSON.stringify({ recipients, period, peakMb, measured }, null, 2),
    );
  }
} finally {
  await owner.end();
  await house.close();
  // The server of a superuser lies elsewhere, with its log beside its data.
  const server = dirname(dataFolder);
  if (options.keep || options.explain !== undefined) {
    process.stderr.write(`kept: ${folder} and ${server}\n`);
  } else {
    for (const each of [folder, server]) await rm(each, { recursive: true, force: true });
  }
}

/** Sessions opened from now on log the plans of what is slow, with the time spent in each node. */
async function explainAbove(ms: number): Promise<void> {
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': String(ms),
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'off',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_parameter_max_length': '0',
  };
  await owner.query(`load 'auto_explain'`);
  await setServer(settings);
}

async function setServer(settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    await owner.query(`alter system set ${name} = '${value}'`);
  }
  await owner.query('select pg_reload_conf()');
}

function counterparts(): Counterparts {
  const adapters = counterpartsOf(house, config);
  const { identity, accounts, civilStatus } = registersOf(made);
  return {
    lists: adapters.lists,
    paymentFiles: adapters.paymentFiles,
    readers: adapters.readers,
    reports: adapters.reports,
    civilStatus,
    directories: { identity, accounts },
    transports: ({ channel }) => folderTransport(join(folder, channel.toLowerCase())),
    inboxes: ({ channel }) => folderInbox(join(folder, channel.toLowerCase(), 'out')),
  };
}

async function walk(of: House, outside: Counterparts): Promise<Measured[]> {
  const content = createReadStream(listPath, { highWaterMark: 1 << 18 });
  const jobs: Job[] = [
    intake({ content, name: 'danh-sach.csv', strict: false }),
    entitlement,
    verification,
    batch,
    approvalByTwo,
    release,
    settlement,
    reconciliation,
    report,
  ];
  const at = (stage: Job['stage']) => ({
    actor: SANDBOX_PERSONS.maker,
    clock: () => sandboxInstant(stage, scope.period),
  });
  await setUpSandbox(of.context(at('intake')), scope);
  const measured: Measured[] = [];
  for (const job of jobs) {
    if (job.stage === 'settlement') await answer();
    await owner.query('checkpoint');
    const took = await timed(() => job.run(of.context(at(job.stage)), outside, scope));
    measured.push({ stage: job.stage, rows: recipients, took, floor: total([]) });
    tellOf(job.stage, took);
  }
  return measured;
}

function tellOf(stage: string, { seconds, cpuSeconds, serverSeconds }: Took): void {
  const [all, server] = [seconds.toFixed(1), serverSeconds.toFixed(1)];
  const ours = (cpuSeconds - serverSeconds).toFixed(1);
  const megabytes = Math.round(peakBytes / 1e6);
  process.stderr.write(
    `${stage} ${all} s: processors ${ours} s here, ${server} s in the server; peak ${megabytes} MB\n`,
  );
}

async function answer(): Promise<void> {
  const { seconds } = await timed(() => script('counterparts.ts', folder, seed));
  process.stderr.write(`(bank and post office ${seconds.toFixed(1)} s)\n`);
}

/** Runs a script of this folder in a process of its own: its memory is not the engine's. */
async function script(name: string, ...args: (string | number)[]): Promise<void> {
  const run = [...nodeArguments(new URL(name, import.meta.url)), ...args.map(String)];
  await promisify(execFile)(process.execPath, run);
}

/** The table of a month’s partition. */
function part(table: string): string {
  return `${table}_${period.replace('-', '_')}`;
}

type Floor = () => Promise<Took>;

async function floors(measured: Measured[]): Promise<Took> {
  const ledger = part('ledger_transfer');
  const lines = `select end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
                        account_number, commune_code from ${part('payment_instruction')}`;
  const sent = await filesIn(join(folder, 'bank', 'done'), join(folder, 'post', 'done'));
  const taken = await filesIn(
    join(folder, 'bank', 'out', 'taken'),
    join(folder, 'post', 'out', 'taken'),
  );
  const rows = (table: string, bare: Bare = {}) => rowsFloor(owner, table, bare);
  // The rows of the assessments alone are a floor of their own.
  let assessments = total([]);
  const assessed = [
    () => rows(part('assessment')),
    () => rows(part('assessment_line')),
    () => rows(ledger, { where: `kind = 'entitled'` }),
  ].map((floor) => async () => {
    const took = await floor();
    assessments = total([assessments, took]);
    return took;
  });
  const all: Record<string, Floor[]> = {
    intake: [
      () => fileFloor(listPath, scratch),
      () => listFloor(owner, listPath),
      ...['recipient', 'recipient_key', 'payee', 'payment_channel', 'enrolment'].map(
        (table) => () => rows(table),
      ),
      () => rows(part('listing')),
      () => rows('list_row'),
      () => rows('list_finding'),
    ],
    entitlement: [
      () => outFloor(owner, 'select * from enrolment join recipient using (recipient_id)'),
      () => inFloor(owner, `select * from ${part('assessment')}`, scratch),
      () => inFloor(owner, `select * from ${part('assessment_line')}`, scratch),
      ...assessed,
    ],
    verification: [
      () =>
        outFloor(
          owner,
          `select * from recipient join recipient_key using (recipient_id) ${OF_A_PERSON}`,
        ),
      () => inFloor(owner, `select * from ${part('verification')}`, scratch),
      () => rows(part('verification')),
      () => rows('finding'),
    ],
    batch: [
      () =>
        rows(part('payment_instruction'), {
          from: `join recipient using (recipient_id) ${OF_A_PERSON}`,
        }),
      () => outFloor(owner, lines),
      ...sent.map((path) => () => fileFloor(path, scratch)),
    ],
    release: [
      () =>
        readFloor(
          owner,
          `${part('payment_instruction')} join ${part('verification')} using (recipient_id)`,
        ),
      () => rows(ledger, { where: `kind = 'released'` }),
      ...sent.map((path) => () => fileFloor(path, scratch)),
    ],
    settlement: [
      ...taken.map((path) => () => fileFloor(path, scratch)),
      () => inFloor(owner, `select * from ${part('settlement_line')}`, scratch),
      () => rows(part('settlement_line')),
    ],
    reconciliation: [
      () =>
        rows(part('payment_outcome'), {
          from: `join ${part('settlement_line')} using (recipient_id, period, file_id, line_no)`,
        }),
      () => rows(part('payment_return')),
      () => rows(ledger, { where: `kind not in ('entitled', 'released')` }),
    ],
    report: REPORTED.map((table) => () => readFloor(owner, part(table))),
  };
  for (const stage of measured) {
    for (const floor of all[stage.stage] ?? []) stage.floor = total([stage.floor, await floor()]);
    process.stderr.write(`floor of ${stage.stage} ${stage.floor.seconds.toFixed(1)} s\n`);
  }
  return assessments;
}

async function filesIn(...folders: string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (one) => (await readdir(one)).map((name) => join(one, name))),
  );
  return lists.flat();
}

function print(
  measured: readonly Measured[],
  { peak, assessments }: { peak: number; assessments: Took },
): void {
  const month = total(measured.map(({ took }) => took));
  const least = total(measured.map(({ floor }) => floor));
  const line = (name: string, took: Took, floor: Took): string[] => [
    name,
    grouped(recipients),
    took.seconds.toFixed(2),
    grouped(Math.round(recipients / took.seconds)),
    floor.seconds.toFixed(2),
    ratio(took.seconds, floor.seconds),
    took.cpuSeconds.toFixed(2),
    floor.cpuSeconds.toFixed(2),
    ratio(took.cpuSeconds, floor.cpuSeconds),
  ];
  const head = [
    'stage',
    'rows',
    'seconds',
    'rows/s',
    'floor s',
    'ratio',
    'cpu s',
    'floor',
    'ratio',
  ];
  const rows = measured.map(({ stage, took, floor }) => line(stage, took, floor));
  process.stdout.write(`${textTable([head, ...rows, line('month', month, least)])}\n`);
  const took = measured.find(({ stage }) => stage === 'entitlement')?.took ?? total([]);
  goal('the month, times the sum of its floors', month.seconds / least.seconds, 2);
  goal('the same in processor time', month.cpuSeconds / least.cpuSeconds, 2);
  goal(
    'assessments, times a bare INSERT … SELECT of their rows with its indexes',
    took.seconds / assessments.seconds,
    2,
  );
  goal('peak memory of this process in MB', peak / 1e6, 250);
}

function ratio(took: number, floor: number): string {
  return floor === 0 ? '–' : (took / floor).toFixed(2);
}
