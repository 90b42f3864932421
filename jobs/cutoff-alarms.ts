import { bankDay, profilesInUse } from '../src/batch/bank-profile.sql.ts';
import type { BankProfile } from '../src/batch/bank-profile.ts';
import { batchesOf } from '../src/batch/batch.sql.ts';
import { addMonths, periodOf, type PlainDate } from '../src/kernel/period.ts';
import type { Alarm } from '../src/operations/alarm.ts';
import { instantOf, type TimeOfDay } from '../src/operations/schedule.ts';
import { businessDate } from '../src/platform/clock.ts';
import type { Context } from '../src/platform/context.ts';
import type { Db } from '../src/platform/db.ts';

/** Two persons can still be called together. */
const WARNING_MS = 2 * 3_600_000;

/**
 * Batches of this month and the next that are not sent though the cut-off of their own bank is near, or has
 * passed: each bank closes at its own hour, and none of them waits for the gate of the month. And batches
 * whose value date is no bank day any more, since a day off was declared after they were signed.
 */
export async function cutoffAlarms({ db, clock }: Context): Promise<Alarm[]> {
  const at = clock();
  const now = periodOf(businessDate(at));
  const profiles = await profilesInUse(db, null);
  const alarms: Alarm[] = [];
  for (const period of [now, addMonths(now, 1)]) {
    for (const state of ['prepared', 'approved'] as const) {
      for (const { batchId, channel, valueDate } of await batchesOf(db, { period, state })) {
        const subject = `batch/${batchId}/${valueDate}`;
        if ((await bankDay(db, { day: valueDate, steps: 0 })) !== valueDate) {
          alarms.push({ kind: 'value-date-off', subject, facts: { bank: channel } });
          continue;
        }
        const closesAt = await closing(db, profiles.get(channel), valueDate);
        const left = (closesAt?.getTime() ?? Infinity) - at.getTime();
        if (closesAt === undefined || left > WARNING_MS) continue;
        alarms.push({
          kind: left > 0 ? 'cut-off-near' : 'cut-off-missed',
          subject,
          facts: { bank: channel, closes: closesAt.toISOString() },
        });
      }
    }
  }
  return alarms;
}

/** When a bank stops taking files for a value date; undefined when it always takes them. */
async function closing(
  db: Db,
  profile: BankProfile | undefined,
  valueDate: PlainDate,
): Promise<Date | undefined> {
  const cutoff = profile?.calendar.cutoff ?? null;
  if (profile === undefined || cutoff === null) return undefined;
  const steps = -profile.calendar.leadBankDays;
  const day = steps === 0 ? valueDate : await bankDay(db, { day: valueDate, steps });
  return day === undefined ? undefined : instantOf(day, cutoff as TimeOfDay);
}
