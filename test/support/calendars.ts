import { readFileSync } from 'node:fs';
import { plainDate } from '../../src/kernel/period.ts';
import { calendarOf, type Calendar } from '../../src/kernel/working-days.ts';

// The calendar that is shipped, and one in which somebody has announced the days off of 2027.

export const ASSUMED_2027 = 'test/fixtures/calendar-2027-assumed.csv';

/** A calendar of the special days of CSV files: the day first, the kind before the source. */
export function calendarFrom(...files: readonly string[]): Calendar {
  return calendarOf(files.flatMap(daysIn));
}

export const SHIPPED = 'migrations/reference/holidays.csv';

/** The days of one file, with their kinds. */
export function daysIn(file: string): { day: ReturnType<typeof plainDate>; kind: string }[] {
  const kinds = /,(public|makeup_off|swap_off|swap_work|tet_start|tet_end|tet_day1),/;
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => ({ day: plainDate(line.slice(0, 10)), kind: kinds.exec(line)?.[1] ?? '' }));
}
