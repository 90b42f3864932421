/**
 * A name enquiry in the style of the verification of payee of the European payments scheme (EPC218-23):
 * match, close match, no match, not possible, for the name and for the number apart from one another.
 *
 * An answer is for the account and the request that it repeats. Of many questions in one call the
 * answers must be complete and in their places, or none of them counts.
 */
import { Ajv } from 'ajv';
import { hash, randomUUID } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountAnswer, AccountQuestion } from '../../src/verification/evidence.ts';
import { boundedClient, type CallLimits } from '../http/bounded-client.ts';
import { readJson } from '../http/json-answer.ts';
import { askedInCalls, unavailable } from './in-calls.ts';

export interface PayeeVerificationOptions extends CallLimits {
  readonly url: string;
  /** Accounts in a call, 1 to 400; the scheme knows single questions, some providers take more. */
  readonly accountsInACall?: number;
}

const MOST_IN_A_CALL = 400;

/** Addresses that are not http or https, and other sizes of calls, are 'configuration-wrong'. */
export function payeeVerification(options: PayeeVerificationOptions): AccountDirectory {
  const { url, accountsInACall = 1, concurrency = 32, timeoutMs = 5_000, ...limits } = options;
  if (accountsInACall < 1 || accountsInACall > MOST_IN_A_CALL) {
    throw new Refusal('configuration-wrong', { rule: 'accounts-in-a-call', most: MOST_IN_A_CALL });
  }
  const post = boundedClient({
    ...limits,
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    answerType: 'application/json',
    timeoutMs,
    maxAnswerBytes: 4_096 + accountsInACall * 1_024,
    concurrency,
  });
  return askedInCalls({ accountsInACall, concurrency }, async (questions) => {
    const requestId = randomUUID();
    const body = JSON.stringify({ requestId, verifications: questions.map(asked) });
    const document = readJson(await post(body));
    if (!isAnswer(document)) throw new Refusal('answer-malformed', { rule: 'shape' });
    const { results } = document;
    if (document.requestId !== requestId || results.length !== questions.length) {
      throw new Refusal('answer-malformed', { rule: 'another-request' });
    }
    // One that is out of its place says that the others may be, too.
    if (!questions.every((question, i) => isAbout(question, results[i]))) {
      throw new Refusal('answer-malformed', { rule: 'another-account' });
    }
    return questions.map((question, i) => answerOf(question, results[i]));
  });
}

function asked({ requestId, bankBin, accountNumber, ...holder }: AccountQuestion): object {
  return {
    id: requestId,
    account: { bankBin, number: accountNumber },
    party: {
      name: holder.holderName,
      identification: { scheme: 'NIDN', value: holder.citizenNumber },
    },
  };
}

const STRICT = { additionalProperties: false };

const Result = Type.Object(
  {
    id: Type.String({ maxLength: 100 }),
    account: Type.Object(
      { bankBin: Type.String({ maxLength: 6 }), number: Type.String({ maxLength: 34 }) },
      STRICT,
    ),
    partyNameMatch: Type.Enum(['MTCH', 'CMTC', 'NMTC', 'NOAP']),
    partyIdMatch: Type.Enum(['MTCH', 'NMTC', 'NOAP']),
    /** Told for a close match only, so that a person can see both names. */
    matchedName: Type.Optional(Type.String({ maxLength: 140 })),
    /** An ISO 20022 reason: AC01 no such account, AC04 closed, AC06 blocked. */
    reason: Type.Optional(Type.String({ pattern: '^[A-Z]{2}[0-9]{2}$' })),
  },
  STRICT,
);
type Result = Static<typeof Result>;
const Answer = Type.Object(
  { requestId: Type.String({ maxLength: 100 }), results: Type.Array(Result) },
  STRICT,
);
const isAnswer = new Ajv().compile<Static<typeof Answer>>(Answer);

function isAbout(question: AccountQuestion, result: Result | undefined): boolean {
  return (
    result?.id === question.requestId &&
    result.account.bankBin === question.bankBin &&
    result.account.number === question.accountNumber
  );
}

const NAMES = { MTCH: 'match', CMTC: 'close', NMTC: 'no-match', NOAP: 'not-possible' } as const;
const NUMBERS = { MTCH: 'match', NMTC: 'no-match', NOAP: 'not-possible' } as const;
const ACCOUNTS: Readonly<Record<string, AccountAnswer['account']>> = {
  AC01: 'unknown',
  AC03: 'unknown',
  AC04: 'closed',
  AC06: 'blocked',
};

function answerOf(question: AccountQuestion, result: Result | undefined): AccountAnswer {
  if (result === undefined) return unavailable(question);
  const { partyNameMatch, partyIdMatch, matchedName, reason } = result;
  const answerHash = hash('sha256', JSON.stringify(result));
  const account = ACCOUNTS[reason ?? ''];
  // Neither was possible and nobody says why: then the provider has told us nothing at all.
  if (account === undefined && partyNameMatch === 'NOAP' && partyIdMatch === 'NOAP') {
    return { ...unavailable(question), rawCode: reason ?? 'NOAP', answerHash };
  }
  return {
    requestId: question.requestId,
    outcome: 'answered',
    account: account ?? 'open',
    number: NUMBERS[partyIdMatch],
    name: NAMES[partyNameMatch],
    rawCode: reason ?? '',
    ...(matchedName === undefined ? {} : { heldName: matchedName }),
    answerHash,
  };
}
