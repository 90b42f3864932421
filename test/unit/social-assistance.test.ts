import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import {
  birthYear,
  type Assessment,
  type AssistedPerson,
  type Enrolment,
} from '../../src/entitlement/entitlement.ts';
import { listCutOn } from '../../src/entitlement/rate.ts';
import { assessSocialAssistance } from '../../src/entitlement/social-assistance.ts';
import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import { addMonths, period, plainDate, type Period } from '../../src/kernel/period.ts';
import {
  enrolled,
  GROUNDS,
  lawOn,
  person,
  rowsOf,
  STANDARDS,
} from '../support/social-assistance-law.ts';

// Articles without another name are of Decree 20/2021/ND-CP.

const NOVEMBER = period('2026-11');
/** The last day on which the list of November is cut; Decree 335/2026 is in force. */
const CUT = '2026-10-24';
const LAW = lawOn(CUT);

/** Paid and settled through the month before, at the rates of today: nothing is left to catch up. */
const settled = (groundCode: string, other: Partial<Enrolment> = {}): Enrolment =>
  enrolled(groundCode, { settledOn: plainDate(CUT), ...other });

const assess = (who: AssistedPerson, of = NOVEMBER, law = LAW): Assessment =>
  assessSocialAssistance(who, of, law);

/** The months of a line as text, so that a table can say them in one string. */
const told = (assessment: Assessment): string[] =>
  assessment.lines.map((line) => `${line.forPeriod} ${line.groundCode} ${String(line.amount)}`);

describe('art. 6(1): the standard times the coefficient', () => {
  // Examples with a name are those of the published and calculated cases on which we rely.
  for (const [name, groundCode, birth, of, assessedOn, amount] of [
    ['SA-01, published', 'K6_N', '1990-06-15', '2026-07', '2026-10-05', 810_000n],
    ['SA-03, calculated', 'K6_DBN_TE_NCT', '2014-06-15', '2024-07', '2024-07-01', 1_250_000n],
    ['child under 4', 'K1_U4', '2024-01-15', '2026-11', CUT, 1_350_000n],
    ['child from 4', 'K1_4P', '2018-01-15', '2026-11', CUT, 810_000n],
    ['in education', 'K2', '2008-01-15', '2026-11', CUT, 810_000n],
    ['child with HIV under 4', 'K3_U4', '2024-01-15', '2026-11', CUT, 1_350_000n],
    ['child with HIV from 4', 'K3_4_16', '2018-01-15', '2026-11', CUT, 1_080_000n],
    ['poor elderly from 60', 'K5A_60', '1960-01-15', '2026-11', CUT, 810_000n],
    ['poor elderly from 80', 'K5A_80', '1940-01-15', '2026-11', CUT, 1_080_000n],
    ['75 in a difficult area', 'K5B', '1950-01-15', '2026-11', CUT, 540_000n],
    ['80 without a pension', 'K5C', '1940-01-15', '2026-11', CUT, 540_000n],
    ['cared for in the community', 'K5D', '1940-01-15', '2026-11', CUT, 1_620_000n],
    ['especially heavy disability', 'K6_DBN', '1990-01-15', '2026-11', CUT, 1_080_000n],
    ['the same, elderly', 'K6_DBN_TE_NCT', '1950-01-15', '2026-11', CUT, 1_350_000n],
    ['heavy disability', 'K6_N', '1990-01-15', '2026-11', CUT, 810_000n],
    ['the same, child', 'K6_N_TE_NCT', '2018-01-15', '2026-11', CUT, 1_080_000n],
    ['child under 3', 'K7', '2025-01-15', '2026-11', CUT, 810_000n],
    ['poor person with HIV', 'K8', '1990-01-15', '2026-11', CUT, 810_000n],
  ] as const) {
    it(`${name}: ${groundCode} in ${of} is ${String(amount)}`, () => {
      const month = period(of);
      const enrolment = enrolled(groundCode, {
        entitledFrom: month,
        decidedOn:
          plainDate(`${of}-01`) > plainDate(assessedOn)
            ? plainDate(assessedOn)
            : plainDate(`${of}-01`),
        paidThrough: null,
      });
      const result = assess(
        person([enrolment], { birth: plainDate(birth) }),
        month,
        lawOn(assessedOn),
      );
      expect(result).to.include({ due: true, reason: null, amount, overpaid: false });
    });
  }

  it('keeps the arithmetic and the articles with the amount', () => {
    expect(assess(person([settled('K6_N')]))).to.deep.equal({
      due: true,
      reason: null,
      amount: 810_000n,
      lines: [
        {
          kind: 'current',
          forPeriod: '2026-11',
          enrolmentId: 'K6_N',
          groundCode: 'K6_N',
          coefficient: '1.5',
          standardVnd: 540_000n,
          paidVnd: 0n,
          amount: 810_000n,
          articles: ['20/2021/ND-CP art. 5(6), 6(1)(e)', '335/2026/ND-CP art. 4'],
        },
      ],
      setAside: [],
      overpaid: false,
    });
  });

  it('pays a poor single parent once for each child (art. 6(1)(d))', () => {
    for (const [dependants, amount] of [
      [1, 540_000n],
      [2, 1_080_000n],
      [5, 2_700_000n],
    ] as const) {
      const result = assess(person([settled('K4', { dependants })]));
      expect(result).to.include({ amount });
      expect(result.lines[0]).to.include({ coefficient: String(dependants) });
    }
    expect(assess(person([settled('K4')]))).to.include({ due: false, reason: 'no-dependants' });
  });

  it('refuses a coefficient that leaves a part of a dong, before anybody is paid', () => {
    const rule = { ...need(GROUNDS.get('K6_N')), coefficient: new Decimal('1.5000001') };
    expect(() => lawOn(CUT, { grounds: new Map([['K6_N', rule]]) })).to.throw(
      'is not a whole dong',
    );
  });

  it('refuses what it cannot know', () => {
    expect(() => assess(person([settled('K9')]))).to.throw(RangeError, 'no such ground: K9');
    expect(() => assess(person([settled('K6_N')]), period('2014-12'))).to.throw(
      'no standard governs',
    );
    const merit = STANDARDS.map((rate) => ({ ...rate, series: 'merit_standard' }));
    expect(() => lawOn(CUT, { standards: [...STANDARDS, ...merit] })).to.throw(
      'more than one series',
    );
  });
});

