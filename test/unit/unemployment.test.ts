import { expect } from 'chai';
import { LAW_OF_2013, LAW_OF_2025 } from '../../src/entitlement/unemployment-law.ts';
import { NO_BENEFIT } from '../../src/entitlement/unemployment-reasons.ts';
import { STEPS, stepOf, told } from '../../src/entitlement/unemployment-steps.ts';
import { ENDINGS } from '../../src/entitlement/unemployment-endings.ts';
import type { Region, UnemploymentClaim } from '../../src/entitlement/unemployment-claim.ts';
import { grouped } from '../../src/kernel/text.ts';
import { vnd, type Vnd } from '../../src/kernel/money.ts';
import { period, plainDate, type Period } from '../../src/kernel/period.ts';
import { rowsOf } from '../support/social-assistance-law.ts';
import { table } from '../support/table.ts';
import { assessed, claimed, claimedOfOld, linesOf } from '../support/unemployment-law.ts';

const paid = (...months: readonly string[]): ReadonlyMap<Period, Vnd> =>
  new Map(months.map((month) => [period(month), vnd(3_600_000n)]));

describe('the examples on which we rely', () => {
  // A whole term, asked for after its end. UI-07 is under the law of 2013: its contract ended in May
  // 2025. Those called calculated were reckoned for this project, the others are published.
  for (const row of table<
    'name' | 'average' | 'contributed' | 'region' | 'last' | 'monthly' | 'months' | 'left'
  >(`
    name              average   contributed  region  last     monthly   months  left
    UI-01             6000000   62           I       2026-03  3600000   5       2
    UI-02             45000000  15           II      2026-03  23650000  3       0
    UI-03             15000000  72           I       2026-03  9000000   6       0
    UI-04             50000000  62           I       2026-03  26550000  5       2
    UI-05             8000000   10           I       2026-03  -         0       10
    UI-06,calculated  20000000  150          III     2026-03  12000000  12      6
    UI-07,calculated  30000000  47           I       2025-05  18000000  3       11
  `)) {
    it(`${row.name}: ${row.contributed} months, average ${grouped(BigInt(row.average))}`, () => {
      const last = period(row.last);
      const claim = claimed({
        averageSalary6: vnd(BigInt(row.average)),
        contributionMonths: Number(row.contributed),
        region: row.region as Region,
        lastContributionMonth: last,
        benefitFrom: plainDate(`${row.last.slice(0, 4)}-06-11`),
        decisionDate: plainDate(`${row.last.slice(0, 4)}-06-15`),
      });
      const result = assessed(claim, '2027-08', '2027-08-15');
      const months = Number(row.months);
      const monthlyVnd = row.monthly === '' ? null : BigInt(row.monthly);
      expect(result).to.include({
        law: row.last < '2026' ? '38/2013/QH13' : '74/2025/QH15',
        entitled: months > 0,
        due: months > 0,
        months,
        leftoverMonths: Number(row.left),
        monthlyVnd,
        amount: BigInt(months) * (monthlyVnd ?? 0n),
        recoveryVnd: 0n,
      });
      expect(result.lines).to.have.length(months);
    });
  }
});

