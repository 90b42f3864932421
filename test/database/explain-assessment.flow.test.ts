import { expect } from 'chai';
import { explainAssessments } from '../../src/entitlement/explain-assessment.flow.ts';
import type { Explanation } from '../../src/entitlement/explanation.ts';
import { period } from '../../src/kernel/period.ts';
import { grouped } from '../../src/kernel/text.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, takeRows, under } from '../support/drawn-list.ts';
import { plantedAndUndone, whatRefused, withoutRules } from '../support/refused.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';

const NOVEMBER = period('2026-11');
const DECEMBER = period('2026-12');

function linesOf(told: Explanation | undefined): string[] {
  return told?.paragraphs.flatMap(({ lines }) => lines.map(({ en }) => en)) ?? [];
}

describe('explainAssessments', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [
      adult(1),
      { ...adult(1), programme: 'care_support', ...under('C_HH_DBN', '1.0') },
      adult(2),
    ]);
    await assess(test(), '2026-11');
    const changed = under('K6_DBN', '2.0', { entitled_from: '2026-11' });
    const december = { ...adult(2), ...changed, decision_date: '2026-11-10' };
    await takeRows(test(), [december], { period: '2026-12' });
    await assess(test(), '2026-12');
  });

  const explained = (recipientId: bigint): Promise<readonly Explanation[]> =>
    explainAssessments(test().db, { recipientId, period: NOVEMBER });

  it('tells every programme of a recipient, each with its own lines', async () => {
    const [care, assistance, ...more] = await explained(1n);
    expect(more).to.deep.equal([]);
    expect(care?.title.en).to.equal('Recipient 1, period 2026-11: 700.000 VND is due');
    expect(assistance?.title.vi).to.equal(
      'Người thụ hưởng số 1, kỳ chi trả 11/2026: được hưởng 1.050.000 đ',
    );
    expect(linesOf(assistance)).to.include.members([
      'Standard × coefficient: 540.000 × 1.5 = 810.000; less 750.000 paid or assessed before = 60.000 VND',
      'Standard × coefficient: 540.000 × 1.5 = 810.000 VND',
      '60.000 + 60.000 + 60.000 + 60.000 + 810.000 = 1.050.000 VND',
    ]);
  });

  it('tells the month that another ground has paid, and why that one pays no more', async () => {
    const [only] = await explainAssessments(test().db, { recipientId: 2n, period: DECEMBER });
    expect(linesOf(only)).to.include.members([
      'Standard × coefficient: 540.000 × 2 = 1.080.000; less 810.000 paid or assessed before = 270.000 VND',
      '270.000 + 1.080.000 = 1.350.000 VND',
    ]);
    expect(linesOf(only).at(-1)).to.equal(
      'Enrolment 40.TGXH.000002, ground K6_N, Person with a heavy disability, 2026-12: ' +
        'Entitlement has ended',
    );
  });

  it('refuses a recipient and a period without an assessment', async () => {
    expect(await whatRefused(explained(99n))).to.equal('assessment-unknown');
    const december = explainAssessments(test().db, { recipientId: 1n, period: DECEMBER });
    expect(await whatRefused(december)).to.equal('assessment-unknown');
  });

  it('explains no line that somebody has tampered with: it throws', async () => {
    let thrown: unknown;
    await plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(
        tx,
        `alter table assessment_line drop constraint line_can_be_computed_again;
         update assessment_line set amount_vnd = 60001 where due_reference = 'AS2611TG1N1' and line_no = 1`,
      );
      thrown = await explainAssessments(tx, { recipientId: 1n, period: NOVEMBER }).catch(
        (error: unknown) => error,
      );
    });
    expect(thrown).to.be.an('error').with.property('message').that.contains('AS2611TG1N1 2026-07');
    expect((await explained(1n))[1]?.title.en).to.contain('1.050.000');
  });
});

describe('a whole town, explained', () => {
  const test = useDatabase();

  it('adds up for everybody, to the amount that was assessed', async () => {
    await walkTown(test(), { until: 'entitlement' });
    const assessed = await many<{ id: bigint; vnds: string[] }>(
      test().db,
      `select recipient_id as id,
              array_agg(amount_vnd::text order by programme, assessment_no) as vnds
         from assessment where period = :period group by 1 order by 1`,
      { period: TOWN_PERIOD },
    );
    expect(assessed.length).to.be.greaterThan(100);
    for (const { id, vnds } of assessed) {
      const told = await explainAssessments(test().db, { recipientId: id, period: TOWN_PERIOD });
      expect(told.map(({ title }) => title.vi)).to.deep.equal(
        vnds.map((vnd) => {
          const due = vnd === '0' ? 'không được hưởng' : `được hưởng ${grouped(BigInt(vnd))} đ`;
          return `Người thụ hưởng số ${id}, kỳ chi trả 11/2026: ${due}`;
        }),
      );
    }
  });
});
