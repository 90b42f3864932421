import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { ListFiles, OpenList } from '../../src/intake/list-file.port.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { csvGrid } from './csv.ts';
import { asUtf8, csvTextOf, FIRST_BYTES } from './csv-text.ts';
import { openWorkbook } from './workbook.ts';

/** Five million rows, the whole country's lists of one month, have 1,3 GB. */
const MOST_CSV_BYTES = 3 * 2 ** 30;
/** A hundred thousand rows have some 20 MB in a workbook. */
const MOST_WORKBOOK_BYTES = 200 * 2 ** 20;

const ZIP = Buffer.from('PK');
/** Compound files: workbooks of before 2007, and newer ones with a password. */
const COMPOUND = Buffer.from('D0CF11E0A1B11AE1', 'hex');

/**
 * Opens lists by what their bytes say, and refuses a file whose name says another thing. CSV files
 * are refused above 3 GiB, workbooks above 200 MiB.
 */
export const listFiles: ListFiles = {
  async open(path) {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const first = await firstBytes(file);
      return await openByContent({ path, size, first });
    } finally {
      await file.close();
    }
  },
};

async function firstBytes(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

interface Look {
  readonly path: string;
  readonly size: number;
  readonly first: Buffer;
}

async function openByContent(look: Look): Promise<OpenList> {
  const extension = extname(look.path).toLowerCase();
  if (look.first.subarray(0, COMPOUND.length).equals(COMPOUND)) {
    throw new Refusal('list-encrypted-or-old');
  }
  const isZip = look.first.subarray(0, ZIP.length).equals(ZIP);
  const saysWorkbook = /^\.xls[a-z]?$/.test(extension);
  const saysText = /^\.(?:csv|txt|tsv)$/.test(extension);
  // A workbook of today is a zip, and one called .xls says that it is of before 2007.
  const isOtherwise = isZip ? saysText || extension === '.xls' : saysWorkbook;
  if (isOtherwise) throw new Refusal('list-not-what-it-says');
  if (look.size > (isZip ? MOST_WORKBOOK_BYTES : MOST_CSV_BYTES)) {
    throw new Refusal('list-too-large', { bytes: look.size });
  }
  return isZip ? openWorkbook(look.path) : openCsv(look);
}

function openCsv({ path, first }: Look): OpenList {
  const text = csvTextOf(first);
  if (text === undefined) throw new Refusal('list-not-what-it-says');
  return {
    format: 'csv',
    sheets: [{ name: '', isHidden: false }],
    rows: () =>
      csvGrid(asUtf8(createReadStream(path, { highWaterMark: 1 << 18 }), text), text.delimiter),
    close: () => Promise.resolve(),
  };
}