describe('one month', () => {
  it('keeps the arithmetic and the articles with the amount', () => {
    const result = assessed(claimed({ alreadyPaid: paid('2026-05') }), '2026-06', '2026-06-20');
    expect(result).to.deep.include({
      law: '74/2025/QH15',
      entitled: true,
      due: true,
      reason: null,
      months: 5,
      leftoverMonths: 2,
      from: '2026-05-11',
      until: '2026-10-10',
      monthlyVnd: 3_600_000n,
      ending: null,
      amount: 3_600_000n,
      recoveryVnd: 0n,
      setAside: [{ forPeriod: '2026-05', reason: 'already-assessed' }],
    });
    expect(result.lines).to.deep.equal([
      {
        kind: 'current',
        forPeriod: '2026-06',
        no: 2,
        firstDay: '2026-06-11',
        lastDay: '2026-07-10',
        coefficient: '0.6',
        standardVnd: 6_000_000n,
        monthlyVnd: 3_600_000n,
        paidVnd: 0n,
        amount: 3_600_000n,
        articles: [
          '74/2025/QH15 art. 39(1)',
          '74/2025/QH15 art. 39(2)',
          '28/2015/TT-BLDTBXH art. 8 [own]',
        ],
      },
    ]);
  });

  it('cites the cap, the old law and the report where they count', () => {
    const rich = { averageSalary6: vnd(90_000_000n) };
    const articles = (claim: UnemploymentClaim, of: string): readonly (readonly string[])[] =>
      assessed(claim, of).lines.map((line) => line.articles);
    expect(articles(claimed(rich), '2026-05')).to.deep.equal([
      [
        '74/2025/QH15 art. 39(1)',
        '293/2025/ND-CP',
        '74/2025/QH15 art. 39(2)',
        '28/2015/TT-BLDTBXH art. 8 [own]',
      ],
    ]);
    const reports = [{ on: plainDate('2025-06-20') }];
    const old = [
      '38/2013/QH13 art. 50(1)',
      '38/2013/QH13 art. 50(2)',
      '28/2015/TT-BLDTBXH art. 8 [own]',
    ];
    expect(articles(claimedOfOld({ reports }), '2025-06')).to.deep.equal([
      old,
      [...old, '38/2013/QH13 art. 52'],
    ]);
  });

  it('pays what was not paid before, each month as its own line', () => {
    const claim = claimed({ alreadyPaid: paid('2026-06') });
    expect(linesOf(assessed(claim, '2026-08'))).to.deep.equal([
      'arrears 2026-05 3600000',
      'arrears 2026-07 3600000',
      'current 2026-08 3600000',
    ]);
    expect(assessed(claim, '2026-08').amount).to.equal(10_800_000n);
  });

  it('pays the difference to what was paid', () => {
    const [short, full, over] = [3_599_999n, 3_600_000n, 3_600_001n].map((amount) => {
      const alreadyPaid = new Map([[period('2026-05'), vnd(amount)]]);
      const { lines, reason, recoveryVnd, steps } = assessed(claimed({ alreadyPaid }), '2026-05');
      expect(steps.some(({ step }) => step === 'overpaid')).to.equal(recoveryVnd > 0n);
      return [lines.map((line) => [line.paidVnd, line.amount]), reason, recoveryVnd];
    });
    expect(short).to.deep.equal([[[3_599_999n, 1n]], null, 0n]);
    expect(full).to.deep.equal([[], 'already-assessed', 0n]);
    expect(over).to.deep.equal([[], 'already-assessed', 1n]);
  });

  // The first benefit month begins on 2026-05-11, the last ends on 2026-10-10.
  for (const { of, asOf, reason } of table<'of' | 'asOf' | 'reason'>(`
    of       asOf        reason
    2026-04  2026-11-20  not-yet-entitled
    2026-05  2026-05-12  not-yet-decided
    2026-05  2026-05-13  -
    2026-05  2026-05-14  -
    2026-06  2026-06-10  not-yet-entitled
    2026-06  2026-06-11  -
    2026-06  2026-06-12  -
    2026-09  2026-11-20  -
    2026-10  2026-11-20  term-over
    2027-03  2027-03-20  term-over
  `)) {
    it(`${of} asked on ${asOf} is ${reason === '' ? 'due' : reason}`, () => {
      const all = paid('2026-05', '2026-06', '2026-07', '2026-08', '2026-09');
      const before = new Map([...all].filter(([month]) => month < of));
      const result = assessed(claimed({ alreadyPaid: before }), of, asOf);
      expect(result.reason ?? '').to.equal(reason);
      expect(result.due).to.equal(reason === '');
      expect(result.setAside.at(-1)?.reason ?? '').to.equal(
        reason === '' && before.size > 0 ? 'already-assessed' : reason,
      );
    });
  }

  it('tells of a term that runs that the month after it is not of it', () => {
    expect(assessed(claimed(), '2026-10', '2026-10-10').setAside.at(-1)).to.deep.equal({
      forPeriod: '2026-10',
      reason: 'term-over',
    });
  });
});

