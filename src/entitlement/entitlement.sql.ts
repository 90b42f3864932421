import type { Period, PlainDate } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';

export interface RateRow {
  readonly series: string;
  readonly countsFrom: PlainDate;
  readonly inForceFrom: PlainDate;
  readonly amountVnd: bigint;
  readonly legalBasis: string;
}

/** The rates of a series that may be paid: a draft may be simulated, never paid. */
export function payableRates(db: Db | Tx, series: string): Promise<RateRow[]> {
  return many(
    db,
    `select series, counts_from as "countsFrom", in_force_from as "inForceFrom",
            amount_vnd as "amountVnd", legal_basis as "legalBasis"
       from rate
      where series = :series and scope = 'VN' and status <> 'draft'
      order by counts_from`,
    { series },
  );
}

export interface GroundRuleRow {
  readonly groundCode: string;
  readonly paragraph: string;
  readonly coefficient: string;
  readonly perDependant: boolean;
  readonly ageFrom: number | null;
  readonly ageUntil: number | null;
  readonly outsideAges: boolean;
  readonly article: string;
}

/** The grounds of a programme. */
export function groundsOf(db: Db | Tx, programme: Programme): Promise<GroundRuleRow[]> {
  return many(
    db,
    `select ground_code as "groundCode", paragraph, coefficient::text as coefficient,
            per_dependant as "perDependant", age_from as "ageFrom", age_until as "ageUntil",
            outside_ages as "outsideAges", article
       from ground where programme = :programme order by ground_code`,
    { programme },
  );
}

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
 * of recipient and programme: for copyOut(). Names the period :period and the one before :before.
 *
 * What was paid already is said by one of three: the assessment of the month before (the usual
 * case), what an earlier system paid through, or, for somebody who was not on the list before with
 * the same enrolment, the amounts of every month that was assessed under another one or before a gap.
 *
 * Such a person comes with the enrolments that are on the list no more, as ended with the last list
 * that had them: another ground may have taken the place of one that was paid for the same months.
 *
 * The planner takes a join of two columns for a single row, and so puts loops around what follows.
 * Everything here is therefore found by its key: a grouped subquery would be run again for each
 * person, and a second month of 60,000 did not end within minutes.
 */
export const UNASSESSED = `
  with newly_listed as materialized (
    select l.recipient_id, e.programme
      from listing l
      join enrolment e on e.recipient_id = l.recipient_id and e.enrolment_ref = l.enrolment_ref
     where l.period = :period
       and not exists (select from listing b where b.recipient_id = l.recipient_id
                          and b.period = :before and b.enrolment_ref = l.enrolment_ref)
       and exists (select from listing o where o.recipient_id = l.recipient_id
                      and o.period < :period)
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
    select recipient_id, enrolment_ref, null as last_listed from listing where period = :period
    union all
    select recipient_id, enrolment_ref, last_listed from left_off
  )
  select l.recipient_id, e.programme, coalesce(r.birth_date::text, r.birth_year::text), d.died_on,
         l.enrolment_ref, e.ground_code, e.dependants, e.entitled_from,
         least(e.stops_after, l.last_listed), e.paid_through, e.decided_on,
         case when b.recipient_id is not null then a.assessed_on end,
         case when b.recipient_id is null then (${HISTORY}) end,
         (select json_agg(json_build_array(s.from_period, s.until_period) order by s.from_period)
            from suspension s
           where s.recipient_id = e.recipient_id and s.enrolment_ref = e.enrolment_ref)
    from named l
    join enrolment e
      on e.recipient_id = l.recipient_id and e.enrolment_ref = l.enrolment_ref
    join recipient r on r.recipient_id = l.recipient_id
    left join recipient_death d on d.recipient_id = l.recipient_id
    left join listing b on b.recipient_id = l.recipient_id and b.period = :before
                       and b.enrolment_ref = l.enrolment_ref
    left join assessment a on a.recipient_id = l.recipient_id and a.period = :before
                          and a.programme = e.programme and a.assessment_no = 1
   where not exists (
       select from assessment a
        where a.recipient_id = l.recipient_id and a.period = :period
          and a.programme = e.programme)
   order by l.recipient_id, e.programme, l.enrolment_ref`;

/** The columns of the staging tables, for copyIn(). */
export const ASSESSED = `assessed (
  recipient_id, programme, amount_vnd, reason, facts, line_no, kind, for_period, enrolment_ref,
  ground_code, coefficient, standard_vnd, paid_vnd, line_vnd, articles)`;

