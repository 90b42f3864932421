import { expect } from 'chai';
import { timetableOf, unitByHand } from '../../jobs/timetable.ts';
import type { Office } from '../../jobs/office.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { period, plainDate, type Period } from '../../src/kernel/period.ts';
import {
  cancelUnitBy,
  pauseJobBy,
  resumeJobBy,
  retryUnitBy,
  sweepTimetable,
} from '../../src/operations/sweep-timetable.flow.ts';
import {
  cancelUnit,
  forgetUnits,
  holdMarks,
  jobStandings,
  monthsBeforeTet,
  moveMarks,
  openUnits,
  pauseJob,
  recentUnits,
  resumeJob,
  retryUnit,
  runningUnits,
  secondsBehind,
  specialDays,
} from '../../src/operations/timetable.sql.ts';
import { claimUnit, endUnit, giveBackUnit, renewLease } from '../../src/operations/unit.sql.ts';
import type { DueUnit, HeldUnit } from '../../src/operations/unit.ts';
import { fireUnits } from '../../src/operations/run-unit.flow.ts';
import type { Context } from '../../src/platform/context.ts';
import { many, write } from '../../src/platform/db.ts';
import { ASSUMED_2027, daysIn } from '../support/calendars.ts';
import { useDatabase } from '../support/database.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';

/** An office whose counterparts are never asked: sweeping is not running. */
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
const ON_TIME = (): Promise<number> => Promise.resolve(0);

