import { expect } from 'chai';
import type {
  JobSearchReport,
  UnemploymentClaim,
} from '../../src/entitlement/unemployment-claim.ts';
import { courseOf } from '../../src/entitlement/unemployment-course.ts';
import {
  ENDINGS,
  firstEnding,
  keepsContributions,
  type EndingCode,
  type EndingRule,
} from '../../src/entitlement/unemployment-endings.ts';
import { LAW_OF_2025 } from '../../src/entitlement/unemployment-law.ts';
import { vnd } from '../../src/kernel/money.ts';
import { addMonths, period, plainDate, type Period } from '../../src/kernel/period.ts';
import { table } from '../support/table.ts';
import { assessed, claimed, claimedOfOld, ending, linesOf } from '../support/unemployment-law.ts';

// The claim of these tests has five months, from the 11th to the 10th: the first begins on 2026-05-11,
// the last ends on 2026-10-10. Under the law of 2013 it is the same a year before.

const reported = (...days: string[]): readonly JobSearchReport[] =>
  days.map((day) => ({ on: plainDate(day) }));

const span = (from: string, until: string | null): UnemploymentClaim['suspensions'][number] => ({
  from: period(from),
  until: until === null ? null : period(until),
});

/** Each month up to one, as - where it is due and else as the reason why not. */
function fate(claim: UnemploymentClaim, of = '2026-09', asOf = '2026-11-20'): string[] {
  const { lines, setAside } = assessed(claim, of, asOf);
  const months = new Map<Period, string>(lines.map(({ forPeriod }) => [forPeriod, '-']));
  for (const { forPeriod, reason } of setAside) months.set(forPeriod, reason);
  return [...months].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, told]) => told);
}

const kept = (claim: UnemploymentClaim, asOf = '2026-11-20'): number =>
  assessed(claim, '2026-09', asOf).leftoverMonths;

describe('art. 52: a report in each month of benefit', () => {
  const EACH = ['2026-06-20', '2026-07-20', '2026-08-20', '2026-09-20'];

  it('asks for none where reports are not told, and for none in the first month', () => {
    expect(fate(claimed())).to.deep.equal(['-', '-', '-', '-', '-']);
    expect(fate(claimed({ reports: reported(...EACH) }))).to.deep.equal(['-', '-', '-', '-', '-']);
    expect(fate(claimed({ reports: [] }), '2026-05', '2026-05-20')).to.deep.equal(['-']);
  });

  // The second month runs from 2026-06-11 to 2026-07-10.
  for (const { day, second } of table<'day' | 'second'>(`
    day         second
    2026-06-10  suspended
    2026-06-11  -
    2026-06-12  -
    2026-07-09  -
    2026-07-10  -
    2026-07-11  suspended
  `)) {
    it(`a report on ${day} leaves the second month ${second === '' ? 'due' : second}`, () => {
      const reports = reported(day, ...EACH.slice(1));
      const expected = second === '' ? '-' : second;
      expect(fate(claimed({ reports }))).to.deep.equal(['-', expected, '-', '-', '-']);
    });
  }

  for (const { asOf, second } of table<'asOf' | 'second'>(`
    asOf        second
    2026-06-10  not-yet-entitled
    2026-06-11  report-awaited
    2026-07-09  report-awaited
    2026-07-10  report-awaited
    2026-07-11  suspended
  `)) {
    it(`without a report the second month is ${second} on ${asOf}`, () => {
      expect(fate(claimed({ reports: [] }), '2026-06', asOf)).to.deep.equal(['-', second]);
    });
  }

  it('does not know of a report before it was made', () => {
    const reports = reported('2026-06-20');
    expect(fate(claimed({ reports }), '2026-06', '2026-06-19').at(1)).to.equal('report-awaited');
    expect(fate(claimed({ reports }), '2026-06', '2026-06-20').at(1)).to.equal('-');
    expect(fate(claimed({ reports }), '2026-06', '2026-06-21').at(1)).to.equal('-');
  });

  it('excuses a month', () => {
    const reports = [...reported(...EACH.slice(1)), { excusedFor: period('2026-06') }];
    expect(fate(claimed({ reports }))).to.deep.equal(['-', '-', '-', '-', '-']);
    const another = [...reported(...EACH.slice(1)), { excusedFor: period('2026-07') }];
    expect(fate(claimed({ reports: another })).at(1)).to.equal('suspended');
  });

  it('asks for none in the month in which benefit ends', () => {
    const ends = (on: string): string[] =>
      fate(claimed({ reports: reported('2026-06-20'), endings: [ending('job-found', on)] }));
    expect(ends('2026-07-10').slice(1)).to.deep.equal(['-', 'stopped', 'stopped', 'stopped']);
    expect(ends('2026-07-11').slice(1)).to.deep.equal(['-', '-', 'stopped', 'stopped']);
    expect(ends('2026-08-10').slice(1)).to.deep.equal(['-', '-', 'stopped', 'stopped']);
    expect(ends('2026-08-11').slice(1)).to.deep.equal(['-', 'suspended', '-', 'stopped']);
  });
});

