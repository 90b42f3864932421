import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import type { Case, CasePerson } from '../../src/entitlement/case.ts';
import { CaseFault } from '../../src/entitlement/case.ts';
import { highestOfProgrammes } from '../../src/entitlement/highest-only.ts';
import { toTheThousand } from '../../src/entitlement/merit.ts';
import { uplifted } from '../../src/entitlement/pension-uplift.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { aCase, assess, BOOK, ground, linesOf, outcome, paid, paused } from '../support/cases.ts';

// Each rule on both sides of its boundary: the day or month before, of, and after. Monthly social
// assistance itself stands in social-assistance.test.ts.

const assistance = (of: string, person: Partial<CasePerson>, other: Partial<Case> = {}): string =>
  outcome(assess(aCase('social_assistance', of, person, other)));
const pension = (of: string, person: Partial<CasePerson>, other: Partial<Case> = {}): string =>
  outcome(assess(aCase('social_pension', of, person, other)));
const care = (of: string, person: Partial<CasePerson>): string =>
  outcome(assess(aCase('care_support', of, person)));
const merit = (of: string, person: Partial<CasePerson>, other: Partial<Case> = {}): string =>
  outcome(assess(aCase('merit', of, person, other)));

const OLD = { birthDate: plainDate('1948-05-20') };
const born = (day: string): Partial<CasePerson> => ({ birthDate: plainDate(day) });

describe('social assistance of a case', () => {
  const near = (
    code: string,
    household: CasePerson['household'],
    area: CasePerson['area'] = null,
  ) => ({
    birthDate: plainDate(
      code === 'K5B' ? '1950-01-15' : code === 'K7' ? '2025-01-15' : '1960-01-15',
    ),
    grounds: [ground(code)],
    household,
    area,
  });
  for (const [code, household, area, expected] of [
    // Art. 5(5)(a) and (8): poor; near-poor is not enough.
    ['K5A_60', 'poor', null, '810000'],
    ['K5A_60', 'near_poor', null, 'condition-not-met'],
    ['K5A_60', 'none', null, 'condition-not-met'],
    ['K5A_60', null, null, '810000'],
    // Art. 5(5)(b) and (7): poor or near-poor, in a specially difficult place.
    ['K5B', 'poor', 'especially_difficult', '540000'],
    ['K5B', 'near_poor', 'especially_difficult', '540000'],
    ['K5B', 'none', 'especially_difficult', 'condition-not-met'],
    ['K5B', 'poor', 'none', 'condition-not-met'],
    ['K7', 'near_poor', 'especially_difficult', '810000'],
    ['K7', 'near_poor', 'none', 'condition-not-met'],
    // Art. 5(6): nothing is asked of the household.
    ['K6_N', 'none', 'none', '1080000'],
  ] as const) {
    it(`${code}, household ${String(household)}, area ${String(area)}: ${expected}`, () => {
      expect(assistance('2026-10', near(code, household, area))).to.equal(expected);
    });
  }

  for (const [code, otherPension, expected] of [
    ['K5C', null, '540000'],
    ['K5C', 0, '540000'],
    ['K5C', 1, 'condition-not-met'],
    ['K8', 1, 'condition-not-met'],
    ['K6_N', 1, '1080000'],
  ] as const) {
    it(`${code} beside a pension of ${String(otherPension)}: ${expected}`, () => {
      const person = { ...born('1940-01-15'), grounds: [ground(code)], otherPension };
      expect(assistance('2026-10', person)).to.equal(expected);
    });
  }

  it('passes over a ground whose condition is not met, and pays the other', () => {
    const grounds = [ground('K5A_60'), ground('K6_N')];
    const person = { ...born('1960-01-15'), household: 'none', grounds } as const;
    expect(assistance('2026-10', person)).to.equal('1080000');
  });

  describe('art. 8(1): the first month', () => {
    for (const [of, expected] of [
      ['2026-08', 'not-yet-entitled'],
      ['2026-09', '810000'],
      ['2026-10', '810000'],
    ] as const) {
      it(`of a disability is that of its certificate, though it is decided later: ${of}`, () => {
        const grounds = [ground('K6_N', { from: period('2026-09') })];
        expect(assistance(of, { grounds, decisionDate: plainDate('2026-11-03') })).to.equal(
          expected,
        );
      });
      it(`of the others is that of the decision, whatever month is named before: ${of}`, () => {
        const grounds = [ground('K8', { from: period('2026-01') })];
        expect(assistance(of, { grounds, decisionDate: plainDate('2026-09-30') })).to.equal(
          expected,
        );
      });
    }
    for (const [of, expected] of [
      ['2026-08', 'age-not-reached'],
      ['2026-09', '540000'],
      ['2026-10', '540000'],
    ] as const) {
      it(`of art. 5(5)(b) is the month of turning 75: ${of}`, () => {
        const person = { ...born('1951-09-30'), grounds: [ground('K5B')] };
        expect(assistance(of, { ...person, decisionDate: plainDate('2026-11-03') })).to.equal(
          expected,
        );
      });
    }
    for (const [day, expected] of [
      ['2026-11-19', '810000'],
      ['2026-11-20', '810000'],
      ['2026-11-21', 'not-yet-decided'],
    ] as const) {
      it(`is nothing before the decision is there: decided ${day}`, () => {
        const grounds = [ground('K6_N', { from: period('2026-09'), decisionDate: plainDate(day) })];
        expect(assistance('2026-10', { grounds })).to.equal(expected);
      });
    }
  });

  it('pays what a decision that reaches back left unpaid, month by month', () => {
    const grounds = [ground('K6_N', { from: period('2026-09') })];
    const person = { grounds, alreadyPaid: paid('2026-08 0', '2026-09 0', '2026-10 0') };
    const result = assess(aCase('social_assistance', '2026-11', person));
    expect(linesOf(result)).to.deep.equal([
      'arrears 2026-09 810000',
      'arrears 2026-10 810000',
      'current 2026-11 810000',
    ]);
    expect(result.lines[0]?.articles).to.include('20/2021/ND-CP art. 34(4)');
    expect(result.lines[2]?.articles).to.not.include('20/2021/ND-CP art. 34(4)');
  });

  describe('art. 5(4): a single parent, child by child', () => {
    const parent = (birthDate: string, other: object = {}) => ({
      grounds: [
        ground('K4', {
          children: [{ birthDate: plainDate(birthDate), diedOn: null, studying: null, ...other }],
        }),
      ],
    });
    for (const [of, expected] of [
      ['2026-09', '540000'],
      ['2026-10', '540000'],
      ['2026-11', 'no-dependants'],
    ] as const) {
      it(`a child that turns 16 in October: ${of}`, () => {
        expect(assistance(of, parent('2010-10-31'))).to.equal(expected);
      });
      it(`a student who turns 23 in October: ${of}`, () => {
        expect(assistance(of, parent('2003-10-01', { studying: true }))).to.equal(expected);
      });
      it(`a child that dies in October: ${of}`, () => {
        const child = parent('2020-01-01', { diedOn: plainDate('2026-10-01') });
        expect(assistance(of, child)).to.equal(expected);
      });
    }
    it('counts a child from the month of its birth', () => {
      expect(assistance('2026-09', parent('2026-10-31'))).to.equal('no-dependants');
      expect(assistance('2026-10', parent('2026-10-31'))).to.equal('540000');
    });
    it('is one child where nothing is said', () => {
      expect(assistance('2026-10', { grounds: [ground('K4')] })).to.equal('540000');
    });
  });
});

