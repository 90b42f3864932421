// A backup of our own, by COPY: the embedded server brings no backup tool, and one that every installation
// has can be tested in every installation. It is one picture of the database, a file a table, and a manifest
// that is written last: a folder without one is no backup. A managed server is backed up by its own tools as
// well (docs/guide/operator.md); what makes a restore safe is the same for both (I37).
//
// It is restored into an empty database: the schema by the migrations it had, the rows by COPY, and then
// every foreign key is put up again and so checked. In the same transaction an epoch begins, in which
// nothing is sent.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { Refusal } from '../kernel/refusal.ts';
import { copyIn, copyOutRows } from './copy.ts';
import { connectAsOwner, type Db, type Tx } from './db.ts';
import { migrate, migrationNames } from './migrations.ts';

interface TableBackup {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: string;
  /** SHA-256 in hex of the rows as COPY text. */
  readonly sha256: string;
  /** Of the rows whatever their order: a restored table has the same. */
  readonly fingerprint: string;
}

interface Manifest {
  readonly format: number;
  readonly takenAt: string;
  readonly migrations: readonly string[];
  readonly periods: readonly string[];
  readonly tables: readonly TableBackup[];
  readonly sequences: readonly { readonly name: string; readonly last: string }[];
}

/** What a backup or a restore came to. */
export interface BackupSummary {
  readonly takenAt: Date;
  readonly tables: number;
  readonly rows: bigint;
}

const MANIFEST = 'manifest.json';
const FORMAT = 1;
/** The record of the migrations is made anew by running them. */
const NOT_COPIED = ['schema_migration', 'schema_migration_lock'];

/** Writes one picture of the database into a new folder, which only we may read: it holds people. */
export async function backUp(ownerUrl: string, folder: string, at: Date): Promise<BackupSummary> {
  await mkdir(folder, { recursive: false, mode: 0o700 });
  const owner = connectAsOwner(ownerUrl);
  try {
    const manifest = await owner.transaction(async (tx) => {
      // Rows that a policy would hide are an error and not missing.
      await tx.raw(
        'set transaction isolation level repeatable read, read only; set local row_security = off',
      );
      const tables: TableBackup[] = [];
      for (const of of await tablesOf(tx)) tables.push(await writeTable(tx, of, folder));
      return {
        format: FORMAT,
        takenAt: at.toISOString(),
        migrations: await migrationsIn(tx),
        periods: await periodsIn(tx),
        tables,
        sequences: await rowsOf<{ name: string; last: string }>(
          tx,
          `select sequencename as name, last_value::text as last from pg_sequences
            where schemaname = 'public' and last_value is not null
              and sequencename not like 'schema_migration%' order by 1`,
        ),
      };
    });
    await writeLast(folder, manifest);
    return summaryOf(manifest);
  } finally {
    await owner.destroy();
  }
}

/**
 * Restores a backup into an empty database and begins an epoch in it. Throws Refusal 'backup-damaged' before
 * anything is written, 'database-not-empty', or 'backup-of-a-newer-release'. Of a restore that is killed
 * only the empty schema is left, and the database is dropped and made again.
 */
export async function restoreInto(
  ownerUrl: string,
  folder: string,
  { at, by }: { at: Date; by: string },
): Promise<BackupSummary> {
  const manifest = await readManifest(folder);
  for (const table of manifest.tables) await checkTable(folder, table);
  const unknown = manifest.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Refusal('backup-of-a-newer-release', { migration: unknown[0] ?? '' });
  const owner = connectAsOwner(ownerUrl);
  try {
    await expectEmpty(owner);
    await migrate(ownerUrl, { only: new Set(manifest.migrations) });
    await owner.transaction((tx) => load(tx, folder, { manifest, at, by }));
  } finally {
    await owner.destroy();
  }
  // To the schema of this release, when the backup was made by an older one.
  await migrate(ownerUrl);
  return summaryOf(manifest);
}

const known: ReadonlySet<string> = new Set(migrationNames());

async function load(
  tx: Tx,
  folder: string,
  { manifest, at, by }: { manifest: Manifest; at: Date; by: string },
): Promise<void> {
  await tx.raw(`set local maintenance_work_mem = '512MB'; set local row_security = off`);
  for (const period of manifest.periods) {
    await tx.raw('select open_period(?, ?)', [period, at.toISOString()]);
  }
  const names = manifest.tables.map(({ table }) => quoted(table));
  const keys = await foreignKeys(tx);
  for (const { table, name } of keys) await tx.raw(`alter table ${table} drop constraint ${name}`);
  for (const name of names) await tx.raw(`alter table ${name} disable trigger user`);
  await tx.raw(`truncate ${names.join(', ')}`);
  for (const { table, columns } of manifest.tables) {
    const target = `${quoted(table)} (${columns.map(quoted).join(', ')})`;
    await copyIn(tx, target, readRows(folder, table));
  }
  for (const table of manifest.tables) await expectSame(tx, table);
  for (const { name, last } of manifest.sequences) {
    await tx.raw('select setval(?::regclass, ?::bigint, true)', [quoted(name), last]);
  }
  for (const { table, name, definition } of keys) {
    await tx.raw(`alter table ${table} add constraint ${name} ${definition}`);
  }
  for (const name of names) await tx.raw(`alter table ${name} enable trigger user`);
  await beginRestored(tx, { knownUntil: manifest.takenAt, at, by });
  await tx.raw('analyze');
}

