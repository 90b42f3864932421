import { readCitizenNumber, type Sex } from '../kernel/citizen-number.ts';
import { isPeriod, isPlainDate, type Period } from '../kernel/period.ts';
import { isMonthly, type Programme } from '../kernel/reference.ts';
import { foldName } from '../kernel/text.ts';
import { FINDINGS, type RuleCode } from './findings.ts';
import { readLegacy } from './legacy-text.ts';
import { inTitleCase, legacyCode } from './mend-text.ts';
import { LIST_COLUMNS, type ListColumn } from './recipient-list.ts';

// The rules that one row of a canonical list has to keep to by itself. A row that breaks one is
// refused with every reason at once, so that a clerk corrects it once; the other rows stand.
//
// A province has a million rows, and most are clean. A clean row therefore passes by looking at
// character codes and comparing texts; the regular expressions, normalisation and folding that find
// out what exactly is wrong run only for a row that is not.

/** What the law says of one ground, as far as a row can be judged by it. */
export interface GroundFacts {
  readonly programme: Programme;
  /** Decimal text with at most three decimals; for each dependant when perDependant. */
  readonly coefficient: string;
  readonly perDependant: boolean;
  /** Completed years from which, and until which (not included), the ground is for. */
  readonly ageFrom: number | null;
  readonly ageUntil: number | null;
  /** The ground is for the others: younger than ageFrom, or of ageUntil and older. */
  readonly outsideAges: boolean;
}

/** What rows are judged by: the list they stand in, and what is valid in its period. */
export interface JudgeContext {
  readonly period: Period;
  readonly provinceCode: string;
  readonly communes: ReadonlySet<string>;
  readonly bankBins: ReadonlySet<string>;
  readonly grounds: ReadonlyMap<string, GroundFacts>;
}

export interface RowFinding {
  readonly column: ListColumn;
  readonly code: RuleCode;
}

/** What unemployment benefit alone needs. */
interface UnemploymentFacts {
  readonly contributedMonths: number;
  /** Whole dong, in digits. */
  readonly averageSalaryVnd: string;
  readonly wageRegion: string;
  readonly lastContributedMonth: string;
  readonly benefitFrom: string;
  readonly benefitMonthNo: number;
  readonly benefitMonthCount: number;
}

/** A row that is imported. As in the list, an empty text is no value; amounts are digits. */
export interface CanonicalRow {
  readonly enrolmentRef: string;
  readonly programme: Programme;
  readonly fullName: string;
  readonly birthYear: number;
  /** Null where only the year is known. */
  readonly birthDate: string | null;
  readonly sex: string;
  readonly citizenId: string;
  readonly communeCode: string;
  readonly hamlet: string;
  /** Empty for unemployment. */
  readonly groundCode: string;
  /** 0 where the ground does not count them. */
  readonly dependants: number;
  readonly decisionNo: string;
  readonly decisionDate: string;
  /** Empty for unemployment. */
  readonly entitledFrom: string;
  readonly monthlyAmountVnd: string;
  readonly arrearsVnd: string;
  readonly totalVnd: string;
  readonly channel: string;
  /** The account: complete with channel account, and with cash_post complete or empty. */
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly accountHolder: string;
  readonly guardianName: string;
  readonly guardianCitizenId: string;
  readonly guardianRelation: string;
  /** Ten digits or empty. */
  readonly phone: string;
  readonly unemployment: UnemploymentFacts | null;
  readonly note: string;
}

export interface RowVerdict {
  readonly verdict: 'accept' | 'warn' | 'refuse';
  readonly findings: readonly RowFinding[];
  /** Null when the row is refused. */
  readonly row: CanonicalRow | null;
}

/**
 * Judges one row by itself: values in the order of LIST_COLUMNS, as a reader hands them over. What
 * needs the other rows, the register, or the amount of the law is found elsewhere. Throws RangeError
 * when there are more or fewer values than columns: a record with a fault is not judged.
 */
export function judgeRow(values: readonly string[], context: JudgeContext): RowVerdict {
  if (values.length !== LIST_COLUMNS.length) {
    throw new RangeError(`a row has ${LIST_COLUMNS.length} values, not ${values.length}`);
  }
  const row = named(values as readonly string[] & Cells);
  const month = digitsAt(context.period, 0, 4) * 100 + digitsAt(context.period, 5, 7);
  const born = bornNumber(row.birth_date);
  const of: Judgement = {
    row,
    context,
    findings: [],
    // The 31st of a shorter month is after its last day and before the next month: no day between.
    firstDay: month * 100 + 1,
    lastDay: month * 100 + 31,
    born: born > 0 ? born : 0,
  };
  judgePlace(of);
  judgeTexts(of);
  judgeBirth(of, born);
  judgePerson(of);
  judgeDecision(of);
  judgeAmounts(of);
  judgeGuardian(of);
  judgeChannel(of);
  if (row.programme === 'unemployment') judgeUnemployment(of);
  else judgeGround(of);
  if (row.note !== '') judgeNote(of);

  const verdict = gravest(of.findings);
  return {
    verdict,
    findings: of.findings,
    row: verdict === 'refuse' ? null : canonical(of),
  };
}

