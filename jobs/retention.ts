import { forgetOldUnits } from '../src/operations/upkeep.flow.ts';
import type { Hold } from './engine.ts';
import type { Office } from './office.ts';

const AT_ONCE = 5000;

/** Forgets what became of units that ended more than three years ago, some at a time. */
export async function retention(_office: Office, hold: Hold): Promise<object> {
  let forgotten = hold.unit.doneCount;
  for (;;) {
    const before = forgotten;
    await hold.step(async (tx) => {
      forgotten += await forgetOldUnits(tx, { at: hold.context.clock(), atMost: AT_ONCE });
      return { step: 'units', cursor: null, doneCount: forgotten, totalCount: null };
    });
    if (forgotten === before) return { forgotten };
  }
}
