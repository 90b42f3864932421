import type { Programme } from '../kernel/reference.ts';
import type { DateStyle } from './mend-date.ts';
import type { ColumnEncodings } from './legacy-text.ts';
import type { RowCells } from './mend-row.ts';
import type { ListRecord } from './recipient-list.ts';

/** A row of a sheet, on its way into the import. */
export interface SheetRecord {
  readonly rowNo: number;
  readonly raw: string;
  readonly cells: RowCells;
  readonly style: DateStyle;
  readonly programme: Programme | null;
  readonly hidden: boolean;
  readonly encodings: ColumnEncodings;
}

/** A record of a canonical list, or a row of any other. */
export type SourceRecord = ListRecord | SheetRecord;

/**
 * Rows of the sheets of one file are numbered on: the rows of the second begin behind this number, so
 * that 2000012 is row 12 of the second sheet. No sheet has so many.
 */
export const ROWS_OF_A_SHEET = 2_000_000;

/** Where a numbered row stands: sheet and row, both from 1. A CSV file is one sheet. */
export function placeOfRow(rowNo: number | bigint): { sheet: number; row: number } {
  const number = Number(rowNo);
  return { sheet: Math.floor(number / ROWS_OF_A_SHEET) + 1, row: number % ROWS_OF_A_SHEET };
}
