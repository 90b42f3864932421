// Amounts of any currency as the decimals they are: a file's digits become an integer of the smallest
// part that XML Schema lets a sum have, so that sums and comparisons are exact.

declare const exactBrand: unique symbol;

/** An amount in units of 10 to the power of -17. */
export type Exact = bigint & { readonly [exactBrand]: true };

const DIGITS = 17;
const UNIT = 10n ** BigInt(DIGITS);

export const NOTHING = 0n as Exact;

/** A month has a few hundred amounts, each of them thousands of times. */
const KNOWN_AT_MOST = 10_000;
const known = new Map<string, Exact>();

/** The amount of digits such as 1000.50, or undefined when they are none. */
export function exact(text: string): Exact | undefined {
  const amount = known.get(text) ?? amountOf(text);
  if (amount !== undefined && known.size < KNOWN_AT_MOST) known.set(text, amount);
  return amount;
}

function amountOf(text: string): Exact | undefined {
  const [, whole, fraction = ''] = /^(\d{1,18})(?:\.(\d{1,17}))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return (BigInt(whole) * UNIT + BigInt(fraction.padEnd(DIGITS, '0'))) as Exact;
}

/** The shortest digits of an amount; a minus before what is below zero. */
export function digits(amount: bigint): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = String(size % UNIT)
    .padStart(DIGITS, '0')
    .replace(/0+$/, '');
  const whole = `${amount < 0n ? '-' : ''}${size / UNIT}`;
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The sum of amounts. */
export function total(amounts: Iterable<bigint>): Exact {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum as Exact;
}

/** The whole units in an amount; undefined when it has a fraction. A minus stays. */
export function wholeUnits(amount: bigint): bigint | undefined {
  return amount % UNIT === 0n ? amount / UNIT : undefined;
}
