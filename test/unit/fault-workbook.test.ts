import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { readXlsx, writeXlsx, type Sheet } from 'hucre/xlsx';
import { faultWorkbooks } from '../../adapters/recipient-list/fault-workbook.ts';
import { templateWorkbook } from '../../adapters/recipient-list/template.ts';
import { listDesk } from '../../src/compose.ts';
import { checkList, type CheckOptions } from '../../src/intake/check-list.flow.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';
import { period } from '../../src/kernel/period.ts';
import { unzip } from '../support/zip.ts';

const LISTS = new URL('../fixtures/lists/', import.meta.url);

async function checked(path: string, said: Partial<CheckOptions> = {}): Promise<CheckedRow[]> {
  const lines = checkList(await listDesk(), {
    path,
    period: null,
    provinceCode: null,
    mapped: new Map(),
    ...said,
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

  it('tell everything that is found of a sheet as a whole, above its headings or under its table', async () => {
    const HEADINGS = ['Mã hồ sơ', 'Họ và tên', 'Số CCCD', 'Ngày sinh', 'Mức hưởng', 'Tổng cộng'];
    const person = ['40.TGXH.000001', 'Lê Văn An', '040080000001', '30/04/1980', 810000, 1050000];
    const whole = ['Tổng cộng', '', '', '', '', 999];
    const words = ['Bằng chữ: Một nghìn đồng', '', '', '', '', ''];
    const title = ['Danh sách chi trả trợ giúp xã hội tháng 11 năm 2026, tỉnh Nghệ An'];
    const tables: readonly { above: string[][]; at: number }[] = [
      { above: [title, [], []], at: 3 },
      { above: [], at: 5 },
    ];
    for (const { above, at } of tables) {
      const path = join(folder, `whole-${String(at)}.xlsx`);
      const rows = [...above, HEADINGS, person, whole, words];
      // The name of the month stands on the tab where there is no title.
      const cover = { name: 'Bìa 1', rows: [['Kính gửi']], pageSetup: { printArea: '$A$1:$B$9' } };
      const list = { name: 'TGXH T11 2026', rows, pageSetup: { printArea: '$A$1:$F$9' } };
      await writeFile(path, await writeXlsx({ sheets: [list, cover] }));
      const found = await checked(path, { period: period('2026-11'), provinceCode: '40' });
      const marked = join(folder, `marked-${String(at)}.xlsx`);
      await writeFile(marked, await faultWorkbooks.write({ path, rows: found }));
      const { sheets } = await readXlsx(readFileSync(marked));
      const told = String(sheets[0]?.rows[at - 1]?.[6]);
      expect(told.split('\n'), told).to.have.length(2);
      expect(told).to.match(/^XEM LẠI – .*\nXEM LẠI – /);
      // A tab of several words is quoted, or Excel takes the workbook for damaged.
      const heading = String(above.length + 1);
      expect(sheets[0]?.pageSetup).to.include({ orientation: 'landscape' });
      const workbook = unzip(readFileSync(marked)).get('xl/workbook.xml')?.content;
      expect(workbook).to.include(`>'TGXH T11 2026'!$${heading}:$${heading}</definedName>`);
      // The cover prints what it printed; the list prints its faults too.
      expect(workbook).to.include(`>'Bìa 1'!$A$1:$B$9</definedName>`).and.not.include('$F$9');
    }
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