describe('art. 6(2): the highest only', () => {
  const ELDERLY = { birth: plainDate('1961-06-15') };

  it('SA-05, calculated: heavy disability and poor elderly at 65 is one, the higher', () => {
    const both = person([enrolled('K6_N'), enrolled('K5A_60')], ELDERLY);
    const october = assess(
      {
        ...both,
        enrolments: both.enrolments.map((each) => ({
          ...each,
          paidThrough: period('2026-09'),
          settledOn: plainDate('2026-10-05'),
        })),
      },
      period('2026-10'),
      lawOn('2026-10-05'),
    );
    expect(told(october)).to.deep.equal(['2026-10 K6_N_TE_NCT 1080000']);
    expect(october.setAside).to.deep.equal([
      { enrolmentId: 'K5A_60', forPeriod: '2026-10', reason: 'outranked' },
    ]);
    expect(october.lines[0]?.articles).to.include('20/2021/ND-CP art. 6(2)');
  });

  it('SA-06, calculated: a poor single parent of two with a heavy disability gets both', () => {
    const both = person([settled('K4', { dependants: 2 }), settled('K6_N')]);
    expect(assess(both)).to.include({ amount: 1_890_000n });
  });

  for (const [beside, birth, amount] of [
    ['K5A_60', '1960-06-15', 1_350_000n],
    ['K6_DBN', '1990-06-15', 1_620_000n],
    ['K8', '1990-06-15', 1_350_000n],
    // Paragraphs 1, 2, 3 and 7 are not of the exception.
    ['K2', '2006-06-15', 810_000n],
  ] as const) {
    it(`a single parent of one who is also under ${beside} gets ${String(amount)}`, () => {
      const who = person([settled('K4', { dependants: 1 }), settled(beside)], {
        birth: plainDate(birth),
      });
      expect(assess(who)).to.include({ amount });
    });
  }

  it('of paragraphs 5, 6 and 8 beside a single parent, only the highest is paid', () => {
    const who = person([settled('K4', { dependants: 1 }), settled('K6_DBN'), settled('K8')]);
    expect(told(assess(who))).to.deep.equal(['2026-11 K4 540000', '2026-11 K6_DBN 1080000']);
  });

  it('pays another ground where that is more than the two of a single parent', () => {
    const rule = { ...need(GROUNDS.get('K2')), coefficient: new Decimal('3') };
    const law = lawOn(CUT, { grounds: new Map(GROUNDS).set('K2', rule) });
    const grounds = [settled('K4', { dependants: 1 }), settled('K6_N'), settled('K2')];
    const who = person(grounds, { birth: plainDate('2006-06-15') });
    expect(told(assess(who, NOVEMBER, law))).to.deep.equal(['2026-11 K2 1620000']);
  });

  it('takes it that an earlier system paid the highest only, too', () => {
    const result = assess(person([enrolled('K6_N'), enrolled('K5A_60')], ELDERLY));
    expect(told(result)[0]).to.equal('2026-07 K6_N_TE_NCT 80000');
    expect(result).to.include({ amount: 1_400_000n, overpaid: false });
  });

  it('pays the same whatever the order, also of two equal grounds', () => {
    const grounds = [settled('K6_N'), settled('K8'), settled('K4', { dependants: 1 })];
    expect(assess(person(grounds.toReversed()))).to.deep.equal(assess(person(grounds)));
    const [first, second] = [
      settled('K6_N', { enrolmentId: 'b' }),
      settled('K6_N', { enrolmentId: 'a' }),
    ];
    expect(assess(person([first, second])).lines[0]).to.include({ enrolmentId: 'a' });
  });

  it('passes over a ground that is not due this month', () => {
    const who = person(
      [settled('K5A_60'), settled('K6_N', { stopsAfter: period('2026-10') })],
      ELDERLY,
    );
    expect(told(assess(who))).to.deep.equal(['2026-11 K5A_60 810000']);
  });
});

