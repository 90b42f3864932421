import type { Period } from '../kernel/period.ts';
import { many, type Tx } from '../platform/db.ts';

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