describe('the timetable', () => {
  const test = useDatabase();
  const sweep = (at: string, lines = LINES): ReturnType<typeof sweepTimetable> =>
    sweepTimetable(test().context({ at }), lines, ON_TIME);
  const fired = async (job: string): Promise<string[]> => {
    const rows = await many<{ what: string }>(
      test().db,
      `select period || ' ' || occasion as what from job_unit where job = :job order by due_at`,
      { job },
    );
    return rows.map(({ what }) => what);
  };
  afterEach(() => many(test().owner, 'truncate job_unit, timetable_sweep'));

  it('begins now: what was due before it was installed is not made up for', async () => {
    expect(await sweep('2026-11-20T05:00:00Z')).to.deep.equal({ added: 0n, withoutCalendar: [] });
    expect(await sweep('2026-11-20T05:00:00Z')).to.deep.equal({ added: 0n, withoutCalendar: [] });
  });

  it('goes on where it was left after three days in which nobody looked (F26)', async () => {
    await sweep('2026-11-19T00:00:00Z');
    await sweep('2026-11-23T12:00:00Z');
    // Each day is tied out; of the many looks for files one is made up for, and it takes them all.
    expect(await fired('tie-out')).to.deep.equal([
      '2026-11 2026-11-19 18:45',
      '2026-11 2026-11-20 18:45',
      '2026-11 2026-11-23 18:45',
    ]);
    expect(await fired('bank-files')).to.deep.equal(['2026-11 2026-11-23 18:15']);
    expect(await fired('batch')).to.deep.equal([]);
  });

  it('fires the stages of a month once, five bank days before the gate, however it is swept', async () => {
    await sweep('2026-11-01T00:00:00Z');
    for (const at of ['2026-11-17T00:30:00Z', '2026-11-17T00:30:30Z', '2026-11-20T09:00:00Z']) {
      await Promise.all([sweep(at), sweep(at)]);
    }
    expect(await fired('entitlement')).to.deep.equal(['2026-12 ']);
    expect(await fired('batch')).to.deep.equal(['2026-12 ']);
    const due = await many(
      test().db,
      `select job, due_at as at, late_at as late from job_unit where job in ('entitlement', 'batch')
        order by job`,
    );
    // Before the 25th of November, of which the 24th is a day off: 23, 20, 19, 18, 17.
    expect(due).to.deep.equal([
      {
        job: 'batch',
        at: new Date('2026-11-18T07:00:00+07:00'),
        late: new Date('2026-11-18T11:00:00+07:00'),
      },
      {
        job: 'entitlement',
        at: new Date('2026-11-17T07:00:00+07:00'),
        late: new Date('2026-11-17T11:00:00+07:00'),
      },
    ]);
  });

  it('fires nothing again when a clock is set back', async () => {
    await sweep('2026-11-19T00:00:00Z');
    await sweep('2026-11-20T12:00:00Z');
    const before = await fired('tie-out');
    await sweep('2026-11-19T00:00:00Z');
    expect((await sweep('2026-11-20T12:00:00Z')).added).to.equal(0n);
    expect(await fired('tie-out')).to.deep.equal(before);
  });

  it('is not kept by a machine whose clock is not that of the database (F22)', async () => {
    const dayLate = sweepTimetable(test().context({ at: '2020-01-01T00:00:00Z' }), LINES);
    expect(await whatRefused(dayLate)).to.equal('clocks-disagree');
    expect(await many(test().db, 'select from timetable_sweep')).to.have.length(0);
    const [now] = await many<{ at: Date }>(test().db, 'select clock_timestamp() as at');
    expect(await secondsBehind(test().db, now?.at ?? new Date(0))).to.be.within(-1, 5);
    const context = { ...test().context(), clock: () => now?.at ?? new Date(0) };
    expect((await sweepTimetable(context, LINES)).withoutCalendar).to.deep.equal([]);
  });

  it('waits for a calendar that is missing, and makes up for it when it comes', async () => {
    await sweep('2026-12-31T16:00:00Z');
    const without = await sweep('2027-01-05T12:00:00Z');
    expect(without.withoutCalendar).to.include('tie-out/40').and.not.include('life-check/40');
    expect(await fired('tie-out')).to.deep.equal([]);
    expect(await fired('life-check')).to.deep.equal(['2027-01 2027-01-05 06:00']);
    const special = daysIn(ASSUMED_2027);
    for (const { day, kind } of special) {
      await many(
        test().owner,
        `insert into calendar_day values (:day::date, 'planted', :kind, 'test')`,
        { day, kind },
      );
    }
    expect(await specialDays(test().db)).to.deep.include(special[0]);
    await sweep('2027-01-05T12:01:00Z');
    expect(await fired('tie-out')).to.deep.equal([
      '2027-01 2027-01-04 18:45',
      '2027-01 2027-01-05 18:45',
    ]);
    await many(test().owner, `delete from calendar_day where name = 'planted'`);
  });

  it('brings the month that is paid with the next before Tết forward, also when it is ordered late', async () => {
    await setUpSandbox(test().context(), OFFICE.scope(period('2027-02')));
    const special = [...daysIn(ASSUMED_2027)];
    // Tết of another year, so early that the money of February would leave in its holidays.
    const moved = special.map((one) =>
      one.kind === 'tet_start' ? { ...one, day: plainDate('2027-01-23') } : one,
    );
    for (const { day, kind } of moved) {
      const sql = `insert into calendar_day values (:day::date, 'planted', :kind, 'test')`;
      await many(test().owner, sql, { day, kind });
    }
    await sweep('2027-01-04T00:00:00Z');
    await sweep('2027-01-14T12:00:00Z');
    // Five bank days up to Friday the 22nd, which is the last before the 25th.
    expect(await fired('entitlement')).to.deep.equal([]);
    await many(
      test().owner,
      `insert into payment_ahead values ('merit', '40', '2027-02', 'new-year', '1/QĐ', '2027-01-14',
                                         :maker, :checker, now())`,
      { maker: SANDBOX_PERSONS.maker, checker: SANDBOX_PERSONS.checkers[0] },
    );
    expect([...(await monthsBeforeTet(test().db))]).to.deep.equal(['2027-02']);
    // A bank week before the first day off is the 18th; five bank days up to that began on the 12th: over.
    await sweep('2027-01-14T12:01:00Z');
    expect(await fired('entitlement')).to.deep.equal(['2027-02 ']);
    expect(await fired('batch')).to.deep.equal(['2027-02 ']);
    await sweep('2027-01-22T12:00:00Z');
    expect(await fired('entitlement')).to.deep.equal(['2027-02 ']);
    await many(test().owner, `delete from calendar_day where name = 'planted'`);
    await many(test().owner, 'truncate payment_ahead');
  });

  it('has marks that only move on', async () => {
    const [early, late] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-02T00:00:00Z')];
    const marks = (): ReturnType<typeof holdMarks> =>
      write(test().db, (tx) => holdMarks(tx, ['x']));
    await write(test().db, (tx) => moveMarks(tx, ['x'], late));
    await write(test().db, (tx) => moveMarks(tx, ['x'], early));
    expect(await marks()).to.deep.equal(new Map([['x', { since: late, until: late }]]));
  });

  it('names every job that a person may run, and no other', () => {
    const at = new Date('2026-11-22T00:00:00Z');
    const by = (name: string): DueUnit | undefined =>
      unitByHand(name, OFFICE, { period: period('2026-12'), at });
    expect(by('batch')).to.include({ occasion: '', period: '2026-12' });
    expect(by('tie-out')?.occasion).to.equal('by hand 2026-11-22T00:00:00.000Z');
    expect(by('nothing')).to.equal(undefined);
  });
});

