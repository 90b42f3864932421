import type { Place } from '../settlement/bank-file.ts';
import type { Exact } from '../settlement/exact-amount.ts';

// What is known about payments: what was sent, and what received files say of it. Evidence is a set; the
// state of a payment is a function of the set, so the order in which files came and how often makes no
// difference (I26).

/** One payment of one file that was sent. */
export interface Submission {
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly instructionId: string;
  readonly uetr: string;
}

export interface SentPayment {
  readonly endToEndId: string;
  readonly amount: Exact;
  readonly currency: string;
  readonly payerAccount: string;
  /** More than one when a file was sent again under another message id. */
  readonly submissions: Submission[];
}

/** Where a piece of evidence stands. */
export interface Source {
  readonly file: string;
  readonly at: Place;
}

/** A status of one payment in one file, as it follows from the levels of that file. */
export interface StatusEvidence extends Source {
  readonly payment: SentPayment;
  readonly submission: Submission;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly texts: readonly string[];
}

/** An entry of the account with what it holds, as one file tells it. */
export interface EntryEvidence extends Source {
  readonly account: string;
  readonly reference: string;
  readonly entryReference: string;
  readonly direction: 'debit' | 'credit';
  readonly amount: Exact;
  readonly currency: string;
  readonly bookedOn: string;
  readonly reversal: boolean;
  readonly code: string;
  readonly batches: readonly {
    readonly messageId: string;
    readonly paymentInformationId: string;
  }[];
  readonly batchCount: bigint | null;
  readonly details: readonly DetailEvidence[];
  /** Of those it has no more than these: money for which no detail could be read is a break. */
  readonly setAside: boolean;
}

export interface DetailEvidence extends Source {
  readonly endToEndId: string;
  readonly instructionId: string;
  readonly uetr: string;
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly direction: 'debit' | 'credit';
  readonly amount: Exact;
  /** Other amounts that it gives for the same payment, before charges. */
  readonly otherAmounts: readonly Exact[];
  /** What it says was charged: all that may lie between two of its amounts. */
  readonly charges: Exact;
  readonly reasons: readonly string[];
}

/** What a list says of one payment. */
export interface RowEvidence extends Source {
  readonly payment: SentPayment;
  readonly outcome: 'accepted' | 'pending' | 'paid' | 'unpaid' | 'rejected' | 'returned';
  readonly bookedOn: string;
  readonly reasons: readonly string[];
  /** Whether the list itself is the proof. */
  readonly proves: boolean;
}

/** A decision on a request to cancel one payment. */
export interface CancellationEvidence extends Source {
  readonly payment: SentPayment;
  readonly status: string;
  readonly reasons: readonly string[];
}

/** Something that a person must explain. */
export interface OpenBreak {
  readonly kind: string;
  readonly endToEndId: string;
  readonly reference: string;
  readonly amount: string;
  readonly currency: string;
  readonly file: string;
  readonly at: Place;
}
