import type { GridRow } from './sheet-reader.ts';

/** One sheet of a workbook; a CSV file is one sheet without a name. */
interface ListSheet {
  readonly name: string;
  readonly isHidden: boolean;
}

/** A list as a file, open to be read as often as it is needed. */
export interface OpenList {
  readonly format: 'csv' | 'xlsx';
  readonly sheets: readonly ListSheet[];
  /** Streams the rows of a sheet, in their order; memory does not grow with them. */
  rows(sheet: number): AsyncIterable<readonly GridRow[]>;
  close(): Promise<void>;
}

/** Opens lists as offices keep them. */
export interface ListFiles {
  /**
   * Looks at a file before it is read. Throws Refusal when it is not what its name says, encrypted,
   * has macros, or would unpack to more than anybody's list.
   */
  open(path: string): Promise<OpenList>;
}
