import { expect } from 'chai';
import { answers, ndjson, type Json } from '../support/case-lines.ts';
import { table } from '../support/table.ts';

// Unemployment benefit as `an-sinh assess --cases` answers it, from bytes to bytes. Its rules have tests
// of their own; here is one case on each side of every boundary.

/** UI-01: the first month of benefit runs from 11 May to 10 June 2026, the last ends on 10 October. */
const UI_01 = {
  averageSalary6: 6_000_000,
  contributionMonths: 62,
  region: 'I',
  lastContributionMonth: '2026-03',
  decisionDate: '2026-05-13',
  benefitFrom: '2026-05-11',
};

/** The same a year before, under the law of 2013. */
const OF_OLD = {
  ...UI_01,
  lastContributionMonth: '2025-03',
  decisionDate: '2025-05-13',
  benefitFrom: '2025-05-11',
};

const jobless = (of: string, person: Json = {}, asOf = '2026-11-20'): Json => ({
  id: 'jobless',
  programme: 'unemployment',
  period: of,
  asOf,
  person: { ...UI_01, ...person },
});

async function answer(...told: Parameters<typeof jobless>): Promise<Json> {
  const { lines } = await answers(ndjson(jobless(...told)));
  return lines[0] ?? {};
}

/** What an answer comes to, in one word: the amount, why nothing, or the place of the fault. */
function outcome({ error, reason, amountVnd }: Json): string {
  if (error !== undefined) return `${String((error as Json).code)} ${String((error as Json).path)}`;
  return String(reason ?? amountVnd);
}

const lineOf = ({ lines }: Json): Json => (lines as Json[])[0] ?? {};

describe('the published examples of unemployment benefit, through assess --cases', () => {
  // Month by month, each told as not paid before; those called calculated were reckoned for this project.
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
    it(`${row.name}: ${row.contributed} months, average ${row.average}: ${row.monthly}`, async () => {
      const year = Number(row.last.slice(0, 4));
      const person = {
        averageSalary6: Number(row.average),
        contributionMonths: Number(row.contributed),
        region: row.region,
        lastContributionMonth: row.last,
        benefitFrom: `${year}-06-11`,
        decisionDate: `${year}-06-15`,
      };
      const first = await answer(`${year}-06`, person);
      const [months, leftoverMonths] = [Number(row.months), Number(row.left)];
      expect(first).to.include({ months, leftoverMonths, eligible: months > 0 });
      expect(outcome(first)).to.equal(row.monthly === '' ? 'too-few-contributions' : row.monthly);
      const term = Array.from({ length: 14 }, (_, i) => {
        const month = 6 + i > 12 ? `${year + 1}-${pad(i - 6)}` : `${year}-${pad(6 + i)}`;
        return { period: month, amountVnd: '0' };
      });
      const whole = await answer(`${year + 1}-08`, { ...person, alreadyPaid: term }, '2027-08-15');
      expect(Number(whole.amountVnd)).to.equal(months * Number(row.monthly));
      expect(whole.lines).to.have.lengthOf(months);
    });
  }
});

const pad = (month: number): string => String(month).padStart(2, '0');

