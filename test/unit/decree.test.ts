import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import {
  conflictsOf,
  CONFLICTS,
  inForceBy,
  lawWith,
  type Decree,
} from '../../src/entitlement/decree.ts';
import type { LawBook } from '../../src/entitlement/law-book.ts';
import { amountCheck } from '../../src/entitlement/listed-amount.ts';
import { addCompared, newTally, simulationOf } from '../../src/entitlement/simulation.ts';
import { factWords, reasonWords } from '../../src/entitlement/explanation-words.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { vnd } from '../../src/kernel/money.ts';
import { firstDay, period, plainDate } from '../../src/kernel/period.ts';
import type { Programme } from '../../src/kernel/reference.ts';
import { BOOK } from '../support/cases.ts';

// A proposal beside the law that stands: what stands against it, what the law would be with it, and what
// it would cost.

const NOTHING: LawBook = {
  rates: [],
  grounds: [],
  conditions: [],
  care: [],
  merit: [],
  oneOffs: [],
  gifts: [],
  uplifts: [],
  provinces: [],
  days: [],
};

function proposal(law: Partial<LawBook>, kind: Decree['kind'] = 'decree'): Decree {
  const whole = { ...NOTHING, ...law };
  const parts = Object.entries(whole) as [keyof LawBook, readonly unknown[]][];
  return {
    kind,
    number: '400/2026/ND-CP',
    title: { vi: 'Thử', en: 'A test' },
    rows: {},
    law: whole,
    paths: Object.fromEntries(
      parts.map(([part, rows]) => [part, rows.map((_, i) => `/${part}/${String(i)}`)]),
    ) as unknown as Decree['paths'],
  };
}

type Row = LawBook['rates'][number];

function rate(other: Partial<Row> = {}): Row {
  return {
    series: 'social_assistance_standard',
    scope: 'VN',
    countsFrom: plainDate('2027-01-01'),
    inForceFrom: plainDate('2027-01-01'),
    knownSince: plainDate('2026-12-01'),
    amountVnd: vnd(600_000n),
    legalBasis: '400/2026/ND-CP art. 4',
    status: 'sourced',
    ...other,
  };
}

function against(law: Partial<LawBook>, kind?: Decree['kind']): string[] {
  return conflictsOf(proposal(law, kind), BOOK).map(
    ({ path, code, about }) => `${path} ${code} ${about}`,
  );
}

