import { addMonths } from '../src/kernel/period.ts';
import { verification } from './03-verification.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';
import { stageByTimetable } from './run-stage.ts';

/** Asks again in the evening about whoever’s proof grows too old before the month is paid. */
export function evidenceRefresh(office: Office, hold: Hold): Promise<object> {
  const { counterparts } = office;
  const scope = office.scope(addMonths(hold.unit.period, 1));
  return stageByTimetable(verification, { counterparts, scope }, hold);
}
