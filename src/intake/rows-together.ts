import type { RuleCode } from './findings.ts';
import type { ListColumn } from './recipient-list.ts';
import type { RowFinding } from './row-rules.ts';
import { LIST_COLUMNS } from './recipient-list.ts';

// What only several rows together show. The import asks the database, with the statements of
// intake.sql.ts; a check has none, and keeps a few numbers of every row: under a hundred bytes, so
// that a province fits into memory.

/** How one row is compared with the others. */
interface ComparedRow {
  readonly values: readonly string[];
  /** The paragraph of Decree 20/2021/ND-CP art. 5 of its ground; empty where it has none. */
  readonly paragraph: string;
}

export interface RowsTogether {
  /** Adds a row that is not refused; rows are counted from 0 in the order in which they are added. */
  add(row: ComparedRow): void;
  /** The findings of the rows that have any, by their number. */
  findings(): ReadonlyMap<number, readonly RowFinding[]>;
}

const CITIZEN = 0;
const NAME = 1;
const PROGRAMME = 2;
const GROUND = 3;
const PARAGRAPH = 4;
const WEIGHT = 5;
const TOTAL = 6;
const REF = 7;
const ACCOUNT = 8;
const HOLDER = 9;
const GUARDIAN = 10;
const WIDTH = 11;

const AT = Object.fromEntries(LIST_COLUMNS.map((column, i) => [column, i])) as Record<
  ListColumn,
  number
>;

interface Rows {
  numbers: Float64Array;
  count: number;
}

export function rowsTogether(): RowsTogether {
  const rows: Rows = { numbers: new Float64Array(1024 * WIDTH), count: 0 };
  return {
    add: (row) => {
      addRow(rows, row);
    },
    findings: () => findTogether(rows),
  };
}

function addRow(rows: Rows, { values, paragraph }: ComparedRow): void {
  const start = rows.count * WIDTH;
  if (start + WIDTH > rows.numbers.length) {
    const grown = new Float64Array(2 * rows.numbers.length);
    grown.set(rows.numbers);
    rows.numbers = grown;
  }
  const value = (column: ListColumn): string => values[AT[column]] ?? '';
  const account = value('channel') === 'account' ? value('bank_bin') + value('account_number') : '';
  const coefficient = Number(value('coefficient'));
  rows.numbers.set(
    [
      Number(value('citizen_id')),
      fingerprint(comparedName(value('full_name'))),
      fingerprint(value('programme')),
      fingerprint(value('ground_code')),
      fingerprint(paragraph),
      coefficient,
      Number(value('total_vnd')),
      fingerprint(value('enrolment_ref')),
      account === '' ? 0 : fingerprint(account),
      fingerprint(value('account_holder')),
      value('guardian_citizen_id') === '' ? 0 : Number(value('guardian_citizen_id')),
    ],
    start,
  );
  rows.count += 1;
}

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** A name without case and with one placement of its tone marks: hoà and Hòa are one. */
function comparedName(name: string): string {
  return name
    .toLowerCase()
    .split(' ')
    .map((word) => {
      const letters = word.normalize('NFD');
      return letters.replace(TONES, '') + (letters.match(TONES)?.join('') ?? '');
    })
    .join(' ');
}

/** 53 bits of a text: two of a million texts agree by chance once in some twenty thousand lists. */
function fingerprint(text: string): number {
  let [low, high] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x85ebca6b);
  }
  return ((high ^ (high >>> 13)) & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}

type Found = Map<number, RowFinding[]>;

function findTogether(rows: Rows): Found {
  const found: Found = new Map();
  for (const group of groupsOf(rows, CITIZEN)) compareRowsOfOne(rows, group, found);
  for (const group of groupsOf(rows, REF)) {
    // Whoever stands in the list twice with one file number was told so already.
    for (const row of group.slice(1)) {
      if (!found.has(row)) tell(found, row, 'enrolment_ref', 'ENROLMENT_REF_TWICE');
    }
  }
  const isTaken = (row: number): boolean => found.get(row) === undefined;
  for (const group of groupsOf(rows, ACCOUNT)) compareAccount(rows, group.filter(isTaken), found);
  return found;
}

/** The rows that have a number in common with another, in their order. */
function groupsOf(rows: Rows, column: number): number[][] {
  const first = new Map<number, number | number[]>();
  for (let row = 0; row < rows.count; row += 1) {
    const key = at(rows, row, column);
    if (column === ACCOUNT && key === 0) continue;
    const known = first.get(key);
    if (known === undefined) first.set(key, row);
    else if (typeof known === 'number') first.set(key, [known, row]);
    else known.push(row);
  }
  return [...first.values()].filter((group) => typeof group !== 'number');
}