describe('what stands against a proposal', () => {
  it('is nothing for a new rate, of the nation or higher of a province', () => {
    expect(against({ rates: [rate()] })).to.deep.equal([]);
    const own = rate({ scope: '40', amountVnd: vnd(540_000n) });
    expect(against({ rates: [own] })).to.deep.equal([]);
  });

  it('art. 4(3): less than the nation, by a dong or by the same proposal', () => {
    const low = rate({ scope: '40', amountVnd: vnd(539_998n) });
    expect(against({ rates: [low] })).to.deep.equal([
      '/rates/0/amount_vnd below-the-nation 540000 (335/2026/ND-CP art. 4)',
    ]);
    const beside = [rate(), rate({ scope: '40', amountVnd: vnd(599_998n) })];
    expect(against({ rates: beside })).to.deep.equal([
      '/rates/1/amount_vnd below-the-nation 600000 (400/2026/ND-CP art. 4)',
    ]);
    // Of another series the nation sets something else.
    const pension = rate({ series: 'social_pension', scope: '40', amountVnd: vnd(540_000n) });
    expect(against({ rates: [rate(), pension] })).to.deep.equal([]);
  });

  it('compares with what the nation is known to pay when the provincial rate can be used', () => {
    const nation = rate({ inForceFrom: plainDate('2027-03-01') });
    const own = (other: Partial<Row>): string[] =>
      against({ rates: [nation, rate({ scope: '40', amountVnd: vnd(550_000n), ...other })] });
    expect(own({ inForceFrom: plainDate('2027-02-28') })).to.deep.equal([]);
    expect(own({ inForceFrom: plainDate('2027-03-01') })).to.have.length(1);
    expect(own({ knownSince: plainDate('2027-03-01') })).to.have.length(1);
  });

  it('a series, a province or a ground that there is not', () => {
    expect(against({ rates: [rate({ series: 'none' })] })).to.deep.equal([
      '/rates/0/series unknown-series none',
    ]);
    expect(against({ rates: [rate({ scope: '00' })] })).to.deep.equal([
      '/rates/0/scope unknown-province 00',
    ]);
    const condition = {
      programme: 'social_assistance',
      groundCode: 'K99',
      household: null,
      difficultArea: false,
      noPension: false,
      starts: 'decision',
      status: 'sourced',
    } as const;
    expect(against({ conditions: [condition] })).to.deep.equal([
      '/conditions/0/ground_code unknown-ground social_assistance K99',
    ]);
    const [known] = BOOK.grounds;
    if (known === undefined) throw new Error('no ground');
    const added = { ...known, programme: 'social_assistance', groundCode: 'K99' };
    expect(against({ conditions: [condition], grounds: [added] })).to.deep.equal([]);
    expect(against({ grounds: [{ ...added, scope: '00' }] })).to.deep.equal([
      '/grounds/0/scope unknown-province 00',
    ]);
    expect(against({ grounds: [{ ...added, scope: '40' }] })).to.deep.equal([]);
  });

  it('a standard that leaves parts of a dong with a coefficient, of either side', () => {
    expect(against({ rates: [rate({ amountVnd: vnd(600_001n) })] })).to.deep.equal([
      '/rates/0/amount_vnd not-a-whole-dong 600001',
    ]);
    const [known] = BOOK.grounds;
    if (known === undefined) throw new Error('no ground');
    const third = {
      ...known,
      programme: 'social_assistance',
      groundCode: 'K99',
      coefficient: new Decimal('1.0000001'),
    };
    expect(against({ rates: [rate()], grounds: [third] })).to.have.length(1);
    expect(
      against({ rates: [rate()], grounds: [{ ...third, programme: 'social_pension' }] }),
    ).to.deep.equal([]);
    const pension = rate({ series: 'social_pension', amountVnd: vnd(600_001n) });
    expect(against({ rates: [pension] })).to.deep.equal([]);
  });

  it('what it says twice, and what stands already unless it is a correction', () => {
    expect(against({ rates: [rate(), rate({ amountVnd: vnd(700_000n) })] })).to.deep.equal([
      '/rates/1 repeated social_assistance_standard VN 2027-01-01',
    ]);
    for (const part of [
      'rates',
      'grounds',
      'conditions',
      'care',
      'merit',
      'oneOffs',
      'gifts',
      'uplifts',
    ] as const) {
      const standing = { [part]: BOOK[part].slice(0, 1) };
      const [conflict, ...more] = against(standing);
      expect(more, part).to.deep.equal([]);
      expect(conflict, part).to.match(new RegExp(`^/${part}/0 stands-already .`));
      expect(against(standing, 'correction'), part).to.deep.equal([]);
    }
    for (const words of Object.values(CONFLICTS)) expect(words.vi).not.to.equal(words.en);
  });
});

