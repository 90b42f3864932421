import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startEngine, type Engine, type Hold, type Routine } from '../../jobs/engine.ts';
import { passBoundary } from '../../src/kernel/boundary.ts';
import { period } from '../../src/kernel/period.ts';
import { examine } from '../../src/operations/doctor.flow.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import { sweepTimetable, type TimetableLine } from '../../src/operations/sweep-timetable.flow.ts';
import type { DueUnit } from '../../src/operations/unit.ts';
import { watch } from '../../src/operations/watch.flow.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import type { Context } from '../../src/platform/context.ts';
import {
  connect,
  connectAsOwner,
  createDatabase,
  many,
  one,
  type Db,
} from '../../src/platform/db.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedServer,
} from '../../src/platform/embedded-postgres.ts';
import { startHealthServer } from '../../src/platform/health-server.ts';
import { silentLog } from '../../src/platform/log.ts';
import { migrate } from '../../src/platform/migrations.ts';
import { databaseUrl } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { startWire, type Wire } from '../support/wire.ts';

// Faults of processes and of the database, one test each, named by its number in the fault matrix. The
// server is this file's own: it is started, killed, starved and started again. Faults that other files prove
// carry their numbers there; test/unit/faults.test.ts holds the list together.

const JOB = 'drill';
const NOW = new Date('2026-11-05T03:00:00Z');

