import type { Period, PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, takeTurn, type Tx } from '../platform/db.ts';
import type { Outcome, Step, TogetherCode } from './finding-outcome.ts';

/** Something that waits for a person, with what they need to begin. No name, number or account. */
export interface Waiting {
  readonly recipientId: bigint;
  readonly code: string;
  readonly subject: string;
  readonly severity: 'block' | 'review' | 'notice';
  readonly holds: 'line' | 'account' | 'nothing';
  /** Who looks into it: the commune of the recipient. */
  readonly communeCode: string;
  readonly foundOn: PlainDate;
  /** By which day a person should have decided. */
  readonly decideBy: PlainDate;
  readonly waitingVnd: bigint;
  /** Whoever said last that they look into it; null before anybody did. */
  readonly owner: string | null;
  /** The proposal that waits for a second person, or null. */
  readonly proposalNo: number | null;
}

/** Where a row of the worklist stands in its order. */
export type WaitingPlace = Pick<
  Waiting,
  'severity' | 'decideBy' | 'recipientId' | 'code' | 'subject'
>;

const RANK = `array_position(array['block', 'review', 'notice'], `;

/**
 * What waits for a person in a month, the gravest and the longest due first; at most so many, behind a place or from
 * the first on. What two persons have decided waits no longer.
 */
export function worklistOf(
  db: Db | Tx,
  {
    after,
    ...of
  }: { period: Period; communeCode: string | null; after: WaitingPlace | null; atMost: number },
): Promise<Waiting[]> {
  const { severity = null, decideBy = null, recipientId = null } = after ?? {};
  const { code = null, subject = null } = after ?? {};
  return many(
    db,
    `select * from (
     select f.recipient_id as "recipientId", f.code, f.subject, f.severity, f.holds,
            p.commune_code as "communeCode",
            (f.found_at at time zone 'Asia/Ho_Chi_Minh')::date as "foundOn",
            coalesce(s.due_on, (f.found_at at time zone 'Asia/Ho_Chi_Minh')::date + r.days)
              as "decideBy",
            coalesce((select sum(a.amount_vnd) from assessment a
                       where a.recipient_id = f.recipient_id and a.period = f.period), 0)::bigint
              as "waitingVnd",
            s.owner, o.proposal_no as "proposalNo"
       from decided_finding f
       join finding_rule r using (code)
       join recipient p on p.recipient_id = f.recipient_id
       left join lateral (
         select s.owner, s.due_on from finding_step s
          where s.recipient_id = f.recipient_id and s.period = f.period and s.code = f.code
            and s.subject = f.subject
          order by s.step_no desc limit 1) s on true
       left join lateral (
         select max(o.proposal_no) as proposal_no from finding_proposal o
          where o.recipient_id = f.recipient_id and o.period = f.period and o.code = f.code
            and o.subject = f.subject
            and not exists (select from finding_decision d
                             where d.recipient_id = o.recipient_id
                               and d.proposal_no = o.proposal_no)) o on true
      where f.period = :period and f.closed_at is null and f.holds <> 'nothing'
        and coalesce(f.outcome, 'held') = 'held'
        and (:communeCode::text is null or p.commune_code = :communeCode)) w
      where :severity::text is null
         or (${RANK} w.severity), w."decideBy", w."recipientId", w.code, w.subject)
            > (${RANK} :severity::text), :decideBy::date, :recipientId::bigint, :code, :subject)
      order by ${RANK} w.severity), w."decideBy", w."recipientId", w.code, w.subject
      limit :atMost`,
    { ...of, severity, decideBy, recipientId, code, subject },
  );
}

/** One finding about a recipient, with both sides as they were compared. */
export interface Case {
  readonly code: string;
  readonly subject: string;
  readonly severity: 'block' | 'review' | 'notice';
  readonly listed: string;
  readonly answered: string;
  readonly foundAt: Date;
  readonly closedAt: Date | null;
  /** SHA-256 of the answer in hex; empty where a rule found it and nobody was asked. */
  readonly answerHash: string;
  /** What two persons have decided about it, or null. */
  readonly outcome: Outcome | null;
}

/** Everything found about one recipient in a month, open and closed. */
export function casesOf(db: Db | Tx, of: { recipientId: bigint; period: Period }): Promise<Case[]> {
  return many(
    db,
    `select f.code, f.subject, f.severity, coalesce(f.told ->> 'listed', '') as listed,
            coalesce(f.told ->> 'answered', '') as answered, f.found_at as "foundAt",
            f.closed_at as "closedAt",
            coalesce((select encode(v.answer_hash, 'hex') from verification v
                       where v.recipient_id = f.recipient_id and v.period = f.period
                         and v.subject = f.subject and v.code = f.code
                       order by v.check_no desc limit 1), '') as "answerHash",
            f.outcome
       from decided_finding f
      where f.recipient_id = :recipientId and f.period = :period
      order by f.closed_at is not null, f.severity, f.code`,
    of,
  );
}

