#!/usr/bin/env -S npx tsx
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { intake } from '../jobs/01-intake.ts';
import { entitlement } from '../jobs/02-entitlement.ts';
import { verification } from '../jobs/03-verification.ts';
import { batch } from '../jobs/04-batch.ts';
import { release } from '../jobs/06-release.ts';
import { settlement } from '../jobs/07-settlement.ts';
import { reconciliation } from '../jobs/08-reconciliation.ts';
import { report } from '../jobs/09-report.ts';
import type { Job, JobScope } from '../jobs/job.ts';
import { monthTable, outcomeText, stageLine } from '../jobs/month-summary.ts';
import { sandboxInstant, walkMonth, type StageReport } from '../jobs/month.ts';
import { approveBatch } from './approval/approve-batch.flow.ts';
import { auditHead } from './audit/audit.sql.ts';
import { countViolations, INVARIANTS } from './audit/invariants.sql.ts';
import { recordRun } from './audit/record-run.flow.ts';
import { stateHash } from './audit/state-hash.flow.ts';
import { batchContent, batchesOf } from './batch/batch.sql.ts';
import { assessCases } from './entitlement/assess-cases.flow.ts';
import { explainAssessments } from './entitlement/explain-assessment.flow.ts';
import type { Explanation } from './entitlement/explanation.ts';
import {
  caseDesk,
  counterpartsOf,
  openHouse,
  openSandbox,
  type House,
  type Sandbox,
} from './compose.ts';
import { FINDINGS, type RuleCode } from './intake/findings.ts';
import { findingsOfList } from './intake/intake.sql.ts';
import { BOUNDARIES, passBoundary, type Boundary, type BoundaryName } from './kernel/boundary.ts';
import { isPeriod, type Period } from './kernel/period.ts';
import { Refusal } from './kernel/refusal.ts';
import { grouped } from './kernel/text.ts';
import { systemClock } from './platform/clock.ts';
import { environment, readConfig, required, type Config } from './platform/config.ts';
import { progressOn, textTable } from './platform/terminal.ts';
import { drawReport, type DrawnReport } from './report/draw-report.flow.ts';

// The same flows from a terminal. Every stage can be run alone, and run again: it does only what is
// not done yet. `month` walks all nine in a sandbox.

const DEFAULT_PERIOD = '2026-11';
const DEFAULT_SEED = 2026;
const DEFAULT_RECIPIENTS = 2000;
const PATIENCE_MS = 120_000;

/** What the environment would say in production, invented for the sandbox. */
const SANDBOX_ENVIRONMENT = {
  AN_SINH_ENVIRONMENT: 'sandbox',
  PROVINCE_CODE: '40',
  OFFICER: 'CB-SANDBOX-01',
  UNIT_CODE: 'SANDBOX-40',
} as const;

const program = new Command('an-sinh')
  .description(
    'Chi trả an sinh xã hội không dùng tiền mặt: đúng một lần, đúng người, đúng hạn, có chứng cứ.\n' +
      'Pays social welfare without cash: exactly once, to the right person, on time, with proof.\n\n' +
      'Chín bước của một tháng / the nine stages of a month:\n' +
      '  intake → entitlement → verification → batch → approval → release → settlement →\n' +
      '  reconciliation → report\n\n' +
      'Mỗi bước chạy riêng được và chạy lại không làm thay đổi gì thêm.\n' +
      'Each can be run alone; running it again changes nothing more.',
  )
  .showHelpAfterError('(an-sinh --help)');

program
  .command('month')
  .description('đi hết một tháng trong môi trường thử / walk a whole month in a sandbox')
  .addOption(periodOption().default(DEFAULT_PERIOD))
  .option(
    '--recipients <n>',
    'số người trong danh sách thử / people on the made list',
    wholeNumber,
    DEFAULT_RECIPIENTS,
  )
  .option('--list <file>', 'danh sách CSV chuẩn của bạn / a canonical CSV list of your own')
  .option(
    '--seed <n>',
    'hạt giống của dữ liệu thử / seed of the invented data',
    wholeNumber,
    DEFAULT_SEED,
  )
  .option('--strict', 'nhập cả danh sách hoặc không nhập / the whole list or nothing', false)
  .option('--keep-open', 'để các máy chủ chạy và in địa chỉ / leave the servers up', false)
  .addOption(new Option('--kill-at <boundary>').choices(BOUNDARIES).hideHelp())
  .action(month);

