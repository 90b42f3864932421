import { hostname } from 'node:os';
import { Refusal } from '../src/kernel/refusal.ts';
import { failureCode } from '../src/operations/run-unit.flow.ts';
import { expectClocksAgree, sweepTimetable } from '../src/operations/sweep-timetable.flow.ts';
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

/** After so many minutes without a sweep the process is not one that keeps a timetable. */
const LONGEST_SILENCE_MS = 3 * 60_000;

/** A timetable that is being kept. */
export interface Timetable {
  /** What is wrong with its keeping, as codes. */
  readonly faults: () => readonly string[];
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
}

/**
 * Keeps the timetable of an office: sweeps it every minute, works on what is due, and hears of what others
 * make due. As many processes and machines may as there are.
 */
export async function startTimetable(
  context: Context,
  office: Office,
  { url, log }: { url: string; log: Log },
): Promise<Timetable> {
  const lines = timetableOf(office);
  const routines = routinesOf(office);
  // A unit that another node made due, or that was due before this clock went wrong, is not for this node either.
  const mayBegin = (): Promise<boolean> => clocksAgree(context);
  const engine = startEngine(context, { routines, log, hands: HANDS, mayBegin });
  let swept = performance.now();
  let fault: string | null = null;
  const sweep = async (): Promise<void> => {
    try {
      const { added, withoutCalendar } = await sweepTimetable(context, lines);
      if (added > 0n) log.info('timetable swept', { added });
      for (const line of withoutCalendar) log.error('calendar missing', { line });
      swept = performance.now();
      fault = null;
    } catch (error) {
      // The next minute sweeps from where this one did not come to.
      fault = failureCode(error);
      log.error('sweep failed', { failure: fault });
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
  return {
    faults: () => [
      ...(fault === null ? [] : [fault]),
      ...(performance.now() - swept > LONGEST_SILENCE_MS ? ['sweep-late'] : []),
    ],
    async stop() {
      await stopClock();
      await engine.stop();
      await stopListening();
    },
  };
}

async function clocksAgree(context: Context): Promise<boolean> {
  try {
    await expectClocksAgree(context);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
