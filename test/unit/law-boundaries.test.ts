import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import { articleWords } from '../../src/entitlement/article.ts';
import { careIn, type Care, type CareGround } from '../../src/entitlement/care-support.ts';
import { CaseFault, type Case, type CasePerson } from '../../src/entitlement/case.ts';
import type { EntitledSpan } from '../../src/entitlement/entitled-span.ts';
import { birthYear, LAW_NOT_HERE } from '../../src/entitlement/entitlement.ts';
import { funeralSupport, isOldSurvivor, type Deceased } from '../../src/entitlement/funeral.ts';
import { giftIn, nationalDayGift, tetGift } from '../../src/entitlement/gifts.ts';
import { lawOf, viewOf, type LawBook } from '../../src/entitlement/law-book.ts';
import { meritIn, type MeritPerson } from '../../src/entitlement/merit.ts';
import { settleMonths, type MonthDue, type MonthlyDue } from '../../src/entitlement/monthly-due.ts';
import { gravestOf, NOT_DUE } from '../../src/entitlement/not-due.ts';
import {
  highestOneOff,
  oneOffIn,
  type OneOff,
  type OneOffLaw,
} from '../../src/entitlement/one-off.ts';
import { uplifted, upliftIn, type PensionUplift } from '../../src/entitlement/pension-uplift.ts';
import { governingRate, governingRateIn, type Rate } from '../../src/entitlement/rate.ts';
import { socialPensionIn, type SocialPensioner } from '../../src/entitlement/social-pension.ts';
import { firstEnding, type EndingEvent } from '../../src/entitlement/unemployment-endings.ts';
import { vnd, type Vnd } from '../../src/kernel/money.ts';
import { period, plainDate, type Period } from '../../src/kernel/period.ts';
import {
  aCase,
  assess,
  BOOK,
  ground,
  LAW,
  linesOf,
  outcome,
  paid,
  paused,
} from '../support/cases.ts';

// What the rules say beyond their amounts: what is cited, what stands beside it, and what is told on
// either side of a boundary. Most of it was found by changing the rules and seeing no test fail.

const ON = plainDate('2026-11-20');
const OCTOBER = period('2026-10');
const VIEW = viewOf(LAW, ON, null);

const ALWAYS: EntitledSpan = {
  decidedOn: plainDate('2020-01-15'),
  entitledFrom: period('2020-01'),
  stopsAfter: null,
  suspensions: [],
};

/** Amount, code and citations of what is due, or why nothing. */
function told({ dues, reason }: MonthDue): unknown[] {
  return reason === null
    ? dues.map(({ code, amount, articles }) => [code, Number(amount), ...articles])
    : [reason, dues.length];
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the reference files have no such row');
  return value;
}

function faultOf(one: Case): string {
  try {
    assess(one);
    return 'none';
  } catch (error) {
    if (!(error instanceof CaseFault)) throw error;
    return `${error.name} ${error.path} ${error.code}: ${error.message}`;
  }
}

describe('funeral support, in all that is told of it', () => {
  const NOBODY: Deceased = {
    diedIn: period('2026-08'),
    assisted: false,
    socialPension: false,
    inInstitution: false,
    emergency: false,
    merit: false,
  };
  const ONE = '20/2021/ND-CP art. 11(2)';
  const STANDARD = '335/2026/ND-CP art. 4';
  for (const [name, facts, expected] of [
    ['no ground', {}, ['no-ground', 0]],
    ['art. 11', { assisted: true }, ['FUNERAL', 10_800_000, ONE, STANDARD]],
    [
      'of two the higher, and that it is the highest only',
      { assisted: true, emergency: true },
      ['FUNERAL_EMERGENCY', 27_000_000, '20/2021/ND-CP art. 14(1)', STANDARD, ONE],
    ],
    [
      'of two that are equal the first',
      { assisted: true, socialPension: true },
      ['FUNERAL', 10_800_000, ONE, STANDARD, ONE],
    ],
    [
      'an institution alone',
      { inInstitution: true },
      ['FUNERAL_INSTITUTION', 27_000_000, '20/2021/ND-CP art. 25(3)', STANDARD],
    ],
  ] as const) {
    it(name, () => {
      const found = funeralSupport({ ...NOBODY, ...facts }, VIEW.oneOff);
      expect(told(found)).to.deep.equal(expected[0] === 'no-ground' ? expected : [expected]);
      if (found.reason === null) expect(found.dues[0]?.programme).to.equal('funeral');
    });
  }

  it('is told as unknown where no rate governs the month of death', () => {
    const early = { ...NOBODY, assisted: true, diedIn: period('2010-01') };
    expect(told(funeralSupport(early, VIEW.oneOff))).to.deep.equal(['standard-unknown', 0]);
    // The social pension had none before July 2025, and assistance had.
    const both = { ...early, socialPension: true, diedIn: period('2025-06') };
    expect(told(funeralSupport(both, VIEW.oneOff))).to.have.length(1);
  });

  it('art. 11(1): a survivor from the month of turning 80, not the month before', () => {
    const died = period('2026-08');
    expect(isOldSurvivor(plainDate('1946-08-31'), died)).to.equal(true);
    expect(isOldSurvivor(plainDate('1946-09-01'), died)).to.equal(false);
    expect(isOldSurvivor(birthYear('1946'), died)).to.equal(true);
  });
});