describe('suspension and resumption', () => {
  const K6_N = { grounds: [ground('K6_N')] };
  for (const [of, expected] of [
    ['2026-07', '810000'],
    ['2026-08', 'suspended'],
    ['2026-09', 'suspended'],
    ['2026-10', '810000'],
  ] as const) {
    it(`pauses the months from the first to the last, and loses them: ${of}`, () => {
      const suspensions = [paused('2026-08', '2026-09', { reason: 'custody' })];
      expect(assistance(of, { ...K6_N, suspensions })).to.equal(expected);
    });
  }

  it('gives the months back where the decision that ends it says so, each as its own line', () => {
    const suspensions = [paused('2026-08', '2026-09', { reason: 'uncollected', backPay: true })];
    const of = (month: string): string[] =>
      linesOf(assess(aCase('social_assistance', month, { ...K6_N, suspensions })));
    expect(of('2026-09')).to.deep.equal([]);
    expect(of('2026-10')).to.deep.equal([
      'arrears 2026-08 810000',
      'arrears 2026-09 810000',
      'current 2026-10 810000',
    ]);
  });

  it('does not give back what was paid already', () => {
    const suspensions = [paused('2026-08', '2026-09', { backPay: true })];
    const alreadyPaid = paid('2026-08 810000');
    const result = assess(
      aCase('social_assistance', '2026-10', { ...K6_N, suspensions, alreadyPaid }),
    );
    expect(linesOf(result)).to.deep.equal(['arrears 2026-09 810000', 'current 2026-10 810000']);
  });

  describe('Circular 02/2021 art. 2(1)(đ): who refuses to be assessed again for three months', () => {
    for (const [until, of, expected] of [
      [null, '2026-06', 'suspended'],
      [null, '2026-07', 'suspended'],
      [null, '2026-08', 'stopped'],
      ['2026-07', '2026-08', '810000'],
      ['2026-08', '2026-09', 'stopped'],
    ] as const) {
      it(`paused from May through ${String(until)}: ${of} is ${expected}`, () => {
        const suspensions = [paused('2026-05', until, { reason: 'reassessment_refused' })];
        expect(assistance(of, { ...K6_N, suspensions })).to.equal(expected);
      });
    }
  });
});

describe('several suspensions', () => {
  it('stop with the first that was not obeyed, in whatever order they are told', () => {
    const refused = { reason: 'reassessment_refused' } as const;
    const spans = [
      paused('2026-07', null, refused),
      paused('2026-04', null, refused),
      paused('2026-01', '2026-01', { reason: 'custody' }),
    ];
    for (const suspensions of [spans, spans.toReversed()]) {
      const found = ['2026-02', '2026-06', '2026-07'].map((of) =>
        assistance(of, { grounds: [ground('K6_N')], suspensions }),
      );
      expect(found).to.deep.equal(['750000', 'suspended', 'stopped']);
    }
  });
});

