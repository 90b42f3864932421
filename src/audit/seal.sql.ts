import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import { ROW_HASH_BYTES, type Bucket, type SealableTable } from './seal.ts';
import { bucketOf, hashOf, periodOf, quoted } from './sealed-row.ts';

/**
 * What is not sealed: the log and the seals prove themselves, and a lease, a run, a session or the record
 * of migrations tells how the machine went about it.
 */
const NOT_SEALED: readonly string[] = [
  'alarm',
  'alarm_delivery',
  'audit_event',
  'audit_head',
  'job_pause',
  'job_run',
  'job_unit',
  'row_seal',
  'sealed_table',
  'session',
  'signed_head',
  'timetable_sweep',
  'try_count',
];

/**
 * What a function of the owner changes on behalf of two persons, so that a grant does not tell it: who a
 * recipient is. Each such change is an event and a row of register_change.
 */
const CHANGED_BY_OWNER = [
  'full_name',
  'birth_year',
  'birth_date',
  'sex',
  'commune_code',
  'hamlet',
  'phone',
].map((column) => `recipient.${column}`);

/** Columns of a key that would name a person or an account. */
const NOT_SHOWN: readonly string[] = ['key', 'account', 'citizen_number', 'account_number'];

/** Lets no statement of a transaction run longer than so many milliseconds. */
export async function limitStatements(db: Db | Tx, milliseconds: number): Promise<void> {
  await many(db, `select set_config('statement_timeout', :most, true)`, {
    most: String(Math.max(1, Math.floor(milliseconds))),
  });
}

/** A value as text is the same wherever it is hashed: the session's own settings would show. */
export async function fixTextForms(db: Db | Tx): Promise<void> {
  await many(
    db,
    `select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
            set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true),
            set_config('intervalstyle', 'postgres', true)`,
  );
}

/** Holds the log still until the transaction ends, and returns the number of its last event. */
export async function holdAuditLog(tx: Tx): Promise<bigint> {
  const held = await one<{ eventNo: bigint }>(tx, 'select hold_audit_log() as "eventNo"');
  return held.eventNo;
}

/** Every table that is sealed, with its columns as they are now. */
export function sealableTables(db: Db | Tx): Promise<SealableTable[]> {
  return many(
    db,
    `select c.relname as "table", c.relkind = 'p' as "byPeriod",
            bool_or(a.attname = 'recipient_id') as "ofRecipients",
            (select json_agg(k.attname order by n)
               from unnest(i.indkey::int2[]) with ordinality as u(attnum, n)
               join pg_attribute k on k.attrelid = c.oid and k.attnum = u.attnum) as key,
            json_agg(a.attname order by a.attnum) filter (where not is_changing) as frozen,
            coalesce(json_agg(a.attname order by a.attnum) filter (where is_changing), '[]')
              as changing
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
       join pg_index i on i.indrelid = c.oid and i.indisprimary
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped,
            lateral (select (has_column_privilege(current_user, c.oid, a.attnum, 'update')
                             or c.relname || '.' || a.attname = any (:changedByOwner::text[]))
                            and a.attnum <> all (i.indkey::int2[]) as is_changing) privilege
      where c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> all (:notSealed::text[])
        and has_table_privilege(current_user, c.oid, 'select')
      group by c.relname, c.relkind, c.oid, i.indkey order by c.relname`,
    { notSealed: NOT_SEALED as string[], changedByOwner: CHANGED_BY_OWNER },
  );
}

/** The tables of the last seal, with the columns that it hashed. */
export function sealedTables(
  db: Db | Tx,
): Promise<Pick<SealableTable, 'table' | 'frozen' | 'changing'>[]> {
  return many(
    db,
    'select table_name as "table", frozen, changing from sealed_table order by table_name',
  );
}

/** Keeps which columns of a table are hashed. */
export async function putSealedTable(tx: Tx, of: SealableTable): Promise<void> {
  await many(
    tx,
    `insert into sealed_table values (:table, :frozen::text[], :changing::text[])
         on conflict (table_name) do update
        set frozen = excluded.frozen, changing = excluded.changing
      where (sealed_table.frozen, sealed_table.changing)
            is distinct from (excluded.frozen, excluded.changing)`,
    { table: of.table, frozen: of.frozen, changing: of.changing },
  );
}

