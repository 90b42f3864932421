// Writes Vietnamese as the fonts of before Unicode had it, from the tables of TCVN 5712:1993 (VN3) and of
// VNI for Windows. A font of capitals shows small letters, so that a capital may come out as a small one.

const TCVN3 = new Map(
  Object.entries({
    Ă: 0xa1, Â: 0xa2, Ê: 0xa3, Ô: 0xa4, Ơ: 0xa5, Ư: 0xa6, Đ: 0xa7, ă: 0xa8, â: 0xa9, ê: 0xaa, ô: 0xab,
    ơ: 0xac, ư: 0xad, đ: 0xae, à: 0xb5, ả: 0xb6, ã: 0xb7, á: 0xb8, ạ: 0xb9, ằ: 0xbb, ẳ: 0xbc, ẵ: 0xbd,
    ắ: 0xbe, ặ: 0xc6, ầ: 0xc7, ẩ: 0xc8, ẫ: 0xc9, ấ: 0xca, ậ: 0xcb, è: 0xcc, ẻ: 0xce, ẽ: 0xcf, é: 0xd0,
    ẹ: 0xd1, ề: 0xd2, ể: 0xd3, ễ: 0xd4, ế: 0xd5, ệ: 0xd6, ì: 0xd7, ỉ: 0xd8, ĩ: 0xdc, í: 0xdd, ị: 0xde,
    ò: 0xdf, ỏ: 0xe1, õ: 0xe2, ó: 0xe3, ọ: 0xe4, ồ: 0xe5, ổ: 0xe6, ỗ: 0xe7, ố: 0xe8, ộ: 0xe9, ờ: 0xea,
    ở: 0xeb, ỡ: 0xec, ớ: 0xed, ợ: 0xee, ù: 0xef, ủ: 0xf1, ũ: 0xf2, ú: 0xf3, ụ: 0xf4, ừ: 0xf5, ử: 0xf6,
    ữ: 0xf7, ứ: 0xf8, ự: 0xf9, ỳ: 0xfa, ỷ: 0xfb, ỹ: 0xfc, ý: 0xfd, ỵ: 0xfe,
  }),
); // prettier-ignore

export function inTcvn3(text: string): string {
  return Array.from(text.normalize('NFC'), (letter) => {
    const byte = TCVN3.get(letter) ?? TCVN3.get(letter.toLowerCase());
    return byte === undefined ? letter : String.fromCharCode(byte);
  }).join('');
}

const CIRCUMFLEX = '\u0302';
const BREVE = '\u0306';
const HORN = '\u031B';
/** Level, grave, acute, hook, tilde, dot below; and what VNI writes behind a letter for each. */
const TONES = ['', '\u0300', '\u0301', '\u0309', '\u0303', '\u0323'];
const PLAIN = ['', 'ø', 'ù', 'û', 'õ', 'ï'];
const UNDER_CIRCUMFLEX = ['â', 'à', 'á', 'å', 'ã', 'ä'];
const UNDER_BREVE = ['ê', 'è', 'é', 'ú', 'ü', 'ë'];
/** Letters that stand for themselves and their tone. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  đ: ['ñ'],
  i: ['i', 'ì', 'í', 'æ', 'ó', 'ò'],
  y: ['y', 'yø', 'yù', 'yû', 'yõ', 'î'],
};

export function inVni(text: string): string {
  return Array.from(text.normalize('NFC'), vniLetter).join('');
}

function vniLetter(letter: string): string {
  const [base = '', ...marks] = letter.toLowerCase().normalize('NFD');
  const tone = TONES.findIndex((one) => one !== '' && marks.includes(one));
  const written = vniOf(base, marks, Math.max(tone, 0));
  return letter === letter.toLowerCase() ? written : written.toUpperCase();
}

function vniOf(base: string, marks: readonly string[], tone: number): string {
  const of = (written: readonly string[]): string => written[tone] ?? '';
  const whole = WHOLE[base];
  if (whole !== undefined) return of(whole);
  if (marks.includes(CIRCUMFLEX)) return base + of(UNDER_CIRCUMFLEX);
  if (marks.includes(BREVE)) return base + of(UNDER_BREVE);
  if (!marks.includes(HORN)) return base + of(PLAIN);
  return (base === 'o' ? 'ô' : 'ö') + of(PLAIN);
}
