/**
 * What stands in one cell of a list: its text, or more where a workbook says more than the text does.
 * An empty text is an empty cell.
 */
export type SourceCell = string | TypedCell;

export interface TypedCell {
  /** Unevaluated is a formula whose result is not stored. */
  readonly kind: 'text' | 'number' | 'date' | 'error' | 'unevaluated';
  /** The text; a number in the digits of the file; a day as YYYY-MM-DD; an error such as #REF!. */
  readonly text: string;
  /** Whether it is the stored result of a formula. */
  readonly isFormula: boolean;
  /** Whether a day is shown with its month first, so that day and month may have been swapped. */
  readonly isMonthFirst: boolean;
  /** How the cell stands in a merge that begins in a row above: with its value, or without. */
  readonly merged: 'down' | 'identity' | null;
}

export function textOf(cell: SourceCell | undefined): string {
  return typeof cell === 'string' ? cell : (cell?.text ?? '');
}

export function isEmptyCell(cell: SourceCell | undefined): boolean {
  return cell === undefined || (typeof cell === 'string' && cell.trim() === '');
}

/** A day number of a spreadsheet, its fraction of a day left out, as YYYY-MM-DD; undefined out of range. */
export function dayOfSerial(serial: number, system: 1900 | 1904): string | undefined {
  const days = Math.floor(serial) + (system === 1904 ? DAYS_TO_1904 : 0);
  if (!(days >= 1 && days < DAYS_TO_9999)) return undefined;
  // 1900 was no leap year, but spreadsheets count its 29 February: before it they are a day ahead.
  const day = days < FALSE_LEAP_DAY ? days + 1 : days;
  return new Date((day - DAYS_TO_1970) * 86_400_000).toISOString().slice(0, 10);
}

const DAYS_TO_1904 = 1462;
const DAYS_TO_1970 = 25_569;
const DAYS_TO_9999 = 2_958_466;
const FALSE_LEAP_DAY = 60;
