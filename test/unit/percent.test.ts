import { expect } from 'chai';
import { percentOf } from '../../src/kernel/percent.ts';

describe('percentOf', () => {
  for (const [part, whole, said] of [
    [2n, 3n, '66,67 %'],
    [1n, 3n, '33,33 %'],
    [1n, 800n, '0,13 %'],
    [1n, 1_000_000n, '0,00 %'],
    [5n, 5n, '100,00 %'],
    [0n, 0n, '–'],
  ] as const) {
    it(`says ${part} of ${whole} as ${said}`, () => {
      expect(percentOf(part, whole)).to.equal(said);
    });
  }
});
