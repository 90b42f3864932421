import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write } from '../platform/db.ts';
import { credentialOf } from './credential.sql.ts';
import type { OutsideIdentity } from './identity-provider.port.ts';
import { bindSubject, personOfSubject } from './outside-identity.sql.ts';
import { isAdministrator } from './person.sql.ts';
import { openSession } from './session.sql.ts';
import { newToken } from './sign-in.flow.ts';

export type { IdentityProvider, Journey, OutsideIdentity } from './identity-provider.port.ts';

/**
 * Signs in whom a provider vouches for, at the level that is asked for, and returns the token of their
 * session. It stands for name, password and code of a sign-in; a signature takes a code of ours as
 * ever, so who has enrolled none does so first. Throws Refusal outside-level-too-low or
 * outside-sign-in-refused.
 */
export async function signInOutside(
  { db, clock }: Context,
  identity: OutsideIdentity,
  { level, device }: { level: string; device: string },
): Promise<{ token: string; factors: 1 | 2 }> {
  const at = clock();
  if (identity.level !== level) throw new Refusal('outside-level-too-low', { level });
  const personId = await personOfSubject(db, identity);
  const credential = personId === undefined ? undefined : await credentialOf(db, personId);
  return write(db, async (tx) => {
    if (personId === undefined || credential === undefined) return null;
    const factors: 1 | 2 = credential.codeSecret === null ? 1 : 2;
    const { token, tokenHash } = newToken();
    await openSession(tx, { tokenHash, personId, factors, device, at, givenCode: false });
    const subject = `person/${personId}`;
    const facts = { factors, by: 'identity-provider' };
    await recordEvent(tx, { at, actor: personId, action: 'signed-in', subject, facts });
    return { token, factors };
  }).then((opened) => {
    if (opened === null) throw new Refusal('outside-sign-in-refused', { why: 'not-bound' });
    return opened;
  });
}

const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  nobody_binds_self: 'grant-to-self',
  one_person_a_subject: 'person-known-already',
  outside_identity_pkey: 'person-known-already',
  outside_identity_person_id_fkey: 'person-unknown',
};

/**
 * Binds a provider's name to a person, as an administrator. Throws Refusal not-an-administrator,
 * grant-to-self, person-known-already when the name is another's, or person-unknown.
 */
export async function bindIdentity(
  { db, clock, actor }: Context,
  bound: { issuer: string; subject: string; personId: string },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    if (!(await isAdministrator(tx, { personId: actor, unitCode: 'VN' }))) {
      throw new Refusal('not-an-administrator');
    }
    await bindSubject(tx, { ...bound, by: actor, at });
    const subject = `person/${bound.personId}`;
    const facts = { issuer: bound.issuer };
    await recordEvent(tx, { at, actor, action: 'identity-bound', subject, facts });
  }).catch((error: unknown) => {
    const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal);
  });
}
