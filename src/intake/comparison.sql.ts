import type { Period } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { ListSummary } from './recipient-list.ts';

// A list that lies in intake_accepted is laid beside what the month before listed, as a set. Compared
// are the enrolments of the programmes that the list holds; a list of one commune is compared with that
// commune, any other with the whole province. What another list of the same month has named already is
// no ending.

interface Compared {
  readonly period: Period;
  readonly periodBefore: Period;
  readonly provinceCode: string;
}

/** What one enrolment has of a list: from the row on the left, from the register on the right. */
const FIELDS = {
  full_name: ['lower(a.full_name)', 'lower(b.full_name)', 'a.full_name', 'b.full_name'],
  birth: [
    `coalesce(a.birth_date::text, a.birth_year::text)`,
    `coalesce(b.birth_date::text, b.birth_year::text)`,
  ],
  sex: ['a.sex', 'b.sex'],
  ground: ['a.ground_code', 'b.ground_code'],
  dependants: ['a.dependants::text', 'b.dependants::text'],
  account: [
    `concat_ws(' ', a.channel, a.bank_bin, a.account_number)`,
    `concat_ws(' ', b.kind, b.bank_bin, b.account_number)`,
  ],
  payee: [
    `case when a.guardian_citizen_id = '' then a.citizen_id else a.guardian_citizen_id end`,
    'b.payee_number',
  ],
} as const;

const FACTS = Object.entries(FIELDS)
  .map(([field, [is, was, shownIs = is, shownWas = was]]) => {
    return `'${field}', case when ${is} is distinct from ${was}
                             then jsonb_build_array(${shownWas}, ${shownIs}) end`;
  })
  .join(',\n              ');

const DIFFERS = Object.values(FIELDS)
  .map(([is, was]) => `${is} is distinct from ${was}`)
  .join('\n             or ');

/**
 * Both sides of a comparison, an enrolment a row: what was listed before, what is listed now, since when
 * the new ones have been away, and why the others have ended.
 */
const BESIDE = `
  with scope as (
    select array_agg(distinct programme) as programmes,
           case when min(commune_code) = max(commune_code) then min(commune_code) end as commune
      from intake_accepted
  ),
  before as (
    select l.recipient_id, l.enrolment_ref, e.programme, e.ground_code, e.dependants,
           e.stops_after, r.full_name, r.birth_date, r.birth_year, r.sex, r.commune_code, c.kind,
           c.bank_bin, c.account_number, p.citizen_number as payee_number
      from listing l
      join recipient_list s on s.list_id = l.list_id and s.province_code = :provinceCode
      join enrolment e on e.recipient_id = l.recipient_id
                      and coalesce(e.enrolment_ref = l.enrolment_ref, false)
      join recipient r on r.recipient_id = l.recipient_id
      left join payment_channel c on c.recipient_id = l.recipient_id and c.ended_on is null
      left join payee p on p.recipient_id = c.recipient_id
                       and coalesce(p.payee_no = c.payee_no, false)
     where l.period = :periodBefore
       and e.programme = any ((select programmes from scope)::text[])
       and not exists (select from listing t
                        where t.recipient_id = l.recipient_id and t.period = :period
                          and coalesce(t.enrolment_ref = l.enrolment_ref, false))
  ),
  beside as materialized (
    select coalesce(a.recipient_id, b.recipient_id) as recipient_id,
           coalesce(a.enrolment_ref, b.enrolment_ref) as enrolment_ref,
           coalesce(b.programme, a.programme) as programme, b.stops_after,
           a.recipient_id is not null as is_listed, b.recipient_id is not null as was_listed,
           b.commune_code as commune_before, a.commune_code as commune_now,
           case when a.recipient_id is not null and b.recipient_id is not null
                 and (${DIFFERS})
                then jsonb_strip_nulls(jsonb_build_object(
           ${FACTS})) end as facts
      from intake_accepted a
      full join before b
        on b.recipient_id = a.recipient_id and b.enrolment_ref = a.enrolment_ref
     where a.recipient_id is not null
        or (select commune from scope) is null
        or b.commune_code = (select commune from scope)
  ),
  absent as (
    select n.recipient_id, n.enrolment_ref, max(l.period) as last_listed
      from beside n
      join listing l on l.recipient_id = n.recipient_id and l.period < :periodBefore
                    and l.enrolment_ref = n.enrolment_ref
     where not n.was_listed
     group by 1, 2
  ),
  named_in_refused as (
    select distinct k.recipient_id
      from intake_row r,
           lateral regexp_matches(coalesce(r.raw, r.citizen_id, ''), '\\d{12}', 'g') as number
      join recipient_key k on k.key = number[1] and k.kind = 'citizen_number'
     where r.verdict = 'refuse' or r.row_no in (select row_no from intake_fault)
  ),
  ended as (
    select n.*, case
             when exists (select from recipient_death d where d.recipient_id = n.recipient_id)
             then 'death'
             when n.stops_after < :period then 'decision'
             when exists (select from suspension s
                           where s.recipient_id = n.recipient_id
                             and s.enrolment_ref = n.enrolment_ref and s.from_period <= :period
                             and (s.until_period is null or s.until_period >= :period))
             then 'suspension'
             when exists (select from beside o
                           where o.recipient_id = n.recipient_id and o.is_listed
                             and o.programme = n.programme)
             then 'other_ground'
             when exists (select from listing t
                            join recipient_list s on s.list_id = t.list_id
                             and s.province_code <> :provinceCode
                           where t.recipient_id = n.recipient_id and t.period = :period)
             then 'other_province'
             when n.recipient_id in (select recipient_id from named_in_refused)
             then 'row_refused' end as explained_by
      from beside n where not n.is_listed
  )`;