describe('unemployment benefit on each side of a boundary', () => {
  // The cap of region I is 24,800,000 by the wage of 2025 and 26,550,000 by that of 2026.
  for (const { filedOn, law, capped } of table<'filedOn' | 'law' | 'capped'>(`
    filedOn     law           capped
    2025-12-30  38/2013/QH13  24800000
    2025-12-31  38/2013/QH13  24800000
    2026-01-01  74/2025/QH15  24800000
    2026-01-02  74/2025/QH15  24800000
  `)) {
    it(`a file of ${filedOn}: Law ${law}`, async () => {
      const found = await answer('2026-02', {
        averageSalary6: 90_000_000,
        lastContributionMonth: '2025-11',
        contractEndedOn: '2025-12-15',
        filedOn,
        benefitFrom: '2026-02-02',
        decisionDate: '2026-01-28',
      });
      expect([found.law, found.amountVnd]).to.deep.equal([law, capped]);
    });
  }

  for (const row of table<'of' | 'state' | 'average' | 'amount' | 'coefficient'>(`
    of       state  average   amount    coefficient
    2026-05  no     44249999  26549999  0.6
    2026-05  no     44250000  26550000  0.6
    2026-05  no     44250001  26550000  5
    2026-05  yes    44250001  26550000  5
    2025-05  no     41333333  24800000  0.6
    2025-05  no     41333334  24800000  0.6
    2025-05  no     41333335  24800000  5
    2025-05  yes    19499999  11699999  0.6
    2025-05  yes    19500000  11700000  0.6
    2025-05  yes    19500001  11700000  5
  `)) {
    it(`the cap: ${row.of}, paid by the state: ${row.state}, average ${row.average}`, async () => {
      const found = await answer(row.of, {
        ...(row.of < '2026' ? OF_OLD : {}),
        averageSalary6: Number(row.average),
        statePaid: row.state === 'yes',
      });
      expect(found.amountVnd).to.equal(row.amount);
      expect(lineOf(found).coefficient).to.equal(row.coefficient);
      expect(found.monthlyVnd).to.equal(row.amount);
    });
  }

  for (const { contributed, months, left } of table<'contributed' | 'months' | 'left'>(`
    contributed  months  left
    0            0       0
    11           0       11
    12           3       0
    13           3       0
    35           3       0
    36           3       0
    37           3       1
    47           3       11
    48           4       0
    143          11      11
    144          12      0
    145          12      1
  `)) {
    it(`${contributed} contributed months: ${months} of benefit, ${left} left over`, async () => {
      const found = await answer(
        '2026-05',
        { contributionMonths: Number(contributed) },
        '2026-05-20',
      );
      expect(found).to.include({
        months: Number(months),
        leftoverMonths: Number(left),
        eligible: Number(months) > 0,
      });
    });
  }

  // The second benefit month runs from 11 June to 10 July.
  for (const { reportedOn, becomes } of table<'reportedOn' | 'becomes'>(`
    reportedOn  becomes
    2026-06-10  suspended
    2026-06-11  3600000
    2026-06-12  3600000
    2026-07-09  3600000
    2026-07-10  3600000
    2026-07-11  suspended
  `)) {
    it(`a report of ${reportedOn}: the second month is ${becomes}`, async () => {
      const reports = [{ period: '2026-06', reportedOn }];
      expect(outcome(await answer('2026-06', { reports }))).to.equal(becomes);
    });
  }

  for (const { ended, filedOn, becomes } of table<'ended' | 'filedOn' | 'becomes'>(`
    ended       filedOn     becomes
    2026-03-31  2026-06-29  3600000
    2026-03-31  2026-06-30  3600000
    2026-03-31  2026-07-01  filed-late
    2026-04-01  2026-07-01  3600000
    -           2026-07-01  3600000
  `)) {
    it(`a contract that ended on ${ended}, a file of ${filedOn}: ${becomes}`, async () => {
      const contractEndedOn = ended === '' ? null : ended;
      const days = { filedOn, benefitFrom: '2026-07-16', decisionDate: '2026-07-16' };
      const found = await answer('2026-07', { contractEndedOn, ...days });
      expect(outcome(found)).to.equal(becomes);
    });
  }

  it('a decision that was cancelled, and a bar, leave all that was contributed', async () => {
    for (const [person, becomes] of [
      [{ decisionCancelled: true }, 'decision-cancelled'],
      [{ barredBy: 'pension' }, 'pension'],
      [{ barredBy: 'unlawful-termination' }, 'unlawful-termination'],
    ] as const) {
      const found = await answer('2026-05', person);
      expect(outcome(found)).to.equal(becomes);
      expect(found).to.include({ eligible: false, months: 0, leftoverMonths: 62 });
    }
    expect(outcome(await answer('2026-05', { decisionCancelled: false }))).to.equal('3600000');
  });

  it('a report and an excuse of one entry both count, each for its own month', async () => {
    const reports = [{ period: '2026-07', reportedOn: '2026-06-20', excused: true }];
    for (const [of, becomes] of [
      ['2026-06', '3600000'],
      ['2026-07', '3600000'],
      ['2026-08', 'suspended'],
    ] as const) {
      expect(outcome(await answer(of, { reports })), of).to.equal(becomes);
    }
  });

  it('a month suspended by decision is lost, and no other; what was paid for it is recovered', async () => {
    const suspensions = [{ from: '2026-06', until: '2026-06', reason: 'no_report' }];
    const alreadyPaid = [{ period: '2026-06', amountVnd: '3600000' }];
    for (const [of, becomes] of [
      ['2026-05', '3600000'],
      ['2026-06', 'suspended'],
      ['2026-07', '3600000'],
    ] as const) {
      expect(outcome(await answer(of, { suspensions })), of).to.equal(becomes);
    }
    const late = await answer('2026-07', { suspensions, alreadyPaid });
    expect(late).to.deep.include({
      amountVnd: '3600000',
      recoveryVnd: '3600000',
      recoveries: [{ period: '2026-06', amountVnd: '3600000', paidVnd: '3600000', dueVnd: '0' }],
    });
  });

  // Of 62 contributed months 50 are left when one month of benefit is used up, and 38 after two; else 2.
  for (const row of table<'code' | 'notified' | 'dayBefore' | 'firstDay'>(`
    code                notified  dayBefore  firstDay
    job-found           yes       50         38
    job-found           no        2          2
    on-duty             yes       50         38
    on-duty             no        2          2
    pension             -         2          2
    jobs-refused        -         2          2
    no-report           -         2          2
    abroad              -         2          2
    studying            yes       50         38
    studying            no        2          2
    fined               -         2          2
    compulsory-measure  -         50         38
    declared-missing    -         50         38
    detained            -         50         38
    deceased            -         2          2
  `)) {
    const { code } = row;
    it(`${code}, told: ${row.notified}: stops on the day before a month, not on its first`, async () => {
      const notified = row.notified === '' ? null : row.notified === 'yes';
      const ended = (on: string): Json =>
        code === 'deceased' ? { diedOn: on } : { endings: [{ code, on, notified }] };
      const before = await answer('2026-06', ended('2026-06-10'));
      expect([outcome(before), before.leftoverMonths]).to.deep.equal([
        'stopped',
        Number(row.dayBefore),
      ]);
      expect(before).to.deep.include({ eligible: false, ending: { code, on: '2026-06-10' } });
      const first = await answer('2026-06', ended('2026-06-11'));
      expect([outcome(first), first.leftoverMonths]).to.deep.equal([
        '3600000',
        Number(row.firstDay),
      ]);
      expect(outcome(await answer('2026-07', ended('2026-06-11')))).to.equal('stopped');
      // What is not yet on the day of assessment plays no part, and a death cannot be known before it.
      const early = await answer('2026-06', ended('2026-06-21'), '2026-06-20');
      if (code === 'deceased') expect(outcome(early)).to.equal('impossible /person/diedOn');
      else expect(early).to.deep.include({ amountVnd: '3600000', ending: null });
    });
  }

  it('three months running without a report end it, two do not', async () => {
    const report = { period: '2026-08', reportedOn: '2026-08-15' };
    const last = { period: '2026-09', reportedOn: '2026-09-15' };
    const two = await answer('2026-09', { reports: [report, last] });
    expect([outcome(two), two.ending]).to.deep.equal([
      '3600000',
      { code: 'term-over', on: '2026-10-10' },
    ]);
    const three = await answer('2026-09', { reports: [last] });
    expect([outcome(three), three.ending]).to.deep.equal([
      'stopped',
      { code: 'no-report', on: '2026-09-10' },
    ]);
  });
});

