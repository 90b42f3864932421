import { period, type Period } from './period.ts';

/** The programmes of social protection, each with the two letters it has in a reference. */
export const PROGRAMMES = {
  social_assistance: 'TG',
  social_pension: 'HT',
  unemployment: 'TN',
  merit: 'CC',
} as const;

export type Programme = keyof typeof PROGRAMMES;

export const PROGRAMME_NAMES: Readonly<Record<Programme, { vi: string; en: string }>> = {
  social_assistance: { vi: 'Trợ giúp xã hội hằng tháng', en: 'Monthly social assistance' },
  social_pension: { vi: 'Trợ cấp hưu trí xã hội', en: 'Social pension' },
  unemployment: { vi: 'Trợ cấp thất nghiệp', en: 'Unemployment benefit' },
  merit: { vi: 'Ưu đãi người có công', en: 'People of merit' },
};

export function isProgramme(text: string): text is Programme {
  return Object.hasOwn(PROGRAMMES, text);
}

/** What an end-to-end id says: which assessment it pays, and which attempt at paying it is. */
export interface PaymentReference {
  readonly period: Period;
  readonly programme: Programme;
  readonly recipientId: bigint;
  readonly assessmentNo: number;
  readonly attempt: number;
}

const BY_LETTERS = new Map(
  Object.entries(PROGRAMMES).map(([name, letters]) => [letters as string, name as Programme]),
);
const PATTERN = /^AS\d{2}(?:0[1-9]|1[0-2])(?:TG|HT|TN|CC)[1-9]\d{0,17}N[1-9]\d?T[1-9]\d?$/;
const [DATED, NAMED, NUMBERED] = [2, 6, 8];

/** The periods by the four digits that they have in a reference: a file names one or two. */
const PERIODS = new Map<string, Period>();

/**
 * Reads an end-to-end id of ours, such as AS2611TG1000042N1T1. Undefined when the text is not one.
 * The database writes them with the function due_reference(); a test holds the two together.
 * It carries no personal data, and because it names the row it pays, an answer of the bank is
 * joined by key and never searched for.
 */
export function readPaymentReference(text: string): PaymentReference | undefined {
  const programme = BY_LETTERS.get(text.slice(NAMED, NUMBERED));
  if (programme === undefined || !PATTERN.test(text)) return undefined;
  // Cut by hand: every line of a bank's answer comes by, and groups of the pattern cost twice this.
  const no = text.indexOf('N', NUMBERED);
  const attempt = text.indexOf('T', no);
  return {
    period: periodIn(text.slice(DATED, NAMED)),
    programme,
    recipientId: BigInt(text.slice(NUMBERED, no)),
    assessmentNo: Number(text.slice(no + 1, attempt)),
    attempt: Number(text.slice(attempt + 1)),
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

function periodIn(digits: string): Period {
  let found = PERIODS.get(digits);
  if (found === undefined) {
    found = period(`20${digits.slice(0, 2)}-${digits.slice(2)}`);
    PERIODS.set(digits, found);
  }
  return found;
}
