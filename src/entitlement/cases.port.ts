import type { Case, CaseResult } from './case.ts';

/** Why a line is no case that can be judged. */
export interface CaseLineFault {
  /** A JSON pointer into the line; empty for the whole of it. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** One line of a file of cases: the case, or what is wrong with it. */
export type CaseLine = { readonly lineNo: number } & (
  | { readonly one: Case; readonly fault: null }
  | { readonly one: null; readonly id: string | null; readonly fault: CaseLineFault }
);

/** Reads cases and tells results, whatever the format. */
export interface CaseFormat {
  /** Streams the lines in chunks, in their order; memory does not grow with the file. */
  read(content: AsyncIterable<Buffer>): AsyncIterable<readonly CaseLine[]>;
  result(result: CaseResult): string;
  fault(of: { lineNo: number; id: string | null; fault: CaseLineFault }): string;
}
