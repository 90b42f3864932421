import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import type { Transports } from '../../src/release/release-batches.flow.ts';
import { watchAcknowledgements } from '../../src/settlement/ask-bank.flow.ts';
import { sentOver } from './bank-files.ts';
import type { TestDatabase } from './database.ts';
import { putInUse, sandboxProfile } from './profiles.ts';
import { withoutRules } from './refused.ts';
import { TOWN_SCOPE, walkTown } from './town.ts';

/** When the file of the town was sent. */
export const SENT_AT = Date.parse('2026-11-02T01:00:00Z');

/** A town whose bank has said nothing of its file for longer than its profile allows. */
export async function walkToSilence(
  test: TestDatabase,
  bank: Transports,
): Promise<{ fileId: bigint; sha256: string }> {
  await setUpSandbox(test.context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
  const acknowledgements = [
    { level: 'taken', withinMinutes: 30 },
    { level: 'checked', withinMinutes: 60 },
    { level: 'accepted', withinMinutes: 120 },
    { level: 'settled', withinMinutes: 1440 },
  ] as const;
  const profile = sandboxProfile('BANK');
  const readers = [...new Set([...profile.inbound.readers, 'camt.029' as const])];
  const inbound = { ...profile.inbound, readers };
  await putInUse(test, { ...profile, version: 2, acknowledgements, inbound });
  await walkTown(test, { until: 'released', recipients: 20 });
  await test.owner.transaction((tx) =>
    withoutRules(tx, `update file_dispatch set sent_at = '${new Date(SENT_AT).toISOString()}'`),
  );
  const [{ messageId } = { messageId: '' }] = await sentOver(test.db, 'BANK');
  const at = new Date(SENT_AT + 31 * 60_000).toISOString();
  await watchAcknowledgements(test.context({ actor: 'job', at }), bank);
  const [file] = await many<{ fileId: bigint; sha256: string }>(
    test.db,
    `select file_id as "fileId", encode(sha256, 'hex') as sha256
       from file join payment_file using (file_id) where message_id = :messageId`,
    { messageId },
  );
  if (file === undefined) throw new Error('the file was sent');
  return file;
}