describe('what is not known', () => {
  it('no decision: nothing is due, and months and amount are told', () => {
    const result = assessed(
      claimed({ decisionDate: null, alreadyPaid: paid('2026-05') }),
      '2026-05',
    );
    expect(result).to.deep.include({
      entitled: true,
      due: false,
      reason: 'not-yet-decided',
      months: 5,
      leftoverMonths: 2,
      monthlyVnd: 3_600_000n,
      from: '2026-05-11',
      until: '2026-10-10',
      recoveryVnd: 0n,
      lines: [],
      setAside: [{ forPeriod: '2026-05', reason: 'not-yet-decided' }],
    });
  });

  it('no first day: it is counted from the day of filing', () => {
    const counted = (filedOn: string, claim: UnemploymentClaim): unknown => {
      const result = assessed({ ...claim, filedOn: plainDate(filedOn) }, '2026-05');
      return [result.law, result.from, result.until];
    };
    const open = claimed({ benefitFrom: null });
    expect(counted('2026-04-20', open)).to.deep.equal(['74/2025/QH15', '2026-05-08', '2026-10-07']);
    const old = claimedOfOld({ benefitFrom: null });
    // Saturday 26 April 2025 was worked for 2 May.
    expect(counted('2025-04-21', old)).to.deep.equal(['38/2013/QH13', '2025-05-15', '2025-10-14']);
    expect(() => counted('2026-12-17', open)).to.throw(RangeError, 'calendar of 2027');
  });

  it('neither the first day nor the day of filing', () => {
    expect(assessed(claimed({ benefitFrom: null }), '2026-05')).to.deep.include({
      entitled: true,
      due: false,
      reason: 'start-unknown',
      months: 5,
      monthlyVnd: 3_600_000n,
      from: null,
      until: null,
      setAside: [{ forPeriod: '2026-05', reason: 'start-unknown' }],
    });
  });

  it('no wage that could cap the amount', () => {
    const long = claimed({ lastContributionMonth: period('2017-12') });
    expect(assessed(long, '2026-05')).to.deep.include({
      entitled: true,
      due: false,
      reason: 'cap-unknown',
      months: 5,
      leftoverMonths: 2,
      monthlyVnd: null,
      recoveryVnd: 0n,
      setAside: [{ forPeriod: '2026-05', reason: 'cap-unknown' }],
    });
  });
});

describe('steps', () => {
  const read = (claim: UnemploymentClaim, of: string): string[] =>
    assessed(claim, of).steps.map((step) => [told(step).en, ...step.articles].join(' | '));

  it('can be followed by hand, in order, under the law of 2025', () => {
    const claim = claimed({
      averageSalary6: vnd(44_250_001n),
      recentMonths: { in24: 20, in36: 32 },
      contractEndedOn: plainDate('2026-03-31'),
      filedOn: plainDate('2026-04-20'),
      benefitFrom: null,
    });
    expect(read(claim, '2026-05')).to.deep.equal([
      'The file was lodged on 2026-04-20: Law 74/2025/QH15 governs | 74/2025/QH15, transition [own]',
      '62 months contributed and not used; 12 are needed | 74/2025/QH15 art. 38(1)',
      '20 months contributed within 24 before the contract ended; 12 are needed | 74/2025/QH15 art. 38(1)',
      'Working day 11 after the complete file of 2026-04-20: benefit from 2026-05-08 | 74/2025/QH15 art. 39(3)',
      '62 months contributed: 3 for the first 36, one for each full 12 more, at most 12: 5 months of benefit | 74/2025/QH15 art. 39(2)',
      'Left over: 62 − 12 × 5 = 2 contributed months | 74/2025/QH15 art. 35 [own]',
      '60% × the average of six months 44.250.001 = 26.550.000,6 | 74/2025/QH15 art. 39(1)',
      'Rounded to the dong: 26.550.000,6 to 26.550.001 | to the dong [own]',
      'At most: 5 × the minimum wage of region I in 2026-03, 5.310.000 = 26.550.000 | 74/2025/QH15 art. 39(1) | 293/2025/ND-CP',
      'The monthly benefit is the lesser of the two: 26.550.000 | 74/2025/QH15 art. 39(1)',
      '5 months of benefit, from 2026-05-08 to 2026-10-07 | 28/2015/TT-BLDTBXH art. 8 [own]',
      'Kept: 62 − 12 × 5 months received or lost = 2 contributed months | 74/2025/QH15 art. 41 [own]',
    ]);
  });

  it('can be followed by hand, in order, under the law of 2013', () => {
    const claim = claimedOfOld({
      contributionMonths: 36,
      recentMonths: { in24: 9, in36: 12 },
      shortContract: true,
      statePaid: true,
      averageSalary6: vnd(20_000_000n),
    });
    expect(read(claim, '2025-05').slice(0, -1)).to.deep.equal([
      'The day of filing is not told; by the other dates of the file, Law 38/2013/QH13 governs | 74/2025/QH15, transition [own]',
      '36 months contributed and not used; 12 are needed | 38/2013/QH13 art. 49(2)',
      '12 months contributed within 36 before the contract ended; 12 are needed | 38/2013/QH13 art. 49(2)',
      'As decided, benefit from 2025-05-11 | 38/2013/QH13 art. 50(3); 28/2015/ND-CP art. 18(1)',
      '36 months contributed, 12 to 36: 3 months of benefit | 38/2013/QH13 art. 50(2)',
      '60% × the average of six months 20.000.000 = 12.000.000 | 38/2013/QH13 art. 50(1)',
      'At most: 5 × the base salary in 2025-03, 2.340.000 = 11.700.000 | 38/2013/QH13 art. 50(1) | 73/2024/ND-CP',
      'The monthly benefit is the lesser of the two: 11.700.000 | 38/2013/QH13 art. 50(1)',
      '3 months of benefit, from 2025-05-11 to 2025-08-10 | 28/2015/TT-BLDTBXH art. 8 [own]',
    ]);
    const more = read(claimedOfOld({ contributionMonths: 47 }), '2025-05').join('\n');
    expect(more).to.include('= 11 contributed months | 28/2015/ND-CP art. 18(7)');
  });

  it('are told in Vietnamese from the same figures, and never with one missing', () => {
    const figures = { averageVnd: '6000000', givesVnd: '3600000' };
    expect(told(stepOf('share', figures))).to.deep.equal({
      vi: '60% × bình quân 6 tháng 6.000.000 = 3.600.000',
      en: '60% × the average of six months 6.000.000 = 3.600.000',
    });
    expect(() => told(stepOf('share', { averageVnd: '6000000' }))).to.throw(
      RangeError,
      'step share lacks givesVnd',
    );
  });
});

