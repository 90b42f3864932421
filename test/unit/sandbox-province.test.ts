import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { DirectoryRecord, RegisterRecord } from '../../adapters/sandbox/home.ts';
import { listedAmounts } from '../../adapters/sandbox/listed-amounts.ts';
import { GIVEN_NAMES } from '../../adapters/sandbox/names.ts';
import {
  PLANTED_FINDINGS,
  registerFromList,
  sandboxPeople,
  writeSandboxProvince,
  type PlantedFinding,
  type SandboxPerson,
} from '../../adapters/sandbox/province.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { readCitizenNumber } from '../../src/kernel/citizen-number.ts';
import { isPlainDate, lastDay, period } from '../../src/kernel/period.ts';
import { foldName } from '../../src/kernel/text.ts';

type Row = Record<ListColumn, string>;

// Full years of age, reached and not yet reached, and the coefficient: Decree 20/2021/ND-CP art. 5
// and 6, written down here a second time.
const GROUNDS: Record<string, readonly [coefficient: number, from: number, under: number][]> = {
  K1_U4: [[2.5, 0, 4]],
  K1_4P: [[1.5, 4, 16]],
  K2: [[1.5, 16, 22]],
  K3_U4: [[2.5, 0, 4]],
  K3_4_16: [[2, 4, 16]],
  K5A_60: [[1.5, 60, 80]],
  K5A_80: [[2, 80, 121]],
  K5D: [[3, 60, 121]],
  K6_DBN: [[2, 16, 60]],
  K6_DBN_TE_NCT: [
    [2.5, 0, 16],
    [2.5, 60, 121],
  ],
  K6_N: [[1.5, 16, 60]],
  K6_N_TE_NCT: [
    [2, 0, 16],
    [2, 60, 121],
  ],
  K7: [[1.5, 0, 3]],
  K8: [[1.5, 16, 121]],
};

