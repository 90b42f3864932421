import { recordEvent } from '../audit/audit.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import { addMonths, type Period, type PlainDate } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { copyOut } from '../platform/copy.ts';
import { write, type Db } from '../platform/db.ts';
import { assessRegistered } from './assess-registered.ts';
import { addRegistered, addSettled, nobody, taking, type Counts } from './assessment-rows.flow.ts';
import { assessedTotals, UNASSESSED, type AssessedTotals } from './entitlement.sql.ts';
import { candidatesOf, type Candidate } from './candidates.flow.ts';
import { lawOf, viewOf, type Law } from './law-book.ts';
import { lawBookOf } from './law-rows.ts';
import { lawRows } from './law.sql.ts';
import type { PreparedLaw } from './prepared-law.ts';
import { programmesAhead, REGISTERED } from './registered.sql.ts';
import type { RegisteredPerson } from './registered-person.ts';
import { assessSocialAssistance } from './social-assistance.ts';

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
interface KnownLaw {
  readonly law: Law;
  readonly provinceOf: (communeCode: string) => string | null;
}

interface Assessing {
  readonly period: Period;
  readonly assessedOn: PlainDate;
}

/**
 * Assesses everyone who is on a list of the period and has not been assessed for it, for every programme
 * that is paid by the month; and looks again at whoever was assessed and of whom something else is known
 * since. People out by COPY, the law argued for each, assessments, their lines and what is owed in by
 * COPY. Totals drawn from the three must agree with each other and with what was counted on the way, so
 * that nothing is owed without a reason. Run again, it changes nothing. Undefined when nothing was found.
 *
 * In two transactions: first those of whom the lists say all there is, enrolment by enrolment, then
 * those who are set apart, by everything that the register has of them. A crash between them leaves the
 * second for the next run.
 */
export async function assessPeriod(
  context: Context,
  assessing: Assessing,
): Promise<AssessedPeriod | undefined> {
  const known = await knownLaw(context.db);
  const settled = await assessListed(context, assessing, known);
  const registered = await assessSetApart(context, assessing, known);
  if (settled === undefined || registered === undefined) return settled ?? registered;
  return added(settled, registered);
}

function added(a: AssessedPeriod, b: AssessedPeriod): AssessedPeriod {
  return {
    assessed: a.assessed + b.assessed,
    due: a.due + b.due,
    dueVnd: a.dueVnd + b.dueVnd,
    arrearsVnd: a.arrearsVnd + b.arrearsVnd,
    differing: a.differing + b.differing,
    excessMonths: a.excessMonths + b.excessMonths,
    excessVnd: a.excessVnd + b.excessVnd,
  };
}

async function knownLaw(db: Db): Promise<KnownLaw> {
  const rows = await lawRows(db);
  const provinces = new Map(Object.entries(rows.communes));
  return { law: lawOf(lawBookOf(rows)), provinceOf: (code) => provinces.get(code) ?? null };
}

/** Monthly social assistance of everybody of whom the lists say all there is. */
async function assessListed(
  context: Context,
  { period: of, assessedOn }: Assessing,
  { law, provinceOf }: KnownLaw,
): Promise<AssessedPeriod | undefined> {
  const before = addMonths(of, -1);
  const people = candidatesOf(copyOut(context.db, UNASSESSED, { period: of, before }), before);
  const lawIn = lawOfCommunes(law, { assessedOn, provinceOf });
  return assessAll(context, { of, assessedOn }, people, (rows, candidate: Candidate) => {
    const result = assessSocialAssistance(candidate.person, of, lawIn(candidate.communeCode));
    addSettled(rows, candidate, result);
  });
}

/** The law of social assistance by the commune in which somebody lives. */
function lawOfCommunes(
  law: Law,
  { assessedOn, provinceOf }: Pick<KnownLaw, 'provinceOf'> & { assessedOn: PlainDate },
): (communeCode: string) => PreparedLaw {
  const known = new Map<string, PreparedLaw>();
  // Provinces without a rate of their own share one law, and so the months that it has prepared.
  const byProvince = new Map<unknown, PreparedLaw>();
  return (communeCode) => {
    let found = known.get(communeCode);
    if (found === undefined) {
      const { assistance } = viewOf(law, assessedOn, provinceOf(communeCode));
      found = byProvince.get(assistance.listed) ?? assistance;
      byProvince.set(assistance.listed, found);
      known.set(communeCode, found);
    }
    return found;
  };
}

/** Everybody else, for every programme, and whoever has to be looked at again. */
async function assessSetApart(
  context: Context,
  { period: of, assessedOn }: Assessing,
  { law, provinceOf }: KnownLaw,
): Promise<AssessedPeriod | undefined> {
  const before = addMonths(of, -1);
  const ordered = await programmesAhead(context.db, { period: of });
  const people = registeredPeople(copyOut(context.db, REGISTERED, { period: of, before }));
  return assessAll(context, { of, assessedOn }, people, (rows, person: RegisteredPerson) => {
    const province = provinceOf(person.communeCode);
    const ahead = ordered.filter(({ provinceCode }) => provinceCode === province);
    const result = assessRegistered(person, {
      of,
      asOf: assessedOn,
      law,
      province,
      ahead: new Set(ahead.map(({ programme }) => programme)),
    });
    addRegistered(rows, { person, province }, result);
  });
}

async function* registeredPeople(
  chunks: AsyncIterable<(string | null)[][]>,
): AsyncGenerator<RegisteredPerson[]> {
  for await (const chunk of chunks) {
    yield chunk.map(([, person]) => JSON.parse(person ?? '') as RegisteredPerson);
  }
}

/**
 * Argues the law for each of a stream of people in one transaction, and holds what was counted against
 * what the rows say. Nothing is opened for nobody, and nothing is recorded where nothing was found.
 */
async function assessAll<Person>(
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
