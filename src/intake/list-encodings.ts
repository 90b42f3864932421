import { encodingOf, isOfToday, type ColumnEncodings, type LegacyEncoding } from './legacy-text.ts';
import type { ListColumn } from './recipient-list.ts';
import { sheetReader, type GridRow, type SheetOptions } from './sheet-reader.ts';
import { textOf } from './source-cell.ts';

// A font of before Unicode is no property of a cell: Phan Dòng is a name, and is Phan Dũng in TCVN3. What
// a column is written in is therefore read from many of its cells before one of them is repaired.

/** Rows of a sheet that are looked at: as many as a commune has. */
const ROWS = 2000;

const TEXTS: readonly ListColumn[] = [
  'full_name',
  'sex',
  'commune_name',
  'hamlet',
  'programme',
  'decision_no',
  'channel',
  'bank_name',
  'account_holder',
  'guardian_name',
  'guardian_relation',
  'note',
];

/**
 * Reads the first rows of a sheet for what its columns are written in. A column with too few texts to
 * tell, and none of today, is written in what the sheet is written in with its headings.
 */
export async function columnEncodings(
  rows: AsyncIterable<readonly GridRow[]>,
  options: SheetOptions,
): Promise<ColumnEncodings> {
  const { columns, headings } = await textsOfColumns(rows, options);
  const ofSheet = encodingOf([...headings, ...[...columns.values()].flat()]);
  const encodings = new Map<ListColumn, LegacyEncoding>();
  for (const [column, texts] of columns) {
    const encoding = encodingOf(texts) ?? (texts.some(isOfToday) ? undefined : ofSheet);
    if (encoding !== undefined) encodings.set(column, encoding);
  }
  return encodings;
}

async function textsOfColumns(
  rows: AsyncIterable<readonly GridRow[]>,
  options: SheetOptions,
): Promise<{ columns: Map<ListColumn, string[]>; headings: readonly string[] }> {
  const reader = sheetReader(options);
  const columns = new Map(TEXTS.map((column): [ListColumn, string[]] => [column, []]));
  let people = 0;
  for await (const chunk of rows) {
    for (const taken of chunk.flatMap((row) => reader.take(row))) {
      if (taken.is !== 'person') continue;
      for (const [column, texts] of columns) texts.push(textOf(taken.cells[column]));
      people += 1;
    }
    if (people >= ROWS) break;
  }
  const headings = reader.head()?.columns.map(({ heading }) => heading) ?? [];
  return { columns, headings };
}