describe('sandboxPeople', () => {
  it('is a function of its options, and another seed gives other people', () => {
    const options = { seed: 7, recipients: 300, period: '2026-11' };
    expect([...sandboxPeople(options)]).to.deep.equal([...sandboxPeople(options)]);

    const others = [...sandboxPeople({ ...options, seed: 8 })];
    expect(others.map(nameOf)).not.to.deep.equal([...sandboxPeople(options)].map(nameOf));
  });

  it('keeps a person the same on the lists of two months', () => {
    const october = peopleByNumber('2026-10');
    const november = peopleByNumber('2026-11');

    const both = [...november.keys()].filter((number) => october.has(number));
    expect(both.length).to.be.greaterThan(900);
    for (const number of both) {
      const [before, after] = [october.get(number), november.get(number)].map((person) =>
        rowsOf(person).map((row) => ({ ...row, period: '', ...noAmounts })),
      );
      expect(after).to.deep.equal(before);
    }
    // Who joins in November is on no list before.
    expect([...november.keys()].some((number) => number < 900 && !october.has(number))).to.be.true;
  });

  it('gives 200,000 people numbers, enrolments and accounts of their own', () => {
    const citizens = new Set<string>();
    const enrolments = new Set<string>();
    const accounts = new Set<string>();
    let [registered, rows, accountCount] = [0, 0, 0];

    for (const person of sandboxPeople({ seed: 3, recipients: 200_000, period: '2026-11' })) {
      for (const { citizen_id } of person.registered) citizens.add(citizen_id);
      for (const row of person.rows) enrolments.add(row[0] ?? '');
      registered += person.registered.length;
      rows += person.rows.length;
      if (person.account === null) continue;
      accounts.add(`${person.account.bank_bin} ${person.account.account_number}`);
      accountCount++;
    }

    expect(registered).to.be.greaterThan(200_000);
    expect([citizens.size, enrolments.size, accounts.size]).to.deep.equal([
      registered,
      rows,
      accountCount,
    ]);
  });

  for (const month of ['2026-07', '2026-10', '2026-11', '2026-12', '2025-03']) {
    it(`lists for ${month} only people who agree with themselves`, () => {
      let grounds = new Set<string>();
      for (const person of sandboxPeople({ seed: 11, recipients: 5_000, period: month })) {
        const faults = rowsOf(person).flatMap((row) => contradictionsOf(row, month));
        const planted = person.planted !== null && person.planted in LIST_FAULTS;
        // The planted faults are the proof that a contradiction would be found.
        expect(faults, `${person.planted ?? 'right'} ${person.number}`).to.deep.equal(
          planted ? [LIST_FAULTS[person.planted as keyof typeof LIST_FAULTS]] : [],
        );
        grounds = new Set([...grounds, ...rowsOf(person).map((row) => row.ground_code)]);
      }
      expect([...grounds].sort()).to.deep.equal(['K4', 'K9', ...Object.keys(GROUNDS)].sort());
    });
  }

  it('plants every finding among 2,000 people, in its share', () => {
    const counted: Record<string, number> = {};
    for (const { planted } of sandboxPeople({ seed: 5, recipients: 2_000, period: '2026-12' })) {
      if (planted !== null) counted[planted] = (counted[planted] ?? 0) + 1;
    }
    expect(counted).to.deep.equal(
      Object.fromEntries(
        Object.entries(PLANTED_FINDINGS).map(([name, share]) => [name, 2 * share]),
      ),
    );
  });

  it('lets the registers differ from the list where that is planted, and nowhere else', () => {
    for (const person of sandboxPeople({ seed: 5, recipients: 5_000, period: '2026-11' })) {
      const found = differencesOf(person);
      const planted = person.planted === null || person.planted in LIST_FAULTS;
      expect(found, String(person.number)).to.deep.equal(planted ? [] : [person.planted]);
    }
  });

  it('lists both rows of a person on one account', () => {
    const doubled = [...sandboxPeople({ seed: 5, recipients: 5_000, period: '2026-11' })].filter(
      ({ rows }) => rows.length === 2,
    );
    expect(doubled.length).to.be.within(20, 80);
    for (const person of doubled) {
      const [first, second] = rowsOf(person);
      expect(first?.ground_code).to.equal('K4');
      expect(second?.ground_code).to.match(/^K6_(N|DBN)$/);
      for (const column of ['citizen_id', 'full_name', 'account_number', 'channel'] as const) {
        expect(second?.[column]).to.equal(first?.[column]);
      }
    }
  });

  it('pays four in five by account and enrols three in a hundred anew', () => {
    const rows = [...sandboxPeople({ seed: 5, recipients: 20_000, period: '2026-11' })].flatMap(
      rowsOf,
    );
    const share = (test: (row: Row) => boolean): number => rows.filter(test).length / rows.length;
    expect(share((row) => row.channel === 'account')).to.be.within(0.8, 0.84);
    expect(share((row) => row.decision_date > '2026-09-24')).to.be.within(0.02, 0.04);
    expect(share((row) => row.birth_date.length === 4)).to.be.within(0.005, 0.05);
    expect(share((row) => row.citizen_id.startsWith('040'))).to.be.greaterThan(0.7);
  });

  it('refuses a period before the standards it knows, and more people than it has numbers for', () => {
    const first = (options: object): unknown =>
      sandboxPeople({ seed: 1, recipients: 1, period: '2026-11', ...options }).next();
    expect(() => first({ period: '2021-12' })).to.throw(RangeError);
    expect(() => first({ period: '2026-13' })).to.throw(RangeError);
    expect(() => first({ recipients: 2_000_001 })).to.throw(RangeError);
    expect(() => first({ seed: -1 })).to.throw(RangeError);
  });

  it('has no two given names that a bank writes alike', () => {
    for (const names of Object.values(GIVEN_NAMES)) {
      expect(new Set(names.map((name) => name.folded)).size).to.equal(names.length);
    }
  });
});

