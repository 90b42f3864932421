import { expect } from 'chai';
import { sheetReader, type GridRow } from '../../src/intake/sheet-reader.ts';
import { textOf } from '../../src/intake/source-cell.ts';
import { numbersOf, throughCsv, throughSheet, type Pick } from '../support/list-grammar.ts';

// Lists are made by a grammar of what offices do: columns in any order under any of their names, a
// block above, totals and signatures below, blank rows and headings between. The maker knows which
// rows are persons and what they say; a reader that says another thing has accepted a wrong list.

/** Files for each reader; LIST_FILES asks for more, and other ones. */
const FILES = Number(process.env.LIST_FILES ?? 20_000);

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

function personOf(pick: Pick): Record<Field, string> {
  return {
    full_name: NAMES[pick(NAMES.length)] ?? '',
    citizen_id: `0400${String(10_000_000 + pick(89_999_999))}`,
    birth_date: `${String(1 + pick(28))}/${String(1 + pick(12))}/19${String(30 + pick(60))}`,
    enrolment_ref: `40.X.${String(pick(1_000_000))}`,
    monthly_amount_vnd: String(500_000 + 1000 * pick(3000)),
    note: NOTES[pick(NOTES.length)] ?? '',
  };
}

function make(pick: Pick): Made {
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

describe('lists made by a grammar', function () {
  this.timeout(300_000);

  it(`are read from CSV as they were made, ${String(FILES)} of them`, async () => {
    for (let seed = 0; seed < FILES; seed += 1) {
      const pick = numbersOf(seed);
      const made = make(pick);
      expectSame(seed, personsIn(await throughCsv(made.grid, pick), true), made);
    }
  });

  it(`are read from the sheets of workbooks as they were made, ${String(FILES)} of them`, async () => {
    for (let seed = 0; seed < FILES; seed += 1) {
      const pick = numbersOf(seed);
      const made = make(pick);
      expectSame(seed, personsIn(await throughSheet(made.grid, pick), false), made);
    }
  });
});
