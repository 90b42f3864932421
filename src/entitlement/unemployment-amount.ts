// How much a month. Articles: 38/2013/QH13 art. 50(1); 74/2025/QH15 art. 39(1).

import { Decimal } from 'decimal.js';
import { multiplyExact, vnd, type Vnd } from '../kernel/money.ts';
import { lastDay, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { governingRate, type Rate } from './rate.ts';
import type { UnemploymentClaim } from './unemployment-claim.ts';
import type { UnemploymentLaw, UnemploymentRules } from './unemployment-law.ts';
import { stepOf, type Step } from './unemployment-steps.ts';

/**
 * The benefit of a whole month. It can be computed again by hand: monthlyVnd is standardVnd ×
 * coefficient, rounded to the dong.
 */
export interface MonthlyBenefit {
  readonly monthlyVnd: Vnd;
  /** Decimal text: 0.6 of the average salary, or 5 of what caps it. */
  readonly coefficient: string;
  readonly standardVnd: Vnd;
  readonly articles: readonly string[];
  readonly steps: readonly Step[];
}

const SHARE = new Decimal('0.6');
const CAP = new Decimal(5);
const ROUNDING = 'to the dong [own]';

/**
 * 60 % of the average salary of the last six contributed months, and no more than five minimum wages
 * of the region, or five base salaries where the law says so. Undefined when no wage or base salary
 * is known for the month that decides.
 */
export function monthlyBenefit(
  claim: UnemploymentClaim,
  rules: UnemploymentRules,
  { law, asOf }: { law: UnemploymentLaw; asOf: PlainDate },
): MonthlyBenefit | undefined {
  const month = capMonth(claim, rules);
  const byBaseSalary = rules.capsStatePay && claim.statePaid;
  const rates = byBaseSalary ? law.baseSalaries : (law.minimumWages.get(claim.region) ?? []);
  const rate = governingRate(rates, month, asOf);
  if (rate === undefined) return undefined;

  const { amount: article } = rules.cites;
  const share = shareOf(claim.averageSalary6, article);
  const capVnd = multiplyExact(rate.amountVnd, CAP);
  const capFigures = { month, rateVnd: String(rate.amountVnd), givesVnd: String(capVnd) };
  const capStep = byBaseSalary
    ? stepOf('cap-base-salary', capFigures, article, rate.legalBasis)
    : stepOf('cap-minimum-wage', { ...capFigures, region: claim.region }, article, rate.legalBasis);

  const steps = [...share.steps, capStep];
  const basis =
    share.gives > capVnd ? capped(rate, capVnd, article) : uncapped(claim, share, article);
  return {
    ...basis,
    steps: [...steps, stepOf('monthly', { givesVnd: String(basis.monthlyVnd) }, article)],
  };
}

type Basis = Omit<MonthlyBenefit, 'steps'>;

function capped(rate: Rate, capVnd: Vnd, article: string): Basis {
  return {
    monthlyVnd: capVnd,
    coefficient: CAP.toFixed(),
    standardVnd: rate.amountVnd,
    articles: [article, rate.legalBasis],
  };
}

function uncapped(claim: UnemploymentClaim, share: Share, article: string): Basis {
  return {
    monthlyVnd: share.gives,
    coefficient: SHARE.toFixed(),
    standardVnd: claim.averageSalary6,
    articles: [article],
  };
}

/**
 * The month whose minimum wage or base salary caps the amount: that in which the contract ended
 * under the law of 2013, the last contributed one under that of 2025.
 */
function capMonth(
  { contractEndedOn, lastContributionMonth }: UnemploymentClaim,
  { capAt }: UnemploymentRules,
): Period {
  if (capAt === 'last-contribution') return lastContributionMonth;
  return periodOf(contractEndedOn ?? lastDay(lastContributionMonth));
}

interface Share {
  readonly gives: Vnd;
  readonly steps: readonly Step[];
}

function shareOf(averageVnd: Vnd, article: string): Share {
  const exact = SHARE.times(averageVnd.toString());
  const gives = toTheDong(exact);
  const whole = { averageVnd: String(averageVnd), givesVnd: exact.toFixed() };
  const step = stepOf('share', whole, article);
  if (exact.isInteger()) return { gives, steps: [step] };
  const rounded = { exactVnd: exact.toFixed(), givesVnd: String(gives) };
  return { gives, steps: [step, stepOf('rounded', rounded, ROUNDING)] };
}

/**
 * Benefit is paid to the dong, half a dong up [own]: the one place of this programme that rounds,
 * since 60 % of an average need not be a whole dong.
 */
export function toTheDong(exact: Decimal): Vnd {
  return vnd(BigInt(exact.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed()));
}
