import { Refusal } from '../../src/kernel/refusal.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountAnswer, AccountQuestion } from '../../src/verification/evidence.ts';
import { atMost, inOrder } from '../http/bounded-client.ts';

/** A directory that is asked about at most so many accounts in one call, and in so many calls at once. */
export function askedInCalls(
  { accountsInACall, concurrency }: { accountsInACall: number; concurrency: number },
  call: (questions: readonly AccountQuestion[]) => Promise<readonly AccountAnswer[]>,
): AccountDirectory {
  const turns = atMost(concurrency);
  const answered = async (
    questions: readonly AccountQuestion[],
  ): Promise<readonly AccountAnswer[]> => {
    try {
      return await call(questions);
    } catch (error) {
      // Only a bug comes out of a call as an error.
      if (error instanceof Refusal) return questions.map(unavailable);
      throw error;
    }
  };
  return {
    verify: (questions) =>
      inOrder(questions, concurrency * accountsInACall, async (chunk, signal) => {
        const parts = Array.from({ length: Math.ceil(chunk.length / accountsInACall) }, (_, i) =>
          chunk.slice(i * accountsInACall, (i + 1) * accountsInACall),
        );
        return (await Promise.all(parts.map((part) => turns(() => answered(part), signal)))).flat();
      }),
  };
}

/** The answer to a question that got none. */
export function unavailable({ requestId }: AccountQuestion): AccountAnswer {
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
