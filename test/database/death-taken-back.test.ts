import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { decideChange, proposeAlive } from '../../src/intake/change-register.flow.ts';
import { registeredDeath, takeBackDeath } from '../../src/intake/register.sql.ts';
import { registerDeaths } from '../../src/intake/register-deaths.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { adult, assess, citizenNumber, takeRows } from '../support/drawn-list.ts';
import { whatRefused } from '../support/refused.ts';
import { ASKER } from '../support/town.ts';

// A register told the death of the wrong person. What stands on record is taken back by two persons, what
// was not paid is paid, and the same mistake told again is not believed.

const PERSON = 1n;
const DIED_ON = '2026-06-30';
const [CHECKER] = SANDBOX_PERSONS.checkers;

/** Asks a civil-status register that says of the person that they died on a day; how many deaths are new. */
async function told(test: TestDatabase, day: string, until: string): Promise<bigint | undefined> {
  const counts = await registerDeaths(
    test.context(),
    {
      async *deaths() {
        yield await Promise.resolve([{ citizenNumber: citizenNumber(1), diedOn: plainDate(day) }]);
      },
    },
    {
      provinceCode: '40',
      period: period('2026-11'),
      until: plainDate(until),
      asker: ASKER,
    },
  );
  return counts?.known;
}

function assessed(test: TestDatabase): Promise<unknown[]> {
  return many(
    test.db,
    `select assessment_no as no, reason, amount_vnd as vnd from assessment
      where recipient_id = 1 order by 1`,
  );
}

describe('a death that is taken back', () => {
  const test = useDatabase();
  const maker = () => test().context({ actor: SANDBOX_PERSONS.maker });
  const checker = () => test().context({ actor: CHECKER });
  let proposalNo = 0;

  before(async () => {
    await takeRows(test(), [adult(1), adult(2)]);
    await told(test(), DIED_ON, '2026-10-22');
    await assess(test(), '2026-11');
  });

  it('had stopped the money', async () => {
    expect(await assessed(test())).to.deep.equal([{ no: 1, reason: 'deceased', vnd: 0n }]);
    expect(await registeredDeath(test().db, PERSON)).to.equal(DIED_ON);
  });

  it('is proposed of who is on record as dead, with a document, and of nobody else', async () => {
    const alive = (recipientId: bigint, document: string): Promise<string> =>
      whatRefused(proposeAlive(maker(), { recipientId, document }));
    expect(await alive(2n, '7/UBND')).to.equal('nothing-is-changed');
    expect(await alive(PERSON, '')).to.equal('register_proposal_document_check');
    proposalNo = await proposeAlive(maker(), { recipientId: PERSON, document: '7/UBND' });
    expect(await registeredDeath(test().db, PERSON)).to.equal(DIED_ON);
  });

  it('is not taken back by who proposed it, nor by the application alone', async () => {
    const decision = {
      recipientId: PERSON,
      proposalNo,
      decision: 'confirmed',
      reason: '',
    } as const;
    await many(
      test().owner,
      `insert into person_role values ('${SANDBOX_PERSONS.maker}', 'checker', '40', null, 'x', now())`,
    );
    expect(await whatRefused(decideChange(maker(), decision))).to.equal('proposer-may-not-decide');
    const alone = write(test().db, (tx) => many(tx, 'delete from recipient_death'));
    expect(await whatRefused(alone)).to.equal('42501');
    const without = write(test().db, (tx) =>
      takeBackDeath(tx, { recipientId: PERSON, changeNo: 1 }),
    );
    expect(await without).to.equal(false);
    expect(await registeredDeath(test().db, PERSON)).to.equal(DIED_ON);
  });

  it('counts nowhere once another person has confirmed, and stays to be seen', async () => {
    const decision = {
      recipientId: PERSON,
      proposalNo,
      decision: 'confirmed',
      reason: '',
    } as const;
    await decideChange(checker(), decision);
    expect(await registeredDeath(test().db, PERSON)).to.equal(undefined);
    const kept = await one(
      test().db,
      `select b.died_on as "diedOn", b.source, c.document, c.changed_by as by, c.confirmed_by as other
         from death_taken_back b join register_change c using (recipient_id, change_no)`,
    );
    expect(kept).to.deep.equal({
      diedOn: DIED_ON,
      source: 'civil-status register',
      document: '7/UBND',
      by: SANDBOX_PERSONS.maker,
      other: CHECKER,
    });
  });

  it('pays what had not been paid, in the same month still', async () => {
    await assess(test(), '2026-11');
    const [, second] = await assessed(test());
    const { vnd } = await one<{ vnd: bigint }>(
      test().db,
      'select amount_vnd as vnd from assessment where recipient_id = 2',
    );
    expect(second).to.deep.equal({ no: 2, reason: null, vnd });
  });

  it('is not believed when it is told again; another day is', async () => {
    expect(await told(test(), DIED_ON, '2026-10-23')).to.equal(0n);
    expect(await registeredDeath(test().db, PERSON)).to.equal(undefined);
    expect(await told(test(), '2026-10-20', '2026-10-24')).to.equal(1n);
    expect(await registeredDeath(test().db, PERSON)).to.equal('2026-10-20');
  });

  it('is void where the register has moved since it was proposed', async () => {
    const recipientId = PERSON;
    const first = await proposeAlive(maker(), { recipientId, document: '8/UBND' });
    const twin = await proposeAlive(maker(), { recipientId, document: '8/UBND' });
    const decide = (no: number): Promise<string> =>
      whatRefused(
        decideChange(checker(), { recipientId, proposalNo: no, decision: 'confirmed', reason: '' }),
      );
    expect(await decide(first)).to.equal('nothing');
    expect(await decide(twin)).to.equal('register-has-moved');
  });
});
