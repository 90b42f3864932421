import { addMonths, periodOf, periodsFrom, type Period, type PlainDate } from '../kernel/period.ts';
import {
  addDays,
  bankDayBefore,
  firstDayOfTet,
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

/** What days are counted by. */
export interface Known {
  readonly calendar: Calendar;
  /** The periods that are to be paid with the next one before Tết, by decision. */
  readonly beforeTet: ReadonlySet<Period>;
}

/** How often and when. */
export type Rhythm =
  | {
      readonly every: 'period';
      /** In which month its day lies: the one before the period, or the period's own. */
      readonly month: -1 | 0;
      readonly day: (known: Known, of: Period) => PlainDate;
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
  { after, until, ...known }: Known & { after: PlainInstant; until: PlainInstant },
): Slot[] {
  const within = ({ dueAt }: Slot): boolean => dueAt > after.at && dueAt <= until.at;
  if (rhythm.every === 'period') {
    // Only of months that the span touches: a year that is not needed yet is not asked for.
    return periodsFrom(periodOf(after.day), periodOf(until.day))
      .map((month) => addMonths(month, -rhythm.month))
      .map((of) => ({
        period: of,
        occasion: '',
        dueAt: instantOf(rhythm.day(known, of), rhythm.at),
      }))
      .filter(within);
  }
  const slots: Slot[] = [];
  for (let day = after.day; day <= until.day; day = addDays(day, 1)) {
    if (rhythm.on === 'bank-days' && !isBankDay(known.calendar, day)) continue;
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
  'tet-out': {
    vi: 'Tiền của hai tháng chi gộp rời đơn vị chi trả trước Tết',
    en: 'The money of two months that are paid at once leaves before Tết',
    // 44/2022/TT-BTC art. 8(3): near Tết two months may be paid at once; it names no day.
    day: (calendar: Calendar, of: Period) => tetOutDay(calendar, of, 1),
    at: '15:30',
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

/** Bank days between the money of two months and the first day off: post offices have to hand it out too. */
const TET_BANK_DAYS = 5;

/**
 * The bank day so many before the money of a period and the next has to have left for Tết; 1 is the last on
 * which it leaves in time. Of the Tết of the period’s own year, which always comes after its January.
 */
function tetOutDay(calendar: Calendar, of: Period, count: number): PlainDate {
  const first = firstDayOfTet(calendar, of.slice(0, 4));
  return bankDayBefore(calendar, first, TET_BANK_DAYS + count - 1);
}

/**
 * The bank day so many before the money of a period has to leave: before the 25th, and where two months are
 * to be paid at once before Tết, before that as well.
 */
export function payDay({ calendar, beforeTet }: Known, of: Period, count: number): PlainDate {
  const usual = moneyOutDay(calendar, of, count);
  // The money of January leaves in December, before any Tết: the new year need not be known.
  if (!beforeTet.has(of) || usual.slice(0, 4) < of.slice(0, 4)) return usual;
  const tet = tetOutDay(calendar, of, count);
  return tet < usual ? tet : usual;
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
