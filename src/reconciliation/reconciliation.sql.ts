import type { Period } from '../kernel/period.ts';
import { many, one, partition, takeTurn, type Db, type Tx } from '../platform/db.ts';
import { EARLY_STATUSES, ENDING_STATUSES } from '../settlement/payment-status.ts';
import { SEEN_BEFORE } from '../settlement/settlement.ts';
import type { BreakKind } from './break.ts';

const quoted = (codes: readonly string[]): string => codes.map((code) => `'${code}'`).join(', ');
const REPEATS = quoted(SEEN_BEFORE);

/** Statuses that end a payment before money has moved. */
const ENDS = quoted(ENDING_STATUSES);

/** A message that refuses a whole file of ours, and not merely a second copy of it. */
const REFUSES_WHOLE = (file: string): string =>
  `(${file}.group_status in (${ENDS}) and ${file}.group_reason not in (${REPEATS}))`;

/** Whether a line is within a payment file p: of its batch, in the order of recipient and reference. */
const WITHIN = (line: string, of: 'p' | 'd' = 'p'): string => `
  (${line}.recipient_id, ${line}.end_to_end_id) >= (p.first_recipient_id, p.first_reference)
  and (${line}.recipient_id, ${line}.end_to_end_id) <= (p.last_recipient_id, p.last_reference)
  and ${line}.period <= ${of}.period`;

/** Whether the bank of a channel c says by its statuses or lists what was paid, and not by entries. */
const PAID_BY_WORD = `
  exists (select from bank_profile v
           where v.channel = c.channel and v.version = c.profile_version
             and v.content::jsonb #>> '{inbound,paidWhen}' <> 'entry-booked')`;

/** The same of a payment file p whose period is that of its batch d. */
const OF_THE_FILE = (line: string): string => WITHIN(line, 'd');

/** Whether a received file f itself says that something of a payment file p was booked. */
const HAS_DEBITS_OF_THE_FILE = `
  exists (select from settlement_line l
           where l.file_id = f.file_id and l.kind = 'debit'
             and l.period >= f.first_period and l.period <= f.last_period and ${WITHIN('l')})`;

/** Whether it says that something came back of which nothing else is known. */
const HAS_CREDITS_OF_THE_FILE = `
  exists (select from settlement_line l
           where l.file_id = f.file_id and l.kind = 'credit'
             and l.period >= f.first_period and l.period <= f.last_period and ${WITHIN('l')}
             and p.batch_id = (select i.batch_id from payment_instruction i
                                where i.recipient_id = l.recipient_id and i.period = l.period
                                  and i.end_to_end_id = l.end_to_end_id)
             and (select o.outcome from payment_outcome o
                   where o.recipient_id = l.recipient_id and o.period = l.period
                     and o.end_to_end_id = l.end_to_end_id) is null)`;

/** Whether it ends a payment of a payment file p, without naming the one message that it answers. */
const ENDS_SOME_OF_THE_FILE = `
  exists (select from settlement_line l
           where l.file_id = f.file_id and l.kind = 'status'
             and l.period >= f.first_period and l.period <= f.last_period and ${WITHIN('l')}
             and p.batch_id = (select i.batch_id from payment_instruction i
                                where i.recipient_id = l.recipient_id and i.period = l.period
                                  and i.end_to_end_id = l.end_to_end_id))`;

export interface FileToReconcile {
  readonly fileId: bigint;
  readonly channel: string;
  readonly kind: string;
  readonly lineCount: bigint;
  /** How many of the lines say that money came back. */
  readonly creditCount: bigint;
  readonly firstPeriod: Period;
  readonly lastPeriod: Period;
  /** Whether one of the periods is closed. */
  readonly isLate: boolean;
  readonly originalMessageId: string | null;
  readonly groupStatus: string | null;
  readonly groupReason: string | null;
}

/**
 * Accepted files whose lines may meet the instructions now, in the order in which they do.
 *
 * Money first. What a bank refused and what came back is judged beside what it booked, so a file
 * that says the one waits for the file that says the other, and the order in which they come makes
 * no difference (I26). A status report waits until the payment file that it answers is booked, unless
 * it refuses it whole or is itself the word by which the bank books; so does a decision on payments of several
 * payment files, for each of them; a return waits until the payment file of its instruction is booked, if its own
 * file does not book it. Why a bank refused says more than that it was asked to cancel, and comes first.
 */
