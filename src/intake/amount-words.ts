const DIGITS: Readonly<Record<string, bigint>> = {
  không: 0n,
  một: 1n,
  mốt: 1n,
  hai: 2n,
  ba: 3n,
  bốn: 4n,
  tư: 4n,
  năm: 5n,
  lăm: 5n,
  nhăm: 5n,
  sáu: 6n,
  bảy: 7n,
  bẩy: 7n,
  tám: 8n,
  chín: 9n,
};
const GROUPS: Readonly<Record<string, bigint>> = { nghìn: 1000n, ngàn: 1000n, triệu: 1_000_000n };
const BILLIONS = new Set(['tỷ', 'tỉ']);
const SILENT = new Set(['linh', 'lẻ', 'chẵn', 'đồng', 'vnđ', 'việt', 'nam']);

/**
 * The amount that Vietnamese words say, in dong: "Một tỷ hai trăm linh năm nghìn đồng" is
 * 1.000.205.000. Undefined when a word is none of a number.
 */
export function readAmountWords(text: string): bigint | undefined {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/^.*?bằng chữ\s*:?/u, '')
    .replace(/[^\p{L}\s]/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '' && !SILENT.has(word));
  if (words.length === 0) return undefined;
  let [billions, millions, below] = [0n, 0n, 0n];
  for (const word of words) {
    if (BILLIONS.has(word)) {
      billions = (billions + millions + below) * 1_000_000_000n;
      [millions, below] = [0n, 0n];
    } else if (word in GROUPS) {
      millions += below * (GROUPS[word] ?? 0n);
      below = 0n;
    } else {
      const next = withWord(below, word);
      if (next === undefined) return undefined;
      below = next;
    }
  }
  return billions + millions + below;
}

/** Adds a word of a number below a thousand; undefined when it is none. */
function withWord(below: bigint, word: string): bigint | undefined {
  if (word === 'trăm') return below * 100n;
  if (word === 'mười') return below + 10n;
  if (word === 'mươi') return below - (below % 10n) + (below % 10n) * 10n;
  const digit = DIGITS[word];
  return digit === undefined ? undefined : below + digit;
}