describe('what a case of unemployment benefit leaves out', () => {
  const open = { benefitFrom: null, decisionDate: null };

  it('is told where something was taken for it', async () => {
    const contractEndedOn = '2026-03-31';
    for (const [person, asOf, assumed, from] of [
      [{}, '2026-11-20', { contractEndedOn }, '2026-05-11'],
      [{ contractEndedOn }, '2026-11-20', {}, '2026-05-11'],
      [
        { decisionDate: null },
        '2026-11-20',
        { decisionDate: '2026-05-11', contractEndedOn },
        '2026-05-11',
      ],
      [
        { ...open, filedOn: '2026-04-20' },
        '2026-11-20',
        { decisionDate: '2026-11-20', contractEndedOn },
        '2026-05-08',
      ],
      [
        open,
        '2026-05-20',
        { benefitFrom: '2026-05-01', decisionDate: '2026-05-01', contractEndedOn },
        '2026-05-01',
      ],
      [
        open,
        '2026-04-20',
        { benefitFrom: '2026-05-01', decisionDate: '2026-04-20', contractEndedOn },
        '2026-05-01',
      ],
    ] as const) {
      const found = await answer('2026-05', person, asOf);
      expect(found).to.deep.include({ assumed, from, months: 5, leftoverMonths: 2 });
    }
  });

  it('is told among the steps as well, and never as decided', async () => {
    const steps = async (person: Json): Promise<string> =>
      ((await answer('2026-05', person)).steps as Json[]).map(({ en }) => en).join('\n');
    expect(await steps({})).to.include('As decided, benefit from 2026-05-11');
    const bare = await steps(open);
    expect(bare).to.not.include('As decided');
    expect(bare).to.include('benefit is taken to begin on 2026-05-01');
  });

  it('may be the day of filing, where no other day tells which law governs', async () => {
    const between = { ...open, lastContributionMonth: '2025-12' };
    const found = await answer('2026-01', { ...between, benefitFrom: '2026-01-20' });
    expect(outcome(found)).to.equal('filing-day-needed');
    expect(found).to.include({ law: null, eligible: false, months: 0, leftoverMonths: 62 });
  });
});

