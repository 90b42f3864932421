import type { Period } from '../kernel/period.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { FileRow, ReasonRow } from './month-figures.ts';
import type {
  AssessedCell,
  BatchHead,
  HeldCell,
  InstructedCell,
  LedgerCell,
  LineTotals,
  ListTotals,
  StatedAccount,
} from './month-parts.ts';

/** Whether an instruction was not withdrawn: what was is owed as if it had never been made. */
const INSTRUCTED = `i.batch_id not in (select batch_id from batch_state where state = 'withdrawn')`;

/** What was taken by decision from payments of a period: by the decisions, and not by the ledger. */
const TAKEN = `
  select recipient_id as taken_from, due_reference as reference, sum(amount_vnd)::bigint as vnd
    from recovery_taking where period = :period group by 1, 2`;

/**
 * What the ledger has moved for a month or for its batches, by batch and kind: read once, because the totals
 * of the month, of its batches and of its accounts are all drawn from it.
 */
export function ledgerCells(db: Db | Tx, of: { period: Period }): Promise<LedgerCell[]> {
  return many(
    db,
    `select batch_id as "batchId", period = :period as "isOfMonth", kind, count(*) as count,
            sum(amount_vnd)::bigint as vnd
       from ledger_transfer
      where period >= :period
        and (period = :period
             or batch_id = any (array (select batch_id from disbursement_batch
                                        where period = :period)))
      group by 1, 2, 3 order by 1, 2, 3`,
    of,
  );
}

/** What became of the rows of the lists of a month. */
export function listTotals(db: Db | Tx, of: { period: Period }): Promise<ListTotals> {
  return one(
    db,
    `select coalesce(sum(row_count), 0)::bigint as "listedRows",
            coalesce(sum(accepted_count), 0)::bigint as "acceptedRows",
            coalesce(sum(refused_count), 0)::bigint as "refusedRows",
            coalesce(sum(withheld_count), 0)::bigint as "withheldRows"
       from recipient_list where period = :period`,
    of,
  );
}

/** What the lines behind the assessments of a month come to. */
export function lineTotals(db: Db | Tx, of: { period: Period }): Promise<LineTotals> {
  return one(
    db,
    `select coalesce(sum(amount_vnd), 0)::bigint as "lineVnd",
            coalesce(sum(amount_vnd) filter (where kind = 'arrears'), 0)::bigint as "arrearsVnd"
       from assessment_line where period = :period`,
    of,
  );
}

/** What was assessed in a month, by the reason why nothing is due; null is what is due. */
export function assessedCells(db: Db | Tx, of: { period: Period }): Promise<AssessedCell[]> {
  return many(
    db,
    `select case when amount_vnd = 0 then programme || ': ' || reason end as reason,
            count(*) as count, sum(amount_vnd)::bigint as vnd
       from assessment where period = :period
      group by 1 order by 1`,
    of,
  );
}

/** The batches of a month as they were signed, in the order in which they were made. */
export function batchHeads(db: Db | Tx, of: { period: Period }): Promise<BatchHead[]> {
  return many(
    db,
    `select b.batch_id as "batchId", b.batch_code as "batchCode", b.programme, b.channel,
            c.kind as "channelKind", c.payer_account as "payerAccount", s.state,
            b.value_date as "valueDate", b.instruction_count as "instructionCount",
            b.total_vnd as "totalVnd",
            coalesce((select string_agg(a.person_id, ', ' order by a.signed_at, a.person_id)
                        from approval a where a.batch_id = b.batch_id), '') as signers,
            encode(b.content_hash, 'hex') as "contentHash"
       from disbursement_batch b
       join batch_state s using (batch_id)
       join channel c using (channel)
      where b.period = :period
      order by b.batch_id`,
    of,
  );
}

/** What became of instructions i, by their outcomes o and returns r. */
const CAME_TO = `
              sum(i.amount_vnd) filter (where o.outcome in ('rejected', 'unpaid')) as refused,
              sum(o.reported_vnd) filter (where o.outcome = 'settled') as booked,
              sum(r.reported_vnd) as returned,
              sum(i.amount_vnd) filter (where o.outcome is null) as open`;

/**
 * What was instructed in the batches of a month and what became of it, once by batch, once by bank and once by
 * commune: three divisions of the same rows, which are read once.
 */
