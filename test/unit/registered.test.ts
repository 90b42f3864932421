import { expect } from 'chai';
import {
  assessRegistered,
  drawsIn,
  FACTS_AT_FAULT,
  type RegisteredAssessment,
} from '../../src/entitlement/assess-registered.ts';
import { birthYear } from '../../src/entitlement/entitlement.ts';
import type { Gift } from '../../src/entitlement/gifts.ts';
import { lawOf } from '../../src/entitlement/law-book.ts';
import { assessClaims, assessGift, type Claimant } from '../../src/entitlement/once.ts';
import {
  asSeenBefore,
  assistedOf,
  caseOf,
  monthsEnded,
  unemploymentCase,
  type RegisteredEnrolment,
  type RegisteredPerson,
} from '../../src/entitlement/registered-person.ts';
import { period, plainDate, type Period } from '../../src/kernel/period.ts';
import type { Programme } from '../../src/kernel/reference.ts';
import { BOOK, LAW } from '../support/cases.ts';

// People of the register, argued by everything that it says of them, with no database. What the
// statements gather is tested with one, in assess-registered.flow.test.ts.

const NOVEMBER = period('2026-11');
const ON = plainDate('2026-10-22');

let nth = 0;

/** An enrolment that was decided after the last cut of an earlier system, and stands on the list. */
function enrolled(
  programme: Programme,
  groundCode: string,
  other: Partial<RegisteredEnrolment> = {},
): RegisteredEnrolment {
  nth += 1;
  return {
    ref: `r${String(nth).padStart(4, '0')}`,
    programme,
    groundCode,
    dependants: 0,
    decidedOn: plainDate('2026-10-20'),
    entitledFrom: NOVEMBER,
    paidThrough: null,
    stopsAfter: null,
    suspensions: [],
    facts: {},
    listedVnd: '1',
    ...other,
  };
}

const LONG: Partial<RegisteredEnrolment> = {
  decidedOn: plainDate('2020-01-15'),
  entitledFrom: period('2020-01'),
  paidThrough: period('2026-10'),
};

function person(
  enrolments: readonly RegisteredEnrolment[],
  other: Partial<RegisteredPerson> = {},
): RegisteredPerson {
  return {
    recipientId: '1',
    birth: plainDate('1980-04-30'),
    diedOn: null,
    communeCode: '16681',
    enrolments,
    assessed: {},
    opened: {},
    assessments: {},
    lastCase: 0,
    ...other,
  };
}

const AGED = { birth: plainDate('1946-05-10') };

function assess(
  who: RegisteredPerson,
  {
    of = NOVEMBER,
    asOf = ON,
    law = LAW,
    province = null,
    ahead = [],
  }: {
    of?: Period;
    asOf?: typeof ON;
    law?: typeof LAW;
    province?: string | null;
    ahead?: readonly Programme[];
  } = {},
): RegisteredAssessment {
  return assessRegistered(who, { of, asOf, law, province, ahead: new Set(ahead) });
}

/** A programme a line: amount or reason, and its lines. */
function told(found: RegisteredAssessment): string[] {
  return [
    ...found.programmes.map(({ programme, amount, reason, lines }) =>
      [
        `${programme} ${reason ?? String(amount)}`,
        ...lines.map(
          ({ kind, forPeriod, groundCode, paidVnd, amount: part }) =>
            `${kind} ${forPeriod} ${groundCode} ${paidVnd}+${part}`,
        ),
      ].join('; '),
    ),
    ...found.excess.map(
      ({ programme, forPeriod, paidVnd, dueVnd, amount, reason }) =>
        `excess ${programme} ${forPeriod} ${paidVnd}-${dueVnd}=${amount} ${reason}`,
    ),
  ];
}

/** Amounts of October, and of November where there is one. */
function months(october: string, november?: string): Record<Period, string> {
  const first = { [period('2026-10')]: october };
  return november === undefined ? first : { ...first, [NOVEMBER]: november };
}

