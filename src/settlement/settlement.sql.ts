import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';
import type { BankFileKind } from './bank-file.ts';
import { SEEN_BEFORE } from './settlement.ts';

const REPEATS = SEEN_BEFORE.map((code) => `'${code}'`).join(', ');

/**
 * The columns into which the lines of a file are copied. They go to where they stay at once, and
 * with a file that is refused they are undone: to lay them aside first costs as much again.
 */
export const SETTLEMENT_ROW = `settlement_line (
  recipient_id, period, file_id, line_no, end_to_end_id, kind, status, reason, amount_vnd, booked_on,
  entry_reference, byte_offset, path)`;

/** The columns into which its entries are copied, each with what its details came to. */
export const SETTLEMENT_ENTRY = `settlement_entry (
  line_no, account_no, direction, entry_reference, payment_information_id, amount_vnd, booked_on,
  detail_count, detail_vnd)`;

/** The columns into which what is set aside of a file is copied. */
export const SET_ASIDE = `set_aside (line_no, rule, reference, amount_vnd, byte_offset, path)`;

/** Makes the tables in which the entries of one file are judged; they end with the transaction. */
export async function prepareSettlement(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table settlement_entry (
       line_no bigint, account_no int, direction text, entry_reference text,
       payment_information_id text, amount_vnd bigint, booked_on date, detail_count bigint,
       detail_vnd numeric
     ) on commit drop;
     create temp table set_aside (
       line_no bigint, rule text, reference text, amount_vnd bigint, byte_offset bigint, path text
     ) on commit drop`,
  );
}

/** The periods for which there are partitions: a reference of another one is none of ours. */
export async function knownPeriods(db: Db | Tx): Promise<ReadonlySet<Period>> {
  const rows = await many<{ period: Period }>(db, 'select period from period_state');
  return new Set(rows.map(({ period }) => period));
}

/**
 * Opens a break for each entry whose details do not add up to it: what a debit has more, or a credit
 * less, are charges of the bank, and anything else nobody can explain. An entry that several files tell
 * of has one break.
 */
export async function openEntryDifferences(
  tx: Tx,
  of: { period: Period; at: Date },
): Promise<bigint> {
  const row = await one<{ opened: bigint }>(
    tx,
    `with differing as (
       select entry_reference, direction, sum(amount_vnd) - sum(detail_vnd) as left_over
         from settlement_entry where detail_count > 0
        group by 1, 2 having sum(amount_vnd) <> sum(detail_vnd)
     ),
     judged as (
       select *, case when (left_over > 0) = (direction = 'debit') then 'charges'
                      else 'sum-differs' end as kind
         from differing
     ),
     numbered as (
       select j.*, row_number() over (order by entry_reference, direction) as nth
         from judged j
        where not exists (select from reconciliation_break b
                           where b.reference = j.entry_reference and b.kind = j.kind)
     ),
     drawn as (
       select case when exists (select from numbered)
                   then next_numbers('break', (select count(*) from numbered)) end as first
     ),
     opened as (
       insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
       select d.first + n.nth - 1, n.kind, :period, n.entry_reference, abs(n.left_over)::bigint, :at
         from numbered n cross join drawn d
        order by n.nth
       returning 1
     )
     select count(*) as opened from opened`,
    { ...of, at: of.at.toISOString() },
  );
  return row.opened;
}

/**
 * Keeps what was set aside of a file, each with where it stands and with the break that a person has to
 * explain: money that could not be read is never dropped.
 */
export async function keepSetAside(
  tx: Tx,
  of: { fileId: bigint; period: Period; at: Date },
): Promise<bigint> {
  const row = await one<{ kept: bigint }>(
    tx,
    `with numbered as (
       select s.*, row_number() over (order by line_no) as nth from set_aside s
     ),
     drawn as (
       select case when exists (select from numbered)
                   then next_numbers('break', (select count(*) from numbered)) end as first
     ),
     opened as (
       insert into reconciliation_break (break_id, kind, period, reference, amount_vnd, opened_at)
       select d.first + n.nth - 1,
              case when n.rule in ('charges', 'reversal') then n.rule else 'set-aside' end,
              :period, n.reference, coalesce(n.amount_vnd, 0), :at
         from numbered n cross join drawn d
        order by n.nth
     ),
     kept as (
       insert into settlement_set_aside
         (file_id, line_no, rule, reference, amount_vnd, byte_offset, path, break_id)
       select :fileId::bigint, n.line_no, n.rule, n.reference, n.amount_vnd, n.byte_offset, n.path,
              d.first + n.nth - 1
         from numbered n cross join drawn d
        order by n.nth
       returning 1
     )
     select count(*) as kept from kept`,
    { ...of, at: of.at.toISOString() },
  );
  return row.kept;
}

export interface NewSettlementFile {
  readonly fileId: bigint;
  readonly kind: BankFileKind | 'unknown';
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
  /** Which account of the file it is of, from 1. */
  readonly accountNo: number;
  /** Null for the next one of the account. */
  readonly sequence: bigint | null;
  readonly fileId: bigint;
  readonly channel: string;
  readonly statementId: string;
  readonly day: string;
  readonly openingVnd: bigint;
  readonly closingVnd: bigint;
}

/**
 * Records a statement with its booked entries. The database refuses one that does not add up or follow.
 */
export async function addStatement(tx: Tx, statement: NewStatement): Promise<void> {
  await takeTurn(tx, `statement/${statement.account}`);
  await many(
    tx,
    `with added as (
       insert into statement (account, sequence_no, file_id, channel, statement_id, day,
                              opening_vnd, debit_vnd, credit_vnd, closing_vnd)
       select :account,
              coalesce(:sequence::bigint,
                       (select max(sequence_no) + 1 from statement where account = :account), 1),
              :fileId::bigint, :channel, :statementId, :day::date,
              :openingVnd::bigint,
              coalesce(sum(amount_vnd) filter (where direction = 'debit'), 0),
              coalesce(sum(amount_vnd) filter (where direction = 'credit'), 0),
              :closingVnd::bigint
         from settlement_entry where account_no = :accountNo
       returning account, sequence_no
     )
     insert into statement_entry (account, entry_reference, direction, sequence_no, amount_vnd,
                                  booked_on, payment_information_id)
     select a.account, e.entry_reference, e.direction, a.sequence_no, e.amount_vnd, e.booked_on,
            e.payment_information_id
       from added a cross join settlement_entry e
      where e.account_no = :accountNo
      order by e.line_no`,
    { ...statement },
  );
}

/** What a message is that we have sent over a channel, or were sending; undefined of none. */
export function sentFile(
  db: Db | Tx,
  of: { channel: string; messageId: string },
): Promise<{ lines: bigint; paymentInformationId: string } | undefined> {
  return maybeOne(
    db,
    `select p.line_count as lines, p.payment_information_id as "paymentInformationId"
       from payment_file p
       join file_dispatch d using (file_id)
       join disbursement_batch b on b.batch_id = p.batch_id
      where b.channel = :channel and p.message_id = :messageId`,
    of,
  );
}

/**
 * The first status in an answer of a payment that went to the same bank in another message: nothing follows from
 * it, since the bank may have meant either.
 */
export function strayStatus(
  tx: Tx,
  of: {
    fileId: bigint;
    channel: string;
    messageId: string;
    firstPeriod: Period;
    lastPeriod: Period | null;
  },
): Promise<{ path: string; byte: bigint } | undefined> {
  return maybeOne(
    tx,
    `select l.path, l.byte_offset as byte
       from settlement_line l
       join payment_instruction i
         on i.recipient_id = l.recipient_id
        and coalesce(i.period = l.period and i.end_to_end_id = l.end_to_end_id, false)
       join disbursement_batch b on b.batch_id = i.batch_id and b.channel = :channel
      where l.file_id = :fileId and l.kind = 'status'
        and l.period >= :firstPeriod and l.period <= :lastPeriod
        and i.period >= :firstPeriod and i.period <= :lastPeriod
        and not exists (
          select from payment_file p
           where p.message_id = :messageId and p.batch_id = i.batch_id
             and (i.recipient_id, i.end_to_end_id)
                 between (p.first_recipient_id, p.first_reference)
                     and (p.last_recipient_id, p.last_reference))
      order by l.line_no
      limit 1`,
    of,
  );
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
      where b.period = :period and d.state <> 'withdrawn'
        and case when c.kind = 'cash_post' then d.state <> 'answered'
                 else not exists (select from statement_entry e
                                   where e.payment_information_id = p.payment_information_id)
                      and not exists (select from settlement_file s
                                       where s.original_message_id = p.message_id
                                         and s.verdict = 'accepted' and s.group_status in ('RJCT', 'CANC')
                                         and s.group_reason not in (${REPEATS}))
            end
      order by p.message_id`,
    of,
  );
}
