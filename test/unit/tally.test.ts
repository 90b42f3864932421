import { expect } from 'chai';
import { vnd } from '../../src/kernel/money.ts';
import { period } from '../../src/kernel/period.ts';
import { agrees, count, sumOf, type Tally } from '../../src/settlement/tally.ts';
import { table } from '../support/table.ts';

const NOVEMBER = period('2026-11');

function counted(): Tally {
  const tally: Tally = new Map();
  const lines = [
    ['debit', 9_007_199_254_740_993n, '2026-10'],
    ['debit', 1n, '2026-12'],
    ['credit', 7n, '2026-11'],
    ['paid', 5n, '2026-11'],
    ['unpaid', 3n, '2026-11'],
  ] as const;
  for (const [kind, amountVnd, of] of lines) count(tally, kind, { amountVnd, period: period(of) });
  count(tally, 'status', { amountVnd: null, period: NOVEMBER });
  count(tally, 'entry-debit', { amountVnd: 11n, period: null });
  return tally;
}

describe('tally of a file', () => {
  it('counts each kind exactly, with its first and its last period', () => {
    expect(counted().get('debit')).to.deep.equal({
      count: 2n,
      totalVnd: 9_007_199_254_740_994n,
      firstPeriod: '2026-10',
      lastPeriod: '2026-12',
    });
    expect(counted().get('status')).to.include({ count: 1n, totalVnd: 0n, firstPeriod: NOVEMBER });
    expect(counted().get('entry-debit')).to.include({ firstPeriod: null, lastPeriod: null });
  });

  it('adds kinds up, and knows nothing of what did not come', () => {
    const all = sumOf(counted(), ['status', 'debit', 'credit']);
    expect(all).to.deep.equal({
      count: 4n,
      totalVnd: 9_007_199_254_741_001n,
      firstPeriod: '2026-10',
      lastPeriod: '2026-12',
    });
    const none = { count: 0n, totalVnd: 0n, firstPeriod: null, lastPeriod: null };
    expect(sumOf(counted(), ['entry-credit'])).to.deep.equal(none);
  });

  const DECLARED = table<'of' | 'direction' | 'count' | 'total' | 'agrees'>(`
    of        direction  count  total             agrees
    bookings  debit      2      9007199254740994  yes
    bookings  debit      2      9007199254740993  no
    bookings  debit      1      9007199254740994  no
    bookings  debit      -      9007199254740994  yes
    bookings  credit     1      7                 yes
    bookings  all        3      9007199254741001  yes
    cash      debit      1      5                 yes
    cash      credit     1      3                 yes
    cash      all        2      8                 yes
    cash      all        2      5                 no
    entries   debit      1      11                yes
    entries   credit     0      0                 yes
    entries   credit     1      -                 no
    entries   all        1      -                 yes
  `);
  for (const row of DECLARED) {
    const { of, direction } = row;
    it(`${row.agrees === 'yes' ? 'is' : 'is not'} ${row.count} and ${row.total} of ${direction} ${of}`, () => {
      const said = agrees(counted(), {
        type: 'totals',
        of: of as 'bookings' | 'cash' | 'entries',
        direction: direction as 'debit' | 'credit' | 'all',
        count: row.count === '' ? null : BigInt(row.count),
        totalVnd: row.total === '' ? null : vnd(BigInt(row.total)),
      });
      expect(said).to.equal(row.agrees === 'yes');
    });
  }
});
