import { Refusal, type RefusalCode, type RefusalFacts } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint } from '../platform/db.ts';
import { isActivePerson, isRecipient, personMay, personMayIn } from './register.sql.ts';

// What every change of the register is held to, whoever makes it and whatever is changed.

/**
 * Throws Refusal person-not-entitled unless context.actor has one of the roles where the recipient lives;
 * person-unknown or recipient-unknown where there is no such person or recipient.
 */
export async function expectPerson(
  context: Context,
  recipientId: bigint,
  roles: readonly string[],
): Promise<void> {
  const { db, actor } = context;
  if (await personMay(db, { personId: actor, roles, recipientId })) return;
  await expectActive(context);
  if (!(await isRecipient(db, recipientId))) {
    throw new Refusal('recipient-unknown', { recipientId });
  }
  throw new Refusal('person-not-entitled', { recipientId, roles: roles.join(' ') });
}

/**
 * Throws Refusal person-not-entitled unless context.actor has one of the roles in a unit; person-unknown where
 * there is no such person.
 */
export async function expectPersonOf(
  context: Context,
  unitCode: string,
  roles: readonly string[],
): Promise<void> {
  const { db, actor } = context;
  if (await personMayIn(db, { personId: actor, roles, unitCode })) return;
  await expectActive(context);
  throw new Refusal('person-not-entitled', { unit: unitCode, roles: roles.join(' ') });
}

async function expectActive({ db, actor }: Context): Promise<void> {
  if (!(await isActivePerson(db, actor))) throw new Refusal('person-unknown', { person: actor });
}

/** Does work, and tells people in their words which rule of the database refused it. */
export async function refusedBy<Result>(
  rules: Readonly<Record<string, RefusalCode>>,
  facts: RefusalFacts,
  work: () => Promise<Result>,
): Promise<Result> {
  return work().catch((error: unknown) => {
    const refusal = rules[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal, facts);
  });
}

/** Who did it, and when. */
export function stamp({ actor, clock }: Context): { by: string; at: Date } {
  return { by: actor, at: clock() };
}
