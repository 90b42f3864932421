// Which of the two laws governs a case: files lodged before 2026-01-01 stay under the old one [own].

import { lastDay, type PlainDate } from '../kernel/period.ts';
import { addDays, type Calendar } from '../kernel/working-days.ts';
import type { UnemploymentClaim } from './unemployment-claim.ts';
import { benefitStart, fileBy } from './unemployment-dates.ts';
import {
  LAW_OF_2013,
  LAW_OF_2025,
  NEW_LAW_FROM,
  type UnemploymentRules,
} from './unemployment-law.ts';

/**
 * The rules that govern a claim: by the day of filing, or where that is not told, by what the other
 * days prove about it. Undefined when they prove nothing: the start of benefit alone leaves open the
 * few days of January 2026 that both laws can lead to. Throws RangeError where a start must be
 * compared and the calendar does not reach.
 */
export function governingRules(
  claim: UnemploymentClaim,
  calendar: Calendar,
): UnemploymentRules | undefined {
  const { filedOn } = claim;
  if (filedOn !== null) return filedOn < NEW_LAW_FROM ? LAW_OF_2013 : LAW_OF_2025;
  // A file is lodged after the contract has ended, and before benefit is decided or begins.
  const endedOn = claim.contractEndedOn ?? lastDay(claim.lastContributionMonth);
  if (endedOn >= NEW_LAW_FROM) return LAW_OF_2025;
  if (isBefore(claim.decisionDate) || isBefore(claim.benefitFrom)) return LAW_OF_2013;
  if (fileBy(endedOn) < NEW_LAW_FROM) return LAW_OF_2013;
  return claim.benefitFrom === null ? undefined : rulesByStart(claim.benefitFrom, calendar);
}

function isBefore(date: PlainDate | null): boolean {
  return date !== null && date < NEW_LAW_FROM;
}

function rulesByStart(from: PlainDate, calendar: Calendar): UnemploymentRules | undefined {
  const lastOfOld = benefitStart(addDays(NEW_LAW_FROM, -1), LAW_OF_2013, calendar);
  const firstOfNew = benefitStart(NEW_LAW_FROM, LAW_OF_2025, calendar);
  if (from > lastOfOld) return LAW_OF_2025;
  return from < firstOfNew ? LAW_OF_2013 : undefined;
}
