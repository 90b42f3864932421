declare const periodBrand: unique symbol;
declare const dateBrand: unique symbol;

/** A payment month, written YYYY-MM. Such strings compare as months do. */
export type Period = string & { readonly [periodBrand]: true };

/** A calendar date without a time zone, written YYYY-MM-DD. Such strings compare as dates do. */
export type PlainDate = string & { readonly [dateBrand]: true };

/** Throws RangeError unless the text is YYYY-MM. */
export function period(text: string): Period {
  if (!isPeriod(text)) throw new RangeError(`not a period: ${text}`);
  return text;
}

export function isPeriod(text: string): text is Period {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** Throws RangeError unless the text is a day that the calendar has, as YYYY-MM-DD. */
export function plainDate(text: string): PlainDate {
  if (!isPlainDate(text)) throw new RangeError(`not a date: ${text}`);
  return text;
}

export function isPlainDate(text: string): text is PlainDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

export function firstDay(of: Period): PlainDate {
  return `${of}-01` as PlainDate;
}

export function lastDay(of: Period): PlainDate {
  const days = daysInMonth(Number(of.slice(0, 4)), Number(of.slice(5, 7)));
  return `${of}-${String(days)}` as PlainDate;
}

/** The month in which a day lies. */
export function periodOf(date: PlainDate): Period {
  return date.slice(0, 7) as Period;
}

/** 2026-11-23 as 23/11/2026, as days are written in Vietnam. */
export function dayMonthYear(day: PlainDate): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
}

/** The period a number of months later, or earlier when the number is negative. */
export function addMonths(to: Period, months: number): Period {
  return monthAt(monthIndex(to) + months);
}

/** All periods from one to another, both included; none when the first is later. */
export function periodsFrom(first: Period, last: Period): Period[] {
  const start = monthIndex(first);
  return Array.from({ length: Math.max(0, monthIndex(last) - start + 1) }, (_, i) =>
    monthAt(start + i),
  );
}

/** Months since year 0, so that periods can be counted. */
export function monthIndex(of: Period): number {
  return Number(of.slice(0, 4)) * 12 + Number(of.slice(5, 7)) - 1;
}

function monthAt(index: number): Period {
  const year = String(Math.floor(index / 12)).padStart(4, '0');
  return `${year}-${String((index % 12) + 1).padStart(2, '0')}` as Period;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}
