import type { Period } from '../kernel/period.ts';
import type { SettlementItem } from './settlement.ts';

// What a file was found to hold, counted while its lines are written.

type Item<Type extends SettlementItem['type']> = Extract<SettlementItem, { type: Type }>;
type Side = 'debit' | 'credit';
export type LineKind = 'status' | Side | 'paid' | 'unpaid';

/** All that was read of one kind. */
export interface Total {
  count: bigint;
  totalVnd: bigint;
  /** Of the instructions spoken of; null when none has one. */
  firstPeriod: Period | null;
  lastPeriod: Period | null;
}

export type Tally = Map<LineKind, Total>;

/** Counts one more of a kind. An entry is of no period. */
export function count(
  tally: Tally,
  kind: LineKind,
  { amountVnd, period }: { amountVnd: bigint | null; period: Period | null },
): void {
  let total = tally.get(kind);
  if (total === undefined) {
    total = { count: 0n, totalVnd: 0n, firstPeriod: period, lastPeriod: period };
    tally.set(kind, total);
  }
  total.count += 1n;
  if (amountVnd !== null) total.totalVnd += amountVnd;
  if (period === null) return;
  if (total.firstPeriod === null || period < total.firstPeriod) total.firstPeriod = period;
  if (total.lastPeriod === null || period > total.lastPeriod) total.lastPeriod = period;
}

/** The total of some kinds together. */
export function sumOf(tally: Tally, kinds: readonly LineKind[]): Total {
  const all = kinds.flatMap((kind) => tally.get(kind) ?? []);
  const periods = all
    .flatMap(({ firstPeriod, lastPeriod }) => [firstPeriod, lastPeriod])
    .filter((one) => one !== null)
    .sort();
  return {
    count: all.reduce((sum, one) => sum + one.count, 0n),
    totalVnd: all.reduce((sum, one) => sum + one.totalVnd, 0n),
    firstPeriod: periods[0] ?? null,
    lastPeriod: periods.at(-1) ?? null,
  };
}

/** The details of one entry, which stand before it. */
export interface Details {
  readonly entryReference: string;
  readonly direction: Side;
  count: number;
  totalVnd: bigint;
}

export function isOfEntry(
  details: Details | undefined,
  { entryReference, direction }: Pick<Item<'booking'>, 'entryReference' | 'direction'>,
): details is Details {
  return details?.entryReference === entryReference && details.direction === direction;
}
