import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderInbox } from '../../adapters/bank/folder-inbox.ts';
import { folderTransport } from '../../adapters/bank/folder-transport.ts';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { readerOf } from '../../adapters/bank/bank-file-reader.ts';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { takeWaitingPayments } from '../../adapters/sandbox/bank.ts';
import { takeWaitingLists } from '../../adapters/sandbox/post-office.ts';
import { sandboxPeople, type SandboxPerson } from '../../adapters/sandbox/province.ts';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchesOf, type BatchHead } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import type { CivilStatusRegister } from '../../src/intake/civil-status.port.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { registerDeaths } from '../../src/intake/register-deaths.flow.ts';
import { businessDate } from '../../src/platform/clock.ts';
import { LIST_COLUMNS } from '../../src/intake/recipient-list.ts';
import { period, plainDate, type Period } from '../../src/kernel/period.ts';
import { foldName } from '../../src/kernel/text.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { releaseBatches, type Transports } from '../../src/release/release-batches.flow.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import type { AccountAnswer, IdentityAnswer } from '../../src/verification/evidence.ts';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { DirectoryRecord } from '../../adapters/sandbox/home.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';
import { verifyPeriod } from '../../src/verification/verify-period.flow.ts';
import type { TestDatabase } from './database.ts';

// A small town of invented people, walked through the real flows as far as a test needs it. Where a
// service would be asked over a socket, a double answers from the town's own register.

export const TOWN_PERIOD = period('2026-11');
export const TOWN_SCOPE = {
  period: TOWN_PERIOD,
  provinceCode: '40',
  environment: 'sandbox',
} as const;

const STEPS = [
  'intake',
  'entitlement',
  'verification',
  'gathered',
  'rendered',
  'approved',
  'released',
  'answered',
  'settlement',
  'reconciliation',
] as const;
export type TownStep = (typeof STEPS)[number];

export interface Town {
  /** Holds bank/ and post/ of the sandbox counterparts. */
  readonly folder: string;
  readonly people: readonly SandboxPerson[];
  batches(): Promise<BatchHead[]>;
}

/** Walks a fresh town through the month up to and with a step. */
export async function walkTown(
  test: TestDatabase,
  { until, recipients = 120, seed = 7 }: { until: TownStep; recipients?: number; seed?: number },
): Promise<Town> {
  const people = [...sandboxPeople({ seed, recipients, period: TOWN_PERIOD })];
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-town-'));
  const context = test.context({ actor: SANDBOX_PERSONS.maker });
  await setUpSandbox(context, TOWN_SCOPE);

  const transports = townTransports(folder);
  const work: Record<TownStep, () => Promise<unknown>> = {
    intake: () =>
      importList(context, csvRecipientList, {
        content: bytes([listText(people)]),
        name: 'town.csv',
        period: TOWN_PERIOD,
        provinceCode: '40',
        strict: false,
      }),
    entitlement: () =>
      assessPeriod(context, { period: TOWN_PERIOD, assessedOn: plainDate('2026-10-22') }),
    verification: () =>
      verifyPeriod(context, townDirectories(people), { period: TOWN_PERIOD, asker: ASKER }),
    gathered: () => gatherBatches(context, TOWN_SCOPE),
    rendered: () => renderBatches(context, paymentFileWriters, TOWN_SCOPE),
    approved: () => signAll(test),
    released: async () => {
      await askWhoDied(test);
      await releaseBatches(context, transports, {
        period: TOWN_PERIOD,
        owner: 'town',
        leaseSeconds: 60,
      });
    },
    answered: async () => {
      await takeWaitingPayments({ folder: join(folder, 'bank'), seed });
      await takeWaitingLists({ folder: join(folder, 'post'), seed });
    },
    settlement: () => receiveFiles(context, townSettlement(folder), { period: TOWN_PERIOD }),
    reconciliation: () => reconcile(context),
  };
  for (const step of STEPS.slice(0, STEPS.indexOf(until) + 1)) await work[step]();
  return {
    folder,
    people,
    batches: () => batchesOf(test.db, { period: TOWN_PERIOD, state: null }),
  };
}

