import { readCitizenNumber, type Sex } from '../kernel/citizen-number.ts';
import { isProgramme, type Programme } from '../kernel/reference.ts';
import { foldName } from '../kernel/text.ts';
import type { BankNames } from './bank-names.ts';
import { channelOf } from './channel-words.ts';
import type { CommuneNames } from './commune-names.ts';
import type { RuleCode } from './findings.ts';
import type { ColumnEncodings, LegacyEncoding } from './legacy-text.ts';
import { mendDate, mendMonth, type DateStyle } from './mend-date.ts';
import {
  mendAccount,
  mendAmount,
  mendCitizenNumber,
  mendCoefficient,
  mendCount,
  mendPhone,
  mendRegion,
} from './mend-number.ts';
import { mendLine, mendName, mendNote, mendWord, type Mended } from './mend-text.ts';
import { LIST_COLUMNS, type ListColumn } from './recipient-list.ts';
import type { JudgeContext, RowFinding } from './row-rules.ts';
import { textOf, type SourceCell } from './source-cell.ts';

// A row as an office wrote it, turned into the canonical one. Each repair is a rule that says what
// was wrong, and a value that no rule repairs is handed on as it stands, to be refused by
// row-rules.ts: nothing is guessed.

/** What rows are repaired by: the list they stand in, its names of communes and banks. */
export interface MendContext extends JudgeContext {
  readonly style: DateStyle;
  /** The programme of the sheet; null where each row names its own. */
  readonly programme: Programme | null;
  readonly communeNames: CommuneNames;
  readonly bankNames: BankNames;
  /** In what each column of texts is written, where that is none of today's. */
  readonly encodings: ColumnEncodings;
}

/** The cells of a row by the field that their column is for; a field without a column is left out. */
export type RowCells = Partial<Record<ListColumn | SexedBirth, SourceCell>>;

/** Two columns of birth dates, of which the one that is filled says the sex. */
export type SexedBirth = 'birth_date_male' | 'birth_date_female';

export interface MendedRow {
  /** In the order of LIST_COLUMNS. */
  readonly values: readonly string[];
  readonly findings: readonly RowFinding[];
}

interface Mending {
  readonly cells: RowCells;
  readonly context: MendContext;
  readonly values: Record<ListColumn, string>;
  readonly findings: RowFinding[];
}

/** Repairs what can be repaired in a row, and says what was. */
export function mendRow(cells: RowCells, context: MendContext): MendedRow {
  const values = Object.fromEntries(LIST_COLUMNS.map((column) => [column, ''])) as Record<
    ListColumn,
    string
  >;
  const of: Mending = { cells, context, values, findings: [] };
  mendList(of);
  mendTexts(of);
  mendPerson(of);
  mendPlace(of);
  mendEntitlement(of);
  mendMoney(of);
  mendPayee(of);
  noteCells(of);
  return { values: LIST_COLUMNS.map((column) => values[column]), findings: of.findings };
}

function take(of: Mending, column: ListColumn, { value, codes }: Mended): void {
  of.values[column] = value;
  for (const code of codes) found(of, column, code);
}

function found(of: Mending, column: ListColumn, code: RuleCode): void {
  if (of.findings.some((known) => known.column === column && known.code === code)) return;
  of.findings.push({ column, code });
}

/** The cell of a field; what has no value to read, such as #REF!, is told of by noteCells(). */
function cell(of: Mending, column: ListColumn | SexedBirth): SourceCell {
  const value = of.cells[column] ?? '';
  if (typeof value === 'string') return value;
  return value.kind === 'error' || value.kind === 'unevaluated' ? '' : value;
}

function text(of: Mending, column: ListColumn): string {
  return textOf(cell(of, column));
}

/** The text of a column, repaired as what it is: a name, a line, a note, a word. */
function mended(
  of: Mending,
  column: ListColumn,
  mend: (text: string, expected?: LegacyEncoding) => Mended,
): Mended {
  return mend(text(of, column), of.context.encodings.get(column));
}

/** The word of a choice. That it was repaired is told where the choice is understood. */
function word(of: Mending, column: ListColumn): string {
  const { value, codes } = mended(of, column, mendWord);
  for (const code of codes) found(of, column, code);
  return value.normalize('NFC');
}

// --- The list that the row stands in

const PROGRAMME_SPELLINGS: Readonly<Record<string, Programme>> = {
  TGXH: 'social_assistance',
  BTXH: 'social_assistance',
  'TRO GIUP XA HOI': 'social_assistance',
  'TRO GIUP XA HOI HANG THANG': 'social_assistance',
  'TRO CAP XA HOI': 'social_assistance',
  'BAO TRO XA HOI': 'social_assistance',
  HTXH: 'social_pension',
  TCHTXH: 'social_pension',
  'HUU TRI XA HOI': 'social_pension',
  'TRO CAP HUU TRI XA HOI': 'social_pension',
  TCTN: 'unemployment',
  'TRO CAP THAT NGHIEP': 'unemployment',
  NCC: 'merit',
  'NGUOI CO CONG': 'merit',
  'UU DAI NGUOI CO CONG': 'merit',
};

