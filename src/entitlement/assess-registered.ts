// What a person of the register is due from every programme for a period, and for every month before it
// that was not settled to the dong: the same rules as for a case, laid against what this engine has
// assessed and what an earlier system has paid. Nothing that was assessed is ever rewritten. What is
// missing is a new line, what was too much is a finding for a person to decide on.

import { sum, vnd, type Vnd } from '../kernel/money.ts';
import { addMonths, periodOf, periodsFrom, type Period, type PlainDate } from '../kernel/period.ts';
import { isProgramme, type Programme } from '../kernel/reference.ts';
import { subjectOf, type Subject } from './case-facts.ts';
import { care, merit, socialAssistance, socialPension, type DueIn } from './case-monthly.ts';
import { unemployment } from './case-unemployment.ts';
import { CaseFault, type CaseResult } from './case.ts';
import type { AssessmentLine } from './entitlement.ts';
import { COMPETING_PROGRAMMES, HIGHEST_ONLY, highestOfProgrammes } from './highest-only.ts';
import { viewOf, type Law } from './law-book.ts';
import {
  settleMonths,
  type DueLine,
  type MonthDue,
  type MonthlyDue,
  type Recovery,
  type Settlement,
} from './monthly-due.ts';
import { firstRepriced, settledBeforeUs } from './rate.ts';
import {
  asSeenBefore,
  assistedOf,
  caseOf,
  monthsEnded,
  unemploymentCase,
  type RegisteredEnrolment,
  type RegisteredPerson,
} from './registered-person.ts';
import { firstOpenIn, settledIn } from './social-assistance.ts';

/** The period that is paid, as the law is known on a day. */
export interface Assessing {
  readonly of: Period;
  readonly asOf: PlainDate;
  readonly law: Law;
  /** The province in which the person lives; null for none that is known. */
  readonly province: string | null;
  /** The programmes of which the month after the period is paid with it, by decision. */
  readonly ahead: ReadonlySet<Programme>;
}

/** One line of an assessment, as it is stored. */
export interface RegisteredLine extends Omit<AssessmentLine, 'kind'> {
  readonly kind: AssessmentLine['kind'] | 'ahead' | 'once';
}

/** What one programme comes to. */
interface ProgrammeAssessment {
  readonly programme: Programme;
  readonly amount: Vnd;
  /** Why nothing is to be paid now; null where something is. */
  readonly reason: string | null;
  readonly lines: readonly RegisteredLine[];
}

/** A month for which more was paid than is due, as far as no recovery was opened for it before. */
export interface FoundExcess {
  readonly programme: Programme;
  readonly forPeriod: Period;
  readonly paidVnd: Vnd;
  readonly dueVnd: Vnd;
  readonly amount: Vnd;
  /** Why that month is not due, or not due in that amount. */
  readonly reason: string;
}

export interface RegisteredAssessment {
  /** The programmes that the person stands on a list for, and those that something is due from. */
  readonly programmes: readonly ProgrammeAssessment[];
  readonly excess: readonly FoundExcess[];
  /** What was paid or assessed before for the months that were looked at, in digits. */
  readonly paid: Readonly<Record<Period, string>>;
  /** Where the facts cannot be, the first place of it. */
  readonly fault: { readonly path: string; readonly code: string } | null;
}

/** Instead of a reason of the law: the facts of an enrolment are missing or cannot be. */
export const FACTS_AT_FAULT = 'facts-at-fault';

const NOTHING = vnd(0n);
const NOT_NAMED: MonthDue = { dues: [], reason: 'no-ground' };

