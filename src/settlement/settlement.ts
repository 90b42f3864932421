import type { Vnd } from '../kernel/money.ts';
import type { PlainDate } from '../kernel/period.ts';
import type { BankFileKind } from './bank-file.ts';

/**
 * Reason codes of ISO 20022 by which a bank refuses what it has seen before, as it should after a
 * crash made us put a file again. They say nothing about the money of the first time.
 */
export const SEEN_BEFORE = ['AM05', 'DUPL', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05'] as const;

/**
 * A received file as a sequence of items, the same for every bank. The message comes first, and again
 * when more of it is known; items stand in the order of the file; offset is the byte at which the item
 * begins and path the way to it, so that a figure leads back to the bank's own bytes.
 */
export type SettlementItem =
  | {
      readonly type: 'message';
      readonly kind: BankFileKind;
      readonly messageId: string;
      /** The payer's account that the file speaks of; null when it does not say. */
      readonly payerAccount: string | null;
      /** The message id of ours that is answered; null when the file does not say. */
      readonly originalMessageId: string | null;
    }
  | {
      /** How many payments of ours an answer counts: of the file that it answers, or of its one block. */
      readonly type: 'count';
      /** Null when it does not say. */
      readonly payments: bigint | null;
      /** Of those whose statuses it adds up; they may be fewer, as where only refusals are counted. */
      readonly byStatus: bigint;
    }
  | {
      /** The block of a file of ours that an answer names; not told where it names none. */
      readonly type: 'block';
      readonly paymentInformationId: string;
      readonly offset: number;
      readonly path: string;
    }
  | {
      /** A status without money: of the whole file, of its block, or of one instruction. */
      readonly type: 'status';
      readonly level: 'group' | 'block' | 'instruction';
      /** End-to-end id; empty above the level of an instruction. */
      readonly reference: string;
      /** ISO 20022 status code, such as RJCT or ACSP. */
      readonly status: string;
      /** First reason code, such as AC04; empty when none. */
      readonly reason: string;
      /** Null when the file does not repeat it. */
      readonly amountVnd: Vnd | null;
      readonly offset: number;
      readonly path: string;
    }
  | {
      /** One booked instruction: money that has moved. */
      readonly type: 'booking';
      readonly reference: string;
      /** The servicer's reference of the entry it belongs to. */
      readonly entryReference: string;
      /** From the payer's account: debit went out, credit came back. */
      readonly direction: 'debit' | 'credit';
      readonly amountVnd: Vnd;
      /** What the bank took for itself beside it, within the same entry. */
      readonly chargedVnd: Vnd;
      readonly bookedOn: PlainDate;
      /** Reason of a return; empty for none. */
      readonly reason: string;
      readonly offset: number;
      readonly path: string;
    }
  | {
      /** A booked entry of the account, after its details if it has any in this file. */
      readonly type: 'entry';
      readonly accountNo: number;
      readonly entryReference: string;
      readonly direction: 'debit' | 'credit';
      readonly amountVnd: Vnd;
      readonly bookedOn: PlainDate;
      /** Some of its details are set aside, so the others do not add up to it. */
      readonly isPartial: boolean;
      /** PmtInfId of the batch that was booked in one sum; empty when none. */
      readonly paymentInformationId: string;
      readonly offset: number;
    }
  | {
      /** A post office line: paid in cash, or not collected. */
      readonly type: 'cash';
      readonly reference: string;
      readonly outcome: 'paid' | 'unpaid';
      readonly amountVnd: Vnd;
      /** Null when not paid. */
      readonly paidOn: PlainDate | null;
      readonly reason: string;
      readonly offset: number;
      readonly path: string;
    }
  | {
      /** The balances of one statement, after its entries. */
      readonly type: 'statement';
      readonly accountNo: number;
      readonly statementId: string;
      readonly account: string;
      /** Null when the bank does not number them; then they are a chain by their balances. */
      readonly sequence: bigint | null;
      /** Below zero when the account is overdrawn. */
      readonly openingVnd: bigint;
      readonly closingVnd: bigint;
      readonly day: PlainDate;
    }
  | {
      /** What nobody can act on by itself: a person looks at it, and at the money that it names. */
      readonly type: 'set-aside';
      readonly rule: string;
      /** Our reference, where it gives one. */
      readonly reference: string;
      readonly amountVnd: Vnd | null;
      readonly offset: number;
      readonly path: string;
    };