type NamedRow = Readonly<Record<ListColumn, string>>;

/** A row on its way through the rules. Days are numbers, as in 20261130. */
interface Judgement {
  readonly row: NamedRow;
  readonly context: JudgeContext;
  readonly findings: RowFinding[];
  readonly firstDay: number;
  readonly lastDay: number;
  /** As in 19780430, or 19780000 where only the year is known; 0 when it cannot be used. */
  born: number;
}

function found(of: Judgement, column: ListColumn, code: RuleCode): void {
  of.findings.push({ column, code });
}

function gravest(findings: readonly RowFinding[]): RowVerdict['verdict'] {
  if (findings.length === 0) return 'accept';
  // What take-row.ts would repair is not canonical: here it is a reason to refuse.
  return findings.some(({ code }) => FINDINGS[code].severity !== 'warn') ? 'refuse' : 'warn';
}

/** As many texts as there are columns. */
type Cells = { readonly [Place in keyof typeof LIST_COLUMNS]: string };

// Written out, so that every row is an object of one shape. A test holds the order to LIST_COLUMNS.
function named(values: Cells): NamedRow {
  return {
    enrolment_ref: values[0],
    period: values[1],
    programme: values[2],
    full_name: values[3],
    birth_date: values[4],
    sex: values[5],
    citizen_id: values[6],
    province_code: values[7],
    commune_code: values[8],
    commune_name: values[9],
    hamlet: values[10],
    ground_code: values[11],
    coefficient: values[12],
    dependants: values[13],
    decision_no: values[14],
    decision_date: values[15],
    entitled_from: values[16],
    monthly_amount_vnd: values[17],
    arrears_vnd: values[18],
    total_vnd: values[19],
    channel: values[20],
    bank_bin: values[21],
    bank_name: values[22],
    account_number: values[23],
    account_holder: values[24],
    guardian_name: values[25],
    guardian_citizen_id: values[26],
    guardian_relation: values[27],
    phone: values[28],
    contributed_months: values[29],
    average_salary_vnd: values[30],
    wage_region: values[31],
    last_contributed_month: values[32],
    benefit_from: values[33],
    benefit_month_no: values[34],
    benefit_month_count: values[35],
    note: values[36],
  };
}

function canonical({ row, context, born }: Judgement): CanonicalRow {
  const hasAccount = row.channel === 'account' || isCompleteAccount(row, context);
  return {
    enrolmentRef: row.enrolment_ref,
    programme: row.programme as Programme,
    fullName: row.full_name,
    birthYear: Math.floor(born / 10_000),
    birthDate: row.birth_date.length === 4 ? null : row.birth_date,
    sex: row.sex,
    citizenId: row.citizen_id,
    communeCode: row.commune_code,
    hamlet: row.hamlet,
    groundCode: row.ground_code,
    dependants: row.dependants === '' ? 0 : Number(row.dependants),
    decisionNo: row.decision_no,
    decisionDate: row.decision_date,
    entitledFrom: row.entitled_from,
    monthlyAmountVnd: row.monthly_amount_vnd,
    arrearsVnd: row.arrears_vnd,
    totalVnd: row.total_vnd,
    channel: row.channel,
    bankBin: hasAccount ? row.bank_bin : '',
    accountNumber: hasAccount ? row.account_number : '',
    accountHolder: hasAccount ? row.account_holder : '',
    guardianName: row.guardian_name,
    guardianCitizenId: row.guardian_citizen_id,
    guardianRelation: row.guardian_relation,
    phone: isPhone(row.phone) ? row.phone : '',
    unemployment: row.programme === 'unemployment' ? unemploymentFacts(row) : null,
    note: row.note,
  };
}

function unemploymentFacts(row: NamedRow): UnemploymentFacts {
  return {
    contributedMonths: Number(row.contributed_months),
    averageSalaryVnd: row.average_salary_vnd,
    wageRegion: row.wage_region,
    lastContributedMonth: row.last_contributed_month,
    benefitFrom: row.benefit_from,
    benefitMonthNo: Number(row.benefit_month_no),
    benefitMonthCount: Number(row.benefit_month_count),
  };
}

// --- The list that the row stands in

const FILE_NUMBER = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/;
/** File numbers of some offices have the Đ of Đơn or Đề nghị. */
const FILE_NUMBER_WITH_LETTERS = /^[\p{L}\d][\p{L}\d._/-]{0,63}$/u;

