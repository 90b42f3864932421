import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';
import type { Grant } from './permission.ts';
import { IDLE_MINUTES, LONGEST_HOURS } from './session.ts';

/** Somebody who is signed in, as the database has them at this moment. */
export interface Visitor {
  readonly sessionId: string;
  readonly personId: string;
  readonly fullName: string;
  readonly factors: 1 | 2;
  readonly openedAt: Date;
  readonly seenAt: Date;
  /** When they last gave a code, in this session. */
  readonly stepUpAt: Date | null;
  readonly grants: readonly Grant[];
}

type StoredGrant = Omit<Grant, 'limitVnd'> & { readonly limitVnd: string | null };

const LIVE = `s.ended_at is null
        and s.seen_at > :at::timestamptz - interval '${IDLE_MINUTES} minutes'
        and s.opened_at > :at::timestamptz - interval '${LONGEST_HOURS} hours'`;

/**
 * Who is behind a token, with the roles that they have now: what was revoked a moment ago is not
 * among them. Undefined when the session is over or its person may not act any more.
 */
export async function visitorOf(
  db: Db | Tx,
  { tokenHash, at }: { tokenHash: Buffer; at: Date },
): Promise<Visitor | undefined> {
  const found = await maybeOne<Omit<Visitor, 'grants'> & { grants: StoredGrant[] }>(
    db,
    `select s.session_id as "sessionId", s.person_id as "personId", p.full_name as "fullName",
            s.factors, s.opened_at as "openedAt", s.seen_at as "seenAt",
            s.step_up_at as "stepUpAt",
            (select coalesce(json_agg(json_build_object(
                      'role', r.role, 'unitCode', r.unit_code, 'limitVnd', r.limit_vnd::text)
                      order by r.role, r.unit_code), '[]')
               from person_role r
              where r.person_id = s.person_id and r.revoked_at is null) as grants
       from session s join person p using (person_id)
      where s.token_hash = :tokenHash and p.active and ${LIVE}`,
    { tokenHash, at: at.toISOString() },
  );
  if (found === undefined) return undefined;
  const grants = found.grants.map(({ limitVnd, ...grant }) => ({
    ...grant,
    // JSON has no integer of that size, so it came as text.
    limitVnd: limitVnd === null ? null : BigInt(limitVnd),
  }));
  return { ...found, grants };
}

/** Opens a session. Only the hash of its token is kept. */
export async function openSession(
  tx: Tx,
  session: {
    tokenHash: Buffer;
    personId: string;
    factors: 1 | 2;
    device: string;
    at: Date;
    /** Whether a code of ours was given, which stands for a signature for five minutes. */
    givenCode: boolean;
  },
): Promise<void> {
  await many(
    tx,
    `insert into session (token_hash, person_id, factors, device, opened_at, seen_at, step_up_at)
     values (:tokenHash, :personId, :factors, :device, :at::timestamptz, :at::timestamptz,
             case when :givenCode then :at::timestamptz end)`,
    { ...session, at: session.at.toISOString() },
  );
}

/** Notes that a session is in use. */
export async function touchSession(
  tx: Tx,
  { sessionId, at }: { sessionId: string; at: Date },
): Promise<void> {
  await many(
    tx,
    `update session set seen_at = :at
      where session_id = :sessionId and ended_at is null and seen_at < :at::timestamptz`,
    { sessionId, at: at.toISOString() },
  );
}

/**
 * Raises a session to two factors given at an instant, under a new token: whoever had the old one has
 * nothing. False when it ended meanwhile.
 */
export async function raiseSession(
  tx: Tx,
  raised: { sessionId: string; tokenHash: Buffer; at: Date },
): Promise<boolean> {
  const row = await maybeOne(
    tx,
    `update session set token_hash = :tokenHash, factors = 2, step_up_at = :at::timestamptz,
                        seen_at = :at::timestamptz
      where session_id = :sessionId and ended_at is null
     returning session_id`,
    { ...raised, at: raised.at.toISOString() },
  );
  return row !== undefined;
}

export type EndReason =
  'signed-out' | 'ended-by-person' | 'password-changed' | 'factor-changed' | 'rights-changed';

/**
 * Ends sessions of a person: one of them, all but one, or all. Returns how many ended.
 */
export async function endSessions(
  tx: Tx,
  ending: {
    personId: string;
    only: string | null;
    except: string | null;
    reason: EndReason;
    at: Date;
  },
): Promise<number> {
  const ended = await many(
    tx,
    `update session set ended_at = :at, end_reason = :reason
      where person_id = :personId and ended_at is null
        and (:only::uuid is null or session_id = :only::uuid)
        and (:except::uuid is null or session_id <> :except::uuid)
     returning session_id`,
    { ...ending, at: ending.at.toISOString() },
  );
  return ended.length;
}

export interface OwnSession {
  readonly sessionId: string;
  readonly device: string;
  readonly openedAt: Date;
  readonly seenAt: Date;
}

/** Where a person is signed in now, the newest first. */
export function sessionsOf(
  db: Db | Tx,
  { personId, at }: { personId: string; at: Date },
): Promise<OwnSession[]> {
  return many(
    db,
    `select s.session_id as "sessionId", s.device, s.opened_at as "openedAt",
            s.seen_at as "seenAt"
       from session s
      where s.person_id = :personId and ${LIVE}
      order by s.opened_at desc, s.session_id limit 100`,
    { personId, at: at.toISOString() },
  );
}