/** A finding by its key. */
export interface OfFinding {
  readonly recipientId: bigint;
  readonly period: Period;
  readonly code: string;
  readonly subject: string;
}

export interface NewStep extends OfFinding {
  readonly step: Step;
  readonly owner: string;
  readonly dueOn: PlainDate;
  readonly note: string;
  readonly by: string;
  readonly at: Date;
}

/** Records who looks into an open finding and what was asked of whom, with its event. Returns whether it is open. */
export async function addStep(tx: Tx, step: NewStep): Promise<boolean> {
  await takeTurn(tx, `recipient/${step.recipientId}`);
  const row = await maybeOne(
    tx,
    `with recorded as (
       insert into finding_step (recipient_id, step_no, period, code, subject, step, owner, due_on, note,
                                 recorded_by, recorded_at)
       select f.recipient_id,
              (select coalesce(max(step_no), 0) + 1 from finding_step
                where recipient_id = f.recipient_id),
              f.period, f.code, f.subject, :step, :owner, :dueOn::date, :note, :by,
              :at::timestamptz
         from finding f
        where f.recipient_id = :recipientId and f.period = :period and f.code = :code
          and f.subject = :subject and f.closed_at is null
       returning recipient_id, code, step
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'finding-looked-into', 'recipient/' || recipient_id,
            jsonb_build_object('code', code, 'step', step)
       from recorded
     returning 1`,
    { ...step, at: step.at.toISOString() },
  );
  return row !== undefined;
}

export interface NewOutcome extends OfFinding {
  readonly outcome: Outcome;
  readonly until: Period;
  readonly note: string;
  readonly document: string;
  readonly by: string;
  readonly at: Date;
}

/**
 * Records what somebody proposes to make of an open finding, as its two sides stand now, with its event.
 * Returns the number of the proposal, or undefined where nothing of the kind is open.
 */
export async function addOutcomeProposal(
  tx: Tx,
  of: NewOutcome,
): Promise<{ proposalNo: number } | undefined> {
  await takeTurn(tx, `recipient/${of.recipientId}`);
  return maybeOne(
    tx,
    `with proposed as (
       insert into finding_proposal
         (recipient_id, proposal_no, period, code, subject, told, severity, holds, outcome,
          until_period, note, document, proposed_by, proposed_at)
       select f.recipient_id,
              (select coalesce(max(proposal_no), 0) + 1 from finding_proposal
                where recipient_id = f.recipient_id),
              f.period, f.code, f.subject, f.told, r.severity, r.holds, :outcome, :until, :note,
              :document, :by, :at::timestamptz
         from finding f
         join finding_rule r using (code)
        where f.recipient_id = :recipientId and f.period = :period and f.code = :code
          and f.subject = :subject and f.closed_at is null
       returning recipient_id, proposal_no, code, outcome
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'finding-outcome-proposed', 'recipient/' || recipient_id,
              jsonb_build_object('proposal', proposal_no, 'code', code, 'outcome', outcome)
         from proposed
     )
     select proposal_no as "proposalNo" from proposed`,
    { ...of, at: of.at.toISOString() },
  );
}

