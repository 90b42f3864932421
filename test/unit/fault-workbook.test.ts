import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { readXlsx, type Sheet } from 'hucre/xlsx';
import { faultWorkbooks } from '../../adapters/recipient-list/fault-workbook.ts';
import { templateWorkbook } from '../../adapters/recipient-list/template.ts';
import { listDesk } from '../../src/compose.ts';
import { checkList } from '../../src/intake/check-list.flow.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';

const LISTS = new URL('../fixtures/lists/', import.meta.url);

async function checked(path: string): Promise<CheckedRow[]> {
  const lines = checkList(await listDesk(), {
    path,
    period: null,
    provinceCode: null,
    mapped: new Map(),
  });
  const rows: CheckedRow[] = [];
  for await (const row of lines) rows.push(row);
  return rows;
}

/** The first sheet of a workbook: what stands behind column AB in a row, and which cells are coloured. */
async function look(path: string): Promise<{
  sheet: Sheet;
  texts(row: number): unknown[];
  isFilled(place: string): boolean;
}> {
  const { sheets } = await readXlsx(readFileSync(path), { readStyles: true });
  const [sheet] = sheets;
  if (sheet === undefined) throw new Error('a workbook has a sheet');
  return {
    sheet,
    texts: (row) => sheet.rows[row - 1]?.slice(28) ?? [],
    isFilled(place) {
      const fill = sheet.cells?.get(place)?.style?.fill;
      return fill?.type === 'pattern' && fill.fgColor !== undefined;
    },
  };
}

describe('workbooks that go back to an office', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'an-sinh-faults-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('say behind each row what is wrong, colour its cells, and are read again as they were', async () => {
    const path = fileURLToPath(new URL('danh-sach-loi.xlsx', LISTS));
    const rows = await checked(path);
    const again = join(folder, 'again.xlsx');
    await writeFile(again, await faultWorkbooks.write({ path, rows }));
    const marked = await look(again);
    // Row 25 has the number of an old identity card in column G; the faults stand behind column AB.
    // How grave it is is said in words: a colour says nothing to who does not see it.
    expect(marked.texts(8)).to.deep.equal(['Lỗi', 'Lỗi (English)']);
    expect(marked.texts(25)[0]).to.match(/^BỊ LOẠI – Cột G: Đây là số chứng minh nhân dân 9 số/);
    expect(marked.texts(25)[1]).to.match(/^REFUSED – Column G: /);
    expect([marked.isFilled('24,6'), marked.isFilled('24,5')]).to.deep.equal([true, false]);
    // The sheet as a whole above the headings; rows as high as their texts; the headings stay in sight.
    expect(marked.texts(7)[0]).to.match(/^XEM LẠI – Tổng in trên bảng/);
    expect(marked.sheet.rowDefs?.get(24)?.height).to.be.at.least(30);
    expect(marked.sheet.freezePane).to.deep.equal({ rows: 9, columns: 4 });

    const verdicts = (of: readonly CheckedRow[]): string[] =>
      of.map(({ sheet: name, row, verdict, record }) =>
        JSON.stringify([name, row, verdict, record]),
      );
    expect(verdicts(await checked(again))).to.deep.equal(verdicts(rows));

    // Sent again, with row 25 put right: what was said of it is gone, and nothing stands twice.
    const third = join(folder, 'third.xlsx');
    const rest = rows.filter(({ row }) => row !== 25);
    await writeFile(third, await faultWorkbooks.write({ path: again, rows: rest }));
    const after = await look(third);
    expect(after.texts(8)).to.deep.equal(marked.texts(8));
    expect(after.texts(24)).to.deep.equal(marked.texts(24));
    expect(after.texts(25).filter((text) => text !== null)).to.deep.equal([]);
    expect(after.isFilled('24,6')).to.equal(false);
  });

  it('of a CSV are a workbook of texts', async () => {
    const path = fileURLToPath(new URL('danh-sach-loi.csv', LISTS));
    const rows = await checked(path);
    const { sheets } = await readXlsx(await faultWorkbooks.write({ path, rows }));
    expect(sheets[0]?.rows[1]?.[6]).to.equal('040078916460');
    expect(sheets[0]?.rows[3]?.[37]).to.match(/^BỊ LOẠI – .*số cột khác/);
  });

  it('and our own form give back every record that is written to them', async () => {
    const records: string[][] = parse(readFileSync(new URL('danh-sach-2026-11.csv', LISTS)), {
      from_line: 2,
    });
    const path = join(folder, 'template.xlsx');
    await writeFile(path, await templateWorkbook(records));
    const rows = await checked(path);
    expect(rows.map(({ record }) => Object.values(record))).to.deep.equal(records);
    expect(rows.every(({ verdict }) => verdict === 'accept' || verdict === 'repair')).to.equal(
      true,
    );
  });
});
