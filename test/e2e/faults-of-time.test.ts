import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import type { Office } from '../../jobs/office.ts';
import { startTimetable } from '../../jobs/service.ts';
import { timetableOf } from '../../jobs/timetable.ts';
import { expectClocksAgree, sweepTimetable } from '../../src/operations/sweep-timetable.flow.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import type { Period } from '../../src/kernel/period.ts';
import { systemClock, type Clock } from '../../src/platform/clock.ts';
import { connect, many, one, type Db } from '../../src/platform/db.ts';
import { silentLog } from '../../src/platform/log.ts';
import { migrate } from '../../src/platform/migrations.ts';
import { ASSUMED_2027, daysIn } from '../support/calendars.ts';
import type { TestDatabase } from '../support/database.ts';
import { useOwnServer } from '../support/own-server.ts';
import { whatRefused } from '../support/refused.ts';
import { walkTown } from '../support/town.ts';
import { drillUnits } from '../support/unit-workers.ts';

// Faults of time and of the timetable, F21 to F26 of the fault matrix, on a server that is this file's own: it
// is killed and started again in the middle of them.

const OFFICE: Office = {
  provinceCode: '40',
  scope: (of: Period) => ({
    period: of,
    provinceCode: '40',
    environment: 'sandbox',
    officer: 'CB-01',
    unitCode: '40',
  }),
  get counterparts(): never {
    throw new Error('nobody is asked');
  },
  sealing: null,
  alarms: new Map(),
  home: '.',
  keyFolder: undefined,
};
const LINES = timetableOf(OFFICE);