function tetGift2026(): Gift {
  const gift = LAW.gifts.find(({ giftCode }) => giftCode === 'TET_2026');
  if (gift === undefined) throw new Error('the reference files have no such gift');
  return gift;
}

describe('programmes of the register', () => {
  for (const [programme, code, expected, other] of [
    ['social_assistance', 'K6_N', 'social_assistance 810000; current 2026-11 K6_N 0+810000', {}],
    ['social_pension', 'SP_75', 'social_pension 540000; current 2026-11 SP_75 0+540000', AGED],
    ['merit', 'NCC_TNLS_1', 'merit 3012000; current 2026-11 NCC_TNLS_1 0+3012000', {}],
    ['care_support', 'C_HH_DBN', 'care_support 540000; current 2026-11 C_HH_DBN 0+540000', {}],
    ['institution', 'INST_4P', 'institution 2160000; current 2026-11 INST_4P 0+2160000', {}],
  ] as const) {
    it(`${programme} is paid by its own rules`, () => {
      expect(told(assess(person([enrolled(programme, code)], other)))).to.deep.equal([expected]);
    });
  }

  it('pays the highest only of those that exclude each other, and care beside it', () => {
    const found = assess(
      person(
        [
          enrolled('social_assistance', 'K6_N_TE_NCT'),
          enrolled('social_pension', 'SP_75'),
          enrolled('care_support', 'C_HH_DBN'),
        ],
        AGED,
      ),
    );
    expect(told(found)).to.deep.equal([
      'social_assistance 1080000; current 2026-11 K6_N_TE_NCT 0+1080000',
      'social_pension outranked',
      'care_support 540000; current 2026-11 C_HH_DBN 0+540000',
    ]);
    const cited = found.programmes.map(
      ({ lines }) =>
        lines[0]?.articles.filter((article) => article === '20/2021/ND-CP art. 6(2)').length,
    );
    expect(cited).to.deep.equal([1, undefined, 0]);
  });

  it('art. 25(5): nothing beside life in an institution, however much it would be', () => {
    const found = assess(
      person([enrolled('institution', 'INST_4P'), enrolled('social_assistance', 'K6_N')]),
    );
    expect(told(found)).to.deep.equal([
      'social_assistance in-institution',
      'institution 2160000; current 2026-11 INST_4P 0+2160000',
    ]);
  });

  it('of several categories of merit pays the highest, of equal ones the first enrolment', () => {
    const low = enrolled('merit', 'NCC_TNLS_1');
    const high = enrolled('merit', 'NCC_TB_100');
    for (const order of [
      [low, high],
      [high, low],
    ]) {
      const [merit] = assess(person(order)).programmes;
      expect(merit?.lines.map(({ enrolmentId }) => enrolmentId)).to.deep.equal([high.ref]);
    }
    const [first, second] = [enrolled('merit', 'NCC_TNLS_1'), enrolled('merit', 'NCC_TNLS_1')];
    const [merit] = assess(person([second, first])).programmes;
    expect(merit?.lines.map(({ enrolmentId }) => enrolmentId)).to.deep.equal([first.ref]);
  });

  it('pays a multiple of merit where no table has the category', () => {
    const multiple = enrolled('merit', 'NCC_X', { facts: { multiple: 0.6 } });
    expect(told(assess(person([multiple])))).to.deep.equal([
      'merit 1807000; current 2026-11 multiple 0+1807000',
    ]);
    const listed = enrolled('merit', 'NCC_TNLS_1', { facts: { multiple: 0.6 } });
    expect(told(assess(person([listed])))[0]).to.include('NCC_TNLS_1');
  });

  it('takes a household that nobody tells of for the one that the ground asks for', () => {
    const aged = { birth: plainDate('1955-01-01') };
    const poor = (facts: object): string[] =>
      told(assess(person([enrolled('social_pension', 'SP_70_POOR', { facts })], aged)));
    expect(poor({})).to.deep.equal(['social_pension 540000; current 2026-11 SP_70_POOR 0+540000']);
    expect(poor({ household: 'none' })).to.deep.equal(['social_pension household-not-poor']);
  });

  it('says that facts cannot be, and pays the other programmes', () => {
    const unknown = person([
      enrolled('merit', 'NCC_NONE'),
      enrolled('care_support', 'C_HH_DBN'),
      enrolled('social_assistance', 'K6_N'),
    ]);
    const found = assess(unknown);
    expect(told(found)).to.deep.equal([
      `social_assistance ${FACTS_AT_FAULT}`,
      `merit ${FACTS_AT_FAULT}`,
      'care_support 540000; current 2026-11 C_HH_DBN 0+540000',
    ]);
    expect(found.fault?.code).to.equal('unknown-code');
    expect(assess(person([enrolled('care_support', 'C_HH_DBN')])).fault).to.equal(null);
  });

  it('tells nothing of who is on no list, or was told before', () => {
    const october = period('2026-10');
    const assessed = { social_assistance: { [october]: '810000' } };
    const ended = { entitledFrom: october, stopsAfter: october };
    const gone = enrolled('social_assistance', 'K6_N', { ...ended, listedVnd: null });
    expect(told(assess(person([gone], { assessed })))).to.deep.equal([]);
    const stopped = enrolled('social_assistance', 'K6_N', ended);
    expect(told(assess(person([stopped], { assessed })))).to.deep.equal([
      'social_assistance stopped',
    ]);
    const again = { assessed, assessments: { social_assistance: 1 } };
    expect(told(assess(person([stopped], again)))).to.deep.equal([]);
  });

  it('pays by the rates of the province', () => {
    const pension = person([enrolled('social_pension', 'SP_75')], AGED);
    expect(told(assess(pension, { province: '01' }))[0]).to.include('social_pension 650000');
    expect(told(assess(pension, { province: '40' }))[0]).to.include('social_pension 540000');
  });
});

