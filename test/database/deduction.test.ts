import { expect } from 'chai';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  hasInstalments,
  layPayable,
  preparePayable,
  proofPolicy,
  takeInstalments,
} from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { explainAssessments } from '../../src/entitlement/explain-assessment.flow.ts';
import { takingsOf } from '../../src/entitlement/explanation.sql.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';
import { itKeepsEveryRule, plant, rightsOfApplication, type Row } from '../support/violations.ts';

// A decided instalment is taken from a later payment: as a row and a movement of its own, never more
// than was decided, never without the decision, never while it may be appealed.

/** A case that was decided: to be deducted in instalments of so many dong, from a month on. */
async function decided(
  { owner }: TestDatabase,
  {
    recipientId,
    instalments,
    caseNo = 1,
    programme = 'social_assistance',
    appealUntil = '2026-10-01',
    first = '2026-11',
  }: {
    recipientId: number;
    instalments: readonly number[];
    caseNo?: number;
    programme?: string;
    appealUntil?: string;
    first?: string;
  },
): Promise<void> {
  const key = { recipient_id: recipientId, case_no: caseNo };
  const amount_vnd = instalments.reduce((all, one) => all + one, 0);
  await plant(owner, 'recovery_case', {
    ...key,
    programme,
    period: '2026-09',
    amount_vnd,
    reason: 'stopped',
    facts: '{}',
    opened_on: '2026-08-22',
  });
  await plant(owner, 'recovery_month', {
    ...key,
    for_period: '2026-08',
    paid_vnd: amount_vnd,
    due_vnd: 0,
    amount_vnd,
    reason: 'stopped',
  });
  const named = { outcome: 'deduct', proposal_no: 1, proposed_by: 'maker' };
  await plant(owner, 'recovery_proposal', {
    ...key,
    ...named,
    amount_vnd,
    instalments: instalments.length,
    first_period: first,
    grounds: 'a',
    document: '5/BB',
    proposed_at: '2026-09-01T00:00:00Z',
  });
  await plant(owner, 'recovery_decision', {
    ...key,
    ...named,
    decided_by: 'checker',
    decided_at: '2026-09-02T00:00:00Z',
    appeal_until: appealUntil,
  });
  const months = ['2026-11', '2026-12', '2027-01'];
  for (const [i, vnd] of instalments.entries()) {
    await plant(owner, 'recovery_instalment', {
      ...key,
      instalment_no: i + 1,
      outcome: 'deduct',
      period: months[months.indexOf(first) + i] ?? '',
      amount_vnd: vnd,
    });
  }
}

/** What was taken: case, instalment, part, before and amount, and from which payment. */
async function taken(tx: Tx | TestDatabase['db']): Promise<string[]> {
  const rows = await many<{ told: string }>(
    tx,
    `select recipient_id || ': ' || case_no || '.' || instalment_no || '.' || part_no || ' '
              || before_vnd || '+' || amount_vnd || ' of ' || instalment_vnd || ' '
              || substr(due_reference, 7) as told
       from recovery_taking order by recipient_id, case_no, instalment_no, part_no`,
  );
  return rows.map(({ told }) => told);
}

const LINE = { programme: 'social_assistance', period: '2026-11', assessed_on: '2026-10-22' };

function assessment(recipientId: number, no: number, vnd: number): Row {
  const reference = `AS2611TG${recipientId}N${no}`;
  return {
    recipient_id: recipientId,
    ...LINE,
    due_reference: reference,
    assessment_no: no,
    amount_vnd: vnd,
    facts: '{}',
  };
}