describe('listedAmounts', () => {
  // Period, coefficient, entitled from, on the list before or new: monthly and arrears. The decree
  // of 540,000 counts from July 2026 and came into force on 5 October, after the October list.
  const cases = [
    ['2026-10', 3, '2019-05', 'old', '750000', '0'],
    ['2026-10', 3, '2026-08', 'new', '750000', '1500000'],
    ['2026-11', 3, '2019-05', 'old', '810000', '240000'],
    ['2026-11', 3, '2026-09', 'old', '810000', '120000'],
    ['2026-11', 5, '2026-09', 'old', '1350000', '200000'],
    ['2026-11', 4, '2026-08', 'new', '1080000', '3240000'],
    ['2026-11', 2, '2026-10', 'new', '540000', '540000'],
    ['2026-11', 2, '2026-06', 'new', '540000', '2660000'],
    ['2026-12', 3, '2019-05', 'old', '810000', '0'],
    ['2026-12', 3, '2026-11', 'new', '810000', '810000'],
    ['2026-12', 3, '2026-12', 'new', '810000', '0'],
  ] as const;

  for (const [of, coefficientHalves, from, known, monthly, arrears] of cases) {
    it(`${of}, ${coefficientHalves}/2 from ${from}, ${known}: ${monthly} and ${arrears}`, () => {
      const newlyDecided = known === 'new';
      const entitledFrom = period(from);
      expect(
        listedAmounts(period(of), { coefficientHalves, entitledFrom, newlyDecided }),
      ).to.deep.equal({
        monthly,
        arrears,
        total: String(Number(monthly) + Number(arrears)),
      });
    });
  }
});

describe('the files of a sandbox province', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'sandbox-'));
  });
  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  it('hold what the people are, the list as RFC 4180 and the registers line by line', async () => {
    const options = { seed: 2, recipients: 3_000, period: '2026-11' };
    const listPath = join(home, 'list.csv');
    const people = [...sandboxPeople(options)];

    const written = await writeSandboxProvince({ ...options, home, listPath });

    const text = await readFile(listPath, 'utf8');
    const rows = people.flatMap((person) => person.rows);
    expect(parse(text)).to.deep.equal([[...LIST_COLUMNS], ...rows]);
    expect(text)
      .to.match(/,"[^"]*, [^"]*"\n/)
      .and.not.include('\r');
    expect(text.normalize('NFC')).to.equal(text);
    expect(await jsonLines('register.ndjson')).to.deep.equal(people.flatMap((p) => p.registered));
    expect(await jsonLines('directory.ndjson')).to.deep.equal(
      people.flatMap(({ account, linkedAccount }) => account ?? linkedAccount ?? []),
    );
    expect(written.rows).to.equal(rows.length);
    expect(Object.values(written.planted).reduce((sum, count) => sum + count)).to.equal(
      people.filter((person) => person.planted !== null).length,
    );
    expect((await readdir(home)).sort()).to.deep.equal([
      'directory.ndjson',
      'list.csv',
      'register.ndjson',
    ]);
  });

  it('can be drawn from a list that is brought, in which everything is as listed', async () => {
    const listPath = join(home, 'brought.csv');
    const people = [...sandboxPeople({ seed: 2, recipients: 400, period: '2026-11' })].filter(
      ({ planted }) => planted === null,
    );
    const lines = people.flatMap(rowsOf).map((row) => csv(Object.values(row)));
    await writeFile(listPath, [LIST_COLUMNS.join(','), ...lines, 'a,short,row', ''].join('\n'));

    await registerFromList({ home, listPath, seed: 9 });

    const registered = new Map(
      ((await jsonLines('register.ndjson')) as RegisterRecord[]).map((r) => [r.citizen_id, r]),
    );
    const accounts = (await jsonLines('directory.ndjson')) as DirectoryRecord[];
    for (const person of people) {
      // Of a guardian the list says no more than the name and the number.
      const [recipient, guardian] = person.registered;
      expect(registered.get(recipient?.citizen_id ?? '')).to.deep.equal(recipient);
      if (guardian === undefined) continue;
      expect(registered.get(guardian.citizen_id)).to.deep.equal({ ...guardian, birth_date: null });
    }
    const distinct = new Map(accounts.map((account) => [account.account_number, account]));
    // What somebody has linked no list tells.
    const listed = people.flatMap(({ account }) => account ?? []);
    const unlinked = (account: DirectoryRecord): unknown => ({ ...account, linked_on: undefined });
    expect([...distinct.values()].map(unlinked)).to.deep.equal(listed.map(unlinked));
  });

  it('are not drawn from a list with other columns', async () => {
    const listPath = join(home, 'brought.csv');
    await writeFile(listPath, 'name,account\nA,1\n');
    const refused = await registerFromList({ home, listPath, seed: 9 }).catch((e: unknown) => e);
    expect(refused).to.be.an('error').with.property('message', 'not a canonical recipient list');
  });

  async function jsonLines(name: string): Promise<unknown[]> {
    const text = await readFile(join(home, name), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
});

