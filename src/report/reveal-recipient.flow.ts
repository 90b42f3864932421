import { recordEvent } from '../audit/audit.sql.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';

/**
 * Puts on record that context.actor looks at the whole numbers of a recipient. To be called before
 * they are shown: who cannot be recorded does not see them.
 */
export async function revealRecipient(
  { db, clock, actor }: Context,
  recipientId: bigint,
): Promise<void> {
  await write(db, (tx) =>
    recordEvent(tx, {
      at: clock(),
      actor,
      action: 'number-revealed',
      subject: `recipient/${recipientId}`,
      facts: {},
    }),
  );
}
