// A person as the register keeps them, read into the cases that every programme is argued from: the law
// of a case and the law of a register are one. What the register has no column for stands in the facts
// of an enrolment, under the names that a case has for it.

import { addMonths, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import type { Case, CaseGround, CasePerson, CaseProgramme } from './case.ts';
import type { ReasonedSuspension } from './entitled-span.ts';
import type { AssistedPerson, BirthYear, Enrolment } from './entitlement.ts';

/** What a case says of one ground beyond its code and its months. */
type GroundFacts = Pick<
  CaseGround,
  'dependants' | 'children' | 'persons' | 'caredBirthDate' | 'caredDiedOn'
>;

/** The facts of an enrolment: fields of a case, those of its person and those of its ground together. */
type EnrolmentFacts = Partial<Omit<CasePerson, 'grounds'> & GroundFacts> &
  Partial<ListedUnemployment>;

/** What the list says of unemployment benefit, as intake writes it. */
interface ListedUnemployment {
  readonly contributedMonths: number;
  readonly averageSalaryVnd: string;
  readonly wageRegion: NonNullable<CasePerson['region']>;
  readonly lastContributedMonth: Period;
  readonly benefitMonthNo: number;
  readonly benefitMonthCount: number;
}

export interface RegisteredEnrolment {
  readonly ref: string;
  readonly programme: Programme;
  /** Empty for unemployment. */
  readonly groundCode: string;
  readonly dependants: number;
  readonly decidedOn: PlainDate;
  /** Empty for unemployment. */
  readonly entitledFrom: Period | '';
  readonly paidThrough: Period | null;
  /** The last month due: by decision, or the last list that had it. */
  readonly stopsAfter: Period | null;
  readonly suspensions: readonly ReasonedSuspension[];
  readonly facts: EnrolmentFacts;
  /** What the list of the period claims, in digits; null where it stands on none. */
  readonly listedVnd: string | null;
}

/** Amounts in digits by programme, then by the month that they are for. */
type MonthsOfProgrammes = Readonly<Partial<Record<Programme, Readonly<Record<Period, string>>>>>;

export interface RegisteredPerson {
  readonly recipientId: string;
  readonly birth: PlainDate | BirthYear;
  readonly diedOn: PlainDate | null;
  readonly communeCode: string;
  readonly enrolments: readonly RegisteredEnrolment[];
  /** What this engine has assessed: the sum of its lines. */
  readonly assessed: MonthsOfProgrammes;
  /** What was opened as a recovery before. */
  readonly opened: MonthsOfProgrammes;
  /** How often each programme has been assessed for the period. */
  readonly assessments: Readonly<Partial<Record<Programme, number>>>;
  /** The number of the last recovery case; 0 for none. */
  readonly lastCase: number;
}

/** A case that says nothing. */
const NOTHING_SAID: CasePerson = {
  birthDate: null,
  sex: null,
  household: null,
  area: null,
  grounds: null,
  otherPension: null,
  pensionFrom: null,
  multiple: null,
  meritCode: null,
  meritFrom: null,
  meritClaim: null,
  decisionDate: null,
  moves: null,
  spousePaid: null,
  survivorAllowance: null,
  childOfSingleParent: null,
  deathCause: null,
  vneidAccount: null,
  monthlyAccount: null,
  personalNumber: null,
  permanentResidence: null,
  proxy: null,
  averageSalary6: null,
  contributionMonths: null,
  region: null,
  lastContributionMonth: null,
  benefitFrom: null,
  statePaid: null,
  contractEndedOn: null,
  filedOn: null,
  shortContract: null,
  recentMonths: null,
  barredBy: null,
  decisionCancelled: null,
  endings: null,
  uncollected: null,
  reports: null,
  alreadyPaid: null,
  suspensions: null,
};

/** What is asked of a person. */
export interface Asked {
  readonly programme: CaseProgramme;
  readonly of: Period;
  readonly asOf: PlainDate;
  readonly province: string | null;
  /** The enrolments whose facts are said; their grounds are named. */
  readonly enrolments: readonly RegisteredEnrolment[];
}

/** The case that the register makes of a person. */
export function caseOf(person: RegisteredPerson, asked: Asked): Case {
  return {
    id: person.recipientId,
    programme: asked.programme,
    period: asked.of,
    asOf: asked.asOf,
    province: asked.province,
    payAhead: null,
    person: personOf(person, asked.enrolments),
  };
}

function personOf(
  { birth, diedOn }: RegisteredPerson,
  enrolments: readonly RegisteredEnrolment[],
): CasePerson {
  const said: Record<string, unknown> = { ...NOTHING_SAID };
  for (const { facts } of enrolments) {
    for (const [name, value] of Object.entries(facts)) {
      if (Object.hasOwn(NOTHING_SAID, name)) said[name] = value;
    }
  }
  // What every field holds was checked by the schema of cases when it was recorded.
  return {
    ...(said as unknown as CasePerson),
    birthDate: birth,
    diedOn,
    grounds: enrolments.filter(({ groundCode }) => groundCode !== '').map(groundOf),
  };
}

function groundOf(enrolment: RegisteredEnrolment): CaseGround {
  const { facts, dependants, entitledFrom, suspensions, ref } = enrolment;
  return {
    code: enrolment.groundCode,
    from: entitledFrom === '' ? null : entitledFrom,
    until: enrolment.stopsAfter,
    decisionDate: enrolment.decidedOn,
    dependants: facts.dependants ?? dependants,
    children: facts.children ?? null,
    persons: facts.persons ?? null,
    caredBirthDate: facts.caredBirthDate ?? null,
    caredDiedOn: facts.caredDiedOn ?? null,
    registered: { enrolmentId: ref, suspensions },
  };
}

/** A person as an earlier system saw them: it knew of no death and of no end. */
export function asSeenBefore(person: RegisteredPerson): RegisteredPerson {
  return {
    ...person,
    diedOn: null,
    enrolments: person.enrolments
      .filter(({ paidThrough }) => paidThrough !== null)
      .map((enrolment) => ({
        ...enrolment,
        stopsAfter: null,
        // A month that was paused then was not paid then, whatever was decided since.
        suspensions: enrolment.suspensions.map(({ from, until }) => ({ from, until })),
      })),
  };
}

/** A person with the enrolments of social assistance alone, as its own rules take them. */
export function assistedOf(person: RegisteredPerson): AssistedPerson {
  return {
    birth: person.birth,
    diedOn: person.diedOn,
    enrolments: person.enrolments
      .filter(({ programme }) => programme === 'social_assistance')
      .map((enrolment): Enrolment => ({
        enrolmentId: enrolment.ref,
        groundCode: enrolment.groundCode,
        dependants: enrolment.facts.dependants ?? enrolment.dependants,
        decidedOn: enrolment.decidedOn,
        entitledFrom: enrolment.entitledFrom as Period,
        stopsAfter: enrolment.stopsAfter,
        paidThrough: enrolment.paidThrough,
        settledOn: null,
        suspensions: enrolment.suspensions,
      })),
    alreadyAssessed: new Map(),
  };
}

/** The months from which on nothing was due any more: after a death, and after an end. */
export function monthsEnded(
  { diedOn }: RegisteredPerson,
  { stopsAfter }: RegisteredEnrolment,
): Period[] {
  const last = [diedOn === null ? null : periodOf(diedOn), stopsAfter];
  return last.flatMap((month) => (month === null ? [] : [addMonths(month, 1)]));
}

/** The case of unemployment benefit of one enrolment: by the names of the list, or by those of a case. */
export function unemploymentCase(
  person: RegisteredPerson,
  asked: Asked & { readonly paid: NonNullable<CasePerson['alreadyPaid']> },
): Case {
  const one = caseOf(person, asked);
  const [enrolment] = asked.enrolments;
  const { decidedOn = null, suspensions = [], facts = {} } = enrolment ?? {};
  return {
    ...one,
    person: {
      ...listedBenefit(facts),
      // What was recorded since the list wins over what the list says.
      ...withoutNothing(one.person),
      decisionDate: decidedOn,
      suspensions,
      alreadyPaid: asked.paid,
    },
  };
}

function listedBenefit(facts: EnrolmentFacts): CasePerson {
  const { averageSalaryVnd, contributedMonths, wageRegion, lastContributedMonth } = facts;
  return {
    ...NOTHING_SAID,
    averageSalary6: averageSalaryVnd === undefined ? null : Number(averageSalaryVnd),
    contributionMonths: contributedMonths ?? null,
    region: wageRegion ?? null,
    lastContributionMonth: lastContributedMonth ?? null,
  };
}

function withoutNothing(person: CasePerson): Partial<CasePerson> {
  return Object.fromEntries(Object.entries(person).filter(([, value]) => value !== null));
}
