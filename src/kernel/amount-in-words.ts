import type { Vnd } from './money.ts';

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const;
const GROUPS = ['', 'nghìn', 'triệu'] as const;

function digit(value: number): string {
  return DIGITS[value] ?? '';
}

/** Three digits in words. Of a group that is not the first, hundreds are said also when there are none. */
function groupInWords(value: number, isFirst: boolean): string {
  const [hundreds, tens, ones] = [Math.floor(value / 100), Math.floor(value / 10) % 10, value % 10];
  const words: string[] = [];
  if (!isFirst || hundreds > 0) words.push(digit(hundreds), 'trăm');
  if (tens > 1) words.push(digit(tens), 'mươi');
  else if (tens === 1) words.push('mười');
  else if (ones > 0 && words.length > 0) words.push('linh');
  if (ones > 0) words.push(onesInWords(ones, tens));
  return words.join(' ');
}

/** One and five change their names behind a ten. */
function onesInWords(ones: number, tens: number): string {
  if (ones === 1 && tens > 1) return 'mốt';
  if (ones === 5 && tens > 0) return 'lăm';
  return digit(ones);
}

/** Below a milliard: millions, thousands, the rest. */
function belowMilliard(value: number, isFirst: boolean): string {
  const words: string[] = [];
  for (const [rank, unit] of [1_000_000, 1000, 1].entries()) {
    const group = Math.floor(value / unit) % 1000;
    if (group === 0) continue;
    const first = isFirst && words.length === 0;
    const name = GROUPS[2 - rank] ?? '';
    words.push(name === '' ? groupInWords(group, first) : `${groupInWords(group, first)} ${name}`);
  }
  return words.join(' ');
}

const MILLIARD = 1_000_000_000n;

/** An amount as it is written out on Vietnamese vouchers: 1500000n is «Một triệu năm trăm nghìn đồng». */
export function amountInWords(amount: Vnd): string {
  if (amount === 0n) return 'Không đồng';
  const above = amount / MILLIARD;
  const rest = Number(amount % MILLIARD);
  const words = [
    ...(above === 0n ? [] : [belowMilliard(Number(above), true), 'tỷ']),
    ...(rest === 0 ? [] : [belowMilliard(rest, above === 0n)]),
    'đồng',
  ].join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
