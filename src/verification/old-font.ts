/**
 * Names that were typed in a font of before Unicode, whose bytes somebody has read as Latin-1. The
 * list keeps them as they came; they are repaired for a comparison only.
 */

// TCVN 5712, the fonts called .VnTime: one byte a letter.
const TCVN = lettersOf(
  '¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ¨ă©âªê«ô¬ơ\u00ADư®đµà¶ả·ã¸á¹ạ»ằ¼ẳ½ẵ¾ắÆặÇầÈẩÉẫÊấËậÌèÎẻÏẽÐéÑẹÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞị' +
    'ßòáỏâõãóäọåồæổçỗèốéộêờëởìỡíớîợïùñủòũóúôụõừöử÷ữøứùựúỳûỷüỹýýþỵ',
);

// VNI: a letter and a byte with its marks behind it, as in Nguyeãn Vaên Bình.
const VNI_LETTERS = lettersOf('ñđôơöưæỉóĩòịîỵ');
const VNI_MARKS: Readonly<Record<string, string>> = {
  ù: '\u0301',
  ø: '\u0300',
  û: '\u0309',
  õ: '\u0303',
  ï: '\u0323',
  â: '\u0302',
  á: '\u0302\u0301',
  à: '\u0302\u0300',
  å: '\u0302\u0309',
  ã: '\u0302\u0303',
  ä: '\u0302\u0323',
  ê: '\u0306',
  é: '\u0306\u0301',
  è: '\u0306\u0300',
  ú: '\u0306\u0309',
  ü: '\u0306\u0303',
  ë: '\u0306\u0323',
};

function lettersOf(pairs: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from({ length: pairs.length / 2 }, (_, i) => [
      pairs.charAt(2 * i),
      pairs.charAt(2 * i + 1),
    ]),
  );
}

const LATIN_1 = /^[\0-\xFF]*$/;

/** What a text would say in each old font. None for a text that can be in neither. */
export function readInOldFonts(name: string): string[] {
  if (!mayBeLatin1(name)) return [];
  const text = name.normalize('NFC');
  if (!LATIN_1.test(text) || !/[\x80-\xFF]/.test(text)) return [];
  return [Array.from(text, (letter) => TCVN.get(letter) ?? letter).join(''), fromVni(text)];
}

/** A quick look before the name is composed: most names have a letter that Latin-1 has not. */
function mayBeLatin1(name: string): boolean {
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code > 0xff && (code < 0x300 || code > 0x36f)) return false;
  }
  return true;
}

function fromVni(text: string): string {
  const lower = text.toLowerCase();
  let out = '';
  for (let i = 0; i < lower.length; i += 1) {
    const letter = VNI_LETTERS.get(lower.charAt(i)) ?? lower.charAt(i);
    const mark = /[aeouyơư]/.test(letter) ? VNI_MARKS[lower.charAt(i + 1)] : undefined;
    out += letter + (mark ?? '');
    if (mark !== undefined) i += 1;
  }
  return out.normalize('NFC');
}