function at(rows: Rows, row: number, column: number): number {
  return rows.numbers[row * WIDTH + column] ?? 0;
}

function tell(found: Found, row: number, column: ListColumn, code: RuleCode): void {
  const known = found.get(row);
  if (known === undefined) found.set(row, [{ column, code }]);
  else known.push({ column, code });
}

const SOCIAL_ASSISTANCE = fingerprint('social_assistance');
const SOCIAL_PENSION = fingerprint('social_pension');
const PARENT = fingerprint('4');
const BESIDE_PARENT: readonly number[] = ['5', '6', '8'].map(fingerprint);

/**
 * Of a person who stands in the list more than once the law pays one row (Decree 20/2021/ND-CP art.
 * 6(2)), but a poor single parent also the highest under paragraph 5, 6 or 8.
 */
function compareRowsOfOne(rows: Rows, group: readonly number[], found: Found): void {
  if (new Set(group.map((row) => at(rows, row, NAME))).size > 1) {
    for (const row of group) tell(found, row, 'citizen_id', 'DUPLICATE_ID_TWO_PEOPLE');
    return;
  }
  const distinct = withoutRepeated(rows, group, found);
  const ofProgramme = (programme: number): number[] =>
    distinct.filter((row) => at(rows, row, PROGRAMME) === programme);
  const assisted = ofProgramme(SOCIAL_ASSISTANCE);
  const paid = paidGrounds(rows, assisted);
  for (const row of assisted) {
    if (!paid.includes(row)) tell(found, row, 'ground_code', 'HIGHEST_GROUND_ONLY');
  }
  for (const row of lower(rows, paid, ofProgramme(SOCIAL_PENSION))) {
    tell(found, row, 'programme', 'EXCLUSIVE_PROGRAMMES');
  }
}

function withoutRepeated(rows: Rows, group: readonly number[], found: Found): number[] {
  const seen = new Set<string>();
  return group.filter((row) => {
    const key = `${at(rows, row, PROGRAMME)}/${at(rows, row, GROUND)}`;
    if (seen.has(key)) tell(found, row, 'ground_code', 'DUPLICATE_ENROLMENT');
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** Of social assistance and social pension the rows that claim less, of two equal ones the later. */
function lower(
  rows: Rows,
  assisted: readonly number[],
  pension: readonly number[],
): readonly number[] {
  if (pension.length === 0 || assisted.length === 0) return [];
  const claims = (of: readonly number[]): number =>
    of.reduce((sum, row) => sum + at(rows, row, TOTAL), 0);
  const difference = claims(assisted) - claims(pension);
  if (difference !== 0) return difference > 0 ? pension : assisted;
  return Math.min(...assisted) < Math.min(...pension) ? pension : assisted;
}

/** The rows of social assistance that are paid to one person. */
function paidGrounds(rows: Rows, assisted: readonly number[]): readonly number[] {
  const highest = (of: readonly number[]): number | undefined =>
    of.toSorted((a, b) => at(rows, b, WEIGHT) - at(rows, a, WEIGHT) || a - b)[0];
  const best = highest(assisted);
  if (best === undefined) return [];
  const parent = highest(assisted.filter((row) => at(rows, row, PARAGRAPH) === PARENT));
  const beside = highest(
    assisted.filter((row) => BESIDE_PARENT.includes(at(rows, row, PARAGRAPH))),
  );
  if (parent === undefined || beside === undefined) return [best];
  const both = at(rows, parent, WEIGHT) + at(rows, beside, WEIGHT);
  return both > at(rows, best, WEIGHT) ? [parent, beside] : [best];
}

/** One account for several people who have neither the holder nor a guardian in common. */
function compareAccount(rows: Rows, group: readonly number[], found: Found): void {
  const differ = (column: number): boolean =>
    new Set(group.map((row) => at(rows, row, column))).size > 1;
  if (group.length < 2 || !differ(CITIZEN) || !differ(HOLDER)) return;
  const hasNone = group.some((row) => at(rows, row, GUARDIAN) === 0);
  if (!hasNone && !differ(GUARDIAN)) return;
  for (const row of group) tell(found, row, 'account_number', 'ACCOUNT_SHARED_UNRELATED');
}
