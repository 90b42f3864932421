import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { assessCase } from '../../src/entitlement/assess-case.ts';
import type { Case, CaseGround, CaseProgramme, CaseResult } from '../../src/entitlement/case.ts';
import { lawOf, type Law } from '../../src/entitlement/law-book.ts';
import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import {
  addMonths,
  firstDay,
  lastDay,
  period,
  periodsFrom,
  plainDate,
  type Period,
  type PlainDate,
} from '../../src/kernel/period.ts';
import { aCase, assess, BOOK, ground, LAW } from '../support/cases.ts';

const START = period('2026-01');
const month = (from: number, until: number): fc.Arbitrary<Period> =>
  fc.integer({ min: from, max: until }).map((n) => addMonths(START, n));
const day = (from: number, until: number): fc.Arbitrary<PlainDate> =>
  fc
    .tuple(month(from, until), fc.integer({ min: 1, max: 28 }))
    .map(([of, n]) => plainDate(`${of}-${String(n).padStart(2, '0')}`));

const MONTHLY = [
  'social_assistance',
  'care_support',
  'institution',
  'social_pension',
  'merit',
  'all',
] as const satisfies readonly CaseProgramme[];

const anyGround = fc
  .record({
    code: fc.constantFrom(...LAW.assistance.keys(), ...LAW.care.keys()),
    from: fc.option(month(-12, 8)),
    until: fc.option(month(6, 14)),
    dependants: fc.option(fc.integer({ min: 0, max: 4 })),
    persons: fc.option(fc.integer({ min: 1, max: 3 })),
    caredBirthDate: fc.option(day(-200, -1)),
    caredDiedOn: fc.option(day(3, 12), { freq: 6 }),
  })
  .map((told): CaseGround => {
    // A ground does not end before it begins, and who is cared for is born before the death.
    const isTurned = told.from !== null && told.until !== null && told.until < told.from;
    return ground(told.code, { ...told, until: isTurned ? null : told.until });
  });

const anySuspension = fc
  .record({
    from: month(2, 10),
    length: fc.option(fc.integer({ min: 0, max: 4 })),
    reason: fc.constantFrom('uncollected', 'custody', 'reassessment_refused', 'suspected_forgery'),
    backPay: fc.boolean(),
    outcome: fc.constantFrom('cleared' as const, undefined),
  })
  .map(({ length, ...told }) => ({
    ...told,
    until: length === null ? null : addMonths(told.from, length),
  }));

const anyPerson = fc.record({
  birthDate: fc
    .constantFrom(2, 3, 4, 16, 23, 36, 60, 70, 75, 80)
    .chain((age) => day(-12 * age, 10 - 12 * age))
    // Nobody is born after the months that are looked at.
    .map((date) => (date < '2026-01-01' ? date : plainDate('2025-12-01'))),
  diedOn: fc.option(day(3, 12), { freq: 4 }),
  household: fc.constantFrom('poor' as const, 'near_poor' as const, 'none' as const, null),
  area: fc.constantFrom('especially_difficult' as const, 'none' as const, null),
  grounds: fc.array(anyGround, { maxLength: 4 }),
  otherPension: fc.constantFrom(null, 0, 539_999, 540_000),
  multiple: fc.option(fc.constantFrom(0.1, 0.2, 0.6, 1), { freq: 2 }),
  meritCode: fc.option(fc.constantFrom(...LAW.merit.keys()), { freq: 3 }),
  decisionDate: fc.option(day(-6, 6), { freq: 3 }),
  moves: fc.option(
    fc.uniqueArray(
      fc.record({ fromProvince: fc.constantFrom('01', '31', '08'), lastMonth: month(0, 10) }),
      { maxLength: 2, selector: ({ lastMonth }) => lastMonth },
    ),
  ),
  suspensions: fc.array(anySuspension, { maxLength: 2 }),
  spousePaid: fc.boolean(),
});

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    programme: fc.constantFrom(...MONTHLY),
    of: month(4, 11),
    person: anyPerson,
    province: fc.constantFrom(null, '01', '40'),
    asOf: day(4, 12),
  })
  .map(({ programme, of, person, province, asOf }) =>
    aCase(programme, of, person, { province, asOf }),
  );

