import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { CancellationHead, CancelledLine } from './cancellation.ts';

/** A payment file that was sent, as whoever wants it cancelled needs it. */
export interface CancellableFile {
  readonly fileId: bigint;
  readonly channel: string;
  readonly period: Period;
  readonly paymentInformationId: string;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  /** The number of the next request about it, from 1. */
  readonly requestNo: number;
}

/** The payment file of a message, if it was sent. */
export function cancellableFile(
  db: Db | Tx,
  of: { messageId: string },
): Promise<CancellableFile | undefined> {
  return maybeOne(
    db,
    `select p.file_id as "fileId", b.channel, b.period,
            p.payment_information_id as "paymentInformationId", p.line_count as "lineCount",
            p.total_vnd as "totalVnd",
            (select count(*) + 1 from cancellation_request c
              where c.payment_file_id = p.file_id)::int as "requestNo"
       from payment_file p
       join file_dispatch d on d.file_id = p.file_id and d.state in ('sent', 'unknown', 'answered')
       join disbursement_batch b on b.batch_id = p.batch_id
      where p.message_id = :messageId`,
    of,
  );
}

/** Of some references those that lie in a payment file and have no end yet, in the order of the file. */
export function openLinesOf(
  db: Db | Tx,
  of: { fileId: bigint; references: readonly string[] },
): Promise<CancelledLine[]> {
  return many(
    db,
    `select i.end_to_end_id as reference, i.amount_vnd as "amountVnd"
       from payment_file p
       join disbursement_batch b using (batch_id)
       join payment_instruction i
         on i.batch_id = p.batch_id and i.period <= b.period
        and (i.recipient_id, i.end_to_end_id)
            between (p.first_recipient_id, p.first_reference)
                and (p.last_recipient_id, p.last_reference)
      where p.file_id = :fileId and i.end_to_end_id = any (:references::text[])
        and not exists (select from payment_outcome o
                         where o.recipient_id = i.recipient_id and o.period = i.period
                           and o.end_to_end_id = i.end_to_end_id)
      order by i.recipient_id, i.end_to_end_id`,
    { fileId: of.fileId, references: [...of.references] },
  );
}

