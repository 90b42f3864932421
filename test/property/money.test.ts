import { Decimal } from 'decimal.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { multiplyExact, sum, vnd } from '../../src/kernel/money.ts';
import { grouped } from '../../src/kernel/text.ts';

const AMOUNTS = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(vnd);
/** Coefficients as the tables have them: at most three decimals. */
const THOUSANDTHS = fc.integer({ min: 0, max: 99_999 });

describe('money', () => {
  it('has one sum, in whatever order and however divided', () => {
    fc.assert(
      fc.property(fc.array(AMOUNTS), fc.nat(), (amounts, cut) => {
        const whole = sum(amounts);
        expect(sum(amounts.toReversed())).to.equal(whole);
        const at = amounts.length === 0 ? 0 : cut % amounts.length;
        expect(sum([sum(amounts.slice(0, at)), sum(amounts.slice(at))])).to.equal(whole);
      }),
    );
  });

  it('multiplies exactly as whole numbers do, and refuses exactly where they leave a rest', () => {
    let refused = 0;
    fc.assert(
      fc.property(AMOUNTS, THOUSANDTHS, (amount, thousandths) => {
        const coefficient = new Decimal(thousandths).div(1000);
        const product = amount * BigInt(thousandths);
        if (product % 1000n === 0n) {
          expect(multiplyExact(amount, coefficient)).to.equal(product / 1000n);
        } else {
          refused += 1;
          expect(() => multiplyExact(amount, coefficient)).to.throw(RangeError);
        }
      }),
    );
    expect(refused).to.be.greaterThan(0);
  });

  it('is written in groups that say the same number', () => {
    fc.assert(
      fc.property(AMOUNTS, (amount) => {
        const text = grouped(amount);
        expect(text).to.match(/^\d{1,3}(\.\d{3})*$/);
        expect(BigInt(text.replaceAll('.', ''))).to.equal(amount);
      }),
    );
  });
});
