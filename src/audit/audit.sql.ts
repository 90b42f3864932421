import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';

export interface Event {
  readonly at: Date;
  readonly actor: string;
  /** Past tense: list-imported, batch-approved. */
  readonly action: string;
  /** What it happened to, such as batch/12. */
  readonly subject: string;
  /** Counts, amounts and hashes; never a name, a citizen number or an account. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Records an event beside the change it tells of, in the same transaction. The database gives it
 * its number and chains it to the one before.
 */
export async function recordEvent(tx: Tx, event: Event): Promise<void> {
  await many(
    tx,
    `insert into audit_event (occurred_at, actor, action, subject, facts)
     values (:at, :actor, :action, :subject, :facts::jsonb)`,
    { ...event, at: event.at.toISOString(), facts: JSON.stringify(event.facts) },
  );
}

/** The newest link of the chain: how many events there are, and the hash that stands for them all. */
export function auditHead(db: Db | Tx): Promise<AuditHead> {
  return one(db, `select event_no as "eventNo", encode(hash, 'hex') as hash from audit_head`);
}

/** The chain as it stood before reports were filed about it and rows sealed: those are events too. */
export async function auditHeadBeforeReports(db: Db | Tx): Promise<AuditHead> {
  const head = await maybeOne<AuditHead>(
    db,
    `select event_no as "eventNo", encode(hash, 'hex') as hash from audit_event
      where action not in ('report-filed', 'rows-sealed') order by event_no desc limit 1`,
  );
  return head ?? auditHead(db);
}

export interface AuditHead {
  readonly eventNo: bigint;
  /** SHA-256 in hex. */
  readonly hash: string;
}
