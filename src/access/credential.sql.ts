import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';

/** What is kept of how a person shows who they are. */
export interface Credential {
  readonly personId: string;
  readonly passwordHash: string;
  readonly oneTimeUntil: Date | null;
  /** Sealed; null until a second factor is enrolled. */
  readonly codeSecret: Buffer | null;
}

/** The credential of a person who may act at all. */
export function credentialOf(db: Db | Tx, personId: string): Promise<Credential | undefined> {
  return maybeOne(
    db,
    `select c.person_id as "personId", c.password_hash as "passwordHash",
            c.one_time_until as "oneTimeUntil", c.code_secret as "codeSecret"
       from credential c join person p using (person_id)
      where c.person_id = :personId and p.active`,
    { personId },
  );
}

/** Sets a password, and until when it may be used if somebody else knows it. */
export async function putPassword(
  tx: Tx,
  set: { personId: string; passwordHash: string; at: Date; oneTimeUntil: Date | null },
): Promise<void> {
  await many(
    tx,
    `insert into credential (person_id, password_hash, password_set_at, one_time_until)
     values (:personId, :passwordHash, :at, :oneTimeUntil)
     on conflict (person_id) do update
        set password_hash = excluded.password_hash, password_set_at = excluded.password_set_at,
            one_time_until = excluded.one_time_until`,
    {
      ...set,
      at: set.at.toISOString(),
      oneTimeUntil: set.oneTimeUntil?.toISOString() ?? null,
    },
  );
}

/** Sets the sealed secret of the second factor, or takes it away. */
export async function putCodeSecret(
  tx: Tx,
  set: { personId: string; codeSecret: Buffer | null; at: Date },
): Promise<void> {
  await many(
    tx,
    `update credential
        set code_secret = :codeSecret::bytea,
            code_since = case when :codeSecret::bytea is null then null else :at::timestamptz end
      where person_id = :personId`,
    { ...set, at: set.at.toISOString() },
  );
}

export type CodePurpose = 'enrolment' | 'sign-in' | 'step-up';

/**
 * Records that a person gave the code of a step. Returns false when it, or one after it, was given
 * before: a code that was looked at over a shoulder is worth nothing.
 */
export async function useCode(
  tx: Tx,
  use: { personId: string; step: number; at: Date; purpose: CodePurpose },
): Promise<boolean> {
  const used = await maybeOne(
    tx,
    `insert into code_use (person_id, step, used_at, purpose)
     select :personId, :step::bigint, :at, :purpose
      where not exists (select from code_use where person_id = :personId and step >= :step::bigint)
     on conflict do nothing
     returning step`,
    { ...use, at: use.at.toISOString() },
  );
  return used !== undefined;
}

/** Whether a person still has to choose a password of their own. */
export async function needsOwnPassword(db: Db | Tx, personId: string): Promise<boolean> {
  return ((await credentialOf(db, personId))?.oneTimeUntil ?? null) !== null;
}
