import { dayMonthYear, type Period, type PlainDate } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';

// How figures and times stand on a page: as they are written in Vietnam, in either language, so that
// nobody reads one page's thousand as another's decimal.

/** 16842250000n as "16.842.250.000 đ", kept on one line. */
export function money(vnd: bigint): string {
  return `${grouped(vnd)}\u00a0đ`;
}

/** A difference with its sign: +1.250.000 or −540.000; 0 has none. */
export function difference(vnd: bigint): string {
  if (vnd === 0n) return '0';
  return vnd > 0n ? `+${grouped(vnd)}` : `−${grouped(-vnd)}`;
}

/** A part of a whole in hundredths of a per cent: 12,34%. Of nothing it is a dash. */
export function share(part: bigint, of: bigint): string {
  if (of === 0n) return '–';
  const hundredths = (part * 10_000n) / of;
  const decimals = String(hundredths % 100n).padStart(2, '0');
  return `${grouped(hundredths / 100n)},${decimals}%`;
}

/** 2026-11-23 as 23/11/2026. */
export function day(date: PlainDate): string {
  return dayMonthYear(date);
}

/** 2026-11 as 11/2026. */
export function month(period: Period): string {
  return `${period.slice(5, 7)}/${period.slice(0, 4)}`;
}

const HANOI = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An instant as clocks in Hà Nội have it: 23/11/2026 14:05. */
export function instant(at: Date): string {
  return HANOI.format(at).replace(',', '');
}

/** Whole days from one date to another; negative when it has passed. */
export function daysUntil(date: PlainDate, today: PlainDate): number {
  return Math.round((Date.parse(date) - Date.parse(today)) / 86_400_000);
}

/** The beginning of a hash, enough to compare two by eye; the whole one stands in the title. */
export function shortHash(hex: string): string {
  return `${hex.slice(0, 8)}…${hex.slice(-4)}`;
}

/** 1572864n as "1,5 MB": how large a file is, for people. */
export function bytes(size: bigint): string {
  if (size < 1024n) return `${size} B`;
  const kilo = size / 1024n;
  if (kilo < 1024n) return `${grouped(kilo)} kB`;
  return `${grouped(kilo / 1024n)},${String(((kilo % 1024n) * 10n) / 1024n)} MB`;
}

/** A day of birth, or the year alone where no more is known. */
export function born(birth: string): string {
  return birth.length === 4 ? birth : day(birth as PlainDate);
}

/** The number of a decree as it stands on the decree; our files write it without the stroke. */
export function lawNumber(text: string): string {
  return text.replaceAll('/ND-CP', '/NĐ-CP');
}
