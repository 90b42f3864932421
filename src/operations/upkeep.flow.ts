import { openPeriod } from '../audit/period.sql.ts';
import type { Period } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import { forgetUnits } from './timetable.sql.ts';

/** Opens periods with their partitions, a transaction each; those that are open stay as they are. */
export async function openPeriods(
  { db, clock }: Context,
  periods: readonly Period[],
): Promise<void> {
  for (const period of periods) {
    await write(db, (tx) => openPeriod(tx, { period, at: clock() }));
  }
}

/** How long it is kept what became of a unit. The owner's function keeps it as long at the least. */
const YEARS_KEPT = 3;

/** Forgets some units that ended long ago; returns how many. */
export function forgetOldUnits(tx: Tx, of: { at: Date; atMost: number }): Promise<bigint> {
  const before = new Date(of.at);
  before.setUTCFullYear(before.getUTCFullYear() - YEARS_KEPT);
  return forgetUnits(tx, { before, atMost: of.atMost });
}