export interface BucketDifference extends Omit<Bucket, 'table'> {
  /** Rows that were sealed and are not there as they were. */
  readonly lost: bigint;
  /** Rows that are there and were not sealed. */
  readonly added: bigint;
  /** Whether a state, an end or a count moved on. */
  readonly moved: boolean;
}

/** The buckets of a table that are not as they were sealed. */
export function differingBuckets(db: Db | Tx, of: SealableTable): Promise<BucketDifference[]> {
  return many(
    db,
    `with ${compared(of)}
     select period, bucket_no as "bucketNo", lost, added, moved from compared
      where lost > 0 or added > 0 or moved order by period, bucket_no`,
    { table: of.table },
  );
}

/**
 * Seals what a table holds, and returns how many sealed rows are not there as they were. A bucket with
 * such a row keeps its seal: a new one must never hide that an old one was broken. Anew: the table is
 * hashed over other columns than before, so that no old hash is looked for.
 */
export async function sealTable(
  tx: Tx,
  of: SealableTable,
  { anew }: { anew: boolean },
): Promise<{ lost: bigint }> {
  return one(
    tx,
    `with ${compared(of)},
     put as (
       insert into row_seal (table_name, period, bucket_no, frozen, changing)
       select :table, period, bucket_no, frozen, changing from compared
        where (lost = 0 and (added > 0 or moved)) or :anew
           on conflict (table_name, period, bucket_no) do update
          set frozen = excluded.frozen, changing = excluded.changing
     )
     select coalesce(sum(lost) filter (where not :anew), 0)::bigint as lost from compared`,
    { table: of.table, anew },
  );
}

export interface TableSeal {
  readonly table: string;
  readonly rows: bigint;
  /** SHA-256 in hex over the seals of the table in the order of period and bucket. */
  readonly hash: string;
  readonly frozen: readonly string[];
  readonly changing: readonly string[];
}

/** What the seals of each table come to. */
export function tableSeals(db: Db | Tx): Promise<TableSeal[]> {
  return many(
    db,
    `select t.table_name as "table", t.frozen, t.changing,
            coalesce(sum(octet_length(s.frozen)) / ${ROW_HASH_BYTES}, 0)::bigint as rows,
            encode(sha256(coalesce(string_agg(
              convert_to(s.period || ' ' || s.bucket_no || ' ', 'UTF8')
                || sha256(s.frozen) || sha256(s.changing), ''::bytea
              order by s.period, s.bucket_no), ''::bytea)), 'hex') as hash
       from sealed_table t left join row_seal s using (table_name)
      group by t.table_name order by t.table_name`,
  );
}

/** Which hash of a row: of what may never change, or of what may. */
export type Part = 'frozen' | 'changing';

/** The hashes that were sealed of one bucket, in the order of the key; empty when none were. */
export async function sealedHashes(db: Db | Tx, of: Bucket, part: Part): Promise<string[]> {
  const sealed = await maybeOne<{ hashes: string }>(
    db,
    `select encode(${part}, 'hex') as hashes from row_seal
      where table_name = :table and period = :period and bucket_no = :bucketNo`,
    { ...of },
  );
  return sealed?.hashes.match(/.{32}/g) ?? [];
}

/** The rows that are there now in one bucket, in the order of their keys. */
export function rowsOfBucket(
  db: Db | Tx,
  of: SealableTable,
  { period, bucketNo, part }: Omit<Bucket, 'table'> & { part: Part },
): Promise<{ key: string; hash: string }[]> {
  const shown = of.key.filter((column) => !NOT_SHOWN.includes(column));
  if (of.ofRecipients && !shown.includes('recipient_id')) shown.unshift('recipient_id');
  const key = shown.map((column) => `'${column} ' || ${quoted(column)}::text`);
  return many(
    db,
    `select ${key.length === 0 ? `''` : `concat_ws(', ', ${key.join(', ')})`} as key,
            encode(${hashOf(of[part])}, 'hex') as hash
       from ${quoted(of.table)}
      where ${periodOf(of)} = :period and ${bucketOf(of)} = :bucketNo
      order by ${of.key.map(quoted).join(', ')}`,
    { period, bucketNo },
  );
}

