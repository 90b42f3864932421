import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import { monthlyBenefit, toTheDong } from '../../src/entitlement/unemployment-amount.ts';
import type { UnemploymentClaim } from '../../src/entitlement/unemployment-claim.ts';
import { grantFor, keptAfter } from '../../src/entitlement/unemployment-duration.ts';
import {
  LAW_OF_2013,
  LAW_OF_2025,
  type UnemploymentRules,
} from '../../src/entitlement/unemployment-law.ts';
import { governingRules } from '../../src/entitlement/unemployment-transition.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { table } from '../support/table.ts';
import { assessed, claimed, claimedOfOld, ending, LAW } from '../support/unemployment-law.ts';

const dateOrNull = (text: string): UnemploymentClaim['filedOn'] =>
  text === '' ? null : plainDate(text);

describe('which law governs', () => {
  // Files lodged before 2026 follow the old law. Where the day of filing is not told, the other days
  // must prove it: a contract that ended before, a decision or a start that came before. The 16th
  // working day after 31 December is 23 January and the 11th after 1 January is the 16th, since the
  // 2nd was off and Saturday the 10th was worked for it.
  for (const row of table<'contributed' | 'ended' | 'filed' | 'decided' | 'from' | 'law'>(`
    contributed  ended       filed       decided     from        law
    2025-12      -           2025-12-30  -           -           38/2013/QH13
    2025-12      -           2025-12-31  2026-01-20  2026-01-23  38/2013/QH13
    2025-12      -           2026-01-01  2026-01-20  2026-01-16  74/2025/QH15
    2025-12      -           2026-01-02  -           -           74/2025/QH15
    2026-01      -           -           -           -           74/2025/QH15
    2025-10      2025-12-31  -           -           -           -
    2025-10      2026-01-01  -           -           -           74/2025/QH15
    2025-09      -           -           -           -           38/2013/QH13
    2025-10      -           -           -           -           -
    2025-06      2025-09-30  -           -           -           38/2013/QH13
    2025-06      2025-10-01  -           -           -           -
    2025-12      -           -           2025-12-31  -           38/2013/QH13
    2025-12      -           -           2026-01-01  -           -
    2025-11      -           -           -           2025-12-31  38/2013/QH13
    2025-11      -           -           -           2026-01-01  38/2013/QH13
    2025-12      -           -           -           2026-01-15  38/2013/QH13
    2025-12      -           -           -           2026-01-16  -
    2025-12      -           -           -           2026-01-23  -
    2025-12      -           -           -           2026-01-24  74/2025/QH15
  `)) {
    const law = row.law === '' ? 'cannot be told' : row.law;
    it(`${row.contributed}, ${row.ended}, ${row.filed}, ${row.decided}, ${row.from}: ${law}`, () => {
      const rules = governingRules(
        claimed({
          lastContributionMonth: period(row.contributed),
          contractEndedOn: dateOrNull(row.ended),
          filedOn: dateOrNull(row.filed),
          decisionDate: dateOrNull(row.decided),
          benefitFrom: dateOrNull(row.from),
        }),
        LAW.calendar,
      );
      expect(rules?.law ?? '').to.equal(row.law);
    });
  }

  it('pays nothing and takes nothing back while it cannot be told', () => {
    const open = claimed({
      lastContributionMonth: period('2025-12'),
      benefitFrom: plainDate('2026-01-20'),
      decisionDate: plainDate('2026-01-22'),
      alreadyPaid: new Map([[period('2026-01'), vnd(1n)]]),
    });
    expect(assessed(open, '2026-02')).to.deep.equal({
      law: null,
      entitled: false,
      due: false,
      reason: 'filing-day-needed',
      months: 0,
      leftoverMonths: 62,
      from: null,
      until: null,
      monthlyVnd: null,
      ending: null,
      amount: 0n,
      lines: [],
      setAside: [{ forPeriod: '2026-02', reason: 'filing-day-needed' }],
      recoveryVnd: 0n,
      recoveries: [],
      steps: [],
    });
  });
});

