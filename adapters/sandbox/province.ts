import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { readCitizenNumber } from '../../src/kernel/citizen-number.ts';
import {
  addMonths,
  isPlainDate,
  monthIndex,
  period,
  type Period,
} from '../../src/kernel/period.ts';
import { foldName } from '../../src/kernel/text.ts';
import { LIST_COLUMNS, type ListColumn } from '../../src/intake/recipient-list.ts';
import { accountOf, type BankAccount } from './accounts.ts';
import { DRAW, drawn, pick, scrambled, type Chances } from './chance.ts';
import { COMMUNES } from './communes.ts';
import { dayText, lastDigits, monthText, twoDigits } from './digits.ts';
import { bracketsOf, BESIDE_SINGLE_PARENT, GROUNDS, type AgeBracket } from './grounds.ts';
import {
  DIRECTORY_FILE,
  REGISTER_FILE,
  type DirectoryRecord,
  type RegisterRecord,
} from './home.ts';
import { guardianOf, recipientOf, strangerOf, type Individual } from './individuals.ts';
import {
  FIRST_LISTED_PERIOD,
  listedAmounts,
  type ListedAmounts,
  type ListedEnrolment,
} from './listed-amounts.ts';
import { GIVEN_NAMES, MIDDLE_NAMES } from './names.ts';

// One invented province. Person number i is a function of the seed and i alone, so nothing is kept
// and a million people stream in flat memory. Within a half-year (January to June, July to
// December) the period changes nobody: the same people are on the lists of two months, with the
// same numbers, accounts and decisions, and nobody's age leaves the ground in between.

/** What the list, the register or the directory has wrong on purpose. A person has one at most. */
export const PLANTED_FINDINGS = {
  // Faults of the list, at five in a thousand: rows that intake refuses.
  DATE_IMPOSSIBLE: 1,
  CITIZEN_ID_LENGTH: 1,
  CITIZEN_ID_SEX_MISMATCH: 1,
  GROUND_UNKNOWN: 1,
  ACCOUNT_MISSING: 1,
  // What the two registers say otherwise than the list.
  POP_DECEASED_BEFORE_PERIOD: 4,
  POP_DECEASED_IN_LIST_MONTH: 1,
  POP_ID_NOT_FOUND: 2,
  POP_NAME_DIFFERS: 2,
  BANK_ACCOUNT_CLOSED: 5,
  BANK_OTHER_HOLDER: 3,
  BANK_ACCOUNT_NOT_FOUND: 2,
} as const;

export type PlantedFinding = keyof typeof PLANTED_FINDINGS;

export interface SandboxPerson {
  /** The i of which everything about this person is a function. */
  readonly number: number;
  /** One or two rows of the list, the texts in the order of LIST_COLUMNS. */
  readonly rows: readonly (readonly string[])[];
  /** The recipient, and the guardian if there is one; the recipient is missing where not found. */
  readonly registered: readonly RegisterRecord[];
  /** The account at the bank directory; null for cash, and where the account is not found. */
  readonly account: DirectoryRecord | null;
  /** What whoever is paid in cash has linked in VNeID; null where nothing is. */
  readonly linkedAccount: DirectoryRecord | null;
  readonly planted: PlantedFinding | null;
}

interface ProvinceOptions {
  readonly seed: number;
  /** How many people; at most 2,000,000. About one in a hundred has two rows. */
  readonly recipients: number;
  /** The month to be paid, YYYY-MM, from 2022-01. */
  readonly period: string;
}

/** Above this the free digits of the citizen numbers would run out. */
const MOST_RECIPIENTS = 2_000_000;

const PROVINCE_CODE = '40';

/**
 * The people of the list of a period, in order. Those whose enrolment is not yet decided when the
 * list is cut are left out, so the numbers have gaps. Throws RangeError for options out of range.
 */
export function* sandboxPeople(options: ProvinceOptions): Generator<SandboxPerson> {
  if (!Number.isSafeInteger(options.seed) || options.seed < 0) {
    throw new RangeError('a seed is a whole number from 0');
  }
  if (!Number.isInteger(options.recipients) || options.recipients < 0) {
    throw new RangeError('the number of recipients is a whole number from 0');
  }
  if (options.recipients > MOST_RECIPIENTS) {
    throw new RangeError(`a sandbox province has at most ${MOST_RECIPIENTS} recipients`);
  }
  const month = listMonth(period(options.period));
  let listed = 0;
  for (let number = 0; listed < options.recipients; number++) {
    const person = personOf(options.seed, number, month);
    if (person === null) continue;
    yield person;
    listed++;
  }
}

