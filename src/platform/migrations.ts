import { createReadStream, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Knex } from 'knex';
import { Refusal } from '../kernel/refusal.ts';
import { copyIn } from './copy.ts';
import { connectAsOwner, type Db } from './db.ts';
import { distribute } from './distribution.ts';

const directory = new URL('../../migrations/', import.meta.url);

/** The migrations that a database has had, in their order; none of one without our schema. */
export async function appliedMigrations(owner: Db): Promise<string[]> {
  if (!(await owner.schema.hasTable('schema_migration'))) return [];
  const { rows } = await owner.raw<{ rows: { name: string }[] }>(
    'select name from schema_migration order by name',
  );
  return rows.map(({ name }) => name);
}

/** The migrations of this release, in their order. */
export function migrationNames(): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort();
}

/** Feeds the plain SQL files of migrations/ to knex, which keeps the record. */
const sqlMigrations = (only: ReadonlySet<string> | undefined): Knex.MigrationSource<string> => ({
  getMigrations: () => Promise.resolve(migrationNames().filter((file) => only?.has(file) ?? true)),
  getMigrationName: (file) => file,
  async getMigration(file) {
    const sql = await readFile(new URL(file, directory), 'utf8');
    return {
      // knex reads a bare question mark as a binding, even where there are none.
      up: (knex) => knex.raw(sql.replaceAll('?', '\\?')),
      // A wrong migration is put right by the next one. Undoing DDL on paid money is not a feature.
      down: () => Promise.reject(new Error(`${file}: migrations only go forward`)),
    };
  },
});

/**
 * Reference data beside the migrations: a CSV file each, whose header names the columns; and whether two
 * persons have to approve what is loaded into a table that has rows.
 */
const REFERENCE_DATA = [
  { file: 'provinces.csv', table: 'administrative_unit', byTwo: false },
  { file: 'communes.csv', table: 'administrative_unit', byTwo: false },
  { file: 'provinces-before-2025.csv', table: 'administrative_unit', byTwo: false },
  { file: 'communes-before-2025.csv', table: 'administrative_unit', byTwo: false },
  { file: 'unit-successions.csv', table: 'unit_succession', byTwo: false },
  { file: 'birth-places.csv', table: 'birth_place', byTwo: false },
  { file: 'banks.csv', table: 'bank', byTwo: true },
  { file: 'holidays.csv', table: 'calendar_day', byTwo: true },
  { file: 'rates.csv', table: 'rate', byTwo: true },
  { file: 'grounds.csv', table: 'ground', byTwo: true },
  { file: 'ground-conditions.csv', table: 'ground_condition', byTwo: true },
  { file: 'care-grounds.csv', table: 'care_ground', byTwo: true },
  { file: 'merit-amounts.csv', table: 'merit_amount', byTwo: true },
  { file: 'one-offs.csv', table: 'one_off', byTwo: true },
  { file: 'gifts.csv', table: 'gift', byTwo: true },
  { file: 'pension-uplifts.csv', table: 'pension_uplift', byTwo: true },
] as const;

/** Any number: whoever holds it migrates, and it is let go when they die. */
const MIGRATION_LOCK = 20_260_701;

/**
 * Brings a database to the newest schema, puts the wall between units before every table that says its
 * province (decision 15), places its tables if it is a cluster, and loads reference data.
 * Units and places that are missing are added. A table of which money depends is filled when it is empty
 * and left alone else: what a release says otherwise is proposed as a decree and approved by two persons
 * (docs/decisions). Two at once wait for each other; one that was killed half-way leaves nothing behind.
 * With only, it goes as far as these migrations and no further: as a backup was, before its rows are loaded.
 */
export async function migrate(
  ownerUrl: string,
  { only }: { only?: ReadonlySet<string> } = {},
): Promise<void> {
  const owner = connectAsOwner(ownerUrl);
  try {
    await owner.transaction(async (lock) => {
      await lock.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      await expectPrimary(owner);
      const applied = await appliedMigrations(owner);
      const newer = applied.filter((name) => !migrationNames().includes(name));
      if (newer[0] !== undefined) {
        throw new Refusal('schema-of-a-newer-release', { migration: newer[0] });
      }
      const config = { migrationSource: sqlMigrations(only), tableName: 'schema_migration' };
      // The lock of knex is a row that outlives its holder. Ours is the one that counts.
      if (await owner.schema.hasTable('schema_migration_lock')) {
        await owner.migrate.forceFreeMigrationsLock(config);
      }
      await owner.migrate.latest(config);
      await owner.raw('select wall_off_units()');
      await distribute(owner);
      // What a backup holds of it is loaded by whoever restores.
      if (only === undefined) await loadReferenceData(owner);
    });
  } finally {
    await owner.destroy();
  }
}

/** What is read from a replica may be old, and money is not moved by what was. */
async function expectPrimary(owner: Db): Promise<void> {
  const { rows } = await owner.raw<{ rows: { replica: boolean }[] }>(
    'select pg_is_in_recovery() as replica',
  );
  if (rows[0]?.replica === true) throw new Refusal('database-is-a-replica');
}

async function loadReferenceData(owner: Db): Promise<void> {
  await owner.transaction(async (tx) => {
    const empty = await emptyTables(tx);
    for (const { file, table, byTwo } of REFERENCE_DATA) {
      if (byTwo && !empty.has(table)) continue;
      const path = new URL(`reference/${file}`, directory);
      const header = (await readFile(path, 'utf8')).split('\n', 1)[0] ?? '';
      const columns = header.trim();
      await tx.raw(`create temp table incoming (like ${table} including defaults) on commit drop`);
      await copyIn(tx, `incoming (${columns})`, createReadStream(path), 'csv header');
      await tx.raw(
        `insert into ${table} (${columns}) select ${columns} from incoming on conflict do nothing`,
      );
      await tx.raw('drop table incoming');
    }
  });
}

/** The reference tables without a row. */
async function emptyTables(tx: Knex.Transaction): Promise<ReadonlySet<string>> {
  const tables = [...new Set(REFERENCE_DATA.map(({ table }) => table))];
  const asked = tables.map(
    (table) => `select '${table}' as name where not exists (select from ${table})`,
  );
  const { rows } = await tx.raw<{ rows: { name: string }[] }>(asked.join(' union all '));
  return new Set(rows.map(({ name }) => name));
}
