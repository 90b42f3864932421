import type { Purpose } from '../kernel/purpose.ts';
import type { IdentityAnswer, IdentityQuestion } from './evidence.ts';

/** A population database. */
export interface IdentityService {
  /**
   * Answers chunk for chunk: answers[i] is for questions[i], with the same requestId. A question
   * that got no valid answer (time-out, HTTP error, malformed, about somebody else) is answered
   * 'unavailable', never as a match. Memory does not grow with the number of questions.
   */
  lookUp(
    questions: AsyncIterable<readonly IdentityQuestion[]>,
    purpose: Purpose,
  ): AsyncIterable<readonly IdentityAnswer[]>;
}
