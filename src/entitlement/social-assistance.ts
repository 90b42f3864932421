// Monthly social assistance under Decree 20/2021/ND-CP. The articles are cited on the lines that
// apply them; articles without another name are of this decree. Decree 335/2026/ND-CP has since
// changed the standard; its coefficients are taken to be the same, as its full text was not at hand.

import { sum, vnd, type Vnd } from '../kernel/money.ts';
import { addMonths, periodOf, type Period } from '../kernel/period.ts';
import { birthMonth } from './age.ts';
import { isSuspended, whyNotDue } from './entitled-span.ts';
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
import { HIGHEST_ONLY, highestOfGrounds } from './highest-only.ts';
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

/** An enrolment, what it would pay if it were the only one, and how much of it has been paid. */
interface Claim {
  readonly enrolmentId: string;
  readonly allowance: Allowance;
  paidVnd: Vnd;
}

/** One person's assessment while it is being made. */
interface Draft {
  readonly person: AssistedPerson;
  /** The month of birth as months since year 0. */
  readonly bornIn: number;
  readonly of: Period;
  readonly law: PreparedLaw;
  readonly lines: AssessmentLine[];
  readonly setAside: SetAside[];
  overpaid: boolean;
}

const REASONS = Object.keys(NOTHING_DUE) as NothingDue[];
const NOTHING = vnd(0n);

/**
 * What one person is due for a period from monthly social assistance: the period itself, and
 * arrears for the months before it that were not paid, or paid at a rate that no longer governs.
 *
 * It keeps no memory. Every month after paidThrough that was assessed before must be handed over as
 * alreadyAssessed: a month that is missing there would be paid again. Throws RangeError for a
 * ground that the law does not have and for a period without a standard.
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
  const draft = draftOf(person, of, law);
  let month = monthOf(law, firstPeriodToCheck(draft));
  for (; month.period < of; month = monthOf(law, month.next)) assessMonth(draft, month);
  assessMonth(draft, current);
  return conclude(draft);
}

/** What is payable for one month as the law is seen today, or why nothing is. */
export interface PayableMonth {
  readonly allowances: readonly Allowance[];
  /** The enrolment of each. */
  readonly enrolmentIds: readonly string[];
  /** Whether another ground was outranked by these. */
  readonly competed: boolean;
  readonly reason: NothingDue | null;
}

/**
 * What a person may be paid for one month, whatever was paid for it before: the law alone, for whoever
 * keeps the history. Throws RangeError for a ground that the law does not have.
 */
export function payableIn(person: AssistedPerson, of: Period, law: PreparedLaw): PayableMonth {
  const draft = draftOf(person, of, law);
  const claims = claimsDue(draft, monthOf(law, of));
  const paid = highestOfGrounds(claims);
  return {
    allowances: paid.map((claim) => claim.allowance),
    enrolmentIds: paid.map((claim) => claim.enrolmentId),
    competed: claims.length > 1,
    reason: paid.length > 0 ? null : gravest(draft.setAside),
  };
}

/**
 * What is taken to have been paid for one month by what the enrolments say of an earlier system.
 * Throws RangeError for a ground that the law does not have.
 */
export function settledIn(person: AssistedPerson, of: Period, law: PreparedLaw): Vnd {
  const settled = highestOfGrounds(claimsSettled(draftOf(person, of, law), monthOf(law, of)));
  return sum(settled.map(({ allowance }) => allowance.amount));
}

/** The first month for which what is due today may differ from what an earlier system paid. */
export function firstOpenIn(person: AssistedPerson, of: Period, law: PreparedLaw): Period {
  return firstPeriodToCheck(draftOf(person, of, law));
}

function draftOf(person: AssistedPerson, of: Period, law: PreparedLaw): Draft {
  return {
    person: person.enrolments.length > 1 ? inOrder(person) : person,
    bornIn: birthMonth(person.birth),
    of,
    law,
    lines: [],
    setAside: [],
    overpaid: false,
  };
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
  const reason = gravest(setAside);
  return { due: false, reason, amount: NOTHING, lines, setAside, overpaid };
}

function gravest(setAside: readonly SetAside[]): NothingDue {
  const told = REASONS.find((reason) => setAside.some((entry) => entry.reason === reason));
  return told ?? 'no-enrolment';
}