describe('death and recovery', () => {
  const dead = (diedOn: string): Partial<CasePerson> => ({
    grounds: [ground('K6_N')],
    diedOn: plainDate(diedOn),
    alreadyPaid: paid('2026-08 810000', '2026-09 810000', '2026-10 810000'),
  });
  for (const [diedOn, recovery] of [
    ['2026-07-31', '2430000'],
    ['2026-08-01', '1620000'],
    ['2026-08-31', '1620000'],
    ['2026-09-01', '810000'],
    ['2026-10-01', '0'],
  ] as const) {
    it(`art. 8(2): died ${diedOn}, paid through October: ${recovery} to be recovered`, () => {
      const result = assess(aCase('social_assistance', '2026-11', dead(diedOn)));
      expect(result).to.include({ eligible: false, amount: 0n, reason: 'deceased' });
      expect(String(result.recoveryVnd)).to.equal(recovery);
      expect(result.lines).to.deep.equal([]);
    });
  }

  it('is told by month, and takes nothing off what is due', () => {
    const person = {
      grounds: [ground('K6_N')],
      alreadyPaid: paid('2026-08 1000000', '2026-09 750000'),
    };
    const result = assess(aCase('social_assistance', '2026-10', person));
    expect(linesOf(result)).to.deep.equal(['arrears 2026-09 60000', 'current 2026-10 810000']);
    expect(result.recoveries).to.deep.equal([
      { period: '2026-08', paidVnd: 1_000_000n, dueVnd: 810_000n, amount: 190_000n },
    ]);
  });

  it('shows what was paid ahead for months after the death', () => {
    const person = { ...dead('2026-08-15'), alreadyPaid: paid('2026-08 750000', '2026-09 750000') };
    const result = assess(aCase('social_assistance', '2026-08', person));
    expect(linesOf(result)).to.deep.equal(['current 2026-08 60000']);
    expect(result.recoveryVnd).to.equal(750_000n);
  });
});

describe('social pension', () => {
  for (const [birthDate, of, expected] of [
    ['1951-11-01', '2026-10', 'household-not-poor'],
    ['1951-10-31', '2026-10', '540000'],
    ['1951-10-01', '2026-10', '540000'],
    ['1951-09-30', '2026-10', '540000'],
    ['1956-11-01', '2026-10', 'age-not-reached'],
  ] as const) {
    it(`born ${birthDate}, not poor: ${of} is ${expected}`, () => {
      expect(pension(of, born(birthDate))).to.equal(expected);
    });
  }
  for (const [birthDate, household, expected] of [
    ['1956-11-01', 'poor', 'age-not-reached'],
    ['1956-10-31', 'poor', '540000'],
    ['1956-10-31', 'near_poor', '540000'],
    ['1956-10-31', 'none', 'household-not-poor'],
    ['1951-11-01', 'near_poor', '540000'],
    ['1951-10-01', 'poor', '540000'],
  ] as const) {
    it(`from 70 in a poor household: born ${birthDate}, ${household}, October is ${expected}`, () => {
      expect(pension('2026-10', { ...born(birthDate), household })).to.equal(expected);
    });
  }
  for (const [otherPension, expected] of [
    [0, '540000'],
    [539_999, '540000'],
    [540_000, 'has-pension'],
    [540_001, 'has-pension'],
  ] as const) {
    it(`beside a pension of ${otherPension}: ${expected}`, () => {
      expect(pension('2026-10', { ...OLD, otherPension })).to.equal(expected);
    });
  }
  it('compares a pension with the rate of the nation, not with what a council adds', () => {
    expect(pension('2026-10', { ...OLD, otherPension: 600_000 }, { province: '01' })).to.equal(
      'has-pension',
    );
  });
  for (const [of, expected] of [
    ['2026-08', 'not-yet-entitled'],
    ['2026-09', '540000'],
    ['2026-10', '540000'],
  ] as const) {
    it(`begins with the month in which the decision is signed: ${of}`, () => {
      expect(pension(of, { ...OLD, decisionDate: plainDate('2026-09-30') })).to.equal(expected);
    });
  }
  for (const [asOf, expected] of [
    ['2026-10-04', '500000'],
    ['2026-10-05', '540000'],
    ['2026-10-06', '540000'],
  ] as const) {
    it(`335/2026 is in force from 5 October and counts from July: on ${asOf}`, () => {
      expect(pension('2026-07', OLD, { asOf: plainDate(asOf) })).to.equal(expected);
    });
  }
  for (const [of, expected] of [
    ['2025-06', 'not-yet-entitled'],
    ['2025-07', '500000'],
    ['2026-06', '500000'],
    ['2026-07', '540000'],
  ] as const) {
    it(`there is none before July 2025: ${of}`, () => {
      expect(pension(of, OLD)).to.equal(expected);
    });
  }
  for (const [of, expected] of [
    ['2026-08', '650000'],
    ['2026-09', '650000'],
    ['2026-10', '540000'],
  ] as const) {
    it(`the new place pays from the month after: left Hà Nội after September, ${of}`, () => {
      const moves = [{ fromProvince: '01', lastMonth: period('2026-09') }];
      expect(pension(of, { ...OLD, moves }, { province: '40' })).to.equal(expected);
    });
  }
  it('follows several moves, in whatever order they are told', () => {
    const moves = [
      { fromProvince: '31', lastMonth: period('2026-09') },
      { fromProvince: '01', lastMonth: period('2026-07') },
    ];
    for (const told of [moves, moves.toReversed()]) {
      const amounts = ['2026-07', '2026-08', '2026-10'].map((of) =>
        pension(of, { ...OLD, moves: told }, { province: '40' }),
      );
      expect(amounts).to.deep.equal(['650000', '700000', '540000']);
    }
  });
});

