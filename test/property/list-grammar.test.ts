import { expect } from 'chai';
import { asUtf8, csvTextOf } from '../../adapters/recipient-list/csv-text.ts';
import { csvGrid } from '../../adapters/recipient-list/csv.ts';
import { sharedTexts } from '../../adapters/recipient-list/shared-texts.ts';
import { sheetRows } from '../../adapters/recipient-list/workbook-rows.ts';
import { sheetReader, type GridRow } from '../../src/intake/sheet-reader.ts';
import { textOf } from '../../src/intake/source-cell.ts';

// Lists are made by a grammar of what offices do: columns in any order under any of their names, a
// block above, totals and signatures below, blank rows and headings between. The maker knows which
// rows are persons and what they say; a reader that says another thing has accepted a wrong list.

/** Files for each reader; LIST_FILES asks for more, and other ones. */
const FILES = Number(process.env.LIST_FILES ?? 20_000);

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

const FIELDS = {
  full_name: ['Họ và tên', 'HỌ TÊN', 'Họ và tên đối tượng'],
  citizen_id: ['Số định danh cá nhân/CCCD', 'CCCD', 'Số CMND/CCCD'],
  birth_date: ['Ngày sinh', 'Ngày, tháng, năm sinh', 'NTNS'],
  enrolment_ref: ['Mã hồ sơ', 'Mã HS'],
  monthly_amount_vnd: ['Mức tháng', 'Mức trợ cấp', 'Mức hưởng'],
  note: ['Ghi chú', 'GC'],
} as const;
type Field = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as Field[];

interface Made {
  readonly grid: readonly (readonly string[])[];
  readonly persons: readonly Readonly<Record<Field, string>>[];
}

const NAMES = ['Đặng Thị Út', 'Y Bia', 'Lò Văn "Tý"', 'Trần, Hải', 'Nguyễn Ố', 'Tổng Văn Cộng'];
const NOTES = ['', '=1+1', 'dòng 1\ndòng 2', 'a;b', '\ttab', "'); --", '"'];

/** What stands between two persons: nothing, mostly. */
function between(
  what: number,
  head: readonly string[],
  wide: (cells: readonly string[]) => string[],
): string[][] {
  if (what === 0) return [wide([])];
  if (what === 1) return [wide([`${String(what)}. Xã Hợp Minh`])];
  return what === 2 ? [[...head]] : [];
}

function personOf(pick: (below: number) => number): Record<Field, string> {
  return {
    full_name: NAMES[pick(NAMES.length)] ?? '',
    citizen_id: `0400${String(10_000_000 + pick(89_999_999))}`,
    birth_date: `${String(1 + pick(28))}/${String(1 + pick(12))}/19${String(30 + pick(60))}`,
    enrolment_ref: `40.X.${String(pick(1_000_000))}`,
    monthly_amount_vnd: String(500_000 + 1000 * pick(3000)),
    note: NOTES[pick(NOTES.length)] ?? '',
  };
}

