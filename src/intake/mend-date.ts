import { dayOfSerial, textOf, type SourceCell } from './source-cell.ts';
import type { RuleCode } from './findings.ts';
import { mendDigits, type Mended } from './mend-text.ts';

// Days and months as offices write them. A value that is no day is handed on as YYYY-MM-DD all the
// same where it has the parts of one, so that the rules say of it that the calendar has no such day.

/** How dates are rightly written where the list stands: ISO in the canonical CSV, else day first. */
export type DateStyle = 'canonical' | 'sheet';

export interface DateReading {
  readonly style: DateStyle;
  /** The century and year of a person, as the citizen number says them; null when it says none. */
  readonly birthYear: number | null;
  /** The last year that a date without its century can lie in. */
  readonly lastYear: number;
}

/** A day, or a year alone where that is all that is known. */
export function mendDate(cell: SourceCell, reading: DateReading): Mended {
  if (typeof cell !== 'string') {
    if (cell.kind === 'date') {
      const isDoubtful = cell.isMonthFirst && Number(cell.text.slice(8)) <= 12;
      return { value: cell.text, codes: isDoubtful ? ['DATE_CELL_FORMAT_US'] : [] };
    }
    if (cell.kind === 'number') return ofNumber(cell.text, reading);
  }
  const digits = mendDigits(textOf(cell));
  const { value, codes } = ofText(digits.value, reading);
  return { value, codes: [...digits.codes, ...codes] };
}

const FIRST_YEAR = 1880;

function ofNumber(text: string, reading: DateReading): Mended {
  const number = Number(text);
  if (Number.isInteger(number) && number >= FIRST_YEAR && number <= reading.lastYear + 1) {
    return { value: String(number), codes: [] };
  }
  const day = dayOfSerial(number, 1900);
  return day === undefined
    ? { value: text, codes: [] }
    : { value: day, codes: ['DATE_SERIAL_NUMBER'] };
}

const DAY_FIRST = /^(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})$/;
const YEAR_FIRST = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/;
const IN_WORDS = /^(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})$/i;
const YEAR_ALONE = /^(?:(?:0{1,2}|[?.…_\s]*)[/.-]){1,2}(\d{4})$|^(?:năm\s+)(\d{4})$/i;

function ofText(text: string, reading: DateReading): Mended {
  if (text === '' || /^\d{4}$/.test(text)) return { value: text, codes: [] };
  if (/^\d{5}(?:\.0+)?$/.test(text)) return ofNumber(text, reading);
  const dayFirst = YEAR_ALONE.test(text) ? null : DAY_FIRST.exec(text);
  if (dayFirst !== null) return ofDayFirst(partsOf(dayFirst), reading);
  return ofOtherText(text, reading.style);
}

function ofOtherText(text: string, style: DateStyle): Mended {
  const year = YEAR_ALONE.exec(text);
  if (year !== null) return { value: year[1] ?? year[2] ?? '', codes: ['DATE_FORMAT'] };
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [y, month, day] = partsOf(yearFirst);
    const value = iso(y, month, day);
    return { value, codes: style === 'canonical' && value === text ? [] : ['DATE_FORMAT'] };
  }
  const words = IN_WORDS.exec(text.normalize('NFC').replace(/\s+/g, ' '));
  if (words === null) return { value: text, codes: [] };
  const [day, month, y] = partsOf(words);
  return { value: iso(y, month, day), codes: ['DATE_FORMAT'] };
}

/** The groups of a match, as texts. */
function partsOf(match: RegExpExecArray): [string, string, string, string] {
  const [, first = '', second = '', third = '', fourth = ''] = match;
  return [first, second, third, fourth];
}

function ofDayFirst(
  parts: readonly [string, string, string, string],
  reading: DateReading,
): Mended {
  const [first, separator, second, last] = parts;
  const codes: RuleCode[] = [];
  if (reading.style === 'canonical' || separator !== '/') codes.push('DATE_FORMAT');
  const year = last.length === 4 ? last : inCentury(last, reading);
  if (last.length === 2) codes.push('DATE_TWO_DIGIT_YEAR');
  // With one number over 12 only one reading exists; else the day stands first.
  const isMonthFirst = Number(second) > 12 && Number(first) <= 12;
  if (!isMonthFirst) return { value: iso(year, second, first), codes };
  return { value: iso(year, first, second), codes: [...codes, 'DATE_MONTH_FIRST'] };
}

/** The century that the citizen number says; without one, the last that has come. */
function inCentury(twoDigits: string, { birthYear, lastYear }: DateReading): string {
  if (birthYear !== null && birthYear % 100 === Number(twoDigits)) return String(birthYear);
  const thisCentury = Math.floor(lastYear / 100) * 100;
  const year = thisCentury + Number(twoDigits);
  return String(year > lastYear ? year - 100 : year);
}

function iso(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const MONTH_FIRST = /^(\d{1,2})\/(\d{4})$/;
const ISO_MONTH = /^(\d{4})-(\d{2})$/;
const OTHER_MONTH =
  /^(?:(?:tháng|thang|th|t)\.?\s*)?(\d{1,2})(?:\s*[/.-]\s*|\s+(?:năm|nam)\s+|\s+)(\d{4})$/i;
const YEAR_THEN_MONTH = /^(\d{4})[/.-](\d{1,2})(?:[/.-]0?1)?$/;
const FIRST_OF_MONTH = /^0?1[/.-](\d{1,2})[/.-](\d{4})$/;

/** A month as YYYY-MM. */
export function mendMonth(cell: SourceCell, style: DateStyle): Mended {
  if (typeof cell !== 'string' && (cell.kind === 'date' || cell.kind === 'number')) {
    const day = cell.kind === 'date' ? cell.text : (dayOfSerial(Number(cell.text), 1900) ?? '');
    if (day.endsWith('-01') && Number(day.slice(0, 4)) > FIRST_YEAR) {
      return { value: day.slice(0, 7), codes: ['MONTH_FORMAT'] };
    }
  }
  const digits = mendDigits(textOf(cell).normalize('NFC'));
  const { value, codes } = monthOfText(digits.value, style);
  return { value, codes: [...digits.codes, ...codes] };
}

function monthOfText(text: string, style: DateStyle): Mended {
  const usual = MONTH_FIRST.exec(text);
  if (usual !== null) {
    const [month, year] = partsOf(usual);
    return { value: isoMonth(year, month), codes: style === 'sheet' ? [] : ['MONTH_FORMAT'] };
  }
  if (ISO_MONTH.test(text)) {
    return { value: text, codes: style === 'canonical' ? [] : ['MONTH_FORMAT'] };
  }
  const value = otherMonth(text);
  return value === undefined ? { value: text, codes: [] } : { value, codes: ['MONTH_FORMAT'] };
}

function otherMonth(text: string): string | undefined {
  const other = OTHER_MONTH.exec(text) ?? FIRST_OF_MONTH.exec(text);
  if (other !== null) {
    const [month, year] = partsOf(other);
    return isoMonth(year, month);
  }
  const turned = YEAR_THEN_MONTH.exec(text);
  if (turned === null) return undefined;
  const [year, month] = partsOf(turned);
  return isoMonth(year, month);
}

function isoMonth(year: string, month: string): string {
  return `${year}-${month.padStart(2, '0')}`;
}
