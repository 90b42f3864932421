import type { PlainDate } from './period.ts';

/** A day that differs from what its weekday says, as the calendar of the state has it. */
export interface SpecialDay {
  readonly day: PlainDate;
  /**
   * public, makeup_off and swap_off are days off; tet_start and tet_end are the first and the last
   * day off of Tết; swap_work is a Saturday or Sunday that is worked for a swapped day off; tet_day1
   * only says when Tết is, of a year whose days off are not announced yet.
   */
  readonly kind: string;
}

/** What is needed to count working days. It is a value: whoever has the table hands it in. */
export interface Calendar {
  /** The years whose days off are known to the end. */
  readonly years: ReadonlySet<string>;
  readonly off: ReadonlySet<PlainDate>;
  readonly worked: ReadonlySet<PlainDate>;
  /** The first day off of Tết, by year; of the years that are known. */
  readonly tet: ReadonlyMap<string, PlainDate>;
}

/** A year whose days off are not known to the end. It is never guessed. */
export class CalendarUnknown extends RangeError {
  constructor(year: string) {
    super(`the calendar of ${year} is not known`);
    this.name = 'CalendarUnknown';
  }
}

const OFF: readonly string[] = ['public', 'makeup_off', 'swap_off'];
const TET: readonly string[] = ['tet_start', 'tet_end', 'tet_day1'];
const WORKED = 'swap_work';
const DAY_IN_MILLISECONDS = 86_400_000;

/**
 * Makes a calendar of its special days, in any order. A year is known when its Tết has a first and a
 * last day off, since the government announces those last. Throws RangeError for a kind that it does
 * not know, and for a Tết that ends before it begins.
 */
export function calendarOf(days: readonly SpecialDay[]): Calendar {
  const unknown = days.find(({ kind }) => ![...OFF, ...TET, WORKED].includes(kind));
  if (unknown !== undefined) throw new RangeError(`unknown kind of day: ${unknown.kind}`);

  const spans = days
    .filter(({ kind }) => kind === 'tet_start')
    .flatMap(({ day }) => {
      const end = days.find(
        (other) => other.kind === 'tet_end' && yearOf(other.day) === yearOf(day),
      );
      return end === undefined ? [] : [{ first: day, last: end.day }];
    });
  const backwards = spans.find(({ first, last }) => last < first);
  if (backwards !== undefined) throw new RangeError(`Tết ends before it begins: ${backwards.last}`);

  const single = days.filter(({ kind }) => OFF.includes(kind)).map(({ day }) => day);
  return {
    years: new Set(spans.map(({ first }) => yearOf(first))),
    off: new Set([...single, ...spans.flatMap(({ first, last }) => daysFrom(first, last))]),
    worked: new Set(days.filter(({ kind }) => kind === WORKED).map(({ day }) => day)),
    tet: new Map(spans.map(({ first }) => [yearOf(first), first])),
  };
}

/** The first day off of Tết of a year. Throws CalendarUnknown. */
export function firstDayOfTet(calendar: Calendar, year: string): PlainDate {
  const day = calendar.tet.get(year);
  if (day === undefined) throw new CalendarUnknown(year);
  return day;
}

/** Throws CalendarUnknown for a day of a year that the calendar does not know. */
export function isWorkingDay(calendar: Calendar, day: PlainDate): boolean {
  if (!calendar.years.has(yearOf(day))) {
    throw new CalendarUnknown(yearOf(day));
  }
  if (calendar.worked.has(day)) return true;
  return !calendar.off.has(day) && !isWeekend(day);
}

/**
 * Whether money moves between banks on a day: a working day that is no Saturday or Sunday. One that is
 * worked for a swapped day off opens offices, and nothing says that payments are cleared on it.
 */
export function isBankDay(calendar: Calendar, day: PlainDate): boolean {
  return isWorkingDay(calendar, day) && !isWeekend(day);
}

/**
 * The bank day so many before a day, which is itself not counted. What has to be done before the 25th has
 * to be done on bankDayBefore the 25th, 1. Throws as workingDayAfter does.
 */
export function bankDayBefore(calendar: Calendar, day: PlainDate, count: number): PlainDate {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`not a count of days: ${count}`);
  let found = day;
  for (let left = count; left > 0; left -= 1) {
    found = addDays(found, -1);
    while (!isBankDay(calendar, found)) found = addDays(found, -1);
  }
  return found;
}

/** The day itself, or the next working day where it is a day off. Throws as isWorkingDay does. */
export function workingDayFrom(calendar: Calendar, day: PlainDate): PlainDate {
  let found = day;
  while (!isWorkingDay(calendar, found)) found = addDays(found, 1);
  return found;
}

/**
 * The working day so many after a day, which is itself not counted: the first after a Friday is the
 * Monday. Throws RangeError for a count that is not a whole number from 1, and as isWorkingDay does.
 */
export function workingDayAfter(calendar: Calendar, day: PlainDate, count: number): PlainDate {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`not a count of days: ${count}`);
  let found = day;
  for (let left = count; left > 0; left -= 1) {
    found = workingDayFrom(calendar, addDays(found, 1));
  }
  return found;
}

/** The day a number of days later, or earlier when the number is negative. */
export function addDays(to: PlainDate, days: number): PlainDate {
  return dayAt(Date.parse(to) + days * DAY_IN_MILLISECONDS);
}

function daysFrom(first: PlainDate, last: PlainDate): PlainDate[] {
  const days: PlainDate[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

function isWeekend(day: PlainDate): boolean {
  const weekday = new Date(Date.parse(day)).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** A date without a time zone is read, and written, as midnight UTC: no clock can shift it. */
function dayAt(milliseconds: number): PlainDate {
  return new Date(milliseconds).toISOString().slice(0, 10) as PlainDate;
}

function yearOf(day: PlainDate): string {
  return day.slice(0, 4);
}