describe('art. 8(1): from when, and change by age', () => {
  const WHEN = [
    ['2026-10', 'not-yet-entitled'],
    ['2026-11', null],
    ['2026-12', null],
  ] as const;
  for (const [of, reason] of WHEN) {
    it(`entitled from November: ${of} is ${reason ?? 'due'}`, () => {
      const enrolment = settled('K6_N', { entitledFrom: NOVEMBER, paidThrough: null });
      expect(assess(person([enrolment]), period(of)).reason).to.equal(reason);
    });
  }

  it('owes nothing on a decision that is not yet taken', () => {
    const decided = (day: string): AssistedPerson =>
      person([
        settled('K6_N', { decidedOn: plainDate(day), entitledFrom: NOVEMBER, paidThrough: null }),
      ]);
    expect(assess(decided('2026-10-25')).reason).to.equal('not-yet-decided');
    expect(assess(decided('2026-10-24')).due).to.equal(true);
    expect(assess(decided('2026-10-23')).due).to.equal(true);
  });

  // The birthday against November 2026: in the month before, on its first and last day, in the
  // month after. The class of the age that is reached in a month holds from that month.
  for (const [listed, age, before, after] of [
    ['K1_U4', 4, 'K1_U4 1350000', 'K1_4P 810000'],
    ['K3_U4', 4, 'K3_U4 1350000', 'K3_4_16 1080000'],
    ['K6_DBN_TE_NCT', 16, 'K6_DBN_TE_NCT 1350000', 'K6_DBN 1080000'],
    ['K6_N_TE_NCT', 16, 'K6_N_TE_NCT 1080000', 'K6_N 810000'],
    ['K6_DBN', 60, 'K6_DBN 1080000', 'K6_DBN_TE_NCT 1350000'],
    ['K6_N', 60, 'K6_N 810000', 'K6_N_TE_NCT 1080000'],
    ['K5A_60', 80, 'K5A_60 810000', 'K5A_80 1080000'],
    // A list that already names the new ground is put right for the months before.
    ['K1_4P', 4, 'K1_U4 1350000', 'K1_4P 810000'],
  ] as const) {
    const year = 2026 - age;
    for (const [birthday, expected] of [
      [`${year}-12-01`, before],
      [`${year}-11-30`, after],
      [`${year}-11-01`, after],
      [`${year}-10-31`, after],
    ] as const) {
      it(`${listed}, born ${birthday}: November pays ${expected}`, () => {
        const who = person([settled(listed, { entitledFrom: NOVEMBER, paidThrough: null })], {
          birth: plainDate(birthday),
        });
        expect(told(assess(who))).to.deep.equal([`2026-11 ${expected}`]);
      });
    }
  }

  it('cites the change on the line', () => {
    const who = person([settled('K6_N')], { birth: plainDate('1966-11-20') });
    expect(assess(who).lines[0]?.articles).to.deep.equal([
      '20/2021/ND-CP art. 5(6), 6(1)(e)',
      '20/2021/ND-CP art. 8(1)',
      '335/2026/ND-CP art. 4',
    ]);
  });

  for (const [listed, age] of [
    ['K2', 16],
    ['K5A_60', 60],
    ['K5B', 75],
    ['K5C', 80],
  ] as const) {
    it(`${listed} is not due in a month in which the age of ${age} is not reached`, () => {
      const born = (month: string): AssistedPerson =>
        person([settled(listed)], { birth: plainDate(`${2026 - age}-${month}-15`) });
      expect(assess(born('12'))).to.include({ due: false, reason: 'age-not-reached' });
      expect(assess(born('11'))).to.include({ due: true });
    });
  }

  it('takes a bare year of birth for its January', () => {
    const born = (year: string): AssistedPerson =>
      person([settled('K5A_60')], { birth: birthYear(year) });
    expect(told(assess(born('1946')))).to.deep.equal(['2026-11 K5A_80 1080000']);
    expect(told(assess(born('1947')))).to.deep.equal(['2026-11 K5A_60 810000']);
    const january = period('2027-01');
    const law = lawOn('2026-12-24');
    expect(
      told(
        assess(
          person(
            [
              settled('K5A_60', {
                paidThrough: period('2026-12'),
                settledOn: plainDate('2026-12-23'),
              }),
            ],
            { birth: birthYear('1947') },
          ),
          january,
          law,
        ),
      ),
    ).to.deep.equal(['2027-01 K5A_80 1080000']);
    expect(() => birthYear('46')).to.throw(RangeError);
  });

  it('changes in February for a person born on the 29th of it', () => {
    const who = person([settled('K6_N')], { birth: plainDate('1968-02-29') });
    const of = (month: string): string[] => {
      const paidThrough = addMonths(period(month), -1);
      return told(
        assess({ ...who, enrolments: [settled('K6_N', { paidThrough })] }, period(month)),
      );
    };
    expect(of('2028-01')).to.deep.equal(['2028-01 K6_N 810000']);
    expect(of('2028-02')).to.deep.equal(['2028-02 K6_N_TE_NCT 1080000']);
  });
});

