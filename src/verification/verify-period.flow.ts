import { recordEvent } from '../audit/audit.sql.ts';
import { readCitizenNumber } from '../kernel/citizen-number.ts';
import { addMonths, type Period } from '../kernel/period.ts';
import { purposeOf, type Asker } from '../kernel/purpose.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyOut } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import type { AccountDirectory } from './account-directory.port.ts';
import type {
  AccountAnswer,
  AccountQuestion,
  IdentityAnswer,
  IdentityQuestion,
} from './evidence.ts';
import type { IdentityService } from './identity.port.ts';
import { crossCheck } from './cross-check.flow.ts';
import { VERIFICATION_FINDINGS } from './findings.ts';
import { judgeAccount, judgeIdentity, type AskedPerson, type Judgement } from './judgement.ts';
import {
  addFindings,
  evidenceTarget,
  reuseEvidence,
  UNVERIFIED,
  type NewFinding,
} from './verification.sql.ts';

export interface Directories {
  readonly identity: IdentityService;
  readonly accounts: AccountDirectory;
}

export interface VerifiedPeriod {
  readonly recipients: number;
  /** What was asked, of persons and of accounts; a request may put many. */
  readonly questions: number;
  /** Questions that proof of an earlier month answered. */
  readonly reused: bigint;
  readonly proven: number;
  readonly doubtful: number;
  readonly refused: number;
  /** Questions that got no answer. */
  readonly unknown: number;
}

/** How many months back proof is looked for; no policy lets it last so long. */
const MONTHS_BACK = 12;

/**
 * How many recipients are asked about before their evidence is committed. While one slice is being
 * committed the next is asked about, so a crash asks at most twice as many again.
 */
const SLICE = 1_000;

/**
 * Asks, for everyone who is due money in the period, whether they and their payee live and are who
 * the list says, and whether the account is theirs; then lets every rule look at all lines. What an
 * earlier month has proven is not asked again while it is fresh. The evidence is committed slice by
 * slice, so that after a crash nobody is asked about twice but in the slices that were under way. Run
 * again, it asks only about what was not answered, has grown too old, or was changed since.
 */
export async function verifyPeriod(
  context: Context,
  directories: Directories,
  { period, asker }: { period: Period; asker: Asker },
): Promise<VerifiedPeriod> {
  const { reused } = await reuse(context, period);
  const counts = await askAbout(context, directories, { period, asker });
  await crossCheck(context, { period });
  return { ...counts, reused };
}

/** What an earlier month has proven and is still fresh. */
async function reuse({ db, clock, actor }: Context, period: Period): Promise<{ reused: bigint }> {
  const at = clock();
  return write(db, async (tx) => {
    const used = await reuseEvidence(tx, { period, since: addMonths(period, -MONTHS_BACK), at });
    if (used.reused > 0n) {
      await recordEvent(tx, {
        at,
        actor,
        action: 'evidence-reused',
        subject: `period/${period}`,
        facts: { answers: String(used.reused) },
      });
    }
    return used;
  });
}

async function askAbout(
  context: Context,
  directories: Directories,
  { period, asker }: { period: Period; asker: Asker },
): Promise<Omit<VerifiedPeriod, 'reused'>> {
  const { db, boundary, clock } = context;
  const counts = { recipients: 0, questions: 0, proven: 0, doubtful: 0, refused: 0, unknown: 0 };
  const at = clock().toISOString();
  let recording = Promise.resolve();
  try {
    for await (const slice of slices(copyOut(db, UNVERIFIED, { period, at }), SLICE)) {
      const { programmes, rows } = slice;
      const { identities, accounts } = questionsOf(rows, period);
      const [persons, holders] = await Promise.all([
        collect(
          directories.identity.lookUp(
            asStream(identities.map(({ question }) => question)),
            purposeOf(asker, { programmes, period }),
          ),
        ),
        collect(directories.accounts.verify(asStream(accounts.map(({ question }) => question)))),
      ]);
      boundary('verification:asked');
      const evidence = emptyEvidence(period, context.clock());
      judgeAccounts(evidence, accounts, holders);
      judgeIdentities(evidence, identities, persons);
      counts.recipients += rows.length;
      count(counts, evidence);
      await recording;
      recording = record(context, evidence).then(() => {
        boundary('verification:recorded');
      });
      // Awaited above or below; until then a failure must not count as nobody's.
      recording.catch(() => undefined);
    }
  } finally {
    await recording;
  }
  return counts;
}

