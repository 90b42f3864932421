import { open } from 'node:fs/promises';
import type { ListReferences } from '../../src/intake/recipient-list.port.ts';
import type { RecipientListReader } from '../../src/intake/recipient-list.port.ts';
import type { RowCells } from '../../src/intake/mend-row.ts';
import {
  refuseUnmapped,
  sheetReader,
  type GridRow,
  type SheetHead,
  type SheetOptions,
  type TableRow,
} from '../../src/intake/sheet-reader.ts';
import { ROWS_OF_A_SHEET, type SheetRecord } from '../../src/intake/source-record.ts';
import { textOf } from '../../src/intake/source-cell.ts';
import type { ListRecord } from '../../src/intake/recipient-list.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { csvRecipientList } from './csv.ts';
import { listFiles } from './list-files.ts';

/**
 * Reads a list for the import, whatever it is: the canonical CSV as it always was, and any other CSV
 * or workbook by its headings, sheet after sheet. A sheet without a list in it is passed over.
 */
export function anyRecipientList(references: ListReferences): RecipientListReader {
  return {
    references,
    async *read(content, path, mapped = new Map()) {
      if (await isCanonical(path)) yield* csvRecipientList.read(content);
      else yield* sheetRecords(path, { mapped, provinces: await references.provinces() });
    },
  };
}

const CANONICAL = /^(?:\uFEFF)?enrolment_ref,period,/;

async function isCanonical(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return CANONICAL.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

async function* sheetRecords(
  path: string,
  { mapped, provinces }: Pick<SheetOptions, 'mapped' | 'provinces'>,
): AsyncGenerator<readonly (SheetRecord | ListRecord)[]> {
  const list = await listFiles.open(path);
  let hasTable = false;
  try {
    for (const [i, { name, isHidden }] of list.sheets.entries()) {
      const reader = sheetReader({
        name,
        mapped,
        provinces,
        hasFixedWidth: list.format === 'csv',
      });
      for await (const chunk of list.rows(i)) {
        const records = chunk.flatMap((row) =>
          reader.take(row).flatMap((taken) => recordOf(taken, { row, sheet: i, isHidden, reader })),
        );
        if (records.length > 0) {
          // What nobody can do without is asked for before a row is taken.
          refuseUnmapped(reader.head());
          yield records;
        }
      }
      hasTable ||= reader.head() !== undefined;
    }
  } finally {
    await list.close();
  }
  if (!hasTable) throw new Refusal('list-without-headings');
}

interface Where {
  readonly row: GridRow;
  readonly sheet: number;
  readonly isHidden: boolean;
  readonly reader: ReturnType<typeof sheetReader>;
}

function recordOf(taken: TableRow, where: Where): (SheetRecord | ListRecord)[] {
  const rowNo = where.sheet * ROWS_OF_A_SHEET + taken.row;
  if (taken.is === 'none') return [];
  if (taken.is === 'broken')
    return [{ rowNo, values: [], raw: '', fault: taken.fault, plain: null }];
  const head = where.reader.head();
  return [
    {
      rowNo,
      raw: where.row.cells.map((cell) => textOf(cell)).join('\t'),
      // A sheet of another month or province is told of row by row, and nothing of it is taken.
      cells: { ...saidAbove(head), ...taken.cells },
      style: head?.isCanonical === true ? 'canonical' : 'sheet',
      programme: head?.programme ?? null,
      hidden: taken.hidden || where.isHidden,
    },
  ];
}

function saidAbove(head: SheetHead | undefined): RowCells {
  const cells: RowCells = {};
  if (head === undefined) return cells;
  if (head.period !== null) cells.period = head.period;
  if (head.provinceCode !== null) cells.province_code = head.provinceCode;
  return cells;
}
