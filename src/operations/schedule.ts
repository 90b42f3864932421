import { addMonths, periodOf, periodsFrom, type Period, type PlainDate } from '../kernel/period.ts';
import {
  addDays,
  bankDayBefore,
  isBankDay,
  workingDayAfter,
  type Calendar,
} from '../kernel/working-days.ts';

// When things are due, as arithmetic over the calendar of the state: nothing here knows what time it is.
// Hours are those of Hà Nội, which has been seven hours ahead without a break since 1975.

/** An hour and a minute in Hà Nội, HH:MM. */
export type TimeOfDay = `${number}:${number}`;

/** The instant of a time in Hà Nội. */
export function instantOf(day: PlainDate, time: TimeOfDay): Date {
  return new Date(`${day}T${time}:00+07:00`);
}

/** One time that something is due: for which period, and which time within it. */
export interface Slot {
  readonly period: Period;
  /** A day, or an instant; '' where a period has one. */
  readonly occasion: string;
  readonly dueAt: Date;
}

/** How often and when. */
export type Rhythm =
  | {
      readonly every: 'period';
      /** In which month its day lies: the one before the period, or the period's own. */
      readonly month: -1 | 0;
      readonly day: (calendar: Calendar, of: Period) => PlainDate;
      readonly at: TimeOfDay;
    }
  | {
      readonly every: 'day';
      /** All days need no calendar: what watches and what seals never waits for one. */
      readonly on: 'bank-days' | 'all-days';
      readonly at: readonly TimeOfDay[];
    };

/**
 * Every slot of a rhythm after one instant and until another, the earliest first. Throws CalendarUnknown
 * when a day of a year is asked for whose days off are not known: nothing is guessed.
 */
export function slotsOf(
  rhythm: Rhythm,
  { calendar, after, until }: { calendar: Calendar; after: PlainInstant; until: PlainInstant },
): Slot[] {
  const within = ({ dueAt }: Slot): boolean => dueAt > after.at && dueAt <= until.at;
  if (rhythm.every === 'period') {
    // Only of months that the span touches: a year that is not needed yet is not asked for.
    return periodsFrom(periodOf(after.day), periodOf(until.day))
      .map((month) => addMonths(month, -rhythm.month))
      .map((of) => ({
        period: of,
        occasion: '',
        dueAt: instantOf(rhythm.day(calendar, of), rhythm.at),
      }))
      .filter(within);
  }
  const slots: Slot[] = [];
  for (let day = after.day; day <= until.day; day = addDays(day, 1)) {
    if (rhythm.on === 'bank-days' && !isBankDay(calendar, day)) continue;
    for (const time of rhythm.at) {
      slots.push({
        period: periodOf(day),
        occasion: `${day} ${time}`,
        dueAt: instantOf(day, time),
      });
    }
  }
  return slots.filter(within);
}

/** An instant with the day that it has in Việt Nam. */
export interface PlainInstant {
  readonly at: Date;
  readonly day: PlainDate;
}

/** Times from one to another, both included, so many minutes apart. */
export function timesOfDay(first: TimeOfDay, last: TimeOfDay, minutes: number): TimeOfDay[] {
  const times: TimeOfDay[] = [];
  for (let at = minutesOf(first); at <= minutesOf(last); at += minutes) times.push(timeAt(at));
  return times;
}

function minutesOf(time: TimeOfDay): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function timeAt(minutes: number): TimeOfDay {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` as TimeOfDay;
}

// ---- the gates of the month

export const GATES = {
  'money-out': {
    vi: 'Tiền và danh sách rời đơn vị chi trả trước ngày 25 tháng trước',
    en: 'Money and lists leave before the 25th of the month before',
    // 20/2021/NĐ-CP art. 34(4): before the 25th of the month the money of the next is drawn and sent.
    day: (calendar: Calendar, of: Period) => moneyOutDay(calendar, of, 1),
    at: '15:30',
  },
  'answers-in': {
    vi: 'Danh sách đã chi, chưa chi trả về trước ngày 20',
    en: 'Lists of who was paid and who was not are back before the 20th',
    // 20/2021/NĐ-CP art. 34(5): before the 20th the provider reports and hands its lists over.
    day: (calendar: Calendar, of: Period) => bankDayBefore(calendar, dayOf(of, 20), 1),
    at: '17:00',
  },
  'unemployment-out': {
    vi: 'Trợ cấp thất nghiệp được chi trong 5 ngày làm việc kể từ ngày 7',
    en: 'Unemployment benefit is paid within five working days from the 7th',
    day: (calendar: Calendar, of: Period) => workingDayAfter(calendar, dayOf(of, 6), 5),
    at: '17:00',
  },
} as const satisfies Record<string, { vi: string; en: string; at: TimeOfDay; day: unknown }>;

export type GateName = keyof typeof GATES;

/**
 * The bank day so many before the 25th of the month before a period; 1 is the last on which money still
 * leaves in time. Tết, swapped days and weekends before the 25th make it earlier by themselves.
 */
export function moneyOutDay(calendar: Calendar, of: Period, count: number): PlainDate {
  return bankDayBefore(calendar, dayOf(addMonths(of, -1), 25), count);
}

/** When a gate of a period closes. Throws CalendarUnknown. */
export function gateOf(name: GateName, calendar: Calendar, of: Period): Date {
  const { day, at } = GATES[name];
  return instantOf(day(calendar, of), at);
}

/** A day of a month, by its number. */
function dayOf(of: Period, day: number): PlainDate {
  return `${of}-${String(day).padStart(2, '0')}` as PlainDate;
}
