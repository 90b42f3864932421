// Who is entitled. Articles: 38/2013/QH13 art. 49 and 46(1); 74/2025/QH15 art. 38(1).

import type { UnemploymentClaim } from './unemployment-claim.ts';
import { fileBy } from './unemployment-dates.ts';
import { MONTHS_NEEDED } from './unemployment-duration.ts';
import type { UnemploymentRules } from './unemployment-law.ts';
import type { NoBenefit } from './unemployment-reasons.ts';
import { stepOf, type Step } from './unemployment-steps.ts';

const WITHIN = 24;
const WITHIN_AFTER_SHORT_CONTRACT = 36;

/** Why a person is not entitled by what was so when the contract ended, and the article; or nothing. */
export function whyNotEntitled(
  claim: UnemploymentClaim,
  { cites }: UnemploymentRules,
): { readonly reason: NoBenefit; readonly article: string } | undefined {
  if (claim.barredBy !== null) return { reason: claim.barredBy, article: cites.termination };
  if (claim.contributionMonths < MONTHS_NEEDED) {
    return { reason: 'too-few-contributions', article: cites.contributions };
  }
  const recent = recentlyContributed(claim);
  if (recent !== undefined && recent.months < MONTHS_NEEDED) {
    return { reason: 'too-few-recent-contributions', article: cites.contributions };
  }
  const { filedOn, contractEndedOn } = claim;
  if (filedOn !== null && contractEndedOn !== null && filedOn > fileBy(contractEndedOn)) {
    return { reason: 'filed-late', article: cites.filing };
  }
  return undefined;
}

/** The months that count: of the last 24, or of the last 36 after a short contract. */
function recentlyContributed({
  recentMonths,
  shortContract,
}: UnemploymentClaim): { readonly months: number; readonly within: number } | undefined {
  if (recentMonths === null) return undefined;
  if (shortContract) return { months: recentMonths.in36, within: WITHIN_AFTER_SHORT_CONTRACT };
  return { months: recentMonths.in24, within: WITHIN };
}

/** What was contributed, beside what is needed. */
export function conditionSteps(
  claim: UnemploymentClaim,
  { cites }: UnemploymentRules,
): readonly Step[] {
  const needed = MONTHS_NEEDED;
  const contributed = claim.contributionMonths;
  const total = stepOf('contributed', { contributed, needed }, cites.contributions);
  const recent = recentlyContributed(claim);
  if (recent === undefined) return [total];
  const figures = { recent: recent.months, within: recent.within, needed };
  return [total, stepOf('contributed-within', figures, cites.contributions)];
}
