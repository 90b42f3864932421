import { ROWS_OF_A_SHEET } from '../intake/source-record.ts';
import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';
import type { TraceRow } from './trace.ts';

/** What the sections of a trace are looked up by. */
export interface TracedPayment {
  readonly recipientId: bigint;
  readonly period: string;
  readonly reference: string;
  readonly dueReference: string;
  readonly batchId: bigint;
}

/** The payment of a reference. The period and the recipient in it find the row by its key. */
export function tracedPayment(
  db: Db | Tx,
  of: { reference: string; recipientId: bigint; period: string },
): Promise<TracedPayment | undefined> {
  return maybeOne(
    db,
    `select recipient_id as "recipientId", period, end_to_end_id as reference,
            due_reference(period, programme, recipient_id, assessment_no) as "dueReference",
            batch_id as "batchId"
       from payment_instruction
      where recipient_id = :recipientId and period = :period and end_to_end_id = :reference`,
    of,
  );
}

/** Every reference under which one recipient was paid for one period. */
export async function referencesOf(
  db: Db | Tx,
  of: { recipientId: bigint; period: string },
): Promise<string[]> {
  const rows = await many<{ reference: string }>(
    db,
    `select end_to_end_id as reference from payment_instruction
      where recipient_id = :recipientId and period = :period order by 1`,
    of,
  );
  return rows.map(({ reference }) => reference);
}

/** The references that a bank named under one entry of the account, behind one of them; at most so many, and of how many. */
export async function referencesOfEntry(
  db: Db | Tx,
  of: { entryReference: string; after: string; atMost: number },
): Promise<{ references: string[]; named: number }> {
  const rows = await many<{ reference: string | null; named: bigint }>(
    db,
    `with named as materialized (
       select distinct end_to_end_id collate "C" as reference from settlement_line
        where entry_reference = :entryReference and recipient_id > 0
     )
     select a.named, l.reference
       from (select count(*) as named from named) a
       left join lateral (select reference from named where reference > :after
                           order by 1 limit :atMost) l on true
      order by 2`,
    of,
  );
  return {
    references: rows.flatMap(({ reference }) => reference ?? []),
    named: Number(rows[0]?.named ?? 0),
  };
}

type Section = (db: Db | Tx, of: TracedPayment) => Promise<TraceRow[]>;

const section =
  (sql: string): Section =>
  (db, of) =>
    many(db, sql, { ...of });

/** The row of the list, who took it in, and the bytes it came in. */
export const listRows = section(`
  select l.list_id::text as list,
         case when g.row_no > ${ROWS_OF_A_SHEET} then (g.row_no / ${ROWS_OF_A_SHEET} + 1)::text end
           as sheet,
         (g.row_no % ${ROWS_OF_A_SHEET})::text as row, g.enrolment_ref as enrolment,
         g.listed_vnd::text as listed_vnd, l.imported_by, ${instant('l.imported_at')} as imported_at,
         f.name as file, encode(f.sha256, 'hex') as sha256
    from listing g
    join recipient_list l using (list_id)
    join file f using (file_id)
   where g.recipient_id = :recipientId and g.period = :period
   order by l.list_id, g.row_no`);

/** What is due and why: each step of the arithmetic with its articles. */
export const assessmentRows = section(`
  select a.due_reference as due, a.assessed_on::text as assessed_on, a.amount_vnd::text as due_vnd,
         l.kind, l.for_period, l.ground_code as ground, l.standard_vnd::text as standard_vnd,
         trim_scale(l.coefficient)::text as coefficient, l.paid_vnd::text as paid_vnd,
         l.amount_vnd::text as amount_vnd, array_to_string(l.articles, '; ') as articles
    from assessment a
    left join assessment_line l using (recipient_id, period, due_reference)
   where a.recipient_id = :recipientId and a.period = :period and a.due_reference = :dueReference
   order by l.line_no`);

/** What was asked about the recipient, the payee and the account, and the hash of each answer. */
export const evidenceRows = section(`
  select subject, period, class, code, number_result as number, name_result as name,
         ${instant('checked_at')} as checked_at, encode(answer_hash, 'hex') as answer_sha256
    from verification
   where recipient_id = :recipientId and period <= :period
   order by period, subject, check_no`);

/** The instruction itself; of the account the last four digits. */
export const instructionRows = section(`
  select end_to_end_id as reference, attempt::text as attempt, amount_vnd::text as amount_vnd,
         nullif(bank_bin, '') as bank,
         case when account_number <> '' then '…' || right(account_number, 4) end as account,
         encode(line_hash, 'hex') as line_sha256, reopened_reference as instead_of,
         reopened_kind as because
    from payment_instruction
   where recipient_id = :recipientId and period = :period and end_to_end_id = :reference`);

