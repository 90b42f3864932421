/** Where a batch stands. The steps that may be taken are rows of batch_step. */
export type BatchState =
  'gathered' | 'prepared' | 'approved' | 'withdrawn' | 'released' | 'reconciled';

/** The life of a batch. The event that records a step is named by the state that it leads to. */
export const BATCH_STEPS = {
  'batch-prepared': { from: 'gathered', to: 'prepared' },
  'batch-approved': { from: 'prepared', to: 'approved' },
  'batch-withdrawn': { from: 'prepared', to: 'withdrawn' },
  'batch-pulled': { from: 'approved', to: 'withdrawn' },
  'batch-released': { from: 'approved', to: 'released' },
  'batch-reconciled': { from: 'released', to: 'reconciled' },
} as const satisfies Record<string, { from: BatchState; to: BatchState }>;

export type BatchStep = keyof typeof BATCH_STEPS;

/** What a checker is shown and signs: the count, the sum, the lines and the files. */
export interface BatchContent {
  readonly instructionCount: bigint;
  readonly totalVnd: bigint;
  /** SHA-256 over the lines, in hex. */
  readonly contentHash: string;
  /** SHA-256 over the hashes of the files, in hex. */
  readonly filesHash: string;
}