export function filesToReconcile(db: Db | Tx): Promise<FileToReconcile[]> {
  return many(
    db,
    `with unbooked as materialized (
       select d.batch_id, d.channel, d.period, p.message_id, p.first_recipient_id,
              p.first_reference, p.last_recipient_id, p.last_reference
         from payment_file p
         join disbursement_batch d using (batch_id)
         join batch_state s on s.batch_id = d.batch_id and s.state = 'released'
        where not exists (select from settlement_file r
                           where r.original_message_id = p.message_id and r.verdict = 'accepted'
                             and r.matched_count is not null and ${REFUSES_WHOLE('r')})
          and not exists (select from file_dispatch w
                           where w.file_id = p.file_id and w.state = 'withdrawn')
          and not exists (select from payment_outcome o
                           where o.batch_id = p.batch_id and o.outcome = 'settled'
                             and ${OF_THE_FILE('o')})
     )
     select file_id as "fileId", channel, kind, line_count as "lineCount",
            credit_count as "creditCount",
            coalesce(first_period, '0000-00') as "firstPeriod",
            coalesce(last_period, '9999-99') as "lastPeriod",
            exists (select from period_state s
                     where s.closed_at is not null and s.period >= f.first_period
                       and s.period <= f.last_period) as "isLate",
            original_message_id as "originalMessageId", group_status as "groupStatus",
            group_reason as "groupReason"
       from settlement_file f
      where verdict = 'accepted' and matched_count is null
        and not (kind in ('pain.002', 'camt.029') and ${REFUSES_WHOLE('f')} is not true
                 and exists (select from unbooked p where p.message_id = f.original_message_id)
                 and not exists (select from channel c
                                  where c.channel = f.channel and ${PAID_BY_WORD}))
        and not (kind = 'camt.029' and original_message_id is null
                 and exists (select from unbooked p
                              where p.channel = f.channel and ${ENDS_SOME_OF_THE_FILE}))
        and not (credit_count > 0
                 and exists (
                   select from unbooked p
                    where p.channel = f.channel
                      and (credit_count = line_count or not ${HAS_DEBITS_OF_THE_FILE})
                      and ${HAS_CREDITS_OF_THE_FILE}))
      order by kind = 'camt.029', file_id`,
  );
}

/** The periods of the instructions that a file speaks of. */
interface Periods {
  readonly firstPeriod: Period;
  readonly lastPeriod: Period;
}

/** The recipients of whom a file speaks lie between two numbers, both included. */
interface Recipients {
  readonly firstRecipient: bigint;
  readonly lastRecipient: bigint;
}

export interface Matching extends Periods, Recipients {
  readonly fileId: bigint;
  readonly channel: string;
  readonly kind: string;
  readonly originalMessageId: string | null;
  /** Whether one of the periods is closed, so that the open one books what belongs to it. */
  readonly isLate: boolean;
  /** The day on which a refusal without a booking date counts. */
  readonly on: string;
}

/**
 * Waits until nobody else reconciles what a channel has said, and keeps the others waiting until the
 * transaction ends. An instruction has its outcome from its own channel alone, so two processes
 * cannot give it two.
 */
export async function takeChannel(tx: Tx, channel: string): Promise<void> {
  await takeTurn(tx, `reconciliation/${channel}`);
}

/** Whether a file still has to be reconciled: to be asked once its channel is taken. */
export async function isUnreconciled(tx: Tx, fileId: bigint): Promise<boolean> {
  const row = await one<{ open: boolean }>(
    tx,
    'select matched_count is null as open from settlement_file where file_id = :fileId',
    { fileId },
  );
  return row.open;
}

/** Whether a batch still has to be closed: to be asked once its channel is taken. */
export async function isUnclosed(tx: Tx, batchId: bigint): Promise<boolean> {
  const row = await one<{ open: boolean }>(
    tx,
    `select state = 'released' as open from batch_state where batch_id = :batchId`,
    { batchId },
  );
  return row.open;
}

/**
 * Between which recipients the lines of a file lie. A payment file is a run of recipients, and so is
 * the answer: what a million others were instructed need not be looked at for each of them.
 */