describe('months before, of the register', () => {
  it('pays from the first month that was not settled, each month a line', () => {
    const late = enrolled('care_support', 'C_HH_DBN', { entitledFrom: period('2026-09') });
    expect(told(assess(person([late])))).to.deep.equal([
      'care_support 1620000; arrears 2026-09 C_HH_DBN 0+540000; ' +
        'arrears 2026-10 C_HH_DBN 0+540000; current 2026-11 C_HH_DBN 0+540000',
    ]);
  });

  it('takes what an earlier system paid by the law of the first day of its last month', () => {
    // On 1 October 2026 the decree of merit was in force, and paid with its arrears; that of 5 October was not.
    for (const [programme, code, other, each] of [
      ['social_assistance', 'K6_N', {}, '750000+60000'],
      ['care_support', 'C_HH_DBN', {}, '500000+40000'],
      ['social_pension', 'SP_75', AGED, '500000+40000'],
      ['merit', 'NCC_TNLS_1', {}, null],
    ] as const) {
      const entitledFrom = period('2025-08');
      const decidedOn = plainDate('2025-07-15');
      const paid = enrolled(programme, code, { ...LONG, entitledFrom, decidedOn });
      const [line = ''] = told(assess(person([paid], other)));
      const arrears = line.split('; ').filter((part) => part.startsWith('arrears'));
      expect(
        arrears.map((part) => part.split(' ').at(-1)),
        programme,
      ).to.deep.equal(each === null ? [] : ['07', '08', '09', '10'].map(() => each));
    }
    const until = { ...LONG, paidThrough: period('2026-09') };
    const [merit = ''] = told(assess(person([enrolled('merit', 'NCC_TNLS_1', until)])));
    expect(merit).to.include('arrears 2026-09 NCC_TNLS_1 2789000+223000');
  });

  it('finds nothing to be open where a later cut knew all rates', () => {
    const paid = enrolled('care_support', 'C_HH_DBN', { ...LONG, paidThrough: period('2026-11') });
    expect(told(assess(person([paid]), { of: period('2026-12') }))).to.deep.equal([
      'care_support 540000; current 2026-12 C_HH_DBN 0+540000',
    ]);
  });

  it('gives back a suspended month only where the decision says so', () => {
    const paused = (other: object): string[] =>
      told(
        assess(
          person([
            enrolled('care_support', 'C_HH_DBN', {
              ...LONG,
              paidThrough: period('2026-11'),
              suspensions: [
                { from: period('2026-11'), until: period('2026-11'), reason: 'custody', ...other },
              ],
            }),
          ]),
          { of: period('2026-12') },
        ),
      );
    expect(paused({})).to.deep.equal(['care_support 540000; current 2026-12 C_HH_DBN 0+540000']);
    expect(paused({ backPay: true })[0]).to.include('arrears 2026-11 C_HH_DBN 0+540000');
  });

  it('lays what this engine has assessed against what is due, and never rewrites it', () => {
    const known = (
      vndOfMonth: Record<Period, string>,
      other: Partial<RegisteredPerson> = {},
    ): string[] =>
      told(
        assess(
          person([enrolled('care_support', 'C_HH_DBN', { entitledFrom: period('2026-10') })], {
            assessed: { care_support: vndOfMonth },
            assessments: { care_support: 1 },
            ...other,
          }),
        ),
      );
    expect(known(months('540000', '540000'))).to.deep.equal([]);
    expect(known(months('500000', '540000'))).to.deep.equal([
      'care_support 40000; arrears 2026-10 C_HH_DBN 500000+40000',
    ]);
    const tooMuch = months('600000', '540000');
    const excess = 'excess care_support 2026-10 600000-540000=60000 amount-lower';
    expect(known(tooMuch)).to.deep.equal([excess]);
    expect(known(tooMuch, { opened: { care_support: months('60000') } })).to.deep.equal([]);
    expect(known(tooMuch, { opened: { care_support: months('59999') } })).to.deep.equal([
      'excess care_support 2026-10 600000-540000=1 amount-lower',
    ]);
  });

  it('asks back what was paid beyond a death, from the programme that paid most', () => {
    const died = person(
      [enrolled('social_assistance', 'K6_N', LONG), enrolled('merit', 'NCC_TNLS_1', LONG)],
      {
        diedOn: plainDate('2026-09-30'),
        assessed: { social_assistance: months('1'), merit: months('3012000') },
      },
    );
    const found = told(assess(died)).filter((line) => line.startsWith('excess'));
    expect(found.at(-1)).to.match(/^excess merit 2026-10 \d+-0=\d+ deceased$/);
    const before = person([enrolled('merit', 'NCC_TNLS_1', LONG)], {
      diedOn: plainDate('2026-09-30'),
    });
    expect(told(assess(before)).at(-1)).to.equal('excess merit 2026-10 3012000-0=3012000 deceased');
  });

  it('argues a month as of a day before a death that it knows by now', () => {
    const one = enrolled('care_support', 'C_HH_DBN', { entitledFrom: period('2026-10') });
    const found = told(assess(person([one], { diedOn: plainDate('2026-10-31') }), { asOf: ON }));
    // Decree 20/2021/ND-CP art. 8(2): October is due, the month of death, and November is not.
    expect(found).to.deep.equal(['care_support 540000; arrears 2026-10 C_HH_DBN 0+540000']);
  });

  it('keeps what was paid for the months that were looked at', () => {
    const late = enrolled('care_support', 'C_HH_DBN', { entitledFrom: period('2026-10') });
    const found = assess(person([late], { assessed: { care_support: months('5') } }));
    expect(found.paid).to.deep.equal({ '2026-10': '5' });
  });
});

