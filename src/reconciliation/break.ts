import { isPlainDate, type PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';
import { CalendarUnknown, workingDayAfter, type Calendar } from '../kernel/working-days.ts';

// A break is a line, an entry or a silence that a person must explain. What stands here are the words of
// it and the arithmetic of its resolution; who may do what stands in the flow and in the database.

/** Every kind, as a person reads it. The database has the same kinds, with the days for each. */
export const BREAK_KINDS = {
  'unknown-reference': {
    vi: 'Mã tham chiếu không phải của ta',
    en: 'A reference that is none of ours',
  },
  'amount-differs': {
    vi: 'Số tiền khác số đã lập lệnh',
    en: 'The amount is not what was instructed',
  },
  'settled-twice': { vi: 'Ghi nợ hai lần', en: 'Booked twice' },
  'returned-twice': { vi: 'Hoàn trả hai lần', en: 'Returned twice' },
  'returned-unbooked': {
    vi: 'Hoàn trả khoản chưa từng ghi nợ',
    en: 'Returned and never booked',
  },
  'rejected-after-booking': {
    vi: 'Từ chối và ghi nợ cùng một lệnh',
    en: 'Both refused and booked',
  },
  'not-answered': { vi: 'Không có hồi âm', en: 'Nothing was heard of it' },
  'other-channel': {
    vi: 'Kênh này báo về lệnh đã giao kênh khác',
    en: 'A channel speaks of what another was given',
  },
  'not-in-statement': { vi: 'Không có trên sao kê', en: 'Not on the statement' },
  'sum-differs': {
    vi: 'Tổng ghi nợ của tệp khác tổng các dòng',
    en: 'The sum booked for a file is not that of its lines',
  },
  'not-instructed': {
    vi: 'Ghi nợ không theo lệnh nào của ta',
    en: 'The account was debited for nothing of ours',
  },
  charges: { vi: 'Phí ngân hàng', en: 'Bank charges' },
  'unexplained-credit': {
    vi: 'Ghi có chưa rõ nội dung',
    en: 'Money came in and nobody has said what it is',
  },
  'not-settled-in-time': { vi: 'Quá hạn chưa ghi nợ đủ', en: 'Not booked in time' },
  'not-acknowledged': {
    vi: 'Đã giao danh sách, chưa có báo nhận',
    en: 'Handed over and not acknowledged',
  },
  'statement-gap': {
    vi: 'Sao kê không nối tiếp sao kê trước',
    en: 'A statement does not follow the last one',
  },
  'other-payer': { vi: 'Tiền hoặc tệp của đơn vị khác', en: 'Another payer’s money or file' },
  'returned-after-close': {
    vi: 'Hoàn trả sau khi kỳ đã khóa',
    en: 'Returned after its month was closed',
  },
  reversal: {
    vi: 'Ngân hàng hủy bút toán của chính mình',
    en: 'The bank undoes an entry of its own',
  },
  'set-aside': {
    vi: 'Dòng không đọc được, đã để riêng',
    en: 'A line that could not be acted on',
  },
  'paid-both-ways': {
    vi: 'Đã chi tiền mặt lại ghi nợ chuyển khoản',
    en: 'Handed over in cash and transferred as well',
  },
} as const satisfies Record<string, Bilingual>;

export type BreakKind = keyof typeof BREAK_KINDS;

/** How grave a break is, the gravest first. The database says which kind is which. */
export const BREAK_SEVERITIES = {
  1: { vi: 'Tiền có thể đã đi sai', en: 'Money may have gone wrong' },
  2: { vi: 'Chưa rõ tiền ở đâu', en: 'Nobody knows where it is' },
  3: { vi: 'Sổ sách cần ghi rõ', en: 'The books have to name it' },
} as const satisfies Record<number, Bilingual>;

type BreakSeverity = keyof typeof BREAK_SEVERITIES;

/** Where a break stands on the list of them: by severity, by the day it should be decided, by number. */
export interface BreakPlace {
  readonly severity: BreakSeverity;
  /** Null where the days off are not announced: behind every day. */
  readonly decideBy: PlainDate | null;
  readonly breakId: bigint;
}

/** A place as it stands in an address and on the terminal: `1~2026-11-19~120`. */
export function writtenPlace({ severity, decideBy, breakId }: BreakPlace): string {
  return [severity, decideBy ?? '', breakId].join('~');
}

/** The place that was written, or undefined where it is none. */
export function readPlace(written: string): BreakPlace | undefined {
  const [, severity, decideBy = '', breakId = ''] =
    /^([123])~(\d{4}-\d{2}-\d{2}|)~(\d{1,15})$/.exec(written) ?? [];
  if (severity === undefined || (decideBy !== '' && !isPlainDate(decideBy))) return undefined;
  return {
    severity: Number(severity) as BreakSeverity,
    decideBy: decideBy === '' ? null : decideBy,
    breakId: BigInt(breakId),
  };
}

/** Where money in suspense goes, by a decision. The database has the two accounts of each. */
export const BREAK_OUTCOMES = {
  'bank-owes': { vi: 'Ngân hàng phải hoàn lại', en: 'The bank owes it to us' },
  'recipient-owes': { vi: 'Người nhận phải nộp lại', en: 'The payee owes it to us' },
  charged: { vi: 'Phí theo hợp đồng', en: 'A fee that the contract allows' },
  'others-repaid': { vi: 'Đã trả lại đơn vị khác', en: 'Another’s money was paid back' },
  'bank-took': {
    vi: 'Ngân hàng đã ghi nợ khoản ta còn nợ',
    en: 'The bank has booked what we owed it',
  },
  lost: { vi: 'Tổn thất, không thu hồi được', en: 'Lost: nobody will pay it back' },
  'bank-repaid': { vi: 'Ngân hàng đã hoàn lại', en: 'The bank has paid it back' },
  'recipient-repaid': { vi: 'Người nhận đã nộp lại', en: 'The payee has paid it back' },
  'others-money': { vi: 'Tiền của đơn vị khác', en: 'It is another’s money' },
  'owed-to-bank': {
    vi: 'Đã tính là chi, ngân hàng chưa ghi nợ',
    en: 'Paid by our books, not yet taken by the bank',
  },
  'topped-up': { vi: 'Kho bạc cấp thêm', en: 'The treasury has filled the account' },
} as const satisfies Record<string, Bilingual>;

export type BreakOutcome = keyof typeof BREAK_OUTCOMES;

/** What becomes of the instruction that a break is about. */
export const BREAK_FATES = {
  paid: { vi: 'Tính là đã chi', en: 'It counts as paid' },
  'not-paid': {
    vi: 'Tính là chưa chi, được lập lại',
    en: 'It counts as not paid, and is owed again',
  },
  returned: { vi: 'Tính là đã hoàn trả', en: 'It counts as returned' },
} as const satisfies Record<string, Bilingual>;

export type BreakFate = keyof typeof BREAK_FATES;

/**
 * What is left in suspense once the instruction has its fate, in dong: negative where the account has
 * paid out more than the books then say. Cash never lay on the account.
 */
export function leftInSuspense(of: {
  readonly gapVnd: bigint;
  readonly fate: BreakFate | null;
  readonly instructedVnd: bigint;
  readonly isOfAccount: boolean;
}): bigint {
  if (!of.isOfAccount || of.fate === null || of.fate === 'not-paid') return of.gapVnd;
  return of.fate === 'paid' ? of.gapVnd + of.instructedVnd : of.gapVnd - of.instructedVnd;
}

/** What is known of an instruction that a break is about. */
interface InstructionSide {
  readonly instructedVnd: bigint | null;
  /** What its line came to; null while nothing was heard. */
  readonly outcome: string | null;
  readonly isReturned: boolean;
}

/** The fates that the instruction of a break can still have: none where it has its outcome already. */
export function possibleFates(of: InstructionSide): readonly BreakFate[] {
  if (of.instructedVnd === null) return [];
  if (of.outcome === null) return ['paid', 'not-paid'];
  return of.outcome === 'settled' && !of.isReturned ? ['returned'] : [];
}

/** One way in which a break can end. */
export interface BreakEnd {
  readonly fate: BreakFate | null;
  readonly outcome: BreakOutcome | null;
  /** What is moved out of suspense; negative where it had left the account. */
  readonly leftVnd: bigint;
}

/**
 * Every way in which a break can end, so that nobody is offered one that would be refused: a fate that
 * its instruction can still have, and a place for what is then left in suspense.
 */
export function possibleEnds(
  of: InstructionSide & {
    readonly kind: BreakKind;
    readonly gapVnd: bigint;
    readonly isOfAccount: boolean;
  },
  moves: ReadonlyMap<BreakOutcome, 'out' | 'in'>,
): BreakEnd[] {
  // Silence about an instruction is not explained away: it has a fate, or it stays open.
  const mustHaveFate =
    of.kind === 'not-answered' && of.instructedVnd !== null && of.outcome === null;
  const fates = [...(mustHaveFate ? [] : [null]), ...possibleFates(of)];
  return fates.flatMap((fate): BreakEnd[] => {
    const leftVnd = leftInSuspense({ ...of, fate, instructedVnd: of.instructedVnd ?? 0n });
    if (leftVnd === 0n) return [{ fate, outcome: null, leftVnd }];
    const way = leftVnd < 0n ? 'out' : 'in';
    return [...moves].flatMap(([outcome, moved]) =>
      moved === way ? [{ fate, outcome, leftVnd }] : [],
    );
  });
}

/** Days since a break was opened, in the classes in which they are reported. */
export const AGE_CLASSES = [
  { from: 0, title: { vi: '0–2 ngày', en: '0–2 days' } },
  { from: 3, title: { vi: '3–10 ngày', en: '3–10 days' } },
  { from: 11, title: { vi: '11–30 ngày', en: '11–30 days' } },
  { from: 31, title: { vi: 'trên 30 ngày', en: 'over 30 days' } },
] as const satisfies readonly { from: number; title: Bilingual }[];

/** By when a break should be decided; null in a year whose days off are not announced yet. */
export function deadlineOf(
  calendar: Calendar,
  of: { readonly openedOn: PlainDate; readonly workingDays: number },
): PlainDate | null {
  try {
    return workingDayAfter(calendar, of.openedOn, of.workingDays);
  } catch (error) {
    if (error instanceof CalendarUnknown) return null;
    throw error;
  }
}
