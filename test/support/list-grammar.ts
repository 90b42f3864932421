import { asUtf8, csvTextOf } from '../../adapters/recipient-list/csv-text.ts';
import { csvGrid } from '../../adapters/recipient-list/csv.ts';
import { sharedTexts } from '../../adapters/recipient-list/shared-texts.ts';
import { sheetRows } from '../../adapters/recipient-list/workbook-rows.ts';
import type { GridRow } from '../../src/intake/sheet-reader.ts';

// Tables that a grammar makes, as the files that offices send them in, and read back row by row.

/** A number below the one that is asked for. */
export type Pick = (below: number) => number;

/** Numbers of a seed (mulberry32). */
export function numbersOf(seed: number): Pick {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Grid = readonly (readonly string[])[];

/** The rows of a grid, written as text with any delimiter, line end and encoding, and read again. */
export async function throughCsv(grid: Grid, pick: Pick): Promise<GridRow[]> {
  const bytes = asCsv(grid, pick);
  const text = csvTextOf(bytes);
  if (text === undefined) throw new Error('it is no text');
  return collected(csvGrid(asUtf8(once(bytes), text), text.delimiter));
}

/** The rows of a grid, written as the sheet of a workbook and read again. */
export function throughSheet(grid: Grid, pick: Pick): Promise<GridRow[]> {
  return collected(sheetRows(once(asSheet(grid, pick)), TABLES));
}

function asCsv(grid: Grid, pick: Pick): Buffer {
  const delimiter = [',', ';', '\t'][pick(3)] ?? ',';
  const lineEnd = ['\n', '\r\n'][pick(2)] ?? '\n';
  const needs = new RegExp(`["\\n\\r${delimiter}]`);
  const text = grid
    .map((row) =>
      row
        .map((cell) => (needs.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(delimiter),
    )
    .join(lineEnd);
  const whole = `${pick(2) === 1 ? '\uFEFF' : ''}${text}${lineEnd}`;
  return pick(5) === 0
    ? Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text + lineEnd, 'utf16le')])
    : Buffer.from(whole);
}

function asSheet(grid: Grid, pick: Pick): Buffer {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const cellOf = (text: string, at: string): string => {
    if (text === '') return pick(2) === 1 ? `<c r="${at}" s="1"/>` : '';
    if (/^[1-9]\d{5,6}$/.test(text)) return `<c r="${at}"><v>${text}</v></c>`;
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
  };
  const rows = grid.map((row, i) => {
    const cells = row.map((text, j) => cellOf(text, String.fromCharCode(65 + j) + String(i + 1)));
    return `<row r="${String(i + 1)}">${cells.join('')}</row>`;
  });
  return Buffer.from(`<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`);
}

const TABLES = {
  strings: sharedTexts(),
  format: () => ({ isDate: false, isMonthFirst: false }),
  dateSystem: 1900,
  merges: new Map<number, []>(),
} as const;

async function collected(chunks: AsyncIterable<readonly GridRow[]>): Promise<GridRow[]> {
  const rows: GridRow[] = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return rows;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
