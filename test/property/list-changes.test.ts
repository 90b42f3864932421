import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { templateWorkbook } from '../../adapters/recipient-list/template.ts';
import { listDesk } from '../../src/compose.ts';
import { checkList, type CheckDesk } from '../../src/intake/check-list.flow.ts';
import type { CheckedRow } from '../../src/intake/checked-row.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { period } from '../../src/kernel/period.ts';

// What an office may do to a list without changing what it says, and what one wrong cell may change.

const SAMPLE = new URL('../fixtures/lists/danh-sach-2026-11.csv', import.meta.url);

/** Numbers of a seed (mulberry32). */
function numbersOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function shuffled<Value>(values: readonly Value[], pick: (below: number) => number): Value[] {
  return values
    .map((value) => ({ value, at: pick(1_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Cells of which a rule speaks when another is wrong: it tells of both, or of the other. */
const TOGETHER: readonly (readonly ListColumn[])[] = [
  ['birth_date', 'sex', 'citizen_id', 'ground_code', 'guardian_name'],
  ['programme', 'ground_code', 'coefficient', 'dependants', 'monthly_amount_vnd', 'enrolment_ref'],
  [
    'monthly_amount_vnd',
    'arrears_vnd',
    'total_vnd',
    'entitled_from',
    'decision_date',
    'coefficient',
  ],
  ['commune_code', 'commune_name', 'province_code'],
  ['channel', 'bank_bin', 'bank_name', 'account_number', 'account_holder'],
  ['guardian_name', 'guardian_citizen_id', 'guardian_relation', 'citizen_id'],
  ['account_holder', 'full_name', 'guardian_name'],
  [
    'programme',
    'contributed_months',
    'average_salary_vnd',
    'wage_region',
    'last_contributed_month',
    'benefit_from',
    'benefit_month_no',
    'benefit_month_count',
    'monthly_amount_vnd',
    'coefficient',
    'ground_code',
    'entitled_from',
  ],
  ['dependants', 'ground_code', 'birth_date', 'entitled_from'],
];

function besides(column: ListColumn): ReadonlySet<string> {
  return new Set([column, ...TOGETHER.filter((set) => set.includes(column)).flat()]);
}

const MANGLES: readonly ((text: string, pick: (below: number) => number) => string)[] = [
  () => '',
  (text) => `${text}x`,
  (text) => text.slice(0, -1),
  (text, pick) => `${text.slice(0, pick(text.length + 1))}?${text.slice(pick(text.length + 1))}`,
  (text) => Array.from(text).toReversed().join(''),
  (text) => `\u200B${text} `,
  () => '#REF!',
  () => '31/02/2026',
];

describe('a list', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-changes-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const all: Record<string, string>[] = parse(readFileSync(SAMPLE), { columns: true });
  // Some of every programme: the file has them one after the other.
  const rows = all.filter((_, i) => i % 61 === 0);
  let desk: CheckDesk;
  before(async () => {
    desk = await listDesk();
  });

  async function checkFile(path: string): Promise<CheckedRow[]> {
    const options = { path, period: period('2026-11'), provinceCode: '40', mapped: new Map() };
    const found: CheckedRow[] = [];
    for await (const row of checkList(desk, options)) found.push(row);
    return found;
  }

  function check(
    records: readonly Record<string, string>[],
    columns: readonly string[] = LIST_COLUMNS,
  ): Promise<CheckedRow[]> {
    const path = join(folder, 'list.csv');
    writeFileSync(path, stringify([...records], { header: true, columns: [...columns] }));
    return checkFile(path);
  }

  /** What is said of a row, wherever it and its cells stand. */
  function saidOf({ verdict, record, findings }: CheckedRow): string {
    const told = findings.map(({ field, code, proposed }) => [field, code, proposed]);
    return JSON.stringify([verdict, record, told.toSorted()]);
  }

  const byRef = (found: readonly CheckedRow[]): Map<string, CheckedRow> =>
    new Map(found.map((row) => [row.record.enrolment_ref ?? '', row]));

  it('says the same with its columns and its rows in any order', async () => {
    // With faults in it, so that there is something to say.
    const pick = numbersOf(1);
    const faulty = rows.map((row, i) =>
      i % 3 === 0 ? { ...row, phone: '12', birth_date: '31/02/2026', decision_no: '' } : row,
    );
    const before = byRef(await check(faulty));
    expect([...before.values()].some(({ verdict }) => verdict === 'refuse')).to.equal(true);
    for (let run = 0; run < 12; run += 1) {
      const after = byRef(await check(shuffled(faulty, pick), shuffled(LIST_COLUMNS, pick)));
      expect(after.size).to.equal(before.size);
      for (const [ref, row] of before) {
        expect(saidOf(after.get(ref) ?? row), ref).to.equal(saidOf(row));
        expect(after.has(ref)).to.equal(true);
      }
    }
  });

  it('says of one mangled cell nothing about another row, and nothing about cells it has to do with none', async () => {
    const pick = numbersOf(2);
    const before = await check(rows);
    for (let run = 0; run < 150; run += 1) {
      const nth = pick(rows.length);
      // Without its number nothing else tells which row it is.
      const column = LIST_COLUMNS[1 + pick(LIST_COLUMNS.length - 1)] ?? 'note';
      const mangle = MANGLES[pick(MANGLES.length)] ?? ((text: string) => text);
      const was = rows[nth]?.[column] ?? '';
      const mangled = rows.map((row, i) =>
        i === nth ? { ...row, [column]: mangle(was, pick) } : row,
      );
      const after = await check(mangled);
      const related = besides(column);
      const where = `run ${String(run)}: ${column} of row ${String(nth)}`;
      expect(after.length, where).to.equal(before.length);
      for (const [i, row] of after.entries()) {
        const old = before[i];
        if (old === undefined) throw new Error('as many rows as before');
        if (i !== nth) {
          expect(saidOf(row), `${where}, row ${String(i)}`).to.equal(saidOf(old));
          continue;
        }
        const others = ({ findings }: CheckedRow): string[] =>
          findings
            .filter(({ field }) => !related.has(field))
            .map(({ field, code }) => `${field} ${code}`);
        expect(others(row), where).to.deep.equal(others(old));
      }
    }
  });

  it('comes back from our own form as it was written, whatever stands in it', async () => {
    const texts = [
      '=1+1',
      '+84 x',
      '@cmd',
      '-',
      "'nháy",
      'dòng 1\ndòng 2',
      '<b>&amp;"\'</b>',
      'a;b,c\td',
      '_x000D_',
      'Ủy ban – “ngoặc”',
      '😀 𠮷',
      '00123',
      '1e5',
      'TRUE',
      '2026-11-01',
      'x'.repeat(2000),
    ];
    const records = texts.map((note, i) => ({
      ...rows[i % rows.length],
      note,
      hamlet: note.slice(0, 60).replaceAll('\n', ' '),
    }));
    const path = join(folder, 'form.xlsx');
    const values = records.map((record) =>
      LIST_COLUMNS.map((column) => (record as Record<string, string>)[column] ?? ''),
    );
    writeFileSync(path, await templateWorkbook(values));
    // The same records as CSV are the truth: no workbook has had a hand in it.
    const asCsv = await check(records);
    const asForm = await checkFile(path);
    for (const [i, { record }] of asForm.entries()) {
      expect(record, JSON.stringify(texts[i])).to.deep.equal(asCsv[i]?.record);
    }
    expect(asForm.map(({ record }) => record.note)).to.deep.equal(texts.map((text) => text.trim()));
  });
});
