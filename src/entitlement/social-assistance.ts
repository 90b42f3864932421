// Monthly social assistance under Decree 20/2021/ND-CP. The articles are cited on the lines that
// apply them; articles without another name are of this decree. Decree 335/2026/ND-CP has since
// changed the standard; its coefficients are taken to be the same, as its full text was not at hand.

import { sum, vnd, type Vnd } from '../kernel/money.ts';
import { addMonths, monthIndex, periodOf, type Period } from '../kernel/period.ts';
import {
  NOTHING_DUE,
  type Assessment,
  type AssessmentLine,
  type AssistedPerson,
  type Enrolment,
  type GroundRule,
  type NothingDue,
  type SetAside,
} from './entitlement.ts';
import {
  allowanceOf,
  listedIn,
  monthOf,
  settledFor,
  type AgeClass,
  type Allowance,
  type ListedGround,
  type Month,
  type PreparedLaw,
} from './prepared-law.ts';

/** An enrolment and what it would pay if it were the only one. */
interface Claim {
  readonly enrolmentId: string;
  readonly allowance: Allowance;
}

/** What has been paid for a month before this assessment. */
interface Paid {
  /** By an earlier system, enrolment by enrolment. */
  readonly claims: readonly Claim[];
  /** By this engine, for all enrolments together. */
  readonly alreadyAssessed: Vnd;
}

/** The assessment while it is being made. */
interface Draft {
  readonly of: Period;
  readonly lines: AssessmentLine[];
  readonly setAside: SetAside[];
  overpaid: boolean;
}

const SINGLE_PARENT = '4';
const PAID_BESIDE_SINGLE_PARENT: readonly string[] = ['5', '6', '8'];

const HIGHEST_ONLY = '20/2021/ND-CP art. 6(2)';
const REASONS = Object.keys(NOTHING_DUE) as NothingDue[];
const NOTHING = vnd(0n);

/**
 * What one person is due for a period from monthly social assistance: the period itself, and
 * arrears for the months before it that were not paid, or paid at a rate that no longer governs.
 *
 * It keeps no memory. Whoever calls it must hand over, as alreadyAssessed, what was assessed for
 * every month after paidThrough; a month that is missing there would be paid again. Throws
 * RangeError for a ground that the law does not have and for a period without a standard.
 */
export function assessSocialAssistance(
  person: AssistedPerson,
  of: Period,
  law: PreparedLaw,
): Assessment {
  const current = monthOf(law, of);
  if (current.standard === undefined) {
    throw new RangeError(`no standard governs ${of} as known on ${law.assessedOn}`);
  }
  const sorted = person.enrolments.length > 1 ? inOrder(person) : person;
  const draft: Draft = { of, lines: [], setAside: [], overpaid: false };
  const first = firstPeriodToCheck(sorted, of, law);
  for (let month = monthOf(law, first); month.period < of; month = monthOf(law, month.next)) {
    assessMonth(sorted, month, law, draft);
  }
  assessMonth(sorted, current, law, draft);
  return conclude(draft);
}

/** One order for all, so that the order in which enrolments are read changes nothing. */
function inOrder(person: AssistedPerson): AssistedPerson {
  const enrolments = person.enrolments.toSorted((a, b) => (a.enrolmentId < b.enrolmentId ? -1 : 1));
  return { ...person, enrolments };
}

function conclude({ lines, setAside, overpaid }: Draft): Assessment {
  if (lines.length > 0) {
    const amount = sum(lines.map((line) => line.amount));
    return { due: true, reason: null, amount, lines, setAside, overpaid };
  }
  const reason =
    REASONS.find((candidate) => setAside.some((entry) => entry.reason === candidate)) ??
    'no-enrolment';
  return { due: false, reason, amount: NOTHING, lines, setAside, overpaid };
}