stage('intake', 'nhập một danh sách / take a list in')
  .argument('<file>', 'danh sách CSV chuẩn / a canonical CSV list')
  .requiredOption('--by <person>', 'người lập / the person who prepares')
  .option('--strict', 'nhập cả danh sách hoặc không nhập / the whole list or nothing', false)
  .action(async (file: string, options: { period: Period; by: string; strict: boolean }) => {
    const content = createReadStream(file);
    const list = { content, name: basename(file), strict: options.strict };
    await runJob(intake(list), options.period, options.by);
  });
stage('entitlement', 'xét mức hưởng theo luật / assess what the law gives').action(
  alone(entitlement),
);
stage('verification', 'xác minh người và tài khoản / prove who and which account').action(
  alone(verification),
);
stage('batch', 'lập đợt chi trả và tệp gửi ngân hàng / make batches and their files')
  .requiredOption('--by <person>', 'người lập / the person who prepares')
  .action((options: { period: Period; by: string }) => runJob(batch, options.period, options.by));
stage('approval', 'ký một đợt (chỉ môi trường thử) / sign a batch (sandbox only)')
  .requiredOption('--batch <id>', 'số đợt / batch number', (text) => BigInt(wholeNumber(text)))
  .requiredOption('--by <person>', 'người ký / the person who signs')
  .action(approval);
stage('release', 'gửi các đợt đã duyệt, đúng một lần / send approved batches, once').action(
  alone(release),
);
stage('settlement', 'nhận tệp kết quả / take answers in').action(alone(settlement));
stage('reconciliation', 'đối soát / reconcile').action(alone(reconciliation));
stage('report', 'lập báo cáo / draw the report').action(alone(report));

program
  .command('assess')
  .description('xét từng trường hợp theo luật / assess cases by the law, without a database')
  .requiredOption('--cases <file>', 'NDJSON, mỗi dòng một trường hợp; - là stdin / - for stdin')
  .action(assessFile);

program
  .command('explain')
  .description(
    'vì sao một người được hưởng bao nhiêu / why one recipient gets what they get\n\n' +
      'Từng tháng: diện hưởng, phép tính, căn cứ; tổng; phần không tính và lý do. Chỉ đọc kết quả ' +
      'đã lưu và tính lại từng phép tính; không hiện tên và số định danh.\n' +
      'Month by month: ground, arithmetic, articles; the sum; what was set aside and why. It reads the ' +
      'stored assessment alone and computes each step again; no name and no citizen number is shown.',
  )
  .summary('vì sao một người được hưởng bao nhiêu / why one recipient gets what they get')
  .addOption(
    new Option('--recipient <id>', 'số người thụ hưởng / recipient number')
      .argParser((text) => BigInt(wholeNumber(text)))
      .makeOptionMandatory(),
  )
  .addOption(periodOption().makeOptionMandatory())
  .option('--json', 'in JSON thay vì văn bản / JSON in place of text')
  .action((options: ExplainCommand) => withHouse((house) => explainOne(house, options)));

program
  .command('batches')
  .description('các đợt của một kỳ / the batches of a period')
  .addOption(periodOption().makeOptionMandatory())
  .action((options: { period: Period }) =>
    withHouse((house) => listBatches(house, options.period)),
  );
program
  .command('findings')
  .description('lỗi của một danh sách, theo dòng và cột / the faults of a list by row and column')
  .argument('<list>', 'số danh sách / list number', (text) => BigInt(wholeNumber(text)))
  .action((listId: bigint) => withHouse((house) => listFindings(house, listId)));
program
  .command('invariants')
  .description('kiểm tra các bất biến; mỗi dòng phải là 0 / every invariant; each must be 0')
  .action(() => withHouse(checkInvariants));
program
  .command('state-hash')
  .description('mã băm của toàn bộ dữ liệu nghiệp vụ / one hash of all business tables')
  .action(() => withHouse(printStateHash));
program
  .command('migrate')
  .description('đưa cơ sở dữ liệu lên phiên bản mới nhất / bring the database up to date')
  .action(() => withHouse(() => Promise.resolve()));

function stage(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(periodOption().makeOptionMandatory());
}