describe('texts', () => {
  const figuresOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

  it('are in Vietnamese and in English, each with its letters', () => {
    for (const [code, { vi, en }] of Object.entries({ ...NO_BENEFIT, ...STEPS, ...ENDINGS })) {
      expect(vi, code).to.match(/[^\p{ASCII}−×]/u);
      expect(en, code).to.match(/^[\p{ASCII}−×]+$/u);
    }
  });

  it('say the same figures in both', () => {
    for (const [step, { vi, en }] of Object.entries(STEPS)) {
      expect(figuresOf(vi), step).to.deep.equal(figuresOf(en));
    }
  });

  it('mark what was not read: never an article of the decree of 2025', () => {
    const own = (cites: object): string[] =>
      Object.entries(cites).flatMap(([rule, cited]) =>
        String(cited).endsWith('[own]') ? [rule] : [],
      );
    expect(own(LAW_OF_2013.cites)).to.deep.equal(['governs', 'benefitMonth']);
    expect(own(LAW_OF_2025.cites)).to.deep.equal([
      ...['governs', 'leftover', 'benefitMonth', 'endings', 'kept', 'cancelled'],
    ]);
  });
});

describe('the minimum wages of rates.csv', () => {
  const rows = rowsOf('migrations/reference/rates.csv').filter((row) =>
    (row.series ?? '').startsWith('minimum_wage_'),
  );

  it('has the four regions at each date, the higher region never lower, each with its source', () => {
    const dates = new Set(rows.map((row) => row.counts_from));
    expect(rows).to.have.length(dates.size * 4);
    for (const date of dates) {
      const wages = rows.filter((row) => row.counts_from === date);
      expect(wages.map((row) => row.series?.slice('minimum_wage_'.length))).to.deep.equal([
        ...['I', 'II', 'III', 'IV'],
      ]);
      const amounts = wages.map((row) => Number(row.amount_vnd));
      expect(amounts).to.deep.equal(amounts.toSorted((a, b) => b - a));
    }
    for (const row of rows) {
      expect(['sourced', 'unverified']).to.include(row.status);
      expect(row.source).not.to.equal('');
      expect(row.legal_basis).not.to.equal('');
    }
  });

  it('has the wages of 2026 as sourced, and those of 2027 as a draft that is never paid', () => {
    const of = (date: string): unknown[] =>
      rows
        .filter((row) => row.counts_from === date)
        .map((row) => [Number(row.amount_vnd), row.status]);
    expect(of('2026-01-01')).to.deep.equal([
      [5_310_000, 'sourced'],
      [4_730_000, 'sourced'],
      [4_140_000, 'sourced'],
      [3_700_000, 'sourced'],
    ]);
    expect(of('2027-01-01')).to.deep.equal([]);
    const drafts = rowsOf('migrations/reference/drafts/minimum-wages-2027.csv');
    expect(drafts.map((row) => [Number(row.amount_vnd), row.status])).to.deep.equal([
      [5_700_000, 'draft'],
      [5_080_000, 'draft'],
      [4_450_000, 'draft'],
      [4_040_000, 'draft'],
    ]);
    const rich = claimed({
      averageSalary6: vnd(90_000_000n),
      lastContributionMonth: period('2027-01'),
      benefitFrom: plainDate('2027-03-11'),
      decisionDate: plainDate('2027-03-12'),
    });
    expect(assessed(rich, '2027-03', '2027-03-20').monthlyVnd).to.equal(26_550_000n);
  });
});
