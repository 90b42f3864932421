import type { Period, PlainDate } from '../kernel/period.ts';
import type { ReasonedSuspension } from './entitled-span.ts';
import type { FuneralFacts, GiftFacts } from './once.ts';
import type { GiftPayee } from './gifts.ts';

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

/** Entitlement of an enrolment ends after a month. Another decision may name another month. */
export interface CessationDecision extends OfEnrolment, Decided {
  readonly kind: 'cessation';
  /** The last month due. */
  readonly after: Period;
  readonly reason:
    'deceased' | 'missing' | 'not-eligible' | 'prison' | 'refused' | 'not-reassessed' | 'moved';
}

/** Who is paid what they claim: a recipient by number, or a person who is on no list. */
export type ClaimPayee =
  | { readonly recipient: string }
  | {
      readonly person: {
        readonly citizenNumber: string;
        readonly fullName: string;
        readonly birthDate: PlainDate;
        readonly sex: 'male' | 'female';
        readonly communeCode: string;
        readonly hamlet?: string;
        readonly phone?: string;
        /** Left out, they are paid in cash. */
        readonly account?: {
          readonly bankBin: string;
          readonly accountNumber: string;
          readonly holderName: string;
        };
      };
    };

interface Claimed {
  readonly payee: ClaimPayee;
  readonly claimedOn: PlainDate;
  readonly document: string;
}

/** Whoever buried a recipient asks for funeral support. */
export interface FuneralClaim extends Claimed {
  readonly kind: 'funeral';
  /** The recipient who died, by number. */
  readonly deceased: string;
  readonly facts: FuneralFacts;
}

/** A household, or a person without permanent residence, as the snapshot of a gift has it. */
export interface GiftClaim extends Claimed {
  readonly kind: 'household-gift';
  readonly gift: string;
  readonly collects: GiftPayee;
  readonly persons: readonly (Omit<GiftFacts, 'collects'> & { readonly citizenNumber: string })[];
}

export type Decision =
  | FactsDecision
  | SuspensionDecision
  | ResumptionDecision
  | AheadDecision
  | CessationDecision
  | FuneralClaim
  | GiftClaim;