/** Records a request that somebody proposes, with its event. */
export async function addCancellation(
  tx: Tx,
  of: Pick<CancellationHead, 'messageId' | 'isWhole' | 'lineCount' | 'totalVnd' | 'reason'> & {
    fileId: bigint;
    paymentFileId: bigint;
    document: string;
    by: string;
    at: Date;
  },
): Promise<void> {
  await one(
    tx,
    `with proposed as (
       insert into cancellation_request
         (file_id, message_id, payment_file_id, is_whole, line_count, total_vnd, reason, document,
          proposed_by, proposed_at)
       values (:fileId, :messageId, :paymentFileId, :isWhole, :lineCount, :totalVnd, :reason,
               :document, :by, :at)
       returning file_id, payment_file_id, line_count
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'cancellation-proposed', 'file/' || file_id,
              jsonb_build_object('payment', payment_file_id, 'lines', line_count)
         from proposed
     )
     select file_id from proposed`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Records the second person, with the event. Nothing comes back where nothing waits for one. */
export function confirmCancellation(
  tx: Tx,
  of: { messageId: string; sha256: string; by: string; at: Date },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    tx,
    `with confirmed as (
       update cancellation_request
          set sha256 = decode(:sha256, 'hex'), confirmed_by = :by, confirmed_at = :at
        where message_id = :messageId and confirmed_at is null and declined_at is null
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'cancellation-confirmed', 'file/' || file_id,
              jsonb_build_object('sha256', :sha256::text)
         from confirmed
     )
     select file_id as "fileId" from confirmed`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Records that a request is not to be sent, with the event. Nothing comes back where none waits. */
export function declineCancellation(
  tx: Tx,
  of: { messageId: string; reason: string; by: string; at: Date },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    tx,
    `with declined as (
       update cancellation_request
          set declined_by = :by, declined_at = :at, declined_reason = :reason
        where message_id = :messageId and confirmed_at is null and declined_at is null
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'cancellation-declined', 'file/' || file_id,
              jsonb_build_object('reason', :reason::text)
         from declined
     )
     select file_id as "fileId" from declined`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Records that a confirmed request was put, once. */
export function recordCancellationSent(
  tx: Tx,
  of: { fileId: bigint; actor: string; at: Date },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    tx,
    `with moved as (
       update cancellation_request set sent_at = :at
        where file_id = :fileId and confirmed_at is not null and sent_at is null
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'cancellation-sent', 'file/' || file_id, '{}'::jsonb from moved
     )
     select file_id as "fileId" from moved`,
    { ...of, at: of.at.toISOString() },
  );
}

/** A request, and what its bank has answered. */
export interface Cancellation {
  readonly fileId: bigint;
  readonly messageId: string;
  readonly originalMessageId: string;
  readonly channel: string;
  readonly name: string;
  /** SHA-256 in hex. */
  readonly sha256: string;
  readonly byteSize: bigint;
  readonly isWhole: boolean;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  readonly reason: string;
  readonly state: 'proposed' | 'declined' | 'confirmed' | 'sent' | 'answered';
  readonly document: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  /** Who confirmed or declined it. */
  readonly decidedBy: string | null;
  readonly declinedReason: string | null;
  /** Of its lines: how many were cancelled, and how many were booked all the same. */
  readonly cancelledCount: bigint;
  readonly settledCount: bigint;
}

/** The requests in the order of their numbers: of a period, of one state, about one payment file, or of all. */
export function cancellations(
  db: Db | Tx,
  {
    period,
    state,
    paymentFileId = null,
  }: { period: Period | null; state: Cancellation['state'] | null; paymentFileId?: bigint | null },
): Promise<Cancellation[]> {
  return many(
    db,
    `select * from (
       select c.file_id as "fileId", c.message_id as "messageId",
              p.message_id as "originalMessageId", b.channel, f.name,
              encode(f.sha256, 'hex') as sha256, f.byte_size as "byteSize",
              c.is_whole as "isWhole", c.line_count as "lineCount", c.total_vnd as "totalVnd",
              c.reason, c.document, c.proposed_by as "proposedBy", c.proposed_at as "proposedAt",
              coalesce(c.confirmed_by, c.declined_by) as "decidedBy",
              c.declined_reason as "declinedReason",
              case when c.sent_at is not null
                    and exists (select from settlement_file a join file r using (file_id)
                                 where a.kind = 'camt.029' and a.verdict = 'accepted'
                                   and a.original_message_id = p.message_id
                                   and r.recorded_at >= c.sent_at) then 'answered'
                   when c.sent_at is not null then 'sent'
                   when c.confirmed_at is not null then 'confirmed'
                   when c.declined_at is not null then 'declined'
                   else 'proposed' end as state,
              o.cancelled as "cancelledCount", o.settled as "settledCount"
         from cancellation_request c
         join file f using (file_id)
         join payment_file p on p.file_id = c.payment_file_id
         join disbursement_batch b on b.batch_id = p.batch_id
        cross join lateral (
                select count(*) filter (where o.outcome = 'rejected' and s.kind = 'camt.029')
                         as cancelled,
                       count(*) filter (where o.outcome = 'settled') as settled
                  from payment_outcome o
                  join settlement_file s on s.file_id = o.file_id
                 where o.batch_id = p.batch_id and o.period <= b.period
                   and (o.recipient_id, o.end_to_end_id)
                       between (p.first_recipient_id, p.first_reference)
                           and (p.last_recipient_id, p.last_reference)) o
        where (:period::text is null or b.period = :period)
          and (:paymentFileId::bigint is null or c.payment_file_id = :paymentFileId)) request
      where :state::text is null or state = :state
      order by "fileId"`,
    { period, state, paymentFileId },
  );
}
