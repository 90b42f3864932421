import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { FINDINGS, SKIPS, type RuleCode } from '../../src/intake/findings.ts';
import { LIST_COLUMNS, type ListColumn, type ListRecord } from '../../src/intake/recipient-list.ts';
import {
  judgeRow,
  type GroundFacts,
  type JudgeContext,
  type RowVerdict,
} from '../../src/intake/row-rules.ts';
import { period } from '../../src/kernel/period.ts';
import { isProgramme, type ONCE_PROGRAMMES, type Programme } from '../../src/kernel/reference.ts';

const LISTS = new URL('../fixtures/lists/', import.meta.url);

// Code, programme, coefficient, ages; ~ before the ages turns them inside out, * is per dependant.
const GROUNDS = `
  K1_U4          social_assistance  2.5    -4
  K1_4P          social_assistance  1.5    4-16
  K2             social_assistance  1.5    16-23
  K3_U4          social_assistance  2.5    -4
  K3_4_16        social_assistance  2      4-16
  K4             social_assistance  *1     -
  K5A_60         social_assistance  1.5    60-80
  K5A_80         social_assistance  2.000  80-
  K5D            social_assistance  3      -
  K6_DBN         social_assistance  2      16-60
  K6_DBN_TE_NCT  social_assistance  2.500  ~16-60
  K6_N           social_assistance  1.500  16-60
  K6_N_TE_NCT    social_assistance  2      ~16-60
  K7             social_assistance  1.5    -3
  K8             social_assistance  1.5    -
  SP_75          social_pension     1.000  75-
  SP_70_POOR     social_pension     1      70-75
  NCC_TNLS_1     merit              1      -
  NCC_TNLS_2     merit              2      -
  NCC_TUAT_ND    merit              0.8    -
  NCC_TAIGIA     merit              1      -
  NCC_BMVNAH     merit              3      -
  NCC_CDHH_21    merit              0.76   -
  NCC_CDHH_41    merit              1.270  -
  NCC_CDHH_61    merit              1.78   -
  NCC_CDHH_81    merit              2.28   -
  NCC_CON_61     merit              0.600  -
  NCC_CON_81     merit              1      -
  NCC_TU_DAY     merit              0.6    -
  NCC_TB_100     merit              3.206  -
  C_HH_DBN       care_support       1      -
  INST_4P        institution        4      4-
`;

function groundFacts(programme: string, coefficient: string, ages: string): GroundFacts {
  const [from = '', until = ''] = ages.replace('~', '').split('-');
  if (!isProgramme(programme)) throw new Error(programme);
  return {
    programme,
    coefficient: coefficient.replace('*', ''),
    perDependant: coefficient.startsWith('*'),
    ageFrom: from === '' ? null : Number(from),
    ageUntil: until === '' ? null : Number(until),
    outsideAges: ages.startsWith('~'),
  };
}

const SAMPLE = parse<Record<ListColumn, string>>(
  readFileSync(new URL('danh-sach-2026-11.csv', LISTS)),
  { columns: true },
);

const CONTEXT: JudgeContext = {
  period: period('2026-11'),
  provinceCode: '40',
  communes: new Set(SAMPLE.map((row) => row.commune_code)),
  bankBins: new Set(SAMPLE.map((row) => row.bank_bin).filter((bin) => bin !== '')),
  grounds: new Map(
    GROUNDS.trim()
      .split('\n')
      .map((line) => {
        const [code = '', programme = '', coefficient = '', ages = ''] = line.trim().split(/\s+/);
        return [code, groundFacts(programme, coefficient, ages)];
      }),
  ),
};

type Changes = Partial<Record<ListColumn, string>>;

const COMMON: Changes = {
  enrolment_ref: '40.TGXH.000001',
  period: '2026-11',
  full_name: 'Trần Văn Hải',
  birth_date: '1978-11-30',
  sex: 'male',
  citizen_id: '040078916460',
  province_code: '40',
  commune_code: '16681',
  commune_name: 'Phường Thành Vinh',
  hamlet: 'Xóm 11',
  decision_no: '594/QĐ-UBND',
  decision_date: '2014-10-06',
  entitled_from: '2014-10',
  monthly_amount_vnd: '810000',
  arrears_vnd: '240000',
  total_vnd: '1050000',
  channel: 'account',
  bank_bin: '970436',
  bank_name: 'Vietcombank',
  account_number: '0541001035312',
  account_holder: 'TRAN VAN HAI',
  phone: '0570781968',
};

/** A right row of each programme. */
const RIGHT: Record<Exclude<Programme, (typeof ONCE_PROGRAMMES)[number]>, Changes> = {
  social_assistance: { ...COMMON, ground_code: 'K6_N', coefficient: '1.5' },
  social_pension: {
    ...COMMON,
    birth_date: '1940-02-29',
    citizen_id: '040040916460',
    ground_code: 'SP_75',
    coefficient: '1.0',
  },
  merit: { ...COMMON, ground_code: 'NCC_TB_100', coefficient: '3.206' },
  care_support: { ...COMMON, ground_code: 'C_HH_DBN', coefficient: '1' },
  institution: { ...COMMON, ground_code: 'INST_4P', coefficient: '4' },
  unemployment: {
    ...COMMON,
    entitled_from: '',
    contributed_months: '40',
    average_salary_vnd: '6356220',
    wage_region: 'III',
    last_contributed_month: '2026-07',
    benefit_from: '2026-08-04',
    benefit_month_no: '3',
    benefit_month_count: '3',
  },
};

function judge(programme: keyof typeof RIGHT, changes: Changes): RowVerdict {
  const row: Changes = { ...RIGHT[programme], programme, ...changes };
  return judgeRow(
    LIST_COLUMNS.map((column) => row[column] ?? ''),
    CONTEXT,
  );
}

