import { expect } from 'chai';
import { cashReportReader, type CashRow } from '../../src/intake/cash-report.ts';
import {
  OUTSIDE_KINDS,
  outsideReader,
  type OutsideKind,
  type OutsideRow,
} from '../../src/intake/outside-list.ts';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { numbersOf, throughCsv, throughSheet, type Pick } from '../support/list-grammar.ts';

// Lists of other offices and reports of post offices, made by a grammar of what they do: columns in any
// order under any of their names, others between them, a block above, totals and signatures below,
// headings again on each page. The maker knows what each row says; a reader that says another thing has
// accepted a wrong list.

/** Files for each reader; LIST_FILES asks for more, and other ones. */
const FILES = Number(process.env.LIST_FILES ?? 20_000);

const AS_OF = plainDate('2026-10-20');

interface Column<Row> {
  readonly headings: readonly string[];
  readonly text: (row: Row, pick: Pick) => string;
}

const of = <T>(all: readonly T[], pick: Pick): T => all[pick(all.length)] as T;
const two = (number: number): string => String(number).padStart(2, '0');

/** A table of these rows, with whatever an office puts around it. */
function gridOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  pick: Pick,
): string[][] {
  const OTHERS: readonly Column<Row>[] = [
    { headings: ['STT', 'TT'], text: () => '1' },
    { headings: ['Ghi chú', 'Nơi cấp'], text: (_row, any) => of(['', 'a;b', '"', 'x\ny'], any) },
  ];
  const all = [...columns, ...OTHERS.filter(() => pick(2) === 1)]
    .map((column) => ({ column, at: pick(1000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ column }) => column);
  const wide = (...cells: string[]): string[] => all.map((_, i) => cells[i] ?? '');
  const head = all.map(({ headings }) => of(headings, pick));
  const grid: string[][] = [];
  if (pick(2) === 1) grid.push(wide('ỦY BAN NHÂN DÂN XÃ'), wide('Tháng 10 năm 2026'), wide());
  grid.push(head);
  for (const row of rows) {
    if (pick(6) === 0) grid.push(head);
    if (pick(6) === 0) grid.push(wide());
    grid.push(all.map(({ text }) => text(row, pick)));
  }
  if (pick(2) === 1) grid.push(wide('Tổng cộng'));
  // Two signatures that stand under a name and a day are shown to a person, who sees what they are.
  if (pick(2) === 1) grid.push(wide(), wide('Người lập biểu'));
  return grid;
}

/** As the reader has to tell it, without the row that it stands in. */
type Told<Row extends { row: number }> = Omit<Row, 'row'>;

async function expectTold<Row extends { row: number }>(
  made: { readonly grid: string[][]; readonly told: readonly Told<Row>[]; readonly seed: number },
  through: (grid: string[][], pick: Pick) => Promise<GridRow[]>,
  take: (row: GridRow) => Row | undefined,
): Promise<void> {
  const rows = await through(made.grid, numbersOf(made.seed));
  const found = rows.flatMap((each) => {
    const taken = take(each);
    if (taken === undefined) return [];
    const { row, ...told } = taken;
    expect(row).to.equal(each.row);
    return [told];
  });
  expect(found, `seed ${made.seed}`).to.deep.equal(made.told);
}

// --- What other offices say

const NUMBERS = ['Số định danh', 'CCCD', 'Số CMND/CCCD', 'citizen_id'];
const NAMES = ['Họ và tên', 'HỌ TÊN', 'Họ và tên đối tượng'];
const DAYS: Readonly<Record<OutsideKind, readonly [from: string[], until: string[]]>> = {
  deaths: [['Ngày chết', 'Ngày tử vong', 'NGÀY MẤT'], []],
  custody: [
    ['Ngày vào', 'Ngày tạm giam', 'Ngày bị bắt'],
    ['Ngày ra', 'Ngày được tha'],
  ],
  residents: [
    ['Ngày chuyển đi', 'Ngày xóa đăng ký thường trú'],
    ['Ngày chuyển về', 'Ngày trở về'],
  ],
  insurance: [
    ['Ngày rà soát', 'Ngày phát hiện'],
    ['Ngày đã sửa', 'Ngày điều chỉnh'],
  ],
  'paid-elsewhere': [
    ['Hưởng từ ngày', 'Từ tháng', 'Hưởng từ'],
    ['Đến ngày', 'Đến tháng', 'Hưởng đến hết'],
  ],
  'dormant-accounts': [['Ngày giao dịch cuối', 'Lần giao dịch cuối'], []],
};
const PEOPLE = [
  ['Đặng Thị Út', 'DANG THI UT'],
  ['Y Bia', 'Y BIA'],
  ['Lò Văn Tý', 'LO VAN TY'],
  ['Tổng Văn Cộng', 'TONG VAN CONG'],
] as const;

interface Said {
  readonly told: Told<OutsideRow>;
  readonly from: string;
  readonly until: string;
}

/** A day of September or before the twentieth of October 2026, and one way to write it. */
function dayOf(pick: Pick): { day: string; written: string } {
  const [month, day] = [9 + pick(2), 1 + pick(19)];
  const written = of(
    [`${two(day)}/${two(month)}/2026`, `${day}/${month}/2026`, `2026-${two(month)}-${two(day)}`],
    pick,
  );
  return { day: `2026-${two(month)}-${two(day)}`, written };
}

/** What a row of a kind says, and what has to be told of it. */
function saidOf(kind: OutsideKind, pick: Pick): Said {
  const number = `0400${10_000_000 + pick(89_999_999)}`;
  const isNumber = pick(8) > 0;
  const [name, foldedName] = of(PEOPLE, pick);
  const account = String(1_000_000_000 + pick(1_000_000_000));
  const begun = dayOf(pick);
  const isReadable = pick(8) > 0;
  const isToCome = pick(8) === 0;
  const from = isToCome ? { day: '2026-10-21', written: '21/10/2026' } : begun;
  const fault = !isReadable ? 'day-unreadable' : isToCome ? 'day-not-yet' : null;
  const told = {
    citizenNumber: isNumber ? number : '',
    name,
    foldedName,
    birthDate: null,
    account: kind === 'dormant-accounts' ? account : '',
    from: isReadable ? plainDate(from.day) : null,
    until: null,
    fault: isNumber ? fault : 'number-malformed',
  } as const;
  const unread = of(['31/02/2026', 'chưa rõ', '2026'], pick);
  return { told, from: isReadable ? from.written : unread, until: '' };
}

/** The same row with a day on which it ended, where its kind has one: after the first day, or before it. */
function ended(kind: OutsideKind, said: Said, pick: Pick): Said {
  const [, until] = DAYS[kind];
  if (until.length === 0 || said.told.fault !== null || pick(2) === 0) return said;
  const isLast = kind === 'paid-elsewhere';
  const isAfter = pick(4) > 0;
  const [day, next] = isAfter ? ['2026-11-30', '2026-12-01'] : ['2026-08-30', '2026-08-31'];
  const told = {
    ...said.told,
    until: plainDate(isLast ? next : day),
    fault: isAfter ? null : ('days-disagree' as const),
  };
  return { told, from: said.from, until: day.split('-').toReversed().join('/') };
}

function columnsOf(kind: OutsideKind, hasUntil: boolean): Column<Said>[] {
  const [from, until] = DAYS[kind];
  return [
    { headings: NUMBERS, text: ({ told }) => told.citizenNumber },
    { headings: NAMES, text: ({ told }) => told.name },
    { headings: from, text: (said) => said.from },
    ...(hasUntil ? [{ headings: until, text: (said: Said) => said.until }] : []),
    ...(kind === 'dormant-accounts'
      ? [{ headings: ['Số tài khoản', 'STK'], text: ({ told }: Said) => told.account }]
      : []),
  ];
}

function outsideOf(seed: number): {
  kind: OutsideKind;
  grid: string[][];
  told: Told<OutsideRow>[];
} {
  const pick = numbersOf(seed);
  const kind = of(OUTSIDE_KINDS, pick);
  const rows = Array.from({ length: 1 + pick(3) }, () => ended(kind, saidOf(kind, pick), pick));
  const grid = gridOf(columnsOf(kind, DAYS[kind][1].length > 0), rows, pick);
  return { kind, grid, told: rows.map(({ told }) => told) };
}

// --- What a post office reports

interface Paid {
  readonly told: Told<CashRow>;
  readonly outcome: string;
  readonly paid: string;
  readonly left: string;
}

function cashOf(seed: number): { grid: string[][]; told: Told<CashRow>[] } {
  const pick = numbersOf(seed);
  const rows = Array.from({ length: 1 + pick(3) }, (_, i): Paid => {
    const owed = 500_000 + 1000 * pick(3000);
    const isPaid = pick(2) === 1;
    const isSure = pick(5) > 0;
    const [paid, left] = isPaid ? [owed, 0] : [0, owed];
    const told = {
      enrolmentRef: `40.HTXH.${seed}-${i}`,
      citizenNumber: `0400${10_000_000 + pick(89_999_999)}`,
      owedVnd: BigInt(owed),
      reportedVnd: BigInt(isPaid ? paid : left),
      isReadable: isSure,
    };
    return {
      told,
      outcome: isPaid ? 'Đã chi' : 'Chưa chi',
      // What contradicts itself is left to a person: the part that is not told is another.
      paid: String(isSure || isPaid ? paid : 1000),
      left: String(isSure || !isPaid ? left : 1000),
    };
  });
  const grouped = (amount: string, any: Pick): string =>
    any(2) === 0 ? amount : amount.replace(/\B(?=(\d{3})+$)/g, '.');
  const columns: Column<Paid>[] = [
    { headings: ['Mã hồ sơ', 'Mã HS'], text: ({ told }) => told.enrolmentRef },
    { headings: NUMBERS, text: ({ told }) => told.citizenNumber },
    {
      headings: ['Số tiền phải chi', 'Phải chi'],
      text: ({ told }, any) => grouped(String(told.owedVnd), any),
    },
    { headings: ['Kết quả', 'Kết quả chi trả'], text: ({ outcome }) => outcome },
    { headings: ['Số tiền đã chi', 'Đã chi'], text: ({ paid }, any) => grouped(paid, any) },
    {
      headings: ['Số tiền còn lại', 'Số tiền chưa chi'],
      text: ({ left }, any) => grouped(left, any),
    },
  ];
  return { grid: gridOf(columns, rows, pick), told: rows.map(({ told }) => told) };
}

describe('lists of others made by a grammar', function () {
  this.timeout(300_000);

  for (const [form, through] of [
    ['CSV', throughCsv],
    ['the sheets of workbooks', throughSheet],
  ] as const) {
    it(`are read from ${form} as they were made, ${FILES} of them`, async () => {
      for (let seed = 0; seed < FILES; seed += 1) {
        const { kind, ...made } = outsideOf(seed);
        const reader = outsideReader(kind, AS_OF);
        await expectTold<OutsideRow>({ ...made, seed }, through, (row) => reader.take(row));
      }
    });

    it(`are read from ${form} as they were made, ${FILES} reports of post offices`, async () => {
      for (let seed = 0; seed < FILES; seed += 1) {
        const reader = cashReportReader();
        await expectTold<CashRow>({ ...cashOf(seed), seed }, through, (row) => reader.take(row));
      }
    });
  }
});
