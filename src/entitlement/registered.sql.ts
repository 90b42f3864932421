import type { Period } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, type Db, type Tx } from '../platform/db.ts';
import { SUSPENSION_REASONS } from './entitled-span.ts';
import { SET_APART } from './set-apart.ts';

const REASONS = SUSPENSION_REASONS.map((reason) => `'${reason}'`).join(', ');

/**
 * Everybody who is set apart; and of the others, who was assessed for the period and has a reason to be
 * looked at again: another enrolment on a later list of the month, a correction of the register, a death
 * or an end before a month that was paid.
 */
const TO_LOOK_AT = `
  select recipient_id from (${SET_APART}) apart
  union
  select l.recipient_id
    from listing l
    join enrolment e on e.recipient_id = l.recipient_id
                    and coalesce(e.enrolment_ref = l.enrolment_ref, false)
    join assessment a on a.recipient_id = l.recipient_id and a.period = :period
                     and coalesce(a.programme = e.programme, false)
   where l.period = :period
     and l.list_id > (select min(list_id) from recipient_list where period = :period)
  union
  select recipient_id from register_change where subject in ('identity', 'enrolment', 'death')
  union
  select d.recipient_id
    from recipient_death d
    join enrolment e on e.recipient_id = d.recipient_id
   where e.paid_through > left(d.died_on::text, 7)
  union
  select d.recipient_id
    from recipient_death d
    join assessment_line x on x.recipient_id = d.recipient_id
   where x.for_period > left(d.died_on::text, 7)
  union
  select recipient_id from enrolment where stops_after is not null`;

/**
 * Of those who are wanted, everything that the register says.
 *
 * Second columns of a join stand inside coalesce: the planner takes a join of two columns for one row, and
 * from then on loops over whole tables for each of them.
 */
const TOLD = `
  listed as (
    select l.recipient_id, l.enrolment_ref, max(l.period) as last_listed,
           sum(l.listed_vnd) filter (where l.period = :period) as listed_vnd
      from wanted
      join listing l using (recipient_id)
      left join (select recipient_id, max(period) as period from assessment
                  where period > :period group by 1) later using (recipient_id)
     where l.period <= coalesce(later.period, :period)
     group by 1, 2
  ),
  paused as (
    select s.recipient_id, s.enrolment_ref,
           json_agg(json_strip_nulls(json_build_object(
             'from', s.from_period, 'backPay', r.back_pay, 'outcome', r.outcome,
             'reason', case when s.reason in (${REASONS}) then s.reason end))::jsonb
             || jsonb_build_object('until', coalesce(r.until_period, s.until_period))
             order by s.from_period) as spans
      from wanted
      join suspension s using (recipient_id)
      left join resumption r on r.recipient_id = s.recipient_id
                            and coalesce(r.enrolment_ref = s.enrolment_ref
                                         and r.from_period = s.from_period, false)
     group by 1, 2
  ),
  told as (
    select distinct on (f.recipient_id, f.enrolment_ref) f.recipient_id, f.enrolment_ref, f.facts
      from wanted
      join enrolment_facts f using (recipient_id)
     order by f.recipient_id, f.enrolment_ref, f.version_no desc
  ),
  enrolled as (
    select e.recipient_id, json_agg(json_build_object(
             'ref', e.enrolment_ref, 'programme', e.programme, 'groundCode', e.ground_code,
             'dependants', e.dependants, 'decidedOn', e.decided_on,
             'entitledFrom', e.entitled_from, 'paidThrough', e.paid_through,
             'stopsAfter', case when l.last_listed < :listed
                                then least(e.stops_after, l.last_listed) else e.stops_after end,
             'suspensions', coalesce(p.spans, '[]'),
             'facts', coalesce(e.facts, '{}') || coalesce(t.facts, '{}'),
             'listedVnd', l.listed_vnd::text) order by e.enrolment_ref) as enrolments
      from listed l
      join enrolment e on e.recipient_id = l.recipient_id
                      and coalesce(e.enrolment_ref = l.enrolment_ref, false)
      left join paused p on p.recipient_id = l.recipient_id
                        and coalesce(p.enrolment_ref = l.enrolment_ref, false)
      left join told t on t.recipient_id = l.recipient_id
                      and coalesce(t.enrolment_ref = l.enrolment_ref, false)
     group by 1
  ),
  months as (
    select recipient_id, json_object_agg(programme, paid) as assessed
      from (select recipient_id, programme, json_object_agg(for_period, vnd::text) as paid
              from (select x.recipient_id, a.programme, x.for_period, sum(x.amount_vnd) as vnd
                      from wanted
                      join assessment_line x using (recipient_id)
                      join assessment a on a.recipient_id = x.recipient_id
                                       and coalesce(a.period = x.period
                                                    and a.due_reference = x.due_reference, false)
                     where x.kind <> 'once'
                       and (x.period <= :until or x.for_period <= :period and :until >= :period)
                     group by 1, 2, 3) month
             group by 1, 2) programmes
     group by 1
  ),
  counted as (
    select recipient_id, json_object_agg(programme, times) as assessments
      from (select recipient_id, programme, count(*) as times
              from wanted join assessment using (recipient_id)
             where period = :period group by 1, 2) programmes
     group by 1
  ),
  opened as (
    select recipient_id, json_object_agg(programme, excess) as opened, max(last_case) as last_case
      from (select recipient_id, programme, json_object_agg(for_period, vnd::text) as excess,
                   max(last_case) as last_case
              from (select m.recipient_id, c.programme, m.for_period, sum(m.amount_vnd) as vnd,
                           max(c.case_no) as last_case
                      from wanted
                      join recovery_month m using (recipient_id)
                      join recovery_case c on c.recipient_id = m.recipient_id
                                          and coalesce(c.case_no = m.case_no, false)
                     group by 1, 2, 3) month
             group by 1, 2) programmes
     group by 1
  )
  select r.recipient_id, json_build_object(
           'recipientId', r.recipient_id::text,
           'birth', coalesce(r.birth_date::text, r.birth_year::text), 'diedOn', d.died_on,
           'communeCode', r.commune_code, 'enrolments', e.enrolments,
           'assessed', coalesce(m.assessed, '{}'), 'opened', coalesce(o.opened, '{}'),
           'assessments', coalesce(c.assessments, '{}'), 'lastCase', coalesce(o.last_case, 0))
    from enrolled e
    join recipient r using (recipient_id)
    left join recipient_death d using (recipient_id)
    left join months m using (recipient_id)
    left join counted c using (recipient_id)
    left join opened o using (recipient_id)
   order by r.recipient_id`;

