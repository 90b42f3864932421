import { Decimal } from 'decimal.js';
import { expect } from 'chai';
import { multiplyExact, sum, vnd } from '../../src/kernel/money.ts';
import { table } from '../support/table.ts';

describe('vnd', () => {
  it('is never negative: direction is a word', () => {
    expect(vnd(0n)).to.equal(0n);
    expect(vnd(540_000n)).to.equal(540_000n);
    expect(() => vnd(-1n)).to.throw(RangeError);
  });
});

describe('sum', () => {
  it('adds what a float cannot hold, and is 0 for nothing', () => {
    expect(sum([])).to.equal(0n);
    expect(sum([vnd(9_007_199_254_740_993n), vnd(2n)])).to.equal(9_007_199_254_740_995n);
  });
});

describe('multiplyExact', () => {
  it('multiplies to the dong, or refuses', () => {
    const cases = table<'amount' | 'coefficient' | 'is'>(`
      amount            coefficient  is
      540000            1.5          810000
      540000            2.5          1350000
      500000            0.8          400000
      3012000           3.206        9656472
      0                 1.5          0
      540000            0            0
      999999999999999   1            999999999999999
      9007199254740993  2            18014398509481986
      540001            1.5          -
      1                 0.001        -
      3012001           3.206        -
    `);
    for (const { amount, coefficient, is } of cases) {
      const product = (): bigint => multiplyExact(vnd(BigInt(amount)), new Decimal(coefficient));
      if (is === '') expect(product, `${amount} × ${coefficient}`).to.throw(RangeError);
      else expect(product()).to.equal(BigInt(is));
    }
  });

  it('refuses a negative coefficient', () => {
    expect(() => multiplyExact(vnd(1n), new Decimal(-1))).to.throw(RangeError);
  });
});