describe('the highest only, across programmes', () => {
  const everything = (person: Partial<CasePerson>, other: Partial<Case> = {}): string[] => {
    const { lines } = assess(aCase('all', '2026-10', person, other));
    return lines.map(({ due, amount }) => `${due.programme} ${String(amount)}`);
  };
  it('social assistance or the social pension, never both', () => {
    expect(everything({ ...OLD, grounds: [ground('K6_N')] })).to.deep.equal([
      'social_assistance 1080000',
    ]);
    expect(everything({ ...OLD, grounds: [] })).to.deep.equal(['social_pension 540000']);
  });
  it('by what the province pays', () => {
    const K5B = { ...born('1950-05-20'), grounds: [ground('K5B')] };
    expect(everything(K5B)).to.deep.equal(['social_assistance 540000']);
    expect(everything(K5B, { province: '01' })).to.deep.equal(['social_pension 650000']);
  });
  it('the two allowances of a single parent together against the social pension', () => {
    const grounds = [ground('K4', { dependants: 1 }), ground('K5A_60')];
    expect(everything({ ...born('1951-01-20'), grounds })).to.deep.equal([
      'social_assistance 540000',
      'social_assistance 810000',
    ]);
  });
  it('art. 25(5): life in an institution excludes the monthly allowance, also a higher one', () => {
    const children = ground('K4', { dependants: 9 });
    const grounds = [ground('INST_4P', { from: period('2026-10') }), children];
    expect(everything({ grounds })).to.deep.equal(['institution 2160000']);
    expect(assistance('2026-09', { grounds })).to.equal('4860000');
    expect(assistance('2026-10', { grounds })).to.equal('in-institution');
  });
  it('merit or social assistance', () => {
    expect(everything({ grounds: [ground('K6_N')], multiple: 1 })).to.deep.equal(['merit 3012000']);
    expect(everything({ grounds: [ground('K6_DBN')], multiple: 0.1 })).to.deep.equal([
      'social_assistance 1080000',
    ]);
  });
  it('art. 20(2)(b): care support is paid beside the allowance', () => {
    const grounds = [ground('K6_N'), ground('C_PREG_1')];
    expect(everything({ grounds })).to.deep.equal([
      'social_assistance 810000',
      'care_support 810000',
    ]);
  });
  it('cites the rule only where something was outranked', () => {
    const articles = (person: Partial<CasePerson>): readonly string[] =>
      assess(aCase('all', '2026-10', person)).lines[0]?.articles ?? [];
    const rule = '20/2021/ND-CP art. 6(2)';
    expect(articles({ ...OLD, grounds: [ground('K6_N')] })).to.include(rule);
    expect(articles({ grounds: [ground('K6_N')] })).to.not.include(rule);
    const two = articles({ ...OLD, grounds: [ground('K6_N'), ground('K5A_60')] });
    expect(two.filter((article) => article === rule)).to.have.lengthOf(1);
  });
  it('says why nothing is due', () => {
    expect(outcome(assess(aCase('all', '2026-10', {})))).to.equal('age-not-reached');
    expect(outcome(assess(aCase('all', '2026-10', { birthDate: null })))).to.equal('no-ground');
  });
  it('takes the first of two that pay the same, and none that pays nothing', () => {
    const [first, second] = [
      { name: 'a', totalVnd: vnd(5n) },
      { name: 'b', totalVnd: vnd(5n) },
    ] as const;
    expect(highestOfProgrammes([first, second])).to.equal(first);
    expect(highestOfProgrammes([{ totalVnd: vnd(0n) }])).to.equal(undefined);
  });
});

describe('care support and institutions', () => {
  for (const [code, amount] of [
    ['C_K1_U4', '1350000'],
    ['C_K1_4P', '810000'],
    ['C_PREG_1', '810000'],
    ['C_PREG_2', '1080000'],
    ['C_HH_DBN', '540000'],
    ['C_NHAN_DBN', '810000'],
    ['C_NHAN_DBN_TE', '1350000'],
  ] as const) {
    it(`art. 20: ${code} is ${amount}`, () => {
      expect(care('2026-10', { grounds: [ground(code)] })).to.equal(amount);
    });
  }
  const cared = (code: string, caredBirthDate: string): Partial<CasePerson> => ({
    grounds: [ground(code, { caredBirthDate: plainDate(caredBirthDate) })],
  });
  // Who is cared for reaches the age in October, on its first or on its last day.
  for (const [code, birth, before, of, after] of [
    ['C_K1_U4', '2022-10-31', '1350000', '810000', '810000'],
    ['C_K1_U4', '2022-10-01', '1350000', '810000', '810000'],
    ['C_K1_4P', '2010-10-31', '810000', '810000', 'age-out'],
    ['C_K1_4P', '1966-10-31', 'age-out', '810000', '810000'],
    ['C_PREG_1', '2023-10-31', '810000', '810000', 'age-out'],
    ['C_NHAN_DBN_TE', '2010-10-31', '1350000', '810000', '810000'],
    ['C_NHAN_DBN', '2010-10-01', '1350000', '810000', '810000'],
  ] as const) {
    it(`${code}, who is cared for born ${birth}: ${before}, ${of}, ${after}`, () => {
      const found = ['2026-09', '2026-10', '2026-11'].map((month) =>
        care(month, cared(code, birth)),
      );
      expect(found).to.deep.equal([before, of, after]);
    });
  }
  it('counts each person who is cared for', () => {
    expect(care('2026-10', { grounds: [ground('C_HH_DBN', { persons: 3 })] })).to.equal('1620000');
    const grounds = [ground('C_HH_DBN'), ground('C_K1_U4')];
    expect(care('2026-10', { grounds })).to.equal('1890000');
  });
  it('art. 20(2)(a): the higher of the two of this point, and one grant a couple', () => {
    const grounds = [ground('C_PREG_1'), ground('C_PREG_2')];
    expect(care('2026-10', { grounds })).to.equal('1080000');
    expect(care('2026-10', { grounds: grounds.toReversed() })).to.equal('1080000');
    expect(care('2026-10', { grounds, spousePaid: true })).to.equal('spouse-is-paid');
    expect(care('2026-10', { grounds: [ground('C_HH_DBN')], spousePaid: true })).to.equal('540000');
  });
  for (const [of, expected] of [
    ['2026-08', '540000'],
    ['2026-09', '540000'],
    ['2026-10', 'deceased'],
  ] as const) {
    it(`Circular 02/2021 art. 2(2)(a): the death of either in September ends it: ${of}`, () => {
      const caredDiedOn = plainDate('2026-09-30');
      expect(care(of, { grounds: [ground('C_HH_DBN', { caredDiedOn })] })).to.equal(expected);
      expect(care(of, { grounds: [ground('C_HH_DBN')], diedOn: caredDiedOn })).to.equal(expected);
    });
  }
  for (const [of, amount] of [
    ['2026-09', '2700000'],
    ['2026-10', '2160000'],
    ['2026-11', '2160000'],
  ] as const) {
    it(`art. 25(1): a resident who turns 4 in October: ${of} is ${amount}`, () => {
      const person = { ...born('2022-10-31'), grounds: [ground('INST_U4')] };
      expect(outcome(assess(aCase('institution', of, person)))).to.equal(amount);
    });
  }
  it('has nothing without a ground of its own', () => {
    expect(care('2026-10', { grounds: [ground('K6_N')] })).to.equal('no-ground');
    expect(outcome(assess(aCase('institution', '2026-10', {})))).to.equal('no-ground');
  });
});

