import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import { cashReportReader } from './cash-report.ts';
import {
  addCashReport,
  cashReportOfFile,
  countCash,
  INCOMING_CASH,
  keepCashDifferences,
  prepareCash,
  type CheckedCash,
} from './cash-report.sql.ts';
import type { ListFiles } from './list-file.port.ts';
import { expectPersonOf } from './register-officer.flow.ts';
import { ROWS_OF_A_SHEET } from './source-record.ts';

export interface CashReportToCheck {
  readonly content: AsyncIterable<Buffer>;
  readonly name: string;
  readonly period: Period;
  /** The post office that made it. */
  readonly source: string;
  readonly provinceCode: string;
}

/** The roles that may take a report. */
const TAKERS = ['maker', 'account_officer', 'checker'] as const;

/**
 * Takes what a post office reports of a month, by the number of the file, and holds it against the
 * lists: who was paid another amount, who is left out, who is on no list. It keeps the bytes and every
 * difference, and settles nothing: what a payment of ours became is told by the answers to its own
 * reference. The same bytes again are the same report. Throws Refusal person-not-entitled,
 * cash-report-without-headings, cash-report-without-list (nobody of the month is paid in cash) or
 * cash-report-of-another-month.
 */
export async function checkCashReport(
  context: Context,
  files: ListFiles,
  report: CashReportToCheck,
): Promise<CheckedCash & { unchanged: boolean }> {
  const { period, source, provinceCode } = report;
  await expectPersonOf(context, provinceCode, TAKERS);
  const file = await context.archive.put(report.content);
  const counterpart = `cash-report/${source}`;
  const same = await fileWithBytes(context.db, { direction: 'in', counterpart, ...file });
  const known = same === undefined ? undefined : await cashReportOfFile(context.db, same);
  if (known !== undefined) {
    if (known.period !== period) {
      throw new Refusal('cash-report-of-another-month', { known: known.period });
    }
    return { ...known, unchanged: true };
  }
  return write(context.db, async (tx) => {
    await prepareCash(tx);
    await copyIn(tx, INCOMING_CASH, rowsOf(files, file.path));
    const counts = await countCash(tx, report);
    if (counts.listed === 0n) throw new Refusal('cash-report-without-list', { period });
    const at = context.clock();
    const fileId = await recordFile(tx, {
      direction: 'in',
      counterpart,
      kind: 'outside-list',
      name: report.name,
      sha256: file.sha256,
      byteSize: file.byteSize,
      at,
    });
    const importedBy = context.actor;
    const recorded = { fileId, period, provinceCode, source, ...counts, importedBy };
    await addCashReport(tx, { ...recorded, at });
    const { differences } = await keepCashDifferences(tx, { fileId, period, provinceCode });
    await recordEvent(tx, {
      at,
      actor: context.actor,
      action: 'cash-report-checked',
      subject: `cash-report/${fileId}`,
      facts: {
        period,
        sha256: file.sha256,
        listed: String(counts.listed),
        rows: String(counts.rows),
        differences: String(differences),
      },
    });
    return { ...recorded, differences, unchanged: false };
  });
}

async function* rowsOf(files: ListFiles, path: string): AsyncGenerator<string> {
  const open = await files.open(path);
  let hasTable = false;
  try {
    for (let sheet = 0; sheet < open.sheets.length; sheet += 1) {
      const reader = cashReportReader();
      for await (const chunk of open.rows(sheet)) {
        const lines = chunk.flatMap((row) => {
          const told = reader.take(row);
          if (told === undefined) return [];
          const { enrolmentRef, citizenNumber, owedVnd, reportedVnd, isReadable } = told;
          const no = sheet * ROWS_OF_A_SHEET + told.row;
          return copyLine([no, enrolmentRef, citizenNumber, owedVnd, reportedVnd, `${isReadable}`]);
        });
        if (lines.length > 0) yield lines.join('');
      }
      hasTable ||= reader.hasTable();
    }
  } finally {
    await open.close();
  }
  if (!hasTable) throw new Refusal('cash-report-without-headings', {});
}
