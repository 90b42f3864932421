import { firstDay, lastDay, type Period, type PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';

export interface Closing {
  readonly period: Period;
  readonly entitledVnd: bigint;
  readonly owedVnd: bigint;
  readonly paidVnd: bigint;
  readonly openBreakCount: bigint;
}

/**
 * Writes down what a month came to when it was closed. The database refuses it by the name of what is not
 * yet done: a batch, a file, the account or a break without an owner.
 */
export function recordClosing(
  tx: Tx,
  of: { period: Period; preparedBy: string; confirmedBy: string; at: Date },
): Promise<Closing> {
  return one(
    tx,
    `insert into period_closing
       (period, prepared_by, confirmed_by, closed_at, entitled_vnd, owed_vnd, paid_vnd,
        open_break_count)
     select :period, :preparedBy, :confirmedBy, :at,
            coalesce(sum(amount_vnd) filter (where kind = 'entitled'), 0),
            coalesce(sum(case when credit_account = 'owed' then amount_vnd
                              when debit_account = 'owed' then -amount_vnd end), 0),
            coalesce(sum(case when credit_account = 'paid' then amount_vnd
                              when debit_account = 'paid' then -amount_vnd end), 0),
            (select count(*) from reconciliation_break
              where period = :period and resolved_at is null)
       from ledger_transfer where period = :period
     returning period, entitled_vnd as "entitledVnd", owed_vnd as "owedVnd",
               paid_vnd as "paidVnd", open_break_count as "openBreakCount"`,
    { ...of, at: of.at.toISOString() },
  );
}

/** What a month comes to, as it stands now. */
export function monthStands(db: Db | Tx, of: { period: Period }): Promise<Closing> {
  return one(
    db,
    `select :period as period,
            coalesce(sum(amount_vnd) filter (where kind = 'entitled'), 0)::bigint as "entitledVnd",
            coalesce(sum(case when credit_account = 'owed' then amount_vnd
                              when debit_account = 'owed' then -amount_vnd end), 0)::bigint
              as "owedVnd",
            coalesce(sum(case when credit_account = 'paid' then amount_vnd
                              when debit_account = 'paid' then -amount_vnd end), 0)::bigint
              as "paidVnd",
            (select count(*) from reconciliation_break
              where period = :period and resolved_at is null) as "openBreakCount"
       from ledger_transfer where period = :period`,
    of,
  );
}

export interface ClosingState {
  readonly closedAt: Date | null;
  readonly preparedBy: string | null;
  readonly confirmedBy: string | null;
  /** What stands in the way, by the rules that would refuse. */
  readonly unfinishedBatches: bigint;
  readonly unreadFiles: bigint;
  readonly untiedDays: bigint;
  readonly ownerlessBreaks: bigint;
}

/** Whether a month is closed, and what would refuse it: the same questions as those of check_closing. */
export function closingState(db: Db | Tx, of: { period: Period }): Promise<ClosingState> {
  return one(
    db,
    `select c.closed_at as "closedAt", c.prepared_by as "preparedBy",
            c.confirmed_by as "confirmedBy",
            (select count(*) from disbursement_batch b join batch_state s using (batch_id)
              where b.period = :period and s.state not in ('reconciled', 'withdrawn'))
              as "unfinishedBatches",
            (select count(*) from settlement_file f
              where f.verdict = 'accepted' and f.matched_count is null
                and :period between f.first_period and f.last_period) as "unreadFiles",
            (select count(distinct (t.account, t.day)) from account_tie_between(:first, :last) t
              where t.waits or t.bank_vnd <> t.book_vnd + t.break_vnd) as "untiedDays",
            (select count(*) from reconciliation_break b
              where b.period = :period and b.resolved_at is null
                and not exists (select from break_assignment a where a.break_id = b.break_id))
              as "ownerlessBreaks"
       from (select) one left join period_closing c on c.period = :period`,
    { ...of, ...daysOf(of) },
  );
}

export interface ClosingProposal extends Closing {
  readonly proposalNo: number;
  readonly note: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

/** Records that a month may be closed, with what it came to. */
export async function addClosingProposal(
  tx: Tx,
  of: Closing & { note: string; by: string; at: Date },
): Promise<{ proposalNo: number }> {
  await takeTurn(tx, `closing/${of.period}`);
  return one(
    tx,
    `insert into period_closing_proposal
       (period, proposal_no, entitled_vnd, owed_vnd, paid_vnd, open_break_count, note, proposed_by,
        proposed_at)
     select :period, (select count(*) + 1 from period_closing_proposal where period = :period),
            :entitledVnd, :owedVnd, :paidVnd, :openBreakCount, :note, :by, :at
     returning proposal_no as "proposalNo"`,
    { ...of, at: of.at.toISOString() },
  );
}

/** The last proposal to close a month that is open. */
export function waitingClosing(
  db: Db | Tx,
  of: { period: Period },
): Promise<ClosingProposal | undefined> {
  return maybeOne(
    db,
    `select p.period, p.proposal_no as "proposalNo", p.entitled_vnd as "entitledVnd",
            p.owed_vnd as "owedVnd", p.paid_vnd as "paidVnd",
            p.open_break_count as "openBreakCount", p.note, p.proposed_by as "proposedBy",
            p.proposed_at as "proposedAt"
       from period_closing_proposal p
      where p.period = :period
        and not exists (select from period_closing c where c.period = p.period)
      order by p.proposal_no desc limit 1`,
    of,
  );
}

/** One day of one account, as its bank states it and as we book it. In dong; what left is negative. */
export interface TiedDay {
  readonly account: string;
  readonly day: PlainDate;
  /** Null where no statement has come for the day. */
  readonly openingVnd: bigint | null;
  readonly closingVnd: bigint | null;
  readonly bankVnd: bigint;
  readonly bookVnd: bigint;
  /** Of breaks that are open, and of those that were resolved. */
  readonly openVnd: bigint;
  readonly resolvedVnd: bigint;
  /** What has not been said to the end: the batch is open, or the names have not come. */
  readonly waitingVnd: bigint;
  /** Zero, or the month cannot be closed. */
  readonly leftVnd: bigint;
}

/** Every day of a month on every account, tied: bank = booked + breaks + what waits + what is left. */
export function tiedDays(db: Db | Tx, of: { period: Period }): Promise<TiedDay[]> {
  return many(
    db,
    `with moved as (
       select account, day, sum(bank_vnd)::bigint as bank,
              coalesce(sum(book_vnd) filter (where not waits), 0)::bigint as book,
              coalesce(sum(open_vnd) filter (where not waits), 0)::bigint as open,
              coalesce(sum(break_vnd - open_vnd) filter (where not waits), 0)::bigint as resolved,
              coalesce(sum(bank_vnd) filter (where waits), 0)::bigint as waiting
         from account_tie_between(:first, :last)
        group by 1, 2
     ),
     stated as (
       select account, day, (array_agg(opening_vnd order by sequence_no))[1] as opening,
              (array_agg(closing_vnd order by sequence_no desc))[1] as closing
         from statement where day between :first and :last
        group by 1, 2
     )
     select account, day, opening as "openingVnd", closing as "closingVnd",
            coalesce(bank, 0) as "bankVnd", coalesce(book, 0) as "bookVnd",
            coalesce(open, 0) as "openVnd", coalesce(resolved, 0) as "resolvedVnd",
            coalesce(waiting, 0) as "waitingVnd",
            coalesce(bank - book - open - resolved - waiting, 0) as "leftVnd"
       from moved full join stated using (account, day)
      order by account, day`,
    daysOf(of),
  );
}

/**
 * How many parts of the account do not tie on the days that no closed month has. A month is closed only when its days
 * tie and changes no more, so that the look of every evening costs the open months and not all that were.
 */
export async function untiedOpenParts(db: Db | Tx): Promise<bigint> {
  const { parts } = await one<{ parts: bigint }>(
    db,
    `with closed as (select period from period_state where closed_at is not null),
     open_day as (
       select e.booked_on as day
         from statement s join statement_entry e using (account, sequence_no)
        where to_char(s.day, 'YYYY-MM') not in (select period from closed)
       union all
       select value_date from disbursement_batch
        where to_char(value_date, 'YYYY-MM') not in (select period from closed)
     )
     select count(*) as parts
       from (select min(day) as first from open_day) open,
            lateral account_tie_between(open.first, 'infinity') t
      where not t.waits and t.bank_vnd <> t.book_vnd + t.break_vnd`,
  );
  return parts;
}

/** The first and the last day of a month: what is asked by days costs no more as months go by. */
function daysOf({ period }: { period: Period }): { first: PlainDate; last: PlainDate } {
  return { first: firstDay(period), last: lastDay(period) };
}

/** Records that somebody has found a day tied. The database refuses one that does not add up. */
export async function addDaySignOff(
  tx: Tx,
  of: TiedDay & { openingVnd: bigint; closingVnd: bigint; by: string; at: Date },
): Promise<{ signNo: number }> {
  await takeTurn(tx, `statement/${of.account}`);
  return one(
    tx,
    `insert into day_sign_off
       (account, day, sign_no, opening_vnd, closing_vnd, bank_vnd, book_vnd, open_vnd, resolved_vnd,
        waiting_vnd, signed_by, signed_at)
     select :account, :day,
            (select count(*) + 1 from day_sign_off where account = :account and day = :day),
            :openingVnd, :closingVnd, :bankVnd, :bookVnd, :openVnd, :resolvedVnd, :waitingVnd,
            :by, :at
     returning sign_no as "signNo"`,
    { ...of, at: of.at.toISOString() },
  );
}

export interface SignedDay {
  readonly account: string;
  readonly day: PlainDate;
  readonly bankVnd: bigint;
  readonly bookVnd: bigint;
  readonly openVnd: bigint;
  readonly signedBy: string;
  readonly signedAt: Date;
}

/** The last signature of every signed day of a month. */
export function signedDays(db: Db | Tx, of: { period: Period }): Promise<SignedDay[]> {
  return many(
    db,
    `select distinct on (account, day) account, day, bank_vnd as "bankVnd", book_vnd as "bookVnd",
            open_vnd as "openVnd", signed_by as "signedBy", signed_at as "signedAt"
       from day_sign_off where to_char(day, 'YYYY-MM') = :period
      order by account, day, sign_no desc`,
    of,
  );
}

/** By what the totals of a month are laid beside each other. */
export type TotalsBy = 'batch' | 'bank' | 'day' | 'programme' | 'period';

export interface ThreeWay {
  readonly key: string;
  readonly count: bigint;
  readonly instructedVnd: bigint;
  /** What the bank or the post office has refused or not paid out. */
  readonly refusedVnd: bigint;
  readonly bookedVnd: bigint;
  readonly returnedVnd: bigint;
  /** Of which nothing is known yet. */
  readonly openVnd: bigint;
}

const KEYS: Readonly<Record<TotalsBy, string>> = {
  batch: 'b.batch_code',
  bank: `coalesce(nullif(i.bank_bin, ''), b.channel)`,
  day: `coalesce(o.booked_on::text, '–')`,
  programme: 'b.programme',
  period: 'b.period',
};

/** As an array: joined, the batches would be counted as one row, and each line looked up by itself. */
const BATCHES = `
  array (select b.batch_id from disbursement_batch b join batch_state s using (batch_id)
          where b.period = :period and s.state <> 'withdrawn')`;

/**
 * What was instructed of the batches of a month, what was refused, booked and returned of it, by batch, bank,
 * day of booking, programme or as a whole. Each instruction counts once, under one key.
 */
export function threeWayTotals(
  db: Db | Tx,
  of: { period: Period; by: TotalsBy },
): Promise<ThreeWay[]> {
  return many(
    db,
    `select ${KEYS[of.by]} as key, count(*) as count, sum(i.amount_vnd)::bigint as "instructedVnd",
            coalesce(sum(i.amount_vnd) filter (where o.outcome in ('rejected', 'unpaid')), 0)::bigint
              as "refusedVnd",
            coalesce(sum(o.reported_vnd) filter (where o.outcome = 'settled'), 0)::bigint
              as "bookedVnd",
            coalesce(sum(r.reported_vnd), 0)::bigint as "returnedVnd",
            coalesce(sum(i.amount_vnd) filter (where o.outcome is null), 0)::bigint as "openVnd"
       from payment_instruction i
       join disbursement_batch b on b.batch_id = i.batch_id
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period <= :period
        and o.batch_id = any (${BATCHES})
        and coalesce(o.period = i.period and o.end_to_end_id = i.end_to_end_id, false)
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period <= :period
        and r.batch_id = any (${BATCHES})
        and coalesce(r.period = i.period and r.end_to_end_id = i.end_to_end_id, false)
      where i.period <= :period and i.batch_id = any (${BATCHES})
      group by 1 order by 1`,
    { period: of.period },
  );
}

export interface ThreeWayLine {
  readonly recipientId: bigint;
  readonly reference: string;
  readonly batchCode: string;
  readonly instructedVnd: bigint;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly isReturned: boolean;
}

/** What the lines behind a figure came to. */
export const LINE_FATES = ['refused', 'booked', 'returned', 'open'] as const;
export type LineFate = (typeof LINE_FATES)[number];

/**
 * The lines behind one total, or behind one of its figures, a page at a time in the order of recipient and
 * reference.
 */
export function threeWayLines(
  db: Db | Tx,
  of: {
    period: Period;
    by: TotalsBy;
    key: string;
    fate: LineFate | null;
    after: { recipientId: bigint; reference: string };
    limit: number;
  },
): Promise<ThreeWayLine[]> {
  const { period, key, fate, after, limit } = of;
  return many(
    db,
    `select i.recipient_id as "recipientId", i.end_to_end_id as reference,
            b.batch_code as "batchCode", i.amount_vnd as "instructedVnd", o.outcome,
            coalesce(r.reason, o.reason) as reason, r.end_to_end_id is not null as "isReturned"
       from payment_instruction i
       join disbursement_batch b on b.batch_id = i.batch_id and b.period = :period
       join batch_state s on s.batch_id = b.batch_id and s.state <> 'withdrawn'
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id
      where i.period <= :period and (i.recipient_id, i.end_to_end_id) > (:recipientId, :reference)
        and ${KEYS[of.by]} = :key
        and case :fate::text when 'refused' then o.outcome in ('rejected', 'unpaid')
                             when 'booked' then o.outcome = 'settled'
                             when 'returned' then r.end_to_end_id is not null
                             when 'open' then o.outcome is null else true end
      order by i.recipient_id, i.end_to_end_id limit :limit`,
    { period, key, fate, ...after, limit },
  );
}

/**
 * Books what was paid back of a recovery that was decided to be repaid. Nothing is returned where there is
 * no such decision; more than was decided is refused by the name of the rule.
 */
export function addRepayment(
  tx: Tx,
  of: {
    recipientId: bigint;
    caseNo: number;
    amountVnd: bigint;
    paidOn: PlainDate;
    document: string;
    by: string;
    confirmedBy: string;
    at: Date;
    period: Period;
  },
): Promise<{ repaymentNo: number; leftVnd: bigint } | undefined> {
  return maybeOne(
    tx,
    `insert into recovery_repayment
       (recipient_id, case_no, repayment_no, outcome, amount_vnd, before_vnd, decided_vnd, paid_on,
        document, booked_by, confirmed_by, booked_at, period)
     select d.recipient_id, d.case_no, r.count + 1, d.outcome, :amountVnd, r.vnd, p.amount_vnd,
            :paidOn, :document, :by, :confirmedBy, :at, :period
       from recovery_decision d
       join recovery_proposal p
         on p.recipient_id = d.recipient_id and p.case_no = d.case_no
        and p.proposal_no = d.proposal_no,
            lateral (select count(*) as count, coalesce(sum(amount_vnd), 0)::bigint as vnd
                       from recovery_repayment r
                      where r.recipient_id = :recipientId and r.case_no = :caseNo) r
      where d.recipient_id = :recipientId and d.case_no = :caseNo and d.outcome = 'repay'
     returning repayment_no as "repaymentNo", decided_vnd - after_vnd as "leftVnd"`,
    { ...of, at: of.at.toISOString() },
  );
}
