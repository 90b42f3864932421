import { recordEvent } from '../audit/audit.sql.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';

/**
 * Puts on record that context.actor looks at what stands in a file. To be called before it is shown: who
 * cannot be recorded does not see it.
 */
export async function revealFile(
  { db, clock, actor }: Context,
  { fileId, sha256 }: { fileId: bigint; sha256: string },
): Promise<void> {
  await write(db, (tx) =>
    recordEvent(tx, {
      at: clock(),
      actor,
      action: 'file-looked-at',
      subject: `file/${fileId}`,
      facts: { sha256 },
    }),
  );
}
