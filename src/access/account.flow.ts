import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { isPassword } from '../platform/password.ts';
import { credentialOf, putPassword } from './credential.sql.ts';
import { acceptedPassword } from './second-factor.flow.ts';
import { CODES_OF_PERSON } from './session.ts';
import { endSessions } from './session.sql.ts';
import { countTry, forgiveTry } from './try-count.sql.ts';

/**
 * Changes the password of context.actor, who shows the one they have; their other sessions end. Throws
 * Refusal password-not-possible, sign-in-refused when the old one is wrong, or too-many-tries.
 */
export async function changePassword(
  { db, clock, actor: personId }: Context,
  { sessionId, current, next }: { sessionId: string; current: string; next: string },
): Promise<void> {
  const at = clock();
  const tried = { limit: CODES_OF_PERSON, subject: personId, at };
  const counted = await write(db, (tx) => countTry(tx, tried));
  if (counted > CODES_OF_PERSON.tries) {
    throw new Refusal('too-many-tries', { minutes: CODES_OF_PERSON.windowMinutes });
  }
  const credential = await credentialOf(db, personId);
  const right = credential !== undefined && (await isPassword(current, credential.passwordHash));
  if (!right) throw new Refusal('sign-in-refused');
  await write(db, (tx) => forgiveTry(tx, tried));
  const passwordHash = await acceptedPassword(next, personId);
  await write(db, async (tx) => {
    await putPassword(tx, { personId, passwordHash, at, oneTimeUntil: null });
    const ending = { personId, only: null, except: sessionId, at };
    await endSessions(tx, { ...ending, reason: 'password-changed' });
    const subject = `person/${personId}`;
    await recordEvent(tx, { at, actor: personId, action: 'password-changed', subject, facts: {} });
  });
}

/** Ends one session of context.actor, or all but one. Those of others it does not touch. */
export async function endOwnSessions(
  { db, clock, actor: personId }: Context,
  which: { only: string; except: null } | { only: null; except: string },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    const ended = await endSessions(tx, { personId, ...which, reason: 'ended-by-person', at });
    const subject = `person/${personId}`;
    const facts = { ended };
    await recordEvent(tx, { at, actor: personId, action: 'sessions-ended', subject, facts });
  });
}