const withPaid = (
  one: Case,
  paid: ReadonlyMap<Period, bigint>,
  other: Partial<Case> = {},
): Case => ({
  ...one,
  ...other,
  person: {
    ...one.person,
    alreadyPaid: [...paid].map(([of, vnds]) => ({ period: of, amountVnd: String(vnds) })),
  },
});

function byMonth({ lines }: CaseResult, before = new Map<Period, Vnd>()): Map<Period, Vnd> {
  const months = new Map(before);
  for (const { period: of, amount } of lines) {
    months.set(of, sum([months.get(of) ?? vnd(0n), amount]));
  }
  return months;
}

/** Without the months for which nothing was paid. */
const positive = (months: ReadonlyMap<Period, Vnd>): [Period, Vnd][] =>
  [...months].filter(([, amount]) => amount > 0n).sort(([a], [b]) => (a < b ? -1 : 1));

const unpaid = (months: readonly Period[]): Map<Period, Vnd> =>
  new Map(months.map((of) => [of, vnd(0n)]));

const paidAmounts = fc.dictionary(month(3, 12), fc.bigInt({ min: 0n, max: 4_000_000n }), {
  maxKeys: 5,
});

describe('assessCase', () => {
  it('is never negative, adds up, and gives a reason exactly where there is no line', () => {
    fc.assert(
      fc.property(anyCase, paidAmounts, (one, paid) => {
        const told = withPaid(one, new Map(Object.entries(paid)) as Map<Period, bigint>);
        const result = assess(told);
        expect(result.amount).to.equal(sum(result.lines.map(({ amount }) => amount)));
        expect(result.recoveryVnd).to.equal(sum(result.recoveries.map(({ amount }) => amount)));
        expect(result.lines.length === 0).to.equal(result.reason !== null);
        for (const { amount, paidVnd, due, kind, period: of, articles } of result.lines) {
          expect(amount > 0n && amount + paidVnd === due.amount).to.equal(true);
          expect(kind).to.equal(of === one.period ? 'current' : 'arrears');
          expect(of <= one.period).to.equal(true);
          expect(articles).to.not.be.empty;
        }
        for (const { amount, paidVnd, dueVnd } of result.recoveries) {
          expect(amount > 0n && amount === paidVnd - dueVnd).to.equal(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('can be computed again from a line: standard × coefficient', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        for (const { due } of assess(one).lines) {
          if (due.standardVnd === null || due.coefficient === null) continue;
          const whole = new Decimal(due.coefficient).times(due.standardVnd.toString());
          // Merit is rounded to the thousand.
          const apart = whole.minus(due.amount.toString()).abs();
          expect(apart.lessThanOrEqualTo(due.programme === 'merit' ? 500 : 0)).to.equal(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('yields nothing in a second run', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const first = assess(one);
        const second = assess(withPaid(one, byMonth(first)));
        expect(second.lines).to.deep.equal([]);
        expect(second.recoveries).to.deep.equal([]);
        expect(second.eligible).to.equal(first.eligible);
      }),
      { numRuns: 500 },
    );
  });

  it('gives month by month what it gives for the whole span', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const span = periodsFrom(addMonths(one.period, -4), one.period);
        // Back pay belongs to the month that follows the suspension, so it is told on its own.
        const plain = { ...one, person: { ...one.person, suspensions: [] } };
        const whole = byMonth(assess(withPaid(plain, unpaid(span))));
        let piecewise = new Map<Period, Vnd>();
        for (const of of span) piecewise = byMonth(assess({ ...plain, period: of }), piecewise);
        expect(positive(piecewise)).to.deep.equal(positive(whole));
      }),
      { numRuns: 500 },
    );
  });

  it('pays in the end what early knowledge would have paid, however late the decrees are known', () => {
    const late = fc.record({ later: fc.integer({ min: 0, max: 90 }), one: anyCase });
    fc.assert(
      fc.property(late, ({ later, one }) => {
        const knownLate = lawKnown(later);
        const runs = (law: Law): Map<Period, Vnd> => {
          let paid = unpaid(periodsFrom(period('2026-05'), period('2027-03')));
          for (const of of paid.keys()) {
            // A run knows what there is to know on the last day of its month.
            const told = withPaid(one, paid, { period: of, asOf: lastDay(of) });
            paid = byMonth(assessCase(told, law), paid);
          }
          return paid;
        };
        expect(positive(runs(knownLate))).to.deep.equal(positive(runs(KNOWN_EARLY)));
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order in which facts are told', () => {
    const turned = (one: Case): Case => ({
      ...one,
      person: {
        ...one.person,
        grounds: one.person.grounds?.toReversed() ?? null,
        moves: one.person.moves?.toReversed() ?? null,
        suspensions: one.person.suspensions?.toReversed() ?? null,
        alreadyPaid: one.person.alreadyPaid?.toReversed() ?? null,
      },
    });
    fc.assert(
      fc.property(anyCase, paidAmounts, (one, paid) => {
        const told = withPaid(one, new Map(Object.entries(paid)) as Map<Period, bigint>);
        expect(assess(turned(told))).to.deep.equal(assess(told));
      }),
      { numRuns: 500 },
    );
  });

  it('never pays less for a month when a coefficient is higher', () => {
    const more = fc.tuple(anyCase, fc.integer({ min: 0, max: 20 }), anyGround);
    fc.assert(
      fc.property(more, ([one, tenths, { code }]) => {
        const raise = <Row extends { groundCode: string; coefficient: Decimal }>(row: Row): Row =>
          row.groundCode === code
            ? { ...row, coefficient: row.coefficient.plus(new Decimal(tenths).div(10)) }
            : row;
        const law = lawOf({
          ...BOOK,
          grounds: BOOK.grounds.map(raise),
          care: BOOK.care.map(raise),
        });
        const plain = { ...one, person: { ...one.person, suspensions: [] } };
        expect(assessCase(plain, law).amount >= assess(plain).amount).to.equal(true);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }), (a, b) => {
        const of = (hundredths: number): bigint =>
          assess(aCase('merit', '2026-10', { multiple: hundredths / 100 })).amount;
        expect(of(a + b) >= of(a)).to.equal(true);
      }),
    );
  });

  // Nothing that was paid in excess for one month takes anything off another: only a person decides
  // about a recovery.
  it('never sets a recovery off against what is due', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.bigInt({ min: 1n, max: 9_000_000n }),
        month(3, 12),
        (one, vnds, of) => {
          const before = assess(withPaid(one, unpaid([of])));
          const dueVnd = before.lines
            .filter((line) => line.period === of)
            .reduce((total, { amount }) => total + amount, 0n);
          // Of a month ahead it is not known here what is due.
          fc.pre(of <= one.period);
          const result = assess(withPaid(one, new Map([[of, dueVnd + vnds]])));
          expect(result.recoveryVnd).to.equal(vnds);
          const others = (found: CaseResult): unknown =>
            found.lines.filter((line) => line.period !== of);
          expect(others(result)).to.deep.equal(others(before));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The law with every document of 2026 in force on the day it counts from. */
const KNOWN_EARLY = lawKnown(null);

/** The law with the documents of 2026 in force so many days after 1 October; null for at once. */
function lawKnown(days: number | null): Law {
  const on = (countsFrom: PlainDate): PlainDate => {
    if (days === null) return countsFrom;
    const later = addMonths(period('2026-10'), Math.floor(days / 28));
    const date = plainDate(`${later}-${String((days % 28) + 1).padStart(2, '0')}`);
    return date > countsFrom ? date : countsFrom;
  };
  const shift = <Row extends { countsFrom: PlainDate; inForceFrom: PlainDate }>(row: Row): Row =>
    row.countsFrom === firstDay(period('2026-07'))
      ? { ...row, inForceFrom: on(row.countsFrom), knownSince: row.countsFrom }
      : row;
  return lawOf({ ...BOOK, rates: BOOK.rates.map(shift), merit: BOOK.merit.map(shift) });
}