/** A question, and whom it is about: a recipient, and which of the things that must be proven. */
interface Asked<Question> {
  readonly recipientId: string;
  readonly subject: 'recipient' | 'payee' | 'account';
  readonly checkNo: string;
  readonly question: Question;
}

interface AskedIdentity extends Asked<IdentityQuestion> {
  readonly known: AskedPerson;
}

interface Slice {
  readonly identities: AskedIdentity[];
  readonly accounts: Asked<AccountQuestion>[];
}

/** A row of UNVERIFIED. None of its columns is null. */
type Row = readonly string[];

/** Where a row names the programmes that would pay. */
const PROGRAMMES = 14;

const NOT_ASKED = '0';

function questionsOf(rows: readonly Row[], period: Period): Slice {
  const slice: Slice = { identities: [], accounts: [] };
  for (const row of rows) {
    const [recipientId = ''] = row;
    const [recipientNo = '', payeeNo = '', accountNo = ''] = row.slice(-3);
    const request = `${period}/${recipientId}`;
    if (accountNo !== NOT_ASKED) {
      const question = aboutAccount(`${request}/account/${accountNo}`, row);
      slice.accounts.push({ recipientId, subject: 'account', checkNo: accountNo, question });
    }
    if (payeeNo !== NOT_ASKED) {
      const question = aboutPayee(`${request}/payee/${payeeNo}`, row);
      slice.identities.push(identityOf(row, { subject: 'payee', checkNo: payeeNo, question }));
    }
    if (recipientNo !== NOT_ASKED) {
      const question = aboutRecipient(`${request}/recipient/${recipientNo}`, row);
      slice.identities.push(
        identityOf(row, { subject: 'recipient', checkNo: recipientNo, question }),
      );
    }
  }
  return slice;
}

/** Of a payee the list names no commune. */
function identityOf(
  [recipientId = '', , , , , , , , , , , communeCode = '', diedOn = '', payeeDiedOn = '']: Row,
  asked: Omit<AskedIdentity, 'recipientId' | 'known' | 'subject'> & Pick<AskedPerson, 'subject'>,
): AskedIdentity {
  const known =
    asked.subject === 'payee'
      ? { subject: asked.subject, communeCode: '', diedOn: payeeDiedOn }
      : { subject: asked.subject, communeCode, diedOn };
  return { recipientId, known, ...asked };
}

/** The account should belong to the payee, or to the recipient where the list names them as its holder. */
function aboutAccount(requestId: string, row: Row): AccountQuestion {
  const [, , , , , , , citizenNumber = '', bankBin = '', accountNumber = '', holderName = ''] = row;
  return { requestId, bankBin, accountNumber, citizenNumber, holderName };
}

/** Of a payee the list tells no birth date: the number says the year. */
function aboutPayee(requestId: string, row: Row): IdentityQuestion {
  const [, , , , , citizenNumber = '', fullName = ''] = row;
  return { requestId, citizenNumber, fullName, birth: yearOf(citizenNumber) };
}

function aboutRecipient(requestId: string, row: Row): IdentityQuestion {
  const [, citizenNumber = '', fullName = '', birth = ''] = row;
  return { requestId, citizenNumber, fullName, birth };
}

/** The evidence of a slice as COPY text, and how it came out. */
interface Evidence {
  readonly period: Period;
  readonly at: Date;
  /** The same instant, as it is written. */
  readonly written: string;
  text: string;
  readonly findings: NewFinding[];
  readonly classes: Record<Judgement['class'], number>;
}

function emptyEvidence(period: Period, at: Date): Evidence {
  const classes = { proven: 0, doubtful: 0, refused: 0, unknown: 0 };
  return { period, at, written: at.toISOString(), text: '', findings: [], classes };
}

