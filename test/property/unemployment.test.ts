import { expect } from 'chai';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { toTheDong } from '../../src/entitlement/unemployment-amount.ts';
import type { UnemploymentClaim } from '../../src/entitlement/unemployment-claim.ts';
import { benefitMonths } from '../../src/entitlement/unemployment-dates.ts';
import { grantFor } from '../../src/entitlement/unemployment-duration.ts';
import { told } from '../../src/entitlement/unemployment-steps.ts';
import {
  assessUnemployment,
  type UnemploymentAssessment,
} from '../../src/entitlement/unemployment.ts';
import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import {
  addMonths,
  period,
  periodsFrom,
  type Period,
  type PlainDate,
} from '../../src/kernel/period.ts';
import { addDays } from '../../src/kernel/working-days.ts';
import { anyClaim, anyOffset, asked, HORIZON } from '../support/unemployment-claims.ts';
import { LAW } from '../support/unemployment-law.ts';

const assess = (
  claim: UnemploymentClaim,
  [of, asOf]: readonly [Period, PlainDate],
): UnemploymentAssessment => assessUnemployment(claim, { of, asOf }, LAW);

function add(paid: ReadonlyMap<Period, Vnd>, result: UnemploymentAssessment): Map<Period, Vnd> {
  const months = new Map(paid);
  for (const { forPeriod, amount } of result.lines) {
    months.set(forPeriod, sum([months.get(forPeriod) ?? vnd(0n), amount]));
  }
  return months;
}

