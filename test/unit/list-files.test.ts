import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { writeXlsx } from 'hucre/xlsx';
import { listFiles } from '../../adapters/recipient-list/list-files.ts';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

interface Packed {
  readonly name: string;
  readonly content: Buffer;
  /** What the directory says that it unpacks to; else the truth. */
  readonly says?: number;
}

/** A zip file, written by hand so that its directory can lie. */
function zip(files: readonly Packed[], { overlap = false } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, says } of files) {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(says ?? content.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(overlap ? 0 : offset, 42);
    directory.push(entry, Buffer.from(name));
    const bytes = Buffer.concat([local, Buffer.from(name), packed]);
    parts.push(bytes);
    offset += bytes.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const part = (name: string, content: string | Buffer, says?: number): Packed => ({
  name,
  content: Buffer.from(content),
  ...(says === undefined ? {} : { says }),
});
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of one sheet, with the XML that is given for it. */
function workbook(sheet: string | Buffer, says?: number): Packed[] {
  return [
    part('[Content_Types].xml', '<Types/>'),
    part(
      '_rels/.rels',
      `<Relationships><Relationship Id="a" Type="${RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    part(
      'xl/workbook.xml',
      `<workbook xmlns:r="${RELATION}"><sheets><sheet name="S" sheetId="1" r:id="b"/></sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships><Relationship Id="b" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    part('xl/worksheets/sheet1.xml', sheet, says),
  ];
}

const sheetOf = (rows: string): string => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
const ROW = '<row r="1"><c r="B1" t="inlineStr"><is><t>x</t></is></c><c r="C1"><v>12</v></c></row>';

describe('the files of lists', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'an-sinh-lists-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function fileOf(name: string, bytes: Buffer | Uint8Array | string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  async function rowsOf(path: string): Promise<GridRow[]> {
    const list = await listFiles.open(path);
    try {
      const rows: GridRow[] = [];
      for await (const chunk of list.rows(0)) rows.push(...chunk);
      return rows;
    } finally {
      await list.close();
    }
  }

  async function refusalOf(name: string, bytes: Buffer | string): Promise<string> {
    try {
      await rowsOf(await fileOf(name, bytes));
      return 'read';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  it('reads a workbook that was written by hand, with what its cells are', async () => {
    const rows = await rowsOf(await fileOf('hand.xlsx', zip(workbook(sheetOf(ROW)))));
    expect(rows).to.have.lengthOf(1);
    expect(rows[0]?.cells[1]).to.equal('x');
    expect(rows[0]?.cells[2]).to.include({ kind: 'number', text: '12' });
  });

  it('reads what a library writes', async () => {
    const bytes = await writeXlsx({
      sheets: [{ name: 'S', rows: [['Họ và tên', 7, null, '007']] }],
    });
    const [row] = await rowsOf(await fileOf('library.xlsx', bytes));
    expect(row?.cells[0]).to.equal('Họ và tên');
    expect(row?.cells[3]).to.equal('007');
    expect(row?.cells[1]).to.include({ kind: 'number', text: '7' });
  });

  const huge = Buffer.alloc(64 * 2 ** 20, 0x20);
  const REFUSED: Readonly<Record<string, readonly [string, () => Buffer | string, string]>> = {
    'a bomb': ['bomb.xlsx', () => zip(workbook(huge)), 'list-unsafe'],
    'a bomb whose directory lies': [
      'lies.xlsx',
      () => zip(workbook(sheetOf(ROW) + ' '.repeat(2 ** 20), 100)),
      'list-unsafe',
    ],
    'files that overlap': [
      'overlap.xlsx',
      () => zip(workbook(sheetOf(ROW)), { overlap: true }),
      'list-unsafe',
    ],
    'a name outside': [
      'slip.xlsx',
      () => zip([...workbook(sheetOf(ROW)), part('../../etc/x.xml', 'x')]),
      'list-unsafe',
    ],
    'two files of one name': [
      'twice.xlsx',
      () => zip([...workbook(sheetOf(ROW)), part('xl/workbook.xml', 'x')]),
      'list-unsafe',
    ],
    'more files than a workbook has': [
      'many.xlsx',
      () => zip(Array.from({ length: 2001 }, (_, i) => part(`xl/${String(i)}.xml`, ''))),
      'list-unsafe',
    ],
    macros: [
      'macros.xlsx',
      () => zip([...workbook(sheetOf(ROW)), part('xl/vbaProject.bin', 'x')]),
      'list-has-macros',
    ],
    'macros alone': [
      'macros-alone.xlsm',
      () => zip([part('[Content_Types].xml', ''), part('xl/vbaProject.bin', 'x')]),
      'list-has-macros',
    ],
    'a workbook under the name of before 2007': [
      'renamed.xls',
      () => zip(workbook(sheetOf(ROW))),
      'list-not-what-it-says',
    ],
    'a password or an old format': [
      'old.xlsx',
      () => Buffer.concat([Buffer.from('D0CF11E0A1B11AE1', 'hex'), Buffer.alloc(600)]),
      'list-encrypted-or-old',
    ],
    'a text that says it is a workbook': ['text.xlsx', () => 'a,b\n', 'list-not-what-it-says'],
    'a workbook that says it is text': [
      'book.csv',
      () => zip(workbook(sheetOf(ROW))),
      'list-not-what-it-says',
    ],
    'another kind of zip': [
      'letter.xlsx',
      () => zip([part('[Content_Types].xml', ''), part('word/document.xml', 'x')]),
      'list-not-what-it-says',
    ],
    'bytes that are no text': [
      'bytes.csv',
      () => Buffer.from([1, 0, 0, 0, 2, 0, 0, 0]),
      'list-not-what-it-says',
    ],
    'a zip that is cut': [
      'cut.xlsx',
      () => zip(workbook(sheetOf(ROW))).subarray(0, 300),
      'list-damaged',
    ],
    'rows out of order': [
      'order.xlsx',
      () => zip(workbook(sheetOf('<row r="2"/><row r="1"/>'))),
      'list-damaged',
    ],
    'a document type': [
      'doctype.xlsx',
      () => zip(workbook(`<!DOCTYPE x [<!ENTITY a "b">]>${sheetOf(ROW)}`)),
      'list-unsafe',
    ],
    'elements without end': [
      'deep.xlsx',
      () => zip(workbook(sheetOf('<a>'.repeat(1000)))),
      'list-unsafe',
    ],
    'XML that is none': ['broken.xlsx', () => zip(workbook('<worksheet><row</a>')), 'list-damaged'],
  };
  for (const [what, [name, bytes, code]] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, async () => {
      expect(await refusalOf(name, bytes())).to.equal(code);
    });
  }

  it('refuses a file of ten gigabytes by its size, and takes no memory for it', async () => {
    for (const [name, first] of [
      ['large.csv', 'a,b\n'],
      ['large.xlsx', 'PK'],
    ] as const) {
      const path = await fileOf(name, first.padEnd(70_000, ' '));
      const file = await open(path, 'r+');
      await file.truncate(10 * 2 ** 30);
      await file.close();
      const before = process.memoryUsage().rss;
      const error: unknown = await listFiles.open(path).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Refusal).with.property('code', 'list-too-large');
      expect(process.memoryUsage().rss - before).to.be.below(64 * 2 ** 20);
    }
  });

  it('reads text in every encoding, with every delimiter and line end', async () => {
    const text = 'Họ và tên\tSố\r\nĐặng Văn Ước\t"a\tb"\r\n';
    const utf16 = Buffer.from(text, 'utf16le');
    const files: readonly (Buffer | string)[] = [
      text,
      `\uFEFF${text}`,
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
      text.replaceAll('\r\n', '\n'),
      text.replaceAll('\r\n', '\r'),
    ];
    for (const [i, file] of files.entries()) {
      const rows = await rowsOf(await fileOf(`text-${String(i)}.csv`, file));
      const cells = rows.slice(0, 2).map((row) => row.cells);
      expect(cells, String(i)).to.deep.equal([
        ['Họ và tên', 'Số'],
        ['Đặng Văn Ước', 'a\tb'],
      ]);
    }
  });
});
