import { expect } from 'chai';
import { auditHead } from '../../src/audit/audit.sql.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import {
  adult,
  assess,
  CASH,
  takeRows,
  thrownBy,
  under,
  type Cells,
} from '../support/drawn-list.ts';

interface Line {
  readonly kind: string;
  readonly month: string;
  readonly vnd: bigint;
  readonly paid: bigint;
}

/** The lines of one recipient's assessment, oldest month first. */
function linesOf(test: TestDatabase, recipientId: bigint, of: string): Promise<Line[]> {
  return many(
    test.db,
    `select kind, for_period as month, amount_vnd as vnd, paid_vnd as paid from assessment_line
      where recipient_id = :recipientId and period = :of order by line_no`,
    { recipientId, of },
  );
}

/** What has been assessed for each month of a recipient, over all periods. */
async function assessedByMonth(
  test: TestDatabase,
  recipientId: bigint,
): Promise<Record<string, bigint>> {
  const rows = await many<{ month: string; vnd: bigint }>(
    test.db,
    `select for_period as month, sum(amount_vnd)::bigint as vnd from assessment_line
      where recipient_id = :recipientId group by 1 order by 1`,
    { recipientId },
  );
  return Object.fromEntries(rows.map(({ month, vnd }) => [month, vnd]));
}

const ARREARS = ['2026-07', '2026-08', '2026-09', '2026-10'].map((month) => ({
  kind: 'arrears',
  month,
  vnd: 60_000n,
  paid: 750_000n,
}));
const NOVEMBER = { kind: 'current', month: '2026-11', vnd: 810_000n, paid: 0n };

const PENSIONER: Cells = {
  programme: 'social_pension',
  birth_date: '1945-01-15',
  citizen_id: '040045000009',
  ...under('SP_75', '1.0'),
};

