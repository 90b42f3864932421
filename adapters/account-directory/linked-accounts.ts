/**
 * Which account a citizen has linked in VNeID to receive social security, asked for many at once as
 * JSON. No protocol of it has been published: this one is ours, in the manner of the name-enquiry
 * services, and docs/registries.md writes it down for whoever stands between.
 *
 * An answer is taken whole or not at all, and only with the number of whom was asked about in it.
 */
import { Ajv } from 'ajv';
import { hash, randomUUID } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { isPlainDate, plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type {
  LinkedAccountAnswer,
  LinkedAccountQuestion,
  LinkedAccountService,
} from '../../src/verification/linked-account.port.ts';
import { boundedClient, type CallLimits, type Post } from '../http/bounded-client.ts';
import { readJson } from '../http/json-answer.ts';
import { answeredInCalls } from './in-calls.ts';

/** 30 seconds for a call of up to 500 people, and 4 at once, when not given. */
export interface LinkedAccountsOptions extends CallLimits {
  readonly url: string;
}

/** As many as a directory of accounts takes. */
const PEOPLE_IN_A_CALL = 500;

/** Addresses that are not http or https are refused with 'configuration-wrong'. */
export function linkedAccounts(options: LinkedAccountsOptions): LinkedAccountService {
  const { url, timeoutMs = 30_000, concurrency = 4, ...limits } = options;
  const post = boundedClient({
    ...limits,
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    answerType: 'application/json',
    timeoutMs,
    // 500 results of at most 500 bytes, and as much again.
    maxAnswerBytes: 512 * 1024,
    concurrency,
  });
  return {
    lookUp: answeredInCalls(
      { inACall: PEOPLE_IN_A_CALL, concurrency },
      { call: (questions) => ask(post, questions), unavailable },
    ),
  };
}

/** One call. Throws a Refusal when the answer is none. */
async function ask(
  post: Post,
  questions: readonly LinkedAccountQuestion[],
): Promise<readonly LinkedAccountAnswer[]> {
  const requestId = randomUUID();
  const citizens = questions.map(({ requestId: id, citizenNumber }) => ({ id, citizenNumber }));
  const answer = readJson(await post(JSON.stringify({ requestId, citizens })));
  if (!isAnswer(answer)) throw new Refusal('answer-malformed', { rule: 'shape' });
  const inPlace =
    answer.requestId === requestId &&
    answer.results.length === questions.length &&
    answer.results.every(
      ({ id, citizenNumber }, i) =>
        id === questions[i]?.requestId && citizenNumber === questions[i].citizenNumber,
    );
  if (!inPlace) throw new Refusal('answer-malformed', { rule: 'another-request' });
  return answer.results.map(answerOf);
}

const STRICT = { additionalProperties: false };

const Result = Type.Object(
  {
    id: Type.String({ maxLength: 100 }),
    citizenNumber: Type.String({ pattern: '^[0-9]{12}$' }),
    linked: Type.Union([
      Type.Null(),
      Type.Object(
        {
          bankBin: Type.String({ pattern: '^[0-9]{6}$' }),
          accountNumber: Type.String({ pattern: '^[0-9A-Z]{6,34}$' }),
          holderName: Type.String({ minLength: 1, maxLength: 140 }),
          linkedOn: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
        },
        STRICT,
      ),
    ]),
  },
  STRICT,
);
const Answer = Type.Object(
  { requestId: Type.String({ maxLength: 100 }), results: Type.Array(Result) },
  STRICT,
);

const isAnswer = new Ajv().compile<Static<typeof Answer>>(Answer);

function answerOf({ id, citizenNumber, linked }: Static<typeof Result>): LinkedAccountAnswer {
  if (linked === null) {
    const answerHash = hash('sha256', JSON.stringify({ citizenNumber, id, linked }));
    return { requestId: id, outcome: 'not-linked', account: null, answerHash };
  }
  const { accountNumber, bankBin, holderName, linkedOn } = linked;
  if (!isPlainDate(linkedOn)) throw new Refusal('answer-malformed', { rule: 'date' });
  // In canonical JSON (RFC 8785), so that the evidence of one person can be recomputed alone.
  const canonical = { citizenNumber, id, linked: { accountNumber, bankBin, holderName, linkedOn } };
  return {
    requestId: id,
    outcome: 'linked',
    account: { bankBin, accountNumber, holderName, linkedOn: plainDate(linkedOn) },
    answerHash: hash('sha256', JSON.stringify(canonical)),
  };
}

function unavailable({ requestId }: LinkedAccountQuestion): LinkedAccountAnswer {
  return { requestId, outcome: 'unavailable', account: null, answerHash: '' };
}
