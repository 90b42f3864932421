import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { creditedByReference } from '../../adapters/sandbox/bank.ts';
import { paidByReference } from '../../adapters/sandbox/post-office.ts';
import { connect, connectAsOwner, type Db } from '../../src/platform/db.ts';
import { databaseUrl, testServer } from './database.ts';

// A month as an operator runs it: `src/cli.ts` as a process of its own, with a home folder and a
// database of its own.

export interface MonthRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The state hash that it printed; '' when it did not come so far. */
  readonly stateHash: string;
}

/** One installation that has nothing yet. */
export interface MonthPlace {
  readonly home: string;
  readonly db: Db;
  /** Runs `an-sinh month` with more arguments, to its end. */
  readonly month: (...options: readonly string[]) => Promise<MonthRun>;
  /** The same with more in its environment. */
  readonly monthWith: (
    environment: Readonly<Record<string, string>>,
    ...options: readonly string[]
  ) => Promise<MonthRun>;
  /** The folder of the sandbox counterparts, which is named after the installation. */
  readonly sandbox: () => string;
}

/** How long one run may take before it counts as stuck. */
const STUCK_MS = 150_000;

const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Gives work an installation of its own, and leaves nothing of it behind. */
export async function inNewPlace<Result>(
  work: (place: MonthPlace) => Promise<Result>,
): Promise<Result> {
  const { close, ...place } = await openPlace();
  try {
    return await work(place);
  } finally {
    await close();
  }
}

/** The same for the tests of one describe. */
export function useMonthPlace(): () => MonthPlace {
  let use: Awaited<ReturnType<typeof openPlace>> | undefined;
  before(async () => {
    use = await openPlace();
  });
  after(() => use?.close());
  return () => {
    if (use === undefined) throw new Error('the place is there only while tests run');
    return use;
  };
}

async function openPlace(): Promise<MonthPlace & { close: () => Promise<void> }> {
  const { url: server, template } = await testServer();
  const name = `month_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} template ${template}`);
  const home = mkdtempSync(join(tmpdir(), 'an-sinh-month-'));
  const url = databaseUrl(server, name);
  const db = connect(url);
  return {
    home,
    db,
    month: (...options) => run(['month', ...options], { home, url }),
    monthWith: (environment, ...options) => run(['month', ...options], { home, url, environment }),
    sandbox: () => sandboxOf(home),
    async close() {
      await db.destroy();
      await onServer(server, `drop database ${name} with (force)`);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const owner = connectAsOwner(url);
  try {
    await owner.raw(sql);
  } finally {
    await owner.destroy();
  }
}

function sandboxOf(home: string): string {
  const [only, ...more] = readdirSync(join(home, 'sandbox'));
  if (only === undefined || more.length > 0) throw new Error('one home has one sandbox');
  return join(home, 'sandbox', only);
}

/** Runs `an-sinh` with some arguments, to its end. */
export async function run(
  options: readonly string[],
  {
    home,
    url,
    environment = {},
  }: { home: string; url: string; environment?: Readonly<Record<string, string>> },
): Promise<MonthRun> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...options], {
    env: { PATH: process.env.PATH, AN_SINH_HOME: home, DATABASE_URL: url, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STUCK_MS,
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  // Not 'exit': what it wrote last is only there when its pipes are closed.
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  running.delete(child);
  const stateHash = /state hash: ([0-9a-f]{64})$/m.exec(output.stdout)?.[1] ?? '';
  return { code, signal, ...output, stateHash };
}

/** Net dong by end-to-end id. */
type ByReference = ReadonlyMap<string, bigint>;

export interface Books {
  /** What we instructed, at most one line a reference. */
  readonly instructed: ByReference;
  /** Settled less returned, by our ledger. */
  readonly ledger: { readonly BANK: ByReference; readonly POST: ByReference };
  /** Credited less returned by the bank's own journals; handed over by the post office's. */
  readonly theirs: { readonly BANK: ByReference; readonly POST: ByReference };
}

/** Our books and those of the counterparts, which share no code with ours. */
export async function booksOf({ db, sandbox }: MonthPlace): Promise<Books> {
  return {
    instructed: await amounts(
      db,
      'select end_to_end_id as reference, amount_vnd as vnd from payment_instruction',
    ),
    ledger: { BANK: await ledgerOf(db, 'BANK'), POST: await ledgerOf(db, 'POST') },
    theirs: {
      BANK: await creditedByReference(join(sandbox(), 'bank')),
      POST: await paidByReference(join(sandbox(), 'post')),
    },
  };
}

function ledgerOf(db: Db, channel: 'BANK' | 'POST'): Promise<ByReference> {
  return amounts(
    db,
    `select t.reference,
            sum(case t.kind when 'settled' then t.amount_vnd else -t.amount_vnd end)::bigint as vnd
       from ledger_transfer t join disbursement_batch b using (batch_id)
      where t.kind in ('settled', 'returned') and b.channel = '${channel}'
      group by t.reference`,
  );
}

async function amounts(db: Db, sql: string): Promise<ByReference> {
  const { rows } = await db.raw<{ rows: { reference: string; vnd: bigint }[] }>(sql);
  return new Map(rows.map(({ reference, vnd }) => [reference, vnd]));
}

/** Every reference of which two sets of books say different things; a reference absent is null. */
export function disagreements(ours: ByReference, theirs: ByReference): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((reference) => ours.get(reference) !== theirs.get(reference))
    .map((reference) => `${reference}: ${ours.get(reference)} / ${theirs.get(reference)}`);
}

/** References of which the counterparts together paid out more than was instructed. */
export function overpaid({ instructed, theirs }: Books): string[] {
  return [...instructed.keys(), ...theirs.BANK.keys(), ...theirs.POST.keys()].filter(
    (reference) =>
      (theirs.BANK.get(reference) ?? 0n) + (theirs.POST.get(reference) ?? 0n) >
      (instructed.get(reference) ?? 0n),
  );
}
