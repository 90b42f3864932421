import { expect } from 'chai';
import { openPeriod } from '../../src/audit/period.sql.ts';
import {
  assessedTotals,
  assessmentTargets,
  UNASSESSED,
} from '../../src/entitlement/entitlement.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { PROGRAMMES, readPaymentReference, type Programme } from '../../src/kernel/reference.ts';
import { copyIn, copyLine, copyOut } from '../../src/platform/copy.ts';
import { many, one, violatedConstraint, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { closedByForce } from '../support/refused.ts';
import { adult, assess, CASH, takeRows, thrownBy, under } from '../support/drawn-list.ts';
import { itKeepsEveryRule, plant, rightsOfApplication } from '../support/violations.ts';

const NOVEMBER = period('2026-11');
const AT = new Date('2026-10-22T02:00:00Z');

function open(test: TestDatabase, ...periods: string[]): Promise<void> {
  return write(test.db, async (tx) => {
    for (const each of periods) await openPeriod(tx, { period: period(each), at: AT });
  });
}

describe('due_reference()', () => {
  const test = useDatabase();

  it('writes what kernel/reference.ts reads, for every programme', async () => {
    for (const programme of Object.keys(PROGRAMMES) as Programme[]) {
      for (const recipientId of [1n, 1_000_042n, 999_999_999_999_999_999n]) {
        const of = { period: '2026-11', programme, recipientId, assessmentNo: 7 };
        const { ref } = await one<{ ref: string }>(
          test().db,
          'select due_reference(:period, :programme, :recipientId, :assessmentNo) as ref',
          of,
        );
        expect(readPaymentReference(`${ref}T3`)).to.deep.equal({ ...of, attempt: 3 });
      }
    }
  });

  it('has the letters that the table of programmes has', async () => {
    const rows = await many<{ programme: string; letters: string }>(
      test().db,
      'select programme, letters from programme',
    );
    const letters = Object.fromEntries(rows.map((row) => [row.programme, row.letters]));
    expect(letters).to.deep.equal(PROGRAMMES);
  });
});

describe('UNASSESSED', () => {
  const test = useDatabase();

  /** Recipient and enrolment of each row. */
  async function waiting(of: string, before: string): Promise<string[]> {
    const rows: string[] = [];
    for await (const chunk of copyOut(test().db, UNASSESSED, { period: of, before })) {
      rows.push(...chunk.map(([id, , , ref]) => `${id ?? ''} ${ref ?? ''}`));
    }
    return rows;
  }

  it('puts the enrolments of one recipient together, and leaves out who is set apart', async () => {
    const parent = under('K4', '1.0', { dependants: '1' });
    const merit = { programme: 'merit', ...under('NCC_TNLS_1', '1.0'), ...CASH };
    await takeRows(test(), [
      adult(1),
      adult(1, merit),
      adult(2, { enrolment_ref: 'c' }),
      { ...adult(3), ...parent, enrolment_ref: 'b' },
      adult(3, { enrolment_ref: 'a' }),
    ]);
    expect(await waiting('2026-11', '2026-10')).to.deep.equal(['2 c', '3 a', '3 b']);
  });

  it('leaves out who has been assessed', async () => {
    await assess(test(), '2026-11');
    expect(await waiting('2026-11', '2026-10')).to.deep.equal([]);
    await takeRows(test(), [adult(2, { enrolment_ref: 'c' }), adult(4, { enrolment_ref: 'd' })]);
    expect(await waiting('2026-11', '2026-10')).to.deep.equal(['4 d']);
    await assess(test(), '2026-11');
  });

  it('brings with a new ground the one that is on the list no more', async () => {
    await takeRows(test(), [adult(2, under('K6_DBN', '2.0', { enrolment_ref: 'e' }))], {
      period: '2026-12',
    });
    expect(await waiting('2026-12', '2026-11')).to.deep.equal(['2 c', '2 e']);
    await assess(test(), '2026-12');
  });
});

describe('assessedTotals', () => {
  const test = useDatabase();

  it('draws every sum from its own rows, and nothing for a month without any', async () => {
    await takeRows(test(), [
      adult(1),
      adult(2),
      adult(3, { programme: 'merit', ...under('NCC_TNLS_1', '1.0') }),
    ]);
    await assess(test(), '2026-11');
    expect(await assessedTotals(test().db, { period: NOVEMBER })).to.deep.equal({
      assessed: 3n,
      due: 3n,
      dueVnd: 5_112_000n,
      lineVnd: 5_112_000n,
      arrearsVnd: 480_000n,
      owedVnd: 5_112_000n,
    });
    const none = await assessedTotals(test().db, { period: period('2026-12') });
    expect(none).to.deep.equal({
      assessed: 0n,
      due: 0n,
      dueVnd: 0n,
      lineVnd: 0n,
      arrearsVnd: 0n,
      owedVnd: 0n,
    });
  });

  it('assesses nobody twice: the key refuses it', async () => {
    const again = [1n, '2026-11', 'AS2611TG1N1', 'social_assistance', 1, 1n, null, '{}'];
    const work = write(test().db, (tx) =>
      copyIn(tx, assessmentTargets(NOVEMBER).heads, [copyLine([...again, '2026-10-22'])]),
    );
    expect(violatedConstraint(await thrownBy(work))).to.equal('assessment_2026_11_pkey');
  });
});

describe('the claims of a list', () => {
  const test = useDatabase();

  it('are compared in their sum with the assessment, and a difference is noted once', async () => {
    await takeRows(test(), [
      adult(1),
      adult(2, { total_vnd: '810000', arrears_vnd: '0' }),
      // Two grounds, 1.050.000 and 700.000, are claimed together and due together.
      adult(3),
      { ...adult(3), ...under('K4', '1.0', { dependants: '1' }), total_vnd: '700000' },
    ]);
    expect(await assess(test(), '2026-11')).to.include({ differing: 1n });
    const noted = await many(
      test().db,
      `select recipient_id as id, code, subject, severity from finding order by 1`,
    );
    const code = { code: 'AMOUNT_DIFFERS', subject: 'social_assistance', severity: 'notice' };
    expect(noted).to.deep.equal([{ id: 2n, ...code }]);
  });
});

describe('the rules of assessments and of the ledger', () => {
  const test = useDatabase({ checked: false });
  before(() => open(test(), '2026-11', '2026-12'));

  const assessment = {
    recipient_id: 1,
    period: '2026-11',
    due_reference: 'AS2611TG1N1',
    programme: 'social_assistance',
    assessment_no: 1,
    amount_vnd: 810_000,
    reason: null,
    facts: '{}',
    assessed_on: '2026-10-22',
  };
  const transfer = {
    recipient_id: 1,
    period: '2026-11',
    reference: 'AS2611TG1N1',
    kind: 'entitled',
    programme: 'social_assistance',
    debit_account: 'appropriation',
    credit_account: 'owed',
    amount_vnd: 810_000,
    booked_on: '2026-10-22',
  };

  itKeepsEveryRule(
    test,
    {
      assessment,
      assessment_line: {
        recipient_id: 1,
        period: '2026-11',
        due_reference: 'AS2611TG1N1',
        line_no: 1,
        kind: 'current',
        for_period: '2026-11',
        enrolment_ref: 'ref',
        ground_code: 'K6_N',
        coefficient: '1.5',
        standard_vnd: 540_000,
        paid_vnd: 0,
        amount_vnd: 810_000,
        articles: '{"20/2021/ND-CP art. 6(1)"}',
      },
      ledger_transfer: transfer,
      transfer_kind: { kind: 'planted', debit_account: 'a', credit_account: 'b' },
    },
    [
      { rule: 'assessment_pkey', table: 'assessment', wrong: {} },
      { rule: 'assessment_amount_vnd_check', table: 'assessment', wrong: { amount_vnd: -1 } },
      {
        rule: 'assessment_assessment_no_check',
        table: 'assessment',
        wrong: { assessment_no: 0, due_reference: 'AS2611TG1N0' },
      },
      { rule: 'nothing_due_has_a_reason', table: 'assessment', wrong: { amount_vnd: 0 } },
      { rule: 'nothing_due_has_a_reason', table: 'assessment', wrong: { reason: 'deceased' } },
      // The reference of another person, month, programme or number.
      {
        rule: 'reference_names_the_row',
        table: 'assessment',
        wrong: { due_reference: 'AS2611TG2N1' },
      },
      {
        rule: 'reference_names_the_row',
        table: 'assessment',
        wrong: { due_reference: 'AS2612TG1N1' },
      },
      { rule: 'assessment_line_pkey', table: 'assessment_line', wrong: {} },
      { rule: 'assessment_line_kind_check', table: 'assessment_line', wrong: { kind: 'extra' } },
      {
        rule: 'assessment_line_coefficient_check',
        table: 'assessment_line',
        wrong: { kind: 'once', coefficient: 0 },
      },
      {
        rule: 'assessment_line_standard_vnd_check',
        table: 'assessment_line',
        wrong: { kind: 'once', standard_vnd: 0 },
      },
      {
        rule: 'assessment_line_paid_vnd_check',
        table: 'assessment_line',
        wrong: { paid_vnd: -1, amount_vnd: 810_001 },
      },
      {
        rule: 'assessment_line_amount_vnd_check',
        table: 'assessment_line',
        wrong: { paid_vnd: 810_000, amount_vnd: 0 },
      },
      {
        rule: 'assessment_line_articles_check',
        table: 'assessment_line',
        wrong: { articles: '{}' },
      },
      // A dong too many, a coefficient that is not the ground's, what was paid left out.
      {
        rule: 'line_can_be_computed_again',
        table: 'assessment_line',
        wrong: { amount_vnd: 810_001 },
      },
      {
        rule: 'line_can_be_computed_again',
        table: 'assessment_line',
        wrong: { coefficient: '2.0' },
      },
      {
        rule: 'line_can_be_computed_again',
        table: 'assessment_line',
        wrong: { paid_vnd: 750_000 },
      },
      {
        rule: 'kind_agrees_with_month',
        table: 'assessment_line',
        wrong: { for_period: '2026-10' },
      },
      { rule: 'kind_agrees_with_month', table: 'assessment_line', wrong: { kind: 'arrears' } },
      { rule: 'ledger_transfer_pkey', table: 'ledger_transfer', wrong: {} },
      {
        rule: 'ledger_transfer_amount_vnd_check',
        table: 'ledger_transfer',
        wrong: { amount_vnd: 0 },
      },
      {
        rule: 'accounts_are_those_of_the_kind',
        table: 'ledger_transfer',
        wrong: { credit_account: 'paid' },
      },
      {
        rule: 'accounts_are_those_of_the_kind',
        table: 'ledger_transfer',
        wrong: { kind: 'settled' },
      },
      { rule: 'transfer_kind_pkey', table: 'transfer_kind', wrong: {} },
      { rule: 'transfer_kind_check', table: 'transfer_kind', wrong: { credit_account: 'a' } },
    ],
  );

  it('leave the application no way to change what was recorded', async () => {
    const rights = {
      assessment: 'insert',
      assessment_line: 'insert',
      ledger_transfer: 'insert',
      transfer_kind: '',
    };
    expect(await rightsOfApplication(test().db, Object.keys(rights))).to.deep.equal(rights);
  });

  it('close a period to every further transfer, and to no other', async () => {
    await closedByForce(test().owner, { period: NOVEMBER, at: AT });
    const late = plant(test().owner, 'ledger_transfer', { ...transfer, recipient_id: 2 });
    expect(violatedConstraint(await thrownBy(late))).to.equal('the_period_is_closed');
    await plant(test().owner, 'ledger_transfer', { ...transfer, period: '2026-12' });
    const kept = await many(test().db, `select from ledger_transfer where period = '2026-11'`);
    expect(kept).to.have.length(1);
  });
});
