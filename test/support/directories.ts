import type { AccountAnswer, IdentityAnswer } from '../../src/verification/evidence.ts';
import type { Directories } from '../../src/verification/verify-period.flow.ts';

// A population service and a bank directory that answer at once, as a test says.

export const HASH = 'ab'.repeat(32);

interface Answers {
  identity?: (citizenNumber: string) => Partial<IdentityAnswer>;
  account?: (accountNumber: string) => Partial<AccountAnswer>;
}

/** Directories that confirm whatever they are asked, but for what a test says, and keep the questions. */
export function directories({ identity, account }: Answers = {}): Directories & {
  asked: string[];
  purposes: Map<string, string>;
} {
  const asked: string[] = [];
  const purposes = new Map<string, string>();
  return {
    asked,
    purposes,
    identity: {
      async *lookUp(questions, { officer, purpose }) {
        for await (const chunk of questions) {
          for (const { requestId } of chunk) purposes.set(requestId, `${officer} ${purpose}`);
          asked.push(...chunk.map((question) => question.requestId));
          yield chunk.map(({ requestId, citizenNumber: number, fullName, birth }) => ({
            requestId,
            outcome: 'found' as const,
            person: { citizenNumber: number, fullName, birth, communeCode: '16681' },
            answerHash: HASH,
            ...identity?.(number),
          }));
        }
      },
    },
    accounts: {
      async *verify(questions) {
        for await (const chunk of questions) {
          asked.push(...chunk.map((question) => question.requestId));
          yield chunk.map(({ requestId, accountNumber }) => ({
            requestId,
            outcome: 'answered' as const,
            account: 'open' as const,
            number: 'match' as const,
            name: 'match' as const,
            rawCode: '',
            answerHash: HASH,
            ...account?.(accountNumber),
          }));
        }
      },
    },
  };
}

export const UNAVAILABLE = { outcome: 'unavailable', person: null, answerHash: '' } as const;
export const NO_ANSWER = {
  outcome: 'unavailable',
  account: 'unknown',
  number: 'not-possible',
  name: 'not-possible',
  answerHash: '',
} as const;
