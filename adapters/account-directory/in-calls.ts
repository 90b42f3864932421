import { Refusal } from '../../src/kernel/refusal.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountAnswer, AccountQuestion } from '../../src/verification/evidence.ts';
import { atMost, inOrder } from '../http/bounded-client.ts';

/** A directory that is asked about at most so many accounts in one call, and in so many calls at once. */
export function askedInCalls(
  { accountsInACall, concurrency }: { accountsInACall: number; concurrency: number },
  call: (questions: readonly AccountQuestion[]) => Promise<readonly AccountAnswer[]>,
): AccountDirectory {
  const verify = answeredInCalls({ inACall: accountsInACall, concurrency }, { call, unavailable });
  return { verify };
}

type Answered<Question, Answer> = (
  questions: AsyncIterable<readonly Question[]>,
) => AsyncIterable<readonly Answer[]>;

/**
 * Questions of any kind, at most so many in one call and in so many calls at once. A call that is
 * refused answers none of its questions, and the others are asked all the same.
 */
export function answeredInCalls<Question, Answer>(
  { inACall, concurrency }: { inACall: number; concurrency: number },
  service: {
    call: (questions: readonly Question[]) => Promise<readonly Answer[]>;
    unavailable: (question: Question) => Answer;
  },
): Answered<Question, Answer> {
  const turns = atMost(concurrency);
  const answered = async (questions: readonly Question[]): Promise<readonly Answer[]> => {
    try {
      return await service.call(questions);
    } catch (error) {
      // Only a bug comes out of a call as an error.
      if (error instanceof Refusal) return questions.map(service.unavailable);
      throw error;
    }
  };
  return (questions) =>
    inOrder(questions, concurrency * inACall, async (chunk, signal) => {
      const parts = Array.from({ length: Math.ceil(chunk.length / inACall) }, (_, i) =>
        chunk.slice(i * inACall, (i + 1) * inACall),
      );
      return (await Promise.all(parts.map((part) => turns(() => answered(part), signal)))).flat();
    });
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