describe('art. 8(2): from when no longer', () => {
  for (const [diedOn, of, due] of [
    ['2026-10-31', '2026-11', false],
    ['2026-11-01', '2026-11', true],
    ['2026-11-30', '2026-11', true],
    ['2026-11-30', '2026-12', false],
    ['2026-12-01', '2026-12', true],
  ] as const) {
    it(`died on ${diedOn}: ${of} is ${due ? 'still' : 'not'} paid`, () => {
      const enrolment = settled('K6_N', { paidThrough: addMonths(period(of), -1) });
      const result = assess(person([enrolment], { diedOn: plainDate(diedOn) }), period(of));
      expect(result.reason).to.equal(due ? null : 'deceased');
    });
  }

  for (const [stopsAfter, reason] of [
    ['2026-10', 'stopped'],
    ['2026-11', null],
    ['2026-12', null],
  ] as const) {
    it(`stops after ${stopsAfter}: November is ${reason ?? 'paid'}`, () => {
      expect(assess(person([settled('K6_N', { stopsAfter: period(stopsAfter) })])).reason).to.equal(
        reason,
      );
    });
  }

  // Where no ground follows the age, the month in which the age is passed is the last one paid.
  for (const [listed, age] of [
    ['K7', 3],
    ['K1_4P', 16],
    ['K3_4_16', 16],
    ['K2', 23],
    ['K5B', 80],
  ] as const) {
    for (const [birthday, reason] of [
      [`${2026 - age}-12-01`, null],
      [`${2026 - age}-11-30`, null],
      [`${2026 - age}-11-01`, null],
      [`${2026 - age}-10-31`, 'age-out'],
    ] as const) {
      it(`${listed}, ${age} on ${birthday.slice(5)}: November is ${reason ?? 'paid'}`, () => {
        const result = assess(person([settled(listed)], { birth: plainDate(birthday) }));
        expect(result.reason).to.equal(reason);
        const isLast = birthday.slice(5, 7) === '11';
        expect(result.lines[0]?.articles.includes('20/2021/ND-CP art. 8(2)') ?? false).to.equal(
          isLast,
        );
      });
    }
  }

  it('says that the age is passed also where the decision named the younger group', () => {
    const who = person([settled('K1_U4')], { birth: plainDate('2010-06-15') });
    expect(assess(who).reason).to.equal('age-out');
  });
});