describe('merit', () => {
  it('reads the table of a category, whatever multiple stands beside it', () => {
    for (const row of BOOK.merit) {
      const person = { meritCode: row.series, multiple: 9 };
      expect(merit(row.countsFrom.slice(0, 7), person)).to.equal(String(row.amountVnd));
    }
    // The annex of 75/2021 as remembered, where the coefficient would give 1,814,000.
    expect(merit('2022-01', { meritCode: 'NCC_CM45_TL' })).to.equal('1815000');
  });
  it('has no amount for a month before the tables', () => {
    expect(merit('2021-06', { meritCode: 'NCC_TNLS_1' })).to.equal('standard-unknown');
    expect(merit('2021-07', { meritCode: 'NCC_TNLS_1' })).to.equal('1624000');
  });
  for (const [asOf, of, expected] of [
    ['2026-09-30', '2026-07', '2789000'],
    ['2026-10-01', '2026-07', '3012000'],
    ['2026-10-02', '2026-07', '3012000'],
    ['2026-10-01', '2026-06', '2789000'],
  ] as const) {
    it(`321/2026 is in force from October and counts from July: ${of} on ${asOf}`, () => {
      const known = { asOf: plainDate(asOf) };
      expect(merit(of, { meritCode: 'NCC_TNLS_1' }, known)).to.equal(expected);
      expect(merit(of, { multiple: 1 }, known)).to.equal(expected);
    });
  }
  for (const [standard, coefficient, expected] of [
    [1000n, '0.499', 0n],
    [1000n, '0.5', 1000n],
    [1000n, '0.501', 1000n],
    [3_012_000n, '0.838', 2_524_000n],
    [3_012_000n, '1', 3_012_000n],
  ] as const) {
    it(`321/2026 art. 3(2): ${coefficient} × ${String(standard)} is ${String(expected)}`, () => {
      expect(toTheThousand(vnd(standard), new Decimal(coefficient))).to.equal(expected);
    });
  }
  it('pays two months at once, and then nothing until the third (44/2022/TT-BTC art. 8(3))', () => {
    const person = { meritCode: 'NCC_TNLS_1' };
    const first = assess(aCase('merit', '2026-10', person, { payAhead: true }));
    expect(linesOf(first)).to.deep.equal(['current 2026-10 3012000', 'current 2026-11 3012000']);
    expect(
      first.lines.map(({ articles }) => articles.includes('44/2022/TT-BTC art. 8(3)')),
    ).to.deep.equal([false, true]);
    const alreadyPaid = paid('2026-10 3012000', '2026-11 3012000');
    expect(merit('2026-11', { ...person, alreadyPaid })).to.equal('already-assessed');
    const died = { ...person, alreadyPaid, diedOn: plainDate('2026-10-31') };
    expect(assess(aCase('merit', '2026-11', died)).recoveryVnd).to.equal(3_012_000n);
  });
  it('art. 118: a prison term pauses it, and the month after release resumes it', () => {
    const suspensions = [paused('2026-08', '2026-09', { reason: 'prison' })];
    const found = ['2026-07', '2026-08', '2026-09', '2026-10'].map((of) =>
      merit(of, { multiple: 1, suspensions }),
    );
    expect(found).to.deep.equal(['3012000', 'suspended', 'suspended', '3012000']);
  });
  it('a suspected forgery: cleared is paid back from the month of suspension', () => {
    const clear = [
      paused('2026-08', '2026-09', { reason: 'suspected_forgery', outcome: 'cleared' }),
    ];
    expect(
      linesOf(assess(aCase('merit', '2026-10', { multiple: 1, suspensions: clear }))),
    ).to.deep.equal([
      'arrears 2026-08 3012000',
      'arrears 2026-09 3012000',
      'current 2026-10 3012000',
    ]);
  });
  it('a forgery that is proven: all that was paid is to be recovered', () => {
    const suspensions = [
      paused('2026-08', null, { reason: 'suspected_forgery', outcome: 'proven' }),
    ];
    const alreadyPaid = paid('2026-06 2789000', '2026-07 3012000');
    const result = assess(aCase('merit', '2026-10', { multiple: 1, suspensions, alreadyPaid }));
    expect(result).to.include({ reason: 'forged', recoveryVnd: 5_801_000n, amount: 0n });
  });
  it('begins with the month that is named, or with that of the decision', () => {
    const decisionDate = plainDate('2026-09-10');
    expect(merit('2026-08', { multiple: 1, decisionDate })).to.equal('not-yet-entitled');
    expect(merit('2026-09', { multiple: 1, decisionDate })).to.equal('3012000');
    const meritFrom = period('2026-07');
    expect(merit('2026-07', { multiple: 1, decisionDate, meritFrom })).to.equal('3012000');
    expect(merit('2026-06', { multiple: 1, decisionDate, meritFrom })).to.equal('not-yet-entitled');
  });
  it('once: convalescence, education, worship, and three months at death', () => {
    for (const [meritClaim, expected] of [
      ['home_convalescence', '2711000'],
      ['group_convalescence', '5422000'],
      ['preschool', '1205000'],
      ['education', '2410000'],
      ['worship', '1600000'],
    ] as const) {
      const result = assess(aCase('merit', '2026-10', { meritClaim }));
      expect([outcome(result), result.lines[0]?.kind]).to.deep.equal([expected, 'once']);
    }
    const diedOn = plainDate('2026-10-11');
    const death = { meritClaim: 'death', multiple: 0.6, diedOn } as const;
    expect(merit('2026-10', death)).to.equal('5421000');
    expect(merit('2026-11', death)).to.equal('5421000');
    expect(merit('2026-10', { ...death, diedOn: null })).to.equal('alive');
    expect(merit('2026-09', { meritClaim: 'worship' })).to.equal('standard-unknown');
  });
  it('needs a category or a multiple', () => {
    expect(merit('2026-10', {})).to.equal('no-ground');
  });
});

