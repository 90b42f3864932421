import type { Period } from '../../src/kernel/period.ts';
import { pick } from './chance.ts';

const TWO_DIGITS = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
const FIRST_YEAR = 1900;
const MONTHS = Array.from(
  { length: 250 * 12 },
  (_, i) => `${String(FIRST_YEAR + Math.floor(i / 12))}-${twoDigits((i % 12) + 1)}` as Period,
);

export function twoDigits(value: number): string {
  return pick(TWO_DIGITS, value);
}

export function monthText(index: number): Period {
  return pick(MONTHS, index - FIRST_YEAR * 12);
}

/** A day that every month has. */
export function dayText(draw: number): string {
  return twoDigits((draw % 28) + 1);
}

/** The last digits of a number, with leading zeros. */
export function lastDigits(value: number, digits: number): string {
  const modulus = 10 ** digits;
  return String(modulus + (value % modulus)).slice(1);
}
