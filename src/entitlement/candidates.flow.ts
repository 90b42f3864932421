import { vnd, type Vnd } from '../kernel/money.ts';
import { period, plainDate, type Period, type PlainDate } from '../kernel/period.ts';
import { birthYear, type AssistedPerson, type Enrolment } from './entitlement.ts';

// Rows of UNASSESSED as the persons whom the rules of social assistance ask for.

/** A recipient of social assistance, as a row or several of UNASSESSED. */
export interface Candidate {
  readonly recipientId: string;
  readonly communeCode: string;
  readonly person: AssistedPerson;
  /** What the list claims for the month, in dong; null for who is on it no more. */
  readonly listedVnd: bigint | null;
}

type Row = (string | null)[];

/** Puts the rows of one recipient together: they come one after the other. */
export async function* candidatesOf(
  chunks: AsyncIterable<Row[]>,
  before: Period,
): AsyncGenerator<Candidate[]> {
  let open: Row[] = [];
  for await (const chunk of chunks) {
    const people: Candidate[] = [];
    for (const row of chunk) {
      const [last] = open;
      if (last !== undefined && last[0] !== row[0]) {
        people.push(candidate(open, before));
        open = [];
      }
      open.push(row);
    }
    if (people.length > 0) yield people;
  }
  if (open.length > 0) yield [candidate(open, before)];
}

const NOTHING_ASSESSED: ReadonlyMap<Period, Vnd> = new Map();
const NEVER_PAUSED: Enrolment['suspensions'] = [];

function candidate(rows: Row[], before: Period): Candidate {
  const [recipientId, birth, diedOn] = rows[0] ?? [];
  const born = birth ?? '';
  return {
    recipientId: recipientId ?? '',
    communeCode: rows[0]?.[12] ?? '',
    listedVnd: listedFor(rows),
    person: {
      birth: born.length === 4 ? birthYear(born) : (born as PlainDate),
      diedOn: diedOn === null || diedOn === undefined ? null : plainDate(diedOn),
      enrolments: rows.map((row) => enrolment(row, before)),
      alreadyAssessed: alreadyAssessed(rows),
    },
  };
}

function enrolment(row: Row, before: Period): Enrolment {
  const [, , , enrolmentId, groundCode, dependants, entitledFrom, stopsAfter] = row;
  const [paidThrough, decidedOn, assessedOn] = [row[8], row[9], row[10]];
  return {
    enrolmentId: enrolmentId ?? '',
    groundCode: groundCode ?? '',
    dependants: Number(dependants),
    decidedOn: decidedOn as PlainDate,
    entitledFrom: entitledFrom as Period,
    stopsAfter: (stopsAfter ?? null) as Period | null,
    // What this engine assessed last month has settled everything before; else an earlier system.
    paidThrough: assessedOn === null ? ((paidThrough ?? null) as Period | null) : before,
    settledOn: (assessedOn ?? null) as PlainDate | null,
    // Whoever was ever paused is set apart.
    suspensions: NEVER_PAUSED,
  };
}

function listedFor(rows: Row[]): bigint | null {
  let listed: bigint | null = null;
  for (const row of rows) {
    const claim = row[13] ?? null;
    if (claim !== null) listed = (listed ?? 0n) + BigInt(claim);
  }
  return listed;
}

/** The amounts of the recipient; every row that carries them carries the same. */
function alreadyAssessed(rows: Row[]): ReadonlyMap<Period, Vnd> {
  const history = rows.find((row) => (row[11] ?? null) !== null)?.[11] ?? null;
  if (history === null) return NOTHING_ASSESSED;
  const months = Object.entries(JSON.parse(history) as Record<string, string>);
  return new Map(months.map(([month, amount]) => [period(month), vnd(BigInt(amount))]));
}
