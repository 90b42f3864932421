import type { AcknowledgementLevel } from '../batch/bank-profile.ts';
import { ACKNOWLEDGEMENT_LEVELS } from '../batch/bank-profile.ts';
import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';
import { ACKNOWLEDGED_BY } from './payment-status.ts';
import { SEEN_BEFORE } from './settlement.ts';

// How far each file that was sent has come, and what its bank has not said in time.

const quoted = (codes: readonly string[]): string => codes.map((code) => `'${code}'`).join(', ');

const rankOf = (level: AcknowledgementLevel): number => ACKNOWLEDGEMENT_LEVELS.indexOf(level) + 1;

const RANKS = ACKNOWLEDGEMENT_LEVELS.map((level) => `('${level}', ${rankOf(level)})`).join(', ');

/**
 * How far the bank has answered for a payment file p with its dispatch d and the state s of its batch: 0
 * for not at all. A message without a status of the whole tells of lines, so it has accepted the file; a
 * list tells what became of each. That the bank has seen the file before is a word that it has it.
 */
const REACHED = `greatest(
  (d.state = 'answered')::int,
  (select coalesce(max(1), 0) from dispatch_inquiry q
    where q.file_id = d.file_id and q.answer = 'taken'),
  (select coalesce(max(case
            when f.kind in ('list', 'post-office-result') then ${rankOf('settled')}
            when f.kind = 'camt.029' and f.group_status is distinct from 'CANC' then 0
            when f.group_status is null then ${rankOf('accepted')}
            when f.group_reason in (${quoted(SEEN_BEFORE)}) then ${rankOf('taken')}
            ${ACKNOWLEDGEMENT_LEVELS.map(
              (level) =>
                `when f.group_status in (${quoted(ACKNOWLEDGED_BY[level])}) then ${rankOf(level)}`,
            ).join('\n            ')}
            else ${rankOf('taken')} end), 0)
     from settlement_file f
    where f.original_message_id = p.message_id and f.verdict = 'accepted'),
  (s.state = 'reconciled' or d.state = 'withdrawn'
   or exists (select from statement_entry e
               where e.payment_information_id = p.payment_information_id))::int
  * ${rankOf('settled')})`;

/** What is due by the profile by which a file was made, and was not said. */
const OVERDUE = `
  select d.file_id, d.batch_id, b.period, p.message_id, p.total_vnd, a.level,
         coalesce(d.sent_at, d.claimed_at) + a."withinMinutes" * interval '1 minute' as due_at
    from file_dispatch d
    join payment_file p using (file_id)
    join disbursement_batch b on b.batch_id = d.batch_id
    join batch_state s on s.batch_id = d.batch_id and s.state = 'released'
    join bank_profile q on q.channel = b.channel and q.version = p.profile_version
   cross join lateral jsonb_to_recordset(q.content::jsonb -> 'acknowledgements')
                   as a (level text, "withinMinutes" int)
    join (values ${RANKS}) as r (level, rank) on r.level = a.level
   where d.state in ('sent', 'unknown', 'answered')
     and coalesce(d.sent_at, d.claimed_at) + a."withinMinutes" * interval '1 minute'
         < :at::timestamptz
     and ${REACHED} < r.rank
     and not exists (
       select from missed_acknowledgement m
        where m.file_id = d.file_id and m.level = a.level
          and m.due_at = coalesce(d.sent_at, d.claimed_at) + a."withinMinutes" * interval '1 minute')`;

/** Files of which something is due and was not said, that the counterpart may yet be asked about. */
export function overdueFiles(db: Db | Tx, of: { at: Date }): Promise<{ fileId: bigint }[]> {
  return many(db, `select distinct file_id as "fileId" from (${OVERDUE}) overdue order by 1`, {
    at: of.at.toISOString(),
  });
}

/** Waits until nobody else writes down what was missed. */
export async function takeAcknowledgements(tx: Tx): Promise<void> {
  await takeTurn(tx, 'acknowledgements');
}

const RECORDED = `     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, action, 'file/' || file_id, facts from (
         select 1 as nth, file_id, 'acknowledgement-missed' as action,
                jsonb_build_object('level', level, 'due', due_at) as facts from missed
         union all
         select 2, file_id, 'file-unknown', '{}'::jsonb from lost) event
        order by file_id, nth, facts ->> 'due'
     )`;

/**
 * Writes down everything that is due and was not said, each once, with one open break for the file. A file
 * of which nothing at all was heard is unknown from now on. Nothing is sent again.
 */
