import type { Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Db } from '../platform/db.ts';
import { explain, type Explanation } from './explanation.ts';
import { assessmentLinesOf, assessmentsOf, groundNames, takingsOf } from './explanation.sql.ts';

/**
 * Tells why one recipient gets what they get for a period: one explanation for each assessment, in the
 * order of programmes and numbers. It reads what is stored and nothing else; it writes nothing. Throws
 * Refusal assessment-unknown when there is none, and Error when one of them does not add up.
 */
export async function explainAssessments(
  db: Db,
  of: { readonly recipientId: bigint; readonly period: Period },
): Promise<readonly Explanation[]> {
  const assessments = await assessmentsOf(db, of);
  if (assessments.length === 0) {
    throw new Refusal('assessment-unknown', { recipient: of.recipientId, period: of.period });
  }
  const lines = await assessmentLinesOf(db, of);
  const takings = await takingsOf(db, of);
  const named = await groundNames(db);
  const grounds = new Map(named.map((ground) => [ground.groundCode, ground]));
  return assessments.map((assessment) =>
    explain({
      assessment,
      lines: lines.filter((line) => line.dueReference === assessment.dueReference),
      grounds,
      takings: takings.filter((taking) => taking.dueReference === assessment.dueReference),
    }),
  );
}