export function recipientsOf(tx: Tx, of: Periods & { fileId: bigint }): Promise<Recipients> {
  return one(
    tx,
    `select coalesce(min(recipient_id), 0) as "firstRecipient",
            coalesce(max(recipient_id), 0) as "lastRecipient"
       from settlement_line
      where file_id = :fileId and period >= :firstPeriod and period <= :lastPeriod
        and recipient_id > 0`,
    { fileId: of.fileId, firstPeriod: of.firstPeriod, lastPeriod: of.lastPeriod },
  );
}

/** The open period that books what belongs to a closed one (I29). */
const BOOK_PERIOD = `case
    when o.period in (select period from period_state where closed_at is not null)
    then (select max(period) from period_state where closed_at is null)
    else o.period end`;

/** Where what a file says is booked. */
function ledgerOf(of: Matching): string {
  return of.isLate ? 'ledger_transfer' : into('ledger_transfer', of);
}

/** The table, or its partition when all that is written is of one period. */
function into(table: string, { firstPeriod, lastPeriod }: Periods): string {
  return firstPeriod === lastPeriod ? partition(table, firstPeriod) : table;
}

/** Books what a statement has found: of rows o with the instruction's programme, batch and amount. */
const BOOKED = (
  ledger: string,
  [kind, debit, credit]: readonly [string, string, string],
): string => `
  insert into ${ledger}
    (recipient_id, period, reference, kind, programme, debit_account, credit_account, amount_vnd,
     booked_on, batch_id, file_id)
  select o.recipient_id, ${BOOK_PERIOD}, o.end_to_end_id, ${kind}, o.programme, ${debit}, ${credit},
         o.instructed_vnd, o.booked_on, o.batch_id, o.file_id
    from found o`;

const OUTCOMES_MADE = (table: string): string => `
  insert into ${table}
    (recipient_id, period, end_to_end_id, outcome, reason, instructed_vnd, reported_vnd, booked_on,
     batch_id, file_id, line_no)
  select recipient_id, period, end_to_end_id, outcome, reason, instructed_vnd, reported_vnd,
         booked_on, batch_id, file_id, line_no
    from found`;

/**
 * Whether what is said of an instruction i is said in an answer to the file in which it went. In the answer to
 * another one it is no word on which anything is paid again: the bank may have meant either.
 */
const IS_OF_THE_ANSWERED = `(
  :kind <> 'pain.002' or exists (
    select from payment_file p join disbursement_batch d using (batch_id)
     where p.message_id = :originalMessageId and p.batch_id = i.batch_id and ${OF_THE_FILE('i')}))`;

/** The batches of a channel that may have answers: an array, since a join with it would be a loop. */
const ANSWERED_BATCHES = `array (
            select b.batch_id
              from disbursement_batch b join batch_state s using (batch_id)
             where b.channel = :channel and s.state in ('released', 'reconciled'))`;

/**
 * Gives each instruction that a file speaks of its outcome, and books it, in one statement: settled
 * when the money was booked or handed over, rejected or unpaid when it was not. Only a line of the
 * channel to which it was released, with the amount to the dong, is an outcome. What an instruction
 * became before stays: a second line about it is left for openBreaks(). The channel must be taken.
 *
 * Lines and instructions are joined by the recipient alone and the reference is compared in a form
 * that the planner does not count: it takes the two together for a single row, and loops.
 */