// --- The month -------------------------------------------------------------------------------

/** All that depends on the period; months are counted as monthIndex counts them. */
interface ListMonth {
  readonly period: Period;
  readonly index: number;
  readonly halfYearStart: number;
  /** Ages fit the ground from the first of this month to the end of the half-year. */
  readonly steadyFrom: number;
  readonly halfYearEnd: number;
  readonly grounds: readonly AgeBracket[];
  readonly amounts: (enrolment: ListedEnrolment) => ListedAmounts;
}

// Who joins on the first list of a half-year was decided up to two months before and may be
// entitled up to two months before that.
const STEADY_MONTHS_BEFORE = 4;

function listMonth(of: Period): ListMonth {
  if (of < FIRST_LISTED_PERIOD) {
    throw new RangeError(`there are no lists before ${FIRST_LISTED_PERIOD}`);
  }
  const index = monthIndex(of);
  const halfYearStart = index - (index % 6);
  const halfYearEnd = halfYearStart + 5;
  const steadyFrom = halfYearStart - STEADY_MONTHS_BEFORE;
  return {
    period: of,
    index,
    halfYearStart,
    steadyFrom,
    halfYearEnd,
    grounds: GROUNDS.flatMap((ground) => bracketsOf(ground, steadyFrom, halfYearEnd)),
    amounts: rememberedAmounts(of),
  };
}

/** There are a few hundred different amounts among a million people: each is worked out once. */
function rememberedAmounts(of: Period): ListMonth['amounts'] {
  const known = new Map<string, ListedAmounts>();
  return (enrolment) => {
    const key = `${enrolment.entitledFrom}${enrolment.coefficientHalves}${enrolment.newlyDecided ? 'n' : ''}`;
    let amounts = known.get(key);
    if (amounts === undefined) {
      amounts = listedAmounts(of, enrolment);
      known.set(key, amounts);
    }
    return amounts;
  };
}

// --- One person ------------------------------------------------------------------------------

interface Decision {
  readonly date: string;
  readonly reference: string;
  readonly entitledFrom: Period;
  readonly newlyDecided: boolean;
}

/** Everything true about one person, before a fault is planted. */
interface Facts {
  readonly of: Chances;
  readonly recipient: Individual;
  readonly bracket: AgeBracket;
  readonly guardian: Individual | null;
  readonly commune: readonly [code: string, name: string];
  /** Null for cash at the post office. */
  readonly account: BankAccount | null;
  readonly planted: PlantedFinding | null;
}

/** Null when the enrolment is decided only after the list is cut. */
function personOf(seed: number, number: number, month: ListMonth): SandboxPerson | null {
  const of = { seed, number, chance: scrambled(scrambled(seed) + Math.imul(number, 0x27d4eb2f)) };
  const planted = plantedOn(of);
  // Planted and doubled rows are of people decided long ago, and never of the same person: so a
  // plant is one row, and a thousand people in a row have exactly the plants of the table above.
  const twoRows = planted === null && drawn(of.chance, DRAW.twoRows) % 100 === 0;
  const settled = planted !== null || twoRows;
  const joins = settled ? null : joiningMonth(of, month);
  if (joins !== null && joins > month.index) return null;

  const bracket = twoRows
    ? singleParent(month)
    : pick(month.grounds, drawn(of.chance, DRAW.ground));
  const recipient = recipientOf(of, bracket);
  const facts: Facts = {
    of,
    recipient,
    bracket,
    guardian: bracket.ageUnder <= 16 ? guardianOf(of, recipient) : null,
    commune: pick(COMMUNES, drawn(of.chance, DRAW.commune)),
    account: accountOf(of, needsAccount(planted)),
    planted,
  };
  const decision =
    joins === null ? oldDecision(of, facts, month) : newDecision(of, joins, month.index);
  const rows = [listRow(facts, decision, month)];
  if (twoRows) rows.push(besideRow(facts, month));
  return {
    number,
    rows,
    registered: registeredOf(facts, month),
    account: directoryRecord(facts),
    linkedAccount: linkedRecord(facts),
    planted,
  };
}