/**
 * Lays a list beside the month before: a row for each movement, in a table that ends with the
 * transaction, and returns how many enrolments had which fate.
 */
export async function layMovements(tx: Tx, of: Compared): Promise<ComparisonCounts> {
  await many(
    tx,
    `create temp table intake_movement (
       recipient_id bigint, enrolment_ref text, kind text, facts jsonb, explained_by text,
       commune_code text
     ) on commit drop;
     create temp table intake_before (commune_code text, how_many bigint) on commit drop`,
  );
  return one(
    tx,
    `${BESIDE},
     moved as (
       insert into intake_movement
       select n.recipient_id, n.enrolment_ref,
              case when a.last_listed is null then 'new' else 'returned' end,
              jsonb_strip_nulls(jsonb_build_object('last_listed', a.last_listed)), null,
              n.commune_now
         from beside n
         left join absent a on a.recipient_id = n.recipient_id and a.enrolment_ref = n.enrolment_ref
        where not n.was_listed
       union all
       select recipient_id, enrolment_ref, 'ended', '{}', explained_by, commune_before from ended
       union all
       select recipient_id, enrolment_ref, 'changed', facts, null, commune_now
         from beside where facts is not null
       union all
       select recipient_id, enrolment_ref, 'moved',
              jsonb_build_object('commune', jsonb_build_array(commune_before, commune_now)), null,
              commune_before
         from beside where is_listed and was_listed and commune_now <> commune_before
       returning kind
     ),
     counted_before as (
       insert into intake_before
       select commune_before, count(*) from beside where was_listed group by 1
     )
     select count(*) filter (where was_listed) as before,
            count(*) filter (where is_listed) as listed,
            count(*) filter (where is_listed and was_listed and facts is null
                               and commune_now = commune_before) as same,
            count(*) filter (where is_listed and not was_listed) - (select count(*) from absent)
              as new,
            count(*) filter (where not is_listed) as ended,
            count(*) filter (where is_listed and was_listed
                               and (facts is not null or commune_now <> commune_before)) as changed,
            (select count(*) from absent) as returned,
            (select count(*) from moved where kind = 'moved') as moved
       from beside`,
    { ...of },
  );
}

/** How many enrolments had which fate. Of the changed some have moved. */
export interface ComparisonCounts {
  readonly before: bigint;
  readonly listed: bigint;
  readonly same: bigint;
  readonly new: bigint;
  readonly ended: bigint;
  readonly changed: bigint;
  readonly returned: bigint;
  readonly moved: bigint;
}

