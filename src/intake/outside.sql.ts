import type { PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { FactKind, OutsideKind } from './outside-list.ts';

// What lists of others make known. Rows come in by COPY, are laid beside the register by one statement,
// and what of them is taken, and what a person has to look at, is decided there.

export const INCOMING_FACT = `incoming_fact (
  row_no, key, name, folded_name, birth_date, account, from_day, until_day, fault)`;

/** Makes the tables in which a list is laid beside the register; they end with the transaction. */
export async function prepareFacts(tx: Tx): Promise<void> {
  await many(
    tx,
    `create temp table incoming_fact (
       row_no bigint, key text, name text, folded_name text, birth_date date, account text,
       from_day date, until_day date, fault text) on commit drop`,
  );
  await many(
    tx,
    `create temp table fact_match (row_no bigint, recipient_id bigint, why text) on commit drop`,
  );
}

/** A name as foldName() of the kernel writes it. */
const folded = (column: string): string =>
  `translate(upper(btrim(regexp_replace(regexp_replace(normalize(${column}, NFD),
     '[\\u0300-\\u036f]', '', 'g'), '\\s+', ' ', 'g'))), 'ĐÐ', 'DD')`;

/** Of two days on which one list says that somebody died the earlier is taken, and the other asked about. */
const LATER_DAY = `(i.key, i.folded_name, i.from_day) not in (
  select o.key, o.folded_name, min(o.from_day) from incoming_fact o
   where o.fault is null group by o.key, o.folded_name)`;

/**
 * Finds of each row whom it speaks of, and why it is not taken where it is not. A number that is known
 * is taken where the name agrees or none is given; name and birth alone are for a person. Rows that
 * speak of nobody we know are left out.
 */
export async function matchFacts(tx: Tx, of: { kind: OutsideKind }): Promise<void> {
  await many(
    tx,
    `insert into fact_match (row_no, recipient_id, why)
     select i.row_no, k.recipient_id,
            case when i.fault is not null then i.fault
                 when i.folded_name not in ('', ${folded('r.full_name')}) then 'name-differs'
                 when :kind = 'dormant-accounts' and not exists (
                        select from payment_channel c
                         where c.recipient_id = k.recipient_id and c.ended_on is null
                           and c.account_number = i.account) then 'account-differs'
                 when :kind = 'deaths' and exists (
                        select from recipient_death d
                         where d.recipient_id = k.recipient_id and d.died_on <> i.from_day)
                   then 'day-differs'
                 when :kind = 'deaths' and ${LATER_DAY} then 'day-differs'
                 when :kind = 'deaths' and exists (
                        select from death_taken_back b
                         where b.recipient_id = k.recipient_id and b.died_on = i.from_day)
                   then 'death-taken-back' end
       from incoming_fact i
       join recipient_key k on k.key = i.key and k.kind = 'citizen_number'
       join recipient r on r.recipient_id = k.recipient_id`,
    of,
  );
  if (of.kind === 'deaths') await matchPayees(tx);
  await many(
    tx,
    `insert into fact_match (row_no, recipient_id, why)
     select i.row_no, min(r.recipient_id),
            case when count(r.recipient_id) > 0 then 'name-alone' else 'number-malformed' end
       from incoming_fact i
       left join recipient r on lower(r.full_name) = lower(i.name) and r.birth_date = i.birth_date
      where not exists (select from fact_match m where m.row_no = i.row_no)
        and (r.recipient_id is not null or i.fault = 'number-malformed')
      group by i.row_no`,
  );
}

/** Of deaths, those who collect for others are looked for as well. */
async function matchPayees(tx: Tx): Promise<void> {
  await many(
    tx,
    `insert into fact_match (row_no, recipient_id, why)
     select i.row_no, min(p.recipient_id),
            min(case when i.fault is not null then i.fault
                     when i.folded_name not in ('', ${folded('p.full_name')})
                       then 'name-differs'
                     when ${LATER_DAY} then 'day-differs' end)
       from incoming_fact i
       join payee p on p.citizen_number = i.key and p.relation <> 'self'
      where not exists (select from fact_match m where m.row_no = i.row_no)
      group by i.row_no`,
  );
}

/** Records the deaths of recipients and payees. One death is recorded once. Returns how many are new. */
export function addListedDeaths(
  tx: Tx,
  of: { source: string; at: Date },
): Promise<{ changed: bigint }> {
  return one(
    tx,
    `with taken as (
       select i.key, i.from_day, i.row_no
         from incoming_fact i
         join fact_match m on m.row_no = i.row_no and m.why is null
     ),
     recipients as (
       insert into recipient_death (recipient_id, died_on, source, learned_at)
       select k.recipient_id, min(t.from_day), :source, :at
         from taken t
         join recipient_key k on k.key = t.key and k.kind = 'citizen_number'
        group by k.recipient_id
        order by k.recipient_id
       on conflict (recipient_id) do nothing
       returning 1
     ),
     payees as (
       insert into payee_death (recipient_id, payee_no, died_on, source, learned_at)
       select p.recipient_id, p.payee_no, min(t.from_day), :source, :at
         from taken t
         join payee p on p.citizen_number = t.key and p.relation <> 'self'
        group by p.recipient_id, p.payee_no
        order by p.recipient_id, p.payee_no
       on conflict (recipient_id, payee_no) do nothing
       returning 1
     )
     select (select count(*) from recipients) + (select count(*) from payees) as changed`,
    { source: of.source, at: of.at.toISOString() },
  );
}

interface FactsOfList {
  readonly fact: FactKind;
  readonly source: string;
  readonly asOf: PlainDate;
  readonly at: Date;
}

/** Keeps what the list says, and returns how many facts are new or have another end than before. */
export function keepFacts(tx: Tx, of: FactsOfList): Promise<{ changed: bigint }> {
  return one(
    tx,
    `with kept as (
       insert into outside_fact as f
         (recipient_id, kind, from_day, until_day, source, learned_at, said_on)
       select m.recipient_id, :fact, i.from_day,
              case when bool_or(i.until_day is null) then null else max(i.until_day) end,
              :source, :at::timestamptz, :asOf::date
         from fact_match m
         join incoming_fact i using (row_no)
        where m.why is null and i.from_day is not null
        group by m.recipient_id, i.from_day
        order by m.recipient_id, i.from_day
       on conflict (recipient_id, kind, from_day, source)
       do update set until_day = excluded.until_day, said_on = excluded.said_on,
                     withdrawn_at = null
               where f.withdrawn_at is not null
                  or f.until_day is distinct from excluded.until_day
       returning 1
     )
     select count(*) as changed from kept`,
    { ...of, at: of.at.toISOString() },
  );
}

/**
 * Ends what the source no longer says, on the day of its list; what only a list of the same day has
 * said, or was to begin later, is withdrawn. Who has a row that a person must look at keeps what is
 * known. Returns how many facts ended and how many were withdrawn.
 */
export function endFacts(tx: Tx, of: FactsOfList): Promise<{ ended: bigint; withdrawn: bigint }> {
  return one(
    tx,
    `with gone as (
       update outside_fact f
          set until_day = case when f.said_on = :asOf::date or f.from_day >= :asOf::date
                               then f.until_day else :asOf::date end,
              withdrawn_at = case when f.said_on = :asOf::date or f.from_day >= :asOf::date
                                  then :at::timestamptz end
        where f.kind = :fact and f.source = :source and f.withdrawn_at is null
          and (f.until_day is null or f.until_day > :asOf::date)
          and not exists (select from fact_match m
                           where m.recipient_id = f.recipient_id and m.why is not null)
          and not exists (select from fact_match m
                            join incoming_fact i using (row_no)
                           where m.recipient_id = f.recipient_id and i.from_day = f.from_day)
       returning f.withdrawn_at
     )
     select count(*) filter (where withdrawn_at is null) as ended,
            count(*) filter (where withdrawn_at is not null) as withdrawn
       from gone`,
    { ...of, at: of.at.toISOString() },
  );
}

/** How many rows were laid, taken, and left for a person. */
export interface FactCounts {
  readonly rows: bigint;
  readonly taken: bigint;
  readonly asked: bigint;
}

/** Counts the rows of the list that is laid beside the register. */
export function countFacts(tx: Tx): Promise<FactCounts> {
  return one(
    tx,
    `select (select count(*) from incoming_fact) as rows,
            (select count(distinct row_no) from fact_match where why is null) as taken,
            (select count(distinct row_no) from fact_match where why is not null) as asked`,
  );
}

export interface OutsideList extends FactCounts {
  readonly fileId: bigint;
  readonly kind: OutsideKind;
  readonly source: string;
  readonly asOf: PlainDate;
  readonly importedBy: string;
}

/** Records a list of others with its counts. */
export async function addOutsideList(tx: Tx, list: OutsideList & { at: Date }): Promise<void> {
  await many(
    tx,
    `insert into outside_list
       (file_id, kind, source, as_of, row_count, taken_count, asked_count, imported_by, imported_at)
     values (:fileId, :kind, :source, :asOf, :rows, :taken, :asked, :importedBy, :at)`,
    { ...list, at: list.at.toISOString() },
  );
}

/** Keeps the rows that were not taken: where they stand and why, and nothing of what they say. */
export async function keepAskedRows(tx: Tx, fileId: bigint): Promise<void> {
  await many(
    tx,
    `insert into outside_list_row (file_id, row_no, why, recipient_id)
     select :fileId, row_no, min(why), min(recipient_id) from fact_match
      where why is not null group by row_no`,
    { fileId },
  );
}

const OUTSIDE_LIST = `
  select l.file_id as "fileId", l.kind, l.source, l.as_of as "asOf", l.row_count as rows,
         l.taken_count as taken, l.asked_count as asked, l.imported_by as "importedBy"
    from outside_list l`;

/** The list of others that a file is, or undefined. */
export function outsideListOfFile(
  db: Db | Tx,
  of: { fileId: bigint },
): Promise<OutsideList | undefined> {
  return maybeOne(db, `${OUTSIDE_LIST} where l.file_id = :fileId`, of);
}

/** The day of the newest list of a kind from a source; null when there is none. */
export async function newestListDay(
  db: Db | Tx,
  of: { kind: OutsideKind; source: string },
): Promise<PlainDate | null> {
  const { day } = await one<{ day: PlainDate | null }>(
    db,
    `select max(as_of) as day from outside_list where kind = :kind and source = :source`,
    of,
  );
  return day;
}

/** The lists of others, the newest first. */
export function outsideLists(db: Db | Tx, of: { atMost: number }): Promise<OutsideList[]> {
  return many(db, `${OUTSIDE_LIST} order by l.file_id desc limit :atMost`, of);
}

export interface AskedRow {
  readonly rowNo: bigint;
  readonly why: string;
  readonly recipientId: bigint | null;
}

/** The rows of a list that a person has to look at, in their order. */
export function askedRows(
  db: Db | Tx,
  of: { fileId: bigint; atMost: number },
): Promise<AskedRow[]> {
  return many(
    db,
    `select row_no as "rowNo", why, recipient_id as "recipientId"
       from outside_list_row where file_id = :fileId order by row_no limit :atMost`,
    of,
  );
}
