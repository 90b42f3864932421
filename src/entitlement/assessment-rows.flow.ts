import type { Period, PlainDate } from '../kernel/period.ts';
import { dueReference, type Programme } from '../kernel/reference.ts';
import { copyIn, copyLine, copyValue } from '../platform/copy.ts';
import type { Tx } from '../platform/db.ts';
import type { FoundExcess, RegisteredAssessment } from './assess-registered.ts';
import type { Candidate } from './candidates.flow.ts';
import type { Assessment, AssessmentLine, AssistedPerson, Enrolment } from './entitlement.ts';
import { AMOUNT_NOTE, assessmentTargets } from './entitlement.sql.ts';
import { AWARD } from './once.sql.ts';
import type { OnceAssessment } from './once.ts';
import { RECOVERY_CASE, RECOVERY_MONTH } from './registered.sql.ts';
import type { RegisteredEnrolment, RegisteredPerson } from './registered-person.ts';

// What is found about people, as rows of COPY text, and handed to the database portion by portion.

/** How many people are assessed before their rows are handed to the database. */
const PORTION = 5_000;

/** What has been counted on the way. */
export interface Counts {
  assessed: bigint;
  due: bigint;
  dueVnd: bigint;
  arrearsVnd: bigint;
  differing: bigint;
  excessMonths: bigint;
  excessVnd: bigint;
}

export function nobody(): Counts {
  return {
    assessed: 0n,
    due: 0n,
    dueVnd: 0n,
    arrearsVnd: 0n,
    differing: 0n,
    excessMonths: 0n,
    excessVnd: 0n,
  };
}

/** What stands in every row of one run. */
interface Run {
  readonly of: Period;
  readonly assessedOn: PlainDate;
  /** The instant of the run, as it is written. */
  readonly at: string;
  readonly counts: Counts;
}

/** What people leave behind, as COPY text. */
interface Texts {
  heads: string;
  lines: string;
  owed: string;
  notes: string;
  cases: string;
  excess: string;
  awards: string;
}

const PARTS = ['heads', 'lines', 'owed', 'notes', 'cases', 'excess', 'awards'] as const;

/** The rows of some people while they are being written. */
export interface Rows extends Run {
  readonly texts: Texts;
}

/** A portion of people, as bytes: a text of thousands of pieces keeps the garbage collector busy. */
type Portion = { readonly [Part in keyof Texts]: Buffer[] } & { people: number };

/** Writes down what is found about each of a stream of people: while the database takes one portion in,
 * the next is assessed. */
export async function taking<Person>(
  tx: Tx,
  people: AsyncIterable<Person[]>,
  run: Run,
  assess: (rows: Rows, one: Person) => void,
): Promise<void> {
  let portion = emptyPortion();
  let taken = Promise.resolve();
  const hand = async (full: Portion): Promise<void> => {
    await taken;
    taken = takeIn(tx, run.of, full);
    // Awaited above or below; until then a failure must not count as nobody's.
    taken.catch(() => undefined);
  };
  try {
    for await (const chunk of people) {
      addTo(portion, chunk, run, assess);
      if (portion.people < PORTION) continue;
      await hand(portion);
      portion = emptyPortion();
    }
    await hand(portion);
  } finally {
    await taken;
  }
}

function emptyPortion(): Portion {
  return {
    people: 0,
    heads: [],
    lines: [],
    owed: [],
    notes: [],
    cases: [],
    excess: [],
    awards: [],
  };
}

function addTo<Person>(
  portion: Portion,
  people: readonly Person[],
  run: Run,
  assess: (rows: Rows, one: Person) => void,
): void {
  const texts = { heads: '', lines: '', owed: '', notes: '', cases: '', excess: '', awards: '' };
  const rows = { ...run, texts };
  for (const one of people) assess(rows, one);
  portion.people += people.length;
  for (const part of PARTS) {
    if (texts[part] !== '') portion[part].push(Buffer.from(texts[part]));
  }
}

async function takeIn(tx: Tx, of: Period, portion: Portion): Promise<void> {
  const targets = assessmentTargets(of);
  const parts = {
    ...targets,
    notes: AMOUNT_NOTE,
    cases: RECOVERY_CASE,
    excess: RECOVERY_MONTH,
    awards: AWARD,
  };
  for (const part of PARTS) {
    if (portion[part].length > 0) await copyIn(tx, parts[part], portion[part]);
  }
}

/** One assessment as it is written. */
interface Written {
  readonly recipientId: string;
  readonly programme: Programme;
  readonly assessmentNo: number;
  readonly amount: bigint;
  readonly reason: string | null;
  /** JSON text. */
  readonly facts: string;
  readonly lines: readonly WrittenLine[];
  readonly listedVnd: bigint | null;
}

interface WrittenLine extends Omit<AssessmentLine, 'kind'> {
  readonly kind: string;
}

