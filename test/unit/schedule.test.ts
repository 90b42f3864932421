import { expect } from 'chai';
import { JOB_NAMES, nextRuns } from '../../jobs/timetable.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import {
  bankDayBefore,
  calendarOf,
  CalendarUnknown,
  isBankDay,
} from '../../src/kernel/working-days.ts';
import {
  gateOf,
  instantOf,
  moneyOutDay,
  payDay,
  slotsOf,
  timesOfDay,
  type GateName,
  type Rhythm,
} from '../../src/operations/schedule.ts';
import { businessDate } from '../../src/platform/clock.ts';
import { ASSUMED_2027, calendarFrom, SHIPPED } from '../support/calendars.ts';
import { table } from '../support/table.ts';

const KNOWN = calendarFrom(SHIPPED);
const ASSUMED = calendarFrom(SHIPPED, ASSUMED_2027);

const span = (after: string, until: string): Parameters<typeof slotsOf>[1] => ({
  calendar: KNOWN,
  beforeTet: new Set(),
  after: { at: new Date(after), day: businessDate(new Date(after)) },
  until: { at: new Date(until), day: businessDate(new Date(until)) },
});

describe('gates of the month', () => {
  const CASES = table<'period' | 'gate' | 'closes'>(`
    period    gate              closes
    2026-12   money-out         2026-11-23T15:30
    2027-01   money-out         2026-12-24T15:30
    2026-03   money-out         2026-02-24T15:30
    2026-05   money-out         2026-04-24T15:30
    2027-03   money-out         2027-02-24T15:30
    2026-09   answers-in        2026-09-18T17:00
    2026-12   answers-in        2026-12-18T17:00
    2026-09   unemployment-out  2026-09-11T17:00
    2026-11   unemployment-out  2026-11-13T17:00
    2026-02   unemployment-out  2026-02-13T17:00
    2027-02   unemployment-out  2027-02-18T17:00
    2026-02   tet-out           2026-02-09T15:30
    2027-02   tet-out           2027-01-29T15:30
  `);
  for (const { period: of, gate, closes } of CASES) {
    it(`${gate} of ${of} closes on ${closes}`, () => {
      const at = gateOf(gate as GateName, ASSUMED, period(of));
      expect(at.toISOString()).to.equal(new Date(`${closes}:00+07:00`).toISOString());
    });
  }

  it('are refused for a year whose days off are not announced, never guessed (F24)', () => {
    expect(() => gateOf('answers-in', KNOWN, period('2027-01'))).to.throw(CalendarUnknown);
    // December of the year before is known, so the money of January leaves in time.
    expect(gateOf('money-out', KNOWN, period('2027-01'))).to.be.instanceOf(Date);
  });

  it('count back over Tết, and over a Saturday on which offices open and banks do not', () => {
    expect(moneyOutDay(KNOWN, period('2026-03'), 3)).to.equal('2026-02-13');
    expect(isBankDay(KNOWN, plainDate('2026-08-22'))).to.equal(false);
    expect(bankDayBefore(KNOWN, plainDate('2026-08-25'), 2)).to.equal('2026-08-21');
    expect(() => bankDayBefore(KNOWN, plainDate('2026-08-25'), 0)).to.throw(RangeError);
  });
});

describe('the month that is paid with the next before Tết', () => {
  // In 2025 the days off began on Saturday 25 January, the day after the usual gate of February.
  const early = calendarOf([
    { day: plainDate('2024-02-08'), kind: 'tet_start' },
    { day: plainDate('2024-02-14'), kind: 'tet_end' },
    { day: plainDate('2025-01-01'), kind: 'public' },
    { day: plainDate('2025-01-25'), kind: 'tet_start' },
    { day: plainDate('2025-02-02'), kind: 'tet_end' },
  ]);
  const days = (of: string, ...ordered: string[]): string[] =>
    [1, 5].map((count) =>
      payDay({ calendar: early, beforeTet: new Set(ordered.map(period)) }, period(of), count),
    );

  it('leaves a bank week before the first day off, and its stages with it', () => {
    expect(days('2025-02')).to.deep.equal(['2025-01-24', '2025-01-20']);
    expect(days('2025-02', '2025-02')).to.deep.equal(['2025-01-20', '2025-01-14']);
  });

  it('moves no other month, and none to a later day', () => {
    expect(days('2025-03', '2025-02')).to.deep.equal(days('2025-03'));
    expect(days('2025-03', '2025-03')).to.deep.equal(['2025-01-20', '2025-01-14']);
    expect(
      payDay({ calendar: ASSUMED, beforeTet: new Set([period('2027-02')]) }, period('2027-02'), 1),
    ).to.equal(moneyOutDay(ASSUMED, period('2027-02'), 1));
  });

  it('needs no Tết of a year that is not known for what leaves in December', () => {
    const ordered = { calendar: KNOWN, beforeTet: new Set([period('2027-01')]) };
    expect(payDay(ordered, period('2027-01'), 1)).to.equal('2026-12-24');
    expect(() => gateOf('tet-out', KNOWN, period('2027-02'))).to.throw(CalendarUnknown);
  });
});

