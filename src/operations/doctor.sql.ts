import { many, one, type Db, type Tx } from '../platform/db.ts';

// What a doctor asks the database of itself, as its owner.

export interface ServerFacts {
  readonly isReplica: boolean;
  /** Settings by which what is committed may be lost, such as fsync = off. */
  readonly careless: readonly string[];
  /** The day that 28 February 2026, 17:00 UTC has in Việt Nam by the zones of the server. */
  readonly dayInVietnam: string;
}

/** What the server is and how it keeps what is committed. */
export function serverFacts(db: Db | Tx): Promise<ServerFacts> {
  return one(
    db,
    `select pg_is_in_recovery() as "isReplica",
            (select coalesce(json_agg(name || ' = ' || setting order by name), '[]')
               from pg_settings
              where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off')
              as careless,
            to_char(timestamptz '2026-02-28T17:00:00Z' at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')
              as "dayInVietnam"`,
  );
}

/** Rules that are not in force: disabled triggers, constraints that are not valid, broken indexes. */
export function sleepingRules(
  db: Db | Tx,
): Promise<{ kind: 'trigger' | 'constraint' | 'index'; name: string }[]> {
  return many(
    db,
    `select 'trigger' as kind, tgrelid::regclass || '.' || tgname as name
       from pg_trigger join pg_class c on c.oid = tgrelid
      where c.relnamespace = 'public'::regnamespace and tgenabled not in ('O', 'A')
      union all
     select 'constraint', conrelid::regclass || '.' || conname
       from pg_constraint
      where connamespace = 'public'::regnamespace and not convalidated
      union all
     select 'index', indexrelid::regclass::text
       from pg_index join pg_class c on c.oid = indrelid
      where c.relnamespace = 'public'::regnamespace and not (indisvalid and indisready)
      order by 1, 2`,
  );
}

/** What a role of the application may do that would undo the proof: own, delete, empty, put rules aside. */
export async function excessRights(db: Db | Tx): Promise<string[]> {
  const rows = await many<{ right: string }>(
    db,
    `with ours as (
       select oid, rolname, rolsuper, rolbypassrls from pg_roles
        where rolname in ('an_sinh_app', 'an_sinh_web')
     )
     select rolname || ': ' || relname as right
       from ours cross join pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (has_table_privilege(ours.oid, c.oid, 'delete')
             or has_table_privilege(ours.oid, c.oid, 'truncate')
             or has_table_privilege(ours.oid, c.oid, 'trigger')
             or pg_has_role(ours.oid, c.relowner, 'member'))
      union all
     select rolname || ': superuser' from ours where rolsuper or rolbypassrls
      order by 1`,
  );
  return rows.map(({ right }) => right);
}

/** Whether an epoch holds sending back: the database was restored. */
export async function epochIsHeld(db: Db | Tx): Promise<boolean> {
  const row = await one<{ held: boolean }>(
    db,
    `select exists (select from epoch where cause <> 'installed' and released_at is null) as held`,
  );
  return row.held;
}
