import type { Period } from '../kernel/period.ts';
import { one, partition, type Db, type Tx } from '../platform/db.ts';
import { SET_APART } from './set-apart.ts';

/** What was assessed for each month of a recipient and programme, that the list before does not tell. */
const HISTORY = `
  select json_object_agg(for_period, vnd::text)
    from (select x.for_period, sum(x.amount_vnd) as vnd
            from assessment y
            join assessment_line x on x.recipient_id = y.recipient_id and x.period = y.period
                                  and x.due_reference = y.due_reference
           where y.recipient_id = e.recipient_id and y.programme = e.programme
             and y.period < :period and x.period < :period
             and not exists (select from listing z where z.recipient_id = x.recipient_id
                                and z.period = :before and z.enrolment_ref = x.enrolment_ref)
           group by 1) month`;

/**
 * Everyone on a list of the period who has not been assessed for it, one row an enrolment, in order
 * of recipient: for copyOut(). Names the period :period and the one before :before. Whoever is set
 * apart is not among them: REGISTERED has them, with all that is known of them.
 *
 * What was paid already is said by one of three: the assessment of the month before (the usual
 * case), what an earlier system paid through, or, for somebody who was not on the list before with
 * the same enrolment, the amounts of every month that was assessed under another one or before a gap.
 *
 * Such a person comes with the enrolments that are on the list no more, as ended with the last list
 * that had them: another ground may have taken the place of one that was paid for the same months.
 *
 * The planner takes a join of two columns for a single row, and walks a million of them in a loop.
 * So recipients are joined by their number alone, and the rest is compared in a form that is not
 * counted: coalesce. What only few people have is looked up by its key, once it is known that
 * they have it: offset 0 keeps the planner from making a join of it.
 */
export const UNASSESSED = `
  with set_apart as materialized (${SET_APART}),
  newly_listed as materialized (
    select l.recipient_id, e.programme
      from listing l
      join enrolment e on e.recipient_id = l.recipient_id
                      and coalesce(e.enrolment_ref = l.enrolment_ref, false)
     where l.period = :period
       and not exists (select from listing b where b.recipient_id = l.recipient_id
                          and b.period = :before and coalesce(b.enrolment_ref = l.enrolment_ref, false))
       and exists (select from listing o where o.recipient_id = l.recipient_id
                      and o.period < :period offset 0)
     group by 1, 2
  ),
  left_off as materialized (
    select o.recipient_id, o.enrolment_ref, max(o.period) as last_listed
      from newly_listed n
      join listing o on o.recipient_id = n.recipient_id and o.period < :period
      join enrolment e on e.recipient_id = o.recipient_id and e.enrolment_ref = o.enrolment_ref
                      and e.programme = n.programme
     where not exists (select from listing c where c.recipient_id = o.recipient_id
                          and c.period = :period and c.enrolment_ref = o.enrolment_ref)
     group by 1, 2
  ),
  named as (
    select recipient_id, enrolment_ref, null as last_listed, listed_vnd
      from listing where period = :period
    union all
    select recipient_id, enrolment_ref, last_listed, null from left_off
  )
  select l.recipient_id, coalesce(r.birth_date::text, r.birth_year::text), d.died_on,
         l.enrolment_ref, e.ground_code, e.dependants, e.entitled_from,
         least(e.stops_after, l.last_listed), e.paid_through, e.decided_on,
         case when b.recipient_id is not null then a.assessed_on end,
         case when b.recipient_id is null
               and l.recipient_id in (select recipient_id from newly_listed) then (${HISTORY}) end,
         r.commune_code, l.listed_vnd
    from named l
    join enrolment e on e.recipient_id = l.recipient_id
                    and coalesce(e.enrolment_ref = l.enrolment_ref, false)
    join recipient r on r.recipient_id = l.recipient_id
    left join recipient_death d on d.recipient_id = l.recipient_id
    left join listing b on b.recipient_id = l.recipient_id and b.period = :before
                       and coalesce(b.enrolment_ref = l.enrolment_ref, false)
    left join assessment a on a.recipient_id = l.recipient_id and a.period = :before
                          and coalesce(a.programme = e.programme, false) and a.assessment_no = 1
   where l.recipient_id not in (select recipient_id from set_apart)
     and not exists (
       select from assessment a
        where a.recipient_id = l.recipient_id and a.period = :period
          and coalesce(a.programme = e.programme, false))
   order by l.recipient_id, l.enrolment_ref`;

/**
 * Where assessments of a period, their lines and what is owed are copied to. They go straight into
 * their tables, which costs a third of a staging table and an INSERT … SELECT; assessedTotals() says
 * whether the three agree.
 */
export function assessmentTargets(of: Period): Record<'heads' | 'lines' | 'owed', string> {
  return {
    heads: `${partition('assessment', of)} (
      recipient_id, period, due_reference, programme, assessment_no, amount_vnd, reason, facts,
      assessed_on)`,
    lines: `${partition('assessment_line', of)} (
      recipient_id, period, due_reference, line_no, kind, for_period, enrolment_ref, ground_code,
      coefficient, standard_vnd, paid_vnd, amount_vnd, articles)`,
    owed: `${partition('ledger_transfer', of)} (
      recipient_id, period, reference, kind, programme, debit_account, credit_account, amount_vnd,
      booked_on)`,
  };
}

/** Where it is noted that a list claims another amount than the law gives. */
export const AMOUNT_NOTE = 'finding (recipient_id, period, code, subject, severity, found_at)';

export interface AssessedTotals {
  readonly assessed: bigint;
  readonly due: bigint;
  /** Sums in dong, each from its own rows: the assessments, their lines, and what is owed. */
  readonly dueVnd: bigint;
  readonly lineVnd: bigint;
  readonly arrearsVnd: bigint;
  readonly owedVnd: bigint;
}

/** What has been assessed for a period. */
export function assessedTotals(db: Db | Tx, of: { period: Period }): Promise<AssessedTotals> {
  return one(
    db,
    `with head as (
       select count(*) as assessed, count(*) filter (where amount_vnd > 0) as due,
              coalesce(sum(amount_vnd), 0)::bigint as vnd
         from assessment where period = :period
     ),
     line as (
       select coalesce(sum(amount_vnd), 0)::bigint as vnd,
              coalesce(sum(amount_vnd) filter (where kind = 'arrears'), 0)::bigint as arrears
         from assessment_line where period = :period
     ),
     owed as (
       select coalesce(sum(amount_vnd), 0)::bigint as vnd
         from ledger_transfer where period = :period and kind = 'entitled'
     )
     select head.assessed, head.due, head.vnd as "dueVnd", line.vnd as "lineVnd",
            line.arrears as "arrearsVnd", owed.vnd as "owedVnd"
       from head, line, owed`,
    of,
  );
}
