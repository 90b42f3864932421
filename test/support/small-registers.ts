import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DIRECTORY_FILE,
  REGISTER_FILE,
  type DirectoryRecord,
  type RegisterRecord,
} from '../../adapters/sandbox/home.ts';
import type { AccountQuestion, IdentityQuestion } from '../../src/verification/evidence.ts';

// Registers of a few people, made one by one, for tests of who asks them.

const BANK = '970425';

export function citizen(no: number): string {
  return `0401500${String(no).padStart(5, '0')}`;
}

export const FULL_NAME = 'Nguyễn Thị Minh Hoa';

export function registered(no: number, but: Partial<RegisterRecord> = {}): RegisterRecord {
  return {
    citizen_id: citizen(no),
    status: 'active',
    full_name: FULL_NAME,
    birth_date: '1950-02-28',
    birth_year: 1950,
    sex: 'female',
    died_on: null,
    residence: { province_code: '40', commune_code: '16681' },
    ...but,
  };
}

export function held(no: number, but: Partial<DirectoryRecord> = {}): DirectoryRecord {
  return {
    bank_bin: BANK,
    account_number: String(1_000_000_000 + no),
    holder_name: 'NGUYEN THI MINH HOA',
    holder_citizen_id: citizen(no),
    status: 'active',
    ...but,
  };
}

export function aboutPerson(no: number, but: Partial<IdentityQuestion> = {}): IdentityQuestion {
  return {
    requestId: `2026-11/${no}/recipient/1`,
    citizenNumber: citizen(no),
    fullName: FULL_NAME,
    birth: '1950-02-28',
    ...but,
  };
}

export function aboutAccount(no: number): AccountQuestion {
  return {
    requestId: `2026-11/${no}/account/1`,
    bankBin: BANK,
    accountNumber: String(1_000_000_000 + no),
    citizenNumber: citizen(no),
    holderName: FULL_NAME,
  };
}

/** A sandbox home with these people and these accounts. */
export async function homeWith(
  people: readonly RegisterRecord[],
  accounts: readonly DirectoryRecord[],
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'registers-'));
  const written = (records: readonly object[]): string =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  await writeFile(join(home, REGISTER_FILE), written(people));
  await writeFile(join(home, DIRECTORY_FILE), written(accounts));
  return home;
}

export async function collected<Item>(chunks: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}

export async function* inOneChunk<Item>(
  ...items: readonly Item[]
): AsyncGenerator<readonly Item[]> {
  yield await Promise.resolve(items);
}
