import type { ListColumn } from './recipient-list.ts';

// Vietnamese text of before Unicode. A font of TCVN3 (ABC) or VNI shows Vietnamese letters where
// the bytes say Latin-1 ones, and windows-1258 writes the tone as a byte of its own. Read as Latin-1,
// such a text has letters that no Vietnamese syllable has, and that is how it is told from a right
// one: a text is taken for legacy only when it does not read as Vietnamese and its repair does.

export type LegacyEncoding = 'tcvn3' | 'vni' | 'windows-1258';

/** A text repaired from the encoding that it was found to be in. */
export interface LegacyText {
  readonly encoding: LegacyEncoding;
  readonly text: string;
}

/** The columns that are written in an encoding of before Unicode, and in which. */
export type ColumnEncodings = ReadonlyMap<ListColumn, LegacyEncoding>;

export const OF_TODAY: ColumnEncodings = new Map();

/**
 * How a text of before Unicode reads. Undefined where it reads as it stands, or in no encoding at all; 'unsure'
 * where it reads differently in two of them. What the rest of its column was written in is expected, and
 * then a text that reads as it stands as well, such as Phan Dòng for Phan Dũng, is read like its neighbours.
 */
export function readLegacy(
  text: string,
  expected?: LegacyEncoding,
): LegacyText | 'unsure' | undefined {
  if (!mayBeLegacy(text) || isNumberedAbbreviation(text)) return undefined;
  const standsReadable = isReadable(text);
  const inColumn = expected === undefined ? undefined : decoded(expected, text);
  // What reads neither way may be a name of the highlands, which no rule of Vietnamese spells.
  if (inColumn !== undefined && (!standsReadable || isReadable(inColumn.text))) return inColumn;
  return standsReadable ? undefined : readAlone(text);
}

function readAlone(text: string): LegacyText | 'unsure' | undefined {
  const [tcvn3, vni, other] = LEGACY_ENCODINGS.map((encoding) => {
    const read = decoded(encoding, text);
    return read !== undefined && isReadable(read.text) ? read : undefined;
  });
  if (tcvn3 !== undefined && vni !== undefined && tcvn3.text !== vni.text) return 'unsure';
  // Files of windows-1258 are rare, and what reads in a font's encoding is not asked for in it.
  return tcvn3 ?? vni ?? other;
}

/** The text as this encoding has it, if that is another one. */
function decoded(encoding: LegacyEncoding, text: string): LegacyText | undefined {
  const read = DECODERS[encoding](text);
  return read === text ? undefined : { encoding, text: read };
}

/** What a text says in each encoding of before Unicode, whether it reads as Vietnamese or not. */
export function decodeLegacy(text: string): readonly string[] {
  return mayBeLegacy(text) ? LEGACY_ENCODINGS.map((encoding) => DECODERS[encoding](text)) : [];
}

/**
 * The encoding of before Unicode in which texts were written together: that of at least two which read in
 * no other, where those outnumber the ones with letters that only Unicode has. Undefined for texts of
 * today, one of which was pasted from an old file: it is then judged by itself.
 */
export function encodingOf(texts: Iterable<string>): LegacyEncoding | undefined {
  const counts: Record<LegacyEncoding, number> = { tcvn3: 0, vni: 0, 'windows-1258': 0 };
  let today = 0;
  for (const text of texts) {
    const read = readLegacy(text);
    if (isOfToday(text)) today += 1;
    else if (read !== undefined && read !== 'unsure') counts[read.encoding] += 1;
  }
  const [most] = LEGACY_ENCODINGS.toSorted((a, b) => counts[b] - counts[a]);
  return most !== undefined && counts[most] >= 2 && counts[most] > today ? most : undefined;
}

/** Whether a text has a Vietnamese letter that only Unicode has. */
export function isOfToday(text: string): boolean {
  return /[\u0102-\u1EF9]/.test(text);
}

function isReadable(text: string): boolean {
  return wordsOf(text).every(isVietnamese);
}

