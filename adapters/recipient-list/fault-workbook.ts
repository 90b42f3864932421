import { readFile } from 'node:fs/promises';
import {
  openXlsx,
  saveXlsx,
  writeXlsx,
  type Cell,
  type CellStyle,
  type CellValue,
  type Sheet,
} from 'hucre/xlsx';
import { columnLetter } from '../../src/intake/headings.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';
import type { FaultWorkbooks } from '../../src/intake/fault-workbook.port.ts';
import { textOf } from '../../src/intake/source-cell.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { listFiles } from './list-files.ts';

// The list back, as it was sent: the same sheets, each row that something was found in with a text
// behind its last column and its cells coloured, to be corrected and sent again. The column has a
// heading that the reader knows and passes over.

const HEADING = 'Lỗi';
/** The workbook is held in memory to be written again: a larger one is corrected from the screen. */
const MOST_BYTES = 12 * 2 ** 20;
const WIDTH = 60;

const FILLS = { refuse: 'F8B4B4', warn: 'FFE699', repaired: 'C6E0B4' } as const;
type Grave = keyof typeof FILLS;
const GRAVEST: readonly Grave[] = ['refuse', 'warn', 'repaired'];

/** Writes workbooks of faults. */
export const faultWorkbooks: FaultWorkbooks = {
  async write({ path, rows }) {
    const list = await listFiles.open(path);
    const isWorkbook = list.format === 'xlsx';
    const grid: string[][] = [];
    try {
      if (!isWorkbook) {
        for await (const chunk of list.rows(0)) {
          for (const { cells } of chunk) grid.push(cells.map((cell) => textOf(cell)));
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
  const workbook = await openXlsx(bytes, { readStyles: true });
  for (const sheet of workbook.sheets) mark(sheet, rowsOf(rows, sheet.name));
  return saveXlsx(workbook);
}

function rowsOf(rows: readonly CheckedRow[], sheet: string): readonly CheckedRow[] {
  return rows.filter((row) => row.sheet === sheet && row.findings.some(isTold));
}

function isTold({ severity }: CheckedRow['findings'][number]): boolean {
  return severity !== 'skip';
}

/** The last row above the table's first, which is where its headings end. */
function mark(sheet: Sheet, rows: readonly CheckedRow[]): void {
  const told = rows.filter(({ row }) => row > 0);
  if (told.length === 0) return;
  const column = faultColumn(sheet);
  const cells = (sheet.cells ??= new Map<string, Cell>());
  const place = (row: number, at: number, text: CellValue, style: CellStyle): void => {
    const values = (sheet.rows[row] ??= []);
    while (values.length <= at) values.push(null);
    values[at] = text;
    const before = cells.get(`${String(row)},${String(at)}`);
    cells.set(`${String(row)},${String(at)}`, {
      ...(before ?? { type: 'string' }),
      value: text,
      // A formula keeps the result that was read: nothing calculates it again on the way.
      ...(before?.formula === undefined ? {} : { formulaResult: text }),
      style: { ...before?.style, ...style },
    });
  };
  place(headingRow(sheet), column, HEADING, { font: { bold: true }, alignment: CENTRED });
  widen(sheet, column);
  for (const row of told) {
    place(row.row - 1, column, textFor(row), { alignment: WRAPPED, fill: fill(gravestOf(row)) });
    for (const { column: letter, severity } of row.findings) {
      if (letter === '' || severity === 'skip') continue;
      const at = columnOf(letter);
      place(row.row - 1, at, sheet.rows[row.row - 1]?.[at] ?? null, { fill: fill(severity) });
    }
  }
}

function widen(sheet: Sheet, column: number): void {
  const columns = (sheet.columns ??= []);
  while (columns.length <= column) columns.push({});
  columns[column] = { ...columns[column], width: WIDTH };
}

const CENTRED = { horizontal: 'center', vertical: 'center' } as const;
const WRAPPED = { wrapText: true, vertical: 'top' } as const;

function fill(severity: Grave): NonNullable<CellStyle['fill']> {
  return { type: 'pattern', pattern: 'solid', fgColor: { rgb: FILLS[severity] } };
}

function gravestOf({ findings }: CheckedRow): Grave {
  return GRAVEST.find((grave) => findings.some(({ severity }) => severity === grave)) ?? 'warn';
}

/** What is wrong and what to do, a line for each finding, with the value that was proposed. */
function textFor({ findings }: CheckedRow): string {
  return findings
    .filter(isTold)
    .map(({ column, vi, proposed }) => {
      const where = column === '' ? '' : `Cột ${column}: `;
      return `${where}${vi}${proposed === undefined ? '' : ` Đề xuất: ${proposed}`}`;
    })
    .join('\n');
}

/** The row of headings: the first that names a person. */
function headingRow({ rows }: Sheet): number {
  const row = rows.findIndex((values) => values.some((value) => isNameHeading(value)));
  return Math.max(0, row);
}

function isNameHeading(value: CellValue | undefined): boolean {
  return typeof value === 'string' && /^\s*(?:họ (?:và )?tên|full_name)/iu.test(value);
}

/** Behind the last column of the headings, or where a list that comes again has its faults already. */
function faultColumn(sheet: Sheet): number {
  const headings = sheet.rows[headingRow(sheet)] ?? [];
  const known = headings.findIndex((value) => value === HEADING);
  if (known >= 0) return known;
  const widths = sheet.rows.slice(0, headingRow(sheet) + 3).map((row) => row.length);
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
  const width = Math.max(1, ...sheet.rows.map((row) => row.length));
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
        autoFilter: { range: `A1:${columnLetter(width - 1)}${String(sheet.rows.length)}` },
      },
    ],
  });
}
