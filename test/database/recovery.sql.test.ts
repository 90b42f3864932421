import { expect } from 'chai';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { decideRecovery, proposeRecovery } from '../../src/entitlement/decide-recovery.flow.ts';
import {
  addDecision,
  addInstalments,
  addProposal,
  hasRole,
  recoveryCases,
  type NewProposal,
} from '../../src/entitlement/recovery.sql.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import {
  itKeepsEveryRule,
  plant,
  rightsOfApplication,
  type Violation,
} from '../support/violations.ts';

const CASE = { recipientId: 1n, caseNo: 1 };
const AT = new Date('2026-12-20T02:00:00Z');
const [FIRST, SECOND] = SANDBOX_PERSONS.checkers;

const DEDUCT = {
  ...CASE,
  outcome: 'deduct',
  amountVnd: 1_000_000n,
  instalments: 3,
  firstPeriod: period('2026-12'),
  grounds: 'Chết tháng 10',
  document: '5/BB',
} as const satisfies Omit<NewProposal, 'by' | 'at'>;

const ROWS = {
  recovery_case: {
    recipient_id: 1,
    case_no: 1,
    programme: 'social_assistance',
    period: '2026-12',
    amount_vnd: 1_000_000,
    reason: 'deceased',
    facts: '{}',
    opened_on: '2026-11-22',
  },
  recovery_month: {
    recipient_id: 1,
    case_no: 1,
    for_period: '2026-11',
    paid_vnd: 1_000_000,
    due_vnd: 0,
    amount_vnd: 1_000_000,
    reason: 'deceased',
  },
  recovery_proposal: {
    recipient_id: 1,
    case_no: 1,
    proposal_no: 1,
    outcome: 'deduct',
    amount_vnd: 1_000_000,
    instalments: 3,
    first_period: '2026-12',
    grounds: 'a',
    document: 'b',
    proposed_by: 'maker',
    proposed_at: '2026-12-20T02:00:00Z',
  },
  recovery_decision: {
    recipient_id: 1,
    case_no: 1,
    proposal_no: 1,
    proposed_by: 'maker',
    outcome: 'deduct',
    decided_by: 'checker',
    decided_at: '2026-12-21T02:00:00Z',
    appeal_until: '2027-01-20',
  },
  recovery_instalment: {
    recipient_id: 1,
    case_no: 1,
    instalment_no: 1,
    outcome: 'deduct',
    period: '2026-12',
    amount_vnd: 333_333,
  },
} as const;

async function open(test: TestDatabase): Promise<void> {
  await setUpSandbox(test.context(), { provinceCode: '40', period: period('2026-12') });
  await plant(test.owner, 'recovery_case', ROWS.recovery_case);
  await plant(test.owner, 'recovery_month', ROWS.recovery_month);
}

