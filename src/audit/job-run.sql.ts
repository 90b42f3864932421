import type { Period } from '../kernel/period.ts';
import { many, type Tx } from '../platform/db.ts';

export interface RunKey {
  readonly job: string;
  readonly provinceCode: string;
  readonly period: Period;
}

/** Notes that a job has begun for a period; one that was begun before stays as it is. */
export async function beginRun(tx: Tx, of: RunKey & { at: Date }): Promise<void> {
  await many(
    tx,
    `insert into job_run (job, programme, province_code, period, state, started_at)
     values (:job, 'all', :provinceCode, :period, 'running', :at)
     on conflict (job, programme, province_code, period) do nothing`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Notes that it came to its end. */
export async function finishRun(tx: Tx, of: RunKey & { at: Date }): Promise<void> {
  await many(
    tx,
    `update job_run set state = 'done', finished_at = :at
      where job = :job and programme = 'all' and province_code = :provinceCode
        and period = :period and state = 'running'`,
    { ...of, at: of.at.toISOString() },
  );
}
