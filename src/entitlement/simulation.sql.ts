import type { Period, PlainDate } from '../kernel/period.ts';
import { one, type Db, type Tx } from '../platform/db.ts';
import { SET_APART } from './set-apart.ts';

/** The last month, up to one, that anybody is listed for; null when there is none. */
export async function lastListed(db: Db | Tx, upTo: Period): Promise<Period | null> {
  const { listed } = await one<{ listed: Period | null }>(
    db,
    `select max(period) as listed from recipient_list where period <= :upTo and accepted_count > 0`,
    { upTo },
  );
  return listed;
}

/** A recipient of social assistance as LISTED_PEOPLE tells of them. */
export interface ListedPerson {
  readonly communeCode: string;
  /** A day, or a year of four digits. */
  readonly birth: string;
  readonly diedOn: PlainDate | null;
  /** The New Year gifts of earlier months, by their codes; null for none. */
  readonly given: readonly string[] | null;
  /** The day on which the month before was assessed; null where it was not. */
  readonly settledOn: PlainDate | null;
  /** What was assessed for each month, in digits; null where settledOn tells it, and for nothing. */
  readonly assessed: Readonly<Record<Period, string>> | null;
  readonly enrolments: readonly {
    readonly enrolmentId: string;
    readonly groundCode: string;
    readonly dependants: number;
    readonly decidedOn: PlainDate;
    readonly entitledFrom: Period;
    readonly stopsAfter: Period | null;
    readonly paidThrough: Period | null;
    readonly suspensions:
      readonly { readonly from: Period; readonly until: Period | null }[] | null;
  }[];
}

/** The pauses of an enrolment. */
const SUSPENSIONS = `
  select json_agg(json_build_object('from', s.from_period, 'until', s.until_period)
                  order by s.from_period)
    from suspension s
   where s.recipient_id = e.recipient_id and s.enrolment_ref = e.enrolment_ref`;

/** What was assessed for each month before the period. */
const HISTORY = `
  select json_object_agg(month.for_period, month.vnd::text)
    from (select x.for_period, sum(x.amount_vnd) as vnd
            from assessment y
            join assessment_line x on x.recipient_id = y.recipient_id and x.period = y.period
                                  and x.due_reference = y.due_reference
           where y.recipient_id = n.recipient_id and y.programme = 'social_assistance'
             and y.period < :period and x.period < :period
           group by 1) month`;

/** The New Year gifts that were given before the period. */
const GIVEN = `
  select json_agg(w.occasion) from once_award w
   where w.recipient_id = n.recipient_id and w.programme = 'tet_gift' and w.period < :period`;

/**
 * Everyone who is on a list of the month :listed for monthly social assistance, as they were before
 * :period was assessed: one person a row, as JSON in the form of ListedPerson, for copyOut(). :before is
 * the month whose assessment has settled all months up to it. Whoever is set apart is not among them.
 *
 * Columns are compared by coalesce for the reason that UNASSESSED gives: the planner must not count them.
 */
export const LISTED_PEOPLE = `
  select json_build_object(
           'communeCode', r.commune_code,
           'birth', coalesce(r.birth_date::text, r.birth_year::text), 'diedOn', d.died_on,
           'given', case when n.recipient_id in (select recipient_id from once_award)
                         then (${GIVEN}) end,
           'settledOn', a.assessed_on,
           'assessed', case when a.recipient_id is null then (${HISTORY}) end,
           'enrolments', n.enrolments)
    from (select l.recipient_id, json_agg(json_build_object(
                   'enrolmentId', e.enrolment_ref, 'groundCode', e.ground_code,
                   'dependants', e.dependants, 'decidedOn', e.decided_on,
                   'entitledFrom', e.entitled_from, 'stopsAfter', e.stops_after,
                   'paidThrough', e.paid_through,
                   'suspensions', case when l.recipient_id in (select recipient_id from suspension)
                                       then (${SUSPENSIONS}) end)) as enrolments
            from listing l
            join enrolment e on e.recipient_id = l.recipient_id
                            and coalesce(e.enrolment_ref = l.enrolment_ref, false)
           where l.period = :listed and e.programme = 'social_assistance'
             and l.recipient_id not in (${SET_APART})
           group by 1) n
    join recipient r on r.recipient_id = n.recipient_id
    left join recipient_death d on d.recipient_id = n.recipient_id
    left join assessment a on a.recipient_id = n.recipient_id and a.period = :before
                          and coalesce(a.programme = 'social_assistance', false)
                          and a.assessment_no = 1`;
