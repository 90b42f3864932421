import type { Bilingual } from '../kernel/text.ts';
import { NOTHING_DUE } from './entitlement.ts';

/** Every reason for which a programme pays nothing, as people read it. */
export const NOT_DUE = {
  ...NOTHING_DUE,
  'no-ground': {
    vi: 'Không có diện hưởng thuộc chế độ này',
    en: 'No ground of this programme is named',
  },
  'condition-not-met': {
    vi: 'Không đáp ứng điều kiện về hộ, địa bàn hoặc lương hưu của diện hưởng',
    en: 'The household, the place or a pension does not meet the condition of the ground',
  },
  'in-institution': {
    vi: 'Đang được nuôi dưỡng tại cơ sở trợ giúp xã hội',
    en: 'Kept in an institution, which excludes the monthly allowance',
  },
  'household-not-poor': {
    vi: 'Dưới 75 tuổi và không thuộc hộ nghèo, hộ cận nghèo',
    en: 'Under 75 and not of a poor or near-poor household',
  },
  'has-pension': {
    vi: 'Đang hưởng lương hưu hoặc trợ cấp bảo hiểm xã hội không thấp hơn mức trợ cấp hưu trí xã hội',
    en: 'Has a pension or insurance allowance that is not lower than the social pension',
  },
  'no-pension': {
    vi: 'Không có lương hưu, trợ cấp được điều chỉnh',
    en: 'There is no pension that the uplift would raise',
  },
  'pension-too-late': {
    vi: 'Hưởng lương hưu từ ngày điều chỉnh trở đi',
    en: 'The pension began only when the uplift did',
  },
  forged: {
    vi: 'Hồ sơ giả mạo đã được kết luận',
    en: 'The file was proven to be forged',
  },
  'spouse-is-paid': {
    vi: 'Vợ hoặc chồng đã hưởng suất hỗ trợ kinh phí chăm sóc',
    en: 'The wife or husband is already paid the one grant of a couple',
  },
  alive: { vi: 'Người được nêu còn sống', en: 'The person named is alive' },
  'not-of-group': {
    vi: 'Không thuộc nhóm được tặng quà',
    en: 'Not of a group that is given the gift',
  },
  'no-gift': { vi: 'Không có quà tặng trong tháng này', en: 'There is no gift in this month' },
  'not-in-snapshot': {
    vi: 'Không có trong cơ sở dữ liệu dân cư tại thời điểm chốt',
    en: 'Not in the population database at the instant at which it was read',
  },
} as const satisfies Record<string, Bilingual>;

export type NotDue = keyof typeof NOT_DUE;

const REASONS = Object.keys(NOT_DUE) as NotDue[];

/** Of several reasons the one that is told, whatever their order: what a person must look at first. */
export function gravestOf(reasons: readonly NotDue[]): NotDue {
  return REASONS.find((reason) => reasons.includes(reason)) ?? 'no-ground';
}
