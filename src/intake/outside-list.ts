import { readCitizenNumber } from '../kernel/citizen-number.ts';
import { addMonths, firstDay, isPeriod, isPlainDate, type PlainDate } from '../kernel/period.ts';
import { foldName, type Bilingual } from '../kernel/text.ts';
import { keyOf, readHeading } from './headings.ts';
import { mendDate, mendMonth } from './mend-date.ts';
import { mendAccount, mendCitizenNumber } from './mend-number.ts';
import { mendName } from './mend-text.ts';
import type { GridRow } from './sheet-reader.ts';
import { textOf, type SourceCell } from './source-cell.ts';

// Lists of others say something of a person and from which day. Each kind has its own headings for that
// day; number, name, birth and account are found under the headings that recipient lists have.

export const OUTSIDE_KINDS = [
  'deaths',
  'custody',
  'residents',
  'insurance',
  'paid-elsewhere',
  'dormant-accounts',
] as const;

export type OutsideKind = (typeof OUTSIDE_KINDS)[number];

/** What a list makes known of a recipient; a death stands in a table of its own. */
export type FactKind =
  'custody' | 'moved-away' | 'paid-elsewhere' | 'dormant-account' | 'insurance-differs';

interface OutsideFormat {
  readonly title: Bilingual;
  readonly fact: FactKind | null;
  /** Headings of the day from which it is so, as keyOf() reads them. */
  readonly from: string;
  /** Headings of the day until which it is so. */
  readonly until: string;
  /** Whether the day until which it is so is the last one; else the first on which it is not. */
  readonly untilIsLast: boolean;
  /** What a row without the first day says: nothing, that it is not so, or that it is so today. */
  readonly withoutDay: 'refuse' | 'not-so' | 'as-of';
}

export const OUTSIDE_FORMATS: Readonly<Record<OutsideKind, OutsideFormat>> = {
  deaths: {
    title: { vi: 'Người đã chết (hộ tịch)', en: 'Deaths (civil status)' },
    fact: null,
    from: 'DIED ON|NGAY CHET|NGAY MAT|NGAY TU VONG|NGAY THANG NAM CHET|NGAY THANG NAM TU VONG|CHET NGAY',
    until: '',
    untilIsLast: false,
    withoutDay: 'refuse',
  },
  custody: {
    title: { vi: 'Người bị giam, giữ, chấp hành án', en: 'Held in custody or serving a sentence' },
    fact: 'custody',
    from:
      'FROM DAY|NGAY VAO|NGAY BI GIU|NGAY TAM GIU|NGAY TAM GIAM|NGAY BAT|NGAY BI BAT|' +
      'NGAY CHAP HANH AN|NGAY BAT DAU CHAP HANH AN|NGAY NHAP TRAI',
    until: 'UNTIL DAY|NGAY RA|NGAY RA TRAI|NGAY DUOC THA|NGAY TRA TU DO|NGAY CHAP HANH XONG',
    untilIsLast: false,
    withoutDay: 'refuse',
  },
  residents: {
    title: { vi: 'Cư trú: người đã chuyển đi', en: 'Residents: who has moved away' },
    fact: 'moved-away',
    from: 'FROM DAY|NGAY CHUYEN DI|NGAY CHUYEN|NGAY CHUYEN KHAU|NGAY XOA DANG KY THUONG TRU',
    until: 'UNTIL DAY|NGAY CHUYEN VE|NGAY TRO VE',
    untilIsLast: false,
    withoutDay: 'not-so',
  },
  insurance: {
    title: { vi: 'Hồ sơ bảo hiểm xã hội sai lệch', en: 'Social insurance records that differ' },
    fact: 'insurance-differs',
    from: 'FROM DAY|NGAY RA SOAT|NGAY PHAT HIEN|NGAY DOI CHIEU',
    until: 'UNTIL DAY|NGAY DA SUA|NGAY DIEU CHINH',
    untilIsLast: false,
    withoutDay: 'as-of',
  },
  'paid-elsewhere': {
    title: { vi: 'Đang được nơi khác chi trả', en: 'Paid by somebody else' },
    fact: 'paid-elsewhere',
    from: 'FROM DAY|HUONG TU NGAY|HUONG TU THANG|TU NGAY|TU THANG|HUONG TU|NGAY HUONG|THANG HUONG',
    until: 'UNTIL DAY|DEN NGAY|DEN THANG|HUONG DEN|HUONG DEN NGAY|HUONG DEN THANG|HUONG DEN HET',
    untilIsLast: true,
    withoutDay: 'refuse',
  },
  'dormant-accounts': {
    title: { vi: 'Tài khoản lâu không giao dịch', en: 'Accounts that nobody has used' },
    fact: 'dormant-account',
    from:
      'FROM DAY|NGAY GIAO DICH GAN NHAT|NGAY GIAO DICH CUOI|NGAY GIAO DICH CUOI CUNG|' +
      'GIAO DICH GAN NHAT|LAN GIAO DICH CUOI',
    until: '',
    untilIsLast: false,
    withoutDay: 'refuse',
  },
};

