import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { decideChange, proposeSharing } from '../../src/intake/change-register.flow.ts';
import { applySharing, registeredSharing } from '../../src/intake/register.sql.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, CASH, takeRows } from '../support/drawn-list.ts';
import { whatRefused } from '../support/refused.ts';

// An account that may receive for several payees: proposed by one person, confirmed by another, and ended the same way.

const [CHECKER] = SANDBOX_PERSONS.checkers;
const ON = '2026-10-22T02:00:00Z';

describe('a shared account', () => {
  const test = useDatabase();
  const maker = () => test().context({ actor: SANDBOX_PERSONS.maker, at: ON });
  const checker = () => test().context({ actor: CHECKER, at: ON });
  const propose = (sharedFor: string, recipientId = 1n, document = '9/UBND'): Promise<number> =>
    proposeSharing(maker(), { recipientId, document, sharedFor });
  const confirm = (proposalNo: number, by = checker()): Promise<string> =>
    whatRefused(
      decideChange(by, { recipientId: 1n, proposalNo, decision: 'confirmed', reason: '' }),
    );
  const registered = (): Promise<unknown[]> =>
    many(
      test().db,
      `select account_number as account, reason, document, registered_by as by, confirmed_by as other,
              ended_on as "endedOn"
         from shared_account order by registered_at, ended_on nulls last`,
    );
  const account = '1000000001';
  const kept = { account, document: '9/UBND', by: SANDBOX_PERSONS.maker, other: CHECKER };

  before(() => takeRows(test(), [adult(1), adult(2), adult(3, CASH)]));

  it('is proposed of an account that is paid to, with a document, and changes nothing yet', async () => {
    expect(await whatRefused(propose('household', 3n))).to.equal('nothing-is-changed');
    expect(await whatRefused(propose(''))).to.equal('nothing-is-changed');
    expect(await whatRefused(propose('household', 1n, ''))).to.equal(
      'register_proposal_document_check',
    );
    await propose('household');
    expect(await registered()).to.deep.equal([]);
    expect(await registeredSharing(test().db, 1n)).to.deep.equal({
      bankBin: '970405',
      accountNumber: account,
      sharedFor: '',
    });
    expect(await registeredSharing(test().db, 3n)).to.equal(undefined);
  });

  it('is not registered by who proposed it, nor by the application alone', async () => {
    await many(
      test().owner,
      `insert into person_role values ('${SANDBOX_PERSONS.maker}', 'checker', '40', null, 'x', now())`,
    );
    expect(await confirm(1, maker())).to.equal('proposer-may-not-decide');
    const alone = write(test().db, (tx) =>
      many(
        tx,
        `insert into shared_account values ('970405', '${account}', 'household', 'form 9',
           '${SANDBOX_PERSONS.maker}', '${CHECKER}', now(), null)`,
      ),
    );
    expect(await whatRefused(alone)).to.equal('42501');
    const ended = write(test().db, (tx) => many(tx, 'update shared_account set ended_on = now()'));
    expect(await whatRefused(ended)).to.equal('42501');
    const without = write(test().db, (tx) => applySharing(tx, { recipientId: 1n, changeNo: 1 }));
    expect(await without).to.equal(false);
    expect(await registered()).to.deep.equal([]);
  });

  it('is registered once another person has confirmed, for whom and by which document', async () => {
    const twin = await propose('home');
    expect(await confirm(1)).to.equal('nothing');
    expect(await registered()).to.deep.equal([{ ...kept, reason: 'household', endedOn: null }]);
    // What was proposed of another state is void.
    expect(await confirm(twin)).to.equal('register-has-moved');
    expect(await whatRefused(propose('household'))).to.equal('nothing-is-changed');
  });

  it('is ended by two as well, from that day on, and may be shared again', async () => {
    expect(await confirm(await propose(''))).to.equal('nothing');
    expect(await registered()).to.deep.equal([
      { ...kept, reason: 'household', endedOn: '2026-10-22' },
    ]);
    expect(await registeredSharing(test().db, 1n)).to.include({ sharedFor: '' });
    const again = await propose('household');
    const later = test().context({ actor: CHECKER, at: '2026-10-23T02:00:00Z' });
    expect(await confirm(again, later)).to.equal('nothing');
    expect(await registered()).to.have.length(2);
  });

  it('is void where another account is paid to since it was proposed', async () => {
    const proposalNo = await propose('');
    await many(
      test().owner,
      `update payment_channel set account_number = '5550000009' where recipient_id = 1`,
    );
    expect(await confirm(proposalNo)).to.equal('register-has-moved');
  });
});
