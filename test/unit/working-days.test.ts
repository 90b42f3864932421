import { expect } from 'chai';
import { plainDate, type PlainDate } from '../../src/kernel/period.ts';
import {
  addDays,
  calendarOf,
  isWorkingDay,
  workingDayAfter,
  workingDayFrom,
  type SpecialDay,
} from '../../src/kernel/working-days.ts';
import { rowsOf } from '../support/social-assistance-law.ts';
import { table } from '../support/table.ts';

// The calendar as it is shipped.
const SHIPPED: readonly SpecialDay[] = rowsOf('migrations/reference/holidays.csv').map((row) => ({
  day: plainDate(row.day ?? ''),
  kind: row.kind ?? '',
}));
const CALENDAR = calendarOf(SHIPPED);

const special = (day: string, kind: string): SpecialDay => ({ day: plainDate(day), kind });
const TET_2028 = [special('2028-01-24', 'tet_start'), special('2028-01-30', 'tet_end')];

describe('isWorkingDay', () => {
  for (const { day, works, why } of table<'day' | 'works' | 'why'>(`
    day         works  why
    2026-11-20  yes    Friday
    2026-11-21  no     Saturday
    2026-11-22  no     Sunday
    2026-11-23  yes    Monday
    2026-11-24  no     Culture_Day
    2026-11-25  yes    the_day_after
    2025-01-24  yes    before_Tet
    2025-01-25  no     first_day_of_Tet
    2025-01-29  no     within_Tet
    2025-02-02  no     last_day_of_Tet
    2025-02-03  yes    after_Tet
    2026-02-13  yes    before_Tet
    2026-02-16  no     within_Tet
    2026-02-20  no     within_Tet
    2026-02-23  yes    after_Tet
    2025-04-26  yes    worked_for_2025-05-02
    2025-05-02  no     swapped
    2026-01-02  no     swapped
    2026-01-09  yes    Friday
    2026-01-10  yes    worked_for_2026-01-02
    2026-01-11  no     Sunday
    2026-04-27  no     made_up_for_a_Sunday
    2026-08-22  yes    worked_for_2026-08-31
    2026-08-31  no     swapped
    2026-09-02  no     National_Day
  `)) {
    it(`${day} is ${works === 'yes' ? 'worked' : 'off'}: ${why.replaceAll('_', ' ')}`, () => {
      expect(isWorkingDay(CALENDAR, plainDate(day))).to.equal(works === 'yes');
    });
  }

  it('refuses a year of which nothing is known, or only when Tết will be', () => {
    for (const day of ['2024-12-31', '2027-01-04', '2028-01-04']) {
      expect(() => isWorkingDay(CALENDAR, plainDate(day))).to.throw(
        RangeError,
        `the calendar of ${day.slice(0, 4)} is not known`,
      );
    }
    const halfTold = calendarOf(TET_2028.slice(0, 1));
    expect(() => isWorkingDay(halfTold, plainDate('2028-01-04'))).to.throw(RangeError);
  });

  it('takes the first and the last day of Tết off, on whichever weekday they fall', () => {
    const tet = [special('2028-01-25', 'tet_start'), special('2028-01-28', 'tet_end')];
    const days = ['2028-01-24', '2028-01-25', '2028-01-28', '2028-01-31'].map(plainDate);
    expect(days.map((day) => isWorkingDay(calendarOf(tet), day))).to.deep.equal([
      ...[true, false, false, true],
    ]);
  });

  it('works a Saturday that was swapped', () => {
    const swapped = calendarOf([...TET_2028, special('2028-01-08', 'swap_work')]);
    expect(isWorkingDay(swapped, plainDate('2028-01-08'))).to.equal(true);
    expect(isWorkingDay(swapped, plainDate('2028-01-09'))).to.equal(false);
    expect(isWorkingDay(swapped, plainDate('2028-01-15'))).to.equal(false);
  });
});

describe('calendarOf', () => {
  it('takes the days in any order, and each Tết in its own year', () => {
    expect(calendarOf(SHIPPED.toReversed())).to.deep.equal(CALENDAR);
    expect([...CALENDAR.years]).to.deep.equal(['2025', '2026']);
  });

  it('refuses what it cannot read', () => {
    expect(() => calendarOf([special('2028-01-01', 'feast')])).to.throw(
      RangeError,
      'unknown kind of day: feast',
    );
    expect(() =>
      calendarOf([special('2028-01-30', 'tet_start'), special('2028-01-24', 'tet_end')]),
    ).to.throw(RangeError, 'Tết ends before it begins: 2028-01-24');
    expect(() =>
      calendarOf([special('2028-01-30', 'tet_start'), special('2028-01-30', 'tet_end')]),
    ).not.to.throw();
  });
});

describe('counting working days', () => {
  for (const { from, count, day } of table<'from' | 'count' | 'day'>(`
    from        count  day
    2026-11-19  1      2026-11-20
    2026-11-20  1      2026-11-23
    2026-11-21  1      2026-11-23
    2026-11-20  2      2026-11-25
    2026-02-13  1      2026-02-23
    2026-02-12  2      2026-02-23
    2026-03-02  16     2026-03-24
    2026-03-02  11     2026-03-17
  `)) {
    it(`working day ${count} after ${from} is ${day}`, () => {
      expect(workingDayAfter(CALENDAR, plainDate(from), Number(count))).to.equal(day);
    });
  }

  it('counts whole days from 1', () => {
    for (const count of [0, -1, 1.5]) {
      expect(() => workingDayAfter(CALENDAR, plainDate('2026-11-20'), count)).to.throw(
        RangeError,
        'not a count of days',
      );
    }
  });

  it('refuses to count into a year that is not known', () => {
    expect(workingDayAfter(CALENDAR, plainDate('2026-12-30'), 1)).to.equal('2026-12-31');
    expect(() => workingDayAfter(CALENDAR, plainDate('2026-12-31'), 1)).to.throw(RangeError);
  });

  it('moves a day off to the next working day, and no other', () => {
    const from = (day: string): PlainDate => workingDayFrom(CALENDAR, plainDate(day));
    expect(from('2026-11-23')).to.equal('2026-11-23');
    expect(from('2026-11-24')).to.equal('2026-11-25');
    expect(from('2026-02-14')).to.equal('2026-02-23');
  });

  it('adds days over months, years and the 29th of February', () => {
    const added = (day: string, days: number): PlainDate => addDays(plainDate(day), days);
    expect(added('2026-02-28', 1)).to.equal('2026-03-01');
    expect(added('2028-02-28', 1)).to.equal('2028-02-29');
    expect(added('2026-12-31', 1)).to.equal('2027-01-01');
    expect(added('2026-01-01', -1)).to.equal('2025-12-31');
    expect(added('2026-01-01', 0)).to.equal('2026-01-01');
  });
});
