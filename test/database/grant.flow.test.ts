import { expect } from 'chai';
import {
  addPerson,
  decideGrant,
  grantRole,
  revokeRole,
  setActive,
  setUpAdministrators,
} from '../../src/access/grant.flow.ts';
import type { Grant, Role } from '../../src/access/permission.ts';
import {
  addGrant,
  addRoleProposal,
  decideRoleProposal,
  isAdministrator,
  listedPersons,
  openRoleProposals,
  putPerson,
  revokeGrant,
  setPersonActive,
} from '../../src/access/person.sql.ts';
import { setUpStaff } from '../../src/access/set-up-staff.flow.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { itKeepsEveryRule } from '../support/violations.ts';

const ADMINISTRATORS = [
  { personId: 'first', fullName: 'A', citizenNumber: '040080000081' },
  { personId: 'second', fullName: 'B', citizenNumber: '040080000082' },
] as const;

const checker: Grant = { role: 'checker', unitCode: '40', limitVnd: 100n };
const maker: Grant = { role: 'maker', unitCode: '40', limitVnd: null };

describe('granting roles', () => {
  const test = useDatabase();
  const by = (actor: string) => test().context({ actor });
  const rolesOf = async (personId: string): Promise<string[]> =>
    (await listedPersons(test().db, ['VN']))
      .filter((one) => one.personId === personId && one.role !== null)
      .map(({ role, unitCode }) => `${role ?? ''} ${unitCode ?? ''}`);

  before(async () => {
    await setUpAdministrators(by('installation'), ADMINISTRATORS);
    for (const [personId, citizenNumber] of [
      ['clerk', '040080000083'],
      ['other', '040080000084'],
    ] as const) {
      const person = { personId, fullName: personId, citizenNumber, unitCode: 'VN' };
      await addPerson(by('first'), person);
    }
  });

  it('begins with two administrators, once', async () => {
    expect(await rolesOf('first')).to.deep.equal(['administrator VN']);
    const again = [
      { personId: 'third', fullName: 'C', citizenNumber: '040080000085' },
      { personId: 'fourth', fullName: 'D', citizenNumber: '040080000086' },
    ] as const;
    expect(await whatRefused(setUpAdministrators(by('installation'), again))).to.equal(
      'not-an-administrator',
    );
    expect(await rolesOf('third')).to.deep.equal([]);
  });

  it('takes one administrator for a role that signs nothing', async () => {
    const wanted = { personId: 'clerk', ...maker };
    expect(await grantRole(by('first'), wanted)).to.deep.equal({ proposalNo: null });
    expect(await rolesOf('clerk')).to.deep.equal(['maker 40']);
    expect(await whatRefused(grantRole(by('first'), wanted))).to.equal('grant-not-possible');
  });

  it('takes two for a role whose signature moves money, law or rights (ASVS 2.3.5)', async () => {
    const { proposalNo } = await grantRole(by('first'), { personId: 'other', ...checker });
    if (proposalNo === null) throw new Error('it is proposed');
    expect(await rolesOf('other')).to.deep.equal([]);
    const decide = (actor: string): Promise<void> =>
      decideGrant(by(actor), { proposalNo, granted: true });
    expect(await whatRefused(decide('first'))).to.equal('proposer-may-not-decide');
    expect(await whatRefused(decide('other'))).to.equal('proposer-may-not-decide');
    expect(await whatRefused(decide('clerk'))).to.equal('not-an-administrator');
    expect((await openRoleProposals(test().db, ['40'])).map((one) => one.proposalNo)).to.deep.equal(
      [proposalNo],
    );
    await decide('second');
    expect(await rolesOf('other')).to.deep.equal(['checker 40']);
    expect(await whatRefused(decide('second'))).to.equal('proposal-not-open');
  });

  it('is for administrators, and never for oneself', async () => {
    const wanted = { personId: 'clerk', ...maker, unitCode: '38' };
    expect(await whatRefused(grantRole(by('clerk'), wanted))).to.equal('not-an-administrator');
    expect(await whatRefused(grantRole(by('first'), { personId: 'first', ...maker }))).to.equal(
      'grant-to-self',
    );
    expect(await whatRefused(grantRole(by('first'), { personId: 'first', ...checker }))).to.equal(
      'grant-to-self',
    );
    expect(
      await whatRefused(setActive(by('first'), { personId: 'first', active: false })),
    ).to.equal('grant-to-self');
    const person = { personId: 'x1', fullName: 'X', citizenNumber: '040080000088', unitCode: 'VN' };
    expect(await whatRefused(addPerson(by('clerk'), person))).to.equal('not-an-administrator');
    const same = { ...person, citizenNumber: '040080000083' };
    expect(await whatRefused(addPerson(by('first'), same))).to.equal('person-known-already');
  });

  it('is held by the database against whoever writes there without asking', async () => {
    const planted = (personId: string, grant: Grant, by: object): Promise<string> =>
      triedAndUndone(test().db, (tx) =>
        addGrant(tx, {
          ...grant,
          personId,
          grantedBy: 'installation',
          proposedBy: null,
          at: new Date('2026-11-01T00:00:00Z'),
          ...by,
        }),
      );
    expect(await planted('clerk', { ...maker, unitCode: '38' }, {})).to.equal(
      'an_administrator_grants',
    );
    expect(await planted('clerk', checker, { grantedBy: 'first' })).to.equal(
      'two_administrators_grant',
    );
    expect(await planted('clerk', checker, { grantedBy: 'first', proposedBy: 'other' })).to.equal(
      'two_administrators_grant',
    );
    expect(await planted('clerk', checker, { grantedBy: 'first', proposedBy: 'first' })).to.equal(
      'two_persons_grant',
    );
    expect(await planted('clerk', checker, { grantedBy: 'first', proposedBy: 'second' })).to.equal(
      'nothing',
    );
  });

  it('takes a role away by one, and gives it again', async () => {
    const role = { personId: 'clerk', role: 'maker' as Role, unitCode: '40' };
    await revokeRole(by('second'), role);
    expect(await rolesOf('clerk')).to.deep.equal([]);
    expect(await whatRefused(revokeRole(by('second'), role))).to.equal('grant-not-possible');
    const later = { ...by('first'), clock: () => new Date('2026-10-23T02:00:00Z') };
    await grantRole(later, { personId: 'clerk', ...maker });
    expect(await rolesOf('clerk')).to.deep.equal(['maker 40']);
    // With no administrator left, still nobody but an administrator grants.
    await write(test().owner, (tx) =>
      many(tx, `update person_role set revoked_at = now() where role = 'administrator'`),
    );
    const wanted = { personId: 'other', ...maker };
    expect(await whatRefused(grantRole(by('first'), wanted))).to.equal('not-an-administrator');
    const direct = triedAndUndone(test().db, (tx) =>
      addGrant(tx, { ...wanted, grantedBy: 'x', proposedBy: null, at: new Date() }),
    );
    expect(await direct).to.equal('an_administrator_grants');
  });

  it('leaves an event of each', async () => {
    const told = await many<{ action: string }>(
      test().db,
      `select action from audit_event where subject in ('person/clerk', 'person/other')
        order by event_no`,
    );
    expect(told.map(({ action }) => action)).to.deep.equal([
      'person-added',
      'person-added',
      'role-granted',
      'role-proposed',
      'role-granted',
      'role-revoked',
      'role-granted',
    ]);
  });
});

