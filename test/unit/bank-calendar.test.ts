import { expect } from 'chai';
import { isBeforeCutoff, wantedValueDay } from '../../src/batch/bank-calendar.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { businessTime } from '../../src/platform/clock.ts';

const CALENDAR = {
  cutoff: '15:30',
  leadBankDays: 1,
  valueDate: { dayOfMonth: 5, otherwise: 'following' },
} as const;

describe('bank calendar', () => {
  it('wants a day of the month', () => {
    expect(wantedValueDay(CALENDAR, period('2026-11'))).to.equal('2026-11-05');
  });

  const cases: [day: string, time: string, taken: boolean][] = [
    ['2026-11-03', '23:59', true],
    ['2026-11-04', '15:30', true],
    ['2026-11-04', '15:31', false],
    ['2026-11-05', '00:00', false],
  ];
  for (const [day, time, taken] of cases) {
    it(`${taken ? 'takes' : 'does not take'} a file on ${day} at ${time}`, () => {
      const now = { day: plainDate(day), time };
      expect(isBeforeCutoff(CALENDAR, plainDate('2026-11-04'), now)).to.equal(taken);
      expect(isBeforeCutoff({ ...CALENDAR, cutoff: null }, plainDate('2026-11-04'), now)).to.equal(
        true,
      );
    });
  }

  it('reads the clocks of Vietnam', () => {
    expect(businessTime(new Date('2026-11-04T17:00:00Z'))).to.equal('00:00');
    expect(businessTime(new Date('2026-11-04T08:30:59Z'))).to.equal('15:30');
  });
});
