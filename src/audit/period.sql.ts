import type { Period } from '../kernel/period.ts';
import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';

/** Opens a period with its partitions, unless it is open already. */
export async function openPeriod(tx: Tx, of: { period: Period; at: Date }): Promise<void> {
  await many(tx, 'select open_period(:period, :at)', { ...of, at: of.at.toISOString() });
}

/** Counts what has just been written to some tables, and to their partitions of the period. */
export async function takeStatistics(
  tx: Tx,
  of: { tables: readonly string[]; period: Period },
): Promise<void> {
  await many(tx, 'select take_statistics(:tables, :period)', of);
}

/** Closes a period: its ledger takes nothing any more. */
export async function closePeriod(tx: Tx, of: { period: Period; at: Date }): Promise<void> {
  await many(tx, 'select close_period(:period, :at)', { ...of, at: of.at.toISOString() });
}

/** Whether a period is open, closed, or not there yet. */
export async function periodState(
  db: Db | Tx,
  of: { period: Period },
): Promise<'none' | 'open' | 'closed'> {
  const row = await maybeOne<{ closed: boolean }>(
    db,
    'select closed_at is not null as closed from period_state where period = :period',
    of,
  );
  if (row === undefined) return 'none';
  return row.closed ? 'closed' : 'open';
}
