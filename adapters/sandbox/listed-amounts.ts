import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import { addMonths, period, periodsFrom, type Period } from '../../src/kernel/period.ts';

// What the office that keeps the list writes into its three columns of money. It is the office's
// own arithmetic and shares nothing with the rules that later assess the same people.

/** Standard of social assistance: from which month it counts, and since when its decree is in force. */
const STANDARDS = [
  { counted: period('2021-07'), inForce: '2021-07-01', standard: 360_000n },
  { counted: period('2024-07'), inForce: '2024-07-01', standard: 500_000n },
  { counted: period('2026-07'), inForce: '2026-10-05', standard: 540_000n },
] as const;

const FIRST_MONTH = STANDARDS[0].counted;

/** The earliest period for which a list can be generated: before it a standard would be missing. */
export const FIRST_LISTED_PERIOD = period('2022-01');

export interface ListedAmounts {
  readonly monthly: string;
  readonly arrears: string;
  readonly total: string;
}

/** One enrolment as far as its money goes. The coefficient comes as its double, a whole number. */
export interface ListedEnrolment {
  readonly coefficientHalves: number;
  readonly entitledFrom: Period;
  /** Decided after the list of the month before was cut, so that nothing was paid yet. */
  readonly newlyDecided: boolean;
}

/**
 * Whole dong in digits, as the list of a period has them. A list is cut on the 24th of the month
 * before. Who was on the list of the month before has been paid up to that month, at the standard
 * known when that list was cut, and is owed the difference; who was not is owed whole months.
 */
export function listedAmounts(of: Period, enrolment: ListedEnrolment): ListedAmounts {
  const before = addMonths(of, -1);
  const first = enrolment.entitledFrom < FIRST_MONTH ? FIRST_MONTH : enrolment.entitledFrom;
  const arrears = sum(
    periodsFrom(first, before).map((month) => {
      const due = amountOf(month, of, enrolment);
      return vnd(enrolment.newlyDecided ? due : due - amountOf(month, before, enrolment));
    }),
  );
  const monthly = amountOf(of, of, enrolment);
  return {
    monthly: monthly.toString(),
    arrears: arrears.toString(),
    total: sum([monthly, arrears]).toString(),
  };
}

/** The amount of one month as a list of a period counts it, at the standards known at its cut. */
function amountOf(month: Period, listed: Period, { coefficientHalves }: ListedEnrolment): Vnd {
  const cut = `${addMonths(listed, -1)}-24`;
  const known = STANDARDS.findLast((rate) => rate.counted <= month && rate.inForce <= cut);
  if (known === undefined) throw new RangeError(`no standard was known for ${month} on ${cut}`);
  return vnd((known.standard * BigInt(coefficientHalves)) / 2n);
}
