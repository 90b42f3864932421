import { expect } from 'chai';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { addFindings } from '../../src/verification/verification.sql.ts';
import {
  addOutcomeDecision,
  addOutcomeProposal,
  addStep,
  casesOf,
  doubtsOf,
  handledOf,
  worklistOf,
} from '../../src/verification/worklist.sql.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, takeRows } from '../support/drawn-list.ts';
import { holding, untilWaiting } from '../support/refused.ts';
import { itKeepsEveryRule, rightsOfApplication } from '../support/violations.ts';

const OF = { period: period('2026-11') };
// In Hà Nội this is already the 22nd.
const AT = new Date('2026-10-21T18:00:00Z');
const ALL = { ...OF, communeCode: null, after: null, atMost: 10 };

describe('what waits for a person', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [adult(1), adult(2), adult(3)]);
    await assess(test(), '2026-11');
    const found = (recipientId: string, code: string, subject: string, severity: string) => ({
      ...{ recipientId, code, subject, severity },
      listed: 'Trần Thị Lài',
      answered: 'Trần Thị Lái',
    });
    await write(test().db, (tx) =>
      addFindings(tx, {
        ...OF,
        at: AT,
        findings: [
          found('1', 'POP_NAME_DOUBTFUL', 'recipient', 'review'),
          found('2', 'BANK_ACCOUNT_CLOSED', 'account', 'block'),
          found('3', 'BANK_BIOMETRIC_MISSING', 'account', 'notice'),
          found('3', 'POP_UNAVAILABLE', 'recipient', 'block'),
        ],
      }),
    );
    await many(
      test().owner,
      `insert into verification values
         (1, '2026-11', 'recipient', 1, 'doubtful', 'POP_NAME_DOUBTFUL', 'match', 'close', '', '',
          :at, sha256('one')),
         (2, '2026-11', 'account', 1, 'refused', 'BANK_ACCOUNT_CLOSED', 'match', 'match', '', '',
          :at, sha256('two'))`,
      { at: AT.toISOString() },
    );
  });

  it('worklistOf: the gravest first, then what should be decided first; no notice', async () => {
    const told = (await worklistOf(test().db, ALL)).map(
      ({ recipientId, code, holds, decideBy }) => `${recipientId} ${code} ${holds} ${decideBy}`,
    );
    expect(told).to.deep.equal([
      '3 POP_UNAVAILABLE line 2026-10-25',
      '2 BANK_ACCOUNT_CLOSED account 2026-11-01',
      '1 POP_NAME_DOUBTFUL line 2026-11-01',
    ]);
    const [first] = await worklistOf(test().db, { ...ALL, atMost: 1 });
    expect(first).to.deep.include({
      communeCode: '16681',
      foundOn: '2026-10-22',
      waitingVnd: 1_050_000n,
    });
  });

  it('worklistOf: behind each row stands what follows it, and each row once', async () => {
    const all = await worklistOf(test().db, ALL);
    const walked: typeof all = [];
    for (;;) {
      const after = walked.at(-1) ?? null;
      const [next] = await worklistOf(test().db, { ...ALL, after, atMost: 1 });
      if (next === undefined || walked.length > all.length) break;
      walked.push(next);
    }
    expect(walked).to.deep.equal(all);
    expect(walked).to.have.length(3);
  });

  it('worklistOf: of one commune, and only of what is open', async () => {
    expect(await worklistOf(test().db, { ...ALL, communeCode: '17143' })).to.deep.equal([]);
    expect(await worklistOf(test().db, { ...ALL, period: period('2026-12') })).to.deep.equal([]);
    await many(test().owner, `update finding set closed_at = :at where recipient_id = 3`, {
      at: AT.toISOString(),
    });
    expect(await worklistOf(test().db, ALL)).to.have.length(2);
  });

  it('casesOf: both sides, and the hash of the very answer', async () => {
    const [one, ...more] = (await casesOf(test().db, { ...OF, recipientId: 1n })).filter(
      ({ code }) => code !== 'AMOUNT_DIFFERS',
    );
    expect(more).to.deep.equal([]);
    expect(one).to.deep.equal({
      code: 'POP_NAME_DOUBTFUL',
      subject: 'recipient',
      severity: 'review',
      listed: 'Trần Thị Lài',
      answered: 'Trần Thị Lái',
      foundAt: AT,
      closedAt: null,
      answerHash: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
      outcome: null,
    });
    const third = await casesOf(test().db, { ...OF, recipientId: 3n });
    expect(third.filter(({ closedAt }) => closedAt === null)).to.deep.equal([]);
    expect(third.map(({ answerHash }) => answerHash)).to.include('');
  });

  const DOUBT = {
    ...OF,
    recipientId: 1n,
    code: 'POP_NAME_DOUBTFUL',
    subject: 'recipient',
  } as const;
  const MAKER = { by: 'maker', at: AT, note: 'the commune was asked' };

  it('addStep: who has it and by when, as long as it is open', async () => {
    const step = { step: 'assigned', owner: 'xa-16681', dueOn: plainDate('2026-10-30') } as const;
    expect(await write(test().db, (tx) => addStep(tx, { ...DOUBT, ...step, ...MAKER }))).to.equal(
      true,
    );
    expect(
      await write(test().db, (tx) =>
        addStep(tx, { ...DOUBT, code: 'POP_UNAVAILABLE', ...step, ...MAKER }),
      ),
    ).to.equal(false);
    const [row] = (await worklistOf(test().db, ALL)).filter((one) => one.code === DOUBT.code);
    expect(row).to.deep.include({ owner: 'xa-16681', decideBy: '2026-10-30', proposalNo: null });
  });

  it('addOutcomeProposal, addOutcomeDecision: about the two sides as they stand', async () => {
    const propose = (): Promise<{ proposalNo: number } | undefined> =>
      write(test().db, (tx) =>
        addOutcomeProposal(tx, {
          ...{ ...DOUBT, ...MAKER, outcome: 'accepted', until: period('2026-12'), document: '7' },
        }),
      );
    const decide = (proposalNo = 0): Promise<boolean> =>
      write(test().db, (tx) =>
        addOutcomeDecision(tx, {
          ...{
            recipientId: 1n,
            proposalNo,
            decision: 'confirmed',
            reason: '',
            by: 'chief',
            at: AT,
          },
        }),
      );
    const first = await propose();
    await many(
      test().owner,
      `update finding set told = told || '{"answered": "Trần Thị Bình"}' where recipient_id = 1`,
    );
    expect(await decide(first?.proposalNo)).to.equal(false);
    const second = await propose();
    expect(second?.proposalNo).to.equal((first?.proposalNo ?? 0) + 1);
    expect(await decide(second?.proposalNo)).to.equal(true);
    expect(await decide(99)).to.equal(false);
    const [one] = (await casesOf(test().db, { ...OF, recipientId: 1n })).filter(
      ({ code }) => code === DOUBT.code,
    );
    expect(one?.outcome).to.equal('accepted');
    expect((await worklistOf(test().db, ALL)).map(({ code }) => code)).not.to.include(DOUBT.code);
  });

  it('handledOf: everything that was done, and by whom', async () => {
    await many(
      test().owner,
      `insert into finding_step values
         (2, 1, '2026-11', 'BANK_ACCOUNT_CLOSED', 'account', 'account_change_asked', 'xa-16681',
          '2026-10-30', 'the payee was called', 'maker', :at)`,
      { at: AT.toISOString() },
    );
    expect(await handledOf(test().db, { ...OF, recipientId: 2n })).to.deep.equal([
      {
        code: 'BANK_ACCOUNT_CLOSED',
        at: AT,
        by: 'maker',
        what: 'account_change_asked',
        proposalNo: null,
        until: null,
        owner: 'xa-16681',
        dueOn: '2026-10-30',
        note: 'the payee was called',
        document: '',
      },
    ]);
  });

  it('addStep: by two at one moment, one after the other, and neither is lost', async () => {
    const found = { ...OF, recipientId: 2n, code: 'BANK_ACCOUNT_CLOSED', subject: 'account' };
    const step = { step: 'assigned', owner: 'xa-16681', dueOn: plainDate('2026-10-30') } as const;
    const noted = (): Promise<boolean> =>
      write(test().db, (tx) => addStep(tx, { ...found, ...step, ...MAKER }));
    const held = await holding(
      test().owner,
      `select pg_advisory_xact_lock(hashtext('recipient/2'))`,
    );
    const both = Promise.all([noted(), noted()]);
    await untilWaiting(test().owner, 2);
    await held.commit();
    expect(await both).to.deep.equal([true, true]);
  });
});

