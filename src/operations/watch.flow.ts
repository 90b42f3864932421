import { addMonths, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import {
  bankDayBefore,
  CalendarUnknown,
  isBankDay,
  type Calendar,
} from '../kernel/working-days.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import type { AlarmChannels } from './alarm-channel.port.ts';
import { secondsToNextTelling, type Alarm, type ChannelName } from './alarm.ts';
import {
  acknowledgeAlarms,
  alarmsOfMoney,
  alarmsOfUnits,
  answersAreIn,
  bothMonthsAreOut,
  moneyIsOut,
  nothingIsHeld,
  raiseAlarms,
  remindOfAlarms,
  settleDelivery,
  takeDelivery,
} from './alarm.sql.ts';
import { failureCode } from './run-unit.flow.ts';
import { GATES, gateOf, instantOf, type GateName, type Known } from './schedule.ts';
import { knownDays } from './sweep-timetable.flow.ts';

/** Whether the work of a gate is done for a period. */
type GateIsMet = (gate: GateName, of: Period) => Promise<boolean>;

/** How many bank days before a gate a person is told that its work is not done. */
const BANK_DAYS_OF_WARNING = 2;
/** Gates of so many periods before and after this one may be near or just missed. */
const PERIODS_AROUND = [-1, 0, 1, 2];
/** A gate that was missed longer ago was told of when it was. */
const DAYS_LOOKED_BACK = 30;
/** From this day of the year on, the days off of the next are asked for: Tết is decided by then. */
const ASK_FOR_CALENDAR_FROM = '-12-01';

/** What a watch looks at beside the database. */
export interface Watching {
  readonly channels: readonly ChannelName[];
  /** What the machine has seen of itself: its disk, its clock. */
  readonly seen: readonly Alarm[];
  readonly gateIsMet?: GateIsMet;
}

/**
 * Looks at everything a person has to be told of, raises what is new and reminds of what nobody has
 * acknowledged. Returns what was raised.
 */
export async function watch(context: Context, watching: Watching): Promise<readonly Alarm[]> {
  const { db, clock, actor } = context;
  const at = clock();
  const known = await knownDays(db);
  const { calendar } = known;
  const found = [
    ...watching.seen,
    ...(await alarmsOfGates(known, at, watching.gateIsMet ?? gateIsMetIn(context))),
    ...calendarAlarms(calendar, at),
    ...(await alarmsOfUnits(db, { at })),
    ...(await moneyAlarms(context, calendar)),
  ];
  const { channels } = watching;
  return write(db, async (tx) => {
    const raised = await raiseAlarms(tx, found, { channels, actor, at });
    await remindOfAlarms(tx, { channels, at });
    return raised.map(({ kind, subject }) => ({ kind, subject, facts: {} }));
  });
}

function gateIsMetIn({ db }: Context): GateIsMet {
  return (gate, of) => {
    if (gate === 'answers-in') return answersAreIn(db, { period: of });
    if (gate === 'money-out') return moneyIsOut(db, { period: of });
    if (gate === 'tet-out') return bothMonthsAreOut(db, { period: of });
    return nothingIsHeld(db, { period: of, programme: 'unemployment' });
  };
}

async function alarmsOfGates(
  { calendar, beforeTet }: Known,
  at: Date,
  isMet: GateIsMet,
): Promise<Alarm[]> {
  const now = periodOf(businessDate(at));
  const alarms: Alarm[] = [];
  for (const gate of Object.keys(GATES) as GateName[]) {
    for (const of of PERIODS_AROUND.map((months) => addMonths(now, months))) {
      if (gate === 'tet-out' && !beforeTet.has(of)) continue;
      const near = nearGate(calendar, { gate, of, at });
      if (near === undefined || (await isMet(gate, of))) continue;
      const facts = { closes: near.closesAt.toISOString() };
      const kind = at >= near.closesAt ? 'gate-missed' : 'gate-at-risk';
      alarms.push({ kind, subject: `${gate}/${of}`, facts });
    }
  }
  return alarms;
}

/** When a gate closes, if that is near or has just been; a year that is not known has no gate to name. */
function nearGate(
  calendar: Calendar,
  { gate, of, at }: { gate: GateName; of: Period; at: Date },
): { closesAt: Date } | undefined {
  try {
    const closesAt = gateOf(gate, calendar, of);
    const warnDay = bankDayBefore(calendar, businessDate(closesAt), BANK_DAYS_OF_WARNING);
    const tooOld = closesAt.getTime() + DAYS_LOOKED_BACK * 86_400_000 < at.getTime();
    return at < instantOf(warnDay, '12:00') || tooOld ? undefined : { closesAt };
  } catch (error) {
    if (error instanceof CalendarUnknown) return undefined;
    throw error;
  }
}

function calendarAlarms(calendar: Calendar, at: Date): Alarm[] {
  const today = businessDate(at);
  const year = today.slice(0, 4);
  const next = String(Number(year) + 1);
  const needed = today >= `${year}${ASK_FOR_CALENDAR_FROM}` ? [year, next] : [year];
  return needed
    .filter((one) => !calendar.years.has(one))
    .map((one) => ({ kind: 'calendar-missing', subject: `calendar/${one}`, facts: {} }));
}

async function moneyAlarms({ db, clock }: Context, calendar: Calendar): Promise<Alarm[]> {
  const at = clock();
  try {
    return await alarmsOfMoney(db, { at, ...workingDayBack(calendar, at) });
  } catch (error) {
    if (error instanceof CalendarUnknown) return [];
    throw error;
  }
}

/**
 * The instant a whole bank day back, and the bank day that has been waited: weekends and Tết are no
 * silence. Of Friday 10:00 it is Thursday 10:00, and of the whole weekend the end of Thursday.
 */
function workingDayBack(calendar: Calendar, at: Date): { aWorkingDayAgo: Date; day: PlainDate } {
  const today = businessDate(at);
  if (isBankDay(calendar, today)) {
    const before = bankDayBefore(calendar, today, 1);
    const apart = Date.parse(today) - Date.parse(before);
    return { aWorkingDayAgo: new Date(at.getTime() - apart), day: today };
  }
  const last = bankDayBefore(calendar, today, 1);
  const before = bankDayBefore(calendar, last, 1);
  return { aWorkingDayAgo: instantOf(before, '23:59'), day: last };
}

/** How long a channel may take before somebody else tells it again. */
const TELLING_SECONDS = 120;
const MOST_TELLINGS = 200;

/** Tells what is due on the channels, each by itself; what fails is told again later, for ever. */
export async function tellAlarms(
  { db, clock }: Context,
  channels: AlarmChannels,
): Promise<{ told: number; failed: number }> {
  const came = { told: 0, failed: 0 };
  for (let i = 0; i < MOST_TELLINGS; i += 1) {
    const at = clock();
    const due = { channels: [...channels.keys()], at, seconds: TELLING_SECONDS };
    const alarm = await write(db, (tx) => takeDelivery(tx, due));
    if (alarm === undefined) break;
    const failure = await (channels.get(alarm.channel)?.tell(alarm) ?? Promise.resolve()).then(
      () => null,
      (error: unknown) => failureCode(error),
    );
    came[failure === null ? 'told' : 'failed'] += 1;
    const nextAt = new Date(at.getTime() + secondsToNextTelling(alarm.attempts) * 1000);
    const { alarmId, channel, round } = alarm;
    await write(db, (tx) =>
      settleDelivery(tx, { alarmId, channel, round, failure, nextAt, at: clock() }),
    );
  }
  return came;
}

/** Raises what a machine sees of itself outside the watch, such as a clock that is wrong. */
export async function raise(
  { db, clock, actor }: Context,
  alarms: readonly Alarm[],
  channels: readonly ChannelName[],
): Promise<void> {
  await write(db, (tx) => raiseAlarms(tx, alarms, { channels, actor, at: clock() }));
}

/** Says that a person knows of an alarm; false when it is not open. */
export async function acknowledge(context: Context, alarmId: bigint): Promise<boolean> {
  return (await acknowledgeAll(context, [alarmId])) > 0;
}

/** The same of several. Returns how many of them nobody had acknowledged before. */
export function acknowledgeAll(
  { db, clock, actor }: Context,
  alarmIds: readonly bigint[],
): Promise<number> {
  return write(db, (tx) => acknowledgeAlarms(tx, { alarmIds, by: actor, at: clock() }));
}
