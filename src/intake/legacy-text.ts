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

/** Undefined where the text reads as it is, or reads in no legacy encoding either. */
export function readLegacy(text: string): LegacyText | undefined {
  if (!mayBeLegacy(text) || isNumberedAbbreviation(text)) return undefined;
  if (wordsOf(text).every(isVietnamese)) return undefined;
  for (const [encoding, decode] of DECODERS) {
    const decoded = decode(text);
    if (decoded !== text && wordsOf(decoded).every(isVietnamese))
      return { encoding, text: decoded };
  }
  return undefined;
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

const DECODERS: readonly (readonly [LegacyEncoding, (text: string) => string])[] = [
  ['tcvn3', fromTcvn3],
  ['vni', fromVni],
  ['windows-1258', fromCp1258],
];

// --- What a Vietnamese syllable is

const ONSETS = 'ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x|';
const NUCLEI =
  'uyê|uya|uyu|yêu|iêu|ươi|ươu|uôi|oai|oay|oao|oeo|uây|uai|' +
  'ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|' +
  'a|ă|â|e|ê|i|o|ô|ơ|u|ư|y';
const CODAS = 'ch|ng|nh|c|m|n|p|t|';
const SYLLABLE = new RegExp(`^(?:${ONSETS})(?:${NUCLEI})(?:${CODAS})$`);
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g;

/**
 * Whether a word reads as Vietnamese. A word without a letter above ASCII says nothing, and passes:
 * it may be an abbreviation, a number, or a name of another language.
 */
function isVietnamese(word: string): boolean {
  // eslint-disable-next-line no-control-regex -- ASCII is what is looked for
  if (/^[\x00-\x7f]*$/.test(word)) return true;
  const decomposed = word.toLowerCase().replaceAll('ð', 'đ').normalize('NFD');
  if ((decomposed.match(TONE)?.length ?? 0) > 1) return false;
  return SYLLABLE.test(decomposed.replace(TONE, '').normalize('NFC'));
}

function wordsOf(text: string): string[] {
  return text.split(/[\s\d.,;:/()'"’\-–&+]+/).filter((word) => word !== '');
}
