import type { Vnd } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';

/** The formats in which payment files can be written. */
export type PaymentFileFormat =
  | 'pain.001.001.03'
  | 'pain.001.001.09'
  | 'pain.001.001.12'
  | 'list'
  | 'treasury-09'
  | 'post-office-list';

/** The head of one payment file: everything that is said once. */
export interface PaymentFileHead {
  /** Unique for ever, at most 35 characters of A-Z 0-9 -. */
  readonly messageId: string;
  /** Unique for ever: one debit, one value date. */
  readonly paymentInformationId: string;
  /** The month paid, and the short code of what it is paid for. */
  readonly period: Period;
  readonly programme: string;
  readonly partNo: number;
  readonly createdAt: Date;
  readonly lineCount: bigint;
  readonly totalVnd: Vnd;
  readonly valueDate: PlainDate;
  /** Against the month before, for a form that asks for it; none in any other file. */
  readonly changes: readonly PaymentChange[];
  readonly payer: {
    readonly name: string;
    /** The agreement number that the bank gave the payer. */
    readonly agreement: string;
    readonly account: string;
    readonly bankBin: string;
  };
}

/**
 * The columns of a row of payment instructions. Rows come as PostgreSQL copies them out: a tab between
 * values, a line feed after each row, backslashes before what would be mistaken for either.
 */
export const PAYMENT_ROW = [
  'recipientId',
  'endToEndId',
  'amountVnd',
  'payeeName',
  'citizenNumber',
  'bankBin',
  'accountNumber',
  'communeCode',
] as const;

/** What a file needs to know of a bank. */
export interface KnownBank {
  readonly bic: string | null;
  readonly name: string;
  readonly shortName: string;
}

/** What the codes in a row stand for. */
export interface PaymentFileNames {
  /** By bank identification number. */
  readonly banks: ReadonlyMap<string, KnownBank>;
  /** By commune code. */
  readonly communes: ReadonlyMap<string, string>;
}

/** What one payee is paid more or less than in the month before. */
export interface PaymentChange {
  readonly payeeName: string;
  readonly beforeVnd: Vnd;
  readonly nowVnd: Vnd;
}

/** One payment instruction as it stands in the file. */
export interface PaymentLine {
  readonly endToEndId: string;
  readonly amountVnd: Vnd;
  readonly payeeName: string;
  readonly citizenNumber: string;
  /** Empty for cash. */
  readonly bankBin: string;
  /** Empty for cash. */
  readonly accountNumber: string;
  /** Commune where a cash payment is collected. */
  readonly communeCode: string;
}
