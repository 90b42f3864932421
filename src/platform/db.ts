import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Period } from '../kernel/period.ts';

/** Reads. Its sessions are read-only, so a write that slips past the types is still refused. */
export type Db = Knex;
/** Reads and writes. Only a flow gets one, from write(). */
export type Tx = Knex.Transaction;

// The driver would turn a date into local midnight and a bigint into a string. We keep dates as
// the text they are and amounts as the integers they are.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text));

/** The role that owns nothing: what it may do is written in the migrations. */
const APPLICATION_ROLE = 'an_sinh_app';

/**
 * Connects as the application, whoever logs in: the session takes the role that may insert and
 * select, and is read-only until write() says otherwise. Room for a list that is being judged has
 * to be asked for here: it cannot be had once a session has used a temporary table.
 */
export function connect(url: string): Db {
  return pool(
    url,
    `-c role=${APPLICATION_ROLE} -c default_transaction_read_only=on -c temp_buffers=64MB`,
    10,
  );
}

/** Connects as the owner, to migrate. Nothing else uses it. */
export function connectAsOwner(url: string): Db {
  return pool(url, '', 3);
}

/** What goes wrong is thrown, and told by who catches it; the driver would print it as well, in its own words. */
const quiet = (): void => undefined;
const QUIET = { error: quiet, warn: quiet, deprecate: quiet, debug: quiet };

function pool(url: string, options: string, max: number): Db {
  return knex({
    client: 'pg',
    connection: { connectionString: url, options, application_name: 'an-sinh' },
    pool: { min: 0, max },
    log: QUIET,
  });
}

/** Creates a database unless it is there. The name is one of ours. */
export async function createDatabase(owner: Db, name: string): Promise<void> {
  const known = await owner.raw<{ rows: unknown[] }>('select from pg_database where datname = ?', [
    name,
  ]);
  if (known.rows.length === 0) await owner.raw(`create database ${name}`);
}

/** How much memory a statement over a whole month may take to hash and sort before it spills. */
export const BULK_SETTINGS = `set local work_mem = '256MB'; set local maintenance_work_mem = '512MB'`;

/** Asked in every transaction: throwing undoes it. */
type Guard = (tx: Tx) => Promise<void>;
const guards = new WeakMap<object, Guard>();

/**
 * The same database, whose every write() ends by asking a guard, in the same transaction and as its last
 * statement. Whoever holds a lease writes through this: what it writes after it lost the lease is undone,
 * whichever flow wrote it.
 */
export function guarded(db: Db, guard: Guard): Db {
  const same = new Proxy(db, {});
  guards.set(same, guard);
  return same;
}

/**
 * Runs work as one transaction that may write: all of it happens, or none of it.
 *
 * The last statement is there because the driver reports success when an error was caught inside
 * work: PostgreSQL then answers COMMIT with ROLLBACK and no error. In an aborted transaction it
 * fails, and so does write().
 */
export async function write<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return db.transaction(async (tx) => {
    await tx.raw(`set transaction read write; ${BULK_SETTINGS}`);
    const result = await work(tx);
    await (guards.get(db)?.(tx) ?? tx.raw('select 1'));
    return result;
  });
}

/**
 * Runs work on one picture of the database: every statement sees what had been committed when the
 * first began, however long the work takes.
 */
export async function snapshot<Result>(
  db: Db,
  work: (picture: Db | Tx) => Promise<Result>,
): Promise<Result> {
  return db.transaction(async (tx) => {
    await tx.raw(`set transaction isolation level repeatable read, read only; ${BULK_SETTINGS}`);
    return work(tx);
  });
}

/** The role as which pages are read: it may read, and sees the rows of the units it is told. */
const PAGE_ROLE = 'an_sinh_web';

/**
 * Runs work on one picture of the database that shows of each table with units only the rows of these
 * units; VN is all of them, and none shows none. It reads and cannot write, whatever work calls.
 */
export async function pictureOfUnits<Result>(
  db: Db,
  units: readonly string[],
  work: (picture: Db) => Promise<Result>,
): Promise<Result> {
  if (!units.every((unit) => /^[A-Z0-9]{1,10}$/.test(unit)))
    throw new Error('not a code of a unit');
  return db.transaction(async (tx) => {
    // A literal, and not set_config(): the workers of a cluster are told of nothing else.
    await tx.raw(
      `set transaction isolation level repeatable read, read only;
       set local role ${PAGE_ROLE}; set local an_sinh.scope = '${units.join(',')}'`,
    );
    return work(tx);
  });
}

type Binding = string | number | bigint | boolean | Buffer | Date | null | readonly string[];
export type Bindings = Readonly<Record<string, Binding>>;

/** The rows of a statement with named bindings. */
export async function many<Row>(db: Db | Tx, sql: string, bindings: Bindings = {}): Promise<Row[]> {
  // knex reads a bare question mark as a binding, even beside named ones.
  const text = sql.replaceAll('?', '\\?');
  const result = await db.raw<{ rows: Row[] }>(text, bindings as Record<string, Knex.Value>);
  return result.rows;
}

/** Exactly one row, or it is a bug in the statement. */
export async function one<Row>(db: Db | Tx, sql: string, bindings: Bindings = {}): Promise<Row> {
  const row = await maybeOne<Row>(db, sql, bindings);
  if (row === undefined) throw new Error(`expected one row from: ${sql}`);
  return row;
}

/**
 * Waits until nobody else has the turn of this name, and keeps others waiting until the transaction ends.
 * Whoever numbers a row after the last one takes the turn of what is numbered first: two that press at one
 * moment would otherwise take the same number, and one of them would be refused by the key.
 */
export async function takeTurn(tx: Tx, of: string): Promise<void> {
  await many(tx, 'select pg_advisory_xact_lock(hashtext(:of))', { of });
}

/** One row or none; more is a bug in the statement. */
export async function maybeOne<Row>(
  db: Db | Tx,
  sql: string,
  bindings: Bindings = {},
): Promise<Row | undefined> {
  const [row, ...rest] = await many<Row>(db, sql, bindings);
  if (rest.length > 0) throw new Error(`expected at most one row from: ${sql}`);
  return row;
}

/**
 * The name of the constraint that refused a statement, or undefined for any other error. On a
 * cluster the name stands in the message with a shard number behind it.
 */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { constraint } = error as Error & { constraint?: string };
  return constraint ?? /constraint "(.+?)(_\d{5,})?"/.exec(error.message)?.[1];
}

/** Whether a statement was refused because it names a person whom there is not. */
export function namesNobody(error: unknown): boolean {
  const { code, detail } = error as { code?: string; detail?: string };
  return (
    code === FOREIGN_KEY_VIOLATION && detail?.endsWith('not present in table "person".') === true
  );
}

const FOREIGN_KEY_VIOLATION = '23503';

/**
 * The partition of a table that holds one period, to insert many rows of that period alone: each is
 * then written without being sent on its way first. PostgreSQL refuses a row of any other period.
 */
export function partition(table: string, of: Period): string {
  return `${table}_${of.replace('-', '_')}`;
}
