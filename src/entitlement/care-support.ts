// Support for who cares for somebody in the community (Decree 20/2021/ND-CP art. 20), and for life in
// an institution (art. 25). Articles without another name are of this decree. The amounts are the
// least that the law sets; a province may pay more.

import type { Decimal } from 'decimal.js';
import { multiplyExact } from '../kernel/money.ts';
import { firstDay, monthIndex, type Period, type PlainDate } from '../kernel/period.ts';
import { birthMonth, fitsAge, type AgeBounds } from './age.ts';
import { whyNotDue, type EntitledSpan } from './entitled-span.ts';
import type { BirthYear } from './entitlement.ts';
import type { MonthDue, MonthlyDue } from './monthly-due.ts';
import { gravestOf, type NotDue } from './not-due.ts';
import { governingRateIn, type Rate, type ScopedRates } from './rate.ts';

/** A ground of care as the reference data has it. */
export interface CareGround extends AgeBounds {
  readonly groundCode: string;
  readonly programme: 'care_support' | 'institution';
  /** The grounds of one group take each other's place at an age. */
  readonly ageGroup: string;
  readonly coefficient: Decimal;
  readonly article: string;
}

/** One grant: for one or several persons who are cared for, or for a resident. */
export interface Care {
  readonly enrolmentId?: string | undefined;
  readonly groundCode: string;
  readonly span: EntitledSpan;
  /** Who is cared for, or lives in the institution; null where nobody's age is told. */
  readonly birth: PlainDate | BirthYear | null;
  /** The death of who is cared for. */
  readonly diedOn: PlainDate | null;
  /** How many persons the grant counts for. */
  readonly persons: number;
}

export interface CarePerson {
  /** The death of who is paid: the carer, or the resident. */
  readonly diedOn: PlainDate | null;
  readonly cares: readonly Care[];
  /** Whether the wife or husband is paid the one grant of a couple for pregnancy and small children. */
  readonly spouseIsPaid: boolean;
}

export interface CareLaw {
  readonly grounds: ReadonlyMap<string, CareGround>;
  readonly standards: ScopedRates;
  readonly assessedOn: PlainDate;
}

/** The codes of art. 20(2)(a): pregnancy and small children of a disabled person. */
const PREGNANT_OR_RAISING = 'C_PREG_';
const COUPLE = '20/2021/ND-CP art. 20(2)(a)';
const CHANGE = '20/2021/ND-CP art. 8(1)';
const CESSATION = '20/2021/ND-CP art. 8(2)';
const ARREARS = '20/2021/ND-CP art. 34(4)';

/**
 * What care pays for one month: every grant on its own, since each is for another person, but only the
 * highest for pregnancy and small children. It is paid beside the allowance of who is cared for, and
 * beside a disabled person's own (art. 20(2)(b)). Throws RangeError for a ground that the law does not
 * have.
 */
export function careIn(person: CarePerson, of: Period, law: CareLaw): MonthDue {
  const found = person.cares.map((care) => dueFor(care, person, { of, law }));
  const dues = found.filter((due) => typeof due !== 'string').sort(byCode);
  const reasons = found.filter((due) => typeof due === 'string');
  if (dues.length === 0) return { dues, reason: gravestOf(reasons) };
  // Art. 20(2)(a): of several coefficients of this point, only the highest.
  let own: MonthlyDue | undefined;
  for (const due of dues) {
    if (!due.code.startsWith(PREGNANT_OR_RAISING)) continue;
    if (own === undefined || due.amount > own.amount) own = due;
  }
  const isPaid = (due: MonthlyDue): boolean =>
    due === own || !due.code.startsWith(PREGNANT_OR_RAISING);
  return { dues: dues.filter(isPaid), reason: null };
}

/** One order for all, so that the order in which grants are told changes nothing. */
function byCode(a: MonthlyDue, b: MonthlyDue): number {
  if (a.code !== b.code) return a.code < b.code ? -1 : 1;
  if (a.amount !== b.amount) return a.amount < b.amount ? -1 : 1;
  // The same amount may be cited for a change of age and for its end.
  return a.articles.join() < b.articles.join() ? -1 : 1;
}

function dueFor(
  care: Care,
  person: CarePerson,
  { of, law }: { of: Period; law: CareLaw },
): MonthlyDue | NotDue {
  const month = { period: of, firstDay: firstDay(of) };
  // Circular 02/2021/TT-BLDTBXH art. 2(2)(a): the death of either ends it.
  const standing =
    whyNotDue(care.span, person.diedOn, month, law.assessedOn) ??
    whyNotDue(care.span, care.diedOn, month, law.assessedOn);
  if (standing !== undefined) return standing;
  // Art. 20(2)(a): where both of a couple are disabled, they get one grant.
  if (care.groundCode.startsWith(PREGNANT_OR_RAISING) && person.spouseIsPaid)
    return 'spouse-is-paid';
  const standard = governingRateIn(law.standards, of, law.assessedOn);
  if (standard === undefined) return 'standard-unknown';
  const reached = groundReached(care, of, law);
  return typeof reached === 'string' ? reached : dueOf(reached, standard, care);
}

/** A ground, and what is cited because of an age. */
interface Reached {
  readonly ground: CareGround;
  readonly because: readonly string[];
}

function groundReached(care: Care, of: Period, law: CareLaw): Reached | NotDue {
  const named = law.grounds.get(care.groundCode);
  if (named === undefined) throw new RangeError(`no such ground: ${care.groundCode}`);
  if (care.birth === null) return { ground: named, because: [] };
  const lived = monthIndex(of) - birthMonth(care.birth);
  if (lived < 0) return 'age-not-reached';
  const group = [named, ...law.grounds.values()].filter((each) => each.ageGroup === named.ageGroup);
  // Art. 8(1): the amount changes from the month in which the condition of the change is met.
  const reached = group.find((ground) => fitsAge(ground, lived));
  if (reached !== undefined) return { ground: reached, because: reached === named ? [] : [CHANGE] };
  // Art. 8(2): where nothing follows, it stops from the month after.
  const left = group.find((ground) => fitsAge(ground, lived - 1));
  if (left !== undefined) return { ground: left, because: [CESSATION] };
  return 'age-out';
}

function dueOf(
  { ground, because }: Reached,
  standard: Rate,
  { persons, enrolmentId }: Care,
): MonthlyDue {
  const coefficient = ground.coefficient.times(persons);
  const couple = ground.groundCode.startsWith(PREGNANT_OR_RAISING) ? [COUPLE] : [];
  return {
    programme: ground.programme,
    enrolmentId,
    code: ground.groundCode,
    coefficient: coefficient.toFixed(),
    standardVnd: standard.amountVnd,
    amount: multiplyExact(standard.amountVnd, coefficient),
    articles: [...new Set([ground.article, ...couple, ...because, standard.legalBasis])],
    articleOfArrears: ARREARS,
  };
}
