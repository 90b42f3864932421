import type { Period, PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, maybeOne, one, partition, takeTurn, type Db, type Tx } from '../platform/db.ts';
import { BATCH_STEPS, type BatchContent, type BatchState, type BatchStep } from './batch.ts';
import type { HeldBack } from './batch-brief.ts';
import type { Channel } from './channel.ts';
import type { PaymentChange, PaymentFileFormat } from './payment-file.ts';

const CHANNEL_COLUMNS = `channel, kind, name, environment, format,
  dedupes_reference as "dedupesReference", refuses_after_cutoff as "refusesAfterCutoff",
  lines_per_file as "linesPerFile", profile_version as "profileVersion",
  split_own_bank as "splitOwnBank", payer_name as "payerName",
  payer_agreement as "payerAgreement", payer_account as "payerAccount",
  payer_bank_bin as "payerBankBin"`;

/** The channels of an environment, those to accounts first. */
export function channelsOf(db: Db | Tx, environment: 'sandbox' | 'production'): Promise<Channel[]> {
  return many(
    db,
    `select ${CHANNEL_COLUMNS} from channel where environment = :environment and profile_version is not null order by kind`,
    { environment },
  );
}

/** Sets what may be committed in a year, unless it is set. */
export async function setBudget(
  tx: Tx,
  of: { programme: Programme; provinceCode: string; year: number; fundSource: string; vnd: bigint },
): Promise<void> {
  await many(
    tx,
    `insert into budget (programme, province_code, year, fund_source, amount_vnd)
     values (:programme, :provinceCode, :year, :fundSource, :vnd) on conflict do nothing`,
    of,
  );
}

/** The programmes for which something is due in a period. */
export async function programmesDue(db: Db | Tx, of: { period: Period }): Promise<Programme[]> {
  const rows = await many<{ programme: Programme }>(
    db,
    `select distinct programme from assessment
      where period = :period and amount_vnd > 0 order by programme`,
    of,
  );
  return rows.map(({ programme }) => programme);
}

/** Whether the calendar of a year is there: a missing one is refused, never guessed. */
export async function calendarHas(db: Db | Tx, year: number): Promise<boolean> {
  const row = await one<{ found: boolean }>(
    db,
    `select exists (select from calendar_day where extract(year from day) = :year) as found`,
    { year },
  );
  return row.found;
}

/** What batches are made of. */
interface Payable {
  readonly period: Period;
  readonly programme: Programme;
}

/** Waits until nobody else gathers a programme for a period, and keeps others waiting. */
export async function takeProgramme(tx: Tx, of: Payable): Promise<void> {
  await takeTurn(tx, `batch/${of.programme}/${of.period}`);
}

/** Draws the id of the next batch. Nobody else draws one until the transaction ends. */
export function drawBatchNumber(tx: Tx): Promise<{ batchId: bigint }> {
  return one(tx, `select next_numbers('batch', 1) as "batchId"`);
}

/**
 * Which batch of a programme and channel in a period the next one is. To be asked once the number is
 * drawn: a statement that waited for the number would not see the batch it waited for.
 */
export async function nextSequenceNo(
  tx: Tx,
  of: { period: Period; programme: Programme; provinceCode: string; channel: string },
): Promise<number> {
  const row = await one<{ sequenceNo: number }>(
    tx,
    `select count(*)::int + 1 as "sequenceNo" from disbursement_batch
      where period = :period and programme = :programme
        and province_code = :provinceCode and channel = :channel`,
    of,
  );
  return row.sequenceNo;
}

/** Gives back the number just drawn, when there turned out to be nothing to instruct. */
export async function giveBackBatchNumber(tx: Tx): Promise<void> {
  await many(tx, `update counter set last_value = last_value - 1 where name = 'batch'`);
}

/** How old proof may be at an instant. */
export interface Proof {
  readonly at: Date;
  readonly identityDays: number;
  readonly accountDays: number;
}

/** How long proof lasts in a programme. */
export function proofPolicy(
  db: Db | Tx,
  programme: Programme,
): Promise<{ identityDays: number; accountDays: number }> {
  return one(
    db,
    `select identity_days as "identityDays", account_days as "accountDays"
       from proof_policy where programme = :programme`,
    { programme },
  );
}

interface Gathering {
  readonly batchId: bigint;
  readonly period: Period;
  readonly programme: Programme;
  readonly kind: Channel['kind'];
}

interface BankGathering extends Gathering {
  /** Lines to the payer's own bank alone (true), to others alone (false), or all. */
  readonly ownBank: boolean | null;
  readonly payerBankBin: string;
}