/** Assesses every programme of one person. The order of the enrolments changes nothing. */
export function assessRegistered(
  person: RegisteredPerson,
  assessing: Assessing,
): RegisteredAssessment {
  const ordered = {
    ...person,
    enrolments: person.enrolments.toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
  const groups: readonly (readonly Programme[])[] = [COMPETING_PROGRAMMES, ['care_support']];
  const parts = groups.map((group) => attempt(group, () => settleGroup(ordered, group, assessing)));
  parts.push(attempt(['unemployment'], () => settleUnemployment(ordered, assessing)));
  return {
    programmes: parts.flatMap((part) => toldOf(ordered, part)),
    excess: parts.flatMap((part) => notOpenedYet(ordered, part.excess)),
    paid: Object.assign({}, ...parts.map((part) => part.paid)) as Record<Period, string>,
    fault: parts.find((part) => part.fault !== null)?.fault ?? null,
  };
}

/** What programmes that are settled together come to. */
interface Part {
  readonly group: readonly Programme[];
  readonly lines: readonly { readonly programme: Programme; readonly line: RegisteredLine }[];
  readonly excess: readonly FoundExcess[];
  readonly paid: Readonly<Record<Period, string>>;
  readonly fault: RegisteredAssessment['fault'];
  reasonOf(programme: Programme): string;
}

/** Facts that cannot be stop one person and not the month: they are told, and nothing is paid. */
function attempt(group: readonly Programme[], settle: () => Part): Part {
  try {
    return settle();
  } catch (error) {
    if (!(error instanceof CaseFault)) throw error;
    const fault = { path: error.path, code: error.code };
    return { group, lines: [], excess: [], paid: {}, fault, reasonOf: () => FACTS_AT_FAULT };
  }
}

function toldOf(person: RegisteredPerson, part: Part): ProgrammeAssessment[] {
  return part.group.flatMap((programme): ProgrammeAssessment[] => {
    const lines = part.lines.filter((one) => one.programme === programme).map(({ line }) => line);
    const amount = sum(lines.map((line) => line.amount));
    if (amount > 0n) return [{ programme, amount, reason: null, lines }];
    const isListed = person.enrolments.some(
      (enrolment) => enrolment.programme === programme && enrolment.listedVnd !== null,
    );
    const isNew = (person.assessments[programme] ?? 0) === 0;
    if (!isListed || !isNew) return [];
    return [{ programme, amount, reason: part.reasonOf(programme), lines }];
  });
}

function notOpenedYet(person: RegisteredPerson, found: readonly FoundExcess[]): FoundExcess[] {
  return found.flatMap((excess): FoundExcess[] => {
    const opened = BigInt(person.opened[excess.programme]?.[excess.forPeriod] ?? '0');
    const left = excess.amount - opened;
    return left > 0n ? [{ ...excess, amount: vnd(left) }] : [];
  });
}

// --- Programmes that are paid for calendar months

function settleGroup(
  person: RegisteredPerson,
  group: readonly Programme[],
  assessing: Assessing,
): Part {
  const named = person.enrolments.filter(({ programme }) => group.includes(programme));
  if (named.length === 0) return nothingNamed(group);
  const offers = offersOf(person, group, assessing);
  const dueIn: DueIn = (month) => bestOf(offers, month);
  const paid = paidMonths(person, { group, named }, assessing);
  const { of, ahead } = assessing;
  const months = group.some((programme) => ahead.has(programme)) ? 2 : 1;
  const settlement = settleMonths({ of, months }, { paid, unpaid: [] }, dueIn);
  return {
    group,
    lines: linesOf(settlement, assessing),
    excess: settlement.recoveries.map((recovery) =>
      excessOf(recovery, mostPaid(person, group, recovery.period), dueIn(recovery.period)),
    ),
    paid: digits(paid),
    fault: null,
    reasonOf: (programme) => reasonIn(offers, programme, of),
  };
}

function nothingNamed(group: readonly Programme[]): Part {
  return { group, lines: [], excess: [], paid: {}, fault: null, reasonOf: () => 'no-ground' };
}

/** What each programme would pay if it were the only one. */
type Offers = readonly { readonly programme: Programme; readonly dueIn: DueIn }[];

function offersOf(
  person: RegisteredPerson,
  group: readonly Programme[],
  assessing: Assessing,
): Offers {
  return group.flatMap((programme) => {
    if (!person.enrolments.some((enrolment) => enrolment.programme === programme)) return [];
    return [{ programme, dueIn: onceEach(dueInOf(programme, person, assessing)) }];
  });
}

/** Keeps what was asked before: each month is asked for its dues and again for its reasons. */
function onceEach(dueIn: DueIn): DueIn {
  const known = new Map<Period, MonthDue>();
  return (month) => {
    let due = known.get(month);
    if (due === undefined) known.set(month, (due = dueIn(month)));
    return due;
  };
}

function dueInOf(programme: Programme, person: RegisteredPerson, assessing: Assessing): DueIn {
  const found = PROGRAMMES[programme];
  if (found === undefined) throw new RangeError(`not paid by the calendar month: ${programme}`);
  return found(person, assessing);
}

/** Whether a programme pays somebody for a month; facts that cannot be pay nothing. */
export function drawsIn(
  programme: Programme,
  month: Period,
  person: RegisteredPerson,
  assessing: Assessing,
): boolean {
  try {
    return offersOf(person, [programme], assessing).some(
      ({ dueIn }) => dueIn(month).dues.length > 0,
    );
  } catch (error) {
    if (error instanceof CaseFault) return false;
    throw error;
  }
}

/** A new programme that is paid by the calendar month is a line here. */
const PROGRAMMES: Readonly<
  Partial<Record<Programme, (person: RegisteredPerson, assessing: Assessing) => DueIn>>
> = {
  social_assistance: (person, assessing) =>
    socialAssistance(subjectFor(person, assessing, ['social_assistance', 'institution'])),
  institution: (person, assessing) =>
    care(subjectFor(person, assessing, ['institution']), 'institution'),
  care_support: (person, assessing) =>
    care(subjectFor(person, assessing, ['care_support']), 'care_support'),
  social_pension: (person, assessing) =>
    highestOfEach(person, 'social_pension', (enrolment) =>
      socialPension(pensionSubject(subjectOfOne(person, enrolment, assessing), enrolment)),
    ),
  merit: (person, assessing) =>
    highestOfEach(person, 'merit', (enrolment) =>
      merit(meritSubject(subjectOfOne(person, enrolment, assessing), enrolment)),
    ),
};

function subjectFor(
  person: RegisteredPerson,
  { of, asOf, law, province }: Assessing,
  programmes: readonly Programme[],
): Subject {
  const enrolments = person.enrolments.filter(({ programme }) => programmes.includes(programme));
  return subjectOf(caseOf(person, { programme: 'all', of, asOf, province, enrolments }), law);
}

/** One enrolment by itself: what is said of the time is said of it alone. */
function subjectOfOne(
  person: RegisteredPerson,
  enrolment: RegisteredEnrolment,
  { of, asOf, law, province }: Assessing,
): Subject {
  const one = caseOf(person, { programme: 'all', of, asOf, province, enrolments: [enrolment] });
  const { entitledFrom, stopsAfter } = enrolment;
  const said = { ...one.person, decisionDate: enrolment.decidedOn, grounds: [] };
  const timed = { ...one, person: { ...said, suspensions: enrolment.suspensions } };
  const subject = subjectOf(timed, law);
  const ends = [subject.paused.stopsAfter, stopsAfter].filter((month) => month !== null).sort();
  return {
    ...subject,
    ...(entitledFrom === '' ? {} : { entitledFrom }),
    paused: { ...subject.paused, stopsAfter: ends[0] ?? null },
  };
}

/** A household that nobody tells of was of the kind that the ground asks for, when it was decided. */
function pensionSubject(subject: Subject, { groundCode }: RegisteredEnrolment): Subject {
  const asked = subject.law.conditions.get(`social_pension ${groundCode}`)?.household ?? null;
  const decided =
    asked === null ? null : asked === 'poor' ? ('poor' as const) : ('near_poor' as const);
  const person = { ...subject.person, household: subject.person.household ?? decided };
  return { ...subject, person };
}

function meritSubject(
  subject: Subject,
  { groundCode, entitledFrom }: RegisteredEnrolment,
): Subject {
  const isListed = subject.law.merit.has(groundCode);
  const byMultiple = subject.person.multiple !== null && !isListed;
  if (!byMultiple && !isListed) {
    throw new CaseFault('/meritCode', 'unknown-code', `no such category: ${groundCode}`);
  }
  const meritFrom = entitledFrom === '' ? null : entitledFrom;
  const person = { ...subject.person, meritFrom, meritCode: byMultiple ? null : groundCode };
  return { ...subject, person };
}

/** Of several enrolments of one programme the one that pays most in a month; of equal ones the first. */
function highestOfEach(
  person: RegisteredPerson,
  of: Programme,
  dueInOf: (enrolment: RegisteredEnrolment) => DueIn,
): DueIn {
  const each = person.enrolments
    .filter(({ programme }) => programme === of)
    .map((enrolment) => ({ enrolment, dueIn: dueInOf(enrolment) }));
  return (month) => {
    const offers = each.map(({ enrolment, dueIn }) => {
      const { dues, reason } = dueIn(month);
      const own = dues.map((due): MonthlyDue => ({ ...due, enrolmentId: enrolment.ref }));
      return { dues: own, reason, totalVnd: totalOf(own) };
    });
    const best = highestOfProgrammes(offers);
    return best ?? offers[0] ?? NOT_NAMED;
  };
}

function totalOf(dues: readonly MonthlyDue[]): Vnd {
  return sum(dues.map(({ amount }) => amount));
}

/** Of programmes that exclude each other the one that pays most, and why where several would pay. */
function bestOf(offers: Offers, month: Period): MonthDue {
  const [only, second] = offers;
  if (only === undefined) return NOT_NAMED;
  if (second === undefined) return only.dueIn(month);
  const offered = offers.map(({ dueIn }) => dueIn(month));
  const best = highestOfProgrammes(offered.map(({ dues }) => ({ dues, totalVnd: totalOf(dues) })));
  if (best === undefined) return offered[0] ?? NOT_NAMED;
  const several = offered.filter(({ dues }) => dues.length > 0).length > 1;
  return { dues: several ? best.dues.map(outranking) : best.dues, reason: null };
}

function outranking(due: MonthlyDue): MonthlyDue {
  if (due.articles.includes(HIGHEST_ONLY)) return due;
  return { ...due, articles: [...due.articles, HIGHEST_ONLY] };
}

function reasonIn(offers: Offers, programme: Programme, of: Period): string {
  const own = offers.find((offer) => offer.programme === programme)?.dueIn(of) ?? NOT_NAMED;
  if (own.dues.length === 0) return own.reason ?? 'no-ground';
  const paidBy = bestOf(offers, of).dues[0]?.programme;
  return paidBy === programme ? 'already-assessed' : 'outranked';
}

// --- What was paid before

interface Named {
  readonly group: readonly Programme[];
  readonly named: readonly RegisteredEnrolment[];
}

/**
 * What was paid for each month that is to be looked at: every month this engine has assessed, every one
 * since the first that is not known to be settled, and those an earlier system paid at another rate, or
 * beyond an end.
 */
function paidMonths(
  person: RegisteredPerson,
  { group, named }: Named,
  assessing: Assessing,
): ReadonlyMap<Period, Vnd> {
  const { of } = assessing;
  const assessed = assessedMonths(person, group);
  const first = [...assessed.keys(), ...openMonths(person, named, assessing)].sort()[0];
  const before = beforeUs(person, { group, named }, assessing);
  return toldMonths({ assessed, before }, first ?? addMonths(of, 1), of);
}

function assessedMonths(
  person: RegisteredPerson,
  group: readonly Programme[],
): ReadonlyMap<Period, Vnd> {
  const assessed = new Map<Period, Vnd>();
  for (const programme of group) {
    for (const [month, amount] of Object.entries(person.assessed[programme] ?? {})) {
      const known = assessed.get(month as Period) ?? NOTHING;
      assessed.set(month as Period, sum([known, vnd(BigInt(amount))]));
    }
  }
  return assessed;
}

/** Every month from the first to the period is told; the period itself only where something was paid. */
function toldMonths(
  by: { assessed: ReadonlyMap<Period, Vnd>; before: (month: Period) => Vnd },
  first: Period,
  of: Period,
): ReadonlyMap<Period, Vnd> {
  const told = new Map(by.assessed);
  for (const month of first > of ? [] : periodsFrom(first, of)) {
    const amount = sum([by.assessed.get(month) ?? NOTHING, by.before(month)]);
    if (month < of || amount > 0n) told.set(month, amount);
  }
  return told;
}

/** The first month of each enrolment that is not known to be settled. */
function openMonths(
  person: RegisteredPerson,
  named: readonly RegisteredEnrolment[],
  { of, asOf, law, province }: Assessing,
): Period[] {
  const assisted = assistedOf({ ...person, enrolments: named });
  const open: Period[] = [];
  if (assisted.enrolments.length > 0) {
    open.push(firstOpenIn(assisted, of, viewOf(law, asOf, province).assistance));
  }
  for (const enrolment of named) {
    const { entitledFrom, paidThrough } = enrolment;
    if (enrolment.programme === 'social_assistance' || entitledFrom === '') continue;
    if (paidThrough === null) open.push(entitledFrom);
    else {
      const repriced = firstRepriced(law, { then: settledBeforeUs(paidThrough), now: asOf });
      const months = [addMonths(paidThrough, 1), ...monthsEnded(person, enrolment)];
      if (repriced !== undefined) months.push(repriced);
      for (const { from } of enrolment.suspensions) months.push(from);
      open.push(months.sort()[0] ?? entitledFrom);
    }
  }
  return open;
}

/**
 * What an earlier system paid for a month: what the law gave on the first day of the last month that it paid. Of
 * several programmes it paid the highest, as the law says.
 */
function beforeUs(
  person: RegisteredPerson,
  { group, named }: Named,
  assessing: Assessing,
): (month: Period) => Vnd {
  if (named.every(({ paidThrough }) => paidThrough === null)) return () => NOTHING;
  const assisted = assistedOf({ ...person, enrolments: named });
  const { assistance } = viewOf(assessing.law, assessing.asOf, assessing.province);
  const others = othersBefore(person, group, assessing);
  return (month) => {
    let most: Vnd =
      assisted.enrolments.length === 0 ? NOTHING : settledIn(assisted, month, assistance);
    for (const { through, dueIn } of others) {
      if (month > through) continue;
      const amount = totalOf(dueIn(month).dues);
      if (amount > most) most = amount;
    }
    return most;
  };
}

/** The other programmes of which an earlier system paid, each as the law stood on the first of its last month. */
function othersBefore(
  person: RegisteredPerson,
  group: readonly Programme[],
  assessing: Assessing,
): { through: Period; dueIn: DueIn }[] {
  const before = asSeenBefore(person);
  return group.flatMap((programme) => {
    if (programme === 'social_assistance') return [];
    const paid = before.enrolments.filter((enrolment) => enrolment.programme === programme);
    const through = paid
      .map(({ paidThrough }) => paidThrough ?? '')
      .sort()
      .at(-1);
    if (through === undefined || through === '') return [];
    const asOf = settledBeforeUs(through);
    const seen = { ...before, enrolments: paid };
    const dueIn = onceEach(dueInOf(programme, seen, { ...assessing, asOf }));
    return [{ through, dueIn }];
  });
}

function digits(paid: ReadonlyMap<Period, Vnd>): Readonly<Record<Period, string>> {
  const told = [...paid].filter(([, amount]) => amount > 0n);
  return Object.fromEntries(told.map(([month, amount]) => [month, String(amount)]));
}

/** The programme that paid most for a month: what was too much is asked back from it. */
function mostPaid(
  { assessed, enrolments }: RegisteredPerson,
  group: readonly Programme[],
  month: Period,
): Programme {
  let most: Programme | undefined;
  let amount = 0n;
  for (const programme of group) {
    const paid = BigInt(assessed[programme]?.[month] ?? '0');
    if (paid > amount) [most, amount] = [programme, paid];
  }
  const named = enrolments.find(({ programme }) => group.includes(programme))?.programme;
  const chosen = most ?? named;
  if (chosen === undefined) throw new RangeError('nothing was paid for a month of excess');
  return chosen;
}

function excessOf(recovery: Recovery, programme: Programme, due: MonthDue): FoundExcess {
  const { period: forPeriod, paidVnd, dueVnd, amount } = recovery;
  return { programme, forPeriod, paidVnd, dueVnd, amount, reason: due.reason ?? 'amount-lower' };
}

// --- Lines

function linesOf(settlement: Settlement, { of, ahead }: Assessing): Part['lines'] {
  return settlement.lines.flatMap((line) => {
    const programme = programmeOf(line.due);
    if (line.period > of && !ahead.has(programme)) return [];
    return [{ programme, line: registeredLine(line, of) }];
  });
}

function programmeOf({ programme }: MonthlyDue): Programme {
  if (!isProgramme(programme)) throw new RangeError(`no such programme: ${programme}`);
  return programme;
}

const TWO_MONTHS = '44/2022/TT-BTC art. 8(3)';

function registeredLine(line: DueLine, of: Period): RegisteredLine {
  const { due, period, paidVnd, amount, articles } = line;
  const isAhead = period > of;
  return {
    kind: period === of ? 'current' : isAhead ? 'ahead' : 'arrears',
    forPeriod: period,
    enrolmentId: due.enrolmentId ?? '',
    groundCode: due.code,
    // An amount of a table is its own standard.
    coefficient: due.coefficient ?? '1',
    standardVnd: due.standardVnd ?? due.amount,
    paidVnd,
    amount,
    articles: isAhead ? [...articles, TWO_MONTHS] : articles,
  };
}

// --- Unemployment benefit, whose months are its own

function settleUnemployment(person: RegisteredPerson, assessing: Assessing): Part {
  const group: readonly Programme[] = ['unemployment'];
  const named = person.enrolments.filter(({ programme }) => programme === 'unemployment');
  // The last decision is the one that runs: a term of before has ended with the work after it.
  const running = named.toSorted((a, b) => (a.decidedOn < b.decidedOn ? -1 : 1)).at(-1);
  if (running === undefined) return nothingNamed(group);
  const asked = { ...assessing, programme: 'unemployment' as const, enrolments: [running] };
  const answer = (paid: ReadonlyMap<Period, Vnd>): CaseResult => {
    const told = [...paid].map(([period, amount]) => ({ period, amountVnd: String(amount) }));
    return unemployment(
      subjectOf(unemploymentCase(person, { ...asked, paid: told }), assessing.law),
    );
  };
  const paid = paidOfBenefit(person, running, { of: assessing.of, first: answer(new Map()) });
  const result = answer(paid);
  return {
    group,
    lines: result.lines
      .filter(({ period }) => period <= (running.stopsAfter ?? assessing.of))
      .filter(({ period }) => period <= assessing.of)
      .map((line) => {
        const told = { ...line, due: { ...line.due, enrolmentId: running.ref } };
        return { programme: 'unemployment' as const, line: registeredLine(told, assessing.of) };
      }),
    excess: result.recoveries.map((recovery) =>
      excessOf(recovery, 'unemployment', { dues: [], reason: null }),
    ),
    paid: digits(paid),
    fault: null,
    reasonOf: () => result.reason ?? 'already-assessed',
  };
}

/** The months of benefit up to the period: as assessed here, or as an earlier system paid them. */
function paidOfBenefit(
  { assessed }: RegisteredPerson,
  { paidThrough }: RegisteredEnrolment,
  { of, first }: { of: Period; first: CaseResult },
): ReadonlyMap<Period, Vnd> {
  const { from = null, monthlyVnd = null } = first.term ?? {};
  const known = Object.entries(assessed.unemployment ?? {});
  return toldMonths(
    {
      assessed: new Map(known.map(([month, amount]) => [month as Period, vnd(BigInt(amount))])),
      before: (month) =>
        paidThrough !== null && month <= paidThrough ? (monthlyVnd ?? NOTHING) : NOTHING,
    },
    from === null ? addMonths(of, 1) : periodOf(from),
    of,
  );
}