export function instructedCells(db: Db | Tx, of: { period: Period }): Promise<InstructedCell[]> {
  return many(
    db,
    // The batches of the month as an array: joined, they would be counted as one row, and each line looked up
    // by itself. What is paid again of earlier months is little, and is looked up so.
    `with line as materialized (
       select i.batch_id, i.bank_bin, i.commune_code, count(*) as n, sum(i.amount_vnd) as vnd,
              sum(i.amount_vnd) filter (where i.attempt > 1 and i.reopened_kind <> 'withdrawn')
                as reopened, ${CAME_TO}
         from payment_instruction i
         left join payment_outcome o
           on o.recipient_id = i.recipient_id and o.period = :period
          and coalesce(o.end_to_end_id = i.end_to_end_id, false)
         left join payment_return r
           on r.recipient_id = i.recipient_id and r.period = :period
          and coalesce(r.end_to_end_id = i.end_to_end_id, false)
        where i.period = :period
          and i.batch_id = any (array (select batch_id from disbursement_batch
                                        where period = :period))
        group by 1, 2, 3
       union all
       select i.batch_id, i.bank_bin, i.commune_code, count(*), sum(i.amount_vnd),
              sum(i.amount_vnd) filter (where i.attempt > 1), ${CAME_TO}
         from disbursement_batch b
         join payment_instruction i on i.batch_id = b.batch_id and i.period < :period
         left join payment_outcome o
           on o.recipient_id = i.recipient_id and o.period = i.period
          and o.end_to_end_id = i.end_to_end_id
         left join payment_return r
           on r.recipient_id = i.recipient_id and r.period = i.period
          and r.end_to_end_id = i.end_to_end_id
        where b.period = :period
        group by 1, 2, 3
     ),
     cell as (
       select l.*, c.kind = 'account' as by_account, s.state = 'withdrawn' as is_withdrawn,
              coalesce(nullif(l.bank_bin, ''), b.channel) as bank
         from line l
         join disbursement_batch b using (batch_id)
         join batch_state s using (batch_id)
         join channel c using (channel)
     )
     select case when grouping(batch_id) = 0 then 'batch' when grouping(bank) = 0 then 'bank'
                 else 'commune' end as by,
            coalesce(batch_id::text, bank, commune_code) as key, sum(n)::bigint as count,
            sum(vnd)::bigint as "instructedVnd", coalesce(sum(refused), 0)::bigint as "refusedVnd",
            coalesce(sum(booked), 0)::bigint as "bookedVnd",
            coalesce(sum(returned), 0)::bigint as "returnedVnd",
            coalesce(sum(open), 0)::bigint as "openVnd",
            coalesce(sum(reopened), 0)::bigint as "reopenedVnd",
            coalesce(sum(n) filter (where by_account), 0)::bigint as "accountCount",
            coalesce(sum(vnd) filter (where by_account), 0)::bigint as "accountVnd"
       from cell
      group by grouping sets ((batch_id, is_withdrawn), (bank, is_withdrawn),
                              (commune_code, is_withdrawn))
     having grouping(batch_id) = 0 or not is_withdrawn
      order by 1, 2`,
    of,
  );
}

/**
 * What was due and not instructed, by the gravest finding. The row without a reason is all of it, counted
 * before it is laid beside the findings: the others must come to the same.
 */
export function heldCells(db: Db | Tx, of: { period: Period }): Promise<HeldCell[]> {
  return many(
    db,
    `with held as materialized (
       select a.recipient_id, a.amount_vnd - coalesce(t.vnd, 0) as vnd
         from assessment a
         left join (${TAKEN}) t on t.taken_from = a.recipient_id and t.reference = a.due_reference
        where a.period = :period and a.amount_vnd > coalesce(t.vnd, 0)
          and not exists (
            select from payment_instruction i
             where i.recipient_id = a.recipient_id and i.period = :period and ${INSTRUCTED}
               and coalesce(i.programme = a.programme and i.assessment_no = a.assessment_no, false))
     ),
     told as (
       select coalesce(v.code, f.code, 'not-verified') as reason, h.vnd
         from held h
         left join (select recipient_id, min(code) as code
                      from finding join finding_rule using (code)
                     where period = :period and closed_at is null and runs_monthly
                       and holds <> 'nothing'
                     group by 1) f using (recipient_id)
         left join (select recipient_id, min(code) as code from verification
                     where period = :period and class <> 'proven' and subject <> 'account'
                     group by 1) v using (recipient_id)
     )
     select reason, count(*) as count, sum(vnd)::bigint as vnd from told group by 1
     union all
     select null, count(*), coalesce(sum(vnd), 0)::bigint from held
      order by 1 nulls last`,
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
    `with unproven as materialized (
       select v.recipient_id, v.code
         from verification v
         left join verification later
           on later.recipient_id = v.recipient_id and later.period = v.period
          and later.subject = v.subject and later.check_no = v.check_no + 1
        where v.period = :period and v.subject = 'account' and v.class <> 'proven'
          and later.check_no is null
     )
     select v.code as reason, count(*) as count, sum(i.amount_vnd)::bigint as vnd
       from unproven v
       join payment_instruction i on i.recipient_id = v.recipient_id and i.period = :period
       join disbursement_batch b on b.batch_id = i.batch_id
       join channel c on c.channel = b.channel and c.kind = 'cash_post'
      group by 1 order by 1`,
    of,
  );
}

/** The payer's accounts as their banks keep them, by the statements that speak of the files of a month. */
export function statedAccounts(db: Db | Tx, of: { period: Period }): Promise<StatedAccount[]> {
  return many(
    db,
    `with theirs as (
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
            (array_agg(closing_vnd order by sequence_no desc))[1] as "closingVnd"
       from theirs group by account order by account`,
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

/** Which of some forms of a report are on file with the same figures, the last of each name, by their SHA-256. */
export function filedForms(
  db: Db | Tx,
  of: { names: readonly string[]; figures: string },
): Promise<{ name: string; sha256: string }[]> {
  return many(
    db,
    `select distinct on (f.name) f.name, encode(f.sha256, 'hex') as sha256
       from file f
       join audit_event e on e.subject = 'file/' || f.file_id and e.action = 'report-filed'
      where f.kind = 'report' and f.name = any (:names) and e.facts ->> 'figures' = :figures
      order by f.name, f.file_id desc`,
    of,
  );
}
