import type { Bilingual } from '../kernel/text.ts';

/** The four words by which the state judges its data. */
export const QUALITY_WORDS = {
  dung: { vi: 'Đúng', en: 'Right' },
  du: { vi: 'Đủ', en: 'Complete' },
  sach: { vi: 'Sạch', en: 'Clean' },
  song: { vi: 'Sống', en: 'Live' },
} as const satisfies Record<string, Bilingual>;

export type QualityWord = keyof typeof QUALITY_WORDS;

interface QualityRule {
  readonly word: QualityWord;
  readonly says: Bilingual;
}

/**
 * What is counted under each word. No official definition of the four was found: right agrees with the
 * population database, complete has what is needed, clean is neither doubled nor misspelt, live is
 * checked lately and follows what happens to people.
 */
export const QUALITY_RULES = {
  person_proven: {
    word: 'dung',
    says: {
      vi: 'Nhân thân khớp dữ liệu dân cư',
      en: 'The person agrees with the population database',
    },
  },
  account_proven: {
    word: 'dung',
    says: { vi: 'Tài khoản đúng chủ theo ngân hàng', en: 'The bank says whose the account is' },
  },
  number_says_sex: {
    word: 'dung',
    says: { vi: 'Số định danh khớp giới tính', en: 'The citizen number agrees with the sex' },
  },
  number_says_year: {
    word: 'dung',
    says: {
      vi: 'Số định danh khớp năm sinh',
      en: 'The citizen number agrees with the year of birth',
    },
  },
  has_birth_day: {
    word: 'du',
    says: { vi: 'Có đủ ngày, tháng, năm sinh', en: 'The day of birth is known' },
  },
  has_hamlet: { word: 'du', says: { vi: 'Có xóm, khối, bản', en: 'The hamlet is known' } },
  has_phone: { word: 'du', says: { vi: 'Có số điện thoại', en: 'There is a telephone number' } },
  has_account: { word: 'du', says: { vi: 'Có tài khoản nhận tiền', en: 'There is an account' } },
  name_is_clean: {
    word: 'sach',
    says: { vi: 'Họ tên đúng chính tả, đúng bảng mã', en: 'The name is written as names are' },
  },
  phone_is_clean: {
    word: 'sach',
    says: { vi: 'Số điện thoại đúng dạng', en: 'The telephone number has its form' },
  },
  is_not_doubled: {
    word: 'sach',
    says: { vi: 'Không trùng với người khác', en: 'No other record may be the same person' },
  },
  account_is_own: {
    word: 'sach',
    says: {
      vi: 'Tài khoản không dùng chung với người lạ',
      en: 'No stranger is paid to the same account',
    },
  },
  checked_lately: {
    word: 'song',
    says: { vi: 'Đã xác minh trong 30 ngày', en: 'Checked within 30 days' },
  },
  is_alive: {
    word: 'song',
    says: { vi: 'Không phải người đã chết trước kỳ', en: 'Did not die before the month' },
  },
  commune_is_live: {
    word: 'song',
    says: { vi: 'Xã còn tồn tại trong kỳ', en: 'The commune exists in the month' },
  },
} as const satisfies Record<string, QualityRule>;

export type QualityRuleName = keyof typeof QUALITY_RULES;

/** Hundredths of a per cent that keep a rule, rounded down so that 100 means all; null of nobody. */
export function keptShare({ checked, failed }: { checked: bigint; failed: bigint }): number | null {
  if (checked === 0n) return null;
  return Number(((checked - failed) * 10_000n) / checked);
}

/** 9512 as 95,12 %. */
export function percentText(hundredths: number | null): string {
  if (hundredths === null) return '–';
  const rest = String(hundredths % 100).padStart(2, '0');
  return `${Math.floor(hundredths / 100)},${rest} %`;
}
