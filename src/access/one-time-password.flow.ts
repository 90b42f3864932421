import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { hashPassword } from '../platform/password.ts';
import { spokenCode } from '../platform/spoken-code.ts';
import { putCodeSecret, putPassword } from './credential.sql.ts';
import { isPersonActive } from './person.sql.ts';
import { ONE_TIME_HOURS } from './session.ts';
import { endSessions } from './session.sql.ts';

/**
 * Gives a person a password that is good once, and returns it: 78 random bits, to be handed over and
 * never kept. Their second factor is taken away, because whoever lost one has often lost both, and
 * their sessions end. Throws Refusal person-unknown.
 */
export async function giveOneTimePassword(
  { db, clock, actor }: Context,
  personId: string,
): Promise<{ password: string; until: Date }> {
  const password = spokenCode();
  const passwordHash = await hashPassword(password);
  const at = clock();
  const until = new Date(at.getTime() + ONE_TIME_HOURS * 3_600_000);
  await write(db, async (tx) => {
    if (!(await isPersonActive(tx, personId))) throw new Refusal('person-unknown');
    await putPassword(tx, { personId, passwordHash, at, oneTimeUntil: until });
    await putCodeSecret(tx, { personId, codeSecret: null, at });
    const ending = { personId, only: null, except: null, at };
    await endSessions(tx, { ...ending, reason: 'password-changed' });
    const subject = `person/${personId}`;
    await recordEvent(tx, { at, actor, action: 'one-time-password-given', subject, facts: {} });
  });
  return { password, until };
}