describe('two months at once', () => {
  it('44/2022/TT-BTC art. 8(3): of the programme that was ordered, with its article', () => {
    const who = person([enrolled('merit', 'NCC_TNLS_1'), enrolled('care_support', 'C_HH_DBN')]);
    const found = assess(who, { ahead: ['merit'] });
    expect(told(found)).to.deep.equal([
      'merit 6024000; current 2026-11 NCC_TNLS_1 0+3012000; ahead 2026-12 NCC_TNLS_1 0+3012000',
      'care_support 540000; current 2026-11 C_HH_DBN 0+540000',
    ]);
    const articles = found.programmes[0]?.lines.map((line) => line.articles.at(-1));
    expect(articles?.[1]).to.equal('44/2022/TT-BTC art. 8(3)');
    expect(articles?.[0]).not.to.equal('44/2022/TT-BTC art. 8(3)');
  });

  it('pays nothing ahead of a programme that competes with it and was not ordered', () => {
    const who = person([enrolled('social_assistance', 'K6_N')]);
    expect(told(assess(who, { ahead: ['merit'] }))).to.deep.equal([
      'social_assistance 810000; current 2026-11 K6_N 0+810000',
    ]);
  });
});

describe('unemployment benefit of the register', () => {
  const facts = {
    averageSalaryVnd: '6000000',
    contributedMonths: 62,
    wageRegion: 'I',
    lastContributedMonth: period('2026-08'),
    benefitFrom: plainDate('2026-10-12'),
    filedOn: plainDate('2026-09-20'),
  } as const;
  const jobless = (other: Partial<RegisteredEnrolment> = {}): RegisteredEnrolment =>
    enrolled('unemployment', '', {
      entitledFrom: '',
      decidedOn: plainDate('2026-10-10'),
      facts,
      ...other,
    });

  it('pays each benefit month once, by the names of the list', () => {
    const first = assess(person([jobless()]));
    expect(told(first)).to.have.length(1);
    const lines = first.programmes.flatMap((programme) => programme.lines);
    expect(first.programmes.map(({ amount }) => amount % 3_600_000n)).to.deep.equal([0n]);
    expect(lines.map(({ enrolmentId }) => enrolmentId)).not.to.include('');
    const assessed = Object.fromEntries(lines.map((line) => [line.forPeriod, String(line.amount)]));
    const again = assess(
      person([jobless()], {
        assessed: { unemployment: assessed },
        assessments: { unemployment: 1 },
      }),
    );
    expect(told(again)).to.deep.equal([]);
  });

  it('pays no month after the last one due, and takes paid months of an earlier system', () => {
    const stopped = told(assess(person([jobless({ stopsAfter: period('2026-09') })])));
    expect(stopped.every((line) => !line.includes('2026-10'))).to.equal(true);
    const paid = told(assess(person([jobless({ paidThrough: period('2026-10') })])));
    expect(paid.every((line) => !line.includes(' 2026-10 '))).to.equal(true);
  });

  it('argues the last decision of several', () => {
    const old = jobless({ decidedOn: plainDate('2024-01-01') });
    const now = jobless();
    for (const order of [
      [old, now],
      [now, old],
    ]) {
      const [benefit] = assess(person(order)).programmes;
      expect(benefit?.lines.every(({ enrolmentId }) => enrolmentId === now.ref)).to.equal(true);
    }
  });
});

