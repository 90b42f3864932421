import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectoryRecord, RegisterRecord } from '../../adapters/sandbox/home.ts';
import type { SandboxPerson } from '../../adapters/sandbox/province.ts';
import type { CivilStatusRegister } from '../../src/intake/civil-status.port.ts';
import { LIST_COLUMNS } from '../../src/intake/recipient-list.ts';
import { plainDate } from '../../src/kernel/period.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountAnswer, IdentityAnswer } from '../../src/verification/evidence.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';

// A register and a directory without a network and nearly without work: what is timed is the engine.
// Of most people they say what was asked; of one in a hundred they say otherwise than the list, and
// those are kept.

const HASH = 'ab'.repeat(32);

const CITIZEN_ID = LIST_COLUMNS.indexOf('citizen_id');
const ACCOUNT_NUMBER = LIST_COLUMNS.indexOf('account_number');

/** What the registers know of one of whom the list may say otherwise. */
export interface Exception {
  readonly citizenId: string;
  readonly accountNumber: string;
  readonly registered: RegisterRecord | null;
  readonly account: DirectoryRecord | null;
}

/** One person, as the two registers know them. */
export function exceptionOf({ rows, registered, account }: SandboxPerson): Exception {
  const citizenId = rows[0]?.[CITIZEN_ID] ?? '';
  return {
    citizenId,
    accountNumber: rows[0]?.[ACCOUNT_NUMBER] ?? '',
    registered: registered.find((record) => record.citizen_id === citizenId) ?? null,
    account,
  };
}

/** The two registers of a province that was made. */
export function registersOf(home: string): {
  identity: IdentityService;
  accounts: AccountDirectory;
  civilStatus: CivilStatusRegister;
} {
  const lines = readFileSync(join(home, 'exceptions.ndjson'), 'utf8').split('\n');
  const all = lines.filter(Boolean).map((line) => JSON.parse(line) as Exception);
  return {
    identity: identityBut(new Map(all.map((one) => [one.citizenId, one]))),
    accounts: accountsBut(new Map(all.map((one) => [one.accountNumber, one]))),
    civilStatus: {
      async *deaths() {
        const dead = all.flatMap(({ citizenId, registered }) =>
          registered?.died_on == null
            ? []
            : [{ citizenNumber: citizenId, diedOn: plainDate(registered.died_on) }],
        );
        yield await Promise.resolve(dead);
      },
    },
  };
}

function identityBut(exceptions: ReadonlyMap<string, Exception>): IdentityService {
  return {
    async *lookUp(questions) {
      for await (const chunk of questions) {
        yield chunk.map(({ requestId, citizenNumber, fullName, birth }): IdentityAnswer => {
          const other = exceptions.get(citizenNumber);
          const known = other?.registered;
          if (other !== undefined && known?.status !== 'active') {
            return { requestId, outcome: 'not-found', person: null, answerHash: HASH };
          }
          const name = known?.full_name ?? fullName;
          return {
            requestId,
            outcome: 'found',
            person: { citizenNumber, fullName: name, birth, communeCode: '' },
            answerHash: HASH,
          };
        });
      }
    },
  };
}

function accountsBut(exceptions: ReadonlyMap<string, Exception>): AccountDirectory {
  return {
    async *verify(questions) {
      for await (const chunk of questions) {
        yield chunk.map(({ requestId, accountNumber, citizenNumber }): AccountAnswer => {
          const other = exceptions.get(accountNumber);
          const known = other?.account;
          const holds = other === undefined || known?.holder_citizen_id === citizenNumber;
          return {
            requestId,
            outcome: 'answered',
            account: other === undefined ? 'open' : statusOf(known),
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

function statusOf(account: DirectoryRecord | null | undefined): AccountAnswer['account'] {
  if (account == null) return 'unknown';
  return account.status === 'closed' || account.status === 'blocked' ? account.status : 'open';
}
