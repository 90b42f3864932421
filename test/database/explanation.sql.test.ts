import { expect } from 'chai';
import {
  assessmentLinesOf,
  assessmentsOf,
  groundNames,
} from '../../src/entitlement/explanation.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { adult, assess, takeRows, under } from '../support/drawn-list.ts';

const NOVEMBER = period('2026-11');
const FIRST = { recipientId: 1n, period: NOVEMBER };

describe('what is read to explain an assessment', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [
      adult(1),
      { ...adult(1), programme: 'care_support', ...under('C_HH_DBN', '1.0') },
      adult(2),
    ]);
    await assess(test(), '2026-11');
    await takeRows(test(), [adult(1)], { period: '2026-12' });
    await assess(test(), '2026-12');
  });

  it('assessmentsOf has those of one recipient and period, by programme', async () => {
    const found = await assessmentsOf(test().db, FIRST);
    expect(found.map(({ dueReference }) => dueReference)).to.deep.equal([
      'AS2611CS1N1',
      'AS2611TG1N1',
    ]);
    expect(found[0]).to.deep.include({ amountVnd: 700_000n, reason: null });
    expect(found[1]).to.deep.include({
      recipientId: 1n,
      period: '2026-11',
      programme: 'social_assistance',
      assessmentNo: 1,
      amountVnd: 1_050_000n,
      reason: null,
      assessedOn: '2026-10-22',
    });
    const grounds = found[1]?.facts.enrolments?.map(({ groundCode }) => groundCode);
    expect(grounds).to.deep.equal(['C_HH_DBN', 'K6_N']);
  });

  it('assessmentLinesOf has their lines in order, coefficients as text and amounts exact', async () => {
    const all = await assessmentLinesOf(test().db, FIRST);
    expect(all[0]?.dueReference).to.equal('AS2611CS1N1');
    const lines = all.filter(({ dueReference }) => dueReference === 'AS2611TG1N1');
    expect(lines.map(({ forPeriod }) => forPeriod)).to.deep.equal([
      '2026-07',
      '2026-08',
      '2026-09',
      '2026-10',
      '2026-11',
    ]);
    expect(lines[0]).to.deep.equal({
      dueReference: 'AS2611TG1N1',
      kind: 'arrears',
      forPeriod: '2026-07',
      enrolmentId: '40.TGXH.000001',
      groundCode: 'K6_N',
      coefficient: '1.500',
      standardVnd: 540_000n,
      paidVnd: 750_000n,
      amountVnd: 60_000n,
      articles: [
        '20/2021/ND-CP art. 5(6), 6(1)(e)',
        '335/2026/ND-CP art. 4',
        '20/2021/ND-CP art. 34(4)',
      ],
    });
  });

  it('both have nothing for a recipient, a month or a year that was not assessed', async () => {
    for (const of of [
      { ...FIRST, recipientId: 99n },
      { ...FIRST, period: period('2026-10') },
      { ...FIRST, period: period('1999-01') },
    ]) {
      expect(await assessmentsOf(test().db, of)).to.deep.equal([]);
      expect(await assessmentLinesOf(test().db, of)).to.deep.equal([]);
    }
  });

  for (const [table, order] of [
    ['assessment', 'programme, assessment_no'],
    ['assessment_line', 'due_reference, line_no'],
  ] as const) {
    it(`looks ${table} up in one partition`, async () => {
      const plan = await many<{ 'QUERY PLAN': string }>(
        test().db,
        `explain select * from ${table} where recipient_id = 1 and period = '2026-11'
          order by ${order}`,
      );
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).to.contain(`${table}_2026_11`).and.not.contain('2026_12');
    });
  }

  it('groundNames has every ground of every programme, in both languages', async () => {
    const names = await groundNames(test().db);
    expect(names.find(({ groundCode }) => groundCode === 'K4')).to.deep.include({
      perDependant: true,
    });
    expect(names.find(({ groundCode }) => groundCode === 'K6_N')).to.deep.equal({
      groundCode: 'K6_N',
      vi: 'Người khuyết tật nặng',
      en: 'Person with a heavy disability',
      perDependant: false,
    });
    const codes = names.map(({ groundCode }) => groundCode);
    expect(codes).to.include.members(['SP_75', 'C_HH_DBN', 'NCC_TB_100', 'FUNERAL', 'TET_2026']);
    expect(new Set(codes).size).to.equal(codes.length);
  });
});