/** Adds to the draft what is due for one month today beyond what has been paid for it. */
function assessMonth(person: AssistedPerson, month: Month, law: PreparedLaw, draft: Draft): void {
  const excluded: SetAside[] = [];
  const claims = claimsDue(person, month, law, excluded);
  const due = payable(claims);
  const shares = sharePaid(due, paidBefore(person, month, law), draft);
  for (const [i, claim] of due.entries()) {
    const paidVnd = shares[i] ?? NOTHING;
    // Paid in full. A difference the other way is no line either: amounts are never negative.
    if (paidVnd === claim.allowance.amount)
      excluded.push(setAside(claim, month, 'already-assessed'));
    else draft.lines.push(lineOf({ claim, paidVnd, month, competes: claims.length > 1 }, draft));
  }
  if (due.length < claims.length) {
    const outranked = claims.filter((claim) => !due.includes(claim));
    excluded.push(...outranked.map((claim) => setAside(claim, month, 'outranked')));
  }
  if (excluded.length > 0) keepReasons(excluded, draft);
}

function setAside({ enrolmentId }: Claim, month: Month, reason: NothingDue): SetAside {
  return { enrolmentId, forPeriod: month.period, reason };
}

/** Reasons are kept for the period itself; of the months before, only what could not be assessed. */
function keepReasons(excluded: readonly SetAside[], draft: Draft): void {
  for (const entry of excluded) {
    const isTold = draft.setAside.some((told) => told.enrolmentId === entry.enrolmentId);
    const isOpen = entry.reason === 'standard-unknown' && !isTold;
    if (entry.forPeriod === draft.of || isOpen) draft.setAside.push(entry);
  }
}

function lineOf(
  owed: { claim: Claim; paidVnd: Vnd; month: Month; competes: boolean },
  draft: Draft,
): AssessmentLine {
  const { claim, paidVnd, month, competes } = owed;
  const { allowance } = claim;
  const isCurrent = month.period === draft.of;
  // Art. 34(4): the money drawn for a month includes the arrears of the months before.
  const articles = isCurrent ? allowance.articles : allowance.articlesOfArrears;
  return {
    kind: isCurrent ? 'current' : 'arrears',
    forPeriod: month.period,
    enrolmentId: claim.enrolmentId,
    groundCode: allowance.groundCode,
    coefficient: allowance.coefficient,
    standardVnd: allowance.standardVnd,
    paidVnd,
    amount: vnd(allowance.amount - paidVnd),
    articles: competes ? [...articles, HIGHEST_ONLY] : articles,
  };
}

/**
 * Art. 6(2): of several grounds only the highest is paid, except that a poor single parent who is
 * also assisted under art. 5(5), (6) or (8) is paid both: as a parent, and the highest of those.
 */
function payable(claims: readonly Claim[]): readonly Claim[] {
  if (claims.length < 2) return claims;
  const only = highest(claims);
  const parent = highest(claims.filter((claim) => claim.allowance.paragraph === SINGLE_PARENT));
  const beside = highest(
    claims.filter((claim) => PAID_BESIDE_SINGLE_PARENT.includes(claim.allowance.paragraph)),
  );
  if (only === undefined || parent === undefined || beside === undefined) {
    return only === undefined ? [] : [only];
  }
  const both = parent.allowance.amount + beside.allowance.amount;
  return both > only.allowance.amount ? [parent, beside] : [only];
}

/** The first of the highest, so that of two equal grounds it is always the same one. */
function highest(claims: readonly Claim[]): Claim | undefined {
  let best: Claim | undefined;
  for (const claim of claims) {
    if (best === undefined || claim.allowance.amount > best.allowance.amount) best = claim;
  }
  return best;
}

/** What each enrolment may claim for a month today. The others are excluded, with the reason. */
function claimsDue(
  person: AssistedPerson,
  month: Month,
  law: PreparedLaw,
  excluded: SetAside[],
): readonly Claim[] {
  const claims: Claim[] = [];
  for (const enrolment of person.enrolments) {
    const { enrolmentId } = enrolment;
    const allowance =
      whyNotPaid(person, enrolment, month, law) ?? allowanceDue(person, enrolment, month, law);
    if (typeof allowance === 'string') {
      excluded.push({ enrolmentId, forPeriod: month.period, reason: allowance });
    } else {
      claims.push({ enrolmentId, allowance });
    }
  }
  return claims;
}