interface Case {
  readonly changes: Changes;
  readonly expected: string;
  readonly programme: keyof typeof RIGHT;
}

/** A change of a right row and what is found: 'column CODE', several with commas, or nothing. */
function so(
  changes: Changes,
  expected = '',
  programme: keyof typeof RIGHT = 'social_assistance',
): Case {
  return { changes, expected, programme };
}

const cash: Changes = {
  channel: 'cash_post',
  bank_bin: '',
  bank_name: '',
  account_number: '',
  account_holder: '',
};

const born = (date: string, id = date.slice(2, 4)): Changes => ({
  birth_date: date,
  citizen_id: `040${date >= '2000' ? '2' : '0'}${id}916460`,
  decision_date: '2026-10-06',
});

const guardedBy = (guardianCitizenId = '040159889105'): Changes => ({
  guardian_name: 'Trần Thị Kim Bảy',
  guardian_citizen_id: guardianCitizenId,
  guardian_relation: 'Bà nội',
});

const DISABLED_AND_OLD: Changes = { ground_code: 'K6_N_TE_NCT', coefficient: '2' };

/** Each rule with a row just inside and a row just outside of it. */
const RULES: Record<string, Case[]> = {
  'a file number is letters, digits and . _ - /, at most 64': [
    so({ enrolment_ref: `Đ${'7'.repeat(63)}` }),
    so({ enrolment_ref: 'A'.repeat(65) }, 'enrolment_ref ENROLMENT_REF_INVALID'),
    so({ enrolment_ref: '' }, 'enrolment_ref ENROLMENT_REF_INVALID'),
    so({ enrolment_ref: '40 1' }, 'enrolment_ref ENROLMENT_REF_INVALID'),
    so({ enrolment_ref: '=1+1' }, 'enrolment_ref ENROLMENT_REF_INVALID'),
    so({ enrolment_ref: '40.1\u200B' }, 'enrolment_ref ENROLMENT_REF_INVALID'),
  ],
  'the row is of the period and province of the list': [
    so({ period: '2026-10' }, 'period ROW_OTHER_PERIOD'),
    so({ period: '' }, 'period ROW_OTHER_PERIOD'),
    so({ province_code: '38' }, 'province_code PROVINCE_DIFFERS'),
    so({ commune_code: '99999' }, 'commune_code COMMUNE_UNKNOWN'),
    so({ commune_code: '' }, 'commune_code COMMUNE_UNKNOWN'),
  ],
  'the programme is one of four, and nothing follows from one that is not': [
    so({ programme: 'BHYT' }, 'programme PROGRAMME_UNKNOWN'),
    so({ programme: 'toString' }, 'programme PROGRAMME_UNKNOWN'),
    // What is paid once for an event stands on no monthly list.
    so({ programme: 'funeral' }, 'programme PROGRAMME_UNKNOWN'),
  ],
  'a name is letters with single spaces, at most 100 characters': [
    so({ full_name: `Trần ${'Hồng '.repeat(18)}Ngọcc`, ...cash }),
    so({ full_name: `Trần ${'Hồng '.repeat(18)}Ngọccc`, ...cash }, 'full_name NAME_TOO_LONG'),
    so({ full_name: "H'Bia Niê", account_holder: "H'BIA NIE" }),
    so({ full_name: 'Y Ê\u0306ban', ...cash }),
    so({ full_name: '', ...cash }, 'full_name NAME_MISSING'),
    so({ full_name: '  ', ...cash }, 'full_name NAME_MISSING'),
    so({ full_name: ' Trần Văn Hải', ...cash }, 'full_name NAME_SPACES'),
    so({ full_name: 'Trần Văn Hải ', ...cash }, 'full_name NAME_SPACES'),
    so({ full_name: 'Trần  Văn Hải', ...cash }, 'full_name NAME_SPACES'),
    so({ full_name: 'Trần\u00A0Văn Hải' }, 'full_name NAME_SPACES'),
    so({ full_name: 'Trần\nVăn Hải', ...cash }, 'full_name LINE_BREAK_IN_TEXT'),
    so({ full_name: 'Trần Văn Hải'.normalize('NFD') }, 'full_name NAME_NFD'),
    so({ full_name: 'Đậu Ái', account_holder: 'DAU AI' }),
    so({ full_name: '\u00D0ậu Ái', account_holder: 'DAU AI' }, 'full_name NAME_ETH'),
    so({ decision_no: '12/Q\u00D0-UBND' }, 'decision_no NAME_ETH'),
    so({ full_name: 'Trần Văn\u200B Hải', ...cash }, 'full_name ZERO_WIDTH_CHARACTER'),
    so({ full_name: '\uFEFFTrần Văn Hải', ...cash }, 'full_name ZERO_WIDTH_CHARACTER'),
    so({ full_name: 'Trần Văn \u202EiảH', ...cash }, 'full_name BIDI_CONTROL'),
    so({ full_name: 'Trần Văn \u2066iảH\u200B', ...cash }, 'full_name BIDI_CONTROL'),
    so({ full_name: 'Trần Văn\u0007Hải', ...cash }, 'full_name CONTROL_CHARACTER'),
    so({ full_name: 'Nguyễn Văn 4n', ...cash }, 'full_name NAME_NOT_A_NAME'),
    so({ full_name: 'Trần Thị B*', ...cash }, 'full_name NAME_NOT_A_NAME'),
    so({ full_name: 'Trần Thị B*' }, 'full_name NAME_NOT_A_NAME'),
    so({ full_name: 'NguyÔn V¨n', ...cash }, 'full_name NAME_TCVN3'),
    so({ full_name: 'Phan Theá Sôn', ...cash }, 'full_name TEXT_ENCODING_UNSURE'),
    so({ full_name: 'Nguyễn Văn \u0410n', ...cash }, 'full_name NAME_NOT_A_NAME'),
    so({ full_name: 'Trần \u{1F600}', ...cash }, 'full_name NAME_NOT_A_NAME'),
    so({ full_name: '=HYPERLINK("x")', ...cash }, 'full_name FORMULA_TEXT_IN_NAME'),
    so({ full_name: '+84901|cmd', ...cash }, 'full_name FORMULA_TEXT_IN_NAME'),
    so({ full_name: '-An', ...cash }, 'full_name FORMULA_TEXT_IN_NAME'),
    so({ full_name: '@SUM(1+1)*9', ...cash }, 'full_name FORMULA_TEXT_IN_NAME'),
    so({ full_name: 'TRẦN VĂN HẢI' }, 'full_name NAME_CASE'),
    so({ full_name: 'Y Lan', ...cash }),
  ],
  'no text has characters that nobody sees': [
    so({ hamlet: 'Xóm\u2060 11' }, 'hamlet ZERO_WIDTH_CHARACTER'),
    so({ hamlet: 'Xóm\u202A 11' }, 'hamlet BIDI_CONTROL'),
    so({ commune_name: 'Xã\tA' }, 'commune_name LINE_BREAK_IN_TEXT'),
    so({ decision_no: '594\u007F' }, 'decision_no CONTROL_CHARACTER'),
    so({ note: 'một\nhai' }),
    so({ note: 'một\u0001' }, 'note CONTROL_CHARACTER'),
    so({ note: 'một\u200D' }, 'note ZERO_WIDTH_CHARACTER'),
  ],
  'a citizen number is 12 digits': [
    so({ citizen_id: '' }, 'citizen_id CITIZEN_ID_MISSING'),
    so({ citizen_id: '-' }, 'citizen_id CITIZEN_ID_MISSING'),
    so({ citizen_id: 'chưa có' }, 'citizen_id CITIZEN_ID_MISSING'),
    so({ citizen_id: '181383033' }, 'citizen_id CITIZEN_ID_CMND9'),
    so({ citizen_id: '4.00789E+10' }, 'citizen_id CITIZEN_ID_SCIENTIFIC'),
    so({ citizen_id: '4,0178E+10' }, 'citizen_id CITIZEN_ID_SCIENTIFIC'),
    so({ citizen_id: '40078916460' }, 'citizen_id CITIZEN_ID_LEADING_ZERO_LOST'),
    so({ citizen_id: '40178916460' }, 'citizen_id CITIZEN_ID_LENGTH'),
    so({ citizen_id: '40079916460' }, 'citizen_id CITIZEN_ID_LENGTH'),
    so({ citizen_id: '79988915' }, 'citizen_id CITIZEN_ID_LENGTH'),
    so({ citizen_id: '0400789164605' }, 'citizen_id CITIZEN_ID_LENGTH'),
    so({ citizen_id: '040 078.916-460' }, 'citizen_id CITIZEN_ID_SEPARATORS'),
    so({ citizen_id: 'O4OO7891646O' }, 'citizen_id CITIZEN_ID_LETTER_O'),
    so({ citizen_id: '０４００７８９１６４６０' }, 'citizen_id FULL_WIDTH_DIGITS'),
    so({ citizen_id: "'040078916460" }, 'citizen_id TEXT_APOSTROPHE'),
    so({ citizen_id: '040078916460\u200B' }, 'citizen_id ZERO_WIDTH_CHARACTER'),
  ],
  'a citizen number agrees with sex and birth year, and says a place': [
    so({ citizen_id: '040178916460' }, 'citizen_id CITIZEN_ID_SEX_MISMATCH'),
    so({ citizen_id: '040079916460' }, 'citizen_id CITIZEN_ID_BIRTH_YEAR_MISMATCH'),
    so({ citizen_id: '040278916460' }, 'citizen_id CITIZEN_ID_BIRTH_YEAR_MISMATCH'),
    so(
      { citizen_id: '040378916460' },
      'citizen_id CITIZEN_ID_SEX_MISMATCH, citizen_id CITIZEN_ID_BIRTH_YEAR_MISMATCH',
    ),
    so({ citizen_id: '001078916460' }),
    so({ citizen_id: '096078916460' }),
    so({ citizen_id: '003078916460' }, 'citizen_id CITIZEN_ID_PLACE_UNKNOWN'),
    so({ citizen_id: '300078916460' }, 'citizen_id CITIZEN_ID_PLACE_UNKNOWN'),
  ],
  'sex is male or female': [
    so({ sex: '' }, 'sex SEX_MISSING'),
    so({ sex: 'Nam' }, 'sex SEX_SPELLING'),
    so({ sex: 'female', citizen_id: '040178916460' }),
  ],
  'a birth date is a day or a year, not after the period and at most 120 years back': [
    so({ birth_date: '1978' }),
    so({ birth_date: '' }, 'birth_date BIRTH_DATE_MISSING'),
    so({ birth_date: '30/11/1978' }, 'birth_date DATE_FORMAT'),
    so({ birth_date: '1978-1-30' }, 'birth_date DATE_FORMAT'),
    so({ birth_date: '1978-11-3O' }, 'birth_date DATE_FORMAT'),
    so({ birth_date: '197a' }, 'birth_date DATE_FORMAT'),
    so({ birth_date: '28824' }, 'birth_date DATE_FORMAT'),
    so({ birth_date: '1978-02-29' }, 'birth_date DATE_IMPOSSIBLE'),
    so({ birth_date: '1978-11-31' }, 'birth_date DATE_IMPOSSIBLE'),
    so({ birth_date: '1978-13-01' }, 'birth_date DATE_IMPOSSIBLE'),
    so({ birth_date: '1978-00-10' }, 'birth_date DATE_IMPOSSIBLE'),
    so({ birth_date: '1978-11-00' }, 'birth_date DATE_IMPOSSIBLE'),
    so({ birth_date: '1980-02-29', citizen_id: '040080916460' }),
    so({
      ...guardedBy(),
      ...born('2026-11-30'),
      decision_date: '2026-11-30',
      ground_code: 'K7',
    }),
    so(
      { ...guardedBy(), ...born('2026-12-01'), ground_code: 'K7' },
      'birth_date BIRTH_DATE_FUTURE',
    ),
    so({ ...guardedBy(), ...born('2027'), ground_code: 'K7' }, 'birth_date BIRTH_DATE_FUTURE'),
    so({ ...born('1905-11-02'), ground_code: 'K8' }),
    so({ ...born('1905-11-01'), ground_code: 'K8' }, 'birth_date BIRTH_DATE_IMPLAUSIBLE'),
    so({ ...born('1905'), ground_code: 'K8' }),
    so({ ...born('1904'), ground_code: 'K8' }, 'birth_date BIRTH_DATE_IMPLAUSIBLE'),
  ],
  'a telephone number is ten digits that begin with 0, or is left out': [
    so({ phone: '' }),
    so({ phone: '057078196' }, 'phone PHONE_INVALID'),
    so({ phone: '1570781968' }, 'phone PHONE_INVALID'),
    so({ phone: 'không có' }, 'phone PHONE_INVALID'),
  ],
  'a decision has a number and a day in the period or before, not before the birth': [
    so({ decision_no: '' }, 'decision_no DECISION_NO_MISSING'),
    so({ decision_no: ' ' }, 'decision_no DECISION_NO_MISSING'),
    so({ decision_date: '' }, 'decision_date DATE_FORMAT'),
    so({ decision_date: '06/10/2014' }, 'decision_date DATE_FORMAT'),
    so({ decision_date: '2014-02-30' }, 'decision_date DATE_IMPOSSIBLE'),
    so({ decision_date: '2026-11-30' }),
    so({ decision_date: '2026-12-01' }, 'decision_date DECISION_DATE_AFTER_PERIOD'),
    so({ decision_date: '1978-11-30' }),
    so({ decision_date: '1978-11-29' }, 'decision_date DECISION_BEFORE_BIRTH'),
    so({ birth_date: '1978', decision_date: '1978-01-01' }),
    so({ birth_date: '1978', decision_date: '1977-12-31' }, 'decision_date DECISION_BEFORE_BIRTH'),
  ],
  'the first month due is a month, and not after the period': [
    so({ entitled_from: '2026-11' }),
    so({ entitled_from: '2026-12' }, 'entitled_from ENTITLED_FROM_AFTER_PERIOD'),
    so({ entitled_from: '10/2014' }, 'entitled_from MONTH_FORMAT'),
    so({ entitled_from: '2014-13' }, 'entitled_from MONTH_FORMAT'),
    so({ entitled_from: '' }, 'entitled_from MONTH_FORMAT'),
  ],
  'a ground belongs to its programme': [
    so({ ground_code: 'K9_X' }, 'ground_code GROUND_UNKNOWN'),
    so({ ground_code: '' }, 'ground_code GROUND_UNKNOWN'),
    so({ ground_code: 'NCC_TB_100' }, 'ground_code GROUND_UNKNOWN'),
    so({ ground_code: 'K8' }, 'ground_code GROUND_UNKNOWN', 'merit'),
    so({ ground_code: 'SP_75' }, 'ground_code GROUND_UNKNOWN', 'merit'),
  ],
  'an age fits its ground on some day of the period': [
    so({ ...born('2010-11-30'), ...guardedBy() }),
    so({ ...born('2010-12-01'), ...guardedBy() }, 'ground_code GROUND_AGE_MISMATCH'),
    so(born('1966-11-02')),
    so(born('1966-11-01'), 'ground_code GROUND_AGE_MISMATCH'),
    so({ ...born('1966-11-30'), ...DISABLED_AND_OLD }),
    so({ ...born('1966-12-01'), ...DISABLED_AND_OLD }, 'ground_code GROUND_AGE_MISMATCH'),
    so({ ...born('2010-11-02'), ...DISABLED_AND_OLD, ...guardedBy() }),
    so({ ...born('2010-11-01'), ...DISABLED_AND_OLD }, 'ground_code GROUND_AGE_MISMATCH'),
    so(born('1951-11-30'), '', 'social_pension'),
    so(born('1951-12-01'), 'ground_code GROUND_AGE_MISMATCH', 'social_pension'),
    so(born('1951'), '', 'social_pension'),
    so(born('1952'), 'ground_code GROUND_AGE_MISMATCH', 'social_pension'),
    so({ ...born('1951-11-02'), ground_code: 'SP_70_POOR' }, '', 'social_pension'),
    so(
      { ...born('1951-11-01'), ground_code: 'SP_70_POOR' },
      'ground_code GROUND_AGE_MISMATCH',
      'social_pension',
    ),
  ],
  'a coefficient is that of the ground, once for each child of a single parent': [
    so({ coefficient: '1.500' }),
    so({ coefficient: '1.50' }),
    so({ coefficient: '1.501' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '1.5000' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '1.' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '.5' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '-1.5' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '15e-1' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '' }, 'coefficient COEFFICIENT_MISMATCH'),
    so({ coefficient: '1,5' }, 'coefficient DECIMAL_COMMA'),
    so({ coefficient: '3.2' }, 'coefficient COEFFICIENT_MISMATCH', 'merit'),
    so({ ground_code: 'K4', coefficient: '2', dependants: '2' }),
    so(
      { ground_code: 'K4', coefficient: '2.0', dependants: '3' },
      'coefficient COEFFICIENT_MISMATCH',
    ),
    so({ ground_code: 'K4', coefficient: '1', dependants: '' }, 'dependants COEFFICIENT_MISMATCH'),
    so({ ground_code: 'K4', coefficient: '0', dependants: '0' }, 'dependants COEFFICIENT_MISMATCH'),
    so({ dependants: '2' }, 'dependants FIELD_NOT_OF_PROGRAMME'),
  ],
  'amounts are whole dong above zero, and arrears may be none': [
    so({ monthly_amount_vnd: '1', arrears_vnd: '0', total_vnd: '1' }),
    so({ monthly_amount_vnd: '0', total_vnd: '240000' }, 'monthly_amount_vnd AMOUNT_INVALID'),
    so({ monthly_amount_vnd: '' }, 'monthly_amount_vnd AMOUNT_INVALID'),
    so({ monthly_amount_vnd: '-810000' }, 'monthly_amount_vnd AMOUNT_INVALID'),
    so({ monthly_amount_vnd: '810000.5' }, 'monthly_amount_vnd AMOUNT_INVALID'),
    so({ monthly_amount_vnd: '810.000' }, 'monthly_amount_vnd AMOUNT_TEXT'),
    so({ monthly_amount_vnd: '1 080 000 đ' }, 'monthly_amount_vnd AMOUNT_TEXT'),
    so({ monthly_amount_vnd: '0810000' }, 'monthly_amount_vnd AMOUNT_TEXT'),
    so({ monthly_amount_vnd: '#REF!' }, 'monthly_amount_vnd AMOUNT_INVALID'),
    so({ monthly_amount_vnd: '1000000000000' }, 'monthly_amount_vnd AMOUNT_INVALID'),
    so({ arrears_vnd: '' }, 'arrears_vnd AMOUNT_INVALID'),
    so({ arrears_vnd: '00' }, 'arrears_vnd AMOUNT_INVALID'),
    so({ total_vnd: '0' }, 'total_vnd AMOUNT_INVALID'),
  ],
  'monthly amount and arrears are the total': [
    so({ total_vnd: '1050001' }, 'total_vnd AMOUNT_SUM_MISMATCH'),
    so({ total_vnd: '10500000' }, 'total_vnd AMOUNT_SUM_MISMATCH'),
    so({ total_vnd: '50000' }, 'total_vnd AMOUNT_SUM_MISMATCH'),
    so({ monthly_amount_vnd: '999999', arrears_vnd: '1', total_vnd: '1000000' }),
    so({
      monthly_amount_vnd: '999999999998',
      arrears_vnd: '1',
      total_vnd: '999999999999',
    }),
    so(
      { monthly_amount_vnd: '999999999999', arrears_vnd: '1', total_vnd: '1' },
      'total_vnd AMOUNT_SUM_MISMATCH',
    ),
  ],
  'a channel is account or cash': [
    so({ channel: '' }, 'channel CHANNEL_MISSING'),
    so({ channel: 'Séc' }, 'channel CHANNEL_UNKNOWN'),
    so(cash),
    so({ channel: 'cash_post' }, 'account_number ACCOUNT_ON_CASH_CHANNEL'),
    so({ ...cash, account_number: '1' }, 'account_number ACCOUNT_ON_CASH_CHANNEL'),
  ],
  'an account has a bank, 6 to 19 digits and a holder': [
    so({ bank_bin: '' }, 'bank_bin BANK_MISSING'),
    so({ bank_bin: '970499' }, 'bank_bin BANK_UNKNOWN'),
    so({ bank_bin: '', bank_name: 'Kho bạc Nhà nước' }, 'bank_bin BANK_NOT_A_PAYEE_BANK'),
    so({ account_number: '123456' }),
    so({ account_number: '12345' }, 'account_number ACCOUNT_LENGTH'),
    so({ account_number: '1234567890123456789' }),
    so({ account_number: '12345678901234567890' }, 'account_number ACCOUNT_LENGTH'),
    so({ account_number: '' }, 'account_number ACCOUNT_MISSING'),
    so({ account_number: 'chưa mở' }, 'account_number ACCOUNT_MISSING'),
    so({ account_number: '3.60121E+12' }, 'account_number ACCOUNT_SCIENTIFIC'),
    so({ account_number: '0541 001 035' }, 'account_number ACCOUNT_SEPARATORS'),
    so({ account_number: '0541OO1035' }, 'account_number ACCOUNT_LETTER_O'),
    so({ account_number: "'0541001035" }, 'account_number TEXT_APOSTROPHE'),
    so({ account_number: '０５４１００１０３５' }, 'account_number FULL_WIDTH_DIGITS'),
    so({ account_holder: '' }, 'account_holder ACCOUNT_HOLDER_MISSING'),
  ],
  'a holder is the recipient or who receives, in capitals without accents': [
    so({ ...guardedBy(), account_holder: 'TRAN THI KIM BAY' }),
    so({ account_holder: 'TRAN THI KIM BAY' }, 'account_holder ACCOUNT_HOLDER_DIFFERS'),
    so({ account_holder: 'TRAN VAN HA' }, 'account_holder ACCOUNT_HOLDER_DIFFERS'),
    so({ account_holder: 'TRAN VAN HAII' }, 'account_holder ACCOUNT_HOLDER_DIFFERS'),
    so({ account_holder: 'TRAN THI LAN - LE BA' }, 'account_holder ACCOUNT_HOLDER_DIFFERS'),
    so({ account_holder: 'Tran Van Hai' }, 'account_holder ACCOUNT_HOLDER_SPELLING'),
    so({ account_holder: 'TRẦN VĂN HẢI' }, 'account_holder ACCOUNT_HOLDER_SPELLING'),
    so({ account_holder: 'TRAN  VAN HAI' }, 'account_holder ACCOUNT_HOLDER_SPELLING'),
    so({ account_holder: '=UPPER("x")' }, 'account_holder FORMULA_TEXT_IN_NAME'),
    so({ account_holder: 'TRAN\u200BVAN' }, 'account_holder ZERO_WIDTH_CHARACTER'),
    so({ account_holder: 'A'.repeat(100) }, 'account_holder ACCOUNT_HOLDER_DIFFERS'),
    so({ account_holder: 'A'.repeat(101) }, 'account_holder NAME_TOO_LONG'),
  ],
  'somebody receives for a child under 16 on the first day of the period': [
    so({ ...born('2010-11-01'), ...cash }),
    so({ ...born('2010-11-02'), ...cash }, 'guardian_name GUARDIAN_MISSING'),
    so({ ...born('2010'), ...cash }, 'guardian_name GUARDIAN_MISSING'),
    so({ ...born('2009'), ...cash }),
  ],
  'who receives has a name, a number, is of age and is another person': [
    so({ ...guardedBy() }),
    so({ ...guardedBy(), guardian_name: '' }, 'guardian_name NAME_MISSING'),
    so({ ...guardedBy(), guardian_name: 'Trần 7' }, 'guardian_name NAME_NOT_A_NAME'),
    so(
      { guardian_relation: 'Mẹ' },
      'guardian_name NAME_MISSING, guardian_citizen_id GUARDIAN_ID_INVALID',
    ),
    so({ ...guardedBy('') }, 'guardian_citizen_id GUARDIAN_ID_INVALID'),
    so({ ...guardedBy('186123456') }, 'guardian_citizen_id GUARDIAN_ID_INVALID'),
    so({ ...guardedBy('040078916460') }, 'guardian_citizen_id GUARDIAN_IS_RECIPIENT'),
    so({ ...guardedBy('040208769574') }),
    so({ ...guardedBy('040209769574') }, 'guardian_citizen_id GUARDIAN_UNDER_AGE'),
  ],
  'a note is kept as text, and what it says is told': [
    so({ note: 'Chuyển từ xã khác đến năm 2025' }),
    so({ note: 'Đổi số tài khoản từ tháng 9/2026' }),
    so({ note: 'Mất sổ hộ khẩu' }),
    so({ note: '=1+1' }, 'note FORMULA_TEXT_IN_NOTE'),
    so({ note: '-đã đối chiếu' }, 'note FORMULA_TEXT_IN_NOTE'),
    so({ note: '<script>alert(1)</script>' }, 'note MARKUP_IN_NOTE'),
    so({ note: "'); DROP TABLE enrolment; --" }, 'note MARKUP_IN_NOTE'),
    so({ note: 'thu nhập < 2 triệu' }),
    so({ note: 'Chuyển đi Hà Tĩnh từ 15/10/2026' }, 'note NOTE_SAYS_MOVED'),
  ],
  'a death before the period ends the right to it, one inside does not': [
    so({ note: 'Chết ngày 12/10/2026' }, 'note NOTE_SAYS_DECEASED'),
    so({ note: 'đã mất 03/9/2026' }, 'note NOTE_SAYS_DECEASED'),
    so({ note: 'Từ trần 31/10/2026' }, 'note NOTE_SAYS_DECEASED'),
    so({ note: 'Từ trần 31/10/2026'.normalize('NFD') }, 'note NOTE_SAYS_DECEASED'),
    so({ note: 'Qua đời tháng 10/2026' }, 'note NOTE_SAYS_DECEASED'),
    so({ note: 'mất ngày 1-11-2026' }, 'note NOTE_SAYS_DECEASED_IN_PERIOD'),
    so({ note: 'Chết ngày 30/11/2026' }, 'note NOTE_SAYS_DECEASED_IN_PERIOD'),
    so({ note: 'Chết ngày 01/12/2026' }, 'note NOTE_MENTIONS_DEATH'),
    so({ note: 'Chết ngày 31/09/2026' }, 'note NOTE_MENTIONS_DEATH'),
    so({ note: 'đã chết' }, 'note NOTE_MENTIONS_DEATH'),
    so({ note: 'Chồng chết ngày 12/10/2020' }, 'note NOTE_MENTIONS_DEATH'),
  ],
  'unemployment has no ground': [
    so({ ground_code: 'K8' }, 'ground_code FIELD_NOT_OF_PROGRAMME', 'unemployment'),
    so({ entitled_from: '2026-08' }, 'entitled_from FIELD_NOT_OF_PROGRAMME', 'unemployment'),
    so({ wage_region: 'III' }, 'wage_region FIELD_NOT_OF_PROGRAMME'),
    so({ benefit_month_no: '3' }, 'benefit_month_no FIELD_NOT_OF_PROGRAMME', 'merit'),
  ],
  'unemployment needs 12 contributed months, and they give the term': [
    so({ contributed_months: '12' }, '', 'unemployment'),
    so({ contributed_months: '11' }, 'contributed_months UI_TOO_FEW_MONTHS', 'unemployment'),
    so({ contributed_months: '0' }, 'contributed_months UI_TOO_FEW_MONTHS', 'unemployment'),
    so({ contributed_months: '' }, 'contributed_months NUMBER_INVALID', 'unemployment'),
    so({ contributed_months: '1000' }, 'contributed_months NUMBER_INVALID', 'unemployment'),
    so({ contributed_months: '47' }, '', 'unemployment'),
    so({ contributed_months: '48' }, 'benefit_month_count UI_TERM_DIFFERS', 'unemployment'),
    so({ contributed_months: '48', benefit_month_count: '4' }, '', 'unemployment'),
    so({ contributed_months: '144', benefit_month_count: '12' }, '', 'unemployment'),
    so({ contributed_months: '999', benefit_month_count: '12' }, '', 'unemployment'),
    so({ benefit_month_no: '4' }, 'benefit_month_no UI_TERM_OVER', 'unemployment'),
    so({ benefit_month_no: '0' }, 'benefit_month_no NUMBER_INVALID', 'unemployment'),
    so({ benefit_month_count: '' }, 'benefit_month_count NUMBER_INVALID', 'unemployment'),
  ],
  'unemployment has a salary, a region, and begins in the period or before': [
    so({ average_salary_vnd: '0' }, 'average_salary_vnd AMOUNT_INVALID', 'unemployment'),
    so({ wage_region: 'IV' }, '', 'unemployment'),
    so({ wage_region: 'V' }, 'wage_region UI_REGION_UNKNOWN', 'unemployment'),
    so({ wage_region: 'ii' }, 'wage_region UI_REGION_UNKNOWN', 'unemployment'),
    so({ last_contributed_month: '2026-08' }, '', 'unemployment'),
    so(
      { last_contributed_month: '2026-09' },
      'last_contributed_month UI_LAST_MONTH_AFTER_START',
      'unemployment',
    ),
    so({ last_contributed_month: '7/2026' }, 'last_contributed_month MONTH_FORMAT', 'unemployment'),
    so({ benefit_from: '2026-11-30' }, '', 'unemployment'),
    so({ benefit_from: '2026-12-01' }, 'benefit_from UI_NOT_STARTED', 'unemployment'),
    so({ benefit_from: '2026-08-32' }, 'benefit_from DATE_IMPOSSIBLE', 'unemployment'),
    so({ benefit_from: '' }, 'benefit_from DATE_FORMAT', 'unemployment'),
  ],
};

