// The arithmetic of social-assistance.ts, done once for millions of persons: every ground at every
// standard, and which standard governs which month. Nothing here depends on a person.

import { multiplyExact, type Vnd } from '../kernel/money.ts';
import {
  addMonths,
  firstDay,
  monthIndex,
  periodOf,
  type Period,
  type PlainDate,
} from '../kernel/period.ts';
import type { Enrolment, GroundRule } from './entitlement.ts';
import { governingRateIn, settledBeforeUs, type Rate } from './rate.ts';

/** The law as an assessor on one day has to see it. */
export interface SocialAssistanceLaw {
  /** Grounds by their code. */
  readonly grounds: ReadonlyMap<string, GroundRule>;
  /** The rates of the standard, of one series. */
  readonly standards: readonly Rate[];
  /** The rates of the same series that a province has set for itself; none when left out. */
  readonly provincial?: readonly Rate[];
  /** The province of the people; its council's own groups count for them. None when left out. */
  readonly province?: string;
  readonly assessedOn: PlainDate;
}

/** Made by prepareLaw. The two maps are filled as their months are first asked for. */
export interface PreparedLaw {
  readonly standards: readonly Rate[];
  readonly provincial: readonly Rate[];
  readonly assessedOn: PlainDate;
  readonly listed: ReadonlyMap<string, ListedGround>;
  readonly months: Map<Period, Month>;
  readonly settled: Map<Period, Map<PlainDate | null, Settled>>;
}

/** A month, and the standard that governs it as known on the day of assessment. */
export interface Month {
  readonly period: Period;
  readonly index: number;
  readonly firstDay: PlainDate;
  readonly next: Period;
  readonly standard: Rate | undefined;
}

/** The months through one, as they were settled by what was known on a day. */
export interface Settled {
  readonly through: Period;
  /** The first of them that has another standard today; else the month after the last. */
  readonly firstRepriced: Period;
  readonly standards: ReadonlyMap<Period, Rate>;
}

/** The ground that a decision names, and the ground that takes its place at another age. */
export interface ListedGround {
  readonly rule: GroundRule;
  /** Whether the council of another province added it. */
  readonly isForeign: boolean;
  readonly classes: readonly AgeClass[];
  /** The same grounds for the month in which their last age is passed. */
  readonly leaving: readonly AgeClass[];
  /** The first age that no class fits any more; Infinity when there is none. */
  readonly ageLimit: number;
}

export interface AgeClass {
  readonly rule: GroundRule;
  readonly articles: readonly string[];
  readonly allowances: ReadonlyMap<Rate, Map<number, Allowance>>;
}

/** A ground at a standard: what it pays a month. */
export interface Allowance {
  readonly groundCode: string;
  readonly paragraph: string;
  readonly coefficient: string;
  readonly standardVnd: Vnd;
  readonly amount: Vnd;
  readonly articles: readonly string[];
  readonly articlesOfArrears: readonly string[];
}

// Art. 6(1)(a), (c), (đ) and (e) set the coefficient of one group by age, so that a decision under
// one code carries the recipient into the other. The codes of other groups end with their ages.
const SAME_GROUP: readonly (readonly [string, string])[] = [
  ['K1_U4', 'K1_4P'],
  ['K3_U4', 'K3_4_16'],
  ['K5A_60', 'K5A_80'],
  ['K6_DBN', 'K6_DBN_TE_NCT'],
  ['K6_N', 'K6_N_TE_NCT'],
];

const NATION = 'VN';

export const CHANGE = '20/2021/ND-CP art. 8(1)';
export const CESSATION = '20/2021/ND-CP art. 8(2)';
export const ARREARS = '20/2021/ND-CP art. 34(4)';

/**
 * Does the arithmetic of the law once: every coefficient times every standard. Throws RangeError
 * when one of them is not a whole dong, or when the rates are of more than one series.
 */
export function prepareLaw(law: SocialAssistanceLaw): PreparedLaw {
  const provincial = law.provincial ?? [];
  if (new Set([...law.standards, ...provincial].map((rate) => rate.series)).size > 1) {
    throw new RangeError('standards of more than one series');
  }
  const listed = [...law.grounds].map(([code, rule]) => [code, listedGround(rule, law)] as const);
  return {
    standards: law.standards,
    provincial,
    assessedOn: law.assessedOn,
    listed: new Map(listed),
    months: new Map(),
    settled: new Map(),
  };
}

/** The same law as seen on another day. The arithmetic is shared, so that this costs nothing. */
export function asKnownOn(law: PreparedLaw, assessedOn: PlainDate): PreparedLaw {
  return { ...law, assessedOn, months: new Map(), settled: new Map() };
}

export function monthOf(law: PreparedLaw, of: Period): Month {
  const known = law.months.get(of);
  if (known !== undefined) return known;
  const month: Month = {
    period: of,
    index: monthIndex(of),
    firstDay: firstDay(of),
    next: addMonths(of, 1),
    standard: standardOf(law, of, law.assessedOn),
  };
  law.months.set(of, month);
  return month;
}