export interface Alarm {
  readonly communeCode: string;
  readonly what: string;
  readonly count: bigint;
  readonly of: bigint;
}

/**
 * What a person has to explain of the movements that were laid: endings without a reason, and what
 * many of one commune have at once, by the policy of the day.
 */
export function alarmsOfMovements(db: Db | Tx, of: { at: Date }): Promise<Alarm[]> {
  return many(
    db,
    `with policy as (
       select least_count, least_percent from movement_policy
        where counts_from <= :at::timestamptz order by counts_from desc limit 1
     ),
     what as (
       select commune_code, 'unexplained-endings' as what, count(*) as count, 0 as percent, 1 as least
         from intake_movement where kind = 'ended' and explained_by is null group by 1
       union all
       select commune_code, kind || case when kind = 'changed' then '/' || field else '' end, count(*),
              least_percent, least_count
         from policy, intake_movement m
         left join lateral jsonb_object_keys(m.facts) as field on m.kind = 'changed'
        group by 1, 2, 4, 5
     )
     select w.commune_code as "communeCode", w.what, w.count,
            coalesce(b.how_many, 0) as "of"
       from what w left join intake_before b using (commune_code)
      where w.count >= w.least and w.count * 100 >= coalesce(b.how_many, 0) * w.percent
      order by w.commune_code, w.what`,
    { at: of.at.toISOString() },
  );
}

/** Endings without a reason and every other movement that was laid, at most so many: for a preview. */
export function movementsLaid(db: Db | Tx, of: { atMost: number }): Promise<Movement[]> {
  return many(
    db,
    `select recipient_id as "recipientId", enrolment_ref as "enrolmentRef", kind, facts,
            explained_by as "explainedBy", commune_code as "communeCode"
       from intake_movement
      order by kind <> 'ended' or explained_by is not null, kind, commune_code, recipient_id,
               enrolment_ref
      limit :atMost`,
    of,
  );
}

export interface Movement {
  readonly recipientId: bigint;
  readonly enrolmentRef: string;
  readonly kind: 'new' | 'ended' | 'changed' | 'moved' | 'returned';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly explainedBy: string | null;
  readonly communeCode: string;
}

/** Keeps the counts of a comparison beside its list. */
export async function keepComparison(
  tx: Tx,
  of: Omit<ComparisonCounts, 'moved'> & { listId: bigint; periodBefore: Period },
): Promise<void> {
  await many(
    tx,
    `insert into list_comparison (list_id, period_before, before_count, listed_count, same_count,
                                  new_count, ended_count, changed_count, returned_count)
     values (:listId, :periodBefore, :before, :listed, :same, :new, :ended, :changed, :returned)`,
    { ...of },
  );
}

/** Keeps the movements that were laid. */
export async function keepMovements(tx: Tx, listId: bigint): Promise<void> {
  await many(
    tx,
    `insert into list_movement (recipient_id, list_id, enrolment_ref, kind, facts, explained_by)
     select recipient_id, :listId, enrolment_ref, kind, facts, explained_by
       from intake_movement order by recipient_id, enrolment_ref`,
    { listId },
  );
}

/** Keeps what a person has to explain. */
export async function addAlarm(tx: Tx, of: Alarm & { listId: bigint }): Promise<void> {
  await many(
    tx,
    `insert into movement_alarm (list_id, commune_code, what, found_count, of_count)
     values (:listId, :communeCode, :what, :count, :of)`,
    { ...of },
  );
}

/** What of a list nobody has explained yet. */
export function openAlarms(db: Db | Tx, listId: bigint): Promise<Alarm[]> {
  return many(
    db,
    `select m.commune_code as "communeCode", m.what, m.found_count as count, m.of_count as "of"
       from movement_alarm m
       left join movement_answer a using (list_id, commune_code, what)
      where m.list_id = :listId and a.list_id is null
      order by m.commune_code, m.what`,
    { listId },
  );
}