export interface NewOutcomeDecision {
  readonly recipientId: bigint;
  readonly proposalNo: number;
  readonly decision: 'confirmed' | 'declined';
  /** Why not; may be empty when it is confirmed. */
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/**
 * Records a decision about a proposal, with its event, as long as the two sides are still those it was
 * made about. The database refuses that of the proposer. Returns whether there was anything to decide.
 */
export async function addOutcomeDecision(tx: Tx, of: NewOutcomeDecision): Promise<boolean> {
  const { decided } = await one<{ decided: boolean }>(
    tx,
    `with decided as (
       insert into finding_decision
         (recipient_id, proposal_no, decision, reason, proposed_by, decided_by, decided_at)
       select p.recipient_id, p.proposal_no, :decision, :reason, p.proposed_by, :by,
              :at::timestamptz
         from finding_proposal p
         join finding f on f.recipient_id = p.recipient_id and f.period = p.period
                       and f.code = p.code and f.subject = p.subject
        where p.recipient_id = :recipientId and p.proposal_no = :proposalNo
          and (:decision = 'declined' or f.told = p.told and f.closed_at is null)
       returning recipient_id, proposal_no
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'finding-outcome-' || :decision, 'recipient/' || recipient_id,
              jsonb_build_object('proposal', proposal_no)
         from decided
     )
     select exists (select from decided) as decided`,
    { ...of, at: of.at.toISOString() },
  );
  return decided;
}

/** One thing that was done about a finding, the oldest first. */
export interface Handled {
  readonly code: string;
  readonly at: Date;
  readonly by: string;
  /** A step, an outcome that was proposed, or what was decided about it. */
  readonly what: Step | Outcome | 'confirmed' | 'declined';
  readonly proposalNo: number | null;
  readonly until: Period | null;
  readonly owner: string | null;
  readonly dueOn: PlainDate | null;
  readonly note: string;
  readonly document: string;
}

/** Everything that people have done about the findings of one recipient in a month. */
export function handledOf(
  db: Db | Tx,
  of: { recipientId: bigint; period: Period },
): Promise<Handled[]> {
  return many(
    db,
    `select code, recorded_at as at, recorded_by as by, step as what, null::int as "proposalNo",
            null::text as until, owner, due_on as "dueOn", note, '' as document
       from finding_step where recipient_id = :recipientId and period = :period
      union all
     select code, proposed_at, proposed_by, outcome, proposal_no, until_period, null, null, note,
            document
       from finding_proposal where recipient_id = :recipientId and period = :period
      union all
     select p.code, d.decided_at, d.decided_by, d.decision, d.proposal_no, null, null, null, d.reason,
            ''
       from finding_decision d
       join finding_proposal p on p.recipient_id = d.recipient_id and p.proposal_no = d.proposal_no
      where p.recipient_id = :recipientId and p.period = :period
      order by at, "proposalNo" nulls first`,
    of,
  );
}

/** A doubt of one kind with both of its sides, and what is proposed about it. No number or account. */
export interface Doubt {
  readonly recipientId: bigint;
  readonly subject: string;
  readonly communeCode: string;
  readonly listed: string;
  readonly answered: string;
  readonly waitingVnd: bigint;
  /** The proposal to accept it that waits for a second person; null while nobody has proposed. */
  readonly proposalNo: number | null;
  readonly proposedBy: string | null;
  readonly note: string | null;
  readonly document: string | null;
}

/**
 * Doubts of one kind in a month that may be accepted together, and wait for a proposal or for a decision about one, by
 * recipient, or of one recipient; at most so many. One about which another outcome is proposed is decided by itself,
 * and so is a name that was cut off where the bank has not confirmed the citizen number.
 */
export function doubtsOf(
  db: Db | Tx,
  of: {
    period: Period;
    code: TogetherCode;
    communeCode: string | null;
    proposed: boolean;
    recipientId: bigint | null;
    atMost: number;
  },
): Promise<Doubt[]> {
  return many(
    db,
    `select f.recipient_id as "recipientId", f.subject, p.commune_code as "communeCode",
            coalesce(f.told ->> 'listed', '') as listed,
            coalesce(f.told ->> 'answered', '') as answered,
            coalesce((select sum(a.amount_vnd) from assessment a
                       where a.recipient_id = f.recipient_id and a.period = f.period), 0)::bigint
              as "waitingVnd",
            o.proposal_no as "proposalNo", o.proposed_by as "proposedBy", o.note, o.document
       from decided_finding f
       join recipient p on p.recipient_id = f.recipient_id
       left join lateral (
         select o.* from finding_proposal o
          where o.recipient_id = f.recipient_id and o.period = f.period and o.code = f.code
            and o.subject = f.subject
            and not exists (select from finding_decision d
                             where d.recipient_id = o.recipient_id
                               and d.proposal_no = o.proposal_no)
          order by o.proposal_no desc limit 1) o on true
      where f.period = :period and f.code = :code and f.closed_at is null
        and f.severity = 'review' and coalesce(f.outcome, 'held') = 'held'
        and (:communeCode::text is null or p.commune_code = :communeCode)
        and (:recipientId::bigint is null or f.recipient_id = :recipientId)
        and (f.code <> 'BANK_NAME_TRUNCATED'
             or (select v.number_result = 'match' and v.name_result <> 'no-match'
                   from verification v
                  where v.recipient_id = f.recipient_id and v.period = f.period
                    and v.subject = f.subject
                  order by v.check_no desc limit 1))
        and case when :proposed then o.outcome = 'accepted' and o.told = f.told
                 else o.proposal_no is null end
      order by f.recipient_id, f.subject
      limit :atMost`,
    of,
  );
}
