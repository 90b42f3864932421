import { recordEvent } from '../audit/audit.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { nobody, taking, type Counts } from './assessment-rows.flow.ts';
import { assessedTotals, type AssessedTotals } from './entitlement.sql.ts';
import type { Law } from './law-book.ts';

// One stream of people, argued and written in one transaction, whatever they are argued for.

export interface AssessedPeriod {
  readonly assessed: bigint;
  readonly due: bigint;
  readonly dueVnd: bigint;
  readonly arrearsVnd: bigint;
  /** Recipients whose list claims another amount than the law gives. */
  readonly differing: bigint;
  /** What was paid beyond what is due, found now and waiting for a person: months and dong. */
  readonly excessMonths: bigint;
  readonly excessVnd: bigint;
}

/** The law as the register's people are argued by it on one day. */
export interface KnownLaw {
  readonly law: Law;
  readonly provinceOf: (communeCode: string) => string | null;
}

/** The period, and the day on which the law and the facts are seen. */
export interface Assessing {
  readonly period: Period;
  readonly assessedOn: PlainDate;
}

/**
 * Argues the law for each of a stream of people in one transaction, and holds what was counted against
 * what the rows say. Nothing is opened for nobody, and nothing is recorded where nothing was found.
 */
export async function assessAll<Person>(
  { db, clock, actor, boundary }: Context,
  { of, assessedOn }: { of: Period; assessedOn: PlainDate },
  people: AsyncGenerator<Person[]>,
  assess: Parameters<typeof taking<Person>>[3],
): Promise<AssessedPeriod | undefined> {
  const first = await people.next();
  if (first.done === true) return undefined;
  const counts = await write(db, async (tx) => {
    const at = clock();
    const known = await assessedTotals(tx, { period: of });
    const counted = nobody();
    const rows = { of, assessedOn, at: at.toISOString(), counts: counted };
    await taking(tx, startingWith(first.value, people), rows, assess);
    if (isNothing(counted)) return counted;
    await takeStatistics(tx, {
      tables: ['assessment', 'assessment_line', 'ledger_transfer'],
      period: of,
    });
    check(counted, { known, drawn: await assessedTotals(tx, { period: of }) });
    await recordEvent(tx, {
      at,
      actor,
      action: 'period-assessed',
      subject: `period/${of}`,
      facts: { assessed_on: assessedOn, ...factsOf(counted) },
    });
    return counted;
  });
  if (isNothing(counts)) return undefined;
  boundary('entitlement:assessed');
  return counts;
}

function isNothing({ assessed, excessMonths }: Counts): boolean {
  return assessed === 0n && excessMonths === 0n;
}

function factsOf(counts: Counts): Record<string, string> {
  return {
    assessed: String(counts.assessed),
    due: String(counts.due),
    due_vnd: String(counts.dueVnd),
    arrears_vnd: String(counts.arrearsVnd),
    ...(counts.excessMonths === 0n
      ? {}
      : { excess_months: String(counts.excessMonths), excess_vnd: String(counts.excessVnd) }),
  };
}

/** Holds what was counted while assessing against what the rows now say. */
function check(
  counted: Counts,
  { known, drawn }: { known: AssessedTotals; drawn: AssessedTotals },
): void {
  const { assessed, due, dueVnd, arrearsVnd } = counted;
  const agrees =
    drawn.assessed === known.assessed + assessed &&
    drawn.due === known.due + due &&
    drawn.dueVnd === known.dueVnd + dueVnd &&
    drawn.arrearsVnd === known.arrearsVnd + arrearsVnd &&
    drawn.lineVnd === drawn.dueVnd &&
    drawn.owedVnd === drawn.dueVnd;
  if (!agrees) throw new Error('assessments, their lines and what is owed do not agree');
}

async function* startingWith<Person>(
  first: Person[],
  rest: AsyncIterable<Person[]>,
): AsyncGenerator<Person[]> {
  yield first;
  yield* rest;
}
