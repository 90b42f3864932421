import { expect } from 'chai';
import {
  addMonths,
  firstDay,
  isPeriod,
  isPlainDate,
  lastDay,
  monthIndex,
  period,
  periodOf,
  periodsFrom,
  plainDate,
} from '../../src/kernel/period.ts';
import { table } from '../support/table.ts';

describe('period', () => {
  it('is a year and a month, and nothing else', () => {
    const good = ['2026-01', '2026-12', '0001-09'];
    const bad = ['2026-00', '2026-13', '2026-1', '26-01', '2026-11-01', '2026/11', ' 2026-11', ''];
    expect(good.filter(isPeriod)).to.deep.equal(good);
    expect(bad.filter(isPeriod)).to.deep.equal([]);
    for (const text of bad) expect(() => period(text), text).to.throw(RangeError);
  });

  it('has a first and a last day', () => {
    const cases = table<'of' | 'first' | 'last'>(`
      of       first       last
      2026-01  2026-01-01  2026-01-31
      2026-02  2026-02-01  2026-02-28
      2028-02  2028-02-01  2028-02-29
      2000-02  2000-02-01  2000-02-29
      2100-02  2100-02-01  2100-02-28
      2026-04  2026-04-01  2026-04-30
      2026-06  2026-06-01  2026-06-30
      2026-09  2026-09-01  2026-09-30
      2026-11  2026-11-01  2026-11-30
      2026-12  2026-12-01  2026-12-31
    `);
    for (const { of, first, last } of cases) {
      expect([firstDay(period(of)), lastDay(period(of))]).to.deep.equal([first, last]);
      expect(periodOf(lastDay(period(of)))).to.equal(of);
    }
  });

  it('is counted forward and back over the turn of the year', () => {
    const cases = table<'of' | 'months' | 'is'>(`
      of       months  is
      2026-11  0       2026-11
      2026-11  1       2026-12
      2026-12  1       2027-01
      2026-01  -1      2025-12
      2026-11  -24     2024-11
      2026-11  14      2028-01
    `);
    for (const { of, months, is } of cases) {
      expect(addMonths(period(of), Number(months))).to.equal(is);
      expect(monthIndex(period(is)) - monthIndex(period(of))).to.equal(Number(months));
    }
  });

  it('lists every month from one to another, both included', () => {
    expect(periodsFrom(period('2025-11'), period('2026-02'))).to.deep.equal([
      '2025-11',
      '2025-12',
      '2026-01',
      '2026-02',
    ]);
    expect(periodsFrom(period('2026-02'), period('2026-02'))).to.deep.equal(['2026-02']);
    expect(periodsFrom(period('2026-03'), period('2026-02'))).to.deep.equal([]);
  });
});

describe('plainDate', () => {
  it('is a day that the calendar has', () => {
    const good = ['2026-11-30', '2028-02-29', '2000-02-29', '2026-12-31'];
    const bad = [
      '2026-11-31',
      '2026-02-29',
      '2100-02-29',
      '2026-00-10',
      '2026-13-01',
      '2026-01-00',
    ];
    const odd = ['2026-1-1', '2026-11', '30/11/2026', '2026-11-30T00:00:00Z', ''];
    expect(good.filter(isPlainDate)).to.deep.equal(good);
    expect([...bad, ...odd].filter(isPlainDate)).to.deep.equal([]);
    for (const text of [...bad, ...odd]) expect(() => plainDate(text), text).to.throw(RangeError);
  });
});
