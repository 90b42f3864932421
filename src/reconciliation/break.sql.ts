import type { Period, PlainDate } from '../kernel/period.ts';
import type { SpecialDay } from '../kernel/working-days.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';
import type { BreakFate, BreakKind, BreakOutcome, BreakPlace } from './break.ts';

export interface Break extends BreakPlace {
  readonly kind: BreakKind;
  readonly period: Period;
  readonly reference: string;
  readonly batchCode: string | null;
  readonly amountVnd: bigint;
  /** What the account holds beyond the books because of it; negative where money left. */
  readonly gapVnd: bigint;
  readonly owner: string | null;
  /** The day in Vietnam. */
  readonly openedOn: PlainDate;
  readonly ageDays: number;
  readonly workingDays: number;
  readonly resolution: string | null;
  readonly resolvedOn: PlainDate | null;
}

const VIETNAM = `at time zone 'Asia/Ho_Chi_Minh'`;

const BREAK = `
  select b.break_id as "breakId", b.severity, b.decide_by as "decideBy", b.kind, b.period, b.reference, d.batch_code as "batchCode",
         b.amount_vnd as "amountVnd", coalesce(g.vnd, 0)::bigint as "gapVnd", a.owner,
         (b.opened_at ${VIETNAM})::date as "openedOn",
         ((:now::timestamptz ${VIETNAM})::date - (b.opened_at ${VIETNAM})::date) as "ageDays",
         k.working_days as "workingDays", b.resolution,
         (b.resolved_at ${VIETNAM})::date as "resolvedOn"
    from reconciliation_break b
    join break_kind k using (kind)
    left join disbursement_batch d on d.batch_id = b.batch_id
    left join lateral (select owner from break_assignment a
                        where a.break_id = b.break_id order by assignment_no desc limit 1) a on true
    left join lateral (select sum(gap_vnd) as vnd from break_gap where break_id = b.break_id) g
      on true`;

/** Behind the wall between units, a break of a batch that is not seen is not seen either. */
const SEEN = '(b.batch_id is null or d.batch_id is not null)';

/**
 * A page of breaks of a month, a kind, an owner, open or resolved: the gravest first, then what should be
 * decided first, then by number.
 */
export function breakPage(
  db: Db | Tx,
  of: {
    readonly period: Period | null;
    readonly kind: BreakKind | null;
    /** A person; 'nobody' for what is unassigned. */
    readonly owner: string | null;
    readonly resolved: boolean;
    /** The last of the page before; null for the first page. */
    readonly after: BreakPlace | null;
    readonly limit: number;
    readonly now: Date;
  },
): Promise<Break[]> {
  const { after, ...asked } = of;
  return many(
    db,
    `select * from (${BREAK}
      where (b.resolved_at is not null) = :resolved and ${SEEN}
        and (:breakId::bigint is null
             or (b.severity, coalesce(b.decide_by, 'infinity'), b.break_id)
                > (:severity::smallint, coalesce(:decideBy::date, 'infinity'), :breakId::bigint))
        and (:period::text is null or b.period = :period)
        and (:kind::text is null or b.kind = :kind)) page
      where :owner::text is null or coalesce(owner, 'nobody') = :owner
      order by severity, coalesce("decideBy", 'infinity'), "breakId" limit :limit`,
    {
      ...asked,
      severity: after?.severity ?? null,
      decideBy: after?.decideBy ?? null,
      breakId: after?.breakId ?? null,
      now: of.now.toISOString(),
    },
  );
}

/** The days that open breaks were opened on in Vietnam, with the working days that their kinds allow. */
export function openDays(
  tx: Tx,
): Promise<{ openedOn: PlainDate; workingDays: number; decideBy: PlainDate | null }[]> {
  return many(
    tx,
    `select distinct (b.opened_at ${VIETNAM})::date as "openedOn", k.working_days as "workingDays",
            b.decide_by as "decideBy"
       from reconciliation_break b join break_kind k using (kind)
      where b.resolved_at is null
      order by 1, 2, 3`,
  );
}

