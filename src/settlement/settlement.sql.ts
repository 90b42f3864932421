import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import { SEEN_BEFORE, type SettlementMessageKind } from './settlement.ts';

const REPEATS = SEEN_BEFORE.map((code) => `'${code}'`).join(', ');

/**
 * The columns into which the lines of a file are copied. They go to where they stay at once, and
 * with a file that is refused they are undone: to lay them aside first costs as much again.
 */
export const SETTLEMENT_ROW = `settlement_line (
  recipient_id, period, file_id, line_no, end_to_end_id, kind, status, reason, amount_vnd, booked_on,
  entry_reference, byte_offset)`;

/** The columns into which its entries are copied, each with what its details came to. */
export const SETTLEMENT_ENTRY = `settlement_entry (
  line_no, direction, entry_reference, status, payment_information_id, amount_vnd, booked_on,
  declared_count, detail_count, detail_vnd)`;

/** Makes the table in which the entries of one file are judged; it ends with the transaction. */
export async function prepareSettlement(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table settlement_entry (
       line_no bigint, direction text, entry_reference text, status text,
       payment_information_id text, amount_vnd bigint, booked_on date, declared_count bigint,
       detail_count bigint, detail_vnd numeric
     ) on commit drop`,
  );
}

/** The periods for which there are partitions: a reference of another one is none of ours. */
export async function knownPeriods(db: Db | Tx): Promise<ReadonlySet<Period>> {
  const rows = await many<{ period: Period }>(db, 'select period from period_state');
  return new Set(rows.map(({ period }) => period));
}

/**
 * Entries whose details do not add up to them, in sum or in count. Details without an entry stand in
 * a row without an amount.
 */
export async function entriesThatDiffer(tx: Tx): Promise<bigint> {
  const row = await one<{ wrong: bigint }>(
    tx,
    `select count(*) as wrong
       from (select amount_vnd, declared_count, sum(detail_count) over same as n,
                    sum(detail_vnd) over same as vnd, count(amount_vnd) over same as entries
               from settlement_entry
             window same as (partition by entry_reference, direction)) e
      where case when amount_vnd is null then entries = 0
                 else n > 0 and (vnd <> amount_vnd
                                 or declared_count is not null and n <> declared_count)
            end`,
  );
  return row.wrong;
}

export interface NewSettlementFile {
  readonly fileId: bigint;
  readonly kind: SettlementMessageKind | 'unknown';
  readonly messageId: string;
  readonly channel: string;
  readonly refusal: string | null;
  readonly lineCount: bigint;
  readonly creditCount: bigint;
  readonly totalVnd: bigint;
  readonly firstPeriod: Period | null;
  readonly lastPeriod: Period | null;
  readonly originalMessageId: string | null;
  readonly groupStatus: string | null;
  readonly groupReason: string | null;
}

/** Records a file as accepted, or as refused with the reason. */
export async function addSettlementFile(tx: Tx, file: NewSettlementFile): Promise<void> {
  await many(
    tx,
    `insert into settlement_file
       (file_id, kind, message_id, channel, verdict, refusal, line_count, credit_count, total_vnd,
        first_period, last_period, original_message_id, group_status, group_reason)
     values (:fileId, :kind, :messageId, :channel,
             case when :refusal::text is null then 'accepted' else 'refused' end, :refusal,
             :lineCount, :creditCount, :totalVnd, :firstPeriod, :lastPeriod, :originalMessageId,
             :groupStatus, :groupReason)`,
    { ...file },
  );
}

export interface NewStatement {
  readonly account: string;
  readonly sequence: bigint;
  readonly fileId: bigint;
  readonly channel: string;
  readonly statementId: string;
  readonly day: string;
  readonly openingVnd: bigint;
  readonly closingVnd: bigint;
}

/**
 * Records a statement with its booked entries; what is only announced has not moved. The database
 * refuses one that does not add up or follow.
 */
export async function addStatement(tx: Tx, statement: NewStatement): Promise<void> {
  await many(
    tx,
    `with added as (
       insert into statement (account, sequence_no, file_id, channel, statement_id, day,
                              opening_vnd, debit_vnd, credit_vnd, closing_vnd)
       select :account, :sequence::bigint, :fileId::bigint, :channel, :statementId, :day::date,
              :openingVnd::bigint,
              coalesce(sum(amount_vnd) filter (where direction = 'debit'), 0),
              coalesce(sum(amount_vnd) filter (where direction = 'credit'), 0),
              :closingVnd::bigint
         from settlement_entry where status = 'BOOK'
       returning account, sequence_no
     )
     insert into statement_entry (account, entry_reference, direction, sequence_no, amount_vnd,
                                  booked_on, payment_information_id)
     select a.account, e.entry_reference, e.direction, a.sequence_no, e.amount_vnd, e.booked_on,
            e.payment_information_id
       from added a cross join settlement_entry e
      where e.status = 'BOOK' and e.amount_vnd is not null
      order by e.line_no`,
    { ...statement },
  );
}

/** Whether a message id is one that we have sent over a channel, or were sending. */
export async function isOurMessage(
  db: Db | Tx,
  of: { channel: string; messageId: string },
): Promise<boolean> {
  const row = await one<{ ours: boolean }>(
    db,
    `select exists (select from payment_file p
                      join file_dispatch d using (file_id)
                      join disbursement_batch b on b.batch_id = p.batch_id
                     where b.channel = :channel and p.message_id = :messageId) as ours`,
    of,
  );
  return row.ours;
}

/** The payer's account that a channel debits. */
export async function accountOf(db: Db | Tx, channel: string): Promise<string> {
  const row = await one<{ account: string }>(
    db,
    'select payer_account as account from channel where channel = :channel',
    { channel },
  );
  return row.account;
}

/** Marks the file of a message as answered. Nothing is returned when it was answered before. */
export function recordAnswer(
  tx: Tx,
  of: { messageId: string; actor: string; at: Date },
): Promise<{ fileId: bigint } | undefined> {
  return maybeOne(
    tx,
    `with moved as (
       update file_dispatch d
          set state = 'answered', came_from = d.state, sent_at = coalesce(d.sent_at, :at)
         from payment_file p
        where p.file_id = d.file_id and p.message_id = :messageId
          and d.state in ('claimed', 'sent', 'unknown')
       returning d.file_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'file-answered', 'file/' || file_id,
              jsonb_build_object('message', :messageId::text)
         from moved
     )
     select file_id as "fileId" from moved`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Files of a period on whose statement (bank) or result (post office) we still wait. */
export function awaitedFiles(
  db: Db | Tx,
  of: { period: Period },
): Promise<{ channel: string; messageId: string }[]> {
  return many(
    db,
    `select b.channel, p.message_id as "messageId"
       from payment_file p
       join disbursement_batch b using (batch_id)
       join channel c using (channel)
       join file_dispatch d on d.file_id = p.file_id
      where b.period = :period
        and case when c.kind = 'cash_post' then d.state <> 'answered'
                 else not exists (select from statement_entry e
                                   where e.payment_information_id = p.payment_information_id)
                      and not exists (select from settlement_file s
                                       where s.original_message_id = p.message_id
                                         and s.verdict = 'accepted' and s.group_status = 'RJCT'
                                         and s.group_reason not in (${REPEATS}))
            end
      order by p.message_id`,
    of,
  );
}