export function matchOutcomes(tx: Tx, of: Matching): Promise<{ count: bigint; vnd: bigint }> {
  return one(
    tx,
    `with found as materialized (
       select distinct on (i.recipient_id, i.period, i.end_to_end_id)
              i.recipient_id, i.period, i.end_to_end_id, i.programme, i.batch_id,
              case when l.kind in ('debit', 'paid') then 'settled'
                   when l.kind = 'unpaid' then 'unpaid' else 'rejected' end as outcome,
              l.reason, i.amount_vnd as instructed_vnd,
              coalesce(l.amount_vnd, i.amount_vnd) as reported_vnd,
              coalesce(l.booked_on, :on::date) as booked_on, l.file_id, l.line_no
         from settlement_line l
         join payment_instruction i
           on i.recipient_id = l.recipient_id
          and coalesce(i.period = l.period and i.end_to_end_id = l.end_to_end_id, false)
        where l.file_id = :fileId and l.period >= :firstPeriod and l.period <= :lastPeriod
          and l.recipient_id between :firstRecipient and :lastRecipient
          and i.recipient_id between :firstRecipient and :lastRecipient
          and i.period >= :firstPeriod and i.period <= :lastPeriod
          and i.batch_id = any (${ANSWERED_BATCHES})
          and (l.kind in ('debit', 'paid', 'unpaid')
               or (l.kind = 'status' and l.status in (${ENDS}) and l.reason not in (${REPEATS})
                   and ${IS_OF_THE_ANSWERED}))
          and coalesce(l.amount_vnd = i.amount_vnd, true)
          and not exists (
            select from payment_outcome known
             where known.recipient_id = i.recipient_id
               and coalesce(known.period = i.period
                            and known.end_to_end_id = i.end_to_end_id, false)
               and known.recipient_id between :firstRecipient and :lastRecipient
               and known.period >= :firstPeriod and known.period <= :lastPeriod)
        order by i.recipient_id, i.period, i.end_to_end_id, l.line_no
     ),
     made as (${OUTCOMES_MADE(into('payment_outcome', of))}),
     booked as (
       ${BOOKED(ledgerOf(of), [
         'o.outcome',
         `'in_transit'`,
         `case when o.outcome = 'settled' then 'paid' else 'owed' end`,
       ])}
     )
     select count(*) as count, coalesce(sum(instructed_vnd), 0)::bigint as vnd from found`,
    { ...of },
  );
}

/** Books what came back after it had been booked: at most once for each instruction. */
export function matchReturns(tx: Tx, of: Matching): Promise<{ count: bigint; vnd: bigint }> {
  return one(
    tx,
    `with found as materialized (
       select distinct on (o.recipient_id, o.period, o.end_to_end_id)
              o.recipient_id, o.period, o.end_to_end_id, b.programme, l.reason, o.instructed_vnd,
              l.amount_vnd as reported_vnd, l.booked_on, o.batch_id, l.file_id, l.line_no
         from settlement_line l
         join payment_outcome o
           on o.recipient_id = l.recipient_id
          and coalesce(o.period = l.period and o.end_to_end_id = l.end_to_end_id, false)
         join disbursement_batch b on b.batch_id = o.batch_id and b.channel = :channel
        where l.file_id = :fileId and l.period >= :firstPeriod and l.period <= :lastPeriod
          and l.recipient_id between :firstRecipient and :lastRecipient
          and o.recipient_id between :firstRecipient and :lastRecipient
          and o.period >= :firstPeriod and o.period <= :lastPeriod and o.outcome = 'settled'
          and l.kind = 'credit' and l.amount_vnd = o.instructed_vnd
          and not exists (
            select from payment_return known
             where known.recipient_id = o.recipient_id and known.period = o.period
               and known.end_to_end_id = o.end_to_end_id)
        order by o.recipient_id, o.period, o.end_to_end_id, l.line_no
     ),
     made as (
       insert into payment_return
         (recipient_id, period, end_to_end_id, reason, instructed_vnd, reported_vnd, booked_on,
          batch_id, file_id, line_no)
       select recipient_id, period, end_to_end_id, reason, instructed_vnd, reported_vnd, booked_on,
              batch_id, file_id, line_no
         from found
     ),
     booked as (
       ${BOOKED(ledgerOf(of), [`'returned'`, `'paid'`, `'owed'`])}
     )
     select count(*) as count, coalesce(sum(instructed_vnd), 0)::bigint as vnd from found`,
    { ...of },
  );
}

/** Whether a file refuses a whole payment file of ours, and not merely a second copy of it. */
export async function refusesWhole(db: Db | Tx, fileId: bigint): Promise<boolean> {
  const row = await one<{ refuses: boolean }>(
    db,
    `select coalesce(${REFUSES_WHOLE('f')}, false) as refuses
       from settlement_file f where file_id = :fileId`,
    { fileId },
  );
  return row.refuses;
}

/**
 * A message that refuses a whole file of ours refuses every instruction in it that it does not name
 * as seen before: each gets the outcome, and the money goes back to what is owed.
 */