/** Codes that are found where there is more than one row to look at, or none. */
const FOUND_ELSEWHERE: readonly RuleCode[] = [
  'CSV_COLUMN_COUNT',
  'CSV_BAD_UTF8',
  'CSV_UNCLOSED_QUOTE',
  'DUPLICATE_ENROLMENT',
  'ENROLMENT_REF_TWICE',
  'DUPLICATE_ID_TWO_PEOPLE',
  'EXCLUSIVE_PROGRAMMES',
  'HIGHEST_GROUND_ONLY',
  'ACCOUNT_SHARED_UNRELATED',
  'CHANNEL_DIFFERS',
  // Of repairs and cells: take-row.ts and the reader of sheets find them.
  'NAME_VNI',
  'NAME_CP1258',
  'SEX_UNKNOWN',
  'DATE_UNREADABLE',
  'DATE_MONTH_FIRST',
  'DATE_CELL_FORMAT_US',
  'DATE_TWO_DIGIT_YEAR',
  'DATE_SERIAL_NUMBER',
  'MONTH_UNREADABLE',
  'COMMUNE_SPELLING',
  'GROUND_SPELLING',
  'COMMUNE_OLD_NAME',
  'COMMUNE_OLD_SPLIT',
  'AMOUNT_DIFFERS',
  'BANK_ALIAS',
  'BANK_AS_BIN',
  'BANK_AMBIGUOUS',
  'ACCOUNT_AS_NUMBER',
  'CHANNEL_SPELLING',
  'PHONE_FORMAT',
  'UI_REGION_SPELLING',
  'UI_OVER_CAP',
  'FORMULA_CELL',
  'FORMULA_NO_VALUE',
  'CELL_ERROR_VALUE',
  'MERGED_DOWN',
  'MERGED_IDENTITY',
  'HIDDEN_ROW',
  'SHEET_TOTAL_MISMATCH',
  'TOTAL_WORDS_DIFFER',
];

