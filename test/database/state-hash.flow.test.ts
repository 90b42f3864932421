import { expect } from 'chai';
import { businessTables, tableHash } from '../../src/audit/state.sql.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { many, type Tx } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { plantedAndUndone } from '../support/refused.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';

const MACHINE = ['fence', 'lease_owner', 'lease_until', 'came_from'];

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Another value of a column, whatever stands there. It stays in the partition of its period. */
const OTHER: Readonly<Record<string, (column: string) => string>> = {
  text: (column) => `coalesce(${column}, '') || 'x'`,
  bigint: (column) => `coalesce(${column}, 0) + 1000003`,
  integer: (column) => `coalesce(${column}, 0) + 1000003`,
  smallint: (column) => `coalesce(${column}, 0) + 1009`,
  'numeric(5,2)': (column) => `coalesce(${column}, 0) + 0.01`,
  'numeric(6,3)': (column) => `coalesce(${column}, 0) + 0.001`,
  'numeric(8,3)': (column) => `coalesce(${column}, 0) + 0.001`,
  boolean: (column) => `coalesce(not ${column}, true)`,
  date: (column) => `coalesce(${column}, '2026-11-01'::date) + 1`,
  'timestamp with time zone': (column) =>
    `coalesce(${column}, '2026-11-01'::timestamptz) + interval '1 microsecond'`,
  bytea: (column) => `coalesce(${column}, ''::bytea) || '\\x00'::bytea`,
  jsonb: (column) =>
    `jsonb_build_object('planted', coalesce(${column} ->> 'planted', ${column}::text, '') || 'x')`,
  'text[]': (column) => `coalesce(${column}, '{}') || array['x']`,
};

function otherValue({ name, type }: Column): string {
  const other = OTHER[type];
  if (other === undefined) throw new Error(`no other value of ${type} is known for ${name}`);
  return other(`"${name}"`);
}

/** All columns of a table but those computed from others, and those that say how the machine went about it. */
async function columnsOf(tx: Tx, table: string): Promise<Column[]> {
  const columns = await many<Column>(
    tx,
    `select attname as name, format_type(atttypid, atttypmod) as type
       from pg_attribute
      where attrelid = :table::regclass and attnum > 0 and not attisdropped
        and attgenerated = ''
      order by attnum`,
    { table },
  );
  return columns.filter(({ name }) => !MACHINE.includes(name));
}

/** Takes away what would refuse a planted value: a DBA can do that too. */
async function withoutConstraints(tx: Tx, table: string): Promise<void> {
  await many(tx, 'set local session_replication_role = replica');
  const checks = await many<{ name: string }>(
    tx,
    `select conname as name from pg_constraint
      where conrelid = :table::regclass and contype in ('c', 'x')`,
    { table },
  );
  for (const { name } of checks) await many(tx, `alter table "${table}" drop constraint "${name}"`);
}

/** A row for a table of which this month made no use. */
async function plantRow(tx: Tx, table: string): Promise<void> {
  const columns = await many<Column>(
    tx,
    `select attname as name, format_type(atttypid, atttypmod) as type
       from pg_attribute
      where attrelid = :table::regclass and attnum > 0 and not attisdropped
        and attgenerated = ''
      order by attnum`,
    { table },
  );
  const values = columns.map(({ name, type }) =>
    name === 'period' ? `'${TOWN_PERIOD}'` : (OTHER[type]?.(`null::${type}`) ?? 'null'),
  );
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  await many(tx, `insert into "${table}" (${names}) values (${values.join(', ')})`);
}

/** Changes one value of one row, and says whether there was a row. */
async function edit(tx: Tx, table: string, column: Column): Promise<void> {
  const changed = await many(
    tx,
    `update "${table}" set "${column.name}" = ${otherValue(column)}
      where (tableoid, ctid) = (select tableoid, ctid from "${table}"
                                 order by tableoid, ctid limit 1)
     returning 1`,
  );
  expect(changed, table).to.have.lengthOf(1);
}

describe('the state hash', () => {
  const one = useDatabase();
  const two = useDatabase();
  const walked = { until: 'reconciliation', recipients: 60 } as const;

  before(async () => {
    await walkTown(one(), walked);
    await walkTown(two(), walked);
  });

  it('is one for two databases that were walked apart', async () => {
    const hash = await stateHash(one().db);
    expect(hash).to.match(/^[0-9a-f]{64}$/);
    expect(await stateHash(one().db)).to.equal(hash);
    expect(await stateHash(two().db)).to.equal(hash);
  });

  it('does not tell how the machine went about it', async () => {
    const hash = await stateHash(one().db);
    for (const sql of [
      `set local session_replication_role = replica;
       update file_dispatch set fence = fence + 1, lease_owner = 'other',
              lease_until = lease_until + interval '1 day';
       set local session_replication_role = origin`,
      `insert into audit_event (occurred_at, actor, action, subject, facts)
       values ('2026-11-20', 'job', 'looked', 'month/1', '{}')`,
      `insert into job_run values ('report', 'all', '40', '${TOWN_PERIOD}', 'running', '2026-11-20')`,
    ]) {
      let after = '';
      const refused = await plantedAndUndone(one().owner, async (tx) => {
        await many(tx, sql);
        after = await stateHash(tx);
      });
      expect(refused).to.equal('nothing');
      expect(after).to.equal(hash);
    }
  });

  it('is another after one value was changed in any of the tables', async () => {
    const { db, owner }: TestDatabase = one();
    const hash = await stateHash(db);
    const seen: string[] = [];
    for (const { table, columns: state } of await businessTables(db)) {
      const refused = await plantedAndUndone(owner, async (tx) => {
        await withoutConstraints(tx, table);
        const { rows } = await tableHash(tx, { table, columns: state });
        if (rows === 0n) await plantRow(tx, table);
        const before = rows === 0n ? await stateHash(tx) : hash;
        // A row more is seen, and so is a value in it.
        if (rows === 0n) expect(before, table).not.to.equal(hash);
        const columns = await columnsOf(tx, table);
        await edit(tx, table, columns.at(-1) ?? { name: '', type: '' });
        expect(await stateHash(tx), table).not.to.equal(before);
        seen.push(table);
      });
      expect(refused, table).to.equal('nothing');
    }
    expect(seen).to.have.length.greaterThan(40);
    expect(await stateHash(db)).to.equal(hash);
  });

  it('is made of every table but those of the machine', async () => {
    const all = await many<{ table: string }>(
      one().db,
      `select relname as table from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and not relispartition order by relname`,
    );
    const tables = new Set((await businessTables(one().db)).map(({ table }) => table));
    expect(all.map(({ table }) => table).filter((table) => !tables.has(table))).to.deep.equal([
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
    ]);
  });

  it('is made of every column of every table that is state', async () => {
    const { db, owner }: TestDatabase = one();
    let edited = 0;
    for (const { table, columns: state } of await businessTables(db)) {
      const refused = await plantedAndUndone(owner, async (tx) => {
        await withoutConstraints(tx, table);
        if ((await tableHash(tx, { table, columns: state })).rows === 0n) await plantRow(tx, table);
        let { hash } = await tableHash(tx, { table, columns: state });
        for (const column of await columnsOf(tx, table)) {
          await edit(tx, table, column);
          const after = await tableHash(tx, { table, columns: state });
          expect(after.hash, `${table}.${column.name}`).not.to.equal(hash);
          ({ hash } = after);
          edited += 1;
        }
      });
      expect(refused, table).to.equal('nothing');
    }
    expect(edited).to.be.greaterThan(250);
  });
});
