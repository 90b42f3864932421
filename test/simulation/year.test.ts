import { expect } from 'chai';
import type { Office } from '../../jobs/office.ts';
import { JOB_NAMES, timetableOf } from '../../jobs/timetable.ts';
import { addMonths, period, periodsFrom, plainDate, type Period } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { addDays, calendarOf, type Calendar } from '../../src/kernel/working-days.ts';
import { closeUnit, returnUnit, takeUnit } from '../../src/operations/run-unit.flow.ts';
import { gateOf, instantOf, type GateName } from '../../src/operations/schedule.ts';
import { sweepTimetable } from '../../src/operations/sweep-timetable.flow.ts';
import { specialDays } from '../../src/operations/timetable.sql.ts';
import { watch } from '../../src/operations/watch.flow.ts';
import { businessDate } from '../../src/platform/clock.ts';
import type { Context } from '../../src/platform/context.ts';
import { many } from '../../src/platform/db.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { ASSUMED_2027, daysIn } from '../support/calendars.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';

// A year of an office on a clock of its own: the real timetable, the real units and the real watch, on a
// database. Only what the stages do is left out: here a stage is a note that it was done, which needs what
// stands before it. Persons sign on the day after a batch is made, banks answer on the 10th. Three outages
// and a calendar that is announced late are laid over it. The whole year is `npm run drill:year`.

const WHOLE_YEAR = process.env.SIMULATED_YEAR === 'whole';
const FROM = plainDate(WHOLE_YEAR ? '2026-11-30' : '2026-12-14');
const UNTIL = plainDate(WHOLE_YEAR ? '2027-12-31' : '2027-01-22');
/** When somebody looks: often enough for every gate, seldom enough for a year to pass in minutes. */
const HOURS = ['00:30', '07:00', '08:00', '10:00', '13:00', '15:00', '19:00'] as const;
/**
 * When it is ordered that March is paid with February before Tết: after February was made. Persons learn of
 * it by the alarm, have it assessed again, and sign what is added.
 */
const ORDERED = '2027-01-25';
const PAID_WITH_MARCH = period('2027-02');

/** When the government announces the days off of 2027, as assumed here. */
const ANNOUNCED = '2026-12-29';

/** What is down between two instants in Hà Nội. */
const OUTAGES = [
  { what: 'nodes', from: '2026-12-21T18:00', until: '2026-12-24T10:00' },
  { what: 'registry', from: '2027-02-01T00:00', until: '2027-03-01T08:00' },
  { what: 'bank', from: '2027-07-05T00:00', until: '2027-07-26T08:00' },
] as const;

function isDown(what: (typeof OUTAGES)[number]['what'], at: Date): boolean {
  const instant = (text: string): Date => new Date(`${text}:00+07:00`);
  return OUTAGES.some(
    (one) => one.what === what && at >= instant(one.from) && at < instant(one.until),
  );
}

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

/** When each thing was done for a period. */
type Notes = Record<
  'verification' | 'batch' | 'money-out' | 'tet-out' | 'answers-in',
  Map<Period, Date>
>;

type Work = (of: Period, at: Date, notes: Notes, told: ReadonlyMap<string, Date>) => void;