/**
 * 12/QÐ-UBND, 20/2021/NÐ-CP: the letter that looks like Đ, in the number of a document. Read as TCVN3 it
 * would be é, and Né is a syllable; but nobody's name has a number beside it.
 */
function isNumberedAbbreviation(text: string): boolean {
  return /\d/.test(text) && /^[ -~Ð]*$/.test(text);
}

/** Bytes read as Latin-1 have no letter above U+00FF, and Vietnamese ones have some above U+009F. */
function mayBeLegacy(text: string): boolean {
  let hasHigh = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return false;
    if (code > 0xa0) hasHigh = true;
  }
  return hasHigh;
}

// --- TCVN 5712:1993, VN3

const TCVN3_FROM =
  '¡¢£¤¥¦§¨©ª«¬\u00AD®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ';
const TCVN3_TO = 'ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ';

const TCVN3 = new Map(Array.from(TCVN3_FROM, (from, i) => [from, TCVN3_TO[i] ?? from]));

function fromTcvn3(text: string): string {
  return Array.from(text, (letter) => TCVN3.get(letter) ?? letter).join('');
}

// --- VNI for Windows: a letter, and behind it one byte for circumflex, breve and tone together

const TONES = { grave: '\u0300', acute: '\u0301', hook: '\u0309', tilde: '\u0303', dot: '\u0323' };
const CIRCUMFLEX = '\u0302';
const BREVE = '\u0306';
const VNI_MARKS: Readonly<Record<string, string>> = {
  ø: TONES.grave,
  ù: TONES.acute,
  û: TONES.hook,
  õ: TONES.tilde,
  ï: TONES.dot,
  â: CIRCUMFLEX,
  à: CIRCUMFLEX + TONES.grave,
  á: CIRCUMFLEX + TONES.acute,
  å: CIRCUMFLEX + TONES.hook,
  ã: CIRCUMFLEX + TONES.tilde,
  ä: CIRCUMFLEX + TONES.dot,
  ê: BREVE,
  è: BREVE + TONES.grave,
  é: BREVE + TONES.acute,
  ú: BREVE + TONES.hook,
  ü: BREVE + TONES.tilde,
  ë: BREVE + TONES.dot,
};
const VNI_LETTERS: Readonly<Record<string, string>> = {
  ñ: 'đ',
  ô: 'ơ',
  ö: 'ư',
  í: 'í',
  ì: 'ì',
  æ: 'ỉ',
  ó: 'ĩ',
  ò: 'ị',
  î: 'ỵ',
};
const VNI_MARKED = /([aeouyôöAEOUYÔÖ])([øùûõïâàáåãäêèéúüëØÙÛÕÏÂÀÁÅÃÄÊÈÉÚÜË])|[ñôöíìæóòîÑÔÖÍÌÆÓÒÎ]/g;

function fromVni(text: string): string {
  return text
    .replace(VNI_MARKED, (whole, letter: string | undefined, mark: string | undefined) =>
      letter === undefined || mark === undefined
        ? vniLetter(whole)
        : vniLetter(letter) + (VNI_MARKS[mark.toLowerCase()] ?? mark),
    )
    .normalize('NFC');
}

function vniLetter(letter: string): string {
  const lower = letter.toLowerCase();
  const mapped = VNI_LETTERS[lower] ?? lower;
  return letter === lower ? mapped : mapped.toUpperCase();
}

// --- windows-1258: as Latin-1, but for these

const CP1258: Readonly<Record<string, string>> = {
  Ã: 'Ă',
  ã: 'ă',
  Ð: 'Đ',
  ð: 'đ',
  Õ: 'Ơ',
  õ: 'ơ',
  Ý: 'Ư',
  ý: 'ư',
  Ì: TONES.grave,
  Ò: TONES.hook,
  Þ: TONES.tilde,
  ì: TONES.acute,
  ò: TONES.dot,
};

function fromCp1258(text: string): string {
  return Array.from(text, (letter) => CP1258[letter] ?? letter)
    .join('')
    .normalize('NFC');
}