describe('who is entitled', () => {
  const why = (other: Partial<UnemploymentClaim>): string | null =>
    assessed(claimed(other), '2026-05').reason;

  it('art. 38(1), 49(2): 12 months in all', () => {
    expect(why({ contributionMonths: 0 })).to.equal('too-few-contributions');
    expect(why({ contributionMonths: 11 })).to.equal('too-few-contributions');
    expect(why({ contributionMonths: 12 })).to.equal(null);
    expect(why({ contributionMonths: 13 })).to.equal(null);
  });

  it('of them 12 in 24, and after a short contract 12 in 36', () => {
    const recent = (in24: number, in36: number, shortContract: boolean): string | null =>
      why({ recentMonths: { in24, in36 }, shortContract });
    expect(recent(11, 36, false)).to.equal('too-few-recent-contributions');
    expect(recent(12, 12, false)).to.equal(null);
    expect(recent(13, 13, false)).to.equal(null);
    expect(recent(0, 11, true)).to.equal('too-few-recent-contributions');
    expect(recent(0, 12, true)).to.equal(null);
    expect(recent(0, 13, true)).to.equal(null);
  });

  it('the file lodged within three months', () => {
    const lodged = (filedOn: string): string | null =>
      why({ contractEndedOn: plainDate('2026-01-31'), filedOn: plainDate(filedOn) });
    expect(lodged('2026-04-29')).to.equal(null);
    expect(lodged('2026-04-30')).to.equal(null);
    expect(lodged('2026-05-01')).to.equal('filed-late');
    // One of the two days alone proves nothing.
    expect(why({ filedOn: plainDate('2026-05-01') })).to.equal(null);
    expect(why({ contractEndedOn: plainDate('2026-01-31') })).to.equal(null);
  });

  it('not who broke the contract, nor who has a pension', () => {
    expect(why({ barredBy: 'unlawful-termination' })).to.equal('unlawful-termination');
    expect(why({ barredBy: 'pension' })).to.equal('pension');
  });

  it('tells the gravest reason first', () => {
    const all: Partial<UnemploymentClaim> = {
      barredBy: 'pension',
      contributionMonths: 5,
      recentMonths: { in24: 5, in36: 5 },
      contractEndedOn: plainDate('2026-01-01'),
      filedOn: plainDate('2026-05-05'),
      decisionCancelled: true,
      endings: [ending('job-found', '2026-05-06')],
    };
    const told = [
      why(all),
      why({ ...all, barredBy: null }),
      why({ ...all, barredBy: null, contributionMonths: 62 }),
      why({ ...all, barredBy: null, contributionMonths: 62, recentMonths: null }),
      why({ ...claimed(), decisionCancelled: true, endings: all.endings ?? [] }),
      why({ ...claimed(), endings: all.endings ?? [] }),
    ];
    expect(told).to.deep.equal([
      'pension',
      'too-few-contributions',
      'too-few-recent-contributions',
      'filed-late',
      'decision-cancelled',
      'not-unemployed',
    ]);
  });

  it('not whose unemployment ended before benefit began', () => {
    const found = (on: string): string | null => why({ endings: [ending('job-found', on)] });
    expect(found('2026-05-10')).to.equal('not-unemployed');
    expect(found('2026-05-11')).to.equal(null);
    expect(found('2026-05-12')).to.equal(null);
    // What is known only later plays no part.
    const early = claimed({ endings: [ending('job-found', '2026-05-10')] });
    expect(assessed(early, '2026-05', '2026-05-09').reason).to.equal('not-yet-decided');
    expect(assessed(early, '2026-05', '2026-05-10').reason).to.equal('not-unemployed');
  });

  it('leaves the contributions whole, and what was paid to be recovered', () => {
    const paid = new Map([
      [period('2026-05'), vnd(3_600_000n)],
      [period('2026-06'), vnd(3_600_000n)],
      [period('2026-07'), vnd(3_600_000n)],
    ]);
    const result = assessed(claimed({ barredBy: 'pension', alreadyPaid: paid }), '2026-06');
    expect(result).to.include({
      law: '74/2025/QH15',
      entitled: false,
      due: false,
      months: 0,
      leftoverMonths: 62,
      monthlyVnd: null,
      recoveryVnd: 7_200_000n,
    });
    expect(result.setAside).to.deep.equal([{ forPeriod: '2026-06', reason: 'pension' }]);
  });

  it('cites the condition that is not met, of the law that governs', () => {
    const cited = (claim: UnemploymentClaim): unknown =>
      assessed(claim, '2026-05').steps.find(({ step }) => step === 'condition-not-met')?.articles;
    const late = { contractEndedOn: plainDate('2026-01-01'), filedOn: plainDate('2026-05-05') };
    const lateOfOld = {
      contractEndedOn: plainDate('2025-01-01'),
      filedOn: plainDate('2025-05-05'),
    };
    const gone = { endings: [ending('abroad', '2025-05-01')] };
    for (const [other, ofOld, now, old] of [
      [{ barredBy: 'pension' }, {}, '74/2025/QH15 art. 38(1)(a)', '38/2013/QH13 art. 49(1)'],
      [{ contributionMonths: 9 }, {}, '74/2025/QH15 art. 38(1)', '38/2013/QH13 art. 49(2)'],
      [late, lateOfOld, '74/2025/QH15 art. 38(1)', '38/2013/QH13 art. 46(1)'],
      [{ decisionCancelled: true }, {}, '374/2025/ND-CP [own]', '28/2015/ND-CP art. 18(3), (5)'],
      [gone, gone, '74/2025/QH15 art. 38(1)(d)', '38/2013/QH13 art. 49'],
    ] as const) {
      expect(cited(claimed(other))).to.deep.equal([now]);
      expect(cited(claimedOfOld({ ...other, ...ofOld }))).to.deep.equal([old]);
    }
  });
});