describe('the law with a proposal', () => {
  const KNOWN = plainDate('2026-12-15');

  it('has its rows besides, known on the day, and a draft as one that is issued', () => {
    const decree = proposal({ rates: [rate({ status: 'draft' })] });
    const added = lawWith(BOOK, decree, KNOWN).rates.at(-1);
    expect(added).to.deep.equal(rate({ status: 'unverified', knownSince: KNOWN }));
    const sourced = lawWith(BOOK, proposal({ rates: [rate()] }), KNOWN);
    expect(sourced.rates.at(-1)?.status).to.equal('sourced');
    expect(sourced.rates).to.have.length(BOOK.rates.length + 1);
    expect(sourced.provinces).to.equal(BOOK.provinces);
  });

  it('puts a ground, a condition, a grant of care or a gift in the place of the one that stands', () => {
    for (const part of ['grounds', 'conditions', 'care', 'gifts'] as const) {
      const [first, ...others] = BOOK[part] as readonly object[];
      const changed = { ...first, note: 'changed' };
      const law = lawWith(BOOK, proposal({ [part]: [changed] }), KNOWN);
      expect(law[part], part).to.have.length(BOOK[part].length);
      expect(law[part].slice(0, -1), part).to.deep.equal(others);
      expect(law[part].at(-1), part).to.have.property('note', 'changed');
    }
    for (const part of ['merit', 'oneOffs', 'uplifts'] as const) {
      const law = lawWith(BOOK, proposal({ [part]: BOOK[part].slice(0, 1) }), KNOWN);
      expect(law[part], part).to.have.length(BOOK[part].length + 1);
      expect(law[part].at(-1), part).to.have.property('knownSince', KNOWN);
    }
    const day = BOOK.days.slice(0, 1);
    expect(lawWith(BOOK, proposal({ days: day }), KNOWN).days).to.have.length(BOOK.days.length + 1);
  });

  it('is seen from the day on which all of it that counts is in force', () => {
    const day = (other: Partial<Row>, on = '2026-12-15'): string =>
      inForceBy(proposal({ rates: [rate(other)] }), {
        firstDay: plainDate('2027-01-01'),
        on: plainDate(on),
      });
    expect(day({ inForceFrom: plainDate('2027-02-01') })).to.equal('2027-02-01');
    expect(day({ inForceFrom: plainDate('2026-12-15') })).to.equal('2026-12-15');
    expect(day({ inForceFrom: plainDate('2026-12-01') })).to.equal('2026-12-15');
    const later = { countsFrom: plainDate('2027-01-02'), inForceFrom: plainDate('2027-02-01') };
    expect(day(later)).to.equal('2026-12-15');
  });

  it('is seen from the day of the resolution of a gift, in the months in which the gift is paid', () => {
    const [gift] = BOOK.gifts;
    if (gift === undefined) throw new Error('the reference files have no gift');
    const given = (of: string, on: string): string =>
      inForceBy(proposal({ gifts: [gift] }), { firstDay: firstDay(period(of)), on: plainDate(on) });
    // 418/NQ-CP of 28 December 2025, paid until 31 January 2026.
    expect(given('2025-11', '2025-11-20')).to.equal('2025-11-20');
    expect(given('2025-12', '2025-11-20')).to.equal('2025-12-28');
    expect(given('2026-01', '2025-12-27')).to.equal('2025-12-28');
    expect(given('2026-01', '2025-12-29')).to.equal('2025-12-29');
    expect(given('2026-02', '2025-12-27')).to.equal('2025-12-27');
  });
});

