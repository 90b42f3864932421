// The programmes that are paid by the month, each as a question about one month of one case.

import { Decimal } from 'decimal.js';
import { sum, vnd, type Vnd } from '../kernel/money.ts';
import { monthIndex, periodOf, type Period } from '../kernel/period.ts';
import { birthMonth } from './age.ts';
import { careIn, type Care } from './care-support.ts';
import { birthOf, deathOf, LONG_AGO, spanOf, type Subject } from './case-facts.ts';
import type { CaseChild, CaseGround } from './case.ts';
import type { Enrolment } from './entitlement.ts';
import { HIGHEST_ONLY, highestOfProgrammes } from './highest-only.ts';
import { meritIn } from './merit.ts';
import type { MonthDue, MonthlyDue } from './monthly-due.ts';
import { gravestOf, type NotDue } from './not-due.ts';
import { upliftIn } from './pension-uplift.ts';
import { payableIn } from './social-assistance.ts';
import { socialPensionIn } from './social-pension.ts';

export type DueIn = (month: Period) => MonthDue;

const ADULT_AT_LAST = 16 * 12;
const STUDENT_AT_LAST = 23 * 12;

const NO_GROUND: DueIn = () => ({ dues: [], reason: 'no-ground' });
const NOTHING_ASSESSED: ReadonlyMap<Period, Vnd> = new Map();

export function socialAssistance(subject: Subject): DueIn {
  const { person, law } = subject;
  const named = (person.grounds ?? []).filter(({ code }) => law.assistance.has(code));
  if (named.length === 0) return NO_GROUND;
  const met = named.filter((ground) => meetsCondition(subject, ground));
  if (met.length === 0) return () => ({ dues: [], reason: 'condition-not-met' });
  const birth = birthOf(person);
  const diedOn = deathOf(person);
  const enrolments = met.map((ground) => enrolmentOf(subject, ground, met.length > 1));
  const byMonth = met.some(({ children }) => children !== null);
  const resident = care(subject, 'institution');
  return (month) => {
    // Art. 25(5): whoever is kept in an institution is not paid the allowance, whatever its amount.
    if (resident(month).dues.length > 0) return { dues: [], reason: 'in-institution' };
    const counted = byMonth
      ? enrolments.map((each, i) => withChildren(each, met[i], month))
      : enrolments;
    const assisted = { birth, diedOn, enrolments: counted, alreadyAssessed: NOTHING_ASSESSED };
    const { allowances, enrolmentIds, competed, reason } = payableIn(
      assisted,
      month,
      subject.viewIn(month).assistance,
    );
    return {
      reason,
      dues: allowances.map((allowance, i) => ({
        programme: 'social_assistance',
        enrolmentId: enrolmentIds[i],
        code: allowance.groundCode,
        coefficient: allowance.coefficient,
        standardVnd: allowance.standardVnd,
        amount: allowance.amount,
        articles: competed ? [...allowance.articles, HIGHEST_ONLY] : allowance.articles,
        articleOfArrears: ARREARS,
      })),
    };
  };
}

const ARREARS = '20/2021/ND-CP art. 34(4)';

/** A condition that a case says nothing about was met when the ground was decided. */
function meetsCondition({ person, law }: Subject, { code }: CaseGround): boolean {
  const condition = law.conditions.get(`social_assistance ${code}`);
  if (condition === undefined) return true;
  const { household, area, otherPension } = person;
  if (condition.noPension && (otherPension ?? 0) > 0) return false;
  if (condition.household !== null && household !== null) {
    const accepted = condition.household === 'poor' ? ['poor'] : ['poor', 'near_poor'];
    if (!accepted.includes(household)) return false;
  }
  return !condition.difficultArea || area !== 'none';
}

function enrolmentOf(subject: Subject, ground: CaseGround, amongOthers: boolean): Enrolment {
  const { code, dependants } = ground;
  const starts = subject.law.conditions.get(`social_assistance ${code}`)?.starts ?? 'decision';
  return {
    ...spanOf(subject, ground, starts),
    // All that is told of it, so that the order in which grounds are told changes nothing.
    enrolmentId: ground.registered?.enrolmentId ?? (amongOthers ? allOf(ground) : code),
    groundCode: code,
    // A parent of whom nothing more is told raises one child.
    dependants: dependants ?? 1,
    paidThrough: null,
    settledOn: null,
  };
}

function allOf({ code, from, until, decisionDate, dependants, children }: CaseGround): string {
  const raised = children === null ? '' : JSON.stringify(children);
  return `${code} ${from ?? ''} ${until ?? ''} ${decisionDate ?? ''} ${dependants ?? ''} ${raised}`;
}