/** What units do in this office; a stage that cannot be done yet fails and is tried again. */
const WORK: Readonly<Record<string, Work>> = {
  verification(of, at, notes) {
    if (isDown('registry', at)) throw new Refusal('counterpart-silent');
    notes.verification.set(of, at);
  },
  batch(of, at, notes) {
    if (!notes.verification.has(of)) throw new Refusal('verification-not-done');
    notes.batch.set(of, at);
  },
  'release-signed'(_of, at, notes, told) {
    const known = told.get(`gate-at-risk tet-out/${PAID_WITH_MARCH}`);
    // Assessed again on the day after somebody was told, signed on the next.
    const isSignedToo = known !== undefined && addDays(businessDate(known), 2) <= businessDate(at);
    if (isSignedToo && !notes['tet-out'].has(PAID_WITH_MARCH)) {
      notes['tet-out'].set(PAID_WITH_MARCH, at);
    }
    for (const [made, when] of notes.batch) {
      const isSigned = addDays(businessDate(when), 1) <= businessDate(at);
      if (isSigned && !notes['money-out'].has(made)) notes['money-out'].set(made, at);
    }
  },
  'bank-files'(of, at, notes) {
    const isAsked = businessDate(at) >= `${of}-10` && notes['money-out'].has(of);
    if (!isAsked || isDown('bank', at) || notes['answers-in'].has(of)) return;
    notes['answers-in'].set(of, at);
  },
};

/** Whatever stood when the simulation began was done by persons. */
function notesBefore(first: Date): Notes {
  const before = (): Map<Period, Date> =>
    new Map(['2026-11', '2026-12'].map((of) => [period(of), first]));
  return {
    verification: before(),
    batch: before(),
    'money-out': before(),
    'tet-out': new Map(),
    'answers-in': new Map([[period('2026-11'), first], ...(WHOLE_YEAR ? [] : before())]),
  };
}

/** Every instant at which somebody looks. */
function* instants(): Generator<Date> {
  for (let day = FROM; day <= UNTIL; day = addDays(day, 1)) {
    for (const hour of HOURS) yield instantOf(day, hour);
  }
}

/** Walks the clock from one end to the other; returns what was done and when a person was told. */
async function walkYear(test: TestDatabase): Promise<{ notes: Notes; told: Map<string, Date> }> {
  const notes = notesBefore(instantOf(FROM, '00:00'));
  const told = new Map<string, Date>();
  const lines = timetableOf(OFFICE);
  let [isAnnounced, isOrdered] = [false, false];
  for (const at of instants()) {
    if (!isAnnounced && businessDate(at) >= ANNOUNCED) {
      isAnnounced = true;
      await announce(test);
    }
    if (!isOrdered && businessDate(at) >= ORDERED) {
      isOrdered = true;
      await order(test);
    }
    if (isDown('nodes', at)) continue;
    const context = test.context({ actor: 'job/year', at: at.toISOString() });
    await sweepTimetable(context, lines, () => Promise.resolve(0));
    await workAll(context, notes, told);
  }
  return { notes, told };
}

/** The days off of the next year, as they are loaded. */
async function announce({ owner }: TestDatabase): Promise<void> {
  const sql = `insert into calendar_day values (:day::date, 'assumed', :kind, 'test')`;
  for (const { day, kind } of daysIn(ASSUMED_2027)) await many(owner, sql, { day, kind });
}

/** Two persons order that two months are paid at once. */
async function order({ owner }: TestDatabase): Promise<void> {
  for (const [person, number] of [
    ['maker', '040075000001'],
    ['checker', '040075000002'],
  ] as const) {
    await many(
      owner,
      `insert into person (person_id, full_name, citizen_number) values (:person, :person, :number)`,
      {
        person,
        number,
      },
    );
  }
  await many(
    owner,
    `insert into payment_ahead values ('merit', '40', :period, 'new-year', '1/QĐ', :day, 'maker',
                                       'checker', now())`,
    { period: PAID_WITH_MARCH, day: ORDERED },
  );
}

