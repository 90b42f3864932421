import { readFile } from 'node:fs/promises';
import type { NamedRange } from 'hucre';
import type { Cell, CellStyle, CellValue, Sheet } from 'hucre/xlsx';
import { columnLetter } from '../../src/intake/headings.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';
import type { FaultWorkbooks } from '../../src/intake/fault-workbook.port.ts';
import { textOf } from '../../src/intake/source-cell.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { Bilingual } from '../../src/kernel/text.ts';
import { listFiles } from './list-files.ts';
import { escaped } from './workbook-rows.ts';

// The list back, as it was sent: the same sheets, each row that something was found in with a text
// behind its last column and its cells coloured, to be corrected and sent again. The columns have
// headings that the reader knows and passes over. A colour never says anything alone: many people do not
// see it, and most offices print without.

/** The columns of faults, in their order. */
const LANGUAGES = [
  { language: 'vi', heading: 'Lỗi', column: 'Cột', proposed: 'Đề xuất' },
  { language: 'en', heading: 'Lỗi (English)', column: 'Column', proposed: 'Proposed' },
] as const;
type Words = (typeof LANGUAGES)[number];

/** The workbook is held in memory to be written again: a larger one is corrected from the screen. */
const MOST_BYTES = 12 * 2 ** 20;
/** In characters, as spreadsheets measure columns. */
const WIDTH = 60;
const USUAL_WIDTH = 9;
/** In points. */
const LINE_HEIGHT = 15;
const MOST_HEIGHT = 405;

const FILLS = { refuse: 'F8B4B4', warn: 'FFE699', repaired: 'C6E0B4' } as const;
type Grave = keyof typeof FILLS;
const GRAVEST: readonly Grave[] = ['refuse', 'warn', 'repaired'];
const GRAVITY: Readonly<Record<Grave, Bilingual>> = {
  refuse: { vi: 'BỊ LOẠI', en: 'REFUSED' },
  warn: { vi: 'XEM LẠI', en: 'CHECK' },
  repaired: { vi: 'ĐÃ SỬA', en: 'REPAIRED' },
};

/** Writes workbooks of faults. */
export const faultWorkbooks: FaultWorkbooks = {
  async write({ path, rows }) {
    const list = await listFiles.open(path);
    const isWorkbook = list.format === 'xlsx';
    const grid: string[][] = [];
    try {
      if (!isWorkbook) {
        for await (const chunk of list.rows(0)) {
          for (const { cells } of chunk) grid.push(cells.map((cell) => escaped(textOf(cell))));
        }
      }
    } finally {
      await list.close();
    }
    return isWorkbook ? marked(path, rows) : writtenAnew(grid, rows);
  },
};

async function marked(path: string, rows: readonly CheckedRow[]): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (bytes.length > MOST_BYTES) throw new Refusal('list-too-large', { bytes: bytes.length });
  // Only who writes a workbook needs it, and it takes long to load.
  const { openXlsx, saveXlsx } = await import('hucre/xlsx');
  const workbook = await openXlsx(bytes, { readStyles: true });
  const titles = workbook.sheets.flatMap((sheet) => {
    const told = rowsOf(rows, sheet.name);
    mark(sheet, told);
    return setForPrint(sheet, told.length > 0);
  });
  workbook.namedRanges = [...(workbook.namedRanges ?? []), ...titles];
  return saveXlsx(workbook);
}

/** The rows of a sheet in which something is told; what is found of the whole sheet is told together. */
function rowsOf(rows: readonly CheckedRow[], sheet: string): readonly CheckedRow[] {
  const told = rows.filter((row) => row.sheet === sheet && row.findings.some(isTold));
  const ofSheet = told.filter(({ row }) => row === 0);
  const [first] = ofSheet;
  const ofRows = told.filter(({ row }) => row !== 0);
  if (first === undefined) return ofRows;
  return [{ ...first, findings: ofSheet.flatMap(({ findings }) => findings) }, ...ofRows];
}

