import { schedule } from 'node-cron';
import { bankDayBefore, CalendarUnknown } from '../src/kernel/working-days.ts';
import { plainDate, type Period } from '../src/kernel/period.ts';
import {
  GATES,
  payDay,
  slotsOf,
  timesOfDay,
  type Known,
  type Rhythm,
  type Slot,
} from '../src/operations/schedule.ts';
import type { TimetableLine } from '../src/operations/sweep-timetable.flow.ts';
import type { DueUnit } from '../src/operations/unit.ts';
import { businessDate } from '../src/platform/clock.ts';
import { entitlement } from './02-entitlement.ts';
import { verification } from './03-verification.ts';
import { batch } from './04-batch.ts';
import { report } from './09-report.ts';
import { alarms } from './alarms.ts';
import { auditHeads } from './audit-heads.ts';
import { bankFiles } from './bank-files.ts';
import type { Hold, Routine } from './engine.ts';
import { evidenceRefresh } from './evidence-refresh.ts';
import type { Job } from './job.ts';
import { lifeCheck } from './life-check.ts';
import type { Office } from './office.ts';
import { partitions } from './partitions.ts';
import { releaseSigned } from './release-signed.ts';
import { retention } from './retention.ts';
import { stageByTimetable, stageUnit } from './run-stage.ts';
import { tieOut } from './tie-out.ts';

// What the engine does by itself, and when. Hours are those of Hà Nội; days are counted by the calendar of
// the state (operations/schedule.ts). The clock only nudges: what is due is worked out from where the
// timetable was left, so a node that was down for three days misses nothing and doubles nothing.
//
// Intake is not here: a list comes when somebody sends it. Approval is persons.

/** One line of the timetable with what it does. */
interface Line {
  readonly rhythm: Rhythm;
  /** After how many minutes a person should know that it is not done. */
  readonly lateMinutes: number;
  /** What is made of several that were missed: each of them, or only the last, which does it all. */
  readonly missed: 'each' | 'last';
  /** The lower the sooner. */
  readonly priority: number;
}

interface StageLine extends Line {
  readonly stage: Job;
}

interface HouseLine extends Line {
  readonly name: string;
  /** Of the lines that share a key one runs at a time. */
  readonly key: string | null;
  readonly run: (office: Office, hold: Hold) => Promise<object>;
}

const beforeGate = (count: number): Extract<Rhythm, { every: 'period' }>['day'] => {
  return (known, of) => payDay(known, of, count);
};

/** Stages of the month that follow the calendar: five bank days from the lists to the gate. */
const STAGES: readonly StageLine[] = [
  {
    stage: entitlement,
    rhythm: { every: 'period', month: -1, day: beforeGate(5), at: '07:00' },
    lateMinutes: 240,
    missed: 'each',
    priority: 4,
  },
  {
    stage: verification,
    rhythm: { every: 'period', month: -1, day: beforeGate(5), at: '13:00' },
    lateMinutes: 600,
    missed: 'each',
    priority: 4,
  },
  {
    stage: batch,
    rhythm: { every: 'period', month: -1, day: beforeGate(4), at: '07:00' },
    lateMinutes: 240,
    missed: 'each',
    priority: 3,
  },
  {
    stage: report,
    rhythm: {
      every: 'period',
      month: 0,
      day: ({ calendar }, of: Period) => bankDayBefore(calendar, plainDate(`${of}-20`), 1),
      at: '16:00',
    },
    lateMinutes: 60,
    missed: 'each',
    priority: 5,
  },
];

const MONEY = 'money';
const WATCH = 'watch';

const HOUSE: readonly HouseLine[] = [
  {
    name: 'alarms',
    // Within a quarter of an hour of whatever happens, also when the first telling fails.
    rhythm: { every: 'day', on: 'all-days', at: timesOfDay('00:00', '23:55', 5) },
    lateMinutes: 15,
    missed: 'last',
    priority: 0,
    key: WATCH,
    run: alarms,
  },
  {
    name: 'life-check',
    rhythm: { every: 'day', on: 'all-days', at: ['06:00'] },
    lateMinutes: 120,
    missed: 'last',
    priority: 3,
    key: null,
    run: lifeCheck,
  },
  {
    name: 'release-signed',
    // Two persons sign when they do: looked for all day, until the banks close.
    rhythm: { every: 'day', on: 'bank-days', at: timesOfDay('08:00', GATES['money-out'].at, 30) },
    lateMinutes: 45,
    missed: 'last',
    priority: 1,
    key: MONEY,
    run: releaseSigned,
  },
  {
    name: 'bank-files',
    // Banks answer when they are ready, not when we are.
    rhythm: { every: 'day', on: 'bank-days', at: timesOfDay('07:15', '18:15', 30) },
    lateMinutes: 60,
    missed: 'last',
    priority: 2,
    key: MONEY,
    run: bankFiles,
  },
  {
    name: 'tie-out',
    rhythm: { every: 'day', on: 'bank-days', at: ['18:45'] },
    lateMinutes: 120,
    missed: 'each',
    priority: 2,
    key: null,
    run: tieOut,
  },
  {
    name: 'evidence-refresh',
    // On days off too: proof that ends while nobody works would hold back the first batch after them.
    rhythm: { every: 'day', on: 'all-days', at: ['19:30'] },
    lateMinutes: 600,
    missed: 'last',
    priority: 6,
    key: null,
    run: evidenceRefresh,
  },
  {
    name: 'audit-heads',
    rhythm: { every: 'day', on: 'all-days', at: ['23:30'] },
    lateMinutes: 120,
    missed: 'last',
    priority: 5,
    key: null,
    run: auditHeads,
  },
  {
    name: 'partitions',
    rhythm: { every: 'day', on: 'all-days', at: ['01:00'] },
    lateMinutes: 600,
    missed: 'last',
    priority: 4,
    key: null,
    run: partitions,
  },
  {
    name: 'retention',
    rhythm: { every: 'day', on: 'all-days', at: ['02:30'] },
    lateMinutes: 1440,
    missed: 'last',
    priority: 9,
    key: null,
    run: retention,
  },
];

