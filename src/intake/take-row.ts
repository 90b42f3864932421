import type { RuleCode } from './findings.ts';
import { FINDINGS } from './findings.ts';
import { mendRow, type MendContext, type RowCells } from './mend-row.ts';
import { LIST_COLUMNS, type ListColumn } from './recipient-list.ts';
import { judgeRow, type CanonicalRow, type RowFinding } from './row-rules.ts';

/** What becomes of a row: taken as it is, repaired, taken and flagged, or left out. */
export type Verdict = 'accept' | 'repair' | 'warn' | 'refuse';

export interface TakenRow {
  readonly verdict: Verdict;
  readonly findings: readonly RowFinding[];
  /** In the order of LIST_COLUMNS, as far as they could be repaired. */
  readonly values: readonly string[];
  /** Null when the row is refused. */
  readonly row: CanonicalRow | null;
}

/** Repairs a row and judges what came of it. */
export function takeRow(cells: RowCells, context: MendContext): TakenRow {
  const mended = mendRow(cells, context);
  const judged = judgeRow(mended.values, context);
  const findings = [...mended.findings];
  for (const finding of judged.findings) {
    const { column, code } = unrepaired(finding);
    if (!isToldAlready(findings, column, code)) findings.push({ column, code });
  }
  const verdict = gravest(findings);
  return {
    verdict,
    findings,
    values: withoutBadPhone(mended.values, findings),
    row: verdict === 'refuse' ? null : judged.row,
  };
}

/**
 * Takes a row of the canonical list: values in the order of LIST_COLUMNS. Nearly all are right, and
 * of these nothing is looked at twice.
 */
export function takeValues(values: readonly string[], context: MendContext): TakenRow {
  const { verdict, findings, row } = judgeRow(values, context);
  // In a column of an old encoding a text may read as it stands and say something else.
  if (verdict === 'accept' && context.encodings.size === 0)
    return { verdict, findings, values, row };
  const cells: RowCells = {};
  for (const [i, column] of LIST_COLUMNS.entries()) cells[column] = values[i] ?? '';
  return takeRow(cells, context);
}

export function gravest(findings: readonly RowFinding[]): Verdict {
  let verdict: Verdict = 'accept';
  for (const { code } of findings) {
    const { severity } = FINDINGS[code];
    if (severity === 'refuse') return 'refuse';
    if (severity === 'warn') verdict = 'warn';
    else if (verdict === 'accept') verdict = 'repair';
  }
  return verdict;
}

/** What is told of a value that a rule would have repaired, if it could have been. */
const UNREPAIRED: Readonly<Partial<Record<RuleCode, RuleCode>>> = {
  SEX_MISSING: 'SEX_UNKNOWN',
  SEX_SPELLING: 'SEX_UNKNOWN',
  DATE_FORMAT: 'DATE_UNREADABLE',
  MONTH_FORMAT: 'MONTH_UNREADABLE',
  CHANNEL_MISSING: 'CHANNEL_UNKNOWN',
  CITIZEN_ID_LEADING_ZERO_LOST: 'CITIZEN_ID_LENGTH',
  CITIZEN_ID_SEPARATORS: 'CITIZEN_ID_LENGTH',
  CITIZEN_ID_LETTER_O: 'CITIZEN_ID_LENGTH',
  ACCOUNT_SEPARATORS: 'ACCOUNT_LENGTH',
  ACCOUNT_LETTER_O: 'ACCOUNT_LENGTH',
  AMOUNT_TEXT: 'AMOUNT_INVALID',
  DECIMAL_COMMA: 'COEFFICIENT_MISMATCH',
  ACCOUNT_HOLDER_SPELLING: 'NAME_NOT_A_NAME',
  NAME_SPACES: 'NAME_NOT_A_NAME',
  NAME_NFD: 'NAME_NOT_A_NAME',
  NAME_ETH: 'NAME_NOT_A_NAME',
  NAME_CASE: 'NAME_NOT_A_NAME',
  ZERO_WIDTH_CHARACTER: 'CONTROL_CHARACTER',
  LINE_BREAK_IN_TEXT: 'CONTROL_CHARACTER',
  FULL_WIDTH_DIGITS: 'CONTROL_CHARACTER',
  TEXT_APOSTROPHE: 'CONTROL_CHARACTER',
};

function unrepaired({ column, code }: RowFinding): RowFinding {
  return { column: TOLD_AT[column] ?? column, code: UNREPAIRED[code] ?? code };
}

/** A code that a list does not show stands for the name beside it. */
const TOLD_AT: Readonly<Partial<Record<ListColumn, ListColumn>>> = {
  commune_code: 'commune_name',
  bank_bin: 'bank_name',
};

/** One reason to refuse a value is enough, and a finding is told once. */
function isToldAlready(
  findings: readonly RowFinding[],
  column: ListColumn,
  code: RuleCode,
): boolean {
  const isRefusal = FINDINGS[code].severity === 'refuse';
  return findings.some(
    (told) =>
      told.column === column &&
      (told.code === code || (isRefusal && FINDINGS[told.code].severity === 'refuse')),
  );
}

const PHONE = LIST_COLUMNS.indexOf('phone');

/** A telephone number that is none is left empty. */
function withoutBadPhone(
  values: readonly string[],
  findings: readonly RowFinding[],
): readonly string[] {
  return findings.some(({ code }) => code === 'PHONE_INVALID') ? values.with(PHONE, '') : values;
}
