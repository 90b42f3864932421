import { hostname } from 'node:os';
import { Refusal } from '../src/kernel/refusal.ts';
import { failureCode } from '../src/operations/run-unit.flow.ts';
import { sweepTimetable } from '../src/operations/sweep-timetable.flow.ts';
import { raise } from '../src/operations/watch.flow.ts';
import { businessDate } from '../src/platform/clock.ts';
import type { Context } from '../src/platform/context.ts';
import { listen } from '../src/platform/listen.ts';
import type { Log } from '../src/platform/log.ts';
import { startEngine } from './engine.ts';
import type { Office } from './office.ts';
import { routinesOf, startClock, timetableOf } from './timetable.ts';

/** How many units one process works on at once: what watches is not held up by what is long. */
const HANDS = 2;

/**
 * Keeps the timetable of an office: sweeps it every minute, works on what is due, and hears of what others
 * make due. As many processes and machines may as there are. Returns what ends it in order.
 */
export async function startTimetable(
  context: Context,
  office: Office,
  { url, log }: { url: string; log: Log },
): Promise<() => Promise<void>> {
  const lines = timetableOf(office);
  const engine = startEngine(context, { routines: routinesOf(office), log, hands: HANDS });
  const sweep = async (): Promise<void> => {
    try {
      const { added, withoutCalendar } = await sweepTimetable(context, lines);
      if (added > 0n) log.info('timetable swept', { added });
      for (const line of withoutCalendar) log.error('calendar missing', { line });
    } catch (error) {
      // The next minute sweeps from where this one did not come to.
      log.error('sweep failed', { failure: failureCode(error) });
      if (error instanceof Refusal && error.code === 'clocks-disagree') {
        const wrong = {
          kind: 'clock-skew',
          subject: `clock/${hostname()}/${businessDate(context.clock())}`,
          facts: {},
        } as const;
        await raise(context, [wrong], [...office.alarms.keys()]).catch(() => undefined);
      }
    }
    engine.nudge();
  };
  await sweep();
  const stopClock = startClock(sweep);
  const stopListening = listen(url, 'job_due', engine.nudge);
  return async () => {
    await stopClock();
    await engine.stop();
    await stopListening();
  };
}
