import { createHash, randomBytes } from 'node:crypto';
import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { stepOfCode } from '../platform/one-time-code.ts';
import { isNobodysPassword, isPassword } from '../platform/password.ts';
import type { Vault } from '../platform/sealed-secret.ts';
import { credentialOf, useCode, type Credential } from './credential.sql.ts';
import { SIGN_INS_OF_ACCOUNT, SIGN_INS_OF_ADDRESS } from './session.ts';
import { openSession } from './session.sql.ts';
import { countTry, forgiveTry } from './try-count.sql.ts';

export interface SignIn {
  readonly personId: string;
  readonly password: string;
  /** Empty from who has no second factor yet. */
  readonly code: string;
  /** Where it came from; only its hash is kept, to count by. */
  readonly address: string;
  readonly device: string;
}

/** A token for a browser, and what the database keeps of it. */
export function newToken(): { token: string; tokenHash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashOfToken(token) };
}

/** What the database keeps of a token. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Signs a person in with password and code, and returns the token of their new session. Throws
 * Refusal sign-in-refused, whatever was wrong, so that it tells nobody which accounts there are;
 * and too-many-tries.
 */
export async function signIn(
  context: Context,
  vault: Vault,
  tried: SignIn,
): Promise<{ token: string; factors: 1 | 2 }> {
  const { db, clock } = context;
  const at = clock();
  const byAddress = { limit: SIGN_INS_OF_ADDRESS, subject: tried.address, at };
  const byAccount = { limit: SIGN_INS_OF_ACCOUNT, subject: tried.personId, at };
  const guessing = await write(db, async (tx) => {
    if ((await countTry(tx, byAddress)) > SIGN_INS_OF_ADDRESS.tries) {
      throw new Refusal('too-many-tries', { minutes: SIGN_INS_OF_ADDRESS.windowMinutes });
    }
    return (await countTry(tx, byAccount)) > SIGN_INS_OF_ACCOUNT.tries;
  });

  const credential = await credentialOf(db, tried.personId);
  const proof = await proven(vault, credential, { ...tried, at, guessing });
  const opened = proof === null ? null : await opens(context, tried, { ...proof, at });
  if (opened !== null) return opened;

  // Above the limit the count is the record: nobody fills the log by guessing.
  if (!guessing) {
    const subject = credential === undefined ? 'person/unknown' : `person/${tried.personId}`;
    await write(db, (tx) =>
      recordEvent(tx, { at, actor: 'web', action: 'sign-in-refused', subject, facts: {} }),
    );
  }
  throw new Refusal('sign-in-refused');
}

interface Proof {
  /** The step of the code; null where no second factor is enrolled. */
  readonly step: number | null;
}

/** What the person has shown; null if anything of it is wrong. */
async function proven(
  vault: Vault,
  credential: Credential | undefined,
  tried: SignIn & { at: Date; guessing: boolean },
): Promise<Proof | null> {
  const secret = credential?.codeSecret ?? null;
  const step =
    secret === null ? null : stepOfCode(vault.open(secret, tried.personId), tried.code, tried.at);
  // Somebody guesses: only beside a right code is a password looked at.
  if (tried.guessing && step === null) return null;
  const right = await hasPassword(credential, tried);
  return right && (secret === null || step !== null) ? { step } : null;
}

/** Whether the password is right and may still be used. It takes as long for an account that is not. */
async function hasPassword(
  credential: Credential | undefined,
  { password, at }: { password: string; at: Date },
): Promise<boolean> {
  if (credential === undefined) return isNobodysPassword(password);
  const { passwordHash, oneTimeUntil } = credential;
  const right = await isPassword(password, passwordHash);
  return right && (oneTimeUntil === null || at < oneTimeUntil);
}

/** Opens the session; null when the code was given before. */
function opens(
  { db }: Context,
  { personId, device, address }: SignIn,
  { step, at }: Proof & { at: Date },
): Promise<{ token: string; factors: 1 | 2 } | null> {
  return write(db, async (tx) => {
    if (step !== null && !(await useCode(tx, { personId, step, at, purpose: 'sign-in' }))) {
      return null;
    }
    await forgiveTry(tx, { limit: SIGN_INS_OF_ADDRESS, subject: address });
    await forgiveTry(tx, { limit: SIGN_INS_OF_ACCOUNT, subject: personId });
    const factors = step === null ? 1 : 2;
    const { token, tokenHash } = newToken();
    const givenCode = step !== null;
    await openSession(tx, { tokenHash, personId, factors, device, at, givenCode });
    await recordEvent(tx, {
      at,
      actor: personId,
      action: 'signed-in',
      subject: `person/${personId}`,
      facts: { factors },
    });
    return { token, factors };
  });
}
