import { expect } from 'chai';
import { firstRepriced, governingRate, listCutOn, type Dated } from '../../src/entitlement/rate.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { ratesOf, rowsOf } from '../support/social-assistance-law.ts';

describe('governingRate', () => {
  // Each boundary day: the day before, the day itself, and a day long after.
  for (const [series, month, assessedOn, amount] of [
    // Decree 335/2026 counts from 1 July 2026 and came into force on 5 October 2026.
    ['social_assistance_standard', '2026-06', '2026-11-24', 500_000n],
    ['social_assistance_standard', '2026-07', '2026-10-04', 500_000n],
    ['social_assistance_standard', '2026-07', '2026-10-05', 540_000n],
    ['social_assistance_standard', '2026-07', '2026-10-06', 540_000n],
    ['social_assistance_standard', '2026-11', '2026-10-04', 500_000n],
    ['social_assistance_standard', '2026-11', '2026-10-05', 540_000n],
    ['social_assistance_standard', '2024-06', '2026-10-24', 360_000n],
    ['social_assistance_standard', '2024-07', '2026-10-24', 500_000n],
    ['social_assistance_standard', '2021-06', '2026-10-24', 270_000n],
    ['social_assistance_standard', '2021-07', '2026-10-24', 360_000n],
    ['social_pension', '2025-06', '2026-10-24', undefined],
    ['social_pension', '2025-09', '2025-08-24', 500_000n],
    ['social_pension', '2026-10', '2026-09-24', 500_000n],
    ['social_pension', '2026-10', '2026-10-05', 540_000n],
    // Decree 321/2026 counts from the same day and came into force on 1 October 2026.
    ['merit_standard', '2026-07', '2026-09-30', 2_789_000n],
    ['merit_standard', '2026-07', '2026-10-01', 3_012_000n],
    ['merit_standard', '2023-07', '2023-09-04', 1_624_000n],
    ['merit_standard', '2023-07', '2023-09-05', 2_055_000n],
    ['base_salary', '2026-06', '2026-07-01', 2_340_000n],
    ['base_salary', '2026-07', '2026-07-01', 2_530_000n],
  ] as const) {
    it(`${series} of ${month} as known on ${assessedOn} is ${String(amount)}`, () => {
      const rate = governingRate(ratesOf(series), period(month), plainDate(assessedOn));
      expect(rate?.amountVnd).to.equal(amount);
    });
  }

  it('does not depend on the order of the rates', () => {
    const reversed = ratesOf('social_assistance_standard').toReversed();
    const rate = governingRate(reversed, period('2026-11'), plainDate('2026-10-24'));
    expect(rate?.amountVnd).to.equal(540_000n);
  });
});

/** Something that counts from a day, is in force from another, and is known since a third. */
function dated(countsFrom: string, inForceFrom: string, knownSince?: string): Dated {
  return {
    countsFrom: plainDate(countsFrom),
    inForceFrom: plainDate(inForceFrom),
    ...(knownSince === undefined ? {} : { knownSince: plainDate(knownSince) }),
  };
}

describe('governingRate, of documents that overlap', () => {
  const NOVEMBER = period('2026-11');
  const on = plainDate('2026-11-20');

  it('is the one that counts from the later day, whichever became known last', () => {
    const later = dated('2026-07-01', '2026-07-01');
    const earlier = dated('2026-01-01', '2026-01-01', '2026-10-01');
    expect(governingRate([later, earlier], NOVEMBER, on)).to.equal(later);
    expect(governingRate([earlier, later], NOVEMBER, on)).to.equal(later);
  });

  it('of two that count from one day is the one known last, and of two known at once the last', () => {
    const first = dated('2026-07-01', '2026-07-01');
    const corrected = dated('2026-07-01', '2026-07-01', '2026-08-01');
    expect(governingRate([corrected, first], NOVEMBER, on)).to.equal(corrected);
    expect(governingRate([first, corrected], NOVEMBER, on)).to.equal(corrected);
    const same = dated('2026-07-01', '2026-07-01');
    expect(governingRate([first, same], NOVEMBER, on)).to.equal(same);
  });

  it('is used from the day on which it is known, and not before', () => {
    const late = dated('2026-07-01', '2026-10-05', '2026-11-20');
    expect(governingRate([late], NOVEMBER, plainDate('2026-11-19'))).to.equal(undefined);
    expect(governingRate([late], NOVEMBER, on)).to.equal(late);
  });
});

describe('firstRepriced', () => {
  const law = {
    rates: new Map([
      [
        'one',
        new Map([['VN', [dated('2026-08-01', '2026-10-05'), dated('2026-07-01', '2026-10-05')]]]),
      ],
      ['two', new Map([['VN', [dated('2026-09-01', '2026-10-05')]]])],
    ]),
    merit: new Map([['three', [dated('2026-03-01', '2026-10-01')]]]),
  };
  const between = (then: string, now: string, of = law): string | undefined =>
    firstRepriced(of, { then: plainDate(then), now: plainDate(now) });

  it('is the first month from which anything counts that came into use between two days', () => {
    expect(between('2026-10-04', '2026-10-05')).to.equal('2026-07');
    expect(between('2026-09-30', '2026-10-05')).to.equal('2026-03');
    expect(between('2026-09-30', '2026-10-04')).to.equal('2026-03');
    expect(between('2026-10-01', '2026-10-05')).to.equal('2026-07');
  });

  it('is none where nothing came into use, and says so again', () => {
    expect(between('2026-10-05', '2026-11-05')).to.equal(undefined);
    expect(between('2026-10-05', '2026-11-05')).to.equal(undefined);
    expect(between('2026-10-01', '2026-10-04')).to.equal(undefined);
  });

  it('looks at the tables of merit where no rate has changed', () => {
    expect(between('2026-09-30', '2026-12-01', { ...law, rates: new Map() })).to.equal('2026-03');
  });
});

describe('listCutOn', () => {
  it('is the last day before the 25th of the month before', () => {
    expect(listCutOn(period('2026-11'))).to.equal('2026-10-24');
    expect(listCutOn(period('2027-01'))).to.equal('2026-12-24');
  });
});

describe('the reference data', () => {
  const rates = rowsOf('migrations/reference/rates.csv');
  const grounds = rowsOf('migrations/reference/grounds.csv');

  it('gives every rate and every ground a source', () => {
    const sourceless = [...rates, ...grounds].filter((row) => (row.source ?? '') === '');
    expect(sourceless).to.deep.equal([]);
  });

  it('has one rate a series, scope and day, known before it is in force', () => {
    const points = rates.map((row) => `${row.series} ${row.scope} ${row.counts_from}`);
    expect(new Set(points).size).to.equal(points.length);
    const late = rates.filter((row) => (row.known_since ?? '') > (row.in_force_from ?? ''));
    expect(late).to.deep.equal([]);
  });

  it('has one ground a programme and code', () => {
    const codes = grounds.map((row) => `${row.programme} ${row.ground_code}`);
    expect(new Set(codes).size).to.equal(codes.length);
    expect(codes).to.have.lengthOf(32);
  });
});