/**
 * A sheet with faults is printed across the page, with its headings on each, and whole: a print area of the office
 * would leave the faults out. Any other stays as it was. The ranges are named here and not in the setup of the page: the
 * library writes the name of the sheet without the quotation marks that a name of two words needs, and Excel
 * then takes the workbook for a damaged one.
 */
function setForPrint(sheet: Sheet, isMarked: boolean): NamedRange[] {
  const { printTitlesRow, printTitlesColumn, printArea, ...setup } = sheet.pageSetup ?? {};
  const { first, last } = headingOf(sheet);
  const headings = isMarked ? `$${String(first + 1)}:$${String(last + 1)}` : undefined;
  sheet.pageSetup = isMarked ? { paperSize: 'a4', orientation: 'landscape', ...setup } : setup;
  const name = `'${sheet.name.replaceAll("'", "''")}'`;
  const named = (what: string, parts: readonly (string | undefined)[]): NamedRange[] => {
    const given = parts.filter((part) => part !== undefined);
    const range = given.map((part) => `${name}!${part}`).join(',');
    return given.length === 0 ? [] : [{ name: `_xlnm.${what}`, range, scope: sheet.name }];
  };
  return [
    ...named('Print_Titles', [printTitlesColumn, printTitlesRow ?? headings]),
    ...named('Print_Area', [isMarked ? undefined : printArea]),
  ];
}

function isTold({ severity }: CheckedRow['findings'][number]): boolean {
  return severity !== 'skip';
}

function mark(sheet: Sheet, rows: readonly CheckedRow[]): void {
  const found = headingOf(sheet);
  const first = faultColumn(sheet, found.first);
  if (sheet.rows[found.first]?.[first] === LANGUAGES[0].heading) clear(sheet, found, first);
  if (rows.length === 0) return;
  const heading = { ...found, under: rowUnder(sheet) };
  for (const [i, words] of LANGUAGES.entries()) {
    putHeading(sheet, heading, { column: first + i, words });
    for (const row of rows) putFaults(sheet, row, { column: first + i, words, heading });
  }
  sheet.freezePane ??= { rows: heading.last + 1 };
  for (const row of rows) {
    if (row.row > 0) colourCells(sheet, row);
    fitHeight(sheet, rowOf(row, heading));
  }
}

function colourCells(sheet: Sheet, { row, findings }: CheckedRow): void {
  for (const { column: letter, severity } of findings) {
    if (letter === '' || severity === 'skip') continue;
    const place = { row: row - 1, column: columnOf(letter) };
    const value = sheet.rows[place.row]?.[place.column] ?? null;
    put(sheet, place, value, { fill: fill(severity) });
  }
}

/** The rows of headings, from 0. */
interface Heading {
  readonly first: number;
  readonly last: number;
}

/** Where a table stands. */
interface Table extends Heading {
  /** The first row with nothing in it or below. */
  readonly under: number;
}

function rowUnder({ rows }: Sheet): number {
  return 1 + rows.findLastIndex((values) => values.some((value) => (value ?? '') !== ''));
}

interface FaultColumn {
  readonly column: number;
  readonly words: Words;
}

function put(
  sheet: Sheet,
  { row, column }: { row: number; column: number },
  text: CellValue,
  style: CellStyle,
): void {
  const values = (sheet.rows[row] ??= []);
  while (values.length <= column) values.push(null);
  values[column] = text;
  const cells = (sheet.cells ??= new Map<string, Cell>());
  const key = placeOf(row, column);
  const before = cells.get(key);
  cells.set(key, {
    ...(before ?? { type: 'string' }),
    value: text,
    // A formula keeps the result that was read: nothing calculates it again on the way.
    ...(before?.formula === undefined ? {} : { formulaResult: text }),
    style: { ...before?.style, ...style },
  });
}

function placeOf(row: number, column: number): string {
  return `${String(row)},${String(column)}`;
}

