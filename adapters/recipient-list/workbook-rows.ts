import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { dayOfSerial, type SourceCell, type TypedCell } from '../../src/intake/source-cell.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { SharedTexts } from './shared-texts.ts';
import { readXml, type ElementHandlers } from './workbook-parts.ts';
import type { CellFormat } from './workbook-styles.ts';

/** What the cells of a sheet refer to. */
export interface SheetTables {
  readonly strings: Pick<SharedTexts, 'text'>;
  readonly format: (style: number) => CellFormat;
  readonly dateSystem: 1900 | 1904;
  /** The merges over several rows, by the number of their first row. */
  readonly merges: ReadonlyMap<number, readonly Merge[]>;
}

/** A merge over several rows: what stands in its first cell holds for all of them. */
export interface Merge {
  readonly column: number;
  readonly lastRow: number;
}

/** Columns that are looked at; no list has more. */
const MOST_COLUMNS = 256;
const MOST_ROWS = 1_048_576;
/** Characters of one cell, as spreadsheets have it. */
export const MOST_TEXT = 32_767;
const CHUNK_ROWS = 500;

/** Streams the rows of a sheet. */
export async function* sheetRows(
  content: AsyncIterable<Buffer>,
  tables: SheetTables,
): AsyncGenerator<readonly GridRow[]> {
  const reading = rowHandlers(tables);
  const pieces = readXml(content, reading);
  while ((await pieces.next()).done !== true) {
    if (reading.rows.length >= CHUNK_ROWS) yield reading.rows.splice(0);
  }
  if (reading.rows.length > 0) yield reading.rows;
}

interface OpenCell {
  column: number;
  type: string;
  style: number;
  isFormula: boolean;
  value: string;
  hasValue: boolean;
}

interface Reading {
  readonly tables: SheetTables;
  readonly rows: GridRow[];
  row: number;
  hidden: boolean;
  cells: (SourceCell | undefined)[];
  cell: OpenCell | undefined;
  /** Whether text belongs to the value of the cell. */
  isInValue: boolean;
  isInPhonetic: boolean;
  /** Merges that go on in this row, with what stands in their first cell. */
  open: { readonly merge: Merge; readonly cell: SourceCell }[];
}

function rowHandlers(tables: SheetTables): ElementHandlers & { readonly rows: GridRow[] } {
  const reading: Reading = {
    tables,
    rows: [],
    row: 0,
    hidden: false,
    cells: [],
    cell: undefined,
    isInValue: false,
    isInPhonetic: false,
    open: [],
  };
  return {
    rows: reading.rows,
    open(name, attributes) {
      openElement(reading, name, attributes);
    },
    text(text) {
      const { cell } = reading;
      if (cell === undefined || !reading.isInValue || reading.isInPhonetic) return;
      if (cell.value.length + text.length > MOST_TEXT)
        throw new Refusal('list-unsafe', { why: 'text' });
      cell.value += text;
    },
    close(name) {
      closeElement(reading, name);
    },
  };
}

type Attributes = Readonly<Record<string, string>>;

function openElement(reading: Reading, name: string, attributes: Attributes): void {
  const { cell } = reading;
  if (name === 'row') openRow(reading, attributes);
  else if (name === 'c') reading.cell = openCell(reading, attributes);
  else if (name === 'rPh') reading.isInPhonetic = true;
  else if (cell !== undefined && name === 'f') cell.isFormula = true;
  else if (cell !== undefined && (name === 'v' || name === 't')) {
    reading.isInValue = true;
    cell.hasValue = true;
  }
}

function openRow(reading: Reading, { r, hidden }: Attributes): void {
  const row = r === undefined ? reading.row + 1 : Number(r);
  // A sheet that is out of order has rows that its reader would not see where they are.
  if (!(row > reading.row && row <= MOST_ROWS)) throw new Refusal('list-damaged');
  reading.row = row;
  reading.hidden = hidden === '1' || hidden === 'true';
  reading.cells = [];
}

function openCell(reading: Reading, { r, t = 'n', s = '0' }: Attributes): OpenCell {
  const column = r === undefined ? reading.cells.length : columnOf(r);
  return { column, type: t, style: Number(s), isFormula: false, value: '', hasValue: false };
}

/** The column of a reference such as AB12, from 0. */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i += 1) {
    const letter = reference.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}

function closeElement(reading: Reading, name: string): void {
  if (name === 'v' || name === 't') reading.isInValue = false;
  else if (name === 'rPh') reading.isInPhonetic = false;
  else if (name === 'c') closeCell(reading);
  else if (name === 'row') closeRow(reading);
}

function closeCell(reading: Reading): void {
  const { cell } = reading;
  reading.cell = undefined;
  if (cell === undefined || cell.column >= MOST_COLUMNS) return;
  const value = valueOf(cell, reading.tables);
  if (value !== undefined) reading.cells[cell.column] = value;
}

function closeRow(reading: Reading): void {
  const { row, cells, tables } = reading;
  for (const { merge, cell } of reading.open) cells[merge.column] ??= mergedDown(cell);
  reading.open = reading.open.filter(({ merge }) => merge.lastRow > row);
  for (const merge of tables.merges.get(row) ?? []) {
    const cell = cells[merge.column];
    if (cell !== undefined) reading.open.push({ merge, cell });
  }
  reading.rows.push({ row, cells: Array.from(cells), hidden: reading.hidden, fault: null });
}

function mergedDown(cell: SourceCell): TypedCell {
  const typed = typeof cell === 'string' ? typedCell('text', cell) : cell;
  return { ...typed, merged: 'down' };
}

function typedCell(kind: TypedCell['kind'], text: string, isFormula = false): TypedCell {
  return { kind, text, isFormula, isMonthFirst: false, merged: null };
}

/** What a cell says; undefined when it is empty. */
function valueOf(cell: OpenCell, tables: SheetTables): SourceCell | undefined {
  const { type, isFormula } = cell;
  if (!cell.hasValue || (cell.value === '' && type !== 'str')) {
    return isFormula ? typedCell('unevaluated', '', true) : undefined;
  }
  if (type === 'e') return typedCell('error', cell.value, isFormula);
  if (type === 'n') return numberCell(cell, tables);
  if (type === 'd') return typedCell('date', cell.value.slice(0, 10), isFormula);
  const text = textOfCell(cell, tables);
  if (isFormula) return typedCell('text', text, true);
  return text === '' ? undefined : text;
}

function textOfCell({ type, value }: OpenCell, { strings }: SheetTables): string {
  if (type === 's') {
    const text = strings.text(Number(value));
    if (text === undefined) throw new Refusal('list-damaged');
    return text;
  }
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  return unescaped(value);
}

/** Characters that XML cannot have are written as _x000D_. */
export function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}

/** The other way round: text that looks like such a character must not be read as one. */
export function escaped(text: string): string {
  return text.replace(/_x(?=[0-9A-Fa-f]{4}_)/g, '_x005F_x');
}

function numberCell({ value, style, isFormula }: OpenCell, tables: SheetTables): TypedCell {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new Refusal('list-damaged');
  const format = tables.format(style);
  const day = format.isDate ? dayOfSerial(number, tables.dateSystem) : undefined;
  if (day === undefined) return typedCell('number', value.trim(), isFormula);
  return { ...typedCell('date', day, isFormula), isMonthFirst: format.isMonthFirst };
}