interface ExpectedRow {
  readonly row: number;
  readonly verdict: string;
  readonly codes: readonly string[];
  readonly canonical?: Changes;
}

interface ExpectedFile {
  readonly files: Record<string, Record<string, { readonly rows: readonly ExpectedRow[] }>>;
}

const EXPECTED = JSON.parse(
  readFileSync(new URL('danh-sach-loi.expected.json', LISTS), 'utf8'),
) as ExpectedFile;

async function readList(name: string): Promise<ListRecord[]> {
  const records = [];
  const content = (async function* () {
    yield await Promise.resolve(readFileSync(new URL(name, LISTS)));
  })();
  for await (const chunk of csvRecipientList.read(content)) records.push(...chunk);
  return records;
}

const told = ({ findings }: RowVerdict): string =>
  findings.map(({ column, code }) => `${column} ${code}`).join(', ');

describe('the rules of one row', () => {
  for (const [rule, cases] of Object.entries(RULES)) {
    it(rule, () => {
      for (const { changes, expected, programme } of cases) {
        expect(told(judge(programme, changes)), JSON.stringify(changes)).to.equal(expected);
      }
    });
  }

  it('accept a right row of each programme', () => {
    for (const programme of Object.keys(RIGHT) as (keyof typeof RIGHT)[]) {
      expect(judge(programme, {}).verdict, programme).to.equal('accept');
    }
  });

  it('are all tried above, but those that need more than one row', () => {
    const tried = Object.values(RULES)
      .flat()
      .flatMap(({ expected }) => expected.split(', '))
      .map((text) => text.split(' ')[1])
      .filter((code) => code !== undefined);
    expect([...new Set([...tried, ...FOUND_ELSEWHERE])]).to.have.members(Object.keys(FINDINGS));
    expect(FOUND_ELSEWHERE.filter((code) => tried.includes(code))).to.deep.equal([]);
  });

  it('give the gravest verdict, and a row only when it is imported', () => {
    const warned = judge('social_assistance', { phone: '1', note: '=1' });
    expect([warned.verdict, warned.findings.length]).to.deep.equal(['warn', 2]);
    expect(warned.row).to.not.equal(null);

    const refused = judge('social_assistance', { phone: '1', sex: '' });
    expect([refused.verdict, refused.findings.length, refused.row]).to.deep.equal([
      'refuse',
      2,
      null,
    ]);
  });

  it('tell a fault of the column that it is in', () => {
    for (const column of LIST_COLUMNS) {
      const { findings } = judge('social_assistance', { [column]: '\u202E' });
      expect(
        findings.map((finding) => finding.column),
        column,
      ).to.include(column);
    }
  });

  it('do not judge a record that could not be split', () => {
    expect(() => judgeRow([], CONTEXT)).to.throw(RangeError);
  });

  it('hand over the values to import', () => {
    const assistance = judge('social_assistance', {
      ...guardedBy(),
      birth_date: '1978',
      ground_code: 'K4',
      coefficient: '2',
      dependants: '2',
      phone: '05',
      note: 'x',
    });
    expect(assistance.row).to.deep.equal({
      enrolmentRef: '40.TGXH.000001',
      programme: 'social_assistance',
      fullName: 'Trần Văn Hải',
      birthYear: 1978,
      birthDate: null,
      sex: 'male',
      citizenId: '040078916460',
      communeCode: '16681',
      hamlet: 'Xóm 11',
      groundCode: 'K4',
      dependants: 2,
      decisionNo: '594/QĐ-UBND',
      decisionDate: '2014-10-06',
      entitledFrom: '2014-10',
      monthlyAmountVnd: '810000',
      arrearsVnd: '240000',
      totalVnd: '1050000',
      channel: 'account',
      bankBin: '970436',
      accountNumber: '0541001035312',
      accountHolder: 'TRAN VAN HAI',
      guardianName: 'Trần Thị Kim Bảy',
      guardianCitizenId: '040159889105',
      guardianRelation: 'Bà nội',
      phone: '',
      unemployment: null,
      note: 'x',
    });
    const unemployment = judge('unemployment', {}).row;
    expect([unemployment?.birthDate, unemployment?.dependants]).to.deep.equal(['1978-11-30', 0]);
    expect(unemployment?.unemployment).to.deep.equal({
      contributedMonths: 40,
      averageSalaryVnd: '6356220',
      wageRegion: 'III',
      lastContributedMonth: '2026-07',
      benefitFrom: '2026-08-04',
      benefitMonthNo: 3,
      benefitMonthCount: 3,
    });
  });

  it('keep the account of a person paid in cash only when it is whole', () => {
    const whole = judge('merit', { channel: 'cash_post' }).row;
    expect([whole?.bankBin, whole?.accountNumber]).to.deep.equal(['970436', '0541001035312']);

    const broken = judge('merit', { channel: 'cash_post', account_number: '12 34' }).row;
    expect([broken?.bankBin, broken?.accountNumber, broken?.accountHolder]).to.deep.equal([
      '',
      '',
      '',
    ]);
  });
});

