// Decree 20/2021/ND-CP art. 6(2): who may be paid under several grounds, or by several documents, is
// paid the highest only. The exceptions stand here and nowhere else.

import type { Vnd } from '../kernel/money.ts';
import type { Programme } from '../kernel/reference.ts';

export const HIGHEST_ONLY = '20/2021/ND-CP art. 6(2)';

/** Programmes of which the highest only is paid for a month; the reasons stand with highestOfProgrammes. */
export const COMPETING_PROGRAMMES: readonly Programme[] = [
  'social_assistance',
  'social_pension',
  'institution',
  'merit',
];

/** A ground of social assistance that a person may claim for a month. */
interface ClaimedGround {
  /** `paragraph` is that of art. 5. */
  readonly allowance: { readonly paragraph: string; readonly amount: Vnd };
}

const SINGLE_PARENT = '4';
const PAID_BESIDE_SINGLE_PARENT: readonly string[] = ['5', '6', '8'];

/**
 * Of several grounds only the highest is paid, except that a poor single parent who is also assisted
 * under art. 5(5), (6) or (8) is paid both: as a parent, and the highest of those.
 */
export function highestOfGrounds<Claim extends ClaimedGround>(
  claims: readonly Claim[],
): readonly Claim[] {
  if (claims.length < 2) return claims;
  const only = highest(claims);
  const parent = highest(claims.filter((claim) => claim.allowance.paragraph === SINGLE_PARENT));
  const beside = highest(
    claims.filter((claim) => PAID_BESIDE_SINGLE_PARENT.includes(claim.allowance.paragraph)),
  );
  if (only === undefined || parent === undefined || beside === undefined) {
    return only === undefined ? [] : [only];
  }
  const both = parent.allowance.amount + beside.allowance.amount;
  return both > only.allowance.amount ? [parent, beside] : [only];
}

/** The first of the highest, so that of two equal grounds it is always the same one. */
function highest<Claim extends ClaimedGround>(claims: readonly Claim[]): Claim | undefined {
  let best: Claim | undefined;
  for (const claim of claims) {
    if (best === undefined || claim.allowance.amount > best.allowance.amount) best = claim;
  }
  return best;
}

/**
 * Of what several programmes would pay a person for one month, the one that pays most in all: a single
 * parent's two allowances stand together against the social pension. Of two that pay the same, the
 * first. Undefined when none pays anything.
 *
 * Of social assistance and the social pension the higher is paid, never both (Decree 176/2025/ND-CP).
 * For the others art. 6(2) is followed to the letter, "several documents"; no document that says it of
 * people of merit was seen. That life in an institution excludes the allowance (art. 25(5)) is no
 * question of the higher, and does not stand here.
 */
export function highestOfProgrammes<Offer extends { readonly totalVnd: Vnd }>(
  offers: readonly Offer[],
): Offer | undefined {
  let best: Offer | undefined;
  for (const offer of offers) {
    if (offer.totalVnd === 0n) continue;
    if (best === undefined || offer.totalVnd > best.totalVnd) best = offer;
  }
  return best;
}
