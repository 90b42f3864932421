import type { Decision } from './decision.ts';

/** Reads a decision that a person has written down. */
export interface DecisionFormat {
  /** Throws Refusal('file-malformed') with the place that is at fault. */
  read(text: string): Decision;
}
