/**
 * Whether two Vietnamese names are one. What differs only in how it is written is the same name; a
 * name that can be read as the other one, by a cut, an initial, another order or a slip, is doubtful
 * and goes to a person; two names with accents that differ in an accent are two names.
 *
 * Symmetric. Blind to the Unicode form, to case, to the width of spaces and to the place of a tone.
 */
import {
  encodeName,
  roomForName,
  sameCode,
  lettersMissing,
  samePlain,
  wordsOf,
  type NameCode,
  type NameWord,
} from './name-code.ts';
import { readInOldFonts } from './old-font.ts';
import { isPlainSyllable, isSyllable } from './syllable.ts';

/** What a comparison of two names says; doubtful always goes to a person. */
export type NameClass = 'same' | 'doubtful' | 'not';

/** Why. */
type NameReason =
  | 'identical'
  | 'written-otherwise'
  | 'missing-space'
  | 'without-accents'
  | 'old-font'
  | 'accents-missing'
  | 'accents-unknown'
  | 'space-changes-syllables'
  | 'i-or-y'
  | 'other-order'
  | 'cut-off'
  | 'initial'
  | 'word-missing'
  | 'two-holders'
  | 'title'
  | 'one-letter'
  | 'unknown-letter'
  | 'accents-differ'
  | 'words-differ'
  | 'empty';

export interface NameVerdict {
  readonly class: NameClass;
  readonly reason: NameReason;
}

// Made once: a comparison gives one of these and allocates nothing.
const SAME = verdicts('same', ['identical', 'written-otherwise', 'missing-space', 'old-font']);
const SAME_WITHOUT_ACCENTS = verdict('same', 'without-accents');
const NOT = verdicts('not', ['accents-differ', 'words-differ', 'empty']);

function verdict(is: NameClass, reason: NameReason): NameVerdict {
  return Object.freeze({ class: is, reason });
}

function verdicts<Reason extends NameReason>(
  is: NameClass,
  reasons: readonly Reason[],
): Readonly<Record<Reason, NameVerdict>> {
  return Object.fromEntries(reasons.map((reason) => [reason, verdict(is, reason)])) as Record<
    Reason,
    NameVerdict
  >;
}

const ONE = roomForName();
const OTHER = roomForName();

/** The class alone: see compareNames. */
export function matchNames(a: string, b: string): NameClass {
  return compareNames(a, b).class;
}

/**
 * Compares two names. That names without accents agree with one that has them supports that two
 * people are one ('without-accents') and never proves it.
 */
export function compareNames(a: string, b: string): NameVerdict {
  const found = compared(a, b);
  if (found.class !== 'not' || found.reason === 'empty') return found;
  return fromOldFont(a, b) ?? fromOldFont(b, a) ?? found;
}

function compared(a: string, b: string): NameVerdict {
  encodeName(a, ONE);
  encodeName(b, OTHER);
  if (!ONE.known || !OTHER.known) return unknownLetters(a, b);
  const quick = comparedAsBytes(a, b);
  if (quick !== undefined) return quick;
  const one = nameOf(ONE, a);
  const other = nameOf(OTHER, b);
  return ONE.accentedWords < OTHER.accentedWords ? read(one, other) : read(other, one);
}

/** What is seen without a look at single words, which is nearly all. */
function comparedAsBytes(a: string, b: string): NameVerdict | undefined {
  if (ONE.length === 0 || OTHER.length === 0) return NOT.empty;
  if (sameCode(ONE, OTHER)) return a === b ? SAME.identical : SAME['written-otherwise'];
  if (bareAndAccented() && samePlain(ONE, OTHER)) return SAME_WITHOUT_ACCENTS;
  if (ONE.divided || OTHER.divided) return undefined;
  return lettersMissing(ONE, OTHER) > 1 ? NOT['words-differ'] : undefined;
}

/** Two words that lack their accents hardly come by chance. This is most names of a bank. */
function bareAndAccented(): boolean {
  if (ONE.accentedWords === 0) return OTHER.accentedWords > 1;
  return OTHER.accentedWords === 0 && ONE.accentedWords > 1;
}

/** Full-width letters, ligatures and the like are letters still; of anything else we know nothing. */
function unknownLetters(a: string, b: string): NameVerdict {
  const [x, y] = [a, b].map((name) => name.replaceAll('\uFEFF', '').normalize('NFKC')) as [
    string,
    string,
  ];
  if (x !== a || y !== b) {
    const found = compared(x, y);
    return found === SAME.identical ? SAME['written-otherwise'] : found;
  }
  const [lowerA, lowerB] = [a, b].map((name) => name.toLowerCase().replace(/\s+/g, ' ').trim());
  if (lowerA === lowerB) return SAME['written-otherwise'];
  return ONE.length > 0 && sameCode(ONE, OTHER)
    ? verdict('doubtful', 'unknown-letter')
    : NOT['words-differ'];
}