function judgePlace(of: Judgement): void {
  const { row, context } = of;
  const ref = row.enrolment_ref;
  if (!FILE_NUMBER.test(ref) && !FILE_NUMBER_WITH_LETTERS.test(ref)) {
    found(of, 'enrolment_ref', 'ENROLMENT_REF_INVALID');
  }
  if (row.period !== context.period) found(of, 'period', 'ROW_OTHER_PERIOD');
  if (!isMonthly(row.programme)) found(of, 'programme', 'PROGRAMME_UNKNOWN');
  if (row.province_code !== context.provinceCode) found(of, 'province_code', 'PROVINCE_DIFFERS');
  if (!context.communes.has(row.commune_code)) found(of, 'commune_code', 'COMMUNE_UNKNOWN');
}

// --- Characters

// What a character is to us, as bits, the gravest highest. Up to SPACE it may stand in any text, and
// what is to be mended is a mark that belongs to its letter, or the letter that looks like Đ.
const SYMBOL = 0;
const LETTER = 1;
const SPACE = 2;
const TO_MEND = 4;
const LINE_BREAK = 8;
const CONTROL = 16;
const ZERO_WIDTH = 32;
const BIDI = 64;

/** Letters of names: those of the Latin script, in which every language of Vietnam is written. */
const LETTERS = 'A-Za-zÀ-ÖØ-öø-\\u024F\\u1E00-\\u1EFF';
const KINDS: readonly (readonly [RegExp, number])[] = [
  [/[Ðð]|[\u0300-\u0323]/, TO_MEND],
  [new RegExp(`[${LETTERS}]`), LETTER],
  [/ /, SPACE],
  [/[\t\n\r\u0085\u2028\u2029]/, LINE_BREAK],
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  [/[\0-\x1F\x7F-\x9F]/, CONTROL],
  [/[\u00AD\u180E\u200B-\u200D\u2060-\u2064]/, ZERO_WIDTH],
  [/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/, BIDI],
];

/** The kind of every character up to U+21FF, behind which only two kinds are told apart. */
const KIND_OF = Uint8Array.from({ length: 0x2200 }, (_, code) => {
  const character = String.fromCharCode(code);
  return KINDS.find(([pattern]) => pattern.test(character))?.[1] ?? SYMBOL;
});

function kindOf(code: number): number {
  return KIND_OF[code] ?? (code === 0xfeff ? ZERO_WIDTH : SYMBOL);
}

/** All kinds of characters of a text together. */
function kindsOf(text: string): number {
  let kinds = SYMBOL;
  for (let i = 0; i < text.length; i += 1) kinds |= kindOf(text.charCodeAt(i));
  return kinds;
}

function judgeTexts(of: Judgement): void {
  const { row } = of;
  judgeText(of, 'commune_name', row.commune_name, LINE_BREAK);
  judgeText(of, 'hamlet', row.hamlet, LINE_BREAK);
  judgeText(of, 'decision_no', row.decision_no, LINE_BREAK);
  judgeText(of, 'bank_name', row.bank_name, LINE_BREAK);
  judgeText(of, 'guardian_relation', row.guardian_relation, LINE_BREAK);
  // A note may have several lines.
  judgeText(of, 'note', row.note, CONTROL);
}

/** Finds the gravest character of a text, if it is of the first forbidden kind or above. */
function judgeText(of: Judgement, column: ListColumn, text: string, forbidden: number): void {
  const kinds = kindsOf(text);
  if (kinds < TO_MEND) return;
  if (kinds >= forbidden) found(of, column, faultOfKinds(kinds));
  else if (column === 'note') return;
  else if (/[Ðð]/.test(text)) found(of, column, 'NAME_ETH');
  else if (text !== text.normalize('NFC')) found(of, column, 'NAME_NFD');
}

function faultOfKinds(kinds: number): RuleCode {
  if (kinds >= BIDI) return 'BIDI_CONTROL';
  if (kinds >= ZERO_WIDTH) return 'ZERO_WIDTH_CHARACTER';
  return kinds >= CONTROL ? 'CONTROL_CHARACTER' : 'LINE_BREAK_IN_TEXT';
}

/** Text that a spreadsheet would run. */
const FORMULA = /^[=+\-@]/;

/** Long enough for any name; no bank takes a longer one. */
const NAME_CHARACTERS = 100;

/** Letters with single spaces between: nearly all names, and no doubt about these. */
function isPlainName(name: string): boolean {
  if (name.length > NAME_CHARACTERS) return false;
  let before = SPACE;
  let highest = 0;
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    const kind = kindOf(code);
    if (kind !== LETTER && (kind !== SPACE || before === SPACE)) return false;
    before = kind;
    if (code > highest) highest = code;
  }
  return before !== SPACE && isInUsualCase(name) && !isLegacy(name, highest);
}

function isInUsualCase(name: string): boolean {
  return !isSmall(name.charCodeAt(0)) && isSmall(name.charCodeAt(1));
}

/** Legacy encodings read as Latin-1 are letters too, but have none above it. */
function isLegacy(name: string, highest: number): boolean {
  return highest >= 0x80 && highest <= 0xff && readLegacy(name) !== undefined;
}

