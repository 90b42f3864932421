import { monthIndex, type Period, type PlainDate } from '../kernel/period.ts';
import type { BirthYear } from './entitlement.ts';

/**
 * The month of birth as months since year 0. Where only the year is known, the day of birth is taken
 * to be 1 January, as social insurance law does (Decree 135/2020/ND-CP; from memory, not checked).
 * Decree 20/2021/ND-CP has no rule.
 */
export function birthMonth(birth: PlainDate | BirthYear): number {
  return birth.length === 4 ? Number(birth) * 12 : monthIndex(birth.slice(0, 7) as Period);
}

/** Ages in months: from the first, until the second; from `alsoFrom` on they fit again. */
export interface AgeBounds {
  readonly monthsFrom: number | null;
  readonly monthsUntil: number | null;
  readonly alsoFrom: number | null;
}

export function fitsAge(bounds: AgeBounds, livedMonths: number): boolean {
  const { monthsFrom, monthsUntil, alsoFrom } = bounds;
  if (alsoFrom !== null && livedMonths >= alsoFrom) return true;
  return (
    (monthsFrom === null || livedMonths >= monthsFrom) &&
    (monthsUntil === null || livedMonths < monthsUntil)
  );
}