const PLANTING = 1000;
const PLANTED_SLOTS: readonly PlantedFinding[] = Object.entries(PLANTED_FINDINGS).flatMap(
  ([finding, perThousand]) => Array.from({ length: perThousand }, () => finding as PlantedFinding),
);

/** Of every thousand people each finding has its exact share; who they are depends on the seed. */
function plantedOn({ seed, number }: Chances): PlantedFinding | null {
  const turn = scrambled(scrambled(seed ^ 0x5bd1e995) + Math.floor(number / PLANTING)) % PLANTING;
  // 387 has no factor in common with 1000.
  return PLANTED_SLOTS[((number % PLANTING) * 387 + turn) % PLANTING] ?? null;
}

function needsAccount(planted: PlantedFinding | null): boolean {
  return planted !== null && (planted === 'ACCOUNT_MISSING' || planted.startsWith('BANK_'));
}

function singleParent(month: ListMonth): AgeBracket {
  const bracket = month.grounds.find((candidate) => candidate.code === 'K4');
  if (bracket === undefined) throw new Error('K4 is a ground');
  return bracket;
}

// --- Decisions -------------------------------------------------------------------------------

const JOINING_PERCENT_A_MONTH = 3;

/** The period on whose list a person first stands; null when that was before this half-year. */
function joiningMonth(of: Chances, month: ListMonth): number | null {
  const months = Math.floor((drawn(of.chance, DRAW.joins) % 100) / JOINING_PERCENT_A_MONTH);
  return months < 6 ? month.halfYearStart + months : null;
}

/** Decided between the cut of the list before, on the 24th, and the cut of the list it joins. */
function newDecision(of: Chances, joins: number, listed: number): Decision {
  const turn = drawn(of.chance, DRAW.joinDay) % 28;
  const decided = turn < 4 ? joins - 2 : joins - 1;
  const day = turn < 4 ? 25 + turn : turn - 3;
  const late = drawn(of.chance, DRAW.entitled) % 20;
  const monthsLate = late === 0 ? 2 : late < 4 ? 1 : 0;
  return {
    date: `${monthText(decided)}-${twoDigits(day)}`,
    reference: decisionReference(of.chance),
    entitledFrom: monthText(decided - monthsLate),
    newlyDecided: joins === listed,
  };
}

// The present coefficients stand in a decree of 2021; older decisions go on under it.
const OLDEST_DECISION = 2013 * 12;

/** Decided before the half-year, once the person was old enough for the ground. */
function oldDecision(
  of: Chances,
  { recipient, bracket }: Pick<Facts, 'recipient' | 'bracket'>,
  month: ListMonth,
  beside = 0,
): Decision {
  const chance = of.chance + beside;
  const reached = (recipient.birthYear + bracket.ageFrom) * 12 + 12;
  const latest = month.halfYearStart - 3;
  const earliest = Math.min(Math.max(reached, OLDEST_DECISION), latest);
  const decided = earliest + (drawn(chance, DRAW.decisionMonth) % (latest - earliest + 1));
  const entitledFrom = monthText(decided);
  return {
    date: `${entitledFrom}-${dayText(drawn(chance, DRAW.decisionDay))}`,
    reference: decisionReference(chance),
    entitledFrom,
    newlyDecided: false,
  };
}

function decisionReference(chance: number): string {
  return `${(drawn(chance, DRAW.decisionNumber) % 4900) + 100}/QĐ-UBND`;
}

// --- The list --------------------------------------------------------------------------------

const HAMLET_NAMES = [
  ...['Tân Hòa', 'Long Thành', 'Đồng Tâm', 'Tân Tiến', 'Yên Sơn', 'Xuân Lộc', 'Trung Tâm'],
  ...Array.from({ length: 12 }, (_, i) => String(i + 1)),
];
const URBAN_HAMLETS = HAMLET_NAMES.map((name) => `Khối ${name}`);
const RURAL_HAMLETS = ['Xóm', 'Xóm', 'Thôn', 'Bản'].flatMap((kind) =>
  HAMLET_NAMES.map((name) => `${kind} ${name}`),
);

const RELATIONS = { male: 'Cha', female: 'Mẹ' };

const NOTES = ['Người già yếu, chi tại nhà', 'Đã rà soát hồ sơ', 'Chuyển từ xã khác đến năm 2025'];