describe('a simulation', () => {
  const line = (programme: Programme, month: string, amount: bigint) => ({
    programme,
    month: period(month),
    amount: vnd(amount),
  });

  it('sums what both laws cost by programme, province and month, and who gains and loses', () => {
    const tally = newTally();
    const both = [
      // Gains 40; loses 30; the same; is newly paid; is left with nothing.
      [
        '40',
        [line('social_assistance', '2027-01', 100n)],
        [line('social_assistance', '2027-01', 130n), line('social_assistance', '2026-12', 10n)],
      ],
      ['01', [line('merit', '2027-01', 100n)], [line('merit', '2027-01', 70n)]],
      ['40', [line('merit', '2027-01', 5n)], [line('merit', '2027-01', 5n)]],
      [null, [], [line('merit', '2027-01', 7n)]],
      ['40', [line('merit', '2027-01', 9n)], []],
      // What one programme gives another takes: nobody gains.
      ['40', [line('merit', '2027-01', 50n)], [line('social_assistance', '2027-01', 50n)]],
    ] as const;
    for (const [province, standing, proposed] of both) {
      addCompared(tally, { province, standing, proposed });
    }
    const { months, programmes, total } = simulationOf(tally);
    expect(
      months.map(({ programme, province, month, standingVnd, proposedVnd, differenceVnd }) =>
        [programme, province, month, standingVnd, proposedVnd, differenceVnd].join(' '),
      ),
    ).to.deep.equal([
      'merit 01 2027-01 100 70 -30',
      'merit 40 2027-01 64 5 -59',
      'merit  2027-01 0 7 7',
      'social_assistance 40 2026-12 0 10 10',
      'social_assistance 40 2027-01 100 180 80',
    ]);
    expect(
      programmes.map(({ programme, province, people, gaining, losing, gainedVnd, lostVnd }) =>
        [programme, province, people, gaining, losing, gainedVnd, lostVnd].join(' '),
      ),
    ).to.deep.equal([
      'merit 01 1 0 1 0 30',
      'merit 40 3 0 2 0 59',
      'merit  1 1 0 7 0',
      'social_assistance 40 2 2 0 90 0',
    ]);
    expect(total).to.deep.equal({
      standingVnd: 264n,
      proposedVnd: 272n,
      differenceVnd: 8n,
      people: 6n,
      gaining: 2n,
      losing: 2n,
      gainedVnd: 47n,
      lostVnd: 39n,
      newlyPaid: 1n,
      nothingLeft: 1n,
    });
  });

  it('of nobody is nothing', () => {
    const { months, programmes, total } = simulationOf(newTally());
    expect([months, programmes, total.people]).to.deep.equal([[], [], 0n]);
  });
});