describe('an answer on unemployment benefit', () => {
  it('has all that is needed to check it by hand', async () => {
    const alreadyPaid = [{ period: '2026-05', amountVnd: '3000000' }];
    const { steps, ...found } = await answer('2026-06', { alreadyPaid }, '2026-06-20');
    const line = {
      articles: [
        '74/2025/QH15 art. 39(1)',
        '74/2025/QH15 art. 39(2)',
        '28/2015/TT-BLDTBXH art. 8 [own]',
      ],
      programme: 'unemployment',
      code: '74/2025/QH15',
      coefficient: '0.6',
      standardVnd: '6000000',
    };
    expect(found).to.deep.equal({
      id: 'jobless',
      eligible: true,
      amountVnd: '4200000',
      lines: [
        {
          ...line,
          kind: 'arrears',
          period: '2026-05',
          from: '2026-05-11',
          until: '2026-06-10',
          amountVnd: '600000',
          paidVnd: '3000000',
        },
        {
          ...line,
          kind: 'current',
          period: '2026-06',
          from: '2026-06-11',
          until: '2026-07-10',
          amountVnd: '3600000',
          paidVnd: '0',
        },
      ],
      months: 5,
      leftoverMonths: 2,
      recoveryVnd: '0',
      reason: null,
      law: '74/2025/QH15',
      from: '2026-05-11',
      until: '2026-10-10',
      monthlyVnd: '3600000',
      ending: null,
      assumed: { contractEndedOn: '2026-03-31' },
    });
    expect(steps).to.deep.include({
      vi: '60% × bình quân 6 tháng 6.000.000 = 3.600.000',
      en: '60% × the average of six months 6.000.000 = 3.600.000',
      articles: ['74/2025/QH15 art. 39(1)'],
    });
  });

  it('knows the days off that are entered: the last file that can be counted', async () => {
    const filed = (filedOn: string): Promise<Json> =>
      answer(
        '2026-12',
        { benefitFrom: null, decisionDate: null, lastContributionMonth: '2026-11', filedOn },
        '2026-12-31',
      );
    expect((await filed('2026-12-16')).from).to.equal('2026-12-31');
    expect(outcome(await filed('2026-12-17'))).to.equal('law-not-here /person/filedOn');
  });
});