describe('rules of what is decided about findings', () => {
  const test = useDatabase({ checked: false });

  before(async () => {
    await takeRows(test(), [adult(1), adult(2)]);
    await many(
      test().owner,
      `insert into finding values
         (1, '2026-11', 'POP_NAME_DOUBTFUL', 'recipient', 'review', now()),
         (2, '2026-11', 'POP_NAME_DOUBTFUL', 'recipient', 'review', now())`,
    );
  });

  const FINDING = {
    recipient_id: 1,
    period: '2026-11',
    code: 'POP_NAME_DOUBTFUL',
    subject: 'recipient',
  };
  itKeepsEveryRule(
    test,
    {
      finding_step: {
        ...FINDING,
        step_no: 1,
        step: 'noted',
        owner: 'maker',
        due_on: '2026-10-30',
        note: 'A',
        recorded_by: 'maker',
        recorded_at: '2026-10-22T00:00:00Z',
      },
      finding_proposal: {
        ...FINDING,
        proposal_no: 1,
        told: '{}',
        severity: 'review',
        holds: 'line',
        outcome: 'accepted',
        until_period: '2027-10',
        note: 'A',
        document: 'A',
        proposed_by: 'maker',
        proposed_at: '2026-10-22T00:00:00Z',
      },
      finding_decision: {
        recipient_id: 1,
        proposal_no: 1,
        decision: 'confirmed',
        reason: '',
        proposed_by: 'maker',
        decided_by: 'chief',
        decided_at: '2026-10-22T00:00:00Z',
      },
    },
    [
      { rule: 'finding_step_pkey', table: 'finding_step', wrong: {} },
      { rule: 'finding_step_step_no_check', table: 'finding_step', wrong: { step_no: 0 } },
      { rule: 'finding_step_step_check', table: 'finding_step', wrong: { step: 'forgotten' } },
      { rule: 'finding_step_owner_check', table: 'finding_step', wrong: { owner: '' } },
      { rule: 'finding_step_note_check', table: 'finding_step', wrong: { note: '' } },
      {
        rule: 'a_step_is_about_a_finding',
        table: 'finding_step',
        wrong: { step_no: 2, code: 'LINE_IN_CUSTODY' },
      },
      { rule: 'finding_proposal_pkey', table: 'finding_proposal', wrong: {} },
      {
        rule: 'finding_proposal_proposal_no_check',
        table: 'finding_proposal',
        wrong: { proposal_no: 0 },
      },
      {
        rule: 'finding_proposal_outcome_check',
        table: 'finding_proposal',
        wrong: { outcome: 'forgotten' },
      },
      { rule: 'finding_proposal_note_check', table: 'finding_proposal', wrong: { note: '' } },
      {
        rule: 'finding_proposal_document_check',
        table: 'finding_proposal',
        wrong: { document: '' },
      },
      {
        rule: 'outcome_is_of_a_finding',
        table: 'finding_proposal',
        wrong: { proposal_no: 2, code: 'LINE_IN_CUSTODY' },
      },
      { rule: 'only_a_doubt_is_accepted', table: 'finding_proposal', wrong: { severity: 'block' } },
      {
        rule: 'only_an_account_gives_way_to_cash',
        table: 'finding_proposal',
        wrong: { outcome: 'paid_in_cash' },
      },
      {
        rule: 'outcome_stands_for_a_year_at_most',
        table: 'finding_proposal',
        wrong: { until_period: '2027-11' },
      },
      {
        rule: 'outcome_stands_for_a_year_at_most',
        table: 'finding_proposal',
        wrong: { until_period: '2026-10' },
      },
      { rule: 'finding_decision_pkey', table: 'finding_decision', wrong: {} },
      {
        rule: 'finding_decision_decision_check',
        table: 'finding_decision',
        wrong: { decision: 'perhaps', reason: 'A' },
      },
      {
        rule: 'another_person_decides',
        table: 'finding_decision',
        wrong: { decided_by: 'maker' },
      },
      { rule: 'a_no_has_a_reason', table: 'finding_decision', wrong: { decision: 'declined' } },
      {
        rule: 'decision_is_of_an_outcome',
        table: 'finding_decision',
        wrong: { recipient_id: 2, proposed_by: 'somebody' },
      },
    ],
  );

  it('leaves the application no way to change what was decided', async () => {
    const tables = ['finding_step', 'finding_proposal', 'finding_decision'];
    expect(await rightsOfApplication(test().db, tables)).to.deep.equal({
      finding_step: 'insert',
      finding_proposal: 'insert',
      finding_decision: 'insert',
    });
  });
});