describe('assessPeriod', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [
      adult(1),
      adult(2, CASH),
      adult(3, { entitled_from: '2026-10', decision_date: '2026-10-20', total_vnd: '999' }),
      adult(9, PENSIONER),
      adult(10, { programme: 'merit', ...under('NCC_TNLS_1', '1.0') }),
    ]);
  });

  it('does nothing for a month that nobody is listed for', async () => {
    expect(await assess(test(), '2026-10')).to.equal(undefined);
  });

  it('pays an adult of K6_N 810.000 for November 2026, and the arrears of four months', async () => {
    // 335/2026/ND-CP came into force on 2026-10-05 and counts from July: (540.000 - 500.000) × 1.5.
    const assessed = await assess(test(), '2026-11');
    expect(assessed).to.include({ assessed: 5n, due: 5n, dueVnd: 7_432_000n, excessVnd: 0n });
    expect(assessed).to.include({
      arrearsVnd: 240_000n * 2n + 810_000n + 160_000n,
      differing: 3n,
    });
    expect(await linesOf(test(), 1n, '2026-11')).to.deep.equal([...ARREARS, NOVEMBER]);
    expect(await linesOf(test(), 2n, '2026-11')).to.deep.equal([...ARREARS, NOVEMBER]);
  });

  it('pays who was decided after the last cut from the first month due, at the rate of today', async () => {
    expect(await linesOf(test(), 3n, '2026-11')).to.deep.equal([
      { kind: 'arrears', month: '2026-10', vnd: 810_000n, paid: 0n },
      NOVEMBER,
    ]);
  });

  it('cites the articles of each line, and keeps the facts that they were applied to', async () => {
    const { articles } = await one<{ articles: string[] }>(
      test().db,
      'select articles from assessment_line where recipient_id = 1 and line_no = 1',
    );
    expect(articles.join('; ')).to.contain('20/2021/ND-CP art. 34(4)');
    expect(articles.join('; ')).to.contain('335/2026/ND-CP');
    const { facts } = await one<{ facts: Record<string, unknown> }>(
      test().db,
      'select facts from assessment where recipient_id = 1',
    );
    expect(facts).to.deep.equal({
      birth: '1980-04-30',
      enrolments: [
        {
          enrolmentId: '40.TGXH.000001',
          groundCode: 'K6_N',
          decidedOn: '2020-01-15',
          entitledFrom: '2020-01',
          paidThrough: '2026-10',
        },
      ],
    });
  });

  it('pays the other programmes by their own law, with the arrears of their own decrees', async () => {
    // Social pension: 540.000 and 4 × 40.000. A martyr's relative: 3.012.000; the decree of merit was in force when the
    // earlier system paid October, and its arrears were paid then.
    const others = await many(
      test().db,
      `select programme, amount_vnd as vnd, reason, due_reference as ref from assessment
        where programme <> 'social_assistance' order by 1`,
    );
    const reason = null;
    expect(others).to.deep.equal([
      { programme: 'merit', vnd: 3_012_000n, reason, ref: 'AS2611CC5N1' },
      { programme: 'social_pension', vnd: 700_000n, reason, ref: 'AS2611HT4N1' },
    ]);
  });

  it('makes owed in the ledger what was assessed, to the dong and for nobody else', async () => {
    const owed = await many(
      test().db,
      `select recipient_id as id, reference as ref, amount_vnd as vnd, debit_account as "from",
              credit_account as "to" from ledger_transfer where kind = 'entitled' order by 1`,
    );
    const accounts = { from: 'appropriation', to: 'owed' };
    expect(owed).to.deep.equal([
      { id: 1n, ref: 'AS2611TG1N1', vnd: 1_050_000n, ...accounts },
      { id: 2n, ref: 'AS2611TG2N1', vnd: 1_050_000n, ...accounts },
      { id: 3n, ref: 'AS2611TG3N1', vnd: 1_620_000n, ...accounts },
      { id: 4n, ref: 'AS2611HT4N1', vnd: 700_000n, ...accounts },
      { id: 5n, ref: 'AS2611CC5N1', vnd: 3_012_000n, ...accounts },
    ]);
  });

  it('notes whoever the list claims another amount for', async () => {
    const noted = await many(
      test().db,
      `select recipient_id as id, subject, severity from finding where code = 'AMOUNT_DIFFERS'
        order by 1`,
    );
    expect(noted).to.deep.equal([
      { id: 3n, subject: 'social_assistance', severity: 'notice' },
      { id: 4n, subject: 'social_pension', severity: 'notice' },
      { id: 5n, subject: 'merit', severity: 'notice' },
    ]);
  });

  it('assesses nobody when it is run again', async () => {
    const before = [await stateHash(test().db), await auditHead(test().db)];
    expect(await assess(test(), '2026-11')).to.equal(undefined);
    expect([await stateHash(test().db), await auditHead(test().db)]).to.deep.equal(before);
  });

  it('assesses whoever a later list of the month adds, and nobody else', async () => {
    await takeRows(test(), [adult(1), adult(6)]);
    expect(await assess(test(), '2026-11')).to.include({ assessed: 1n, dueVnd: 1_050_000n });
  });

  it('pays no arrears in December: November has settled them', async () => {
    await takeRows(test(), [adult(1), adult(2), adult(3), adult(7)], { period: '2026-12' });
    const assessed = await assess(test(), '2026-12');
    const december = { ...NOVEMBER, month: '2026-12' };
    for (const id of [1n, 2n, 3n]) {
      expect(await linesOf(test(), id, '2026-12')).to.deep.equal([december]);
    }
    // The seventh was never listed before: entitled since 2020, and no other system is known of.
    expect(assessed).to.include({ assessed: 4n });
  });
});

