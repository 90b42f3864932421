import { period, periodsFrom, type Period } from './period.ts';

/** The programmes of social protection, each with the two letters it has in a reference. */
export const PROGRAMMES = {
  social_assistance: 'TG',
  social_pension: 'HT',
  unemployment: 'TN',
  merit: 'CC',
  care_support: 'CS',
  institution: 'ND',
  funeral: 'MT',
  tet_gift: 'QT',
  national_day_gift: 'QK',
} as const;

export type Programme = keyof typeof PROGRAMMES;

/** What is paid once for an event: it stands on no monthly list. */
export const ONCE_PROGRAMMES = ['funeral', 'tet_gift', 'national_day_gift'] as const;

export type OnceProgramme = (typeof ONCE_PROGRAMMES)[number];

export const PROGRAMME_NAMES: Readonly<Record<Programme, { vi: string; en: string }>> = {
  social_assistance: { vi: 'Trợ giúp xã hội hằng tháng', en: 'Monthly social assistance' },
  social_pension: { vi: 'Trợ cấp hưu trí xã hội', en: 'Social pension' },
  unemployment: { vi: 'Trợ cấp thất nghiệp', en: 'Unemployment benefit' },
  merit: { vi: 'Ưu đãi người có công', en: 'People of merit' },
  care_support: {
    vi: 'Hỗ trợ kinh phí chăm sóc, nuôi dưỡng tại cộng đồng',
    en: 'Support for carers in the community',
  },
  institution: { vi: 'Nuôi dưỡng tại cơ sở trợ giúp xã hội', en: 'Life in an institution' },
  funeral: { vi: 'Hỗ trợ chi phí mai táng', en: 'Funeral support' },
  tet_gift: { vi: 'Quà Tết', en: 'New Year gift' },
  national_day_gift: { vi: 'Quà Quốc khánh', en: 'National Day gift' },
};

export function isProgramme(text: string): text is Programme {
  return Object.hasOwn(PROGRAMMES, text);
}

/** A programme whose recipients stand on the list of every month. */
export function isMonthly(text: string): text is Programme {
  return isProgramme(text) && !(ONCE_PROGRAMMES as readonly string[]).includes(text);
}

/** What an end-to-end id says: which assessment it pays, and which attempt at paying it is. */
export interface PaymentReference {
  readonly period: Period;
  readonly programme: Programme;
  readonly recipientId: bigint;
  readonly assessmentNo: number;
  readonly attempt: number;
}

// Every line of a bank's answer comes by here, so a reference is read by its characters: a pattern
// with groups costs five times as much.
const [DATED, NAMED, NUMBERED] = [2, 6, 8];
const ZERO = 48;
/** Digits that are exact in a number. */
const EXACT = 15;

const BY_LETTERS = new Map(
  Object.entries(PROGRAMMES).map(([name, letters]) => [pairAt(letters, 0), name as Programme]),
);
/** The periods by the number that their four digits are in a reference: 2611 is 2026-11. */
const PERIODS = new Map(
  periodsFrom(period('2000-01'), period('2099-12')).map((one) => [
    Number(one.slice(2, 4) + one.slice(5)),
    one,
  ]),
);

/**
 * Reads an end-to-end id of ours, such as AS2611TG1000042N1T1. Undefined when the text is not one.
 * The database writes them with the function due_reference(); a test holds the two together.
 * It carries no personal data, and because it names the row it pays, an answer of the bank is
 * joined by key and never searched for.
 */
export function readPaymentReference(text: string): PaymentReference | undefined {
  if (!text.startsWith('AS')) return undefined;
  const programme = BY_LETTERS.get(pairAt(text, NAMED));
  const of = PERIODS.get(digitsIn(text, DATED, NAMED));
  const no = text.indexOf('N', NUMBERED);
  const attempt = text.indexOf('T', no + 1);
  if (programme === undefined || of === undefined || no < 0 || attempt < 0) return undefined;
  const numbers = {
    id: numberIn(text, NUMBERED, no, 18),
    no: numberIn(text, no + 1, attempt, 2),
    attempt: numberIn(text, attempt + 1, text.length, 2),
  };
  if (numbers.id < 0 || numbers.no < 0 || numbers.attempt < 0) return undefined;
  const isExact = no - NUMBERED <= EXACT;
  return {
    period: of,
    programme,
    recipientId: BigInt(isExact ? numbers.id : text.slice(NUMBERED, no)),
    assessmentNo: numbers.no,
    attempt: numbers.attempt,
  };
}

/**
 * Writes our reference of one assessment, such as AS2611TG1000042N1. The database has the same
 * function, due_reference(), and refuses an assessment under any other reference.
 */
export function dueReference(of: {
  readonly period: Period;
  readonly programme: Programme;
  readonly recipientId: string;
  readonly assessmentNo: number;
}): string {
  const month = of.period.slice(2, 4) + of.period.slice(5, 7);
  return `AS${month}${PROGRAMMES[of.programme]}${of.recipientId}N${of.assessmentNo}`;
}

function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);
}

/** A number from 1 with so many digits at most; -1 when the range is none. */
function numberIn(text: string, from: number, to: number, maxDigits: number): number {
  const isShort = to - from <= maxDigits && text.charCodeAt(from) !== ZERO;
  return isShort ? digitsIn(text, from, to) : -1;
}

/** The digits of a range as a number; -1 when there is none, or another character. */
function digitsIn(text: string, from: number, to: number): number {
  let number = from < to ? 0 : -1;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - ZERO;
    // Behind the end of the text the digit is NaN.
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}
