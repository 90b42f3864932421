import { copyLine } from '../platform/copy.ts';
import type { ListRecord } from './recipient-list.ts';
import { judgeRow, type CanonicalRow, type JudgeContext, type RowFinding } from './row-rules.ts';

/**
 * Judges the records of a list one by one and writes each as a row of INTAKE_ROW for copyIn(). The
 * text of a row goes along only where the row is not simply accepted: for the others the file and
 * the row number lead to it.
 */
export async function* stagedRows(
  records: AsyncIterable<readonly ListRecord[]>,
  rules: JudgeContext,
): AsyncGenerator<string> {
  for await (const chunk of records) {
    let text = '';
    for (const record of chunk) text += stagedRow(record, rules);
    yield text;
  }
}

const NO_VALUES = '\t\\N'.repeat(24);

function stagedRow(record: ListRecord, rules: JudgeContext): string {
  const { rowNo, raw, fault } = record;
  if (fault !== null) return refused(rowNo, `enrolment_ref:${fault}`, raw);
  const { verdict, findings, row } = judgeRow(record.values, rules);
  if (row === null) return refused(rowNo, told(findings), raw);
  return copyLine([
    rowNo,
    verdict,
    told(findings),
    verdict === 'accept' ? null : raw,
    ...values(row),
  ]);
}

function refused(rowNo: number, findings: string, raw: string): string {
  return `${copyLine([rowNo, 'refuse', findings, raw]).slice(0, -1)}${NO_VALUES}\n`;
}

function told(findings: readonly RowFinding[]): string {
  return findings.map(({ column, code }) => `${column}:${code}`).join(',');
}

function values(row: CanonicalRow): (string | number | null)[] {
  return [
    row.enrolmentRef,
    row.programme,
    row.fullName,
    row.birthYear,
    row.birthDate,
    row.sex,
    row.citizenId,
    row.communeCode,
    row.hamlet,
    row.groundCode,
    row.dependants,
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
    row.unemployment === null ? null : JSON.stringify(row.unemployment),
  ];
}
