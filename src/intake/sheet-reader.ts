import { isPeriod, type Period } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { Refusal } from '../kernel/refusal.ts';
import { foldName } from '../kernel/text.ts';
import { readAmountWords } from './amount-words.ts';
import {
  columnLetter,
  isHeading,
  keyOf,
  readHeading,
  type ColumnField,
  type HeadingMap,
} from './headings.ts';
import { mendAmount } from './mend-number.ts';
import type { SkipCode } from './findings.ts';
import { decodeLegacy } from './legacy-text.ts';
import type { RowCells } from './mend-row.ts';
import { LIST_COLUMNS, type ListColumn, type RecordFault } from './recipient-list.ts';
import { isEmptyCell, textOf, type SourceCell } from './source-cell.ts';

// A sheet is for people: a heading block, headings of several rows, totals, signatures. This reader
// walks it once, row by row, and says of each row what it is.

/** One row of a sheet, or one record of a CSV file. */
export interface GridRow {
  /** The number of the row, from 1. */
  readonly row: number;
  /** By column, from 0; the columns behind the last that is filled are left out. */
  readonly cells: readonly (SourceCell | undefined)[];
  readonly hidden: boolean;
  /** Why the record could not be split; its cells are then nothing. */
  readonly fault: RecordFault | null;
}

/** What a row of the table is. */
export type TableRow =
  | {
      readonly is: 'person';
      readonly row: number;
      readonly cells: RowCells;
      readonly hidden: boolean;
    }
  | { readonly is: 'broken'; readonly row: number; readonly fault: RecordFault }
  | { readonly is: 'none'; readonly row: number; readonly code: SkipCode };

interface TableColumn {
  readonly letter: string;
  /** As it stands in the sheet, the upper heading first. */
  readonly heading: string;
  /** Undefined when the heading is not known: somebody has to say what it is for. */
  readonly field: ColumnField | null | undefined;
}

/** What a sheet says of itself above its table. */
export interface SheetHead {
  readonly columns: readonly TableColumn[];
  readonly period: Period | null;
  readonly provinceCode: string | null;
  readonly programme: Programme | null;
  /** Whether the headings are the names of the canonical columns. */
  readonly isCanonical: boolean;
}

/** What the sheet prints under its table. */
interface SheetFoot {
  /** The last row of totals, by the columns of amounts that it fills; dong. */
  readonly totals: Readonly<Partial<Record<AmountColumn, bigint>>>;
  /** The amount in words; null when there is none, 'unread' when it is no number. */
  readonly words: bigint | 'unread' | null;
  /** The rows in which both stand. */
  readonly totalsRow: number;
  readonly wordsRow: number;
}

export type AmountColumn = 'monthly_amount_vnd' | 'arrears_vnd' | 'total_vnd';
export const AMOUNT_COLUMNS: readonly AmountColumn[] = [
  'monthly_amount_vnd',
  'arrears_vnd',
  'total_vnd',
];

export interface SheetOptions {
  readonly name: string;
  readonly mapped: HeadingMap;
  /** Folded names of the provinces, with their codes. */
  readonly provinces: ReadonlyMap<string, string>;
  /** Whether each row has to have as many fields as the heading, as in a CSV file. */
  readonly hasFixedWidth: boolean;
}

export interface SheetReader {
  /** The rows of the table that are now known to be rows of it. */
  take(row: GridRow): readonly TableRow[];
  /** Undefined until the headings were found. */
  head(): SheetHead | undefined;
  foot(): SheetFoot;
}

interface Walk {
  readonly options: SheetOptions;
  /** Texts above the table. */
  readonly above: string[];
  /** The rows just above, which may turn out to be headings over those of the table. */
  before: GridRow[];
  /** Rows of headings, while they are collected. */
  heading: GridRow[];
  head: SheetHead | undefined;
  /** The field of each column. */
  fields: (ColumnField | null | undefined)[];
  /** Rows that are none of the table unless more of it follows. */
  held: TableRow[];
  lastRow: number;
  totals: SheetFoot['totals'];
  words: SheetFoot['words'];
  totalsRow: number;
  wordsRow: number;
}