describe('the statements of rights', () => {
  const test = useDatabase({ checked: false });
  const at = new Date('2026-10-22T02:00:00Z');

  before(async () => {
    const accounts = await setUpStaff(test().context(), '40');
    expect(accounts.map(({ role }) => role)).to.have.length(9);
    expect(await setUpStaff(test().context(), '40')).to.deep.equal([]);
  });

  it('add, stop and list persons', async () => {
    const person = { personId: 'clerk', fullName: 'A', citizenNumber: '040080000083' };
    await write(test().db, (tx) => putPerson(tx, person));
    const stop = (active: boolean): Promise<boolean> =>
      write(test().db, (tx) => setPersonActive(tx, { personId: 'clerk', active }));
    expect([await stop(true), await stop(false), await stop(false)]).to.deep.equal([
      false,
      true,
      false,
    ]);
    const listed = (await listedPersons(test().db, ['VN'])).filter((one) =>
      ['clerk', 'can-bo-lap'].includes(one.personId),
    );
    expect(listed.map((one) => [one.personId, one.active, one.credential, one.role])).to.deep.equal(
      [
        ['can-bo-lap', true, 'one-time', 'maker'],
        ['clerk', false, 'none', null],
      ],
    );
  });

  it('know an administrator of a unit', async () => {
    const is = (personId: string, unitCode: string): Promise<boolean> =>
      isAdministrator(test().db, { personId, unitCode });
    expect(await is('quan-tri-1', '40')).to.equal(true);
    expect(await is('can-bo-lap', '40')).to.equal(false);
  });

  it('decide a proposal once, and revoke what is held', async () => {
    const decided = await write(test().db, async (tx) => {
      const proposal = { personId: 'can-bo-lap', ...checker, proposedBy: 'quan-tri-1', at };
      const proposalNo = await addRoleProposal(tx, proposal);
      const decision = { proposalNo, by: 'quan-tri-2', granted: false, at };
      return [await decideRoleProposal(tx, decision), await decideRoleProposal(tx, decision)];
    });
    expect(decided[0]).to.include({ personId: 'can-bo-lap', role: 'checker', limitVnd: 100n });
    expect(decided[1]).to.equal(undefined);
    const revoke = { personId: 'kiem-toan', role: 'auditor' as const, unitCode: '40', at };
    const revoked = (): Promise<boolean> => write(test().db, (tx) => revokeGrant(tx, revoke));
    expect([await revoked(), await revoked()]).to.deep.equal([true, false]);
  });

  itKeepsEveryRule(
    test,
    {
      role_proposal: {
        proposal_no: 900,
        person_id: 'can-bo-lap',
        role: 'checker',
        unit_code: '40',
        proposed_by: 'quan-tri-1',
        proposed_at: '2026-10-22T02:00:00Z',
      },
    },
    [
      { rule: 'role_proposal_pkey', table: 'role_proposal', wrong: {} },
      {
        rule: 'role_proposal_person_id_fkey',
        table: 'role_proposal',
        wrong: { proposal_no: 901, person_id: 'nobody' },
      },
      { rule: 'role_proposal_role_check', table: 'role_proposal', wrong: { role: 'maker' } },
      { rule: 'role_proposal_limit_vnd_check', table: 'role_proposal', wrong: { limit_vnd: 0 } },
      {
        rule: 'role_proposal_proposed_by_fkey',
        table: 'role_proposal',
        wrong: { proposal_no: 901, proposed_by: 'nobody' },
      },
      {
        rule: 'role_proposal_decided_by_fkey',
        table: 'role_proposal',
        wrong: {
          proposal_no: 901,
          decided_by: 'nobody',
          decided_at: '2026-10-22T02:00:00Z',
          granted: true,
        },
      },
      {
        rule: 'nobody_proposes_self',
        table: 'role_proposal',
        wrong: { proposed_by: 'can-bo-lap' },
      },
      {
        rule: 'another_decides',
        table: 'role_proposal',
        wrong: { decided_by: 'quan-tri-1', decided_at: '2026-10-22T02:00:00Z', granted: true },
      },
      { rule: 'a_decision_is_whole', table: 'role_proposal', wrong: { granted: true } },
    ],
  );
});