export function rejectWholeFile(
  tx: Tx,
  of: { fileId: bigint; messageId: string; reason: string; on: string },
): Promise<{ count: bigint; vnd: bigint }> {
  return one(
    tx,
    `with found as materialized (
       select i.recipient_id, i.period, i.end_to_end_id, i.programme, i.batch_id,
              'rejected' as outcome, :reason::text as reason, i.amount_vnd as instructed_vnd,
              i.amount_vnd as reported_vnd, :on::date as booked_on, :fileId::bigint as file_id,
              0 as line_no
         from payment_file p
         join disbursement_batch d using (batch_id)
         join payment_instruction i on i.batch_id = p.batch_id and ${OF_THE_FILE('i')}
        where p.message_id = :messageId
          and not exists (select from payment_outcome known
                           where known.recipient_id = i.recipient_id and known.period = i.period
                             and known.end_to_end_id = i.end_to_end_id)
          and not exists (select from settlement_line l
                           where l.recipient_id = i.recipient_id and l.period = i.period
                             and l.file_id = :fileId and l.end_to_end_id = i.end_to_end_id
                             and l.reason in (${REPEATS}))
        order by i.recipient_id, i.period, i.end_to_end_id
     ),
     made as (${OUTCOMES_MADE('payment_outcome')}),
     booked as (
       ${BOOKED('ledger_transfer', [`'rejected'`, `'in_transit'`, `'owed'`])}
     )
     select count(*) as count, coalesce(sum(instructed_vnd), 0)::bigint as vnd from found`,
    of,
  );
}

/**
 * Opens a break for a payment file of ours that a message refuses whole after some of it was booked:
 * what the bank has said to be paid and what it says to be refused cannot both be.
 */
export async function openRefusedAfterBooking(
  tx: Tx,
  of: { messageId: string; at: Date },
): Promise<bigint> {
  const row = await one<{ opened: bigint }>(
    tx,
    `with booked as (
       select d.batch_id, d.period, sum(o.instructed_vnd) as vnd
         from payment_file p
         join disbursement_batch d using (batch_id)
         join payment_outcome o
           on o.batch_id = p.batch_id and o.outcome = 'settled' and ${OF_THE_FILE('o')}
        where p.message_id = :messageId
        group by 1, 2
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, batch_id, period, reference, amount_vnd, opened_at)
       select next_numbers('break', 1), 'rejected-after-booking', batch_id, period, :messageId, vnd,
              :at
         from booked
       returning 1
     )
     select count(*) as opened from opened`,
    { ...of, at: of.at.toISOString() },
  );
  return row.opened;
}

/** Lines of a file that carry no outcome and need none: what became of an instruction on the way. */
export async function harmlessLines(tx: Tx, of: Matching): Promise<bigint> {
  const row = await one<{ n: bigint }>(
    tx,
    `select count(*) as n
       from settlement_line l
       join payment_instruction i
         on i.recipient_id = l.recipient_id
        and coalesce(i.period = l.period and i.end_to_end_id = l.end_to_end_id, false)
      where l.file_id = :fileId and l.period >= :firstPeriod and l.period <= :lastPeriod
        and l.recipient_id between :firstRecipient and :lastRecipient
        and i.recipient_id between :firstRecipient and :lastRecipient
        and i.period >= :firstPeriod and i.period <= :lastPeriod
        and i.batch_id = any (${ANSWERED_BATCHES})
        and l.kind = 'status' and l.status not in (${ENDS})`,
    { ...of },
  );
  return row.n;
}

/**
 * Every line of a file that did not become an outcome, with the gravest thing to be said of it: a
 * repetition of what is known, or a break that a person must explain. One row for each line.
 */
