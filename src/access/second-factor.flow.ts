import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { stepOfCode } from '../platform/one-time-code.ts';
import { hashPassword } from '../platform/password.ts';
import type { Vault } from '../platform/sealed-secret.ts';
import {
  credentialOf,
  needsOwnPassword,
  putCodeSecret,
  putPassword,
  useCode,
} from './credential.sql.ts';
import { passwordFault } from './password-rules.ts';
import { CODES_OF_PERSON } from './session.ts';
import { endSessions, raiseSession } from './session.sql.ts';
import { newToken } from './sign-in.flow.ts';
import { countTry, forgiveTry } from './try-count.sql.ts';

/** The session in which a code is given, and the code. */
export interface GivenCode {
  readonly sessionId: string;
  readonly code: string;
}

/**
 * Takes a code from context.actor, who is signed in, and returns a new token for the session: for
 * five minutes they may sign. Throws Refusal code-refused or too-many-tries.
 */
export async function stepUp(
  context: Context,
  vault: Vault,
  given: GivenCode,
): Promise<{ token: string; at: Date }> {
  const { codeSecret = null } = (await credentialOf(context.db, context.actor)) ?? {};
  if (codeSecret === null) throw new Refusal('second-factor-needed');
  return raise(context, given, {
    secret: vault.open(codeSecret, context.actor),
    purpose: 'step-up',
  });
}

/** A code of a secret that is new, and the password of one's own where one was given. */
export interface Enrolment extends GivenCode {
  readonly secret: Buffer;
  readonly newPassword: string | null;
}

/**
 * Enrols the second factor of context.actor with a first code of it, and returns a new token for the
 * session; every other session of theirs ends. Who came with a password that somebody else knows
 * chooses their own. Throws Refusal password-not-possible, code-refused or too-many-tries.
 */
export async function enrolSecondFactor(
  context: Context,
  vault: Vault,
  { secret, newPassword, ...given }: Enrolment,
): Promise<{ token: string; at: Date }> {
  const { actor: personId, db } = context;
  const needed = await needsOwnPassword(db, personId);
  if (needed && newPassword === null) {
    throw new Refusal('password-not-possible', { rule: 'is-missing' });
  }
  const passwordHash =
    newPassword === null || !needed ? null : await acceptedPassword(newPassword, personId);
  const sealed = { codeSecret: vault.seal(secret, personId), passwordHash };
  return raise(context, given, { secret, purpose: 'enrolment', sealed });
}

/** The hash of a password that may be used. Throws Refusal password-not-possible with the rule. */
export async function acceptedPassword(password: string, personId: string): Promise<string> {
  const rule = passwordFault(password, personId);
  if (rule !== null) throw new Refusal('password-not-possible', { rule });
  return hashPassword(password);
}

interface Raising {
  readonly secret: Buffer;
  readonly purpose: 'step-up' | 'enrolment';
  /** The sealed secret, where it is new. */
  readonly sealed?: { readonly codeSecret: Buffer; readonly passwordHash: string | null };
}

async function raise(
  context: Context,
  given: GivenCode,
  { secret, purpose, sealed }: Raising,
): Promise<{ token: string; at: Date }> {
  const { db, clock, actor: personId } = context;
  const at = clock();
  const tried = { limit: CODES_OF_PERSON, subject: personId, at };
  const step = stepOfCode(secret, given.code, at);
  const { token, tokenHash } = newToken();
  const raised = await write(db, async (tx) => {
    // Counted first, and the count is held: of many guesses at once no more than the limit are read.
    if ((await countTry(tx, tried)) > CODES_OF_PERSON.tries) {
      throw new Refusal('too-many-tries', { minutes: CODES_OF_PERSON.windowMinutes });
    }
    const right = step !== null && (await useCode(tx, { personId, step, at, purpose }));
    if (right) await forgiveTry(tx, tried);
    if (right && sealed !== undefined) {
      const { codeSecret, passwordHash } = sealed;
      await putCodeSecret(tx, { personId, codeSecret, at });
      if (passwordHash !== null) {
        await putPassword(tx, { personId, passwordHash, at, oneTimeUntil: null });
      }
      const except = given.sessionId;
      await endSessions(tx, { personId, only: null, except, reason: 'factor-changed', at });
    }
    const done = right && (await raiseSession(tx, { sessionId: given.sessionId, tokenHash, at }));
    const action = sealed === undefined ? 'stepped-up' : 'second-factor-enrolled';
    await recordEvent(tx, {
      at,
      actor: personId,
      action: done ? action : 'code-refused',
      subject: `person/${personId}`,
      facts: {},
    });
    return done;
  });
  if (!raised) throw new Refusal('code-refused');
  return { token, at };
}
