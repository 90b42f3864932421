import type { Period } from '../kernel/period.ts';

// A unit is one time that a job is due: for a programme, a province, a period and an occasion.

/** What makes a unit itself, whatever fires it (I30). */
export interface UnitKey {
  readonly job: string;
  readonly programme: string;
  readonly provinceCode: string;
  readonly period: Period;
  /** Which time within the period: a day or an instant as text; '' when there is only one. */
  readonly occasion: string;
}

/** A unit and how it is to be run. */
export interface DueUnit extends UnitKey {
  readonly dueAt: Date;
  /** From when on a person should know that it is not done. */
  readonly lateAt: Date | null;
  /** The lower the sooner. */
  readonly priority: number;
  /** Of the units that share a key one runs at a time. */
  readonly concurrencyKey: string | null;
  /** How often it may be begun without getting on before it is parked. */
  readonly attemptsLimit: number;
}

/** A process and the number under which it holds a unit. */
export interface Holder {
  readonly unitId: bigint;
  readonly owner: string;
  readonly fence: bigint;
}

/** Where a unit has come to. The cursor is the job's own text. */
export interface Position {
  readonly step: string | null;
  readonly cursor: string | null;
  readonly doneCount: bigint;
  readonly totalCount: bigint | null;
}

/** A unit that this process holds, as it found it. */
export interface HeldUnit extends UnitKey, Holder, Position {
  /** Which attempt this is since it last got on; 1 for the first. */
  readonly attempts: number;
}

/** What a process that no longer holds a unit is told. It undoes the transaction that asked. */
export class LeaseLost extends Error {
  constructor(unitId: bigint) {
    super(`unit ${unitId}: the lease is another's, or has run out; nothing was written`);
    this.name = 'LeaseLost';
  }
}

const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 1800;

/** How long after a failed attempt the next is made: 30 s, 1 min, 2 min, … at most half an hour. */
export function secondsToNextAttempt(attempts: number): number {
  return Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE_SECONDS);
}
