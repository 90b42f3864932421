import { readCitizenNumber, type Sex } from '../kernel/citizen-number.ts';
import type { RuleCode } from './findings.ts';
import { mendDigits, type Mended } from './mend-text.ts';
import { textOf, type SourceCell } from './source-cell.ts';

/** What the row says of the person, for a citizen number to agree with; null where it says nothing. */
export interface SaidOfPerson {
  readonly sex: Sex | null;
  readonly birthYear: number | null;
}

/** Digits that a number cell holds exactly; behind these a spreadsheet has put zeros. */
const EXACT_DIGITS = 15;
const SEPARATORS = /[\s.\-–\u00A0]/g;
const SCIENTIFIC = /^\d+(?:[.,]\d+)?e\+?\d+$/i;

/** Twelve digits; a repair that guesses is made only where the person agrees with its result. */
export function mendCitizenNumber(cell: SourceCell, said: SaidOfPerson): Mended {
  const digits = mendDigits(digitsOf(cell));
  const codes = [...digits.codes];
  if (SCIENTIFIC.test(digits.value)) return { value: digits.value, codes };
  let value = digits.value;
  const joined = /\d/.test(value) ? value.replace(SEPARATORS, '') : value;
  if (joined !== value && /^[\dOolI]+$/.test(joined)) {
    codes.push('CITIZEN_ID_SEPARATORS');
    value = joined;
  }
  const inDigits = lettersToDigits(value);
  if (inDigits !== value && agrees(inDigits, said)) {
    codes.push('CITIZEN_ID_LETTER_O');
    value = inDigits;
  }
  if (/^\d{10,11}$/.test(value) && agrees(value.padStart(12, '0'), said)) {
    codes.push('CITIZEN_ID_LEADING_ZERO_LOST');
    value = value.padStart(12, '0');
  }
  return { value, codes };
}

function agrees(text: string, said: SaidOfPerson): boolean {
  const number = readCitizenNumber(text);
  if (number === undefined || said.birthYear === null) return false;
  return number.birthYear === said.birthYear && (said.sex ?? number.sex) === number.sex;
}

function lettersToDigits(text: string): string {
  return text.replace(/[Oo]/g, '0').replace(/[lI]/g, '1');
}

/** The text of a cell; a number in all its digits, unless there are more than it can hold. */
function digitsOf(cell: SourceCell): string {
  if (typeof cell === 'string' || cell.kind !== 'number') return textOf(cell);
  return wholeDigits(cell.text);
}

/** A number cell in plain digits: 4.5E3 as 4500. Text where it is not whole or not exact. */
function wholeDigits(text: string): string {
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  if (Math.abs(number) >= 10 ** EXACT_DIGITS) return number.toExponential();
  // A sum of doubles may be off in the last place, which a spreadsheet does not show.
  return String(Number(number.toPrecision(EXACT_DIGITS)));
}

/** An account number: digits, kept with the zeros it begins with. */
export function mendAccount(cell: SourceCell): Mended {
  const digits = mendDigits(digitsOf(cell));
  if (SCIENTIFIC.test(digits.value)) return digits;
  const codes = [...digits.codes];
  const joined = /\d/.test(digits.value) ? digits.value.replace(SEPARATORS, '') : digits.value;
  if (!/^[\dOolI]*\d[\dOolI]*$/.test(joined)) return digits;
  if (joined !== digits.value) codes.push('ACCOUNT_SEPARATORS');
  const value = lettersToDigits(joined);
  if (value !== joined) codes.push('ACCOUNT_LETTER_O');
  if (isNumberCell(cell)) codes.push('ACCOUNT_AS_NUMBER');
  return { value, codes };
}

function isNumberCell(cell: SourceCell): boolean {
  return typeof cell !== 'string' && cell.kind === 'number' && !cell.isFormula;
}

/** Ten digits that begin with 0, or nothing. */
export function mendPhone(cell: SourceCell): Mended {
  const digits = mendDigits(digitsOf(cell));
  const text = digits.value;
  if (text === '' || /^0\d{9}$/.test(text)) return digits;
  const joined = text.replace(/[\s.\-–()\u00A0]/g, '');
  const national = /^(?:\+?84|0084)0?(\d{9})$/.exec(joined) ?? /^0?(\d{9})$/.exec(joined);
  if (national === null) return { value: '', codes: ['PHONE_INVALID'] };
  return { value: `0${national[1] ?? ''}`, codes: [...digits.codes, 'PHONE_FORMAT'] };
}

const WRITTEN =
  /^\+?(\d{1,3}(?:([., ])\d{3}(?:\2\d{3})*)?|\d+)(?:[.,]0{1,2})?\s*(?:đ|₫|đồng|dong|vnd|vnđ)?\.?$/iu;

/** Whole dong in digits. */
export function mendAmount(cell: SourceCell): Mended {
  if (typeof cell !== 'string' && cell.kind === 'number') {
    return { value: wholeDigits(cell.text), codes: [] };
  }
  const digits = mendDigits(textOf(cell).normalize('NFC').replaceAll('\u00A0', ' '));
  const text = digits.value;
  if (/^(?:0|[1-9]\d*)$/.test(text)) return digits;
  const written = WRITTEN.exec(text);
  if (written === null) return digits;
  const value = (written[1] ?? '').replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  return { value, codes: [...digits.codes, 'AMOUNT_TEXT'] };
}

/** A decimal with a point, with one to three decimals: 1.5, 2.0, 3.206. */
export function mendCoefficient(cell: SourceCell): Mended {
  const isNumber = typeof cell !== 'string' && cell.kind === 'number';
  const digits = isNumber ? { value: wholeDigits(cell.text), codes: [] } : mendDigits(textOf(cell));
  const match = /^(\d{1,3})(?:([.,])(\d+))?$/.exec(digits.value);
  if (match === null) return digits;
  const [, whole = '', mark = '.', decimals = ''] = match;
  const shortest = decimals.replace(/0+$/, '');
  const value = `${String(Number(whole))}.${shortest === '' ? '0' : shortest}`;
  const codes: readonly RuleCode[] = mark === ',' ? ['DECIMAL_COMMA'] : [];
  return { value, codes: [...digits.codes, ...codes] };
}

/** A count, such as children or months. */
export function mendCount(cell: SourceCell): Mended {
  const digits = mendDigits(digitsOf(cell));
  return { value: digits.value.replace(/^0+(?=\d)/, ''), codes: digits.codes };
}

const REGIONS: Readonly<Record<string, string>> = {
  1: 'I',
  2: 'II',
  3: 'III',
  4: 'IV',
  i: 'I',
  ii: 'II',
  iii: 'III',
  iv: 'IV',
};

/** The region of the minimum wage, I to IV. */
export function mendRegion(cell: SourceCell): Mended {
  const text = textOf(cell);
  if (/^(?:I|II|III|IV)$/.test(text)) return { value: text, codes: [] };
  const bare = text
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/^(?:vùng|vung|v)\s*\.?\s*/, '');
  const region = REGIONS[bare];
  return region === undefined
    ? { value: text, codes: [] }
    : { value: region, codes: ['UI_REGION_SPELLING'] };
}
