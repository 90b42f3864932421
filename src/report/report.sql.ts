import type { Period } from '../kernel/period.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { BatchRow, FileRow, MonthTotals, ReasonRow, StatementRow } from './month-figures.ts';

/** Whether an instruction was not withdrawn: what was is owed as if it had never been made. */
const INSTRUCTED = `i.batch_id not in (select batch_id from batch_state where state = 'withdrawn')`;

/** What was taken by decision from payments of a period. */
const TAKEN = `
  select recipient_id as taken_from, reference, amount_vnd as vnd
    from ledger_transfer where period = :period and kind = 'deducted'`;

/** What the ledger has moved, by its accounts: of ledger, its movements by kind. */
const MOVED = `
       select coalesce(sum(vnd) filter (where kind = 'entitled'), 0)::bigint as entitled,
              coalesce(sum(case when kind in ('entitled', 'rejected', 'unpaid', 'returned') then vnd
                                when kind in ('released', 'lapsed', 'deducted') then -vnd end), 0)
                ::bigint as owed,
              coalesce(sum(vnd) filter (where kind = 'deducted'), 0)::bigint as deducted,
              coalesce(sum(case when kind = 'released' then vnd
                                when kind in ('settled', 'rejected', 'unpaid') then -vnd end), 0)
                ::bigint as in_transit,
              coalesce(sum(case when kind = 'settled' then vnd
                                when kind = 'returned' then -vnd end), 0)::bigint as paid,
              coalesce(sum(n) filter (where kind in ('rejected', 'unpaid', 'returned')), 0)::bigint
                as reopened,
              coalesce(sum(vnd) filter (where kind in ('rejected', 'unpaid', 'returned')), 0)
                ::bigint as reopened_vnd
         from ledger`;

/**
 * The totals of a month, each drawn from its own rows so that they can be held against each other.
 * Held is what is due and was never instructed; reopened is what was instructed and is owed again.
 */
export function monthTotals(db: Db | Tx, of: { period: Period }): Promise<MonthTotals> {
  return one(
    db,
    `with taken as materialized (${TAKEN}),
     list as (
       select coalesce(sum(row_count), 0)::bigint as n,
              coalesce(sum(accepted_count), 0)::bigint as accepted,
              coalesce(sum(refused_count), 0)::bigint as refused,
              coalesce(sum(withheld_count), 0)::bigint as withheld
         from recipient_list where period = :period
     ),
     assessed as (
       select count(*) as n, count(*) filter (where amount_vnd > 0) as due,
              coalesce(sum(amount_vnd), 0)::bigint as vnd
         from assessment where period = :period
     ),
     held as (
       select count(*) filter (where a.amount_vnd > coalesce(t.vnd, 0)) as n,
              coalesce(sum(a.amount_vnd - coalesce(t.vnd, 0)), 0)::bigint as vnd
         from assessment a
         left join taken t on t.taken_from = a.recipient_id and t.reference = a.due_reference
        where a.period = :period and a.amount_vnd > 0
          and not exists (
            select from payment_instruction i
             where i.recipient_id = a.recipient_id and i.period = :period and ${INSTRUCTED}
               and coalesce(i.programme = a.programme and i.assessment_no = a.assessment_no, false))
     ),
     line as (
       select coalesce(sum(amount_vnd), 0)::bigint as vnd,
              coalesce(sum(amount_vnd) filter (where kind = 'arrears'), 0)::bigint as arrears
         from assessment_line where period = :period
     ),
     ledger as (
       select kind, count(*) as n, sum(amount_vnd)::bigint as vnd
         from ledger_transfer where period = :period group by kind
     ),
     moved as (${MOVED})
     select list.n as "listedRows", list.accepted as "acceptedRows", list.refused as "refusedRows",
            list.withheld as "withheldRows", assessed.n as "assessedCount",
            assessed.due as "dueCount", assessed.vnd as "dueVnd", line.vnd as "lineVnd",
            line.arrears as "arrearsVnd", moved.entitled as "entitledVnd", moved.owed as "owedVnd",
            moved.deducted as "deductedVnd",
            moved.in_transit as "inTransitVnd", moved.paid as "paidVnd",
            held.n as "heldCount", held.vnd as "heldVnd",
            moved.reopened as "reopenedCount", moved.reopened_vnd as "reopenedVnd"
       from list, assessed, held, line, moved`,
    of,
  );
}