/** Adds one assessment: its head, its lines, and what is owed. */
function addOne({ texts, counts, of, assessedOn, at }: Rows, one: Written): void {
  const { recipientId, programme, assessmentNo, amount, reason } = one;
  const reference = dueReference({ period: of, programme, recipientId, assessmentNo });
  const key = `${recipientId}\t${of}\t${reference}`;
  const facts = copyValue(one.facts);
  texts.heads += `${key}\t${programme}\t${assessmentNo}\t${amount}\t${reason ?? '\\N'}\t${facts}\t${assessedOn}\n`;
  let no = 0;
  for (const line of one.lines) {
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
  if (one.listedVnd !== null && one.listedVnd !== amount) {
    counts.differing += 1n;
    texts.notes += `${recipientId}\t${of}\tAMOUNT_DIFFERS\t${programme}\tnotice\t${at}\n`;
  }
}

function lineOf(key: string, no: number, line: WrittenLine): string {
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

function articlesOf({ articles }: WrittenLine): string {
  let text = arraysOf.get(articles);
  if (text === undefined) {
    text = `{${articles.map((article) => `"${article.replaceAll('"', '')}"`).join(',')}}`;
    arraysOf.set(articles, text);
  }
  return text;
}

// --- Of whom the lists say all

/** Adds the assessment of somebody whose months before are settled. */
export function addSettled(rows: Rows, candidate: Candidate, result: Assessment): void {
  const { recipientId, person, listedVnd } = candidate;
  addOne(rows, {
    recipientId,
    programme: 'social_assistance',
    assessmentNo: 1,
    amount: result.amount,
    reason: result.reason,
    facts: factsOf(person, result),
    lines: result.lines,
    listedVnd,
  });
}

/**
 * The inputs, so that the assessment can be computed again from the record alone. What is null, none
 * or empty is left out: it would be a third of what is written for most people.
 */
function factsOf(
  { birth, diedOn, enrolments }: AssistedPerson,
  { setAside, overpaid }: Assessment,
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
  const { stopsAfter, paidThrough, settledOn } = enrolment;
  return {
    enrolmentId,
    groundCode,
    dependants: dependants || undefined,
    decidedOn,
    entitledFrom,
    stopsAfter: stopsAfter ?? undefined,
    paidThrough: paidThrough ?? undefined,
    settledOn: settledOn ?? undefined,
  };
}

// --- Of whom the register says more

interface Registered {
  readonly person: RegisteredPerson;
  readonly province: string | null;
}

/** Adds what every programme of a person comes to, and what was found to be too much. */
export function addRegistered(
  rows: Rows,
  { person, province }: Registered,
  result: RegisteredAssessment,
): void {
  if (result.programmes.length === 0 && result.excess.length === 0) return;
  const { recipientId, assessments } = person;
  const facts = JSON.stringify(registeredFacts(person, { province, result }));
  for (const { programme, amount, reason, lines } of result.programmes) {
    const before = assessments[programme] ?? 0;
    addOne(rows, {
      recipientId,
      programme,
      assessmentNo: before + 1,
      amount,
      reason,
      facts,
      lines,
      listedVnd: before > 0 ? null : listedFor(person, programme),
    });
  }
  addCases(rows, person, { facts, excess: result.excess });
}

function listedFor({ enrolments }: RegisteredPerson, of: Programme): bigint | null {
  const claims = enrolments.flatMap(({ programme, listedVnd }) =>
    programme === of && listedVnd !== null ? [BigInt(listedVnd)] : [],
  );
  return claims.length === 0 ? null : claims.reduce((sum, claim) => sum + claim, 0n);
}

function registeredFacts(
  { birth, diedOn, enrolments }: RegisteredPerson,
  { province, result }: { province: string | null; result: RegisteredAssessment },
): Record<string, unknown> {
  return {
    birth,
    diedOn: diedOn ?? undefined,
    province: province ?? undefined,
    enrolments: enrolments.map(factsOfRegistered),
    paid: Object.keys(result.paid).length === 0 ? undefined : result.paid,
    fault: result.fault ?? undefined,
    overpaid: result.excess.length > 0 || undefined,
  };
}

function factsOfRegistered(enrolment: RegisteredEnrolment): Record<string, unknown> {
  const { ref, programme, groundCode, dependants, decidedOn, entitledFrom } = enrolment;
  const { stopsAfter, paidThrough, suspensions, facts } = enrolment;
  return {
    enrolmentId: ref,
    programme,
    groundCode,
    dependants: dependants || undefined,
    decidedOn,
    entitledFrom,
    stopsAfter: stopsAfter ?? undefined,
    paidThrough: paidThrough ?? undefined,
    suspensions: suspensions.length === 0 ? undefined : suspensions,
    facts: Object.keys(facts).length === 0 ? undefined : facts,
  };
}

/** A case for each programme: a finding for a person, and nothing is taken from anybody by it. */
function addCases(
  { texts, counts, of, assessedOn }: Rows,
  { recipientId, lastCase }: RegisteredPerson,
  { facts, excess }: { facts: string; excess: readonly FoundExcess[] },
): void {
  let caseNo = lastCase;
  for (const programme of new Set(excess.map((one) => one.programme))) {
    caseNo += 1;
    const months = excess.filter((one) => one.programme === programme);
    const amount = months.reduce((sum, month) => sum + month.amount, 0n);
    const [first] = months;
    texts.cases += copyLine([
      recipientId,
      caseNo,
      programme,
      of,
      amount,
      first?.reason ?? '',
      facts,
      assessedOn,
    ]);
    for (const { forPeriod, paidVnd, dueVnd, amount: tooMuch, reason } of months) {
      texts.excess += copyLine([recipientId, caseNo, forPeriod, paidVnd, dueVnd, tooMuch, reason]);
      counts.excessMonths += 1n;
      counts.excessVnd += tooMuch;
    }
  }
}

// --- What is paid once

/** Adds what is paid once, and that it was given. */
export function addOnce(
  rows: Rows,
  { recipientId, timesBefore }: { recipientId: string; timesBefore: number },
  { programme, amount, reason, lines, awards, facts }: OnceAssessment,
): void {
  const { texts, of: period } = rows;
  const assessmentNo = timesBefore + 1;
  addOne(rows, {
    recipientId,
    programme,
    assessmentNo,
    amount,
    reason,
    facts: JSON.stringify({ once: facts }),
    lines,
    listedVnd: null,
  });
  const reference = dueReference({ period, programme, recipientId, assessmentNo });
  for (const { occasion, claimNo } of awards) {
    texts.awards += copyLine([recipientId, programme, occasion, claimNo, period, reference]);
  }
}