describe('art. 53(1), (2): suspension loses the month, and the next report resumes', () => {
  it('takes the months of a suspension away and does not make them up', () => {
    const suspended = (...suspensions: UnemploymentClaim['suspensions']): string[] =>
      fate(claimed({ suspensions }));
    const lost = 'suspended';
    expect(suspended(span('2026-06', '2026-06'))).to.deep.equal(['-', lost, '-', '-', '-']);
    expect(suspended(span('2026-08', '2026-09'))).to.deep.equal(['-', '-', '-', lost, lost]);
    expect(suspended(span('2026-09', null))).to.deep.equal(['-', '-', '-', '-', lost]);
    expect(suspended(span('2026-01', '2026-04'))).to.deep.equal(['-', '-', '-', '-', '-']);
    expect(suspended(span('2026-10', null))).to.deep.equal(['-', '-', '-', '-', '-']);
    // The term is not longer for it: the sixth month is after the end.
    const claim = claimed({ suspensions: [span('2026-06', '2026-06')] });
    expect(fate(claim, '2026-10').at(-1)).to.equal('term-over');
    expect(assessed(claim, '2026-10').amount).to.equal(14_400_000n);
    expect(assessed(claim, '2026-10').leftoverMonths).to.equal(2);
  });

  it('says so step by step, with the articles of the law that governs', () => {
    const lost = (claim: UnemploymentClaim): unknown =>
      assessed(claim, '2026-10').steps.filter(({ step }) => step === 'month-lost');
    expect(lost(claimed({ suspensions: [span('2026-06', '2026-06')] }))).to.deep.equal([
      {
        step: 'month-lost',
        figures: { no: 2, from: '2026-06-11', until: '2026-07-10' },
        articles: ['74/2025/QH15 art. 41'],
      },
    ]);
    expect(lost(claimedOfOld({ suspensions: [span('2025-09', '2025-09')] }))).to.deep.equal([
      {
        step: 'month-lost',
        figures: { no: 5, from: '2025-09-11', until: '2025-10-10' },
        articles: ['38/2013/QH13 art. 52', '38/2013/QH13 art. 53(1), (2)'],
      },
    ]);
  });

  it('suspends a reported month too, where that was decided', () => {
    const reports = reported('2026-06-20', '2026-07-20', '2026-08-20', '2026-09-20');
    const claim = claimed({ reports, suspensions: [span('2026-07', '2026-07')] });
    expect(fate(claim)).to.deep.equal(['-', '-', 'suspended', '-', '-']);
  });
});