function whyNotPaid(
  person: AssistedPerson,
  enrolment: Enrolment,
  month: Month,
  law: PreparedLaw,
): NothingDue | undefined {
  // Art. 8(2): assistance stops from the month after the month of death.
  if (person.diedOn !== null && person.diedOn < month.firstDay) return 'deceased';
  if (enrolment.decidedOn > law.assessedOn) return 'not-yet-decided';
  // Art. 8(1): from the month that the decision names.
  if (enrolment.entitledFrom > month.period) return 'not-yet-entitled';
  // Art. 8(2), Circular 02/2021/TT-BLDTBXH art. 2(1).
  if (enrolment.stopsAfter !== null && enrolment.stopsAfter < month.period) return 'stopped';
  // Circular 02/2021/TT-BLDTBXH art. 2(3).
  return isSuspended(enrolment, month.period) ? 'suspended' : undefined;
}

function isSuspended(enrolment: Enrolment, of: Period): boolean {
  return enrolment.suspensions.some(
    ({ from, until }) => from <= of && (until === null || of <= until),
  );
}

function allowanceDue(
  person: AssistedPerson,
  enrolment: Enrolment,
  month: Month,
  law: PreparedLaw,
): Allowance | NothingDue {
  if (month.standard === undefined) return 'standard-unknown';
  const listed = listedIn(law, enrolment);
  // Art. 6(1)(d): for each child that the parent is raising.
  if (listed.rule.perDependant && enrolment.dependants === 0) return 'no-dependants';
  const ageClass = ageClassIn(listed, livedMonths(person, month));
  if (typeof ageClass === 'string') return ageClass;
  return allowanceOf(ageClass, month.standard, enrolment.dependants);
}

/** Months from the month of birth; where only the year of birth is known, from its January. */
function livedMonths(person: AssistedPerson, month: Month): number {
  return month.index - birthMonth(person);
}

// Where only the year is known, the day of birth is taken to be 1 January, as social insurance law
// does (Decree 135/2020/ND-CP; from memory, not checked). Decree 20/2021/ND-CP has no rule.
function birthMonth({ birth }: AssistedPerson): number {
  return birth.length === 4 ? Number(birth) * 12 : monthIndex(birth.slice(0, 7) as Period);
}

/** Which of the grounds of a group a recipient belongs to in the month after so many months. */
function ageClassIn(listed: ListedGround, lived: number): AgeClass | NothingDue {
  if (lived < 0) return 'age-not-reached';
  // Art. 8(1): the amount changes from the month in which the recipient qualifies for the change,
  // whichever day of it the birthday is.
  const age = Math.floor(lived / 12);
  const reached = listed.classes.find((ageClass) => fits(ageClass.rule, age));
  if (reached !== undefined) return reached;
  // Art. 8(2): where no class follows, assistance stops from the month after the one in which the
  // recipient no longer qualifies.
  const before = Math.floor((lived - 1) / 12);
  const left = listed.leaving.find((ageClass) => fits(ageClass.rule, before));
  return left ?? (age >= listed.ageLimit ? 'age-out' : 'age-not-reached');
}

function fits({ ageFrom, ageUntil, outsideAges }: GroundRule, age: number): boolean {
  const isBetween = (ageFrom === null || age >= ageFrom) && (ageUntil === null || age < ageUntil);
  return isBetween !== outsideAges;
}

/** What was paid for a month before: by an earlier system, and assessed by this engine. */
function paidBefore(person: AssistedPerson, month: Month, law: PreparedLaw): Paid {
  const claims: Claim[] = [];
  for (const enrolment of person.enrolments) {
    const allowance = allowancePaid(person, enrolment, month, law);
    if (allowance !== undefined) {
      claims.push({ enrolmentId: enrolment.enrolmentId, allowance });
    }
  }
  return {
    claims: payable(claims),
    alreadyAssessed: person.alreadyAssessed.get(month.period) ?? NOTHING,
  };
}

/**
 * What is taken to have been paid for a month that is settled: its amount at the standard of then.
 * Suspensions were known. Of a death or a cessation it is not supposed that it was known, nor of a
 * birthday by an earlier system: paidThrough says that it paid, and what was too much must show.
 */
