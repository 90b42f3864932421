import type { PaymentFileFormat } from './payment-file.ts';

/** A bank or a post office that takes our files, and how it behaves. */
export interface Channel {
  /** Short code of A-Z and 0-9, part of every batch code and message id. */
  readonly channel: string;
  readonly kind: 'account' | 'cash_post';
  readonly name: string;
  readonly environment: 'sandbox' | 'production';
  readonly format: PaymentFileFormat;
  /** It refuses an end-to-end id that it has seen: a file may be put again after a crash. */
  readonly dedupesReference: boolean;
  /** It refuses a file after cut-off: what is absent from the statement was never taken. */
  readonly refusesAfterCutoff: boolean;
  readonly linesPerFile: number;
  /** The version of the profile that it follows. */
  readonly profileVersion: number;
  /** Lines to the payer's own bank go into batches of their own. */
  readonly splitOwnBank: boolean;
  readonly payerName: string;
  readonly payerAgreement: string;
  readonly payerAccount: string;
  readonly payerBankBin: string;
}