const LEFT_OVER = `
  released as (
    select b.batch_id, b.channel
      from disbursement_batch b join batch_state s using (batch_id)
     where s.state in ('released', 'reconciled')
  ),
  left_over as (
    select l.*, i.batch_id, i.amount_vnd as instructed_vnd, i.channel as instructed_channel,
           l.kind <> 'status' or ${IS_OF_THE_ANSWERED} as is_of_the_answered,
           o.outcome, o.file_id as outcome_file_id, first_line.entry_reference as first_entry,
           r.file_id as return_file_id, return_line.entry_reference as return_entry,
           exists (select from payment_outcome n
                    where n.recipient_id = i.recipient_id and n.period = i.period
                      and n.outcome = 'settled'
                      and n.end_to_end_id like
                          substring(i.end_to_end_id from '^(.*T)[0-9]+$') || '%'
                      and n.end_to_end_id <> i.end_to_end_id) as paid_otherwise
      from settlement_line l
      left join (payment_instruction join released using (batch_id)) i
        on i.recipient_id = l.recipient_id and i.period = l.period
       and i.end_to_end_id = l.end_to_end_id
      left join payment_outcome o
        on o.recipient_id = l.recipient_id and o.period = l.period
       and o.end_to_end_id = l.end_to_end_id
      left join settlement_line first_line
        on first_line.recipient_id = o.recipient_id and first_line.period = o.period
       and first_line.file_id = o.file_id and first_line.line_no = o.line_no
      left join payment_return r
        on r.recipient_id = l.recipient_id and r.period = l.period
       and r.end_to_end_id = l.end_to_end_id
      left join settlement_line return_line
        on return_line.recipient_id = r.recipient_id and return_line.period = r.period
       and return_line.file_id = r.file_id and return_line.line_no = r.line_no
     where l.file_id = :fileId and l.period >= :firstPeriod and l.period <= :lastPeriod
       and (l.kind <> 'status' or l.status in (${ENDS}) or i.channel is distinct from :channel)
       and (o.file_id, o.line_no) is distinct from (l.file_id, l.line_no)
       and (r.file_id, r.line_no) is distinct from (l.file_id, l.line_no)
  ),
  judged as (
    select *,
           case
             when batch_id is null then 'unknown-reference'
             when instructed_channel <> :channel then 'other-channel'
             when not is_of_the_answered then 'unknown-reference'
             when kind = 'credit' and outcome is distinct from 'settled' then 'returned-unbooked'
             when amount_vnd <> instructed_vnd then 'amount-differs'
             -- Booked after all, when it had been refused and the next attempt was paid another way.
             when kind in ('debit', 'paid') and outcome <> 'settled' and paid_otherwise then 'paid-both-ways'
             when kind = 'credit' and return_file_id <> file_id
              and return_entry = entry_reference then null
             when kind = 'credit' then 'returned-twice'
             -- The bank says that it has refused to take a reference twice, as it should.
             when kind = 'status' and reason in (${REPEATS}) then null
             when kind = 'status' and outcome = 'rejected' then null
             when kind = 'unpaid' and outcome = 'unpaid' then null
             when kind in ('status', 'unpaid') or outcome <> 'settled'
               then 'rejected-after-booking'
             when first_entry = entry_reference and outcome_file_id <> file_id then null
             else 'settled-twice'
           end as break_kind
      from left_over
  )`;

/** Opens a break for each line that nothing explains. Returns the lines of either fate. */
export function openBreaks(
  tx: Tx,
  of: Matching & { at: Date },
): Promise<{ breaks: bigint; duplicates: bigint }> {
  return one(
    tx,
    `with ${LEFT_OVER},
     numbered as (
       select j.*, row_number() over (order by line_no) as nth from judged j
        where break_kind is not null
     ),
     drawn as (
       select case when exists (select from numbered)
                   then next_numbers('break', (select count(*) from numbered)) end as first
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, file_id, line_no, batch_id, period, reference, amount_vnd, opened_at,
          direction, entry_reference)
       select d.first + n.nth - 1, n.break_kind, n.file_id, n.line_no, n.batch_id, n.period,
              n.end_to_end_id, coalesce(n.amount_vnd, n.instructed_vnd, 0), :at,
              case when n.kind in ('debit', 'credit') then n.kind end,
              case when n.kind in ('debit', 'credit') then n.entry_reference end
         from numbered n cross join drawn d
        order by n.nth
       returning 1
     )
     select (select count(*) from opened) as breaks,
            (select count(*) from judged where break_kind is null) as duplicates`,
    { ...of, at: of.at.toISOString() },
  );
}

/**
 * Opens a break for each debit on a statement that books no payment file of ours: a fee, a mistake or
 * a theft. A credit may wait for its details, so what they leave unexplained is for the report.
 */
export async function openForeignDebits(tx: Tx, of: { fileId: bigint; at: Date }): Promise<bigint> {
  const row = await one<{ opened: bigint }>(
    tx,
    `with foreign_debit as (
       select e.entry_reference, e.amount_vnd, to_char(e.booked_on, 'YYYY-MM') as period,
              row_number() over (order by e.entry_reference) as nth
         from statement s
         join statement_entry e using (account, sequence_no)
        where s.file_id = :fileId and e.direction = 'debit'
          and not exists (select from payment_file p join file_dispatch d using (file_id)
                           where p.payment_information_id = e.payment_information_id)
     ),
     drawn as (
       select case when exists (select from foreign_debit)
                   then next_numbers('break', (select count(*) from foreign_debit)) end as first
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, period, reference, amount_vnd, opened_at)
       select d.first + f.nth - 1, 'not-instructed', f.period, f.entry_reference, f.amount_vnd,
              :at
         from foreign_debit f cross join drawn d
        order by f.nth
       returning 1
     )
     select count(*) as opened from opened`,
    { ...of, at: of.at.toISOString() },
  );
  return row.opened;
}

