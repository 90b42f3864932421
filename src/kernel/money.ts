import type { Decimal } from 'decimal.js';

declare const vndBrand: unique symbol;

/** Whole Vietnamese dong. The currency has no minor unit in use, so an amount is an integer. */
export type Vnd = bigint & { readonly [vndBrand]: true };

/** An amount in dong. Throws RangeError for a negative one: direction is a word, never a sign. */
export function vnd(amount: bigint): Vnd {
  if (amount < 0n) throw new RangeError(`an amount is never negative: ${amount}`);
  return amount as Vnd;
}

/** The sum of amounts in dong; 0 for none. */
export function sum(amounts: Iterable<Vnd>): Vnd {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return vnd(total);
}

/**
 * Multiplies exactly or throws RangeError. There is no general rounding: a fraction of a dong means
 * that a rate was entered wrongly, and rounding would pay that mistake out. Where a law rounds, its
 * rule is a function of its own, with the article.
 */
export function multiplyExact(amount: Vnd, coefficient: Decimal): Vnd {
  const product = coefficient.times(amount.toString());
  if (!product.isInteger()) {
    throw new RangeError(`${amount} × ${coefficient.toString()} is not a whole dong`);
  }
  return vnd(BigInt(product.toFixed(0)));
}