/** Makes the table in which assessments arrive; it ends with the transaction. */
export async function prepareAssessments(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table assessed (
       recipient_id bigint, programme text, amount_vnd bigint, reason text, facts jsonb,
       line_no smallint, kind text, for_period text, enrolment_ref text, ground_code text,
       coefficient numeric(8,3), standard_vnd bigint, paid_vnd bigint, line_vnd bigint,
       articles text[]
     ) on commit drop`,
  );
}

/**
 * Writes the assessments, their lines, and what is owed in the ledger, from what arrived. A row
 * without a line number is an assessment; the others are its lines. The three are one statement, so
 * that nothing is owed without a reason.
 */
export function addAssessments(
  tx: Tx,
  of: { period: Period; assessedOn: PlainDate },
): Promise<{ assessed: bigint; due: bigint; dueVnd: bigint; lines: bigint; arrearsVnd: bigint }> {
  return one(
    tx,
    `with head as (
       insert into assessment (recipient_id, period, due_reference, programme, assessment_no,
                               amount_vnd, reason, facts, assessed_on)
       select recipient_id, :period, due_reference(:period, programme, recipient_id, 1), programme,
              1, amount_vnd, reason, facts, :assessedOn::date
         from assessed where line_no is null
       returning amount_vnd
     ),
     line as (
       insert into assessment_line (recipient_id, period, due_reference, line_no, kind, for_period,
                                    enrolment_ref, ground_code, coefficient, standard_vnd,
                                    paid_vnd, amount_vnd, articles)
       select recipient_id, :period, due_reference(:period, programme, recipient_id, 1), line_no,
              kind, for_period, enrolment_ref, ground_code, coefficient, standard_vnd, paid_vnd,
              line_vnd, articles
         from assessed where line_no is not null
       returning kind, amount_vnd
     ),
     owed as (
       insert into ledger_transfer (recipient_id, period, reference, kind, programme,
                                    debit_account, credit_account, amount_vnd, booked_on)
       select recipient_id, :period, due_reference(:period, programme, recipient_id, 1), 'entitled',
              programme, 'appropriation', 'owed', amount_vnd, :assessedOn::date
         from assessed where line_no is null and amount_vnd > 0
       returning amount_vnd
     ),
     heads as (
       select count(*) as assessed, count(*) filter (where amount_vnd > 0) as due,
              coalesce(sum(amount_vnd), 0) as vnd
         from head
     ),
     lines as (
       select count(*) as n, coalesce(sum(amount_vnd), 0) as vnd,
              coalesce(sum(amount_vnd) filter (where kind = 'arrears'), 0) as arrears from line
     ),
     booked as (select coalesce(sum(amount_vnd), 0) as vnd from owed)
     select assessed, due, heads.vnd::bigint as "dueVnd", lines.n as lines,
            lines.arrears::bigint as "arrearsVnd"
       from heads, lines, booked
      where heads.vnd = lines.vnd and heads.vnd = booked.vnd`,
    of,
  );
}

/**
 * Notes whoever the list claims another amount for than the law gives: paid is what the law gives,
 * and a person looks at the difference.
 */
export async function noteAmountsThatDiffer(
  tx: Tx,
  of: { period: Period; at: Date },
): Promise<bigint> {
  const row = await one<{ found: bigint }>(
    tx,
    `with listed as (
       select l.recipient_id, e.programme, sum(l.listed_vnd) as vnd
         from listing l
         join enrolment e on e.recipient_id = l.recipient_id and e.enrolment_ref = l.enrolment_ref
        where l.period = :period
        group by 1, 2
     ),
     noted as (
       insert into finding (recipient_id, period, code, subject, severity, found_at)
       select a.recipient_id, :period, 'AMOUNT_DIFFERS', a.programme, 'notice', :at
         from assessment a
         join listed l on l.recipient_id = a.recipient_id and l.programme = a.programme
        where a.period = :period and a.assessment_no = 1 and a.amount_vnd <> l.vnd
       on conflict (recipient_id, period, code, subject) do nothing
       returning 1
     )
     select count(*) as found from noted`,
    { ...of, at: of.at.toISOString() },
  );
  return row.found;
}

/** How the assessments of a period came out: by reason where nothing is due. */
export function assessmentSummary(
  db: Db | Tx,
  of: { period: Period },
): Promise<{ programme: Programme; reason: string; count: bigint; vnd: bigint }[]> {
  return many(
    db,
    `select programme, coalesce(reason, '') as reason, count(*) as count,
            sum(amount_vnd)::bigint as vnd
       from assessment where period = :period
      group by 1, 2 order by 1, 2`,
    of,
  );
}
