// Funeral support: Decree 20/2021/ND-CP art. 11, 14 and 25(3), the decrees of the social pension, and
// 321/2026/ND-CP art. 13(1) for people of merit. It is paid to whoever buries the person.

import { monthIndex, type Period, type PlainDate } from '../kernel/period.ts';
import { birthMonth } from './age.ts';
import type { BirthYear } from './entitlement.ts';
import type { MonthDue } from './monthly-due.ts';
import { highestOneOff, oneOffIn, type OneOffLaw } from './one-off.ts';

export interface Deceased {
  /** The month of death. */
  readonly diedIn: Period;
  /** On monthly social assistance, or in one of the other cases of art. 11(1). */
  readonly assisted: boolean;
  /** Drew the social pension, or had applied and qualified when death came before the decision. */
  readonly socialPension: boolean;
  readonly inInstitution: boolean;
  /** Disaster, fire, epidemic, grave accident or another cause of art. 14(1). */
  readonly emergency: boolean;
  readonly merit: boolean;
}

/** The rules under which support may be asked, from the highest usual amount to the lowest. */
const RULES = [
  ['emergency', 'FUNERAL_EMERGENCY'],
  ['inInstitution', 'FUNERAL_INSTITUTION'],
  ['merit', 'MERIT_FUNERAL'],
  ['assisted', 'FUNERAL'],
  ['socialPension', 'SOCIAL_PENSION_FUNERAL'],
] as const satisfies readonly (readonly [Exclude<keyof Deceased, 'diedIn'>, string])[];

/**
 * What is due once, at the level of the month of death whenever it is paid: the highest of what the
 * facts allow.
 */
export function funeralSupport(deceased: Deceased, law: OneOffLaw): MonthDue {
  const of = deceased.diedIn;
  const asked = RULES.filter(([fact]) => deceased[fact]);
  if (asked.length === 0) return { dues: [], reason: 'no-ground' };
  const due = highestOneOff(
    asked.map(([, code]) => oneOffIn(code, of, { law, programme: 'funeral' })),
  );
  if (due === undefined) return { dues: [], reason: 'standard-unknown' };
  const several = asked.length > 1 ? [HIGHEST] : [];
  return { dues: [{ ...due, articles: [...due.articles, ...several] }], reason: null };
}

const HIGHEST = '20/2021/ND-CP art. 11(2)';

/** Art. 11(1): who draws a survivor's or another monthly allowance is of the groups from 80 on. */
export function isOldSurvivor(birth: PlainDate | BirthYear, diedIn: Period): boolean {
  return monthIndex(diedIn) - birthMonth(birth) >= 80 * 12;
}
