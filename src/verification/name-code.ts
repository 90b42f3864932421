/**
 * A name as bytes, in which everything is left out that says nothing: the Unicode form, the case, the
 * spaces, where in its syllable a tone is set, apostrophes, and which of two look-alike letters was
 * typed. One look-up in a table for each character, because a month compares millions of names:
 * normalize() and expressions take some thirty times as long.
 *
 * A letter is one byte: the letter without its marks in the low five bits, its kind (â, ă, ơ, đ and
 * those of minority languages) in the high three. A word ends with a byte of its own, which holds its
 * tone.
 */

export interface NameCode {
  readonly bytes: Uint8Array;
  length: number;
  /** Words that have a tone or a letter with a mark. */
  accentedWords: number;
  /** Whether every character is one that a name in Latin letters has. */
  known: boolean;
  /** Whether a sign or a word stands in it that may stand between two holders. */
  divided: boolean;
  /** Of the word that is being written. */
  tones: number;
  wordStart: number;
  accented: boolean;
}

/** The kinds of a letter; none is 0. */
const ROOF = 1;
const BREVE = 2;
const HORN = 3;
const OTHER = 4;

/** What a character is, in the table: a letter with its tone, a mark, a gap, or nothing at all. */
const TONE_SHIFT = 8;
const LETTER = 0x800;
/** Of a letter, the bits of its kind and its tone. */
const ACCENTED = 0x7e0;
const TONE_MARK = 0x1000;
const KIND_MARK = 0x2000;
const GAP = 0x4000;
/** A gap that may stand between two holders. */
const BETWEEN = GAP | 1;
const NOTHING = 0x8000;

const BASE = 31;
const D = 4;
const WORD_END = 0xe0;
const LONGEST = 1_000;

/** ngang is 0; then sắc, huyền, hỏi, ngã, nặng. */
const TONES: Readonly<Record<string, number>> = {
  '\u0301': 1,
  '\u0300': 2,
  '\u0309': 3,
  '\u0303': 4,
  '\u0323': 5,
};
const KINDS: Readonly<Record<string, number>> = { '\u0302': ROOF, '\u0306': BREVE, '\u031b': HORN };

const TABLE = tableOfCharacters();
const LETTERS = lettersOfCodes();

/** Every code as the letter that it stands for; kinds that no keyboard has get a mark of their own. */
function lettersOfCodes(): string[] {
  const marks = ['', '\u0302', '\u0306', '\u031b', '\u0308', '\u0304'];
  return Array.from({ length: WORD_END }, (_, code) => {
    if (code === letter(D, ROOF)) return 'đ';
    const base = String.fromCharCode(96 + (code & BASE));
    return (base + (marks[code >> 5] ?? '')).normalize('NFC');
  });
}

function tableOfCharacters(): Uint16Array {
  const table = new Uint16Array(0x2100);
  for (let code = 0x20; code < table.length; code += 1) {
    table[code] = meaningOf(String.fromCharCode(code));
  }
  for (const control of '\t\n\v\f\r\u0085') table[control.charCodeAt(0)] = GAP;
  return table;
}