/** Writes by when the open breaks of a day and a number of working days should be decided. */
export async function setDeadline(
  tx: Tx,
  of: { openedOn: PlainDate; workingDays: number; decideBy: PlainDate | null },
): Promise<void> {
  await many(
    tx,
    `update reconciliation_break b set decide_by = :decideBy
       from break_kind k
      where k.kind = b.kind and k.working_days = :workingDays and b.resolved_at is null
        and (b.opened_at ${VIETNAM})::date = :openedOn
        and b.decide_by is distinct from :decideBy::date`,
    of,
  );
}

/** One break, or undefined. */
export function breakOf(
  db: Db | Tx,
  of: { breakId: bigint; now: Date },
): Promise<Break | undefined> {
  return maybeOne(db, `${BREAK} where b.break_id = :breakId and ${SEEN}`, {
    ...of,
    now: of.now.toISOString(),
  });
}

/** What a person needs on the table: the line that the bank wrote, and what was instructed. */
export interface BreakSides {
  readonly fileId: bigint | null;
  readonly fileName: string | null;
  /** SHA-256 in hex. */
  readonly fileHash: string | null;
  readonly byteOffset: bigint | null;
  readonly lineKind: string | null;
  readonly lineVnd: bigint | null;
  readonly entryReference: string | null;
  readonly bookedOn: PlainDate | null;
  readonly instructedReference: string | null;
  readonly instructedVnd: bigint | null;
  readonly recipientId: bigint | null;
  readonly instructedPeriod: Period | null;
  readonly channel: string | null;
  readonly isOfAccount: boolean;
  /** The account that the bank keeps for us, of what moved on it. */
  readonly payerAccount: string | null;
  readonly outcome: string | null;
  readonly isReturned: boolean;
}

/** Both sides of a break. The reference names the recipient, so the instruction is found by its key. */
export function breakSides(
  db: Db | Tx,
  of: { breakId: bigint; recipientId: bigint; instructedPeriod: Period | null },
): Promise<BreakSides | undefined> {
  return maybeOne(
    db,
    `select f.file_id as "fileId", f.name as "fileName", encode(f.sha256, 'hex') as "fileHash",
            l.byte_offset as "byteOffset", l.kind as "lineKind", l.amount_vnd as "lineVnd",
            l.entry_reference as "entryReference", l.booked_on as "bookedOn",
            i.end_to_end_id as "instructedReference", i.amount_vnd as "instructedVnd",
            i.recipient_id as "recipientId", i.period as "instructedPeriod", c.channel,
            coalesce(c.kind = 'account', false) as "isOfAccount",
            coalesce((select min(g.account) from break_gap g where g.break_id = b.break_id),
                     c.payer_account) as "payerAccount",
            o.outcome, r.end_to_end_id is not null as "isReturned"
       from reconciliation_break b
       left join file f on f.file_id = b.file_id
       left join settlement_line l
         on l.file_id = b.file_id and l.line_no = b.line_no and l.period = b.period
       left join payment_instruction i
         on i.recipient_id = :recipientId and i.period = :instructedPeriod
        and i.end_to_end_id = b.reference
       left join disbursement_batch d on d.batch_id = i.batch_id
       left join channel c on c.channel = d.channel
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id
      where b.break_id = :breakId`,
    of,
  );
}

export interface BreakStep {
  readonly at: Date;
  readonly what: 'opened' | 'assigned' | 'proposed' | 'confirmed' | 'declined';
  readonly by: string;
  /** The owner, or the proposal as fate and outcome. */
  readonly told: string;
  readonly note: string;
}

/** What has happened to a break, in the order in which it did. */
export function breakHistory(db: Db | Tx, of: { breakId: bigint }): Promise<BreakStep[]> {
  return many(
    db,
    `select at, what, by, told, note from (
       select opened_at as at, 'opened' as what, '' as by, kind as told, '' as note, 0 as nth
         from reconciliation_break where break_id = :breakId
       union all
       select assigned_at, 'assigned', assigned_by, owner, note, 1
         from break_assignment where break_id = :breakId
       union all
       select proposed_at, 'proposed', proposed_by,
              proposal_no || ': ' || concat_ws(' + ', fate, outcome),
              reason || ' (' || document || ')', 2
         from break_proposal where break_id = :breakId
       union all
       select decided_at, decision, decided_by, proposal_no::text, reason, 3
         from break_decision where break_id = :breakId) step
      order by at, nth`,
    of,
  );
}

