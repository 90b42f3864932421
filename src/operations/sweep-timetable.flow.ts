import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { calendarOf, CalendarUnknown } from '../kernel/working-days.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Db } from '../platform/db.ts';
import type { Known, PlainInstant } from './schedule.ts';
import {
  cancelUnit,
  holdMarks,
  monthsBeforeTet,
  moveMarks,
  pauseJob,
  resumeJob,
  retryUnit,
  secondsBehind,
  specialDays,
  type Mark,
} from './timetable.sql.ts';
import type { DueUnit } from './unit.ts';
import { addUnits, reopenUnit } from './unit.sql.ts';

/** One line of a timetable: what is due between two instants. */
export interface TimetableLine {
  /** Unique, and kept for ever: it is what the mark is found by. */
  readonly name: string;
  /** Throws CalendarUnknown when it needs a year that is not known. */
  due(span: Span): DueUnit[];
}

/** What is swept: from where it was left until now. */
interface Span extends Known {
  readonly after: PlainInstant;
  readonly until: PlainInstant;
  /**
   * Where to look from for what is due once a period. A day that is moved back, by a holiday or a Tết
   * declared late, may lie before the mark without ever having come; a unit that is there stays one.
   */
  readonly since: PlainInstant;
}

export interface Swept {
  readonly added: bigint;
  /** The lines that wait for a calendar. They are caught up with when it comes. */
  readonly withoutCalendar: readonly string[];
}

/** Two machines that disagree by more would each send on a day of their own. */
const MOST_SECONDS_APART = 30;

const DAYS_LOOKED_BACK = 14;

/** Asks the clock of the database how far ours is from it; a fake clock has a fake answer. */
type AskClock = (db: Db, at: Date) => Promise<number>;

/**
 * Throws Refusal 'clocks-disagree', with the seconds, when this machine and the database are more than thirty
 * apart: what is begun then would be of another day, or past a cut-off that seems to be still to come.
 */
export async function expectClocksAgree(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  askClock: AskClock = secondsBehind,
): Promise<void> {
  const apart = await askClock(db, clock());
  if (Math.abs(apart) > MOST_SECONDS_APART) {
    throw new Refusal('clocks-disagree', { seconds: Math.round(apart) });
  }
}

/**
 * Turns the timetable into units from where it was left: whoever does this, however late and however
 * often, the same units come of it. A line that has never been swept begins now. Throws Refusal
 * 'clocks-disagree' when this machine and the database do.
 */
export async function sweepTimetable(
  { db, clock }: Context,
  lines: readonly TimetableLine[],
  askClock: AskClock = secondsBehind,
): Promise<Swept> {
  const at = clock();
  await expectClocksAgree({ db, clock: () => at }, askClock);
  const known = await knownDays(db);
  const until = plainInstant(at);
  return write(db, async (tx) => {
    const marks = await holdMarks(
      tx,
      lines.map(({ name }) => name),
    );
    const units: DueUnit[] = [];
    const withoutCalendar: string[] = [];
    for (const line of lines) {
      const mark = marks.get(line.name);
      if (mark === undefined || mark.until >= at) continue;
      const after = plainInstant(mark.until);
      const since = plainInstant(lookedBackFrom(mark));
      try {
        units.push(...line.due({ ...known, after, since, until }));
      } catch (error) {
        if (!(error instanceof CalendarUnknown)) throw error;
        withoutCalendar.push(line.name);
      }
    }
    const swept = lines.map(({ name }) => name).filter((name) => !withoutCalendar.includes(name));
    await moveMarks(tx, swept, at);
    return { added: units.length === 0 ? 0n : await addUnits(tx, units, { at }), withoutCalendar };
  });
}

/** What days are counted by, as it stands now. */
export async function knownDays(db: Db): Promise<Known> {
  return {
    calendar: calendarOf(await specialDays(db)),
    beforeTet: await monthsBeforeTet(db),
  };
}

function plainInstant(at: Date): PlainInstant {
  return { at, day: businessDate(at) };
}

/** A day moves by a Tết at most, and never before the timetable was kept. */
function lookedBackFrom({ since, until }: Mark): Date {
  return new Date(Math.max(since.getTime(), until.getTime() - DAYS_LOOKED_BACK * 86_400_000));
}

/**
 * Puts a run of a job in line now, as context.actor: whichever process is free takes it. One that has
 * ended is done again; of one that waits or runs nothing changes.
 */
export async function orderUnit({ db, clock, actor }: Context, unit: DueUnit): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    // The other way about, a unit of an earlier time would be opened without being told of.
    await reopenUnit(tx, { ...unit, at });
    await addUnits(tx, [unit], { at });
    const facts = { period: unit.period, occasion: unit.occasion };
    await recordEvent(tx, { at, actor, action: 'unit-ordered', subject: `job/${unit.job}`, facts });
  });
}

/** Stops a job until somebody lets it go on; what runs is not hurt. */
export function pauseJobBy(
  { db, clock, actor }: Context,
  of: { job: string; reason: string },
): Promise<boolean> {
  return write(db, (tx) => pauseJob(tx, { ...of, by: actor, at: clock() }));
}

/** Lets a job go on that somebody had stopped. */
export function resumeJobBy({ db, clock, actor }: Context, job: string): Promise<boolean> {
  return write(db, (tx) => resumeJob(tx, { job, by: actor, at: clock() }));
}

/** Gives a unit that was parked or cancelled its attempts again. */
export function retryUnitBy(
  { db, clock, actor }: Context,
  unitId: bigint,
  job: string | null = null,
): Promise<boolean> {
  return write(db, (tx) => retryUnit(tx, { unitId, job, by: actor, at: clock() }));
}

/** Cancels a unit; one that runs comes to its end at its next step. */
export function cancelUnitBy(
  { db, clock, actor }: Context,
  unitId: bigint,
  job: string | null = null,
): Promise<boolean> {
  return write(db, (tx) => cancelUnit(tx, { unitId, job, by: actor, at: clock() }));
}
