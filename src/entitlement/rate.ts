import type { Vnd } from '../kernel/money.ts';
import { addMonths, firstDay, periodOf, type Period, type PlainDate } from '../kernel/period.ts';

/**
 * Something that a document sets: a point and not a range, since it governs until another one does. It
 * has three dates: a decree may count from July, come into force in October, and reach the assessor in
 * November. The day on which it was issued plays no part: nobody is paid on a document that is not yet
 * in force.
 */
export interface Dated {
  readonly countsFrom: PlainDate;
  readonly inForceFrom: PlainDate;
  /**
   * The day since which the assessor can know it; it is not used before. Left out where it was known
   * on the day it came into force.
   */
  readonly knownSince?: PlainDate;
}

/** An amount that a document sets. */
export interface Rate extends Dated {
  /** What it is a rate of, such as social_assistance_standard. */
  readonly series: string;
  readonly amountVnd: Vnd;
  readonly legalBasis: string;
}

/**
 * The rate that governs a month as an assessor on a given day has to see it: of the documents in
 * force on that day, the one that counts from the latest day up to the first of the month. The same
 * month can therefore have another rate later on, and the difference is arrears. Undefined when no
 * document governs the month. Of two that count from the same day it is the one known last, and of two
 * known on the same day the one named last.
 */
export function governingRate<Rule extends Dated>(
  rates: readonly Rule[],
  of: Period,
  assessedOn: PlainDate,
): Rule | undefined {
  const first = firstDay(of);
  let governing: Rule | undefined;
  for (const rate of rates) {
    if (rate.countsFrom > first || !isInForce(rate, assessedOn)) continue;
    if (governing === undefined || supersedes(rate, governing)) governing = rate;
  }
  return governing;
}

/** Of two for the same months the one that is known last governs: a correction is never backdated. */
function supersedes(rate: Dated, other: Dated): boolean {
  if (rate.countsFrom !== other.countsFrom) return rate.countsFrom > other.countsFrom;
  return (rate.knownSince ?? rate.inForceFrom) >= (other.knownSince ?? other.inForceFrom);
}

function isInForce({ inForceFrom, knownSince }: Dated, on: PlainDate): boolean {
  return inForceFrom <= on && (knownSince === undefined || knownSince <= on);
}

/** The rates of a series: those of the nation, and those that one province has set for itself. */
export interface ScopedRates {
  readonly nation: readonly Rate[];
  readonly province: readonly Rate[];
}

/**
 * The rate that governs a month in a province. A provincial council may set a higher one and no lower
 * one (20/2021/ND-CP art. 4(3)), so that a provincial rate that the nation has overtaken gives way.
 */
export function governingRateIn(
  { nation, province }: ScopedRates,
  of: Period,
  assessedOn: PlainDate,
): Rate | undefined {
  const floor = governingRate(nation, of, assessedOn);
  if (province.length === 0) return floor;
  const raised = governingRate(province, of, assessedOn);
  if (floor === undefined || raised === undefined) return floor;
  return raised.amountVnd > floor.amountVnd ? raised : floor;
}

/**
 * The last day on which the payment list of a month is cut: the money is drawn and the list sent
 * before the 25th of the month before (Decree 20/2021/ND-CP art. 34(4)).
 */
export function listCutOn(of: Period): PlainDate {
  return `${addMonths(of, -1)}-24` as PlainDate;
}

/**
 * The day whose law an earlier system went by for the last month that it paid: the first of that month. Its list was cut
 * before, but a decree that was known by then and in force from the first is in it, with the arrears of the months before
 * (321/2026/ND-CP for October 2026); one in force only later is not (335/2026/ND-CP, 5 October).
 */
export function settledBeforeUs(of: Period): PlainDate {
  return firstDay(of);
}

/** Everything that sets a monthly amount. */
interface DatedLaw {
  readonly rates: ReadonlyMap<string, ReadonlyMap<string, readonly Dated[]>>;
  readonly merit: ReadonlyMap<string, readonly Dated[]>;
}

const repricings = new WeakMap<DatedLaw, Map<string, Period | null>>();

/**
 * The first month that any document counts from which could be used on a later day and not yet on an
 * earlier one: no month before it has another amount. Undefined where nothing became known between.
 */
export function firstRepriced(
  law: DatedLaw,
  { then, now }: { then: PlainDate; now: PlainDate },
): Period | undefined {
  const known = repricings.get(law) ?? new Map<string, Period | null>();
  repricings.set(law, known);
  const key = `${then} ${now}`;
  let first = known.get(key);
  if (first === undefined) known.set(key, (first = repriced(law, then, now)));
  return first ?? undefined;
}

function repriced({ rates, merit }: DatedLaw, then: PlainDate, now: PlainDate): Period | null {
  let first: PlainDate | null = null;
  const tables = [
    ...[...rates.values()].flatMap((scopes) => [...scopes.values()]),
    ...merit.values(),
  ];
  for (const rule of tables.flat()) {
    if (isInForce(rule, then) || !isInForce(rule, now)) continue;
    if (first === null || rule.countsFrom < first) first = rule.countsFrom;
  }
  return first === null ? null : periodOf(first);
}
