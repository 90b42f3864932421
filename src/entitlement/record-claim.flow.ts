import { channelFault, identityFault } from '../intake/register-change.ts';
import { drawRecipientIds } from '../intake/intake.sql.ts';
import { registeredIdentity } from '../intake/register.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Tx } from '../platform/db.ts';
import type { ClaimPayee, FuneralClaim, GiftClaim } from './decision.ts';
import type { TwoPersons } from './decisions.sql.ts';
import { addClaimant, addClaims, isDayGift, recipientWith } from './once.sql.ts';

/**
 * Records a claim to what is paid once. Who collects and is on no list is taken into the register with
 * it. Throws Refusal claim-not-possible with the place that is at fault; that it was claimed before is
 * said by the key of claims.
 */
export async function recordClaim(
  tx: Tx,
  claim: FuneralClaim | GiftClaim,
  by: TwoPersons,
): Promise<void> {
  const { claimedOn, document } = claim;
  if (claim.kind === 'funeral') {
    if ((await registeredIdentity(tx, BigInt(claim.deceased))) === undefined) {
      throw impossible('/deceased');
    }
    const recipientId = await payeeOf(tx, claim.payee);
    if (recipientId === BigInt(claim.deceased)) throw impossible('/payee');
    const of = [{ key: claim.deceased, facts: claim.facts }];
    const about = { programme: 'funeral', occasion: 'death', of } as const;
    await addClaims(tx, { recipientId, ...about, document, claimedOn, ...by });
    return;
  }
  if (!(await isDayGift(tx, claim.gift))) throw impossible('/gift');
  const recipientId = await payeeOf(tx, claim.payee);
  await expectCollecting(tx, claim, recipientId);
  const of = claim.persons.map(({ citizenNumber: key, ...facts }) => {
    return { key, facts: { ...facts, collects: claim.collects } };
  });
  const about = { programme: 'national_day_gift', occasion: claim.gift, of } as const;
  await addClaims(tx, { recipientId, ...about, document, claimedOn, ...by });
}

/**
 * A household is paid through its head or a proxy; whoever has no permanent residence is paid by
 * themselves, each their own.
 */
async function expectCollecting(
  tx: Tx,
  { collects, persons }: GiftClaim,
  recipientId: bigint,
): Promise<void> {
  const own = (await registeredIdentity(tx, recipientId))?.citizenNumber;
  const isOfThem = persons.some(({ citizenNumber }) => citizenNumber === own);
  if (collects === 'person' && (persons.length > 1 || !isOfThem)) throw impossible('/persons');
  if (collects === 'household_head' && !isOfThem) throw impossible('/payee');
}

/** The number of who is paid, who is taken into the register where they are not in it. */
async function payeeOf(tx: Tx, payee: ClaimPayee): Promise<bigint> {
  if ('recipient' in payee) {
    const recipientId = BigInt(payee.recipient);
    if ((await registeredIdentity(tx, recipientId)) === undefined) throw impossible('/payee');
    return recipientId;
  }
  const { person } = payee;
  const known = await recipientWith(tx, person.citizenNumber);
  if (known !== undefined) return known;
  const { hamlet = '', phone = '', account, ...said } = person;
  const identity = { ...said, birthYear: Number(person.birthDate.slice(0, 4)), hamlet, phone };
  const channel =
    account === undefined
      ? ({ kind: 'cash_post', bankBin: '', accountNumber: '', holderName: '' } as const)
      : ({ kind: 'account', ...account } as const);
  const fault = identityFault(identity) ?? channelFault(channel);
  if (fault !== undefined) throw impossible(`/payee/person/${fault}`);
  const recipientId = await drawRecipientIds(tx, 1n);
  await addClaimant(tx, { recipientId, ...identity, ...channel });
  return recipientId;
}

function impossible(at: string): Refusal {
  return new Refusal('claim-not-possible', { at });
}
