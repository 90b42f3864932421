import { createHash } from 'node:crypto';
import { recordEvent } from '../audit/audit.sql.ts';
import { fileWithBytes, recordFile } from '../audit/file.sql.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import type { MonthReport } from './month-report.ts';
import { filedForms } from './report.sql.ts';
import type { ReportWriter } from './report-writer.port.ts';

export interface FiledForms {
  /** Where each form of the report lies. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
  /** Whether nothing was filed: the same figures lie there already, as they were drawn first. */
  readonly unchanged: boolean;
}

/**
 * Writes a report in each form and files what is new. Where the same figures are on file in every form, those files
 * stand and nothing is written: two papers of the same figures that differ in the hour would be two to compare.
 */
export async function fileForms(
  context: Context,
  writers: readonly ReportWriter[],
  { report, stem }: { report: MonthReport; stem: string },
): Promise<FiledForms> {
  const { db, archive } = context;
  const figures = figuresHash(report);
  const names = writers.map(({ extension }) => `${stem}.${extension}`);
  const filed = await filedForms(db, { names, figures });
  if (filed.length === names.length) {
    const hashes = new Map(filed.map(({ name, sha256 }) => [name, sha256]));
    const files = names.map((name) => ({ name, path: archive.path(hashes.get(name) ?? '') }));
    return { files, unchanged: true };
  }
  const files: { name: string; path: string }[] = [];
  let unchanged = true;
  for (const writer of writers) {
    const name = `${stem}.${writer.extension}`;
    const file = await archive.put([await writer.write(report)]);
    const isNew = await fileReport(context, { name, ...file, figures });
    unchanged &&= !isNew;
    files.push({ name, path: file.path });
  }
  return { files, unchanged };
}

/** Files one form of a report under its hash, with its event. The same bytes are filed once: says whether they were new. */
export async function fileReport(
  { db, clock, actor }: Context,
  { figures, ...file }: { name: string; sha256: string; byteSize: number; figures?: string },
): Promise<boolean> {
  const { name, sha256 } = file;
  const known = { direction: 'out' as const, counterpart: 'report', sha256 };
  if ((await fileWithBytes(db, known)) !== undefined) return false;
  const at = clock();
  await write(db, async (tx) => {
    const fileId = await recordFile(tx, {
      ...file,
      direction: 'out',
      counterpart: 'report',
      kind: 'report',
      at,
    });
    await recordEvent(tx, {
      at,
      actor,
      action: 'report-filed',
      subject: `file/${fileId}`,
      facts: { name, sha256, ...(figures === undefined ? {} : { figures }) },
    });
  });
  return true;
}

/** SHA-256 of what a report says, without when it was drawn and where the log stood then. */
function figuresHash({ letterhead, facts, ...said }: MonthReport): string {
  const { authority, agency, place, number } = letterhead;
  const lasting = facts.filter(({ ofDrawing }) => ofDrawing !== true);
  const text = JSON.stringify(
    [said, authority, agency, place, number, lasting],
    (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );
  return createHash('sha256').update(text).digest('hex');
}