const SMALL = Uint8Array.from(KIND_OF, (kind, code) => {
  const letter = String.fromCharCode(code);
  return kind === LETTER && letter === letter.toLowerCase() ? 1 : 0;
});

function isSmall(code: number): boolean {
  return SMALL[code] === 1;
}

function judgeName(of: Judgement, column: ListColumn, name: string): void {
  if (isPlainName(name)) return;
  const fault = nameFault(name);
  if (fault !== undefined) found(of, column, fault);
}

/** Ê Đê, Gia Rai and other names have apostrophes and marks that no letter is composed with. */
const NAME = new RegExp(`^[${LETTERS}][${LETTERS}\\p{M}'’ʼ. -]*$`, 'u');
const NAME_SPACING = /^\s|\s$|\s\s|[^\S ]/;

function nameFault(name: string): RuleCode | undefined {
  const kinds = kindsOf(name);
  if (kinds >= LINE_BREAK) return faultOfKinds(kinds);
  if (name.trim() === '') return 'NAME_MISSING';
  if (FORMULA.test(name)) return 'FORMULA_TEXT_IN_NAME';
  if (NAME_SPACING.test(name)) return 'NAME_SPACES';
  if (/[Ðð]/.test(name)) return 'NAME_ETH';
  if (name !== name.normalize('NFC')) return 'NAME_NFD';
  if (name.length > NAME_CHARACTERS) return 'NAME_TOO_LONG';
  return NAME.test(name) ? writingFault(name) : (legacyFault(name) ?? 'NAME_NOT_A_NAME');
}

/** Whether a holder can be compared with a name: one that is itself at fault says nothing. */
function isComparable(name: string): boolean {
  const fault = nameFault(name);
  return fault === undefined || fault === 'NAME_CASE';
}

/** A right name that is only written in another way. */
function writingFault(name: string): RuleCode | undefined {
  return legacyFault(name) ?? (inTitleCase(name) === name ? undefined : 'NAME_CASE');
}

function legacyFault(name: string): RuleCode | undefined {
  const legacy = readLegacy(name);
  return legacy === undefined ? undefined : legacyCode(legacy);
}

// --- Days and months

const NOT_A_DATE = -1;
const NO_SUCH_DAY = -2;

/** 2026-11-30 as 20261130; NOT_A_DATE or NO_SUCH_DAY. */
function dayNumber(text: string): number {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return NOT_A_DATE;
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 7);
  const day = digitsAt(text, 8, 10);
  if (Math.min(year, month, day) < 0) return NOT_A_DATE;
  if (month < 1 || month > 12 || day < 1 || (day > 28 && !isPlainDate(text))) return NO_SUCH_DAY;
  return year * 10_000 + month * 100 + day;
}

/** A birth date as dayNumber has it, or 19780000 for a year alone. */
function bornNumber(text: string): number {
  if (text.length !== 4) return dayNumber(text);
  const year = digitsAt(text, 0, 4);
  return year < 0 ? NOT_A_DATE : year * 10_000;
}

/** The number that the digits of a text between two places make, or -1. */
function digitsAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function earliestDay(born: number): number {
  return born % 10_000 === 0 ? born + 101 : born;
}

function latestDay(born: number): number {
  return born % 10_000 === 0 ? born + 1231 : born;
}

function completedYears(born: number, day: number): number {
  return Math.floor((day - born) / 10_000);
}

function judgeBirth(of: Judgement, born: number): void {
  const fault = birthFault(of, born);
  if (fault === undefined) return;
  found(of, 'birth_date', fault);
  // What follows from a wrong birth date would only hide it from the clerk.
  of.born = 0;
}

function birthFault({ row, firstDay, lastDay }: Judgement, born: number): RuleCode | undefined {
  if (row.birth_date === '') return 'BIRTH_DATE_MISSING';
  if (born === NOT_A_DATE) return 'DATE_FORMAT';
  if (born === NO_SUCH_DAY) return 'DATE_IMPOSSIBLE';
  if (earliestDay(born) > lastDay) return 'BIRTH_DATE_FUTURE';
  return completedYears(latestDay(born), firstDay) > 120 ? 'BIRTH_DATE_IMPLAUSIBLE' : undefined;
}

// --- The person

/**
 * The 63 codes of the place of birth registration. They stay as they are in numbers given before
 * the provinces were joined on 2025-07-01.
 */
const BIRTH_PLACES: ReadonlySet<string> = new Set(
  (
    '001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 ' +
    '036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 ' +
    '074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096'
  ).split(' '),
);

function judgePerson(of: Judgement): void {
  const { row } = of;
  judgeName(of, 'full_name', row.full_name);
  if (!isSex(row.sex)) found(of, 'sex', row.sex === '' ? 'SEX_MISSING' : 'SEX_SPELLING');
  if (row.phone !== '' && !isPhone(row.phone)) found(of, 'phone', 'PHONE_INVALID');
  judgeCitizenNumber(of);
}

function isSex(text: string): text is Sex {
  return text === 'male' || text === 'female';
}

