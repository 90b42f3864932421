import { hashOfToken, newToken } from '../access/sign-in.flow.ts';
import type { Limit } from '../access/session.ts';
import { countTry, forgiveTry } from '../access/try-count.sql.ts';
import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import { businessDate, type Clock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Db } from '../platform/db.ts';
import { spokenCode } from '../platform/spoken-code.ts';
import {
  endOwnCode,
  endOwnSession,
  hasLooked,
  noteLook,
  numberEndsIn,
  openOwnSession,
  ownerOfCode,
  ownerOfSession,
  putOwnCode,
  recipientOfNumber,
  useOwnCode,
} from './own-page.sql.ts';

/** How long a slip may lie: until somebody of the family is at a computer. */
const CODE_HOURS = 72;

/** How long the page stays open: it is read on a borrowed telephone or at a counter. */
const PAGE_MINUTES = 20;

/** Wrong digits beside one code while it lives: a guess in 2,000 before the code is worth nothing. */
const TRIES_OF_CODE: Limit = { kind: 'own-code', tries: 5, windowMinutes: CODE_HOURS * 60 };

/** Codes that are none, from one address. A code has 78 bits; this keeps the noise down. */
const TRIES_OF_ADDRESS: Limit = { kind: 'own-address', tries: 30, windowMinutes: 15 };

/**
 * Gives a code that opens the page of a recipient once, to be handed over on paper and never kept. The
 * code that they had before ends.
 */
export async function giveOwnCode(
  { db, clock, actor }: Context,
  recipientId: bigint,
): Promise<{ code: string; until: Date }> {
  const at = clock();
  const code = spokenCode();
  const until = new Date(at.getTime() + CODE_HOURS * 3_600_000);
  await write(db, async (tx) => {
    await endOwnCode(tx, { recipientId, at });
    await putOwnCode(tx, { hash: hashOfCode(code), recipientId, by: actor, at, until });
    const subject = `recipient/${recipientId}`;
    await recordEvent(tx, { at, actor, action: 'own-code-given', subject, facts: {} });
  });
  return { code, until };
}

/**
 * Opens the page of a recipient to who shows a code and the last four digits of the citizen number, so
 * that a slip alone, found on the way, opens nothing. Returns the token of the page. Throws Refusal
 * own-code-refused, whatever was wrong, or too-many-tries.
 */
export async function openByCode(
  { db, clock }: Context,
  shown: { code: string; digits: string; address: string },
): Promise<{ token: string }> {
  const at = clock();
  const hash = hashOfCode(shown.code);
  const byAddress = { limit: TRIES_OF_ADDRESS, subject: shown.address, at };
  const byCode = { limit: TRIES_OF_CODE, subject: hash.toString('hex'), at };
  const owner = await ownerOfCode(db, { hash, at });
  const tries = await write(db, async (tx) => ({
    ofAddress: await countTry(tx, byAddress),
    // What is no code needs no count of its own.
    ofCode: owner === undefined ? 0 : await countTry(tx, byCode),
  }));
  if (tries.ofAddress > TRIES_OF_ADDRESS.tries) {
    throw new Refusal('too-many-tries', { minutes: TRIES_OF_ADDRESS.windowMinutes });
  }
  if (owner !== undefined && tries.ofCode > TRIES_OF_CODE.tries) {
    await write(db, (tx) => endOwnCode(tx, { recipientId: owner, at }));
    throw new Refusal('own-code-refused');
  }
  const isTheirs =
    owner !== undefined && (await numberEndsIn(db, { recipientId: owner, digits: shown.digits }));
  if (!isTheirs) throw new Refusal('own-code-refused');
  return write(db, async (tx) => {
    if (!(await useOwnCode(tx, { hash, at }))) throw new Refusal('own-code-refused');
    await forgiveTry(tx, byAddress);
    return open(tx, { recipientId: owner, by: 'code', at });
  });
}

/** The same to whom an identity provider states the citizen number of. Throws Refusal own-page-none. */
export async function openByNumber(
  { db, clock }: Context,
  citizenNumber: string,
): Promise<{ token: string }> {
  const at = clock();
  const recipientId = await recipientOfNumber(db, citizenNumber);
  if (recipientId === undefined) throw new Refusal('own-page-none');
  return write(db, (tx) => open(tx, { recipientId, by: 'identity-provider', at }));
}

/** Whose page is open behind a token; undefined for nobody's. */
export function ownerOf(
  { db, clock }: { db: Db; clock: Clock },
  token: string,
): Promise<bigint | undefined> {
  return ownerOfSession(db, { hash: hashOfToken(token), at: clock(), minutes: PAGE_MINUTES });
}

/** Closes the page behind a token. */
export async function closeOwnPage({ db, clock }: Context, token: string): Promise<void> {
  await write(db, (tx) => endOwnSession(tx, { hash: hashOfToken(token), at: clock() }));
}

/** Notes that context.actor opened the page of a recipient: before it is shown, and once a day. */
export async function recordLook(
  { db, clock, actor }: Context,
  recipientId: bigint,
): Promise<void> {
  const at = clock();
  const look = { recipientId, personId: actor, day: businessDate(at) };
  if (await hasLooked(db, look)) return;
  await write(db, (tx) => noteLook(tx, { ...look, at }));
}

async function open(
  tx: Parameters<typeof openOwnSession>[0],
  { recipientId, by, at }: { recipientId: bigint; by: 'code' | 'identity-provider'; at: Date },
): Promise<{ token: string }> {
  const { token, tokenHash } = newToken();
  await openOwnSession(tx, { hash: tokenHash, recipientId, by, at });
  const subject = `recipient/${recipientId}`;
  const event = { at, actor: 'recipient', action: 'own-page-opened', subject, facts: { by } };
  await recordEvent(tx, event);
  return { token };
}

/** However it was typed: in capitals, with blanks or dashes or without. */
function hashOfCode(code: string): Buffer {
  return hashOfToken(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