function withChildren(
  enrolment: Enrolment,
  ground: CaseGround | undefined,
  month: Period,
): Enrolment {
  const children = ground?.children ?? null;
  if (children === null) return enrolment;
  const dependants = children.filter((child) => isRaised(child, month)).length;
  return { ...enrolment, dependants };
}

/** Decree 20/2021/ND-CP art. 5(4): a child under 16, or from 16 to 22 in education. */
function isRaised({ birthDate, diedOn, studying }: CaseChild, month: Period): boolean {
  const lived = monthIndex(month) - birthMonth(birthDate);
  const died = diedOn !== null && periodOf(diedOn) < month;
  // Art. 8(2): the month in which the age is passed is the last one that counts.
  return lived >= 0 && !died && lived <= (studying === true ? STUDENT_AT_LAST : ADULT_AT_LAST);
}

export function care(subject: Subject, programme: 'care_support' | 'institution'): DueIn {
  const { person, law } = subject;
  const named = (person.grounds ?? []).filter(
    ({ code }) => law.care.get(code)?.programme === programme,
  );
  if (named.length === 0) return NO_GROUND;
  const isResident = programme === 'institution';
  const cares = named.map((ground): Care => ({
    enrolmentId: ground.registered?.enrolmentId,
    groundCode: ground.code,
    span: spanOf(subject, ground, 'decision'),
    birth: isResident ? birthOf(person) : ground.caredBirthDate,
    diedOn: isResident ? null : ground.caredDiedOn,
    persons: ground.persons ?? 1,
  }));
  const spouseIsPaid = person.spousePaid === true;
  return (month) =>
    careIn({ diedOn: deathOf(person), cares, spouseIsPaid }, month, subject.viewIn(month).care);
}

export function socialPension(subject: Subject): DueIn {
  const { person, paused } = subject;
  const pensioner = {
    birth: birthOf(person),
    diedOn: deathOf(person),
    household: person.household,
    otherPensionVnd: vnd(BigInt(person.otherPension ?? 0)),
    decidedOn: person.decisionDate,
    entitledFrom: subject.entitledFrom,
    stopsAfter: paused.stopsAfter,
    suspensions: paused.suspensions,
  };
  return (month) => socialPensionIn(pensioner, month, subject.viewIn(month).pension);
}

export function merit(subject: Subject): DueIn {
  const { person, paused } = subject;
  const decidedOn = person.decisionDate;
  const from = person.meritFrom ?? (decidedOn === null ? LONG_AGO : periodOf(decidedOn));
  const honoured = {
    diedOn: deathOf(person),
    span: spanOf(subject, { from, until: null, decisionDate: decidedOn }, 'certificate'),
    meritCode: person.meritCode,
    coefficient: person.multiple === null ? null : new Decimal(person.multiple),
    forged: paused.forged,
  };
  return (month) => meritIn(honoured, month, subject.viewIn(month).merit);
}

export function pensionUplift({ person, one, law }: Subject): DueIn {
  const pensioner = {
    pensionVnd: vnd(BigInt(person.otherPension ?? 0)),
    pensionFrom: person.pensionFrom,
    diedOn: deathOf(person),
  };
  return (month) => upliftIn(pensioner, month, { uplifts: law.uplifts, assessedOn: one.asOf });
}

/**
 * Every monthly programme that the facts of a person speak of: of those that exclude each other the
 * one that pays most, and beside it the support for who is cared for.
 */
export function all(subject: Subject): DueIn {
  const { person } = subject;
  const competing = [socialAssistance(subject)];
  if (person.birthDate !== null) competing.push(socialPension(subject));
  competing.push(care(subject, 'institution'), merit(subject));
  const beside = care(subject, 'care_support');
  return (month) => {
    const offers = competing.map((dueIn) => dueIn(month));
    const best = highestOfProgrammes(
      offers.map(({ dues }) => ({ dues, totalVnd: sum(dues.map(({ amount }) => amount)) })),
    );
    const offered = offers.filter(({ dues }) => dues.length > 0).length;
    const paid = (best?.dues ?? []).map((due) => (offered > 1 ? outranking(due) : due));
    const dues = [...paid, ...beside(month).dues];
    return { dues, reason: dues.length > 0 ? null : firstReason(offers) };
  };
}

function outranking(due: MonthlyDue): MonthlyDue {
  if (due.articles.includes(HIGHEST_ONLY)) return due;
  return { ...due, articles: [...due.articles, HIGHEST_ONLY] };
}

/** What is told where nothing is due: of a programme that was named before one that was not. */
function firstReason(offers: readonly MonthDue[]): NotDue {
  const told = offers.flatMap(({ reason }) => (reason === null ? [] : [reason]));
  const named = told.filter((reason) => reason !== 'no-ground');
  return gravestOf(named.length > 0 ? named : told);
}
