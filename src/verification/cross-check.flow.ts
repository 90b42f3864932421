import { recordEvent } from '../audit/audit.sql.ts';
import type { Period } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import {
  closeCrossCheckFindings,
  CROSS_CHECKS,
  keepCrossCheckFindings,
  prepareCrossChecks,
  recordCrossChecks,
  runCrossCheck,
} from './cross-check.sql.ts';
import { closeAnsweredFindings } from './verification.sql.ts';

/**
 * Lets every rule look at all lines of a month, records how many it looked at and what it found, and
 * closes what is no longer so. No batch can be made of a month before. Run again with nothing changed
 * it writes nothing. Returns how many findings came and went.
 */
export async function crossCheck(
  { db, clock, actor }: Context,
  { period }: { period: Period },
): Promise<{ found: bigint; closed: bigint }> {
  const at = clock();
  return write(db, async (tx) => {
    await prepareCrossChecks(tx);
    for (const check of CROSS_CHECKS) await runCrossCheck(tx, { check, period, at });
    const { found } = await keepCrossCheckFindings(tx, { period, at });
    const gone = await closeCrossCheckFindings(tx, { period, at });
    const answered = await closeAnsweredFindings(tx, { period, at });
    const codes = CROSS_CHECKS.map(({ code }) => code);
    const { recorded } = await recordCrossChecks(tx, { period, codes, at });
    const closed = gone.closed + answered.closed;
    if (found + closed + recorded > 0n) {
      await recordEvent(tx, {
        at,
        actor,
        action: 'lines-cross-checked',
        subject: `period/${period}`,
        facts: { rules: codes.length, found: String(found), closed: String(closed) },
      });
    }
    return { found, closed };
  });
}
