import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { monthTable, stageLine } from '../../jobs/month-summary.ts';
import { sandboxInstant, walkMonth, type StageReport } from '../../jobs/month.ts';
import { setUpStaff } from '../access/set-up-staff.flow.ts';
import { sealRows } from '../audit/seal-rows.flow.ts';
import { stateHash } from '../audit/state-hash.flow.ts';
import {
  counterpartsOf,
  openHouse,
  openSandbox,
  scopeOf,
  sealingOf,
  type House,
  type Sandbox,
  type SandboxOptions,
} from '../compose.ts';
import { BOUNDARIES, passBoundary, type Boundary, type BoundaryName } from '../kernel/boundary.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { environment, readConfig } from '../platform/config.ts';
import { progressOn, textTable } from '../platform/terminal.ts';
import { drawReport, type DrawnReport } from '../report/draw-report.flow.ts';
import type { RunningWeb } from '../web/server.ts';
import { keyOf } from './audit.ts';
import { layOut, periodOption, print, wholeNumber } from './command.ts';
import { openPages } from './web.ts';

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

/** The whole month of a sandbox, in one command. */
export function monthCommand(program: Command): void {
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
      '--people <file>',
      'JSON: dân cư trả lời gì cho danh sách đó / what the population database says of that list',
    )
    .option('--accounts <file>', 'JSON: ngân hàng trả lời gì / what the banks say; with --people')
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
}

interface MonthCommand {
  readonly period: Period;
  readonly recipients: number;
  readonly list?: string;
  readonly people?: string;
  readonly accounts?: string;
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
    sandbox = await openSandbox(house, config, {
      ...options,
      list: options.list ?? null,
      truth: truthOf(options),
    });
    const stages = await walk(house, sandbox, options);
    await conclude(house, sandbox, { options, stages });
    await seal(house, sandbox, options.period);
    if (options.keepOpen) await keepOpen(house, sandbox, options.period);
  } finally {
    await sandbox?.stop();
    await house.close();
  }
}

/** The two files go together, and with a list: one alone would leave a service without an answer. */
function truthOf({ list, people, accounts }: MonthCommand): SandboxOptions['truth'] {
  if (people === undefined && accounts === undefined) return null;
  if (list === undefined || people === undefined || accounts === undefined) {
    throw new Refusal('configuration-wrong', { needed: '--list --people --accounts' });
  }
  return { people, accounts };
}

function walk(house: House, sandbox: Sandbox, options: MonthCommand): Promise<StageReport[]> {
  const boundary = options.killAt === undefined ? passBoundary : killAt(options.killAt);
  const progress = progressOn(process.stdout);
  return walkMonth(counterpartsOf(house, sandbox.config), {
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
    counterpartsOf(house, sandbox.config).reports,
    scopeOf(sandbox.config, options.period),
  );
  print(`\n${monthTable(stages, drawn)}`);
  print(`\n${textTable(await artefacts(house, sandbox, drawn))}`);
  print(`\nmã băm trạng thái / state hash: ${await stateHash(house.db)}`);
  if (stages.every(({ changed }) => !changed)) print('Không có gì mới / nothing to do');
  if (!drawn.report.checks.every(({ holds }) => holds)) process.exitCode = 1;
}

/** Seals the month, and says how anybody can have it computed again. */
async function seal(house: House, sandbox: Sandbox, period: Period): Promise<void> {
  const at = sandboxInstant('report', period);
  const sealing = sealingOf(sandbox.config);
  const context = house.context({ actor: 'job/audit', clock: () => at });
  const { note } = await sealRows(context, sealing);
  print(`\nđầu nhật ký đã ký / signed head of the log:\n${note.trimEnd()}`);
  const heads = sandbox.addresses.AUDIT_WITNESS_FOLDER ?? '';
  print(`npx an-sinh audit verify --key ${keyOf(sealing.signer)} --heads ${heads}`);
}

/** Where everything lies; the reports are laid out under their names. */
async function artefacts(house: House, sandbox: Sandbox, drawn: DrawnReport): Promise<string[][]> {
  const reports = await layOut(drawn.files, join(house.home, 'reports'));
  return [
    ['danh sách / list', sandbox.listPath],
    ['tệp đã gửi ngân hàng / files the bank took', join(sandbox.folder, 'bank', 'done')],
    ['tệp ngân hàng trả lời / its answers', join(sandbox.folder, 'bank', 'out', 'taken')],
    ['tệp gửi bưu điện / lists the post office took', join(sandbox.folder, 'post', 'done')],
    ['bưu điện trả lời / its answers', join(sandbox.folder, 'post', 'out', 'taken')],
    ['lưu trữ theo SHA-256 / archive by SHA-256', join(house.home, 'archive')],
    ...reports.map((path) => ['báo cáo / report', path]),
  ];
}

/** The pages of the sandbox, and its staff: whoever tries it signs in as each of them. */
async function openSandboxPages(house: House, sandbox: Sandbox, of: Period): Promise<RunningWeb> {
  const running = await openPages(house, sandbox.config, '127.0.0.1:0');
  print(`\ntrang web / pages: ${running.origin}`);
  const { provinceCode } = scopeOf(sandbox.config, of);
  for (const { personId, role, password } of await setUpStaff(
    house.context({ actor: 'sandbox' }),
    provinceCode,
  )) {
    print(`  ${personId}  ${role}  ${password}`);
  }
  return running;
}

async function keepOpen(house: House, sandbox: Sandbox, of: Period): Promise<void> {
  const pages = await openSandboxPages(house, sandbox, of);
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
  await pages.close();
}
