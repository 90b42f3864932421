import { NO_BENEFIT } from '../entitlement/unemployment-reasons.ts';
import { NOT_DUE } from '../entitlement/not-due.ts';
import type { BatchState } from '../batch/batch.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import type { Bilingual } from '../kernel/text.ts';
import { reasonClass, type ReasonClass } from '../settlement/payment-status.ts';
import { VERIFICATION_FINDINGS } from '../verification/findings.ts';

// The codes of a month in words. A report is read by people who have no list of codes beside them, and checked by
// people who have: a code of a bank or of a rule stands behind its words.

/** Where a batch stands. */
export const BATCH_STATE_NAMES: Readonly<Record<BatchState, Bilingual>> = {
  gathered: { vi: 'Đang lập tệp', en: 'Files being made' },
  prepared: { vi: 'Chờ phê duyệt', en: 'Waits for signatures' },
  approved: { vi: 'Đã phê duyệt', en: 'Approved' },
  withdrawn: { vi: 'Đã rút, không chi', en: 'Withdrawn' },
  released: { vi: 'Đã gửi, chờ kết quả', en: 'Sent, awaiting answers' },
  reconciled: { vi: 'Đã đối soát', en: 'Reconciled' },
};

/** What became of a payment. */
export const OUTCOME_NAMES = {
  settled: { vi: 'Đã chi', en: 'Paid' },
  rejected: { vi: 'Bị từ chối', en: 'Rejected' },
  unpaid: { vi: 'Chưa nhận tiền', en: 'Not collected' },
  returned: { vi: 'Hoàn trả', en: 'Returned' },
} as const satisfies Record<string, Bilingual>;

/** What a bank or a post office means by its code. */
const REASON_NAMES: Readonly<Record<ReasonClass, Bilingual>> = {
  'account-wrong': { vi: 'sai số tài khoản hoặc ngân hàng', en: 'wrong account or bank' },
  'account-closed': { vi: 'tài khoản đã đóng', en: 'account closed' },
  'account-blocked': { vi: 'tài khoản bị phong tỏa', en: 'account blocked' },
  'owner-differs': { vi: 'tên chủ tài khoản không khớp', en: 'the holder is somebody else' },
  deceased: { vi: 'người nhận đã mất', en: 'the payee has died' },
  'refused-by-payee': { vi: 'người nhận không nhận', en: 'not taken by the payee' },
  funds: { vi: 'không đủ số dư', en: 'not enough funds' },
  control: { vi: 'sai số liệu kiểm soát hoặc trùng lặp', en: 'wrong totals, date or a duplicate' },
  legal: { vi: 'ngân hàng giữ lại theo quy định', en: 'stopped by the bank for legal reasons' },
  bank: { vi: 'lỗi hệ thống ngân hàng', en: 'an error at the bank' },
  cancelled: { vi: 'hủy theo yêu cầu', en: 'cancelled on request' },
  'free-text': { vi: 'lý do khác', en: 'another reason' },
};

/** What became of a file, the one word that the list of files has for it. */
const FILE_FATES: Readonly<Record<string, Bilingual>> = {
  waiting: { vi: 'Chờ tệp khác', en: 'Waits for another' },
  accepted: { vi: 'Đã nhận', en: 'Taken' },
  refused: { vi: 'Bị từ chối', en: 'Refused' },
  imported: { vi: 'Đã nhập', en: 'Taken in' },
  rendered: { vi: 'Đã lập, chưa gửi', en: 'Made, not sent' },
  claimed: { vi: 'Đang gửi', en: 'Being sent' },
  sent: { vi: 'Đã gửi', en: 'Sent' },
  unknown: { vi: 'Chưa rõ đã đến chưa', en: 'May not have arrived' },
  answered: { vi: 'Đã có trả lời', en: 'Answered' },
};

const DIRECTIONS: Readonly<Record<string, Bilingual>> = {
  in: { vi: 'Nhận', en: 'Received' },
  out: { vi: 'Gửi', en: 'Sent' },
};

/** Words for a code, or the code where nobody has found any: never an empty cell. */
function worded(names: Readonly<Record<string, Bilingual>>, code: string): Bilingual {
  return names[code] ?? { vi: code, en: code };
}

export const batchStateName = (code: string): Bilingual => worded(BATCH_STATE_NAMES, code);
export const fileFateName = (code: string): Bilingual => worded(FILE_FATES, code);
export const directionName = (code: string): Bilingual => worded(DIRECTIONS, code);

/** 'programme: reason' of an assessment that came to nothing. */
export function nothingDueName(code: string): Bilingual {
  const [programme, reason] = twoParts(code);
  const of = worded(PROGRAMME_NAMES, programme);
  const why = worded({ ...NO_BENEFIT, ...NOT_DUE }, reason);
  return { vi: `${of.vi}: ${why.vi}`, en: `${of.en}: ${why.en}` };
}

/** Why a line waits of which nothing was found. */
const NOTHING_FOUND: Readonly<Record<string, Bilingual>> = {
  'not-verified': { vi: 'Chưa được xác minh', en: 'Not verified yet' },
  'no-channel': {
    vi: 'Chưa đăng ký nơi nhận tiền',
    en: 'No account, and no place to be paid in cash',
  },
};

/** What is wrong where a line or its account waits; a code that an older release knew says itself. */
export function whatHolds(code: string): Bilingual {
  const known: Readonly<Record<string, { readonly wrong: Bilingual }>> = VERIFICATION_FINDINGS;
  return known[code]?.wrong ?? worded(NOTHING_FOUND, code);
}

/** The same, with the code of the finding behind its words. */
export function findingName(code: string): Bilingual {
  const { vi, en } = whatHolds(code);
  return Object.hasOwn(VERIFICATION_FINDINGS, code)
    ? { vi: `${vi} (${code})`, en: `${en} (${code})` }
    : { vi, en };
}

/** 'outcome: code of the bank', with the code behind its words. What a post office writes is words already. */
export function notPaidName(told: string): Bilingual {
  const [outcome, code] = twoParts(told);
  const what = worded(OUTCOME_NAMES, outcome);
  if (code === '') return what;
  if (!/^[A-Z0-9]{2,8}$/.test(code)) {
    return { vi: `${what.vi}: ${code}`, en: `${what.en}: ${code}` };
  }
  const why = REASON_NAMES[reasonClass(code)];
  return { vi: `${what.vi}: ${why.vi} (${code})`, en: `${what.en}: ${why.en} (${code})` };
}

/** What has been heard of a payment of which nothing was heard. */
export const openName = (): Bilingual => ({
  vi: 'Chưa có kết quả của ngân hàng hoặc bưu điện',
  en: 'Nothing heard of it yet',
});

function twoParts(text: string): [string, string] {
  const at = text.indexOf(': ');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)];
}