/** Does whatever is due at an instant. */
async function workAll(context: Context, notes: Notes, told: Map<string, Date>): Promise<void> {
  const at = context.clock();
  const gateIsMet = (gate: GateName, of: Period): Promise<boolean> =>
    Promise.resolve(gate === 'unemployment-out' || notes[gate].has(of));
  for (;;) {
    const unit = await takeUnit(context, { owner: 'year', leaseSeconds: 3600, jobs: JOB_NAMES });
    if (unit === undefined) return;
    try {
      WORK[unit.job]?.(unit.period, at, notes, told);
      if (unit.job === 'alarms') {
        const raised = await watch(context, { channels: [], seen: [], gateIsMet });
        for (const { kind, subject } of raised) told.set(`${kind} ${subject}`, at);
      }
      await closeUnit(context, { ...unit, state: 'done', outcome: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await returnUnit(context, unit, error);
    }
  }
}

/** A gate that closes within the year, and what came of it. */
interface Fate {
  readonly gate: string;
  readonly closes: Date;
  readonly met: Date | undefined;
  readonly alarm: Date | undefined;
}

/** Every gate that closes while the clock is walked. */
function fatesOf(
  { notes, told }: Awaited<ReturnType<typeof walkYear>>,
  calendar: Calendar,
): Fate[] {
  const [first, last] = [instantOf(FROM, '00:00'), instantOf(UNTIL, '23:30')];
  const all = periodsFrom(period('2026-12'), addMonths(period(UNTIL.slice(0, 7)), 1));
  return (['money-out', 'tet-out', 'answers-in'] as const)
    .flatMap((gate) =>
      all
        .filter((of) => gate !== 'tet-out' || of === PAID_WITH_MARCH)
        .filter((of) =>
          calendar.years.has((gate === 'money-out' ? addMonths(of, -1) : of).slice(0, 4)),
        )
        .map((of) => ({
          gate: `${gate}/${of}`,
          closes: gateOf(gate, calendar, of),
          met: notes[gate].get(of),
          alarm: told.get(`gate-at-risk ${gate}/${of}`),
        })),
    )
    .filter(({ closes }) => closes >= first && closes <= last)
    .sort((a, b) => a.closes.getTime() - b.closes.getTime());
}

function isInTime({ met, closes }: Fate): boolean {
  return met !== undefined && met <= closes;
}

describe('a year of gates', function () {
  this.timeout(3_600_000);
  const test = useDatabase();

  it('is met gate by gate, or somebody is told before', async () => {
    const year = await walkYear(test());
    const fates = fatesOf(year, calendarOf(await specialDays(test().db)));
    if (WHOLE_YEAR) {
      const head = ['gate', 'closes', 'done', 'told of the risk', ''];
      const rows = fates.map((fate) => [
        fate.gate,
        ...[fate.closes, fate.met, fate.alarm].map(hanoi),
        isInTime(fate) ? 'met' : 'MISSED',
      ]);
      process.stdout.write(`${textTable([head, ...rows])}\n`);
    }
    const surprises = fates.filter(
      (fate) => !isInTime(fate) && (fate.alarm === undefined || fate.alarm >= fate.closes),
    );
    expect(surprises).to.deep.equal([]);
    expect(fates.length).to.be.greaterThan(WHOLE_YEAR ? 20 : 1);
    if (WHOLE_YEAR) {
      expect(fates.some((fate) => !isInTime(fate))).to.equal(true);
      // The order came when February had left; it was told of two bank days before, and met.
      const tet = fates.find(({ gate }) => gate === `tet-out/${PAID_WITH_MARCH}`);
      expect([tet?.alarm, tet?.met, tet?.closes].map(hanoi)).to.deep.equal([
        '2027-01-27 13:00',
        '2027-01-29 08:00',
        '2027-01-29 15:30',
      ]);
    }

    // All nodes were down until some hours before the gate of January; it was met all the same.
    const january = year.notes['money-out'].get(period('2027-01'));
    expect(hanoi(january)).to.match(/^2026-12-(21|24)/);
    expect(year.told.has('calendar-missing calendar/2027')).to.equal(true);
    const doubles = await many(
      test().db,
      `select job, period from job_unit where job in ('entitlement', 'verification', 'batch', 'report')
        group by job, period having count(*) > 1`,
    );
    expect(doubles).to.deep.equal([]);
  });
});

function hanoi(at: Date | undefined): string {
  if (at === undefined) return '–';
  return new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
