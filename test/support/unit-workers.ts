import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { period } from '../../src/kernel/period.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import type { DueUnit } from '../../src/operations/unit.ts';
import { many } from '../../src/platform/db.ts';
import type { TestDatabase } from './database.ts';

export type WorkerMode =
  'fenced' | 'torn' | 'dies' | 'bursts' | 'torn-dies' | 'waits' | 'torn-waits';

/** A running worker. */
export interface Worker {
  readonly child: ChildProcess;
  /** Returns once it has said a word so often in all. */
  heard(word: string, times?: number): Promise<void>;
  tell(word: 'go' | 'stop'): void;
  /** Returns when it is no more. */
  readonly ended: Promise<unknown>;
}

const MEMORY = { little: ['--max-old-space-size=96'], enough: [] } as const;

const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a worker process on the database of a test. */
export function startWorker(
  test: TestDatabase,
  { mode = 'fenced', leaseSeconds = 2 }: { mode?: WorkerMode; leaseSeconds?: number } = {},
): Worker {
  const child = spawn(
    process.execPath,
    [
      ...MEMORY[mode === 'bursts' ? 'little' : 'enough'],
      '--import',
      'tsx',
      'test/support/unit-worker.ts',
    ],
    {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: test.url,
        LEASE_SECONDS: `${leaseSeconds}`,
        MODE: mode,
      },
      // Of a burst the engine of the language tells pages.
      stdio: ['pipe', 'pipe', mode === 'bursts' ? 'ignore' : 'inherit'],
    },
  );
  running.add(child);
  const said = new Map<string, number>();
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.set(line, (said.get(line) ?? 0) + 1);
    for (const look of waiting) look();
  });
  const ended = once(child, 'close').then(() => {
    running.delete(child);
    for (const look of waiting) look();
  });
  return {
    child,
    heard: (word, times = 1) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if ((said.get(word) ?? 0) >= times) {
            waiting.delete(look);
            resolve();
          } else if (child.exitCode !== null || child.signalCode !== null) {
            waiting.delete(look);
            reject(new Error(`the worker ended before it said ${word} ${times} times`));
          }
        };
        waiting.add(look);
        look();
      }),
    tell: (word) => child.stdin.write(`${word}\n`),
    ended,
  };
}

/** The table in which workers leave their effects: nothing in it hinders a second one. */
export async function makeDrillTable(test: TestDatabase): Promise<void> {
  await many(
    test.owner,
    `create table drill_effect (unit_id bigint, step int, fence bigint, pid int)`,
  );
  await many(test.owner, 'grant select, insert on drill_effect to an_sinh_app');
}

/** Units of the drill, each of three steps. */
export function drillUnits(count: number, of: Partial<DueUnit> = {}): DueUnit[] {
  return Array.from({ length: count }, (_, i) => ({
    job: 'drill',
    programme: 'all',
    provinceCode: '40',
    period: period('2026-11'),
    occasion: `${i + 1}`,
    dueAt: new Date('2026-01-01T00:00:00Z'),
    lateAt: null,
    priority: 5,
    concurrencyKey: null,
    attemptsLimit: 5,
    ...of,
  }));
}

export async function fire(test: TestDatabase, units: readonly DueUnit[]): Promise<bigint> {
  return fireUnits(test.context({ at: '2026-11-01T00:00:00Z' }), units);
}

/** How often each step of each unit was done, where it was not once; and units that are not done. */
export function notOnce(test: TestDatabase): Promise<{ unit: bigint; times: bigint }[]> {
  return many(
    test.db,
    `select u.unit_id as unit, count(e.*) as times
       from job_unit u cross join generate_series(0, 2) s
       left join drill_effect e on e.unit_id = u.unit_id and e.step = s
      where u.job = 'drill'
      group by u.unit_id, u.state, s having count(e.*) <> 1 or u.state <> 'done'
      order by 1`,
  );
}