/** Whether a line goes to the banks of a gathering. */
const OF_THE_BANKS = (bankBin: string): string =>
  `(:ownBank::boolean is null or (${bankBin} = :payerBankBin) = :ownBank)`;

/**
 * The last answer about a subject: its number four times, and 2 for proof, 1 for a doubt, 0 where it
 * is neither or counts no longer.
 */
const LAST_ANSWER = (subject: string, fresh: string): string =>
  `max(v.check_no * 4 + case when v.class = 'proven' and ${fresh} then 2
                                   when v.class = 'doubtful' and ${fresh} then 1 else 0 end)
              filter (where v.subject = '${subject}')`;

/** Never null, and in a form of which the planner takes half to be true and not one in two hundred. */
const SAYS = (subject: string): string => `
         coalesce(${subject}_last % 4 = 2, false) as ${subject}_proven,
         coalesce(${subject}_last % 4 = 1, false) as ${subject}_doubtful`;

/**
 * What still counts as an answer: of a person and of an account, not older than the policy of the
 * programme allows.
 */
const FRESH = `v.checked_at > :at::timestamptz - :identityDays::int * interval '1 day'`;
const FRESH_ACCOUNT = `v.checked_at > :at::timestamptz - :accountDays::int * interval '1 day'
             and v.bank_bin = c.bank_bin and v.account_number = c.account_number`;

/**
 * Everybody who was asked about in the period, with their live channel and what the last answers
 * say: who they are, who collects for them, and that the very account is theirs. One pass over the
 * answers.
 */
const PROVEN = `
  select recipient_id, channel_no, payee_no, kind, bank_bin, account_number, holder_name,
         ${['recipient', 'payee', 'account'].map(SAYS).join(',')}
    from (
      select c.recipient_id, c.channel_no, c.payee_no, c.kind, c.bank_bin, c.account_number,
             c.holder_name,
             ${LAST_ANSWER('recipient', FRESH)} as recipient_last,
             ${LAST_ANSWER('payee', FRESH)} as payee_last,
             ${LAST_ANSWER('account', FRESH_ACCOUNT)} as account_last
        from verification v
        join payment_channel c on c.recipient_id = v.recipient_id and c.ended_on is null
       where v.period = :period
       group by c.recipient_id, c.channel_no) asked`;

/**
 * What the open findings about somebody do to the line and to the account, and which doubts are
 * settled, by their rule or by two persons. Few people have any.
 */
const FOUND = `
  select f.recipient_id,
         bool_or(not s.settled and f.holds = 'line') as line_held,
         bool_or(not s.settled and f.holds = 'account') as account_held,
         min(f.code) filter (where not s.settled and f.holds = 'line') as line_code,
         min(f.code) filter (where not s.settled and f.holds = 'account') as account_code,
         bool_or(f.outcome = 'paid_in_cash') as cash_decided,
         bool_or(s.settled and f.subject = 'recipient') as recipient_settled,
         bool_or(s.settled and f.subject = 'payee') as payee_settled,
         bool_or(s.settled and f.subject = 'account') as account_settled
    from decided_finding f,
         lateral (select f.holds = 'nothing' or coalesce(f.outcome = 'accepted', false) as settled) s
   where f.period = :period and f.closed_at is null
   group by f.recipient_id`;

/** Whether it is proven who somebody is and who collects for them: of PROVEN c, payee p and FOUND h. */
const PEOPLE_PROVEN = `(c.recipient_proven or c.recipient_doubtful and coalesce(h.recipient_settled, false))
          and (p.relation = 'self' or c.payee_proven
               or c.payee_doubtful and coalesce(h.payee_settled, false))`;

/** Whether that is proven and nothing holds the line. */
const IS_PROVEN = `not coalesce(h.line_held, false)
          and ${PEOPLE_PROVEN}`;

/** By which kind of channel somebody is paid, or null to hold it: of PROVEN c, FOUND h, programme g. */
const KIND_OF_CHANNEL = `case when c.kind = 'cash_post' then 'cash_post'
                                when not coalesce(h.account_held, false)
                                 and (c.account_proven or c.account_doubtful
                                                      and coalesce(h.account_settled, false))
                                then 'account'
                                when g.unproven = 'cash' or coalesce(h.cash_decided, false)
                                then 'cash_post' end`;

/** Why somebody stands in no batch, in one word each; of due a, PROVEN c, payee p and FOUND h. */
const HELD_BY = `coalesce(
              h.line_code,
              case when (${PEOPLE_PROVEN}) then h.account_code
                   when c.recipient_id is null and not exists (
                          select from payment_channel n
                           where n.recipient_id = a.recipient_id and n.ended_on is null)
                   then 'no-channel' end,
              'not-verified')`;

