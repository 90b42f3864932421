import { Decimal } from 'decimal.js';
import { recordEvent } from '../audit/audit.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import { vnd, type Vnd } from '../kernel/money.ts';
import {
  addMonths,
  isPlainDate,
  period,
  plainDate,
  type Period,
  type PlainDate,
} from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine, copyOut } from '../platform/copy.ts';
import { write, type Db } from '../platform/db.ts';
import {
  birthYear,
  type AssessmentLine,
  type AssistedPerson,
  type Enrolment,
  type NothingDue,
} from './entitlement.ts';
import {
  addAssessments,
  ASSESSED,
  groundsOf,
  noteAmountsThatDiffer,
  payableRates,
  prepareAssessments,
  UNASSESSED,
} from './entitlement.sql.ts';
import { prepareLaw, type PreparedLaw } from './prepared-law.ts';
import { assessSocialAssistance } from './social-assistance.ts';

export interface AssessedPeriod {
  readonly assessed: bigint;
  readonly due: bigint;
  readonly dueVnd: bigint;
  readonly arrearsVnd: bigint;
  /** Recipients whose list claims another amount than the law gives. */
  readonly differing: bigint;
}

/** A programme whose law this engine does not have yet: enrolled, told, and not paid. */
const LAW_NOT_HERE = 'law-not-here';

/**
 * Assesses everyone who is on a list of the period and has not been assessed for it: people out by
 * COPY, the law argued for each, assessments in by COPY, all in one transaction. What is due becomes
 * owed in the ledger by the same statement. Run again, it assesses nobody. Undefined when there was
 * nobody to assess.
 */
export async function assessPeriod(
  { db, clock, actor, boundary }: Context,
  { period: of, assessedOn }: { period: Period; assessedOn: PlainDate },
): Promise<AssessedPeriod | undefined> {
  const law = await socialAssistanceLaw(db, assessedOn);
  const before = addMonths(of, -1);
  const people = peopleOf(copyOut(db, UNASSESSED, { period: of, before }), before);
  const first = await people.next();
  if (first.done === true) return undefined;

  const assessed = await write(db, async (tx) => {
    await prepareAssessments(tx);
    await copyIn(tx, ASSESSED, assessments(startingWith(first.value, people), { law, of }));
    const counts = await addAssessments(tx, { period: of, assessedOn });
    await takeStatistics(tx, {
      tables: ['assessment', 'assessment_line', 'ledger_transfer'],
      period: of,
    });
    const at = clock();
    const differing = await noteAmountsThatDiffer(tx, { period: of, at });
    await recordEvent(tx, {
      at,
      actor,
      action: 'period-assessed',
      subject: `period/${of}`,
      facts: {
        assessed_on: assessedOn,
        assessed: String(counts.assessed),
        due: String(counts.due),
        due_vnd: String(counts.dueVnd),
        arrears_vnd: String(counts.arrearsVnd),
      },
    });
    return { ...counts, differing };
  });
  boundary('entitlement:assessed');
  return assessed;
}

async function socialAssistanceLaw(db: Db, assessedOn: PlainDate): Promise<PreparedLaw> {
  const rates = await payableRates(db, 'social_assistance_standard');
  const grounds = await groundsOf(db, 'social_assistance');
  return prepareLaw({
    grounds: new Map(
      grounds.map((ground) => [
        ground.groundCode,
        { ...ground, coefficient: new Decimal(ground.coefficient) },
      ]),
    ),
    standards: rates.map((rate) => ({ ...rate, amountVnd: vnd(rate.amountVnd) })),
    assessedOn,
  });
}

/** A recipient within one programme, as a row or several of UNASSESSED. */
interface Candidate {
  readonly recipientId: string;
  readonly programme: string;
  readonly person: AssistedPerson;
}

async function* startingWith(
  first: Candidate[],
  rest: AsyncIterable<Candidate[]>,
): AsyncGenerator<Candidate[]> {
  yield first;
  yield* rest;
}

type Row = (string | null)[];