/** The first name as it may have been meant, when a word of it is none until it is read so. */
function fromOldFont(a: string, b: string): NameVerdict | undefined {
  for (const meant of readInOldFonts(a)) {
    const words = a.normalize('NFC').split(/\s+/);
    const repaired = meant.split(/\s+/).some((word, i) => {
      const before = words[i] ?? '';
      return word !== before && !allSyllables(before) && allSyllables(word);
    });
    if (!repaired) continue;
    const found = compared(meant, b);
    if (found.class === 'same') return SAME['old-font'];
    if (found.class === 'doubtful') return found;
  }
  return undefined;
}

function allSyllables(text: string): boolean {
  encodeName(text, ONE);
  return ONE.known && ONE.length > 0 && wordsOf(ONE).every(isSyllable);
}

// --- Names that are not alike letter for letter -------------------------------------------------

/** A name as it is read: in words, as one string, and as it came. */
interface Name {
  readonly words: readonly NameWord[];
  readonly accented: boolean;
  readonly text: string;
  /** All letters, with their marks; and without. */
  readonly letters: string;
  readonly plain: string;
  /** Whether it may name two holders. */
  readonly joint: boolean;
}

function nameOf(code: NameCode, text: string): Name {
  const words = wordsOf(code);
  let letters = '';
  let plain = '';
  for (const word of words) {
    letters += word.letters;
    plain += word.plain;
  }
  return { words, accented: code.accentedWords > 0, text, letters, plain, joint: code.divided };
}

/** Both names, and how far letters can be compared: a name without accents has no more to say. */
interface Pair {
  readonly a: Name;
  readonly b: Name;
  readonly plain: boolean;
}

type Reading = (pair: Pair) => NameReason | undefined;

// From what says most to what says least; the first that holds is told.
const READINGS: readonly Reading[] = [
  accentsMissing,
  iOrY,
  twoHolders,
  cutOff,
  otherWords,
  wordInFront,
  oneLetter,
];

function read(bare: Name, accented: Name): NameVerdict {
  const pair = { a: bare, b: accented, plain: !bare.accented };
  const alike = sameButForSpaces(pair);
  if (alike !== undefined) return alike;
  for (const reading of READINGS) {
    const reason = reading(pair);
    if (reason !== undefined) return verdict('doubtful', reason);
  }
  return bare.plain === accented.plain ? NOT['accents-differ'] : NOT['words-differ'];
}

/** All letters agree in their order, with their tones, wherever the spaces stand. */
function sameButForSpaces({ a, b, plain }: Pair): NameVerdict | undefined {
  if (plain ? a.plain !== b.plain : a.letters !== b.letters) return undefined;
  if (!plain && tonesOf(a) !== tonesOf(b)) return undefined;
  const merged = [...wordsAcross(a, b), ...wordsAcross(b, a)];
  // Ho An is not Hoan; MinhKhai can only be Minh Khai.
  if (merged.some(plain ? isPlainSyllable : isSyllable)) {
    return verdict('doubtful', 'space-changes-syllables');
  }
  if (!plain || !b.accented) return SAME['missing-space'];
  return lacksAccents(a, b) ? SAME_WITHOUT_ACCENTS : verdict('doubtful', 'accents-unknown');
}

function tonesOf({ words }: Name): string {
  return words.map(({ tone }) => (tone === 0 ? '' : tone.toString(8))).join('');
}

/** The words of a name that have the end of a word of the other one within them. */
function wordsAcross(a: Name, b: Name): NameWord[] {
  const ends = new Set(endsOf(b));
  const own = endsOf(a);
  return a.words.filter((_, i) => {
    const from = own[i - 1] ?? 0;
    const until = own[i] ?? 0;
    for (let at = from + 1; at < until; at += 1) if (ends.has(at)) return true;
    return false;
  });
}

function endsOf({ words }: Name): number[] {
  let at = 0;
  return words.map(({ plain }) => (at += plain.length));
}

/** Family names that are written without an accent. */
const BARE_FAMILY_NAMES = new Set(
  'an cao chu chung danh giang khang kha lang ma mai ngan ong phan phi quan sa thi trang vi xa'.split(
    ' ',
  ),
);