const DECODERS: Readonly<Record<LegacyEncoding, (text: string) => string>> = {
  tcvn3: fromTcvn3,
  vni: fromVni,
  'windows-1258': fromCp1258,
};
const LEGACY_ENCODINGS = ['tcvn3', 'vni', 'windows-1258'] as const;

// --- What a Vietnamese syllable is: an onset, a rhyme, and a tone that the rhyme can bear

/** Before a, ă, â, o, ô, ơ, u, ư; before e, ê, i, y; and what stands before either. */
const BACK_ONSETS = 'c|g|ng';
const FRONT_ONSETS = 'k|gh|ngh';
const ONSETS = '|b|ch|d|đ|gi|h|kh|l|m|n|nh|p|ph|r|s|t|th|tr|v|x';
const BACK_RHYMES =
  'a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|' +
  'o|oc|oi|om|on|ong|op|ot|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|oăt|' +
  'oe|oen|oeo|oet|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|ơt|u|uc|ui|um|un|ung|up|ut|ua|uôc|uôi|uôm|' +
  'uôn|uông|uôt|uân|uâng|uât|uây|uê|uêch|uênh|uên|uơ|uy|uya|uyên|uyêt|uych|uynh|uyt|uyu|uyn|uyp|' +
  'ư|ưa|ưc|ưi|ưm|ưn|ưng|ưt|ưu|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu';
const FRONT_RHYMES =
  'e|ec|em|en|eng|eo|ep|et|ê|êch|êm|ên|ênh|êp|êt|êu|i|ich|im|in|inh|ip|it|iu|' +
  'ia|iêc|iêm|iên|iêng|iêp|iêt|iêu|y';
const QU_RHYMES =
  'a|ac|ach|ai|an|ang|anh|ao|at|au|ay|ăc|ăn|ăng|ăp|ăt|âc|ân|âng|ât|ây|e|en|eo|et|ê|ên|ênh|êt|êu|' +
  'i|in|it|ich|inh|ôc|ôn|ông|ơ|ơi|y|yên|yêt|yêu|ych|ynh|yt|yn|yp';
const SYLLABLE = new RegExp(
  `^(?:(?:${BACK_ONSETS}|${ONSETS})(?:${BACK_RHYMES})|(?:${FRONT_ONSETS}|${ONSETS})(?:${FRONT_RHYMES})|` +
    `g(?:e|eo)|gi(?:êng|êt|êm|êp|êc|ên)|g(?:i|in)|qu(?:${QU_RHYMES})|yêm|yên|yêng|yêt|yêu)$`,
);
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g;
/** A syllable that ends in a stop has the tone of sắc or of nặng. */
const STOPPED = /(?:c|ch|p|t)$/;
const TONE_OF_STOPPED = /[\u0301\u0323]/;
/** QĐ, NĐ, HĐND: no syllable, and right all the same. */
const ABBREVIATION = /^[B-DF-HJ-NP-TV-XZĐ]+$/;

/**
 * Whether a word reads as Vietnamese. A word without a letter above ASCII says nothing, and passes:
 * it may be an abbreviation, a number, or a name of another language.
 */
function isVietnamese(word: string): boolean {
  // eslint-disable-next-line no-control-regex -- ASCII is what is looked for
  if (/^[\x00-\x7f]*$/.test(word) || ABBREVIATION.test(word)) return true;
  const decomposed = word.toLowerCase().replaceAll('ð', 'đ').normalize('NFD');
  const tones = decomposed.match(TONE) ?? [];
  const bare = decomposed.replace(TONE, '').normalize('NFC');
  if (tones.length > 1 || !SYLLABLE.test(bare)) return false;
  return !STOPPED.test(bare) || TONE_OF_STOPPED.test(tones[0] ?? '');
}

function wordsOf(text: string): string[] {
  return text.split(/[\s\d.,;:/()'"’\-–&+]+/).filter((word) => word !== '');
}
