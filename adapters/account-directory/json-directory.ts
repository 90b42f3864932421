/**
 * A directory of bank accounts that answers many questions at once, as JSON. It says of every
 * account whether it is open, whether the citizen number is its holder's and whether the name is.
 *
 * An answer is taken whole or not at all: if one id is missing, double or out of its place, none of
 * the others can be trusted to be in theirs.
 */
import { Ajv } from 'ajv';
import { hash, randomUUID } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountAnswer, AccountQuestion } from '../../src/verification/evidence.ts';
import {
  atMost,
  boundedClient,
  inOrder,
  type OutageLimits,
  type Post,
} from '../http/bounded-client.ts';

export interface JsonDirectoryOptions {
  readonly url: string;
  /** For one try of one call; 30,000 when not given, since a call has up to 500 accounts. */
  readonly timeoutMs?: number;
  /** Calls at once; 4 when not given. */
  readonly concurrency?: number;
  readonly outage?: Partial<OutageLimits>;
}

/** The directory's own limit. */
const ACCOUNTS_IN_A_CALL = 500;

/** Addresses that are not http or https are refused with 'configuration-wrong'. */
export function jsonDirectory(options: JsonDirectoryOptions): AccountDirectory {
  const { url, timeoutMs = 30_000, concurrency = 4, outage = {} } = options;
  const post = boundedClient({
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    answerType: 'application/json',
    timeoutMs,
    // 500 results of at most 400 bytes, and as much again.
    maxAnswerBytes: 400 * 1024,
    concurrency,
    outage,
  });
  const turns = atMost(concurrency);

  return {
    verify: (questions) =>
      inOrder(questions, concurrency * ACCOUNTS_IN_A_CALL, async (chunk, signal) => {
        const calls = split(chunk).map((part) => turns(() => verify(post, part), signal));
        return (await Promise.all(calls)).flat();
      }),
  };
}

function split(chunk: readonly AccountQuestion[]): (readonly AccountQuestion[])[] {
  return Array.from({ length: Math.ceil(chunk.length / ACCOUNTS_IN_A_CALL) }, (_, i) =>
    chunk.slice(i * ACCOUNTS_IN_A_CALL, (i + 1) * ACCOUNTS_IN_A_CALL),
  );
}

/** One call. Only a bug comes out of it as an error. */
async function verify(
  post: Post,
  questions: readonly AccountQuestion[],
): Promise<readonly AccountAnswer[]> {
  const requestId = randomUUID();
  const accounts = questions.map((question) => ({
    id: question.requestId,
    bankBin: question.bankBin,
    accountNumber: question.accountNumber,
    citizenNumber: question.citizenNumber,
    holderName: question.holderName,
  }));
  try {
    const answer = read(await post(JSON.stringify({ requestId, accounts })));
    const inPlace =
      answer.requestId === requestId &&
      answer.results.length === questions.length &&
      answer.results.every((result, i) => result.id === questions[i]?.requestId);
    return inPlace ? answer.results.map(answerOf) : questions.map(unavailable);
  } catch (error) {
    if (error instanceof Refusal) return questions.map(unavailable);
    throw error;
  }
}

const STRICT = { additionalProperties: false };

const Result = Type.Object(
  {
    id: Type.String({ maxLength: 100 }),
    account: Type.Enum(['open', 'closed', 'blocked', 'unknown']),
    number: Type.Enum(['match', 'no-match', 'not-possible']),
    name: Type.Enum(['match', 'close', 'no-match', 'not-possible']),
    // A code and never a sentence: it is stored and shown, and a sentence could name somebody.
    code: Type.String({ pattern: '^[A-Z0-9_]{0,40}$' }),
    // The name as the bank keeps it, where it tells it: for the person who compares the two.
    holderName: Type.Optional(Type.String({ maxLength: 140 })),
  },
  STRICT,
);
const Answer = Type.Object(
  { requestId: Type.String({ maxLength: 100 }), results: Type.Array(Result) },
  STRICT,
);

const isAnswer = new Ajv().compile<Static<typeof Answer>>(Answer);
const utf8 = new TextDecoder('utf-8', { fatal: true });

function read(bytes: Buffer): Static<typeof Answer> {
  const document = parsed(bytes);
  if (!isAnswer(document)) throw new Refusal('answer-malformed', { rule: 'shape' });
  return document;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Refusal('answer-malformed', { rule: 'not-json' });
  }
}

function answerOf(result: Static<typeof Result>): AccountAnswer {
  const { id, account, number, name, code, holderName } = result;
  // The evidence for one account: its result alone, in canonical JSON (RFC 8785: names in order, no
  // white space), so that it can be recomputed without the answers about others.
  const canonical = JSON.stringify({ account, code, holderName, id, name, number });
  return {
    requestId: id,
    outcome: 'answered',
    account,
    number,
    name,
    rawCode: code,
    ...(holderName === undefined ? {} : { heldName: holderName }),
    answerHash: hash('sha256', canonical),
  };
}

function unavailable({ requestId }: AccountQuestion): AccountAnswer {
  return {
    requestId,
    outcome: 'unavailable',
    account: 'unknown',
    number: 'not-possible',
    name: 'not-possible',
    rawCode: '',
    answerHash: '',
  };
}
