import { sealRows } from '../src/audit/seal-rows.flow.ts';
import { Refusal } from '../src/kernel/refusal.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** Seals the day and publishes the signed head of the log. */
export async function auditHeads({ sealing }: Office, { context }: Hold): Promise<object> {
  if (sealing === null) throw new Refusal('configuration-wrong', { needed: 'AUDIT_KEY_FILE' });
  await sealRows(context, sealing);
  return { sealed: true };
}
