import { many, one, type Db, type Tx } from '../platform/db.ts';

/**
 * What is not the state of the business: how the machine went about it. A lease, a fence, a run,
 * the log of events and its seals, and who was signed in differ between a run that went through and one that was killed and resumed; what
 * came of them does not.
 */
const NOT_BUSINESS: readonly string[] = [
  'alarm',
  'alarm_delivery',
  'audit_event',
  'audit_head',
  'code_use',
  'credential',
  'epoch',
  'epoch_file',
  'installation',
  'job_pause',
  'job_run',
  'job_unit',
  'row_seal',
  'schema_migration',
  'schema_migration_lock',
  'sealed_table',
  'session',
  'signed_head',
  'timetable_sweep',
  'try_count',
];
const NOT_STATE: readonly string[] = ['fence', 'lease_owner', 'lease_until', 'came_from'];

/** A report is drawn from the state and is not part of it: it names the head of the event log. */
const ONLY_STATE: Readonly<Record<string, string>> = { file: `kind <> 'report'` };

/** Every business table, a partitioned one under its own name, with the columns that are state. */
export function businessTables(db: Db | Tx): Promise<{ table: string; columns: string[] }[]> {
  return many(
    db,
    `select c.relname as table,
            json_agg(a.attname order by a.attnum)
              filter (where a.attname <> all (:notState::text[])) as columns
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> all (:notBusiness::text[])
      group by c.relname order by c.relname`,
    { notState: NOT_STATE as string[], notBusiness: NOT_BUSINESS as string[] },
  );
}

/** The hash of one table: of its rows as text, whatever order they lie in. */
export async function tableHash(
  db: Db | Tx,
  { table, columns }: { table: string; columns: readonly string[] },
): Promise<{ rows: bigint; hash: string }> {
  const row = columns.map((column) => `"${column}"`).join(', ');
  return one(
    db,
    `select count(*) as rows,
            encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' order by line), ''), 'UTF8')),
                   'hex') as hash
       from (select encode(sha256(convert_to(row(${row})::text, 'UTF8')), 'hex') as line
               from "${table}" where ${ONLY_STATE[table] ?? 'true'}) lines`,
  );
}

/** A short name of the installation, for folders that belong to it alone. */
export async function installationName(db: Db | Tx): Promise<string> {
  const row = await one<{ name: string }>(
    db,
    'select left(installation_id::text, 8) as name from installation',
  );
  return row.name;
}
