import { Decimal } from 'decimal.js';
import type { RowFinding } from '../intake/row-rules.ts';
import { LIST_COLUMNS, type ListColumn } from '../intake/recipient-list.ts';
import { isPeriod, lastDay, type Period, type PlainDate } from '../kernel/period.ts';
import type { LawBook } from './law-book.ts';
import { governingRate, governingRateIn, listCutOn, type Rate } from './rate.ts';

/** Compares what a row of a list claims for one month with what the law gives for it. */
export type AmountCheck = (values: readonly string[]) => readonly RowFinding[];

interface Law {
  readonly period: Period;
  /** The days on which a list of this month may have been drawn up: a rate may be new between them. */
  readonly days: readonly PlainDate[];
  ratesOf(series: string): readonly Rate[];
  readonly provincial: readonly Rate[];
  readonly merit: ReadonlyMap<string, readonly Rate[]>;
}

/**
 * Makes the comparison for the list of one month in one province. It is a first look, by the ground
 * that the row names: the assessment itself argues person by person, and pays its own amount.
 */
export function amountCheck(
  book: LawBook,
  of: { period: Period; provinceCode: string },
): AmountCheck {
  const stated = book.rates.filter(({ status }) => status !== 'draft');
  const merit = new Map<string, Rate[]>();
  for (const rate of book.merit) merit.set(rate.series, [...(merit.get(rate.series) ?? []), rate]);
  const law: Law = {
    period: of.period,
    days: [listCutOn(of.period), lastDay(of.period)],
    ratesOf: (series) => stated.filter((rate) => rate.series === series && rate.scope === 'VN'),
    provincial: stated.filter(({ scope }) => scope === of.provinceCode),
    merit,
  };
  return (values) => compare(law, values);
}

const AT = Object.fromEntries(LIST_COLUMNS.map((column, i) => [column, i])) as Record<
  ListColumn,
  number
>;

function compare(law: Law, values: readonly string[]): readonly RowFinding[] {
  const value = (column: ListColumn): string => values[AT[column]] ?? '';
  const listed = value('monthly_amount_vnd');
  if (!/^\d+$/.test(listed)) return [];
  if (value('programme') === 'unemployment') return compareBenefit(law, value, BigInt(listed));
  const due = dueBy(law, value);
  return due.size === 0 || due.has(listed) ? [] : [DIFFERS];
}

type Value = (column: ListColumn) => string;
const DIFFERS: RowFinding = { column: 'monthly_amount_vnd', code: 'AMOUNT_DIFFERS' };

/** The amounts that the law may give for the ground of a row; none where it is not known. */
function dueBy(law: Law, value: Value): ReadonlySet<string> {
  const amounts = new Set<string>();
  const programme = value('programme');
  const coefficient = value('coefficient');
  for (const day of law.days) {
    if (programme === 'merit') {
      const rate = governingRate(law.merit.get(value('ground_code')) ?? [], law.period, day);
      if (rate !== undefined) amounts.add(String(rate.amountVnd));
      continue;
    }
    const series = STANDARDS[programme];
    if (series === undefined || !/^\d+(?:\.\d+)?$/.test(coefficient)) continue;
    const province = law.provincial.filter((rate) => rate.series === series);
    const standard = governingRateIn({ nation: law.ratesOf(series), province }, law.period, day);
    if (standard === undefined) continue;
    amounts.add(new Decimal(coefficient).times(String(standard.amountVnd)).toFixed());
  }
  return amounts;
}

const STANDARDS: Readonly<Record<string, string>> = {
  social_assistance: 'social_assistance_standard',
  social_pension: 'social_pension',
};

/**
 * Unemployment benefit is 60 % of the average salary, and no more than five minimum wages of the
 * region in the last contributed month (Law 74/2025/QH15 art. 39(1)).
 */
function compareBenefit(law: Law, value: Value, listed: bigint): readonly RowFinding[] {
  const month = value('last_contributed_month');
  const salary = value('average_salary_vnd');
  if (!isPeriod(month) || !/^\d+$/.test(salary)) return [];
  const wages = law.ratesOf(`minimum_wage_${value('wage_region')}`);
  const wage = governingRate(wages, month, lastDay(law.period));
  if (wage === undefined) return [];
  const cap = 5n * wage.amountVnd;
  const share = BigInt(new Decimal(salary).times('0.6').toFixed(0, Decimal.ROUND_HALF_UP));
  if (listed > cap) return [{ column: 'monthly_amount_vnd', code: 'UI_OVER_CAP' }];
  return listed === (share < cap ? share : cap) ? [] : [DIFFERS];
}
