import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, partition, type Db, type Tx } from '../platform/db.ts';

/**
 * Moves what a batch pays from owed to in transit: one transfer a line, before any of it is sent, so
 * that money that may have left is never counted as ours. Returns the count and sum that moved.
 */
export function bookReleased(
  tx: Tx,
  of: { batchId: bigint; period: Period; on: string },
): Promise<{ count: bigint; totalVnd: bigint }> {
  return one(
    tx,
    `with moved as (
       insert into ${partition('ledger_transfer', of.period)}
         (recipient_id, period, reference, kind, programme, debit_account, credit_account,
          amount_vnd, booked_on, batch_id)
       select recipient_id, :period, end_to_end_id, 'released', programme, 'owed', 'in_transit',
              amount_vnd, :on::date, batch_id
         from payment_instruction
        where batch_id = :batchId and period <= :period
        order by recipient_id, end_to_end_id
       returning amount_vnd
     )
     select count(*) as count, coalesce(sum(amount_vnd), 0)::bigint as "totalVnd" from moved`,
    of,
  );
}

/** Takes every file of a batch for sending: the intention, before the effect. */
export function claimFiles(
  tx: Tx,
  by: { batchId: bigint; owner: string; leaseSeconds: number; actor: string; at: Date },
): Promise<{ fileId: bigint }[]> {
  return many(
    tx,
    `with claimed as (
       insert into file_dispatch
         (file_id, batch_id, state, came_from, fence, lease_owner, lease_until, claimed_at)
       select file_id, batch_id, 'claimed', 'none', 1, :owner,
              clock_timestamp() + :leaseSeconds::int * interval '1 second', :at
         from payment_file where batch_id = :batchId
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-claimed', 'file/' || file_id,
              jsonb_build_object('batch', :batchId::bigint)
         from claimed order by file_id
     )
     select file_id as "fileId" from claimed order by file_id`,
    { ...by, at: by.at.toISOString() },
  );
}

export interface HeldFile {
  readonly fileId: bigint;
  readonly batchId: bigint;
  readonly channel: string;
  readonly fence: bigint;
  readonly name: string;
  readonly sha256: string;
  readonly byteSize: bigint;
  readonly dedupesReference: boolean;
}

const HELD = `d.file_id as "fileId", d.batch_id as "batchId", b.channel, d.fence, f.name,
  encode(f.sha256, 'hex') as sha256, f.byte_size as "byteSize",
  c.dedupes_reference as "dedupesReference"`;

/** The claimed files that an owner holds, in the order of their parts. */
export function heldFiles(db: Db | Tx, owner: string): Promise<HeldFile[]> {
  return many(
    db,
    `select ${HELD}
       from file_dispatch d
       join file f using (file_id)
       join disbursement_batch b using (batch_id)
       join channel c using (channel)
      where d.state = 'claimed' and d.lease_owner = :owner
        and d.lease_until > clock_timestamp()
      order by d.file_id`,
    { owner },
  );
}

/**
 * Takes over files whose holder has let the lease run out: it died, or it stalls and will find a
 * higher fence when it wakes. The fence rises by one.
 */
export function takeOverFiles(
  tx: Tx,
  by: { owner: string; leaseSeconds: number; actor: string; at: Date },
): Promise<{ fileId: bigint }[]> {
  return many(
    tx,
    `with due as (
       select file_id from file_dispatch
        where state = 'claimed' and lease_until <= clock_timestamp()
        order by file_id for update skip locked
     ),
     taken as (
       update file_dispatch d
          set came_from = d.state, fence = d.fence + 1, lease_owner = :owner,
              lease_until = clock_timestamp() + :leaseSeconds::int * interval '1 second'
         from due where d.file_id = due.file_id
       returning d.file_id, d.fence
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-taken-over', 'file/' || file_id, jsonb_build_object('fence', fence)
         from taken order by file_id
     )
     select file_id as "fileId" from taken order by file_id`,
    { ...by, at: by.at.toISOString() },
  );
}

/** How many files are claimed by anybody, and for how many seconds at most. */
export function claimedElsewhere(
  db: Db | Tx,
  owner: string,
): Promise<{ count: bigint; seconds: number }> {
  return one(
    db,
    `select count(*) as count,
            coalesce(extract(epoch from max(lease_until) - clock_timestamp()), 0)::float8 as seconds
       from file_dispatch where state = 'claimed' and lease_owner <> :owner`,
    { owner },
  );
}

/**
 * Records where a held file has come to, unless another has taken it over meanwhile. A file of which
 * nobody can say whether it arrived opens a break: a person has to ask.
 */
export function recordDispatch(
  tx: Tx,
  of: { fileId: bigint; fence: bigint; state: 'sent' | 'unknown'; actor: string; at: Date },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    tx,
    `with moved as (
       update file_dispatch
          set state = :state, came_from = state,
              sent_at = case when :state = 'sent' then :at::timestamptz end
        where file_id = :fileId and state = 'claimed' and fence = :fence
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-' || :state, 'file/' || f.file_id,
              jsonb_build_object('sha256', encode(f.sha256, 'hex'), 'bytes', f.byte_size)
         from moved join file f using (file_id)
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, batch_id, period, reference, amount_vnd, opened_at)
       select next_numbers('break', 1), 'not-answered', b.batch_id, b.period, p.message_id,
              p.total_vnd, :at
         from moved
         join payment_file p using (file_id)
         join disbursement_batch b on b.batch_id = p.batch_id
        where :state = 'unknown'
     )
     select file_id as "fileId" from moved`,
    { ...of, at: of.at.toISOString() },
  );
}