describe('what is paid once by a rule', () => {
  const rule = (other: Partial<OneOff>): OneOff => ({
    code: 'R',
    series: 's',
    coefficient: new Decimal('0.5'),
    amountVnd: null,
    rounding: 'none',
    article: 'art. 1',
    countsFrom: plainDate('2026-01-01'),
    inForceFrom: plainDate('2026-01-01'),
    ...other,
  });
  const lawWith = (one: OneOff, rateOf: OneOffLaw['rateOf'] = () => STANDARD): OneOffLaw => ({
    rules: new Map([['R', [one]]]),
    rateOf,
    assessedOn: ON,
  });
  const STANDARD: Rate = {
    series: 's',
    amountVnd: vnd(1001_000n),
    legalBasis: 'decree',
    countsFrom: plainDate('2026-01-01'),
    inForceFrom: plainDate('2026-01-01'),
  };
  const due = (law: OneOffLaw, of = OCTOBER, code = 'R'): MonthlyDue | undefined =>
    oneOffIn(code, of, { law, programme: 'p' });

  it('is a coefficient of the standard, with the article of the rule and of the standard', () => {
    expect(due(lawWith(rule({})))).to.deep.equal({
      programme: 'p',
      code: 'R',
      articleOfArrears: null,
      coefficient: '0.5',
      standardVnd: 1001_000n,
      amount: 500_500n,
      articles: ['art. 1', 'decree'],
    });
  });

  it('is rounded to the thousand only where the rule says so', () => {
    expect(due(lawWith(rule({ rounding: 'thousand' })))?.amount).to.equal(501_000n);
  });

  it('or an amount of the law itself', () => {
    const amount = rule({ series: null, coefficient: null, amountVnd: vnd(7n) });
    expect(due(lawWith(amount))).to.deep.equal({
      programme: 'p',
      code: 'R',
      articleOfArrears: null,
      coefficient: null,
      standardVnd: null,
      amount: 7n,
      articles: ['art. 1'],
    });
  });

  it('is nothing before it counts, without a standard, and for another rule', () => {
    expect(due(lawWith(rule({})), period('2025-12'))).to.equal(undefined);
    expect(due(lawWith(rule({})), period('2026-01'))?.amount).to.equal(500_500n);
    expect(due(lawWith(rule({}), () => undefined))).to.equal(undefined);
    expect(due(lawWith(rule({})), OCTOBER, 'other')).to.equal(undefined);
  });

  it('is refused where a rule has neither amount nor coefficient of a series', () => {
    for (const broken of [{ series: null }, { coefficient: null }]) {
      expect(() => due(lawWith(rule(broken)))).to.throw(RangeError, 'R has neither an amount');
    }
  });

  it('of several the highest, of equal ones the first, and what is not due is passed over', () => {
    const of = (code: string, amount: bigint): MonthlyDue => ({
      programme: 'p',
      code,
      coefficient: null,
      standardVnd: null,
      amount: vnd(amount),
      articles: [],
      articleOfArrears: null,
    });
    expect(highestOneOff([of('a', 1n), undefined, of('b', 2n), of('c', 2n)])?.code).to.equal('b');
    expect(highestOneOff([undefined, of('a', 1n), of('b', 0n)])?.code).to.equal('a');
    expect(highestOneOff([undefined])).to.equal(undefined);
  });
});

describe('care, in all that is told of it', () => {
  const care = (code: string, other: Partial<Care> = {}): Care => ({
    groundCode: code,
    span: ALWAYS,
    birth: null,
    diedOn: null,
    persons: 1,
    ...other,
  });
  const NOBODY = { diedOn: null, spouseIsPaid: false };
  const inOctober = (...cares: readonly Care[]): unknown[] =>
    told(careIn({ ...NOBODY, cares }, OCTOBER, VIEW.care));
  const STANDARD = '335/2026/ND-CP art. 4';
  const POINT_A = '20/2021/ND-CP art. 20(2)(a)';
  const born = plainDate;

  it('cites the point of the grant, once, and the standard', () => {
    const [pregnant] = inOctober(care('C_PREG_1')) as [unknown[]];
    expect(pregnant.slice(0, 2)).to.deep.equal(['C_PREG_1', 810_000]);
    expect(pregnant.filter((article) => article === POINT_A)).to.have.length(1);
    expect(pregnant.at(-1)).to.equal(STANDARD);
    const [household] = inOctober(care('C_HH_DBN')) as [unknown[]];
    expect(household).not.to.include(POINT_A);
    const due = careIn({ ...NOBODY, cares: [care('C_HH_DBN')] }, OCTOBER, VIEW.care).dues[0];
    expect(due?.articleOfArrears).to.equal('20/2021/ND-CP art. 34(4)');
  });

  it('art. 20(2)(a): of pregnancy and small children the highest, whatever the order', () => {
    const grants = [care('C_PREG_2'), care('C_PREG_1'), care('C_HH_DBN')];
    const codes = (found: unknown[]): unknown[] => found.map((one) => (one as unknown[])[0]);
    for (const order of [grants, grants.toReversed()]) {
      expect(codes(inOctober(...order))).to.deep.equal(['C_HH_DBN', 'C_PREG_2']);
    }
  });

  it('of two equal grants of a couple pays one', () => {
    const two = [care('C_PREG_1', { enrolmentId: 'a' }), care('C_PREG_1', { enrolmentId: 'b' })];
    const { dues } = careIn({ ...NOBODY, cares: two }, OCTOBER, VIEW.care);
    expect(dues.map(({ enrolmentId }) => enrolmentId)).to.have.length(1);
  });

  it('orders grants by code, then amount, then what is cited, whatever the order told', () => {
    const grants = [
      care('C_HH_DBN', { persons: 2 }),
      care('C_HH_DBN'),
      care('C_NHAN_DBN'),
      care('C_K1_4P', { birth: born('2020-10-05') }),
      // Turns four in the month: of another ground, by a change that is cited.
      care('C_K1_U4', { birth: born('2022-10-05') }),
    ];
    const expected = inOctober(...grants);
    expect(expected.map((one) => (one as unknown[]).slice(0, 2))).to.deep.equal([
      ['C_HH_DBN', 540_000],
      ['C_HH_DBN', 1_080_000],
      ['C_K1_4P', 810_000],
      ['C_K1_4P', 810_000],
      ['C_NHAN_DBN', 810_000],
    ]);
    expect(inOctober(...grants.toReversed())).to.deep.equal(expected);
    const cited = expected.slice(2, 4).map((one) => (one as unknown[]).length);
    expect(cited.toSorted()).to.deep.equal([4, 5]);
  });

  it('art. 8: the month before birth, of birth, and those in which an age is passed', () => {
    const child = (birth: string): unknown[] =>
      inOctober(care('C_K1_U4', { birth: plainDate(birth) }));
    expect(child('2026-11-01')).to.deep.equal(['age-not-reached', 0]);
    expect(child('2026-10-31')[0]).to.include('C_K1_U4');
    expect(child('2022-11-01')[0]).to.include('C_K1_U4');
    expect(child('2022-11-01')[0]).not.to.include('20/2021/ND-CP art. 8(1)');
    expect(child('2022-10-31')[0]).to.include('20/2021/ND-CP art. 8(1)');
    expect(child('2010-11-01')[0]).not.to.include('20/2021/ND-CP art. 8(2)');
    expect(child('2010-10-31')[0]).to.include('20/2021/ND-CP art. 8(2)');
    expect(child('2010-09-30')).to.deep.equal(['age-out', 0]);
  });

  it('tells the gravest of several reasons, and nothing of grants that are due', () => {
    const out = care('C_K1_U4', { birth: plainDate('2000-01-01') });
    const dead = care('C_HH_DBN', { diedOn: plainDate('2026-09-30') });
    expect(inOctober(out, dead)).to.deep.equal(['deceased', 0]);
    expect(inOctober(out, care('C_NHAN_DBN'))).to.have.length(1);
    expect(inOctober()).to.deep.equal(['no-ground', 0]);
  });

  it('is unknown where no standard governs, and refused for a ground that is none', () => {
    const span = { ...ALWAYS, entitledFrom: period('2000-01'), decidedOn: plainDate('2000-01-01') };
    const early = careIn({ ...NOBODY, cares: [care('C_HH_DBN', { span })] }, period('2010-01'), {
      ...VIEW.care,
      standards: { nation: [], province: [] },
    });
    expect(told(early)).to.deep.equal(['standard-unknown', 0]);
    expect(() => inOctober(care('C_NONE'))).to.throw(RangeError, 'no such ground: C_NONE');
  });

  it('keeps the ground of a decision that has no age, whatever others there are', () => {
    const grounds: readonly CareGround[] = [...VIEW.care.grounds.values()];
    expect(grounds.length).to.be.greaterThan(5);
    expect(inOctober(care('INST_U4', { persons: 1 }))[0]).to.include('INST_U4');
  });
});

