import { isPeriod, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { grouped } from '../kernel/text.ts';
import { bankNames } from './bank-names.ts';
import {
  checkedFinding,
  checkedRow,
  sheetFinding,
  sheetSkipped,
  type CheckedRow,
} from './checked-row.ts';
import { communeNames } from './commune-names.ts';
import { FINDINGS } from './findings.ts';
import type { HeadingMap } from './headings.ts';
import { OF_TODAY, type ColumnEncodings } from './legacy-text.ts';
import { columnEncodings } from './list-encodings.ts';
import type { ListFiles, OpenList } from './list-file.port.ts';
import type { ListReference, ListReferences } from './recipient-list.port.ts';
import type { MendContext } from './mend-row.ts';
import { LIST_COLUMNS } from './recipient-list.ts';
import type { RowFinding } from './row-rules.ts';
import { rowsTogether } from './rows-together.ts';
import {
  AMOUNT_COLUMNS,
  refuseUnmapped,
  sheetReader,
  type AmountColumn,
  type SheetHead,
  type SheetOptions,
  type TableRow,
} from './sheet-reader.ts';
import { gravest, takeRow, takeValues, type TakenRow } from './take-row.ts';
import { textOf } from './source-cell.ts';

// A list is judged without taking anything in: the same reading, repairs and rules as the import. It
// is read twice, once to see the rows beside each other and once to tell of them, so that memory does
// not grow with what is told.

export interface CheckOptions {
  readonly path: string;
  /** The month that is paid; else the list says it. */
  readonly period: Period | null;
  readonly provinceCode: string | null;
  readonly mapped: HeadingMap;
}

/** What compares listed amounts with the law, for one list. */
type AmountChecks = (of: {
  period: Period;
  provinceCode: string;
}) => (values: readonly string[]) => readonly RowFinding[];

export interface CheckDesk {
  readonly files: ListFiles;
  readonly references: ListReferences;
  readonly amounts: AmountChecks;
}

interface CheckedSheet {
  readonly sheet: string;
  readonly rows: number;
  readonly columns: readonly { column: string; heading: string; field: string | null }[];
  /** Headings that nobody knows: to be mapped once, or left out. */
  readonly unknown: readonly { column: string; heading: string }[];
}

export interface CheckSummary {
  readonly format: 'csv' | 'xlsx';
  readonly period: Period;
  readonly provinceCode: string;
  readonly rows: number;
  readonly verdicts: Readonly<Record<CheckedRow['verdict'], number>>;
  readonly codes: Readonly<Record<string, number>>;
  readonly sheets: readonly CheckedSheet[];
}

/** Judges a list row by row; returns its summary when all rows were told. */
export async function* checkList(
  desk: CheckDesk,
  options: CheckOptions,
): AsyncGenerator<CheckedRow, CheckSummary> {
  const open = await desk.files.open(options.path);
  try {
    const list = await lookAhead(desk, open, options);
    const together = await compareRows(list);
    return yield* tellRows(list, together);
  } finally {
    await open.close();
  }
}

/** A list that is ready to be read. */
interface ReadyList {
  readonly open: OpenList;
  readonly options: CheckOptions;
  readonly period: Period;
  readonly provinceCode: string;
  readonly provinces: ReadonlyMap<string, string>;
  readonly reference: ListReference;
  readonly context: MendContext;
  readonly amounts: (values: readonly string[]) => readonly RowFinding[];
  /** Of each sheet. */
  readonly encodings: readonly ColumnEncodings[];
}

/** What the first rows of a sheet say. */
interface FirstLook {
  readonly head: SheetHead;
  readonly listedPeriod: string;
  readonly listedProvince: string;
  readonly ref: string;
  /** Whether anybody stands under the headings. */
  readonly hasPeople: boolean;
}

async function lookAhead(
  desk: CheckDesk,
  open: OpenList,
  options: CheckOptions,
): Promise<ReadyList> {
  const provinces = await desk.references.provinces();
  const looks: FirstLook[] = [];
  for (let sheet = 0; sheet < open.sheets.length; sheet += 1) {
    const look = await lookAt(open, sheet, { ...options, provinces });
    if (look !== undefined) looks.push(look);
  }
  const [first] = looks;
  if (first === undefined) throw new Refusal('list-without-headings');
  // A list that lacks what nobody can do without is asked about before anything is judged.
  for (const { head } of looks) refuseUnmapped(head);
  if (!looks.some(({ hasPeople }) => hasPeople)) throw new Refusal('list-without-people');
  const period = options.period ?? mostCommon(looks.map(periodOfLook));
  if (period === undefined) throw new Refusal('list-says-no-period');
  const provinceCode =
    options.provinceCode ?? mostCommon(looks.map((look) => provinceOf(look, provinces)));
  if (provinceCode === undefined) throw new Refusal('list-says-no-province');
  const reference = await desk.references.of({ provinceCode, period });
  return {
    open,
    options,
    period,
    provinceCode,
    provinces,
    reference,
    context: contextOf(reference, { period, provinceCode, provinces }),
    amounts: desk.amounts({ period, provinceCode }),
    encodings: await encodingsOf(open, { ...options, provinces }),
  };
}

async function encodingsOf(
  open: OpenList,
  options: CheckOptions & { provinces: ReadonlyMap<string, string> },
): Promise<ColumnEncodings[]> {
  const encodings: ColumnEncodings[] = [];
  for (let sheet = 0; sheet < open.sheets.length; sheet += 1) {
    encodings.push(await columnEncodings(open.rows(sheet), optionsOf(open, sheet, options)));
  }
  return encodings;
}

function contextOf(
  reference: ListReference,
  of: { period: Period; provinceCode: string; provinces: ReadonlyMap<string, string> },
): MendContext {
  const { communes, formerCommunes, banks, grounds } = reference;
  return {
    period: of.period,
    provinceCode: of.provinceCode,
    communes: new Set(communes.map(({ code }) => code)),
    bankBins: new Set(banks.map(({ bin }) => bin).filter((bin) => bin !== '')),
    grounds,
    style: 'sheet',
    programme: null,
    encodings: OF_TODAY,
    communeNames: communeNames(communes, formerCommunes),
    bankNames: bankNames(banks, [...of.provinces.keys()]),
  };
}

function periodOfLook({ head, listedPeriod }: FirstLook): Period | undefined {
  return head.period ?? (isPeriod(listedPeriod) ? listedPeriod : undefined);
}

/** By the heading, by the column, or by the first two digits of the file numbers. */
function provinceOf(look: FirstLook, provinces: ReadonlyMap<string, string>): string | undefined {
  const codes = new Set(provinces.values());
  return [look.head.provinceCode ?? '', look.listedProvince, look.ref.slice(0, 2)].find((code) =>
    codes.has(code),
  );
}

function mostCommon<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  const counts = new Map<Value, number>();
  for (const value of values) {
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return most?.[0];
}

async function lookAt(
  open: OpenList,
  sheet: number,
  options: CheckOptions & { provinces: ReadonlyMap<string, string> },
): Promise<FirstLook | undefined> {
  const reader = readerOf(open, sheet, options);
  for await (const chunk of open.rows(sheet)) {
    for (const row of chunk) {
      const person = reader.take(row).find((taken) => taken.is === 'person');
      const head = reader.head();
      if (head === undefined || person === undefined) continue;
      return {
        head,
        listedPeriod: textOf(person.cells.period),
        listedProvince: textOf(person.cells.province_code),
        ref: textOf(person.cells.enrolment_ref),
        hasPeople: true,
      };
    }
  }
  const head = reader.head();
  if (head === undefined) return undefined;
  return { head, listedPeriod: '', listedProvince: '', ref: '', hasPeople: false };
}

function readerOf(...of: Parameters<typeof optionsOf>): ReturnType<typeof sheetReader> {
  return sheetReader(optionsOf(...of));
}

function optionsOf(
  open: OpenList,
  sheet: number,
  { mapped, provinces }: { mapped: HeadingMap; provinces: ReadonlyMap<string, string> },
): SheetOptions {
  const name = open.sheets[sheet]?.name ?? '';
  return { name, mapped, provinces, hasFixedWidth: open.format === 'csv' };
}

// --- Reading

/** One row of the table with what became of it. */
type JudgedRow =
  | {
      readonly is: 'person';
      readonly row: number;
      readonly taken: TakenRow;
      readonly cells: TableRow;
    }
  | Exclude<TableRow, { is: 'person' }>;

interface JudgedSheet {
  readonly name: string;
  readonly reader: ReturnType<typeof sheetReader>;
  readonly isOtherPeriod: () => boolean;
  readonly rows: AsyncIterable<JudgedRow>;
}

function* judgedSheets(list: ReadyList): Generator<JudgedSheet> {
  const { open, options, provinces } = list;
  for (const [i, { name, isHidden }] of open.sheets.entries()) {
    const reader = readerOf(open, i, { ...options, provinces });
    const isOtherPeriod = (): boolean => {
      const said = reader.head()?.period ?? null;
      return said !== null && said !== list.period;
    };
    yield { name, reader, isOtherPeriod, rows: judgeSheet(list, { sheet: i, isHidden, reader }) };
  }
}

async function* judgeSheet(
  list: ReadyList,
  { sheet, isHidden, reader }: { sheet: number; isHidden: boolean; reader: JudgedSheet['reader'] },
): AsyncGenerator<JudgedRow> {
  for await (const chunk of list.open.rows(sheet)) {
    for (const row of chunk) {
      for (const one of reader.take(isHidden ? { ...row, hidden: true } : row)) {
        if (one.is !== 'person') yield one;
        else
          yield {
            is: 'person',
            row: one.row,
            taken: judge(list, one, { sheet, reader }),
            cells: one,
          };
      }
    }
  }
}

function judge(
  list: ReadyList,
  { cells }: Extract<TableRow, { is: 'person' }>,
  { sheet, reader }: { sheet: number; reader: JudgedSheet['reader'] },
): TakenRow {
  const head = reader.head();
  const style = head?.isCanonical === true ? 'canonical' : 'sheet';
  const encodings = list.encodings[sheet] ?? OF_TODAY;
  const context: MendContext = {
    ...list.context,
    style,
    programme: head?.programme ?? null,
    encodings,
  };
  const taken = style === 'canonical' ? takeCanonical(cells, context) : takeRow(cells, context);
  const amounts = list.amounts(taken.values);
  if (amounts.length === 0 || taken.findings.some(isOfAmount)) return taken;
  const findings = [...taken.findings, ...amounts];
  return { ...taken, findings, verdict: gravest(findings) };
}

/** Where ground or amount are at fault already, that the amount differs says nothing new. */
function isOfAmount({ code, column }: RowFinding): boolean {
  return (
    FINDINGS[code].severity === 'refuse' &&
    ['monthly_amount_vnd', 'coefficient', 'dependants', 'ground_code', 'programme'].includes(column)
  );
}

function takeCanonical(
  cells: Extract<TableRow, { is: 'person' }>['cells'],
  context: MendContext,
): TakenRow {
  const texts = LIST_COLUMNS.map((column) => cells[column] ?? '');
  const isPlain = texts.every((cell) => typeof cell === 'string');
  return isPlain ? takeValues(texts, context) : takeRow(cells, context);
}

// --- What only several rows show

type Together = ReadonlyMap<number, readonly RowFinding[]>;
const GROUND = LIST_COLUMNS.indexOf('ground_code');

async function compareRows(list: ReadyList): Promise<Together> {
  const together = rowsTogether();
  // Rows that are refused keep their number, and are compared with none.
  const numbers: number[] = [];
  let number = 0;
  for (const { rows, isOtherPeriod } of judgedSheets(list)) {
    for await (const row of rows) {
      if (row.is !== 'person' || isOtherPeriod()) continue;
      const { verdict, values } = row.taken;
      if (verdict !== 'refuse') {
        const paragraph = list.reference.paragraphs.get(values[GROUND] ?? '') ?? '';
        together.add({ values, paragraph });
        numbers.push(number);
      }
      number += 1;
    }
  }
  return new Map([...together.findings()].map(([nth, found]) => [numbers[nth] ?? -1, found]));
}

// --- Telling

interface Tally {
  rows: number;
  readonly verdicts: Record<CheckedRow['verdict'], number>;
  readonly codes: Record<string, number>;
  readonly sheets: CheckedSheet[];
}

async function* tellRows(
  list: ReadyList,
  together: Together,
): AsyncGenerator<CheckedRow, CheckSummary> {
  const tally: Tally = {
    rows: 0,
    verdicts: { accept: 0, repair: 0, warn: 0, refuse: 0, skip: 0 },
    codes: {},
    sheets: [],
  };
  const number = { next: 0 };
  for (const sheet of judgedSheets(list)) {
    for await (const row of tellSheet(sheet, together, number)) {
      count(tally, row);
      yield row;
    }
    const head = sheet.reader.head();
    if (head !== undefined) tally.sheets.push(sheetSummary(sheet.name, head, tally));
  }
  const { period, provinceCode, open } = list;
  const { rows, verdicts, codes, sheets } = tally;
  return { format: open.format, period, provinceCode, rows, verdicts, codes, sheets };
}

async function* tellSheet(
  { name, reader, isOtherPeriod, rows }: JudgedSheet,
  together: Together,
  number: { next: number },
): AsyncGenerator<CheckedRow> {
  const sums: Sums = {};
  let isTold = false;
  for await (const row of rows) {
    if (!isTold && isOtherPeriod()) yield sheetSkipped(name, 'SHEET_OTHER_PERIOD');
    isTold = true;
    if (row.is !== 'person') {
      yield checkedFinding(name, row, reader.head());
      continue;
    }
    addAmounts(sums, row.taken.values);
    if (isOtherPeriod()) {
      yield checkedRow(name, row, { head: reader.head(), beside: 'SHEET_OTHER_PERIOD' });
      continue;
    }
    const beside = together.get(number.next) ?? [];
    number.next += 1;
    yield checkedRow(name, row, { head: reader.head(), beside });
  }
  if (!isOtherPeriod()) yield* tellFoot(name, reader, sums);
}

/** Sums of the columns of amounts, in dong, as a spreadsheet adds them: what is no number is nothing. */
type Sums = Partial<Record<AmountColumn, bigint>>;

function addAmounts(sums: Sums, values: readonly string[]): void {
  for (const column of AMOUNT_COLUMNS) {
    const whole = /^(-?\d+)(?:\.\d+)?$/.exec(values[LIST_COLUMNS.indexOf(column)] ?? '')?.[1];
    sums[column] = (sums[column] ?? 0n) + BigInt(whole ?? '0');
  }
}

function* tellFoot(name: string, reader: JudgedSheet['reader'], sums: Sums): Generator<CheckedRow> {
  const { totals, words, totalsRow, wordsRow } = reader.foot();
  const wrong = AMOUNT_COLUMNS.flatMap((column) => {
    const [printed, sum = 0n] = [totals[column], sums[column]];
    return printed === undefined || printed === sum ? [] : [{ column, printed, sum }];
  });
  if (wrong.length > 0) {
    const letters = reader.head()?.columns ?? [];
    const told = (printed: string, rows: string, column: string): string =>
      wrong
        .map((one) => {
          const letter = letters.find(({ field }) => field === one.column)?.letter ?? '';
          return `${column} ${letter} ${printed} ${grouped(one.printed)}, ${rows} ${grouped(one.sum)}`;
        })
        .join('; ');
    yield sheetFinding(name, 'SHEET_TOTAL_MISMATCH', {
      vi: `dòng ${totalsRow}, ${told('in', 'các dòng cộng lại là', 'cột')}`,
      en: `row ${totalsRow}, ${told('prints', 'its rows make', 'column')}`,
    });
  }
  const printed = totals.total_vnd ?? totals.monthly_amount_vnd;
  if (words !== null && printed !== undefined && words !== printed) {
    const [vi, en] =
      words === 'unread' ? ['không đọc được', 'cannot be read'] : [grouped(words), grouped(words)];
    yield sheetFinding(name, 'TOTAL_WORDS_DIFFER', {
      vi: `dòng ${wordsRow}, bằng chữ ${vi}, bằng số ${grouped(printed)}`,
      en: `row ${wordsRow}, in words ${en}, in digits ${grouped(printed)}`,
    });
  }
}

function count(tally: Tally, row: CheckedRow): void {
  if (row.row > 0) {
    tally.rows += 1;
    tally.verdicts[row.verdict] += 1;
  }
  for (const { code } of row.findings) tally.codes[code] = (tally.codes[code] ?? 0) + 1;
}

function sheetSummary(sheet: string, head: SheetHead, tally: Tally): CheckedSheet {
  const before = tally.sheets.reduce((sum, { rows }) => sum + rows, 0);
  return {
    sheet,
    rows: tally.rows - before,
    columns: head.columns.map(({ letter, heading, field }) => ({
      column: letter,
      heading,
      field: field ?? null,
    })),
    unknown: head.columns
      .filter(({ field }) => field === undefined)
      .map(({ letter, heading }) => ({ column: letter, heading })),
  };
}