function periodOption(): Option {
  return new Option('--period <YYYY-MM>', 'kỳ chi trả / the month paid').argParser((text) => {
    if (!isPeriod(text)) throw new InvalidArgumentError('YYYY-MM');
    return text;
  });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('số nguyên / a whole number');
  return Number(text);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function withHouse(work: (house: House, config: Config) => Promise<void>): Promise<void> {
  const config = readConfig(environment());
  const house = await openHouse(config);
  try {
    await work(house, config);
  } finally {
    await house.close();
  }
}

function alone(job: Job): (options: { period: Period }) => Promise<void> {
  return (options) => runJob(job, options.period, `job/${job.stage}`);
}

/** Runs one stage with what the environment names. */
async function runJob(job: Job, of: Period, actor: string): Promise<void> {
  await withHouse(async (house, config) => {
    const scope = scopeOf(config, of);
    const context = house.context({ actor });
    const outcome = await recordRun(context, { job: job.stage, ...scope }, () =>
      job.run(context, counterpartsOf(config), scope),
    );
    print(outcomeText(outcome));
  });
}

function scopeOf(config: Config, of: Period): JobScope {
  const named = required(
    config,
    ['AN_SINH_ENVIRONMENT', 'PROVINCE_CODE', 'OFFICER', 'UNIT_CODE'],
    'mọi bước / every stage',
  );
  return {
    period: of,
    provinceCode: named.PROVINCE_CODE,
    environment: named.AN_SINH_ENVIRONMENT === 'production' ? 'production' : 'sandbox',
    officer: named.OFFICER,
    unitCode: named.UNIT_CODE,
  };
}

async function approval(options: { batch: bigint; by: string }): Promise<void> {
  await withHouse(async (house, config) => {
    // Who sits at a terminal has not signed in and has given no second factor.
    if (config.AN_SINH_ENVIRONMENT !== 'sandbox') throw new Refusal('not-in-production');
    const seen = await batchContent(house.db, options.batch);
    if (seen === undefined) throw new Refusal('batch-unknown', { batch: options.batch });
    const context = house.context({ actor: options.by });
    const { approved } = await approveBatch(context, {
      batchId: options.batch,
      seen,
      stepUpAt: context.clock(),
    });
    print(
      approved ? 'đã duyệt / approved' : 'đã ký, còn chờ người thứ hai / signed, one more needed',
    );
  });
}

/** Answers a file of cases. Exit 1 when a line could not be judged; the others are answered. */
async function assessFile({ cases }: { cases: string }): Promise<void> {
  const content = cases === '-' ? process.stdin : createReadStream(cases);
  const { assessed, faulty } = await assessCases(caseDesk, content, async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  process.stderr.write(
    `${assessed} xét được, ${faulty} lỗi / ${assessed} assessed, ${faulty} faulty\n`,
  );
  if (faulty > 0) process.exitCode = 1;
}

interface ExplainCommand {
  readonly recipient: bigint;
  readonly period: Period;
  readonly json?: true;
}

async function explainOne({ db }: House, options: ExplainCommand): Promise<void> {
  const { recipient: recipientId, period, json } = options;
  const explanations = await explainAssessments(db, { recipientId, period });
  if (json === true) print(JSON.stringify(explanations, null, 2));
  else print(explanations.map(explanationText).join('\n\n'));
}

/** The whole in Vietnamese, then the whole in English. */
function explanationText({ title, paragraphs }: Explanation): string {
  const inOne = (language: 'vi' | 'en'): string =>
    [
      title[language],
      ...paragraphs.map(({ heading, lines }) =>
        [heading[language], ...lines.map((line) => `  ${line[language]}`)].join('\n'),
      ),
    ].join('\n');
  return `${inOne('vi')}\n\n${inOne('en')}`;
}

async function listBatches({ db }: House, of: Period): Promise<void> {
  const batches = await batchesOf(db, { period: of, state: null });
  const head = ['Số', 'Mã đợt', 'Trạng thái', 'Số lệnh', 'Tổng tiền', 'Mã băm nội dung'];
  const rows = batches.map((one) => [
    String(one.batchId),
    one.batchCode,
    one.state,
    grouped(one.instructionCount),
    `${grouped(one.totalVnd)} đ`,
    one.contentHash,
  ]);
  print(textTable([head, ...rows]));
}

async function listFindings({ db }: House, listId: bigint): Promise<void> {
  for (const found of await findingsOfList(db, { listId, atMost: 10_000 })) {
    const { wrong, next } = FINDINGS[found.code as RuleCode];
    print(`dòng/row ${found.rowNo}, cột/column ${found.column}, ${found.verdict}, ${found.code}`);
    print(`  ${wrong.vi}. ${next.vi}.`);
    print(`  ${wrong.en}. ${next.en}.`);
  }
}

async function checkInvariants({ db }: House): Promise<void> {
  const rows: string[][] = [];
  for (const invariant of INVARIANTS) {
    const violations = await countViolations(db, { invariant, now: systemClock() });
    if (violations > 0n) process.exitCode = 1;
    rows.push([invariant.id, String(violations), `${invariant.says.vi} / ${invariant.says.en}`]);
  }
  print(textTable(rows));
}

async function printStateHash({ db }: House): Promise<void> {
  print(await stateHash(db));
  const { eventNo, hash } = await auditHead(db);
  print(`nhật ký / audit: ${eventNo} ${hash}`);
}

interface MonthCommand {
  readonly period: Period;
  readonly recipients: number;
  readonly list?: string;
  readonly seed: number;
  readonly strict: boolean;
  readonly keepOpen: boolean;
  readonly killAt?: BoundaryName;
}

async function month(options: MonthCommand): Promise<void> {
  const config = { ...readConfig(environment()), ...SANDBOX_ENVIRONMENT };
  print(`SANDBOX  kỳ / period ${options.period}`);
  const house = await openHouse(config);
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await openSandbox(house, config, { ...options, list: options.list ?? null });
    const stages = await walk(house, sandbox, options);
    await conclude(house, sandbox, { options, stages });
    if (options.keepOpen) await keepOpen(house, sandbox);
  } finally {
    await sandbox?.stop();
    await house.close();
  }
}

function walk(house: House, sandbox: Sandbox, options: MonthCommand): Promise<StageReport[]> {
  const boundary = options.killAt === undefined ? passBoundary : killAt(options.killAt);
  const progress = progressOn(process.stdout);
  return walkMonth(counterpartsOf(sandbox.config), {
    scope: scopeOf(sandbox.config, options.period),
    list: {
      content: createReadStream(sandbox.listPath),
      name: basename(sandbox.listPath),
      strict: options.strict,
    },
    patienceMs: PATIENCE_MS,
    contextOf: (actor, at) => house.context({ actor, clock: () => at, boundary }),
    onStage(name, done) {
      if (done === null) progress.show(name);
      else progress.settle(stageLine(done));
    },
  });
}

/** For the tests of crashes: dies where it is told to, as the power cut would have it. */
function killAt(name: BoundaryName): Boundary {
  return (passed) => {
    if (passed === name) process.kill(process.pid, 'SIGKILL');
  };
}

/** The table at the end; exit 0 only if every total ties. */
async function conclude(
  house: House,
  sandbox: Sandbox,
  { options, stages }: { options: MonthCommand; stages: readonly StageReport[] },
): Promise<void> {
  const at = sandboxInstant('report', options.period);
  const context = house.context({ actor: 'sandbox', clock: () => at });
  const drawn = await drawReport(
    context,
    counterpartsOf(sandbox.config).reports,
    scopeOf(sandbox.config, options.period),
  );
  print(`\n${monthTable(stages, drawn)}`);
  print(`\n${textTable(await artefacts(house, sandbox, drawn))}`);
  print(`\nmã băm trạng thái / state hash: ${await stateHash(house.db)}`);
  if (stages.every(({ changed }) => !changed)) print('Không có gì mới / nothing to do');
  if (!drawn.report.checks.every(({ holds }) => holds)) process.exitCode = 1;
}

/** Where everything lies; the reports are laid out under their names. */
async function artefacts(house: House, sandbox: Sandbox, drawn: DrawnReport): Promise<string[][]> {
  const folder = join(house.home, 'reports');
  await mkdir(folder, { recursive: true });
  for (const { name, path } of drawn.files) await copyFile(path, join(folder, name));
  return [
    ['danh sách / list', sandbox.listPath],
    ['tệp đã gửi ngân hàng / files the bank took', join(sandbox.folder, 'bank', 'done')],
    ['tệp ngân hàng trả lời / its answers', join(sandbox.folder, 'bank', 'out', 'taken')],
    ['tệp gửi bưu điện / lists the post office took', join(sandbox.folder, 'post', 'done')],
    ['bưu điện trả lời / its answers', join(sandbox.folder, 'post', 'out', 'taken')],
    ['lưu trữ theo SHA-256 / archive by SHA-256', join(house.home, 'archive')],
    ...drawn.files.map(({ name }) => ['báo cáo / report', join(folder, name)]),
  ];
}

async function keepOpen(house: House, sandbox: Sandbox): Promise<void> {
  print('\nCác máy chủ vẫn chạy; Ctrl+C để dừng / servers are up, Ctrl+C ends them');
  const addresses = { ...SANDBOX_ENVIRONMENT, AN_SINH_HOME: house.home, ...sandbox.addresses };
  for (const [name, value] of Object.entries(addresses)) print(`${name}=${value}`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.abort();
    });
  }
  while (!interrupted.signal.aborted) {
    await pause(3_600_000, undefined, { signal: interrupted.signal }).catch(() => undefined);
  }
}

try {
  await program.parseAsync();
} catch (error) {
  // A refusal is for the person at the terminal; anything else is a bug, and its stack is wanted.
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