describe('merit, in all that is told of it', () => {
  const PERSON: MeritPerson = {
    diedOn: null,
    span: ALWAYS,
    meritCode: null,
    coefficient: null,
    forged: false,
  };
  const inOctober = (other: Partial<MeritPerson>, of: Period = OCTOBER): unknown[] =>
    told(meritIn({ ...PERSON, ...other }, of, VIEW.merit));

  it('is an amount of a table, or a multiple of the standard, each with what it stands on', () => {
    expect(inOctober({ meritCode: 'NCC_TNLS_1' })).to.deep.equal([
      ['NCC_TNLS_1', 3_012_000, VIEW.merit.amounts.get('NCC_TNLS_1')?.at(-1)?.legalBasis],
    ]);
    expect(inOctober({ coefficient: new Decimal('0.6') })).to.deep.equal([
      ['multiple', 1_807_000, '321/2026/ND-CP art. 3(2)', '321/2026/ND-CP art. 3'],
    ]);
    for (const other of [{ meritCode: 'NCC_TNLS_1' }, { coefficient: new Decimal(1) }]) {
      const [due] = meritIn({ ...PERSON, ...other }, OCTOBER, VIEW.merit).dues;
      expect(due).to.include({
        programme: 'merit',
        articleOfArrears: '44/2022/TT-BTC art. 15(2)',
      });
    }
  });

  it('is nothing without a category, before any table, and refused for a category that is none', () => {
    expect(inOctober({})).to.deep.equal(['no-ground', 0]);
    const early = { span: { ...ALWAYS, entitledFrom: period('2000-01') } };
    const long = { ...early, coefficient: new Decimal(1) };
    expect(inOctober(long, period('2010-01'))).to.deep.equal(['standard-unknown', 0]);
    const named = { ...early, meritCode: 'NCC_TNLS_1' };
    expect(inOctober(named, period('2010-01'))).to.deep.equal(['standard-unknown', 0]);
    expect(() => inOctober({ meritCode: 'none' })).to.throw(
      RangeError,
      'no such category of merit: none',
    );
  });
});

describe('months and what was paid for them', () => {
  const due = (month: Period, amount = 100n, late: string | null = 'late'): MonthlyDue => ({
    programme: 'p',
    code: month,
    coefficient: null,
    standardVnd: null,
    amount: vnd(amount),
    articles: ['a'],
    articleOfArrears: late,
  });
  const dueIn = (month: Period): MonthDue => ({ dues: [due(month)], reason: null });
  const nothing = new Map<Period, Vnd>();
  const lines = (
    {
      months = 1,
      paidFor = {},
      unpaid = [],
    }: {
      months?: number;
      paidFor?: Record<string, bigint>;
      unpaid?: string[];
    },
    of: (month: Period) => MonthDue = dueIn,
  ): string[] => {
    const known = new Map(
      Object.entries(paidFor).map(([month, amount]) => [period(month), vnd(amount)] as const),
    );
    const history = { paid: known, unpaid: unpaid.map(period) };
    const settled = settleMonths({ of: OCTOBER, months }, history, of);
    return [
      ...settled.lines.map(
        ({ kind, period: month, amount, paidVnd, articles }) =>
          `${kind} ${month} ${paidVnd}+${amount} ${articles.join()}`,
      ),
      ...settled.recoveries.map(
        ({ period: month, amount, dueVnd }) => `${month} ${dueVnd} -${amount}`,
      ),
      `${settled.reason}`,
    ];
  };

  it('pays the period, and the one after it only where two are paid at once', () => {
    expect(lines({})).to.deep.equal(['current 2026-10 0+100 a', 'null']);
    expect(lines({ months: 2 })).to.deep.equal([
      'current 2026-10 0+100 a',
      'current 2026-11 0+100 a',
      'null',
    ]);
  });

  it('takes months in their order, however they are told', () => {
    expect(
      lines({
        paidFor: { '2026-09': 40n, '2026-07': 0n },
        unpaid: ['2026-08', '2026-11', '2026-10'],
      }),
    ).to.deep.equal([
      'arrears 2026-07 0+100 a,late',
      'arrears 2026-08 0+100 a,late',
      'arrears 2026-09 40+60 a,late',
      'current 2026-10 0+100 a',
      'null',
    ]);
  });

  it('shows what was too much for a month ahead, and pays nothing of it', () => {
    expect(lines({ paidFor: { '2026-12': 130n, '2026-11': 20n } })).to.deep.equal([
      'current 2026-10 0+100 a',
      '2026-12 100 -30',
      'null',
    ]);
  });

  it('lays exactly what is due off to nothing, and cites nothing where no article is of arrears', () => {
    expect(lines({ paidFor: { '2026-09': 100n } })).to.deep.equal([
      'current 2026-10 0+100 a',
      'null',
    ]);
    const plain = (month: Period): MonthDue => ({ dues: [due(month, 100n, null)], reason: null });
    expect(lines({ paidFor: { '2026-09': 99n } }, plain)[0]).to.equal('arrears 2026-09 99+1 a');
  });

  it('tells the reason of the period itself, not of another month', () => {
    const onlyBefore = (month: Period): MonthDue =>
      month < OCTOBER ? dueIn(month) : { dues: [], reason: month > OCTOBER ? 'alive' : 'stopped' };
    expect(lines({ paidFor: { '2026-09': 100n, '2026-11': 0n } }, onlyBefore)).to.deep.equal([
      'stopped',
    ]);
    const paidOff = settleMonths(
      { of: OCTOBER, months: 1 },
      { paid: new Map([[OCTOBER, vnd(100n)]]), unpaid: [] },
      dueIn,
    );
    expect([paidOff.eligible, paidOff.reason]).to.deep.equal([true, 'already-assessed']);
    const none = settleMonths({ of: OCTOBER, months: 1 }, { paid: nothing, unpaid: [] }, () => ({
      dues: [],
      reason: 'alive',
    }));
    expect([none.eligible, none.reason]).to.deep.equal([false, 'alive']);
  });
});