/** Rows of headings over one table. */
const HEADING_ROWS = 4;
/** Rows in which a table has to begin. */
const ROWS_ABOVE = 200;

export function sheetReader(options: SheetOptions): SheetReader {
  const walk: Walk = {
    options,
    above: [],
    before: [],
    heading: [],
    head: undefined,
    fields: [],
    held: [],
    lastRow: 0,
    totals: {},
    words: null,
    totalsRow: 0,
    wordsRow: 0,
  };
  return {
    take: (row) => takeRow(walk, row),
    head: () => walk.head,
    foot: () => footOf(walk),
  };
}

function footOf({ totals, words, totalsRow, wordsRow }: Walk): SheetFoot {
  return { totals, words, totalsRow, wordsRow };
}

function takeRow(walk: Walk, row: GridRow): readonly TableRow[] {
  const blanks = walk.head === undefined ? [] : blanksBefore(walk, row.row);
  walk.lastRow = row.row;
  if (row.fault !== null) return brokenRow(walk, row, blanks);
  if (walk.head === undefined || walk.heading.length > 0) {
    const isTaken = takeHeading(walk, row);
    if (isTaken) return [];
  }
  const found = classify(walk, row);
  const isOfTable = found.is === 'person' || (found.is === 'none' && found.code === 'TOTAL_ROW');
  if (!isOfTable) {
    walk.held.push(...blanks, found);
    // What stands far below a table is none of it, and is not kept.
    if (walk.held.length > HELD_ROWS) walk.held.splice(0, walk.held.length - HELD_ROWS);
    return [];
  }
  return walk.held.splice(0).concat(blanks, [found]);
}

const HELD_ROWS = 10_000;

function brokenRow(walk: Walk, row: GridRow, blanks: TableRow[]): readonly TableRow[] {
  const { fault } = row;
  if (walk.head === undefined || fault === null) return [];
  return walk.held.splice(0).concat(blanks, [{ is: 'broken', row: row.row, fault }]);
}

/** Rows that the file leaves out have nothing in them. */
function blanksBefore(walk: Walk, row: number): TableRow[] {
  const missing = Math.min(row - walk.lastRow - 1, HELD_ROWS);
  return Array.from({ length: Math.max(0, missing) }, (_, i) => ({
    is: 'none',
    row: row - missing + i,
    code: 'BLANK_ROW',
  }));
}

// --- Headings

/** Whether a row is one above the table, or of its headings. */
function takeHeading(walk: Walk, row: GridRow): boolean {
  if (walk.heading.length === 0) {
    if (!isHeadingRow(walk, row)) {
      if (walk.above.length < ROWS_ABOVE * 4) walk.above.push(...textsOf(row));
      walk.before = [...walk.before.slice(1 - HEADING_ROWS), row];
      return walk.head === undefined;
    }
    walk.heading = [...groupRows(walk, row), row];
    readHead(walk);
    return true;
  }
  const isMore = walk.heading.length < HEADING_ROWS && isSubheading(walk, row);
  if (!isMore) {
    walk.heading = [];
    return isColumnNumbers(row);
  }
  if (!isColumnNumbers(row)) {
    walk.heading.push(row);
    readHead(walk);
  } else {
    walk.heading = [];
  }
  return true;
}

/** The rows right above a row of headings that group them: Thông tin người hưởng, and its columns below. */
function groupRows({ before, options }: Walk, row: GridRow): GridRow[] {
  const groups: GridRow[] = [];
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const upper = before[i];
    if (upper?.row !== row.row - groups.length - 1) break;
    if (headingsIn(upper, options.mapped).size < 2) break;
    groups.unshift(upper);
  }
  return groups;
}

function textsOf(row: GridRow): string[] {
  return row.cells.map((cell) => textOf(cell).trim()).filter((text) => text !== '');
}