describe('takeInstalments', () => {
  const test = useDatabase({ checked: false });
  const on = plainDate('2026-10-24');
  const of = { period: TOWN_PERIOD, programme: 'social_assistance' } as const;

  /** Lays payments of 500,000 each and takes what is decided from them. */
  const took = async (
    payments: readonly (readonly [recipientId: number, no: number])[],
    also: (tx: Tx) => Promise<void> = () => Promise.resolve(),
  ): Promise<{ taken: string[]; left: string[]; count: bigint; totalVnd: bigint }> => {
    let seen: { taken: string[]; left: string[]; count: bigint; totalVnd: bigint } | undefined;
    const refused = await triedAndUndone(test().db, async (tx) => {
      await preparePayable(tx);
      for (const [recipientId, no] of payments) {
        await many(
          tx,
          `insert into payable (kind, recipient_id, programme, assessment_no, end_to_end_id, amount_vnd)
           values ('account', :recipientId, 'social_assistance', :no,
                   'AS2611TG' || :recipientId::text || 'N' || :no::text || 'T1', 500000)`,
          { recipientId, no },
        );
      }
      const counts = await takeInstalments(tx, { ...of, on });
      await also(tx);
      const left = await many<{ told: string }>(
        tx,
        `select recipient_id || '.' || assessment_no || ' ' || amount_vnd as told from payable
          order by recipient_id, assessment_no`,
      );
      seen = { taken: await taken(tx), left: left.map(({ told }) => told), ...counts };
    });
    if (seen === undefined) throw new Error(refused);
    return seen;
  };

  before(async () => {
    await setUpSandbox(test().context(), TOWN_SCOPE);
    await many(test().owner, `select open_period('2026-11', now())`);
    for (const [id, no] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 1],
    ] as const) {
      await plant(test().owner, 'assessment', assessment(id, no, 500_000));
    }
    await decided(test(), { recipientId: 1, instalments: [700_000, 700_000] });
    await decided(test(), { recipientId: 2, instalments: [100_000] });
    await decided(test(), { recipientId: 2, caseNo: 2, instalments: [50_000] });
    await decided(test(), { recipientId: 3, instalments: [100_000], appealUntil: '2026-10-24' });
    await decided(test(), { recipientId: 4, instalments: [100_000], programme: 'merit' });
    await decided(test(), { recipientId: 5, instalments: [100_000], first: '2026-12' });
  });

  it('takes an instalment whole, and of several cases each, as rows of their own', async () => {
    const found = await took([[2, 1]]);
    expect(found).to.deep.equal({
      taken: ['2: 1.1.1 0+100000 of 100000 TG2N1', '2: 2.1.1 0+50000 of 50000 TG2N1'],
      left: ['2.1 350000'],
      count: 1n,
      totalVnd: 150_000n,
    });
  });

  it('goes as far as the payments, and no further', async () => {
    const one = await took([[1, 1]]);
    expect(one.taken).to.deep.equal(['1: 1.1.1 0+500000 of 700000 TG1N1']);
    expect(one.left).to.deep.equal(['1.1 0']);
    const two = await took([
      [1, 1],
      [1, 2],
    ]);
    // The second instalment is of December.
    expect(two.taken).to.deep.equal([
      '1: 1.1.1 0+500000 of 700000 TG1N1',
      '1: 1.1.2 500000+200000 of 700000 TG1N2',
    ]);
    expect(two.left).to.deep.equal(['1.1 0', '1.2 300000']);
  });

  it('takes nothing on the last day of appeal, of another programme, or before its month', async () => {
    const found = await took([
      [3, 1],
      [4, 1],
      [5, 1],
    ]);
    expect(found).to.deep.equal({
      taken: [],
      left: ['3.1 500000', '4.1 500000', '5.1 500000'],
      count: 0n,
      totalVnd: 0n,
    });
  });

  it('takes nothing twice: what was taken from a payment stays taken', async () => {
    const found = await took([[1, 1]], async (tx) => {
      await many(tx, 'update payable set amount_vnd = 500000');
      const again = await takeInstalments(tx, { ...of, on });
      expect(again).to.deep.equal({ count: 0n, totalVnd: 0n });
    });
    expect(found.left).to.deep.equal(['1.1 0']);
    expect(found.taken).to.have.length(1);
  });

  it('books each payment that is less, once', async () => {
    await took([[2, 1]], async (tx) => {
      const booked = await many(
        tx,
        `select reference, debit_account as debit, credit_account as credit, amount_vnd as vnd
           from ledger_transfer where kind = 'deducted'`,
      );
      expect(booked).to.deep.equal([
        { reference: 'AS2611TG2N1', debit: 'owed', credit: 'recovered', vnd: 150_000n },
      ]);
    });
  });

  it('hasInstalments looks whether there is anything to take', async () => {
    await triedAndUndone(test().db, async (tx) => {
      expect(await hasInstalments(tx, { period: period('2026-10') })).to.equal(false);
      expect(await hasInstalments(tx, { period: TOWN_PERIOD })).to.equal(true);
    });
  });
});

