import { grouped, type Bilingual } from '../kernel/text.ts';

/** How each step of an assessment reads. What stands in braces is a figure of the step. */
export const STEPS = {
  'governed-by-filing': {
    vi: 'Hồ sơ nộp ngày {filed}: áp dụng Luật {law}',
    en: 'The file was lodged on {filed}: Law {law} governs',
  },
  'governed-by-dates': {
    vi: 'Không có ngày nộp hồ sơ; theo các ngày khác của hồ sơ, áp dụng Luật {law}',
    en: 'The day of filing is not told; by the other dates of the file, Law {law} governs',
  },
  contributed: {
    vi: 'Đã đóng {contributed} tháng chưa hưởng; cần đủ {needed} tháng',
    en: '{contributed} months contributed and not used; {needed} are needed',
  },
  'contributed-within': {
    vi: 'Trong {within} tháng trước khi chấm dứt hợp đồng đã đóng {recent} tháng; cần đủ {needed}',
    en: '{recent} months contributed within {within} before the contract ended; {needed} are needed',
  },
  'condition-not-met': {
    vi: 'Không đủ một điều kiện hưởng',
    en: 'A condition of benefit is not met',
  },
  'duration-first': {
    vi: 'Đóng {contributed} tháng, từ 12 đến 36: hưởng {months} tháng',
    en: '{contributed} months contributed, 12 to 36: {months} months of benefit',
  },
  'duration-more': {
    vi: 'Đóng {contributed} tháng: 3 tháng cho 36 tháng đầu, thêm 1 cho mỗi 12 tháng đủ, nhiều nhất {most}: hưởng {months} tháng',
    en: '{contributed} months contributed: 3 for the first 36, one for each full 12 more, at most {most}: {months} months of benefit',
  },
  leftover: {
    vi: 'Bảo lưu: {contributed} − 12 × {months} = {leftover} tháng đóng',
    en: 'Left over: {contributed} − 12 × {months} = {leftover} contributed months',
  },
  share: {
    vi: '60% × bình quân 6 tháng {averageVnd} = {givesVnd}',
    en: '60% × the average of six months {averageVnd} = {givesVnd}',
  },
  rounded: {
    vi: 'Làm tròn đến đồng: {exactVnd} thành {givesVnd}',
    en: 'Rounded to the dong: {exactVnd} to {givesVnd}',
  },
  'cap-minimum-wage': {
    vi: 'Tối đa: 5 × lương tối thiểu vùng {region} tháng {month}, {rateVnd} = {givesVnd}',
    en: 'At most: 5 × the minimum wage of region {region} in {month}, {rateVnd} = {givesVnd}',
  },
  'cap-base-salary': {
    vi: 'Tối đa: 5 × lương cơ sở tháng {month}, {rateVnd} = {givesVnd}',
    en: 'At most: 5 × the base salary in {month}, {rateVnd} = {givesVnd}',
  },
  monthly: {
    vi: 'Mức hưởng hằng tháng là số nhỏ hơn: {givesVnd}',
    en: 'The monthly benefit is the lesser of the two: {givesVnd}',
  },
  'starts-by-count': {
    vi: 'Ngày làm việc thứ {count} sau ngày nộp đủ hồ sơ {filed}: hưởng từ {from}',
    en: 'Working day {count} after the complete file of {filed}: benefit from {from}',
  },
  'starts-by-decision': {
    vi: 'Theo quyết định, hưởng từ {from}',
    en: 'As decided, benefit from {from}',
  },
  'starts-as-asked': {
    vi: 'Không có ngày bắt đầu hưởng và ngày nộp hồ sơ: coi như hưởng từ {from}',
    en: 'Neither the first day nor the day of filing is told: benefit is taken to begin on {from}',
  },
  term: {
    vi: '{months} tháng hưởng, từ {from} đến {until}',
    en: '{months} months of benefit, from {from} to {until}',
  },
  'month-lost': {
    vi: 'Tháng hưởng thứ {no}, {from} đến {until}: tạm dừng do không thông báo tìm kiếm việc làm, không được trả bù',
    en: 'Benefit month {no}, {from} to {until}: suspended for want of a job-search report, and lost',
  },
  'month-unclaimed': {
    vi: 'Tháng hưởng thứ {no}: tiền không được nhận đến ngày {by}, coi như không có nhu cầu',
    en: 'Benefit month {no}: the money was not collected by {by}, which counts as no need',
  },
  ended: {
    vi: 'Chấm dứt hưởng ngày {on}, điểm {point}; tháng đang hưởng vẫn được trả đủ',
    en: 'Ended on {on}, point {point}; the month that has begun is paid in full',
  },
  kept: {
    vi: 'Bảo lưu: {contributed} − 12 × {used} tháng đã hưởng hoặc đã mất = {kept} tháng đóng',
    en: 'Kept: {contributed} − 12 × {used} months received or lost = {kept} contributed months',
  },
  overpaid: {
    vi: 'Tháng {month} đã trả {paidVnd}, được hưởng {dueVnd}: cần xem xét thu hồi {recoveryVnd}',
    en: 'For {month} {paidVnd} was paid and {dueVnd} is due: {recoveryVnd} is a case of recovery',
  },
} as const satisfies Record<string, Bilingual>;

export type StepName = keyof typeof STEPS;

type Figures = Readonly<Record<string, string | number>>;

/** One step of the arithmetic, or of the law, with all that is needed to do it again. */
export interface Step {
  readonly step: StepName;
  /** Amounts are digits, with a point before a part of a dong, and their names end in Vnd. */
  readonly figures: Figures;
  readonly articles: readonly string[];
}

/** A step with each of its articles once. */
export function stepOf(step: StepName, figures: Figures, ...articles: readonly string[]): Step {
  return { step, figures, articles: [...new Set(articles)] };
}

/** The step as people read it. Throws RangeError when it lacks a figure. */
export function told({ step, figures }: Step): Bilingual {
  const filled = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const figure = figures[name];
      if (figure === undefined) throw new RangeError(`step ${step} lacks ${name}`);
      return name.endsWith('Vnd') ? amountOf(String(figure)) : String(figure);
    });
  return { vi: filled(STEPS[step].vi), en: filled(STEPS[step].en) };
}

/** 26550000.6 as 26.550.000,6: an amount as it is written in Vietnam. */
function amountOf(digits: string): string {
  const [whole = '', part] = digits.split('.');
  return part === undefined ? grouped(BigInt(whole)) : `${grouped(BigInt(whole))},${part}`;
}