describe('Circular 02/2021 art. 2(3): suspension', () => {
  for (const [from, until, reason] of [
    ['2026-11', null, 'suspended'],
    ['2026-09', '2026-11', 'suspended'],
    ['2026-11', '2026-11', 'suspended'],
    ['2026-09', '2026-10', null],
    ['2026-12', null, null],
  ] as const) {
    it(`suspended ${from} to ${until ?? 'further notice'}: November is ${reason ?? 'paid'}`, () => {
      const suspensions = [{ from: period(from), until: until === null ? null : period(until) }];
      expect(assess(person([settled('K6_N', { suspensions })])).reason).to.equal(reason);
    });
  }

  it('owes no arrears for the months of a suspension', () => {
    const suspensions = [{ from: period('2026-08'), until: period('2026-09') }];
    const result = assess(person([enrolled('K6_N', { suspensions })]));
    expect(result.overpaid).to.equal(false);
    expect(told(result)).to.deep.equal([
      '2026-07 K6_N 60000',
      '2026-10 K6_N 60000',
      '2026-11 K6_N 810000',
    ]);
  });
});

describe('why nothing is due', () => {
  it('says that there is no enrolment', () => {
    expect(assess(person([]))).to.deep.equal({
      due: false,
      reason: 'no-enrolment',
      amount: 0n,
      lines: [],
      setAside: [],
      overpaid: false,
    });
  });

  it('tells first what a person must look at', () => {
    const who = person(
      [
        settled('K6_N', { stopsAfter: period('2026-01'), paidThrough: period('2026-01') }),
        settled('K7'),
      ],
      { birth: plainDate('2020-06-15') },
    );
    const result = assess(who);
    expect(result.reason).to.equal('age-out');
    expect(result.setAside.map(({ reason }) => reason)).to.deep.equal(['stopped', 'age-out']);
  });
});