/** Gives a break an owner. Nothing is returned where it is not open. */
export async function assignBreak(
  tx: Tx,
  of: { breakId: bigint; owner: string; note: string; by: string; at: Date },
): Promise<{ assignmentNo: number } | undefined> {
  await takeTurn(tx, `break/${of.breakId}`);
  return maybeOne(
    tx,
    `insert into break_assignment (break_id, assignment_no, owner, note, assigned_by, assigned_at)
     select b.break_id,
            (select count(*) + 1 from break_assignment a where a.break_id = b.break_id),
            :owner, :note, :by, :at
       from reconciliation_break b where b.break_id = :breakId and b.resolved_at is null
     returning assignment_no as "assignmentNo"`,
    { ...of, at: of.at.toISOString() },
  );
}

export interface BreakProposal {
  readonly breakId: bigint;
  readonly fate: BreakFate | null;
  readonly outcome: BreakOutcome | null;
  /** The earlier break that this one settles. */
  readonly settles: bigint | null;
  readonly reason: string;
  readonly document: string;
}

/**
 * Holds an open break until the transaction ends: who proposes about it at the same moment, or presses twice,
 * waits and takes the next number. False where it is not open.
 */
export async function holdBreak(tx: Tx, of: { breakId: bigint }): Promise<boolean> {
  const held = await maybeOne(
    tx,
    `select break_id from reconciliation_break
      where break_id = :breakId and resolved_at is null for update`,
    of,
  );
  return held !== undefined;
}

/** Records a proposal about an open break that is held. Nothing is returned where it is not open. */
export function addBreakProposal(
  tx: Tx,
  of: BreakProposal & {
    readonly recipientId: bigint | null;
    readonly period: Period | null;
    readonly instructedVnd: bigint | null;
    readonly by: string;
    readonly at: Date;
  },
): Promise<{ proposalNo: number } | undefined> {
  return maybeOne(
    tx,
    `insert into break_proposal
       (break_id, proposal_no, fate, outcome, recipient_id, period, instructed_vnd, settles, reason,
        document, proposed_by, proposed_at)
     select b.break_id, (select count(*) + 1 from break_proposal p where p.break_id = b.break_id),
            :fate, :outcome, :recipientId, :period, :instructedVnd, :settles, :reason, :document,
            :by, :at
       from reconciliation_break b where b.break_id = :breakId and b.resolved_at is null
     returning proposal_no as "proposalNo"`,
    { ...of, at: of.at.toISOString() },
  );
}

export interface OpenProposal extends BreakProposal {
  readonly proposalNo: number;
  readonly proposedBy: string;
  readonly recipientId: bigint | null;
  readonly period: Period | null;
  readonly instructedVnd: bigint | null;
}

/** The last proposal about an open break, while nobody has decided on it; the break is then held. */
export function openProposal(
  tx: Tx,
  of: { breakId: bigint; proposalNo: number },
): Promise<OpenProposal | undefined> {
  return maybeOne(
    tx,
    `select p.break_id as "breakId", p.proposal_no as "proposalNo", p.fate, p.outcome, p.settles,
            p.reason, p.document, p.proposed_by as "proposedBy", p.recipient_id as "recipientId",
            p.period, p.instructed_vnd as "instructedVnd"
       from reconciliation_break b
       join break_proposal p on p.break_id = b.break_id and p.proposal_no = :proposalNo
      where b.break_id = :breakId and b.resolved_at is null
        and p.proposal_no = (select max(proposal_no) from break_proposal n
                              where n.break_id = b.break_id)
        and not exists (select from break_decision d
                         where d.break_id = b.break_id and d.proposal_no = p.proposal_no)
        for update of b`,
    of,
  );
}

