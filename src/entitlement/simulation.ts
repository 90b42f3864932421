// What a proposed law would cost beside the one that stands: by programme, province and month, with how
// many people gain and how many lose. People go by one after the other and only sums are kept.

import type { Vnd } from '../kernel/money.ts';
import type { Period } from '../kernel/period.ts';
import type { Programme } from '../kernel/reference.ts';

/** What one law pays a person for one month from one programme, with the period that is assessed. */
export interface PaidLine {
  readonly programme: Programme;
  readonly month: Period;
  readonly amount: Vnd;
}

/** One person under the law that stands, and under the law that is proposed. */
export interface Compared {
  /** The province in which the person lives; null for none that is known. */
  readonly province: string | null;
  readonly standing: readonly PaidLine[];
  readonly proposed: readonly PaidLine[];
}

/** Sums of dong, and the difference that the proposal makes, which may be below zero. */
interface Cost {
  standingVnd: bigint;
  proposedVnd: bigint;
  differenceVnd: bigint;
}

/** How many people a proposal touches, and by how much. */
interface Touched {
  people: bigint;
  gaining: bigint;
  losing: bigint;
  gainedVnd: bigint;
  lostVnd: bigint;
}

interface CostOfMonth extends Readonly<Cost> {
  readonly programme: string;
  readonly province: string | null;
  readonly month: Period;
}

interface CostOfProgramme extends Readonly<Cost>, Readonly<Touched> {
  readonly programme: string;
  readonly province: string | null;
}

export interface Simulation {
  readonly months: readonly CostOfMonth[];
  readonly programmes: readonly CostOfProgramme[];
  readonly total: Readonly<Cost & Touched> & {
    /** Of those who gain, who is paid nothing by the law that stands. */
    readonly newlyPaid: bigint;
    /** Of those who lose, who would be paid nothing. */
    readonly nothingLeft: bigint;
  };
}

/** A simulation while people go by. */
export interface Tally {
  readonly months: Map<string, { -readonly [Field in keyof CostOfMonth]: CostOfMonth[Field] }>;
  readonly programmes: Map<
    string,
    { -readonly [Field in keyof CostOfProgramme]: CostOfProgramme[Field] }
  >;
  readonly total: { -readonly [Field in keyof Simulation['total']]: bigint };
}

export function newTally(): Tally {
  return {
    months: new Map(),
    programmes: new Map(),
    total: { ...noCost(), ...nobody(), newlyPaid: 0n, nothingLeft: 0n },
  };
}

function noCost(): Cost {
  return { standingVnd: 0n, proposedVnd: 0n, differenceVnd: 0n };
}

function nobody(): Touched {
  return { people: 0n, gaining: 0n, losing: 0n, gainedVnd: 0n, lostVnd: 0n };
}

/** Adds one person. Who is paid the same by both laws is counted and changes no difference. */
export function addCompared(tally: Tally, { province, standing, proposed }: Compared): void {
  const programmes = new Map<string, Cost>();
  for (const [lines, field] of [
    [standing, 'standingVnd'],
    [proposed, 'proposedVnd'],
  ] as const) {
    for (const { programme, month, amount } of lines) {
      const named = { programme, province };
      addTo(costIn(tally.months, [programme, province, month], { ...named, month, ...noCost() }), {
        [field]: amount,
      });
      const cost = programmes.get(programme) ?? noCost();
      addTo(cost, { [field]: amount });
      programmes.set(programme, cost);
    }
  }
  const all = noCost();
  for (const [programme, cost] of programmes) {
    const made = { programme, province, ...noCost(), ...nobody() };
    const group = costIn(tally.programmes, [programme, province], made);
    addTo(group, cost);
    touch(group, cost);
    addTo(all, cost);
  }
  const { total } = tally;
  addTo(total, all);
  touch(total, all);
  if (all.differenceVnd > 0n && all.standingVnd === 0n) total.newlyPaid += 1n;
  if (all.differenceVnd < 0n && all.proposedVnd === 0n) total.nothingLeft += 1n;
}

function costIn<Entry extends Cost>(
  entries: Map<string, Entry>,
  key: readonly (string | null)[],
  made: Entry,
): Entry {
  const text = JSON.stringify(key);
  const known = entries.get(text);
  if (known !== undefined) return known;
  entries.set(text, made);
  return made;
}

function addTo(cost: Cost, { standingVnd = 0n, proposedVnd = 0n }: Partial<Cost>): void {
  cost.standingVnd += standingVnd;
  cost.proposedVnd += proposedVnd;
  cost.differenceVnd += proposedVnd - standingVnd;
}

function touch(touched: Touched, { differenceVnd }: Cost): void {
  touched.people += 1n;
  if (differenceVnd > 0n) {
    touched.gaining += 1n;
    touched.gainedVnd += differenceVnd;
  } else if (differenceVnd < 0n) {
    touched.losing += 1n;
    touched.lostVnd -= differenceVnd;
  }
}

/** The sums, in the order of programme, province and month. */
export function simulationOf({ months, programmes, total }: Tally): Simulation {
  return {
    months: inOrder(months),
    programmes: inOrder(programmes),
    total,
  };
}

function inOrder<Entry>(entries: ReadonlyMap<string, Entry>): Entry[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
