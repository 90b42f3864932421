import { setTimeout as pause } from 'node:timers/promises';
import { nextDue } from '../src/operations/unit.sql.ts';
import {
  beat,
  closeUnit,
  failureCode,
  lapseOfGone,
  leaveUnit,
  returnUnit,
  takeStep,
  takeUnit,
  takeUnitNow,
  untilAnswered,
  whileHeld,
  type Claimant,
} from '../src/operations/run-unit.flow.ts';
import {
  LeaseLost,
  type DueUnit,
  type HeldUnit,
  type Holder,
  type Position,
} from '../src/operations/unit.ts';
import type { Context } from '../src/platform/context.ts';
import type { Tx } from '../src/platform/db.ts';
import type { Log } from '../src/platform/log.ts';
import { processName } from '../src/platform/process-name.ts';

// Due work is rows; this takes them. Any number of processes on any number of machines may: a unit is
// held by one at a time, for the length of a lease that is renewed while the process lives. What the
// process writes is fenced (operations/run-unit.flow.ts), so that one that stood still and wakes up after
// its unit was taken over can undo nothing and add nothing.

/** What a job is given while it holds a unit. */
export interface Hold {
  readonly unit: HeldUnit;
  /** Writes through it are undone once the unit is another's. */
  readonly context: Context;
  /** Aborted when the job should come to its end: the unit is lost, cancelled, or the process stops. */
  readonly signal: AbortSignal;
  /**
   * Does one step and writes where the unit has come to in the same transaction, then throws if the job
   * should come to its end. A job that is begun again finds the last position in `unit`.
   */
  readonly step: (effect: (tx: Tx) => Promise<Position>) => Promise<Position>;
}

/** Something that units are made of: what it is called and what it does with one. */
export interface Routine {
  readonly name: string;
  /** Returns what it tells of its work: counts and amounts, never personal data. */
  run(hold: Hold): Promise<object | null>;
}

export interface EngineOptions {
  readonly routines: readonly Routine[];
  readonly log: Log;
  /** How long a unit is kept without a sign of life; what a crash makes the others wait at most. */
  readonly leaseSeconds?: number;
  /** How many units this process works on at once. */
  readonly hands?: number;
  /** Asked before each unit: while it says no, this process takes none, and another may. */
  readonly mayBegin?: () => Promise<boolean>;
}

export interface Engine {
  /** Looks for work now. */
  readonly nudge: () => void;
  /** Takes nothing more and lets what runs come to a step, for at most so long. */
  readonly stop: (graceMs?: number) => Promise<void>;
}

const LEASE_SECONDS = 30;
/** How often the engine looks when nobody nudges it: what it missed waits no longer. */
const LOOK_MS = 15_000;
/** Below the ten seconds after which a service manager kills. */
const GRACE_MS = 8_000;

/** Works on units until it is stopped. */
export function startEngine(context: Context, options: EngineOptions): Engine {
  const { routines, log, leaseSeconds = LEASE_SECONDS, hands = 1, mayBegin } = options;
  const claimant = { owner: processName(), leaseSeconds };
  const byName = new Map(routines.map((routine) => [routine.name, routine]));
  const jobs = [...byName.keys()];
  const stopping = new AbortController();
  const held = new Set<HeldUnit>();
  const bell = doorbell();

  const take = async (): ReturnType<typeof takeUnit> =>
    mayBegin === undefined || (await mayBegin())
      ? takeUnit(context, { ...claimant, jobs })
      : undefined;

  const work = async (): Promise<void> => {
    const onFailure = (error: unknown): void => {
      log.error('database silent', { failure: failureCode(error) });
    };
    const asking = { signal: stopping.signal, onFailure };
    while (!stopping.signal.aborted) {
      const heard = bell.listen();
      const unit = await untilAnswered(take, asking);
      if (unit === undefined) {
        const seconds = await untilAnswered(() => idleSeconds(context, jobs), asking);
        const enough = new AbortController();
        await Promise.race([heard, rest((seconds ?? 0) * 1000, enough.signal)]);
        enough.abort();
        continue;
      }
      const facts = { job: unit.job, period: unit.period, unit: unit.unitId };
      if (unit.state === 'parked') {
        log.error('unit parked', { ...facts, failure: 'lease-lost' });
        continue;
      }
      const routine = byName.get(unit.job);
      if (routine === undefined) throw new Error(`${unit.job}: claimed and not known`);
      held.add(unit);
      const end = await runHeld(context, { unit, routine, leaseSeconds, stop: stopping.signal });
      held.delete(unit);
      log[end === 'done' ? 'info' : 'error'](`unit ${end}`, facts);
    }
  };

  const working = Promise.all(Array.from({ length: hands }, work));
  return {
    nudge: bell.ring,
    async stop(graceMs = GRACE_MS) {
      stopping.abort();
      bell.ring();
      const inTime = await Promise.race([
        working.then(() => true),
        pause(graceMs, false, { ref: false }),
      ]);
      if (inTime) return;
      // It goes on without us, and what it still writes is undone.
      for (const unit of held) await leaveUnit(context, holderOf(unit));
    },
  };
}

/**
 * Runs one unit now, in this process, whatever became of it before: for a person at a terminal and for
 * the month of a sandbox. Throws what the work throws, and Refusal 'job-runs-elsewhere'.
 */