describe('a person as the rules ask for them', () => {
  const one = enrolled('social_assistance', 'K4', {
    dependants: 2,
    stopsAfter: period('2026-12'),
    paidThrough: period('2026-09'),
    suspensions: [{ from: period('2026-02'), until: null, reason: 'custody', backPay: true }],
    facts: { household: 'poor', persons: 3, caredBirthDate: plainDate('2020-01-01') },
  });
  const who = person([one], { diedOn: plainDate('2026-11-05'), birth: birthYear('1970') });
  const asked = { programme: 'all', of: NOVEMBER, asOf: ON, province: '40' } as const;

  it('is a case with the facts of the person and of the ground', () => {
    const made = caseOf(who, { ...asked, enrolments: [one] });
    expect(made).to.include({ id: '1', programme: 'all', period: '2026-11', province: '40' });
    expect(made.person).to.include({ household: 'poor', diedOn: '2026-11-05', birthDate: '1970' });
    expect(made.person.grounds).to.deep.equal([
      {
        code: 'K4',
        from: '2026-11',
        until: '2026-12',
        decisionDate: '2026-10-20',
        dependants: 2,
        children: null,
        persons: 3,
        caredBirthDate: '2020-01-01',
        caredDiedOn: null,
        registered: { enrolmentId: one.ref, suspensions: one.suspensions },
      },
    ]);
    expect(made.person).not.to.have.property('persons');
  });

  it('names no ground where the enrolment has none', () => {
    const jobless = enrolled('unemployment', '', { entitledFrom: '' });
    expect(caseOf(who, { ...asked, enrolments: [jobless] }).person.grounds).to.deep.equal([]);
  });

  describe('who is without work', () => {
    const jobless = (facts: RegisteredEnrolment['facts']): RegisteredEnrolment =>
      enrolled('unemployment', '', {
        entitledFrom: '',
        decidedOn: plainDate('2026-10-10'),
        suspensions: [{ from: period('2026-11'), until: null, reason: 'no_report' }],
        facts,
      });
    const benefit = (enrolments: readonly RegisteredEnrolment[]) =>
      unemploymentCase(who, {
        ...asked,
        programme: 'unemployment',
        enrolments,
        paid: [{ period: period('2026-10'), amountVnd: '1' }],
      }).person;
    const LISTED = {
      averageSalaryVnd: '6000000',
      contributedMonths: 62,
      wageRegion: 'I',
      lastContributedMonth: period('2026-08'),
    } as const;

    it('is a case by the names of the list', () => {
      const one = jobless(LISTED);
      expect(benefit([one])).to.deep.include({
        averageSalary6: 6_000_000,
        contributionMonths: 62,
        region: 'I',
        lastContributionMonth: '2026-08',
        decisionDate: '2026-10-10',
        suspensions: one.suspensions,
        alreadyPaid: [{ period: '2026-10', amountVnd: '1' }],
        birthDate: '1970',
        filedOn: null,
      });
    });

    it('and what was recorded since under the names of a case wins', () => {
      const corrected = { ...LISTED, averageSalary6: 7_000_000, contributionMonths: 60 };
      expect(benefit([jobless(corrected)])).to.include({
        averageSalary6: 7_000_000,
        contributionMonths: 60,
        region: 'I',
      });
    });

    it('says nothing of what nobody has told', () => {
      const nothing = {
        averageSalary6: null,
        contributionMonths: null,
        region: null,
        lastContributionMonth: null,
      };
      expect(benefit([jobless({})])).to.include(nothing);
      expect(benefit([])).to.deep.include({ ...nothing, decisionDate: null, suspensions: [] });
    });
  });

  it('as an earlier system saw them: alive, not ended, and not given back', () => {
    const other = enrolled('social_assistance', 'K6_N');
    const before = asSeenBefore({ ...who, enrolments: [one, other] });
    expect(before.diedOn).to.equal(null);
    expect(
      before.enrolments.map(({ ref, stopsAfter, suspensions }) => [ref, stopsAfter, suspensions]),
    ).to.deep.equal([[one.ref, null, [{ from: '2026-02', until: null }]]]);
  });

  it('as social assistance takes them', () => {
    const counted = enrolled('social_assistance', 'K4', {
      dependants: 1,
      facts: { dependants: 4 },
    });
    const merit = enrolled('merit', 'NCC_TNLS_1');
    const assisted = assistedOf({ ...who, enrolments: [one, merit, counted] });
    expect(
      assisted.enrolments.map(({ enrolmentId, dependants, settledOn }) => [
        enrolmentId,
        dependants,
        settledOn,
      ]),
    ).to.deep.equal([
      [one.ref, 2, null],
      [counted.ref, 4, null],
    ]);
    expect(assisted.alreadyAssessed.size).to.equal(0);
  });

  it('ends with the month after a death and after an end', () => {
    expect(monthsEnded(who, one)).to.deep.equal(['2026-12', '2027-01']);
    expect(monthsEnded({ ...who, diedOn: null }, { ...one, stopsAfter: null })).to.deep.equal([]);
  });
});

