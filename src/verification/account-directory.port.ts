import type { AccountAnswer, AccountQuestion } from './evidence.ts';

/** A directory that says whether an account exists, is open, and belongs to a citizen number. */
export interface AccountDirectory {
  /**
   * Answers chunk for chunk: answers[i] is for questions[i], with the same requestId. A question
   * that got no valid answer is 'unavailable', never a match.
   */
  verify(
    questions: AsyncIterable<readonly AccountQuestion[]>,
  ): AsyncIterable<readonly AccountAnswer[]>;
}
