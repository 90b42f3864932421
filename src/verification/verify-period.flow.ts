import { recordEvent } from '../audit/audit.sql.ts';
import { readCitizenNumber } from '../kernel/citizen-number.ts';
import type { Period } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine, copyOut } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import type { AccountDirectory } from './account-directory.port.ts';
import type {
  AccountAnswer,
  AccountQuestion,
  IdentityAnswer,
  IdentityQuestion,
} from './evidence.ts';
import type { Purpose } from '../kernel/purpose.ts';
import type { IdentityService } from './identity.port.ts';
import { judgeAccount, judgeIdentity, type Judgement } from './judgement.ts';
import { EVIDENCE, FINDING, UNVERIFIED } from './verification.sql.ts';

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
 * How many recipients are asked about before their evidence is committed: what a crash would ask
 * again, at the most.
 */
const SLICE = 2_000;

/**
 * Asks, for everyone who is due money in the period and has not been asked about, whether they and
 * their payee live and are who the list says, and whether the account is theirs. The evidence is
 * committed slice by slice, so that nobody is asked about twice after a crash. Run again, it asks
 * nothing.
 */
export async function verifyPeriod(
  context: Context,
  directories: Directories,
  { period, purpose }: { period: Period; purpose: Purpose },
): Promise<VerifiedPeriod> {
  const { db, boundary } = context;
  const counts = { recipients: 0, questions: 0, proven: 0, doubtful: 0, refused: 0, unknown: 0 };
  for await (const rows of slices(copyOut(db, UNVERIFIED, { period }), SLICE)) {
    const slice = questionsOf(rows, period);
    const [identities, accounts] = await Promise.all([
      collect(directories.identity.lookUp(asStream(slice.identities), purpose)),
      collect(directories.accounts.verify(asStream(slice.accounts))),
    ]);
    boundary('verification:asked');
    const evidence = judge(slice, identities, accounts);
    await record(context, period, evidence);
    counts.recipients += rows.length;
    for (const { judgement } of evidence) {
      counts.questions += 1;
      counts[judgement.class] += 1;
    }
    boundary('verification:recorded');
  }
  return counts;
}

interface Slice {
  readonly identities: readonly IdentityQuestion[];
  readonly accounts: readonly AccountQuestion[];
}

type Row = (string | null)[];

function questionsOf(rows: readonly Row[], period: Period): Slice {
  const identities: IdentityQuestion[] = [];
  const accounts: AccountQuestion[] = [];
  for (const row of rows) {
    const [id, number, name, birth, relation, payeeNumber, payeeName, kind] = row.map(
      (value) => value ?? '',
    ) as [string, string, string, string, string, string, string, string];
    const ask = (subject: string): string => `${period}/${id}/${subject}/1`;
    if (kind === 'account') {
      accounts.push({
        requestId: ask('account'),
        bankBin: row[8] ?? '',
        accountNumber: row[9] ?? '',
        citizenNumber: payeeNumber,
        holderName: row[10] ?? '',
      });
    }
    if (relation !== 'self') {
      // Of a payee the list tells no birth date: the number says the year.
      identities.push({
        requestId: ask('payee'),
        citizenNumber: payeeNumber,
        fullName: payeeName,
        birth: yearOf(payeeNumber),
      });
    }
    identities.push({
      requestId: ask('recipient'),
      citizenNumber: number,
      fullName: name,
      birth,
    });
  }
  return { identities, accounts };
}

interface Evidence {
  readonly requestId: string;
  readonly judgement: Judgement;
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly answerHash: string;
}

function judge(
  slice: Slice,
  identities: readonly IdentityAnswer[],
  accounts: readonly AccountAnswer[],
): Evidence[] {
  return [
    ...answered(slice.accounts, accounts).map(([question, answer]) => ({
      ...question,
      judgement: judgeAccount(answer),
      answerHash: answer.answerHash,
    })),
    ...answered(slice.identities, identities).map(([question, answer]) => ({
      requestId: question.requestId,
      bankBin: '',
      accountNumber: '',
      judgement: judgeIdentity(question, answer),
      answerHash: answer.answerHash,
    })),
  ];
}

/** Lays answers beside questions; an answer to another question is a bug of the adapter. */
function answered<Question extends { requestId: string }, Answer extends { requestId: string }>(
  questions: readonly Question[],
  answers: readonly Answer[],
): (readonly [Question, Answer])[] {
  return questions.map((question, i) => {
    const answer = answers[i];
    if (answer?.requestId !== question.requestId) {
      throw new Error(`no answer to request ${question.requestId}`);
    }
    return [question, answer] as const;
  });
}

async function record(
  { db, clock, actor }: Context,
  period: Period,
  evidence: readonly Evidence[],
): Promise<void> {
  const at = clock().toISOString();
  const lines = evidence.map(({ requestId, judgement, ...rest }) => {
    const [, recipientId = '', subject = '', checkNo = ''] = requestId.split('/');
    return copyLine([
      recipientId,
      period,
      subject,
      checkNo,
      judgement.class,
      judgement.code,
      judgement.number,
      judgement.name,
      rest.bankBin,
      rest.accountNumber,
      at,
      `\\x${rest.answerHash}`,
    ]);
  });
  const open = evidence.filter(({ judgement }) => judgement.class !== 'proven');
  await write(db, async (tx) => {
    await copyIn(tx, EVIDENCE, asStream(lines.join('')));
    await copyIn(tx, FINDING, asStream(open.map((one) => finding(one, period, at)).join('')));
    await recordEvent(tx, {
      at: clock(),
      actor,
      action: 'evidence-recorded',
      subject: `period/${period}`,
      facts: { questions: evidence.length, unproven: open.length },
    });
  });
}

function finding({ requestId, judgement }: Evidence, period: Period, at: string): string {
  const [, recipientId = '', subject = ''] = requestId.split('/');
  const severity = judgement.class === 'doubtful' ? 'review' : 'block';
  return copyLine([recipientId, period, judgement.code, subject, severity, at]);
}

function yearOf(citizenNumber: string): string {
  return String(readCitizenNumber(citizenNumber)?.birthYear ?? '');
}

async function* slices(chunks: AsyncIterable<Row[]>, size: number): AsyncGenerator<Row[]> {
  let open: Row[] = [];
  for await (const chunk of chunks) {
    open = open.concat(chunk);
    while (open.length >= size) {
      yield open.slice(0, size);
      open = open.slice(size);
    }
  }
  if (open.length > 0) yield open;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream<Item>(items: Item): AsyncGenerator<Item> {
  yield items;
}

async function collect<Item>(chunks: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const chunk of chunks) items.push(...chunk);
  return items;
}