/** Adds to the draft what is due for one month today beyond what has been paid for it. */
function assessMonth(draft: Draft, month: Month): void {
  const claims = claimsDue(draft, month);
  const due = highestOfGrounds(claims);
  layOffPaid(draft, month, due);
  for (const claim of due) {
    // Paid in full. A difference the other way is no line either: amounts are never negative.
    if (claim.paidVnd === claim.allowance.amount) {
      setAside(draft, month, claim.enrolmentId, 'already-assessed');
    } else {
      draft.lines.push(lineOf(claim, month, month.period === draft.of, claims.length > 1));
    }
  }
  if (due.length === claims.length) return;
  for (const claim of claims) {
    if (!due.includes(claim)) setAside(draft, month, claim.enrolmentId, 'outranked');
  }
}

/** Reasons are kept for the period itself; of the months before, only what could not be assessed. */
function setAside(draft: Draft, month: Month, enrolmentId: string, reason: NothingDue): void {
  const forPeriod = month.period;
  if (forPeriod !== draft.of) {
    if (reason !== 'standard-unknown') return;
    // The first such month says enough.
    if (draft.setAside.some((told) => told.enrolmentId === enrolmentId)) return;
  }
  draft.setAside.push({ enrolmentId, forPeriod, reason });
}

function lineOf(claim: Claim, month: Month, isCurrent: boolean, competes: boolean): AssessmentLine {
  const { allowance, enrolmentId, paidVnd } = claim;
  // Art. 34(4): the money drawn for a month includes the arrears of the months before.
  const articles = isCurrent ? allowance.articles : allowance.articlesOfArrears;
  return {
    kind: isCurrent ? 'current' : 'arrears',
    forPeriod: month.period,
    enrolmentId,
    groundCode: allowance.groundCode,
    coefficient: allowance.coefficient,
    standardVnd: allowance.standardVnd,
    paidVnd,
    amount: vnd(allowance.amount - paidVnd),
    articles: competes ? [...articles, HIGHEST_ONLY] : articles,
  };
}

/** What each enrolment may claim for a month today. The others are set aside, with the reason. */
function claimsDue(draft: Draft, month: Month): readonly Claim[] {
  const claims: Claim[] = [];
  const { diedOn } = draft.person;
  const { assessedOn } = draft.law;
  for (const enrolment of draft.person.enrolments) {
    const { enrolmentId } = enrolment;
    const allowance =
      whyNotDue(enrolment, diedOn, month, assessedOn) ?? allowanceDue(draft, enrolment, month);
    if (typeof allowance === 'string') setAside(draft, month, enrolmentId, allowance);
    else claims.push({ enrolmentId, allowance, paidVnd: NOTHING });
  }
  return claims;
}

function allowanceDue(draft: Draft, enrolment: Enrolment, month: Month): Allowance | NothingDue {
  if (month.standard === undefined) return 'standard-unknown';
  const listed = listedIn(draft.law, enrolment);
  // Art. 4(3): a group that a provincial council adds is one of that province.
  if (listed.isForeign) return 'not-of-province';
  // Art. 6(1)(d): for each child that the parent is raising.
  if (listed.rule.perDependant && enrolment.dependants === 0) return 'no-dependants';
  const ageClass = ageClassIn(listed, month.index - draft.bornIn);
  if (typeof ageClass === 'string') return ageClass;
  return allowanceOf(ageClass, month.standard, enrolment.dependants);
}

/** Which ground of a group a recipient belongs to in the month so many months after birth. */
function ageClassIn(listed: ListedGround, lived: number): AgeClass | NothingDue {
  if (lived < 0) return 'age-not-reached';
  // Art. 8(1): the amount changes from the month in which the recipient qualifies for the change,
  // whichever day of it the birthday is.
  const age = Math.floor(lived / 12);
  const reached = fitting(listed.classes, age);
  if (reached !== undefined) return reached;
  // Art. 8(2): where no class follows, assistance stops from the month after the one in which the
  // recipient no longer qualifies.
  const left = fitting(listed.leaving, Math.floor((lived - 1) / 12));
  return left ?? (age >= listed.ageLimit ? 'age-out' : 'age-not-reached');
}

function fitting(classes: readonly AgeClass[], age: number): AgeClass | undefined {
  for (const ageClass of classes) if (fits(ageClass.rule, age)) return ageClass;
  return undefined;
}

function fits({ ageFrom, ageUntil, outsideAges }: GroundRule, age: number): boolean {
  const isBetween = (ageFrom === null || age >= ageFrom) && (ageUntil === null || age < ageUntil);
  return isBetween !== outsideAges;
}

