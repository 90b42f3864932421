import { maybeOne, one, type Db, type Tx } from '../platform/db.ts';

// What two persons do about a file of which nobody knows where it is.

export type DispatchAction = 'handed-over' | 'withdrawn';

/** A file that is unknown, and the open break about it. */
export interface UnknownFile {
  readonly fileId: bigint;
  readonly breakId: bigint;
  /** SHA-256 in hex of what was approved. */
  readonly sha256: string;
  /** The rule by which it may not be withdrawn at this instant, or null. */
  readonly objection: string | null;
}

/** The unknown file of a message, or undefined. */
export function unknownFile(
  db: Db | Tx,
  of: { messageId: string; at: Date },
): Promise<UnknownFile | undefined> {
  return maybeOne(
    db,
    `select d.file_id as "fileId", b.break_id as "breakId", encode(f.sha256, 'hex') as sha256,
            withdrawal_objection(d.file_id, :at::timestamptz) as objection
       from payment_file p
       join file_dispatch d on d.file_id = p.file_id and d.state = 'unknown'
       join file f on f.file_id = p.file_id
       join reconciliation_break b
         on b.kind = 'not-answered' and b.reference = p.message_id and b.resolved_at is null
      where p.message_id = :messageId`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Records what is proposed about a file, beside the proposal about its break. */
export async function addDispatchAction(
  tx: Tx,
  of: {
    breakId: bigint;
    proposalNo: number;
    fileId: bigint;
    action: DispatchAction;
    sha256: string | null;
  },
): Promise<void> {
  await one(
    tx,
    `insert into dispatch_action (break_id, proposal_no, file_id, action, sha256)
     values (:breakId, :proposalNo, :fileId, :action, decode(:sha256::text, 'hex'))
     returning file_id`,
    of,
  );
}

/** What a proposal about a break does with its file; undefined where it only explains. */
export function dispatchActionOf(
  db: Db | Tx,
  of: { breakId: bigint; proposalNo: number },
): Promise<{ fileId: bigint; action: DispatchAction } | undefined> {
  return maybeOne(
    db,
    `select file_id as "fileId", action from dispatch_action
      where break_id = :breakId and proposal_no = :proposalNo`,
    of,
  );
}

/** Moves an unknown file to where it was decided that it is. */
export async function endUnknown(
  tx: Tx,
  of: { fileId: bigint; state: 'sent' | 'withdrawn'; actor: string; at: Date },
): Promise<void> {
  await one(
    tx,
    `with moved as (
       update file_dispatch
          set state = :state, came_from = state,
              sent_at = case when :state = 'sent' then :at::timestamptz else sent_at end
        where file_id = :fileId and state = 'unknown'
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-' || :state, 'file/' || file_id,
              jsonb_build_object('decided', true)
         from moved
     )
     select file_id from moved`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Gives every line of a file that was withdrawn its end: not paid, and owed again. */
export function oweWithdrawnLines(
  tx: Tx,
  of: { fileId: bigint; breakId: bigint; on: string },
): Promise<{ count: bigint; vnd: bigint }> {
  return one(
    tx,
    `with found as materialized (
       select i.*
         from payment_file p
         join disbursement_batch d using (batch_id)
         join payment_instruction i
           on i.batch_id = p.batch_id and i.period <= d.period
          and (i.recipient_id, i.end_to_end_id)
              between (p.first_recipient_id, p.first_reference)
                  and (p.last_recipient_id, p.last_reference)
        where p.file_id = :fileId
        order by i.recipient_id, i.period, i.end_to_end_id
     ),
     made as (
       insert into payment_outcome
         (recipient_id, period, end_to_end_id, outcome, reason, instructed_vnd, reported_vnd,
          booked_on, batch_id, file_id, line_no, break_id)
       select recipient_id, period, end_to_end_id, 'unpaid', 'withdrawn', amount_vnd, amount_vnd,
              :on::date, batch_id, 0, 0, :breakId::bigint
         from found
     ),
     booked as (
       insert into ledger_transfer
         (recipient_id, period, reference, kind, programme, debit_account, credit_account,
          amount_vnd, booked_on, batch_id)
       select recipient_id,
              case when period in (select period from period_state where closed_at is not null)
                   then (select max(period) from period_state where closed_at is null)
                   else period end,
              end_to_end_id, 'unpaid', programme, 'in_transit', 'owed', amount_vnd, :on::date,
              batch_id
         from found
     )
     select count(*) as count, coalesce(sum(amount_vnd), 0)::bigint as vnd from found`,
    of,
  );
}
