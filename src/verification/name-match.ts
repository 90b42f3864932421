import { foldName } from '../kernel/text.ts';

/** What a comparison of two names says; doubtful always goes to a person. */
export type NameClass = 'same' | 'doubtful' | 'not';

/** Shortest prefix that may be a name cut off by a bank's length limit: VietQR has 25 characters. */
const SHORTEST_CUT = 20;

// Old and new placement of the tone on oa, oe, uy: hoà and hòa are one spelling.
const TONES = '\u0300\u0301\u0303\u0309\u0323';
const OLD_PLACEMENT = new RegExp(`(o)([${TONES}])([ae])(?![a-z])|(u)([${TONES}])(y)(?![a-z])`, 'g');

/** The spelling reform writes lí, mĩ, quí where others write lý, mỹ, quý; thúy is never thúi. */
const FINAL_Y = new RegExp(`((?:^| )(?:[hklmstv]|qu))y([${TONES}]?)(?= |$)`, 'g');

/** Two holders in one account name. */
const JOINT = / *[-&/,] *| v[aà] /;

/**
 * Compares the name on a list with the name in the population database. Rules: what differs only in
 * how it is written is the same name (form, case, spaces, apostrophes, place of the tone, an old
 * font, no accents at all); a name that can be read as the other one is doubtful (order, cut off,
 * initial, missing middle name, i and y, two holders); two accented names that differ in an accent
 * are two names.
 */
export function matchNames(listed: string, registered: string): NameClass {
  if (listed === registered) return 'same';
  const found = compare(listed, registered);
  if (found !== 'not') return found;
  const [a, b] = [fromOldFont(listed), fromOldFont(registered)];
  return a === listed && b === registered ? 'not' : compare(a, b);
}

function compare(listed: string, registered: string): NameClass {
  const [a, b] = [comparable(listed), comparable(registered)];
  if (joined(a) === joined(b)) return 'same';
  if (isAccented(a) && isAccented(b)) return isReadable(a, b) ? 'doubtful' : 'not';

  // Where one has no accents at all, letters are all that there is to compare.
  const [plainA, plainB] = [foldName(a), foldName(b)];
  if (joined(plainA) !== joined(plainB)) return isReadable(plainA, plainB) ? 'doubtful' : 'not';
  return isBankForm(listed) || isBankForm(registered) || accentedWords(a, b) > 1
    ? 'same'
    : 'doubtful';
}

/** A name for comparison: one Unicode form, one case, one place of the tone, one space. */
function comparable(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[Ðð]/g, 'đ')
    .toLowerCase()
    .replace(/['’ʼ.]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(OLD_PLACEMENT, '$1$3$2$4$6$5')
    .normalize('NFC');
}

/** Without its spaces, which people set as they like. */
function joined(name: string): string {
  return name.replaceAll(' ', '');
}

function isAccented(name: string): boolean {
  return /[^ -~]/.test(name);
}

function isBankForm(name: string): boolean {
  return name.trim() === foldName(name);
}

/**
 * In how many words the one has accents and the other none. Mai Lan Anh is a whole name and not Mai
 * Lan Ánh without accents: one such word says nothing, two hardly come by chance.
 */
function accentedWords(a: string, b: string): number {
  const accented = isAccented(a) ? a : b;
  return accented.split(' ').filter(isAccented).length;
}

/** Whether one name can be read as the other. Both in one form. */
function isReadable(a: string, b: string): boolean {
  const [first, second] = [withFinalI(a.toLowerCase()), withFinalI(b.toLowerCase())];
  if (joined(first) === joined(second) || sorted(first) === sorted(second)) return true;
  const [shorter, longer] = first.length < second.length ? [first, second] : [second, first];
  if (shorter.length >= SHORTEST_CUT && longer.startsWith(shorter)) return true;
  return longer.split(JOINT).includes(shorter) || isAbridged(shorter, longer);
}

function withFinalI(name: string): string {
  return name.normalize('NFD').replace(FINAL_Y, '$1i$2').normalize('NFC');
}

function sorted(name: string): string {
  return name.split(' ').sort().join(' ');
}

/**
 * Whether family and given name are the same, and those between are initials or left out. A one
 * letter word may also be a name of its own, as Y and A are: then it is doubtful, never the same.
 */
function isAbridged(shorter: string, longer: string): boolean {
  const [few, all] = [shorter.split(' '), longer.split(' ')];
  if (few.length < 2 || few[0] !== all[0] || few.at(-1) !== all.at(-1)) return false;
  let at = 1;
  for (const word of few.slice(1, -1)) {
    while (at < all.length - 1 && !isInitialOf(word, all[at] ?? '')) at += 1;
    if (at >= all.length - 1) return false;
    at += 1;
  }
  return true;
}

function isInitialOf(word: string, other: string): boolean {
  return word === other || (word.length === 1 && other.startsWith(word));
}

// Letters of TCVN 5712 (the fonts called .VnTime) as they look when their bytes are read as Latin-1.
const OLD_FONT =
  '¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ¨ă©âªê«ô¬ơ\u00ADư®đµà¶ả·ã¸á¹ạ»ằ¼ẳ½ẵ¾ắÆặÇầÈẩÉẫÊấËậÌèÎẻÏẽÐéÑẹÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞị' +
  'ßòáỏâõãóäọåồæổçỗèốéộêờëởìỡíớîợïùñủòũóúôụõừöử÷ữøứùựúỳûỷüỹýýþỵ';
const OLD_LETTERS = new Map(
  Array.from({ length: OLD_FONT.length / 2 }, (_, i) => [
    OLD_FONT.charAt(2 * i),
    OLD_FONT.charAt(2 * i + 1),
  ]),
);

/** Signs that no Vietnamese name has: without one, a text of Latin-1 is taken for what it says. */
const NO_LETTER_OF_OURS = /[¡-¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ]/;
const LATIN_1 = /^[\0-\xFF]*$/;

/** A name typed in an old font, in Unicode; any other name as it is. */
function fromOldFont(name: string): string {
  const text = name.normalize('NFC');
  if (!LATIN_1.test(text) || !NO_LETTER_OF_OURS.test(text)) return name;
  return Array.from(text, (letter) => OLD_LETTERS.get(letter) ?? letter).join('');
}