/** The batches of a month with what became of them, drawn from the ledger and not remembered. */
export function batchRows(db: Db | Tx, of: { period: Period }): Promise<BatchRow[]> {
  return many(
    db,
    `with moved as (
       select batch_id, kind, count(*) as n, sum(amount_vnd)::bigint as vnd
         from ledger_transfer
        where period >= :period
          and batch_id = any (array (select batch_id from disbursement_batch
                                      where period = :period))
        group by 1, 2
     ),
     told as (
       select batch_id,
              coalesce(sum(vnd) filter (where kind = 'released'), 0)::bigint as released_vnd,
              coalesce(sum(n) filter (where kind = 'released'), 0)::bigint as released,
              coalesce(sum(vnd) filter (where kind = 'settled'), 0)::bigint as settled_vnd,
              coalesce(sum(n) filter (where kind = 'settled'), 0)::bigint as settled,
              coalesce(sum(vnd) filter (where kind = 'rejected'), 0)::bigint as rejected_vnd,
              coalesce(sum(n) filter (where kind = 'rejected'), 0)::bigint as rejected,
              coalesce(sum(vnd) filter (where kind = 'unpaid'), 0)::bigint as unpaid_vnd,
              coalesce(sum(n) filter (where kind = 'unpaid'), 0)::bigint as unpaid,
              coalesce(sum(vnd) filter (where kind = 'returned'), 0)::bigint as returned_vnd,
              coalesce(sum(n) filter (where kind = 'returned'), 0)::bigint as returned
         from moved group by 1
     )
     select b.batch_code as "batchCode", b.programme, b.channel, c.kind as "channelKind", s.state,
            b.value_date as "valueDate", b.instruction_count as "instructionCount",
            b.total_vnd as "totalVnd",
            (select coalesce(sum(i.amount_vnd), 0)::bigint from payment_instruction i
              where i.batch_id = b.batch_id and i.period <= b.period and i.attempt > 1
                and (i.reopened_kind <> 'withdrawn' or i.period < b.period))
              as "reopenedVnd",
            coalesce(t.released_vnd, 0) as "releasedVnd",
            coalesce(t.settled - t.returned, 0) as "settledCount",
            coalesce(t.settled_vnd - t.returned_vnd, 0) as "settledVnd",
            coalesce(t.rejected, 0) as "rejectedCount",
            coalesce(t.rejected_vnd, 0) as "rejectedVnd",
            coalesce(t.unpaid, 0) as "unpaidCount", coalesce(t.unpaid_vnd, 0) as "unpaidVnd",
            coalesce(t.returned, 0) as "returnedCount",
            coalesce(t.returned_vnd, 0) as "returnedVnd",
            b.instruction_count - coalesce(t.settled + t.rejected + t.unpaid, 0) as "openCount",
            b.total_vnd - coalesce(t.settled_vnd + t.rejected_vnd + t.unpaid_vnd, 0) as "openVnd",
            coalesce((select string_agg(a.person_id, ', ' order by a.signed_at, a.person_id)
                        from approval a where a.batch_id = b.batch_id), '') as signers,
            encode(b.content_hash, 'hex') as "contentHash"
       from disbursement_batch b
       join batch_state s using (batch_id)
       join channel c using (channel)
       left join told t using (batch_id)
      where b.period = :period
      order by b.batch_id`,
    of,
  );
}

/** Why nothing is due, by reason; the amounts are zero. */
export function reasonsNothingIsDue(db: Db | Tx, of: { period: Period }): Promise<ReasonRow[]> {
  return many(
    db,
    `select programme || ': ' || reason as reason, count(*) as count, 0::bigint as vnd
       from assessment where period = :period and amount_vnd = 0
      group by 1 order by 1`,
    of,
  );
}

/** What was due and not instructed, by the gravest finding. */
export function reasonsHeld(db: Db | Tx, of: { period: Period }): Promise<ReasonRow[]> {
  return many(
    db,
    `select coalesce(v.code, f.code, 'not-verified') as reason, count(*) as count,
            sum(a.amount_vnd - coalesce(t.vnd, 0))::bigint as vnd
       from assessment a
       left join (${TAKEN}) t on t.taken_from = a.recipient_id and t.reference = a.due_reference
       left join (select recipient_id, min(code) as code
                    from finding join finding_rule using (code)
                   where period = :period and closed_at is null and runs_monthly
                     and holds <> 'nothing'
                   group by 1) f using (recipient_id)
       left join (select recipient_id, min(code) as code from verification
                   where period = :period and class <> 'proven' and subject <> 'account'
                   group by 1) v using (recipient_id)
      where a.period = :period and a.amount_vnd > coalesce(t.vnd, 0)
        and not exists (select from payment_instruction i
                         where i.recipient_id = a.recipient_id and i.period = a.period
                           and i.programme = a.programme and i.assessment_no = a.assessment_no
                           and ${INSTRUCTED})
      group by 1 order by 1`,
    of,
  );
}

