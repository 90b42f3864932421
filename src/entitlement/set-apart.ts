// The line between the two ways in which a month is assessed, said once for both.

import { addMonths, type Period } from '../kernel/period.ts';

/**
 * Who is argued by everything that the register says of them, and not enrolment by enrolment: whoever
 * is enrolled in another programme than monthly social assistance, was ever suspended, or has facts
 * that the register has no column for; who was assessed for a later month than :period already, and who was assessed more than once for the
 * month before.
 */
export const SET_APART = `
  select recipient_id from enrolment where programme <> 'social_assistance'
  union select recipient_id from suspension
  union select recipient_id from enrolment_facts
  union select recipient_id from assessment where period > :period
  union select recipient_id from assessment where period = :before and assessment_no > 1`;

/** What a look at those people names: the period, the one before it, and the lists and assessments that count. */
export function bindingsOf(of: Period): Record<'period' | 'before' | 'listed' | 'until', Period> {
  return { period: of, before: addMonths(of, -1), listed: of, until: of };
}
