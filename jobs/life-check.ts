import { registerDeaths } from '../src/intake/register-deaths.flow.ts';
import { addMonths } from '../src/kernel/period.ts';
import { businessDate } from '../src/platform/clock.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

/** Asks the civil-status register every morning who has died, for the month that is made ready. */
export async function lifeCheck(office: Office, { context, unit }: Hold): Promise<object> {
  const scope = office.scope(addMonths(unit.period, 1));
  const { period, provinceCode } = scope;
  const found = await registerDeaths(context, office.counterparts.civilStatus, {
    period,
    provinceCode,
    until: businessDate(context.clock()),
    asker: scope,
  });
  return { deceased: found?.known ?? 0n };
}
