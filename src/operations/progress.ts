import { grouped } from '../kernel/text.ts';

/** How far a unit has come, in figures: 12.000/50.000, or what is done where the whole is not known. */
export function doneOf(of: { doneCount: bigint; totalCount: bigint | null }): string {
  const { doneCount, totalCount } = of;
  return totalCount === null ? grouped(doneCount) : `${grouped(doneCount)}/${grouped(totalCount)}`;
}