describe('what is paid once, of the register', () => {
  const gift = tetGift2026();
  const GROUPS = ['merit', 'social_assistance', 'social_pension', 'institution'] as const;
  const assessing = { of: NOVEMBER, asOf: ON, law: LAW, provinceOf: () => null };

  it('gives the New Year gift once to each group, to several, and to no other', () => {
    const given = (...programmes: Programme[]): unknown => {
      const who = { recipientId: '1', diedOn: null, programmes, vneid: false, monthly: false };
      const found = assessGift(gift, who, period('2026-01'));
      return found && [found.amount, found.lines.length, found.awards];
    };
    const once = [400_000n, 1, [{ occasion: 'TET_2026', claimNo: 0 }]];
    for (const group of GROUPS) expect(given(group), group).to.deep.equal(once);
    expect(given(...GROUPS)).to.deep.equal(once);
    expect(given('care_support')).to.equal(undefined);
    expect(given()).to.equal(undefined);
  });

  it('tells the channel in the order of the resolution', () => {
    const channel = (vneid: boolean, monthly: boolean): unknown =>
      assessGift(
        gift,
        { recipientId: '1', diedOn: null, programmes: ['merit'], vneid, monthly },
        period('2026-01'),
      )?.facts.channel;
    expect([channel(true, true), channel(false, true), channel(false, false)]).to.deep.equal([
      'vneid',
      'monthly_account',
      'cash',
    ]);
  });

  const claimed = (other: object = {}): Claimant['claims'][number] => ({
    claimNo: 1,
    occasion: 'death',
    ofKey: '7',
    document: '3/ĐN',
    claimedOn: plainDate('2026-10-20'),
    programme: 'funeral',
    facts: { relation: 'con' },
    ...other,
  });
  const dead = (
    programme: Programme,
    code: string,
    other: Partial<RegisteredPerson> = {},
  ): RegisteredPerson =>
    person(code === '' ? [] : [enrolled(programme, code, LONG)], {
      recipientId: '7',
      diedOn: plainDate('2026-10-05'),
      ...other,
    });
  const comesTo = (
    claims: Claimant['claims'],
    deceased: RegisteredPerson | null,
    other: Partial<Claimant> = {},
  ): string[] =>
    assessClaims(
      { recipientId: '1', communeCode: '16681', claims, assessments: {}, ...other },
      new Map(deceased === null ? [] : [['7', deceased]]),
      assessing,
    ).map(
      ({ programme, amount, reason, lines, awards }) =>
        `${programme} ${reason ?? String(amount)} ${lines
          .map(({ kind, forPeriod, groundCode }) => `${kind} ${forPeriod} ${groundCode}`)
          .join()} ${awards.map(({ occasion, claimNo }) => `${occasion}${claimNo}`).join()}`,
    );

  it('pays a funeral by what the register paid the person who died', () => {
    for (const [programme, code, other, expected] of [
      ['social_assistance', 'K6_N', {}, '10800000 once 2026-10 FUNERAL death1'],
      ['social_pension', 'SP_75', AGED, '10800000 once 2026-10 SOCIAL_PENSION_FUNERAL death1'],
      ['institution', 'INST_4P', {}, '27000000 once 2026-10 FUNERAL_INSTITUTION death1'],
      ['merit', 'NCC_TNLS_1', {}, '25300000 once 2026-10 MERIT_FUNERAL death1'],
      ['care_support', 'C_HH_DBN', {}, 'no-ground  '],
      ['merit', 'NCC_NONE', {}, 'no-ground  '],
    ] as const) {
      expect(comesTo([claimed()], dead(programme, code, other)), code).to.deep.equal([
        `funeral ${expected}`,
      ]);
    }
  });

  it('or by what the claim says that the register does not', () => {
    const by = (facts: object, other: Partial<RegisteredPerson> = {}): string | undefined =>
      comesTo([claimed({ facts: { relation: 'con', ...facts } })], dead('merit', '', other))[0];
    expect(by({})).to.equal('funeral no-ground  ');
    expect(by({ childOfSingleParent: true })).to.include('FUNERAL death1');
    expect(by({ pensionApplied: true })).to.include('SOCIAL_PENSION_FUNERAL');
    expect(by({ deathCause: 'emergency' })).to.include('27000000 once 2026-10 FUNERAL_EMERGENCY');
    expect(by({ deathCause: 'other' })).to.equal('funeral no-ground  ');
    expect(by({ survivorAllowance: true }, { birth: plainDate('1946-10-31') })).to.include(
      ' FUNERAL ',
    );
    expect(by({ survivorAllowance: true }, { birth: plainDate('1946-11-01') })).to.equal(
      'funeral no-ground  ',
    );
    expect(by({ survivorAllowance: false }, AGED)).to.equal('funeral no-ground  ');
  });

  it('waits for a death that the register has not heard of, or that lies ahead', () => {
    expect(comesTo([claimed()], null)).to.deep.equal(['funeral alive  ']);
    expect(comesTo([claimed()], dead('merit', '', { diedOn: null }))).to.deep.equal([
      'funeral alive  ',
    ]);
    const later = dead('social_assistance', 'K6_N', { diedOn: plainDate('2026-12-01') });
    expect(comesTo([claimed()], later)).to.deep.equal(['funeral alive  ']);
    const now = dead('social_assistance', 'K6_N', { diedOn: plainDate('2026-11-30') });
    expect(comesTo([claimed()], now)[0]).to.include('2026-11 FUNERAL');
  });

  it('tells that nothing is due in the first period after the claim, and once', () => {
    const before = claimed({ claimedOn: plainDate('2026-09-30') });
    expect(comesTo([before], null)).to.deep.equal([]);
    expect(comesTo([claimed({ claimedOn: plainDate('2026-10-01') })], null)).to.have.length(1);
    expect(comesTo([claimed()], null, { assessments: { funeral: 1 } })).to.deep.equal([]);
    // What is due is paid whenever it is found, and of two claims the other is awarded nothing.
    const two = [before, claimed({ claimNo: 2, ofKey: '8' })];
    expect(
      comesTo(two, dead('social_assistance', 'K6_N'), { assessments: { funeral: 1 } }),
    ).to.deep.equal(['funeral 10800000 once 2026-10 FUNERAL death1']);
  });

  it('gives the gift that was claimed and no other, with what it was made from', () => {
    const day = {
      programme: 'national_day_gift',
      occasion: 'NATIONAL_DAY_2025',
      ofKey: '040080000001',
      claimedOn: plainDate('2025-09-01'),
    };
    const own = claimed({
      ...day,
      facts: { birthDate: plainDate('1980-01-01'), collects: 'proxy' },
    });
    const other = claimed({
      ...day,
      claimNo: 2,
      occasion: 'NATIONAL_DAY_2030',
      facts: { birthDate: plainDate('1980-01-01'), collects: 'proxy' },
    });
    const found = assessClaims(
      { recipientId: '1', communeCode: '16681', claims: [own, other], assessments: {} },
      new Map(),
      { of: period('2025-09'), asOf: plainDate('2025-09-02'), law: LAW, provinceOf: () => null },
    );
    expect(found.map(({ amount, awards }) => [amount, awards.length])).to.deep.equal([
      [100_000n, 1],
    ]);
    expect(found[0]?.lines[0]).to.deep.include({
      coefficient: '1',
      standardVnd: 100_000n,
      enrolmentId: '',
    });
    expect(JSON.stringify(found[0]?.facts)).not.to.include('040080000001');
    expect(found[0]?.facts).to.have.nested.property('claims[0].collects', 'proxy');
  });

  it('drawsIn asks one programme of one month', () => {
    const who = person([enrolled('merit', 'NCC_TNLS_1')]);
    const by = {
      of: NOVEMBER,
      asOf: ON,
      law: lawOf(BOOK),
      province: null,
      ahead: new Set<Programme>(),
    };
    expect(drawsIn('merit', NOVEMBER, who, by)).to.equal(true);
    expect(drawsIn('merit', period('2026-10'), who, by)).to.equal(false);
    expect(drawsIn('social_assistance', NOVEMBER, who, by)).to.equal(false);
  });
});
