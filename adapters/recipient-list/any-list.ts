import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ColumnEncodings } from '../../src/intake/legacy-text.ts';
import { columnEncodings } from '../../src/intake/list-encodings.ts';
import type { OpenList } from '../../src/intake/list-file.port.ts';
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
import { csvTextOf, FIRST_BYTES } from './csv-text.ts';
import { csvGrid, csvRecipientList } from './csv.ts';
import { listFiles } from './list-files.ts';

/**
 * Reads a list for the import, whatever it is: the canonical CSV as it always was, and any other CSV
 * or workbook by its headings, sheet after sheet. A sheet without a list in it is passed over.
 */
export function anyRecipientList(references: ListReferences): RecipientListReader {
  return {
    references,
    async *read(content, path, mapped = new Map()) {
      const provinces = await references.provinces();
      if (await isCanonical(path, { mapped, provinces })) {
        yield* csvRecipientList.read(content);
        return;
      }
      const list = await listFiles.open(path);
      try {
        yield* sheetRecords(list, { mapped, provinces });
      } finally {
        await list.close();
      }
    },
  };
}

const CANONICAL = /^(?:\uFEFF)?enrolment_ref,period,/;

/** One in an encoding of before Unicode is read by its columns, as any other list is. */
async function isCanonical(path: string, options: Vocabulary): Promise<boolean> {
  const first = await firstBytes(path);
  if (!CANONICAL.test(first.toString('utf8', 0, 64))) return false;
  if (csvTextOf(first)?.encoding === 'latin1') return false;
  const rows = csvGrid(createReadStream(path), ',');
  const encodings = await columnEncodings(rows, { ...options, name: '', hasFixedWidth: true });
  return encodings.size === 0;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What headings and heading blocks are read by. */
type Vocabulary = Pick<SheetOptions, 'mapped' | 'provinces'>;

async function* sheetRecords(
  list: OpenList,
  { mapped, provinces }: Vocabulary,
): AsyncGenerator<readonly (SheetRecord | ListRecord)[]> {
  let hasTable = false;
  for (const [i, { name, isHidden }] of list.sheets.entries()) {
    const options = { name, mapped, provinces, hasFixedWidth: list.format === 'csv' };
    const encodings = await columnEncodings(list.rows(i), options);
    const reader = sheetReader(options);
    const where = { sheet: i, isHidden, reader, encodings };
    for await (const chunk of list.rows(i)) {
      const records = chunk.flatMap((row) =>
        reader.take(row).flatMap((taken) => recordOf(taken, { row, ...where })),
      );
      if (records.length > 0) {
        // What nobody can do without is asked for before a row is taken.
        refuseUnmapped(reader.head());
        yield records;
      }
    }
    hasTable ||= reader.head() !== undefined;
  }
  if (!hasTable) throw new Refusal('list-without-headings');
}

interface Where {
  readonly row: GridRow;
  readonly sheet: number;
  readonly isHidden: boolean;
  readonly encodings: ColumnEncodings;
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
      encodings: where.encodings,
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