/**
 * Whether a name without accents is seen to have lost them, and is not a whole name that happens to
 * have none: Mai Lan Anh is not Mai Lan Ánh without accents.
 */
function lacksAccents(bare: Name, accented: Name): boolean {
  if (accented.words.filter(isAccentedWord).length > 1) return true;
  return bare.words.some((word, i) => hasLostAccents(word, i, bare.words.length));
}

function isAccentedWord({ letters, plain, tone }: NameWord): boolean {
  return tone !== 0 || letters !== plain;
}

function hasLostAccents(word: NameWord, at: number, of: number): boolean {
  if (isAccentedWord(word)) return false;
  if (!isSyllable(word)) return true;
  if (at === 0) return !BARE_FAMILY_NAMES.has(word.plain);
  // In the middle Thi and Van are Thị and Văn.
  return at < of - 1 && (word.plain === 'thi' || word.plain === 'van');
}

/** Some words have their accents and some have lost them: Nguyen Văn Bình. */
function accentsMissing({ a, b, plain }: Pair): NameReason | undefined {
  if (plain || a.words.length !== b.words.length) return undefined;
  const count = a.words.length;
  const missing = a.words.every((word, i) => {
    const other = b.words[i];
    if (other?.plain !== word.plain) return false;
    if (sameWord(word, other, false)) return true;
    return hasLostAccents(word, i, count) || hasLostAccents(other, i, count);
  });
  return missing ? 'accents-missing' : undefined;
}

/** The spelling reform writes lí, mĩ, quí where others write lý, mỹ, quý; thúy is never thúi. */
const FINAL_Y = /^([^aăâeêioôơuưy]*|qu)y$/;

function sameWord(a: NameWord, b: NameWord, plain: boolean): boolean {
  const [x, y] = plain ? [a.plain, b.plain] : [a.letters, b.letters];
  if (!plain && a.tone !== b.tone) return false;
  if (x === y) return true;
  const [i, other] = x.endsWith('i') ? [x, y] : [y, x];
  return i.endsWith('i') && FINAL_Y.test(other) && i === `${other.slice(0, -1)}i`;
}

function iOrY({ a, b, plain }: Pair): NameReason | undefined {
  const agree =
    a.words.length === b.words.length &&
    a.words.every((word, i) => sameWord(word, b.words[i] ?? word, plain));
  return agree ? 'i-or-y' : undefined;
}

/**
 * One name is the beginning of the other, at whatever length: fields are as short as they are, and a
 * person tells a cut from another name. What was cut off has no more accents than what is whole:
 * Nguyễn Thị Lan is not NGUYEN THI LAN ANH cut off.
 */
function cutOff({ a, b, plain }: Pair): NameReason | undefined {
  const [shorter, longer] = a.plain.length < b.plain.length ? [a, b] : [b, a];
  if (!longer.plain.startsWith(shorter.plain)) return undefined;
  if (!shorter.accented) return 'cut-off';
  const isCut = !plain && longer.plain.length > shorter.plain.length;
  return isCut && isBeginning(shorter, longer) ? 'cut-off' : undefined;
}

/** Of the letter at the cut a mark or the tone behind it may be gone; before it nothing is. */
function isBeginning(shorter: Name, longer: Name): boolean {
  const last = shorter.letters.length - 1;
  const whole = longer.letters.slice(0, last + 1);
  const lostItsMark = shorter.letters[last] === longer.plain[last];
  const letters =
    shorter.letters === whole || (lostItsMark && whole.startsWith(shorter.letters.slice(0, -1)));
  return letters && tonesSoFar(shorter, longer);
}

function tonesSoFar(shorter: Name, longer: Name): boolean {
  const lastWord = shorter.words.length - 1;
  const byWord = shorter.words.every(
    ({ tone }, i) => tone === longer.words[i]?.tone || (tone === 0 && i === lastWord),
  );
  // Where a space is missing words do not stand beside each other.
  return byWord || (isLong(shorter) && tonesOf(longer).startsWith(tonesOf(shorter)));
}

/** Nobody else has so long a name by chance. */
function isLong({ letters }: Name): boolean {
  return letters.length >= 20;
}

/** What stands between two holders of one account. */
const BETWEEN_HOLDERS = /\s*[-–—&/+,;()]+\s*|\s+v[aà]\s+/i;

