import type { Period, PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, partition, type Db, type Tx } from '../platform/db.ts';
import type { ListSummary } from './recipient-list.ts';

// A list goes through a table of its own that ends with the transaction: rows are judged one by one
// on the way in, by the rules of row-rules.ts, and against each other here, as a set. What is known
// already is left out by a join; two imports at once are kept apart by the keys, and the loser runs
// again.

/**
 * What is copied into intake_row, for copyIn(): first what a row is found to be, then its values as
 * they stand in the list, in the order of LIST_COLUMNS.
 */
export const INTAKE_ROW = `intake_row (
  row_no, verdict, findings, raw, birth_year, birth_date, dependants, facts,
  enrolment_ref, programme, full_name, sex, citizen_id, commune_code, hamlet, ground_code,
  decision_number, decided_on, entitled_from, listed_vnd, channel, bank_bin, account_number,
  account_holder, guardian_name, guardian_citizen_id, guardian_relation, phone)`;

/**
 * Makes the tables in which one list is judged; they end with the transaction. What most statements
 * look at stands first in a row, what is seldom there last: to reach a column, PostgreSQL walks over
 * all before it.
 */
export async function prepareIntake(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table intake_row (
       listed_vnd bigint, row_no int, decided_on date, birth_year smallint, dependants smallint,
       verdict text, citizen_id text collate "C", enrolment_ref text, channel text,
       account_number text, findings text, bank_bin text, account_holder text, full_name text,
       sex text, commune_code text, hamlet text, phone text, guardian_citizen_id text,
       guardian_name text, guardian_relation text, decision_number text, programme text,
       ground_code text, entitled_from text, birth_date date, raw text, facts jsonb
     ) on commit drop;
     create temp table intake_fault (row_no int, column_name text, code text) on commit drop;
     create temp table intake_text (row_no int, raw text) on commit drop`,
  );
}

/** The rows of whoever stands in the list more than once, and the references that do. */
const ROWS_BESIDE_EACH_OTHER = `with rows_of_one as (
    select r.row_no, r.citizen_id, r.full_name, r.programme, r.ground_code, r.listed_vnd,
           g.paragraph, g.coefficient * greatest(r.dependants, 1) as weight
      from intake_row r
      join intake_twice using (citizen_id)
      left join ground g using (programme, ground_code)
     where r.verdict <> 'refuse'
  ),
  ranked as (
    select *,
           row_number() over (partition by citizen_id, programme, ground_code order by row_no)
             as nth_same,
           min(full_name) over person <> max(full_name) over person as two_names,
           case when paragraph = '4' then 'parent'
                when paragraph in ('5', '6', '8') then 'beside parent' else 'other' end as side
      from rows_of_one
    window person as (partition by citizen_id)
  ),
  weighed as (
    select row_no, side,
           row_number() over (partition by citizen_id order by weight desc, row_no) as nth,
           row_number() over (partition by citizen_id, side order by weight desc, row_no)
             as nth_of_side,
           max(weight) filter (where side = 'parent') over person
             + max(weight) filter (where side = 'beside parent') over person
             > max(weight) over person as both_are_more
      from ranked
     where nth_same = 1 and programme = 'social_assistance'
    window person as (partition by citizen_id)
  ),
  outranked as (
    select row_no from weighed
     where not case when both_are_more then nth_of_side = 1 and side <> 'other' else nth = 1 end
  ),
  exclusive as (
    select row_no, two_names,
           dense_rank() over (partition by citizen_id order by claimed_vnd desc, first_row)
             as nth_programme
      from (select row_no, two_names, citizen_id,
                   sum(listed_vnd) filter (where stands) over of_programme as claimed_vnd,
                   min(row_no) filter (where stands) over of_programme as first_row
              from (select *, row_no not in (select row_no from outranked) as stands
                      from ranked
                     where nth_same = 1
                       and programme in ('social_assistance', 'social_pension')) one
            window of_programme as (partition by citizen_id, programme)) claim
     where claimed_vnd is not null
  ),
  refs as (
    select row_no from (
      select row_no, row_number() over (partition by enrolment_ref order by row_no) as nth
        from intake_row
       where verdict <> 'refuse' and enrolment_ref in (
         select enrolment_ref from intake_row where verdict <> 'refuse'
          group by enrolment_ref having count(*) > 1)) repeated
     where nth > 1
  ),`;

/**
 * Judges the rows against each other, and returns how many faults there are. Of a person who stands
 * in the list more than once, the law pays one row (Decree 20/2021/ND-CP art. 6(2)), except a poor
 * single parent (paragraph 4) who is also under paragraph 5, 6 or 8: paid as a parent and the highest
 * of those, unless one other ground is more. So does social-assistance.ts. Of social assistance and
 * social pension the one that claims more stands, of two equal ones the first.
 */
export async function judgeRowsTogether(tx: Tx): Promise<bigint> {
  await many(
    tx,
    `create temp table intake_twice on commit drop as
     select citizen_id from intake_row where verdict <> 'refuse'
      group by citizen_id having count(*) > 1;
     alter table intake_row alter row_no set statistics 10, alter verdict set statistics 10,
       alter citizen_id set statistics 10, alter findings set statistics 10;
     analyze intake_row (row_no, verdict, citizen_id, findings);
     analyze intake_twice`,
  );
  const row = await one<{ faults: bigint }>(
    tx,
    `${ROWS_BESIDE_EACH_OTHER}
     found as (
       insert into intake_fault
       select row_no, 'citizen_id', 'DUPLICATE_ID_TWO_PEOPLE' from ranked where two_names
       union all
       select row_no, 'ground_code', 'DUPLICATE_ENROLMENT' from ranked
        where nth_same > 1 and not two_names
       union all
       select row_no, 'programme', 'EXCLUSIVE_PROGRAMMES' from exclusive
        where nth_programme > 1 and not two_names
       union all
       select row_no, 'ground_code', 'HIGHEST_GROUND_ONLY' from ranked
        where row_no in (select row_no from outranked) and not two_names
       union all
       select row_no, 'enrolment_ref', 'ENROLMENT_REF_TWICE' from refs
       returning 1
     )
     select count(*) as faults from found`,
  );
  return row.faults;
}

/**
 * For copyOut(): rows that were told of only for what is known elsewhere, another row or the
 * register, and whose own text is still in the file only.
 */
export const ROWS_WITHOUT_TEXT = `select distinct f.row_no from intake_fault f
  join intake_row r using (row_no) where r.raw is null`;

/** Where the texts of these rows go, for copyIn(). */
export const INTAKE_TEXT = 'intake_text (row_no, raw)';

export interface IntakeCounts {
  readonly rows: bigint;
  readonly refused: bigint;
  readonly newPeople: bigint;
  /** Sum of what the accepted rows claim, in dong. */
  readonly listedVnd: bigint;
  /** Whether no row that could be read is for the period of the list. */
  readonly isForAnotherPeriod: boolean;
}

/**
 * Counts the rows by their fate, and gives each accepted row a place: the recipient that the person
 * is already, or the how-manieth new one, in the order of the list.
 *
 * The places are a narrow table beside the rows, joined by row number: a list is wide, and writing
 * it a second time costs as much as reading it in. Rows of one person are looked for among the few
 * persons who stand in the list more than once.
 */
export function countAndPlace(tx: Tx): Promise<IntakeCounts> {
  return many(
    tx,
    `create temp table intake_place on commit drop as
     with first_of as (
       select r.citizen_id, min(r.row_no) as row_no
         from intake_row r
         join intake_twice using (citizen_id)
        where r.verdict <> 'refuse' and r.row_no not in (select row_no from intake_fault)
        group by r.citizen_id
     ),
     accepted as (
       select r.row_no, r.listed_vnd, coalesce(m.survivor_id, k.recipient_id) as known_id,
              coalesce(f.row_no, r.row_no) as first_row
         from intake_row r
         left join first_of f using (citizen_id)
         left join recipient_key k on k.key = r.citizen_id and k.kind = 'citizen_number'
         left join recipient_merge m on m.recipient_id = k.recipient_id
        where r.verdict <> 'refuse' and r.row_no not in (select row_no from intake_fault)
     )
     select row_no, listed_vnd, known_id,
            known_id is null and row_no = first_row as opens_recipient,
            count(*) filter (where known_id is null and row_no = first_row)
              over (order by first_row) as nth_new
       from accepted;
     alter table intake_place alter row_no set statistics 10;
     analyze intake_place (row_no)`,
  ).then(() =>
    one<IntakeCounts>(
      tx,
      `select r.rows, r.rows - p.accepted as refused, p."newPeople", p."listedVnd",
              exists (select from intake_row where findings not like '%:CSV\\_%')
              and not exists (select from intake_row
                               where findings not like '%:CSV\\_%'
                                 and findings not like '%:ROW\\_OTHER\\_PERIOD%')
                as "isForAnotherPeriod"
         from (select count(*) as rows from intake_row) r,
              (select count(*) as accepted,
                      count(*) filter (where opens_recipient) as "newPeople",
                      coalesce(sum(listed_vnd), 0)::bigint as "listedVnd"
                 from intake_place) p`,
    ),
  );
}

/** Numbers for new recipients: the first of as many as are needed. */
export async function drawRecipientIds(tx: Tx, howMany: bigint): Promise<bigint> {
  const row = await one<{ first: bigint }>(
    tx,
    `select next_numbers('recipient', :howMany) as first`,
    { howMany },
  );
  return row.first;
}

/**
 * Lays each accepted row beside the number of its recipient. A view: the rows are read where they
 * are, in the order of the list, which is the order of the new numbers. It ends with its tables.
 */
export async function layAcceptedRows(tx: Tx, firstNewId: bigint): Promise<void> {
  await many(
    tx,
    `create temp view intake_accepted as
     select r.*, p.opens_recipient,
            coalesce(p.known_id, :firstNewId::bigint - 1 + p.nth_new) as recipient_id
       from intake_row r
       join intake_place p using (row_no)`.replace(':firstNewId', String(firstNewId)),
  );
}

/** New recipients. */
export async function addRecipients(tx: Tx): Promise<void> {
  await many(
    tx,
    `insert into recipient
       (recipient_id, full_name, birth_year, birth_date, sex, commune_code, hamlet, phone)
     select recipient_id, full_name, birth_year, birth_date, sex, commune_code, hamlet, phone
       from intake_accepted where opens_recipient`,
  );
}

/** Their citizen numbers, in the order of the key. */
export async function addRecipientKeys(tx: Tx): Promise<void> {
  await many(
    tx,
    `insert into recipient_key (key, kind, recipient_id)
     select citizen_id, 'citizen_number', recipient_id
       from intake_accepted where opens_recipient order by citizen_id`,
  );
}

/** Who collects for each new recipient: the guardian that the list names, or the recipient. */
export async function addPayees(tx: Tx): Promise<void> {
  await many(
    tx,
    `insert into payee (recipient_id, payee_no, relation, full_name, citizen_number, authority)
     select recipient_id, 1,
            case when guardian_citizen_id = '' then 'self'
                 when guardian_relation = '' then 'guardian' else guardian_relation end,
            case when guardian_citizen_id = '' then full_name else guardian_name end,
            case when guardian_citizen_id = '' then citizen_id else guardian_citizen_id end,
            case when guardian_citizen_id = '' then '' else decision_number end
       from intake_accepted where opens_recipient`,
  );
}

/** Where the money of each new recipient goes. */
export async function addChannels(tx: Tx, listId: bigint): Promise<void> {
  await many(
    tx,
    `insert into payment_channel (recipient_id, channel_no, payee_no, kind, bank_bin,
                                  account_number, holder_name, list_id)
     select recipient_id, 1, 1, channel, bank_bin, account_number, account_holder, :listId
       from intake_accepted where opens_recipient`,
    { listId },
  );
}

/**
 * Grounds as they were decided; one that is known already stays as it is. On the first list of a
 * province, what was decided by the cut of the list before was paid through that month by the
 * system before us.
 */
export async function addEnrolments(
  tx: Tx,
  by: { isFirstList: boolean; cutOfListBefore: PlainDate; periodBefore: Period },
): Promise<void> {
  await many(
    tx,
    `insert into enrolment (recipient_id, enrolment_ref, programme, ground_code, dependants, facts,
                            decision_number, decided_on, entitled_from, paid_through)
     select recipient_id, enrolment_ref, programme, ground_code, dependants, facts,
            decision_number, decided_on, entitled_from,
            case when :isFirstList and decided_on <= :cutOfListBefore::date
                  and entitled_from <= :periodBefore then :periodBefore end
       from intake_accepted a
      where not exists (select from enrolment e where e.recipient_id = a.recipient_id
                           and e.enrolment_ref = a.enrolment_ref)`,
    by,
  );
}

/** That each enrolment stands on this list. One that two lists of the month name stays on the first. */
export async function addListings(tx: Tx, of: { listId: bigint; period: Period }): Promise<void> {
  await many(
    tx,
    `insert into ${partition('listing', of.period)}
       (recipient_id, period, enrolment_ref, list_id, row_no, listed_vnd)
     select recipient_id, :period, enrolment_ref, :listId, row_no, listed_vnd
       from intake_accepted a
      where not exists (select from listing l where l.recipient_id = a.recipient_id
                           and l.period = :period and l.enrolment_ref = a.enrolment_ref)`,
    of,
  );
}

/** A known recipient whose list now names another channel: it is not changed by a list, only told. */
export async function noteOtherChannels(tx: Tx): Promise<void> {
  await many(
    tx,
    `insert into intake_fault
     select a.row_no, 'account_number', 'CHANNEL_DIFFERS'
       from intake_accepted a
       join payment_channel c on c.recipient_id = a.recipient_id and c.ended_on is null
      where not a.opens_recipient
        and (a.channel, a.bank_bin, a.account_number) <> (c.kind, c.bank_bin, c.account_number)`,
  );
}

/**
 * One account that receives for several people who have neither the holder nor a guardian in common.
 * Few numbers stand twice in a list, and only the rows of these are compared.
 */
export async function noteSharedAccounts(tx: Tx): Promise<void> {
  await many(
    tx,
    `with again as materialized (
       select a.row_no, a.channel, a.bank_bin, a.account_number, a.account_holder, a.citizen_id,
              a.guardian_citizen_id
         from intake_accepted a
         join (select account_number from intake_accepted where channel = 'account'
                group by account_number having count(*) > 1) number using (account_number)
     )
     insert into intake_fault
     select again.row_no, 'account_number', 'ACCOUNT_SHARED_UNRELATED'
       from again
       join (select bank_bin, account_number from again
              where channel = 'account'
              group by 1, 2
             having count(*) > 1 and min(citizen_id) <> max(citizen_id)
                and min(account_holder) <> max(account_holder)
                and (min(guardian_citizen_id) = '' or
                     min(guardian_citizen_id) <> max(guardian_citizen_id))) shared
         using (bank_bin, account_number)`,
  );
}

/** Keeps the rows that were not simply accepted, as they stand in the file. */
export async function keepRows(tx: Tx, listId: bigint): Promise<void> {
  await many(
    tx,
    `insert into list_row (list_id, row_no, verdict, raw)
     select :listId, r.row_no,
            case when r.verdict = 'refuse' or r.row_no in
                      (select row_no from intake_fault
                        where code not in ('CHANNEL_DIFFERS', 'ACCOUNT_SHARED_UNRELATED'))
                 then 'refuse' when r.verdict = 'repair'
                  and r.row_no not in (select row_no from intake_fault)
                 then 'repair' else 'warn' end,
            coalesce(r.raw, t.raw, '')
       from intake_row r
       left join intake_text t using (row_no)
      where r.verdict <> 'accept' or r.row_no in (select row_no from intake_fault)`,
    { listId },
  );
}

/** Every finding of every such row. */
export async function keepFindings(tx: Tx, listId: bigint): Promise<void> {
  await many(
    tx,
    `insert into list_finding (list_id, row_no, column_name, code)
     select :listId::bigint, row_no, split_part(finding, ':', 1), split_part(finding, ':', 2)
       from intake_row, unnest(string_to_array(findings, ',')) as finding
      where findings <> ''
     union
     select :listId::bigint, row_no, column_name, code from intake_fault`,
    { listId },
  );
}

export interface NewList {
  readonly fileId: bigint;
  readonly period: Period;
  readonly provinceCode: string;
  readonly strict: boolean;
  readonly importedBy: string;
  readonly contentKey: string;
  readonly at: Date;
  readonly rows: bigint;
  readonly accepted: bigint;
  readonly refused: bigint;
  readonly withheld: bigint;
  readonly listedVnd: bigint;
}

/** Records a list with the fate of its rows, and returns its number. */
export async function addList(tx: Tx, list: NewList): Promise<bigint> {
  const row = await one<{ listId: bigint }>(
    tx,
    `insert into recipient_list (list_id, file_id, period, province_code, strict, imported_by,
                                 imported_at, row_count, accepted_count, refused_count,
                                 withheld_count, listed_vnd, content_key)
     values (next_numbers('list', 1), :fileId, :period, :provinceCode, :strict, :importedBy, :at,
             :rows, :accepted, :refused, :withheld, :listedVnd, :contentKey)
     returning list_id as "listId"`,
    { ...list, at: list.at.toISOString() },
  );
  return row.listId;
}

/** The list that was made of a file. */
export function listOfFile(db: Db | Tx, fileId: bigint): Promise<ListSummary | undefined> {
  return maybeOne<ListSummary>(
    db,
    `select list_id as "listId", period, row_count as rows, accepted_count as accepted,
            refused_count as refused, withheld_count as withheld, listed_vnd as "listedVnd"
       from recipient_list where file_id = :fileId`,
    { fileId },
  );
}

/** Whether a province has sent a list for an earlier month: if not, this is where it begins. */
export async function hasEarlierList(
  db: Db | Tx,
  of: { provinceCode: string; period: Period },
): Promise<boolean> {
  const row = await one<{ found: boolean }>(
    db,
    `select exists (select from recipient_list
                     where province_code = :provinceCode and period < :period
                       and accepted_count > 0) as found`,
    of,
  );
  return row.found;
}

export interface FaultOfList {
  readonly rowNo: number;
  readonly column: string;
  readonly code: string;
  readonly verdict: 'repair' | 'warn' | 'refuse';
}

/** The findings of a list in the order of its rows, at most as many as asked for. */
export function findingsOfList(
  db: Db | Tx,
  of: { listId: bigint; atMost: number },
): Promise<FaultOfList[]> {
  return many(
    db,
    `select f.row_no as "rowNo", f.column_name as "column", f.code, r.verdict
       from list_finding f join list_row r using (list_id, row_no)
      where f.list_id = :listId
      order by f.row_no, f.code limit :atMost`,
    of,
  );
}

/** The communes of a province on a day, the banks, and the grounds: what rows are judged against. */
export async function intakeReference(
  db: Db | Tx,
  of: { provinceCode: string; on: PlainDate },
): Promise<{
  communes: string[];
  communeNames: { code: string; name: string }[];
  banks: string[];
  grounds: GroundRow[];
}> {
  return one(
    db,
    `select (select coalesce(json_agg(unit_code), '[]') from administrative_unit
              where parent_code = :provinceCode and kind = 'commune'
                and valid_from <= :on::date and (valid_until is null or valid_until > :on::date))
              as communes,
            (select coalesce(json_agg(json_build_object('code', unit_code, 'name', name)), '[]')
               from administrative_unit
              where parent_code = :provinceCode and kind = 'commune'
                and valid_from <= :on::date and (valid_until is null or valid_until > :on::date))
              as "communeNames",
            (select json_agg(bin) from bank) as banks,
            (select json_agg(json_build_object(
                      'programme', programme, 'groundCode', ground_code,
                      'coefficient', coefficient::text, 'perDependant', per_dependant,
                      'ageFrom', age_from, 'ageUntil', age_until, 'outsideAges', outside_ages))
               from (select programme, ground_code, coefficient, per_dependant, age_from,
                            age_until, outside_ages
                       from ground
                     union all
                     -- Of care the ages are those of who is cared for, whom a list does not name.
                     select programme, ground_code, coefficient, false,
                            case when programme = 'institution' then months_from / 12 end,
                            case when programme = 'institution' then months_until / 12 end, false
                       from care_ground where status <> 'draft') listed) as grounds`,
    of,
  );
}

export interface GroundRow {
  readonly programme: string;
  readonly groundCode: string;
  readonly coefficient: string;
  readonly perDependant: boolean;
  readonly ageFrom: number | null;
  readonly ageUntil: number | null;
  readonly outsideAges: boolean;
}

/** Prepares for the deaths that the civil-status register tells of. */
export async function prepareDeaths(tx: Tx): Promise<void> {
  await many(tx, 'create temp table incoming_death (key text, died_on date) on commit drop');
}

/** Records the deaths of people we know, and how many that were. One death is recorded once. */
export async function addDeaths(
  tx: Tx,
  of: { provinceCode: string; period: Period; from: PlainDate; until: PlainDate; at: Date },
): Promise<{ deaths: bigint; known: bigint }> {
  return one(
    tx,
    `with known as (
       insert into recipient_death (recipient_id, died_on, source, learned_at)
       select k.recipient_id, min(d.died_on), 'civil-status register', :at
         from incoming_death d
         join recipient_key k on k.key = d.key and k.kind = 'citizen_number'
        where not exists (select from death_taken_back b
                           where b.recipient_id = k.recipient_id and b.died_on = d.died_on)
        group by k.recipient_id
        order by k.recipient_id
       on conflict (recipient_id) do nothing
       returning 1
     ),
     counted as (
       select (select count(*) from incoming_death) as deaths, (select count(*) from known) as known
     ),
     recorded as (
       insert into civil_status_check
         (province_code, period, from_day, until_day, checked_at, death_count, known_count)
       select :provinceCode, :period, :from, :until, :at, deaths, known from counted
     )
     select deaths, known from counted`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Records the deaths of those who collect for others. One death is recorded once. */
export async function addPayeeDeaths(tx: Tx, of: { at: Date }): Promise<{ known: bigint }> {
  return one(
    tx,
    `with known as (
       insert into payee_death (recipient_id, payee_no, died_on, source, learned_at)
       select p.recipient_id, p.payee_no, min(d.died_on), 'civil-status register', :at
         from incoming_death d
         join payee p on p.citizen_number = d.key and p.relation <> 'self'
        group by p.recipient_id, p.payee_no
        order by p.recipient_id, p.payee_no
       on conflict (recipient_id, payee_no) do nothing
       returning 1
     )
     select count(*) as known from known`,
    { at: of.at.toISOString() },
  );
}

/** Whether the deaths up to a day have been asked for. */
export async function deathsAreKnown(
  db: Db | Tx,
  of: { provinceCode: string; period: Period; until: PlainDate },
): Promise<boolean> {
  const row = await one<{ found: boolean }>(
    db,
    `select exists (select from civil_status_check
                     where province_code = :provinceCode and period = :period
                       and until_day = :until) as found`,
    of,
  );
  return row.found;
}