describe('a recovery is decided by two persons', () => {
  const test = useDatabase();
  const decision = { ...CASE, proposalNo: 1, appealUntil: plainDate('2027-01-20') };
  const as = (actor: string): ReturnType<TestDatabase['context']> => test().context({ actor });
  const instalments = (): Promise<unknown[]> =>
    many(
      test().db,
      `select period, amount_vnd as vnd from recovery_instalment order by instalment_no`,
    );

  before(() => open(test()));

  it('recoveryCases has what waits, with its months', async () => {
    expect(await recoveryCases(test().db, { decided: true })).to.deep.equal([]);
    expect(await recoveryCases(test().db, { decided: false })).to.deep.equal([
      {
        ...CASE,
        programme: 'social_assistance',
        period: '2026-12',
        amountVnd: 1_000_000n,
        reason: 'deceased',
        openedOn: '2026-11-22',
        firstMonth: '2026-11',
        lastMonth: '2026-11',
        outcome: null,
        decidedBy: null,
      },
    ]);
  });

  it('hasRole knows a maker from a checker', async () => {
    expect(await hasRole(test().db, { personId: SANDBOX_PERSONS.maker, role: 'maker' })).to.equal(
      true,
    );
    expect(await hasRole(test().db, { personId: SANDBOX_PERSONS.maker, role: 'checker' })).to.equal(
      false,
    );
  });

  it('is not proposed by who may not, and not for more than was too much', async () => {
    expect(await whatRefused(proposeRecovery(as(FIRST), DEDUCT))).to.equal('recovery-not-entitled');
    const tooMuch = { ...DEDUCT, amountVnd: 1_000_001n };
    expect(await whatRefused(proposeRecovery(as(SANDBOX_PERSONS.maker), tooMuch))).to.equal(
      'recovery-not-open',
    );
    const none = { ...DEDUCT, caseNo: 2 };
    expect(await whatRefused(proposeRecovery(as(SANDBOX_PERSONS.maker), none))).to.equal(
      'recovery-not-open',
    );
  });

  it('takes nothing while it is only proposed', async () => {
    expect(await proposeRecovery(as(SANDBOX_PERSONS.maker), DEDUCT)).to.equal(1);
    expect(await instalments()).to.deep.equal([]);
    expect(await whatRefused(decideRecovery(as(SANDBOX_PERSONS.maker), decision))).to.equal(
      'recovery-not-entitled',
    );
  });

  it('is laid out over its months once it is decided, to the dong', async () => {
    expect(await decideRecovery(as(FIRST), decision)).to.deep.equal({
      outcome: 'deduct',
      amountVnd: 1_000_000n,
    });
    expect(await instalments()).to.deep.equal([
      { period: '2026-12', vnd: 333_333n },
      { period: '2027-01', vnd: 333_333n },
      { period: '2027-02', vnd: 333_334n },
    ]);
    expect(await recoveryCases(test().db, { decided: false })).to.deep.equal([]);
  });

  it('is decided once', async () => {
    expect(await whatRefused(decideRecovery(as(SECOND), decision))).to.equal('recovery-not-open');
    expect(await whatRefused(proposeRecovery(as(SANDBOX_PERSONS.maker), DEDUCT))).to.equal(
      'recovery-not-open',
    );
  });
});

describe('the statements of a recovery', () => {
  const test = useDatabase();
  before(() => open(test()));

  it('addProposal counts, addDecision takes the last, and addInstalments only of a deduction', async () => {
    await write(test().db, async (tx) => {
      const waive = { ...DEDUCT, outcome: 'waive', amountVnd: 0n, instalments: 0 } as const;
      expect(await addProposal(tx, { ...DEDUCT, by: 'a', at: AT })).to.deep.equal({
        proposalNo: 1,
      });
      expect(await addProposal(tx, { ...waive, firstPeriod: null, by: 'a', at: AT })).to.deep.equal(
        { proposalNo: 2 },
      );
      const by = { ...CASE, by: 'b', at: AT, appealUntil: plainDate('2027-01-20') };
      expect(await addDecision(tx, { ...by, proposalNo: 1 })).to.equal(undefined);
      expect(await addDecision(tx, { ...by, proposalNo: 2 })).to.deep.equal({
        outcome: 'waive',
        amountVnd: 0n,
      });
      await addInstalments(tx, CASE);
      expect(await many(tx, 'select from recovery_instalment')).to.deep.equal([]);
    });
  });
});

describe('the rules of a recovery that is found', () => {
  const test = useDatabase({ checked: false });
  const { recovery_case, recovery_month } = ROWS;

  itKeepsEveryRule(test, { recovery_case, recovery_month }, [
    { rule: 'recovery_case_pkey', table: 'recovery_case', wrong: {} },
    { rule: 'recovery_case_case_no_check', table: 'recovery_case', wrong: { case_no: 0 } },
    {
      rule: 'recovery_case_amount_vnd_check',
      table: 'recovery_case',
      wrong: { case_no: 2, amount_vnd: 0 },
    },
    { rule: 'recovery_month_pkey', table: 'recovery_month', wrong: {} },
    {
      rule: 'recovery_month_recipient_id_case_no_fkey',
      table: 'recovery_month',
      wrong: { case_no: 9 },
    },
    {
      rule: 'recovery_month_due_vnd_check',
      table: 'recovery_month',
      wrong: { for_period: '2026-12', due_vnd: -1 },
    },
    {
      rule: 'recovery_month_amount_vnd_check',
      table: 'recovery_month',
      wrong: { for_period: '2026-12', amount_vnd: 0 },
    },
    {
      rule: 'no_more_than_was_too_much',
      table: 'recovery_month',
      wrong: { for_period: '2026-12', due_vnd: 1 },
    },
  ]);

  it('leave the application no way to change what was found or decided', async () => {
    const tables = Object.keys(ROWS);
    const rights = Object.fromEntries(tables.map((table) => [table, 'insert']));
    expect(await rightsOfApplication(test().db, tables)).to.deep.equal(rights);
  });
});

