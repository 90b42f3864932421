import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchesOf } from '../../src/batch/batch.sql.ts';
import {
  decideChange,
  proposeChannel,
  proposePayee,
  type NewPayee,
} from '../../src/intake/change-register.flow.ts';
import { registeredPayee } from '../../src/intake/register.sql.ts';
import { many, one, write, type Tx } from '../../src/platform/db.ts';
import { releaseBatches } from '../../src/release/release-batches.flow.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { askWhoDied, TOWN_PERIOD, townTransports, walkTown } from '../support/town.ts';
import { useTownCopies } from '../support/town-copies.ts';

// What was signed goes nowhere that the register no longer says (I13, I16, I17).

const [FIRST, SECOND] = SANDBOX_PERSONS.checkers;

/** Signs every prepared batch as one person; what refused the first, or nothing. */
function signedBy(
  test: TestDatabase,
  person: string,
  at = '2026-10-23T03:00:00Z',
): Promise<string> {
  return whatRefused(
    (async () => {
      const context = test.context({ actor: person, at });
      for (const seen of await batchesOf(test.db, { period: TOWN_PERIOD, state: 'prepared' })) {
        await approveBatch(context, { batchId: seen.batchId, seen, stepUpAt: new Date(at) });
      }
    })(),
  );
}

/** Somebody whose money goes to an account by a line of this month. */
async function paidToAccount(
  test: TestDatabase,
): Promise<{ recipientId: bigint; account: string }> {
  return one(
    test.db,
    `select recipient_id as "recipientId", account_number as account from payment_instruction
      where bank_bin <> '' order by recipient_id limit 1`,
  );
}

/** Changes an account as a clerk and a chief would: two persons, a document, the old account named. */
async function changeAccount(
  test: TestDatabase,
  { recipientId, oldAccount, to }: { recipientId: bigint; oldAccount: string; to: string },
): Promise<void> {
  const channel = {
    kind: 'account',
    bankBin: '970436',
    accountNumber: to,
    holderName: 'NGUYEN VAN A',
  } as const;
  const proposer = test.context({ actor: SANDBOX_PERSONS.maker });
  const proposalNo = await proposeChannel(proposer, {
    recipientId,
    document: '12/UBND',
    oldAccount,
    channel,
  });
  const decided = { recipientId, proposalNo, decision: 'confirmed', reason: '' } as const;
  await decideChange(test.context({ actor: FIRST }), decided);
}

