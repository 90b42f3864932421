import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import type { Assessment, AssistedPerson, Enrolment } from '../../src/entitlement/entitlement.ts';
import { listCutOn, type Rate } from '../../src/entitlement/rate.ts';
import { assessSocialAssistance } from '../../src/entitlement/social-assistance.ts';
import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import { addMonths, firstDay, period, periodsFrom, type Period } from '../../src/kernel/period.ts';
import { GROUNDS, lawOn, person, STANDARDS } from '../support/social-assistance-law.ts';

const START = period('2026-01');
const END = period('2027-06');

const month = (from: number, until: number): fc.Arbitrary<Period> =>
  fc.integer({ min: from, max: until }).map((n) => addMonths(START, n));

/** Enrolments of any ground, with everything that may happen to one in the year of the rise. */
const anyEnrolment = fc
  .record({
    enrolmentId: fc.string({ minLength: 1, maxLength: 3 }),
    groundCode: fc.constantFrom(...GROUNDS.keys()),
    dependants: fc.integer({ min: 0, max: 4 }),
    entitledFrom: month(-30, 14),
    decidedLater: fc.integer({ min: 0, max: 3 }),
    stopsAfter: fc.option(month(-3, 17)),
    paidThrough: fc.option(month(-6, 9)),
    suspensions: fc.array(fc.record({ from: month(-3, 14), until: fc.option(month(-3, 17)) }), {
      maxLength: 1,
    }),
  })
  .map(({ decidedLater, ...rest }): Enrolment => ({
    ...rest,
    decidedOn: firstDay(addMonths(rest.entitledFrom, decidedLater)),
    settledOn: null,
  }));

const anyPerson = fc
  .record({
    birth: fc
      .constantFrom(3, 4, 16, 23, 36, 60, 75, 80)
      .chain((age) => month(-12 * age, 18 - 12 * age)),
    diedOn: fc.option(month(-2, 17).map(firstDay), { freq: 4 }),
    enrolments: fc.uniqueArray(anyEnrolment, {
      maxLength: 3,
      selector: ({ enrolmentId }) => enrolmentId,
    }),
  })
  .map(({ birth, diedOn, enrolments }) => person(enrolments, { birth: firstDay(birth), diedOn }));

/** The law on the last day on which the list of a month is cut. */
const lawFor = (of: Period, standards: readonly Rate[] = STANDARDS): ReturnType<typeof lawOn> =>
  lawOn(listCutOn(of), { standards });

function add(assessed: Map<Period, Vnd>, { lines }: Assessment): Map<Period, Vnd> {
  const months = new Map(assessed);
  for (const { forPeriod, amount } of lines) {
    months.set(forPeriod, sum([months.get(forPeriod) ?? vnd(0n), amount]));
  }
  return months;
}

const unpaid = (enrolment: Enrolment): Enrolment => ({ ...enrolment, paidThrough: null });

/** What a person has been assessed after every run from one month to another. */
function runs(who: AssistedPerson, standards: readonly Rate[]): Map<Period, Vnd> {
  let assessed = new Map<Period, Vnd>();
  for (const of of periodsFrom(addMonths(START, 10), END)) {
    const told = { ...who, alreadyAssessed: assessed };
    assessed = add(assessed, assessSocialAssistance(told, of, lawFor(of, standards)));
  }
  return assessed;
}

describe('assessSocialAssistance', () => {
  it('is never negative, and adds up line by line', () => {
    fc.assert(
      fc.property(anyPerson, month(0, 17), (who, of) => {
        const result = assessSocialAssistance(who, of, lawFor(of));
        expect(result.amount).to.equal(sum(result.lines.map(({ amount }) => amount)));
        expect(result.due).to.equal(result.amount > 0n);
        for (const line of result.lines) {
          const whole = new Decimal(line.coefficient).times(line.standardVnd.toString());
          expect((line.amount + line.paidVnd).toString()).to.equal(whole.toFixed());
          expect(line.amount > 0n && line.paidVnd >= 0n).to.equal(true);
          expect(line.kind === 'current').to.equal(line.forPeriod === of);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('tells of every enrolment for the period: a line, or why none', () => {
    fc.assert(
      fc.property(anyPerson, month(0, 17), (who, of) => {
        const { lines, setAside } = assessSocialAssistance(who, of, lawFor(of));
        const told = [...lines, ...setAside].filter(({ forPeriod }) => forPeriod === of);
        expect(told.map(({ enrolmentId }) => enrolmentId).toSorted()).to.deep.equal(
          who.enrolments.map(({ enrolmentId }) => enrolmentId).toSorted(),
        );
      }),
    );
  });

  it('does not depend on the order of the enrolments', () => {
    fc.assert(
      fc.property(anyPerson, month(0, 17), (who, of) => {
        const turned = { ...who, enrolments: who.enrolments.toReversed() };
        expect(assessSocialAssistance(turned, of, lawFor(of))).to.deep.equal(
          assessSocialAssistance(who, of, lawFor(of)),
        );
      }),
    );
  });

  it('never pays less for a month when a coefficient is higher', () => {
    const anyGround = fc.constantFrom(...GROUNDS.values());
    fc.assert(
      fc.property(anyPerson, month(0, 17), anyGround, fc.nat(20), (who, of, rule, tenths) => {
        const told = { ...who, enrolments: who.enrolments.map(unpaid) };
        const coefficient = rule.coefficient.plus(new Decimal(tenths).div(10));
        const grounds = new Map(GROUNDS).set(rule.groundCode, { ...rule, coefficient });
        const [before = 0n, after = 0n] = [GROUNDS, grounds].map((law) => {
          const { lines } = assessSocialAssistance(
            told,
            of,
            lawOn(listCutOn(of), { grounds: law }),
          );
          return sum(lines.filter(({ kind }) => kind === 'current').map(({ amount }) => amount));
        });
        expect(after >= before).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });

  it('yields nothing new in a second run', () => {
    fc.assert(
      fc.property(anyPerson, month(0, 17), (who, of) => {
        const first = assessSocialAssistance(who, of, lawFor(of));
        const alreadyAssessed = add(new Map(), first);
        const second = assessSocialAssistance({ ...who, alreadyAssessed }, of, lawFor(of));
        expect(second.lines).to.deep.equal([]);
        expect(second.overpaid).to.equal(first.overpaid);
      }),
      { numRuns: 1000 },
    );
  });

  it('pays in the end what early knowledge would have paid, however late the decree comes', () => {
    const lateness = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 28 }));
    fc.assert(
      fc.property(anyPerson, lateness, (who, [months, day]) => {
        const [known, late] = [-12, months].map((n) => {
          const inForceFrom = firstDay(addMonths(period('2026-10'), n)).slice(0, 8);
          return STANDARDS.map((rate) =>
            rate.amountVnd === 540_000n
              ? { ...rate, inForceFrom: `${inForceFrom}${String(day).padStart(2, '0')}` as never }
              : rate,
          );
        });
        // What an earlier system paid is assumed from what it knew, and so changes with lateness.
        const told = { ...who, enrolments: who.enrolments.map(unpaid) };
        expect(runs(told, late ?? [])).to.deep.equal(runs(told, known ?? []));
      }),
    );
  });
});