/** The lists of a month of which something has still to be explained. */
export async function listsToExplain(
  db: Db | Tx,
  of: { period: Period; provinceCode: string },
): Promise<bigint[]> {
  const rows = await many<{ listId: bigint }>(
    db,
    `select distinct m.list_id as "listId"
       from movement_alarm m
       join recipient_list l using (list_id)
       left join movement_answer a using (list_id, commune_code, what)
      where l.period = :period and l.province_code = :provinceCode and a.list_id is null
      order by m.list_id`,
    of,
  );
  return rows.map(({ listId }) => listId);
}

/**
 * Records why, for all that nobody has explained of a list, or of one commune of it, with its event.
 * Returns how many that were.
 */
export async function answerAlarms(
  tx: Tx,
  of: { listId: bigint; communeCode: string | null; reason: string; by: string; at: Date },
): Promise<number> {
  const rows = await many(
    tx,
    `with answered as (
       insert into movement_answer (list_id, commune_code, what, reason, answered_by, answered_at)
       select list_id, commune_code, what, :reason, :by, :at
         from movement_alarm m
        where list_id = :listId and (:communeCode::text is null or commune_code = :communeCode)
          and not exists (select from movement_answer a
                           where a.list_id = m.list_id and a.commune_code = m.commune_code
                             and a.what = m.what)
       returning what
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'movements-explained', 'list/' || :listId::bigint,
              jsonb_build_object('alarms', count(*), 'commune', :communeCode::text)
         from answered having count(*) > 0
     )
     select what from answered`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length;
}

/** The comparison of a list, or undefined when it was the first of its province. */
export function comparisonOf(
  db: Db | Tx,
  listId: bigint,
): Promise<(Omit<ComparisonCounts, 'moved'> & { periodBefore: Period }) | undefined> {
  return maybeOne(
    db,
    `select period_before as "periodBefore", before_count as before, listed_count as listed,
            same_count as same, new_count as new, ended_count as ended, changed_count as changed,
            returned_count as returned
       from list_comparison where list_id = :listId`,
    { listId },
  );
}

/** Movements of a list, of one kind or of all, in the order of the recipient: for a page. */
export function movementsOf(
  db: Db | Tx,
  of: { listId: bigint; kind: Movement['kind'] | null; atMost: number },
): Promise<Omit<Movement, 'communeCode'>[]> {
  return many(
    db,
    `select recipient_id as "recipientId", enrolment_ref as "enrolmentRef", kind, facts,
            explained_by as "explainedBy"
       from list_movement
      where list_id = :listId and (:kind::text is null or kind = :kind)
      order by kind <> 'ended' or explained_by is not null, kind, recipient_id, enrolment_ref
      limit :atMost`,
    of,
  );
}

/**
 * What a list says, as one text that is the same whatever the order of its rows and the bytes of its
 * file. Two sums of hashes: it tells a list that was saved again from another one, and is no proof
 * against somebody who wants two lists to look alike.
 */
export async function contentKeyOfList(tx: Tx): Promise<string> {
  const row = await one<{ key: string }>(
    tx,
    `select concat_ws('-', count(*), sum(hashtextextended(said, 1)), sum(hashtextextended(said, 2)))
              as key
       from (select concat_ws(E'\\x1f', citizen_id, enrolment_ref, programme, ground_code, listed_vnd,
                              full_name, birth_year, birth_date, sex, commune_code, hamlet, dependants,
                              decision_number, decided_on, entitled_from, channel, bank_bin,
                              account_number, account_holder, guardian_citizen_id, guardian_name,
                              guardian_relation, phone, facts, verdict, findings) as said
               from intake_row) row`,
  );
  return row.key;
}

/** The newest list of a province and month that says the same, if any of it was taken. */
export function listWithContent(
  db: Db | Tx,
  of: { provinceCode: string; period: Period; contentKey: string },
): Promise<ListSummary | undefined> {
  return maybeOne(
    db,
    `select list_id as "listId", period, row_count as rows, accepted_count as accepted,
            refused_count as refused, withheld_count as withheld, listed_vnd as "listedVnd"
       from recipient_list
      where province_code = :provinceCode and period = :period and content_key = :contentKey
        and accepted_count > 0
      order by list_id desc limit 1`,
    of,
  );
}