describe('reasons', () => {
  it('the gravest is told, whatever the order, and of none that there is no ground', () => {
    expect(gravestOf(['outranked', 'deceased'])).to.equal('deceased');
    expect(gravestOf(['deceased', 'outranked'])).to.equal('deceased');
    expect(gravestOf([])).to.equal('no-ground');
    for (const words of Object.values(NOT_DUE)) expect(words.vi).not.to.equal(words.en);
    expect(LAW_NOT_HERE).to.equal('law-not-here');
  });

  it('a birth year has four digits, no more and no less', () => {
    expect(birthYear('1950')).to.equal('1950');
    for (const text of ['950', '19500', 'x1950', '1950-01']) {
      expect(() => birthYear(text)).to.throw(RangeError, 'not a birth year');
    }
  });
});

describe('an uplift of pensions, at its limits', () => {
  const [RULE] = LAW.uplifts as readonly [PensionUplift];
  const pensioner = { pensionVnd: vnd(3_000_000n), pensionFrom: null, diedOn: null };
  const law = { uplifts: LAW.uplifts, assessedOn: ON };

  it('art. 2(2): the low limit itself has the sum, the floor itself has nothing more', () => {
    const exact = { ...RULE, percent: new Decimal(0) };
    const at = (pension: bigint): bigint => uplifted(vnd(pension), exact, true);
    expect(at(RULE.lowUntilVnd)).to.equal(RULE.lowUntilVnd + RULE.lowExtraVnd);
    expect(at(RULE.lowUntilVnd + 1n)).to.equal(RULE.floorVnd);
    expect(at(RULE.floorVnd - 1n)).to.equal(RULE.floorVnd);
    expect(at(RULE.floorVnd)).to.equal(RULE.floorVnd);
    expect(at(RULE.floorVnd + 1n)).to.equal(RULE.floorVnd + 1n);
  });

  it('is told with its rule, and with both paragraphs for who retired early', () => {
    const found = (other: object): unknown[] =>
      told(upliftIn({ ...pensioner, ...other }, OCTOBER, law));
    const basis = RULE.legalBasis;
    expect(found({})).to.deep.equal([['percent', 3_240_000, `${basis}(1)`]]);
    expect(found({ pensionFrom: plainDate('1994-12-31') })).to.deep.equal([
      ['before-1995', 3_540_000, `${basis}(1), (2)`],
    ]);
    expect(found({ pensionFrom: plainDate('1995-01-01') })).to.deep.equal([
      ['percent', 3_240_000, `${basis}(1)`],
    ]);
    expect(upliftIn(pensioner, OCTOBER, law).dues[0]?.programme).to.equal('pension_uplift');
  });

  it('is of who lived in the month and had a pension before the day it counts from', () => {
    const reason = (other: object): unknown =>
      upliftIn({ ...pensioner, ...other }, OCTOBER, law).reason;
    expect(reason({ diedOn: plainDate('2026-09-30') })).to.equal('deceased');
    expect(reason({ diedOn: plainDate('2026-10-01') })).to.equal(null);
    expect(reason({ pensionFrom: plainDate('2026-06-30') })).to.equal(null);
    expect(reason({ pensionFrom: plainDate('2026-07-01') })).to.equal('pension-too-late');
    expect(reason({ pensionVnd: vnd(0n) })).to.equal('no-pension');
    expect(upliftIn(pensioner, period('2026-06'), law).reason).to.equal('standard-unknown');
  });
});

describe('rates of two places', () => {
  const rate = (amount: bigint, other: Partial<Rate> = {}): Rate => ({
    series: 's',
    amountVnd: vnd(amount),
    legalBasis: `of ${amount}`,
    countsFrom: plainDate('2026-01-01'),
    inForceFrom: plainDate('2026-01-01'),
    ...other,
  });
  const of = OCTOBER;

  it('art. 4(3): the province where it is higher, the nation where it is equal or lower', () => {
    const governing = (province: bigint): string | undefined =>
      governingRateIn(
        { nation: [rate(10n)], province: [rate(province, { legalBasis: 'own' })] },
        of,
        ON,
      )?.legalBasis;
    expect(governing(11n)).to.equal('own');
    expect(governing(10n)).to.equal('of 10');
    expect(governing(9n)).to.equal('of 10');
  });

  it('is nothing where the nation has none, and the nation where the province has none yet', () => {
    expect(governingRateIn({ nation: [], province: [rate(9n)] }, of, ON)).to.equal(undefined);
    const later = rate(90n, { countsFrom: plainDate('2026-11-01') });
    expect(governingRateIn({ nation: [rate(10n)], province: [later] }, of, ON)?.amountVnd).to.equal(
      10n,
    );
  });

  it('of the same day the one known last, and of one day the one named last', () => {
    const known = (day: string, amount: bigint): Rate =>
      rate(amount, { knownSince: plainDate(day) });
    const first = known('2026-02-01', 1n);
    const second = known('2026-03-01', 2n);
    expect(governingRate([second, first], of, ON)?.amountVnd).to.equal(2n);
    expect(governingRate([first, second], of, ON)?.amountVnd).to.equal(2n);
    expect(governingRate([first, known('2026-02-01', 3n)], of, ON)?.amountVnd).to.equal(3n);
    expect(governingRate([first, second], of, plainDate('2026-02-28'))?.amountVnd).to.equal(1n);
  });
});