describe('art. 53(3)(e): three months running without a report', () => {
  const ENDS = { code: 'no-report', on: '2026-09-10', notified: false };

  it('ends benefit with the third, and not with the second', () => {
    const two = claimed({ reports: reported('2026-06-20', '2026-09-20') });
    expect(fate(two)).to.deep.equal(['-', '-', 'suspended', 'suspended', '-']);
    expect(assessed(two, '2026-09').ending).to.include({ code: 'term-over' });
    const three = claimed({ reports: reported('2026-09-20') });
    expect(fate(three)).to.deep.equal(['-', 'suspended', 'suspended', 'suspended', 'stopped']);
    expect(assessed(three, '2026-09').ending).to.deep.equal(ENDS);
    expect(fate(three, '2026-10').at(-1)).to.equal('stopped');
  });

  it('counts months that run on, not months in all', () => {
    const claim = claimed({ contributionMonths: 84, reports: reported('2026-08-20') });
    const lost = 'suspended';
    expect(fate(claim, '2026-11', '2027-01-20')).to.deep.equal([
      ...['-', lost, lost, '-', lost, lost, lost],
    ]);
    expect(assessed(claim, '2026-11', '2027-01-20').ending).to.include({ code: 'no-report' });
  });

  it('is known only when the third month has passed', () => {
    const claim = claimed({ reports: [] });
    expect(assessed(claim, '2026-09', '2026-09-10').ending).to.equal(null);
    expect(assessed(claim, '2026-09', '2026-09-11').ending).to.deep.equal(ENDS);
    expect(fate(claim, '2026-08', '2026-09-10').at(-1)).to.equal('report-awaited');
  });

  it('counts decided suspensions as well', () => {
    const claim = claimed({ suspensions: [span('2026-06', '2026-08')] });
    expect(assessed(claim, '2026-09').ending).to.deep.equal(ENDS);
    expect(fate(claim).at(-1)).to.equal('stopped');
  });

  it('counts from nothing: two months at the start are two', () => {
    const claim = claimed({ suspensions: [span('2026-05', '2026-06')] });
    expect(fate(claim)).to.deep.equal(['suspended', 'suspended', '-', '-', '-']);
  });

  it('gives way to what ended benefit before, and goes before what came later', () => {
    const found = (on: string): unknown => {
      const endings = [ending('job-found', on)];
      return assessed(claimed({ suspensions: [span('2026-06', '2026-08')], endings }), '2026-09')
        .ending;
    };
    expect(found('2026-09-10')).to.include({ code: 'job-found' });
    expect(found('2026-09-11')).to.deep.equal(ENDS);
  });
});