/** Prefixes that no operator has been assigned. */
const PHONE_PREFIXES = ['053', '054', '057'];

function listRow(facts: Facts, decision: Decision, month: ListMonth): string[] {
  const { chance } = facts.of;
  const children = facts.bracket.code === 'K4' ? childrenOf(chance) : null;
  return withPlantedFault(
    facts,
    rowOf(facts, month, {
      reference: lastDigits(facts.of.number + 1, 7),
      ground: facts.bracket.code,
      coefficientHalves: children === null ? facts.bracket.coefficientHalves : 2 * children,
      dependants: children === null ? '' : String(children),
      decision,
    }),
  );
}

/** The second row of a single parent who is also disabled: another enrolment of the same person. */
function besideRow(facts: Facts, month: ListMonth): string[] {
  const [code, coefficientHalves] = pick(
    BESIDE_SINGLE_PARENT,
    drawn(facts.of.chance, DRAW.besideGround),
  );
  return rowOf(facts, month, {
    // Above every number of a first row.
    reference: lastDigits(facts.of.number + 5_000_001, 7),
    ground: code,
    coefficientHalves,
    dependants: '',
    decision: oldDecision(facts.of, facts, month, DRAW.besideDecision),
  });
}

function childrenOf(chance: number): number {
  const draw = drawn(chance, DRAW.children) % 10;
  return draw < 6 ? 1 : draw < 9 ? 2 : 3;
}

interface Enrolment {
  readonly reference: string;
  readonly ground: string;
  readonly coefficientHalves: number;
  readonly dependants: string;
  readonly decision: Decision;
}

/** The texts in the order of LIST_COLUMNS. */
function rowOf(facts: Facts, month: ListMonth, enrolment: Enrolment): string[] {
  const { recipient, commune } = facts;
  const { decision, coefficientHalves } = enrolment;
  const payment = paymentColumns(facts);
  const proxy = guardianColumns(facts.guardian);
  const { chance } = facts.of;
  const amounts = month.amounts({
    coefficientHalves,
    entitledFrom: decision.entitledFrom,
    newlyDecided: decision.newlyDecided,
  });
  return [
    `40.TGXH.${enrolment.reference}`,
    month.period,
    'social_assistance',
    recipient.fullName,
    recipient.birthDate ?? String(recipient.birthYear),
    recipient.sex,
    recipient.citizenNumber,
    PROVINCE_CODE,
    commune[0],
    commune[1],
    hamletOf(commune[1], chance),
    enrolment.ground,
    coefficientHalves % 2 === 0 ? `${coefficientHalves / 2}.0` : `${(coefficientHalves - 1) / 2}.5`,
    enrolment.dependants,
    decision.reference,
    decision.date,
    decision.entitledFrom,
    amounts.monthly,
    amounts.arrears,
    amounts.total,
    payment.channel,
    payment.bin,
    payment.bankName,
    payment.number,
    payment.holder,
    proxy.name,
    proxy.citizenNumber,
    proxy.relation,
    phoneOf(chance),
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    noteOf(enrolment.ground, chance),
  ];
}

type PaymentColumns = Readonly<
  Record<'channel' | 'bin' | 'bankName' | 'number' | 'holder', string>
>;

const CASH: PaymentColumns = {
  channel: 'cash_post',
  bin: '',
  bankName: '',
  number: '',
  holder: '',
};

function paymentColumns({ account, guardian, recipient }: Facts): PaymentColumns {
  if (account === null) return CASH;
  const { bin, bankName, number } = account;
  return { channel: 'account', bin, bankName, number, holder: (guardian ?? recipient).bankName };
}

type GuardianColumns = Readonly<Record<'name' | 'citizenNumber' | 'relation', string>>;

const NO_GUARDIAN: GuardianColumns = { name: '', citizenNumber: '', relation: '' };

function guardianColumns(guardian: Individual | null): GuardianColumns {
  if (guardian === null) return NO_GUARDIAN;
  const { fullName, citizenNumber: number, sex } = guardian;
  return { name: fullName, citizenNumber: number, relation: RELATIONS[sex] };
}

function hamletOf(communeName: string, chance: number): string {
  const urban = communeName.startsWith('Phường');
  return pick(urban ? URBAN_HAMLETS : RURAL_HAMLETS, drawn(chance, DRAW.hamlet));
}

