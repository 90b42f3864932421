import { copyLine } from '../platform/copy.ts';
import { LIST_COLUMNS, type ListColumn, type PlainBytes } from './recipient-list.ts';
import type { MendContext } from './mend-row.ts';
import { judgeRow, type CanonicalRow, type JudgeContext, type RowFinding } from './row-rules.ts';
import type { SheetRecord, SourceRecord } from './source-record.ts';
import { gravest, takeRow, takeValues, type TakenRow } from './take-row.ts';

/**
 * Judges the records of a list one by one and writes each as a row of INTAKE_ROW for copyIn(). The
 * text of a row goes along only where the row is not simply accepted: for the others the file and
 * the row number lead to it.
 */
export async function* stagedRows(
  records: AsyncIterable<readonly SourceRecord[]>,
  rules: JudgeContext | MendContext,
): AsyncGenerator<Buffer> {
  for await (const chunk of records) {
    const rows: Rows = { bytes: Buffer.allocUnsafe(chunk.length * ROW_BYTES), length: 0 };
    for (const record of chunk) stage(rows, record, rules);
    yield rows.bytes.subarray(0, rows.length);
  }
}

/** A row of most lists is shorter; where it is not, room is made. */
const ROW_BYTES = 320;

/** Rows in COPY text, as bytes. */
interface Rows {
  bytes: Buffer;
  length: number;
}

function stage(rows: Rows, record: SourceRecord, rules: JudgeContext | MendContext): void {
  if ('cells' in record) {
    stageSheetRow(rows, record, rules);
    return;
  }
  const { rowNo, raw, fault, plain } = record;
  if (fault !== null) {
    addText(rows, refused(rowNo, `enrolment_ref:${fault}`, raw));
    return;
  }
  const { verdict, findings, row } = canRepair(rules)
    ? takeValues(record.values, rules)
    : judgeRow(record.values, rules);
  if (row === null) {
    addText(rows, refused(rowNo, told(findings), raw));
    return;
  }
  const isPlain = verdict === 'accept' && plain !== null && row.unemployment === null;
  if (isPlain && addPlain(rows, plain, plainHead(rowNo, row))) return;
  const kept = verdict === 'accept' ? null : raw;
  addText(rows, copyLine([rowNo, verdict, told(findings), kept, ...values(row)]));
}

function canRepair(rules: JudgeContext | MendContext): rules is MendContext {
  return 'bankNames' in rules;
}

/** A row of a sheet is always kept as it stands there: its place in the file is no line of text. */
function stageSheetRow(
  rows: Rows,
  { rowNo, raw, cells, style, programme, hidden, encodings }: SheetRecord,
  rules: JudgeContext | MendContext,
): void {
  if (!canRepair(rules)) throw new Error('a sheet cannot be read without the names of its places');
  const taken = takeRow(cells, { ...rules, style, programme, encodings });
  const { findings, row } = hidden ? noteHidden(taken) : taken;
  if (row === null) {
    addText(rows, refused(rowNo, told(findings), raw));
    return;
  }
  const verdict = gravest(findings);
  const kept = verdict === 'accept' ? null : raw;
  addText(rows, copyLine([rowNo, verdict, told(findings), kept, ...values(row)]));
}

function noteHidden(taken: TakenRow): TakenRow {
  const findings: RowFinding[] = [
    ...taken.findings,
    { column: 'enrolment_ref', code: 'HIDDEN_ROW' },
  ];
  return { ...taken, findings };
}

function addText(rows: Rows, text: string): void {
  makeRoom(rows, 3 * text.length);
  rows.length += rows.bytes.write(text, rows.length);
}

function makeRoom(rows: Rows, size: number): void {
  if (rows.bytes.length - rows.length >= size) return;
  const grown = Buffer.allocUnsafe(2 * rows.bytes.length + size);
  rows.bytes.copy(grown, 0, 0, rows.length);
  rows.bytes = grown;
}

const COMMA = 0x2c;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** What is staged as it stands in the list: the last columns of INTAKE_ROW, and in their order. */
const AS_LISTED: readonly ListColumn[] = [
  'enrolment_ref',
  'programme',
  'full_name',
  'sex',
  'citizen_id',
  'commune_code',
  'hamlet',
  'ground_code',
  'decision_no',
  'decision_date',
  'entitled_from',
  'total_vnd',
  'channel',
  'bank_bin',
  'account_number',
  'account_holder',
  'guardian_name',
  'guardian_citizen_id',
  'guardian_relation',
  'phone',
];
const IS_STAGED = LIST_COLUMNS.map((column) => AS_LISTED.includes(column));

/**
 * Adds the values of an accepted row behind its head as they stand in the file, byte by byte: that
 * costs a tenth of joining texts and having them turned into UTF-8 again, and nearly all rows are
 * such. False, and nothing is added, when there is a character that COPY has another way of writing.
 */
function addPlain(rows: Rows, { bytes: from, start, end }: PlainBytes, head: string): boolean {
  makeRoom(rows, head.length + end - start + 1);
  const { bytes } = rows;
  let at = rows.length + bytes.write(head, rows.length, 'latin1');
  let column = 0;
  let isStaged = true;
  for (let i = start; i < end; i += 1) {
    const byte = from[i] ?? 0;
    if (byte === COMMA) {
      column += 1;
      isStaged = IS_STAGED[column] ?? false;
      if (isStaged) bytes[at++] = TAB;
    } else if (isStaged) {
      if (byte < SPACE || byte === BACKSLASH) return false;
      bytes[at++] = byte;
    }
  }
  bytes[at] = LINE_FEED;
  rows.length = at + 1;
  return true;
}

/** What an accepted row is found to be. Numbers and days need no escape. */
function plainHead(rowNo: number, { birthYear, birthDate, dependants }: CanonicalRow): string {
  const found = `${String(rowNo)}\taccept\t\t\\N\t${String(birthYear)}`;
  return `${found}\t${birthDate ?? '\\N'}\t${String(dependants)}\t\\N\t`;
}

const NO_VALUES = '\t\\N'.repeat(24);

function refused(rowNo: number, findings: string, raw: string): string {
  return `${copyLine([rowNo, 'refuse', findings, raw]).slice(0, -1)}${NO_VALUES}\n`;
}

function told(findings: readonly RowFinding[]): string {
  return findings.map(({ column, code }) => `${column}:${code}`).join(',');
}

function values(row: CanonicalRow): (string | number | null)[] {
  return [
    row.birthYear,
    row.birthDate,
    row.dependants,
    row.unemployment === null ? null : JSON.stringify(row.unemployment),
    row.enrolmentRef,
    row.programme,
    row.fullName,
    row.sex,
    row.citizenId,
    row.communeCode,
    row.hamlet,
    row.groundCode,
    row.decisionNo,
    row.decisionDate,
    row.entitledFrom,
    row.totalVnd,
    row.channel,
    row.bankBin,
    row.accountNumber,
    row.accountHolder,
    row.guardianName,
    row.guardianCitizenId,
    row.guardianRelation,
    row.phone,
  ];
}