function judgeCitizenNumber(of: Judgement): void {
  const { row, born } = of;
  const number = readCitizenNumber(row.citizen_id);
  if (number === undefined) {
    found(of, 'citizen_id', citizenNumberFault(row, born));
    return;
  }
  if (isSex(row.sex) && number.sex !== row.sex) found(of, 'citizen_id', 'CITIZEN_ID_SEX_MISMATCH');
  if (born !== 0 && number.birthYear !== Math.floor(born / 10_000)) {
    found(of, 'citizen_id', 'CITIZEN_ID_BIRTH_YEAR_MISMATCH');
  }
  if (!BIRTH_PLACES.has(number.placeCode)) {
    found(of, 'citizen_id', 'CITIZEN_ID_PLACE_UNKNOWN');
  }
}

function isPhone(text: string): boolean {
  return text.startsWith('0') && isDigits(text, 10, 10);
}

function isDigits(text: string, min: number, max: number): boolean {
  if (text.length < min || text.length > max) return false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Says why a text is not a citizen number. */
function citizenNumberFault(row: NamedRow, born: number): RuleCode {
  const text = row.citizen_id;
  if (isDigits(text, 9, 9)) return 'CITIZEN_ID_CMND9';
  if (isDigits(text, 10, 11)) {
    const padded = readCitizenNumber(text.padStart(12, '0'));
    const agrees = padded?.sex === row.sex && padded.birthYear === Math.floor(born / 10_000);
    return agrees ? 'CITIZEN_ID_LEADING_ZERO_LOST' : 'CITIZEN_ID_LENGTH';
  }
  return numberFault('CITIZEN_ID', text);
}

/** Says why a text is not the number that it should be. */
function numberFault(of: 'CITIZEN_ID' | 'ACCOUNT', text: string): RuleCode {
  const kinds = kindsOf(text);
  if (kinds >= LINE_BREAK) return faultOfKinds(kinds);
  if (!/[\d０-９]/.test(text)) return `${of}_MISSING`;
  if (/^\d+(?:[.,]\d+)?e\+?\d+$/i.test(text)) return `${of}_SCIENTIFIC`;
  if (/[０-９]/.test(text)) return 'FULL_WIDTH_DIGITS';
  if (/^['’‘`]/.test(text)) return 'TEXT_APOSTROPHE';
  if (/^\d[\d\s.-]*\d$/.test(text) && /\D/.test(text)) return `${of}_SEPARATORS`;
  return /^[\dOolI]+$/.test(text) && /\D/.test(text) ? `${of}_LETTER_O` : `${of}_LENGTH`;
}

// --- Decision and ground

function judgeDecision(of: Judgement): void {
  const { row, born } = of;
  if (row.decision_no.trim() === '') found(of, 'decision_no', 'DECISION_NO_MISSING');

  const decided = dayNumber(row.decision_date);
  if (decided === NOT_A_DATE) found(of, 'decision_date', 'DATE_FORMAT');
  else if (decided === NO_SUCH_DAY) found(of, 'decision_date', 'DATE_IMPOSSIBLE');
  else if (decided > of.lastDay) found(of, 'decision_date', 'DECISION_DATE_AFTER_PERIOD');
  else if (born !== 0 && decided < earliestDay(born)) {
    found(of, 'decision_date', 'DECISION_BEFORE_BIRTH');
  }
}

/** Of the programmes that pay by ground: all but unemployment. */
function judgeGround(of: Judgement): void {
  const { row, context } = of;
  if (ofUnemployment(row) !== '') judgeEmpty(of, UNEMPLOYMENT_COLUMNS);
  if (!isPeriod(row.entitled_from)) found(of, 'entitled_from', 'MONTH_FORMAT');
  else if (row.entitled_from > context.period) {
    found(of, 'entitled_from', 'ENTITLED_FROM_AFTER_PERIOD');
  }
  const ground = context.grounds.get(row.ground_code);
  if (ground?.programme !== row.programme) {
    // A programme that does not exist has no grounds, and that is told already.
    if (isMonthly(row.programme)) found(of, 'ground_code', 'GROUND_UNKNOWN');
    return;
  }
  if (!ageFits(of, ground)) found(of, 'ground_code', 'GROUND_AGE_MISMATCH');
  judgeCoefficient(of, ground);
}

/**
 * Whether the person is of an age of the ground on any day of the period. Where only the year of
 * birth is known any day of it may be the birthday: the amount is argued later, with its article.
 */
function ageFits({ born, firstDay, lastDay }: Judgement, ground: GroundFacts): boolean {
  const { ageFrom, ageUntil } = ground;
  if (born === 0 || (ageFrom === null && ageUntil === null)) return true;
  const youngest = completedYears(latestDay(born), firstDay);
  const oldest = completedYears(earliestDay(born), lastDay);
  const from = ageFrom ?? 0;
  const until = ageUntil ?? Infinity;
  return ground.outsideAges
    ? youngest < from || oldest >= until
    : oldest >= from && youngest < until;
}

function judgeCoefficient(of: Judgement, ground: GroundFacts): void {
  const { row } = of;
  let due = thousandths(ground.coefficient);
  if (ground.perDependant) {
    // Decree 20/2021/ND-CP art. 6(1): a poor single parent has the coefficient for each child.
    const children = isDigits(row.dependants, 1, 2) ? Number(row.dependants) : 0;
    if (children === 0) {
      found(of, 'dependants', 'COEFFICIENT_MISMATCH');
      return;
    }
    due *= children;
  } else if (row.dependants !== '') {
    found(of, 'dependants', 'FIELD_NOT_OF_PROGRAMME');
  }
  if (thousandths(row.coefficient) === due) return;
  const hasComma = /^\d+,\d+$/.test(row.coefficient);
  found(of, 'coefficient', hasComma ? 'DECIMAL_COMMA' : 'COEFFICIENT_MISMATCH');
}

const THOUSANDTHS: readonly number[] = [1000, 100, 10, 1];

/** A decimal text of at most three decimals as whole thousandths, or -1. */
function thousandths(text: string): number {
  const point = text.indexOf('.');
  const end = point === -1 ? text.length : point;
  const decimals = point === -1 ? 0 : text.length - point - 1;
  if (end < 1 || end > 3 || decimals > 3 || end === text.length - 1) return -1;
  const whole = digitsAt(text, 0, end);
  const fraction = digitsAt(text, end + 1, text.length);
  return Math.min(whole, fraction) < 0
    ? -1
    : whole * 1000 + fraction * (THOUSANDTHS[decimals] ?? 0);
}

/** Empty when all that only unemployment has is empty: one comparison for a clean row. */
function ofUnemployment(row: NamedRow): string {
  const { contributed_months, average_salary_vnd, wage_region, last_contributed_month } = row;
  const contribution = contributed_months + average_salary_vnd + wage_region;
  const benefit = row.benefit_from + row.benefit_month_no + row.benefit_month_count;
  return contribution + last_contributed_month + benefit;
}

function judgeEmpty(of: Judgement, columns: readonly ListColumn[]): void {
  for (const column of columns) {
    if (of.row[column] !== '') found(of, column, 'FIELD_NOT_OF_PROGRAMME');
  }
}

// --- Amounts

/** No amount of a person has more digits: 999 billion dong. */
const AMOUNT_DIGITS = 12;

function judgeAmounts(of: Judgement): void {
  const { monthly_amount_vnd: monthly, arrears_vnd: arrears, total_vnd: total } = of.row;
  const monthlyFault = amountFault(monthly);
  const arrearsFault = arrears === '0' ? undefined : amountFault(arrears);
  const totalFault = amountFault(total);
  if (monthlyFault !== undefined) found(of, 'monthly_amount_vnd', monthlyFault);
  if (arrearsFault !== undefined) found(of, 'arrears_vnd', arrearsFault);
  if (totalFault !== undefined) found(of, 'total_vnd', totalFault);
  if (monthlyFault ?? arrearsFault ?? totalFault) return;
  if (!isSum(monthly, arrears, total)) found(of, 'total_vnd', 'AMOUNT_SUM_MISMATCH');
}

function amountFault(text: string): RuleCode | undefined {
  if (isDigits(text, 1, AMOUNT_DIGITS)) {
    if (text.charCodeAt(0) !== 48) return undefined;
    return /[1-9]/.test(text) ? 'AMOUNT_TEXT' : 'AMOUNT_INVALID';
  }
  const isWritten = /^\d{1,3}(?:[., \u00A0]?\d{3})*\s*(?:đ|đồng|vnd|vnđ)?$/i.test(text);
  return isWritten && !isDigits(text, 1, Infinity) ? 'AMOUNT_TEXT' : 'AMOUNT_INVALID';
}

/** Adds as on paper, digit by digit: exact, and without three bigints for every row. */
function isSum(first: string, second: string, total: string): boolean {
  let carry = 0;
  const places = Math.max(first.length, second.length, total.length) + 1;
  for (let place = 1; place <= places; place += 1) {
    const sum = digitFromRight(first, place) + digitFromRight(second, place) + carry;
    if (sum % 10 !== digitFromRight(total, place)) return false;
    carry = sum > 9 ? 1 : 0;
  }
  return carry === 0;
}

function digitFromRight(text: string, place: number): number {
  return place > text.length ? 0 : text.charCodeAt(text.length - place) - 48;
}

// --- Who receives, and where

function judgeGuardian(of: Judgement): void {
  const { row, born } = of;
  const { guardian_name: name, guardian_citizen_id: citizenId } = row;
  if (name === '' && citizenId === '' && row.guardian_relation === '') {
    // Law 102/2016/QH13 art. 1: a child is under 16. Where the year alone is known, who may still be
    // a child counts as one.
    if (born !== 0 && completedYears(latestDay(born), of.firstDay) < 16) {
      found(of, 'guardian_name', 'GUARDIAN_MISSING');
    }
    return;
  }
  judgeName(of, 'guardian_name', name);
  const number = readCitizenNumber(citizenId);
  if (number === undefined) {
    found(of, 'guardian_citizen_id', 'GUARDIAN_ID_INVALID');
  } else if (citizenId === row.citizen_id) {
    found(of, 'guardian_citizen_id', 'GUARDIAN_IS_RECIPIENT');
  } else if (Math.floor(of.firstDay / 10_000) - number.birthYear < 18) {
    // The number has the year only: who turns 18 in this year gets the benefit of the doubt.
    found(of, 'guardian_citizen_id', 'GUARDIAN_UNDER_AGE');
  }
}

function judgeChannel(of: Judgement): void {
  const { row } = of;
  if (row.channel === 'account') {
    judgeAccount(of);
  } else if (row.channel === 'cash_post') {
    const account = row.bank_bin + row.bank_name + row.account_number + row.account_holder;
    if (account !== '') found(of, 'account_number', 'ACCOUNT_ON_CASH_CHANNEL');
  } else {
    found(of, 'channel', row.channel === '' ? 'CHANNEL_MISSING' : 'CHANNEL_UNKNOWN');
  }
}

function judgeAccount(of: Judgement): void {
  const { row, context } = of;
  if (!context.bankBins.has(row.bank_bin)) found(of, 'bank_bin', bankFault(row));
  if (!isDigits(row.account_number, 6, 19)) {
    found(of, 'account_number', numberFault('ACCOUNT', row.account_number));
  }
  const fault = holderFault(row);
  if (fault !== undefined) found(of, 'account_holder', fault);
}

function bankFault(row: NamedRow): RuleCode {
  if (foldName(row.bank_name).includes('KHO BAC')) return 'BANK_NOT_A_PAYEE_BANK';
  return row.bank_bin === '' ? 'BANK_MISSING' : 'BANK_UNKNOWN';
}

/** As banks write holders, companies and joint accounts included. */
const HOLDER = /^[A-Z0-9](?:[A-Z0-9.,&'()/-]| (?! )){0,98}[A-Z0-9.)]?$/;

function holderFault(row: NamedRow): RuleCode | undefined {
  const holder = row.account_holder;
  if (holder === '') return 'ACCOUNT_HOLDER_MISSING';
  if (isFolded(row.full_name, holder)) return undefined;
  if (row.guardian_name !== '' && isFolded(row.guardian_name, holder)) return undefined;
  if (HOLDER.test(holder)) {
    // A name that is itself at fault is nothing to compare with.
    return isComparable(row.full_name) ? 'ACCOUNT_HOLDER_DIFFERS' : undefined;
  }

  const kinds = kindsOf(holder);
  if (kinds >= LINE_BREAK) return faultOfKinds(kinds);
  if (FORMULA.test(holder)) return 'FORMULA_TEXT_IN_NAME';
  return holder.length > NAME_CHARACTERS ? 'NAME_TOO_LONG' : 'ACCOUNT_HOLDER_SPELLING';
}

/** What foldName makes of a character, or 0 where that is not one character. */
const FOLDED = Uint16Array.from(KIND_OF, (kind, code) => {
  const folded = kind === LETTER ? foldName(String.fromCharCode(code)) : '';
  return kind === SPACE ? code : folded.length === 1 ? folded.charCodeAt(0) : 0;
});

/** Whether a holder is a name as foldName writes it. */
function isFolded(name: string, holder: string): boolean {
  for (let i = 0; i < name.length; i += 1) {
    const folded = FOLDED[name.charCodeAt(i)] ?? 0;
    if (folded === 0) return foldName(name) === holder;
    if (folded !== holder.charCodeAt(i)) return false;
  }
  return name.length === holder.length;
}

function isCompleteAccount(row: NamedRow, context: JudgeContext): boolean {
  return (
    context.bankBins.has(row.bank_bin) &&
    isDigits(row.account_number, 6, 19) &&
    (row.account_holder === '' || HOLDER.test(row.account_holder))
  );
}

// --- Unemployment

const UNEMPLOYMENT_COLUMNS: readonly ListColumn[] = [
  'contributed_months',
  'average_salary_vnd',
  'wage_region',
  'last_contributed_month',
  'benefit_from',
  'benefit_month_no',
  'benefit_month_count',
];
const GROUND_COLUMNS: readonly ListColumn[] = [
  'ground_code',
  'coefficient',
  'dependants',
  'entitled_from',
];
const WAGE_REGIONS: ReadonlySet<string> = new Set(['I', 'II', 'III', 'IV']);

function judgeUnemployment(of: Judgement): void {
  const { row } = of;
  judgeEmpty(of, GROUND_COLUMNS);
  const salaryFault = amountFault(row.average_salary_vnd);
  if (salaryFault !== undefined) found(of, 'average_salary_vnd', salaryFault);
  if (!WAGE_REGIONS.has(row.wage_region)) found(of, 'wage_region', 'UI_REGION_UNKNOWN');

  const lastMonth = isPeriod(row.last_contributed_month) ? row.last_contributed_month : undefined;
  if (lastMonth === undefined) found(of, 'last_contributed_month', 'MONTH_FORMAT');
  const start = dayNumber(row.benefit_from);
  if (start === NOT_A_DATE) found(of, 'benefit_from', 'DATE_FORMAT');
  else if (start === NO_SUCH_DAY) found(of, 'benefit_from', 'DATE_IMPOSSIBLE');
  else if (start > of.lastDay) found(of, 'benefit_from', 'UI_NOT_STARTED');
  else if (lastMonth !== undefined && lastMonth > row.benefit_from.slice(0, 7)) {
    found(of, 'last_contributed_month', 'UI_LAST_MONTH_AFTER_START');
  }
  judgeTerm(of);
}

function judgeTerm(of: Judgement): void {
  const { row } = of;
  const contributed = wholeNumber(row.contributed_months);
  const monthNo = wholeNumber(row.benefit_month_no);
  const monthCount = wholeNumber(row.benefit_month_count);
  if (monthNo < 1) found(of, 'benefit_month_no', 'NUMBER_INVALID');
  if (monthCount < 1) found(of, 'benefit_month_count', 'NUMBER_INVALID');
  if (contributed < 12) {
    found(of, 'contributed_months', contributed < 0 ? 'NUMBER_INVALID' : 'UI_TOO_FEW_MONTHS');
    return;
  }
  const due = monthsDue(contributed);
  if (monthNo > due) found(of, 'benefit_month_no', 'UI_TERM_OVER');
  if (monthCount > 0 && monthCount !== due) found(of, 'benefit_month_count', 'UI_TERM_DIFFERS');
}

/**
 * Law 74/2025/QH15 art. 39: 12 to 36 contributed months give three months of benefit, each full
 * twelve more give one more, and twelve are the most.
 */
function monthsDue(contributed: number): number {
  return Math.min(12, 3 + Math.max(0, Math.floor((contributed - 36) / 12)));
}

/** A whole number up to 999, or -1. */
function wholeNumber(text: string): number {
  return isDigits(text, 1, 3) ? digitsAt(text, 0, text.length) : -1;
}

// --- Notes

const MARKUP = /<\/?[a-z!]|<\?|--|\/\*|;\s*(?:drop|delete|insert|update|alter)\s|javascript:/i;
const MOVED =
  /(?<!\p{L})(?:chuyển|dọn|dời)\s+(?:đi|khỏi|hộ\s+khẩu|nơi\s+cư\s+trú|chỗ\s+ở)(?!\p{L})/iu;

/** Words for a death. "Mất" alone is also "lost", and says a death only with a day behind it. */
const DEATH =
  /(?<!\p{L})(?:chết|đã\s+mất|từ\s+trần|qua\s+đời|tử\s+vong|mất\s+(?:ngày\s+|tháng\s+)?(?=\d))(?!\p{L})/iu;
/** Whoever died then is someone of the family, such as the husband of a single parent. */
const RELATIVE =
  /(?<!\p{L})(?:chồng|vợ|cha|bố|ba|mẹ|má|con|ông|bà|anh|chị|em|cháu|người\s+(?:giám\s+hộ|nhận\s+thay))(?!\p{L})/iu;
const DAY_OF_DEATH = /(?<!\d)(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})(?!\d)/;

function judgeNote(of: Judgement): void {
  const note = of.row.note.normalize('NFC');
  if (FORMULA.test(note)) found(of, 'note', 'FORMULA_TEXT_IN_NOTE');
  if (MARKUP.test(note)) found(of, 'note', 'MARKUP_IN_NOTE');
  if (MOVED.test(note)) found(of, 'note', 'NOTE_SAYS_MOVED');

  const death = DEATH.exec(note);
  if (death !== null) {
    const before = note.slice(0, death.index);
    const after = note.slice(death.index + death[0].length);
    found(of, 'note', deathFinding(of, before, after));
  }
}

/**
 * Decree 20/2021/ND-CP art. 8(2): payment stops from the month after the month of death, so that a
 * death inside the period changes nothing yet.
 */
function deathFinding(of: Judgement, before: string, after: string): RuleCode {
  const date = DAY_OF_DEATH.exec(after);
  if (date === null || RELATIVE.test(before)) return 'NOTE_MENTIONS_DEATH';
  const [, day = '1', month = '', year = ''] = date;
  const diedOn = dayNumber(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  if (diedOn < 0 || diedOn > of.lastDay) return 'NOTE_MENTIONS_DEATH';
  return diedOn < of.firstDay ? 'NOTE_SAYS_DECEASED' : 'NOTE_SAYS_DECEASED_IN_PERIOD';
}