/** The folders in which a town lays what it pays. */
export function townTransports(folder: string): Transports {
  return ({ channel }) => folderTransport(join(folder, channel.toLowerCase()));
}

/** The inboxes of a town's folder, and the reader of what lies in them. */
export function townSettlement(folder: string): Parameters<typeof receiveFiles>[1] {
  return {
    inboxes: ({ channel }) => folderInbox(join(folder, channel.toLowerCase(), 'out')),
    readers: readerOf,
  };
}

/** The canonical CSV of some people. */
export function listText(people: readonly SandboxPerson[]): string {
  const rows = people.flatMap((person) => person.rows);
  const lines = rows.map((row) => row.map(quoted).join(','));
  return [LIST_COLUMNS.join(','), ...lines, ''].join('\n');
}

function quoted(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Bytes as a file would give them. */
export async function* bytes(parts: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

export const ASKER = { officer: 'CB-01', unitCode: '40' };

const HASH = 'ab'.repeat(32);

/** A population database and a bank directory that know a town. */
export function townDirectories(people: readonly SandboxPerson[]): {
  identity: IdentityService;
  accounts: AccountDirectory;
} {
  const registered = new Map(
    people.flatMap((person) => person.registered.map((one) => [one.citizen_id, one] as const)),
  );
  const accounts = new Map(
    people.flatMap(({ account }) =>
      account === null ? [] : [[`${account.bank_bin}/${account.account_number}`, account] as const],
    ),
  );
  return {
    identity: {
      async *lookUp(questions) {
        for await (const chunk of questions) {
          yield chunk.map(({ requestId, citizenNumber }): IdentityAnswer => {
            const known = registered.get(citizenNumber);
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
    },
    accounts: {
      async *verify(questions) {
        for await (const chunk of questions) {
          yield chunk.map((question): AccountAnswer => {
            const known = accounts.get(`${question.bankBin}/${question.accountNumber}`);
            const holds = known?.holder_citizen_id === question.citizenNumber;
            const named = foldName(known?.holder_name ?? '') === foldName(question.holderName);
            return {
              requestId: question.requestId,
              outcome: 'answered',
              account: known === undefined ? 'unknown' : accountState(known.status),
              number: holds ? 'match' : 'no-match',
              name: named ? 'match' : 'no-match',
              rawCode: '',
              answerHash: HASH,
            };
          });
        }
      },
    },
  };
}

function accountState(status: DirectoryRecord['status']): AccountAnswer['account'] {
  return status === 'closed' || status === 'blocked' ? status : 'open';
}

/** Asks the civil-status register, in time for money to leave: nobody has died. */
export async function askWhoDied(
  test: Pick<TestDatabase, 'context'>,
  at = '2026-10-22T02:00:00Z',
  of: Period = TOWN_PERIOD,
): Promise<void> {
  const nobody: CivilStatusRegister = {
    async *deaths() {
      yield await Promise.resolve([]);
    },
  };
  const context = test.context({ actor: SANDBOX_PERSONS.maker, at });
  const until = businessDate(new Date(at));
  await registerDeaths(context, nobody, { ...TOWN_SCOPE, period: of, until, asker: ASKER });
}

/** Two persons sign whatever is prepared. */
export async function signAll(
  { db, context }: Pick<TestDatabase, 'db' | 'context'>,
  at = '2026-10-23T03:00:00Z',
  period = TOWN_PERIOD,
): Promise<void> {
  for (const seen of await batchesOf(db, { period, state: 'prepared' })) {
    for (const checker of SANDBOX_PERSONS.checkers) {
      await approveBatch(context({ actor: checker, at }), {
        batchId: seen.batchId,
        seen,
        stepUpAt: new Date(Date.parse(at) - 120_000),
      });
    }
  }
}