/** The batch, who made it, and who signed what. */
export const batchRows = section(`
  select b.batch_code as batch, s.state, b.channel, b.instruction_count::text as count,
         b.total_vnd::text as total_vnd, encode(b.content_hash, 'hex') as content_sha256,
         'prepared' as act, b.prepared_by as by, ${instant('b.prepared_at')} as at
    from disbursement_batch b join batch_state s using (batch_id)
   where b.batch_id = :batchId
  union all
  select null, null, null, a.instruction_count::text, a.total_vnd::text,
         encode(a.content_hash, 'hex'), 'signed', a.person_id, ${instant('a.signed_at')}
    from approval a where a.batch_id = :batchId
   order by 9, 8`);

export interface TracedFile {
  readonly name: string;
  readonly sha256: string;
  readonly partNo: string;
  readonly messageId: string;
  readonly state: string | null;
  readonly sentAt: string | null;
}

/** The file that carries the instruction; where in it the reference stands is read from its bytes. */
export function tracedFile(db: Db | Tx, of: TracedPayment): Promise<TracedFile | undefined> {
  return maybeOne(
    db,
    `select f.name, encode(f.sha256, 'hex') as sha256, p.part_no::text as "partNo",
            p.message_id as "messageId", d.state, ${instant('d.sent_at')} as "sentAt"
       from payment_file p
       join file f using (file_id)
       left join file_dispatch d using (file_id)
      where p.batch_id = :batchId
        and (:recipientId::bigint, :reference::text)
            between (p.first_recipient_id, p.first_reference)
                and (p.last_recipient_id, p.last_reference)`,
    { ...of },
  );
}

/** Every line of every answer about it, with the byte at which it begins and the path to it. */
export const answerRows = section(`
  select l.kind, l.status, l.reason, l.amount_vnd::text as amount_vnd, l.booked_on::text as booked_on,
         l.entry_reference as entry, f.name as file, encode(f.sha256, 'hex') as sha256,
         l.line_no::text as line, l.byte_offset::text as byte, l.path
    from settlement_line l join file f using (file_id)
   where l.recipient_id = :recipientId and l.period = :period and l.end_to_end_id = :reference
   order by l.file_id, l.line_no`);

/** The entries of the account under which the bank booked it. */
export const statementRows = section(`
  select distinct e.entry_reference as entry, e.direction, e.amount_vnd::text as entry_vnd,
         e.booked_on::text as booked_on, s.statement_id as statement, s.sequence_no::text as number,
         s.opening_vnd::text as opening_vnd, s.closing_vnd::text as closing_vnd
    from settlement_line l
    join statement_entry e on e.entry_reference = l.entry_reference
    join statement s on s.account = e.account and s.sequence_no = e.sequence_no
   where l.recipient_id = :recipientId and l.period = :period and l.end_to_end_id = :reference
     and l.entry_reference <> ''
   order by 4, 1`);

/** What became of it, in the order in which it did, and what a person had to explain. */
export const outcomeRows = section(`
  select * from (
  select outcome, reason, reported_vnd::text as amount_vnd, booked_on::text as booked_on,
         null as opened_at, null as resolution, null as resolved_by, null as confirmed_by
    from payment_outcome
   where recipient_id = :recipientId and period = :period and end_to_end_id = :reference
  union all
  select 'returned', reason, reported_vnd::text, booked_on::text, null, null, null, null
    from payment_return
   where recipient_id = :recipientId and period = :period and end_to_end_id = :reference
  union all
  select 'break ' || kind, null, amount_vnd::text, null, ${instant('opened_at')}, resolution,
         resolved_by, confirmed_by
    from reconciliation_break where reference = :reference) became
   order by booked_on nulls last, outcome = 'returned', outcome`);

/** Every transfer of the ledger about what is due and about the payment of it, as the money walked. */
export const ledgerRows = section(`
  select kind, reference, debit_account as debit, credit_account as credit,
         amount_vnd::text as amount_vnd, booked_on::text as booked_on
    from ledger_transfer
   where recipient_id = :recipientId and period = :period
     and reference in (:dueReference, :reference)
   order by booked_on, array_position(array['entitled', 'deducted', 'released', 'settled'], kind), kind`);

/** The events of the batch and its files. */
export const eventRows = section(`
  select event_no::text as event, ${instant('occurred_at')} as at, actor, action, subject,
         encode(hash, 'hex') as sha256
    from audit_event
   where subject = 'batch/' || :batchId::text
      or subject in (select 'file/' || file_id from payment_file where batch_id = :batchId)
   order by event_no`);

/** An instant as text, in UTC to the second. */
function instant(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