// --- What must hold of a row ---------------------------------------------------------------------

/** The contradiction that each planted fault of the list is seen as. */
const LIST_FAULTS = {
  DATE_IMPOSSIBLE: 'birth date',
  CITIZEN_ID_LENGTH: 'citizen number',
  CITIZEN_ID_SEX_MISMATCH: 'sex',
  GROUND_UNKNOWN: 'ground',
  ACCOUNT_MISSING: 'account',
} as const;

/** In order of gravity; after the first of a person nothing more is looked at. */
function contradictionsOf(row: Row, month: string): string[] {
  const checks: [string, (row: Row, month: string) => boolean][] = [
    ['citizen number', (r) => readCitizenNumber(r.citizen_id) !== undefined],
    ['birth date', (r) => isPlainDate(r.birth_date) || /^\d{4}$/.test(r.birth_date)],
    ['sex', (r) => readCitizenNumber(r.citizen_id)?.sex === r.sex],
    ['birth year', (r) => String(yearOf(r.citizen_id)) === r.birth_date.slice(0, 4)],
    ['ground', (r) => r.ground_code === 'K4' || r.ground_code in GROUNDS],
    ['age or coefficient', groundFits],
    ['guardian', guardianFits],
    ['decision', decisionFits],
    ['money', (r) => +r.monthly_amount_vnd + +r.arrears_vnd === +r.total_vnd],
    ['amount', (r) => +r.monthly_amount_vnd === +r.coefficient * standardListed(month)],
    ['account', accountFits],
  ];
  const first = checks.find(([, holds]) => !holds(row, month));
  return first === undefined ? [] : [first[0]];
}

function groundFits(row: Row, month: string): boolean {
  const coefficient = Number(row.coefficient);
  if (row.ground_code === 'K4') return coefficient === Number(row.dependants);
  const whole = row.birth_date.length === 10;
  // Of a year, both the oldest and the youngest who can be meant.
  const ages = [
    ageOn(`${month}-01`, whole ? row.birth_date : `${row.birth_date}-12-31`),
    ageOn(lastDay(period(month)), whole ? row.birth_date : `${row.birth_date}-01-01`),
  ];
  return (GROUNDS[row.ground_code] ?? []).some(
    ([right, from, under]) => right === coefficient && ages.every((a) => a >= from && a < under),
  );
}

function guardianFits(row: Row, month: string): boolean {
  const born = row.birth_date.length === 10 ? row.birth_date : `${row.birth_date}-01-01`;
  if (ageOn(`${month}-01`, born) >= 16) return row.guardian_citizen_id === '';
  const guardianBorn = yearOf(row.guardian_citizen_id);
  return (
    row.guardian_name !== '' &&
    Number(row.birth_date.slice(0, 4)) - guardianBorn >= 18 &&
    row.guardian_citizen_id !== row.citizen_id
  );
}

function decisionFits(row: Row, month: string): boolean {
  const cut = `${month === '2025-03' ? '2025-02' : `2026-${String(+month.slice(5) - 1).padStart(2, '0')}`}-24`;
  return (
    isPlainDate(row.decision_date) &&
    row.decision_date <= cut &&
    row.decision_date > row.birth_date &&
    row.entitled_from <= row.decision_date.slice(0, 7) &&
    row.entitled_from >= row.birth_date.slice(0, 7) &&
    row.decision_no !== ''
  );
}