describe('for how long', () => {
  // 39(2), 50(2). UI-01 is 62 months, UI-03 is 72, UI-05 is 10, UI-07 is 47.
  for (const { contributed, months, leftover } of table<'contributed' | 'months' | 'leftover'>(`
    contributed  months  leftover
    0            0       0
    10           0       10
    11           0       11
    12           3       0
    13           3       0
    35           3       0
    36           3       0
    37           3       1
    47           3       11
    48           4       0
    49           4       1
    62           5       2
    72           6       0
    143          11      11
    144          12      0
    145          12      1
    150          12      6
    156          12      12
    240          12      96
  `)) {
    it(`${contributed} months contributed: ${months}, and ${leftover} left over`, () => {
      const grant = { months: Number(months), leftover: Number(leftover) };
      expect(grantFor(Number(contributed))).to.deep.equal(grant);
    });
  }

  it('53(5): keeps twelve months less for each month used', () => {
    expect([0, 1, 2, 5].map((used) => keptAfter(62, used))).to.deep.equal([62, 50, 38, 2]);
    expect([0, 1, 2, 3].map((used) => keptAfter(30, used))).to.deep.equal([30, 18, 6, 0]);
  });

  it('refuses a count of months that is none, and contributions on no salary', () => {
    for (const contributionMonths of [-1, 12.5, Number.NaN]) {
      expect(() => assessed(claimed({ contributionMonths }), '2026-05')).to.throw(
        RangeError,
        'not a count of months',
      );
    }
    expect(() => assessed(claimed({ averageSalary6: vnd(0n) }), '2026-05')).to.throw(
      RangeError,
      'contributions are paid on a salary',
    );
  });
});

