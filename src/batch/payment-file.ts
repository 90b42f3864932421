import type { Vnd } from '../kernel/money.ts';
import type { PlainDate } from '../kernel/period.ts';

/** The formats in which a channel takes payment files. */
export type PaymentFileFormat = 'pain.001.001.09' | 'post-office-list';

/** The head of one payment file: everything that is said once. */
export interface PaymentFileHead {
  /** Unique for ever, at most 35 characters of A-Z 0-9 -. */
  readonly messageId: string;
  /** Unique for ever: one debit, one value date. */
  readonly paymentInformationId: string;
  readonly createdAt: Date;
  readonly lineCount: bigint;
  readonly totalVnd: Vnd;
  readonly valueDate: PlainDate;
  readonly payer: {
    readonly name: string;
    /** The agreement number that the bank gave the payer. */
    readonly agreement: string;
    readonly account: string;
    readonly bankBin: string;
  };
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
  readonly communeName: string;
}