/** Puts the rows of one recipient and programme together: they come one after the other. */
async function* peopleOf(
  chunks: AsyncIterable<Row[]>,
  before: Period,
): AsyncGenerator<Candidate[]> {
  let open: Row[] = [];
  for await (const chunk of chunks) {
    const people: Candidate[] = [];
    for (const row of chunk) {
      const [last] = open;
      if (last !== undefined && (last[0] !== row[0] || last[1] !== row[1])) {
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

function candidate(rows: Row[], before: Period): Candidate {
  const [recipientId, programme, birth, diedOn] = rows[0] ?? [];
  const born = birth ?? '';
  return {
    recipientId: recipientId ?? '',
    programme: programme ?? '',
    person: {
      birth: isPlainDate(born) ? born : birthYear(born),
      diedOn: diedOn === null || diedOn === undefined ? null : plainDate(diedOn),
      enrolments: rows.map((row) => enrolment(row, before)),
      alreadyAssessed: alreadyAssessed(rows),
    },
  };
}

function enrolment(row: Row, before: Period): Enrolment {
  const [, , , , enrolmentId, groundCode, dependants, entitledFrom, stopsAfter] = row;
  const [paidThrough, decidedOn, assessedOn, , spans] = row.slice(9);
  return {
    enrolmentId: enrolmentId ?? '',
    groundCode: groundCode ?? '',
    dependants: Number(dependants),
    decidedOn: decidedOn as PlainDate,
    entitledFrom: entitledFrom as Period,
    stopsAfter: (stopsAfter ?? null) as Period | null,
    // What this engine assessed last month has settled everything before; else an earlier system.
    paidThrough: assessedOn === null ? ((paidThrough ?? null) as Period | null) : before,
    settledOn: assessedOn as PlainDate | null,
    suspensions: spans === null || spans === undefined ? [] : suspensions(spans),
  };
}

function suspensions(spans: string): Enrolment['suspensions'] {
  const pairs = JSON.parse(spans) as [Period, Period | null][];
  return pairs.map(([from, until]) => ({ from, until }));
}

/** The amounts of the recipient and programme; every row that carries them carries the same. */
function alreadyAssessed(rows: Row[]): ReadonlyMap<Period, Vnd> {
  const history = rows.find((row) => (row[12] ?? null) !== null)?.[12] ?? null;
  if (history === null) return NOTHING_ASSESSED;
  const months = Object.entries(JSON.parse(history) as Record<string, string>);
  return new Map(months.map(([month, amount]) => [period(month), vnd(BigInt(amount))]));
}

async function* assessments(
  people: AsyncIterable<Candidate[]>,
  under: { law: PreparedLaw; of: Period },
): AsyncGenerator<string> {
  for await (const chunk of people) {
    let text = '';
    for (const one of chunk) text += assessed(one, under);
    yield text;
  }
}

/** One assessment and its lines, as they are copied. */
function assessed(
  { recipientId, programme, person }: Candidate,
  { law, of }: { law: PreparedLaw; of: Period },
): string {
  if (programme !== 'social_assistance') {
    return head(recipientId, programme, { amount: 0n, reason: LAW_NOT_HERE, facts: '{}' });
  }
  const result = assessSocialAssistance(person, of, law);
  const { amount, reason } = result;
  let text = head(recipientId, programme, { amount, reason, facts: factsOf(person, result) });
  let no = 0;
  for (const line of result.lines) {
    no += 1;
    text += lineOf(recipientId, programme, { no, line });
  }
  return text;
}

const NO_LINE = '\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N';

function head(
  recipientId: string,
  programme: string,
  of: { amount: bigint; reason: NothingDue | typeof LAW_NOT_HERE | null; facts: string },
): string {
  const facts = of.facts.replaceAll('\\', '\\\\');
  return `${recipientId}\t${programme}\t${of.amount}\t${of.reason ?? '\\N'}\t${facts}\t${NO_LINE}\n`;
}

function lineOf(
  recipientId: string,
  programme: string,
  { no, line }: { no: number; line: AssessmentLine },
): string {
  return copyLine([
    recipientId,
    programme,
    null,
    null,
    null,
    no,
    line.kind,
    line.forPeriod,
    line.enrolmentId,
    line.groundCode,
    line.coefficient,
    line.standardVnd,
    line.paidVnd,
    line.amount,
    `{${line.articles.map((article) => `"${article.replaceAll('"', '')}"`).join(',')}}`,
  ]);
}

/** The inputs, so that the assessment can be computed again from the record alone. */
function factsOf(
  person: AssistedPerson,
  result: ReturnType<typeof assessSocialAssistance>,
): string {
  return JSON.stringify({
    birth: person.birth,
    ...(person.diedOn === null ? {} : { diedOn: person.diedOn }),
    enrolments: person.enrolments,
    ...(result.setAside.length === 0 ? {} : { setAside: result.setAside }),
    ...(result.overpaid ? { overpaid: true } : {}),
  });
}
