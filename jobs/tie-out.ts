import { countViolations, INVARIANTS } from '../src/audit/invariants.sql.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** What holds of the bank's statements and of our ledger at the end of a day, to the dong. */
const OF_THE_DAY = ['I04', 'I06', 'I07', 'I08', 'I25', 'I31'];

/** Ties the statements of the day to the ledger. What does not tie is told by number and raises an alarm. */
export async function tieOut(_office: Office, { context, signal }: Hold): Promise<object> {
  const broken: Record<string, bigint> = {};
  for (const invariant of INVARIANTS.filter(({ id }) => OF_THE_DAY.includes(id))) {
    signal.throwIfAborted();
    const count = await countViolations(context.db, { invariant, now: context.clock() });
    if (count > 0n) broken[invariant.id] = count;
  }
  return { checked: OF_THE_DAY.length, broken };
}
