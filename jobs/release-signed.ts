import { addMonths } from '../src/kernel/period.ts';
import { Refusal } from '../src/kernel/refusal.ts';
import { sendIsHeldBack } from '../src/operations/alarm.sql.ts';
import { release } from './06-release.ts';
import type { Hold } from './engine.ts';
import type { StageOutcome } from './job.ts';
import type { Office } from './office.ts';
import { stageUnderHold } from './run-stage.ts';

/** Sends what two persons have signed: of this month, what is paid again; of the next, the month. */
export async function releaseSigned(office: Office, hold: Hold): Promise<object> {
  const { counterparts } = office;
  // A counterpart that says nothing for a day may have lost more than its voice: a person looks first.
  if (await sendIsHeldBack(hold.context.db)) throw new Refusal('send-held-back');
  const outcomes: StageOutcome[] = [];
  for (const period of [hold.unit.period, addMonths(hold.unit.period, 1)]) {
    outcomes.push(
      await stageUnderHold(release, { counterparts, scope: office.scope(period) }, hold),
    );
    hold.signal.throwIfAborted();
  }
  return outcomes;
}
