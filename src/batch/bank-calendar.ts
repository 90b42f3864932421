import type { Period, PlainDate } from '../kernel/period.ts';
import { plainDate } from '../kernel/period.ts';
import type { BankProfile } from './bank-profile.ts';

type Calendar = BankProfile['calendar'];

/** The day on which a bank should let money of a month count, before days off are thought of. */
export function wantedValueDay({ valueDate }: Calendar, period: Period): PlainDate {
  return plainDate(`${period}-${String(valueDate.dayOfMonth).padStart(2, '0')}`);
}

/**
 * Whether a file may still be sent. lastDay is the bank day on which the last file for the value date
 * may come; now is a day and a time (HH:MM) in Vietnam. A bank without cut-off takes files always.
 */
export function isBeforeCutoff(
  { cutoff }: Calendar,
  lastDay: PlainDate,
  now: { day: PlainDate; time: string },
): boolean {
  if (cutoff === null) return true;
  return now.day < lastDay || (now.day === lastDay && now.time <= cutoff);
}