describe('a deduction in a month', () => {
  const test = useDatabase();
  let recipientId = 0n;
  let dueVnd = 0n;

  before(async () => {
    await walkTown(test(), { until: 'verification' });
    const found = await write(test().owner, async (tx) => {
      await preparePayable(tx);
      const proof = await proofPolicy(tx, 'social_assistance');
      const at = test().context().clock();
      await layPayable(tx, {
        period: TOWN_PERIOD,
        programme: 'social_assistance',
        at,
        ...proof,
      });
      return many<{ recipientId: bigint; vnd: bigint }>(
        tx,
        `select recipient_id as "recipientId", amount_vnd as vnd from payable
          order by recipient_id limit 1`,
      );
    });
    const [first] = found;
    if (first === undefined) throw new Error('nobody is paid in this town');
    ({ recipientId, vnd: dueVnd } = first);
    await decided(test(), { recipientId: Number(recipientId), instalments: [10_000] });
    const context = test().context({ actor: SANDBOX_PERSONS.maker });
    await gatherBatches(context, TOWN_SCOPE);
    await renderBatches(context, paymentFileWriters, TOWN_SCOPE);
  });

  it('lowers what is instructed and not what is assessed; the batch is what its lines say', async () => {
    const rows = await many(
      test().db,
      `select a.amount_vnd as due, i.amount_vnd as paid, s.state
         from assessment a
         join payment_instruction i on i.recipient_id = a.recipient_id
          and i.end_to_end_id = a.due_reference || 'T1'
         join batch_state s using (batch_id)
        where a.recipient_id = :recipientId and a.programme = 'social_assistance'`,
      { recipientId },
    );
    expect(rows).to.deep.equal([{ due: dueVnd, paid: dueVnd - 10_000n, state: 'prepared' }]);
  });

  it('is told with the case, the document and who decided', async () => {
    const stored = await takingsOf(test().db, { recipientId, period: TOWN_PERIOD });
    expect(stored.map(({ amountVnd, document }) => [amountVnd, document])).to.deep.equal([
      [10_000n, '5/BB'],
    ]);
    const told = await explainAssessments(test().db, { recipientId, period: TOWN_PERIOD });
    const taking = told
      .flatMap(({ paragraphs }) => paragraphs)
      .find(({ heading }) => heading.en === 'Deducted by decision');
    expect(taking?.lines[0]?.en).to.equal(
      '10.000 VND taken on 2026-10-22: recovery case 1, instalment 1, document 5/BB, decided by checker',
    );
    expect(taking?.lines[1]?.vi).to.match(/^Thực chi: [\d.]+ − 10\.000 = [\d.]+ đ$/);
  });

  it('is an event, and another gathering takes nothing more', async () => {
    await gatherBatches(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
    const events = await many(
      test().db,
      `select facts from audit_event where action = 'instalments-taken'`,
    );
    expect(events).to.deep.equal([
      { facts: { programme: 'social_assistance', payments: '1', total_vnd: '10000' } },
    ]);
    expect(await taken(test().db)).to.have.length(1);
  });
});

const TAKING = {
  recipient_id: 1,
  case_no: 1,
  instalment_no: 1,
  part_no: 1,
  outcome: 'deduct',
  from_period: '2026-11',
  instalment_vnd: 100_000,
  before_vnd: 0,
  amount_vnd: 60_000,
  period: '2026-11',
  due_reference: 'AS2611TG1N1',
  appeal_until: '2026-10-01',
  taken_on: '2026-10-24',
} as const;

describe('the rules of what is taken', () => {
  const test = useDatabase({ checked: false });
  before(async () => {
    await many(test().owner, `select open_period('2026-11', now())`);
    await plant(test().owner, 'assessment', assessment(1, 1, 500_000));
    await plant(test().owner, 'assessment', assessment(1, 2, 500_000));
    await decided(test(), { recipientId: 1, instalments: [100_000] });
  });
  const second = { part_no: 2, before_vnd: 60_000, amount_vnd: 1, due_reference: 'AS2611TG1N2' };
  const breaks = (rule: string, other: Row): Parameters<typeof itKeepsEveryRule>[2][number] => ({
    rule,
    table: 'recovery_taking',
    wrong: { ...second, ...other },
  });

  itKeepsEveryRule(test, { recovery_taking: TAKING }, [
    { rule: 'recovery_taking_pkey', table: 'recovery_taking', wrong: {} },
    breaks('recovery_taking_part_no_check', { part_no: 0, before_vnd: 1 }),
    breaks('recovery_taking_outcome_check', { outcome: 'repay' }),
    breaks('recovery_taking_before_vnd_check', { before_vnd: -1 }),
    breaks('recovery_taking_amount_vnd_check', { amount_vnd: 0 }),
    breaks('one_taking_a_payment', { due_reference: 'AS2611TG1N1' }),
    breaks('taken_is_decided', { case_no: 9, part_no: 1, before_vnd: 0 }),
    breaks('appeal_is_that_of_the_decision', { appeal_until: '2026-09-30' }),
    breaks('taken_from_an_assessment', { due_reference: 'AS2611TG1N3' }),
    breaks('follows_what_was_taken_before', { before_vnd: 59_999 }),
    breaks('first_part_follows_nothing', { before_vnd: 0 }),
    breaks('no_more_than_was_decided', { amount_vnd: 40_001 }),
    breaks('not_before_its_month', { period: '2026-10' }),
    breaks('not_while_it_may_be_appealed', { taken_on: '2026-10-01' }),
  ]);

  it('leave the application no way to take another amount than is written', async () => {
    expect(await rightsOfApplication(test().db, ['recovery_taking'])).to.deep.equal({
      recovery_taking: 'insert',
    });
    const more = write(test().owner, (tx) =>
      many(tx, `update recovery_taking set instalment_vnd = 999999`),
    );
    expect(await whatRefused(more)).to.equal('taken_is_decided');
  });
});