/** In the transaction that loads: no restored database is ever without it. */
async function beginRestored(
  tx: Tx,
  { knownUntil, at, by }: { knownUntil: string; at: Date; by: string },
): Promise<void> {
  await rowsOf(
    tx,
    `with begun as (
       insert into epoch (epoch_no, cause, begun_at, known_until)
       select max(epoch_no) + 1, 'restored', :at, :knownUntil from epoch returning epoch_no
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'epoch-begun', 'epoch/' || epoch_no,
            jsonb_build_object('cause', 'restored', 'known_until', :knownUntil::text)
       from begun`,
    { at: at.toISOString(), knownUntil, by },
  );
}

// ---- the database

/** Every table, a partitioned one under its own name, with the columns that are not computed. */
function tablesOf(tx: Tx): Promise<{ table: string; columns: string[] }[]> {
  return rowsOf(
    tx,
    `select c.relname as table, json_agg(a.attname order by a.attnum) as columns
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                          and a.attgenerated = ''
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition and c.relname <> all (:notCopied::text[])
      group by c.relname order by c.relname`,
    { notCopied: NOT_COPIED },
  );
}

async function fingerprintOf(
  tx: Tx,
  { table, columns }: { table: string; columns: readonly string[] },
): Promise<{ rows: string; fingerprint: string }> {
  const [row] = await rowsOf<{ rows: string; fingerprint: string }>(
    tx,
    `select count(*)::text as rows,
            coalesce(sum(hashtextextended(row(${columns.map(quoted).join(', ')})::text, 0)), 0)::text
              as fingerprint
       from ${quoted(table)}`,
  );
  if (row === undefined) throw new Error(`${table}: a count has a row`);
  return row;
}

async function expectSame(tx: Tx, of: TableBackup): Promise<void> {
  const { rows, fingerprint } = await fingerprintOf(tx, of);
  if (rows === of.rows && fingerprint === of.fingerprint) return;
  throw new Refusal('backup-damaged', { table: of.table, rows, expected: of.rows });
}

function foreignKeys(tx: Tx): Promise<{ table: string; name: string; definition: string }[]> {
  return rowsOf(
    tx,
    `select conrelid::regclass::text as table, quote_ident(conname) as name,
            pg_get_constraintdef(oid) as definition
       from pg_constraint
      where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace
      order by 1, 2`,
  );
}

async function migrationsIn(tx: Tx): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    tx,
    'select name from schema_migration order by name',
  );
  return rows.map(({ name }) => name);
}

async function periodsIn(tx: Tx): Promise<string[]> {
  const rows = await rowsOf<{ period: string }>(
    tx,
    'select period from period_state order by period',
  );
  return rows.map(({ period }) => period);
}

async function expectEmpty(owner: Db): Promise<void> {
  const [row] = await rowsOf<{ table: string }>(
    owner,
    `select relname as table from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1 limit 1`,
  );
  if (row !== undefined) throw new Refusal('database-not-empty', { table: row.table });
}

async function rowsOf<Row>(
  db: Db | Tx,
  sql: string,
  bindings: Readonly<Record<string, string | readonly string[]>> = {},
): Promise<Row[]> {
  return (await db.raw<{ rows: Row[] }>(sql, bindings)).rows;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

// ---- the folder

async function writeTable(
  tx: Tx,
  of: { table: string; columns: readonly string[] },
  folder: string,
): Promise<TableBackup> {
  const hash = createHash('sha256');
  const columns = of.columns.map(quoted).join(', ');
  await pipeline(
    copyOutRows(tx, `select ${columns} from ${quoted(of.table)}`),
    hashing(hash),
    createGzip({ level: constants.Z_BEST_SPEED }),
    createWriteStream(pathOf(folder, of.table), { mode: 0o600, flush: true }),
  );
  return { ...of, ...(await fingerprintOf(tx, of)), sha256: hash.digest('hex') };
}

function readRows(folder: string, table: string): AsyncIterable<Buffer> {
  const rows = createGunzip();
  createReadStream(pathOf(folder, table))
    .on('error', (error) => rows.destroy(error))
    .pipe(rows);
  return rows;
}

async function checkTable(folder: string, { table, sha256 }: TableBackup): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const bytes of readRows(folder, table)) hash.update(bytes);
  } catch {
    throw new Refusal('backup-damaged', { table });
  }
  if (hash.digest('hex') !== sha256) throw new Refusal('backup-damaged', { table });
}

async function writeLast(folder: string, manifest: Manifest): Promise<void> {
  const unfinished = join(folder, `${MANIFEST}.new`);
  const file = await open(unfinished, 'wx', 0o600);
  await file.writeFile(`${JSON.stringify(manifest, null, 1)}\n`);
  await file.sync();
  await file.close();
  await rename(unfinished, join(folder, MANIFEST));
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest;
    // Checked here because it is read before anything of it is believed.
    if (manifest.format === FORMAT && /^\d{4}-/.test(manifest.takenAt)) return manifest;
  } catch {
    // Told below: whatever is wrong with it, another backup is needed.
  }
  throw new Refusal('backup-damaged', { file: MANIFEST });
}

function pathOf(folder: string, table: string): string {
  return join(folder, `${table}.copy.gz`);
}

function hashing(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      hash.update(bytes);
      done(null, bytes);
    },
  });
}

function summaryOf({ takenAt, tables }: Manifest): BackupSummary {
  return {
    takenAt: new Date(takenAt),
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + BigInt(rows), 0n),
  };
}
