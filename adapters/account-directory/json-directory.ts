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
import { boundedClient, type CallLimits, type Post } from '../http/bounded-client.ts';
import { readJson } from '../http/json-answer.ts';
import { askedInCalls } from './in-calls.ts';

/** 30 seconds for a call, since it has up to 500 accounts, and 4 at once, when not given. */
export interface JsonDirectoryOptions extends CallLimits {
  readonly url: string;
}

/** The directory's own limit. */
const ACCOUNTS_IN_A_CALL = 500;

/** Addresses that are not http or https are refused with 'configuration-wrong'. */
export function jsonDirectory(options: JsonDirectoryOptions): AccountDirectory {
  const { url, timeoutMs = 30_000, concurrency = 4, ...limits } = options;
  const post = boundedClient({
    ...limits,
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    answerType: 'application/json',
    timeoutMs,
    // 500 results of at most 400 bytes, and as much again.
    maxAnswerBytes: 400 * 1024,
    concurrency,
  });
  return askedInCalls({ accountsInACall: ACCOUNTS_IN_A_CALL, concurrency }, (questions) =>
    verify(post, questions),
  );
}

/** One call. Throws a Refusal when the answer is none. */
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
  const answer = readJson(await post(JSON.stringify({ requestId, accounts })));
  if (!isAnswer(answer)) throw new Refusal('answer-malformed', { rule: 'shape' });
  const inPlace =
    answer.requestId === requestId &&
    answer.results.length === questions.length &&
    answer.results.every((result, i) => result.id === questions[i]?.requestId);
  if (!inPlace) throw new Refusal('answer-malformed', { rule: 'another-request' });
  return answer.results.map(answerOf);
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
