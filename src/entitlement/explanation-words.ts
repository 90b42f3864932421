// Words for what assessments of all programmes are told with: reasons, and the facts that a case names.

import type { Bilingual } from '../kernel/text.ts';
import { FACTS_AT_FAULT } from './assess-registered.ts';
import { LAW_NOT_HERE } from './entitlement.ts';
import { NOT_DUE } from './not-due.ts';
import { NO_BENEFIT } from './unemployment-reasons.ts';

/** Why nothing is due, and why less is due than was paid. */
const REASONS: Readonly<Record<string, Bilingual>> = {
  ...NO_BENEFIT,
  ...NOT_DUE,
  // The oldest records have it.
  [LAW_NOT_HERE]: {
    vi: 'Hệ thống chưa có luật của chương trình này; không chi theo phỏng đoán',
    en: 'The law of this programme is not here yet; nothing is paid on a guess',
  },
  [FACTS_AT_FAULT]: {
    vi: 'Dữ kiện của hồ sơ thiếu hoặc không thể có; cần người xem xét',
    en: 'A fact of the file is missing or cannot be; a person must look at it',
  },
  'amount-lower': {
    vi: 'Mức được hưởng thấp hơn số đã chi',
    en: 'What is due is less than what was paid',
  },
};

/** A reason in words. Throws Error for one that has none. */
export function reasonWords(reason: string): Bilingual {
  const words = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  if (words === undefined) throw new Error(`no words for the reason ${reason}`);
  return words;
}

const FACTS: Readonly<Record<string, Bilingual>> = {
  household: { vi: 'hộ', en: 'household' },
  area: { vi: 'địa bàn', en: 'area' },
  otherPension: { vi: 'lương hưu, trợ cấp khác (đồng/tháng)', en: 'other pension (VND a month)' },
  multiple: { vi: 'hệ số so với mức chuẩn', en: 'multiple of the standard' },
  spousePaid: { vi: 'vợ hoặc chồng đã hưởng suất chăm sóc', en: 'spouse has the grant of care' },
  dependants: { vi: 'số con đang nuôi', en: 'children raised' },
  children: { vi: 'số con được kê khai', en: 'children told of' },
  persons: { vi: 'số người được chăm sóc', en: 'persons cared for' },
  caredBirthDate: { vi: 'ngày sinh người được chăm sóc', en: 'birth of who is cared for' },
  caredDiedOn: { vi: 'ngày chết của người được chăm sóc', en: 'death of who is cared for' },
  deathCause: { vi: 'nguyên nhân chết', en: 'cause of death' },
  survivorAllowance: { vi: 'đang hưởng trợ cấp tuất', en: 'drew a survivor’s allowance' },
  childOfSingleParent: { vi: 'con của người đơn thân nghèo', en: 'child of a poor single parent' },
  pensionApplied: {
    vi: 'đã đề nghị và đủ điều kiện hưởng trợ cấp hưu trí xã hội',
    en: 'had applied and qualified for the social pension',
  },
  relation: { vi: 'quan hệ với người chết', en: 'relation to who died' },
  averageSalary6: { vi: 'lương bình quân 6 tháng', en: 'average salary of 6 months' },
  averageSalaryVnd: { vi: 'lương bình quân 6 tháng', en: 'average salary of 6 months' },
  contributionMonths: { vi: 'số tháng đóng', en: 'contributed months' },
  contributedMonths: { vi: 'số tháng đóng', en: 'contributed months' },
  region: { vi: 'vùng lương tối thiểu', en: 'region of the minimum wage' },
  wageRegion: { vi: 'vùng lương tối thiểu', en: 'region of the minimum wage' },
  lastContributionMonth: { vi: 'tháng đóng cuối', en: 'last contributed month' },
  lastContributedMonth: { vi: 'tháng đóng cuối', en: 'last contributed month' },
  benefitFrom: { vi: 'hưởng từ ngày', en: 'benefit from' },
  filedOn: { vi: 'ngày nộp hồ sơ', en: 'file lodged on' },
  contractEndedOn: { vi: 'ngày chấm dứt hợp đồng', en: 'contract ended on' },
  reports: { vi: 'số lần thông báo tìm việc', en: 'job-search reports' },
  endings: { vi: 'số sự kiện chấm dứt hưởng', en: 'events that end benefit' },
};

/** Of a list how many, and everything else as it is told; nothing of what has no words. */
export function factWords(facts: Readonly<Record<string, unknown>>): Bilingual[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const words = FACTS[name];
    if (words === undefined || value === null || value === undefined) return [];
    if (Array.isArray(value)) return [valued(words, String(value.length))];
    if (typeof value === 'boolean') {
      return [
        { vi: `${words.vi}: ${value ? 'có' : 'không'}`, en: `${words.en}: ${yesOrNo(value)}` },
      ];
    }
    return typeof value === 'string' || typeof value === 'number'
      ? [valued(words, String(value))]
      : [];
  });
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function valued({ vi, en }: Bilingual, value: string): Bilingual {
  return { vi: `${vi}: ${value}`, en: `${en}: ${value}` };
}