/** The last event that tells of a seal: what the seals came to, and what has been recorded since. */
export function lastSealEvent(
  db: Db | Tx,
): Promise<{ eventNo: bigint; root: string; eventsSince: bigint } | undefined> {
  return maybeOne(
    db,
    `select e.event_no as "eventNo", e.facts ->> 'root' as root,
            (select count(*) from audit_event later where later.event_no > e.event_no)
              as "eventsSince"
       from audit_event e where e.action = 'rows-sealed' order by e.event_no desc limit 1`,
  );
}

export interface SignedHead {
  readonly treeSize: bigint;
  /** Hex. */
  readonly root: string;
  readonly note: string;
}

/** Keeps a signed head; one of the same size is the same head. */
export async function putSignedHead(tx: Tx, head: SignedHead & { at: Date }): Promise<void> {
  await many(
    tx,
    `insert into signed_head (tree_size, root, signed_at, note)
     values (:treeSize, decode(:root, 'hex'), :at, :note) on conflict (tree_size) do nothing`,
    { ...head, at: head.at.toISOString() },
  );
}

/** Every head that was signed, the oldest first. */
export function signedHeads(db: Db | Tx): Promise<SignedHead[]> {
  return many(
    db,
    `select tree_size as "treeSize", encode(root, 'hex') as root, note
       from signed_head order by tree_size`,
  );
}

/**
 * The log for copyOut(): number, the bytes of the leaf (what is hashed behind the hash before), that
 * hash, and its own, all in hex.
 */
export const LOG_LEAVES = `
  select event_no,
         encode(convert_to(jsonb_build_array(
           event_no, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           actor, action, subject, facts)::text, 'UTF8'), 'hex'),
         encode(previous_hash, 'hex'), encode(hash, 'hex')
    from audit_event order by event_no`;

/** Every recorded file for copyOut(): number, SHA-256 in hex, size. */
export const RECORDED_FILES = `
  select file_id, encode(sha256, 'hex'), byte_size from file order by file_id`;

// ---- the text of the statements above

/** The hashes in a seal, one a row. */
function pieces(seal: string): string {
  const at = `generate_series(0, octet_length(${seal}) / ${ROW_HASH_BYTES} - 1) as n`;
  return `select substring(${seal} from n * ${ROW_HASH_BYTES} + 1 for ${ROW_HASH_BYTES}) from ${at}`;
}

function compared(of: SealableTable): string {
  const key = of.key.map(quoted).join(', ');
  const aggregate = (hash: string): string => `string_agg(${hash}, ''::bytea order by ${key})`;
  const moving = of.changing.length > 0;
  return `present as materialized (
       select period_of as period, bucket_no, ${aggregate('frozen_hash')} as frozen,
              ${moving ? aggregate('changing_hash') : `''::bytea`} as changing
         from (select ${key}, ${periodOf(of)} as period_of, ${bucketOf(of)} as bucket_no,
                      ${hashOf(of.frozen)} as frozen_hash
                      ${moving ? `, ${hashOf(of.changing)} as changing_hash` : ''}
                 from ${quoted(of.table)}) hashed
        group by 1, 2
     ),
     compared as materialized (
       select period, bucket_no, p.frozen, p.changing,
              p.changing is distinct from s.changing as moved, lost,
              coalesce(octet_length(p.frozen), 0) / ${ROW_HASH_BYTES}
                - coalesce(octet_length(s.frozen), 0) / ${ROW_HASH_BYTES} + lost as added
         from present p
         full join (select period, bucket_no, frozen, changing from row_seal
                     where table_name = :table) s using (period, bucket_no),
              lateral (select case when s.frozen is null or s.frozen = p.frozen then 0
                                   when p.frozen is null
                                   then octet_length(s.frozen) / ${ROW_HASH_BYTES}
                                   else (select count(*) from (${pieces('s.frozen')} except all
                                                               ${pieces('p.frozen')}) gone)
                              end::bigint as lost) counted
        where p.frozen is distinct from s.frozen or p.changing is distinct from s.changing
     )`;
}