/** How the cell beside looks, so that the columns of faults belong to the table. */
function styleBeside(sheet: Sheet, row: number, column: number): CellStyle {
  const { font, border } = sheet.cells?.get(placeOf(row, column - 1))?.style ?? {};
  return { ...(font === undefined ? {} : { font }), ...(border === undefined ? {} : { border }) };
}

function putHeading(sheet: Sheet, { first, last }: Heading, { column, words }: FaultColumn): void {
  for (let row = first; row <= last; row += 1) {
    const beside = sheet.cells?.get(placeOf(row, column - 1))?.style;
    const font = { ...beside?.font, bold: true };
    const text = row === first ? words.heading : null;
    put(sheet, { row, column }, text, { ...beside, font, alignment: CENTRED });
  }
  const merges = (sheet.merges ??= []);
  const isMerged = merges.some((one) => one.startRow === first && one.startCol === column);
  if (last > first && !isMerged) {
    merges.push({ startRow: first, startCol: column, endRow: last, endCol: column });
  }
  widen(sheet, column);
}

function widen(sheet: Sheet, column: number): void {
  const columns = (sheet.columns ??= []);
  while (columns.length <= column) columns.push({});
  columns[column] = { ...columns[column], width: WIDTH };
}

/** What is found of the sheet as a whole stands above the headings; without room there, under the table. */
function rowOf({ row }: CheckedRow, { first, under }: Table): number {
  if (row > 0) return row - 1;
  return first > 0 ? first - 1 : under;
}

function putFaults(
  sheet: Sheet,
  row: CheckedRow,
  { column, words, heading }: FaultColumn & { heading: Table },
): void {
  const at = rowOf(row, heading);
  while (sheet.rows.length < at) sheet.rows.push([]);
  put(sheet, { row: at, column }, textFor(row, words), {
    ...styleBeside(sheet, at, column),
    alignment: WRAPPED,
    fill: fill(gravestOf(row)),
  });
}

/** Takes away what an earlier check has written and coloured, where a list comes again. */
function clear(sheet: Sheet, { last }: Heading, first: number): void {
  const cells = sheet.cells ?? new Map<string, Cell>();
  for (const [key, cell] of cells) {
    const [row = 0, column = 0] = key.split(',').map(Number);
    if (row > last && column >= first) cells.delete(key);
    else if (isOurs(cell.style)) cells.set(key, { ...cell, style: { ...cell.style, fill: NONE } });
  }
  for (const values of sheet.rows.slice(last + 1)) {
    if (values.length > first) values.length = first;
  }
}

const NONE = { type: 'pattern', pattern: 'none' } as const;

function isOurs(style: CellStyle | undefined): boolean {
  const filled = style?.fill;
  const rgb = filled?.type === 'pattern' ? filled.fgColor?.rgb?.slice(-6).toUpperCase() : undefined;
  return Object.values(FILLS).some((ours) => ours === rgb);
}

/** Spreadsheets fit a row to its text when it is typed, and not when a file is opened. */
function fitHeight(sheet: Sheet, row: number): void {
  const lines = (sheet.rows[row] ?? []).map((value, column) => {
    const isWrapped = sheet.cells?.get(placeOf(row, column))?.style?.alignment?.wrapText === true;
    const width = sheet.columns?.[column]?.width ?? USUAL_WIDTH;
    return isWrapped && typeof value === 'string' ? linesOf(value, width) : 1;
  });
  const definitions = (sheet.rowDefs ??= new Map());
  const before = definitions.get(row);
  const height = Math.max(before?.height ?? 0, LINE_HEIGHT * Math.max(1, ...lines));
  definitions.set(row, { ...before, height: Math.min(MOST_HEIGHT, height) });
}

/** Words are not cut: a line holds less than its width. */
function linesOf(text: string, width: number): number {
  return text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / (0.95 * width))), 0);
}

const CENTRED = { horizontal: 'center', vertical: 'center', wrapText: true } as const;
const WRAPPED = { wrapText: true, vertical: 'top' } as const;