describe('the book of the law', () => {
  const draftless = (book: LawBook): ReturnType<typeof lawOf> => lawOf(book);
  const council: LawBook['rates'][number] = {
    ...known(BOOK.rates.find(({ series }) => series === 'social_assistance_standard')),
    scope: '40',
    amountVnd: vnd(700_000n),
    countsFrom: plainDate('2026-01-01'),
    inForceFrom: plainDate('2026-01-01'),
    knownSince: plainDate('2026-01-01'),
    legalBasis: 'council',
  };
  const law = draftless({ ...BOOK, rates: [...BOOK.rates, council] });

  it('gives each programme its own rates, of the nation or of the province', () => {
    const nation = viewOf(law, ON, null);
    const own = viewOf(law, ON, '40');
    const other = viewOf(law, ON, '01');
    expect(nation.care.standards.province).to.deep.equal([]);
    expect(viewOf(law, ON, 'VN').care.standards.province).to.deep.equal([]);
    expect(own.care.standards.province.map(({ amountVnd }) => amountVnd)).to.deep.equal([700_000n]);
    expect(other.care.standards.province).to.deep.equal([]);
    expect(own.care.standards.nation.length).to.be.greaterThan(2);
    expect(own.merit.standards.length).to.be.greaterThan(2);
    expect(own.merit.amounts.size).to.be.greaterThan(10);
    expect(own.merit.standards.every(({ series }) => series === 'merit_standard')).to.equal(true);
    const amounts = [nation, own, other].map(
      ({ oneOff }) => oneOff.rateOf('social_assistance_standard', OCTOBER)?.amountVnd,
    );
    expect(amounts).to.deep.equal([540_000n, 700_000n, 540_000n]);
    expect(own.assistance).not.to.equal(nation.assistance);
    expect(own.assistance.provincial.map(({ amountVnd }) => amountVnd)).to.deep.equal([700_000n]);
    expect(other.assistance.listed).to.equal(nation.assistance.listed);
    expect(own.assistance.listed).not.to.equal(nation.assistance.listed);
  });

  it('does not raise the funeral support by a council’s social pension', () => {
    const hanoi = viewOf(LAW, ON, '01');
    expect(hanoi.pension.rates.province.length).to.be.greaterThan(0);
    expect(hanoi.oneOff.rateOf('social_pension', OCTOBER)?.amountVnd).to.equal(540_000n);
  });

  it('keeps a view that was asked for, and forgets them when there are too many', () => {
    const fresh = lawOf(BOOK);
    const view = viewOf(fresh, ON, null);
    expect(viewOf(fresh, ON, null)).to.equal(view);
    expect(viewOf(fresh, plainDate('2026-11-21'), null)).not.to.equal(view);
    for (let i = 0; i < 4094; i += 1) viewOf(fresh, ON, String(i));
    expect(fresh.views.size).to.equal(4096);
    expect(viewOf(fresh, ON, null)).to.equal(view);
    viewOf(fresh, ON, 'one more');
    expect(fresh.views.size).to.equal(1);
  });

  it('pays on no draft, and gives a province a law of its own for a group that its council added', () => {
    const [wage] = BOOK.rates.filter(({ series }) => series === 'minimum_wage_I');
    const draft = { ...known(wage), status: 'draft', amountVnd: vnd(1n) } as const;
    const wages = lawOf({ ...BOOK, rates: [...BOOK.rates, draft] }).unemployment.minimumWages;
    expect(wages.get('I')?.map(({ amountVnd }) => amountVnd)).not.to.include(1n);
    const one = known(BOOK.grounds.find(({ programme }) => programme === 'social_assistance'));
    const own = lawOf({
      ...BOOK,
      grounds: [...BOOK.grounds, { ...one, groundCode: 'X', scope: '40' }],
    });
    const listed = (province: string | null): unknown =>
      viewOf(own, ON, province).assistance.listed;
    expect(listed('40')).not.to.equal(listed(null));
    expect(listed('01')).to.equal(listed(null));
  });

  it('counts minimum wages and base salary of the nation alone', () => {
    const wages = law.unemployment.minimumWages.get('I') ?? [];
    expect(wages.map(({ amountVnd }) => amountVnd)).not.to.include(5_700_000n);
    expect(wages.length).to.be.greaterThan(2);
    const [wage] = BOOK.rates.filter(({ series }) => series === 'minimum_wage_I');
    const local = lawOf({
      ...BOOK,
      rates: [...BOOK.rates, { ...known(wage), scope: '01' }],
    });
    expect(local.unemployment.minimumWages.get('I')).to.have.length(wages.length);
    expect(lawOf({ ...BOOK, rates: [] }).rates.size).to.equal(0);
    expect(viewOf(lawOf({ ...BOOK, rates: [] }), ON, '01').care.standards).to.deep.equal({
      nation: [],
      province: [],
    });
  });
});

