// The days of unemployment benefit: months that are not calendar months, and terms in working days.

import { addMonths, lastDay, periodOf, type Period, type PlainDate } from '../kernel/period.ts';
import { addDays, workingDayAfter, workingDayFrom, type Calendar } from '../kernel/working-days.ts';
import type { UnemploymentRules } from './unemployment-law.ts';

/** One month of benefit, from a day to the day before it in the next calendar month. */
export interface BenefitMonth {
  /** From 1. */
  readonly no: number;
  /** The calendar month that names it. */
  readonly period: Period;
  readonly firstDay: PlainDate;
  readonly lastDay: PlainDate;
}

/** Days between which something is to be done, both included. */
export interface Term {
  readonly from: PlainDate;
  readonly by: PlainDate;
}

const FILE_WITHIN_MONTHS = 3;

/**
 * The months of benefit from its first day, so many of them. From 11 March the first ends on 10
 * April. A month too short to have the day before ends on its last day (Civil Code 91/2015/QH13
 * art. 148(3) [own]): from 31 January the first ends on 28 February, the second on 30 March.
 */
export function benefitMonths(from: PlainDate, count: number): readonly BenefitMonth[] {
  const months: BenefitMonth[] = [];
  let firstDay = from;
  for (let no = 1; no <= count; no += 1) {
    const last = endOfMonth(from, no);
    months.push({ no, period: addMonths(periodOf(from), no - 1), firstDay, lastDay: last });
    firstDay = addDays(last, 1);
  }
  return months;
}

function endOfMonth(from: PlainDate, no: number): PlainDate {
  const before = dayOf(from) - 1;
  if (before === 0) return lastDay(addMonths(periodOf(from), no - 1));
  return dayIn(addMonths(periodOf(from), no), before);
}

/** The same day some months later, or the last of a month that is too short to have it. */
export function monthsLater(date: PlainDate, months: number): PlainDate {
  return dayIn(addMonths(periodOf(date), months), dayOf(date));
}

function dayIn(of: Period, day: number): PlainDate {
  const wanted = `${of}-${String(day).padStart(2, '0')}` as PlainDate;
  const last = lastDay(of);
  return wanted > last ? last : wanted;
}

function dayOf(date: PlainDate): number {
  return Number(date.slice(8));
}

/** The last day on which a file may be lodged (38/2013/QH13 art. 46(1); 74/2025/QH15 art. 38(1)). */
export function fileBy(contractEndedOn: PlainDate): PlainDate {
  return monthsLater(contractEndedOn, FILE_WITHIN_MONTHS);
}

/**
 * The first day of benefit: the 16th working day after the complete file was lodged under the law of
 * 2013, the 11th under that of 2025. Throws RangeError where the calendar does not reach.
 */
export function benefitStart(
  filedOn: PlainDate,
  rules: UnemploymentRules,
  calendar: Calendar,
): PlainDate {
  return workingDayAfter(calendar, filedOn, rules.startsOnWorkingDay);
}

/** The last day for the decision on a file. Undefined where the law's term was not found. */
export function decideBy(
  filedOn: PlainDate,
  { terms }: UnemploymentRules,
  calendar: Calendar,
): PlainDate | undefined {
  return terms === null ? undefined : workingDayAfter(calendar, filedOn, terms.decideWithin);
}

/**
 * When a decision that nobody comes for is cancelled: after the days to fetch it have passed.
 * Undefined where the law's terms were not found.
 */
export function cancellationTerm(
  appointedOn: PlainDate,
  { terms }: UnemploymentRules,
  calendar: Calendar,
): Term | undefined {
  if (terms === null) return undefined;
  const fetchBy = workingDayAfter(calendar, appointedOn, terms.fetchWithin);
  return { from: addDays(fetchBy, 1), by: workingDayAfter(calendar, fetchBy, terms.cancelWithin) };
}

/**
 * When a benefit month is paid: the first within five working days after the payer received the
 * decision, each later one within five working days that are counted from its seventh day, or from
 * the next working day where that is a day off. Undefined where the law's terms were not found.
 */
export function paymentTerm(
  month: BenefitMonth,
  decisionReceivedOn: PlainDate,
  { terms }: UnemploymentRules,
  calendar: Calendar,
): Term | undefined {
  if (terms === null) return undefined;
  if (month.no === 1) {
    const by = workingDayAfter(calendar, decisionReceivedOn, terms.payFirstWithin);
    return { from: decisionReceivedOn, by };
  }
  // The term is counted from that day, so the day itself is the first of the five.
  const from = workingDayFrom(calendar, addDays(month.firstDay, terms.payFromDay - 1));
  return { from, by: workingDayAfter(calendar, from, terms.payWithin - 1) };
}

/**
 * The last day for collecting the money of a term that ended on a day. Undefined where the law's
 * rule was not found.
 */
export function collectBy(
  termEndedOn: PlainDate,
  { terms }: UnemploymentRules,
): PlainDate | undefined {
  return terms === null ? undefined : monthsLater(termEndedOn, terms.collectWithinMonths);
}
