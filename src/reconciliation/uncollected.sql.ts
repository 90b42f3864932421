import type { Period, PlainDate } from '../kernel/period.ts';
import { many, type Db, type Tx } from '../platform/db.ts';

/** Somebody who has come to no counter for three months, by enrolment. */
export interface Uncollected {
  readonly recipientId: bigint;
  readonly enrolment: string;
  readonly communeCode: string;
  /** What lay uncollected over the three months, in dong. */
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

/** Who has collected nothing for the three months before a period, by commune and number. */
export function uncollected(
  db: Db | Tx,
  of: { period: Period; first: Period },
): Promise<Uncollected[]> {
  return many(
    db,
    `select recipient_id as "recipientId", enrolment_ref as enrolment, commune_code as "communeCode",
            vnd as "uncollectedVnd"
       from (${UNCOLLECTED}) u order by commune_code, recipient_id, enrolment_ref`,
    of,
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

/** Pauses all of them from the period on. Returns how many enrolments that were. */
export async function suspendAll(
  tx: Tx,
  of: ByDecision & { period: Period; first: Period },
): Promise<bigint> {
  const [row] = await many<{ count: bigint }>(
    tx,
    `with made as (
       insert into suspension
         (recipient_id, enrolment_ref, from_period, reason, decision_number, decided_on)
       select recipient_id, enrolment_ref, :period, 'uncollected', :decision, :decidedOn
         from (${UNCOLLECTED}) u order by recipient_id, enrolment_ref
       on conflict do nothing
       returning recipient_id
     ),
     ${RECORDED('suspension-decided')}
     select count(*) as count from made`,
    { ...of, at: of.at.toISOString() },
  );
  return row?.count ?? 0n;
}

/**
 * Ends the pauses of all who have since collected what lay for them, and gives the paused months back:
 * they were entitled throughout and did not come. The last paused month is the one before the period.
 */
export async function resumeAll(
  tx: Tx,
  of: ByDecision & { period: Period; last: Period },
): Promise<bigint> {
  const [row] = await many<{ count: bigint }>(
    tx,
    `with made as (
       insert into resumption
         (recipient_id, enrolment_ref, from_period, until_period, back_pay, outcome,
          decision_number, decided_on, recorded_by, confirmed_by)
       select s.recipient_id, s.enrolment_ref, s.from_period, :last, true, null, :decision,
              :decidedOn, :by, :confirmedBy
         from suspension s
        where s.reason = 'uncollected' and s.from_period < :period
          and exists (select from payment_instruction i
                        join payment_outcome o using (recipient_id, period, end_to_end_id)
                       where i.recipient_id = s.recipient_id and i.programme = 'social_assistance'
                         and i.period < s.from_period and i.attempt > 1
                         and o.outcome = 'settled')
        order by 1, 2, 3
       on conflict do nothing
       returning recipient_id
     ),
     ${RECORDED('resumption-decided')}
     select count(*) as count from made`,
    { ...of, at: of.at.toISOString() },
  );
  return row?.count ?? 0n;
}