describe('what a person may do about a job', () => {
  const test = useDatabase();
  const AT = new Date('2026-11-22T02:00:00Z');
  const context = (): Context => test().context({ actor: 'CB-01', at: AT.toISOString() });
  const unit = (of: Partial<DueUnit> = {}): DueUnit => ({
    job: 'report',
    programme: 'all',
    provinceCode: '40',
    period: period('2026-11'),
    occasion: '',
    dueAt: AT,
    lateAt: AT,
    priority: 5,
    concurrencyKey: null,
    attemptsLimit: 3,
    ...of,
  });
  const claimed = async (): Promise<HeldUnit> => {
    const by = { owner: 'a', jobs: ['report'], leaseSeconds: 60, at: AT };
    const held = await write(test().db, (tx) => claimUnit(tx, by));
    if (held === undefined) throw new Error('nothing was claimed');
    return held;
  };
  const events = async (): Promise<string[]> => {
    const sql = `select actor || ' ' || action as what from audit_event order by event_no`;
    return (await many<{ what: string }>(test().db, sql)).map(({ what }) => what);
  };
  afterEach(() => many(test().owner, 'truncate job_unit, job_pause'));

  it('is seen at a glance: next, last, late, running, parked, paused', async () => {
    await fireUnits(context(), [unit(), unit({ occasion: '2', lateAt: null })]);
    const held = await claimed();
    const [running] = await jobStandings(test().db, { at: AT });
    expect(running).to.include({ job: 'report', runningUnit: held.unitId, late: 1n, parked: 0n });
    const failed = {
      failure: 'budget-exceeded',
      hopeless: true,
      waits: false,
      retryAt: AT,
      at: AT,
    };
    await write(test().db, (tx) => giveBackUnit(tx, { ...held, ...failed }));
    const second = await claimed();
    await write(test().db, (tx) =>
      endUnit(tx, { ...second, state: 'done', outcome: null, at: AT }),
    );
    await pauseJobBy(context(), { job: 'report', reason: 'the bank is closed' });
    const [parked] = await jobStandings(test().db, { at: AT });
    expect(parked).to.deep.include({
      runningUnit: null,
      parked: 1n,
      pausedBy: 'CB-01',
      lastDoneAt: AT,
    });
    expect(await openUnits(test().db, { at: AT, atMost: 10 })).to.deep.equal([
      {
        unitId: held.unitId,
        job: 'report',
        period: '2026-11',
        occasion: '',
        state: 'parked',
        late: true,
        attempts: 1,
        lastFailure: 'budget-exceeded',
      },
    ]);

    const recent = await recentUnits(test().db, { job: 'report', atMost: 10 });
    expect(recent.find(({ unitId }) => unitId === held.unitId)).to.include({
      state: 'parked',
      lastFailure: 'budget-exceeded',
    });
    expect(await recentUnits(test().db, { job: 'retention', atMost: 10 })).to.deep.equal([]);
    expect(await runningUnits(test().db, { atMost: 9 })).to.deep.equal([]);

    // Each is an event, and each only once.
    expect(await retryUnitBy(context(), held.unitId)).to.equal(true);
    expect(await retryUnitBy(context(), held.unitId)).to.equal(false);
    expect(await pauseJobBy(context(), { job: 'report', reason: 'again' })).to.equal(false);
    expect(await resumeJobBy(context(), 'report')).to.equal(true);
    expect(await resumeJobBy(context(), 'report')).to.equal(false);
    expect(await cancelUnitBy(context(), held.unitId)).to.equal(true);
    expect(await cancelUnitBy(context(), held.unitId)).to.equal(false);
    expect(await events()).to.deep.equal([
      'job/report unit-parked',
      'CB-01 job-paused',
      'CB-01 unit-retried',
      'CB-01 job-resumed',
      'CB-01 unit-cancelled',
    ]);
  });

  it('reaches a unit that runs at its next sign of life', async () => {
    await fireUnits(context(), [unit()]);
    const held = await claimed();
    await cancelUnitBy(context(), held.unitId);
    const kept = await write(test().db, (tx) => renewLease(tx, { ...held, leaseSeconds: 60 }));
    expect(kept).to.deep.equal({ cancelAskedBy: 'CB-01' });
  });

  it('is written by the statements of the flows and by nothing else', async () => {
    const by = { by: 'CB-01', at: AT };
    for (const work of [pauseJob, resumeJob, retryUnit, cancelUnit])
      expect(work).to.be.a('function');
    expect(
      await triedAndUndone(test().db, (tx) => pauseJob(tx, { ...by, job: 'report', reason: '' })),
    ).to.equal('job_pause_reason_check');
    expect(await triedAndUndone(test().db, (tx) => many(tx, 'delete from job_unit'))).to.equal(
      '42501',
    );
  });

  it('is forgotten after three years, and never sooner, whoever asks', async () => {
    await fireUnits(context(), [unit(), unit({ occasion: 'open' })]);
    const held = await claimed();
    await write(test().db, (tx) => endUnit(tx, { ...held, state: 'done', outcome: null, at: AT }));
    const ask = (before: string): Promise<bigint> =>
      write(test().db, (tx) => forgetUnits(tx, { before: new Date(before), atMost: 10 }));
    expect(await ask('2036-01-01T00:00:00Z')).to.equal(0n);
    await many(
      test().owner,
      `update job_unit set came_from = 'running', ended_at = '2020-01-01' where state = 'done'`,
    );
    expect(await ask('2036-01-01T00:00:00Z')).to.equal(1n);
    expect(await many(test().db, 'select state from job_unit')).to.deep.equal([{ state: 'due' }]);
  });
});
