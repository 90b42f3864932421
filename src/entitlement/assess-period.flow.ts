import { Decimal } from 'decimal.js';
import { recordEvent } from '../audit/audit.sql.ts';
import { takeStatistics } from '../audit/period.sql.ts';
import { vnd, type Vnd } from '../kernel/money.ts';
import { addMonths, period, plainDate, type Period, type PlainDate } from '../kernel/period.ts';
import { dueReference, isProgramme, type Programme } from '../kernel/reference.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine, copyOut, copyValue } from '../platform/copy.ts';
import { write, type Db, type Tx } from '../platform/db.ts';
import {
  birthYear,
  LAW_NOT_HERE,
  type AssessmentLine,
  type AssistedPerson,
  type Enrolment,
  type NothingDue,
} from './entitlement.ts';
import {
  AMOUNT_NOTE,
  assessedTotals,
  assessmentTargets,
  groundsOf,
  payableRates,
  UNASSESSED,
  type AssessedTotals,
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

/** How many people are assessed before their rows are handed to the database. */
const PORTION = 5_000;

/**
 * Assesses everyone who is on a list of the period and has not been assessed for it: people out by
 * COPY, the law argued for each, assessments, their lines and what is owed in by COPY, all in one
 * transaction. Totals drawn from the three must agree with each other and with what was counted on
 * the way, so that nothing is owed without a reason. Run again, it assesses nobody. Undefined when
 * there was nobody to assess.
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
    const at = clock();
    const known = await assessedTotals(tx, { period: of });
    const assessor = { law, of, assessedOn, at: at.toISOString() };
    const counts = await assessAll(tx, startingWith(first.value, people), assessor);
    await takeStatistics(tx, {
      tables: ['assessment', 'assessment_line', 'ledger_transfer'],
      period: of,
    });
    check(counts, { known, drawn: await assessedTotals(tx, { period: of }) });
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
    return counts;
  });
  boundary('entitlement:assessed');
  return assessed;
}

/** Holds what was counted while assessing against what the rows now say. */
function check(
  counted: AssessedPeriod,
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
  readonly programme: Programme;
  readonly person: AssistedPerson;
  /** What the list claims for the month, in dong; null for who is on it no more. */
  readonly listedVnd: bigint | null;
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
  if (!isProgramme(programme ?? '')) throw new Error(`no such programme: ${programme ?? ''}`);
  return {
    recipientId: recipientId ?? '',
    programme: programme as Programme,
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
  const [, , , , enrolmentId, groundCode, dependants, entitledFrom, stopsAfter] = row;
  const [paidThrough, decidedOn, assessedOn, spans] = [row[9], row[10], row[11], row[13]];
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
    suspensions: spans === null || spans === undefined ? [] : suspensions(spans),
  };
}

function suspensions(spans: string): Enrolment['suspensions'] {
  const pairs = JSON.parse(spans) as [Period, Period | null][];
  return pairs.map(([from, until]) => ({ from, until }));
}

function listedFor(rows: Row[]): bigint | null {
  let listed: bigint | null = null;
  for (const row of rows) {
    const claim = row[14] ?? null;
    if (claim !== null) listed = (listed ?? 0n) + BigInt(claim);
  }
  return listed;
}

/** The amounts of the recipient and programme; every row that carries them carries the same. */
function alreadyAssessed(rows: Row[]): ReadonlyMap<Period, Vnd> {
  const history = rows.find((row) => (row[12] ?? null) !== null)?.[12] ?? null;
  if (history === null) return NOTHING_ASSESSED;
  const months = Object.entries(JSON.parse(history) as Record<string, string>);
  return new Map(months.map(([month, amount]) => [period(month), vnd(BigInt(amount))]));
}

interface Assessor {
  readonly law: PreparedLaw;
  readonly of: Period;
  readonly assessedOn: PlainDate;
  /** The instant of the run, as it is written. */
  readonly at: string;
}

/** What people leave behind, as COPY text. */
interface Texts {
  heads: string;
  lines: string;
  owed: string;
  notes: string;
}

/** A portion of people, as bytes: a text of thousands of pieces keeps the garbage collector busy. */
type Portion = { readonly [Part in keyof Texts]: Buffer[] } & { people: number };

interface Counts {
  assessed: bigint;
  due: bigint;
  dueVnd: bigint;
  arrearsVnd: bigint;
  differing: bigint;
}

/** While the database takes one portion in, the next is assessed. */
async function assessAll(
  tx: Tx,
  people: AsyncIterable<Candidate[]>,
  assessor: Assessor,
): Promise<AssessedPeriod> {
  const counts: Counts = { assessed: 0n, due: 0n, dueVnd: 0n, arrearsVnd: 0n, differing: 0n };
  let portion = emptyPortion();
  let taking = Promise.resolve();
  const hand = async (full: Portion): Promise<void> => {
    await taking;
    taking = takeIn(tx, assessor.of, full);
    // Awaited above or below; until then a failure must not count as nobody's.
    taking.catch(() => undefined);
  };
  try {
    for await (const chunk of people) {
      addTo(portion, chunk, (texts, candidate) => {
        assessOne(texts, counts, { candidate, assessor });
      });
      if (portion.people < PORTION) continue;
      await hand(portion);
      portion = emptyPortion();
    }
    await hand(portion);
  } finally {
    await taking;
  }
  return counts;
}

function emptyPortion(): Portion {
  return { people: 0, heads: [], lines: [], owed: [], notes: [] };
}

function addTo(
  portion: Portion,
  people: readonly Candidate[],
  assess: (texts: Texts, one: Candidate) => void,
): void {
  const texts: Texts = { heads: '', lines: '', owed: '', notes: '' };
  for (const one of people) assess(texts, one);
  portion.people += people.length;
  for (const part of ['heads', 'lines', 'owed', 'notes'] as const) {
    if (texts[part] !== '') portion[part].push(Buffer.from(texts[part]));
  }
}

async function takeIn(tx: Tx, of: Period, portion: Portion): Promise<void> {
  const targets = assessmentTargets(of);
  await copyIn(tx, targets.heads, portion.heads);
  await copyIn(tx, targets.lines, portion.lines);
  await copyIn(tx, targets.owed, portion.owed);
  if (portion.notes.length > 0) await copyIn(tx, AMOUNT_NOTE, portion.notes);
}

/** Adds one assessment: its head, its lines, and what is owed. */
function assessOne(
  texts: Texts,
  counts: Counts,
  { candidate, assessor }: { candidate: Candidate; assessor: Assessor },
): void {
  const { recipientId, programme, person, listedVnd } = candidate;
  const { of, assessedOn, at } = assessor;
  const reference = dueReference({ period: of, programme, recipientId, assessmentNo: 1 });
  const key = `${recipientId}\t${of}\t${reference}`;
  const { amount, reason, facts, lines } = judge(programme, person, assessor);

  texts.heads += `${key}\t${programme}\t1\t${amount}\t${reason ?? '\\N'}\t${facts}\t${assessedOn}\n`;
  let no = 0;
  for (const line of lines) {
    no += 1;
    texts.lines += lineOf(key, no, line);
    if (line.kind === 'arrears') counts.arrearsVnd += line.amount;
  }
  counts.assessed += 1n;
  if (amount > 0n) {
    counts.due += 1n;
    counts.dueVnd += amount;
    texts.owed += `${key}\tentitled\t${programme}\tappropriation\towed\t${amount}\t${assessedOn}\n`;
  }
  // Paid is what the law gives; a person looks at the difference.
  if (listedVnd !== null && listedVnd !== amount) {
    counts.differing += 1n;
    texts.notes += `${recipientId}\t${of}\tAMOUNT_DIFFERS\t${programme}\tnotice\t${at}\n`;
  }
}

function judge(
  programme: Programme,
  person: AssistedPerson,
  { law, of }: Assessor,
): {
  amount: bigint;
  reason: NothingDue | typeof LAW_NOT_HERE | null;
  facts: string;
  lines: readonly AssessmentLine[];
} {
  if (programme !== 'social_assistance') {
    return { amount: 0n, reason: LAW_NOT_HERE, facts: '{}', lines: [] };
  }
  const result = assessSocialAssistance(person, of, law);
  const facts = copyValue(factsOf(person, result));
  return { amount: result.amount, reason: result.reason, facts, lines: result.lines };
}

function lineOf(key: string, no: number, line: AssessmentLine): string {
  const values = copyLine([
    line.forPeriod,
    line.enrolmentId,
    line.groundCode,
    line.coefficient,
    line.standardVnd,
    line.paidVnd,
    line.amount,
    articlesOf(line),
  ]);
  return `${key}\t${no}\t${line.kind}\t${values}`;
}

/** The articles as an array of PostgreSQL. A few lists of them serve everybody. */
const arraysOf = new WeakMap<readonly string[], string>();

function articlesOf({ articles }: AssessmentLine): string {
  let text = arraysOf.get(articles);
  if (text === undefined) {
    text = `{${articles.map((article) => `"${article.replaceAll('"', '')}"`).join(',')}}`;
    arraysOf.set(articles, text);
  }
  return text;
}

/**
 * The inputs, so that the assessment can be computed again from the record alone. What is null, none
 * or empty is left out: it would be a third of what is written for most people.
 */
function factsOf(
  { birth, diedOn, enrolments }: AssistedPerson,
  { setAside, overpaid }: ReturnType<typeof assessSocialAssistance>,
): string {
  return JSON.stringify({
    birth,
    diedOn: diedOn ?? undefined,
    enrolments: enrolments.map(factsOfEnrolment),
    setAside: setAside.length === 0 ? undefined : setAside,
    overpaid: overpaid || undefined,
  });
}

function factsOfEnrolment(enrolment: Enrolment): Record<string, unknown> {
  const { enrolmentId, groundCode, dependants, decidedOn, entitledFrom } = enrolment;
  const { stopsAfter, paidThrough, settledOn, suspensions } = enrolment;
  return {
    enrolmentId,
    groundCode,
    dependants: dependants || undefined,
    decidedOn,
    entitledFrom,
    stopsAfter: stopsAfter ?? undefined,
    paidThrough: paidThrough ?? undefined,
    settledOn: settledOn ?? undefined,
    suspensions: suspensions.length === 0 ? undefined : suspensions,
  };
}
