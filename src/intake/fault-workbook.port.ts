import type { CheckedRow } from './checked-row.ts';

/** Gives a list back with what was found in it. */
export interface FaultWorkbooks {
  /**
   * The bytes of a workbook: the list at a path as it stands there, with a column of faults and
   * coloured cells. Throws Refusal when the list is too large to be written again.
   */
  write(of: { path: string; rows: readonly CheckedRow[] }): Promise<Uint8Array>;
}