function accountFits(row: Row): boolean {
  const { channel, bank_bin, bank_name, account_number, account_holder } = row;
  const columns = [bank_bin, bank_name, account_number, account_holder];
  if (channel === 'cash_post') return columns.every((column) => column === '');
  const holder = row.guardian_name === '' ? row.full_name : row.guardian_name;
  return (
    /^\d{6}$/.test(bank_bin) &&
    /^\d{8,14}$/.test(account_number) &&
    account_holder === foldName(holder)
  );
}

function standardListed(month: string): number {
  return month >= '2026-11' ? 540_000 : 500_000;
}

function ageOn(day: string, born: string): number {
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) < born.slice(5) ? years - 1 : years;
}

function yearOf(citizenId: string): number {
  return readCitizenNumber(citizenId)?.birthYear ?? Number.NaN;
}

// --- What the registers say otherwise --------------------------------------------------------------

function differencesOf(person: SandboxPerson): string[] {
  const [row] = rowsOf(person);
  if (row === undefined) return ['no row'];
  return [...registerDifferences(person, row), ...directoryDifferences(person, row)];
}

function registerDifferences({ registered, planted }: SandboxPerson, row: Row): string[] {
  const [recipient] = registered;
  const guardians = row.guardian_name === '' ? 0 : 1;
  if (recipient === undefined || registered.length === guardians) return ['POP_ID_NOT_FOUND'];
  if (recipient.died_on !== null) return [DEATHS[recipient.died_on.slice(0, 7)] ?? 'another death'];
  if (foldName(recipient.full_name) !== foldName(row.full_name)) return ['POP_NAME_DIFFERS'];
  return isAsListed(recipient, row, planted) ? [] : ['something else'];
}

function isAsListed(record: RegisterRecord, row: Row, planted: PlantedFinding | null): boolean {
  const birth = record.birth_date ?? String(record.birth_year);
  return (
    record.citizen_id.startsWith(row.citizen_id) &&
    record.residence.commune_code === row.commune_code &&
    (birth === row.birth_date || planted === 'DATE_IMPOSSIBLE')
  );
}

/** By month of death, for the list of 2026-11. */
const DEATHS: Record<string, PlantedFinding> = {
  '2026-09': 'POP_DECEASED_BEFORE_PERIOD',
  '2026-10': 'POP_DECEASED_IN_LIST_MONTH',
};

function directoryDifferences({ account, registered, planted }: SandboxPerson, row: Row): string[] {
  if (row.channel === 'cash_post') return account === null ? [] : ['account on cash'];
  if (account === null) return ['BANK_ACCOUNT_NOT_FOUND'];
  if (account.status === 'closed') return ['BANK_ACCOUNT_CLOSED'];
  const holderId = row.guardian_citizen_id === '' ? row.citizen_id : row.guardian_citizen_id;
  if (!account.holder_citizen_id.startsWith(holderId)) {
    expect(registered.map((r) => r.citizen_id)).not.to.include(account.holder_citizen_id);
    return ['BANK_OTHER_HOLDER'];
  }
  const right =
    account.holder_name === row.account_holder &&
    (account.account_number === row.account_number || planted === 'ACCOUNT_MISSING');
  return right ? [] : ['something else'];
}

// --- Reading people ----------------------------------------------------------------------------------

const noAmounts = { monthly_amount_vnd: '', arrears_vnd: '', total_vnd: '' };

function rowsOf(person: SandboxPerson | undefined): Row[] {
  return (person?.rows ?? []).map((row) => {
    expect(row).to.have.length(LIST_COLUMNS.length);
    return Object.fromEntries(LIST_COLUMNS.map((column, i) => [column, row[i]])) as Row;
  });
}

function nameOf(person: SandboxPerson): string {
  return rowsOf(person)[0]?.full_name ?? '';
}

function peopleByNumber(month: string): Map<number, SandboxPerson> {
  const people = sandboxPeople({ seed: 21, recipients: 1_000, period: month });
  return new Map([...people].map((person) => [person.number, person]));
}

function csv(values: readonly string[]): string {
  return values.map((value) => (value.includes(',') ? `"${value}"` : value)).join(',');
}
