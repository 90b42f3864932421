import { recordEvent } from '../audit/audit.sql.ts';
import { firstDay, lastDay, type Period } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import type { QualityRuleName, QualityWord } from './quality.ts';
import {
  judgeQuality,
  keepQualityCounts,
  keepQualityGaps,
  setQualityTarget,
  signCleaning,
} from './quality.sql.ts';

/**
 * Counts every rule of the four words over the lists of a month, keeps the counts by commune and
 * programme and the records behind them, and says what was put right since the last time. Measured
 * again, the counts are those of now.
 */
export async function measureQuality(
  { db, clock, actor }: Context,
  { period, provinceCode }: { period: Period; provinceCode: string },
): Promise<{ opened: bigint; cleaned: bigint; left: bigint }> {
  return write(db, async (tx) => {
    const at = clock();
    const days = { firstDay: firstDay(period), lastDay: lastDay(period) };
    await judgeQuality(tx, { period, provinceCode, ...days, at });
    await keepQualityCounts(tx, { period, at });
    const moved = await keepQualityGaps(tx, { period, provinceCode });
    await recordEvent(tx, {
      at,
      actor,
      action: 'quality-measured',
      subject: `period/${period}`,
      facts: {
        opened: String(moved.opened),
        cleaned: String(moved.cleaned),
        left: String(moved.left),
      },
    });
    return moved;
  });
}

/** Sets what a unit is to reach in a month. Throws Refusal target-not-possible. */
export async function setTarget(
  { db, actor }: Context,
  target: {
    unitCode: string;
    word: QualityWord;
    period: Period;
    percent: string;
    levels: number;
    head: string;
  },
): Promise<void> {
  await write(db, (tx) => setQualityTarget(tx, { ...target, by: actor })).catch(
    (error: unknown) => {
      if (violatedConstraint(error) === undefined) throw error;
      throw new Refusal('target-not-possible', { unit: target.unitCode });
    },
  );
}

/**
 * Signs what was put right of somebody as context.actor, at the next of up to three levels, each another
 * person. Throws Refusal nothing-to-sign.
 */
export async function signCleaned(
  { db, clock, actor }: Context,
  of: { recipientId: bigint; rule: QualityRuleName; programme: string; document: string },
): Promise<number> {
  const { recipientId } = of;
  const level = await write(db, (tx) => signCleaning(tx, { ...of, by: actor, at: clock() })).catch(
    (error: unknown) => {
      if (violatedConstraint(error) !== 'each_level_is_another_person') throw error;
      throw new Refusal('nothing-to-sign', { recipientId });
    },
  );
  if (level === undefined) throw new Refusal('nothing-to-sign', { recipientId });
  return level;
}