describe('the register between signing and sending', () => {
  const towns = useTownCopies({ until: 'rendered', recipients: 30, checked: false });

  it('a change of account waits for a second person, who is not the first', async () => {
    const test = await towns.copy();
    const { recipientId, account } = await paidToAccount(test);
    const context = test.context({ actor: SANDBOX_PERSONS.maker });
    const channel = {
      kind: 'account',
      bankBin: '970436',
      accountNumber: '555666777',
      holderName: 'NGUYEN VAN A',
    } as const;
    const proposal = { recipientId, document: '12/UBND', oldAccount: account, channel };

    const guessed = proposeChannel(context, { ...proposal, oldAccount: '1' });
    expect(await whatRefused(guessed)).to.equal('old-account-differs');
    const faulty = proposeChannel(context, { ...proposal, channel: { ...channel, bankBin: '97' } });
    expect(await whatRefused(faulty)).to.equal('change-faulty');
    const nowhere = { ...proposal, channel: { ...channel, bankBin: '999999' } };
    expect(await whatRefused(proposeChannel(context, nowhere))).to.equal('change-faulty');
    const stranger = proposeChannel(test.context({ actor: 'somebody' }), proposal);
    expect(await whatRefused(stranger)).to.equal('person-unknown');
    const nobody = proposeChannel(context, { ...proposal, recipientId: 999_999n });
    expect(await whatRefused(nobody)).to.equal('recipient-unknown');
    const auditor = proposeChannel(
      test.context({ actor: SANDBOX_PERSONS.rateOfficers[0] }),
      proposal,
    );
    expect(await whatRefused(auditor)).to.equal('person-not-entitled');

    const proposalNo = await proposeChannel(context, proposal);
    const decision = { recipientId, proposalNo, decision: 'confirmed', reason: '' } as const;
    expect(await whatRefused(decideChange(context, decision))).to.equal('proposer-may-not-decide');
    // The maker is given the right to decide, and still may not decide on their own.
    await many(
      test.owner,
      `insert into person_role values ('${SANDBOX_PERSONS.maker}', 'checker', '40', null, 'x', now())`,
    );
    expect(await whatRefused(decideChange(context, decision))).to.equal('proposer-may-not-decide');
    const before = await many(test.db, `select from payment_channel where channel_no > 1`);
    expect(before).to.deep.equal([]);

    await decideChange(test.context({ actor: FIRST }), decision);
    const again = decideChange(test.context({ actor: SECOND }), decision);
    expect(await whatRefused(again)).to.equal('proposal-not-open');
    const live = await one(
      test.db,
      `select account_number as account, payable_from > now() - interval '100 years' as waits
         from payment_channel where recipient_id = :recipientId and ended_on is null`,
      { recipientId },
    );
    expect(live).to.deep.equal({ account: '555666777', waits: true });
  });

  it('a proposal is void when the register has moved since', async () => {
    const test = await towns.copy();
    const { recipientId, account } = await paidToAccount(test);
    const channel = { kind: 'account', bankBin: '970436', holderName: 'A B' } as const;
    const context = test.context({ actor: SANDBOX_PERSONS.maker });
    const propose = (accountNumber: string): Promise<number> =>
      proposeChannel(context, {
        recipientId,
        document: '12/UBND',
        oldAccount: account,
        channel: { ...channel, accountNumber },
      });
    const [one, other] = [await propose('555666777'), await propose('888666777')];
    const decide = (proposalNo: number): Promise<void> =>
      decideChange(test.context({ actor: FIRST }), {
        recipientId,
        proposalNo,
        decision: 'confirmed',
        reason: '',
      });
    await decide(one);
    expect(await whatRefused(decide(other))).to.equal('register-has-moved');
  });

  it('another payee takes two persons, a document, and whoever may collect', async () => {
    const test = await towns.copy();
    const { recipientId, account } = await paidToAccount(test);
    const context = test.context({ actor: SANDBOX_PERSONS.maker });
    const guardian = {
      relation: 'con gái',
      payeeName: 'Trần Thị Lan',
      payeeNumber: '040185000008',
      authority: '7/QĐ-GH',
    };
    const channel = {
      kind: 'account',
      bankBin: '970436',
      accountNumber: '555666777',
      holderName: 'TRAN THI LAN',
    } as const;
    const propose = (payee: NewPayee, oldAccount = account): Promise<number> =>
      proposePayee(context, { recipientId, document: 'đơn 3', oldAccount, payee, channel });

    expect(await whatRefused(propose(guardian, '1'))).to.equal('old-account-differs');
    expect(await whatRefused(propose({ ...guardian, authority: '' }))).to.equal('change-faulty');
    const child = { ...guardian, payeeNumber: '040312000008' };
    expect(await whatRefused(propose(child))).to.equal('change-faulty');
    // One who has died collects nothing.
    await many(
      test.owner,
      `insert into payee values (:recipientId, 90, 'mẹ', 'Lê Thị Mai', '040160000001', 'x')`,
      { recipientId },
    );
    await many(
      test.owner,
      `insert into payee_death values (:recipientId, 90, '2026-09-01', 'register', now())`,
      { recipientId },
    );
    const dead = { ...guardian, payeeNumber: '040160000001' };
    expect(await whatRefused(propose(dead))).to.equal('payee-has-died');

    const [proposalNo, other] = [await propose(guardian), await propose({ relation: 'self' })];
    const decide = (no: number, by: string): Promise<void> =>
      decideChange(test.context({ actor: by }), {
        recipientId,
        proposalNo: no,
        decision: 'confirmed',
        reason: '',
      });
    expect(await whatRefused(decide(proposalNo, SANDBOX_PERSONS.maker))).to.equal(
      'proposer-may-not-decide',
    );
    await decide(proposalNo, FIRST);
    expect(await whatRefused(decide(other, FIRST))).to.equal('register-has-moved');
    expect(await registeredPayee(test.db, recipientId)).to.deep.equal({ ...guardian, ...channel });
    expect(
      await one(
        test.db,
        `select payee_no as payee, payable_from is not null as waits from payment_channel
          where recipient_id = :recipientId and ended_on is null`,
        { recipientId },
      ),
    ).to.deep.equal({ payee: 91, waits: true });
    expect(await signedBy(test, SECOND)).to.equal('account-not-payable');
  });

  it('a line in cash stops when somebody else collects, and not when an account is named', async () => {
    for (const [what, refusal] of [
      ['payee', 'account-not-payable'],
      ['account', 'nothing'],
    ] as const) {
      const test = await towns.copy();
      const { recipientId } = await one<{ recipientId: bigint }>(
        test.db,
        `select recipient_id as "recipientId" from payment_instruction
          where bank_bin = '' order by recipient_id limit 1`,
      );
      const context = test.context({ actor: SANDBOX_PERSONS.maker });
      const account = {
        kind: 'account',
        bankBin: '970436',
        accountNumber: '555666777',
        holderName: 'TRAN THI LAN',
      } as const;
      const cash = { kind: 'cash_post', bankBin: '', accountNumber: '', holderName: '' } as const;
      const of = { recipientId, document: 'đơn 3', oldAccount: '' };
      const payee = {
        relation: 'con',
        payeeName: 'Trần Thị Lan',
        payeeNumber: '040185000008',
        authority: '7/QĐ-GH',
      };
      const proposalNo =
        what === 'payee'
          ? await proposePayee(context, { ...of, payee, channel: cash })
          : await proposeChannel(context, { ...of, channel: account });
      const decision = { recipientId, proposalNo, decision: 'confirmed', reason: '' } as const;
      await decideChange(test.context({ actor: FIRST }), decision);
      expect(await signedBy(test, SECOND), what).to.equal(refusal);
    }
  });

  it('a batch is not signed once an account of it was changed, by whoever', async () => {
    const test = await towns.copy();
    const { recipientId, account } = await paidToAccount(test);
    await changeAccount(test, { recipientId, oldAccount: account, to: '555666777' });
    expect(await signedBy(test, SECOND)).to.equal('account-not-payable');
  });

  it('two hundred swaps by one clerk pay nothing', async () => {
    const test = await towns.copy();
    const accounts = await many<{ recipientId: bigint; account: string }>(
      test.db,
      `select distinct recipient_id as "recipientId", account_number as account
         from payment_instruction where bank_bin <> ''`,
    );
    for (const { recipientId, account } of accounts) {
      await changeAccount(test, { recipientId, oldAccount: account, to: '555666777' });
    }
    expect(await signedBy(test, SECOND)).to.equal('account-not-payable');
    const released = await one(
      test.db,
      `select count(*) as n from batch_state where state in ('approved', 'released')`,
    );
    expect(released).to.deep.equal({ n: 0n });
  });

  it('who changed an account does not sign, though the change was another month’s', async () => {
    const test = await towns.copy();
    const { recipientId } = await paidToAccount(test);
    await many(
      test.owner,
      `insert into register_change
         (recipient_id, change_no, subject, old_value, new_value, document, changed_by, changed_at,
          confirmed_by)
       values (${recipientId}, 1, 'channel', '{}', '{}', 'A', '${FIRST}', '2026-09-01', '${SECOND}')`,
    );
    expect(await signedBy(test, FIRST)).to.equal('checker-is-maker');
    expect(await signedBy(test, SECOND)).to.equal('nothing');
  });

  it('a changed account is signed for when it was told of and has waited, or was consented to', async () => {
    const test = await towns.copy();
    const { recipientId } = await paidToAccount(test);
    // The line pays the changed account: what a month is that was gathered after the change.
    const changed = (payableFrom: string): string => `
      insert into register_change
        (recipient_id, change_no, subject, old_value, new_value, document, changed_by, changed_at,
         confirmed_by)
      values (${recipientId}, 1, 'channel', '{}', '{}', 'A', 'clerk', '2026-10-20', 'chief');
      update payment_channel set change_no = 1, payable_from = '${payableFrom}'
       where recipient_id = ${recipientId}`;
    const told = `insert into channel_notice values (${recipientId}, 1, 'sms', '2026-10-20', 'clerk')`;
    const consent = `
      insert into channel_consent
      values (${recipientId}, 1, 1, 'vneid', 'A', 'clerk', 'chief', '2026-10-21')`;
    const cases: [string, readonly string[]][] = [
      ['account_change_was_told', [changed('2026-10-20')]],
      ['account_change_was_told', [changed('2026-10-27')]],
      ['changed_account_has_cooled_off', [changed('2026-10-27'), told]],
      ['changed_account_has_cooled_off', [changed('2026-10-23T03:00:01Z'), told]],
      ['nothing', [changed('2026-10-23T03:00:00Z'), told]],
      ['nothing', [changed('2026-10-27'), told, consent]],
      [
        'account_is_of_record',
        [`update payment_channel set ended_on = '2026-10-22' where recipient_id = ${recipientId}`],
      ],
      // A line in cash goes to a person.
      [
        'nothing',
        [
          `update payment_channel set ended_on = '2026-10-22' where recipient_id in
             (select recipient_id from payment_instruction where bank_bin = '')`,
        ],
      ],
    ];
    for (const [rule, planted] of cases) {
      const tried = whatRefused(
        write(test.owner, async (tx) => {
          for (const sql of planted) await many(tx, sql);
          await signAs(tx, SECOND);
          throw Object.assign(new Error('undone'), { code: 'nothing' });
        }),
      );
      expect(await tried, planted.join('; ')).to.equal(rule);
    }
  });
});