function registeredOf(wanted: string): string {
  return `with wanted as materialized (${wanted}),${TOLD}`;
}

/**
 * People with everything that the register says of them, one row each: the number, and the rest as JSON
 * in the form of RegisteredPerson. For copyOut(), in the order of the numbers, with bindingsOf().
 *
 * An enrolment that is on the list no more ends with the last list that had it. What was assessed counts
 * whenever it was, except for months after the period that a later period has assessed.
 */
export const REGISTERED = registeredOf(TO_LOOK_AT);

/**
 * The same of whoever is set apart and on the list of the month :listed, as they were before :period was
 * assessed, with a third column: the codes of the New Year gifts that they were given, as a JSON list, or
 * null. Who is on that list is taken to be on the next.
 */
export const REGISTERED_BEFORE = `
  select told.*, (select json_agg(w.occasion) from once_award w
                   where w.recipient_id = told.recipient_id and w.programme = 'tet_gift'
                     and w.period < :period)
    from (${registeredOf(
      `select l.recipient_id from listing l
        where l.period = :listed and l.recipient_id in (${SET_APART}) group by 1`,
    )}) told`;

/** The same of the recipients whose numbers are in :ids, as digits with commas between them. */
export const REGISTERED_OF = registeredOf(
  `select recipient_id from recipient
    where recipient_id = any (string_to_array(:ids, ',')::bigint[])`,
);

/** Where found recoveries are copied to. */
export const RECOVERY_CASE = `recovery_case (
  recipient_id, case_no, programme, period, amount_vnd, reason, facts, opened_on)`;
export const RECOVERY_MONTH = `recovery_month (
  recipient_id, case_no, for_period, paid_vnd, due_vnd, amount_vnd, reason)`;

/** The programmes of which the month after a period is paid with it in a province, by decision. */
export function programmesAhead(
  db: Db | Tx,
  of: { period: Period },
): Promise<{ programme: Programme; provinceCode: string }[]> {
  return many(
    db,
    `select programme, province_code as "provinceCode" from payment_ahead where period = :period`,
    of,
  );
}
