import type { Period, PlainDate } from '../kernel/period.ts';
import type { ReasonedSuspension } from './entitled-span.ts';

interface OfEnrolment {
  readonly recipient: string;
  readonly enrolment: string;
}

interface Decided {
  /** The number of the decision. */
  readonly decision: string;
  readonly decidedOn: PlainDate;
}

/** Facts for which the register has no column, by the names that a case has for them. */
export interface FactsDecision extends OfEnrolment {
  readonly kind: 'facts';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly document: string;
}

/** Payment is paused from a month on. */
export interface SuspensionDecision extends OfEnrolment, Decided {
  readonly kind: 'suspension';
  readonly from: Period;
  readonly reason: NonNullable<ReasonedSuspension['reason']>;
}

/** A pause ends after a month; whether its months are given back. Null of a file proven to be forged. */
export interface ResumptionDecision extends OfEnrolment, Decided {
  readonly kind: 'resumption';
  readonly from: Period;
  readonly until: Period | null;
  readonly backPay: boolean;
  readonly outcome: 'cleared' | 'proven' | null;
}

/** The month after a period is paid with it. */
export interface AheadDecision extends Decided {
  readonly kind: 'ahead';
  readonly programme: 'merit';
  readonly province: string;
  readonly period: Period;
  readonly cause: 'new-year' | 'disaster' | 'epidemic' | 'force-majeure';
}

export type Decision = FactsDecision | SuspensionDecision | ResumptionDecision | AheadDecision;