describe('art. 34(4): arrears', () => {
  it('SA-07, calculated: paid July to October at the old standard, November is the first at the new', () => {
    const result = assess(person([enrolled('K6_N')]));
    expect(result).to.include({ amount: 1_050_000n, overpaid: false });
    expect(told(result)).to.deep.equal([
      '2026-07 K6_N 60000',
      '2026-08 K6_N 60000',
      '2026-09 K6_N 60000',
      '2026-10 K6_N 60000',
      '2026-11 K6_N 810000',
    ]);
    expect(result.lines[0]).to.deep.include({
      kind: 'arrears',
      coefficient: '1.5',
      standardVnd: 540_000n,
      paidVnd: 750_000n,
      amount: 60_000n,
      articles: [
        '20/2021/ND-CP art. 5(6), 6(1)(e)',
        '335/2026/ND-CP art. 4',
        '20/2021/ND-CP art. 34(4)',
      ],
    });
  });

  it('has no arrears while the decree is not in force, and has them from that day', () => {
    const who = person([enrolled('K6_N')]);
    expect(assess(who, NOVEMBER, lawOn('2026-10-04'))).to.include({ amount: 750_000n });
    expect(assess(who, NOVEMBER, lawOn('2026-10-05'))).to.include({ amount: 1_050_000n });
    expect(assess(who, NOVEMBER, lawOn('2026-10-06'))).to.include({ amount: 1_050_000n });
  });

  it('does not reach back to older rates, which later lists have settled', () => {
    // The list of July 2024 was cut before Decree 76/2024 was in force; that of August paid it.
    expect(told(assess(person([enrolled('K6_N')])))[0]).to.match(/^2026-07/);
    const paid = enrolled('K6_N', { paidThrough: period('2026-12') });
    expect(told(assess(person([paid]), period('2027-01'), lawOn('2026-12-24')))).to.deep.equal([
      '2027-01 K6_N 810000',
    ]);
  });

  it('never pays again what an earlier system may have paid at a rate that is not recorded', () => {
    const standards = STANDARDS.filter((rate) => rate.amountVnd === 540_000n);
    const entitledFrom = period('2026-09');
    const who = person([
      enrolled('K4', { dependants: 1, entitledFrom, paidThrough: null }),
      enrolled('K6_N', { entitledFrom }),
    ]);
    expect(told(assess(who, NOVEMBER, lawOn(CUT, { standards })))).to.deep.equal([
      '2026-09 K4 540000',
      '2026-10 K4 540000',
      '2026-11 K4 540000',
      '2026-11 K6_N 810000',
    ]);
  });

  it('pays whole months where nothing was paid', () => {
    const late = enrolled('K6_N', {
      decidedOn: plainDate('2026-09-28'),
      entitledFrom: period('2026-08'),
      paidThrough: null,
    });
    expect(told(assess(person([late])))).to.deep.equal([
      '2026-08 K6_N 810000',
      '2026-09 K6_N 810000',
      '2026-10 K6_N 810000',
      '2026-11 K6_N 810000',
    ]);
  });

  it('pays the months after the last one that was paid', () => {
    const missed = enrolled('K6_N', { paidThrough: period('2026-08') });
    expect(told(assess(person([missed])))).to.deep.equal([
      '2026-07 K6_N 60000',
      '2026-08 K6_N 60000',
      '2026-09 K6_N 810000',
      '2026-10 K6_N 810000',
      '2026-11 K6_N 810000',
    ]);
  });

  it('begins no earlier than the entitlement', () => {
    const recent = enrolled('K6_N', { entitledFrom: period('2026-09') });
    expect(told(assess(person([recent])))).to.have.lengthOf(3);
  });

  it('is owed to one who has died, up to the month of death', () => {
    const who = person([enrolled('K6_N', { paidThrough: period('2026-08') })], {
      diedOn: plainDate('2026-08-20'),
    });
    const result = assess(who);
    expect(told(result)).to.deep.equal(['2026-07 K6_N 60000', '2026-08 K6_N 60000']);
    expect(result.setAside.map(({ reason }) => reason)).to.deep.equal(['deceased']);
    expect(result.overpaid).to.equal(false);
  });

  it('follows the age of each month', () => {
    const who = person([enrolled('K1_U4')], { birth: plainDate('2022-09-20') });
    expect(told(assess(who))).to.deep.equal([
      '2026-07 K1_U4 100000',
      '2026-08 K1_U4 100000',
      '2026-09 K1_4P 60000',
      '2026-10 K1_4P 60000',
      '2026-11 K1_4P 810000',
    ]);
  });

  it('follows the highest of each month, and takes off what the other ground was paid', () => {
    const disabled = enrolled('K6_N', { entitledFrom: period('2026-09'), paidThrough: null });
    const who = person([enrolled('K5B'), disabled], { birth: plainDate('1950-06-15') });
    expect(told(assess(who))).to.deep.equal([
      '2026-07 K5B 40000',
      '2026-08 K5B 40000',
      '2026-09 K6_N_TE_NCT 580000',
      '2026-10 K6_N_TE_NCT 580000',
      '2026-11 K6_N_TE_NCT 1080000',
    ]);
  });

  it('keeps the arrears of two grounds that are both paid apart', () => {
    const who = person([enrolled('K4', { dependants: 2 }), enrolled('K6_N')]);
    expect(told(assess(who)).slice(0, 2)).to.deep.equal(['2026-07 K4 80000', '2026-07 K6_N 60000']);
    expect(assess(who)).to.include({ amount: vnd(4n * 140_000n + 1_890_000n) });
  });

  it('says so where a month is older than every standard, and pays the others', () => {
    const old = enrolled('K6_N', { entitledFrom: period('2014-12'), paidThrough: null });
    const result = assess(person([old]), period('2015-02'));
    expect(told(result)).to.deep.equal(['2015-01 K6_N 405000', '2015-02 K6_N 405000']);
    expect(result.setAside).to.deep.equal([
      { enrolmentId: 'K6_N', forPeriod: '2014-12', reason: 'standard-unknown' },
    ]);
  });
});