describe('funeral support', () => {
  const funeral = (of: string, person: Partial<CasePerson>, other: Partial<Case> = {}): string =>
    outcome(assess(aCase('funeral', of, person, other)));
  const diedOn = plainDate('2026-10-11');

  for (const [name, person, expected] of [
    ['art. 11(1)(a): on social assistance', { grounds: [ground('K6_N')] }, '10800000'],
    ['nothing is named', { grounds: [] }, 'no-ground'],
    ['a decided file that names no grounds', {}, '10800000'],
    [
      'art. 11(1)(b): a child of a single parent',
      { grounds: [], childOfSingleParent: true },
      '10800000',
    ],
    [
      'art. 11(1)(c): 80, on another allowance',
      { ...born('1946-10-31'), grounds: [], otherPension: 900_000, survivorAllowance: true },
      '10800000',
    ],
    [
      'art. 11(1)(c): not yet 80',
      { ...born('1946-11-01'), grounds: [], otherPension: 900_000, survivorAllowance: true },
      'no-ground',
    ],
    ['the social pension', { ...OLD, grounds: [] }, '10800000'],
    ['art. 14: an emergency, whoever it is', { grounds: [], deathCause: 'emergency' }, '27000000'],
    ['art. 25(3): in an institution', { grounds: [ground('INST_4P')] }, '27000000'],
    ['a person of merit', { grounds: [], multiple: 1 }, '25300000'],
    [
      'art. 11(2): of several the highest',
      { grounds: [ground('INST_4P')], multiple: 1 },
      '27000000',
    ],
  ] as const) {
    it(`${name}: ${expected}`, () => {
      expect(funeral('2026-10', { ...person, diedOn })).to.equal(expected);
    });
  }
  for (const [day, expected] of [
    ['2026-06-30', '10000000'],
    ['2026-07-01', '10800000'],
    ['2024-06-30', '7200000'],
    ['2024-07-01', '10000000'],
  ] as const) {
    it(`is at the level of the day of death, whenever it is paid: died ${day}`, () => {
      const person = { grounds: [ground('K6_N')], diedOn: plainDate(day) };
      const result = assess(aCase('funeral', '2026-11', person));
      expect(linesOf(result)).to.deep.equal([`once ${day.slice(0, 7)} ${expected}`]);
    });
  }
  it('pays the difference where a decree raised it afterwards', () => {
    const person = {
      grounds: [ground('K6_N')],
      diedOn: plainDate('2026-08-11'),
      alreadyPaid: paid('2026-08 10000000'),
    };
    expect(funeral('2026-10', person, { asOf: plainDate('2026-10-04') })).to.equal(
      'already-assessed',
    );
    expect(funeral('2026-10', person, { asOf: plainDate('2026-10-05') })).to.equal('800000');
  });
  it('also for who qualified for the social pension and died before the decision', () => {
    const person = { ...OLD, grounds: [], decisionDate: plainDate('2026-12-01') };
    expect(funeral('2026-10', { ...person, diedOn })).to.equal('10800000');
  });
  it('is not due for the living', () => {
    expect(funeral('2026-10', { grounds: [ground('K6_N')], diedOn: null })).to.equal('alive');
    const later = { grounds: [ground('K6_N')], diedOn: plainDate('2026-11-01') };
    expect(funeral('2026-10', later)).to.equal('alive');
  });
});

