import { foldName } from '../kernel/text.ts';

/** What a comparison of two names says; doubtful always goes to a person. */
export type NameClass = 'same' | 'doubtful' | 'not';

/** Shortest prefix that may be a name cut off by a bank's length limit. */
const SHORTEST_CUT = 20;

// Old and new placement of the tone on oa, oe, uy: hoà and hòa are one spelling.
const TONES = '\u0300\u0301\u0303\u0309\u0323';
const OLD_PLACEMENT = new RegExp(`(o)([${TONES}])([ae])(?![a-z])|(u)([${TONES}])(y)(?![a-z])`, 'g');

/** A name for comparison: one Unicode form, one case, one placement of tones, one space. */
function comparable(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[Ðð]/g, 'đ')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(OLD_PLACEMENT, '$1$3$2$4$6$5')
    .normalize('NFC');
}

/**
 * Compares the name on a list with the name in the population database. Same: equal but for form,
 * case, spaces and tone placement. Doubtful: equal without accents, the same words in another order,
 * or one cut off. Else not. Rules: what differs only in how it is written is the same name.
 */
export function matchNames(listed: string, registered: string): NameClass {
  if (listed === registered) return 'same';
  const [a, b] = [comparable(listed), comparable(registered)];
  if (a === b) return 'same';
  const [foldedA, foldedB] = [foldName(a), foldName(b)];
  if (foldedA === foldedB || sorted(foldedA) === sorted(foldedB)) return 'doubtful';
  const [shorter, longer] =
    foldedA.length < foldedB.length ? [foldedA, foldedB] : [foldedB, foldedA];
  return shorter.length >= SHORTEST_CUT && longer.startsWith(shorter) ? 'doubtful' : 'not';
}

function sorted(name: string): string {
  return name.split(' ').sort().join(' ');
}