/** A signature under every batch, in the words of the database. */
async function signAs(tx: Tx, person: string): Promise<void> {
  await many(
    tx,
    `insert into approval (batch_id, person_id, signed_at, step_up_at, instruction_count, total_vnd,
                           content_hash, files_hash)
     select batch_id, :person, '2026-10-23T03:00:00Z', '2026-10-23T03:00:00Z', instruction_count,
            total_vnd, content_hash, batch_files_hash(batch_id)
       from disbursement_batch`,
    { person },
  );
}

describe('the register between approval and release', () => {
  // The month is left with a batch that nobody has answered.
  const current = useDatabase({ checked: false });

  it('an account that changes after both signatures has its batch withdrawn, and no other', async () => {
    const test = current();
    await walkTown(test, { until: 'approved', recipients: 30 });
    const { recipientId, account } = await paidToAccount(test);
    await changeAccount(test, { recipientId, oldAccount: account, to: '555666777' });
    const folder = mkdtempSync(join(tmpdir(), 'an-sinh-gates-'));
    const scope = { period: TOWN_PERIOD, owner: 'gates', leaseSeconds: 60 };
    const context = test.context();
    await askWhoDied(test);
    const released = await releaseBatches(context, townTransports(folder), scope);
    const all = await batchesOf(test.db, { period: TOWN_PERIOD, state: null });
    const ofBank = all.filter(({ channel }) => channel === 'BANK').length;
    expect(released.withdrawn).to.equal(1);
    expect(released.batches).to.equal(all.length - 1);
    expect(ofBank).to.equal(1);
    expect(readdirSync(folder)).to.not.include('bank');
  });
});
