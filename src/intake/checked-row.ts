import type { Bilingual } from '../kernel/text.ts';
import { FINDINGS, SKIPS, type RuleCode, type Severity, type SkipCode } from './findings.ts';
import { LIST_COLUMNS, type ListColumn } from './recipient-list.ts';
import type { RowFinding } from './row-rules.ts';
import type { SheetHead, TableRow } from './sheet-reader.ts';
import { gravest, type TakenRow, type Verdict } from './take-row.ts';

/** A finding as it is told: where, by which rule, how grave, in words, and what is proposed. */
interface CheckedFinding {
  /** The letter of the column; empty where the whole row is meant. */
  readonly column: string;
  readonly field: string;
  readonly code: RuleCode | SkipCode;
  readonly severity: Severity | 'skip';
  readonly vi: string;
  readonly en: string;
  /** The repaired value; left out where a person has to find it. */
  readonly proposed?: string;
}

/** What became of one row of a list. Row 0 is the sheet as a whole. */
export interface CheckedRow {
  readonly sheet: string;
  readonly row: number;
  readonly verdict: Verdict | 'skip';
  /** The canonical fields as far as they could be read; none where the row is no person's. */
  readonly record: Readonly<Partial<Record<ListColumn, string>>>;
  readonly findings: readonly CheckedFinding[];
}

/** A row of a person, with what was found in it and beside the other rows. */
export function checkedRow(
  sheet: string,
  person: { readonly row: number; readonly taken: TakenRow; readonly cells: TableRow },
  of: { head: SheetHead | undefined; beside: readonly RowFinding[] | SkipCode },
): CheckedRow {
  const { row, taken } = person;
  const record = recordOf(taken.values);
  if (typeof of.beside === 'string') {
    return { sheet, row, verdict: 'skip', record, findings: [skipped(of.beside)] };
  }
  const all = [...taken.findings, ...of.beside];
  const findings = all.map((finding) => toldOf(finding, { head: of.head, record }));
  let verdict = gravest(all);
  if (person.cells.is === 'person' && person.cells.hidden) {
    findings.push({ column: '', field: '', ...words('HIDDEN_ROW') });
    if (verdict !== 'refuse') verdict = 'warn';
  }
  return { sheet, row, verdict, record, findings };
}

/** A row that is no person's, or a record that could not be split. */
export function checkedFinding(
  sheet: string,
  row: Exclude<TableRow, { is: 'person' }>,
  head: SheetHead | undefined,
): CheckedRow {
  if (row.is === 'none') {
    return { sheet, row: row.row, verdict: 'skip', record: {}, findings: [skipped(row.code)] };
  }
  const column = head?.columns[0]?.letter ?? '';
  const finding = { column, field: '', ...words(row.fault) };
  return { sheet, row: row.row, verdict: 'refuse', record: {}, findings: [finding] };
}

/** That the whole of a sheet is passed over. */
export function sheetSkipped(sheet: string, code: SkipCode): CheckedRow {
  return { sheet, row: 0, verdict: 'skip', record: {}, findings: [skipped(code)] };
}

/** What is found of a sheet as a whole, with the figures that show it. */
export function sheetFinding(sheet: string, code: RuleCode, figures: Bilingual): CheckedRow {
  const { severity, wrong, next } = FINDINGS[code];
  const told = (language: keyof Bilingual): string =>
    `${wrong[language]}: ${figures[language]}. ${next[language]}.`;
  const finding = { column: '', field: '', code, severity, vi: told('vi'), en: told('en') };
  return { sheet, row: 0, verdict: 'warn', record: {}, findings: [finding] };
}

function recordOf(values: readonly string[]): Record<ListColumn, string> {
  return Object.fromEntries(LIST_COLUMNS.map((column, i) => [column, values[i] ?? ''])) as Record<
    ListColumn,
    string
  >;
}

function toldOf(
  { column: field, code }: RowFinding,
  { head, record }: { head: SheetHead | undefined; record: Record<ListColumn, string> },
): CheckedFinding {
  const told = { column: letterOf(head, field), field, ...words(code) };
  return told.severity === 'repaired' ? { ...told, proposed: record[field] } : told;
}

/** Where a field stands; the birth dates of men and women have columns of their own. */
function letterOf(head: SheetHead | undefined, field: ListColumn): string {
  const column = head?.columns.find(
    (one) => one.field === field || one.field?.startsWith(`${field}_`) === true,
  );
  return column?.letter ?? '';
}

function words(code: RuleCode): Pick<CheckedFinding, 'code' | 'severity' | 'vi' | 'en'> {
  const { severity, wrong, next } = FINDINGS[code];
  return { code, severity, vi: `${wrong.vi}. ${next.vi}.`, en: `${wrong.en}. ${next.en}.` };
}

function skipped(code: SkipCode): CheckedFinding {
  const told: Bilingual = SKIPS[code];
  return { column: '', field: '', code, severity: 'skip', vi: told.vi, en: told.en };
}
