import { recordEvent } from '../audit/audit.sql.ts';
import { readCitizenNumber } from '../kernel/citizen-number.ts';
import type { Period } from '../kernel/period.ts';
import type { Purpose } from '../kernel/purpose.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyOut, copyValue } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import type { AccountDirectory } from './account-directory.port.ts';
import type {
  AccountAnswer,
  AccountQuestion,
  IdentityAnswer,
  IdentityQuestion,
} from './evidence.ts';
import type { IdentityService } from './identity.port.ts';
import { judgeAccount, judgeIdentity, type Judgement } from './judgement.ts';
import { evidenceTarget, FINDING, UNVERIFIED } from './verification.sql.ts';

export interface Directories {
  readonly identity: IdentityService;
  readonly accounts: AccountDirectory;
}

export interface VerifiedPeriod {
  readonly recipients: number;
  readonly questions: number;
  readonly proven: number;
  readonly doubtful: number;
  readonly refused: number;
  readonly unknown: number;
}

/**
 * How many recipients are asked about before their evidence is committed. While one slice is being
 * committed the next is asked about, so a crash asks at most twice as many again.
 */
const SLICE = 1_000;

/**
 * Asks, for everyone who is due money in the period and has not been asked about, whether they and
 * their payee live and are who the list says, and whether the account is theirs. The evidence is
 * committed slice by slice, so that after a crash nobody is asked about twice but in the slices that
 * were under way. Run again, it asks nothing.
 */
export async function verifyPeriod(
  context: Context,
  directories: Directories,
  { period, purpose }: { period: Period; purpose: Purpose },
): Promise<VerifiedPeriod> {
  const { db, boundary } = context;
  const counts = { recipients: 0, questions: 0, proven: 0, doubtful: 0, refused: 0, unknown: 0 };
  let recording = Promise.resolve();
  try {
    for await (const rows of slices(copyOut(db, UNVERIFIED, { period }), SLICE)) {
      const { identities, accounts } = questionsOf(rows, period);
      const [persons, holders] = await Promise.all([
        collect(
          directories.identity.lookUp(
            asStream(identities.map(({ question }) => question)),
            purpose,
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
  readonly question: Question;
}

interface Slice {
  readonly identities: Asked<IdentityQuestion>[];
  readonly accounts: Asked<AccountQuestion>[];
}

/** A row of UNVERIFIED. None of its columns is null. */
type Row = readonly string[];

function questionsOf(rows: readonly Row[], period: Period): Slice {
  const slice: Slice = { identities: [], accounts: [] };
  for (const row of rows) {
    const [recipientId = '', , , , relation, , , kind] = row;
    const request = `${period}/${recipientId}`;
    if (kind === 'account') {
      const question = aboutAccount(`${request}/account/1`, row);
      slice.accounts.push({ recipientId, subject: 'account', question });
    }
    if (relation !== 'self') {
      const question = aboutPayee(`${request}/payee/1`, row);
      slice.identities.push({ recipientId, subject: 'payee', question });
    }
    const question = aboutRecipient(`${request}/recipient/1`, row);
    slice.identities.push({ recipientId, subject: 'recipient', question });
  }
  return slice;
}

function aboutAccount(requestId: string, row: Row): AccountQuestion {
  const [, , , , , citizenNumber = '', , , bankBin = '', accountNumber = '', holderName = ''] = row;
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
  findings: string;
  readonly classes: Record<Judgement['class'], number>;
}

function emptyEvidence(period: Period, at: Date): Evidence {
  const classes = { proven: 0, doubtful: 0, refused: 0, unknown: 0 };
  return { period, at, written: at.toISOString(), text: '', findings: '', classes };
}

function judgeAccounts(
  evidence: Evidence,
  asked: readonly Asked<AccountQuestion>[],
  answers: readonly AccountAnswer[],
): void {
  for (const [i, one] of asked.entries()) {
    const answer = answered(one.question, answers[i]);
    const { bankBin, accountNumber } = one.question;
    const about = `${bankBin}\t${accountNumber}`;
    keep(evidence, one, { judgement: judgeAccount(answer), about, answer });
  }
}

function judgeIdentities(
  evidence: Evidence,
  asked: readonly Asked<IdentityQuestion>[],
  answers: readonly IdentityAnswer[],
): void {
  for (const [i, one] of asked.entries()) {
    const answer = answered(one.question, answers[i]);
    const judgement = judgeIdentity(one.question, answer);
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
  { recipientId, subject }: Asked<unknown>,
  { judgement, about, answer }: Found,
): void {
  const { period, written } = evidence;
  const verdict = judgement.class;
  // The code may hold what the provider wrote; all else is ours, and has nothing to escape.
  const code = copyValue(judgement.code);
  const results = `${verdict}\t${code}\t${judgement.number}\t${judgement.name}`;
  const proof = `${about}\t${written}\t\\\\x${answer.answerHash}`;
  evidence.text += `${recipientId}\t${period}\t${subject}\t1\t${results}\t${proof}\n`;
  evidence.classes[verdict] += 1;
  if (verdict !== 'proven') {
    const severity = verdict === 'doubtful' ? 'review' : 'block';
    evidence.findings += `${recipientId}\t${period}\t${code}\t${subject}\t${severity}\t${written}\n`;
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
    if (findings !== '') await copyIn(tx, FINDING, [Buffer.from(findings)]);
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

async function* slices(
  chunks: AsyncIterable<(string | null)[][]>,
  size: number,
): AsyncGenerator<Row[]> {
  let open: Row[] = [];
  for await (const chunk of chunks) {
    for (const row of chunk) {
      open.push(row as string[]);
      if (open.length < size) continue;
      yield open;
      open = [];
    }
  }
  if (open.length > 0) yield open;
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
