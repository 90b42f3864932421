import type { PlainDate } from '../kernel/period.ts';
import { many, maybeOne, one, takeTurn, type Db, type Tx } from '../platform/db.ts';
import type {
  ChangedSubject,
  ChannelValue,
  Identity,
  LifeValue,
  PayeeValue,
  SharingValue,
} from './register-change.ts';

/** Who somebody is, as the register has it now. */
export function registeredIdentity(
  db: Db | Tx,
  recipientId: bigint,
): Promise<Identity | undefined> {
  return maybeOne(
    db,
    `select k.key as "citizenNumber", r.full_name as "fullName", r.birth_year as "birthYear",
            r.birth_date as "birthDate", r.sex, r.commune_code as "communeCode", r.hamlet, r.phone
       from recipient r
       join recipient_key k on k.recipient_id = r.recipient_id and k.kind = 'citizen_number'
                           and k.valid_until is null
      where r.recipient_id = :recipientId`,
    { recipientId },
  );
}

/** Where somebody's money goes now. */
export function registeredChannel(
  db: Db | Tx,
  recipientId: bigint,
): Promise<ChannelValue | undefined> {
  return maybeOne(
    db,
    `select kind, bank_bin as "bankBin", account_number as "accountNumber",
            holder_name as "holderName"
       from payment_channel where recipient_id = :recipientId and ended_on is null`,
    { recipientId },
  );
}

/** Who collects somebody's money now, and where. */
export function registeredPayee(db: Db | Tx, recipientId: bigint): Promise<PayeeValue | undefined> {
  return maybeOne(
    db,
    `select p.relation, p.full_name as "payeeName", p.citizen_number as "payeeNumber", p.authority,
            c.kind, c.bank_bin as "bankBin", c.account_number as "accountNumber",
            c.holder_name as "holderName"
       from payment_channel c
       join payee p on p.recipient_id = c.recipient_id and p.payee_no = c.payee_no
      where c.recipient_id = :recipientId and c.ended_on is null`,
    { recipientId },
  );
}

/** Whether we know that whoever has a citizen number has died, as a recipient or as a payee. */
export async function hasDied(db: Db | Tx, of: { citizenNumber: string }): Promise<boolean> {
  const row = await one<{ died: boolean }>(
    db,
    `select exists (select from recipient_key k join recipient_death using (recipient_id)
                     where k.key = :citizenNumber and k.kind = 'citizen_number')
         or exists (select from payee p join payee_death using (recipient_id, payee_no)
                     where p.citizen_number = :citizenNumber) as died`,
    of,
  );
  return row.died;
}

/** Adds who collects from now on, and returns their number. */
export async function addPayeeOfChange(
  tx: Tx,
  of: { readonly recipientId: bigint } & Pick<
    PayeeValue,
    'relation' | 'payeeName' | 'payeeNumber' | 'authority'
  >,
): Promise<number> {
  await takeTurn(tx, `recipient/${of.recipientId}`);
  const row = await one<{ payeeNo: number }>(
    tx,
    `insert into payee (recipient_id, payee_no, relation, full_name, citizen_number, authority)
     values (:recipientId,
             (select coalesce(max(payee_no), 0) + 1 from payee where recipient_id = :recipientId),
             :relation, :payeeName, :payeeNumber, :authority)
     returning payee_no as "payeeNo"`,
    of,
  );
  return row.payeeNo;
}

/**
 * Whether a person may do something for a recipient: active, and with one of the roles in the
 * province in which the recipient lives, or in the country.
 */
export async function personMay(
  db: Db | Tx,
  of: { personId: string; roles: readonly string[]; recipientId: bigint },
): Promise<boolean> {
  const row = await one<{ may: boolean }>(
    db,
    `select exists (
       select from person p
         join person_role o using (person_id)
        where p.person_id = :personId and p.active and o.revoked_at is null
          and o.role = any (:roles::text[])
          and o.unit_code in (
            'VN', (select u.parent_code from recipient r
                     join administrative_unit u on u.unit_code = r.commune_code
                                               and u.kind = 'commune' and u.valid_until is null
                    where r.recipient_id = :recipientId))) as may`,
    of,
  );
  return row.may;
}

/** Whether somebody of this name may act at all. */
export async function isActivePerson(db: Db | Tx, personId: string): Promise<boolean> {
  const row = await maybeOne(
    db,
    'select person_id from person where person_id = :personId and active',
    { personId },
  );
  return row !== undefined;
}

