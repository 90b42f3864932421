import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { guarded, violatedConstraint, write, type Tx } from '../platform/db.ts';
import { isGone } from '../platform/process-name.ts';
import {
  LeaseLost,
  secondsToNextAttempt,
  type DueUnit,
  type HeldUnit,
  type Holder,
  type Position,
} from './unit.ts';
import {
  addUnits,
  claimAgain,
  claimUnit,
  endUnit,
  freeKey,
  giveBackUnit,
  holdsUnit,
  lapseLeases,
  layDownUnit,
  leaseOwners,
  moveUnit,
  renewLease,
  reopenUnit,
} from './unit.sql.ts';

/** Who claims, and for how long at a time. */
export interface Claimant {
  readonly owner: string;
  readonly leaseSeconds: number;
}

/** Writes what is due; see addUnits. */
export function fireUnits({ db, clock }: Context, units: readonly DueUnit[]): Promise<bigint> {
  if (units.length === 0) return Promise.resolve(0n);
  return write(db, (tx) => addUnits(tx, units, { at: clock() }));
}

/** How often two claims may meet over one concurrency key before this one waits for the next nudge. */
const MOST_MEETINGS = 20;

/** Takes the next unit of the named jobs, or tells that one was parked, or that there is none. */
export async function takeUnit(
  { db, clock }: Context,
  by: Claimant & { jobs: readonly string[] },
): Promise<(HeldUnit & { state: 'running' | 'parked' }) | undefined> {
  for (let meeting = 0; meeting < MOST_MEETINGS; meeting += 1) {
    try {
      return await write(db, (tx) => claimUnit(tx, { ...by, at: clock() }));
    } catch (error) {
      // Another process took a unit with the same key in the same moment: the rule let one through.
      if (violatedConstraint(error) !== 'one_running_unit_a_key') throw error;
    }
  }
  return undefined;
}

/**
 * Takes one unit now, whatever has become of it before, for who runs it by hand. Throws Refusal
 * 'job-runs-elsewhere' while a living process holds it.
 */
export async function takeUnitNow(
  context: Context,
  unit: DueUnit,
  by: Claimant,
): Promise<HeldUnit> {
  const { db, clock } = context;
  await lapseOfGone(context);
  const held = await write(db, async (tx) => {
    await addUnits(tx, [unit], { at: clock() });
    await reopenUnit(tx, { ...unit, at: clock() });
    await freeKey(tx, { ...unit, at: clock() });
    return claimAgain(tx, { ...unit, ...by, at: clock() });
  }).catch((error: unknown) => {
    if (violatedConstraint(error) !== 'one_running_unit_a_key') throw error;
    return undefined;
  });
  if (held !== undefined) return held;
  throw new Refusal('job-runs-elsewhere', { job: unit.job, period: unit.period });
}

/** Ends the leases of processes of this machine that are no more. */
export async function lapseOfGone({ db }: Context): Promise<void> {
  const gone = (await leaseOwners(db)).filter(isGone);
  if (gone.length > 0) await write(db, (tx) => lapseLeases(tx, gone));
}

/**
 * A context that writes only while the unit is held: every transaction of every flow that is given it
 * ends by asking. What is read through it is not asked for.
 */
export function whileHeld(context: Context, by: Holder): Context {
  return {
    ...context,
    db: guarded(context.db, async (tx) => {
      if (!(await holdsUnit(tx, by))) throw new LeaseLost(by.unitId);
    }),
  };
}

/** Does one step of a unit and writes where it has come to, in one transaction or not at all. */
export function takeStep(
  held: Context,
  by: Holder,
  effect: (tx: Tx) => Promise<Position>,
): Promise<Position> {
  return write(held.db, async (tx) => {
    const position = await effect(tx);
    await moveUnit(tx, { ...by, ...position });
    return position;
  });
}

/** Keeps the lease; tells whether the unit is still held and whether somebody wants it to stop. */
export async function beat(
  { db }: Context,
  by: Holder & { leaseSeconds: number },
): Promise<'held' | 'lost' | 'to-be-cancelled'> {
  const kept = await write(db, (tx) => renewLease(tx, by));
  if (kept === undefined) return 'lost';
  return kept.cancelAskedBy === null ? 'held' : 'to-be-cancelled';
}

/** Ends a unit. Throws LeaseLost when it is another's by now. */
export async function closeUnit(
  { db, clock }: Context,
  by: Holder & { state: 'done' | 'cancelled'; outcome: object | null },
): Promise<void> {
  const ended = await write(db, (tx) => endUnit(tx, { ...by, at: clock() }));
  if (!ended) throw new LeaseLost(by.unitId);
}

/**
 * Gives a unit back after a failed attempt. Undefined when it is another's by now: whoever holds it says
 * what becomes of it.
 */
export function returnUnit(
  { db, clock }: Context,
  held: HeldUnit,
  error: unknown,
): Promise<{ state: 'due' | 'parked' } | undefined> {
  const at = clock();
  const waits = isWaiting(error);
  const seconds = waits ? SECONDS_TO_LOOK_AGAIN : secondsToNextAttempt(held.attempts);
  const retryAt = new Date(at.getTime() + seconds * 1000);
  const told = { failure: failureCode(error), hopeless: isHopeless(error), waits, retryAt, at };
  const { unitId, owner, fence } = held;
  return write(db, (tx) => giveBackUnit(tx, { unitId, owner, fence, ...told }));
}

/** Lays a unit down for whoever takes it next; the attempt does not count. */
export function leaveUnit({ db, clock }: Context, by: Holder): Promise<void> {
  return write(db, (tx) => layDownUnit(tx, { ...by, at: clock() }));
}

/** Refusals that may be otherwise in a minute; of all others a person has to change something. */
const MAY_PASS: readonly string[] = ['counterpart-silent', 'answer-malformed', 'clocks-disagree'];

/**
 * Refusals of work that another unit has to come to its end for. They are no attempts: nothing was begun, and it goes
 * on by itself however long the other takes. That it is late is told by its own hour.
 */
const WAITS: readonly string[] = ['verification-not-done'];
const SECONDS_TO_LOOK_AGAIN = 300;

function isWaiting(error: unknown): boolean {
  return error instanceof Refusal && WAITS.includes(error.code);
}

function isHopeless(error: unknown): boolean {
  return error instanceof Refusal && !MAY_PASS.includes(error.code) && !isWaiting(error);
}

/** What went wrong, in a word that cannot hold a name: a refusal, a rule, an SQLSTATE or a class. */
export function failureCode(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  const rule = violatedConstraint(error);
  if (rule !== undefined) return rule.slice(0, 100);
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors.length > 0)
    return failureCode(error.errors[0]);
  const { code } = error as Error & { code?: unknown };
  return typeof code === 'string' ? code.slice(0, 100) : error.name.slice(0, 100);
}

/** How long a database that went away is left alone at most before it is asked again. */
const LONGEST_SILENCE_MS = 10_000;

/** Asks again until the database answers or the work is to stop; waits longer each time. */
export async function untilAnswered<Result>(
  work: () => Promise<Result>,
  { signal, onFailure }: { signal: AbortSignal; onFailure: (error: unknown) => void },
): Promise<Result | undefined> {
  for (let silence = 100; !signal.aborted; silence = Math.min(silence * 2, LONGEST_SILENCE_MS)) {
    try {
      return await work();
    } catch (error) {
      onFailure(error);
      await pause(silence, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
