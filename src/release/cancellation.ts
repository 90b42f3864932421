// A request to cancel what was sent: words and shapes.

/** Why, as ISO 20022 has it: on the payer's wish, paid twice, a fraud, a fault of ours. */
export const CANCELLATION_REASONS = ['CUST', 'DUPL', 'FRAD', 'TECH'] as const;
export type CancellationReason = (typeof CANCELLATION_REASONS)[number];

/** What is said once in a request. */
export interface CancellationHead {
  /** Unique for ever, at most 35 characters of A-Z 0-9 -. */
  readonly messageId: string;
  readonly createdAt: Date;
  readonly originalMessageId: string;
  readonly paymentInformationId: string;
  /** Of the whole file; the lines are named otherwise. */
  readonly isWhole: boolean;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  readonly reason: CancellationReason;
}

/** A payment that is to be cancelled. */
export interface CancelledLine {
  readonly reference: string;
  readonly amountVnd: bigint;
}