function meaningOf(character: string): number {
  // Apostrophes of every kind, and what has no width, are typed or dropped as people like.
  if (/['’‘`´ʼʻˈ\u00ad\u200b-\u200f\u2060]/.test(character)) return NOTHING;
  if (/[,;&+/()\-‐-―]/.test(character)) return BETWEEN;
  if (/[\s.:_]/.test(character)) return GAP;
  // U+00D0 and U+0189 look like U+0110, and none of them has a decomposition.
  if (/[ĐÐƉđðɖ]/.test(character)) return LETTER | letter(D, ROOF);
  const tone = TONES[character];
  if (tone !== undefined) return TONE_MARK | tone;
  if (/\p{M}/u.test(character)) return KIND_MARK | (KINDS[character] ?? OTHER);
  return meaningOfLetter(character);
}

function meaningOfLetter(character: string): number {
  const [base = '', ...marks] = character.normalize('NFD').toLowerCase();
  if (!/[a-z]/.test(base)) return 0;
  let code = letter(base.charCodeAt(0) - 96, 0);
  let tone = 0;
  for (const mark of marks) {
    const marked = TONES[mark];
    if (marked !== undefined && isVowel(code)) tone = marked;
    else code = withKind(code, KINDS[mark] ?? OTHER);
  }
  return LETTER | (tone << TONE_SHIFT) | code;
}

function letter(base: number, kind: number): number {
  return base | (kind << 5);
}

/** Two marks on one letter, as ơ̆ of the Bahnar has them, are a kind of their own. */
function withKind(code: number, kind: number): number {
  return code >> 5 === 0 ? letter(code & BASE, kind) : letter(code & BASE, OTHER + 1);
}

function isVowel(code: number): boolean {
  return ((0x2208222 >> (code & BASE)) & 1) === 1;
}

/** Room for one name, to be used again and again. */
export function roomForName(): NameCode {
  return {
    bytes: new Uint8Array(2 * LONGEST),
    length: 0,
    accentedWords: 0,
    known: true,
    divided: false,
    tones: 0,
    wordStart: 0,
    accented: false,
  };
}

/** Writes a name as bytes. What is longer than any name is not known. */
export function encodeName(name: string, into: NameCode): void {
  into.length = 0;
  into.wordStart = 0;
  into.accentedWords = 0;
  into.tones = 0;
  into.accented = false;
  into.known = name.length <= LONGEST;
  into.divided = false;
  const { bytes } = into;
  const length = into.known ? name.length : 0;
  // In a variable of its own, which is a third faster than in the object.
  let at = 0;
  for (let i = 0; i < length; i += 1) {
    const meaning = TABLE[name.charCodeAt(i)] ?? 0;
    if ((meaning & LETTER) !== 0) {
      bytes[at] = meaning & 0xff;
      at += 1;
      if ((meaning & ACCENTED) !== 0) addAccent(into, meaning);
    } else {
      into.length = at;
      addOther(into, meaning);
      at = into.length;
    }
  }
  into.length = at;
  endWord(into);
}

function addOther(into: NameCode, meaning: number): void {
  if (meaning === GAP) endWord(into);
  else if (meaning === 0) into.known = false;
  else if (meaning === BETWEEN) {
    into.divided = true;
    endWord(into);
  } else if (meaning !== NOTHING && into.length > into.wordStart) addMark(into, meaning);
}

function addAccent(into: NameCode, meaning: number): void {
  const tone = (meaning >> TONE_SHIFT) & 7;
  into.accented = true;
  if (tone !== 0) addTone(into, tone);
}

function addMark(into: NameCode, meaning: number): void {
  const last = into.bytes[into.length - 1] ?? 0;
  if ((meaning & TONE_MARK) !== 0 && isVowel(last)) {
    addTone(into, meaning & 7);
    return;
  }
  into.accented = true;
  into.bytes[into.length - 1] = withKind(last, (meaning & KIND_MARK) !== 0 ? meaning & 7 : OTHER);
}

/** Words that were written together have several tones; they are kept in their order. */
function addTone(into: NameCode, tone: number): void {
  into.accented = true;
  into.tones = into.tones * 8 + tone;
  if (into.tones > Number.MAX_SAFE_INTEGER / 8) into.known = false;
}

function endWord(into: NameCode): void {
  if (into.length === into.wordStart) return;
  if (into.length - into.wordStart === 2 && isAnd(into)) into.divided = true;
  let tones = into.tones;
  do {
    into.bytes[into.length] = WORD_END + (tones % 8);
    into.length += 1;
    tones = Math.floor(tones / 8);
  } while (tones > 0);
  if (into.accented) into.accentedWords += 1;
  into.wordStart = into.length;
  into.tones = 0;
  into.accented = false;
}

/** Và stands between two holders of an account. It is also a family name. */
function isAnd({ bytes, wordStart }: NameCode): boolean {
  return bytes[wordStart] === 22 && ((bytes[wordStart + 1] ?? 0) & BASE) === 1;
}

const COUNTS = new Int16Array(BASE + 1);
const I = 9;
const Y = 25;

/**
 * How many letters each of two names has that the other one has not, whatever their order and their
 * marks; of the two counts the smaller. A quick no: names with two such letters can hardly be read as
 * one another.
 */
export function lettersMissing(a: NameCode, b: NameCode): number {
  COUNTS.fill(0);
  for (let i = 0; i < a.length; i += 1) countLetter(a.bytes[i] ?? 0, 1);
  for (let i = 0; i < b.length; i += 1) countLetter(b.bytes[i] ?? 0, -1);
  let inA = 0;
  let inB = 0;
  for (const count of COUNTS) {
    if (count > 0) inA += count;
    else inB -= count;
  }
  return Math.min(inA, inB);
}

function countLetter(byte: number, by: number): void {
  if (byte >= WORD_END) return;
  const base = (byte & BASE) === Y ? I : byte & BASE;
  COUNTS[base] = (COUNTS[base] ?? 0) + by;
}

/** Whether two names are one, but for what the code leaves out. */
export function sameCode(a: NameCode, b: NameCode): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}

/** Whether the letters agree, word by word, once marks and tones are taken off. */
export function samePlain(a: NameCode, b: NameCode): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    const [one, other] = [a.bytes[i] ?? 0, b.bytes[i] ?? 0];
    const ends = one >= WORD_END;
    if (ends !== other >= WORD_END) return false;
    if (!ends && (one & BASE) !== (other & BASE)) return false;
  }
  return true;
}

/** A word of a name, in letters again. */
export interface NameWord {
  /** With its marks and without its tone, in lower case. */
  readonly letters: string;
  /** Without marks. */
  readonly plain: string;
  /** 0 to 5; several, in base 8, where words were written together. */
  readonly tone: number;
}

/** The words of a name. */
export function wordsOf({ bytes, length }: NameCode): NameWord[] {
  const words: NameWord[] = [];
  let letters = '';
  let plain = '';
  let tone = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte < WORD_END) {
      letters += LETTERS[byte] ?? '';
      plain += LETTERS[byte & BASE] ?? '';
      continue;
    }
    tone = tone * 8 + (byte - WORD_END);
    if (i + 1 < length && (bytes[i + 1] ?? 0) >= WORD_END) continue;
    words.push({ letters, plain, tone });
    letters = plain = '';
    tone = 0;
  }
  return words;
}
