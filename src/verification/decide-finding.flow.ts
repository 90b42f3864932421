import { expectPerson, refusedBy, stamp } from '../intake/register-officer.flow.ts';
import type { Period } from '../kernel/period.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import type { TogetherCode } from './finding-outcome.ts';
import {
  addOutcomeDecision,
  addOutcomeProposal,
  addStep,
  doubtsOf,
  type NewOutcome,
  type NewOutcomeDecision,
  type NewStep,
} from './worklist.sql.ts';

/** The roles that look into a finding, and those that decide about it. */
const PROPOSERS = ['maker', 'account_officer'] as const;
const DECIDERS = ['checker', 'account_officer'] as const;

/** The rules of the database that refuse an outcome, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  another_person_decides: 'proposer-may-not-decide',
  a_no_has_a_reason: 'reason-missing',
  finding_decision_pkey: 'proposal-not-open',
  only_a_doubt_is_accepted: 'block-not-acceptable',
  only_an_account_gives_way_to_cash: 'outcome-not-of-an-account',
  outcome_stands_for_a_year_at_most: 'outcome-too-long',
};

type Said<Row> = Omit<Row, 'by' | 'at'>;

/**
 * Records who looks into an open finding, by when, and what was asked of whom. No money follows from
 * it. Throws Refusal person-not-entitled or finding-not-open.
 */
export async function lookIntoFinding(context: Context, of: Said<NewStep>): Promise<void> {
  const { recipientId, code } = of;
  await expectPerson(context, recipientId, [...PROPOSERS, 'checker']);
  const isOpen = await write(context.db, (tx) => addStep(tx, { ...of, ...stamp(context) }));
  if (!isOpen) throw new Refusal('finding-not-open', { recipientId, code });
}

/**
 * Proposes what becomes of an open finding, for its month or for up to a year: a doubt is accepted, the
 * account gives way to cash, or an earlier decision ends. Returns the number of the proposal; nothing
 * follows until another person confirms it. Throws Refusal person-not-entitled, finding-not-open,
 * block-not-acceptable, outcome-not-of-an-account or outcome-too-long.
 */
export async function proposeOutcome(context: Context, of: Said<NewOutcome>): Promise<number> {
  const { recipientId, code } = of;
  await expectPerson(context, recipientId, PROPOSERS);
  const facts = { recipientId, code };
  const proposed = await refusedBy(REFUSED_BY, facts, () =>
    write(context.db, (tx) => addOutcomeProposal(tx, { ...of, ...stamp(context) })),
  );
  if (proposed === undefined) throw new Refusal('finding-not-open', facts);
  return proposed.proposalNo;
}

/**
 * Decides about a proposal as context.actor. The next batch follows what is confirmed; a batch that
 * pays the line is not signed by whoever proposed or decided. Throws Refusal person-not-entitled,
 * proposal-not-open, also when the two sides are no longer those that were looked at,
 * proposer-may-not-decide or reason-missing.
 */
export async function decideOutcome(context: Context, of: Said<NewOutcomeDecision>): Promise<void> {
  const { recipientId, proposalNo } = of;
  await expectPerson(context, recipientId, DECIDERS);
  const facts = { recipientId, proposalNo };
  const decided = await refusedBy(REFUSED_BY, facts, () =>
    write(context.db, (tx) => addOutcomeDecision(tx, { ...of, ...stamp(context) })),
  );
  if (!decided) throw new Refusal('proposal-not-open', facts);
}

/**
 * Proposes that several doubts of one kind are accepted for their month, each with a proposal of its own: all of
 * them or none. Throws as proposeOutcome does, for the first that is refused.
 */
export async function proposeTogether(
  context: Context,
  {
    which,
    ...of
  }: Pick<NewOutcome, 'period' | 'document' | 'note'> & {
    code: TogetherCode;
    which: readonly Pick<NewOutcome, 'recipientId' | 'subject'>[];
  },
): Promise<void> {
  for (const { recipientId } of which) await expectPerson(context, recipientId, PROPOSERS);
  const said = { ...of, outcome: 'accepted', until: of.period, ...stamp(context) } as const;
  await refusedBy(REFUSED_BY, { code: of.code }, () =>
    write(context.db, async (tx) => {
      for (const one of inOrder(which)) {
        const doubts = await doubtsOf(tx, asked(of, { ...one, proposed: false }));
        const isOpen = doubts.some(({ subject }) => subject === one.subject);
        if (!isOpen || (await addOutcomeProposal(tx, { ...said, ...one })) === undefined) {
          throw new Refusal('finding-not-open', { recipientId: one.recipientId, code: of.code });
        }
      }
    }),
  );
}

/**
 * Decides about several proposals to accept doubts of one kind as context.actor: about all of them or none. Each
 * is held to what decideOutcome holds it to, and throws as that does, for the first that is refused.
 */
export async function decideTogether(
  context: Context,
  {
    which,
    period,
    code,
    ...of
  }: Pick<NewOutcomeDecision, 'decision' | 'reason'> & {
    period: Period;
    code: TogetherCode;
    which: readonly Pick<NewOutcomeDecision, 'recipientId' | 'proposalNo'>[];
  },
): Promise<void> {
  for (const { recipientId } of which) await expectPerson(context, recipientId, DECIDERS);
  const said = { ...of, ...stamp(context) };
  await refusedBy(REFUSED_BY, { code }, () =>
    write(context.db, async (tx) => {
      for (const one of inOrder(which)) {
        const doubts = await doubtsOf(tx, asked({ period, code }, { ...one, proposed: true }));
        const isOfKind = doubts.some(({ proposalNo }) => proposalNo === one.proposalNo);
        if (!isOfKind || !(await addOutcomeDecision(tx, { ...said, ...one }))) {
          throw new Refusal('proposal-not-open', one);
        }
      }
    }),
  );
}

/** The doubts of one kind about one recipient: one a subject. */
function asked(
  { period, code }: { period: Period; code: TogetherCode },
  { recipientId, proposed }: { recipientId: bigint; proposed: boolean },
): Parameters<typeof doubtsOf>[1] {
  return { period, code, recipientId, proposed, communeCode: null, atMost: 10 };
}

/** The turns of recipients are taken in one order, so that two who work at once do not wait for each other. */
function inOrder<One extends { readonly recipientId: bigint }>(which: readonly One[]): One[] {
  return which.toSorted((a, b) => (a.recipientId < b.recipientId ? -1 : 1));
}
