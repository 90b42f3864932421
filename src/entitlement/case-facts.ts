// The facts of a case as the programmes ask for them: what is impossible is refused here, and what a
// decision says of the time is read here, the same for every ground.

import { sum, vnd, type Vnd } from '../kernel/money.ts';
import { periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { CaseFault, type Case, type CaseGround, type CasePerson } from './case.ts';
import { pausedIn, type EntitledSpan, type Paused } from './entitled-span.ts';
import type { BirthYear } from './entitlement.ts';
import { viewOf, type GroundCondition, type Law, type LawView } from './law-book.ts';

/** A case with what every programme needs of it. */
export interface Subject {
  readonly one: Case;
  readonly person: CasePerson;
  readonly paused: Paused;
  readonly law: Law;
  /** Of a register: the first month that the decision names. */
  readonly entitledFrom?: Period;
  viewIn(month: Period): LawView;
}

/** Decisions of long standing: before any month that is asked about. */
export const LONG_AGO = '1900-01' as Period;

/** Throws CaseFault for a code that the law does not have, and for facts that cannot be. */
export function subjectOf(one: Case, law: Law): Subject {
  checkCodes(one.person, law);
  checkProvinces(one, law);
  checkLife(one);
  checkSpans(one.person);
  checkAhead(one);
  checkSuspensions(one);
  const { person } = one;
  const paused = pausedIn(person.suspensions ?? [], one.period);
  return { one, person, paused, law, viewIn: viewsOf(one, law) };
}

function checkCodes({ grounds, meritCode }: CasePerson, law: Law): void {
  (grounds ?? []).forEach(({ code }, i) => {
    if (law.assistance.has(code) || law.care.has(code)) return;
    throw new CaseFault(`/person/grounds/${i}/code`, 'unknown-code', `no such ground: ${code}`);
  });
  if (meritCode === null || law.merit.has(meritCode)) return;
  throw new CaseFault('/person/meritCode', 'unknown-code', `no such category: ${meritCode}`);
}

function checkProvinces({ province, person }: Case, law: Law): void {
  const left = (person.moves ?? []).map(({ fromProvince }, i) => {
    return [`/person/moves/${i}/fromProvince`, fromProvince] as const;
  });
  for (const [path, code] of [['/province', province] as const, ...left]) {
    if (code === null || law.provinces.has(code)) continue;
    throw new CaseFault(path, 'unknown-code', `no such province: ${code}`);
  }
}

function checkLife({ person: { birthDate, diedOn = null }, asOf }: Case): void {
  if (birthDate === null) return;
  if (birthDate > asOf) {
    throw new CaseFault('/person/birthDate', 'impossible', 'born after the day of assessment');
  }
  if (diedOn !== null && diedOn < birthDate) {
    throw new CaseFault('/person/diedOn', 'impossible', 'died before birth');
  }
}

/**
 * Throws CaseFault for a death that the day of assessment cannot know. Of a file of cases alone, which
 * says the day: a register may be looked at again as of an earlier one, and knows the death by now.
 */
export function checkDeathsKnown({ person: { diedOn = null, grounds }, asOf }: Case): void {
  const deaths: [string, PlainDate | null][] = [['/person/diedOn', diedOn]];
  (grounds ?? []).forEach(({ caredDiedOn, children }, i) => {
    const at = `/person/grounds/${i}`;
    deaths.push([`${at}/caredDiedOn`, caredDiedOn]);
    (children ?? []).forEach((child, j) => {
      deaths.push([`${at}/children/${j}/diedOn`, child.diedOn]);
    });
  });
  for (const [path, day] of deaths) {
    if (day === null || day <= asOf) continue;
    throw new CaseFault(path, 'impossible', 'died after the day of assessment');
  }
}

function checkAhead({ payAhead, programme }: Case): void {
  if (payAhead !== true || programme === 'merit') return;
  throw new CaseFault('/payAhead', 'impossible', 'the article is of people of merit only');
}

// Of unemployment a benefit month is suspended for want of a report, and is lost for good
// (38/2013/QH13 art. 53(1), (2)); of the other programmes there is no such reason.
function checkSuspensions({ programme, person }: Case): void {
  const isJobless = programme === 'unemployment';
  (person.suspensions ?? []).forEach(({ reason, backPay, outcome }, i) => {
    const isForReports = reason === 'no_report';
    const faults = {
      reason: isJobless ? (reason ?? null) !== null && !isForReports : isForReports,
      backPay: isJobless && backPay === true,
      outcome: isJobless && (outcome ?? null) !== null,
    };
    for (const [name, isFault] of Object.entries(faults)) {
      if (!isFault) continue;
      const path = `/person/suspensions/${i}/${name}`;
      throw new CaseFault(path, 'impossible', 'not of a suspension of this programme');
    }
  });
}

function checkSpans({ grounds, suspensions }: CasePerson): void {
  for (const [name, spans] of Object.entries({ grounds, suspensions })) {
    (spans ?? []).forEach(({ from, until }, i) => {
      if (from === null || until === null || from <= until) return;
      throw new CaseFault(`/person/${name}/${i}/until`, 'impossible', 'ends before it begins');
    });
  }
}

/** The birth of a person, which this programme needs. */
export function birthOf({ birthDate }: CasePerson): PlainDate | BirthYear {
  if (birthDate !== null) return birthDate;
  throw new CaseFault('/person/birthDate', 'missing', 'this programme depends on the age');
}

export function deathOf({ diedOn = null }: CasePerson): PlainDate | null {
  return diedOn;
}

/** What was paid for each month; a month may be told in parts. */
export function paidMonths({ alreadyPaid }: CasePerson): ReadonlyMap<Period, Vnd> {
  const paid = new Map<Period, Vnd>();
  for (const { period, amountVnd } of alreadyPaid ?? []) {
    const amount = vnd(BigInt(amountVnd));
    paid.set(period, sum([paid.get(period) ?? vnd(0n), amount]));
  }
  return paid;
}

/**
 * The law of the province in which a person lived in a month. Decree 20/2021/ND-CP art. 8(4): the new
 * place pays from the month after the one that the decision of the old place names.
 */
function viewsOf({ asOf, province, person }: Case, law: Law): (month: Period) => LawView {
  const moves = (person.moves ?? []).toSorted((a, b) => (a.lastMonth < b.lastMonth ? -1 : 1));
  if (moves.length === 0) {
    const view = viewOf(law, asOf, province);
    return () => view;
  }
  return (month) => {
    const left = moves.find(({ lastMonth }) => month <= lastMonth);
    return viewOf(law, asOf, left?.fromProvince ?? province);
  };
}

/** What a decision says of the time, for one ground. */
export function spanOf(
  { person, one, paused: pausedOfPerson }: Subject,
  ground: Pick<CaseGround, 'from' | 'until' | 'decisionDate' | 'registered'>,
  starts: GroundCondition['starts'],
): EntitledSpan {
  const decidedOn = ground.decisionDate ?? person.decisionDate;
  const { registered } = ground;
  const paused =
    registered === undefined ? pausedOfPerson : pausedIn(registered.suspensions, one.period);
  const decidedIn = decidedOn === null ? LONG_AGO : periodOf(decidedOn);
  return {
    decidedOn: decidedOn ?? one.asOf,
    // A register names the month that was decided; a case says when the condition was met.
    entitledFrom: firstMonth(
      ground.from,
      decidedIn,
      registered === undefined ? starts : 'certificate',
    ),
    stopsAfter: earlier(ground.until, paused.stopsAfter),
    suspensions: paused.suspensions,
  };
}

/**
 * Decree 20/2021/ND-CP art. 8(1): the month of an age, that of the certificate of disability, and for
 * all others the month in which the decision is signed.
 */
function firstMonth(
  from: Period | null,
  decidedIn: Period,
  starts: GroundCondition['starts'],
): Period {
  if (from === null) return starts === 'age' ? LONG_AGO : decidedIn;
  return starts === 'decision' && decidedIn > from ? decidedIn : from;
}

function earlier(a: Period | null, b: Period | null): Period | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
