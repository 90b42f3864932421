import type { CellStyle, WriteSheet } from 'hucre/xlsx';

/** A cell of a list: a text stays a text, so that an account keeps its leading zeros. */
export type Cell = string | number;

/** A workbook that says when it was written differs each time. The first date a zip can hold. */
const NO_DATE = new Date(Date.UTC(1980, 0, 1));

const TEXT: CellStyle = { numFmt: '@' };
const FIGURE: CellStyle = { numFmt: '#,##0' };
const STRONG: CellStyle = { numFmt: '@', font: { bold: true } };

/** One sheet as the bytes of an Excel file: the same rows give the same bytes. */
export async function workbook(
  name: string,
  rows: readonly (readonly Cell[])[],
  strong: ReadonlySet<number>,
): Promise<Buffer> {
  const cells: NonNullable<WriteSheet['cells']> = new Map();
  rows.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value === '') return;
      const plain = typeof value === 'number' ? FIGURE : TEXT;
      const style = strong.has(i) && typeof value === 'string' ? STRONG : plain;
      cells.set(`${i},${j}`, { value, style });
    });
  });
  const sheet: WriteSheet = { name, rows: rows.map((row) => [...row]), cells };
  // Only who writes a workbook needs it, and it takes long to load.
  const { writeXlsx } = await import('hucre/xlsx');
  const bytes = await writeXlsx({
    sheets: [sheet],
    properties: { creator: 'An Sinh', created: NO_DATE, modified: NO_DATE },
  });
  return Buffer.from(bytes);
}
