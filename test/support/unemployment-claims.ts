import fc from 'fast-check';
import { REGIONS, type UnemploymentClaim } from '../../src/entitlement/unemployment-claim.ts';
import { ENDINGS, type EndingCode } from '../../src/entitlement/unemployment-endings.ts';
import { vnd } from '../../src/kernel/money.ts';
import { addMonths, type Period, type PlainDate } from '../../src/kernel/period.ts';
import { addDays } from '../../src/kernel/working-days.ts';
import { claimed, claimedOfOld } from './unemployment-law.ts';

// Claims begin in the year before the new law and in the one after; terms are as long as they can be,
// so every month from the first to a year and a half later is asked for.

export const HORIZON = 18;

const anyDay = (from: PlainDate, until: number): fc.Arbitrary<PlainDate> =>
  fc.integer({ min: -20, max: until }).map((days) => addDays(from, days));

const monthFrom = (first: Period): fc.Arbitrary<Period> =>
  fc.integer({ min: -1, max: HORIZON }).map((n) => addMonths(first, n));

function firstDayOf({ benefitFrom }: UnemploymentClaim): PlainDate {
  if (benefitFrom === null) throw new Error('a claim of these tests has a first day');
  return benefitFrom;
}

/** Everything that may happen to a person on the way, around the term of one of the two laws. */
export const anyClaim = fc
  .record({ isOld: fc.boolean(), firstDay: fc.integer({ min: 0, max: 60 }) })
  .chain(({ isOld, firstDay }) => {
    const base = isOld ? claimedOfOld() : claimed();
    const from = addDays(firstDayOf(base), firstDay);
    const month = monthFrom(from.slice(0, 7) as Period);
    const day = anyDay(from, 30 * HORIZON);
    return fc
      .record({
        averageSalary6: fc.integer({ min: 1, max: 100_000_000 }).map((n) => vnd(BigInt(n))),
        contributionMonths: fc.integer({ min: 0, max: 200 }),
        recentMonths: fc.option(
          // What lies within 24 months lies within 36.
          fc
            .record({ in24: fc.nat(24), more: fc.nat(12) })
            .map(({ in24, more }) => ({ in24, in36: in24 + more })),
          { freq: 2 },
        ),
        shortContract: fc.boolean(),
        region: fc.constantFrom(...REGIONS),
        statePaid: fc.boolean(),
        barredBy: fc.constantFrom(...([null, null, null, null, 'pension'] as const)),
        decidedLater: fc.integer({ min: 0, max: 30 }),
        reports: fc.option(
          fc.array(
            fc.oneof(
              day.map((on) => ({ on })),
              month.map((excusedFor) => ({ excusedFor })),
            ),
            { maxLength: 14 },
          ),
        ),
        suspensions: fc.array(fc.record({ from: month, until: fc.option(month) }), {
          maxLength: 2,
        }),
        endings: fc.array(
          fc.record({
            code: fc.constantFrom(...(Object.keys(ENDINGS) as EndingCode[])),
            on: day,
            notified: fc.boolean(),
          }),
          { maxLength: 2 },
        ),
        uncollected: fc.uniqueArray(month, { maxLength: 3 }),
      })
      .map(({ decidedLater, ...rest }): UnemploymentClaim => ({
        ...base,
        ...rest,
        benefitFrom: from,
        decisionDate: addDays(from, decidedLater),
      }));
  });

export const anyOffset = fc.integer({ min: -1, max: HORIZON });

/** The month so many after the first, and a day some time after that. */
export function asked(
  claim: UnemploymentClaim,
  offset: number,
  later: number,
): [Period, PlainDate] {
  const from = firstDayOf(claim);
  return [addMonths(from.slice(0, 7) as Period, offset), addDays(from, offset * 30 + later)];
}