function phoneOf(chance: number): string {
  const draw = drawn(chance, DRAW.phone);
  return draw % 10 < 3 ? '' : `${pick(PHONE_PREFIXES, draw)}${lastDigits(draw, 7)}`;
}

function noteOf(groundCode: string, chance: number): string {
  if (groundCode === 'K8') return 'Không niêm yết công khai';
  const draw = drawn(chance, DRAW.note);
  return draw % 20 === 0 ? pick(NOTES, draw >>> 8) : '';
}

/** The faults of the list, each as what it does to a right row. The rest is told by the registers. */
const LIST_FAULTS: Partial<
  Record<PlantedFinding, readonly [ListColumn, (recipient: Individual) => string]>
> = {
  DATE_IMPOSSIBLE: ['birth_date', ({ birthYear }) => `${birthYear}-02-30`],
  CITIZEN_ID_LENGTH: ['citizen_id', (recipient) => recipient.citizenNumber.slice(0, 11)],
  CITIZEN_ID_SEX_MISMATCH: ['sex', ({ sex }) => (sex === 'male' ? 'female' : 'male')],
  GROUND_UNKNOWN: ['ground_code', () => 'K9'],
  ACCOUNT_MISSING: ['account_number', () => ''],
};

function withPlantedFault({ planted, recipient }: Facts, row: string[]): string[] {
  const fault = planted === null ? undefined : LIST_FAULTS[planted];
  if (fault !== undefined) row[LIST_COLUMNS.indexOf(fault[0])] = fault[1](recipient);
  return row;
}

// --- The registers ---------------------------------------------------------------------------

function registeredOf(facts: Facts, month: ListMonth): RegisterRecord[] {
  const { planted, recipient, guardian, commune } = facts;
  const parent =
    guardian === null ? [] : [registerRecord(guardian, guardian.fullName, commune[0], null)];
  if (planted === 'POP_ID_NOT_FOUND') return parent;

  const name = planted === 'POP_NAME_DIFFERS' ? anotherName(facts) : recipient.fullName;
  return [registerRecord(recipient, name, commune[0], deathOf(facts, month)), ...parent];
}

function registerRecord(
  of: Individual,
  fullName: string,
  communeCode: string,
  diedOn: string | null,
): RegisterRecord {
  return {
    citizen_id: of.citizenNumber,
    status: diedOn === null ? 'active' : 'deceased',
    full_name: fullName,
    birth_date: of.birthDate,
    birth_year: of.birthYear,
    sex: of.sex,
    died_on: diedOn,
    residence: { province_code: PROVINCE_CODE, commune_code: communeCode },
  };
}

/** Two months before the period, or in the month before it, in which the list is made. */
function deathOf({ planted, of }: Facts, month: ListMonth): string | null {
  const day = dayText(drawn(of.chance, DRAW.death));
  if (planted === 'POP_DECEASED_BEFORE_PERIOD') {
    return `${addMonths(month.period, -2)}-${day}`;
  }
  if (planted === 'POP_DECEASED_IN_LIST_MONTH') {
    return `${addMonths(month.period, -1)}-${day}`;
  }
  return null;
}

/** The same family name, another given name: not alike without accents either. */
function anotherName({ of, recipient }: Facts): string {
  const draw = drawn(of.chance, DRAW.givenName);
  const middle = pick(MIDDLE_NAMES[recipient.sex], drawn(of.chance, DRAW.middleName));
  const given = pick(GIVEN_NAMES[recipient.sex], (draw % GIVEN_NAMES[recipient.sex].length) + 1);
  return `${recipient.familyName.written} ${middle.written} ${given.written}`;
}

function directoryRecord(facts: Facts): DirectoryRecord | null {
  const { account, planted, of } = facts;
  if (account === null || planted === 'BANK_ACCOUNT_NOT_FOUND') return null;
  const holder =
    planted === 'BANK_OTHER_HOLDER' ? strangerOf(of) : (facts.guardian ?? facts.recipient);
  const status = planted === 'BANK_ACCOUNT_CLOSED' ? 'closed' : 'active';
  return { ...heldBy(holder, account), status, ...(hasLinked(of) ? LINKED : {}) };
}

/** Some of those who are paid in cash have an account all the same, and have linked it. */
function linkedRecord({ account, of, guardian, recipient }: Facts): DirectoryRecord | null {
  const own = account === null && hasLinked(of) ? accountOf(of, true) : null;
  return own === null
    ? null
    : { ...heldBy(guardian ?? recipient, own), status: 'active', ...LINKED };
}