function judgeAccounts(
  evidence: Evidence,
  asked: readonly Asked<AccountQuestion>[],
  answers: readonly AccountAnswer[],
): void {
  for (const [i, one] of asked.entries()) {
    const answer = answered(one.question, answers[i]);
    const { bankBin, accountNumber, holderName } = one.question;
    const about = `${bankBin}\t${accountNumber}`;
    keep(evidence, one, { judgement: judgeAccount(answer, holderName), about, answer });
  }
}

function judgeIdentities(
  evidence: Evidence,
  asked: readonly AskedIdentity[],
  answers: readonly IdentityAnswer[],
): void {
  for (const [i, one] of asked.entries()) {
    const answer = answered(one.question, answers[i]);
    const judgement = judgeIdentity(one.question, answer, one.known);
    keep(evidence, one, { judgement, about: NO_ACCOUNT, answer });
  }
}

/** The answer to a question; an answer to another one is a bug of the adapter. */
function answered<Answer extends { requestId: string }>(
  question: { requestId: string },
  answer: Answer | undefined,
): Answer {
  if (answer?.requestId !== question.requestId) {
    throw new Error(`no answer to request ${question.requestId}`);
  }
  return answer;
}

interface Found {
  readonly judgement: Judgement;
  /** The account that was asked about, as it is written. */
  readonly about: string;
  readonly answer: { readonly answerHash: string };
}

const NO_ACCOUNT = '\t';

function keep(
  evidence: Evidence,
  { recipientId, subject, checkNo }: Asked<unknown>,
  { judgement, about, answer }: Found,
): void {
  const { period, written } = evidence;
  const { class: verdict, code, number, name, listed, answered: told } = judgement;
  // All of it is ours, and has nothing to escape.
  const results = `${verdict}\t${code}\t${number}\t${name}`;
  const proof = `${about}\t${written}\t\\\\x${answer.answerHash}`;
  evidence.text += `${recipientId}\t${period}\t${subject}\t${checkNo}\t${results}\t${proof}\n`;
  evidence.classes[verdict] += 1;
  if (code !== '') {
    const { severity } = VERIFICATION_FINDINGS[code];
    evidence.findings.push({ recipientId, code, subject, severity, listed, answered: told });
  }
}

function count(counts: { questions: number } & Evidence['classes'], { classes }: Evidence): void {
  for (const each of ['proven', 'doubtful', 'refused', 'unknown'] as const) {
    counts[each] += classes[each];
    counts.questions += classes[each];
  }
}

async function record({ db, actor }: Context, evidence: Evidence): Promise<void> {
  const { period, at, text, findings, classes } = evidence;
  const unproven = classes.doubtful + classes.refused + classes.unknown;
  await write(db, async (tx) => {
    await copyIn(tx, evidenceTarget(period), [Buffer.from(text)]);
    if (findings.length > 0) await addFindings(tx, { period, at, findings });
    await recordEvent(tx, {
      at,
      actor,
      action: 'evidence-recorded',
      subject: `period/${period}`,
      facts: { questions: classes.proven + unproven, unproven },
    });
  });
}

function yearOf(citizenNumber: string): string {
  return String(readCitizenNumber(citizenNumber)?.birthYear ?? '');
}

interface RowsOfProgrammes {
  readonly programmes: string;
  readonly rows: Row[];
}

/**
 * Rows in slices, those of the same programmes together: they are asked about for the same purpose.
 * As many slices are open at once as programmes go together, which are few.
 */
async function* slices(
  chunks: AsyncIterable<(string | null)[][]>,
  size: number,
): AsyncGenerator<RowsOfProgrammes> {
  const open = new Map<string, Row[]>();
  for await (const chunk of chunks) {
    for (const row of chunk) {
      const programmes = row[PROGRAMMES] ?? '';
      let rows = open.get(programmes);
      if (rows === undefined) open.set(programmes, (rows = []));
      rows.push(row as string[]);
      if (rows.length < size) continue;
      open.delete(programmes);
      yield { programmes, rows };
    }
  }
  for (const [programmes, rows] of open) yield { programmes, rows };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream<Item>(items: Item): AsyncGenerator<Item> {
  yield items;
}

async function collect<Item>(chunks: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> {
  let items: readonly Item[] | undefined;
  for await (const chunk of chunks) items = items === undefined ? chunk : [...items, ...chunk];
  return items ?? [];
}