/** Whether the register has a recipient of this number. */
export async function isRecipient(db: Db | Tx, recipientId: bigint): Promise<boolean> {
  const row = await maybeOne(
    db,
    'select recipient_id from recipient where recipient_id = :recipientId',
    { recipientId },
  );
  return row !== undefined;
}

/** Whether there is a bank of this number, as the national payment network numbers them. */
export async function isBank(db: Db | Tx, bin: string): Promise<boolean> {
  return (await maybeOne(db, 'select bin from bank where bin = :bin', { bin })) !== undefined;
}

/**
 * Whether a person may do something for a unit: active, and with one of the roles there, in the
 * province of it, or in the country.
 */
export async function personMayIn(
  db: Db | Tx,
  of: { personId: string; roles: readonly string[]; unitCode: string },
): Promise<boolean> {
  const row = await one<{ may: boolean }>(
    db,
    `select exists (
       select from person p
         join person_role o using (person_id)
        where p.person_id = :personId and p.active and o.revoked_at is null
          and o.role = any (:roles::text[])
          and (o.unit_code in ('VN', :unitCode)
               or o.unit_code = (select u.parent_code from administrative_unit u
                                  where u.unit_code = :unitCode and u.kind = 'commune'
                                    and u.valid_until is null))) as may`,
    of,
  );
  return row.may;
}

type ProposedValue = Identity | ChannelValue | PayeeValue | LifeValue | SharingValue;

export interface NewProposal {
  readonly recipientId: bigint;
  readonly subject: ChangedSubject;
  readonly oldValue: ProposedValue;
  readonly newValue: ProposedValue;
  readonly document: string;
  readonly by: string;
  readonly at: Date;
}

/** Records what somebody proposes, with its event, and returns its number. */
export async function addProposal(tx: Tx, proposal: NewProposal): Promise<number> {
  await takeTurn(tx, `recipient/${proposal.recipientId}`);
  const row = await one<{ proposalNo: number }>(
    tx,
    `with proposed as (
       insert into register_proposal
         (recipient_id, proposal_no, subject, old_value, new_value, document, proposed_by, proposed_at)
       select :recipientId,
              (select coalesce(max(proposal_no), 0) + 1 from register_proposal
                where recipient_id = :recipientId),
              :subject, :oldValue::jsonb, :newValue::jsonb, :document, :by, :at
       returning proposal_no
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, :by, 'change-proposed', 'recipient/' || :recipientId::bigint,
              jsonb_build_object('proposal', proposal_no, 'of', :subject::text)
         from proposed
     )
     select proposal_no as "proposalNo" from proposed`,
    {
      ...proposal,
      oldValue: JSON.stringify(proposal.oldValue),
      newValue: JSON.stringify(proposal.newValue),
      at: proposal.at.toISOString(),
    },
  );
  return row.proposalNo;
}

export interface Proposal {
  readonly subject: ChangedSubject;
  readonly oldValue: Identity & PayeeValue & LifeValue & SharingValue;
  readonly newValue: Identity & PayeeValue & LifeValue & SharingValue;
  readonly document: string;
  readonly proposedBy: string;
  readonly isDecided: boolean;
}

/** One proposal, or undefined when there is none. */
export function proposalOf(
  db: Db | Tx,
  of: { recipientId: bigint; proposalNo: number },
): Promise<Proposal | undefined> {
  return maybeOne(
    db,
    `select p.subject, p.old_value as "oldValue", p.new_value as "newValue", p.document,
            p.proposed_by as "proposedBy", d.decision is not null as "isDecided"
       from register_proposal p
       left join register_decision d
         on d.recipient_id = p.recipient_id and d.proposal_no = p.proposal_no
      where p.recipient_id = :recipientId and p.proposal_no = :proposalNo`,
    of,
  );
}