/** Why a row is not taken, as far as the row itself says. */
type RowFault = 'number-malformed' | 'day-unreadable' | 'days-disagree' | 'day-not-yet';

/** One row of a list of others. */
export interface OutsideRow {
  readonly row: number;
  /** Twelve digits, or empty where there are none that can be read. */
  readonly citizenNumber: string;
  /** In Unicode and in one case; empty where the list has no names. */
  readonly name: string;
  /** As foldName() writes it. */
  readonly foldedName: string;
  readonly birthDate: PlainDate | null;
  readonly account: string;
  /** Null for a row that says that it is not so. */
  readonly from: PlainDate | null;
  /** The first day on which it is no longer so. */
  readonly until: PlainDate | null;
  readonly fault: RowFault | null;
}

type Field = 'number' | 'name' | 'birth' | 'account' | 'from' | 'until';
type Columns = Readonly<Partial<Record<Field, number>>>;

export interface OutsideReader {
  /** What a row says of a person, or undefined when it is no person's. */
  take(row: GridRow): OutsideRow | undefined;
  /** Undefined until the headings were found. */
  columns(): Columns | undefined;
}

/** Rows in which a table has to begin. */
const ROWS_ABOVE = 200;

/**
 * Reads one sheet of a list of others, whose state is that of a day. The headings stand in one row,
 * anywhere in the first 200; what is above and below the table is passed over.
 */
export function outsideReader(kind: OutsideKind, asOf: PlainDate): OutsideReader {
  let columns: Columns | undefined;
  return {
    columns: () => columns,
    take(row) {
      if (columns === undefined) {
        if (row.row <= ROWS_ABOVE) columns = columnsOf(row, kind);
        return undefined;
      }
      // The headings again, as at the top of each printed page, are nobody's.
      return columnsOf(row, kind) === undefined ? rowOf(row, { columns, kind, asOf }) : undefined;
    },
  };
}

/** The columns of a row of headings; undefined when it is none. */
function columnsOf({ cells }: GridRow, kind: OutsideKind): Columns | undefined {
  const columns: Partial<Record<Field, number>> = {};
  for (const [i, cell] of cells.entries()) {
    const field = fieldOf(textOf(cell), kind);
    if (field !== undefined) columns[field] ??= i;
  }
  const { withoutDay } = OUTSIDE_FORMATS[kind];
  const needed: readonly Field[] = [
    'number',
    ...(withoutDay === 'as-of' ? [] : (['from'] as const)),
    ...(kind === 'dormant-accounts' ? (['account'] as const) : []),
  ];
  return needed.every((field) => columns[field] !== undefined) ? columns : undefined;
}

const FIELDS: Readonly<Record<string, Field>> = {
  citizen_id: 'number',
  full_name: 'name',
  birth_date: 'birth',
  account_number: 'account',
};

function fieldOf(heading: string, kind: OutsideKind): Field | undefined {
  const key = keyOf(heading);
  if (key === '') return undefined;
  const { from, until } = OUTSIDE_FORMATS[kind];
  if (from.split('|').includes(key)) return 'from';
  if (until !== '' && until.split('|').includes(key)) return 'until';
  return FIELDS[readHeading([heading], '', new Map()) ?? ''];
}

interface Reading {
  readonly columns: Columns;
  readonly kind: OutsideKind;
  readonly asOf: PlainDate;
}