describe('what a list claims, beside the law', () => {
  const check = (provinceCode: string, of = '2026-11') =>
    amountCheck(BOOK, { period: period(of), provinceCode });
  const row = (cells: Partial<Record<ListColumn, string>>): string[] =>
    LIST_COLUMNS.map((column) => cells[column] ?? '');
  const found = (
    cells: Partial<Record<ListColumn, string>>,
    province = '40',
    of?: string,
  ): string =>
    check(
      province,
      of,
    )(row(cells))
      .map(({ column, code }) => `${column} ${code}`)
      .join();
  const DIFFERS = 'monthly_amount_vnd AMOUNT_DIFFERS';
  const assisted = { programme: 'social_assistance', coefficient: '1.5' };

  it('takes the rate of the cut and of the end of the month, and no other', () => {
    expect(found({ ...assisted, monthly_amount_vnd: '810000' })).to.equal('');
    expect(found({ ...assisted, monthly_amount_vnd: '810001' })).to.equal(DIFFERS);
    // The decree of 5 October: the list of October may have been cut before it.
    expect(found({ ...assisted, monthly_amount_vnd: '750000' }, '40', '2026-10')).to.equal('');
    expect(found({ ...assisted, monthly_amount_vnd: '810000' }, '40', '2026-10')).to.equal('');
    expect(found({ ...assisted, monthly_amount_vnd: '750000' })).to.equal(DIFFERS);
  });

  it('reads a coefficient of any length, and passes over a draft', () => {
    for (const [coefficient, monthly_amount_vnd] of [
      ['2', '1080000'],
      ['10', '5400000'],
      ['1.25', '675000'],
    ] as const) {
      expect(found({ ...assisted, coefficient, monthly_amount_vnd })).to.equal('');
      expect(found({ ...assisted, coefficient, monthly_amount_vnd: '1' })).to.equal(DIFFERS);
    }
    const draft = rate({ status: 'draft', countsFrom: plainDate('2026-11-01') });
    const early = { inForceFrom: plainDate('2026-10-01'), knownSince: plainDate('2026-10-01') };
    const book = { ...BOOK, rates: [...BOOK.rates, { ...draft, ...early }] };
    const claims = row({ ...assisted, monthly_amount_vnd: '900000' });
    const of = { period: period('2026-11'), provinceCode: '40' };
    expect(amountCheck(book, of)(claims)).to.have.length(1);
  });

  it('knows the rates of the province, and those of merit by category', () => {
    const pension = { programme: 'social_pension', coefficient: '1.0' };
    expect(found({ ...pension, monthly_amount_vnd: '650000' }, '01')).to.equal('');
    expect(found({ ...pension, monthly_amount_vnd: '650000' })).to.equal(DIFFERS);
    const merit = { programme: 'merit', ground_code: 'NCC_TNLS_1' };
    expect(found({ ...merit, monthly_amount_vnd: '3012000' })).to.equal('');
    expect(found({ ...merit, monthly_amount_vnd: '2789000' })).to.equal(DIFFERS);
  });

  it('says nothing where the ground, the coefficient or the amount is not known', () => {
    const claims = { monthly_amount_vnd: '1' };
    expect(found({ programme: 'merit', ground_code: 'NCC_NONE', ...claims })).to.equal('');
    expect(found({ programme: 'care_support', coefficient: '1', ...claims })).to.equal('');
    for (const coefficient of ['', 'x', '1,5', '1.', 'a1.5', '1.5a']) {
      expect(found({ ...assisted, coefficient, ...claims }), coefficient).to.equal('');
    }
    for (const monthly_amount_vnd of ['', '1.5', 'x1', '1x']) {
      expect(found({ ...assisted, monthly_amount_vnd }), monthly_amount_vnd).to.equal('');
    }
    expect(found({ ...assisted, ...claims }, '40', '2010-01')).to.equal('');
  });

  it('Law 74/2025/QH15 art. 39(1): 60 % of the salary, up to five minimum wages', () => {
    const jobless = (salary: string, claimed: string, other: object = {}): string =>
      found({
        programme: 'unemployment',
        wage_region: 'I',
        last_contributed_month: '2026-08',
        average_salary_vnd: salary,
        monthly_amount_vnd: claimed,
        ...other,
      });
    expect(jobless('6000000', '3600000')).to.equal('');
    expect(jobless('6000000', '3600001')).to.equal(DIFFERS);
    expect(jobless('44250000', '26550000')).to.equal('');
    expect(jobless('50000000', '26550000')).to.equal('');
    expect(jobless('50000000', '26549999')).to.equal(DIFFERS);
    expect(jobless('50000000', '26550001')).to.equal('monthly_amount_vnd UI_OVER_CAP');
    // Half a dong goes up.
    expect(jobless('6000001', '3600001')).to.equal('');
    for (const other of [
      { wage_region: 'V' },
      { last_contributed_month: '2026-13' },
      { average_salary_vnd: 'x1' },
      { average_salary_vnd: '1x' },
    ]) {
      expect(jobless('6000000', '1', other), JSON.stringify(other)).to.equal('');
    }
  });
});

describe('words', () => {
  it('are there for every reason, and refused for one that is none', () => {
    expect(reasonWords('deceased').en).to.equal('The recipient died before the period');
    for (const reason of ['none', 'toString']) {
      expect(() => reasonWords(reason)).to.throw(Error, `no words for the reason ${reason}`);
    }
  });

  it('tell a fact as it is, of a list how many, and nothing of what has no words', () => {
    const en = (facts: object): string[] => factWords({ ...facts }).map((words) => words.en);
    expect(en({ household: 'poor', persons: 2 })).to.deep.equal([
      'household: poor',
      'persons cared for: 2',
    ]);
    expect(en({ reports: [1, 2, 3] })).to.deep.equal(['job-search reports: 3']);
    expect(en({ spousePaid: true })).to.deep.equal(['spouse has the grant of care: yes']);
    expect(en({ spousePaid: false })).to.deep.equal(['spouse has the grant of care: no']);
    expect(en({ household: null, area: undefined, other: 'x', region: {} })).to.deep.equal([]);
    expect(factWords({ spousePaid: true }).map(({ vi }) => vi.split(': ')[1])).to.deep.equal([
      'có',
    ]);
    expect(factWords({ spousePaid: false }).map(({ vi }) => vi.split(': ')[1])).to.deep.equal([
      'không',
    ]);
  });
});