function make(pick: (below: number) => number): Made {
  const fields = FIELD_NAMES.map((field) => ({ field, at: pick(1000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ field }) => field);
  const hasNumber = pick(2) === 1;
  const heading = fields.map((field) => FIELDS[field][pick(FIELDS[field].length)] ?? '');
  const wide = (cells: readonly string[]): string[] => {
    const row = [...(hasNumber ? [''] : []), ...cells];
    while (row.length < fields.length + (hasNumber ? 1 : 0)) row.push('');
    return row;
  };
  const head = [...(hasNumber ? ['STT'] : []), ...heading];
  const grid: string[][] = [];
  if (pick(2) === 1) grid.push(wide(['ỦY BAN NHÂN DÂN TỈNH NGHỆ AN']), wide(['Tháng 11 năm 2026']));
  grid.push(head);
  if (pick(3) === 0) grid.push(head.map((_, i) => String(i + 1)));
  const persons: Record<Field, string>[] = [];
  for (let n = pick(4); n > 0; n -= 1) {
    grid.push(...between(pick(8), head, wide));
    const person = personOf(pick);
    persons.push(person);
    grid.push([...(hasNumber ? [String(n)] : []), ...fields.map((field) => person[field])]);
  }
  if (pick(2) === 1) grid.push(wide(['TỔNG CỘNG']));
  if (pick(2) === 1) grid.push(wide([]), wide(['Người lập biểu', 'Giám đốc']));
  return { grid, persons };
}

/** What a reader takes for persons. */
function personsIn(rows: readonly GridRow[], hasFixedWidth: boolean): Record<string, string>[] {
  const reader = sheetReader({ name: '', mapped: new Map(), provinces: new Map(), hasFixedWidth });
  const persons: Record<string, string>[] = [];
  for (const row of rows) {
    for (const taken of reader.take(row)) {
      if (taken.is === 'broken') throw new Error(`row ${String(taken.row)} is broken`);
      if (taken.is !== 'person') continue;
      const person: Record<string, string> = {};
      for (const [field, cell] of Object.entries(taken.cells)) person[field] = textOf(cell);
      persons.push(person);
    }
  }
  return persons;
}

/** Compared as text, which is a tenth of the work; what differs is then shown cell by cell. */
function expectSame(seed: number, found: readonly Record<string, string>[], made: Made): void {
  const isSame =
    found.length === made.persons.length &&
    made.persons.every((person, i) => isSamePerson(person, found[i] ?? {}));
  if (!isSame) expect(found, `seed ${String(seed)}`).to.deep.equal(made.persons);
}

function isSamePerson(made: Made['persons'][number], found: Record<string, string>): boolean {
  return (
    Object.keys(found).length === FIELD_NAMES.length &&
    FIELD_NAMES.every((field) => found[field] === made[field])
  );
}

async function collected(chunks: AsyncIterable<readonly GridRow[]>): Promise<GridRow[]> {
  const rows: GridRow[] = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return rows;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

function asCsv({ grid }: Made, pick: (below: number) => number): Buffer {
  const delimiter = [',', ';', '\t'][pick(3)] ?? ',';
  const lineEnd = ['\n', '\r\n'][pick(2)] ?? '\n';
  const needs = new RegExp(`["\\n\\r${delimiter}]`);
  const text = grid
    .map((row) =>
      row
        .map((cell) => (needs.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(delimiter),
    )
    .join(lineEnd);
  const whole = `${pick(2) === 1 ? '\uFEFF' : ''}${text}${lineEnd}`;
  return pick(5) === 0
    ? Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text + lineEnd, 'utf16le')])
    : Buffer.from(whole);
}

function asSheet({ grid }: Made, pick: (below: number) => number): Buffer {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const cellOf = (text: string, at: string): string => {
    if (text === '') return pick(2) === 1 ? `<c r="${at}" s="1"/>` : '';
    if (/^[1-9]\d{5,6}$/.test(text)) return `<c r="${at}"><v>${text}</v></c>`;
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
  };
  const rows = grid.map((row, i) => {
    const cells = row.map((text, j) => cellOf(text, String.fromCharCode(65 + j) + String(i + 1)));
    return `<row r="${String(i + 1)}">${cells.join('')}</row>`;
  });
  return Buffer.from(`<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`);
}

const TABLES = {
  strings: sharedTexts(),
  format: () => ({ isDate: false, isMonthFirst: false }),
  dateSystem: 1900,
  merges: new Map<number, []>(),
} as const;

describe('lists made by a grammar', function () {
  this.timeout(300_000);

  it(`are read from CSV as they were made, ${String(FILES)} of them`, async () => {
    for (let seed = 0; seed < FILES; seed += 1) {
      const pick = numbersOf(seed);
      const made = make(pick);
      const bytes = asCsv(made, pick);
      const text = csvTextOf(bytes);
      if (text === undefined) throw new Error(`seed ${String(seed)} is no text`);
      const rows = await collected(csvGrid(asUtf8(once(bytes), text), text.delimiter));
      expectSame(seed, personsIn(rows, true), made);
    }
  });

  it(`are read from the sheets of workbooks as they were made, ${String(FILES)} of them`, async () => {
    for (let seed = 0; seed < FILES; seed += 1) {
      const pick = numbersOf(seed);
      const made = make(pick);
      const rows = await collected(sheetRows(once(asSheet(made, pick)), TABLES));
      expectSame(seed, personsIn(rows, false), made);
    }
  });
});