describe('the rules of a recovery that is decided', () => {
  const test = useDatabase({ checked: false });
  const { recovery_case, recovery_proposal, recovery_decision, recovery_instalment } = ROWS;

  before(async () => {
    await plant(test().owner, 'recovery_case', recovery_case);
    await plant(test().owner, 'recovery_proposal', recovery_proposal);
    await plant(test().owner, 'recovery_decision', recovery_decision);
  });

  itKeepsEveryRule(test, { recovery_instalment }, [
    {
      rule: 'recovery_instalment_pkey',
      table: 'recovery_instalment',
      wrong: { period: '2027-01' },
    },
    { rule: 'one_instalment_a_month', table: 'recovery_instalment', wrong: { instalment_no: 2 } },
    { rule: 'a_deduction_is_decided', table: 'recovery_instalment', wrong: { case_no: 9 } },
    {
      rule: 'recovery_instalment_instalment_no_check',
      table: 'recovery_instalment',
      wrong: { instalment_no: 0 },
    },
    {
      rule: 'recovery_instalment_outcome_check',
      table: 'recovery_instalment',
      wrong: { instalment_no: 2, outcome: 'waive' },
    },
    {
      rule: 'recovery_instalment_amount_vnd_check',
      table: 'recovery_instalment',
      wrong: { instalment_no: 2, amount_vnd: 0 },
    },
  ]);

  const violations: readonly Violation[] = [
    { rule: 'recovery_proposal_pkey', table: 'recovery_proposal', wrong: { proposed_by: 'other' } },
    { rule: 'proposal_of_a_case', table: 'recovery_proposal', wrong: { case_no: 9 } },
    {
      rule: 'recovery_proposal_proposal_no_check',
      table: 'recovery_proposal',
      wrong: { proposal_no: 0 },
    },
    {
      rule: 'recovery_proposal_outcome_check',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, outcome: 'seize', instalments: 0, first_period: null },
    },
    {
      rule: 'recovery_proposal_amount_vnd_check',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, amount_vnd: -1 },
    },
    {
      rule: 'recovery_proposal_instalments_check',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, instalments: 61 },
    },
    {
      rule: 'recovery_proposal_grounds_check',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, grounds: '' },
    },
    {
      rule: 'recovery_proposal_document_check',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, document: '' },
    },
    {
      rule: 'waived_is_nothing',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, amount_vnd: 0 },
    },
    {
      rule: 'only_a_deduction_has_instalments',
      table: 'recovery_proposal',
      wrong: { proposal_no: 2, outcome: 'repay' },
    },
    { rule: 'recovery_decision_pkey', table: 'recovery_decision', wrong: { outcome: 'repay' } },
    { rule: 'decision_on_a_proposal', table: 'recovery_decision', wrong: { case_no: 9 } },
    { rule: 'another_person_decides', table: 'recovery_decision', wrong: { decided_by: 'maker' } },
  ];
  for (const { rule, table, wrong } of violations) {
    it(`${table}: ${rule}`, async () => {
      const sound = table === 'recovery_proposal' ? recovery_proposal : recovery_decision;
      expect(await whatRefused(plant(test().owner, table, { ...sound, ...wrong }))).to.equal(rule);
    });
  }
});