describe('who was not on every list', () => {
  const test = useDatabase();
  const gap = adult(1);
  const changed = { from: adult(2), to: under('K6_DBN', '2.0', { entitled_from: '2026-11' }) };
  const second = under('K4', '1.0', { dependants: '1', entitled_from: '2026-12' });
  const constant = adult(3);
  const backdated = {
    from: adult(4),
    to: { ...changed.to, enrolment_ref: '40.4', entitled_from: '2026-10' },
  };

  const late = { ...adult(5), ...backdated.to, decision_date: '2026-11-10' };

  before(async () => {
    await takeRows(test(), [gap, changed.from, constant, backdated.from, adult(5)]);
    await assess(test(), '2026-11');
    const december = [
      { ...changed.from, ...changed.to, decision_date: '2026-11-10' },
      { ...backdated.from, ...backdated.to, decision_date: '2026-11-10' },
      constant,
      { ...constant, ...second, decision_date: '2026-11-10' },
    ];
    await takeRows(test(), december, { period: '2026-12' });
    await assess(test(), '2026-12');
    await takeRows(test(), [gap, constant, late], { period: '2027-01' });
    await assess(test(), '2027-01');
    await takeRows(test(), [gap, constant, late], { period: '2027-02' });
    await assess(test(), '2027-02');
  });

  it('is paid on coming back for the month that was left out, and no month twice', async () => {
    expect(await linesOf(test(), 1n, '2027-01')).to.deep.equal([
      { ...NOVEMBER, kind: 'arrears', month: '2026-12' },
      { ...NOVEMBER, month: '2027-01' },
    ]);
    expect(await linesOf(test(), 1n, '2027-02')).to.deep.equal([{ ...NOVEMBER, month: '2027-02' }]);
    expect(await assessedByMonth(test(), 1n)).to.deep.equal({
      '2026-07': 60_000n,
      '2026-08': 60_000n,
      '2026-09': 60_000n,
      '2026-10': 60_000n,
      '2026-11': 810_000n,
      '2026-12': 810_000n,
      '2027-01': 810_000n,
      '2027-02': 810_000n,
    });
  });

  it('is paid the difference, and no month twice, when another ground takes the place', async () => {
    expect(await linesOf(test(), 2n, '2026-12')).to.deep.equal([
      { kind: 'arrears', month: '2026-11', vnd: 270_000n, paid: 810_000n },
      { kind: 'current', month: '2026-12', vnd: 1_080_000n, paid: 0n },
    ]);
  });

  it('is paid the difference, too, for a month that the system before us has paid', async () => {
    // For October 750.000 came from it and 60.000 as arrears from us.
    expect(await linesOf(test(), 4n, '2026-12')).to.deep.equal([
      { kind: 'arrears', month: '2026-10', vnd: 270_000n, paid: 810_000n },
      { kind: 'arrears', month: '2026-11', vnd: 270_000n, paid: 810_000n },
      { kind: 'current', month: '2026-12', vnd: 1_080_000n, paid: 0n },
    ]);
  });

  it('is paid the difference, too, when the other ground comes after a gap', async () => {
    expect(await linesOf(test(), 5n, '2027-01')).to.deep.equal([
      { kind: 'arrears', month: '2026-10', vnd: 270_000n, paid: 810_000n },
      { kind: 'arrears', month: '2026-11', vnd: 270_000n, paid: 810_000n },
      { ...NOVEMBER, kind: 'arrears', month: '2026-12', vnd: 1_080_000n },
      { ...NOVEMBER, month: '2027-01', vnd: 1_080_000n },
    ]);
    expect(await linesOf(test(), 5n, '2027-02')).to.deep.equal([
      { ...NOVEMBER, month: '2027-02', vnd: 1_080_000n },
    ]);
  });

  it('is paid a second ground beside the first from its own month', async () => {
    expect(await linesOf(test(), 3n, '2026-12')).to.deep.equal([
      { kind: 'current', month: '2026-12', vnd: 540_000n, paid: 0n },
      { ...NOVEMBER, month: '2026-12' },
    ]);
    expect(await linesOf(test(), 3n, '2027-01')).to.deep.equal([{ ...NOVEMBER, month: '2027-01' }]);
  });
});

describe('an assessment that is killed', () => {
  const test = useDatabase();

  it('is whole or not there, and the next run finds nobody to assess again', async () => {
    await takeRows(test(), [adult(1)]);
    const die = (): never => {
      throw new Error('killed');
    };
    await thrownBy(assess(test(), '2026-11', { boundary: die }));
    expect(await linesOf(test(), 1n, '2026-11')).to.have.length(5);
    expect(await assess(test(), '2026-11')).to.equal(undefined);
  });
});

describe('an assessment whose parts disagree', () => {
  const test = useDatabase();

  it('is undone whole when one ground is not in the law', async () => {
    await takeRows(test(), [adult(1), adult(2)]);
    // As the owner: no list brings a ground that the law does not have.
    await write(test().owner, (tx) =>
      many(tx, `update enrolment set ground_code = 'K99' where recipient_id = 2`),
    );
    const before = await stateHash(test().db);
    expect((await thrownBy(assess(test(), '2026-11'))).message).to.equal('no such ground: K99');
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('is undone whole when one of its lines does not arrive', async () => {
    await takeRows(test(), [adult(3)], { period: '2026-12' });
    // As the owner: a trigger that swallows a row is the nearest thing to a lost one.
    await write(test().owner, (tx) =>
      many(
        tx,
        `create function swallow() returns trigger language plpgsql as 'begin return null; end';
         create trigger swallow before insert on assessment_line_2026_12
           for each row when (new.kind = 'current') execute function swallow()`,
      ),
    );
    const before = await stateHash(test().db);
    expect((await thrownBy(assess(test(), '2026-12'))).message).to.contain('do not agree');
    expect(await stateHash(test().db)).to.equal(before);
  });
});
