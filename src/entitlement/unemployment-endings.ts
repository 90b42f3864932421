import type { PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';

/** How a case of cessation treats the contributions behind the months that were not received. */
export interface EndingRule extends Bilingual {
  /** The point of art. 53(3) of Law 38/2013/QH13, in the order of the Vietnamese alphabet. */
  readonly point: string;
  /** Whether those contributions are kept for the next time (art. 45(2); Decree 28/2015 art. 21). */
  readonly keeps: boolean;
  /** Whether they are kept only for a recipient who has told the employment service centre. */
  readonly onNotice: boolean;
}

/**
 * The thirteen cases in which benefit ends: Law 38/2013/QH13 art. 53(3), with Decree 28/2015/ND-CP
 * art. 21 as amended by Decree 61/2020/ND-CP, read in public reprints. Law 74/2025/QH15 art. 41(4)
 * has thirteen too, partly changed; its text was not at hand, so these are taken for both [own].
 */
export const ENDINGS = {
  'term-over': {
    point: 'a',
    keeps: false,
    onNotice: false,
    vi: 'Hết thời hạn hưởng',
    en: 'The term of benefit is over',
  },
  'job-found': {
    point: 'b',
    keeps: true,
    onNotice: true,
    vi: 'Có việc làm',
    en: 'The recipient has found a job',
  },
  'on-duty': {
    point: 'c',
    keeps: true,
    onNotice: true,
    vi: 'Thực hiện nghĩa vụ quân sự, nghĩa vụ công an',
    en: 'The recipient does military or police duty',
  },
  pension: {
    point: 'd',
    keeps: false,
    onNotice: false,
    vi: 'Hưởng lương hưu hằng tháng',
    en: 'The recipient draws a monthly pension',
  },
  'jobs-refused': {
    point: 'đ',
    keeps: false,
    onNotice: false,
    vi: 'Sau 02 lần từ chối việc làm được giới thiệu mà không có lý do chính đáng',
    en: 'The recipient has refused two jobs without good reason',
  },
  'no-report': {
    point: 'e',
    keeps: false,
    onNotice: false,
    vi: 'Không thông báo về việc tìm kiếm việc làm 03 tháng liên tục',
    en: 'There was no report on the search for a job in three months running',
  },
  abroad: {
    point: 'g',
    keeps: false,
    onNotice: false,
    vi: 'Ra nước ngoài định cư hoặc đi làm việc theo hợp đồng',
    en: 'The recipient has left to settle or to work abroad',
  },
  studying: {
    point: 'h',
    keeps: true,
    onNotice: true,
    vi: 'Đi học tập có thời hạn từ đủ 12 tháng trở lên',
    en: 'The recipient has begun to study for twelve months or more',
  },
  fined: {
    point: 'i',
    keeps: false,
    onNotice: false,
    vi: 'Bị xử phạt vi phạm pháp luật bảo hiểm thất nghiệp',
    en: 'The recipient was fined for breaking the law of unemployment insurance',
  },
  deceased: {
    point: 'k',
    keeps: false,
    onNotice: false,
    vi: 'Người hưởng chết',
    en: 'The recipient has died',
  },
  'compulsory-measure': {
    point: 'l',
    keeps: true,
    onNotice: false,
    vi: 'Vào trường giáo dưỡng, cơ sở giáo dục hoặc cai nghiện bắt buộc',
    en: 'The recipient was sent to a reformatory or to compulsory education or treatment',
  },
  'declared-missing': {
    point: 'm',
    keeps: true,
    onNotice: false,
    vi: 'Bị tòa án tuyên bố mất tích',
    en: 'A court has declared the recipient missing',
  },
  detained: {
    point: 'n',
    keeps: true,
    onNotice: false,
    vi: 'Bị tạm giam hoặc chấp hành hình phạt tù',
    en: 'The recipient is in custody or in prison',
  },
} as const satisfies Record<string, EndingRule>;

export type EndingCode = keyof typeof ENDINGS;

/**
 * Something that ends benefit, on the day that Decree 28/2015/ND-CP art. 21 names for it: that of
 * the contract, of joining up, of enrolment, of departure, of the decision, of the certificate.
 */
export interface EndingEvent {
  readonly code: EndingCode;
  readonly on: PlainDate;
  /** Whether the employment service centre was told. It counts only where the rule asks for it. */
  readonly notified: boolean;
}

/** Whether the contributions behind the months not received are kept after an ending. */
export function keepsContributions({ code, notified }: EndingEvent): boolean {
  const rule: EndingRule = ENDINGS[code];
  return rule.keeps && (notified || !rule.onNotice);
}

const ORDER = Object.keys(ENDINGS) as EndingCode[];

/** The event that ends benefit: the first, and of several on one day that of the earlier point. */
export function firstEnding(events: readonly EndingEvent[]): EndingEvent | null {
  let first: EndingEvent | null = null;
  for (const event of events) if (first === null || precedes(event, first)) first = event;
  return first;
}

function precedes(event: EndingEvent, other: EndingEvent): boolean {
  if (event.on !== other.on) return event.on < other.on;
  if (event.code !== other.code) return ORDER.indexOf(event.code) < ORDER.indexOf(other.code);
  // Of two records of one event, the one that says that the centre was told.
  return event.notified && !other.notified;
}
