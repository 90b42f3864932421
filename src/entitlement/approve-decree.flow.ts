import { businessDate } from '../platform/clock.ts';
import type { PlainDate } from '../kernel/period.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import { addDecreeApproval, decreeProposed, knownFrom } from './decree.sql.ts';

/** The rules of the database that refuse an approval, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  approver_is_not_proposer: 'approver-is-proposer',
  approver_is_entitled: 'rate-officer-not-entitled',
  decree_approval_approved_by_fkey: 'rate-officer-not-entitled',
  approver_signs_what_was_proposed: 'decree-changed',
  law_is_as_previewed: 'law-changed',
  known_after_what_was_settled: 'law-changed',
  a_draft_is_not_loaded: 'decree-is-draft',
  a_draft_is_never_paid: 'decree-is-draft',
  decree_approval_pkey: 'decree-approved-already',
  a_decree_only_adds: 'decree-rewrites',
  figures_are_not_rewritten: 'decree-rewrites',
};

/**
 * Approves a proposal as context.actor, who is not the one that proposed it: its rows are the law from
 * then on, each from its three dates. sha256 is that of the file which the approver has read. What was
 * assessed before stays as it was; the next run pays the difference. Returns since when the rows are
 * known. Throws Refusal decree-unknown, decree-changed, approver-is-proposer, rate-officer-not-entitled,
 * decree-is-draft, law-changed, decree-approved-already or decree-rewrites.
 */
export async function approveDecree(
  { db, clock, actor }: Context,
  { decreeId, sha256 }: { decreeId: bigint; sha256: string },
): Promise<{ readonly knownSince: PlainDate }> {
  const decree = await decreeProposed(db, decreeId);
  if (decree === undefined) throw new Refusal('decree-unknown', { decree: decreeId });
  const at = clock();
  const knownSince = await knownFrom(db, businessDate(at));
  await write(db, (tx) =>
    addDecreeApproval(tx, {
      decreeId,
      proposedBy: decree.proposedBy,
      sha256,
      approvedBy: actor,
      knownSince,
      at,
    }),
  ).catch((error: unknown) => {
    const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal, { decree: decreeId });
  });
  return { knownSince };
}
