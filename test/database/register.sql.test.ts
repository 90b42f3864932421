import { expect } from 'chai';
import { sealableTables } from '../../src/audit/seal.sql.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  addChange,
  addChannelOfChange,
  addPayeeOfChange,
  addConsent,
  addDecision,
  addNotice,
  addProposal,
  addRecipientKey,
  applyIdentityChange,
  carryToPayee,
  endChannel,
  endCitizenNumber,
  isActivePerson,
  isBank,
  isRecipient,
  personMay,
  proposalOf,
  hasDied,
  registeredChannel,
  registeredPayee,
  registeredIdentity,
} from '../../src/intake/register.sql.ts';
import { many, one, type Tx } from '../../src/platform/db.ts';
import { recipientRecord } from '../../src/report/recipient.sql.ts';
import { useDatabase } from '../support/database.ts';
import { adult, citizenNumber, takeRows } from '../support/drawn-list.ts';
import { triedAndUndone } from '../support/refused.ts';
import { itKeepsEveryRule, rightsOfApplication } from '../support/violations.ts';

const AT = new Date('2026-10-22T02:00:00Z');
const [CHECKER] = SANDBOX_PERSONS.checkers;
const MAKER = SANDBOX_PERSONS.maker;

describe('the register and its changes', () => {
  const test = useDatabase();
  const recipientId = 1n;

  before(async () => {
    await takeRows(test(), [adult(1), adult(2)]);
  });

  async function proposed(tx: Tx, changes: object): Promise<number> {
    const oldValue = await registeredIdentity(tx, recipientId);
    if (oldValue === undefined) throw new Error('the recipient is there');
    const newValue = { ...oldValue, ...changes };
    const proposal = { recipientId, subject: 'identity', oldValue, newValue } as const;
    return addProposal(tx, { ...proposal, document: '12/UBND', by: MAKER, at: AT });
  }

  async function confirmed(tx: Tx, changes: object): Promise<number> {
    const proposalNo = await proposed(tx, changes);
    const by = { recipientId, proposalNo, by: CHECKER, at: AT };
    await addDecision(tx, { ...by, decision: 'confirmed', reason: '' });
    return addChange(tx, by);
  }

  /** What some work leaves in a query, without a trace. */
  async function seen<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const found: Result[] = [];
    const tried = await triedAndUndone(test().db, async (tx) => {
      found.push(await work(tx));
    });
    expect(tried).to.equal('nothing');
    return found[0] as Result;
  }

  it('registeredIdentity and registeredChannel: what is there now', async () => {
    expect(await registeredIdentity(test().db, recipientId)).to.deep.equal({
      citizenNumber: citizenNumber(1),
      fullName: 'Nguyễn Văn Bình',
      birthYear: 1980,
      birthDate: '1980-04-30',
      sex: 'male',
      communeCode: '16681',
      hamlet: '',
      phone: '',
    });
    expect(await registeredChannel(test().db, recipientId)).to.deep.equal({
      kind: 'account',
      bankBin: '970405',
      accountNumber: '1000000001',
      holderName: 'NGUYEN VAN BINH',
    });
    expect(await registeredIdentity(test().db, 99n)).to.equal(undefined);
    expect(await registeredChannel(test().db, 99n)).to.equal(undefined);
  });

  it('isActivePerson, isRecipient, isBank: whether there is one', async () => {
    const { db } = test();
    expect(await isActivePerson(db, MAKER)).to.equal(true);
    expect(await isActivePerson(db, 'somebody')).to.equal(false);
    expect(await isRecipient(db, recipientId)).to.equal(true);
    expect(await isRecipient(db, 999_999n)).to.equal(false);
    expect(await isBank(db, '970436')).to.equal(true);
    expect(await isBank(db, '999999')).to.equal(false);
  });

  it('personMay: a role in the province of the recipient, not revoked', async () => {
    const may = (personId: string, roles: readonly string[]): Promise<boolean> =>
      personMay(test().db, { personId, roles, recipientId });
    expect(await may(MAKER, ['maker'])).to.equal(true);
    expect(await may(MAKER, ['checker'])).to.equal(false);
    expect(await may('nobody', ['maker'])).to.equal(false);
    const elsewhere = await seen(async (tx) => {
      await many(tx, `update person_role set revoked_at = now() where person_id = :MAKER`, {
        MAKER,
      });
      await many(
        tx,
        `insert into person_role values (:MAKER, 'maker', '42', null, 'sandbox', now(), null)`,
        { MAKER },
      );
      return personMay(tx, { personId: MAKER, roles: ['maker'], recipientId });
    });
    expect(elsewhere).to.equal(false);
  });

  it('addProposal and addDecision: numbered by recipient, decided once and by another', async () => {
    const told = await seen(async (tx) => {
      const first = await proposed(tx, { hamlet: 'Xóm 1' });
      const second = await proposed(tx, { hamlet: 'Xóm 2' });
      const key = { recipientId, proposalNo: second };
      const open = await proposalOf(tx, key);
      await addDecision(tx, { ...key, decision: 'declined', reason: 'no', by: CHECKER, at: AT });
      return [first, second, open?.isDecided, (await proposalOf(tx, key))?.isDecided];
    });
    expect(told).to.deep.equal([1, 2, false, true]);
    expect(await proposalOf(test().db, { recipientId, proposalNo: 1 })).to.equal(undefined);

    const own = triedAndUndone(test().db, async (tx) => {
      const proposalNo = await proposed(tx, { hamlet: 'Xóm 1' });
      const mine = { recipientId, proposalNo, by: MAKER, at: AT, reason: '' } as const;
      await addDecision(tx, { ...mine, decision: 'confirmed' });
    });
    expect(await own).to.equal('another_person_decides');
    const nothing = triedAndUndone(test().db, (tx) => proposed(tx, {}));
    expect(await nothing).to.equal('something_is_changed');
  });

  it('applyIdentityChange: writes what the change says, once, and nothing else can', async () => {
    const after = await seen(async (tx) => {
      const changeNo = await confirmed(tx, {
        fullName: 'Nguyễn Văn Bình Minh',
        phone: '0912345678',
      });
      const applied = await applyIdentityChange(tx, { recipientId, changeNo });
      const again = await applyIdentityChange(tx, { recipientId, changeNo });
      return { applied, again, identity: await registeredIdentity(tx, recipientId) };
    });
    expect(after.applied).to.equal(true);
    // What it started from is no longer there.
    expect(after.again).to.equal(false);
    expect(after.identity?.fullName).to.equal('Nguyễn Văn Bình Minh');
    expect(after.identity?.phone).to.equal('0912345678');

    const byHand = triedAndUndone(test().db, (tx) =>
      many(tx, `update recipient set full_name = 'planted'`),
    );
    expect(await byHand).to.equal('42501');
  });

  it('endCitizenNumber and addRecipientKey: another number, and never that of another', async () => {
    const key = '040080999999';
    const after = await seen(async (tx) => {
      await endCitizenNumber(tx, { recipientId, key: citizenNumber(1), on: '2026-10-22' });
      await addRecipientKey(tx, { recipientId, key, kind: 'citizen_number' });
      return registeredIdentity(tx, recipientId);
    });
    expect(after?.citizenNumber).to.equal(key);
    const taken = triedAndUndone(test().db, (tx) =>
      addRecipientKey(tx, { recipientId, key: citizenNumber(2), kind: 'citizen_number' }),
    );
    expect(await taken).to.equal('recipient_key_pkey');
  });

  it('registeredPayee, addPayeeOfChange, hasDied: who collects, who may, and who cannot any more', async () => {
    const { recipientId } = await one<{ recipientId: bigint }>(
      test().db,
      'select min(recipient_id) as "recipientId" from recipient',
    );
    const now = await registeredPayee(test().db, recipientId);
    expect(now).to.include({ relation: 'self', authority: '' });
    expect(await registeredPayee(test().db, 99n)).to.equal(undefined);
    const payee = {
      relation: 'con',
      payeeName: 'Trần Thị Lan',
      payeeNumber: '040185000008',
      authority: '7/QĐ',
    };
    const tried = await triedAndUndone(test().db, async (tx) => {
      const payeeNo = await addPayeeOfChange(tx, { recipientId, ...payee });
      expect(await addPayeeOfChange(tx, { recipientId, ...payee })).to.equal(payeeNo + 1);
      expect(await hasDied(tx, { citizenNumber: payee.payeeNumber })).to.equal(false);
      await many(
        tx,
        `insert into payee_death values (:recipientId, :payeeNo, '2026-09-01', 'x', now())`,
        {
          recipientId,
          payeeNo,
        },
      );
      expect(await hasDied(tx, { citizenNumber: payee.payeeNumber })).to.equal(true);
      const citizenNumber = now?.payeeNumber ?? '';
      expect(await hasDied(tx, { citizenNumber })).to.equal(false);
      await many(
        tx,
        `insert into recipient_death values (:recipientId, '2026-09-01', 'x', now())`,
        {
          recipientId,
        },
      );
      expect(await hasDied(tx, { citizenNumber })).to.equal(true);
    });
    expect(tried).to.equal('nothing');
  });

  it('endChannel and addChannelOfChange: an account waits for as long as the policy says', async () => {
    const channel = {
      kind: 'account',
      bankBin: '970436',
      accountNumber: '555666777',
      holderName: 'NGUYEN VAN BINH',
    } as const;
    const channels = await seen(async (tx) => {
      const changeNo = await confirmed(tx, { hamlet: 'Xóm 1' });
      await endChannel(tx, { recipientId, on: '2026-10-22' });
      await addChannelOfChange(tx, {
        recipientId,
        changeNo,
        payeeNo: null,
        ...channel,
        waits: true,
        at: AT,
      });
      return many(
        tx,
        `select channel_no as no, account_number as account, ended_on::text as ended, list_id as list,
                payable_from = :at::timestamptz + interval '7 days' as waits
           from payment_channel where recipient_id = 1 order by 1`,
        { at: AT.toISOString() },
      );
    });
    expect(channels).to.deep.equal([
      { no: 1, account: '1000000001', ended: '2026-10-22', list: 1n, waits: null },
      { no: 2, account: '555666777', ended: null, list: 1n, waits: true },
    ]);
    const alone = triedAndUndone(test().db, async (tx) => {
      await endChannel(tx, { recipientId, on: '2026-10-22' });
      await addChannelOfChange(tx, {
        recipientId,
        changeNo: 9,
        payeeNo: null,
        ...channel,
        waits: true,
        at: AT,
      });
    });
    expect(await alone).to.equal('channel_is_of_a_change');
  });

  it('carryToPayee: who collects for themselves gets another payee and channel, nobody else', async () => {
    const after = await seen(async (tx) => {
      const changeNo = await confirmed(tx, { fullName: 'Trần Văn Bình' });
      const carry = { recipientId, changeNo, citizenNumber: citizenNumber(1), on: '2026-10-22' };
      const carried = await carryToPayee(tx, { ...carry, fullName: 'Trần Văn Bình' });
      const again = await carryToPayee(tx, { ...carry, fullName: 'Trần Văn Bình' });
      const live = await many(
        tx,
        `select c.channel_no as channel, p.payee_no as payee, p.full_name as name, c.account_number as account
           from payment_channel c join payee p using (recipient_id, payee_no)
          where c.recipient_id = 1 and c.ended_on is null`,
      );
      return { carried, again, live };
    });
    expect(after).to.deep.equal({
      carried: true,
      again: false,
      live: [{ channel: 2, payee: 2, name: 'Trần Văn Bình', account: '1000000001' }],
    });
  });

  it('addNotice and addConsent: of a channel that was changed, once, and heard by another', async () => {
    const consent = { recipientId, means: 'telephone', document: 'call 7', at: AT };
    const told = await seen(async (tx) => {
      const before = await addNotice(tx, { recipientId, means: 'sms', by: MAKER, at: AT });
      const changeNo = await confirmed(tx, { fullName: 'Trần Văn Bình' });
      const carry = { recipientId, changeNo, citizenNumber: citizenNumber(1), on: '2026-10-22' };
      await carryToPayee(tx, { ...carry, fullName: 'Trần Văn Bình' });
      return [
        before,
        await addNotice(tx, { recipientId, means: 'sms', by: MAKER, at: AT }),
        await addNotice(tx, { recipientId, means: 'letter', by: MAKER, at: AT }),
        await addConsent(tx, { ...consent, by: CHECKER }),
        await addConsent(tx, { ...consent, by: CHECKER }),
      ];
    });
    expect(told).to.deep.equal([false, true, false, true, false]);
    const own = triedAndUndone(test().db, async (tx) => {
      const changeNo = await confirmed(tx, { fullName: 'Trần Văn Bình' });
      const carry = { recipientId, changeNo, citizenNumber: citizenNumber(1), on: '2026-10-22' };
      await carryToPayee(tx, { ...carry, fullName: 'Trần Văn Bình' });
      await addConsent(tx, { ...consent, by: MAKER });
    });
    expect(await own).to.equal('consent_is_heard_by_another');
  });

  it('recipientRecord: everything of one person, and undefined for nobody', async () => {
    const record = await seen(async (tx) => {
      await confirmed(tx, { hamlet: 'Xóm 1' });
      return recipientRecord(tx, recipientId);
    });
    expect(record?.numbers).to.deep.equal([
      { kind: 'citizen_number', number: citizenNumber(1), until: null },
    ]);
    expect(record?.enrolments.map(({ ground, lastListed }) => [ground, lastListed])).to.deep.equal([
      ['K6_N', '2026-11'],
    ]);
    expect(record?.communeName).to.equal('Phường Thành Vinh');
    expect(record?.channels.map(({ no, endedOn }) => [no, endedOn])).to.deep.equal([[1, null]]);
    expect(record?.changes.map(({ fields, decision }) => [fields, decision])).to.deep.equal([
      [['hamlet'], 'confirmed'],
    ]);
    expect(record?.payments).to.deep.equal([]);
    expect(await recipientRecord(test().db, 99n)).to.equal(undefined);
  });

  it('is sealed as what changes by two persons, and its key as what never does', async () => {
    const of = (await sealableTables(test().db)).find(({ table }) => table === 'recipient');
    expect(of?.frozen).to.deep.equal(['recipient_id']);
    expect(of?.changing).to.include.members(['full_name', 'birth_date', 'commune_code']);
  });

  it('leaves the application no other way', async () => {
    expect(
      await rightsOfApplication(test().db, [
        'recipient',
        'payment_channel',
        'register_proposal',
        'register_decision',
        'register_change',
        'channel_notice',
        'channel_consent',
        'account_change_policy',
      ]),
    ).to.deep.equal({
      recipient: 'insert',
      payment_channel: 'insert update(ended_on)',
      register_proposal: 'insert',
      register_decision: 'insert',
      register_change: 'insert',
      channel_notice: 'insert',
      channel_consent: 'insert',
      account_change_policy: '',
    });
  });
});

