import { businessDate } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { giveCalls } from './provider-calls.sql.ts';

/** A process asks for so small a part of a day at once that what it dies with is not missed. */
const SHARES_A_DAY = 1_000;

/**
 * Counts calls against what was agreed for a day of Việt Nam, for every process of every machine together.
 * They are drawn in shares, one statement each. What a killed process had drawn and not used counts as used:
 * at most a thousandth of the day, and never a call too many.
 */
export function callsWithin(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  of: { provider: string; perDay: number },
): { readonly take: () => Promise<boolean> } {
  const { provider, perDay: agreed } = of;
  const wanted = Math.max(1, Math.floor(agreed / SHARES_A_DAY));
  let share = { day: '', left: 0 };
  // Whoever waits for the same share draws it once; false when there was none.
  let drawing: Promise<boolean> | undefined;
  const draw = async (): Promise<boolean> => {
    const day = businessDate(clock());
    const left = await write(db, (tx) => giveCalls(tx, { provider, day, agreed, wanted }));
    share = { day, left };
    return left > 0;
  };
  return {
    take: async () => {
      while (share.left === 0 || share.day !== businessDate(clock())) {
        drawing ??= draw().finally(() => {
          drawing = undefined;
        });
        if (!(await drawing)) return false;
      }
      share.left -= 1;
      return true;
    },
  };
}
