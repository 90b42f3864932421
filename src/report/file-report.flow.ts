import { recordEvent } from '../audit/audit.sql.ts';
import { recordFile } from '../audit/file.sql.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';

/** Files one form of a report under its hash, with its event. */
export async function fileReport(
  { db, clock, actor }: Context,
  file: { name: string; sha256: string; byteSize: number },
): Promise<void> {
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
      facts: { name: file.name, sha256: file.sha256 },
    });
  });
}