/** What was refused, not collected or sent back, by reason code. */
export function reasonsNotPaid(db: Db | Tx, of: { period: Period }): Promise<ReasonRow[]> {
  return many(
    db,
    `select reason, count(*) as count, sum(vnd)::bigint as vnd from (
       select o.outcome || ': ' || o.reason as reason, o.instructed_vnd as vnd
         from payment_outcome o
        where o.period = :period and o.outcome <> 'settled'
       union all
       select 'returned: ' || r.reason, r.instructed_vnd from payment_return r
        where r.period = :period) told
      group by 1 order by 1`,
    of,
  );
}

/**
 * What was paid in cash because the account was not proven, by what the last answer about the account
 * said.
 */
export function reasonsCash(db: Db | Tx, of: { period: Period }): Promise<ReasonRow[]> {
  return many(
    db,
    `select v.code as reason, count(*) as count, sum(i.amount_vnd)::bigint as vnd
       from verification v
       left join verification later
         on later.recipient_id = v.recipient_id and later.period = v.period
        and later.subject = v.subject and later.check_no = v.check_no + 1
       join payment_instruction i on i.recipient_id = v.recipient_id and i.period = v.period
       join disbursement_batch b on b.batch_id = i.batch_id
       join channel c on c.channel = b.channel and c.kind = 'cash_post'
      where v.period = :period and v.subject = 'account' and v.class <> 'proven'
        and later.check_no is null
      group by 1 order by 1`,
    of,
  );
}

/** The payer's accounts as their banks keep them, beside what our books say of the same files. */
export function statementRows(db: Db | Tx, of: { period: Period }): Promise<StatementRow[]> {
  return many(
    db,
    `with moved as materialized (
       select batch_id,
              coalesce(sum(amount_vnd) filter (where kind = 'settled'), 0)::bigint as settled,
              coalesce(sum(amount_vnd) filter (where kind = 'returned'), 0)::bigint as returned
         from ledger_transfer
        where period >= :period and kind in ('settled', 'returned')
          and batch_id = any (array (select batch_id from disbursement_batch
                                      where period = :period))
        group by batch_id
     ),
     ours as (
       select c.payer_account as account, sum(m.settled)::bigint as settled,
              sum(m.returned)::bigint as returned
         from moved m
         join disbursement_batch b using (batch_id)
         join channel c on c.channel = b.channel and c.kind = 'account'
        group by 1
     ),
     theirs as (
       select s.account, s.sequence_no, s.opening_vnd, s.debit_vnd, s.credit_vnd, s.closing_vnd
         from statement s
        where exists (select from statement_entry e
                        join payment_file p using (payment_information_id)
                        join disbursement_batch b using (batch_id)
                       where e.account = s.account and e.sequence_no = s.sequence_no
                         and b.period = :period)
     )
     select account, count(*) as statements,
            (array_agg(opening_vnd order by sequence_no))[1] as "openingVnd",
            sum(debit_vnd)::bigint as "debitVnd", sum(credit_vnd)::bigint as "creditVnd",
            (array_agg(closing_vnd order by sequence_no desc))[1] as "closingVnd",
            coalesce(max(o.settled), 0) as "settledVnd",
            coalesce(max(o.returned), 0) as "returnedVnd"
       from theirs left join ours o using (account)
      group by account order by account`,
    of,
  );
}

/** Files of the month, in the order they were recorded: lists, payments and answers. */
export function fileRows(db: Db | Tx, of: { period: Period }): Promise<FileRow[]> {
  return many(
    db,
    `select f.file_id as "fileId", f.direction, f.counterpart, f.name,
            coalesce(case when s.verdict = 'accepted' and s.matched_count is null then 'waiting'
                          else s.verdict end,
                     case when l.file_id is not null then 'imported' end, d.state,
                     'rendered') as verdict,
            coalesce(s.line_count, p.line_count, l.row_count, 0) as "lineCount",
            coalesce(s.total_vnd, p.total_vnd, l.listed_vnd, 0) as "totalVnd",
            encode(f.sha256, 'hex') as sha256
       from file f
       left join settlement_file s using (file_id)
       left join payment_file p using (file_id)
       left join file_dispatch d using (file_id)
       left join disbursement_batch b on b.batch_id = p.batch_id
       left join recipient_list l using (file_id)
       left join payment_file answered on answered.message_id = s.original_message_id
       left join disbursement_batch ab on ab.batch_id = answered.batch_id
      where f.kind <> 'report'
        and coalesce(b.period, l.period, ab.period, s.first_period,
                     (select min(d.period)
                        from statement t
                        join statement_entry e using (account, sequence_no)
                        join payment_file p using (payment_information_id)
                        join disbursement_batch d on d.batch_id = p.batch_id
                       where t.file_id = f.file_id), :period) = :period
      order by f.file_id`,
    of,
  );
}