/** Every job of the timetable. */
export const JOB_NAMES: readonly string[] = [
  ...STAGES.map(({ stage }) => stage.stage),
  ...HOUSE.map(({ name }) => name),
];

/** Reads and writes again and again without harm, so many attempts are worth making. */
const HOUSE_ATTEMPTS = 8;

/** The lines of the timetable of one office, as they are swept. */
export function timetableOf(office: Office): TimetableLine[] {
  const { provinceCode } = office;
  const stages = STAGES.map((line) =>
    lineOf(line.stage.stage, line, ({ period, dueAt }) =>
      stageUnit(line.stage, office.scope(period), dueAt),
    ),
  );
  const house = HOUSE.map((line) =>
    lineOf(line.name, line, ({ period, occasion, dueAt }) => ({
      ...houseKey(line, office, period),
      occasion,
      dueAt,
    })),
  );
  return [...stages, ...house];

  function lineOf(name: string, line: Line, unitOf: (slot: Slot) => DueUnit): TimetableLine {
    return {
      name: `${name}/${provinceCode}`,
      due({ since, ...span }) {
        const after = line.rhythm.every === 'period' ? since : span.after;
        const slots = slotsOf(line.rhythm, { ...span, after });
        const made = line.missed === 'last' ? slots.slice(-1) : slots;
        return made.map((slot) => ({
          ...unitOf(slot),
          priority: line.priority,
          lateAt: new Date(slot.dueAt.getTime() + line.lateMinutes * 60_000),
        }));
      },
    };
  }
}

/** How far ahead the next run is looked for, by weeks up to ten: what is due this year needs no days off of the next. */
const DAYS_AHEAD = [2, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70];

/**
 * When each job is next due, from the earliest of its lines; 'no-calendar' where a year is needed whose
 * days off are not known, and null where nothing is in sight.
 */
export function nextRuns(
  known: Known,
  at: Date,
): { readonly job: string; readonly next: Date | 'no-calendar' | null }[] {
  const after = { at, day: businessDate(at) };
  const next = (rhythm: Rhythm): Date | 'no-calendar' | null => {
    try {
      for (const days of DAYS_AHEAD) {
        const end = new Date(at.getTime() + days * 86_400_000);
        const until = { at: end, day: businessDate(end) };
        const [slot] = slotsOf(rhythm, { ...known, after, until });
        if (slot !== undefined) return slot.dueAt;
      }
      return null;
    } catch (error) {
      if (error instanceof CalendarUnknown) return 'no-calendar';
      throw error;
    }
  };
  return [
    ...STAGES.map(({ stage, rhythm }) => ({ job: stage.stage, next: next(rhythm) })),
    ...HOUSE.map(({ name, rhythm }) => ({ job: name, next: next(rhythm) })),
  ];
}

/** What runs the units of the timetable. */
export function routinesOf(office: Office): Routine[] {
  return [
    ...STAGES.map(({ stage }) => ({
      name: stage.stage,
      run: (hold: Hold) =>
        stageByTimetable(
          stage,
          { counterparts: office.counterparts, scope: office.scope(hold.unit.period) },
          hold,
        ),
    })),
    ...HOUSE.map(({ name, run }) => ({ name, run: (hold: Hold) => run(office, hold) })),
  ];
}

/** The unit of a job that a person runs now; undefined when the timetable has no such job. */
export function unitByHand(
  name: string,
  office: Pick<Office, 'provinceCode' | 'scope'>,
  { period, at }: { period: Period; at: Date },
): DueUnit | undefined {
  const stage = STAGES.find((line) => line.stage.stage === name)?.stage;
  if (stage !== undefined) return stageUnit(stage, office.scope(period), at);
  const line = HOUSE.find((one) => one.name === name);
  if (line === undefined) return undefined;
  return { ...houseKey(line, office, period), occasion: `by hand ${at.toISOString()}`, dueAt: at };
}

function houseKey(
  { name, key, priority }: HouseLine,
  { provinceCode }: Pick<Office, 'provinceCode'>,
  period: Period,
): Omit<DueUnit, 'occasion' | 'dueAt'> {
  return {
    job: name,
    programme: 'all',
    provinceCode,
    period,
    lateAt: null,
    priority,
    concurrencyKey: key === null ? null : `${key}/${provinceCode}`,
    attemptsLimit: HOUSE_ATTEMPTS,
  };
}

/** Nudges every minute. The zone does not matter: what is due is worked out elsewhere. */
export function startClock(nudge: () => Promise<void>): () => Promise<void> {
  const task = schedule('* * * * *', nudge, { noOverlap: true });
  return async () => {
    await task.destroy();
  };
}
