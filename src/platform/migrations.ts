import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Knex } from 'knex';
import { copyIn } from './copy.ts';
import { connectAsOwner, type Db } from './db.ts';
import { distribute } from './distribution.ts';

const directory = new URL('../../migrations/', import.meta.url);

/** Feeds the plain SQL files of migrations/ to knex, which keeps the record. */
const sqlMigrations: Knex.MigrationSource<string> = {
  async getMigrations() {
    const files = await readdir(directory);
    return files.filter((file) => file.endsWith('.sql')).sort();
  },
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
};

/** Reference data beside the migrations: a CSV file each, whose header names the columns. */
const REFERENCE_DATA = [
  { file: 'provinces.csv', table: 'administrative_unit' },
  { file: 'communes.csv', table: 'administrative_unit' },
  { file: 'provinces-before-2025.csv', table: 'administrative_unit' },
  { file: 'communes-before-2025.csv', table: 'administrative_unit' },
  { file: 'unit-successions.csv', table: 'unit_succession' },
  { file: 'birth-places.csv', table: 'birth_place' },
  { file: 'banks.csv', table: 'bank' },
  { file: 'holidays.csv', table: 'calendar_day' },
  { file: 'rates.csv', table: 'rate' },
  { file: 'grounds.csv', table: 'ground' },
  { file: 'ground-conditions.csv', table: 'ground_condition' },
  { file: 'care-grounds.csv', table: 'care_ground' },
  { file: 'merit-amounts.csv', table: 'merit_amount' },
  { file: 'one-offs.csv', table: 'one_off' },
  { file: 'gifts.csv', table: 'gift' },
  { file: 'pension-uplifts.csv', table: 'pension_uplift' },
] as const;

/** Any number: whoever holds it migrates, and it is let go when they die. */
const MIGRATION_LOCK = 20_260_701;

/**
 * Brings a database to the newest schema, places its tables if it is a cluster, and loads the
 * reference data that it lacks. Two at once
 * wait for each other; one that was killed half-way leaves nothing behind.
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const owner = connectAsOwner(ownerUrl);
  try {
    await owner.transaction(async (lock) => {
      await lock.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      const config = { migrationSource: sqlMigrations, tableName: 'schema_migration' };
      // The lock of knex is a row that outlives its holder. Ours is the one that counts.
      if (await owner.schema.hasTable('schema_migration_lock')) {
        await owner.migrate.forceFreeMigrationsLock(config);
      }
      await owner.migrate.latest(config);
      await distribute(owner);
      await loadReferenceData(owner);
    });
  } finally {
    await owner.destroy();
  }
}

async function loadReferenceData(owner: Db): Promise<void> {
  await owner.transaction(async (tx) => {
    for (const { file, table } of REFERENCE_DATA) {
      const path = new URL(`reference/${file}`, directory);
      const header = (await readFile(path, 'utf8')).split('\n', 1)[0] ?? '';
      const columns = header.trim();
      await tx.raw(`create temp table incoming (like ${table}) on commit drop`);
      await copyIn(tx, `incoming (${columns})`, createReadStream(path), 'csv header');
      await tx.raw(
        `insert into ${table} (${columns}) select ${columns} from incoming on conflict do nothing`,
      );
      await tx.raw('drop table incoming');
    }
  });
}
