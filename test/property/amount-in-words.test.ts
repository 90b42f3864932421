import { expect } from 'chai';
import fc from 'fast-check';
import { readAmountWords } from '../../src/intake/amount-words.ts';
import { amountInWords } from '../../src/kernel/amount-in-words.ts';
import { vnd } from '../../src/kernel/money.ts';

describe('amountInWords', () => {
  it('is read back as the same amount, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(readAmountWords(amountInWords(vnd(amount)))).to.equal(amount);
      }),
      { numRuns: 2000 },
    );
  });

  it('is written as vouchers write it', () => {
    const written: readonly (readonly [bigint, string])[] = [
      [0n, 'Không đồng'],
      [5n, 'Năm đồng'],
      [15n, 'Mười lăm đồng'],
      [21n, 'Hai mươi mốt đồng'],
      [105n, 'Một trăm linh năm đồng'],
      [540_000n, 'Năm trăm bốn mươi nghìn đồng'],
      [1_205_000n, 'Một triệu hai trăm linh năm nghìn đồng'],
      [2_000_005n, 'Hai triệu không trăm linh năm đồng'],
      [16_842_250_000n, 'Mười sáu tỷ tám trăm bốn mươi hai triệu hai trăm năm mươi nghìn đồng'],
      [1_000_000_000_000n, 'Một nghìn tỷ đồng'],
    ];
    for (const [amount, words] of written) expect(amountInWords(vnd(amount))).to.equal(words);
  });
});