function allowancePaid(
  person: AssistedPerson,
  enrolment: Enrolment,
  month: Month,
  law: PreparedLaw,
): Allowance | undefined {
  const settled = settledFor(law, enrolment);
  if (settled === undefined || settled.through < month.period) return undefined;
  if (enrolment.entitledFrom > month.period || isSuspended(enrolment, month.period)) {
    return undefined;
  }
  const standard = settled.standards.get(month.period);
  const ageClass = ageClassPaid(person, enrolment, month, law);
  if (standard === undefined || ageClass === undefined) return undefined;
  return allowanceOf(ageClass, standard, enrolment.dependants);
}

function ageClassPaid(
  person: AssistedPerson,
  enrolment: Enrolment,
  month: Month,
  law: PreparedLaw,
): AgeClass | undefined {
  const listed = listedIn(law, enrolment);
  const reached = ageClassIn(listed, livedMonths(person, month));
  if (typeof reached !== 'string') return reached;
  return enrolment.settledOn === null ? listed.classes[0] : undefined;
}

/**
 * Lays what was paid for a month against what is due for it: each enrolment's own payment first,
 * then what is left in the order of the enrolments. Marks the draft when more was paid than is due.
 */
function sharePaid(due: readonly Claim[], paid: Paid, draft: Draft): readonly Vnd[] {
  let left: bigint = paid.alreadyAssessed;
  for (const { allowance } of paid.claims) left += allowance.amount;
  if (left === 0n) return [];
  const shares = due.map(({ enrolmentId, allowance }) => {
    const own = paid.claims.find((claim) => claim.enrolmentId === enrolmentId);
    const share = own === undefined ? NOTHING : lesser(own.allowance.amount, allowance.amount);
    left -= share;
    return share;
  });
  for (const [i, { allowance }] of due.entries()) {
    const share = shares[i] ?? NOTHING;
    const more = lesser(vnd(left), vnd(allowance.amount - share));
    shares[i] = vnd(share + more);
    left -= more;
  }
  if (left > 0n) draft.overpaid = true;
  return shares;
}

function lesser(a: Vnd, b: Vnd): Vnd {
  return a < b ? a : b;
}

/** The first month for which what is due today may differ from what was paid; else the period. */
function firstPeriodToCheck(person: AssistedPerson, of: Period, law: PreparedLaw): Period {
  let first = of;
  for (const enrolment of person.enrolments) {
    const open = firstOpenPeriod(person, enrolment, law);
    if (open < first) first = open;
  }
  for (const assessed of person.alreadyAssessed.keys()) if (assessed < first) first = assessed;
  return first;
}

function firstOpenPeriod(person: AssistedPerson, enrolment: Enrolment, law: PreparedLaw): Period {
  const settled = settledFor(law, enrolment);
  if (settled === undefined) return enrolment.entitledFrom;
  let first = settled.firstRepriced;
  for (const ended of endedFrom(person, enrolment, monthOf(law, settled.through), law)) {
    if (ended < first) first = ended;
  }
  return first < enrolment.entitledFrom ? enrolment.entitledFrom : first;
}

/** The months from which on nothing was due, where months after them are settled as paid. */
function endedFrom(
  person: AssistedPerson,
  enrolment: Enrolment,
  through: Month,
  law: PreparedLaw,
): readonly Period[] {
  const ageLimit = enrolment.settledOn === null ? listedIn(law, enrolment).ageLimit : Infinity;
  if (person.diedOn === null && enrolment.stopsAfter === null && ageLimit === Infinity) return [];
  const ended: Period[] = [];
  if (person.diedOn !== null) ended.push(monthOf(law, periodOf(person.diedOn)).next);
  if (enrolment.stopsAfter !== null) ended.push(monthOf(law, enrolment.stopsAfter).next);
  const pastLimit = livedMonths(person, through) - ageLimit * 12;
  if (pastLimit > 0) ended.push(addMonths(through.period, 1 - pastLimit));
  return ended;
}
