import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { AccountsRow, OpenBreakRow, StatedAccount } from './accounts.ts';

// What was known at an instant. Nothing here is ever updated: a batch is released, a file is matched and a
// break is decided at the instant of its event or decision, so what came later is left out, whenever it is
// asked. Budgets and the register have no such history and are not asked.

interface AsOf {
  readonly first: Period;
  readonly last: Period;
  readonly asOf: Date;
}

const bound = ({ first, last, asOf }: AsOf): Record<string, string> => ({
  first,
  last,
  asOf: asOf.toISOString(),
});

/** Batches that were released, files that were matched and breaks that were decided by the instant. */
const KNOWN = `
  released as materialized (
    select b.batch_id, b.programme, b.period, b.channel, b.total_vnd
      from disbursement_batch b
      join audit_event e on e.action = 'batch-released' and e.subject = 'batch/' || b.batch_id
     where b.period >= :first and b.period <= :last and e.occurred_at <= :asOf::timestamptz
  ),
  read as materialized (
    select substring(subject from 6)::bigint as file_id
      from audit_event
     where action = 'file-reconciled' and occurred_at <= :asOf::timestamptz
  ),
  decided as materialized (
    select break_id from break_decision
     where decision = 'confirmed' and decided_at <= :asOf::timestamptz
  )`;

/** Whether an outcome or a return was known. */
const IS_KNOWN = (one: string): string => `
  (${one}.file_id in (select file_id from read) or ${one}.break_id in (select break_id from decided))`;

/** What was instructed and what became of it, by programme, month and channel. */
export function accountsRows(db: Db | Tx, of: AsOf): Promise<AccountsRow[]> {
  return many(
    db,
    `with ${KNOWN}
     select b.programme, b.period, b.channel, c.kind as "channelKind", count(*) as count,
            sum(i.amount_vnd)::bigint as "instructedVnd",
            count(*) filter (where o.outcome = 'settled') as "paidCount",
            coalesce(sum(i.amount_vnd) filter (where o.outcome = 'settled'), 0)::bigint as "paidVnd",
            coalesce(sum(i.amount_vnd) filter (where o.outcome = 'rejected'), 0)::bigint
              as "rejectedVnd",
            count(*) filter (where o.outcome = 'unpaid') as "unpaidCount",
            coalesce(sum(i.amount_vnd) filter (where o.outcome = 'unpaid'), 0)::bigint as "unpaidVnd",
            count(r.end_to_end_id) as "returnedCount",
            coalesce(sum(r.instructed_vnd), 0)::bigint as "returnedVnd",
            coalesce(sum(i.amount_vnd) filter (where o.outcome is null), 0)::bigint as "openVnd"
       from released b
       join channel c using (channel)
       join payment_instruction i
         on i.batch_id = b.batch_id and i.period <= b.period
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id and ${IS_KNOWN('o')}
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id and ${IS_KNOWN('r')}
      group by 1, 2, 3, 4 order by 1, 2, 3`,
    bound(of),
  );
}

/** The same money by the ledger and by the batches as they were signed, to hold the rows against. */
export function accountsTotals(
  db: Db | Tx,
  of: AsOf,
): Promise<{ signedVnd: bigint; ledgerPaidVnd: bigint; ledgerReturnedVnd: bigint }> {
  return one(
    db,
    `with ${KNOWN},
     booked as (
       select t.kind, t.amount_vnd
         from ledger_transfer t
         join released b on b.batch_id = t.batch_id
         left join payment_outcome o
           on t.file_id is null and o.recipient_id = t.recipient_id
          and o.end_to_end_id = t.reference and o.break_id is not null
         left join payment_return r
           on t.file_id is null and r.recipient_id = t.recipient_id
          and r.end_to_end_id = t.reference and r.break_id is not null
        where t.kind in ('settled', 'returned')
          and (t.file_id in (select file_id from read)
               or t.kind = 'settled' and o.break_id in (select break_id from decided)
               or t.kind = 'returned' and r.break_id in (select break_id from decided))
     )
     select (select coalesce(sum(total_vnd), 0)::bigint from released) as "signedVnd",
            coalesce(sum(amount_vnd) filter (where kind = 'settled'), 0)::bigint as "ledgerPaidVnd",
            coalesce(sum(amount_vnd) filter (where kind = 'returned'), 0)::bigint
              as "ledgerReturnedVnd"
       from booked`,
    bound(of),
  );
}

/** The accounts as their statements of these months have them, those that had come by the instant. */
export function statedAccounts(db: Db | Tx, of: AsOf): Promise<StatedAccount[]> {
  return many(
    db,
    `select s.account, count(*) as statements,
            (array_agg(s.opening_vnd order by s.sequence_no))[1] as "openingVnd",
            sum(s.debit_vnd)::bigint as "debitVnd", sum(s.credit_vnd)::bigint as "creditVnd",
            (array_agg(s.closing_vnd order by s.sequence_no desc))[1] as "closingVnd"
       from statement s join file f using (file_id)
      where to_char(s.day, 'YYYY-MM') >= :first and to_char(s.day, 'YYYY-MM') <= :last
        and f.recorded_at <= :asOf::timestamptz
      group by 1 order by 1`,
    bound(of),
  );
}

/** Breaks of these months that were open at the instant, by kind. */
export function breaksOpenAt(db: Db | Tx, of: AsOf): Promise<OpenBreakRow[]> {
  return many(
    db,
    `select kind, count(*) as count, sum(amount_vnd)::bigint as vnd
       from reconciliation_break
      where period >= :first and period <= :last and opened_at <= :asOf::timestamptz
        and (resolved_at is null or resolved_at > :asOf::timestamptz)
      group by 1 order by 1`,
    bound(of),
  );
}

/** The log as it stood at the instant; undefined where nothing had happened yet. */
export function headAt(
  db: Db | Tx,
  of: { asOf: Date },
): Promise<{ eventNo: bigint; hash: string } | undefined> {
  return maybeOne(
    db,
    `select event_no as "eventNo", encode(hash, 'hex') as hash from audit_event
      where occurred_at <= :asOf::timestamptz order by event_no desc limit 1`,
    { asOf: of.asOf.toISOString() },
  );
}