const LINKED = { linked_on: '2025-09-15' };

/** Three in ten. */
function hasLinked({ chance }: Chances): boolean {
  return drawn(chance, DRAW.linked) % 10 < 3;
}

function heldBy(
  holder: Pick<Individual, 'bankName' | 'citizenNumber'>,
  account: BankAccount,
): Omit<DirectoryRecord, 'status'> {
  return {
    bank_bin: account.bin,
    account_number: account.number,
    holder_name: holder.bankName,
    holder_citizen_id: holder.citizenNumber,
  };
}

// --- Files -----------------------------------------------------------------------------------

/**
 * Writes the list of a period to listPath, and the register and the directory that know its people
 * to the home folder, each under a temporary name first. Memory does not grow with the province.
 * Returns the rows of the list, and how many people have which finding planted.
 */
export async function writeSandboxProvince(
  options: ProvinceOptions & { readonly home: string; readonly listPath: string },
): Promise<{ rows: number; planted: Record<string, number> }> {
  await mkdir(options.home, { recursive: true });
  const list = await openLines(options.listPath);
  const register = await openLines(join(options.home, REGISTER_FILE));
  const directory = await openLines(join(options.home, DIRECTORY_FILE));
  const planted: Record<string, number> = {};
  let rows = 0;

  list.add(LIST_COLUMNS.join(','));
  for (const person of sandboxPeople(options)) {
    for (const row of person.rows) list.add(csvLine(row));
    for (const record of person.registered) register.add(registerLine(record));
    if (person.account !== null) directory.add(directoryLine(person.account));
    if (person.linkedAccount !== null) directory.add(directoryLine(person.linkedAccount));
    if (person.planted !== null) planted[person.planted] = (planted[person.planted] ?? 0) + 1;
    rows += person.rows.length;
    if (list.isFull()) await Promise.all([list.flush(), register.flush(), directory.flush()]);
  }

  // The list last: who finds a list finds the registers that go with it.
  await register.finish();
  await directory.finish();
  await list.finish();
  return { rows, planted };
}

/**
 * Writes the register and the directory for a list that the operator brings: everybody on it lives
 * and is called as listed, every account is open and belongs to whom the list says. Nothing is
 * planted, so the seed changes nothing. A row that the registers cannot know (no valid citizen
 * number, no name) is left out; of two rows for one number the registers keep the later. Rejects
 * when the first line is not the canonical header.
 */
export async function registerFromList(options: {
  readonly home: string;
  readonly listPath: string;
  readonly seed: number;
}): Promise<void> {
  await mkdir(options.home, { recursive: true });
  const register = await openLines(join(options.home, REGISTER_FILE));
  const directory = await openLines(join(options.home, DIRECTORY_FILE));

  for await (const row of listRows(options.listPath)) {
    for (const record of registeredAsListed(row)) register.add(JSON.stringify(record));
    const account = accountAsListed(row);
    if (account !== null) directory.add(JSON.stringify(account));
    if (register.isFull()) await Promise.all([register.flush(), directory.flush()]);
  }

  await register.finish();
  await directory.finish();
}

/**
 * Writes the register and the directory as two files say them, each an object with a list "records":
 * what the services of a sandbox answer, whatever a list claims. Rejects when a file is none such.
 */
export async function registerFromTruth(options: {
  readonly home: string;
  readonly peoplePath: string;
  readonly accountsPath: string;
}): Promise<void> {
  await mkdir(options.home, { recursive: true });
  for (const [from, to] of [
    [options.peoplePath, REGISTER_FILE],
    [options.accountsPath, DIRECTORY_FILE],
  ] as const) {
    const lines = await openLines(join(options.home, to));
    for (const record of await recordsIn(from)) lines.add(JSON.stringify(record));
    await lines.finish();
  }
}

async function recordsIn(path: string): Promise<readonly unknown[]> {
  const truth = JSON.parse(await readFile(path, 'utf8')) as { records?: unknown };
  if (!Array.isArray(truth.records)) throw new Error('a truth file has a list of records');
  return truth.records as unknown[];
}

type ListedRow = Readonly<Record<ListColumn, string>>;

