import { randomBytes } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

// Files that somebody may send as a list and that are none.

interface Packed {
  readonly name: string;
  readonly content: Buffer;
  /** What the directory says that it unpacks to; else the truth. */
  readonly says?: number;
}

/** A zip file, written by hand so that its directory can lie. */
export function zip(files: readonly Packed[], { overlap = false } = {}): Buffer {
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
    entry.writeUInt32LE(crc32(content), 16);
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
export function workbook(sheet: string | Buffer, says?: number): Packed[] {
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

export const sheetOf = (rows: string): string =>
  `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
export const ROW =
  '<row r="1"><c r="B1" t="inlineStr"><is><t>x</t></is></c><c r="C1"><v>12</v></c></row>';

/** The same with a table of texts that cells share. */
function withTexts(items: string, { noise = false } = {}): Packed[] {
  const [types, roots, book, related, sheet] = workbook(sheetOf(ROW));
  const relations = related?.content
    .toString()
    .replace(
      '</Relationships>',
      `<Relationship Id="c" Type="${RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    );
  // Something that does not shrink, so that it does not look like a bomb.
  const comment = noise ? `<!--${randomBytes(400_000).toString('base64')}-->` : '';
  return [
    ...[types, roots, book, sheet].flatMap((one) => (one === undefined ? [] : [one])),
    part('xl/_rels/workbook.xml.rels', relations ?? ''),
    part('xl/sharedStrings.xml', `<sst>${comment}${items}</sst>`),
  ];
}

const huge = (): Buffer => Buffer.alloc(64 * 2 ** 20, 0x20);
type Bytes = Buffer | string;

/** Files that are no list: what, under which name, its bytes, and the code of the refusal. */
export const UNSAFE: Readonly<Record<string, readonly [string, () => Bytes, string]>> = {
  'a bomb': ['bomb.xlsx', (): Bytes => zip(workbook(huge())), 'list-unsafe'],
  'a bomb whose directory lies': [
    'lies.xlsx',
    (): Bytes => zip(workbook(sheetOf(ROW) + ' '.repeat(2 ** 20), 100)),
    'list-unsafe',
  ],
  'files that overlap': [
    'overlap.xlsx',
    (): Bytes => zip(workbook(sheetOf(ROW)), { overlap: true }),
    'list-unsafe',
  ],
  'a name outside': [
    'slip.xlsx',
    (): Bytes => zip([...workbook(sheetOf(ROW)), part('../../etc/x.xml', 'x')]),
    'list-unsafe',
  ],
  'two files of one name': [
    'twice.xlsx',
    (): Bytes => zip([...workbook(sheetOf(ROW)), part('xl/workbook.xml', 'x')]),
    'list-unsafe',
  ],
  'more files than a workbook has': [
    'many.xlsx',
    (): Bytes => zip(Array.from({ length: 2001 }, (_, i) => part(`xl/${String(i)}.xml`, ''))),
    'list-unsafe',
  ],
  macros: [
    'macros.xlsx',
    (): Bytes => zip([...workbook(sheetOf(ROW)), part('xl/vbaProject.bin', 'x')]),
    'list-has-macros',
  ],
  'macros alone': [
    'macros-alone.xlsm',
    (): Bytes => zip([part('[Content_Types].xml', ''), part('xl/vbaProject.bin', 'x')]),
    'list-has-macros',
  ],
  'a workbook under the name of before 2007': [
    'renamed.xls',
    (): Bytes => zip(workbook(sheetOf(ROW))),
    'list-not-what-it-says',
  ],
  'a password or an old format': [
    'old.xlsx',
    (): Bytes => Buffer.concat([Buffer.from('D0CF11E0A1B11AE1', 'hex'), Buffer.alloc(600)]),
    'list-encrypted-or-old',
  ],
  'a text that says it is a workbook': ['text.xlsx', (): Bytes => 'a,b\n', 'list-not-what-it-says'],
  'a workbook that says it is text': [
    'book.csv',
    (): Bytes => zip(workbook(sheetOf(ROW))),
    'list-not-what-it-says',
  ],
  'another kind of zip': [
    'letter.xlsx',
    (): Bytes => zip([part('[Content_Types].xml', ''), part('word/document.xml', 'x')]),
    'list-not-what-it-says',
  ],
  'bytes that are no text': [
    'bytes.csv',
    (): Bytes => Buffer.from([1, 0, 0, 0, 2, 0, 0, 0]),
    'list-not-what-it-says',
  ],
  'a zip that is cut': [
    'cut.xlsx',
    (): Bytes => zip(workbook(sheetOf(ROW))).subarray(0, 300),
    'list-damaged',
  ],
  'rows out of order': [
    'order.xlsx',
    (): Bytes => zip(workbook(sheetOf('<row r="2"/><row r="1"/>'))),
    'list-damaged',
  ],
  'a document type': [
    'doctype.xlsx',
    (): Bytes => zip(workbook(`<!DOCTYPE x [<!ENTITY a "b">]>${sheetOf(ROW)}`)),
    'list-unsafe',
  ],
  'elements without end': [
    'deep.xlsx',
    (): Bytes => zip(workbook(sheetOf('<a>'.repeat(1000)))),
    'list-unsafe',
  ],
  'XML that is none': [
    'broken.xlsx',
    (): Bytes => zip(workbook('<worksheet><row</a>')),
    'list-damaged',
  ],
  'a workbook with another digit than was written': [
    'damaged.xlsx',
    (): Bytes => {
      const bytes = zip(workbook(sheetOf(ROW)));
      // The check sum of the last part, which is the sheet.
      const entry = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
      bytes.writeUInt8(bytes.readUInt8(entry + 16) ^ 1, entry + 16);
      return bytes;
    },
    'list-damaged',
  ],
  'a directory without end': [
    'directory.xlsx',
    (): Bytes => {
      const end = Buffer.alloc(22);
      end.writeUInt32LE(0x06054b50, 0);
      end.writeUInt16LE(1, 8);
      end.writeUInt16LE(1, 10);
      end.writeUInt32LE(150 * 2 ** 20, 12);
      return Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(150 * 2 ** 20), end]);
    },
    'list-unsafe',
  ],
  'a zip that is locked': [
    'locked.xlsx',
    (): Bytes => {
      const bytes = zip(workbook(sheetOf(ROW)));
      // The first bit of the flags of the first entry of the directory.
      const entry = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
      bytes.writeUInt16LE(1, entry + 8);
      return bytes;
    },
    'list-encrypted-or-old',
  ],
  'texts that fill any memory': [
    'texts.xlsx',
    (): Bytes =>
      zip(withTexts(`<si><t>${'ạ'.repeat(300)}</t></si>`.repeat(120_000), { noise: true })),
    'list-unsafe',
  ],
  'a text longer than a cell': [
    'long.xlsx',
    (): Bytes => zip(withTexts(`<si><t>${'x'.repeat(32_768)}</t></si>`)),
    'list-unsafe',
  ],
  'a cell longer than a cell': [
    'cell.xlsx',
    (): Bytes =>
      zip(workbook(sheetOf(`<row r="1"><c r="A1"><v>${'1'.repeat(32_768)}</v></c></row>`))),
    'list-unsafe',
  ],
  'a picture that says it is a workbook': [
    'picture.xlsx',
    (): Bytes => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    'list-not-what-it-says',
  ],
  'a PDF that says it is text': [
    'letter.csv',
    (): Bytes =>
      Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from([0xe2, 0xe3, 0xcf, 0xd3, 0, 1, 2])]),
    'list-not-what-it-says',
  ],
};