/**
 * Lays what was paid for a month against what is due for it: each enrolment's own payment first,
 * then what is left in the order of the enrolments. Marks the draft when more was paid than is due.
 */
function layOffPaid(draft: Draft, month: Month, due: readonly Claim[]): void {
  const settled = highestOfGrounds(claimsSettled(draft, month));
  let left: bigint = draft.person.alreadyAssessed.get(month.period) ?? NOTHING;
  for (const { enrolmentId, allowance } of settled) {
    const claim = due.find((each) => each.enrolmentId === enrolmentId);
    left += allowance.amount;
    if (claim !== undefined) left -= layOff(claim, allowance.amount);
  }
  if (left === 0n) return;
  for (const claim of due) left -= layOff(claim, left);
  if (left > 0n) draft.overpaid = true;
}

/** Lays as much of an amount against a claim as it holds, and returns that much. */
function layOff(claim: Claim, amount: bigint): bigint {
  const open = claim.allowance.amount - claim.paidVnd;
  const part = amount < open ? amount : open;
  claim.paidVnd = vnd(claim.paidVnd + part);
  return part;
}

/**
 * What is taken to have been paid for a month that is settled: its amount at the standard of then.
 * Suspensions were known. Of a death or a cessation it is not supposed that it was known, nor of a
 * birthday by an earlier system: paidThrough says that it paid, and what was too much must show.
 */
function claimsSettled(draft: Draft, month: Month): readonly Claim[] {
  const claims: Claim[] = [];
  for (const enrolment of draft.person.enrolments) {
    const { enrolmentId, entitledFrom, dependants } = enrolment;
    const settled = settledFor(draft.law, enrolment);
    if (settled === undefined || settled.through < month.period) continue;
    if (entitledFrom > month.period || isSuspended(enrolment, month.period)) continue;
    const standard = settled.standards.get(month.period);
    const ageClass = ageClassSettled(draft, enrolment, month);
    if (standard === undefined || ageClass === undefined) continue;
    const allowance = allowanceOf(ageClass, standard, dependants);
    claims.push({ enrolmentId, allowance, paidVnd: NOTHING });
  }
  return claims;
}

function ageClassSettled(draft: Draft, enrolment: Enrolment, month: Month): AgeClass | undefined {
  const listed = listedIn(draft.law, enrolment);
  const reached = ageClassIn(listed, month.index - draft.bornIn);
  if (typeof reached !== 'string') return reached;
  return enrolment.settledOn === null ? listed.classes[0] : undefined;
}

/** The first month for which what is due today may differ from what was paid; else the period. */
function firstPeriodToCheck(draft: Draft): Period {
  let first = draft.of;
  for (const enrolment of draft.person.enrolments) {
    const open = firstOpenPeriod(draft, enrolment);
    if (open < first) first = open;
  }
  const { alreadyAssessed } = draft.person;
  if (alreadyAssessed.size === 0) return first;
  for (const assessed of alreadyAssessed.keys()) if (assessed < first) first = assessed;
  return first;
}

function firstOpenPeriod(draft: Draft, enrolment: Enrolment): Period {
  const settled = settledFor(draft.law, enrolment);
  if (settled === undefined) return enrolment.entitledFrom;
  let first = settled.firstRepriced;
  for (const ended of endedFrom(draft, enrolment, settled.through)) {
    if (ended < first) first = ended;
  }
  return first;
}

const NEVER_ENDED: readonly Period[] = [];

/** The months from which on nothing was due, where months after them are settled as paid. */
function endedFrom(draft: Draft, enrolment: Enrolment, through: Period): readonly Period[] {
  const { diedOn } = draft.person;
  const { stopsAfter, settledOn } = enrolment;
  const ageLimit = settledOn === null ? listedIn(draft.law, enrolment).ageLimit : Infinity;
  if (diedOn === null && stopsAfter === null && ageLimit === Infinity) return NEVER_ENDED;
  const ended: Period[] = [];
  if (diedOn !== null) ended.push(monthOf(draft.law, periodOf(diedOn)).next);
  if (stopsAfter !== null) ended.push(monthOf(draft.law, stopsAfter).next);
  const pastLimit = monthOf(draft.law, through).index - draft.bornIn - ageLimit * 12;
  if (pastLimit > 0) ended.push(addMonths(through, 1 - pastLimit));
  return ended;
}