/**
 * Writes down the fates of a file's lines, once. The database refuses a line without one (I25); a
 * second process that judged the same file at the same time fails here and undoes what it did.
 */
export async function recordFates(
  tx: Tx,
  of: { fileId: bigint; matched: bigint; duplicates: bigint; breaks: bigint },
): Promise<void> {
  await one(
    tx,
    `update settlement_file
        set matched_count = :matched, duplicate_count = :duplicates, break_count = :breaks
      where file_id = :fileId and matched_count is null
     returning file_id`,
    of,
  );
}

export interface BatchToClose {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly channel: string;
  readonly period: Period;
  readonly kind: 'account' | 'cash_post';
  readonly instructionCount: bigint;
  readonly totalVnd: bigint;
}

/** What a bank says on the way, before it has carried a payment file out. */
const ON_THE_WAY = quoted(EARLY_STATUSES);

/**
 * Released batches about which every file has had its last word: the post office has reported, or
 * the bank has reported on the file and its statement shows the sum that was booked for it, or the
 * file was refused whole. That the details of the sum are here follows: the report waits for them.
 */
export function batchesToClose(db: Db | Tx): Promise<BatchToClose[]> {
  return many(
    db,
    `select b.batch_id as "batchId", b.batch_code as "batchCode", b.channel, b.period, c.kind,
            b.instruction_count as "instructionCount", b.total_vnd as "totalVnd"
       from disbursement_batch b
       join batch_state s using (batch_id)
       join channel c using (channel)
      where s.state = 'released'
        and not exists (
          select from payment_file p
           where p.batch_id = b.batch_id
             -- A file that was withdrawn has had its last word.
             and not exists (select from file_dispatch w
                              where w.file_id = p.file_id and w.state = 'withdrawn')
             and not exists (
               select from settlement_file f
                where f.original_message_id = p.message_id and f.verdict = 'accepted'
                  and f.matched_count is not null
                  and (c.kind = 'cash_post' or ${REFUSES_WHOLE('f')}
                       or coalesce(f.group_status, '') not in ('RJCT', ${ON_THE_WAY})
                       and exists (select from statement_entry e
                                   where e.payment_information_id = p.payment_information_id))))
      order by b.batch_id`,
  );
}

/**
 * Opens a break for each instruction of a finished batch of which nothing is known. One about which a
 * wrong amount was said has its break already.
 */
export async function openUnanswered(
  tx: Tx,
  of: { batchId: bigint; period: Period; at: Date },
): Promise<bigint> {
  const row = await one<{ opened: bigint }>(
    tx,
    `with silent as (
       select i.end_to_end_id, i.period, i.amount_vnd,
              row_number() over (order by i.recipient_id, i.end_to_end_id) as nth
         from payment_instruction i
        where i.batch_id = :batchId and i.period <= :period
          and not exists (select from payment_outcome o
                           where o.recipient_id = i.recipient_id and o.period = i.period
                             and o.end_to_end_id = i.end_to_end_id)
          and not exists (select from reconciliation_break r
                           where r.batch_id = :batchId and r.reference = i.end_to_end_id
                             and r.kind = 'amount-differs')
     ),
     drawn as (
       select case when exists (select from silent)
                   then next_numbers('break', (select count(*) from silent)) end as first
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, batch_id, period, reference, amount_vnd, opened_at)
       select d.first + s.nth - 1, 'not-answered', :batchId::bigint, s.period, s.end_to_end_id,
              s.amount_vnd, :at
         from silent s cross join drawn d
        order by s.nth
       returning 1
     )
     select count(*) as opened from opened`,
    { ...of, at: of.at.toISOString() },
  );
  return row.opened;
}

/**
 * Opens a break for each file of a batch whose sum on the statement is not the sum of what was
 * settled of it.
 */