describe('the words of the findings', () => {
  it('are there in both languages, say what to do, and are unlike each other', () => {
    const texts = Object.values(FINDINGS).flatMap(({ wrong, next }) => [wrong, next]);
    for (const { vi, en } of texts) {
      expect(vi).to.match(/^\p{Lu}.{8,}[^.]$/u);
      expect(en).to.match(/^[A-Z].{8,}[^.]$/);
      expect(vi).not.to.equal(en);
    }
    const wrongs = Object.values(FINDINGS).map(({ wrong }) => wrong.vi);
    expect(new Set(wrongs).size).to.equal(wrongs.length);
  });
});

describe('the rules of one row, on the sample lists', () => {
  it('accept all 2012 rows of the clean list', async () => {
    const records = await readList('danh-sach-2026-11.csv');
    const found = records.map(({ values }) => told(judgeRow(values, CONTEXT)));
    expect(found).to.deep.equal(Array.from({ length: 2012 }, () => ''));
  });

  it('give the faulty list its expected verdicts and values', async () => {
    const records = await readList('danh-sach-loi.csv');
    const given = records.map(({ rowNo, fault, values }) => {
      if (fault !== null) return { row: rowNo, verdict: FINDINGS[fault].severity, codes: [fault] };
      const { verdict, findings } = judgeRow(values, CONTEXT);
      return { row: rowNo, verdict, codes: findings.map(({ code }) => code) };
    });

    const expected = EXPECTED.files['danh-sach-loi.csv']?.['']?.rows ?? [];
    expect(expected).to.have.lengthOf(11);
    expect(given).to.deep.equal(
      expected.map(({ row, verdict, codes }) => ({ row, verdict, codes })),
    );
    for (const { row, canonical } of expected) {
      if (canonical === undefined) continue;
      const values = records.find(({ rowNo }) => rowNo === row)?.values;
      expect(values).to.deep.equal(LIST_COLUMNS.map((column) => canonical[column] ?? ''));
    }
  });

  it('know every code of the faulty workbook by its verdict', () => {
    const severities = { warn: 'warn', refuse: 'refuse', repair: 'repaired' } as const;
    const codes = parse<{ code: string; verdict: keyof typeof severities | 'skip' }>(
      readFileSync(new URL('fault-codes.csv', LISTS)),
      { columns: true },
    );
    expect(codes).to.have.lengthOf(112);
    for (const { code, verdict } of codes) {
      if (verdict === 'skip') expect(SKIPS).to.have.property(code);
      else expect(FINDINGS, code).to.have.nested.property(`${code}.severity`, severities[verdict]);
    }
  });
});
