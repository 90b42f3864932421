import type { Bilingual } from '../kernel/text.ts';
import { NOTHING_DUE } from './entitlement.ts';

/** Every reason for which no unemployment benefit is due for a month, as people read it. */
export const NO_BENEFIT = {
  'filing-day-needed': {
    vi: 'Cần ngày nộp hồ sơ để biết áp dụng Luật 38/2013/QH13 hay Luật 74/2025/QH15',
    en: 'The day of filing is needed to tell whether Law 38/2013/QH13 or 74/2025/QH15 governs',
  },
  'unlawful-termination': {
    vi: 'Người lao động chấm dứt hợp đồng trái pháp luật',
    en: 'The worker ended the contract against the law',
  },
  pension: {
    vi: 'Hưởng lương hưu, trợ cấp mất sức lao động hoặc đủ điều kiện hưởng lương hưu',
    en: 'There is a pension or an allowance for lost capacity, or its conditions are met',
  },
  'too-few-contributions': {
    vi: 'Chưa đóng đủ 12 tháng bảo hiểm thất nghiệp',
    en: 'Fewer than 12 months were contributed',
  },
  'too-few-recent-contributions': {
    vi: 'Chưa đóng đủ 12 tháng trong thời gian luật định trước khi chấm dứt hợp đồng',
    en: 'Fewer than 12 months were contributed in the time before the contract ended',
  },
  'filed-late': {
    vi: 'Nộp hồ sơ sau 03 tháng kể từ ngày chấm dứt hợp đồng',
    en: 'The file was lodged more than 3 months after the contract ended',
  },
  'decision-cancelled': {
    vi: 'Quyết định đã bị hủy vì không đến nhận; thời gian đóng được cộng dồn',
    en: 'The decision was cancelled because nobody came for it; the contributions stand',
  },
  'not-unemployed': {
    vi: 'Không còn là người thất nghiệp trước ngày bắt đầu hưởng',
    en: 'Unemployment had ended before the first day of benefit',
  },
  'cap-unknown': {
    vi: 'Không có mức lương tối thiểu hoặc lương cơ sở của tháng phải xét; cần người xem xét',
    en: 'No minimum wage or base salary is known for the month; a person must look at it',
  },
  'start-unknown': {
    vi: 'Không có ngày bắt đầu hưởng và ngày nộp hồ sơ',
    en: 'Neither the first day of benefit nor the day of filing is told',
  },
  'not-yet-decided': NOTHING_DUE['not-yet-decided'],
  'not-yet-entitled': {
    vi: 'Tháng hưởng chưa bắt đầu',
    en: 'The benefit month has not begun',
  },
  'report-awaited': {
    vi: 'Chưa có thông báo tìm kiếm việc làm của tháng này',
    en: 'The job-search report of the month is not there yet',
  },
  suspended: {
    vi: 'Tạm dừng hưởng trong tháng này; tháng này không được trả bù',
    en: 'Benefit was suspended in the month, and the month is lost',
  },
  unclaimed: {
    vi: 'Tiền không được nhận trong 03 tháng sau khi hết thời hạn hưởng',
    en: 'The money was not collected within 3 months after the term',
  },
  'already-assessed': NOTHING_DUE['already-assessed'],
  'term-over': {
    vi: 'Đã hết thời hạn hưởng',
    en: 'The term of benefit is over',
  },
  stopped: NOTHING_DUE.stopped,
} as const satisfies Record<string, Bilingual>;

export type NoBenefit = keyof typeof NO_BENEFIT;
