import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { giveOneTimePassword } from './one-time-password.flow.ts';
import { takesTwo } from './permission.ts';
import { grantsOf, isAdministrator, revokeGrant } from './person.sql.ts';

/**
 * Gives somebody who cannot sign in any more a password that is good once, as an administrator of every
 * unit they work in. Roles that took two administrators are taken away with it and granted again by
 * two: else one administrator could sign in as a checker. Throws Refusal grant-to-self,
 * not-an-administrator or person-unknown.
 */
export async function resetPerson(
  context: Context,
  personId: string,
): Promise<{ password: string; until: Date; revoked: readonly string[] }> {
  const { db, clock, actor } = context;
  if (personId === actor) throw new Refusal('grant-to-self');
  const grants = await grantsOf(db, personId);
  const units = grants.length === 0 ? ['VN'] : grants.map(({ unitCode }) => unitCode);
  for (const unitCode of units) {
    const may = await isAdministrator(db, { personId: actor, unitCode });
    if (!may) throw new Refusal('not-an-administrator', { unitCode });
  }
  const signing = grants.filter(({ role }) => takesTwo(role));
  const at = clock();
  // Taken away first: should anything fail after it, the person signs nothing.
  await write(db, async (tx) => {
    for (const { role, unitCode } of signing) {
      await revokeGrant(tx, { personId, role, unitCode, at });
      const subject = `person/${personId}`;
      const facts = { role, unit: unitCode, because: 'reset' };
      await recordEvent(tx, { at, actor, action: 'role-revoked', subject, facts });
    }
  });
  const given = await giveOneTimePassword(context, personId);
  return { ...given, revoked: signing.map(({ role, unitCode }) => `${role} ${unitCode}`) };
}