/** The programme that a short form, the words of a sheet, or a canonical name mean. */
function programmeOf(name: string): Programme | undefined {
  const bare = name.trim();
  return isProgramme(bare) ? bare : PROGRAMME_SPELLINGS[foldName(bare)];
}

function mendList(of: Mending): void {
  const { context, values } = of;
  values.enrolment_ref = text(of, 'enrolment_ref').normalize('NFC').trim();
  values.period = 'period' in of.cells ? mendMonth(cell(of, 'period'), context.style).value : '';
  if (values.period === '' && context.style === 'sheet') values.period = context.period;
  const named = word(of, 'programme').trim();
  values.programme = programmeOf(named) ?? (named === '' ? (context.programme ?? '') : named);
  const province = text(of, 'province_code').trim();
  values.province_code =
    province === '' && context.style === 'sheet' ? context.provinceCode : province;
}

// --- Texts

const LINES: readonly ListColumn[] = ['hamlet', 'decision_no', 'guardian_relation'];

function mendTexts(of: Mending): void {
  for (const column of LINES) take(of, column, mended(of, column, mendLine));
  take(of, 'note', mended(of, 'note', mendNote));
  take(of, 'full_name', mended(of, 'full_name', mendName));
  take(of, 'guardian_name', mended(of, 'guardian_name', mendName));
}

// --- The person

const SEXES: Readonly<Record<string, Sex>> = {
  NAM: 'male',
  MALE: 'male',
  M: 'male',
  TRAI: 'male',
  'NAM GIOI': 'male',
  NU: 'female',
  FEMALE: 'female',
  F: 'female',
  GAI: 'female',
  'NU GIOI': 'female',
};
const RIGHT_SEX = {
  canonical: { male: 'male', female: 'female' },
  sheet: { male: 'Nam', female: 'Nữ' },
};

function mendPerson(of: Mending): void {
  const { values, context } = of;
  const listed = bornCell(of);
  mendSex(of, listed.sex);
  // The number is read for the century of the date, and the date for the missing zeros of the number.
  const stated = readCitizenNumber(mendCitizenNumber(cell(of, 'citizen_id'), NOTHING_SAID).value);
  const lastYear = Number(context.period.slice(0, 4));
  const reading = { style: context.style, birthYear: stated?.birthYear ?? null, lastYear };
  take(of, 'birth_date', mendDate(listed.cell, reading));
  const year = /^\d{4}/.exec(values.birth_date);
  const said = {
    sex: isSex(values.sex) ? values.sex : null,
    birthYear: year === null ? null : Number(year[0]),
  };
  take(of, 'citizen_id', mendCitizenNumber(cell(of, 'citizen_id'), said));
  const number = readCitizenNumber(values.citizen_id);
  if (values.sex === '' && number !== undefined) {
    take(of, 'sex', { value: number.sex, codes: ['SEX_MISSING'] });
  }
  take(of, 'phone', mendPhone(cell(of, 'phone')));
}

function mendSex(of: Mending, ofColumn: Sex | null): void {
  const written = word(of, 'sex');
  const sex = SEXES[foldName(written)];
  of.values.sex = sex ?? written.trim();
  if (sex !== undefined && written !== RIGHT_SEX[of.context.style][sex]) {
    found(of, 'sex', 'SEX_SPELLING');
  }
  if (written === '' && ofColumn !== null) of.values.sex = ofColumn;
}

const NOTHING_SAID = { sex: null, birthYear: null };

function isSex(value: string): value is Sex {
  return value === 'male' || value === 'female';
}

/** The birth date, with the sex that its column says where there is a column for each. */
function bornCell(of: Mending): { cell: SourceCell; sex: Sex | null } {
  const male = cell(of, 'birth_date_male');
  const female = cell(of, 'birth_date_female');
  const [hasMale, hasFemale] = [textOf(male).trim() !== '', textOf(female).trim() !== ''];
  if (hasMale && !hasFemale) return { cell: male, sex: 'male' };
  if (hasFemale && !hasMale) return { cell: female, sex: 'female' };
  // Both filled say two sexes of one person: neither is believed.
  return { cell: cell(of, 'birth_date'), sex: null };
}

// --- Place, ground, decision

function mendPlace(of: Mending): void {
  const { values, context } = of;
  const named = mended(of, 'commune_name', mendLine);
  take(of, 'commune_name', named);
  values.commune_code = text(of, 'commune_code').trim();
  if (values.commune_code !== '' || named.value === '') return;
  const reading = context.communeNames.read(named.value);
  if (reading.finding !== null) found(of, 'commune_name', reading.finding);
  if ('code' in reading) {
    values.commune_code = reading.code;
    values.commune_name = reading.name;
  }
}

/** k6-n for K6_N: the same letters and digits, as a person types them. */
function mendGround(of: Mending): void {
  const written = text(of, 'ground_code').trim();
  const code = written.toUpperCase().replace(/[\s.\-–]+/g, '_');
  const isSpelling = !of.context.grounds.has(written) && of.context.grounds.has(code);
  if (isSpelling) take(of, 'ground_code', { value: code, codes: ['GROUND_SPELLING'] });
  else of.values.ground_code = written;
}