describe('art. 53(3): the thirteen endings', () => {
  it('are thirteen, in the order of the Vietnamese alphabet', () => {
    expect(Object.values(ENDINGS).map(({ point }) => point)).to.deep.equal([
      ...['a', 'b', 'c', 'd', 'đ', 'e', 'g', 'h', 'i', 'k', 'l', 'm', 'n'],
    ]);
  });

  it('art. 45(2): six of them keep what was not received', () => {
    const keeping = Object.values<EndingRule>(ENDINGS).filter(({ keeps }) => keeps);
    expect(keeping.map(({ point }) => point)).to.deep.equal(['b', 'c', 'h', 'l', 'm', 'n']);
    const asked = Object.values<EndingRule>(ENDINGS).filter(({ onNotice }) => onNotice);
    expect(asked.map(({ point }) => point)).to.deep.equal(['b', 'c', 'h']);
  });

  // Of 62 months five are granted and 2 are left over. Two months are received: 62 − 24 = 38.
  for (const { code, told, untold } of table<'code' | 'told' | 'untold'>(`
    code                told  untold
    job-found           38    2
    on-duty             38    2
    pension             2     2
    jobs-refused        2     2
    no-report           2     2
    abroad              2     2
    studying            38    2
    fined               2     2
    deceased            2     2
    compulsory-measure  38    38
    declared-missing    38    38
    detained            38    38
  `)) {
    it(`${code}: keeps ${told} months, and ${untold} where nobody told the centre`, () => {
      const after = (notified: boolean): UnemploymentClaim =>
        claimed({ endings: [ending(code as EndingCode, '2026-06-15', notified)] });
      expect(kept(after(true))).to.equal(Number(told));
      expect(kept(after(false))).to.equal(Number(untold));
      expect(fate(after(true))).to.deep.equal(['-', '-', 'stopped', 'stopped', 'stopped']);
      expect(assessed(after(true), '2026-09').ending).to.deep.include({ code, on: '2026-06-15' });
    });
  }

  it('pays the month that has begun, to the day', () => {
    const ended = (on: string): number =>
      assessed(claimed({ endings: [ending('deceased', on)] }), '2026-09').lines.length;
    expect(ended('2026-07-10')).to.equal(2);
    expect(ended('2026-07-11')).to.equal(3);
    expect(ended('2026-07-12')).to.equal(3);
    expect(ended('2026-10-10')).to.equal(5);
  });

  it('is the end of the term where nothing else was, from the day after', () => {
    const end = { code: 'term-over', on: '2026-10-10', notified: false };
    expect(assessed(claimed(), '2026-09', '2026-10-10').ending).to.equal(null);
    expect(assessed(claimed(), '2026-09', '2026-10-11').ending).to.deep.equal(end);
    expect(kept(claimed(), '2026-10-10')).to.equal(2);
    expect(kept(claimed(), '2026-10-11')).to.equal(2);
  });

  it('counts months that were lost as used', () => {
    const claim = claimed({
      suspensions: [span('2026-06', '2026-06')],
      endings: [ending('job-found', '2026-07-15')],
    });
    expect(fate(claim)).to.deep.equal(['-', 'suspended', '-', 'stopped', 'stopped']);
    expect(kept(claim)).to.equal(62 - 36);
  });

  it('keeps what is left of the first 36 months, too', () => {
    const after = (contributionMonths: number, on: string): number =>
      kept(claimed({ contributionMonths, endings: [ending('job-found', on)] }));
    expect(after(30, '2026-05-20')).to.equal(18);
    expect(after(30, '2026-06-20')).to.equal(6);
    expect(after(30, '2026-07-20')).to.equal(0);
    expect(after(12, '2026-05-20')).to.equal(0);
  });

  it('plays no part before its day', () => {
    const claim = claimed({ endings: [ending('job-found', '2026-06-15')] });
    expect(assessed(claim, '2026-07', '2026-06-14').ending).to.equal(null);
    expect(assessed(claim, '2026-07', '2026-06-14').leftoverMonths).to.equal(2);
    expect(assessed(claim, '2026-07', '2026-06-15').ending).to.include({ code: 'job-found' });
  });

  it('of several is the first, in whatever order they are told', () => {
    const events = [
      ending('pension', '2026-08-01'),
      ending('job-found', '2026-06-15', false),
      ending('job-found', '2026-06-15', true),
      ending('detained', '2026-06-15'),
      ending('abroad', '2026-06-16'),
    ];
    for (const told of [events, events.toReversed()]) {
      expect(firstEnding(told)).to.deep.equal(ending('job-found', '2026-06-15', true));
    }
    expect(firstEnding([])).to.equal(null);
    expect(keepsContributions(ending('term-over', '2026-06-15'))).to.equal(false);
  });

  it('says so step by step', () => {
    const endings = [ending('job-found', '2025-06-15')];
    const steps = assessed(claimedOfOld({ endings }), '2025-09').steps.slice(-2);
    expect(steps).to.deep.equal([
      {
        step: 'ended',
        figures: { on: '2025-06-15', point: 'b' },
        articles: ['38/2013/QH13 art. 53(3)'],
      },
      {
        step: 'kept',
        figures: { contributed: 62, used: 2, kept: 38 },
        articles: ['38/2013/QH13 art. 45(2); 28/2015/ND-CP art. 21'],
      },
    ]);
    const [now] = assessed(
      claimed({ endings: [ending('abroad', '2026-06-15')] }),
      '2026-09',
    ).steps.slice(-2);
    expect(now?.articles).to.deep.equal(['74/2025/QH15 art. 41(4) [own]']);
    const over = assessed(claimed(), '2026-10').steps.map(({ step }) => step);
    expect(over).to.include('kept').and.not.include('ended');
    const running = assessed(claimed(), '2026-05', '2026-05-20').steps.map(({ step }) => step);
    expect(running).not.to.include('kept');
  });
});

