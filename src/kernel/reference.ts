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

const LETTERS = new Map(Object.entries(PROGRAMMES).map(([name, letters]) => [letters, name]));
const PATTERN = /^AS(\d{2})(0[1-9]|1[0-2])(TG|HT|TN|CC)([1-9]\d{0,17})N([1-9]\d?)T([1-9]\d?)$/;

/**
 * Reads an end-to-end id of ours, such as AS2611TG1000042N1T1. Undefined when the text is not one.
 * The database writes them with the function due_reference(); a test holds the two together.
 * It carries no personal data, and because it names the row it pays, an answer of the bank is
 * joined by key and never searched for.
 */
export function readPaymentReference(text: string): PaymentReference | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', letters = '', recipientId = '', no = '', attempt = ''] = match;
  return {
    period: period(`20${year}-${month}`),
    programme: LETTERS.get(letters as (typeof PROGRAMMES)[Programme]) as Programme,
    recipientId: BigInt(recipientId),
    assessmentNo: Number(no),
    attempt: Number(attempt),
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
