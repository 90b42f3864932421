import type { SandboxPerson } from '../../adapters/sandbox/province.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountAnswer, IdentityAnswer } from '../../src/verification/evidence.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';

// A register and a directory without a network and without memory: they make the province anew
// beside the questions, which come in the same order, and keep one person at a time.

const HASH = 'ab'.repeat(32);

/** Walks people until one of them answers. People are asked about in the order they are made. */
function lockstep<Answer>(
  people: Iterator<SandboxPerson>,
  find: (person: SandboxPerson, key: string) => Answer | undefined,
): (key: string, citizenNumber: string) => Answer | undefined {
  let person: SandboxPerson | undefined;
  return (key, citizenNumber) => {
    for (;;) {
      if (person !== undefined) {
        const found = find(person, key);
        if (found !== undefined || person.rows.some((row) => row.includes(citizenNumber))) {
          return found;
        }
      }
      const next = people.next();
      if (next.done === true) return undefined;
      person = next.value;
    }
  };
}

/** A population database for questions in the order of the people. */
export function lockstepIdentity(people: Iterator<SandboxPerson>): IdentityService {
  const lookUp = lockstep(people, (person, number) =>
    person.registered.find((one) => one.citizen_id === number),
  );
  return {
    async *lookUp(questions) {
      for await (const chunk of questions) {
        yield chunk.map(({ requestId, citizenNumber }): IdentityAnswer => {
          const known = lookUp(citizenNumber, citizenNumber);
          if (known?.status !== 'active') {
            return { requestId, outcome: 'not-found', person: null, answerHash: HASH };
          }
          return {
            requestId,
            outcome: 'found',
            person: {
              citizenNumber,
              fullName: known.full_name,
              birth: known.birth_date ?? String(known.birth_year),
              communeCode: known.residence.commune_code,
            },
            answerHash: HASH,
          };
        });
      }
    },
  };
}

/** A bank directory for questions in the order of the people. */
export function lockstepAccounts(people: Iterator<SandboxPerson>): AccountDirectory {
  const lookUp = lockstep(people, ({ account }, number) =>
    account?.account_number === number ? account : undefined,
  );
  return {
    async *verify(questions) {
      for await (const chunk of questions) {
        yield chunk.map((question): AccountAnswer => {
          const known = lookUp(question.accountNumber, question.citizenNumber);
          const holds = known?.holder_citizen_id === question.citizenNumber;
          return {
            requestId: question.requestId,
            outcome: 'answered',
            account:
              known === undefined ? 'unknown' : known.status === 'active' ? 'open' : known.status,
            number: holds ? 'match' : 'no-match',
            name: holds ? 'match' : 'no-match',
            rawCode: '',
            answerHash: HASH,
          };
        });
      }
    },
  };
}