describe('28/2015/ND-CP art. 18(6): money that nobody collects', () => {
  // The term of the old claim ends on 2025-10-10.
  const uncollected = [period('2025-08'), period('2025-09')];

  for (const { asOf, lastTwo, left } of table<'asOf' | 'lastTwo' | 'left'>(`
    asOf        lastTwo    left
    2026-01-09  -          2
    2026-01-10  -          2
    2026-01-11  unclaimed  26
  `)) {
    it(`on ${asOf} ${left} months are kept`, () => {
      const claim = claimedOfOld({ uncollected });
      const expected = lastTwo === '' ? '-' : lastTwo;
      expect(fate(claim, '2025-09', asOf)).to.deep.equal(['-', '-', '-', expected, expected]);
      expect(kept(claim, asOf)).to.equal(Number(left));
    });
  }

  it('says so step by step', () => {
    const steps = assessed(claimedOfOld({ uncollected: [period('2025-09')] }), '2025-09').steps;
    expect(steps.filter(({ step }) => step === 'month-unclaimed')).to.deep.equal([
      {
        step: 'month-unclaimed',
        figures: { no: 5, by: '2026-01-10' },
        articles: ['28/2015/ND-CP art. 18(6)'],
      },
    ]);
  });

  it('forfeits nothing that was not due, and nothing under the law of 2025', () => {
    const suspensions = [span('2025-09', '2025-09')];
    const lost = claimedOfOld({ uncollected, suspensions });
    expect(fate(lost, '2025-09').slice(-2)).to.deep.equal(['unclaimed', 'suspended']);
    expect(kept(lost)).to.equal(14);
    const now = claimed({ uncollected: [period('2026-09')] });
    expect(fate(now, '2026-09', '2027-03-01')).to.deep.equal(['-', '-', '-', '-', '-']);
    expect(kept(now, '2027-03-01')).to.equal(2);
  });

  it('adds to what an ending keeps', () => {
    const claim = claimedOfOld({
      uncollected: [period('2025-06')],
      endings: [ending('job-found', '2025-07-15')],
    });
    expect(fate(claim, '2025-07')).to.deep.equal(['-', 'unclaimed', '-']);
    expect(kept(claim)).to.equal(62 - 24);
  });
});

describe('what was paid and is not due', () => {
  const paidAll = new Map(
    [0, 1, 2, 3, 4, 5].map((n) => [addMonths(period('2026-05'), n), vnd(3_600_000n)] as const),
  );

  it('is a case of recovery, up to the month that is asked for, and comes off no line', () => {
    const claim = claimed({ alreadyPaid: paidAll, endings: [ending('deceased', '2026-07-20')] });
    const recovery = (of: string): bigint => assessed(claim, of).recoveryVnd;
    expect(recovery('2026-07')).to.equal(0n);
    expect(recovery('2026-08')).to.equal(3_600_000n);
    expect(recovery('2026-10')).to.equal(10_800_000n);
    const short = new Map([...paidAll, [period('2026-05'), vnd(3_000_000n)] as const]);
    const both = assessed({ ...claim, alreadyPaid: short }, '2026-10');
    expect(linesOf(both)).to.deep.equal(['arrears 2026-05 600000']);
    expect(both.recoveryVnd).to.equal(10_800_000n);
  });

  it('is told month by month', () => {
    const alreadyPaid = new Map([
      [period('2026-10'), vnd(3_600_000n)],
      [period('2026-05'), vnd(4_000_000n)],
    ]);
    const { steps } = assessed(claimed({ alreadyPaid }), '2026-10');
    const [may, october] = steps.filter(({ step }) => step === 'overpaid');
    expect(may?.figures).to.deep.equal({
      month: '2026-05',
      paidVnd: '4000000',
      dueVnd: '3600000',
      recoveryVnd: '400000',
    });
    expect(october?.figures).to.include({ month: '2026-10', dueVnd: '0', recoveryVnd: '3600000' });
  });

  it('is none while a report may still come', () => {
    const claim = claimed({ alreadyPaid: paidAll, reports: [] });
    expect(assessed(claim, '2026-06', '2026-07-10').recoveryVnd).to.equal(0n);
    expect(assessed(claim, '2026-06', '2026-07-11').recoveryVnd).to.equal(3_600_000n);
    expect(assessed(claim, '2026-06', '2026-07-10').setAside).to.deep.equal([
      { forPeriod: '2026-05', reason: 'already-assessed' },
      { forPeriod: '2026-06', reason: 'report-awaited' },
    ]);
  });
});

it('a course is of a month or more', () => {
  expect(() =>
    courseOf(claimed(), [], { rules: LAW_OF_2025, asOf: plainDate('2026-11-20') }),
  ).to.throw(RangeError, 'a term has a month or more');
});
