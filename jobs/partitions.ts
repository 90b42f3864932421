import { openPeriods } from '../src/operations/upkeep.flow.ts';
import { addMonths, periodsFrom } from '../src/kernel/period.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** Opens the next months with their partitions, so that no stage waits for them. */
export async function partitions(_office: Office, { context, unit }: Hold): Promise<object> {
  const periods = periodsFrom(unit.period, addMonths(unit.period, 2));
  await openPeriods(context, periods);
  return { periods: periods.length };
}