function mendEntitlement(of: Mending): void {
  const { values, context } = of;
  const { style } = context;
  const reading = { style, birthYear: null, lastYear: Number(context.period.slice(0, 4)) };
  mendGround(of);
  take(of, 'dependants', mendCount(cell(of, 'dependants')));
  take(of, 'coefficient', mendCoefficient(cell(of, 'coefficient')));
  take(of, 'decision_date', mendDate(cell(of, 'decision_date'), reading));
  take(of, 'entitled_from', mendMonth(cell(of, 'entitled_from'), style));
  if (values.programme !== 'unemployment') return;
  take(of, 'contributed_months', mendCount(cell(of, 'contributed_months')));
  take(of, 'average_salary_vnd', mendAmount(cell(of, 'average_salary_vnd')));
  take(of, 'wage_region', mendRegion(cell(of, 'wage_region')));
  take(of, 'last_contributed_month', mendMonth(cell(of, 'last_contributed_month'), style));
  take(of, 'benefit_from', mendDate(cell(of, 'benefit_from'), reading));
  take(of, 'benefit_month_no', mendCount(cell(of, 'benefit_month_no')));
  take(of, 'benefit_month_count', mendCount(cell(of, 'benefit_month_count')));
}

// --- Money

function mendMoney(of: Mending): void {
  const { values, cells, context } = of;
  take(of, 'monthly_amount_vnd', mendAmount(cell(of, 'monthly_amount_vnd')));
  take(of, 'arrears_vnd', mendAmount(cell(of, 'arrears_vnd')));
  take(of, 'total_vnd', mendAmount(cell(of, 'total_vnd')));
  if (context.style === 'canonical') return;
  if (/^(?:-|–)?$/.test(values.arrears_vnd)) values.arrears_vnd = '0';
  // A list without a column of totals or arrears says them by the other one.
  if (!('total_vnd' in cells) && values.arrears_vnd === '0') {
    values.total_vnd = values.monthly_amount_vnd;
  }
}

// --- Who receives, and where

const ACCOUNT = 'Tài khoản';
const CASH = 'Tiền mặt tại bưu điện';
const RIGHT_CHANNEL = {
  canonical: { account: 'account', cash_post: 'cash_post' },
  sheet: { account: ACCOUNT, cash_post: CASH },
};

function mendPayee(of: Mending): void {
  const { values, context } = of;
  take(of, 'account_number', mendAccount(cell(of, 'account_number')));
  mendBank(of);
  mendHolder(of);
  const written = word(of, 'channel');
  const channel = channelOf(written);
  values.channel = channel ?? written.trim();
  if (channel !== undefined && written !== RIGHT_CHANNEL[context.style][channel]) {
    found(of, 'channel', 'CHANNEL_SPELLING');
  }
  const hasAccount = values.account_number !== '' && values.bank_bin !== '';
  if (values.channel === '' && hasAccount) {
    take(of, 'channel', { value: 'account', codes: ['CHANNEL_MISSING'] });
  }
  values.guardian_citizen_id = mendCitizenNumber(
    cell(of, 'guardian_citizen_id'),
    NOTHING_SAID,
  ).value;
}

function mendBank(of: Mending): void {
  const { values, context } = of;
  values.bank_bin = text(of, 'bank_bin').trim();
  const named = mended(of, 'bank_name', mendLine);
  take(of, 'bank_name', named);
  if (named.value === '' || context.bankBins.has(values.bank_bin)) return;
  const reading = context.bankNames.read(named.value);
  if (reading.code !== null) found(of, 'bank_name', reading.code);
  if ('bin' in reading) {
    values.bank_bin = reading.bin;
    values.bank_name = reading.name;
  }
}

/** Upper case without accents, as banks keep it. */
function mendHolder(of: Mending): void {
  const named = mended(of, 'account_holder', mendLine);
  take(of, 'account_holder', named);
  const folded = foldName(named.value);
  if (folded === named.value || !/^[A-Z]/.test(folded)) return;
  take(of, 'account_holder', { value: folded, codes: ['ACCOUNT_HOLDER_SPELLING'] });
}

// --- What a cell is, whatever it says

/** What is told of a cell for being a formula, an error, or part of a merge. */
function noteCells(of: Mending): void {
  for (const [field, source] of Object.entries(of.cells)) {
    if (typeof source === 'string') continue;
    const column = field.startsWith('birth_date') ? 'birth_date' : (field as ListColumn);
    const code =
      source.kind === 'error'
        ? 'CELL_ERROR_VALUE'
        : source.kind === 'unevaluated'
          ? 'FORMULA_NO_VALUE'
          : source.isFormula
            ? 'FORMULA_CELL'
            : MERGED_CODES[source.merged ?? 'none'];
    if (code !== null) found(of, column, code);
  }
}

const MERGED_CODES = { down: 'MERGED_DOWN', identity: 'MERGED_IDENTITY', none: null } as const;
