import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import { periodOf } from '../kernel/period.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import { expectPerson, refusedBy, stamp } from './register-officer.flow.ts';
import { addRecipientKey, endChannel, isRecipient } from './register.sql.ts';
import {
  addChoice,
  addMerge,
  addSamePersonDecision,
  openCase,
  openReportedCase,
  openSamePersonCases,
  ownerOfKey,
  standingOf,
  stopEnrolments,
  type SamePersonCase,
} from './same-person.sql.ts';

/** The rules of the database that refuse it, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  another_confirms_the_choice: 'proposer-may-not-decide',
  same_person_decision_pkey: 'case-not-open',
  case_is_open: 'case-not-open',
  survivor_is_one_of_the_two: 'survivor-not-possible',
};

/** Looks for records that may be one person, and opens a case of each two. Returns how many. */
export async function findSamePersons({ db, clock, actor }: Context): Promise<number> {
  return write(db, (tx) => openSamePersonCases(tx, { by: actor, at: clock() }));
}

const REPORTERS = ['maker', 'account_officer', 'checker'] as const;

/**
 * Links an old identity card number, of 9 digits or 12, to a recipient. When it is another’s, a case is
 * opened and citizen-number-taken thrown. Throws Refusal person-not-entitled or change-faulty.
 */
export async function linkCardNumber(
  context: Context,
  { recipientId, key }: { recipientId: bigint; key: string },
): Promise<void> {
  await expectPerson(context, recipientId, REPORTERS);
  if (!/^(\d{9}|\d{12})$/.test(key))
    throw new Refusal('change-faulty', {
      field: 'số CMND: 9 hoặc 12 chữ số / card number: 9 or 12 digits',
    });
  const kind = 'identity_card_number';
  const owner = await ownerOfKey(context.db, { key, kind });
  if (owner === recipientId) return;
  if (owner === undefined) {
    await write(context.db, (tx) => addRecipientKey(tx, { recipientId, key, kind }));
    return;
  }
  const caseId = await reportSamePerson(context, {
    firstId: owner,
    secondId: recipientId,
    reason: 'card_number',
  });
  throw new Refusal('citizen-number-taken', { recipientId, case: caseId });
}

/**
 * Opens a case that somebody reports, or finds the one there is. Throws Refusal person-not-entitled,
 * recipient-unknown, or nothing-is-changed for one record named twice.
 */
export async function reportSamePerson(
  context: Context,
  of: { firstId: bigint; secondId: bigint; reason: 'reported' | 'card_number' },
): Promise<bigint> {
  const { db, clock } = context;
  const { firstId, secondId } = of;
  if (firstId === secondId) throw new Refusal('nothing-is-changed', { firstId, secondId });
  await expectPerson(context, firstId, REPORTERS);
  if (!(await isRecipient(db, secondId))) {
    throw new Refusal('recipient-unknown', { recipientId: secondId });
  }
  return write(db, (tx) => openReportedCase(tx, { ...of, at: clock() }));
}

/**
 * Chooses as context.actor which record lives on, or that they are two people (null). Throws Refusal
 * case-not-open, person-not-entitled or survivor-not-possible.
 */
export async function chooseSurvivor(
  context: Context,
  of: { caseId: bigint; survivorId: bigint | null; document: string },
): Promise<number> {
  const { caseId } = of;
  const open = await expectOpen(context, caseId);
  await expectPerson(context, open.firstId, ['maker', 'account_officer']);
  return refusedBy(REFUSED_BY, { case: caseId }, () =>
    write(context.db, (tx) => addChoice(tx, { ...of, ...stamp(context) })),
  );
}

/**
 * Confirms the choice of another person and joins the records: the one that is given up is paid no more
 * and entitled to nothing more, and a list that names its number speaks of the survivor. What both were
 * paid stays where it is. Throws Refusal case-not-open, person-not-entitled, proposer-may-not-decide or
 * survivor-not-possible.
 */
export async function confirmSurvivor(
  context: Context,
  { caseId }: { caseId: bigint },
): Promise<void> {
  const open = await expectOpen(context, caseId);
  const { choiceNo } = open;
  if (choiceNo === null) throw new Refusal('case-not-open', { case: caseId });
  await expectPerson(context, open.firstId, ['checker', 'account_officer']);
  await refusedBy(REFUSED_BY, { case: caseId }, () =>
    write(context.db, async (tx) => {
      await addSamePersonDecision(tx, { caseId, choiceNo, ...stamp(context) });
      if (open.survivorId !== null) await join(tx, context, open, open.survivorId);
    }),
  );
}

async function join(
  tx: Tx,
  context: Context,
  open: SamePersonCase,
  survivorId: bigint,
): Promise<void> {
  const recipientId = survivorId === open.firstId ? open.secondId : open.firstId;
  const survivor = await standingOf(tx, survivorId);
  const other = await standingOf(tx, recipientId);
  // One step from a number to who lives on: a chain of them could be walked in two ways.
  if (survivor.isGivenUp || other.isGivenUp || other.hasTakenIn) {
    throw new Refusal('survivor-not-possible', { case: open.caseId });
  }
  const { by, at } = stamp(context);
  const { chosenBy, document, caseId } = open;
  await addMerge(tx, {
    recipientId,
    survivorId,
    caseId,
    document: document ?? '',
    chosenBy: chosenBy ?? '',
    by,
    at,
  });
  await endChannel(tx, { recipientId, on: businessDate(at) });
  const after = periodOf(businessDate(at));
  await stopEnrolments(tx, { recipientId, after, document: document ?? '' });
}

async function expectOpen({ db }: Context, caseId: bigint): Promise<SamePersonCase> {
  const open = await openCase(db, caseId);
  if (open === undefined) throw new Refusal('case-not-open', { case: caseId });
  return open;
}
