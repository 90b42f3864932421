import { countViolations, INVARIANTS } from '../src/audit/invariants.sql.ts';
import { untiedOpenParts } from '../src/reconciliation/closing.sql.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** What holds of the bank's statements and of our ledger at the end of a day, to the dong. */
const OF_THE_DAY = ['I04', 'I06', 'I07', 'I25', 'I31'];
/** The account tied, of which a closed month is passed over here; `audit verify` looks at all of them. */
const OF_THE_ACCOUNT = 'I08';

/** Ties the statements of the day to the ledger. What does not tie is told by number and raises an alarm. */
export async function tieOut(_office: Office, { context, signal }: Hold): Promise<object> {
  const broken: Record<string, bigint> = {};
  for (const invariant of INVARIANTS.filter(({ id }) => OF_THE_DAY.includes(id))) {
    signal.throwIfAborted();
    const count = await countViolations(context.db, { invariant, now: context.clock() });
    if (count > 0n) broken[invariant.id] = count;
  }
  signal.throwIfAborted();
  const untied = await untiedOpenParts(context.db);
  if (untied > 0n) broken[OF_THE_ACCOUNT] = untied;
  return { checked: OF_THE_DAY.length + 1, broken };
}
