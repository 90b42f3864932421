import { expect } from 'chai';
import {
  benefitMonths,
  benefitStart,
  cancellationTerm,
  collectBy,
  decideBy,
  fileBy,
  monthsLater,
  paymentTerm,
  type BenefitMonth,
} from '../../src/entitlement/unemployment-dates.ts';
import { LAW_OF_2013, LAW_OF_2025 } from '../../src/entitlement/unemployment-law.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { table } from '../support/table.ts';
import { LAW } from '../support/unemployment-law.ts';

const { calendar } = LAW;

const spans = (from: string, count: number): string[] =>
  benefitMonths(plainDate(from), count).map(
    ({ no, period, firstDay, lastDay }) => `${no} ${period} ${firstDay} ${lastDay}`,
  );

describe('a month of benefit', () => {
  it('runs from a day to the day before it in the next month', () => {
    expect(spans('2026-03-11', 3)).to.deep.equal([
      '1 2026-03 2026-03-11 2026-04-10',
      '2 2026-04 2026-04-11 2026-05-10',
      '3 2026-05 2026-05-11 2026-06-10',
    ]);
    expect(spans('2026-11-02', 3).at(-1)).to.equal('3 2027-01 2027-01-02 2027-02-01');
  });

  it('is a calendar month from the first of one', () => {
    expect(spans('2026-01-01', 2)).to.deep.equal([
      '1 2026-01 2026-01-01 2026-01-31',
      '2 2026-02 2026-02-01 2026-02-28',
    ]);
  });

  it('ends with the month where that is too short, and finds its day again', () => {
    expect(spans('2026-01-31', 4)).to.deep.equal([
      '1 2026-01 2026-01-31 2026-02-28',
      '2 2026-02 2026-03-01 2026-03-30',
      '3 2026-03 2026-03-31 2026-04-30',
      '4 2026-04 2026-05-01 2026-05-30',
    ]);
    expect(spans('2026-01-30', 2)).to.deep.equal([
      '1 2026-01 2026-01-30 2026-02-28',
      '2 2026-02 2026-03-01 2026-03-29',
    ]);
    expect(spans('2026-01-29', 2)).to.deep.equal([
      '1 2026-01 2026-01-29 2026-02-28',
      '2 2026-02 2026-03-01 2026-03-28',
    ]);
    expect(spans('2026-01-28', 1)).to.deep.equal(['1 2026-01 2026-01-28 2026-02-27']);
    expect(spans('2028-01-30', 2)).to.deep.equal([
      '1 2028-01 2028-01-30 2028-02-29',
      '2 2028-02 2028-03-01 2028-03-29',
    ]);
    expect(spans('2028-01-29', 2).at(1)).to.equal('2 2028-02 2028-02-29 2028-03-28');
  });

  it('is none for none', () => {
    expect(spans('2026-01-31', 0)).to.deep.equal([]);
  });
});

describe('the first day of benefit', () => {
  for (const { filed, old, now } of table<'filed' | 'old' | 'now'>(`
    filed       old         now
    2026-03-02  2026-03-24  2026-03-17
    2026-03-06  2026-03-30  2026-03-23
    2026-03-07  2026-03-30  2026-03-23
    2026-03-09  2026-03-31  2026-03-24
    2026-02-02  2026-03-03  2026-02-24
    2026-04-20  2026-05-15  2026-05-08
    2025-08-15  2025-09-10  2025-09-03
  `)) {
    it(`filed on ${filed}: working day 16 is ${old}, working day 11 is ${now}`, () => {
      expect(benefitStart(plainDate(filed), LAW_OF_2013, calendar)).to.equal(old);
      expect(benefitStart(plainDate(filed), LAW_OF_2025, calendar)).to.equal(now);
    });
  }

  it('is refused where the calendar does not reach', () => {
    expect(() => benefitStart(plainDate('2026-12-17'), LAW_OF_2025, calendar)).to.throw(RangeError);
    expect(benefitStart(plainDate('2026-12-16'), LAW_OF_2025, calendar)).to.equal('2026-12-31');
  });
});

describe('terms in months', () => {
  for (const { from, by } of table<'from' | 'by'>(`
    from        by
    2026-03-31  2026-06-30
    2026-03-30  2026-06-30
    2025-11-30  2026-02-28
    2025-11-28  2026-02-28
    2025-11-27  2026-02-27
    2026-01-01  2026-04-01
  `)) {
    it(`three months after ${from} is ${by}`, () => {
      expect(fileBy(plainDate(from))).to.equal(by);
      expect(collectBy(plainDate(from), LAW_OF_2013)).to.equal(by);
    });
  }

  it('counts any number of months', () => {
    expect(monthsLater(plainDate('2026-01-31'), 1)).to.equal('2026-02-28');
    expect(monthsLater(plainDate('2026-01-31'), 12)).to.equal('2027-01-31');
    expect(monthsLater(plainDate('2026-01-05'), 0)).to.equal('2026-01-05');
  });
});

describe('terms in working days, 28/2015/ND-CP art. 18', () => {
  const [first, second] = benefitMonths(plainDate('2026-05-11'), 2) as [BenefitMonth, BenefitMonth];
  const received = plainDate('2026-05-13');

  it('18(1): a decision within 20', () => {
    expect(decideBy(plainDate('2026-03-02'), LAW_OF_2013, calendar)).to.equal('2026-03-30');
  });

  it('18(2)(a): the first month within 5 of receiving the decision', () => {
    expect(paymentTerm(first, received, LAW_OF_2013, calendar)).to.deep.equal({
      from: '2026-05-13',
      by: '2026-05-20',
    });
  });

  // The seventh day of a month that begins on the day before, of and after, so that it is a Friday,
  // a Saturday, a Sunday and a Monday.
  for (const { from, opens, closes } of table<'from' | 'opens' | 'closes'>(`
    from        opens       closes
    2026-04-13  2026-05-19  2026-05-25
    2026-04-16  2026-05-22  2026-05-28
    2026-04-17  2026-05-25  2026-05-29
    2026-04-18  2026-05-25  2026-05-29
    2026-04-19  2026-05-25  2026-05-29
    2026-07-26  2026-09-03  2026-09-09
  `)) {
    it(`18(2)(b): the second month from ${from} is paid from ${opens} to ${closes}`, () => {
      const [, later] = benefitMonths(plainDate(from), 2);
      expect(paymentTerm(later ?? second, received, LAW_OF_2013, calendar)).to.deep.equal({
        from: opens,
        by: closes,
      });
    });
  }

  it('18(3): three to fetch the decision, two more to cancel it', () => {
    expect(cancellationTerm(plainDate('2026-03-26'), LAW_OF_2013, calendar)).to.deep.equal({
      from: '2026-04-01',
      by: '2026-04-02',
    });
    expect(cancellationTerm(plainDate('2026-03-31'), LAW_OF_2013, calendar)).to.deep.equal({
      from: '2026-04-04',
      by: '2026-04-07',
    });
  });

  it('says of the law of 2025 only what was found', () => {
    expect(decideBy(received, LAW_OF_2025, calendar)).to.equal(undefined);
    expect(paymentTerm(first, received, LAW_OF_2025, calendar)).to.equal(undefined);
    expect(cancellationTerm(received, LAW_OF_2025, calendar)).to.equal(undefined);
    expect(collectBy(received, LAW_OF_2025)).to.equal(undefined);
  });
});
