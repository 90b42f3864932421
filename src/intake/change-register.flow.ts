import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import { both } from '../kernel/text.ts';
import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write, type Tx } from '../platform/db.ts';
import {
  channelFault,
  FIELD_NAMES,
  identityFault,
  isOtherAccount,
  payeeFault,
  type ChannelValue,
  type FaultyField,
  type Identity,
  type PayeeValue,
} from './register-change.ts';
import { expectPerson, refusedBy, stamp } from './register-officer.flow.ts';
import {
  addChange,
  addChannelOfChange,
  addConsent,
  addDecision,
  addNotice,
  addPayeeOfChange,
  addProposal,
  addRecipientKey,
  applyIdentityChange,
  applySharing,
  carryToPayee,
  endChannel,
  endCitizenNumber,
  hasDied,
  isBank,
  proposalOf,
  registeredDeath,
  registeredChannel,
  registeredIdentity,
  registeredPayee,
  registeredSharing,
  takeBackDeath,
  type Proposal,
} from './register.sql.ts';

/** The roles that prepare changes of the register, and those that decide on them. */
const PROPOSERS = ['maker', 'account_officer'] as const;
const DECIDERS = ['checker', 'account_officer'] as const;

/** The rules of the database that refuse a change, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  another_person_decides: 'proposer-may-not-decide',
  consent_is_heard_by_another: 'proposer-may-not-decide',
  register_decision_pkey: 'proposal-not-open',
  something_is_changed: 'nothing-is-changed',
  recipient_key_pkey: 'citizen-number-taken',
  one_sharing_an_account: 'register-has-moved',
};

/**
 * Proposes another identity for a recipient: the values given, the rest as they are. Returns the number
 * of the proposal; nothing is changed until another person confirms it. Throws Refusal
 * recipient-unknown, person-not-entitled, change-faulty or nothing-is-changed.
 */
export async function proposeIdentity(
  context: Context,
  of: { recipientId: bigint; document: string; changes: Partial<Identity> },
): Promise<number> {
  const { recipientId, document } = of;
  await expectPerson(context, recipientId, PROPOSERS);
  const oldValue = await registeredIdentity(context.db, recipientId);
  if (oldValue === undefined) throw new Refusal('recipient-unknown', { recipientId });
  const newValue = { ...oldValue, ...of.changes };
  const fault = identityFault(newValue);
  if (fault !== undefined) throw faulty(recipientId, fault);
  return refusedBy(REFUSED_BY, { recipientId }, () =>
    write(context.db, (tx) =>
      addProposal(tx, {
        recipientId,
        subject: 'identity',
        oldValue,
        newValue,
        document,
        ...stamp(context),
      }),
    ),
  );
}

/**
 * Proposes another account, or cash. Whoever asks for it names the account that is paid to now: who
 * does not know it is not the recipient, or speaks of somebody else. Throws Refusal recipient-unknown,
 * person-not-entitled, old-account-differs, change-faulty or nothing-is-changed.
 */
export async function proposeChannel(
  context: Context,
  of: { recipientId: bigint; document: string; oldAccount: string; channel: ChannelValue },
): Promise<number> {
  const { recipientId, document, oldAccount, channel } = of;
  await expectPerson(context, recipientId, PROPOSERS);
  const oldValue = await registeredChannel(context.db, recipientId);
  if (oldValue === undefined) throw new Refusal('recipient-unknown', { recipientId });
  if (oldValue.accountNumber !== oldAccount) {
    throw new Refusal('old-account-differs', { recipientId });
  }
  const fault = channelFault(channel);
  if (fault !== undefined) throw faulty(recipientId, fault);
  await expectBank(context, recipientId, channel);
  return refusedBy(REFUSED_BY, { recipientId }, () =>
    write(context.db, (tx) =>
      addProposal(tx, {
        recipientId,
        subject: 'channel',
        oldValue,
        newValue: channel,
        document,
        ...stamp(context),
      }),
    ),
  );
}

function faulty(recipientId: bigint, field: FaultyField): Refusal {
  return new Refusal('change-faulty', { recipientId, field: both(FIELD_NAMES[field]) });
}

/** Six digits that are no bank's would hold every payment from now on. */
async function expectBank(
  { db }: Context,
  recipientId: bigint,
  { kind, bankBin }: ChannelValue,
): Promise<void> {
  if (kind === 'account' && !(await isBank(db, bankBin))) throw faulty(recipientId, 'bankBin');
}

/** Who is to collect: the recipient, or somebody whom a document names. */
export type NewPayee =
  | { readonly relation: 'self' }
  | Pick<PayeeValue, 'relation' | 'payeeName' | 'payeeNumber' | 'authority'>;

/**
 * Proposes another payee, and where they are paid: a guardian, somebody authorised, or the recipient
 * again. Like another account it names the one that is paid to now, waits, and is told. Throws Refusal
 * recipient-unknown, person-not-entitled, old-account-differs, payee-has-died, change-faulty or
 * nothing-is-changed.
 */