/** Four known headings, with those that group them above, and among its own the name or the number of a person. */
function isHeadingRow(walk: Walk, row: GridRow): boolean {
  const { mapped } = walk.options;
  const own = headingsIn(row, mapped);
  const fields = [...own].map((text) => readHeading([text], '', mapped));
  if (!fields.includes('full_name') && !fields.includes('citizen_id')) return false;
  const groups = own.size < 4 ? groupRows(walk, row).map((upper) => headingsIn(upper, mapped)) : [];
  return new Set([own, ...groups].flatMap((known) => [...known])).size >= 4;
}

function headingsIn(row: GridRow, mapped: HeadingMap): Set<string> {
  return new Set(textsOf(row).filter((text) => text.length < 80 && isHeading(text, mapped)));
}

/** A row under a heading is one of it when it has words and no values. */
function isSubheading(walk: Walk, row: GridRow): boolean {
  if (isColumnNumbers(row)) return true;
  const own = row.cells.map(ownText);
  const texts = own.filter((text) => text !== '');
  if (texts.length === 0 || texts.some((text) => /\d{3}/.test(text))) return false;
  const known = own.filter((text, i) => {
    if (text === '') return false;
    const parts = [...partsOf(walk.heading, i, true), text];
    return readHeading(parts, '', walk.options.mapped) !== undefined;
  });
  return known.length * 2 > texts.length;
}

/** The row of column numbers that some forms have under their headings. */
function isColumnNumbers(row: GridRow): boolean {
  const texts = textsOf(row);
  let others = 0;
  for (const text of texts) {
    if (!/^\(?\d{1,2}\)?(?:\s*=.*)?$/.test(text)) others += 1;
    if (others > 2) return false;
  }
  return texts.length > 3 && new Set(texts).size === texts.length;
}

/** What a cell says by itself, and not as a part of a merge that begins above. */
function ownText(cell: SourceCell | undefined): string {
  return cell === undefined || (typeof cell !== 'string' && cell.merged !== null)
    ? ''
    : textOf(cell).trim();
}

/** The headings over a column. One that spans columns stands in the first of them only. */
function partsOf(heading: readonly GridRow[], column: number, isOverMore: boolean): string[] {
  return heading.map((row, i) => {
    const own = ownText(row.cells[column]);
    const hasMore =
      isOverMore || heading.slice(i + 1).some((under) => ownText(under.cells[column]) !== '');
    if (own !== '' || !hasMore) return own;
    for (let left = column - 1; left >= 0; left -= 1) {
      const text = ownText(row.cells[left]);
      if (text !== '') return text;
    }
    return '';
  });
}

function readHead(walk: Walk): void {
  const { options, heading } = walk;
  const above = walk.above.flatMap(inAnyEncoding);
  const width = Math.max(...heading.map((row) => row.cells.length));
  const columns: TableColumn[] = [];
  const taken = new Set<ColumnField>();
  for (let i = 0; i < width; i += 1) {
    const parts = partsOf(heading, i, false);
    const letter = columnLetter(i);
    const field = readHeading(parts, letter, options.mapped);
    // Two columns for one field: the first is read, and the second is asked about.
    const isAgain = field !== undefined && field !== null && taken.has(field);
    if (field !== undefined && field !== null) taken.add(field);
    const text = [...new Set(parts.filter((part) => part !== ''))].join(' / ');
    columns.push({ letter, heading: text, field: isAgain ? undefined : field });
  }
  walk.fields = columns.map(({ field }) => field);
  walk.head = {
    columns: columns.filter(({ heading: text }) => text !== ''),
    period: periodAbove(above, options.name),
    provinceCode: provinceAbove(above, options.provinces),
    programme: programmeAbove(above, options.name),
    isCanonical: columns.some(
      ({ heading: text, field }) => field === 'citizen_id' && text === field,
    ),
  };
}

/** A line as it stands, and what it says in the encodings of before Unicode. */
function inAnyEncoding(text: string): readonly string[] {
  return [text, ...decodeLegacy(text)];
}

// --- What the heading block says

const TITLE_MONTH = /(?<!ngày\s*\d{0,2}\s*)tháng\s*(\d{1,2})\s*(?:[/.-]|\s+năm\s+|\s+)\s*(\d{4})/iu;
const SHEET_MONTH = /^(?:T|Th|Tháng)\s*\.?\s*(\d{1,2})[\s/.-]+(\d{4})$/iu;

