import { vnd, type Vnd } from '../../../src/kernel/money.ts';
import { isPlainDate } from '../../../src/kernel/period.ts';
import type { ElementRule, Refuse } from './guarded-xml.ts';

/** Checks the text of an element and gives it in our form, or refuses the file. */
export type ValueCheck = (text: string, refuse: Refuse, currency: string) => string;

/** An identifier of the standard, such as Max35Text: kept as text, leading zeros and all. */
export function identifier(maxLength: number): ValueCheck {
  return (text, refuse) => {
    if (text === '') return refuse('empty');
    return text.length > maxLength ? refuse('too-long') : text;
  };
}

/** A code of an external list, such as RJCT or AC04: one to four letters and digits. */
export const code: ValueCheck = (text, refuse) =>
  /^[A-Z0-9]{1,4}$/.test(text) ? text : refuse('not-a-code');

export const count: ValueCheck = (text, refuse) =>
  /^\d{1,15}$/.test(text) ? text : refuse('not-a-count');

// ISO 4217 gives the dong no minor unit, but banks write 1000.00. Other fractions, groups of
// thousands and signs are refused: what they mean would be a guess.
const WHOLE_DONG = /^(0|[1-9]\d{0,17})(\.0{1,5})?$/;

/** A sum without a currency of its own, in whole dong. */
export const wholeDong: ValueCheck = (text, refuse) =>
  WHOLE_DONG.exec(text)?.[1] ?? refuse('not-whole-dong');

/** Digits that wholeDong() has passed. Up to 15 of them are exact in a number, which is quicker. */
export function dong(digits: string): Vnd {
  return vnd(digits.length <= 15 ? BigInt(Number(digits)) : BigInt(digits));
}

/** An amount in dong. */
export const amountVnd: ValueCheck = (text, refuse, currency) =>
  currency === 'VND' ? wholeDong(text, refuse, currency) : refuse('currency-not-vnd');

export const direction: ValueCheck = (text, refuse) => {
  if (text === 'DBIT') return 'debit';
  return text === 'CRDT' ? 'credit' : refuse('not-a-direction');
};

export const day: ValueCheck = (text, refuse) => (isPlainDate(text) ? text : refuse('not-a-date'));

// A time in another zone may lie on another day than in Vietnam.
const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:\+07:00)?$/;

/** The day of a time that is local to Vietnam. */
export const dayOfTime: ValueCheck = (text, refuse, currency) =>
  day(LOCAL_TIME.exec(text)?.[1] ?? refuse('not-a-local-time'), refuse, currency);

/** Keeps the value of an element that may stand once: which of two would be meant? */
export function field<Key extends string>(
  into: Record<Key, string>,
  key: Key,
  check: ValueCheck,
  refuse: Refuse,
): ElementRule {
  return {
    close(text, currency) {
      if (into[key] !== '') refuse('repeated');
      into[key] = check(text, refuse, currency);
    },
  };
}

/** Keeps the first value of an element that may stand several times. */
export function firstField<Key extends string>(
  into: Record<Key, string>,
  key: Key,
  check: ValueCheck,
  refuse: Refuse,
): ElementRule {
  return {
    close(text, currency) {
      const value = check(text, refuse, currency);
      if (into[key] === '') into[key] = value;
    },
  };
}