describe('the social pension, in all that is told of it', () => {
  const PERSON: SocialPensioner = {
    birth: plainDate('1950-01-15'),
    diedOn: null,
    household: null,
    otherPensionVnd: vnd(0n),
    decidedOn: null,
    stopsAfter: null,
    suspensions: [],
  };
  const inOctober = (other: Partial<SocialPensioner>, law = VIEW.pension): unknown[] =>
    told(socialPensionIn({ ...PERSON, ...other }, OCTOBER, law));

  it('cites the ground and the rate', () => {
    const [due] = inOctober({}) as [unknown[]];
    expect(due.slice(0, 2)).to.deep.equal(['SP_75', 540_000]);
    expect(due.slice(2)).to.have.length(2);
    expect(due.at(-1)).to.equal('335/2026/ND-CP');
  });

  it('is unknown where no rate governs the month', () => {
    const none = { ...VIEW.pension, rates: { nation: [], province: [] } };
    expect(inOctober({}, none)).to.deep.equal(['standard-unknown', 0]);
  });

  it('from 70 to under 75 in a poor household, and from 75 in any', () => {
    const at = (birth: string, household: SocialPensioner['household']): unknown =>
      (inOctober({ birth: plainDate(birth), household })[0] as unknown[])[0] ?? 'none';
    const word = (birth: string, household: SocialPensioner['household']): unknown =>
      inOctober({ birth: plainDate(birth), household })[0];
    expect(word('1956-11-01', 'poor')).to.equal('age-not-reached');
    expect(at('1956-10-31', 'poor')).to.equal('SP_70_POOR');
    expect(at('1956-10-31', 'near_poor')).to.equal('SP_70_POOR');
    expect(word('1956-10-31', 'none')).to.equal('household-not-poor');
    expect(at('1951-11-01', 'poor')).to.equal('SP_70_POOR');
    expect(at('1951-10-31', 'poor')).to.equal('SP_75');
    expect(at('1951-10-31', 'none')).to.equal('SP_75');
  });

  it('starts with the month of the decision, or with a later one that the decision names', () => {
    const from = (of: string, entitledFrom?: string): unknown[] =>
      told(
        socialPensionIn(
          {
            ...PERSON,
            decidedOn: plainDate('2026-09-10'),
            entitledFrom: entitledFrom === undefined ? undefined : period(entitledFrom),
          },
          period(of),
          VIEW.pension,
        ),
      );
    expect(from('2026-08')).to.deep.equal(['not-yet-entitled', 0]);
    expect(from('2026-09')).to.have.length(1);
    expect(from('2026-09', '2026-10')).to.deep.equal(['not-yet-entitled', 0]);
    expect(from('2026-10', '2026-10')).to.have.length(1);
    expect(from('2026-08', '2026-08')).to.deep.equal(['not-yet-entitled', 0]);
    expect(from('2026-09', '2026-08')).to.have.length(1);
  });

  it('beside a pension that is lower than that of the nation, and none that is not', () => {
    const own = viewOf(LAW, ON, '01').pension;
    expect(inOctober({ otherPensionVnd: vnd(539_999n) }, own)).to.have.length(1);
    expect(inOctober({ otherPensionVnd: vnd(540_000n) }, own)).to.deep.equal(['has-pension', 0]);
  });
});

describe('gifts, at the edge of their days', () => {
  const gift = giftIn(LAW.gifts, 'tet_gift', {
    of: period('2026-01'),
    on: plainDate('2026-01-05'),
  });

  it('is the gift of the programme, from the month it opens to the month it is paid by', () => {
    const on = plainDate('2026-03-01');
    const code = (programme: 'tet_gift' | 'national_day_gift', of: string): string | undefined =>
      giftIn(LAW.gifts, programme, { of: period(of), on })?.giftCode;
    expect(code('tet_gift', '2025-11')).to.equal(undefined);
    expect(code('tet_gift', '2025-12')).to.equal('TET_2026');
    expect(code('tet_gift', '2026-01')).to.equal('TET_2026');
    expect(code('tet_gift', '2026-02')).to.equal(undefined);
    expect(code('national_day_gift', '2026-01')).to.equal(undefined);
  });

  it('is not given to who died on the day before it opened, and is to who died on that day', () => {
    const groups = {
      merit: true,
      socialAssistance: true,
      socialPension: false,
      inInstitution: false,
    };
    expect(tetGift(gift, groups, plainDate('2025-12-27')).reason).to.equal('deceased');
    const [due, ...more] = tetGift(gift, groups, plainDate('2025-12-28')).dues;
    expect(more).to.deep.equal([]);
    expect(due).to.deep.include({ code: 'TET_2026', amount: 400_000n, coefficient: null });
    expect(due?.articles).to.deep.equal(['418/NQ-CP (2025)']);
  });

  it('without an instant of its own is of who lived at the end of the month it opens', () => {
    const plain = { ...known(gift), aliveAfter: null };
    const person = { birth: plainDate('2025-12-31'), diedOn: null, hasPersonalNumber: true };
    expect(nationalDayGift(plain, person).reason).to.equal(null);
    const born = { ...person, birth: plainDate('2026-01-01') };
    expect(nationalDayGift(plain, born).reason).to.equal('not-in-snapshot');
  });
});

describe('an ending of unemployment benefit', () => {
  const event = (code: EndingEvent['code'], on: string, notified = false): EndingEvent => ({
    code,
    on: plainDate(on),
    notified,
  });
  const first = (...events: readonly EndingEvent[]): string => {
    const orders = [events, events.toReversed()].map((order) => {
      const found = firstEnding(order);
      return found === null ? 'none' : `${found.code} ${found.on} ${found.notified}`;
    });
    expect(new Set(orders).size, orders.join(' | ')).to.equal(1);
    return orders[0] ?? '';
  };

  it('is the first day, though its point comes later', () => {
    expect(first(event('detained', '2026-03-01'), event('job-found', '2026-03-02'))).to.equal(
      'detained 2026-03-01 false',
    );
  });

  it('of one day is the earlier point, and of one event the one that was told', () => {
    expect(first(event('detained', '2026-03-01'), event('job-found', '2026-03-01'))).to.equal(
      'job-found 2026-03-01 false',
    );
    expect(
      first(event('job-found', '2026-03-01', true), event('job-found', '2026-03-01')),
    ).to.equal('job-found 2026-03-01 true');
    expect(first()).to.equal('none');
  });
});

describe('an article in Vietnamese', () => {
  for (const [cited, vi] of [
    [
      '20/2021/ND-CP art. 5(6), 6(1)(e)',
      'khoản 6 Điều 5, điểm e khoản 1 Điều 6 Nghị định 20/2021/NĐ-CP',
    ],
    ['20/2021/ND-CP art. 5(11)', 'khoản 11 Điều 5 Nghị định 20/2021/NĐ-CP'],
    ['02/2021/TT-BLDTBXH art. 2', 'Điều 2 Thông tư 02/2021/TT-BLĐTBXH'],
    ['74/2025/QH15 art. 39', 'Điều 39 Luật 74/2025/QH15'],
    ['ND-CP/x', 'ND-CP/x'],
    ['1/TT-BLDTBXH/x', '1/TT-BLDTBXH/x'],
    ['1/QH15/x', '1/QH15/x'],
    ['1/ND-CP and more art. 1', 'Điều 1 1/ND-CP and more'],
    ['418/NQ-CP (2025)', '418/NQ-CP (2025)'],
    ['20/2021/ND-CP art. annex', 'annex Nghị định 20/2021/NĐ-CP'],
  ] as const) {
    it(cited, () => {
      expect(articleWords(cited)).to.deep.equal({ vi, en: cited });
    });
  }
});