describe('doubts that may be decided together', () => {
  const test = useDatabase();

  it('doubtsOf: of one kind, in one commune, by what is proposed, and no more than asked for', async () => {
    await takeRows(test(), [adult(1), adult(2), adult(3)]);
    await assess(test(), '2026-11');
    const moved = (recipientId: string) => ({
      ...{ recipientId, code: 'POP_RESIDENCE_DIFFERS', subject: 'recipient' },
      ...{ severity: 'review', listed: '16681', answered: '16684' },
    });
    await write(test().db, (tx) =>
      addFindings(tx, { ...OF, at: AT, findings: ['1', '2', '3'].map(moved) }),
    );
    const asked = { ...OF, code: 'POP_RESIDENCE_DIFFERS', communeCode: null } as const;
    const seen = async (of: {
      proposed: boolean;
      recipientId?: bigint;
      communeCode?: string;
      atMost?: number;
    }): Promise<bigint[]> => {
      const all = { recipientId: null, atMost: 10, ...asked, ...of };
      return (await doubtsOf(test().db, all)).map(({ recipientId }) => recipientId);
    };
    expect(await seen({ proposed: false })).to.deep.equal([1n, 2n, 3n]);
    expect(await seen({ proposed: false, atMost: 2 })).to.deep.equal([1n, 2n]);
    expect(await seen({ proposed: false, recipientId: 2n })).to.deep.equal([2n]);
    expect(await seen({ proposed: false, communeCode: '99999' })).to.deep.equal([]);
    const propose = (recipientId: bigint, outcome: 'accepted' | 'held') =>
      write(test().db, (tx) =>
        addOutcomeProposal(tx, {
          ...{ ...OF, recipientId, code: asked.code, subject: 'recipient', outcome },
          ...{ until: OF.period, note: 'a', document: '12/BB', by: 'maker', at: AT },
        }),
      );
    await propose(1n, 'accepted');
    await propose(2n, 'held');
    expect(await seen({ proposed: false })).to.deep.equal([3n]);
    expect(await seen({ proposed: true })).to.deep.equal([1n]);
    const [one] = await doubtsOf(test().db, {
      ...{ ...asked, proposed: true, recipientId: null, atMost: 1 },
    });
    expect(one).to.deep.include({
      ...{ listed: '16681', answered: '16684', proposalNo: 1, proposedBy: 'maker' },
      ...{ document: '12/BB', waitingVnd: 1_050_000n },
    });
  });
});