function rowOf({ row, cells, fault }: GridRow, reading: Reading): OutsideRow | undefined {
  const cell = (field: Field): SourceCell => cells[reading.columns[field] ?? -1] ?? '';
  // A record that cannot be split may be anybody's: a person looks at it.
  if (fault !== null) return nobody(row);
  const birth = mendDate(cell('birth'), {
    style: 'sheet',
    birthYear: null,
    lastYear: yearOf(reading.asOf),
  }).value;
  const birthYear = /^\d{4}/.test(birth) ? Number(birth.slice(0, 4)) : null;
  const number = withZeros(mendCitizenNumber(cell('number'), { sex: null, birthYear }).value);
  const name = mendName(textOf(cell('name'))).value;
  const days = daysOf(cell('from'), cell('until'), reading);
  if (!isPersons(number, name, days.hasDay)) return undefined;
  const isNumber = readCitizenNumber(number) !== undefined;
  return {
    row,
    citizenNumber: isNumber ? number : '',
    name,
    foldedName: foldName(name),
    birthDate: isPlainDate(birth) ? birth : null,
    account: mendAccount(cell('account')).value,
    from: days.from,
    until: days.until,
    fault: isNumber ? days.fault : 'number-malformed',
  };
}

/** Zeros that a cell of numbers has lost. Whose number it then is, the name beside it must say. */
function withZeros(number: string): string {
  const whole = number.padStart(12, '0');
  return /^\d{10,11}$/.test(number) && readCitizenNumber(whole) !== undefined ? whole : number;
}

function nobody(row: number): OutsideRow {
  return {
    row,
    citizenNumber: '',
    name: '',
    foldedName: '',
    birthDate: null,
    account: '',
    from: null,
    until: null,
    fault: 'number-malformed',
  };
}

/** Totals, signatures, headings again and rows of column numbers are nobody's. */
function isPersons(number: string, name: string, hasDay: boolean): boolean {
  return /\d{6}/.test(number) || (hasDay && /\p{L}{2}/u.test(name));
}

interface Days {
  readonly from: PlainDate | null;
  readonly until: PlainDate | null;
  readonly hasDay: boolean;
  readonly fault: RowFault | null;
}

function daysOf(fromCell: SourceCell, untilCell: SourceCell, { kind, asOf }: Reading): Days {
  const { withoutDay, untilIsLast } = OUTSIDE_FORMATS[kind];
  const hasDay = textOf(fromCell).trim() !== '';
  const hasUntil = textOf(untilCell).trim() !== '';
  const until = hasUntil ? endOf(untilCell, { asOf, untilIsLast }) : null;
  if (!hasDay && withoutDay === 'not-so') {
    return { from: null, until: until ?? null, hasDay, fault: null };
  }
  const undated = withoutDay === 'as-of' ? asOf : undefined;
  const from = hasDay ? dayOf(fromCell, asOf) : undated;
  return { from: from ?? null, until: until ?? null, hasDay, fault: dayFault(from, until, asOf) };
}

function dayFault(
  from: PlainDate | undefined,
  until: PlainDate | null | undefined,
  asOf: PlainDate,
): RowFault | null {
  if (from === undefined || until === undefined) return 'day-unreadable';
  // What will be so is said by the list of the day on which it is.
  if (from > asOf) return 'day-not-yet';
  return until !== null && until <= from ? 'days-disagree' : null;
}

function dayOf(cell: SourceCell, asOf: PlainDate): PlainDate | undefined {
  const day = mendDate(cell, {
    style: 'sheet',
    birthYear: null,
    lastYear: yearOf(asOf) + 30,
  }).value;
  if (isPlainDate(day)) return day;
  const month = mendMonth(cell, 'sheet').value;
  return isPeriod(month) ? firstDay(month) : undefined;
}

/** The first day on which it is no longer so. A month ends with its last day. */
function endOf(
  cell: SourceCell,
  { asOf, untilIsLast }: { asOf: PlainDate; untilIsLast: boolean },
): PlainDate | undefined {
  const day = dayOf(cell, asOf);
  if (day === undefined || !untilIsLast) return day;
  const month = mendMonth(cell, 'sheet').value;
  return isPeriod(month) ? firstDay(addMonths(month, 1)) : dayAfter(day);
}

function dayAfter(day: PlainDate): PlainDate | undefined {
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  return isPlainDate(next) ? next : undefined;
}

function yearOf(day: PlainDate): number {
  return Number(day.slice(0, 4));
}