describe('a case that cannot be judged says where and why', () => {
  const born = { birthDate: plainDate('1990-06-15') };
  for (const [one, expected] of [
    [
      aCase('social_assistance', '2026-10', { grounds: [ground('K6_N'), ground('K99')] }),
      '/person/grounds/1/code unknown-code: no such ground: K99',
    ],
    [
      aCase('merit', '2026-10', { meritCode: 'NCC_NONE' }),
      '/person/meritCode unknown-code: no such category: NCC_NONE',
    ],
    [
      aCase('merit', '2026-10', {}, { province: '00' }),
      '/province unknown-code: no such province: 00',
    ],
    [
      aCase('merit', '2026-10', { birthDate: plainDate('2026-11-21') }),
      '/person/birthDate impossible: born after the day of assessment',
    ],
    [
      aCase('merit', '2026-10', { ...born, diedOn: plainDate('1990-06-14') }),
      '/person/diedOn impossible: died before birth',
    ],
    [
      aCase('social_pension', '2026-10', {}, { payAhead: true }),
      '/payAhead impossible: the article is of people of merit only',
    ],
    [
      aCase('merit', '2026-10', {
        suspensions: [paused('2026-10', null, { reason: 'no_report' })],
      }),
      '/person/suspensions/0/reason impossible: not of a suspension of this programme',
    ],
    [
      aCase('merit', '2026-10', { suspensions: [paused('2026-10', '2026-09')] }),
      '/person/suspensions/0/until impossible: ends before it begins',
    ],
    [
      aCase('social_pension', '2026-10', { birthDate: null }),
      '/person/birthDate missing: this programme depends on the age',
    ],
  ] as const) {
    it(expected, () => {
      expect(faultOf(one)).to.equal(`CaseFault ${expected}`);
    });
  }

  it('lets a person die on the day of birth, and be born on the day of assessment', () => {
    const day = plainDate('2026-11-20');
    expect(faultOf(aCase('merit', '2026-11', { birthDate: day, diedOn: day }))).to.equal('none');
  });

  it('asks for no birth where nothing depends on it', () => {
    const person = { birthDate: null, meritCode: 'NCC_TNLS_1' };
    expect(outcome(assess(aCase('merit', '2026-10', person)))).to.equal('3012000');
  });
});

describe('the months of a case', () => {
  const K6 = (other: object = {}): CasePerson['grounds'] => [ground('K6_N', other)];
  const assistance = (person: Partial<CasePerson>, of = '2026-10'): string =>
    outcome(assess(aCase('social_assistance', of, person)));

  it('art. 8(1): disability from its certificate, another from the decision, an age from the age', () => {
    const decided = { decisionDate: plainDate('2026-10-20') };
    expect(
      assistance({ ...decided, grounds: K6({ from: period('2026-09') }) }, '2026-09'),
    ).to.equal('810000');
    expect(assistance({ ...decided, grounds: K6() }, '2026-09')).to.equal('not-yet-entitled');
    expect(assistance({ ...decided, grounds: K6() })).to.equal('810000');
    const hiv = [ground('K8', { from: period('2026-09') })];
    expect(assistance({ ...decided, grounds: hiv }, '2026-09')).to.equal('not-yet-entitled');
    expect(assistance({ ...decided, grounds: hiv })).to.equal('810000');
    const old = { birthDate: plainDate('1940-01-01'), grounds: [ground('K5C')] };
    expect(assistance({ ...decided, ...old }, '2026-09')).to.equal('540000');
  });

  it('ends with the earlier of a decision and of a file that was proven to be forged', () => {
    const forged = [paused('2026-08', null, { reason: 'suspected_forgery', outcome: 'proven' })];
    const until = K6({ until: period('2026-08') });
    expect(assistance({ grounds: until }, '2026-08')).to.equal('810000');
    expect(assistance({ grounds: until }, '2026-09')).to.equal('stopped');
    expect(assistance({ grounds: until, suspensions: forged }, '2026-07')).to.equal('810000');
    expect(assistance({ grounds: until, suspensions: forged }, '2026-08')).not.to.equal('810000');
  });

  it('art. 8(4): each month by the rates of the place that pays it, however moves are told', () => {
    const moves = [
      { fromProvince: '01', lastMonth: period('2026-09') },
      { fromProvince: '79', lastMonth: period('2026-08') },
    ];
    const due = (order: typeof moves): string[] =>
      linesOf(
        assess(
          aCase(
            'social_pension',
            '2026-10',
            {
              birthDate: plainDate('1940-01-01'),
              moves: order,
              alreadyPaid: paid('2026-08 1', '2026-09 1'),
            },
            { province: '08' },
          ),
        ),
      );
    expect(due(moves)).to.deep.equal(due(moves.toReversed()));
    expect(due(moves)).to.deep.equal([
      'arrears 2026-08 649999',
      'arrears 2026-09 649999',
      'current 2026-10 540000',
    ]);
  });

  it('tells of all programmes the reason of one that was named', () => {
    const all = (person: Partial<CasePerson>): string =>
      outcome(assess(aCase('all', '2026-10', { birthDate: null, ...person })));
    expect(all({})).to.equal('no-ground');
    const forged = [paused('2026-08', null, { reason: 'suspected_forgery', outcome: 'proven' })];
    expect(all({ meritCode: 'NCC_TNLS_1', suspensions: forged })).to.equal('forged');
    expect(all({ meritCode: 'NCC_TNLS_1', diedOn: plainDate('2026-01-01') })).to.equal('deceased');
    const carer = [ground('C_HH_DBN')];
    expect(all({ grounds: carer })).to.equal('540000');
  });

  it('keeps the order of grounds out of what is paid, with all that is told of each', () => {
    const parents = [
      ground('K4', { dependants: 2, until: period('2026-09') }),
      ground('K4', { dependants: 1, from: period('2026-10') }),
      ground('K4', {
        children: [{ birthDate: plainDate('2015-01-01'), diedOn: null, studying: null }],
      }),
      ground('K6_N', { decisionDate: plainDate('2025-01-01') }),
    ];
    const due = (order: typeof parents): unknown =>
      assess(
        aCase('social_assistance', '2026-10', { household: 'poor', grounds: order }),
      ).lines.map(({ amount, due: { code, coefficient, articles } }) => [
        code,
        coefficient,
        amount,
        articles,
      ]);
    expect(due(parents)).to.deep.equal(due(parents.toReversed()));
    expect(due(parents)).to.have.length(2);
  });

  it('cites that only the highest is paid where several claimed, and not where one did', () => {
    const cited = (grounds: NonNullable<CasePerson['grounds']>): readonly string[] =>
      assess(aCase('social_assistance', '2026-10', { grounds })).lines[0]?.articles ?? [];
    const HIGHEST = '20/2021/ND-CP art. 6(2)';
    expect(cited([ground('K6_N')])).not.to.include(HIGHEST);
    expect(cited([ground('K6_N'), ground('K8')])).to.include(HIGHEST);
    expect(cited([ground('K6_N'), ground('K8')]).length).to.be.greaterThan(2);
  });

  it('counts children in the month in which they are raised, beside a ground that has none', () => {
    const child = (birth: string, other: object = {}): object => ({
      birthDate: plainDate(birth),
      diedOn: null,
      studying: null,
      ...other,
    });
    const parent = (...children: readonly object[]): string =>
      assistance({
        household: 'poor',
        grounds: [ground('K4', { children: children as never }), ground('K6_N')],
      });
    // Turns 16 in the month before, in the month; 22 and 23 while studying; dies before and in it.
    expect(parent(child('2010-09-30'))).to.equal('810000');
    expect(parent(child('2010-10-31'))).to.equal('1350000');
    expect(parent(child('2003-10-31', { studying: true }))).to.equal('1350000');
    expect(parent(child('2003-09-30', { studying: true }))).to.equal('810000');
    expect(parent(child('2015-01-01', { diedOn: plainDate('2026-09-30') }))).to.equal('810000');
    expect(parent(child('2015-01-01', { diedOn: plainDate('2026-10-01') }))).to.equal('1350000');
    expect(parent(child('2026-11-01'))).to.equal('810000');
    expect(parent(child('2026-10-31'))).to.equal('1350000');
  });
});