describe('a case of unemployment benefit that cannot be judged', () => {
  const ended = (code: string, notified: boolean | null): Json => ({
    endings: [{ code, on: '2026-06-20', notified }],
  });
  const paused = (other: Json): Json => ({ suspensions: [{ from: '2026-06', ...other }] });
  for (const [name, person, fault] of [
    ['no average', { averageSalary6: null }, 'missing /person/averageSalary6'],
    ['an average of nothing', { averageSalary6: 0 }, 'missing /person/averageSalary6'],
    ['no contributions', { contributionMonths: null }, 'missing /person/contributionMonths'],
    ['no region', { region: null }, 'missing /person/region'],
    ['a region V', { region: 'V' }, 'unknown-code /person/region'],
    ['no last month', { lastContributionMonth: null }, 'missing /person/lastContributionMonth'],
    [
      'a job found, no word of notice',
      ended('job-found', null),
      'missing /person/endings/0/notified',
    ],
    ['duty, no word of notice', ended('on-duty', null), 'missing /person/endings/0/notified'],
    ['studies, no word of notice', ended('studying', null), 'missing /person/endings/0/notified'],
    ['a death as an ending', ended('deceased', null), 'unknown-code /person/endings/0/code'],
    ['a term over as an ending', ended('term-over', null), 'unknown-code /person/endings/0/code'],
    ['a bar that is none', { barredBy: 'age' }, 'unknown-code /person/barredBy'],
    [
      'fewer recent months in 36 than in 24',
      { recentMonths: { in24: 13, in36: 12 } },
      'impossible /person/recentMonths/in36',
    ],
    [
      'a suspension given back',
      paused({ backPay: true }),
      'impossible /person/suspensions/0/backPay',
    ],
    [
      'one of a forgery',
      paused({ outcome: 'cleared' }),
      'impossible /person/suspensions/0/outcome',
    ],
    ['one for custody', paused({ reason: 'custody' }), 'impossible /person/suspensions/0/reason'],
    [
      'a contract that ended before a contribution',
      { contractEndedOn: '2026-02-28' },
      'impossible /person/contractEndedOn',
    ],
    ['a file from before it', { filedOn: '2026-02-28' }, 'impossible /person/filedOn'],
    [
      'a decision from before it',
      { decisionDate: '2026-02-28' },
      'impossible /person/decisionDate',
    ],
    ['benefit from before it', { benefitFrom: '2026-02-28' }, 'impossible /person/benefitFrom'],
    [
      'benefit from before the contract ended',
      { contractEndedOn: '2026-05-12' },
      'impossible /person/benefitFrom',
    ],
    [
      'a file from before the contract ended',
      { contractEndedOn: '2026-04-20', filedOn: '2026-04-19' },
      'impossible /person/filedOn',
    ],
    [
      'a decision on no file',
      { filedOn: '2026-05-10', decisionDate: '2026-05-09' },
      'impossible /person/decisionDate',
    ],
    [
      'benefit on no file',
      { filedOn: '2026-05-12', decisionDate: '2026-05-13' },
      'impossible /person/benefitFrom',
    ],
  ] as const) {
    it(`${name}: ${fault}, and the rest go on`, async () => {
      const { lines, faulty } = await answers(
        ndjson(jobless('2026-05'), jobless('2026-06', person), jobless('2026-05')),
      );
      expect(lines.map(outcome)).to.deep.equal(['3600000', fault, '3600000']);
      expect(faulty).to.equal(1);
    });
  }

  it('a first month from before the end of work', async () => {
    const open = { benefitFrom: null, decisionDate: null };
    expect(outcome(await answer('2026-02', open))).to.equal('impossible /period');
    expect(outcome(await answer('2026-03', open))).to.equal('3600000');
    const later = { ...open, contractEndedOn: '2026-04-02' };
    expect(outcome(await answer('2026-04', later))).to.equal('impossible /period');
    expect(outcome(await answer('2026-05', later))).to.equal('3600000');
    const sameDay = { ...open, contractEndedOn: '2026-05-01' };
    expect(outcome(await answer('2026-05', sameDay))).to.equal('3600000');
  });

  it('the same day is no fault, nor are recent months that are all within 24', async () => {
    const person = {
      contractEndedOn: '2026-04-20',
      filedOn: '2026-04-20',
      decisionDate: '2026-04-20',
      recentMonths: { in24: 12, in36: 12 },
    };
    expect(outcome(await answer('2026-05', person))).to.equal('3600000');
  });

  it('a payment ahead, and a suspension for want of a report elsewhere', async () => {
    const [ahead, elsewhere] = [
      { ...jobless('2026-05'), payAhead: true },
      { ...jobless('2026-05', paused({ reason: 'no_report' })), programme: 'merit' },
    ];
    const { lines } = await answers(ndjson(ahead, elsewhere));
    expect(lines.map(outcome)).to.deep.equal([
      'impossible /payAhead',
      'impossible /person/suspensions/0/reason',
    ]);
  });
});