describe('gifts', () => {
  const JANUARY = { asOf: plainDate('2026-01-10') };
  const tet = (of: string, person: Partial<CasePerson>, other: Partial<Case> = JANUARY): string =>
    outcome(assess(aCase('tet_gift', of, person, other)));
  for (const [name, person, expected] of [
    ['of merit', { multiple: 1 }, '400000'],
    ['on social assistance', { grounds: [ground('K6_N')] }, '400000'],
    ['on the social pension', OLD, '400000'],
    ['in an institution', { grounds: [ground('INST_4P')] }, '400000'],
    ['of two groups: one gift', { ...OLD, multiple: 1, grounds: [ground('K6_N')] }, '400000'],
    ['of none', {}, 'not-of-group'],
    [
      'of a group that is suspended',
      { grounds: [ground('K6_N')], suspensions: [paused('2026-01', null)] },
      'not-of-group',
    ],
    ['given it already', { multiple: 1, alreadyPaid: paid('2026-01 400000') }, 'already-assessed'],
  ] as const) {
    it(`New Year 2026, ${name}: ${expected}`, () => {
      expect(tet('2026-01', person)).to.equal(expected);
    });
  }
  for (const [of, asOf, expected] of [
    ['2025-11', '2026-01-10', 'no-gift'],
    ['2025-12', '2025-12-27', 'no-gift'],
    ['2025-12', '2025-12-28', '400000'],
    ['2026-01', '2026-01-31', '400000'],
    ['2026-02', '2026-02-01', 'no-gift'],
  ] as const) {
    it(`New Year 2026 in ${of}, on ${asOf}: ${expected}`, () => {
      expect(tet(of, { multiple: 1 }, { asOf: plainDate(asOf) })).to.equal(expected);
    });
  }
  for (const [diedOn, expected] of [
    ['2025-12-27', 'deceased'],
    ['2025-12-28', 'not-of-group'],
    ['2026-01-01', '400000'],
    [null, '400000'],
  ] as const) {
    it(`New Year 2026 for who died on ${String(diedOn)}: ${expected}`, () => {
      const person = { multiple: 1, diedOn: diedOn === null ? null : plainDate(diedOn) };
      expect(tet('2026-01', person)).to.equal(expected);
    });
  }
  for (const [accounts, channel] of [
    [{ vneidAccount: true, monthlyAccount: true }, 'vneid'],
    [{ vneidAccount: false, monthlyAccount: true }, 'monthly_account'],
    [{}, 'cash'],
  ] as const) {
    it(`goes to ${channel} with ${JSON.stringify(accounts)}`, () => {
      const { channel: found } = assess(aCase('tet_gift', '2026-01', { multiple: 1, ...accounts }));
      expect(found).to.equal(channel);
    });
  }

  const day = (person: Partial<CasePerson>, of = '2025-09'): string =>
    outcome(assess(aCase('national_day_gift', of, person, { asOf: plainDate('2025-09-05') })));
  for (const [name, person, expected] of [
    ['died on the day before the snapshot', { diedOn: plainDate('2025-08-29') }, 'not-in-snapshot'],
    ['died on the day that ends with it', { diedOn: plainDate('2025-08-30') }, 'not-in-snapshot'],
    ['died on the day after', { diedOn: plainDate('2025-08-31') }, '100000'],
    ['born on the day that ends with it', born('2025-08-30'), '100000'],
    ['born on the day after', born('2025-08-31'), 'not-in-snapshot'],
    ['without a personal number', { personalNumber: false }, 'not-in-snapshot'],
  ] as const) {
    it(`National Day 2025, ${name}: ${expected}`, () => {
      expect(day(person)).to.equal(expected);
    });
  }
  it('is of August and September 2025 only', () => {
    const found = ['2025-07', '2025-08', '2025-09', '2025-10'].map((of) => day({}, of));
    expect(found).to.deep.equal(['no-gift', '100000', '100000', 'no-gift']);
  });
  for (const [facts, payee] of [
    [{}, 'household_head'],
    [{ proxy: true }, 'proxy'],
    [{ permanentResidence: false }, 'person'],
    [{ permanentResidence: false, proxy: true }, 'person'],
  ] as const) {
    it(`is handed to the ${payee} with ${JSON.stringify(facts)}`, () => {
      expect(assess(aCase('national_day_gift', '2025-09', facts)).payee).to.equal(payee);
    });
  }
});

describe('162/2026 art. 2: the uplift of pensions', () => {
  const [rule] = BOOK.uplifts;
  if (rule === undefined) throw new Error('no uplift in the reference data');
  for (const [pensionVnd, late, early] of [
    [1_000_000n, 1_080_000n, 1_380_000n],
    // 3,240,740 × 1.08 = 3,499,999.2; 3,240,741 gives 3,500,000.28; 3,240,742 gives 3,500,001.36.
    [3_240_740n, 3_499_999n, 3_799_999n],
    [3_240_741n, 3_500_000n, 3_800_000n],
    [3_240_742n, 3_500_001n, 3_800_000n],
    // 3,518,518 × 1.08 = 3,799,999.44; 3,518,519 gives 3,800,000.52.
    [3_518_518n, 3_799_999n, 3_800_000n],
    [3_518_519n, 3_800_001n, 3_800_001n],
    [10_000_000n, 10_800_000n, 10_800_000n],
  ] as const) {
    it(`${String(pensionVnd)} is ${String(late)}, and ${String(early)} for an early pensioner`, () => {
      expect(uplifted(vnd(pensionVnd), rule, false)).to.equal(late);
      expect(uplifted(vnd(pensionVnd), rule, true)).to.equal(early);
    });
  }
  const uplift = (of: string, person: Partial<CasePerson>, other: Partial<Case> = {}): string =>
    outcome(assess(aCase('pension_uplift', of, { otherPension: 3_000_000, ...person }, other)));
  for (const [pensionFrom, expected] of [
    [null, '3240000'],
    ['1994-12-31', '3540000'],
    ['1995-01-01', '3240000'],
    ['2026-06-30', '3240000'],
    ['2026-07-01', 'pension-too-late'],
  ] as const) {
    it(`a pension since ${String(pensionFrom)}: ${expected}`, () => {
      const since = pensionFrom === null ? null : plainDate(pensionFrom);
      expect(uplift('2026-07', { pensionFrom: since })).to.equal(expected);
    });
  }
  it('counts and is in force from July 2026', () => {
    expect(uplift('2026-06', {})).to.equal('standard-unknown');
    expect(uplift('2026-07', {}, { asOf: plainDate('2026-06-30') })).to.equal('standard-unknown');
    expect(uplift('2026-07', {}, { asOf: plainDate('2026-07-01') })).to.equal('3240000');
    expect(uplift('2026-07', { otherPension: 0 })).to.equal('no-pension');
    expect(uplift('2026-08', { diedOn: plainDate('2026-07-31') })).to.equal('deceased');
    expect(uplift('2026-08', { diedOn: plainDate('2026-08-01') })).to.equal('3240000');
  });
});