function standardOf(law: PreparedLaw, of: Period, on: PlainDate): Rate | undefined {
  return governingRateIn({ nation: law.standards, province: law.provincial }, of, on);
}

/** Throws RangeError for a ground that the law does not have. */
export function listedIn(law: PreparedLaw, { groundCode }: Enrolment): ListedGround {
  const listed = law.listed.get(groundCode);
  if (listed === undefined) throw new RangeError(`no such ground: ${groundCode}`);
  return listed;
}

/**
 * What was settled for an enrolment before: the months through paidThrough, at the rates in force on
 * settledOn. Where an earlier system paid, that is the first day of the last month that it paid, since a
 * list also carries the arrears of the months before (art. 34(4)). Undefined when nothing was, and for an
 * enrolment that was decided only after that day.
 */
export function settledFor(law: PreparedLaw, enrolment: Enrolment): Settled | undefined {
  const { paidThrough, settledOn, decidedOn } = enrolment;
  if (paidThrough === null || (settledOn !== null && decidedOn > settledOn)) return undefined;
  const known = law.settled.get(paidThrough)?.get(settledOn);
  if (known !== undefined) return known;
  const settled = settle(law, paidThrough, settledOn ?? settledBeforeUs(paidThrough));
  const byDay = law.settled.get(paidThrough) ?? new Map<PlainDate | null, Settled>();
  law.settled.set(paidThrough, byDay.set(settledOn, settled));
  return settled;
}

function settle(law: PreparedLaw, through: Period, on: PlainDate): Settled {
  const standards = new Map<Period, Rate>();
  let firstRepriced = monthOf(law, through).next;
  let month = monthOf(law, firstStandard(law, through));
  for (; month.period <= through; month = monthOf(law, month.next)) {
    // Where nothing could be known then, today's is assumed: what may have been paid once is never
    // paid again.
    const then = standardOf(law, month.period, on) ?? month.standard;
    if (then === undefined) continue;
    standards.set(month.period, then);
    const isRepriced = then.amountVnd !== month.standard?.amountVnd;
    if (isRepriced && month.period < firstRepriced) firstRepriced = month.period;
  }
  return { through, firstRepriced, standards };
}

function firstStandard(law: PreparedLaw, otherwise: Period): Period {
  let first = otherwise;
  for (const { countsFrom } of law.standards) {
    if (periodOf(countsFrom) < first) first = periodOf(countsFrom);
  }
  return first;
}

/** What an age class pays under a standard. Made once for each number of dependants. */
export function allowanceOf(ageClass: AgeClass, standard: Rate, dependants: number): Allowance {
  const made = ageClass.allowances.get(standard);
  const count = ageClass.rule.perDependant ? dependants : 1;
  const known = made?.get(count);
  if (known !== undefined) return known;
  const counted = multiply(ageClass, standard, count);
  made?.set(count, counted);
  return counted;
}

function listedGround(rule: GroundRule, law: SocialAssistanceLaw): ListedGround {
  const group = SAME_GROUP.find((codes) => codes.includes(rule.groundCode)) ?? [];
  const others = group.filter((code) => code !== rule.groundCode);
  const rules = [rule, ...others.flatMap((code) => law.grounds.get(code) ?? [])];
  const standards = [...law.standards, ...(law.provincial ?? [])];
  const classes = (also: readonly string[]): readonly AgeClass[] =>
    rules.map((each) => {
      const changed = each === rule ? [] : [CHANGE];
      return ageClassOf(each, [each.article, ...changed, ...also], standards);
    });
  const { scope = NATION } = rule;
  return {
    rule,
    isForeign: scope !== NATION && scope !== law.province,
    classes: classes([]),
    leaving: classes([CESSATION]),
    ageLimit: Math.max(...rules.map(lastAge)),
  };
}

/** The first age from which a ground never fits again. */
function lastAge({ ageUntil, outsideAges }: GroundRule): number {
  return ageUntil === null || outsideAges ? Infinity : ageUntil;
}

function ageClassOf(
  rule: GroundRule,
  articles: readonly string[],
  standards: readonly Rate[],
): AgeClass {
  const allowances = standards.map((standard) => {
    return [standard, new Map([[1, multiply({ rule, articles }, standard, 1)]])] as const;
  });
  return { rule, articles, allowances: new Map(allowances) };
}

function multiply(
  { rule, articles }: Pick<AgeClass, 'rule' | 'articles'>,
  standard: Rate,
  count: number,
): Allowance {
  // Art. 6(1): the standard times the coefficient of the ground; (d): for each child.
  const coefficient = rule.coefficient.times(count);
  const cited = [...articles, standard.legalBasis];
  return {
    groundCode: rule.groundCode,
    paragraph: rule.paragraph,
    coefficient: coefficient.toFixed(),
    standardVnd: standard.amountVnd,
    amount: multiplyExact(standard.amountVnd, coefficient),
    articles: cited,
    articlesOfArrears: [...cited, ARREARS],
  };
}