describe('rules of register changes', () => {
  const test = useDatabase({ checked: false });

  before(async () => {
    await takeRows(test(), [adult(1), adult(2)]);
    await test().owner.raw(
      `insert into register_change
         (recipient_id, change_no, subject, old_value, new_value, document, changed_by, changed_at,
          confirmed_by)
       values (1, 1, 'channel', '{}', '{}', 'A', 'clerk', now(), 'chief')`,
    );
  });

  const PROPOSAL = { recipient_id: 1, proposal_no: 1, proposed_by: 'clerk' };
  itKeepsEveryRule(
    test,
    {
      register_proposal: {
        ...PROPOSAL,
        subject: 'channel',
        old_value: '{}',
        new_value: '{"a": 1}',
        document: 'A',
        proposed_at: '2026-10-01T00:00:00Z',
      },
      register_decision: {
        ...PROPOSAL,
        decision: 'confirmed',
        reason: '',
        decided_by: 'chief',
        decided_at: '2026-10-01T00:00:00Z',
      },
      channel_notice: {
        recipient_id: 1,
        channel_no: 1,
        means: 'sms',
        told_at: '2026-10-01T00:00:00Z',
        recorded_by: 'clerk',
      },
      channel_consent: {
        recipient_id: 1,
        channel_no: 1,
        change_no: 1,
        means: 'vneid',
        document: 'A',
        changed_by: 'clerk',
        recorded_by: 'chief',
        recorded_at: '2026-10-01T00:00:00Z',
      },
      account_change_policy: { counts_from: '2030-01-01', cooling_off_days: 7, source: 'test' },
    },
    [
      { rule: 'register_proposal_pkey', table: 'register_proposal', wrong: {} },
      {
        rule: 'register_proposal_proposal_no_check',
        table: 'register_proposal',
        wrong: { proposal_no: 0 },
      },
      {
        rule: 'register_proposal_subject_check',
        table: 'register_proposal',
        wrong: { subject: 'ledger' },
      },
      {
        rule: 'register_proposal_document_check',
        table: 'register_proposal',
        wrong: { document: '' },
      },
      { rule: 'something_is_changed', table: 'register_proposal', wrong: { new_value: '{}' } },
      { rule: 'register_decision_pkey', table: 'register_decision', wrong: {} },
      {
        rule: 'register_decision_decision_check',
        table: 'register_decision',
        wrong: { decision: 'perhaps', reason: 'A' },
      },
      {
        rule: 'another_person_decides',
        table: 'register_decision',
        wrong: { decided_by: 'clerk' },
      },
      { rule: 'a_no_has_a_reason', table: 'register_decision', wrong: { decision: 'declined' } },
      {
        // Who decides may not name another author than the proposal has.
        rule: 'decision_is_of_a_proposal',
        table: 'register_decision',
        wrong: { recipient_id: 2, proposed_by: 'somebody' },
      },
      { rule: 'channel_notice_pkey', table: 'channel_notice', wrong: {} },
      { rule: 'channel_notice_means_check', table: 'channel_notice', wrong: { means: 'rumour' } },
      {
        rule: 'notice_is_of_a_channel',
        table: 'channel_notice',
        wrong: { channel_no: 9 },
      },
      { rule: 'channel_consent_pkey', table: 'channel_consent', wrong: {} },
      { rule: 'channel_consent_means_check', table: 'channel_consent', wrong: { means: 'sms' } },
      { rule: 'channel_consent_document_check', table: 'channel_consent', wrong: { document: '' } },
      {
        rule: 'consent_is_heard_by_another',
        table: 'channel_consent',
        wrong: { recorded_by: 'clerk' },
      },
      {
        rule: 'consent_is_of_a_channel',
        table: 'channel_consent',
        wrong: { channel_no: 9 },
      },
      {
        rule: 'consent_is_of_a_change',
        table: 'channel_consent',
        wrong: { recipient_id: 2, changed_by: 'somebody' },
      },
      { rule: 'account_change_policy_pkey', table: 'account_change_policy', wrong: {} },
      {
        rule: 'account_change_policy_cooling_off_days_check',
        table: 'account_change_policy',
        wrong: { counts_from: '2031-01-01', cooling_off_days: 91 },
      },
    ],
  );
});