describe('faults of processes and the database', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-faults-'));
  const options = { folder: join(folder, 'postgres') };
  const started: EmbeddedServer[] = [];
  let server: EmbeddedServer;
  let wire: Wire;
  let db: Db;
  let owner: Db;
  const engines: Engine[] = [];

  before(async () => {
    server = await start();
    wire = await startWire();
    wire.leadTo(server.url);
    const maintenance = connectAsOwner(server.url);
    await createDatabase(maintenance, 'faults');
    await maintenance.destroy();
    await migrate(direct());
    db = connect(wire.url(direct()));
    owner = connectAsOwner(wire.url(direct()));
    await many(owner, 'create table effect (unit_id bigint, step int)');
    await many(owner, 'grant select, insert on effect to an_sinh_app');
  });
  beforeEach(() => many(owner, 'truncate effect, job_unit, timetable_sweep'));
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.stop(0);
  });
  after(async () => {
    await db.destroy();
    await owner.destroy();
    await wire.stop();
    await stopServer();
    rmSync(server.folder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const direct = (): string => databaseUrl(server.url, 'faults');
  const start = async (): Promise<EmbeddedServer> => {
    const one = await startEmbeddedPostgres(options);
    started.push(one);
    return one;
  };
  /** Each start of it counts as one who uses it, so the last to leave stops it. */
  const stopServer = async (): Promise<void> => {
    for (const one of started.splice(0)) await one.stop();
  };
  const postmaster = (): number =>
    Number(
      readFileSync(join(server.folder, 'postgres-18', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
  const context = (clock = (): Date => NOW, of = db): Context => ({
    db: of,
    archive: archiveIn(join(folder, 'archive')),
    clock,
    boundary: passBoundary,
    actor: 'job/drill',
  });
  const unit = (of: Partial<DueUnit> = {}): DueUnit => ({
    job: JOB,
    programme: 'all',
    provinceCode: '40',
    period: period('2026-11'),
    occasion: 'x',
    dueAt: NOW,
    lateAt: null,
    priority: 5,
    concurrencyKey: null,
    attemptsLimit: 5,
    ...of,
  });
  const effects = async (): Promise<string> => {
    const rows = await many<{ step: number }>(owner, 'select step from effect order by step');
    return rows.map(({ step }) => step).join();
  };

  /** Two steps, each an effect; a fault may come into the first attempt at the second. */
  const twoSteps = (fault: (hold: Hold) => Promise<unknown>): Routine => {
    let isFirst = true;
    return {
      name: JOB,
      async run(hold) {
        for (let at = Number(hold.unit.cursor ?? 0); at < 2; at += 1) {
          await hold.step(async (tx) => {
            await many(tx, 'insert into effect values (:unit, :at)', {
              unit: hold.unit.unitId,
              at,
            });
            if (at === 1 && isFirst) {
              isFirst = false;
              await fault({ ...hold, context: { ...hold.context, db: tx } });
            }
            return { step: JOB, cursor: `${at + 1}`, doneCount: BigInt(at + 1), totalCount: 2n };
          });
        }
        return null;
      },
    };
  };

  /** Works on one unit until it has ended. Failed attempts are made again at once: the clock is ahead. */
  const workedOff = async (
    routine: Routine,
    { leaseSeconds = 30, of = db } = {},
  ): Promise<string[]> => {
    await fireUnits(context(), [unit()]);
    const told: string[] = [];
    let wake = (): void => undefined;
    // Hours go by between two looks of the engine: no pause is waited for.
    let hours = 0;
    const clock = (): Date => new Date(NOW.getTime() + (hours += 1) * 3_600_000);
    const engine = startEngine(context(clock, of), {
      routines: [routine],
      leaseSeconds,
      log: {
        info: (event) => {
          told.push(event);
          wake();
        },
        error: (event, fields) => {
          told.push(event);
          if (fields?.failure !== undefined) told.push(String(fields.failure));
          engine.nudge();
          wake();
        },
      },
    });
    engines.push(engine);
    while (!told.includes('unit done') && !told.includes('unit parked')) {
      await new Promise<void>((resolve) => (wake = resolve));
    }
    return told;
  };
  it('F05: told to stop in the middle of a step, it leaves the unit to the next and writes nothing more', async () => {
    let begun = (): void => undefined;
    const inside = new Promise<void>((resolve) => (begun = resolve));
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    await fireUnits(context(), [unit()]);
    const engine = startEngine(context(), {
      routines: [
        twoSteps(async () => {
          begun();
          await held;
        }),
      ],
      log: silentLog,
    });
    await inside;
    await engine.stop(50);
    const left = await one(owner, 'select state, lease_owner as owner, attempts from job_unit');
    expect(left).to.deep.equal({ state: 'due', owner: null, attempts: 0 });
    goOn();
    expect(await workedOff(twoSteps(() => Promise.resolve()))).to.include('unit done');
    expect(await effects()).to.equal('0,1');
  });

  it('F07: an event loop that is blocked past the lease writes nothing when it goes on', async () => {
    const told = await workedOff(
      twoSteps(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
        return Promise.resolve();
      }),
      { leaseSeconds: 1 },
    );
    expect(told).to.include('unit lost');
    expect(await effects()).to.equal('0,1');
  });

  it('F07: a promise that nobody catches ends the service, and not with 0', async () => {
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--import',
        `data:text/javascript,process.on('SIGUSR2',()=>{Promise.reject(new Error('planted'))})`,
        'src/main.ts',
      ],
      { env: serviceEnvironment(direct(), folder), stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const ended = once(child, 'exit');
    for await (const line of child.stdout.setEncoding('utf8')) {
      if (String(line).includes('"event":"up"')) child.kill('SIGUSR2');
    }
    expect(await ended).to.deep.equal([1, null]);
  });

  it('F08: a session that is ended before COMMIT is done again, once', async () => {
    const told = await workedOff(
      twoSteps(async (hold) => {
        const { pid } = await one<{ pid: number }>(
          hold.context.db,
          'select pg_backend_pid() as pid',
        );
        await many(owner, 'select pg_terminate_backend(:pid)', { pid });
      }),
    );
    expect(told.at(-1)).to.equal('unit done');
    expect(await effects()).to.equal('0,1');
  });

  it('F09: a COMMIT whose answer is lost is found done, by its own row', async () => {
    let cut: Promise<void> | undefined;
    const told = await workedOff(
      twoSteps(() => {
        cut = wire.cutAfterCommit();
        return Promise.resolve();
      }),
    );
    await cut;
    expect(told.at(-1)).to.equal('unit done');
    // It was in doubt, was begun again, and found its position.
    expect((await one<{ fence: bigint }>(owner, 'select fence from job_unit')).fence > 1n).to.equal(
      true,
    );
    expect(await effects()).to.equal('0,1');
  });

  it('F10: an immediate stop in the middle of a transaction loses nothing that was answered', async () => {
    let restarted: Promise<void> | undefined;
    const told = await workedOff(
      twoSteps(() => {
        process.kill(postmaster(), 'SIGQUIT');
        restarted = startAgain();
        return restarted;
      }),
      { leaseSeconds: 1 },
    );
    await restarted;
    expect(told.at(-1)).to.equal('unit done');
    expect(await effects()).to.equal('0,1');
  });

  /** The same data on another port; the wire leads there. */
  async function startAgain(): Promise<void> {
    const dead = server;
    server = await start();
    wire.leadTo(server.url);
    expect(server.folder).to.equal(dead.folder);
    await answering(owner);
  }

  it('F11: a database that was down over the start does the work once afterwards, and somebody is told', async () => {
    const due = new Date('2026-11-05T03:30:00Z');
    const line: TimetableLine = {
      name: 'drill/40',
      due: ({ after, until }) =>
        after.at < due && until.at >= due
          ? [unit({ dueAt: due, lateAt: new Date(due.getTime() + 900_000) })]
          : [],
    };
    const sweep = (at: string): ReturnType<typeof sweepTimetable> =>
      sweepTimetable(
        context(() => new Date(at)),
        [line],
        () => Promise.resolve(0),
      );
    await sweep('2026-11-05T03:00:00Z');
    process.kill(postmaster(), 'SIGQUIT');
    const down = sweep('2026-11-05T03:31:00Z').then(
      () => 'swept',
      () => 'failed',
    );
    expect(await down).to.equal('failed');
    await startAgain();
    expect((await sweep('2026-11-05T04:30:00Z')).added).to.equal(1n);
    expect((await sweep('2026-11-05T04:31:00Z')).added).to.equal(0n);
    const raised = await watch(
      context(() => new Date('2026-11-05T04:31:00Z')),
      {
        channels: [],
        seen: [],
        gateIsMet: () => Promise.resolve(true),
      },
    );
    expect(raised.map(({ kind }) => kind)).to.include('run-late');
  });

  /** Notes the SQLSTATE by which work is refused, and lets it go on to whoever tries again. */
  const refusal = (work: Promise<unknown>, codes: unknown[]): Promise<unknown> =>
    work.catch((error: unknown) => {
      codes.push((error as { code?: unknown }).code);
      throw error;
    });

  it('F12: a serialisation failure undoes the whole transaction, which is tried again', async () => {
    await many(owner, 'create table seen (n int)');
    await many(owner, 'insert into seen values (0)');
    await many(owner, 'grant select, update on seen to an_sinh_app');
    // Sessions that begin now are told of a row that has changed since they looked.
    const isolation = (level: string): Promise<unknown> =>
      many(owner, `alter database faults set default_transaction_isolation = '${level}'`);
    await isolation('repeatable read');
    const strict = connect(wire.url(direct()));
    const codes: unknown[] = [];
    try {
      const told = await workedOff(
        twoSteps(async ({ context: { db: tx } }) => {
          await many(tx, 'select n from seen');
          await many(owner, 'update seen set n = n + 1');
          await refusal(many(tx, 'update seen set n = n + 10'), codes);
        }),
        { of: strict },
      );
      expect(told.at(-1)).to.equal('unit done');
      expect(told).to.include('unit due again');
      expect(codes).to.deep.equal(['40001']);
    } finally {
      await isolation('read committed');
      await strict.destroy();
    }
    expect(await effects()).to.equal('0,1');
    expect(await many(owner, 'select n from seen')).to.deep.equal([{ n: 1 }]);
    await many(owner, 'drop table seen');
  });

  it('F12: a lock that is not had in time undoes the whole transaction, which is tried again', async () => {
    await many(owner, 'create table kept (n int)');
    await many(owner, 'insert into kept values (0)');
    await many(owner, 'grant select, update on kept to an_sinh_app');
    let other: Promise<unknown> | undefined;
    const codes: unknown[] = [];
    const told = await workedOff(
      twoSteps(async ({ context: { db: tx } }) => {
        let letGo = (): void => undefined;
        const held = new Promise<void>((resolve) => (letGo = resolve));
        await new Promise<void>((resolve) => {
          other = owner.transaction(async (theirs) => {
            await many(theirs, 'update kept set n = n + 1');
            resolve();
            await held;
          });
        });
        await many(tx, `set local lock_timeout = '50ms'`);
        await refusal(many(tx, 'update kept set n = n + 10'), codes).finally(letGo);
      }),
    );
    await other;
    expect(told.at(-1)).to.equal('unit done');
    expect(told).to.include('unit due again');
    expect(codes).to.deep.equal(['55P03']);
    expect(await effects()).to.equal('0,1');
    expect(await many(owner, 'select n from kept')).to.deep.equal([{ n: 1 }]);
    await many(owner, 'drop table kept');
  });

  /** Rows that take some tens of megabytes, in the log and in their table. */
  const FILL = `insert into filled select repeat(md5(i::text), 30) from generate_series(1, 40000) as i`;
  const MEGABYTE = 1024 * 1024;
  /** No block ends there: the last write before it is a part of what was to be written. */
  const HALF_A_BLOCK = 4096;

  /** Kills the server and starts it so that no file of it may grow beyond a size: to it, a disk that is full. */
  async function startWithRoomFor(bytes: number | 'unlimited'): Promise<void> {
    process.kill(postmaster(), 'SIGQUIT');
    limitFiles(bytes);
    try {
      await startAgain();
    } finally {
      limitFiles('unlimited');
    }
  }

  /** Of this process, and of whatever it starts from now on. Only Linux can be told so. */
  function limitFiles(bytes: number | 'unlimited'): void {
    execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${bytes}:`]);
  }

  it('F14: a disk that takes no more rows undoes the whole transaction, which is done when there is room', async () => {
    await many(owner, 'create table filled (x text)');
    await many(owner, 'grant select, insert on filled to an_sinh_app');
    // A segment of the log fits, the table does not.
    await startWithRoomFor(20 * MEGABYTE + HALF_A_BLOCK);
    const told = await workedOff(
      twoSteps(({ context: { db: tx } }) => many(tx, FILL)),
      { leaseSeconds: 5 },
    );
    expect(told.at(-1)).to.equal('unit done');
    expect(told).to.include('unit due again');
    expect(await effects()).to.equal('0,1');
    expect(await many(owner, 'select from filled')).to.deep.equal([]);
    await startWithRoomFor('unlimited');
    await many(owner, FILL);
    await many(owner, 'drop table filled');
  });

  it('F12: a deadlock undoes the whole transaction, which is tried again', async () => {
    await many(owner, 'create table met (row_no int primary key, n int)');
    await many(owner, 'insert into met values (1, 0), (2, 0)');
    await many(owner, 'grant select, update on met to an_sinh_app');
    const take = (of: Db, row: number): Promise<unknown> =>
      many(of, 'update met set n = n + 1 where row_no = :row', { row });
    let other: Promise<unknown> | undefined;
    const told = await workedOff(
      twoSteps(async (hold) => {
        await take(hold.context.db, 1);
        // It waits longer than we do before it looks for a deadlock, so that we are the one undone.
        other = owner.transaction(async (tx) => {
          await many(tx, `set local deadlock_timeout = '10s'`);
          await take(tx, 2);
          await take(tx, 1);
        });
        await untilOneWaits();
        await take(hold.context.db, 2);
      }),
    );
    await other;
    expect(told.at(-1)).to.equal('unit done');
    expect(told).to.include('unit due again');
    expect(await effects()).to.equal('0,1');
    await many(owner, 'drop table met');
  });

  /** A pool gives a dead connection away once: whoever is given it asks again. */
  async function answering(of: Db): Promise<void> {
    await many(of, 'select 1').catch(() => answering(of));
  }

  async function untilOneWaits(): Promise<void> {
    for (;;) {
      const waiting = await many(
        owner,
        `select from pg_stat_activity where wait_event_type = 'Lock'`,
      );
      if (waiting.length > 0) return;
    }
  }

  it('F16: a pool that is used up says not ready, and is ready again when it is given back', async () => {
    let giveBack = (): void => undefined;
    const held = new Promise<void>((resolve) => (giveBack = resolve));
    let taken = 0;
    const takers = Array.from({ length: 10 }, () =>
      db.transaction(async (tx) => {
        await many(tx, 'select 1');
        taken += 1;
        await held;
      }),
    );
    const health = await startHealthServer(
      '127.0.0.1:0',
      {
        ready: async () => {
          await many(db, 'select 1');
          return [];
        },
        metrics: () => Promise.resolve(''),
      },
      300,
    );
    const ready = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${health.port}/ready`)).status;
    while (taken < 10) await many(owner, 'select 1');
    expect(await ready()).to.equal(503);
    giveBack();
    await Promise.all(takers);
    expect(await ready()).to.equal(200);
    await health.stop();
  });

  it('F19: a release that is older than the schema refuses it', async () => {
    await many(
      owner,
      `insert into schema_migration (name, batch, migration_time) values ('9999_later.sql', 9, now())`,
    );
    expect(await whatRefused(migrate(direct()))).to.equal('schema-of-a-newer-release');
    await many(owner, `delete from schema_migration where name = '9999_later.sql'`);
    expect(await whatRefused(migrate(direct()))).to.equal('nothing');
  });

  it('F20: the service does not start while a rule sleeps, and says which', async () => {
    await many(owner, 'alter table approval disable trigger user');
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      env: serviceEnvironment(direct(), folder),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    let told = '';
    for await (const text of child.stdout.setEncoding('utf8')) told += String(text);
    await many(owner, 'alter table approval enable trigger user');
    expect(await ended).to.deep.equal([1, null]);
    expect(told).to.match(/"check":"constraints","faults":"[^"]*approval\.check_approval/);
    expect(told).to.contain('"event":"not started"').and.not.contain('"event":"up"');
  });

  it('F27: a run that passes midnight and the end of the month keeps its period', async () => {
    const seen: string[] = [];
    await workedOff({
      name: JOB,
      run({ unit: { period: of }, context: { clock } }) {
        // The clock of this engine goes on by hours at every look.
        while (clock() < new Date('2026-12-02T00:00:00Z'));
        seen.push(of);
        return Promise.resolve(null);
      },
    });
    expect(seen).to.deep.equal(['2026-11']);
  });

  it('F28: a swap of days that is declared late moves what is due, and doubles nothing', async () => {
    const days = ['2026-11-06', '2026-11-10'];
    const lineOn = (day: string): TimetableLine => ({
      name: 'drill/40',
      due: ({ after, until }) => {
        const at = new Date(`${day}T07:00:00+07:00`);
        return after.at < at && until.at >= at ? [unit({ occasion: '', dueAt: at })] : [];
      },
    });
    const sweep = async (line: TimetableLine, at: string): Promise<bigint> =>
      (
        await sweepTimetable(
          context(() => new Date(at)),
          [line],
          () => Promise.resolve(0),
        )
      ).added;
    await sweep(lineOn(days[0] ?? ''), '2026-11-05T00:00:00Z');
    // Told of in time: nothing on the old day, once on the new. Told of after it was done: nothing more.
    expect(await sweep(lineOn(days[1] ?? ''), '2026-11-07T00:00:00Z')).to.equal(0n);
    expect(await sweep(lineOn(days[1] ?? ''), '2026-11-11T00:00:00Z')).to.equal(1n);
    expect(await sweep(lineOn('2026-11-12'), '2026-11-13T00:00:00Z')).to.equal(0n);
  });

  // The last: the server stays a replica.
  it('F17: a replica is refused for whatever moves money, and the doctor says so', async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await stopServer();
    writeFileSync(join(server.folder, 'postgres-18', 'standby.signal'), '');
    server = await start();
    wire.leadTo(server.url);
    [db, owner] = [connect(wire.url(direct())), connectAsOwner(wire.url(direct()))];
    expect(await whatRefused(migrate(direct()))).to.equal('database-is-a-replica');
    const found = await examine({
      owner,
      clock: () => new Date(),
      home: folder,
      keys: [],
      keyFolder: undefined,
    });
    expect(found.find(({ check }) => check === 'replica')?.faults).to.deep.equal([
      'pg_is_in_recovery',
    ]);
    // Of everything else a durable server has nothing to hide.
    expect(found.find(({ check }) => check === 'durability')?.faults).to.deep.equal([]);
  });
});

function serviceEnvironment(url: string, home: string): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    AN_SINH_HOME: home,
    AN_SINH_ENVIRONMENT: 'sandbox',
    DATABASE_URL: url,
    PROVINCE_CODE: '40',
    OFFICER: 'CB-01',
    UNIT_CODE: '40',
  };
}