export interface NewDecision {
  readonly recipientId: bigint;
  readonly proposalNo: number;
  readonly decision: 'confirmed' | 'declined';
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** Records a decision with its event. The database refuses that of the proposer. */
export async function addDecision(tx: Tx, decision: NewDecision): Promise<void> {
  await many(
    tx,
    `with decided as (
       insert into register_decision
         (recipient_id, proposal_no, decision, reason, proposed_by, decided_by, decided_at)
       select recipient_id, proposal_no, :decision, :reason, proposed_by, :by, :at
         from register_proposal
        where recipient_id = :recipientId and proposal_no = :proposalNo
       returning proposal_no
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'change-' || :decision, 'recipient/' || :recipientId::bigint,
            jsonb_build_object('proposal', proposal_no)
       from decided`,
    { ...decision, at: decision.at.toISOString() },
  );
}

interface ConfirmedProposal {
  readonly recipientId: bigint;
  readonly proposalNo: number;
  readonly by: string;
  readonly at: Date;
}

/** Writes a confirmed proposal into the history of changes, and returns the number of the change. */
export async function addChange(tx: Tx, of: ConfirmedProposal): Promise<number> {
  await takeTurn(tx, `recipient/${of.recipientId}`);
  const row = await one<{ changeNo: number }>(
    tx,
    `insert into register_change
       (recipient_id, change_no, subject, old_value, new_value, document, changed_by, changed_at,
        confirmed_by, proposal_no)
     select recipient_id,
            (select coalesce(max(change_no), 0) + 1 from register_change
              where recipient_id = :recipientId),
            subject, old_value, new_value, document, proposed_by, :at, :by, proposal_no
       from register_proposal
      where recipient_id = :recipientId and proposal_no = :proposalNo
     returning change_no as "changeNo"`,
    { ...of, at: of.at.toISOString() },
  );
  return row.changeNo;
}

interface ChangeKey {
  readonly recipientId: bigint;
  readonly changeNo: number;
}

/** Writes a change of identity into the register. False when the register is no longer as it was. */
export async function applyIdentityChange(tx: Tx, of: ChangeKey): Promise<boolean> {
  const row = await one<{ applied: boolean }>(
    tx,
    'select apply_identity_change(:recipientId, :changeNo) as applied',
    { ...of },
  );
  return row.applied;
}

/** When somebody died, as the register has it: undefined where there is no death on record. */
export async function registeredDeath(
  db: Db | Tx,
  recipientId: bigint,
): Promise<PlainDate | undefined> {
  const row = await maybeOne<{ diedOn: PlainDate }>(
    db,
    'select died_on as "diedOn" from recipient_death where recipient_id = :recipientId',
    { recipientId },
  );
  return row?.diedOn;
}

/** Moves the death that a change names out of the register. False when another, or none, is on record. */
export async function takeBackDeath(tx: Tx, of: ChangeKey): Promise<boolean> {
  const row = await one<{ taken: boolean }>(
    tx,
    'select take_back_death(:recipientId, :changeNo) as taken',
    { ...of },
  );
  return row.taken;
}

/** For whom the account that somebody is paid to is shared; undefined where they are paid in cash. */
export function registeredSharing(
  db: Db | Tx,
  recipientId: bigint,
): Promise<SharingValue | undefined> {
  return maybeOne(
    db,
    `select c.bank_bin as "bankBin", c.account_number as "accountNumber",
            coalesce(s.reason, '') as "sharedFor"
       from payment_channel c
       left join shared_account s
         on s.bank_bin = c.bank_bin and s.account_number = c.account_number and s.ended_on is null
      where c.recipient_id = :recipientId and c.kind = 'account' and c.ended_on is null`,
    { recipientId },
  );
}

/** Registers or ends what a confirmed change says of an account. False when there was nothing to end. */
export async function applySharing(tx: Tx, of: ChangeKey): Promise<boolean> {
  const row = await one<{ applied: boolean }>(
    tx,
    'select share_account(:recipientId, :changeNo) as applied',
    { ...of },
  );
  return row.applied;
}

/** Ends the citizen number of somebody; it stays theirs, so that no list can give it to another. */
export async function endCitizenNumber(
  tx: Tx,
  of: { recipientId: bigint; key: string; on: string },
): Promise<void> {
  await many(
    tx,
    `update recipient_key set valid_until = :on::date
      where key = :key and kind = 'citizen_number' and recipient_id = :recipientId
        and valid_until is null`,
    of,
  );
}

/** Gives somebody another number of a kind: refused by its key where somebody else has it. */
export async function addRecipientKey(
  tx: Tx,
  of: { recipientId: bigint; key: string; kind: 'citizen_number' | 'identity_card_number' },
): Promise<void> {
  await many(
    tx,
    `insert into recipient_key (key, kind, recipient_id) values (:key, :kind, :recipientId)`,
    of,
  );
}

/** Ends the live channel of somebody. */
export async function endChannel(tx: Tx, of: { recipientId: bigint; on: string }): Promise<void> {
  await many(
    tx,
    `update payment_channel set ended_on = :on::date
      where recipient_id = :recipientId and ended_on is null`,
    of,
  );
}

/**
 * Begins the channel of a change. An account that was not paid to before is paid from the day that the
 * policy says; the payee stays unless another is named; and the channel keeps the list of the one before it: who imported that stays a maker.
 */
export async function addChannelOfChange(
  tx: Tx,
  of: ChangeKey &
    ChannelValue & { readonly payeeNo: number | null; readonly waits: boolean; readonly at: Date },
): Promise<number> {
  const row = await one<{ channelNo: number }>(
    tx,
    `insert into payment_channel
       (recipient_id, channel_no, payee_no, kind, bank_bin, account_number, holder_name, list_id,
        change_no, payable_from)
     select recipient_id, channel_no + 1, coalesce(:payeeNo::smallint, payee_no), :kind, :bankBin, :accountNumber, :holderName,
            list_id, :changeNo,
            case when :waits then :at::timestamptz + interval '1 day' * (
              select cooling_off_days from account_change_policy
               where counts_from <= :at::timestamptz order by counts_from desc limit 1) end
       from payment_channel
      where recipient_id = :recipientId
      order by channel_no desc limit 1
     returning channel_no as "channelNo"`,
    { ...of, at: of.at.toISOString() },
  );
  return row.channelNo;
}

/**
 * Carries a change of name or number to whoever collects for themselves, and returns whether that was
 * so: another payee and another channel to the same account, for neither is ever rewritten.
 */
export async function carryToPayee(
  tx: Tx,
  of: ChangeKey & {
    readonly fullName: string;
    readonly citizenNumber: string;
    readonly on: string;
  },
): Promise<boolean> {
  await takeTurn(tx, `recipient/${of.recipientId}`);
  const rows = await many(
    tx,
    `with live as (
       update payment_channel c set ended_on = :on::date
         from payee p
        where c.recipient_id = :recipientId and c.ended_on is null
          and p.recipient_id = c.recipient_id and p.payee_no = c.payee_no and p.relation = 'self'
          and (p.full_name, p.citizen_number) <> (:fullName, :citizenNumber)
       returning c.recipient_id, c.channel_no, c.kind, c.bank_bin, c.account_number, c.holder_name,
                 c.list_id, c.payable_from
     ),
     renamed as (
       insert into payee (recipient_id, payee_no, relation, full_name, citizen_number, authority)
       select recipient_id, (select max(payee_no) + 1 from payee where recipient_id = :recipientId),
              'self', :fullName, :citizenNumber, ''
         from live
       returning recipient_id, payee_no
     )
     insert into payment_channel
       (recipient_id, channel_no, payee_no, kind, bank_bin, account_number, holder_name, list_id,
        change_no, payable_from)
     select live.recipient_id, live.channel_no + 1, renamed.payee_no, live.kind, live.bank_bin,
            live.account_number, live.holder_name, live.list_id, :changeNo, live.payable_from
       from live join renamed using (recipient_id)
     returning channel_no`,
    { ...of },
  );
  return rows.length > 0;
}

/** Records that somebody was told of their live channel. False when it was told or never changed. */
export async function addNotice(
  tx: Tx,
  of: { recipientId: bigint; means: string; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with told as (
       insert into channel_notice (recipient_id, channel_no, means, told_at, recorded_by)
       select recipient_id, channel_no, :means, :at, :by from payment_channel
        where recipient_id = :recipientId and ended_on is null and change_no is not null
       on conflict do nothing
       returning channel_no
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'channel-change-told', 'recipient/' || :recipientId::bigint,
            jsonb_build_object('channel', channel_no, 'means', :means::text)
       from told
     returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}

/** Records that somebody says yes to their live channel by another way. False when there is nothing to. */
export async function addConsent(
  tx: Tx,
  of: { recipientId: bigint; means: string; document: string; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with heard as (
       insert into channel_consent
         (recipient_id, channel_no, change_no, means, document, changed_by, recorded_by, recorded_at)
       select c.recipient_id, c.channel_no, c.change_no, :means, :document, g.changed_by, :by, :at
         from payment_channel c
         join register_change g on g.recipient_id = c.recipient_id and g.change_no = c.change_no
        where c.recipient_id = :recipientId and c.ended_on is null
       on conflict do nothing
       returning channel_no
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'channel-change-consented', 'recipient/' || :recipientId::bigint,
            jsonb_build_object('channel', channel_no, 'means', :means::text)
       from heard
     returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}
