import { recordEvent } from '../audit/audit.sql.ts';
import type { Clock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Db } from '../platform/db.ts';
import { endSessions, touchSession, visitorOf, type Visitor } from './session.sql.ts';
import { hashOfToken } from './sign-in.flow.ts';

/** How often it is noted that a session is in use: a page would else cost a write. */
const NOTED_EVERY_MS = 60_000;

/** Who is behind the token of a request, and notes that they were seen; undefined for nobody. */
export async function recognise(
  { db, clock }: { db: Db; clock: Clock },
  token: string,
): Promise<Visitor | undefined> {
  const at = clock();
  const visitor = await visitorOf(db, { tokenHash: hashOfToken(token), at });
  if (visitor !== undefined && at.getTime() - visitor.seenAt.getTime() >= NOTED_EVERY_MS) {
    await write(db, (tx) => touchSession(tx, { sessionId: visitor.sessionId, at }));
  }
  return visitor;
}

/** Ends the session in which context.actor asks to be signed out. */
export async function signOut({ db, clock, actor }: Context, sessionId: string): Promise<void> {
  const at = clock();
  const ending = { personId: actor, only: sessionId, except: null, at };
  await write(db, async (tx) => {
    await endSessions(tx, { ...ending, reason: 'signed-out' });
    await recordEvent(tx, {
      at,
      actor,
      action: 'signed-out',
      subject: `person/${actor}`,
      facts: {},
    });
  });
}