export async function openSumsThatDiffer(
  tx: Tx,
  of: { batchId: bigint; at: Date },
): Promise<bigint> {
  const row = await one<{ opened: bigint }>(
    tx,
    `with told as (
       select p.part_no, p.payment_information_id, d.period,
              (select coalesce(sum(e.amount_vnd), 0) from statement_entry e
                where e.payment_information_id = p.payment_information_id
                  and e.direction = 'debit') as booked,
              (select coalesce(sum(o.instructed_vnd), 0)
                 from payment_outcome o
                where o.batch_id = p.batch_id and o.outcome = 'settled'
                  and ${OF_THE_FILE('o')}) as settled
         from payment_file p join disbursement_batch d using (batch_id)
        where p.batch_id = :batchId
     ),
     differing as (
       select *, row_number() over (order by part_no) as nth from told where booked <> settled
     ),
     drawn as (
       select case when exists (select from differing)
                   then next_numbers('break', (select count(*) from differing)) end as first
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, batch_id, period, reference, amount_vnd, opened_at)
       select d.first + f.nth - 1, 'sum-differs', :batchId::bigint, f.period,
              f.payment_information_id, abs(f.booked - f.settled)::bigint, :at
         from differing f cross join drawn d
        order by f.nth
       returning 1
     )
     select count(*) as opened from opened`,
    { ...of, at: of.at.toISOString() },
  );
  return row.opened;
}

export interface BatchResult {
  readonly settledCount: bigint;
  readonly settledVnd: bigint;
  readonly rejectedCount: bigint;
  readonly rejectedVnd: bigint;
  readonly unpaidCount: bigint;
  readonly unpaidVnd: bigint;
  readonly returnedCount: bigint;
  readonly returnedVnd: bigint;
  readonly openCount: bigint;
  readonly openVnd: bigint;
}

/** Draws what became of a batch from its lines, and writes it down. */
export function recordBatchResult(
  tx: Tx,
  of: { batchId: bigint; period: Period; at: Date },
): Promise<BatchResult> {
  return one(
    tx,
    `with told as (
       select o.outcome, i.amount_vnd, r.end_to_end_id is not null as returned
         from payment_instruction i
         left join payment_outcome o
           on o.recipient_id = i.recipient_id and o.period = i.period
          and o.end_to_end_id = i.end_to_end_id and o.period <= :period
         left join payment_return r
           on r.recipient_id = i.recipient_id and r.period = i.period
          and r.end_to_end_id = i.end_to_end_id and r.period <= :period
        where i.batch_id = :batchId and i.period <= :period
     )
     insert into batch_result
       (batch_id, settled_count, settled_vnd, rejected_count, rejected_vnd, unpaid_count,
        unpaid_vnd, returned_count, returned_vnd, open_count, open_vnd, reconciled_at)
     select :batchId::bigint,
            count(*) filter (where outcome = 'settled' and not returned),
            coalesce(sum(amount_vnd) filter (where outcome = 'settled' and not returned), 0),
            count(*) filter (where outcome = 'rejected'),
            coalesce(sum(amount_vnd) filter (where outcome = 'rejected'), 0),
            count(*) filter (where outcome = 'unpaid'),
            coalesce(sum(amount_vnd) filter (where outcome = 'unpaid'), 0),
            count(*) filter (where returned),
            coalesce(sum(amount_vnd) filter (where returned), 0),
            count(*) filter (where outcome is null),
            coalesce(sum(amount_vnd) filter (where outcome is null), 0), :at
       from told
     returning settled_count as "settledCount", settled_vnd as "settledVnd",
               rejected_count as "rejectedCount", rejected_vnd as "rejectedVnd",
               unpaid_count as "unpaidCount", unpaid_vnd as "unpaidVnd",
               returned_count as "returnedCount", returned_vnd as "returnedVnd",
               open_count as "openCount", open_vnd as "openVnd"`,
    { ...of, at: of.at.toISOString() },
  );
}

/** The breaks of a period that nobody has explained, by kind. */
export function openBreaksOf(
  db: Db | Tx,
  of: { period: Period },
): Promise<{ kind: BreakKind; count: bigint; vnd: bigint }[]> {
  return many(
    db,
    `select kind, count(*) as count, sum(amount_vnd)::bigint as vnd
       from reconciliation_break where period = :period and resolved_at is null
      group by kind order by kind`,
    of,
  );
}