/** One of several holders is the other name. A holder has two words at least. */
function twoHolders({ a, b }: Pair): NameReason | undefined {
  for (const [joint, single] of [
    [a, b],
    [b, a],
  ] as const) {
    if (!joint.joint) continue;
    const holders = joint.text.normalize('NFC').trim().split(BETWEEN_HOLDERS).filter(hasTwoWords);
    const own = single.text.normalize('NFC');
    if (holders.some((holder) => holder !== joint.text && compared(holder, own).class !== 'not')) {
      return 'two-holders';
    }
  }
  return undefined;
}

function hasTwoWords(text: string): boolean {
  return /\S\s+\S/.test(text.trim());
}

/**
 * Every word of the one name is in the other, family and given name among them: in another order, as
 * an initial, or with words of the middle left out.
 */
function otherWords({ a, b, plain }: Pair): NameReason | undefined {
  const [few, all] = a.words.length <= b.words.length ? [a, b] : [b, a];
  return (
    foundIn(few, all, plain) ??
    (few.words.length === all.words.length ? foundIn(all, few, plain) : undefined)
  );
}

function foundIn(few: Name, all: Name, plain: boolean): NameReason | undefined {
  if (few.words.length < 2) return undefined;
  const taken = new Set<number>();
  const places: number[] = [];
  const take = (word: NameWord, fits: typeof sameWord): boolean => {
    const place = all.words.findIndex((other, i) => !taken.has(i) && fits(word, other, plain));
    if (place !== -1) taken.add(place);
    if (place !== -1) places.push(place);
    return place !== -1;
  };
  const initials = few.words.filter((word) => !take(word, sameWord));
  const whole = few.words.length - initials.length;
  const read = initials.every((word) => isInitial(word, few) && take(word, startsWith));
  const ends = taken.has(0) && taken.has(all.words.length - 1);
  if (!read || !ends || whole === 0) return undefined;
  if (initials.length > 0) return 'initial';
  if (few.words.length < all.words.length) return 'word-missing';
  return 'other-order';
}

/**
 * A consonant alone is an initial. A vowel alone is a word of some names, as in Giàng A Páo: in a
 * name that has its accents nothing is short, in one without it may be.
 */
function isInitial({ plain }: NameWord, { accented }: Name): boolean {
  return plain.length === 1 && (!accented || !/[aeiouy]/.test(plain));
}

function startsWith(word: NameWord, other: NameWord): boolean {
  return other.plain.startsWith(word.plain);
}

const TITLES = new Set('ong ba anh chi cu co em mr mrs ms'.split(' '));

/** Before the whole of the other name stands a title, or the Y or H of a highland name. */
function wordInFront({ a, b, plain }: Pair): NameReason | undefined {
  const [shorter, longer] = a.words.length < b.words.length ? [a, b] : [b, a];
  const [first, ...rest] = longer.words;
  const fits = rest.length >= 2 && rest.length === shorter.words.length;
  if (first === undefined || !fits) return undefined;
  if (!rest.every((word, i) => sameWord(word, shorter.words[i] ?? first, plain))) return undefined;
  if (first.plain.length === 1) return 'word-missing';
  return TITLES.has(first.plain) ? 'title' : undefined;
}

/**
 * One word differs by one letter, and one of the two is no syllable: a slip of the keyboard. Minh and
 * Mạnh are both somebody.
 */
function oneLetter({ a, b, plain }: Pair): NameReason | undefined {
  if (a.words.length !== b.words.length || a.words.length < 2) return undefined;
  const different = a.words.flatMap((word, i) => {
    const other = b.words[i] ?? word;
    return sameWord(word, other, plain) ? [] : [[word, other] as const];
  });
  const [pair, ...more] = different;
  if (pair === undefined || more.length > 0) return undefined;
  const [word, other] = pair;
  if (Math.max(word.plain.length, other.plain.length) < 3) return undefined;
  const sound = plain ? isPlainSyllable : isSyllable;
  if (sound(word) && sound(other)) return undefined;
  return isOneSlip(written(word, plain), written(other, plain)) ? 'one-letter' : undefined;
}

/** A word for the counting of slips: a tone is as much as a letter. */
function written({ letters, plain, tone }: NameWord, withoutMarks: boolean): string {
  return withoutMarks || tone === 0 ? (withoutMarks ? plain : letters) : letters + String(tone);
}

/** One letter more, less or other, or two neighbours that have changed places. */
function isOneSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let from = 0;
  while (from < short.length && short[from] === long[from]) from += 1;
  if (long.length > short.length) return short.slice(from) === long.slice(from + 1);
  if (short.slice(from + 1) === long.slice(from + 1)) return true;
  return (
    short[from] === long[from + 1] &&
    short[from + 1] === long[from] &&
    short.slice(from + 2) === long.slice(from + 2)
  );
}