function fill(severity: Grave): NonNullable<CellStyle['fill']> {
  return { type: 'pattern', pattern: 'solid', fgColor: { rgb: FILLS[severity] } };
}

function gravestOf({ findings }: CheckedRow): Grave {
  return GRAVEST.find((grave) => findings.some(({ severity }) => severity === grave)) ?? 'warn';
}

/** How grave, what is wrong and what to do, a line for each finding, with the value that was proposed. */
function textFor({ findings }: CheckedRow, words: Words): string {
  return findings
    .flatMap(({ column, severity, proposed, ...told }) => {
      if (severity === 'skip') return [];
      const where = column === '' ? '' : `${words.column} ${column}: `;
      const value = proposed === undefined ? '' : ` ${words.proposed}: ${asTyped(proposed)}`;
      return [`${GRAVITY[severity][words.language]} – ${where}${told[words.language]}${value}`];
    })
    .join('\n');
}

/** What an office would type: 20/04/1961 for 1961-04-20, and the words of its form for our codes. */
function asTyped(value: string): string {
  const [, year = '', month = '', day] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(value) ?? [];
  if (year === '') return TYPED[value] ?? value;
  return day === undefined ? `${month}/${year}` : `${day}/${month}/${year}`;
}

const TYPED: Readonly<Record<string, string>> = {
  male: 'Nam',
  female: 'Nữ',
  account: 'Tài khoản',
  cash_post: 'Tiền mặt tại bưu điện',
};

/** The rows of headings: from the first that names a person, as deep as that heading is merged. */
function headingOf({ rows, merges = [] }: Sheet): Heading {
  const found = rows.findIndex((values) => values.some((value) => isNameHeading(value)));
  const first = Math.max(0, found);
  const column = rows[first]?.findIndex((value) => isNameHeading(value)) ?? 0;
  const merge = merges.find((one) => one.startRow === first && one.startCol === column);
  return { first, last: merge?.endRow ?? first };
}

function isNameHeading(value: CellValue | undefined): boolean {
  return typeof value === 'string' && /^\s*(?:họ (?:và )?tên|full_name)/iu.test(value);
}

/** Behind the last column of the headings, or where a list that comes again has its faults already. */
function faultColumn(sheet: Sheet, heading: number): number {
  const headings = sheet.rows[heading] ?? [];
  const known = headings.findIndex((value) => value === LANGUAGES[0].heading);
  if (known >= 0) return known;
  const widths = sheet.rows.slice(0, heading + 3).map((row) => row.length);
  return Math.max(0, ...widths);
}

function columnOf(letters: string): number {
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** A text file has no colours: its rows are written as a workbook, all cells as text. */
async function writtenAnew(
  grid: readonly string[][],
  rows: readonly CheckedRow[],
): Promise<Uint8Array> {
  const name = 'Danh sách';
  const cells = new Map<string, Cell>();
  const sheet: Sheet = { name, rows: grid.map((row) => [...row]), cells };
  mark(
    sheet,
    rowsOf(rows, '').map((row) => ({ ...row, sheet: name })),
  );
  const titles = setForPrint(sheet, true);
  const width = Math.max(1, ...sheet.rows.map((row) => row.length));
  const { writeXlsx } = await import('hucre/xlsx');
  return writeXlsx({
    sheets: [
      {
        name,
        rows: sheet.rows,
        cells,
        columns: Array.from({ length: width }, (_, i) => ({
          width: sheet.columns?.[i]?.width ?? 16,
          numFmt: '@',
        })),
        freezePane: { rows: 1 },
        ...(sheet.pageSetup === undefined ? {} : { pageSetup: sheet.pageSetup }),
        ...(sheet.rowDefs === undefined ? {} : { rowDefs: sheet.rowDefs }),
        autoFilter: { range: `A1:${columnLetter(width - 1)}${String(sheet.rows.length)}` },
      },
    ],
    namedRanges: titles,
  });
}