export interface WaitingProposal extends BreakProposal {
  readonly proposalNo: number;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

/** The last proposal about an open break, to look at, while nobody has decided on it. */
export function waitingProposal(
  db: Db | Tx,
  of: { breakId: bigint },
): Promise<WaitingProposal | undefined> {
  return maybeOne(
    db,
    `select p.break_id as "breakId", p.proposal_no as "proposalNo", p.fate, p.outcome, p.settles,
            p.reason, p.document, p.proposed_by as "proposedBy", p.proposed_at as "proposedAt"
       from break_proposal p join reconciliation_break b using (break_id)
      where p.break_id = :breakId and b.resolved_at is null
        and not exists (select from break_proposal n
                         where n.break_id = p.break_id and n.proposal_no > p.proposal_no)
        and not exists (select from break_decision d
                         where d.break_id = p.break_id and d.proposal_no = p.proposal_no)`,
    of,
  );
}

/** How each outcome moves money out of suspense. */
export function outcomeMoves(
  db: Db | Tx,
): Promise<{ outcome: BreakOutcome; moves: 'out' | 'in' }[]> {
  return many(db, 'select outcome, moves from break_outcome order by outcome');
}

/** Who may be given a break of some units: its makers and checkers. VN is all units. */
export function possibleOwners(
  db: Db | Tx,
  of: { units: readonly string[] },
): Promise<{ personId: string; fullName: string }[]> {
  return many(
    db,
    `select p.person_id as "personId", p.full_name as "fullName" from person p
      where p.active
        and exists (select from person_role r
                     where r.person_id = p.person_id and r.revoked_at is null
                       and r.role in ('maker', 'checker')
                       and ('VN' = any (:units::text[]) or r.unit_code = 'VN'
                            or r.unit_code = any (:units)))
      order by p.full_name, p.person_id`,
    of,
  );
}

/** Records what the second person says. The proposer is refused by the name of the rule. */
export async function addBreakDecision(
  tx: Tx,
  of: {
    breakId: bigint;
    proposalNo: number;
    decision: 'confirmed' | 'declined';
    reason: string;
    proposedBy: string;
    by: string;
    at: Date;
  },
): Promise<void> {
  await one(
    tx,
    `insert into break_decision
       (break_id, proposal_no, decision, reason, proposed_by, decided_by, decided_at)
     values (:breakId, :proposalNo, :decision, :reason, :proposedBy, :by, :at)
     returning break_id`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Ends a break as it was decided. */
export async function resolveBreak(
  tx: Tx,
  of: { breakId: bigint; resolution: string; proposedBy: string; by: string; at: Date },
): Promise<void> {
  await one(
    tx,
    `update reconciliation_break
        set resolved_at = :at, resolution = :resolution, resolved_by = :proposedBy,
            confirmed_by = :by
      where break_id = :breakId
     returning break_id`,
    { ...of, at: of.at.toISOString() },
  );
}

interface DecidedFate {
  readonly breakId: bigint;
  readonly recipientId: bigint;
  readonly period: Period;
  readonly reference: string;
  readonly on: PlainDate;
}

/** The period that books what belongs to one that may be closed (I29). */
const BOOK_PERIOD = `case when :period in (select period from period_state where closed_at is not null)
                          then (select max(period) from period_state where closed_at is null)
                          else :period end`;

/**
 * Gives an instruction without an outcome the one that was decided, and books it: paid, or owed again.
 * The rest is as if a file had said so, so what a file says later is a break beside it.
 */
export async function decideOutcome(tx: Tx, of: DecidedFate & { paid: boolean }): Promise<void> {
  await one(
    tx,
    `with of as (
       select i.* from payment_instruction i
        where i.recipient_id = :recipientId and i.period = :period and i.end_to_end_id = :reference
     ),
     made as (
       insert into payment_outcome
         (recipient_id, period, end_to_end_id, outcome, reason, instructed_vnd, reported_vnd,
          booked_on, batch_id, file_id, line_no, break_id)
       select recipient_id, period, end_to_end_id,
              case when :paid then 'settled' else 'unpaid' end, 'decided', amount_vnd, amount_vnd,
              :on, batch_id, 0, 0, :breakId::bigint
         from of
     )
     insert into ledger_transfer
       (recipient_id, period, reference, kind, programme, debit_account, credit_account, amount_vnd,
        booked_on, batch_id)
     select recipient_id, ${BOOK_PERIOD}, end_to_end_id,
            case when :paid then 'settled' else 'unpaid' end, programme, 'in_transit',
            case when :paid then 'paid' else 'owed' end, amount_vnd, :on, batch_id
       from of
     returning amount_vnd`,
    { ...of },
  );
}

/** Books that something which was paid counts as returned, by a decision. */
export async function decideReturn(tx: Tx, of: DecidedFate): Promise<void> {
  await one(
    tx,
    `with of as (
       select i.* from payment_instruction i
        where i.recipient_id = :recipientId and i.period = :period and i.end_to_end_id = :reference
     ),
     made as (
       insert into payment_return
         (recipient_id, period, end_to_end_id, reason, instructed_vnd, reported_vnd, booked_on,
          batch_id, file_id, line_no, break_id)
       select recipient_id, period, end_to_end_id, 'decided', amount_vnd, amount_vnd, :on, batch_id,
              0, 0, :breakId::bigint
         from of
     )
     insert into ledger_transfer
       (recipient_id, period, reference, kind, programme, debit_account, credit_account, amount_vnd,
        booked_on, batch_id)
     select recipient_id, ${BOOK_PERIOD}, end_to_end_id, 'returned', programme, 'paid', 'owed',
            amount_vnd, :on, batch_id
       from of
     returning amount_vnd`,
    { ...of },
  );
}

/** Books what leaves suspense, with the accounts of its outcome, into the period or the open one. */
export async function addHouseTransfer(
  tx: Tx,
  of: {
    breakId: bigint;
    account: string;
    outcome: BreakOutcome;
    amountVnd: bigint;
    on: PlainDate;
    period: Period;
  },
): Promise<void> {
  await one(
    tx,
    `insert into house_transfer
       (transfer_no, break_id, account, outcome, moves, debit_account, credit_account, amount_vnd,
        booked_on, period)
     select next_numbers('house_transfer', 1), :breakId, :account, o.outcome, o.moves,
            o.debit_account, o.credit_account, :amountVnd, :on, ${BOOK_PERIOD}
       from break_outcome o where o.outcome = :outcome
     returning transfer_no`,
    of,
  );
}

/** How an outcome moves money out of suspense. */
export async function directionOf(db: Db | Tx, outcome: BreakOutcome): Promise<'out' | 'in'> {
  const row = await one<{ moves: 'out' | 'in' }>(
    db,
    'select moves from break_outcome where outcome = :outcome',
    { outcome },
  );
  return row.moves;
}

/** The days that differ from what their weekday says, to count by when a break should be decided. */
export function specialDays(db: Db | Tx): Promise<SpecialDay[]> {
  return many(db, 'select day, kind from calendar_day order by day, kind');
}

/** How long open breaks have waited, by kind and by the class of their age in days. */
export function breakAges(
  db: Db | Tx,
  of: { readonly now: Date; readonly classes: readonly number[] },
): Promise<{ kind: BreakKind; from: number; count: bigint; vnd: bigint; unassigned: bigint }[]> {
  return many(
    db,
    `select b.kind, c.days as "from", count(*) as count, sum(b.amount_vnd)::bigint as vnd,
            count(*) filter (where not exists (select from break_assignment a
                                                where a.break_id = b.break_id)) as unassigned
       from reconciliation_break b
       left join disbursement_batch d on d.batch_id = b.batch_id
       join lateral (
              select max(n::int) as days from unnest(:classes::text[]) n
               where n::int <= (:now::timestamptz ${VIETNAM})::date
                               - (b.opened_at ${VIETNAM})::date) c on true
      where b.resolved_at is null and ${SEEN}
      group by 1, 2 order by 1, 2`,
    { now: of.now.toISOString(), classes: of.classes.map(String) },
  );
}

/** What no line says by itself, and a look at the whole shows. */
const FOUND = `
       -- A credit may wait two days for the message that says whose it is.
       select 'unexplained-credit' as kind, null::bigint as file_id, null::bigint as batch_id,
              to_char(e.booked_on, 'YYYY-MM') as period, e.entry_reference as reference,
              e.amount_vnd as vnd
         from statement_entry e
        where e.direction = 'credit' and e.booked_on < :on::date - 2
          -- Read as a whole: not exists would look through all lines for each entry.
          and e.entry_reference not in (select l.entry_reference from settlement_line l
                                         where l.kind = 'credit')
       union all
       -- What a message has credited stands on the account once its day is over, or the message is wrong.
       select 'not-in-statement', null, null, to_char(l.booked_on, 'YYYY-MM'), l.entry_reference,
              sum(l.amount_vnd)::bigint
         from settlement_file f
         -- Nothing is told of more than some days before it is booked.
         join file r on r.file_id = f.file_id and r.recorded_at >= :on::date - 60
         join channel c on c.channel = f.channel and c.kind = 'account'
         -- One file after the other, in its own months: all files beside all lines grow with every month.
        cross join lateral (
              select l.booked_on, l.entry_reference, l.amount_vnd
                from settlement_line l
               where l.file_id = f.file_id and l.period >= f.first_period and l.period <= f.last_period
                 and l.kind = 'credit' and l.entry_reference <> ''
                 and l.booked_on >= :on::date - 40 offset 0) l
        where f.matched_count is not null and f.credit_count > 0
          and exists (select from statement s
                       where s.account = c.payer_account and s.day > l.booked_on)
          and not exists (select from statement_entry e
                           where e.account = c.payer_account and e.direction = 'credit'
                             and e.entry_reference = l.entry_reference)
        group by l.booked_on, l.entry_reference
       union all
       select 'not-settled-in-time', null, b.batch_id, b.period, p.payment_information_id,
              p.total_vnd
         from payment_file p
         join disbursement_batch b using (batch_id)
         join batch_state s on s.batch_id = b.batch_id and s.state = 'released'
         join channel c on c.channel = b.channel and c.kind = 'account'
        where b.value_date < :on::date - 3
          and not exists (select from statement_entry e
                           where e.payment_information_id = p.payment_information_id)
       union all
       select 'not-acknowledged', null, b.batch_id, b.period, p.message_id, p.total_vnd
         from payment_file p
         join disbursement_batch b using (batch_id)
         join channel c on c.channel = b.channel and c.kind = 'cash_post'
         join file_dispatch d on d.file_id = p.file_id and d.state = 'sent'
        where d.sent_at < :at::timestamptz - interval '20 days'
          and not exists (select from settlement_file f
                           where f.original_message_id = p.message_id and f.verdict = 'accepted')
       union all
       select case f.refusal when 'statement-out-of-sequence' then 'statement-gap'
                             else 'other-payer' end,
              f.file_id, null, to_char(r.recorded_at ${VIETNAM}, 'YYYY-MM'), f.message_id,
              f.total_vnd
         from settlement_file f join file r using (file_id)
        where f.verdict = 'refused'
          and f.refusal in ('statement-out-of-sequence', 'file-for-another-payer')
       union all
       select 'returned-after-close', null, r.batch_id, r.period, r.end_to_end_id,
              r.reported_vnd
         from payment_return r
         join period_state p on p.period = r.period and p.closed_at is not null
         join settlement_file f on f.file_id = r.file_id
         join file h on h.file_id = f.file_id and h.recorded_at > p.closed_at`;

/**
 * Opens the breaks that no line says by itself, each once: money that came in unexplained, money that a
 * message has credited and the account does not show, files that were
 * not booked or not acknowledged in time, statements that do not follow, files of another payer, and
 * returns of closed months. Returns how many of each kind.
 */
export function sweepBreaks(
  tx: Tx,
  of: { readonly at: Date; readonly on: PlainDate },
): Promise<{ kind: BreakKind; count: bigint }[]> {
  return many(
    tx,
    `with found as (${FOUND}
     ),
     fresh as (
       select f.*, row_number() over (order by kind, reference) as nth from found f
        where not exists (select from reconciliation_break b
                           where b.kind = f.kind and b.reference = f.reference
                             and b.file_id is not distinct from f.file_id)
     ),
     drawn as (
       select case when exists (select from fresh)
                   then next_numbers('break', (select count(*) from fresh)) end as first
     ),
     opened as (
       insert into reconciliation_break
         (break_id, kind, file_id, batch_id, period, reference, amount_vnd, opened_at)
       select d.first + f.nth - 1, f.kind, f.file_id, f.batch_id, f.period, f.reference, f.vnd, :at
         from fresh f cross join drawn d
        order by f.nth
       returning kind
     )
     select kind, count(*) as count from opened group by 1 order by 1`,
    { on: of.on, at: of.at.toISOString() },
  );
}