export async function runNow<Outcome extends object | null>(
  context: Context,
  unit: DueUnit,
  work: (given: Hold) => Promise<Outcome>,
): Promise<Outcome> {
  const claimant: Claimant = { owner: processName(), leaseSeconds: LEASE_SECONDS };
  const taken = await takeUnitNow(context, unit, claimant);
  return hold(context, { unit: taken, leaseSeconds: LEASE_SECONDS }, async (given) => {
    try {
      const outcome = await work(given);
      await closeUnit(context, { ...holderOf(taken), state: 'done', outcome });
      return outcome;
    } catch (error) {
      // What went wrong is told, and not that it could not be written down: the lease lapses.
      await returnUnit(context, taken, error).catch(() => undefined);
      throw error;
    }
  });
}

type End = 'done' | 'cancelled' | 'left' | 'lost' | 'due again' | 'parked';

/** Runs a unit that is held and says what became of it. Throws nothing: the next unit waits. */
async function runHeld(
  context: Context,
  of: { unit: HeldUnit; routine: Routine; leaseSeconds: number; stop: AbortSignal },
): Promise<End> {
  const holder = holderOf(of.unit);
  try {
    return await hold(context, of, async (given) => {
      try {
        given.signal.throwIfAborted();
        const outcome = await of.routine.run(given);
        await closeUnit(context, { ...holder, state: 'done', outcome });
        return 'done';
      } catch (error) {
        return await endingOf(context, of.unit, { error, signal: given.signal });
      }
    });
  } catch {
    // Not even that could be written: the lease lapses, and whoever takes the unit over goes on.
    return 'lost';
  }
}

async function endingOf(
  context: Context,
  unit: HeldUnit,
  { error, signal }: { error: unknown; signal: AbortSignal },
): Promise<End> {
  const holder = holderOf(unit);
  if (error instanceof LeaseLost || signal.reason === 'lost') return 'lost';
  if (signal.reason === 'cancelled') {
    await closeUnit(context, { ...holder, state: 'cancelled', outcome: null });
    return 'cancelled';
  }
  if (signal.reason === 'stopping') {
    await leaveUnit(context, holder);
    return 'left';
  }
  const returned = await returnUnit(context, unit, error);
  if (returned === undefined) return 'lost';
  return returned.state === 'parked' ? 'parked' : 'due again';
}

/** Keeps the lease while work goes on, and tells the work when it should come to its end. */
async function hold<Result>(
  context: Context,
  { unit, leaseSeconds, stop }: { unit: HeldUnit; leaseSeconds: number; stop?: AbortSignal },
  work: (given: Hold) => Promise<Result>,
): Promise<Result> {
  const holder = holderOf(unit);
  const ending = new AbortController();
  const over = new AbortController();
  const stopNow = (): void => {
    ending.abort('stopping');
  };
  stop?.addEventListener('abort', stopNow, { once: true });
  if (stop?.aborted === true) stopNow();
  const beating = keepAlive(context, { ...holder, leaseSeconds }, { ending, over: over.signal });
  const given = whileHeld(context, holder);
  try {
    return await work({
      unit,
      context: given,
      signal: ending.signal,
      async step(effect) {
        ending.signal.throwIfAborted();
        const position = await takeStep(given, holder, effect);
        ending.signal.throwIfAborted();
        return position;
      },
    });
  } finally {
    over.abort();
    stop?.removeEventListener('abort', stopNow);
    await beating;
  }
}

/** Three signs of life a lease: two may be lost. */
async function keepAlive(
  context: Context,
  by: Holder & { leaseSeconds: number },
  { ending, over }: { ending: AbortController; over: AbortSignal },
): Promise<void> {
  const lease = by.leaseSeconds * 1000;
  let kept = performance.now();
  for (;;) {
    await rest(lease / 3, over);
    if (over.aborted) return;
    const begun = performance.now();
    const found = await beat(context, by).catch(() => 'unanswered' as const);
    if (found === 'held' || found === 'to-be-cancelled') kept = begun;
    if (found === 'to-be-cancelled') ending.abort('cancelled');
    // A database that does not answer may have given the unit away when the lease has run out.
    if (found === 'lost' || performance.now() - kept > lease) ending.abort('lost');
  }
}

/** How long there is surely nothing to do; leases of processes that are gone are ended before. */
async function idleSeconds(context: Context, jobs: readonly string[]): Promise<number> {
  await lapseOfGone(context);
  const seconds = await nextDue(context.db, { jobs, at: context.clock() });
  // What is due and was not claimed is held back by another unit of its key, whose end is told.
  return Math.min(LOOK_MS / 1000, seconds === null || seconds <= 0 ? LOOK_MS / 1000 : seconds);
}

function holderOf({ unitId, owner, fence }: HeldUnit): Holder {
  return { unitId, owner, fence };
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return pause(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Wakes whoever listens. A ring that nobody waits for yet is heard by the next who does. */
function doorbell(): { ring: () => void; listen: () => Promise<void> } {
  let wake = (): void => undefined;
  let next = new Promise<void>((resolve) => (wake = resolve));
  return {
    ring() {
      wake();
      next = new Promise((resolve) => (wake = resolve));
    },
    listen: () => next,
  };
}
