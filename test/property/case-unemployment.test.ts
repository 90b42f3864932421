import { expect } from 'chai';
import fc from 'fast-check';
import type { Case, CasePerson } from '../../src/entitlement/case.ts';
import type { UnemploymentClaim } from '../../src/entitlement/unemployment-claim.ts';
import { assessUnemployment } from '../../src/entitlement/unemployment.ts';
import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import {
  addMonths,
  periodOf,
  periodsFrom,
  plainDate,
  type Period,
} from '../../src/kernel/period.ts';
import { aCase, assess, LAW } from '../support/cases.ts';
import { anyClaim, anyOffset, asked } from '../support/unemployment-claims.ts';

/** The claim without what a case does not say: the end of a term, and a death that was told twice. */
function sayable(claim: UnemploymentClaim): UnemploymentClaim {
  const others = claim.endings.filter(({ code }) => code !== 'term-over' && code !== 'deceased');
  const death = claim.endings.find(({ code }) => code === 'deceased');
  const endings = death === undefined ? others : [...others, { ...death, notified: false }];
  return { ...claim, endings };
}

/** The same claim, told as a case. */
function toldAs(claim: UnemploymentClaim, of: Period, asOf: Case['asOf']): Case {
  const { contributionMonths, region, statePaid, lastContributionMonth, recentMonths } = claim;
  const endings = claim.endings.flatMap(({ code, on, notified }) => {
    return code === 'deceased' || code === 'term-over' ? [] : [{ code, on, notified }];
  });
  const person: Partial<CasePerson> = {
    birthDate: null,
    ...{ contributionMonths, region, statePaid, lastContributionMonth, recentMonths },
    averageSalary6: Number(claim.averageSalary6),
    shortContract: claim.shortContract,
    barredBy: claim.barredBy,
    decisionDate: claim.decisionDate,
    benefitFrom: claim.benefitFrom,
    diedOn: claim.endings.find(({ code }) => code === 'deceased')?.on ?? null,
    endings,
    reports:
      claim.reports?.map((report) =>
        'on' in report
          ? { period: periodOf(report.on), reportedOn: report.on, excused: null }
          : { period: report.excusedFor, reportedOn: null, excused: true },
      ) ?? null,
    suspensions: claim.suspensions,
    uncollected: claim.uncollected,
    alreadyPaid: [...claim.alreadyPaid].map(([period, amount]) => {
      return { period, amountVnd: String(amount) };
    }),
  };
  return aCase('unemployment', of, person, { asOf });
}

const NOTHING = vnd(0n);

/** A claim of which each month of the year and a half around it is told as paid or as not paid. */
const historied = fc
  .tuple(anyClaim, fc.array(fc.option(fc.bigInt({ min: 0n, max: 30_000_000n })), { maxLength: 9 }))
  .map(([claim, amounts]): UnemploymentClaim => {
    const first = addMonths(periodOf(claim.benefitFrom ?? plainDate('2026-05-11')), -1);
    const told = periodsFrom(first, addMonths(first, 26)).map((period, i) => {
      return [period, vnd(amounts[i] ?? 0n)] as const;
    });
    // A suspension that is turned round is no case.
    const suspensions = claim.suspensions.filter(({ from, until }) => (until ?? from) >= from);
    return sayable({ ...claim, suspensions, alreadyPaid: new Map(told) });
  });

describe('a case of unemployment benefit', () => {
  it('is answered as the law answers the claim', () => {
    fc.assert(
      fc.property(historied, anyOffset, fc.nat(40), (claim, offset, later) => {
        const [of, asOf] = asked(claim, offset, later);
        const given = assessUnemployment(claim, { of, asOf }, LAW.unemployment);
        const result = assess(toldAs(claim, of, asOf));
        expect(result).to.include({
          amount: given.amount,
          months: given.months,
          leftoverMonths: given.leftoverMonths,
          recoveryVnd: given.recoveryVnd,
          reason: given.reason,
        });
        expect(result.term).to.deep.include({
          law: given.law,
          from: given.from,
          until: given.until,
          monthlyVnd: given.monthlyVnd,
          ending: given.ending,
          steps: given.steps,
        });
        const lines = result.lines.map(({ kind, period, amount, paidVnd, days, articles }) => {
          return [kind, period, amount, paidVnd, days?.from, days?.until, articles];
        });
        expect(lines).to.deep.equal(
          given.lines.map((line) => {
            const { kind, forPeriod, amount, paidVnd, firstDay, lastDay, articles } = line;
            return [kind, forPeriod, amount, paidVnd, firstDay, lastDay, articles];
          }),
        );
        const recovered = sum(result.recoveries.map(({ amount }) => amount));
        expect(recovered).to.equal(given.recoveryVnd);
        for (const { paidVnd, dueVnd, amount } of result.recoveries) {
          expect(amount > 0n && amount === paidVnd - dueVnd).to.equal(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves out the months before the period of which nothing is told, and no other', () => {
    const some = fc.tuple(historied, fc.array(fc.nat(20), { maxLength: 6 }));
    fc.assert(
      fc.property(some, anyOffset, ([claim, kept], offset) => {
        const [of, asOf] = asked(claim, offset, 9);
        const months = [...claim.alreadyPaid].filter((_, i) => kept.includes(i));
        const alreadyPaid = new Map<Period, Vnd>(months);
        const whole = { ...claim, alreadyPaid };
        const given = assessUnemployment(whole, { of, asOf }, LAW.unemployment);
        const result = assess(toldAs(whole, of, asOf));
        const expected = given.lines.filter(({ forPeriod }) => {
          return forPeriod === of || alreadyPaid.has(forPeriod);
        });
        expect(result.lines.map(({ period, amount }) => [period, amount])).to.deep.equal(
          expected.map(({ forPeriod, amount }) => [forPeriod, amount]),
        );
        expect(result.amount).to.equal(sum(expected.map(({ amount }) => amount)));
        expect(result.reason === null).to.equal(result.amount > NOTHING);
        if (result.lines.some(({ period }) => period === of))
          expect(result.eligible).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });
});
