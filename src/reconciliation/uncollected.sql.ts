import type { Period, PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';

/** Whether a list pauses those who did not come, or gives back to those who came after all. */
export const UNCOLLECTED_KINDS = ['suspend', 'resume'] as const;
export type UncollectedKind = (typeof UNCOLLECTED_KINDS)[number];

/** Somebody who has come to no counter for three months, or has come since, by enrolment. */
export interface Uncollected {
  readonly recipientId: bigint;
  readonly enrolment: string;
  readonly communeCode: string;
  /** What lay uncollected over the three months, or was collected since, in dong. */
  readonly uncollectedVnd: bigint;
}

/**
 * Circular 02/2021/TT-BLDTBXH art. 2(3)(a): assistance is suspended that was not collected for three months
 * running. Of each of the three months something was handed out in vain, and nothing was collected since;
 * what two persons have decided of a break is no counter. An enrolment that is paused or has ended is not
 * named again.
 */
const UNCOLLECTED = `
  select e.recipient_id, e.enrolment_ref, r.commune_code, missed.vnd
    from (select i.recipient_id,
                 coalesce(sum(i.amount_vnd) filter (where i.attempt = 1), 0)::bigint as vnd
            from payment_instruction i
            join payment_outcome o using (recipient_id, period, end_to_end_id)
           where i.programme = 'social_assistance'
             and i.period >= :first and i.period < :period
             and o.period >= :first and o.period < :period
           group by 1
          having count(distinct i.period) filter (where o.outcome = 'unpaid' and o.file_id > 0) = 3
             and count(*) filter (where o.outcome = 'settled') = 0) missed
    join recipient r using (recipient_id)
    join enrolment e
      on e.recipient_id = missed.recipient_id and e.programme = 'social_assistance'
     and e.entitled_from <= :period and (e.stops_after is null or e.stops_after >= :period)
   where not exists (select from recipient_death d where d.recipient_id = e.recipient_id)
     and not exists (select from suspension s
                       left join resumption u using (recipient_id, enrolment_ref, from_period)
                      where s.recipient_id = e.recipient_id and s.enrolment_ref = e.enrolment_ref
                        and (u.from_period is null or u.until_period is null
                             or u.until_period >= :period))`;

/** Who is paused for it and has since collected, with a later list, what had lain for them. */
const COLLECTED = `
  select s.recipient_id, s.enrolment_ref, s.from_period, r.commune_code,
         sum(i.amount_vnd)::bigint as vnd
    from suspension s
    join recipient r using (recipient_id)
    join payment_instruction i
      on i.recipient_id = s.recipient_id and i.programme = 'social_assistance'
     and i.period < s.from_period and i.attempt > 1
    join payment_outcome o
      on o.recipient_id = i.recipient_id and o.period = i.period
     and o.end_to_end_id = i.end_to_end_id and o.outcome = 'settled'
   where s.reason = 'uncollected' and s.from_period < :period
     and not exists (select from resumption u
                      where u.recipient_id = s.recipient_id and u.enrolment_ref = s.enrolment_ref
                        and u.from_period = s.from_period)
   group by 1, 2, 3, 4`;

const LIST = { suspend: UNCOLLECTED, resume: COLLECTED } as const;

/** Whom a list names, so that two people know that they look at the same. */
const HASH = `encode(sha256(convert_to(coalesce(string_agg(
  recipient_id || '|' || enrolment_ref, E'\\n' order by recipient_id, enrolment_ref), ''), 'UTF8')), 'hex')`;

/** Who is on a list of a period, by commune and number. */
export function uncollected(
  db: Db | Tx,
  { kind, ...of }: { kind: UncollectedKind; period: Period; first: Period },
): Promise<Uncollected[]> {
  return many(
    db,
    `select recipient_id as "recipientId", enrolment_ref as enrolment, commune_code as "communeCode",
            vnd as "uncollectedVnd"
       from (${LIST[kind]}) u order by commune_code, recipient_id, enrolment_ref`,
    of,
  );
}

/** A list in figures. */
export interface UncollectedList {
  readonly count: bigint;
  readonly vnd: bigint;
  /** SHA-256 over whom it names, in hexadecimal. */
  readonly sha256: string;
}

/** What a list comes to now. */
export function uncollectedList(
  db: Db | Tx,
  { kind, ...of }: { kind: UncollectedKind; period: Period; first: Period },
): Promise<UncollectedList> {
  return one(
    db,
    `select count(*) as count, coalesce(sum(vnd), 0)::bigint as vnd, ${HASH} as sha256
       from (${LIST[kind]}) u`,
    of,
  );
}

export interface UncollectedProposal extends UncollectedList {
  readonly proposalNo: number;
  readonly decision: string;
  readonly decidedOn: PlainDate;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

interface OfList {
  readonly kind: UncollectedKind;
  readonly period: Period;
}

/** Records that a list be decided about, as somebody has seen it. */
export async function addUncollectedProposal(
  tx: Tx,
  of: OfList & UncollectedList & { decision: string; decidedOn: PlainDate; by: string; at: Date },
): Promise<{ proposalNo: number }> {
  await takeTurn(tx, `uncollected/${of.period}`);
  return one(
    tx,
    `insert into uncollected_proposal
       (kind, period, proposal_no, list_sha256, enrolment_count, total_vnd, decision_number,
        decided_on, proposed_by, proposed_at)
     select :kind, :period,
            (select count(*) + 1 from uncollected_proposal where kind = :kind and period = :period),
            decode(:sha256, 'hex'), :count, :vnd, :decision, :decidedOn, :by, :at
     returning proposal_no as "proposalNo"`,
    { ...of, at: of.at.toISOString() },
  );
}

/** The last proposal about a list, as long as nobody has decided about it. */
export function waitingUncollected(
  db: Db | Tx,
  of: OfList,
): Promise<UncollectedProposal | undefined> {
  return maybeOne(
    db,
    `select p.proposal_no as "proposalNo", encode(p.list_sha256, 'hex') as sha256,
            p.enrolment_count as count, p.total_vnd as vnd, p.decision_number as decision,
            p.decided_on as "decidedOn", p.proposed_by as "proposedBy",
            p.proposed_at as "proposedAt"
       from (select * from uncollected_proposal where kind = :kind and period = :period
              order by proposal_no desc limit 1) p
      where not exists (select from uncollected_decision d
                         where (d.kind, d.period, d.proposal_no) = (p.kind, p.period, p.proposal_no))`,
    of as { kind: string; period: Period },
  );
}

/** Records what another person has decided about a proposal. */
export async function addUncollectedDecision(
  tx: Tx,
  of: OfList & {
    proposalNo: number;
    decision: 'confirmed' | 'declined';
    reason: string;
    proposedBy: string;
    by: string;
    at: Date;
  },
): Promise<void> {
  await many(
    tx,
    `insert into uncollected_decision
       (kind, period, proposal_no, decision, reason, proposed_by, decided_by, decided_at)
     values (:kind, :period, :proposalNo, :decision, :reason, :proposedBy, :by, :at)`,
    { ...of, at: of.at.toISOString() },
  );
}

interface ByDecision {
  readonly decision: string;
  readonly decidedOn: PlainDate;
  readonly by: string;
  readonly confirmedBy: string;
  readonly at: Date;
}

/** One event for each recipient, as for a decision about one alone. */
const RECORDED = (action: string): string => `
  recorded as (
    insert into audit_event (occurred_at, actor, action, subject, facts)
    select :at, :by, '${action}', 'recipient/' || recipient_id,
           jsonb_build_object('confirmed_by', :confirmedBy::text, 'reason', 'uncollected')
      from made group by recipient_id order by recipient_id
  )`;

/** Pauses all of them from the period on. Returns whom, in number and hash. */
export function suspendAll(
  tx: Tx,
  of: ByDecision & { period: Period; first: Period },
): Promise<Pick<UncollectedList, 'count' | 'sha256'>> {
  return one(
    tx,
    `with made as (
       insert into suspension
         (recipient_id, enrolment_ref, from_period, reason, decision_number, decided_on)
       select recipient_id, enrolment_ref, :period, 'uncollected', :decision, :decidedOn
         from (${UNCOLLECTED}) u order by recipient_id, enrolment_ref
       on conflict do nothing
       returning recipient_id, enrolment_ref
     ),
     ${RECORDED('suspension-decided')}
     select count(*) as count, ${HASH} as sha256 from made`,
    { ...of, at: of.at.toISOString() },
  );
}

/**
 * Ends the pauses of all who have since collected what lay for them, and gives the paused months back:
 * they were entitled throughout and did not come. The last paused month is the one before the period.
 */
export function resumeAll(
  tx: Tx,
  of: ByDecision & { period: Period; last: Period },
): Promise<Pick<UncollectedList, 'count' | 'sha256'>> {
  return one(
    tx,
    `with made as (
       insert into resumption
         (recipient_id, enrolment_ref, from_period, until_period, back_pay, outcome,
          decision_number, decided_on, recorded_by, confirmed_by)
       select recipient_id, enrolment_ref, from_period, :last, true, null, :decision,
              :decidedOn, :by, :confirmedBy
         from (${COLLECTED}) s
        order by 1, 2, 3
       on conflict do nothing
       returning recipient_id, enrolment_ref
     ),
     ${RECORDED('resumption-decided')}
     select count(*) as count, ${HASH} as sha256 from made`,
    { ...of, at: of.at.toISOString() },
  );
}