function periodAbove(above: readonly string[], name: string): Period | null {
  const lines = above.map((text) => TITLE_MONTH.exec(text.normalize('NFC')));
  const match = lines.find((line) => line !== null) ?? SHEET_MONTH.exec(name.normalize('NFC'));
  if (match === null) return null;
  const text = `${match[2] ?? ''}-${(match[1] ?? '').padStart(2, '0')}`;
  return isPeriod(text) ? text : null;
}

function provinceAbove(
  above: readonly string[],
  provinces: ReadonlyMap<string, string>,
): string | null {
  for (const text of above) {
    const folded = foldName(text);
    for (const [name, code] of provinces) {
      const place = folded.indexOf(name);
      const before = folded.slice(0, Math.max(0, place)).trimEnd();
      if (place >= 0 && /(?:TINH|THANH PHO|TP\.?)$/.test(before)) return code;
    }
  }
  return null;
}

const PROGRAMME_WORDS: readonly (readonly [RegExp, Programme])[] = [
  [/HUU TRI XA HOI|\bHTXH\b/, 'social_pension'],
  [/THAT NGHIEP|\bTCTN\b/, 'unemployment'],
  [/NGUOI CO CONG|\bNCC\b/, 'merit'],
  [/TRO GIUP XA HOI|BAO TRO XA HOI|TRO CAP XA HOI|\bTGXH\b|\bBTXH\b/, 'social_assistance'],
];

function programmeAbove(above: readonly string[], name: string): Programme | null {
  for (const text of [name, ...above.filter((line) => /danh s[áa]ch/iu.test(line))]) {
    const folded = foldName(text);
    const known = PROGRAMME_WORDS.find(([words]) => words.test(folded));
    if (known !== undefined) return known[1];
  }
  return null;
}

// --- Rows of the table

const TOTAL =
  /^(?:[IVX\d]+[.)]\s*)?(?:TONG(?: CONG| SO| TIEN)?|CONG|BANG CHU|SO TIEN(?: VIET)? BANG CHU|LUY KE)(?![A-Z])/;

function classify(walk: Walk, row: GridRow): TableRow {
  const filled = row.cells.filter((cell) => !isEmptyCell(cell) && !isMergedDown(cell));
  if (filled.length === 0) return { is: 'none', row: row.row, code: 'BLANK_ROW' };
  if (isRepeated(walk, row)) return { is: 'none', row: row.row, code: 'HEADER_REPEATED' };
  const cells = cellsOf(walk, row);
  if (!isNamed(cells)) {
    const texts = textsOf(row).flatMap(inAnyEncoding);
    if (texts.some((text) => TOTAL.test(foldName(text)))) {
      noteTotal(walk, row.row, { cells, texts });
      return { is: 'none', row: row.row, code: 'TOTAL_ROW' };
    }
    if (filled.length <= 3 && !hasAmount(cells)) {
      return { is: 'none', row: row.row, code: 'SECTION_ROW' };
    }
  }
  const { options, fields } = walk;
  if (options.hasFixedWidth && row.cells.length !== fields.length) {
    return { is: 'broken', row: row.row, fault: 'CSV_COLUMN_COUNT' };
  }
  return { is: 'person', row: row.row, cells, hidden: row.hidden };
}

function isMergedDown(cell: SourceCell | undefined): boolean {
  return cell !== undefined && typeof cell !== 'string' && cell.merged !== null;
}

/** Whether a row has the number or the file number of a person: no total has. */
function isNamed(cells: RowCells): boolean {
  return (
    /\d{5}/.test(textOf(cells.citizen_id)) || /^\s*\S*\d\S*\s*$/.test(textOf(cells.enrolment_ref))
  );
}

function hasAmount(cells: RowCells): boolean {
  return AMOUNT_COLUMNS.some((column) => /^-?\d+$/.test(mendAmount(cells[column] ?? '').value));
}

