import type { Decimal } from 'decimal.js';
import type { Vnd } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';

declare const birthYearBrand: unique symbol;

/** A year of birth, YYYY, where the register knows no more. */
export type BirthYear = string & { readonly [birthYearBrand]: true };

/** Throws RangeError unless the text is a year of four digits. */
export function birthYear(text: string): BirthYear {
  if (!/^\d{4}$/.test(text)) throw new RangeError('not a birth year');
  return text as BirthYear;
}

/**
 * Every reason for which nothing is due, as people read it. The order is that in which one reason
 * is told for a person with several enrolments: what a person must look at comes first.
 */
export const NOTHING_DUE = {
  deceased: {
    vi: 'Đối tượng đã chết trước kỳ chi trả',
    en: 'The recipient died before the period',
  },
  'age-out': {
    vi: 'Đã quá tuổi của diện hưởng; cần người xem xét',
    en: 'The recipient has passed the age of the ground; a person must look at it',
  },
  'age-not-reached': {
    vi: 'Chưa đến tuổi của diện hưởng; cần người xem xét',
    en: 'The recipient has not reached the age of the ground; a person must look at it',
  },
  'standard-unknown': {
    vi: 'Không có mức chuẩn cho tháng phải truy lĩnh; cần người xem xét',
    en: 'No standard is known for a month of arrears; a person must look at it',
  },
  suspended: { vi: 'Đang tạm dừng hưởng', en: 'Payment is suspended' },
  'not-yet-decided': {
    vi: 'Chưa có quyết định vào ngày xét',
    en: 'There was no decision yet on the day of assessment',
  },
  'not-yet-entitled': {
    vi: 'Chưa đến tháng bắt đầu hưởng',
    en: 'The first month due is later than the period',
  },
  'not-of-province': {
    vi: 'Diện hưởng do tỉnh khác quy định; cần người xem xét',
    en: 'The ground is one that another province added; a person must look at it',
  },
  'no-dependants': { vi: 'Không còn con đang nuôi', en: 'There is no child left to raise' },
  'already-assessed': {
    vi: 'Đã xét đủ ở lần trước',
    en: 'An earlier assessment has covered it in full',
  },
  outranked: {
    vi: 'Chỉ hưởng một mức cao nhất, thuộc diện khác',
    en: 'Only the highest is paid, and that is another ground',
  },
  stopped: { vi: 'Đã thôi hưởng', en: 'Entitlement has ended' },
  'no-enrolment': { vi: 'Không có hồ sơ hưởng', en: 'There is no enrolment' },
} as const satisfies Record<string, Bilingual>;

export type NothingDue = keyof typeof NOTHING_DUE;

/** Instead of them: a programme whose law this engine does not have yet is enrolled, told, not paid. */
export const LAW_NOT_HERE = 'law-not-here';

/** A ground of assistance as the reference data has it: who, at which ages, how much. */
export interface GroundRule {
  readonly groundCode: string;
  /** Paragraph of the article that names the group; empty where the law has none. */
  readonly paragraph: string;
  readonly coefficient: Decimal;
  /** Whether the coefficient counts once for each dependant. */
  readonly perDependant: boolean;
  /** First age in whole years; null for no bound. */
  readonly ageFrom: number | null;
  /** First age in whole years that no longer fits; null for no bound. */
  readonly ageUntil: number | null;
  /** Whether the ground is for those under ageFrom and those from ageUntil instead. */
  readonly outsideAges: boolean;
  readonly article: string;
  /** VN, which is meant when it is left out, or the province whose council added the group. */
  readonly scope?: string;
}

/** Months in which payment is paused, the first and the last included; null is still paused. */
export interface Suspension {
  readonly from: Period;
  readonly until: Period | null;
}

/** One ground on which one decision assists a person. */
export interface Enrolment {
  readonly enrolmentId: string;
  readonly groundCode: string;
  readonly dependants: number;
  readonly decidedOn: PlainDate;
  readonly entitledFrom: Period;
  /** The last month due, by decision. */
  readonly stopsAfter: Period | null;
  /** The last month that has been settled before; null when none has. */
  readonly paidThrough: Period | null;
  /**
   * The day whose rates settled the months through paidThrough: the day of this engine's last
   * assessment. Null where an earlier system paid: then it is the first day of the last month it paid.
   */
  readonly settledOn: PlainDate | null;
  readonly suspensions: readonly Suspension[];
}

/** All that the law asks about a person. No name and no number is needed. */
export interface AssistedPerson {
  readonly birth: PlainDate | BirthYear;
  readonly diedOn: PlainDate | null;
  readonly enrolments: readonly Enrolment[];
  /**
   * What this engine has already assessed for each month, current and arrears together: the sum of
   * its lines by the month they are for. It comes on top of what paidThrough says was paid, so a
   * month is told by the one or by the other, and by both only where an earlier system paid the
   * month and this engine the arrears of it.
   */
  readonly alreadyAssessed: ReadonlyMap<Period, Vnd>;
}

/**
 * One month of one enrolment. It can be computed again by hand:
 * amount + paidVnd = standardVnd × coefficient.
 */
export interface AssessmentLine {
  readonly kind: 'current' | 'arrears';
  readonly forPeriod: Period;
  readonly enrolmentId: string;
  /** The ground that applies in that month, which the recipient's age may have changed. */
  readonly groundCode: string;
  /** Decimal text; with dependants, the coefficient of all of them together. */
  readonly coefficient: string;
  readonly standardVnd: Vnd;
  /** What has been paid or assessed for that month before. */
  readonly paidVnd: Vnd;
  readonly amount: Vnd;
  readonly articles: readonly string[];
}

/** An enrolment that pays nothing for a month, and why. */
export interface SetAside {
  readonly enrolmentId: string;
  readonly forPeriod: Period;
  readonly reason: NothingDue;
}

interface Judged {
  readonly amount: Vnd;
  /** From the earliest month to the period itself. */
  readonly lines: readonly AssessmentLine[];
  readonly setAside: readonly SetAside[];
  /** Whether more was paid for some month than is due today. Recovery is another process. */
  readonly overpaid: boolean;
}

/**
 * What one recipient is due for one period. Why nothing is due is kept as carefully as what is due:
 * auditors ask for both.
 */
export type Assessment = Judged &
  (
    | { readonly due: true; readonly reason: null }
    | { readonly due: false; readonly reason: NothingDue }
  );