describe('faults of time, on a server that is killed', function () {
  this.timeout(240_000);
  const server = useOwnServer();
  let test: TestDatabase;

  before(async () => {
    test = await server.database();
    await migrate(test.url);
  });
  afterEach(() => many(test.owner, 'truncate job_unit, timetable_sweep, alarm cascade'));

  const sweep = (at: string, of = test): ReturnType<typeof sweepTimetable> =>
    sweepTimetable(of.context({ at }), LINES, () => Promise.resolve(0));
  const fired = (job: string): Promise<string[]> =>
    many<{ what: string }>(
      test.db,
      `select period || ' ' || occasion as what from job_unit where job = :job order by due_at`,
      { job },
    ).then((rows) => rows.map(({ what }) => what));

  it('F21: two nodes fire one run a hundred times each, and again when the server comes back: one run', async () => {
    const nodes = [connect(test.url), connect(test.url)];
    const fireAll = (): Promise<PromiseSettledResult<bigint>[]> =>
      Promise.allSettled(
        nodes.flatMap((db) =>
          Array.from({ length: 100 }, () => fireUnits({ ...test.context(), db }, drillUnits(1))),
        ),
      );
    const first = fireAll();
    server.kill();
    await server.startAgain();
    // Of these some died with the server, wherever they were; whoever is not answered fires again.
    await first;
    for (const db of nodes) await answered(db);
    const second = await fireAll();
    await Promise.all(nodes.map((db) => db.destroy()));
    const added = second.map((one) => (one.status === 'fulfilled' ? one.value : null));
    expect(added).to.not.include(null);
    expect(added.filter((n) => n === 1n).length).to.be.at.most(1);
    expect(await many(test.owner, 'select state from job_unit')).to.deep.equal([{ state: 'due' }]);
  });

  /** A node whose clock is as it is given; returns what became of a unit that another node has made due. */
  const nodeWith = async (clock: Clock): Promise<unknown> => {
    await many(test.owner, 'truncate job_unit, timetable_sweep, alarm cascade');
    const due = { job: 'audit-heads', dueAt: new Date('2026-01-01T00:00:00Z') };
    await fireUnits(test.context(), drillUnits(1, due));
    const kept = await startTimetable({ ...test.context(), clock }, OFFICE, {
      url: test.url,
      log: silentLog,
    });
    const faults = kept.faults();
    await kept.stop();
    const unit = await one<{ isLeft: boolean }>(
      test.owner,
      `select state = 'due' and attempts = 0 and fence = 0 as "isLeft" from job_unit where job = 'audit-heads'`,
    );
    const alarms = await many<{ kind: string }>(test.owner, 'select kind from alarm');
    return { faults, ...unit, alarms: alarms.map(({ kind }) => kind) };
  };

  it('F22: a node whose clock is a day ahead or behind, stands still or is half a minute off begins nothing', async () => {
    const frozen = new Date(systemClock().getTime() - 40_000);
    const off = (seconds: number): Clock => {
      return () => new Date(systemClock().getTime() + seconds * 1000);
    };
    for (const clock of [off(86_400), off(-86_400), () => frozen, off(33), off(-33)]) {
      expect(await nodeWith(clock)).to.deep.equal({
        faults: ['clocks-disagree'],
        isLeft: true,
        alarms: ['clock-skew'],
      });
      expect(await whatRefused(expectClocksAgree({ db: test.db, clock }))).to.equal(
        'clocks-disagree',
      );
    }
    // One that keeps the time of the database takes the same unit at once.
    expect(await nodeWith(systemClock)).to.deep.equal({ faults: [], isLeft: false, alarms: [] });
  });

  it('F23: a host in UTC, in New York or nowhere fires the same units', async () => {
    const seen: unknown[] = [];
    for (const zone of ['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh', undefined]) {
      await many(test.owner, 'truncate job_unit, timetable_sweep');
      // Over the end of the summer time of New York.
      await asHostIn(zone, test.url, ['2026-10-31T16:00:00Z', '2026-11-02T18:00:00Z']);
      seen.push(
        await many(
          test.owner,
          `select job, period, occasion, due_at as "dueAt", late_at as "lateAt" from job_unit
            order by job, due_at`,
        ),
      );
    }
    expect((seen[0] as unknown[]).length).to.be.greaterThan(5);
    for (const units of seen) expect(units).to.deep.equal(seen[0]);
  });

  it('F23: and writes the same payment files, whatever zone the machine and the server are in', async () => {
    const zone = process.env.TZ;
    const files: unknown[] = [];
    try {
      for (const name of ['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh']) {
        process.env.TZ = name;
        const own = await server.database();
        await migrate(own.url);
        await many(
          own.owner,
          `do $$ begin execute format('alter database %I set timezone = ''${name}''', current_database()); end $$`,
        );
        await walkTown(own, { until: 'rendered', recipients: 30 });
        files.push(
          await many(
            own.owner,
            `select part_no, sha256, byte_size, payment_information_id
               from payment_file join file using (file_id) order by payment_information_id, part_no`,
          ),
        );
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(files[0]).to.have.length(2);
    for (const ofZone of files) expect(ofZone).to.deep.equal(files[0]);
  });

  it('F24: the end of a year is not passed without its calendar, and is made up for when it comes', async () => {
    await sweep('2026-12-30T16:00:00Z');
    expect((await sweep('2026-12-31T12:00:00Z')).withoutCalendar).to.deep.equal([]);
    server.kill();
    await server.startAgain();
    expect((await sweep('2027-02-10T12:00:00Z')).withoutCalendar).to.include('tie-out/40');
    expect(await fired('tie-out')).to.deep.equal(['2026-12 2026-12-31 18:45']);
    for (const { day, kind } of daysIn(ASSUMED_2027)) {
      await many(
        test.owner,
        `insert into calendar_day values (:day::date, 'planted', :kind, 'test')`,
        { day, kind },
      );
    }
    server.kill();
    await server.startAgain();
    expect((await sweep('2027-02-10T12:01:00Z')).withoutCalendar).to.deep.equal([]);
    const ties = await fired('tie-out');
    // The long closure of Tết: from the last bank day before it to the first after it.
    const off = daysIn(ASSUMED_2027).find(({ kind }) => kind === 'tet_start')?.day ?? '';
    const on = daysIn(ASSUMED_2027).find(({ kind }) => kind === 'tet_end')?.day ?? '';
    expect(off.localeCompare(on)).to.equal(-1);
    expect(ties.filter((one) => one.slice(8, 18) >= off && one.slice(8, 18) <= on)).to.deep.equal(
      [],
    );
    expect(ties).to.include('2027-01 2027-01-29 18:45');
    await many(test.owner, `delete from calendar_day where name = 'planted'`);
  });

  it('F24: the 29th of February and the 31st are days of their months', async () => {
    for (const [from, to, days] of [
      [
        '2028-02-28T00:00:00Z',
        '2028-03-01T00:00:00Z',
        ['2028-02 2028-02-29 06:00', '2028-03 2028-03-01 06:00'],
      ],
      ['2026-10-31T00:00:00Z', '2026-11-01T00:00:00Z', ['2026-11 2026-11-01 06:00']],
      ['2026-10-30T00:00:00Z', '2026-10-31T00:00:00Z', ['2026-10 2026-10-31 06:00']],
    ] as const) {
      await many(test.owner, 'truncate job_unit, timetable_sweep');
      await sweep(from);
      for (const day of days) await sweep(`${day.slice(8, 18)}T00:00:00Z`);
      expect(await fired('life-check'), to).to.deep.equal(days);
    }
  });

  it('F25: what is due at 17:00 UTC of the last of February is of March', async () => {
    await sweep('2026-02-28T16:59:59Z');
    expect((await sweep('2026-02-28T16:59:59Z')).added).to.equal(0n);
    server.kill();
    await server.startAgain();
    await sweep('2026-02-28T17:00:00Z');
    expect(await fired('alarms')).to.deep.equal(['2026-03 2026-03-01 00:00']);
  });

  it('F26: three days of silence, and a server that dies at the first look after them, lose and double nothing', async () => {
    await sweep('2026-11-19T00:00:00Z');
    const first = sweep('2026-11-23T12:00:00Z').then(
      () => undefined,
      () => undefined,
    );
    server.kill();
    await server.startAgain();
    await first;
    await sweep('2026-11-23T12:00:30Z');
    await sweep('2026-11-23T12:01:00Z');
    expect(await fired('tie-out')).to.deep.equal([
      '2026-11 2026-11-19 18:45',
      '2026-11 2026-11-20 18:45',
      '2026-11 2026-11-23 18:45',
    ]);
    expect(await fired('bank-files')).to.deep.equal(['2026-11 2026-11-23 18:15']);
  });
});

async function answered(db: Db): Promise<void> {
  await many(db, 'select 1').catch(() => answered(db));
}

const SWEEPS = `
  const [url, ...instants] = process.argv.slice(1);
  const { timetableOf } = await import('./jobs/timetable.ts');
  const { sweepTimetable } = await import('./src/operations/sweep-timetable.flow.ts');
  const { connect } = await import('./src/platform/db.ts');
  const db = connect(url);
  const scope = (period) => ({ period, provinceCode: '40', environment: 'sandbox', officer: 'CB-01', unitCode: '40' });
  for (const at of instants) {
    await sweepTimetable({ db, clock: () => new Date(at) }, timetableOf({ provinceCode: '40', scope }), async () => 0);
  }
  await db.destroy();`;

/** Sweeps the timetable at some instants, as a process of a host in a zone, or in none. */
async function asHostIn(
  zone: string | undefined,
  url: string,
  instants: readonly string[],
): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', SWEEPS, url, ...instants],
    {
      env: { PATH: process.env.PATH, TZ: zone },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  expect(await once(child, 'exit')).to.deep.equal([0, null]);
}
