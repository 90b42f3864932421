import { addMonths } from '../src/kernel/period.ts';
import { release } from './06-release.ts';
import type { Hold } from './engine.ts';
import type { StageOutcome } from './job.ts';
import type { Office } from './office.ts';
import { stageUnderHold } from './run-stage.ts';

/** Sends what two persons have signed: of this month, what is paid again; of the next, the month. */
export async function releaseSigned(office: Office, hold: Hold): Promise<object> {
  const { counterparts } = office;
  const outcomes: StageOutcome[] = [];
  for (const period of [hold.unit.period, addMonths(hold.unit.period, 1)]) {
    outcomes.push(
      await stageUnderHold(release, { counterparts, scope: office.scope(period) }, hold),
    );
    hold.signal.throwIfAborted();
  }
  return outcomes;
}
