import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { beginRun, finishRun, type RunKey } from './job-run.sql.ts';
import { openPeriod } from './period.sql.ts';

/**
 * Runs a job under its one record for the period: begun before its first effect, done after its
 * last. A run that was killed in between is found as running, and running it again is safe, because
 * every job does only what is not done yet.
 */
export async function recordRun<Result>(
  { db, clock }: Context,
  key: RunKey,
  work: () => Promise<Result>,
): Promise<Result> {
  await write(db, async (tx) => {
    await openPeriod(tx, { period: key.period, at: clock() });
    await beginRun(tx, { ...key, at: clock() });
  });
  const result = await work();
  await write(db, (tx) => finishRun(tx, { ...key, at: clock() }));
  return result;
}