describe('how much a month', () => {
  const monthly = (
    other: Partial<UnemploymentClaim>,
    rules: UnemploymentRules = LAW_OF_2025,
  ): bigint | undefined =>
    monthlyBenefit(claimed(other), rules, { law: LAW, asOf: plainDate('2026-11-20') })?.monthlyVnd;

  // 39(1): 60 %, at most five minimum wages of the region in the last contributed month.
  for (const { region, month, average, gives } of table<'region' | 'month' | 'average' | 'gives'>(`
    region  month    average    gives
    I       2026-03  6000000    3600000
    I       2026-03  15000000   9000000
    I       2026-03  50000000   26550000
    II      2026-03  45000000   23650000
    III     2026-03  20000000   12000000
    I       2026-03  44249999   26549999
    I       2026-03  44250000   26550000
    I       2026-03  44250001   26550000
    III     2026-03  90000000   20700000
    IV      2026-03  90000000   18500000
    I       2025-12  90000000   24800000
    I       2026-01  90000000   26550000
    I       2024-06  90000000   23400000
    I       2024-07  90000000   24800000
    II      2022-06  90000000   19600000
    II      2022-07  90000000   20800000
    I       2026-03  0          0
  `)) {
    it(`region ${region}, ${month}, average ${average}: ${gives}`, () => {
      const claim = { averageSalary6: vnd(BigInt(average)), lastContributionMonth: period(month) };
      expect(monthly({ ...claim, region: region as 'I' })).to.equal(BigInt(gives));
    });
  }

  it('50(1): caps by the month in which the contract ended, under the law of 2013', () => {
    const ended = (day: string | null): bigint | undefined =>
      monthly(
        {
          averageSalary6: vnd(90_000_000n),
          lastContributionMonth: period('2024-06'),
          contractEndedOn: day === null ? null : plainDate(day),
        },
        LAW_OF_2013,
      );
    expect(ended('2024-06-30')).to.equal(23_400_000n);
    expect(ended('2024-07-01')).to.equal(24_800_000n);
    // Not told: it is taken to have ended with the last contributed month.
    expect(ended(null)).to.equal(23_400_000n);
  });

  it('39(1): looks at the last contributed month and not at the end of the contract', () => {
    const claim = {
      averageSalary6: vnd(90_000_000n),
      lastContributionMonth: period('2025-12'),
      contractEndedOn: plainDate('2026-01-15'),
    };
    expect(monthly(claim)).to.equal(24_800_000n);
    expect(monthly(claim, LAW_OF_2013)).to.equal(26_550_000n);
  });

  it('50(1): caps by five base salaries whom the state paid; 39(1) has one cap for all', () => {
    const paidByState = (month: string, rules: UnemploymentRules): bigint | undefined =>
      monthly(
        {
          averageSalary6: vnd(90_000_000n),
          lastContributionMonth: period(month),
          statePaid: true,
        },
        rules,
      );
    expect(paidByState('2023-06', LAW_OF_2013)).to.equal(7_450_000n);
    expect(paidByState('2023-07', LAW_OF_2013)).to.equal(9_000_000n);
    expect(paidByState('2025-05', LAW_OF_2013)).to.equal(11_700_000n);
    expect(paidByState('2025-05', LAW_OF_2025)).to.equal(24_800_000n);
    expect(monthly({ statePaid: true }, LAW_OF_2013)).to.equal(3_600_000n);
  });

  it('says from what it follows: the salary, or what caps it', () => {
    const basis = (averageSalary6: bigint): unknown => {
      const benefit = monthlyBenefit(
        claimed({ averageSalary6: vnd(averageSalary6) }),
        LAW_OF_2025,
        {
          law: LAW,
          asOf: plainDate('2026-11-20'),
        },
      );
      return [benefit?.coefficient, benefit?.standardVnd, benefit?.articles];
    };
    const article = '74/2025/QH15 art. 39(1)';
    expect(basis(44_250_000n)).to.deep.equal(['0.6', 44_250_000n, [article]]);
    expect(basis(44_250_001n)).to.deep.equal(['5', 5_310_000n, [article, '293/2025/ND-CP']]);
  });

  it('rounds to the dong, half a dong up, and only where there is a part of one', () => {
    const exact = (text: string): bigint => toTheDong(new Decimal(text));
    expect(['0.4', '0.5', '1.49', '1.5', '2'].map(exact)).to.deep.equal([0n, 1n, 1n, 2n, 2n]);
    // 60 % of these end in .6, .2, .8 and .4.
    const averages = [6_000_001n, 6_000_002n, 6_000_003n, 6_000_004n, 6_000_005n];
    expect(averages.map((average) => monthly({ averageSalary6: vnd(average) }))).to.deep.equal([
      3_600_001n,
      3_600_001n,
      3_600_002n,
      3_600_002n,
      3_600_003n,
    ]);
    const steps = (averageSalary6: bigint): string[] =>
      assessed(claimed({ averageSalary6: vnd(averageSalary6) }), '2026-05').steps.map(
        ({ step }) => step,
      );
    expect(steps(6_000_001n)).to.include('rounded');
    expect(steps(6_000_005n)).not.to.include('rounded');
  });

  it('does not guess a wage that is not known, or not known yet', () => {
    expect(monthly({ lastContributionMonth: period('2017-12') })).to.equal(undefined);
    const asOf = (day: string): bigint | undefined =>
      monthlyBenefit(claimed({ averageSalary6: vnd(90_000_000n) }), LAW_OF_2025, {
        law: LAW,
        asOf: plainDate(day),
      })?.monthlyVnd;
    expect(asOf('2025-12-31')).to.equal(24_800_000n);
    expect(asOf('2026-01-01')).to.equal(26_550_000n);
    const nowhere = { ...LAW, minimumWages: new Map() };
    expect(
      monthlyBenefit(claimed(), LAW_OF_2025, { law: nowhere, asOf: plainDate('2026-11-20') }),
    ).to.equal(undefined);
  });
});
