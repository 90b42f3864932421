import { approveBatch } from '../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../src/approval/set-up-sandbox.flow.ts';
import { signersOf } from '../src/approval/approval.sql.ts';
import { batchesOf } from '../src/batch/batch.sql.ts';
import type { StageName } from '../src/cycle.ts';
import { addMonths, type Period } from '../src/kernel/period.ts';
import type { Context } from '../src/platform/context.ts';
import { explainMovements } from '../src/intake/compare-list.flow.ts';
import { listsToExplain } from '../src/intake/comparison.sql.ts';
import { intake, type ListFile } from './01-intake.ts';
import { entitlement } from './02-entitlement.ts';
import { verification } from './03-verification.ts';
import { batch } from './04-batch.ts';
import { release } from './06-release.ts';
import { settlementOfAll } from './07-settlement.ts';
import { reconciliation } from './08-reconciliation.ts';
import { report } from './09-report.ts';
import { figure, type Counterparts, type Job, type JobScope, type StageOutcome } from './job.ts';
import { runStage } from './run-stage.ts';

// A whole month in a sandbox, stage after stage, with invented persons where the law wants persons.
// Its clock is the calendar of the month and not that of the wall: the same list gives the same
// bytes and the same state, today, next year, and after a crash.

/** When each stage of the month happens, in Hà Nội: before the 25th of the month before, and so on. */
const CALENDAR: Readonly<Record<StageName, readonly [months: number, dayAndTime: string]>> = {
  intake: [-1, '21T09:00:00'],
  entitlement: [-1, '22T09:00:00'],
  verification: [-1, '22T14:00:00'],
  batch: [-1, '23T08:00:00'],
  approval: [-1, '23T10:00:00'],
  release: [-1, '24T09:00:00'],
  settlement: [0, '16T08:00:00'],
  reconciliation: [0, '17T08:00:00'],
  report: [0, '20T08:00:00'],
};

/** The instant at which a stage of a period happens in the sandbox. */
export function sandboxInstant(stage: StageName, period: Period): Date {
  const [months, dayAndTime] = CALENDAR[stage];
  return new Date(`${addMonths(period, months)}-${dayAndTime}+07:00`);
}

export interface StageReport extends StageOutcome {
  readonly stage: StageName;
  readonly seconds: number;
}

export interface MonthOptions {
  readonly scope: JobScope;
  readonly list: ListFile;
  /** How long the walk waits for a counterpart that says nothing. */
  readonly patienceMs: number;
  /** Makes the context of a stage: who acts, and what time it is. */
  readonly contextOf: (actor: string, at: Date) => Context;
  /** Called as each stage begins and ends. */
  onStage(stage: StageName, done: StageReport | null): void;
}

/** Walks one month of the sandbox from the list to the report. A second walk changes nothing. */
export async function walkMonth(
  counterparts: Counterparts,
  options: MonthOptions,
): Promise<StageReport[]> {
  const { scope, contextOf } = options;
  const jobs: readonly Job[] = [
    intake(options.list),
    entitlement,
    verification,
    batch,
    approvalByTwo,
    releaseSigned,
    settlementOfAll(options.patienceMs),
    reconciliation,
    report,
  ];
  const begin = sandboxInstant('intake', scope.period);
  await setUpSandbox(contextOf(SANDBOX_PERSONS.maker, begin), scope);

  const reports: StageReport[] = [];
  for (const job of jobs) {
    options.onStage(job.stage, null);
    const began = performance.now();
    const context = contextOf(SANDBOX_PERSONS.maker, sandboxInstant(job.stage, scope.period));
    const outcome = await runStage(context, job, { counterparts, scope });
    const done = { stage: job.stage, seconds: (performance.now() - began) / 1000, ...outcome };
    options.onStage(job.stage, done);
    reports.push(done);
  }
  return reports;
}

/** In the sandbox the two invented persons sign again what was made again before it was sent. */
const releaseSigned: Job = {
  stage: 'release',

  async run(context, counterparts, scope) {
    const outcomes = [await release.run(context, counterparts, scope)];
    const { period } = scope;
    while ((await batchesOf(context.db, { period, state: 'prepared' })).length > 0) {
      await approvalByTwo.run(context, counterparts, scope);
      outcomes.push(await release.run(context, counterparts, scope));
    }
    return {
      changed: outcomes.some(({ changed }) => changed),
      figures: outcomes.flatMap(({ figures }) => figures),
    };
  },
};

/** Stage 5 is persons. In the sandbox two invented ones sign what they are shown. */
export const approvalByTwo: Job = {
  stage: 'approval',

  async run(context, _counterparts, { period, provinceCode }) {
    const [explainer] = SANDBOX_PERSONS.checkers;
    for (const listId of await listsToExplain(context.db, { period, provinceCode })) {
      const reason =
        'SANDBOX: người dân được vẽ lại mỗi tháng / the people are drawn anew each month';
      await explainMovements(
        { ...context, actor: explainer },
        { listId, communeCode: null, reason },
      );
    }
    const waiting = await batchesOf(context.db, { period, state: 'prepared' });
    let signatures = 0n;
    for (const seen of waiting) {
      const signed = await signersOf(context.db, seen.batchId);
      for (const checker of SANDBOX_PERSONS.checkers) {
        if (signed.includes(checker)) continue;
        await approveBatch(
          { ...context, actor: checker },
          { batchId: seen.batchId, seen, stepUpAt: context.clock() },
        );
        signatures += 1n;
      }
    }
    return {
      changed: waiting.length > 0,
      figures: [
        figure('chữ ký', 'signatures', {
          count: signatures,
          vnd: waiting.reduce((sum, { totalVnd }) => sum + totalVnd, 0n),
        }),
      ],
    };
  },
};
