import { Refusal, type RefusalCode, type RefusalFacts } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint } from '../platform/db.ts';
import { personMay, personMayIn } from './register.sql.ts';

// What every change of the register is held to, whoever makes it and whatever is changed.

/** Throws Refusal person-not-entitled unless context.actor has one of the roles where the recipient lives. */
export async function expectPerson(
  { db, actor }: Context,
  recipientId: bigint,
  roles: readonly string[],
): Promise<void> {
  if (!(await personMay(db, { personId: actor, roles, recipientId }))) {
    throw new Refusal('person-not-entitled', { recipientId });
  }
}

/** Throws Refusal person-not-entitled unless context.actor has one of the roles in a unit. */
export async function expectPersonOf(
  { db, actor }: Context,
  unitCode: string,
  roles: readonly string[],
): Promise<void> {
  if (!(await personMayIn(db, { personId: actor, roles, unitCode }))) {
    throw new Refusal('person-not-entitled', { unit: unitCode });
  }
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
