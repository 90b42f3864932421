// One case: what is asked about one person, apart from any register. docs/cases.md describes the fields
// for whoever writes them, adapters/cases/case.schema.json says what is accepted.

import type { Vnd } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import type { ReasonedSuspension } from './entitled-span.ts';
import type { BirthYear } from './entitlement.ts';
import type { GiftChannel, GiftPayee } from './gifts.ts';
import type { DueLine, Recovery } from './monthly-due.ts';
import type { NotDue } from './not-due.ts';
import type { Household } from './social-pension.ts';
import type { Region, UnemploymentClaim } from './unemployment-claim.ts';
import type { EndingCode } from './unemployment-endings.ts';
import type { NoBenefit } from './unemployment-reasons.ts';
import type { UnemploymentAssessment } from './unemployment.ts';

export type CaseProgramme =
  | 'social_assistance'
  | 'care_support'
  | 'institution'
  | 'social_pension'
  | 'merit'
  | 'unemployment'
  | 'funeral'
  | 'tet_gift'
  | 'national_day_gift'
  | 'pension_uplift'
  | 'all';

/** What a case does not say is null. */
export interface Case {
  readonly id: string;
  readonly programme: CaseProgramme;
  readonly period: Period;
  /** The day on which the assessor looks: only what is in force and known then counts. */
  readonly asOf: PlainDate;
  readonly province: string | null;
  /** Whether the month after the period is paid with it (44/2022/TT-BTC art. 8(3)). */
  readonly payAhead: boolean | null;
  readonly person: CasePerson;
}

export interface CasePerson {
  readonly birthDate: PlainDate | BirthYear | null;
  readonly sex: 'male' | 'female' | null;
  /** Left out where a case says nothing about it, null for the living. */
  readonly diedOn?: PlainDate | null;
  readonly household: Household | null;
  readonly area: 'especially_difficult' | 'none' | null;
  readonly grounds: readonly CaseGround[] | null;
  readonly otherPension: number | null;
  readonly pensionFrom: PlainDate | null;
  readonly multiple: number | null;
  readonly meritCode: string | null;
  readonly meritFrom: Period | null;
  readonly meritClaim: MeritClaim | null;
  readonly decisionDate: PlainDate | null;
  readonly moves: readonly Move[] | null;
  readonly spousePaid: boolean | null;
  readonly survivorAllowance: boolean | null;
  readonly childOfSingleParent: boolean | null;
  readonly deathCause: 'emergency' | 'other' | null;
  readonly vneidAccount: boolean | null;
  readonly monthlyAccount: boolean | null;
  readonly personalNumber: boolean | null;
  readonly permanentResidence: boolean | null;
  readonly proxy: boolean | null;
  // Of unemployment benefit.
  readonly averageSalary6: number | null;
  readonly contributionMonths: number | null;
  readonly region: Region | null;
  readonly lastContributionMonth: Period | null;
  readonly benefitFrom: PlainDate | null;
  readonly statePaid: boolean | null;
  readonly contractEndedOn: PlainDate | null;
  readonly filedOn: PlainDate | null;
  readonly shortContract: boolean | null;
  readonly recentMonths: UnemploymentClaim['recentMonths'];
  readonly barredBy: UnemploymentClaim['barredBy'];
  readonly decisionCancelled: boolean | null;
  readonly endings: readonly CaseEnding[] | null;
  readonly uncollected: readonly Period[] | null;
  readonly reports: readonly CaseReport[] | null;
  readonly alreadyPaid: readonly PaidMonth[] | null;
  readonly suspensions: readonly ReasonedSuspension[] | null;
}

/** What ended unemployment benefit. A death is told by its own field, and a term ends by itself. */
interface CaseEnding {
  readonly code: Exclude<EndingCode, 'term-over' | 'deceased'>;
  readonly on: PlainDate;
  readonly notified: boolean | null;
}

/** A monthly report on the search for a job. */
interface CaseReport {
  readonly period: Period;
  readonly reportedOn: PlainDate | null;
  readonly excused: boolean | null;
}

/** What of merit is asked for. */
export type MeritClaim =
  | 'monthly'
  | 'home_convalescence'
  | 'group_convalescence'
  | 'preschool'
  | 'education'
  | 'worship'
  | 'death';

export interface CaseGround {
  readonly code: string;
  /** The first month: that of the certificate of a disability, else that of the decision. */
  readonly from: Period | null;
  /** The last month due, by decision. */
  readonly until: Period | null;
  readonly decisionDate: PlainDate | null;
  readonly dependants: number | null;
  readonly children: readonly CaseChild[] | null;
  readonly persons: number | null;
  readonly caredBirthDate: PlainDate | BirthYear | null;
  readonly caredDiedOn: PlainDate | null;
  /** Only of a register: what it calls this ground, and when it is paused. No case says it. */
  readonly registered?: RegisteredGround;
}

/** A ground as a register keeps it: its first month is the one that the decision names. */
interface RegisteredGround {
  readonly enrolmentId: string;
  readonly suspensions: readonly ReasonedSuspension[];
}

export interface CaseChild {
  readonly birthDate: PlainDate | BirthYear;
  readonly diedOn: PlainDate | null;
  /** Whether a child from 16 to 22 is in education. */
  readonly studying: boolean | null;
}

/** A residence that was left: the decision that ended payment there names the last month. */
interface Move {
  readonly fromProvince: string;
  readonly lastMonth: Period;
}

interface PaidMonth {
  readonly period: Period;
  /** Digits; 0 says that nothing was paid for that month. */
  readonly amountVnd: string | number;
}

/** What is due on a case, or why nothing is. */
export interface CaseResult {
  readonly id: string;
  /** Whether the person is entitled in the period, paid already or not. */
  readonly eligible: boolean;
  readonly amount: Vnd;
  readonly lines: readonly DueLine[];
  /** Of unemployment benefit: how many months, and how many contribution months are left over. */
  readonly months: number | null;
  readonly leftoverMonths: number | null;
  /** What was paid in excess. It is shown, and never taken off a line. */
  readonly recoveryVnd: Vnd;
  readonly recoveries: readonly Recovery[];
  readonly reason: NotDue | NoBenefit | null;
  readonly channel: GiftChannel | null;
  readonly payee: GiftPayee | null;
  /** Of unemployment benefit. */
  readonly term: CaseTerm | null;
}

/** What was granted for how long, what ended it, and how all of it was reckoned. */
export interface CaseTerm extends Pick<
  UnemploymentAssessment,
  'law' | 'from' | 'until' | 'monthlyVnd' | 'ending' | 'steps'
> {
  readonly assumed: AssumedFacts;
}

/** What was taken for the days that a case leaves out. */
export type AssumedFacts = Readonly<
  Partial<Record<'benefitFrom' | 'decisionDate' | 'contractEndedOn', PlainDate>>
>;

/** A case that cannot be judged: where in it the fault is, and what it is. Other cases go on. */
export class CaseFault extends Error {
  /** A JSON pointer into the case. */
  readonly path: string;
  readonly code: 'unknown-code' | 'missing' | 'impossible' | 'law-not-here';

  constructor(path: string, code: CaseFault['code'], message: string) {
    super(message);
    this.name = 'CaseFault';
    this.path = path;
    this.code = code;
  }
}
