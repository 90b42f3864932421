import { recordEvent } from '../audit/audit.sql.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine, copyOut } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import { LINKED_ACCOUNT, NOT_LOOKED_UP, proposeLinked } from './linked-account.sql.ts';
import type {
  LinkedAccountAnswer,
  LinkedAccountQuestion,
  LinkedAccountService,
} from './linked-account.port.ts';

/** How many people are asked about before their answers are committed. */
const SLICE = 1_000;
const DAY_MS = 24 * 3_600_000;

export interface LookedUp {
  readonly asked: number;
  readonly linked: number;
  readonly notLinked: number;
  /** Questions that got no answer: the next run asks them again. */
  readonly unavailable: number;
  /** Changes of account that now wait for a person. */
  readonly proposed: bigint;
}

/**
 * Asks which account everybody who collects has linked in VNeID, unless they were asked about within
 * maxAgeDays, and proposes it as a change of the register where it is another account than the one
 * that is paid to. Nothing is paid to it before a person has confirmed it and the bank has. Answers are
 * committed slice by slice; run again, only those are asked about who were not answered.
 */
export async function lookUpLinked(
  context: Context,
  service: LinkedAccountService,
  { maxAgeDays }: { maxAgeDays: number },
): Promise<LookedUp> {
  const { db, clock, actor } = context;
  const counts = { asked: 0, linked: 0, notLinked: 0, unavailable: 0 };
  const since = new Date(clock().getTime() - maxAgeDays * DAY_MS).toISOString();
  let slice: Row[] = [];
  for await (const rows of copyOut(db, NOT_LOOKED_UP, { since })) {
    for (const row of rows) {
      slice.push(row as string[]);
      if (slice.length < SLICE) continue;
      await askAbout(context, service, { slice, counts });
      slice = [];
    }
  }
  if (slice.length > 0) await askAbout(context, service, { slice, counts });
  const { proposed } = await write(db, (tx) => proposeLinked(tx, { by: actor, at: clock() }));
  return { ...counts, proposed };
}

/** A row of NOT_LOOKED_UP. None of its columns is null. */
type Row = readonly string[];

async function askAbout(
  { db, clock, actor }: Context,
  service: LinkedAccountService,
  { slice, counts }: { slice: readonly Row[]; counts: Counted },
): Promise<void> {
  const questions = slice.map(
    ([
      recipientId = '',
      payeeNo = '',
      citizenNumber = '',
      askedNo = '',
    ]): LinkedAccountQuestion => ({
      requestId: `linked/${recipientId}/${payeeNo}/${askedNo}`,
      citizenNumber,
    }),
  );
  const answers: LinkedAccountAnswer[] = [];
  for await (const chunk of service.lookUp(asStream(questions))) answers.push(...chunk);
  const at = clock();
  const lines = slice.map((row, i) => {
    const answer = answers[i];
    // An answer to another question is a bug of the adapter.
    if (answer?.requestId !== questions[i]?.requestId) throw new Error('answers are out of place');
    return answer === undefined ? '' : lineOf(row, answer, at);
  });
  const outcomes = answers.map(({ outcome }) => outcome);
  const count = (of: LinkedAccountAnswer['outcome']): number =>
    outcomes.filter((outcome) => outcome === of).length;
  const linked = count('linked');
  const notLinked = count('not-linked');
  counts.asked += slice.length;
  counts.linked += linked;
  counts.notLinked += notLinked;
  counts.unavailable += count('unavailable');
  if (linked + notLinked === 0) return;
  await write(db, async (tx) => {
    await copyIn(tx, LINKED_ACCOUNT, [Buffer.from(lines.join(''))]);
    await recordEvent(tx, {
      at,
      actor,
      action: 'linked-accounts-looked-up',
      subject: 'register',
      facts: { linked, not_linked: notLinked },
    });
  });
}

interface Counted {
  asked: number;
  linked: number;
  notLinked: number;
  unavailable: number;
}

/** What is written of an answer; nothing where there was none. */
function lineOf(row: Row, answer: LinkedAccountAnswer, at: Date): string {
  if (answer.outcome === 'unavailable') return '';
  const [recipientId = '', payeeNo = '', , askedNo = ''] = row;
  const { bankBin, accountNumber, holderName, linkedOn } = answer.account ?? NO_ACCOUNT;
  return copyLine([
    ...[
      recipientId,
      payeeNo,
      askedNo,
      answer.outcome,
      bankBin,
      accountNumber,
      holderName,
      linkedOn,
    ],
    ...[at.toISOString(), `\\x${answer.answerHash}`],
  ]);
}

const NO_ACCOUNT = { bankBin: '', accountNumber: '', holderName: '', linkedOn: null };

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream<Item>(items: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield items;
}
