import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { readXlsx } from 'hucre/xlsx';
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

describe('workbooks that go back to an office', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'an-sinh-faults-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('say behind each row what is wrong, colour its cells, and are read again as they were', async () => {
    const path = fileURLToPath(new URL('danh-sach-loi.xlsx', LISTS));
    const rows = await checked(path);
    const bytes = await faultWorkbooks.write({ path, rows });
    const { sheets } = await readXlsx(bytes, { readStyles: true });
    const sheet = sheets[0];
    // Row 25 has the number of an old identity card in column G; the faults stand behind column AB.
    const fillAt = (place: string): unknown => sheet?.cells?.get(place)?.style?.fill;
    expect(sheet?.rows[24]?.[28]).to.match(/^Cột G: Đây là số chứng minh nhân dân 9 số/);
    expect(fillAt('24,6')).to.have.nested.property('fgColor.rgb');
    expect(fillAt('24,5')).to.equal(undefined);

    const again = join(folder, 'again.xlsx');
    await writeFile(again, bytes);
    const verdicts = (of: readonly CheckedRow[]): string[] =>
      of.map(({ sheet: name, row, verdict, record }) =>
        JSON.stringify([name, row, verdict, record]),
      );
    expect(verdicts(await checked(again))).to.deep.equal(verdicts(rows));
  });

  it('of a CSV are a workbook of texts', async () => {
    const path = fileURLToPath(new URL('danh-sach-loi.csv', LISTS));
    const rows = await checked(path);
    const { sheets } = await readXlsx(await faultWorkbooks.write({ path, rows }));
    expect(sheets[0]?.rows[1]?.[6]).to.equal('040078916460');
    expect(sheets[0]?.rows[3]?.[37]).to.match(/số cột khác/);
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
