import type { Bilingual } from '../kernel/text.ts';
import { keyOf, readHeading } from './headings.ts';
import { mendAmount, mendCitizenNumber } from './mend-number.ts';
import type { GridRow } from './sheet-reader.ts';
import { textOf, type SourceCell } from './source-cell.ts';

// A post office reports what it has paid in its own form, by the number of the file and not by the
// reference that we send. Its report is held against the list of the month, row by row.

/** What a report can say that the list does not. A person settles each with the post office. */
export const CASH_DIFFERENCES = {
  CASH_AMOUNT_DIFFERS: words(
    ['Số tiền khác với danh sách', 'The amount is another than on the list'],
    ['Quyết toán phần chênh lệch với bưu điện', 'Settle the difference with the post office'],
  ),
  CASH_ROW_MISSING: words(
    ['Có trong danh sách, bưu điện không báo', 'On the list, and not in the report'],
    ['Hỏi bưu điện: chưa chi cũng chưa trả lại', 'Ask: it is neither paid nor given back'],
  ),
  CASH_UNKNOWN_ROW: words(
    ['Không có trong danh sách chi tiền mặt', 'Not on the list of who is paid in cash'],
    ['Hỏi bưu điện đã chi cho ai; thu hồi', 'Ask who was paid; the money is asked back'],
  ),
  CASH_ROW_REPEATED: words(
    ['Một hồ sơ có hai dòng', 'One file has two rows'],
    ['Hỏi bưu điện có chi hai lần không', 'Ask whether it was paid twice'],
  ),
  CASH_OTHER_PERSON: words(
    ['Đúng mã hồ sơ, khác số định danh', 'The file is known, the personal number is another'],
    ['Hỏi bưu điện đã chi cho ai', 'Ask who was paid'],
  ),
  CASH_ROW_UNREADABLE: words(
    ['Dòng không đọc được hoặc tự mâu thuẫn', 'It cannot be read, or contradicts itself'],
    ['Bưu điện sửa dòng này và gửi lại', 'The post office corrects the row and sends it again'],
  ),
} as const satisfies Record<string, { readonly wrong: Bilingual; readonly next: Bilingual }>;

export type CashDifferenceCode = keyof typeof CASH_DIFFERENCES;

/** One row of a report; what cannot be read of it is null. */
export interface CashRow {
  readonly row: number;
  readonly enrolmentRef: string;
  /** Twelve digits, or empty where there are none. */
  readonly citizenNumber: string;
  /** What was to be paid and what was handed out, or is left where nothing was; in dong. */
  readonly owedVnd: bigint | null;
  readonly reportedVnd: bigint | null;
  readonly isReadable: boolean;
}

const HEADINGS = {
  owed: 'SO TIEN PHAI CHI|PHAI CHI|SO TIEN',
  outcome: 'KET QUA|KET QUA CHI|KET QUA CHI TRA',
  paid: 'SO TIEN DA CHI|DA CHI',
  left: 'SO TIEN CON LAI|CON LAI|SO TIEN CHUA CHI|CHUA CHI',
} as const;

type Field = keyof typeof HEADINGS | 'ref' | 'number';
type Columns = Readonly<Record<Field, number>>;

const FIELDS: readonly Field[] = ['ref', 'number', 'owed', 'outcome', 'paid', 'left'];

export interface CashReportReader {
  /** What a row says, or undefined when it is nobody's. */
  take(row: GridRow): CashRow | undefined;
  hasTable(): boolean;
}

/** Rows in which a table has to begin. */
const ROWS_ABOVE = 200;

/** Reads one sheet of a report. The headings stand in one row; other columns are passed over. */
export function cashReportReader(): CashReportReader {
  let columns: Columns | undefined;
  return {
    hasTable: () => columns !== undefined,
    take(row) {
      const headings = columnsOf(row);
      if (columns === undefined) {
        if (row.row <= ROWS_ABOVE) columns = headings;
        return undefined;
      }
      return headings === undefined ? rowOf(row, columns) : undefined;
    },
  };
}

function columnsOf({ cells }: GridRow): Columns | undefined {
  const columns: Partial<Record<Field, number>> = {};
  for (const [i, cell] of cells.entries()) {
    const field = fieldOf(textOf(cell));
    if (field !== undefined) columns[field] ??= i;
  }
  return isWhole(columns) ? columns : undefined;
}

function isWhole(columns: Partial<Record<Field, number>>): columns is Columns {
  return FIELDS.every((field) => columns[field] !== undefined);
}

function fieldOf(heading: string): Field | undefined {
  const key = keyOf(heading);
  for (const field of ['owed', 'outcome', 'paid', 'left'] as const) {
    if (HEADINGS[field].split('|').includes(key)) return field;
  }
  const known = key === '' ? undefined : readHeading([heading], '', new Map());
  if (known === 'enrolment_ref') return 'ref';
  return known === 'citizen_id' ? 'number' : undefined;
}

function rowOf({ row, cells, fault }: GridRow, columns: Columns): CashRow | undefined {
  // A record that cannot be split may be anybody's: a person looks at it.
  if (fault !== null) {
    const nothing = { citizenNumber: '', owedVnd: null, reportedVnd: null, isReadable: false };
    return { row, enrolmentRef: '', ...nothing };
  }
  const cell = (field: Field): SourceCell => cells[columns[field]] ?? '';
  const enrolmentRef = textOf(cell('ref')).normalize('NFC').trim();
  const number = mendCitizenNumber(cell('number'), { sex: null, birthYear: null }).value;
  // Totals and signatures have neither the number of a file nor that of a person.
  if (!/\d/.test(enrolmentRef) && !/\d{6}/.test(number)) return undefined;
  const [owedVnd, paid, left] = [dong(cell('owed')), dong(cell('paid')), dong(cell('left'))];
  const outcome = keyOf(textOf(cell('outcome')));
  return {
    row,
    enrolmentRef,
    citizenNumber: /^\d{12}$/.test(number) ? number : '',
    owedVnd,
    reportedVnd: outcome === 'CHUA CHI' ? left : paid,
    isReadable: enrolmentRef !== '' && agrees(outcome, { owed: owedVnd, paid, left }),
  };
}

/** Whether a row says one thing: paid with something paid, or unpaid with nothing; and its sum. */
function agrees(
  outcome: string,
  { owed, paid, left }: Readonly<Record<'owed' | 'paid' | 'left', bigint | null>>,
): boolean {
  if (owed === null || paid === null || left === null || paid + left !== owed) return false;
  return outcome === 'DA CHI' ? paid > 0n : outcome === 'CHUA CHI' && paid === 0n;
}

/** An empty amount is none. */
function dong(cell: SourceCell): bigint | null {
  const { value } = mendAmount(cell);
  if (value === '') return 0n;
  return /^\d{1,15}$/.test(value) ? BigInt(value) : null;
}

function words(
  wrong: readonly [string, string],
  next: readonly [string, string],
): { readonly wrong: Bilingual; readonly next: Bilingual } {
  return { wrong: { vi: wrong[0], en: wrong[1] }, next: { vi: next[0], en: next[1] } };
}