describe('what was paid before', () => {
  const linesOf = (assessment: Assessment): Map<Period, Vnd> => {
    const months = new Map<Period, Vnd>();
    for (const { forPeriod, amount } of assessment.lines) {
      months.set(forPeriod, sum([months.get(forPeriod) ?? vnd(0n), amount]));
    }
    return months;
  };

  it('is not paid again: the second run of a period yields nothing', () => {
    const who = person([enrolled('K4', { dependants: 1 }), enrolled('K6_N')]);
    const alreadyAssessed = linesOf(assess(who));
    const again = assess({ ...who, alreadyAssessed });
    expect(again).to.deep.include({ due: false, reason: 'already-assessed', lines: [] });
    expect(again.overpaid).to.equal(false);
  });

  it('is not paid again in the next period either', () => {
    const who = person([enrolled('K6_N')]);
    const alreadyAssessed = linesOf(assess(who));
    const december = assess({ ...who, alreadyAssessed }, period('2026-12'), lawOn('2026-11-24'));
    expect(told(december)).to.deep.equal(['2026-12 K6_N 810000']);
  });

  it('can be told by the last assessment instead of month by month', () => {
    const enrolment = enrolled('K6_N', { paidThrough: NOVEMBER, settledOn: plainDate(CUT) });
    const december = assess(person([enrolment]), period('2026-12'), lawOn('2026-11-24'));
    expect(told(december)).to.deep.equal(['2026-12 K6_N 810000']);
    const before = { ...enrolment, settledOn: plainDate('2026-10-04') };
    expect(assess(person([before]), period('2026-12'), lawOn('2026-11-24')).lines).to.have.lengthOf(
      6,
    );
  });

  it('was nothing where the last assessment came before the decision', () => {
    const late = enrolled('K6_N', {
      decidedOn: plainDate('2026-10-28'),
      entitledFrom: period('2026-10'),
      paidThrough: NOVEMBER,
      settledOn: plainDate(CUT),
    });
    const december = assess(person([late]), period('2026-12'), lawOn('2026-11-24'));
    expect(told(december).map((line) => line.slice(0, 7))).to.deep.equal([
      '2026-10',
      '2026-11',
      '2026-12',
    ]);
  });

  it('leaves the difference when a rate is learned after the period was assessed', () => {
    const who = person([
      enrolled('K6_N', {
        paidThrough: null,
        entitledFrom: NOVEMBER,
        decidedOn: plainDate('2026-10-01'),
      }),
    ]);
    const first = assess(who, NOVEMBER, lawOn('2026-10-04'));
    const second = assess({ ...who, alreadyAssessed: linesOf(first) });
    expect(second.lines).to.have.lengthOf(1);
    expect(second.lines[0]).to.include({ kind: 'current', paidVnd: 750_000n, amount: 60_000n });
  });

  for (const [name, who] of [
    [
      'a death that became known late',
      person([enrolled('K6_N')], { diedOn: plainDate('2026-08-31') }),
    ],
    [
      'a cessation that was decided late',
      person([enrolled('K6_N', { stopsAfter: period('2026-08') })]),
    ],
    ['an age that was passed', person([enrolled('K7')], { birth: plainDate('2023-08-15') })],
    [
      'more assessed than is due',
      person([settled('K6_N')], { alreadyAssessed: new Map([[NOVEMBER, vnd(810_001n)]]) }),
    ],
    [
      'a month before the entitlement',
      person([settled('K6_N', { entitledFrom: NOVEMBER, paidThrough: null })], {
        alreadyAssessed: new Map([[period('2026-05'), vnd(1n)]]),
      }),
    ],
  ] as const) {
    it(`shows as overpaid, never as a negative line: ${name}`, () => {
      const result = assess(who);
      expect(result.overpaid).to.equal(true);
      expect(result.lines.every(({ amount }) => amount > 0n)).to.equal(true);
    });
  }

  // Months without any arrears: nothing but the end itself leads back to them.
  const APRIL = period('2026-04');
  for (const [name, ground, ends] of [
    ['died', enrolled('K6_N'), { diedOn: plainDate('2026-04-30') }],
    ['stopped', enrolled('K6_N', { stopsAfter: APRIL }), {}],
    ['turned 3', enrolled('K7'), { birth: plainDate('2023-04-15') }],
  ] as const) {
    for (const [months, overpaid] of [
      [0, false],
      [1, true],
      [2, true],
    ] as const) {
      it(`${name} in April, paid for ${months} months after it: overpaid ${overpaid}`, () => {
        const who = person([{ ...ground, paidThrough: addMonths(APRIL, months) }], ends);
        const result = assess(who, period('2026-07'), lawOn('2026-06-24'));
        expect(result).to.deep.include({ due: false, lines: [], overpaid });
      });
    }
  }
});

