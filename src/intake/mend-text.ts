import type { RuleCode } from './findings.ts';
import { readLegacy, type LegacyEncoding, type LegacyText } from './legacy-text.ts';

// Repairs of text that change how it is written and never what it says. What cannot be repaired
// without guessing is left as it is, and the rules of row-rules.ts refuse it.

/** A value as it is taken, and by which rules it was repaired. */
export interface Mended {
  readonly value: string;
  readonly codes: readonly RuleCode[];
}

const LEGACY_CODES: Readonly<Record<LegacyEncoding, RuleCode>> = {
  tcvn3: 'NAME_TCVN3',
  vni: 'NAME_VNI',
  'windows-1258': 'NAME_CP1258',
};

const ZERO_WIDTH = /[\u200B-\u200D\u2060\uFEFF]/g;
const LINE_BREAKS = /\s*[\n\r\t\u0085\u2028\u2029]+\s*/g;

/**
 * A name: in Unicode NFC, one plain space between words, and not all in capitals or small letters. Here as
 * below, expected is the encoding of before Unicode in which the rest of its column is written.
 */
export function mendName(text: string, expected?: LegacyEncoding): Mended {
  const letters = mendLetters(text, expected);
  const oneLine = letters.value.trim().replace(LINE_BREAKS, ' ');
  const codes = [...letters.codes];
  if (oneLine !== letters.value.trim()) codes.push('LINE_BREAK_IN_TEXT');
  const spaced = oneLine.replace(/[\s\u00A0]+/g, ' ').trim();
  if (spaced !== letters.value.replace(LINE_BREAKS, ' ') && spaced !== '')
    codes.push('NAME_SPACES');
  // What is no name is not made to look like one.
  const cased = IS_NAME.test(spaced) ? inTitleCase(spaced) : spaced;
  if (cased !== spaced) codes.push('NAME_CASE');
  return { value: cased, codes };
}

/** Any other text on one line. Spaces are not told of: nobody compares it. */
export function mendLine(text: string, expected?: LegacyEncoding): Mended {
  const letters = mendLetters(text, expected);
  const oneLine = letters.value.trim().replace(LINE_BREAKS, ' ');
  const codes = oneLine === letters.value.trim() ? letters.codes : [...letters.codes, BREAK];
  return { value: oneLine.replace(/\u00A0/g, ' '), codes };
}

const BREAK: RuleCode = 'LINE_BREAK_IN_TEXT';

/** A note: its letters are repaired, and it may have several lines. */
export function mendNote(text: string, expected?: LegacyEncoding): Mended {
  const { value, codes } = mendLetters(text, expected);
  return { value: value.replaceAll('\r\n', '\n').trim(), codes };
}

/** A word that stands for a choice, such as a sex: nothing but its encoding is repaired. */
export function mendWord(text: string, expected?: LegacyEncoding): Mended {
  const legacy = readLegacy(text, expected);
  return legacy === undefined ? { value: text, codes: [] } : fromLegacy(legacy, text);
}

/** Invisible characters out, legacy encodings read, letters composed, and Đ for the letter like it. */
function mendLetters(text: string, expected: LegacyEncoding | undefined): Mended {
  // Most texts are what they should be, and are let through by one look at their characters.
  // eslint-disable-next-line no-control-regex -- ASCII and the letters of Vietnamese names
  if (/^[\x00-\x7fÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]*$/.test(text)) {
    const legacy = readLegacy(text, expected);
    return legacy === undefined ? { value: text, codes: [] } : fromLegacy(legacy, text);
  }
  const visible = text.replace(ZERO_WIDTH, '');
  const codes: RuleCode[] = visible === text ? [] : ['ZERO_WIDTH_CHARACTER'];
  const legacy = readLegacy(visible, expected);
  if (legacy !== undefined) {
    const read = fromLegacy(legacy, visible);
    return { value: read.value, codes: [...codes, ...read.codes] };
  }
  const composed = visible.normalize('NFC');
  if (composed !== visible) codes.push('NAME_NFD');
  const value = composed.replaceAll('Ð', 'Đ').replaceAll('ð', 'đ');
  if (value !== composed) codes.push('NAME_ETH');
  return { value, codes };
}

function fromLegacy(legacy: LegacyText | 'unsure', text: string): Mended {
  return legacy === 'unsure'
    ? { value: text, codes: [legacyCode(legacy)] }
    : { value: legacy.text.normalize('NFC'), codes: [legacyCode(legacy)] };
}

/** By which rule a text of before Unicode is repaired, or refused where it is unsure what it says. */
export function legacyCode(legacy: LegacyText | 'unsure'): RuleCode {
  return legacy === 'unsure' ? 'TEXT_ENCODING_UNSURE' : LEGACY_CODES[legacy.encoding];
}

/** Nguyễn Văn An for NGUYỄN VĂN AN and nguyễn văn an; any other mixture is as somebody meant it. */
export function inTitleCase(name: string): string {
  if (name !== name.toUpperCase() && name !== name.toLowerCase()) return name;
  return name
    .toLowerCase()
    .replace(/(^|[\s'’ʼ.-])(\p{L})/gu, (_whole, before: string, letter: string) => {
      return before + letter.toUpperCase();
    });
}

const IS_NAME = /^[\p{L}\p{M}'’ʼ. -]+$/u;

const FULL_WIDTH = /[\uFF10-\uFF19]/g;

/**
 * The characters of a number that was typed as text: without invisible ones, full-width digits as
 * plain ones, and without the apostrophe that made it text.
 */
export function mendDigits(text: string): Mended {
  const codes: RuleCode[] = [];
  const visible = text.replace(ZERO_WIDTH, '').trim();
  if (ZERO_WIDTH.test(text)) codes.push('ZERO_WIDTH_CHARACTER');
  ZERO_WIDTH.lastIndex = 0;
  const plain = visible.replace(FULL_WIDTH, (digit) =>
    String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 48),
  );
  if (plain !== visible) codes.push('FULL_WIDTH_DIGITS');
  const value = plain.replace(/^['’‘`]/, '');
  if (value !== plain) codes.push('TEXT_APOSTROPHE');
  return { value, codes };
}