describe('unemployment benefit of a case', () => {
  // Its rules have tests of their own; here is what a case lays before them.
  const UI_01 = {
    averageSalary6: 6_000_000,
    contributionMonths: 62,
    region: 'I',
    lastContributionMonth: period('2026-03'),
    benefitFrom: plainDate('2026-05-11'),
    decisionDate: plainDate('2026-05-06'),
  } as const;
  const benefit = (of: string, person: Partial<CasePerson> = {}, other: Partial<Case> = {}) =>
    assess(aCase('unemployment', of, { ...UI_01, ...person }, other));

  for (const [of, expected] of [
    ['2026-04', 'not-yet-entitled'],
    ['2026-05', '3600000'],
    ['2026-09', '3600000'],
    ['2026-10', 'term-over'],
  ] as const) {
    it(`the benefit month that begins in ${of}: ${expected}`, () => {
      const result = benefit(of);
      expect(outcome(result)).to.equal(expected);
      expect(result).to.include({ months: 5, leftoverMonths: 2, eligible: expected === '3600000' });
    });
  }
  it('puts right only the months that are told, and tells what was paid too much', () => {
    expect(linesOf(benefit('2026-07'))).to.deep.equal(['current 2026-07 3600000']);
    const result = benefit('2026-07', { alreadyPaid: paid('2026-05 3000000', '2026-06 4000000') });
    expect(linesOf(result)).to.deep.equal(['arrears 2026-05 600000', 'current 2026-07 3600000']);
    expect(result.recoveryVnd).to.equal(400_000n);
    const again = benefit('2026-07', { alreadyPaid: paid('2026-07 3600000') });
    expect(again).to.deep.include({ eligible: true, reason: 'already-assessed', lines: [] });
  });
  it('needs a report of each month but the first, where reports are told', () => {
    const june = { period: period('2026-06'), reportedOn: plainDate('2026-06-20'), excused: null };
    const excused = { ...june, reportedOn: null, excused: true };
    const none = { ...june, reportedOn: null };
    for (const [reports, expected] of [
      [null, '3600000'],
      [[june], '3600000'],
      [[excused], '3600000'],
      [[none], 'suspended'],
      [[], 'suspended'],
    ] as const) {
      expect(outcome(benefit('2026-06', { reports }))).to.equal(expected);
    }
    expect(outcome(benefit('2026-05', { reports: [] }))).to.equal('3600000');
  });
  it('ends with a death and with what else is told, and loses suspended months', () => {
    const diedOn = plainDate('2026-06-20');
    expect(outcome(benefit('2026-06', { diedOn }))).to.equal('3600000');
    expect(outcome(benefit('2026-07', { diedOn }))).to.equal('stopped');
    const found = { code: 'job-found', on: plainDate('2026-06-20'), notified: true } as const;
    expect(benefit('2026-07', { endings: [found] })).to.include({ leftoverMonths: 38 });
    const suspensions = [paused('2026-06', '2026-06')];
    expect(outcome(benefit('2026-06', { suspensions }))).to.equal('suspended');
  });
  it('takes the day of filing, and else the period for a first month', () => {
    // Filed on 4 May 2026: the eleventh working day after it is 18 May.
    const filed = benefit('2026-05', { benefitFrom: null, filedOn: plainDate('2026-05-04') });
    expect(outcome(filed)).to.equal('3600000');
    const bare = benefit('2026-05', { benefitFrom: null, decisionDate: null });
    expect(outcome(bare)).to.equal('3600000');
  });
  for (const name of ['averageSalary6', 'contributionMonths', 'region', 'lastContributionMonth']) {
    it(`is a fault without ${name}`, () => {
      const missing = (): unknown => benefit('2026-05', { [name]: null });
      expect(missing).to.throw(CaseFault).with.property('path', `/person/${name}`);
    });
  }
  it('is a fault with a salary of nothing, and for working days of an unknown year', () => {
    expect(() => benefit('2026-05', { averageSalary6: 0 })).to.throw(CaseFault);
    const old = { benefitFrom: null, filedOn: plainDate('2019-05-06') };
    expect(() => benefit('2019-06', { ...old, lastContributionMonth: period('2019-03') }))
      .to.throw(CaseFault)
      .with.property('path', '/person/filedOn');
  });
});

describe('grants of care that pay the same', () => {
  it('come in one order, whatever is cited for their ages', () => {
    // In the month of turning 16: the one grant has been changed by age before, the other ends.
    const grants = [
      ground('C_K1_U4', { caredBirthDate: plainDate('2020-10-15') }),
      ground('C_K1_4P', { caredBirthDate: plainDate('2010-10-15') }),
    ];
    const [told, turned] = [grants, grants.toReversed()].map((grounds) =>
      assess(aCase('care_support', '2026-10', { grounds })),
    );
    expect(turned).to.deep.equal(told);
    expect(told?.lines.map(({ articles }) => articles[1])).to.deep.equal([
      '20/2021/ND-CP art. 8(1)',
      '20/2021/ND-CP art. 8(2)',
    ]);
  });
});
