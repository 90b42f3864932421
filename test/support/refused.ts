import { closePeriod } from '../../src/audit/period.sql.ts';
import type { Period } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { many, violatedConstraint, write, type Db, type Tx } from '../../src/platform/db.ts';

/**
 * What refused a piece of work: the code of a refusal, the name of the rule of the database, or its
 * SQLSTATE. The word "nothing" when it went through.
 */
export async function whatRefused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    const rule = violatedConstraint(error);
    if (rule !== undefined) return rule;
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

/** Does work as the application, and undoes it whether or not it was refused. */
export function triedAndUndone(db: Db, work: (tx: Tx) => Promise<unknown>): Promise<string> {
  return undone((whole) => write(db, whole), work);
}

/** Does work as the owner, who may plant what the application may not, and undoes it. */
export function plantedAndUndone(owner: Db, work: (tx: Tx) => Promise<unknown>): Promise<string> {
  return undone((whole) => owner.transaction(whole), work);
}

const ENOUGH_SEEN = new Error('undone on purpose');

async function undone(
  transaction: (work: (tx: Tx) => Promise<never>) => Promise<unknown>,
  work: (tx: Tx) => Promise<unknown>,
): Promise<string> {
  return whatRefused(
    transaction(async (tx) => {
      await work(tx);
      throw ENOUGH_SEEN;
    }).catch((error: unknown) => {
      if (error !== ENOUGH_SEEN) throw error;
    }),
  );
}

/** Runs one statement of the owner with every trigger and foreign key off: what a bad DBA can do. */
export async function withoutRules(tx: Tx, sql: string): Promise<void> {
  await many(tx, 'set local session_replication_role = replica');
  await many(tx, sql);
  await many(tx, 'set local session_replication_role = origin');
}

/**
 * Closes a period though nobody has prepared it and nothing is finished: only an owner who turns the rules
 * off can.
 */
export async function closedByForce(
  owner: Db,
  { period, at }: { period: Period; at: Date },
): Promise<void> {
  await owner.transaction(async (tx) => {
    await withoutRules(
      tx,
      `insert into period_closing values ('${period}', 'a', 'b', '${at.toISOString()}', 0, 0, 0, 0)`,
    );
    await closePeriod(tx, { period, at });
  });
}

/** Every lease on a file runs out now: its holder has been silent for too long. */
export function leasesEnd(owner: Db): Promise<void> {
  return owner.transaction((tx) =>
    withoutRules(tx, `update file_dispatch set lease_until = now() - interval '1 second'`),
  );
}

/** Returns once so many sessions of this database wait for a lock: they have really met. */
export async function untilWaiting(owner: Db, sessions: number): Promise<void> {
  let waiting = 0;
  while (waiting < sessions) {
    const rows = await many(
      owner,
      `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    waiting = rows.length;
  }
}

/**
 * Begins a transaction of the owner and leaves it open: what it has locked stays locked until
 * commit() or rollback().
 */
export async function holding(owner: Db, sql: string): Promise<Tx> {
  const tx = await owner.transaction();
  await many(tx, sql);
  return tx;
}

/** Something that one part of a test gives and another waits for. */
export function signal(): { given: Promise<void>; give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return {
    given,
    give: () => {
      give();
    },
  };
}
