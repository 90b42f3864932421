import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { listDesk } from '../../src/compose.ts';
import {
  checkList,
  type CheckOptions,
  type CheckSummary,
} from '../../src/intake/check-list.flow.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';
import type { ListColumn } from '../../src/intake/recipient-list.ts';

const LISTS = new URL('../fixtures/lists/', import.meta.url);

interface ExpectedRow {
  readonly row: number;
  readonly verdict: CheckedRow['verdict'];
  readonly codes: readonly string[];
  readonly may_also?: readonly string[];
  readonly values?: Readonly<Partial<Record<ListColumn, string>>>;
  readonly canonical?: Readonly<Partial<Record<ListColumn, string>>>;
}

interface Expected {
  readonly files: Record<string, Record<string, { readonly rows: readonly ExpectedRow[] }>>;
}

interface Checked {
  readonly rows: readonly CheckedRow[];
  readonly summary: CheckSummary;
}

const known = new Map<string, Promise<Checked>>();

/** Reading a workbook takes a second, and several tests look at each. */
function check(name: string): Promise<Checked> {
  const checked = known.get(name) ?? checkFile(name);
  known.set(name, checked);
  return checked;
}

async function checkFile(name: string, options: Partial<CheckOptions> = {}): Promise<Checked> {
  const lines = checkList(await listDesk(), {
    path: isAbsolute(name) ? name : fileURLToPath(new URL(name, LISTS)),
    period: null,
    provinceCode: null,
    mapped: new Map(),
    ...options,
  });
  const rows: CheckedRow[] = [];
  for (;;) {
    const line = await lines.next();
    if (line.done === true) return { rows, summary: line.value };
    rows.push(line.value);
  }
}

/** What differs between a row and what is expected of it, in words; empty when nothing does. */
function differences(expected: ExpectedRow, found: readonly CheckedRow[]): string[] {
  const at = found.filter(({ row }) => row === expected.row);
  const codes = at.flatMap(({ findings }) => findings.map(({ code }) => code as string));
  const allowed = [...expected.codes, ...(expected.may_also ?? [])];
  const told = `${String(expected.row)} ${expected.codes.join(',')}`;
  const wrong: string[] = [];
  if (!at.some(({ verdict }) => verdict === expected.verdict)) {
    wrong.push(`${told}: ${at.map(({ verdict }) => verdict).join('+')}, not ${expected.verdict}`);
  }
  for (const code of expected.codes) if (!codes.includes(code)) wrong.push(`${told}: no ${code}`);
  for (const code of codes) if (!allowed.includes(code)) wrong.push(`${told}: also ${code}`);
  for (const [field, value] of Object.entries({ ...expected.values, ...expected.canonical })) {
    const read = at[0]?.record[field as ListColumn];
    if (read !== value) wrong.push(`${told}: ${field} is ${String(read)}, not ${value}`);
  }
  return wrong;
}

describe('checkList, on the sample lists', () => {
  const expected = JSON.parse(
    readFileSync(new URL('danh-sach-loi.expected.json', LISTS), 'utf8'),
  ) as Expected;

  for (const [file, sheets] of Object.entries(expected.files)) {
    for (const [sheet, { rows: rowsExpected }] of Object.entries(sheets)) {
      it(`gives every row of ${file} ${sheet} its verdict, its codes and its values`, async () => {
        const { rows } = await check(file);
        const ofSheet = rows.filter((row) => row.sheet === sheet);
        expect(rowsExpected.flatMap((row) => differences(row, ofSheet))).to.deep.equal([]);
        const told = new Set(rowsExpected.map(({ row }) => row));
        expect(ofSheet.filter(({ row }) => !told.has(row))).to.deep.equal([]);
      });
    }
  }

  it('reads the clean workbook as exactly the records of the clean CSV', async () => {
    const { rows } = await check('danh-sach-2026-11.xlsx');
    const records = rows.filter(({ verdict }) => verdict !== 'skip').map(({ record }) => record);
    const canonical: unknown = parse(readFileSync(new URL('danh-sach-2026-11.csv', LISTS)), {
      columns: true,
    });
    expect(records).to.deep.equal(canonical);
  });

  it('tells of every repair in the clean workbook, and of nothing else', async () => {
    const { rows } = await check('danh-sach-2026-11.xlsx');
    const told = rows
      .filter(({ verdict }) => verdict !== 'accept' && verdict !== 'skip')
      .flatMap(({ sheet, row, findings }) =>
        findings.map(({ code, field }) => `${sheet} ${String(row)} ${code} ${field}`),
      );
    const repairs = parse<Record<string, string>>(
      readFileSync(new URL('danh-sach-2026-11.expected.csv', LISTS)),
      { columns: true },
    ).map(
      ({ sheet, row, code, field }) => `${sheet ?? ''} ${row ?? ''} ${code ?? ''} ${field ?? ''}`,
    );
    expect(told).to.have.members(repairs);
  });

  it('reads a ground and a commune as a person types their codes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'an-sinh-codes-'));
    try {
      const path = join(folder, 'list.csv');
      const text = readFileSync(new URL('danh-sach-2026-11.csv', LISTS), 'utf8').split('\n');
      const person = text[1]
        ?.replace(',K6_N,', ',k6-n,')
        .replace(',16681,Phường Thành Vinh,', ',,16681,');
      writeFileSync(path, [text[0], person, ''].join('\n'));
      const [row] = (await checkFile(path)).rows;
      expect(row?.findings.map(({ code }) => code)).to.deep.equal([
        'COMMUNE_SPELLING',
        'GROUND_SPELLING',
      ]);
      const { ground_code: ground, commune_code: code, commune_name: name } = row?.record ?? {};
      expect([ground, code, name]).to.deep.equal(['K6_N', '16681', 'Phường Thành Vinh']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('sums up a list: its month, its province, what became of its rows', async () => {
    const { summary } = await check('danh-sach-2026-11.xlsx');
    const { format, period, provinceCode, verdicts } = summary;
    expect({ format, period, provinceCode }).to.deep.equal({
      format: 'xlsx',
      period: '2026-11',
      provinceCode: '40',
    });
    expect(verdicts).to.include({ warn: 0, refuse: 0, skip: 8 });
    expect(verdicts.accept + verdicts.repair).to.equal(2012);
    expect(summary.sheets.flatMap(({ unknown }) => unknown)).to.deep.equal([]);
  });
});