describe('the list of November 2026', () => {
  const PATH = 'test/fixtures/lists/danh-sach-2026-11.csv';

  it('agrees with the law on every row: month, arrears and total', () => {
    const listed = rowsOf(PATH).filter((row) => row.programme === 'social_assistance');
    expect(listed).to.have.lengthOf(912);
    const people = new Map<string, (typeof listed)[number][]>();
    for (const row of listed) {
      const number = row.citizen_id ?? '';
      people.set(number, [...(people.get(number) ?? []), row]);
    }
    const differing: string[] = [];
    for (const rows of people.values()) {
      const result = assess(personOn(rows));
      for (const row of rows) {
        const lines = result.lines.filter((line) => line.enrolmentId === row.enrolment_ref);
        const [month, arrears] = (['current', 'arrears'] as const).map((kind) =>
          sum(lines.filter((line) => line.kind === kind).map(({ amount }) => amount)),
        );
        const found = [month, arrears, sum(lines.map(({ amount }) => amount))].join(' ');
        const said = [row.monthly_amount_vnd, row.arrears_vnd, row.total_vnd].join(' ');
        if (found !== said || result.overpaid)
          differing.push(`${row.enrolment_ref}: ${found} (${said})`);
      }
    }
    expect(differing).to.deep.equal([]);
  });

  /** A decision after the list of October was cut has not been paid at all. */
  function personOn(rows: readonly Readonly<Record<string, string>>[]): AssistedPerson {
    const birth = rows[0]?.birth_date ?? '';
    const before = addMonths(NOVEMBER, -1);
    return person(
      rows.map((row) => {
        const decidedOn = plainDate(row.decision_date ?? '');
        return enrolled(row.ground_code ?? '', {
          enrolmentId: row.enrolment_ref ?? '',
          dependants: Number(row.dependants),
          decidedOn,
          entitledFrom: period(row.entitled_from ?? ''),
          paidThrough: decidedOn <= listCutOn(before) ? before : null,
        });
      }),
      { birth: birth.length === 4 ? birthYear(birth) : plainDate(birth) },
    );
  }
});

function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('missing in the reference data');
  return value;
}