/**
 * Name and number of whom a payment credits: the payee, who also collects cash, or the recipient where an
 * account is the recipient's own and somebody else collects. Of PROVEN c and payee p; few are looked up.
 */
const CREDITED = (kind: string): string => {
  const ofRecipient = (value: string): string => `
       (select ${value} from recipient own join recipient_key k using (recipient_id)
         where own.recipient_id = c.recipient_id and k.kind = 'citizen_number'
           and k.valid_until is null and is_own_account(c.holder_name, own.full_name, p.full_name))`;
  const either = (mine: string, theirs: string): string =>
    `case when p.relation = 'self' or ${kind} <> 'account' then ${theirs}
          else coalesce(${ofRecipient(mine)}, ${theirs}) end`;
  return `${either('own.full_name', 'p.full_name')} as payee_name,
          ${either('k.key', 'p.citizen_number')} as citizen_number`;
};

/** Makes the table in which who may be paid is laid out; it ends with the transaction. */
export async function preparePayable(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table payable (
       kind text, recipient_id bigint, programme text, assessment_no smallint, end_to_end_id text,
       amount_vnd bigint, channel_no smallint, payee_name text, citizen_number text, bank_bin text,
       account_number text, commune_code text, held_by text
     ) on commit drop`,
  );
}

/**
 * Lays out, once for all channels, what has been assessed for a programme and not yet instructed, and
 * by which kind of channel it is to be paid. Only who is proven is paid to an account; whose account
 * is not proven is paid in cash or held, as the programme says; whoever is not proven to be who they
 * are is held. What is held has no kind of channel, and says what holds it.
 *
 * offset 0 has what is due joined with its recipients before anything else: the planner takes few to be
 * proven, and would look the others' communes up one by one.
 */
export async function layPayable(tx: Tx, of: Payable & Proof): Promise<void> {
  await many(
    tx,
    `insert into payable
     select line.kind, a.recipient_id, a.programme, a.assessment_no, a.due_reference || 'T1',
            a.amount_vnd, c.channel_no, ${CREDITED('line.kind')},
            case when line.kind = 'account' then c.bank_bin else '' end,
            case when line.kind = 'account' then c.account_number else '' end, a.commune_code,
            case when line.kind is null then ${HELD_BY} end
       from (select a.*, r.commune_code
               from assessment a
               join recipient r using (recipient_id)
              where a.period = :period and a.programme = :programme and a.amount_vnd > 0
              offset 0) a
       join programme g on g.programme = a.programme
       left join (${PROVEN}) c on c.recipient_id = a.recipient_id
       left join payee p
         on p.recipient_id = c.recipient_id and coalesce(p.payee_no = c.payee_no, false)
       left join (${FOUND}) h on h.recipient_id = a.recipient_id,
            lateral (select case when ${IS_PROVEN} then ${KIND_OF_CHANNEL} end as kind) line
      where not exists (
          select from payment_instruction i
           where i.recipient_id = a.recipient_id and i.period = :period
             and coalesce(i.end_to_end_id = a.due_reference || 'T1', false))`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Who of what was laid out stands in no batch, by what holds them; nobody is told twice. */
export function heldBack(tx: Tx): Promise<HeldBack[]> {
  return many(
    tx,
    `select held_by as reason, count(*) as people, sum(amount_vnd)::bigint as vnd
       from payable where kind is null group by 1`,
  );
}

/**
 * Decided instalments that may be taken, payments as they are laid out, and what the one is of the other:
 * both of a person are laid end to end as two lines of dong, and where they overlap, there is a taking.
 */
const OVERLAPS = `
     with open as (
       select i.recipient_id, i.case_no, i.instalment_no, i.outcome, i.period as from_period,
              i.amount_vnd as instalment_vnd, d.appeal_until, coalesce(t.vnd, 0) as before_vnd,
              coalesce(t.parts, 0) as parts,
              sum(i.amount_vnd - coalesce(t.vnd, 0)) over w as until_vnd
         from recovery_instalment i
         join recovery_case c using (recipient_id, case_no)
         join recovery_decision d using (recipient_id, case_no)
         left join (select recipient_id, case_no, instalment_no, sum(amount_vnd) as vnd,
                           count(*) as parts
                      from recovery_taking group by 1, 2, 3) t
           using (recipient_id, case_no, instalment_no)
        where i.period <= :period and c.programme = :programme and d.appeal_until < :on::date
          and i.amount_vnd > coalesce(t.vnd, 0)
       window w as (partition by i.recipient_id order by i.period, i.case_no, i.instalment_no)
     ),
     known as (
       select recipient_id, due_reference, sum(amount_vnd) as vnd
         from recovery_taking where period = :period group by 1, 2
     ),
     paid as (
       select recipient_id, end_to_end_id, due_reference, p.amount_vnd - coalesce(k.vnd, 0) as amount_vnd,
              sum(p.amount_vnd - coalesce(k.vnd, 0))
                over (partition by recipient_id order by p.assessment_no) as until_vnd
         from (select *, due_reference(:period, :programme, recipient_id, assessment_no)
                           as due_reference
                 from payable
                where programme = :programme and kind is not null
                  and (recipient_id in (select recipient_id from open)
                       or recipient_id in (select recipient_id from known))) p
         left join known k using (recipient_id, due_reference)
     ),
     taken as (
       select o.*, p.end_to_end_id, p.due_reference,
              (least(o.until_vnd, p.until_vnd)
               - greatest(o.until_vnd - (o.instalment_vnd - o.before_vnd),
                          p.until_vnd - p.amount_vnd))::bigint as taken_vnd,
              row_number() over x as nth,
              coalesce(sum(least(o.until_vnd, p.until_vnd)
                           - greatest(o.until_vnd - (o.instalment_vnd - o.before_vnd),
                                      p.until_vnd - p.amount_vnd))
                         over (x rows between unbounded preceding and 1 preceding), 0)
                as taken_before
         from open o
         join paid p on p.recipient_id = o.recipient_id and p.amount_vnd > 0
                    and p.until_vnd > o.until_vnd - (o.instalment_vnd - o.before_vnd)
                    and p.until_vnd - p.amount_vnd < o.until_vnd
       window x as (partition by o.recipient_id, o.case_no, o.instalment_no order by p.until_vnd)
     ),`;

/**
 * Takes decided instalments from what was laid out: of each case and month what is left of it, as far as
 * the payment of the same programme goes; the rest waits for a later one. Each taking is a row, each
 * payment that is less a movement of the ledger, and nothing is instructed where nothing is left. What
 * may still be appealed is not taken, and what was taken before stays taken. Returns how many payments
 * are less than before, and by how many dong.
 */
export function takeInstalments(
  tx: Tx,
  of: Payable & { on: PlainDate },
): Promise<{ count: bigint; totalVnd: bigint }> {
  return one(
    tx,
    `${OVERLAPS}
     told as (
       insert into recovery_taking
         (recipient_id, case_no, instalment_no, part_no, outcome, from_period, instalment_vnd,
          before_vnd, amount_vnd, period, due_reference, appeal_until, taken_on)
       select recipient_id, case_no, instalment_no, parts + nth, outcome, from_period,
              instalment_vnd, before_vnd + taken_before, taken_vnd, :period, due_reference,
              appeal_until, :on::date
         from taken order by 1, 2, 3, 4
       returning recipient_id, due_reference, amount_vnd
     ),
     less as (
       select recipient_id, due_reference, sum(amount_vnd)::bigint as vnd from told group by 1, 2
     ),
     moved as (
       insert into ${partition('ledger_transfer', of.period)}
         (recipient_id, period, reference, kind, programme, debit_account, credit_account,
          amount_vnd, booked_on)
       select recipient_id, :period, due_reference, 'deducted', :programme, 'owed', 'recovered',
              vnd, :on::date
         from less
     ),
     lowered as (
       update payable p set amount_vnd = paid.amount_vnd - coalesce(less.vnd, 0)
         from paid left join less using (recipient_id, due_reference)
        where p.recipient_id = paid.recipient_id and p.end_to_end_id = paid.end_to_end_id
     )
     select count(*) as count, coalesce(sum(vnd), 0)::bigint as "totalVnd" from less`,
    { ...of },
  );
}

/** Whether a decided instalment may be due by a period: a look at few rows. */
export async function hasInstalments(tx: Tx, of: { period: Period }): Promise<boolean> {
  const row = await one<{ found: boolean }>(
    tx,
    'select exists (select from recovery_instalment where period <= :period) as found',
    of,
  );
  return row.found;
}

/**
 * Makes the instructions of a batch from what was laid out, in one statement in the order of the key,
 * each line with its hash.
 */
export function gatherInstructions(tx: Tx, of: BankGathering): Promise<{ count: bigint }> {
  return one(
    tx,
    `with made as (
       insert into ${partition('payment_instruction', of.period)}
         (recipient_id, period, end_to_end_id, programme, assessment_no, attempt, batch_id,
          amount_vnd, channel_no, payee_name, citizen_number, bank_bin, account_number,
          commune_code, line_hash)
       select recipient_id, :period, end_to_end_id, programme, assessment_no, 1, :batchId::bigint,
              amount_vnd, channel_no, payee_name, citizen_number, bank_bin, account_number,
              commune_code,
              line_hash(end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
                        account_number, commune_code)
         from payable
        where kind = :kind and programme = :programme and ${OF_THE_BANKS('bank_bin')} and amount_vnd > 0
        order by recipient_id, end_to_end_id
       returning 1
     )
     select count(*) as count from made`,
    { ...of },
  );
}

/**
 * Makes instructions for what came back in earlier months and is owed again: cash that was not
 * collected, and transfers refused or returned whose recipient has another live channel since. Each
 * is the next attempt at the same assessment and names the ledger transfer that reopened it.
 */
export function gatherReopened(tx: Tx, of: BankGathering & Proof): Promise<{ count: bigint }> {
  return one(
    tx,
    // One after the other, by the person: what came back is little, and joined as a whole every instruction that
    // ever was would be laid beside everybody of whom something is proven.
    `with back as materialized (
       select i.*, t.period as reopened_period, t.reference as reopened_reference,
              t.kind as reopened_kind
         from ledger_transfer t
        cross join lateral (
              select i.recipient_id, i.period, i.programme, i.assessment_no, i.attempt + 1 as attempt,
                     due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)
                       || 'T' || (i.attempt + 1) as end_to_end_id, i.amount_vnd, i.channel_no
                from payment_instruction i
               where i.recipient_id = t.recipient_id and i.end_to_end_id = t.reference
                 and i.period <= t.period offset 0) i
        where t.period < :period and t.programme = :programme
          and t.kind in ('rejected', 'returned', 'unpaid')
          and not exists (select from payment_instruction n
                           where n.recipient_id = i.recipient_id and n.period = i.period
                             and n.end_to_end_id = i.end_to_end_id)
     ),
     line as (
       select i.recipient_id, i.period, i.programme, i.assessment_no, i.attempt, i.end_to_end_id,
              i.amount_vnd, c.channel_no, ${CREDITED(':kind')},
              case when :kind = 'account' then c.bank_bin else '' end as bank_bin,
              case when :kind = 'account' then c.account_number else '' end as account_number,
              r.commune_code, i.reopened_period, i.reopened_reference, i.reopened_kind
         from back i
         join recipient r on r.recipient_id = i.recipient_id
        cross join lateral (
              select * from (${PROVEN}) c where c.recipient_id = i.recipient_id offset 0) c
         join payee p on p.recipient_id = c.recipient_id
                     and coalesce(p.payee_no = c.payee_no, false)
         join programme g on g.programme = i.programme
         left join lateral (
              select * from (${FOUND}) h where h.recipient_id = i.recipient_id offset 0) h on true
        where ${IS_PROVEN} and coalesce(:kind = ${KIND_OF_CHANNEL}, false)
          and ${OF_THE_BANKS('c.bank_bin')}
          and (i.reopened_kind = 'unpaid' or c.channel_no <> i.channel_no)
          and not exists (select from recipient_death d where d.recipient_id = i.recipient_id)
     ),
     made as (
       insert into payment_instruction
         (recipient_id, period, end_to_end_id, programme, assessment_no, attempt, batch_id,
          amount_vnd, channel_no, payee_name, citizen_number, bank_bin, account_number,
          commune_code, line_hash, reopened_period, reopened_reference, reopened_kind)
       select recipient_id, period, end_to_end_id, programme, assessment_no, attempt,
              :batchId::bigint, amount_vnd, channel_no, payee_name, citizen_number, bank_bin,
              account_number, commune_code,
              line_hash(end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
                        account_number, commune_code),
              reopened_period, reopened_reference, reopened_kind
         from line
        order by recipient_id, end_to_end_id
       returning 1
     )
     select count(*) as count from made`,
    { ...of, at: of.at.toISOString() },
  );
}

/**
 * Makes instructions for the lines of batches that were withdrawn, as far as they may still be paid:
 * the next attempt at the same assessment. What may not stays owed, with a finding that says why; so does
 * what the bank has spoken of though it was never sent here, as it has after a restore.
 */
export function gatherWithdrawn(tx: Tx, of: BankGathering & Proof): Promise<{ count: bigint }> {
  return one(
    tx,
    `with made as (
       insert into payment_instruction
         (recipient_id, period, end_to_end_id, programme, assessment_no, attempt, batch_id,
          amount_vnd, channel_no, payee_name, citizen_number, bank_bin, account_number,
          commune_code, line_hash, reopened_reference, reopened_kind)
       select recipient_id, period, end_to_end_id, programme, assessment_no, attempt,
              :batchId::bigint, amount_vnd, channel_no, payee_name, citizen_number, bank_bin,
              account_number, commune_code,
              line_hash(end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
                        account_number, commune_code),
              withdrawn_reference, 'withdrawn'
         from (
           select i.recipient_id, i.period, i.programme, i.assessment_no, i.attempt + 1 as attempt,
                  due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)
                    || 'T' || (i.attempt + 1) as end_to_end_id,
                  i.end_to_end_id as withdrawn_reference, i.amount_vnd, c.channel_no,
                  ${CREDITED(':kind')},
                  case when :kind = 'account' then c.bank_bin else '' end as bank_bin,
                  case when :kind = 'account' then c.account_number else '' end as account_number,
                  r.commune_code
             from batch_state s
             join payment_instruction i on i.batch_id = s.batch_id and i.period <= :period
             join recipient r on r.recipient_id = i.recipient_id
             join (${PROVEN}) c on c.recipient_id = i.recipient_id
             join payee p on p.recipient_id = c.recipient_id
                         and coalesce(p.payee_no = c.payee_no, false)
             join programme g on g.programme = i.programme
             left join (${FOUND}) h on h.recipient_id = i.recipient_id
            where s.state = 'withdrawn' and i.programme = :programme
              and ${OF_THE_BANKS('c.bank_bin')}
              and ${IS_PROVEN} and coalesce(:kind = ${KIND_OF_CHANNEL}, false)
              and not exists (select from recipient_death d
                               where d.recipient_id = i.recipient_id
                                 and d.died_on < (i.period || '-01')::date)
              and not exists (
                select from payment_instruction n
                 where n.recipient_id = i.recipient_id and n.period = i.period
                   and n.end_to_end_id = due_reference(i.period, i.programme, i.recipient_id,
                                                       i.assessment_no) || 'T' || (i.attempt + 1))
              and not exists (
                select from spoken_of_unsent u
                 where u.recipient_id = i.recipient_id and u.period = i.period
                   and u.programme = i.programme and u.assessment_no = i.assessment_no)
         ) line
        order by recipient_id, end_to_end_id
       returning 1
     )
     select count(*) as count from made`,
    { ...of, at: of.at.toISOString() },
  );
}

export interface NewBatch extends Gathering {
  readonly batchCode: string;
  readonly provinceCode: string;
  readonly channel: string;
  readonly sequenceNo: number;
  readonly valueDate: PlainDate;
  readonly preparedBy: string;
  readonly at: Date;
}

/** Writes the head of a batch, its totals and hash drawn from the lines that were made. */
export function addBatch(
  tx: Tx,
  batch: NewBatch,
): Promise<{ instructionCount: bigint; totalVnd: bigint; contentHash: string }> {
  return one(
    tx,
    `insert into disbursement_batch
       (batch_id, batch_code, period, programme, province_code, channel, sequence_no, value_date,
        instruction_count, total_vnd, content_hash, prepared_by, prepared_at)
     select :batchId, :batchCode, :period, :programme, :provinceCode, :channel, :sequenceNo,
            :valueDate, count(*), sum(amount_vnd), batch_content_hash(:batchId, :period),
            :preparedBy, :at
       from payment_instruction
      where batch_id = :batchId and period <= :period
     returning instruction_count as "instructionCount", total_vnd as "totalVnd",
               encode(content_hash, 'hex') as "contentHash"`,
    { ...batch, at: batch.at.toISOString() },
  );
}

/** Records everybody who had a hand in what a batch pays; none of them may sign it. */
export async function addMakers(tx: Tx, batchId: bigint): Promise<void> {
  await many(
    tx,
    `insert into batch_maker (batch_id, person_id, reason)
     select batch_id, prepared_by, 'prepared' from disbursement_batch where batch_id = :batchId
     union
     select b.batch_id, l.imported_by, 'imported'
       from disbursement_batch b
       join recipient_list l on l.province_code = b.province_code and l.accepted_count > 0
        and (l.period = b.period or l.list_id in (
              select distinct c.list_id
                from payment_instruction i
                join payment_channel c
                  on c.recipient_id = i.recipient_id and c.channel_no = i.channel_no
               where i.batch_id = :batchId and i.period <= b.period))
      where b.batch_id = :batchId
     union
     select b.batch_id, r.changed_by, 'changed-register'
       from disbursement_batch b
       join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
       join register_change r on r.recipient_id = i.recipient_id
        and r.changed_at > b.prepared_at - interval '90 days'
       join person p on p.person_id = r.changed_by
      where b.batch_id = :batchId
     union
     select b.batch_id, c.recorded_by, 'changed-register'
       from disbursement_batch b
       join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
       join once_claim c on c.recipient_id = i.recipient_id
       join person p on p.person_id = c.recorded_by
      where b.batch_id = :batchId`,
    { batchId },
  );
}

/** Begins the life of a batch, with its event. */
export async function openBatch(
  tx: Tx,
  by: { batchId: bigint; actor: string; at: Date },
): Promise<void> {
  await many(
    tx,
    `with opened as (
       insert into batch_state (batch_id, state, came_from, version, changed_at)
       values (:batchId, 'gathered', 'none', 1, :at)
       returning batch_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :actor, 'batch-gathered', 'batch/' || b.batch_id,
            jsonb_build_object('count', b.instruction_count, 'total_vnd', b.total_vnd,
                               'content_hash', encode(b.content_hash, 'hex'))
       from opened join disbursement_batch b using (batch_id)`,
    { ...by, at: by.at.toISOString() },
  );
}

/**
 * Moves a batch one step on and records who did it, in one statement: a step without its event
 * cannot be written. Nothing is returned if the batch was not where the step begins, so of two who
 * press the same button only one succeeds.
 */
export function advanceBatch(
  tx: Tx,
  step: BatchStep,
  by: { batchId: bigint; actor: string; at: Date },
): Promise<{ batchId: bigint; totalVnd: bigint } | undefined> {
  return maybeOne(
    tx,
    `with moved as (
       update batch_state
          set state = :to, came_from = state, version = version + 1, changed_at = :at
        where batch_id = :batchId and state = :from
       returning batch_id
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :actor, 'batch-' || :to, 'batch/' || b.batch_id,
              jsonb_build_object('count', b.instruction_count, 'total_vnd', b.total_vnd,
                                 'content_hash', encode(b.content_hash, 'hex'),
                                 'files_hash', encode(batch_files_hash(b.batch_id), 'hex'))
         from moved join disbursement_batch b using (batch_id)
     )
     select b.batch_id as "batchId", b.total_vnd as "totalVnd"
       from moved join disbursement_batch b using (batch_id)`,
    { ...BATCH_STEPS[step], batchId: by.batchId, actor: by.actor, at: by.at.toISOString() },
  );
}

export interface BatchHead extends BatchContent {
  readonly batchId: bigint;
  readonly batchCode: string;
  readonly period: Period;
  readonly programme: Programme;
  readonly provinceCode: string;
  readonly channel: string;
  readonly valueDate: PlainDate;
  readonly state: BatchState;
  readonly preparedAt: Date;
  readonly format: PaymentFileFormat;
}

/** The batches of a period in a state, or in any, in the order in which they were made. */
export function batchesOf(
  db: Db | Tx,
  of: { period: Period; state: BatchState | null },
): Promise<BatchHead[]> {
  return many(
    db,
    `select b.batch_id as "batchId", b.batch_code as "batchCode", b.period, b.programme,
            b.province_code as "provinceCode", b.channel, b.value_date as "valueDate", s.state,
            b.instruction_count as "instructionCount", b.total_vnd as "totalVnd",
            encode(b.content_hash, 'hex') as "contentHash",
            coalesce(encode(batch_files_hash(b.batch_id), 'hex'), '') as "filesHash",
            b.prepared_at as "preparedAt", c.format
       from disbursement_batch b
       join batch_state s using (batch_id)
       join channel c using (channel)
      where b.period = :period and (:state::text is null or s.state = :state)
      order by b.batch_id`,
    of,
  );
}

/** What a checker is shown of one batch. */
export function batchContent(
  db: Db | Tx,
  batchId: bigint,
): Promise<(BatchContent & { state: BatchState }) | undefined> {
  return maybeOne(
    db,
    `select s.state, b.instruction_count as "instructionCount", b.total_vnd as "totalVnd",
            encode(b.content_hash, 'hex') as "contentHash",
            coalesce(encode(batch_files_hash(b.batch_id), 'hex'), '') as "filesHash"
       from disbursement_batch b join batch_state s using (batch_id)
      where b.batch_id = :batchId`,
    { batchId },
  );
}

/** The lines of a batch in the order of its files: for copyOut(), with :batchId and :period. */
export const LINES_OF_BATCH = `
  select recipient_id, end_to_end_id, amount_vnd, payee_name, citizen_number, bank_bin,
         account_number, commune_code
    from payment_instruction
   where batch_id = :batchId and period <= :period
   order by recipient_id, end_to_end_id`;

/**
 * Who is paid another amount by a batch than by the same programme and channel in the month before,
 * or is paid by one of them alone. In the order of names, and never more than a workbook holds.
 */
export function changesOfBatch(
  db: Db | Tx,
  of: { batchId: bigint; period: Period; before: Period; atMost: number },
): Promise<PaymentChange[]> {
  return many(
    db,
    `with batch as (
       select programme, channel from disbursement_batch where batch_id = :batchId
     ),
     now as (
       select recipient_id, max(payee_name) as payee_name, sum(amount_vnd) as vnd
         from payment_instruction
        where batch_id = :batchId and period <= :period group by 1
     ),
     earlier as (
       select i.recipient_id, max(i.payee_name) as payee_name, sum(i.amount_vnd) as vnd
         from payment_instruction i
         join disbursement_batch b on b.batch_id = i.batch_id
         join batch_state s on s.batch_id = b.batch_id and s.state in ('released', 'reconciled')
         join batch on batch.programme = b.programme and batch.channel = b.channel
        where b.period = :before and i.period <= :before group by 1
     )
     select coalesce(n.payee_name, e.payee_name) as "payeeName",
            coalesce(e.vnd, 0)::bigint as "beforeVnd", coalesce(n.vnd, 0)::bigint as "nowVnd"
       from now n full join earlier e using (recipient_id)
      where n.vnd is distinct from e.vnd
      order by 1, recipient_id limit :atMost`,
    of,
  );
}

/** The names of the communes of a province in a period, by their codes. */
export async function communeNames(
  db: Db | Tx,
  of: { provinceCode: string; period: Period },
): Promise<ReadonlyMap<string, string>> {
  const rows = await many<{ code: string; name: string }>(
    db,
    `select unit_code as code, name from administrative_unit
      where parent_code = :provinceCode and kind = 'commune'
        and valid_from <= (:period || '-01')::date
        and (valid_until is null or valid_until > (:period || '-01')::date)`,
    of,
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}

export interface FilePart {
  readonly partNo: number;
  readonly count: bigint;
  readonly totalVnd: bigint;
}

/**
 * How a batch is cut into files of at most so many lines and dong, in the order of LINES_OF_BATCH. By
 * dong it is cut where the running sum passes a multiple of the limit less the greatest line, so that
 * no file exceeds it; a line that alone exceeds it is refused by the writer.
 */
export function partsOfBatch(
  db: Db | Tx,
  of: { batchId: bigint; period: Period; linesPerFile: number; vndPerFile: string | null },
): Promise<FilePart[]> {
  const inOrder = 'over (order by recipient_id, end_to_end_id)';
  // A running sum over a million lines is not drawn for a bank that has no such limit.
  const byDong =
    of.vndPerFile === null
      ? '0'
      : `div(sum(amount_vnd) ${inOrder} - amount_vnd,
             greatest(:vndPerFile::bigint - max(amount_vnd) over () + 1, 1))`;
  return many(
    db,
    `select row_number() over (order by by_lines, by_dong)::int as "partNo", count(*) as count,
            sum(amount_vnd)::bigint as "totalVnd"
       from (select amount_vnd,
                    (row_number() ${inOrder} - 1) / :linesPerFile::int as by_lines,
                    ${byDong} as by_dong
               from payment_instruction
              where batch_id = :batchId and period <= :period) line
      group by by_lines, by_dong order by 1`,
    of,
  );
}

export interface NewPaymentFile {
  readonly batchId: bigint;
  readonly partNo: number;
  readonly fileId: bigint;
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly profileVersion: number;
  readonly count: bigint;
  readonly totalVnd: bigint;
  readonly first: { readonly recipientId: string; readonly reference: string };
  readonly last: { readonly recipientId: string; readonly reference: string };
}

/** Records one rendered file of a batch. */
export async function addPaymentFile(tx: Tx, file: NewPaymentFile): Promise<void> {
  const { first, last, ...rest } = file;
  await many(
    tx,
    `insert into payment_file
       (batch_id, part_no, file_id, message_id, payment_information_id, line_count, total_vnd,
        first_recipient_id, first_reference, last_recipient_id, last_reference,
        profile_version)
     values (:batchId, :partNo, :fileId, :messageId, :paymentInformationId, :count, :totalVnd,
             :firstRecipient, :firstReference, :lastRecipient, :lastReference, :profileVersion)`,
    {
      ...rest,
      firstRecipient: first.recipientId,
      firstReference: first.reference,
      lastRecipient: last.recipientId,
      lastReference: last.reference,
    },
  );
}
