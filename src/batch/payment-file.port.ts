import type { BankProfile } from './bank-profile.ts';
import type { PaymentFileHead, PaymentFileNames } from './payment-file.ts';

/** Writes payment files for one bank. Deterministic: the same head and rows give the same bytes. */
export interface PaymentFileWriter {
  /** The file name for a head, such as AS-….xml: made of our own characters only. */
  fileName(head: PaymentFileHead): string;

  /**
   * Streams the file. Rows are blocks of whole rows of PAYMENT_ROW, in UTF-8. Throws
   * Refusal('value-does-not-fit') for a value that the bank does not take (facts: line, end-to-end
   * id, element, rule; never the value), and Error when the rows do not add up to the totals of the
   * head: the writer counts for itself.
   */
  write(head: PaymentFileHead, rows: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
}

/** The writer for what a bank laid down. */
export type PaymentFileWriters = (
  profile: BankProfile,
  names: PaymentFileNames,
) => PaymentFileWriter;