const IDENTITY: ReadonlySet<string> = new Set<ListColumn>([
  'full_name',
  'citizen_id',
  'account_number',
  'enrolment_ref',
]);

function cellsOf({ fields }: Walk, row: GridRow): RowCells {
  const cells: RowCells = {};
  for (const [i, field] of fields.entries()) {
    if (field === undefined || field === null) continue;
    const cell = row.cells[i] ?? '';
    // One name over two rows is the name of the first: nobody is made of a merge.
    cells[field] =
      typeof cell !== 'string' && cell.merged === 'down' && IDENTITY.has(field)
        ? { ...cell, text: '', merged: 'identity' }
        : cell;
  }
  return cells;
}

/** Whether a row is the headings again, or a part of them. */
function isRepeated(walk: Walk, row: GridRow): boolean {
  return saysHeadings(walk.head, row) || (isColumnNumbers(row) && keysOf(row).length >= 6);
}

function keysOf(row: GridRow): string[] {
  return row.cells.map((cell) => keyOf(ownText(cell))).filter((key) => key !== '');
}

/** Whether four fifths of what a row says stand over it. Nearly every row is told by its first few cells. */
function saysHeadings(head: SheetHead | undefined, row: GridRow): boolean {
  if (head === undefined) return false;
  const texts = row.cells.map(ownText);
  const most = texts.filter((text) => text !== '').length / 5;
  let again = 0;
  let others = 0;
  for (const [i, text] of texts.entries()) {
    const key = text === '' ? '' : keyOf(text);
    if (key === '') continue;
    if (headingParts(head, i).includes(key)) again += 1;
    else others += 1;
    if (others > most) return false;
  }
  return again + others >= 2 && again >= (again + others) * 0.8;
}

function headingParts(head: SheetHead, column: number): readonly string[] {
  const letter = columnLetter(column);
  const known = PARTS.get(head) ?? new Map<string, readonly string[]>();
  PARTS.set(head, known);
  let parts = known.get(letter);
  if (parts === undefined) {
    const heading = head.columns.find((one) => one.letter === letter)?.heading ?? '';
    parts = heading.split(' / ').map(keyOf);
    known.set(letter, parts);
  }
  return parts;
}

const PARTS = new WeakMap<SheetHead, Map<string, readonly string[]>>();

function noteTotal(
  walk: Walk,
  row: number,
  { cells, texts }: { cells: RowCells; texts: readonly string[] },
): void {
  const words = texts.find((text) => /bằng chữ/iu.test(text.normalize('NFC')));
  if (words !== undefined) {
    walk.words = readAmountWords(words) ?? 'unread';
    walk.wordsRow = row;
    return;
  }
  const totals: Partial<Record<AmountColumn, bigint>> = {};
  for (const column of AMOUNT_COLUMNS) {
    const { value } = mendAmount(cells[column] ?? '');
    if (/^\d+$/.test(value)) totals[column] = BigInt(value);
  }
  if (Object.keys(totals).length === 0) return;
  walk.totals = totals;
  walk.totalsRow = row;
}

/** The columns of a head that a list cannot do without and that it does not have. */
function missingFields(head: SheetHead): readonly ListColumn[] {
  const fields = new Set(head.columns.map(({ field }) => field));
  const needed: readonly (readonly ColumnField[])[] = [
    ['full_name'],
    ['citizen_id'],
    ['birth_date', 'birth_date_male', 'birth_date_female'],
    ['monthly_amount_vnd', 'total_vnd'],
  ];
  return needed.flatMap((any) =>
    any.some((field) => fields.has(field)) ? [] : LIST_COLUMNS.filter((one) => one === any[0]),
  );
}

/** Throws Refusal list-columns-unknown when a head lacks such a column. */
export function refuseUnmapped(head: SheetHead | undefined): void {
  const [missing] = head === undefined ? [] : missingFields(head);
  if (head === undefined || missing === undefined) return;
  const unknown = head.columns.filter(({ field }) => field === undefined);
  throw new Refusal('list-columns-unknown', {
    missing,
    unknown: unknown.map(({ letter }) => letter).join(' '),
  });
}
