import { addMonths, type Period } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { copyOut } from '../platform/copy.ts';
import type { Db } from '../platform/db.ts';
import {
  assessAll,
  type AssessedPeriod,
  type Assessing,
  type KnownLaw,
} from './assess-stream.flow.ts';
import { addOnce } from './assessment-rows.flow.ts';
import { giftIn } from './gifts.ts';
import { CLAIMANTS, GIFTED } from './once.sql.ts';
import { assessClaims, assessGift, type Claimant, type GiftedPerson } from './once.ts';
import { REGISTERED_OF } from './registered.sql.ts';
import { bindingsOf } from './set-apart.ts';
import type { RegisteredPerson } from './registered-person.ts';

// What is paid once, of the register: gifts to groups, and what somebody has claimed.

/** The New Year gift of a month in which there is one, to whoever is of its groups. */
export async function assessGifts(
  context: Context,
  assessing: Assessing,
  { law }: KnownLaw,
): Promise<AssessedPeriod | undefined> {
  const { period: of, assessedOn: on } = assessing;
  const gift = giftIn(law.gifts, 'tet_gift', { of, on });
  if (gift === undefined) return undefined;
  const asked = { period: of, before: addMonths(of, -1), gift: gift.giftCode };
  const people = jsonOf<GiftedPerson>(copyOut(context.db, GIFTED, asked));
  return assessAll(context, { of, assessedOn: on }, people, (rows, person) => {
    const found = assessGift(gift, person, of);
    if (found !== undefined) addOnce(rows, { ...person, timesBefore: 0 }, found);
  });
}

/** Whatever was claimed and not given yet. */
export async function assessClaimants(
  context: Context,
  { period: of, assessedOn }: Assessing,
  { law, provinceOf }: KnownLaw,
): Promise<AssessedPeriod | undefined> {
  const months = { ...bindingsOf(of), next: addMonths(of, 1) };
  const people = claimantsOf(context.db, CLAIMANTS, months);
  const assessing = { of, asOf: assessedOn, law, provinceOf };
  return assessAll(context, { of, assessedOn }, people, (rows, { claimant, deceased }) => {
    const { recipientId, assessments } = claimant;
    for (const found of assessClaims(claimant, deceased, assessing)) {
      addOnce(rows, { recipientId, timesBefore: assessments[found.programme] ?? 0 }, found);
    }
  });
}

/** A claimant, with the recipients who died of whom claims of the same chunk speak. */
export interface AskingPerson {
  readonly claimant: Claimant;
  readonly deceased: ReadonlyMap<string, RegisteredPerson>;
}

/**
 * Whoever a statement for claimants finds by its months, chunk by chunk. Those who died lie on other shards
 * than those who claim, and are asked for by their numbers.
 */
export async function* claimantsOf(
  db: Db,
  statement: typeof CLAIMANTS,
  months: ReturnType<typeof bindingsOf> & { readonly next: Period },
): AsyncGenerator<AskingPerson[]> {
  for await (const chunk of jsonOf<Claimant>(copyOut(db, statement, months))) {
    const ids = chunk.flatMap(({ claims }) =>
      claims.flatMap(({ programme, ofKey }) => (programme === 'funeral' ? [ofKey] : [])),
    );
    const deceased = new Map<string, RegisteredPerson>();
    const asked = { ...months, ids: ids.join(',') };
    for await (const people of jsonOf<RegisteredPerson>(copyOut(db, REGISTERED_OF, asked))) {
      for (const person of people) deceased.set(person.recipientId, person);
    }
    yield chunk.map((claimant) => ({ claimant, deceased }));
  }
}

/** Rows of a number and a JSON value, as the values. */
async function* jsonOf<Value>(chunks: AsyncIterable<(string | null)[][]>): AsyncGenerator<Value[]> {
  for await (const chunk of chunks) {
    yield chunk.map(([, value]) => JSON.parse(value ?? '') as Value);
  }
}