export async function proposePayee(
  context: Context,
  of: {
    recipientId: bigint;
    document: string;
    oldAccount: string;
    payee: NewPayee;
    channel: ChannelValue;
  },
): Promise<number> {
  const { recipientId, document, oldAccount, channel } = of;
  await expectPerson(context, recipientId, PROPOSERS);
  const identity = await registeredIdentity(context.db, recipientId);
  const oldValue = await registeredPayee(context.db, recipientId);
  if (identity === undefined || oldValue === undefined) {
    throw new Refusal('recipient-unknown', { recipientId });
  }
  if (oldValue.accountNumber !== oldAccount) {
    throw new Refusal('old-account-differs', { recipientId });
  }
  const newValue = { ...whoCollects(of.payee, identity), ...channel };
  const { citizenNumber } = identity;
  const year = Number(businessDate(context.clock()).slice(0, 4));
  const fault = payeeFault(newValue, { citizenNumber, year });
  if (fault !== undefined) throw faulty(recipientId, fault);
  await expectBank(context, recipientId, channel);
  if (await hasDied(context.db, { citizenNumber: newValue.payeeNumber })) {
    throw new Refusal('payee-has-died', { recipientId });
  }
  const proposal = { recipientId, subject: 'payee', oldValue, newValue, document } as const;
  return refusedBy(REFUSED_BY, { recipientId }, () =>
    write(context.db, (tx) => addProposal(tx, { ...proposal, ...stamp(context) })),
  );
}

function whoCollects(
  payee: NewPayee,
  { fullName, citizenNumber }: Identity,
): Omit<PayeeValue, keyof ChannelValue> {
  if ('payeeName' in payee) return payee;
  return { ...payee, payeeName: fullName, payeeNumber: citizenNumber, authority: '' };
}

/**
 * Proposes that somebody whom a register said to have died is alive, by the document that shows it. Once it
 * is confirmed the death counts nowhere, the months that were missed come with the next assessment, and the
 * same death told again is not believed. Throws Refusal recipient-unknown, person-not-entitled or
 * nothing-is-changed, where no death is on record.
 */
export async function proposeAlive(
  context: Context,
  of: { recipientId: bigint; document: string },
): Promise<number> {
  const { recipientId, document } = of;
  await expectPerson(context, recipientId, PROPOSERS);
  const diedOn = await registeredDeath(context.db, recipientId);
  if (diedOn === undefined) throw new Refusal('nothing-is-changed', { recipientId });
  const values = { oldValue: { diedOn }, newValue: { diedOn: null } };
  return write(context.db, (tx) =>
    addProposal(tx, { recipientId, subject: 'death', ...values, document, ...stamp(context) }),
  );
}

/**
 * Proposes that the account somebody is paid to receives for others as well, and for whom (a household, a home), or
 * with an empty sharedFor that it no longer does. Until another person confirms it, two payees at one account are
 * found (ACCOUNT_OF_MANY) and neither signed nor released (I18). Throws Refusal recipient-unknown,
 * person-not-entitled, or nothing-is-changed, where they are paid in cash or it is so already.
 */
export async function proposeSharing(
  context: Context,
  of: { recipientId: bigint; document: string; sharedFor: string },
): Promise<number> {
  const { recipientId, document } = of;
  await expectPerson(context, recipientId, PROPOSERS);
  const oldValue = await registeredSharing(context.db, recipientId);
  if (oldValue === undefined) throw new Refusal('nothing-is-changed', { recipientId });
  const newValue = { ...oldValue, sharedFor: of.sharedFor.trim() };
  return refusedBy(REFUSED_BY, { recipientId }, () =>
    write(context.db, (tx) =>
      addProposal(tx, {
        recipientId,
        subject: 'sharing',
        oldValue,
        newValue,
        document,
        ...stamp(context),
      }),
    ),
  );
}

export interface Decision {
  readonly recipientId: bigint;
  readonly proposalNo: number;
  readonly decision: 'confirmed' | 'declined';
  /** Why not; may be empty when it is confirmed. */
  readonly reason: string;
}

/**
 * Decides on a proposal as context.actor, and carries it out when it is confirmed, in one transaction.
 * Throws Refusal person-not-entitled, proposal-not-open, proposer-may-not-decide, register-has-moved or
 * citizen-number-taken.
 */
export async function decideChange(context: Context, of: Decision): Promise<void> {
  const { recipientId, proposalNo } = of;
  const proposal = await proposalOf(context.db, { recipientId, proposalNo });
  if (proposal?.proposedBy === context.actor) {
    throw new Refusal('proposer-may-not-decide', { recipientId });
  }
  await expectPerson(context, recipientId, DECIDERS);
  if (proposal === undefined || proposal.isDecided) {
    throw new Refusal('proposal-not-open', { recipientId, proposalNo });
  }
  await refusedBy(REFUSED_BY, { recipientId }, () =>
    write(context.db, async (tx) => {
      await addDecision(tx, { ...of, ...stamp(context) });
      if (of.decision === 'declined') return;
      const changeNo = await addChange(tx, { recipientId, proposalNo, ...stamp(context) });
      const change = { recipientId, changeNo, proposal, at: context.clock() };
      await CARRY_OUT[proposal.subject](tx, change);
    }),
  );
}