describe('assessUnemployment', () => {
  it('is never negative, adds up line by line, and tells of every month up to the period', () => {
    fc.assert(
      fc.property(anyClaim, anyOffset, fc.nat(40), (claim, offset, later) => {
        const [of, asOf] = asked(claim, offset, later);
        const result = assess(claim, [of, asOf]);
        expect(result.amount).to.equal(sum(result.lines.map(({ amount }) => amount)));
        expect(result.due).to.equal(result.amount > 0n);
        expect(result.reason === null).to.equal(result.due);
        expect(result.recoveryVnd).to.equal(0n);
        for (const line of result.lines) {
          const exact = new Decimal(line.coefficient).times(line.standardVnd.toString());
          expect(line.monthlyVnd).to.equal(toTheDong(exact)).and.to.equal(result.monthlyVnd);
          expect(line.amount + line.paidVnd).to.equal(line.monthlyVnd);
          expect(line.amount > 0n).to.equal(true);
          expect(line.kind === 'current').to.equal(line.forPeriod === of);
          expect(line.firstDay <= asOf && line.forPeriod <= of).to.equal(true);
        }
        const toldOf = [...result.lines, ...result.setAside].map(({ forPeriod }) => forPeriod);
        expect(new Set(toldOf).size).to.equal(toldOf.length);
        expect(toldOf).to.include(of);
        for (const step of result.steps) expect(told(step).vi).not.to.equal(told(step).en);
      }),
      { numRuns: 1000 },
    );
  });

  it('grants twelve months at most, and every contributed month is used or left', () => {
    fc.assert(
      fc.property(anyClaim, anyOffset, (claim, offset) => {
        const { months, leftoverMonths, entitled, lines } = assess(claim, asked(claim, offset, 9));
        const { contributionMonths: contributed } = claim;
        expect(months).to.be.within(0, 12);
        expect(lines.length).to.be.at.most(months);
        expect(leftoverMonths).to.be.within(0, contributed);
        if (!entitled) expect([months, leftoverMonths]).to.deep.equal([0, contributed]);
        else expect(leftoverMonths).to.be.at.least(Math.max(0, contributed - 12 * months));
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.nat(400), (contributed) => {
        const { months, leftover } = grantFor(contributed);
        const isWithinFirst = contributed >= 12 && contributed <= 36;
        expect(12 * months + leftover).to.equal(isWithinFirst ? 36 : contributed);
        expect(leftover < 12 || months === 12).to.equal(true);
      }),
    );
  });

  it('never pays less for more contributed months or a higher salary, and never above the cap', () => {
    fc.assert(
      fc.property(
        anyClaim,
        anyOffset,
        fc.nat(60),
        fc.integer({ min: 0, max: 50_000_000 }),
        (claim, offset, months, salary) => {
          const more = {
            ...claim,
            contributionMonths: claim.contributionMonths + months,
            averageSalary6: vnd(claim.averageSalary6 + BigInt(salary)),
          };
          const when = asked(claim, offset, 9);
          const [before, after] = [assess(claim, when), assess(more, when)];
          expect(after.amount >= before.amount).to.equal(true);
          expect(after.months).to.be.at.least(before.months);
          if (after.monthlyVnd === null) return;
          expect(after.monthlyVnd >= (before.monthlyVnd ?? 0n)).to.equal(true);
          expect(after.monthlyVnd <= 26_550_000n).to.equal(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('pays piece by piece what it pays at once', () => {
    fc.assert(
      fc.property(anyClaim, fc.nat(HORIZON), fc.nat(400), (claim, offset, later) => {
        // Known is the same throughout: only the months that are asked for go on.
        const [last, asOf] = asked(claim, offset, later);
        const whole = assess(claim, [last, asOf]);
        let paid: ReadonlyMap<Period, Vnd> = new Map();
        for (const of of periodsFrom(addMonths(last, -offset - 1), last)) {
          paid = add(paid, assess({ ...claim, alreadyPaid: paid }, [of, asOf]));
        }
        expect(paid).to.deep.equal(add(new Map(), whole));
      }),
      { numRuns: 500 },
    );
  });

  it('pays month by month what early knowledge would have paid, or holds it for recovery', () => {
    fc.assert(
      fc.property(anyClaim, (claim) => {
        let paid: ReadonlyMap<Period, Vnd> = new Map();
        for (const offset of Array.from({ length: HORIZON + 8 }, (_, i) => i)) {
          paid = add(paid, assess({ ...claim, alreadyPaid: paid }, asked(claim, offset, 15)));
        }
        const end = asked(claim, HORIZON + 8, 15);
        const due = assess(claim, end);
        const after = assess({ ...claim, alreadyPaid: paid }, end);
        expect(after.lines).to.deep.equal([]);
        const paidVnd = sum(paid.values());
        expect(paidVnd).to.equal(due.amount + after.recoveryVnd);
      }),
      { numRuns: 300 },
    );
  });

  it('yields nothing new in a second run', () => {
    fc.assert(
      fc.property(anyClaim, anyOffset, fc.nat(60), (claim, offset, later) => {
        const when = asked(claim, offset, later);
        const alreadyPaid = add(new Map(), assess(claim, when));
        const second = assess({ ...claim, alreadyPaid }, when);
        expect(second.lines).to.deep.equal([]);
        expect(second.recoveryVnd).to.equal(0n);
      }),
      { numRuns: 500 },
    );
  });

  it('takes back exactly what was paid beyond what is due', () => {
    const anyPaid = fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 0, max: HORIZON }).map((n) => addMonths(period('2025-05'), n)),
        fc.integer({ min: 0, max: 30_000_000 }).map((n) => vnd(BigInt(n))),
      ),
      { maxLength: 6, selector: ([month]) => month },
    );
    fc.assert(
      fc.property(anyClaim, anyOffset, anyPaid, (claim, offset, months) => {
        // A month whose report may still come is not judged yet.
        const when = asked(claim, offset, 9);
        const unreported = { ...claim, reports: null };
        const alreadyPaid = new Map(months);
        const [due, result] = [
          assess(unreported, when),
          assess({ ...unreported, alreadyPaid }, when),
        ];
        if (result.reason === 'not-yet-decided') {
          expect(result.recoveryVnd).to.equal(0n);
          return;
        }
        let excess = 0n;
        let open: bigint = due.amount;
        for (const [month, paid] of alreadyPaid) {
          const line = due.lines.find(({ forPeriod }) => forPeriod === month);
          const owed = line?.amount ?? 0n;
          if (month <= when[0] && paid > owed) excess += paid - owed;
          open -= paid < owed ? paid : owed;
        }
        expect([result.recoveryVnd, result.amount]).to.deep.equal([excess, open]);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order in which things are told', () => {
    fc.assert(
      fc.property(anyClaim, anyOffset, fc.nat(400), (claim, offset, later) => {
        const when = asked(claim, offset, later);
        const turned = {
          ...claim,
          reports: claim.reports?.toReversed() ?? null,
          suspensions: claim.suspensions.toReversed(),
          endings: claim.endings.toReversed(),
          uncollected: claim.uncollected.toReversed(),
        };
        expect(assess(turned, when)).to.deep.equal(assess(claim, when));
      }),
      { numRuns: 500 },
    );
  });
});

describe('benefitMonths', () => {
  it('leaves no day out and counts none twice, whatever the first day', () => {
    const days = fc
      .integer({ min: 0, max: 3000 })
      .map((n) => addDays('2024-01-01' as PlainDate, n));
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 12 }), (from, count) => {
        const months = benefitMonths(from, count);
        expect(months[0]?.firstDay).to.equal(from);
        for (const [i, month] of months.entries()) {
          expect(month.lastDay >= addDays(month.firstDay, 27)).to.equal(true);
          expect(month.lastDay <= addDays(month.firstDay, 30)).to.equal(true);
          const next = months[i + 1];
          if (next !== undefined) expect(next.firstDay).to.equal(addDays(month.lastDay, 1));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
