import type { Bilingual } from '../kernel/text.ts';

/** What two persons may make of a finding, and what people read of it. */
export const OUTCOMES = {
  accepted: { vi: 'chấp nhận: hai bên là một', en: 'accepted: both sides are the same' },
  paid_in_cash: {
    vi: 'chi tiền mặt, không chi vào tài khoản',
    en: 'paid in cash, not to the account',
  },
  held: { vi: 'giữ lại', en: 'held' },
} as const satisfies Record<string, Bilingual>;

export type Outcome = keyof typeof OUTCOMES;

/** What one person does about a finding before anybody decides. */
export const STEPS = {
  assigned: { vi: 'giao xử lý', en: 'assigned' },
  commune_asked: {
    vi: 'đã hỏi người nhận tiền qua xã',
    en: 'the payee was asked through the commune',
  },
  list_correction_asked: {
    vi: 'đã đề nghị sửa danh sách',
    en: 'a correction of the list was asked for',
  },
  account_change_asked: { vi: 'đã đề nghị đổi tài khoản', en: 'another account was asked for' },
  noted: { vi: 'ghi chú', en: 'noted' },
} as const satisfies Record<string, Bilingual>;

export type Step = keyof typeof STEPS;

/**
 * The kinds of which two persons may accept several at once: doubts about papers, where the citizen number or
 * the decision of a commune already says who it is. Whether two names are one person is decided one by one.
 */
export const TOGETHER = [
  'BANK_NAME_TRUNCATED',
  'BANK_HOLDER_OLD_ID',
  'POP_RESIDENCE_DIFFERS',
] as const;

export type TogetherCode = (typeof TOGETHER)[number];
