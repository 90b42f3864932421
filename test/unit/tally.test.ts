import { expect } from 'chai';
import { period } from '../../src/kernel/period.ts';
import { count, sumOf, type Tally } from '../../src/settlement/tally.ts';

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
    expect(sumOf(new Map(), ['credit'])).to.deep.equal(none);
  });
});