export function recordMissed(
  tx: Tx,
  of: { actor: string; at: Date },
): Promise<{ missed: bigint; unknown: bigint }> {
  return one(
    tx,
    `with overdue as materialized (${OVERDUE}),
     late as (
       select distinct file_id, batch_id, period, message_id, total_vnd from overdue
     ),
     known as (
       select l.file_id, max(b.break_id) as break_id
         from late l
         join reconciliation_break b
           on b.kind = 'not-answered' and b.reference = l.message_id and b.resolved_at is null
        group by 1
     ),
     fresh as (
       select l.*, row_number() over (order by l.file_id) as nth
         from late l where not exists (select from known k where k.file_id = l.file_id)
     ),
     drawn as (
       select case when exists (select from fresh)
                   then next_numbers('break', (select count(*) from fresh)) end as first
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, batch_id, period, reference, amount_vnd, opened_at)
       select d.first + f.nth - 1, 'not-answered', f.batch_id, f.period, f.message_id, f.total_vnd,
              :at
         from fresh f cross join drawn d
        order by f.nth
       returning break_id, reference
     ),
     missed as (
       insert into missed_acknowledgement (file_id, level, due_at, missed_at, break_id)
       select o.file_id, o.level, o.due_at, :at, coalesce(k.break_id, n.break_id)
         from overdue o
         left join known k on k.file_id = o.file_id
         left join opened n on n.reference = o.message_id
       returning file_id, level, due_at
     ),
     lost as (
       update file_dispatch d set state = 'unknown', came_from = d.state
         from late l
        where d.file_id = l.file_id and d.state = 'sent'
       returning d.file_id
     ),
${RECORDED}
     select (select count(*) from missed) as missed, (select count(*) from lost) as unknown`,
    { ...of, at: of.at.toISOString() },
  );
}

/** A file that was sent, as whoever asks about it needs it. */
export interface DispatchedFile {
  readonly fileId: bigint;
  readonly messageId: string;
  readonly batchCode: string;
  readonly channel: string;
  readonly period: Period;
  readonly name: string;
  /** SHA-256 in hex. */
  readonly sha256: string;
  readonly byteSize: bigint;
  readonly lineCount: bigint;
  readonly totalVnd: bigint;
  readonly state: 'claimed' | 'sent' | 'unknown' | 'answered' | 'withdrawn';
  readonly sentAt: Date | null;
  /** How far its bank has answered; null for not at all. */
  readonly reached: AcknowledgementLevel | null;
  /** What was not said in time. */
  readonly missed: readonly AcknowledgementLevel[];
  /** The break that two persons decide about, while it is open. */
  readonly breakId: bigint | null;
}

/** The files of a period that were claimed or sent, or one of them, in the order of their numbers. */
export function dispatchedFiles(
  db: Db | Tx,
  of: { period: Period | null; messageId: string | null },
): Promise<DispatchedFile[]> {
  return many(
    db,
    `select d.file_id as "fileId", p.message_id as "messageId", b.batch_code as "batchCode",
            b.channel, b.period, f.name, encode(f.sha256, 'hex') as sha256,
            f.byte_size as "byteSize", p.line_count as "lineCount", p.total_vnd as "totalVnd",
            d.state, d.sent_at as "sentAt", r.level as reached,
            array (select distinct m.level from missed_acknowledgement m
                    where m.file_id = d.file_id order by 1) as missed,
            (select max(k.break_id) from reconciliation_break k
              where k.kind = 'not-answered' and k.reference = p.message_id
                and k.resolved_at is null) as "breakId"
       from file_dispatch d
       join payment_file p using (file_id)
       join file f using (file_id)
       join disbursement_batch b on b.batch_id = d.batch_id
       join batch_state s on s.batch_id = d.batch_id
       left join (values ${RANKS}) as r (level, rank) on r.rank = ${REACHED}
      where (:period::text is null or b.period = :period)
        and (:messageId::text is null or p.message_id = :messageId)
      order by d.file_id`,
    of,
  );
}

/** Writes down that the counterpart is being asked whether it holds a file. */
export async function addInquiry(
  tx: Tx,
  of: { fileId: bigint; actor: string; at: Date },
): Promise<{ inquiryNo: number }> {
  await takeTurn(tx, `inquiry/${of.fileId}`);
  return one(
    tx,
    `insert into dispatch_inquiry (file_id, inquiry_no, asked_by, asked_at)
     select :fileId::bigint, count(*) + 1, :actor, :at
       from dispatch_inquiry where file_id = :fileId
     returning inquiry_no as "inquiryNo"`,
    { ...of, at: of.at.toISOString() },
  );
}

export type InquiryAnswer = 'waiting' | 'taken' | 'absent' | 'silent';

/**
 * Writes down what the counterpart answered, with its event. A file of which nobody knew whether it
 * arrived, and that is there, was sent; that it is absent says nothing: it may merely be late.
 */
export function recordInquiry(
  tx: Tx,
  of: { fileId: bigint; inquiryNo: number; answer: InquiryAnswer; actor: string; at: Date },
): Promise<{ answer: InquiryAnswer } | undefined> {
  return maybeOne(
    tx,
    `with answered as (
       update dispatch_inquiry set answer = :answer, answered_at = :at
        where file_id = :fileId and inquiry_no = :inquiryNo and answer is null
       returning file_id, inquiry_no, answer
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-asked-about', 'file/' || file_id,
              jsonb_build_object('inquiry', inquiry_no, 'answer', answer)
         from answered
     )
     select answer from answered`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Moves a file on whose arrival nobody could tell to sent: the counterpart holds it. */
export function recordHeld(
  tx: Tx,
  of: { fileId: bigint; actor: string; at: Date },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    tx,
    `with moved as (
       update file_dispatch set state = 'sent', came_from = state, sent_at = :at
        where file_id = :fileId and state = 'unknown' and sent_at is null
       returning file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-sent', 'file/' || file_id, jsonb_build_object('found', true)
         from moved
     )
     select file_id as "fileId" from moved`,
    { ...of, at: of.at.toISOString() },
  );
}
