import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import type { ArchivedFile } from '../platform/archive.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import type { MonthReport } from './month-report.ts';
import type { ReportWriter } from './report-writer.port.ts';

/** Where one form of a report lies. */
export interface FiledReport {
  readonly name: string;
  readonly path: string;
}

/**
 * Writes a report in every form and files each under its hash. unchanged says whether all of them lay there
 * already, to the byte.
 */
export async function fileInEachForm(
  context: Context,
  {
    writers,
    report,
    name,
  }: { writers: readonly ReportWriter[]; report: MonthReport; name: string },
): Promise<{ files: readonly FiledReport[]; unchanged: boolean }> {
  const files: FiledReport[] = [];
  let unchanged = true;
  for (const writer of writers) {
    const form = `${name}.${writer.extension}`;
    const file = await context.archive.put([await writer.write(report)]);
    if (await fileReport(context, { name: form, ...file })) unchanged = false;
    files.push({ name: form, path: file.path });
  }
  return { files, unchanged };
}

/** Files one form of a report under its hash, with its event, unless the same bytes lie there: true if filed now. */
export async function fileReport(
  { db, clock, actor }: Context,
  file: { name: string } & ArchivedFile,
): Promise<boolean> {
  const known = { direction: 'out' as const, counterpart: 'report', sha256: file.sha256 };
  if ((await fileWithBytes(db, known)) !== undefined) return false;
  const at = clock();
  await write(db, async (tx) => {
    const fileId = await recordFile(tx, {
      name: file.name,
      byteSize: file.byteSize,
      ...known,
      kind: 'report',
      at,
    });
    await recordEvent(tx, {
      at,
      actor,
      action: 'report-filed',
      subject: `file/${fileId}`,
      facts: { name: file.name, sha256: file.sha256 },
    });
  });
  return true;
}
