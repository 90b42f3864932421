import { recordRun } from '../src/audit/record-run.flow.ts';
import { Refusal } from '../src/kernel/refusal.ts';
import type { DueUnit } from '../src/operations/unit.ts';
import { stageIsDone } from '../src/operations/timetable.sql.ts';
import type { Context } from '../src/platform/context.ts';
import { runNow, type Hold } from './engine.ts';
import type { Counterparts, Job, JobScope, StageOutcome } from './job.ts';

/** A stage of the month begins again where it was, so a few attempts are worth making. */
const ATTEMPTS = 5;

/** What sends and what is answered are never done beside each other, whatever the month. */
const MOVES_MONEY: readonly string[] = ['release', 'settlement', 'reconciliation'];

/** Everybody a stage talks to, and the month that it is for. */
export interface StageWork {
  readonly counterparts: Counterparts;
  readonly scope: JobScope;
}

/**
 * The unit of a stage: one for a province and a month, whoever fires it. A person, the timetable and the
 * month of a sandbox therefore never do one stage at the same time.
 */
export function stageUnit(job: Job, { period, provinceCode }: JobScope, dueAt: Date): DueUnit {
  return {
    job: job.stage,
    programme: 'all',
    provinceCode,
    period,
    occasion: '',
    dueAt,
    lateAt: null,
    priority: 5,
    concurrencyKey: MOVES_MONEY.includes(job.stage)
      ? `money/${provinceCode}`
      : `stage/${provinceCode}/${period}`,
    attemptsLimit: ATTEMPTS,
  };
}

/** Does a stage under its one record for the month, writing only while the unit is held. */
export function stageUnderHold(
  job: Job,
  { counterparts, scope }: StageWork,
  { context }: Hold,
): Promise<StageOutcome> {
  return recordRun(context, { job: job.stage, ...scope }, () =>
    job.run(context, counterparts, scope),
  );
}

/**
 * The same for the timetable, where nobody looks at the figures. What a service outside has left
 * unanswered is no end of a stage: Refusal counterpart-silent has it done again, which asks about the
 * others alone, and after some attempts it is parked and somebody is told.
 *
 * No batch is made before verification has come to its end: whoever was not asked about would fall to cash,
 * or have no line. Refusal verification-not-done has it wait until that is so. A person may make one all the same.
 */
export async function stageByTimetable(
  job: Job,
  of: StageWork,
  given: Hold,
): Promise<StageOutcome> {
  const { period, provinceCode } = of.scope;
  const verified = { job: 'verification', provinceCode, period };
  if (job.stage === 'batch' && !(await stageIsDone(given.context.db, verified))) {
    throw new Refusal('verification-not-done');
  }
  const outcome = await stageUnderHold(job, of, given);
  const { unanswered = 0 } = outcome;
  if (unanswered > 0) throw new Refusal('counterpart-silent', { unanswered });
  return outcome;
}

/** Runs a stage now. One that came to its end before does only what is not done yet. */
export function runStage(context: Context, job: Job, of: StageWork): Promise<StageOutcome> {
  return runNow(context, stageUnit(job, of.scope, context.clock()), (given) =>
    stageUnderHold(job, of, given),
  );
}
