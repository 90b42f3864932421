import { expect } from 'chai';
import type { GroundRule } from '../../src/entitlement/entitlement.ts';
import {
  listedIn,
  prepareLaw,
  settledFor,
  type ListedGround,
} from '../../src/entitlement/prepared-law.ts';
import type { Rate } from '../../src/entitlement/rate.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { enrolled, GROUNDS, lawOn, STANDARDS } from '../support/social-assistance-law.ts';

const CUT = '2026-10-24';

function ruleOf(code: string): GroundRule {
  const rule = GROUNDS.get(code);
  if (rule === undefined) throw new Error(`the reference files have no ${code}`);
  return rule;
}

/** A standard that counts from a day and is in force from another. */
function standard(countsFrom: string, inForceFrom: string, amount: bigint): Rate {
  return {
    series: 'social_assistance_standard',
    countsFrom: plainDate(countsFrom),
    inForceFrom: plainDate(inForceFrom),
    amountVnd: vnd(amount),
    legalBasis: 'a decree',
  };
}

describe('prepareLaw', () => {
  it('refuses standards of more than one series', () => {
    const other = { ...standard('2026-01-01', '2026-01-01', 1_000n), series: 'base_salary' };
    expect(() => lawOn(CUT, { standards: [...STANDARDS, other] })).to.throw(
      RangeError,
      'standards of more than one series',
    );
    expect(() => lawOn(CUT, { provincial: [other] })).to.throw(RangeError);
  });

  it('art. 6(1): a decision under one code carries into the other of its group, until both have ended', () => {
    const { classes, ageLimit } = listedIn(lawOn(CUT), enrolled('K1_U4'));
    expect(classes.map(({ rule }) => rule.groundCode)).to.deep.equal(['K1_U4', 'K1_4P']);
    expect(ageLimit).to.equal(16);
  });

  it('art. 8(1), (2): the other code is cited with the change, and both with the end', () => {
    const { classes, leaving } = listedIn(lawOn(CUT), enrolled('K1_U4'));
    expect(classes.map(({ articles }) => articles.length)).to.deep.equal([1, 2]);
    expect(leaving.map(({ articles }) => articles.length)).to.deep.equal([2, 3]);
    expect(classes[1]?.articles[1]).to.equal('20/2021/ND-CP art. 8(1)');
    expect(leaving[0]?.articles[1]).to.equal('20/2021/ND-CP art. 8(2)');
  });

  it('a group of which the law has one code alone is that code', () => {
    const alone = new Map([['K1_U4', ruleOf('K1_U4')]]);
    const { classes, ageLimit } = listedIn(lawOn(CUT, { grounds: alone }), enrolled('K1_U4'));
    expect(classes.map(({ rule }) => rule.groundCode)).to.deep.equal(['K1_U4']);
    expect(ageLimit).to.equal(4);
  });

  it('a ground that a council has added is foreign in every other province', () => {
    const listed = (scope: string | undefined, province: string): ListedGround => {
      const rule = { ...ruleOf('K2'), ...(scope === undefined ? {} : { scope }) };
      const law = { grounds: new Map([['K2', rule]]), standards: STANDARDS, province };
      return listedIn(prepareLaw({ ...law, assessedOn: plainDate(CUT) }), enrolled('K2'));
    };
    expect(listed('79', '79').isForeign).to.equal(false);
    expect(listed('79', '01').isForeign).to.equal(true);
    expect(listed('VN', '01').isForeign).to.equal(false);
    expect(listed(undefined, '01').isForeign).to.equal(false);
  });
});

describe('settledFor', () => {
  const settled = (decidedOn: string, settledOn: string | null) =>
    settledFor(
      lawOn(CUT),
      enrolled('K2', {
        decidedOn: plainDate(decidedOn),
        settledOn: settledOn === null ? null : plainDate(settledOn),
      }),
    );

  it('nothing was settled for what was decided only after that day', () => {
    expect(settled('2026-09-24', '2026-09-24')?.through).to.equal('2026-10');
    expect(settled('2026-09-25', '2026-09-24')).to.equal(undefined);
    expect(settled('2026-09-25', null)?.through).to.equal('2026-10');
    const never = enrolled('K2', { paidThrough: null });
    expect(settledFor(lawOn(CUT), never)).to.equal(undefined);
  });

  it('has no standard for a month of which none governs the first day', () => {
    const standards = [standard('2026-07-15', '2026-07-15', 500_000n)];
    const told = settledFor(
      lawOn(CUT, { standards }),
      enrolled('K2', { paidThrough: period('2026-09') }),
    );
    expect([...(told?.standards.keys() ?? [])]).to.deep.equal(['2026-08', '2026-09']);
    expect(told?.firstRepriced).to.equal('2026-10');
  });

  it('is repriced from the first month that has another standard today, or none', () => {
    const standards = [
      standard('2026-01-01', '2026-01-01', 500_000n),
      standard('2026-07-01', '2026-10-05', 540_000n),
    ];
    const september = { paidThrough: period('2026-09'), settledOn: plainDate('2026-08-24') };
    const repriced = settledFor(lawOn(CUT, { standards }), enrolled('K2', september));
    expect(repriced?.firstRepriced).to.equal('2026-07');
    expect(repriced?.standards.get(period('2026-09'))?.amountVnd).to.equal(500_000n);

    const later = [standard('2026-07-01', '2026-10-05', 540_000n)];
    const known = { ...september, settledOn: plainDate('2026-10-05') };
    const unknown = settledFor(lawOn('2026-10-04', { standards: later }), enrolled('K2', known));
    expect(unknown?.firstRepriced).to.equal('2026-07');
  });
});
