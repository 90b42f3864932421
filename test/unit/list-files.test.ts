import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeXlsx } from 'hucre/xlsx';
import { listFiles } from '../../adapters/recipient-list/list-files.ts';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { ROW, sheetOf, UNSAFE, workbook, zip } from '../support/unsafe-files.ts';

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

  for (const [what, [name, bytes, code]] of Object.entries(UNSAFE)) {
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
