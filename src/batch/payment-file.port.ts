import type { PaymentFileHead, PaymentLine } from './payment-file.ts';

/** Writes payment files in one format. Deterministic: the same head and lines give the same bytes. */
export interface PaymentFileWriter {
  /** The file name for a head, such as AS-….xml: made of our own characters only. */
  fileName(head: PaymentFileHead): string;

  /**
   * Streams the file. Throws Refusal('value-does-not-fit') for a value that the format cannot carry
   * (facts: end-to-end id, element, rule; never the value), and Error when the lines do not add up
   * to the totals of the head: the writer counts for itself.
   */
  write(head: PaymentFileHead, lines: AsyncIterable<readonly PaymentLine[]>): AsyncIterable<Buffer>;
}