describe('what a case is paid once', () => {
  it('131/2021/ND-CP art. 121: three months of the allowance, with what they stand on', () => {
    const died = { meritClaim: 'death', meritCode: 'NCC_TNLS_1', diedOn: plainDate('2026-10-05') };
    const [line] = assess(aCase('merit', '2026-10', died as Partial<CasePerson>)).lines;
    expect(line?.due).to.include({ code: 'NCC_TNLS_1:death', amount: 9_036_000n });
    expect(line?.articles).to.have.length(2);
    expect(line?.articles.at(-1)).to.equal('131/2021/ND-CP art. 121');
    expect(line?.kind).to.equal('once');
  });

  it('is of the programme that was asked', () => {
    const home = { meritClaim: 'home_convalescence' } as const;
    const [line] = assess(aCase('merit', '2026-10', home)).lines;
    expect(line?.due).to.include({ programme: 'merit', code: 'MERIT_HOME_CONVALESCENCE' });
    expect(line?.amount).to.equal(2_711_000n);
  });

  it('art. 11(1): a survivor of 80, and nobody younger, without an age or without the allowance', () => {
    const funeral = (person: Partial<CasePerson>): string =>
      outcome(
        assess(
          aCase('funeral', '2026-10', {
            grounds: [],
            otherPension: 5_000_000,
            diedOn: plainDate('2026-10-05'),
            ...person,
          }),
        ),
      );
    const aged = { birthDate: plainDate('1946-10-31') };
    const younger = { birthDate: plainDate('1946-11-01') };
    expect(funeral({ ...aged, survivorAllowance: true })).to.equal('10800000');
    expect(funeral({ ...younger, survivorAllowance: true })).to.equal('no-ground');
    expect(funeral(aged)).to.equal('no-ground');
    expect(funeral({ ...aged, survivorAllowance: false })).to.equal('no-ground');
    expect(funeral({ birthDate: null, survivorAllowance: true })).to.equal('no-ground');
    expect(funeral({ ...younger, childOfSingleParent: true })).to.equal('10800000');
  });
});

describe('a suspension that ends', () => {
  const october = (other: Parameters<typeof paused>[2]): string[] =>
    linesOf(
      assess(
        aCase('social_assistance', '2026-10', {
          grounds: [ground('K6_N')],
          suspensions: [paused('2026-08', '2026-08', other)],
        }),
      ),
    );
  const BACK = ['arrears 2026-08 810000', 'current 2026-10 810000'];
  const LOST = ['current 2026-10 810000'];

  it('gives its months back by decision, or to who was cleared of a forgery', () => {
    expect(october({ reason: 'custody', backPay: true })).to.deep.equal(BACK);
    expect(october({ reason: 'suspected_forgery', outcome: 'cleared' })).to.deep.equal(BACK);
  });

  it('and else does not', () => {
    expect(october({ reason: 'custody' })).to.deep.equal(LOST);
    expect(october({ reason: 'custody', outcome: 'cleared' })).to.deep.equal(LOST);
    expect(october({ reason: 'suspected_forgery' })).to.deep.equal(LOST);
    expect(october({ reason: 'custody', outcome: 'proven' })).to.deep.equal(LOST);
  });
});

describe('a case of unemployment benefit', () => {
  const TOLD: Partial<CasePerson> = {
    averageSalary6: 6_000_000,
    contributionMonths: 62,
    region: 'I',
    lastContributionMonth: period('2026-08'),
    filedOn: plainDate('2026-09-21'),
    benefitFrom: plainDate('2026-10-05'),
  };
  const jobless = (other: Partial<CasePerson> = {}): Case =>
    aCase('unemployment', '2026-10', { ...TOLD, ...other });

  it('needs its facts, and says which', () => {
    for (const name of [
      'averageSalary6',
      'contributionMonths',
      'region',
      'lastContributionMonth',
    ]) {
      expect(faultOf(jobless({ [name]: null }))).to.equal(
        `CaseFault /person/${name} missing: unemployment benefit depends on it`,
      );
    }
    expect(faultOf(jobless({ recentMonths: { in24: 13, in36: 12 } }))).to.equal(
      'CaseFault /person/recentMonths/in36 impossible: fewer than those within 24',
    );
  });

  it('12 of 24 months, or of 36 for short contracts', () => {
    const recent = (in24: number, in36: number, shortContract: boolean | null): string | null =>
      assess(jobless({ recentMonths: { in24, in36 }, shortContract })).reason;
    const few = 'too-few-recent-contributions';
    expect([11, 12].map((in24) => recent(in24, 40, null))).to.deep.equal([few, null]);
    expect([11, 12].map((in24) => recent(in24, 40, false))).to.deep.equal([few, null]);
    expect([11, 12].map((in36) => recent(1, in36, true))).to.deep.equal([few, null]);
  });
});