async function* listRows(listPath: string): AsyncGenerator<ListedRow> {
  const parser = createReadStream(listPath).pipe(
    parse({
      bom: true,
      relax_column_count: true,
      skip_records_with_error: true,
      skip_empty_lines: true,
    }),
  );
  let header = true;
  for await (const values of parser as AsyncIterable<string[]>) {
    if (header) {
      if (values.join() !== LIST_COLUMNS.join()) throw new Error('not a canonical recipient list');
      header = false;
    } else if (values.length === LIST_COLUMNS.length) {
      yield Object.fromEntries(LIST_COLUMNS.map((column, i) => [column, values[i]])) as ListedRow;
    }
  }
}

function registeredAsListed(row: ListedRow): RegisterRecord[] {
  return [
    recordAsListed(row, row.citizen_id, row.full_name, row.birth_date),
    recordAsListed(row, row.guardian_citizen_id, row.guardian_name, ''),
  ].filter((record) => record !== null);
}

/** What a list does not say of a person, a citizen number does: sex and year of birth. */
function recordAsListed(
  row: ListedRow,
  citizenId: string,
  fullName: string,
  birth: string,
): RegisterRecord | null {
  const facts = readCitizenNumber(citizenId);
  if (facts === undefined || fullName === '') return null;
  return {
    citizen_id: citizenId,
    status: 'active',
    full_name: fullName,
    birth_date: isPlainDate(birth) ? birth : null,
    birth_year: /^\d{4}/.test(birth) ? Number(birth.slice(0, 4)) : facts.birthYear,
    sex: facts.sex,
    died_on: null,
    residence: { province_code: row.province_code, commune_code: row.commune_code },
  };
}

function accountAsListed(row: ListedRow): DirectoryRecord | null {
  if (row.bank_bin === '' || row.account_number === '') return null;
  const holder = foldName(row.account_holder === '' ? row.full_name : row.account_holder);
  const byGuardian = row.guardian_citizen_id !== '' && foldName(row.guardian_name) === holder;
  return {
    bank_bin: row.bank_bin,
    account_number: row.account_number,
    holder_name: holder,
    holder_citizen_id: byGuardian ? row.guardian_citizen_id : row.citizen_id,
    status: 'active',
  };
}

/** A line of JSON. Names are letters and spaces here, so nothing needs an escape. */
function registerLine(of: RegisterRecord): string {
  return (
    `{"citizen_id":"${of.citizen_id}","status":"${of.status}","full_name":"${of.full_name}",` +
    `"birth_date":${quotedOrNull(of.birth_date)},"birth_year":${of.birth_year},"sex":"${of.sex}",` +
    `"died_on":${quotedOrNull(of.died_on)},"residence":` +
    `{"province_code":"${of.residence.province_code}","commune_code":"${of.residence.commune_code}"}}`
  );
}

function directoryLine(of: DirectoryRecord): string {
  return (
    `{"bank_bin":"${of.bank_bin}","account_number":"${of.account_number}",` +
    `"holder_name":"${of.holder_name}","holder_citizen_id":"${of.holder_citizen_id}",` +
    `"status":"${of.status}"` +
    (of.linked_on === undefined ? '}' : `,"linked_on":"${of.linked_on}"}`)
  );
}

function quotedOrNull(text: string | null): string {
  return text === null ? 'null' : `"${text}"`;
}

const NOTE = LIST_COLUMNS.indexOf('note');

/** Of what is generated only a note can hold a comma; nothing holds a quotation mark (RFC 4180). */
function csvLine(row: readonly string[]): string {
  const note = row[NOTE] ?? '';
  if (!note.includes(',')) return row.join(',');
  return `${row.slice(0, NOTE).join(',')},"${note}"`;
}

interface Lines {
  add(line: string): void;
  /** Whether it is time to flush. */
  isFull(): boolean;
  flush(): Promise<void>;
  /** Flushes, and gives the file its final name. */
  finish(): Promise<void>;
}

const FULL_CHARACTERS = 256 * 1024;

async function openLines(path: string): Promise<Lines> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  let waiting = '';
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    await file.writeFile(text);
  };
  return {
    add(line) {
      waiting += `${line}\n`;
    },
    isFull: () => waiting.length >= FULL_CHARACTERS,
    flush,
    async finish() {
      await flush();
      await file.close();
      await rename(temporary, path);
    },
  };
}