describe('slots', () => {
  const daily: Rhythm = { every: 'day', on: 'bank-days', at: ['08:00', '15:30'] };
  const monthly: Rhythm = {
    every: 'period',
    month: -1,
    day: (known, of) => payDay(known, of, 1),
    at: '07:00',
  };

  it('of a day are those after one instant and until another', () => {
    const slots = slotsOf(daily, span('2026-11-20T01:00:00Z', '2026-11-25T01:00:00Z'));
    // 08:00 of the 20th has been, the 24th is a day off, 08:00 of the 25th has just come.
    expect(slots.map(({ occasion }) => occasion)).to.deep.equal([
      '2026-11-20 15:30',
      '2026-11-23 08:00',
      '2026-11-23 15:30',
      '2026-11-25 08:00',
    ]);
  });

  it('are the same in whatever pieces a span is swept', () => {
    const [first, middle, last] = [
      '2026-08-01T00:00:00Z',
      '2026-08-22T08:31:00Z',
      '2026-12-31T00:00:00Z',
    ];
    for (const rhythm of [daily, monthly]) {
      const whole = slotsOf(rhythm, span(first, last));
      const pieces = [
        ...slotsOf(rhythm, span(first, middle)),
        ...slotsOf(rhythm, span(middle, last)),
      ];
      expect(pieces).to.deep.equal(whole);
      expect(whole.length).to.be.greaterThan(4);
    }
  });

  it('of a period need no year that is not reached yet', () => {
    const slots = slotsOf(monthly, span('2026-11-01T00:00:00Z', '2026-12-31T10:00:00Z'));
    expect(slots.map((slot) => slot.period)).to.deep.equal(['2026-12', '2027-01']);
    const reached = span('2026-12-30T00:00:00Z', '2027-01-02T00:00:00Z');
    expect(() => slotsOf(monthly, reached)).to.throw(CalendarUnknown);
    const always: Rhythm = { every: 'day', on: 'all-days', at: ['06:00'] };
    expect(slotsOf(always, reached)).to.have.length(3);
  });

  it('belong to the month that Việt Nam has, whatever zone the machine is in (F23, F25)', () => {
    const zone = process.env.TZ;
    try {
      for (const name of ['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh']) {
        process.env.TZ = name;
        const slots = slotsOf(
          { every: 'day', on: 'all-days', at: ['00:00'] },
          span('2026-02-28T16:59:00Z', '2026-02-28T17:00:00Z'),
        );
        expect(slots, name).to.deep.equal([
          {
            period: '2026-03',
            occasion: '2026-03-01 00:00',
            dueAt: new Date('2026-02-28T17:00:00Z'),
          },
        ]);
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('have times between two hours', () => {
    expect(timesOfDay('07:45', '09:00', 30)).to.deep.equal(['07:45', '08:15', '08:45']);
    expect(instantOf(plainDate('2026-11-22'), '07:45').toISOString()).to.equal(
      '2026-11-22T00:45:00.000Z',
    );
  });
});

describe('the next run of a job', () => {
  const at = new Date('2026-10-22T02:00:00Z');
  const next = (calendar = ASSUMED, now = at): Map<string, Date | 'no-calendar' | null> =>
    new Map(nextRuns({ calendar, beforeTet: new Set() }, now).map((one) => [one.job, one.next]));

  it('is the earliest of its times, also where of several that were missed the last is made up for', () => {
    expect(next().get('alarms')).to.deep.equal(new Date('2026-10-22T02:05:00Z'));
    expect(next().get('audit-heads')).to.deep.equal(new Date('2026-10-22T16:30:00Z'));
    // On a Saturday the next half hour of a bank is on Monday.
    const saturday = new Date('2026-10-24T02:00:00Z');
    expect(next(ASSUMED, saturday).get('bank-files')).to.deep.equal(
      new Date('2026-10-26T00:15:00Z'),
    );
    expect([...next().keys()]).to.deep.equal([...JOB_NAMES]);
  });

  it('waits for a calendar where one is needed, and not where none is', () => {
    const late = new Date('2026-12-31T13:00:00Z');
    expect(next(KNOWN, late).get('bank-files')).to.equal('no-calendar');
    expect(next(KNOWN, late).get('alarms')).to.deep.equal(new Date('2026-12-31T13:05:00Z'));
  });

  it('is named in December also when the days off of the next year are not known yet', () => {
    const november = new Date('2026-11-23T02:00:00Z');
    expect(next(KNOWN, november).get('batch')).to.deep.equal(new Date('2026-12-21T07:00:00+07:00'));
    expect(next(KNOWN, november)).to.deep.equal(next(ASSUMED, november));
  });
});