interface Change {
  readonly recipientId: bigint;
  readonly changeNo: number;
  readonly proposal: Proposal;
  readonly at: Date;
}

async function changeIdentity(
  tx: Tx,
  { recipientId, changeNo, proposal, at }: Change,
): Promise<void> {
  const { oldValue, newValue } = proposal;
  const now = await registeredIdentity(tx, recipientId);
  const on = businessDate(at);
  const applied = await applyIdentityChange(tx, { recipientId, changeNo });
  if (!applied || now?.citizenNumber !== oldValue.citizenNumber) {
    throw new Refusal('register-has-moved', { recipientId });
  }
  if (newValue.citizenNumber !== oldValue.citizenNumber) {
    await endCitizenNumber(tx, { recipientId, key: oldValue.citizenNumber, on });
    await addRecipientKey(tx, { recipientId, key: newValue.citizenNumber, kind: 'citizen_number' });
  }
  const { fullName, citizenNumber } = newValue;
  await carryToPayee(tx, { recipientId, changeNo, fullName, citizenNumber, on });
}

async function changeChannel(
  tx: Tx,
  { recipientId, changeNo, proposal, at }: Change,
): Promise<void> {
  const { oldValue, newValue } = proposal;
  const now = await registeredChannel(tx, recipientId);
  if (now === undefined || !isSameChannel(now, oldValue)) {
    throw new Refusal('register-has-moved', { recipientId });
  }
  await endChannel(tx, { recipientId, on: businessDate(at) });
  const waits = isOtherAccount(oldValue, newValue);
  await addChannelOfChange(tx, { recipientId, changeNo, payeeNo: null, ...newValue, waits, at });
}

/** Another payee takes over with a channel of their own: money at an account waits, whosever it was. */
async function changePayee(tx: Tx, { recipientId, changeNo, proposal, at }: Change): Promise<void> {
  const { oldValue, newValue } = proposal;
  const now = await registeredPayee(tx, recipientId);
  const isSame =
    now !== undefined && isSameChannel(now, oldValue) && now.payeeNumber === oldValue.payeeNumber;
  if (!isSame) throw new Refusal('register-has-moved', { recipientId });
  await endChannel(tx, { recipientId, on: businessDate(at) });
  const payeeNo = await addPayeeOfChange(tx, { recipientId, ...newValue });
  const waits = newValue.kind === 'account';
  await addChannelOfChange(tx, { recipientId, changeNo, payeeNo, ...newValue, waits, at });
}

async function takeBack(tx: Tx, { recipientId, changeNo }: Change): Promise<void> {
  const taken = await takeBackDeath(tx, { recipientId, changeNo });
  if (!taken) throw new Refusal('register-has-moved', { recipientId });
}

/** The account must still be the one that is paid to, and be shared or not as it was. */
async function share(tx: Tx, { recipientId, changeNo, proposal }: Change): Promise<void> {
  const { oldValue } = proposal;
  const now = await registeredSharing(tx, recipientId);
  const isSame =
    now?.bankBin === oldValue.bankBin &&
    now.accountNumber === oldValue.accountNumber &&
    now.sharedFor === oldValue.sharedFor;
  if (!isSame || !(await applySharing(tx, { recipientId, changeNo }))) {
    throw new Refusal('register-has-moved', { recipientId });
  }
}

const CARRY_OUT = {
  identity: changeIdentity,
  channel: changeChannel,
  payee: changePayee,
  death: takeBack,
  sharing: share,
} as const;

function isSameChannel(one: ChannelValue, other: ChannelValue): boolean {
  return (
    one.kind === other.kind &&
    one.bankBin === other.bankBin &&
    one.accountNumber === other.accountNumber &&
    one.holderName === other.holderName
  );
}

/** How a recipient is told of a changed account, at the contact they had before. */
export type NoticeMeans = 'sms' | 'letter' | 'in_person' | 'vneid';

/** Records that the recipient was told. Throws Refusal person-not-entitled or nothing-is-changed. */
export async function recordNotice(
  context: Context,
  { recipientId, means }: { recipientId: bigint; means: NoticeMeans },
): Promise<void> {
  await expectPerson(context, recipientId, [...PROPOSERS, ...DECIDERS]);
  const told = await write(context.db, (tx) =>
    addNotice(tx, { recipientId, means, ...stamp(context) }),
  );
  if (!told) throw new Refusal('nothing-is-changed', { recipientId });
}

/**
 * Records the recipient's own yes, which ends the waiting. Throws Refusal person-not-entitled,
 * proposer-may-not-decide or nothing-is-changed.
 */
export async function recordConsent(
  context: Context,
  of: { recipientId: bigint; means: 'telephone' | 'in_person' | 'vneid'; document: string },
): Promise<void> {
  const { recipientId } = of;
  await expectPerson(context, recipientId, DECIDERS);
  const heard = await refusedBy(REFUSED_BY, { recipientId }, () =>
    write(context.db, (tx) => addConsent(tx, { ...of, ...stamp(context) })),
  );
  if (!heard) throw new Refusal('nothing-is-changed', { recipientId });
}
