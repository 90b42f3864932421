// For how many months, and what is left for the next time. Articles: 38/2013/QH13 art. 50(2) and
// 28/2015/ND-CP art. 18(7); 74/2025/QH15 art. 39(2).

import type { UnemploymentRules } from './unemployment-law.ts';
import { stepOf, type Step } from './unemployment-steps.ts';

/** Months of benefit granted for contributed months, and the contributed months that are left over. */
export interface Grant {
  readonly months: number;
  readonly leftover: number;
}

export const MONTHS_NEEDED = 12;
const MONTHS_FIRST = 3;
const CONTRIBUTED_FOR_FIRST = 36;
const MONTHS_MOST = 12;
const CONTRIBUTED_FOR_ONE = 12;

/**
 * Three months for 12 to 36 contributed months, one more for each full 12 after them, twelve at most.
 * What is over 36 and was not enough for one more is kept, and so is what is over 144 [own]. Nothing
 * is granted for less than 12 months, and then all of them are left.
 */
export function grantFor(contributed: number): Grant {
  if (contributed < MONTHS_NEEDED) return { months: 0, leftover: contributed };
  const more = Math.floor(Math.max(0, contributed - CONTRIBUTED_FOR_FIRST) / CONTRIBUTED_FOR_ONE);
  const months = Math.min(MONTHS_FIRST + more, MONTHS_MOST);
  return { months, leftover: keptAfter(contributed, months) };
}

/**
 * The contributed months that are kept once some months of benefit are used up: each of those stands
 * for twelve (38/2013/QH13 art. 53(5) [own]).
 */
export function keptAfter(contributed: number, used: number): number {
  return Math.max(0, contributed - used * CONTRIBUTED_FOR_ONE);
}

/** How the grant is reckoned, for people. */
export function grantSteps(contributed: number, { cites }: UnemploymentRules): readonly Step[] {
  const { months, leftover } = grantFor(contributed);
  const reckoned =
    contributed <= CONTRIBUTED_FOR_FIRST
      ? stepOf('duration-first', { contributed, months }, cites.duration)
      : stepOf('duration-more', { contributed, months, most: MONTHS_MOST }, cites.duration);
  if (leftover === 0) return [reckoned];
  return [reckoned, stepOf('leftover', { contributed, months, leftover }, cites.leftover)];
}
