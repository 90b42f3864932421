import { settlement } from './07-settlement.ts';
import { reconciliation } from './08-reconciliation.ts';
import type { Hold } from './engine.ts';
import type { StageOutcome } from './job.ts';
import type { Office } from './office.ts';
import { stageUnderHold } from './run-stage.ts';

/** Takes what lies in the inboxes and lays it beside what was instructed. */
export async function bankFiles(office: Office, hold: Hold): Promise<object> {
  const of = { counterparts: office.counterparts, scope: office.scope(hold.unit.period) };
  const outcomes: StageOutcome[] = [];
  for (const stage of [settlement, reconciliation]) {
    outcomes.push(await stageUnderHold(stage, of, hold));
    hold.signal.throwIfAborted();
  }
  return outcomes;
}
