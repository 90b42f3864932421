import { recordEvent } from '../audit/audit.sql.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Tx } from '../platform/db.ts';
import { takesTwo, type Grant, type Role } from './permission.ts';
import {
  addGrant,
  addRoleProposal,
  decideRoleProposal,
  isAdministrator,
  putPerson,
  revokeGrant,
  setPersonActive,
} from './person.sql.ts';
import { endSessions } from './session.sql.ts';

export interface NewPerson {
  readonly personId: string;
  readonly fullName: string;
  readonly citizenNumber: string;
}

/** The rules of the database that refuse a change of rights, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  nobody_grants_to_self: 'grant-to-self',
  nobody_proposes_self: 'grant-to-self',
  two_persons_grant: 'proposer-may-not-decide',
  another_decides: 'proposer-may-not-decide',
  an_administrator_grants: 'not-an-administrator',
  two_administrators_grant: 'not-an-administrator',
  one_live_grant: 'grant-not-possible',
  person_role_pkey: 'grant-not-possible',
  person_role_person_id_fkey: 'person-unknown',
  role_proposal_person_id_fkey: 'person-unknown',
  person_pkey: 'person-known-already',
  person_citizen_number_key: 'person-known-already',
  person_citizen_number_check: 'person-not-possible',
  person_person_id_check: 'person-not-possible',
  person_role_limit_vnd_check: 'form-malformed',
  role_proposal_limit_vnd_check: 'form-malformed',
};

const told = (error: unknown): never => {
  const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
  throw refusal === undefined ? error : new Refusal(refusal);
};

/** The whole country, whose administrators every installation begins with. */
const COUNTRY = 'VN';

/**
 * Sets up the first two administrators of an installation, once: from then on only administrators grant.
 * Throws Refusal grant-not-possible when there are some, person-known-already or person-not-possible.
 */
export async function setUpAdministrators(
  { db, clock, actor }: Context,
  two: readonly [NewPerson, NewPerson],
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    for (const person of two) {
      await putPerson(tx, person);
      const role = { role: 'administrator', unitCode: COUNTRY, limitVnd: null } as const;
      await addGrant(tx, {
        ...role,
        personId: person.personId,
        grantedBy: 'installation',
        proposedBy: null,
        at,
      });
      const subject = `person/${person.personId}`;
      const facts = { role: role.role, unit: COUNTRY };
      await recordEvent(tx, { at, actor, action: 'role-granted', subject, facts });
    }
  }).catch(told);
}

/** Adds a person, who has no right yet, as an administrator. Throws Refusal not-an-administrator. */
export async function addPerson(
  { db, clock, actor }: Context,
  { unitCode, ...person }: NewPerson & { unitCode: string },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    await expectAdministrator(tx, { personId: actor, unitCode });
    await putPerson(tx, person);
    const subject = `person/${person.personId}`;
    await recordEvent(tx, { at, actor, action: 'person-added', subject, facts: {} });
  }).catch(told);
}

/**
 * Grants a role as an administrator of the unit; a role that takes two administrators is proposed, and
 * its number is returned. Throws Refusal not-an-administrator, grant-to-self, person-unknown or
 * grant-not-possible when the person has it.
 */
export async function grantRole(
  { db, clock, actor }: Context,
  { personId, ...grant }: Grant & { personId: string },
): Promise<{ proposalNo: bigint | null }> {
  const at = clock();
  const facts = { role: grant.role, unit: grant.unitCode };
  return write(db, async (tx) => {
    await expectAdministrator(tx, { personId: actor, unitCode: grant.unitCode });
    if (takesTwo(grant.role)) {
      const proposalNo = await addRoleProposal(tx, { ...grant, personId, proposedBy: actor, at });
      const subject = `person/${personId}`;
      await recordEvent(tx, { at, actor, action: 'role-proposed', subject, facts });
      return { proposalNo };
    }
    await addGrant(tx, { ...grant, personId, grantedBy: actor, proposedBy: null, at });
    const event = { at, actor, action: 'role-granted', subject: `person/${personId}`, facts };
    await recordEvent(tx, event);
    return { proposalNo: null };
  }).catch(told);
}

/**
 * Grants what another administrator proposed, or does not. Throws Refusal proposal-not-open,
 * proposer-may-not-decide, not-an-administrator or grant-not-possible.
 */
export async function decideGrant(
  { db, clock, actor }: Context,
  { proposalNo, granted }: { proposalNo: bigint; granted: boolean },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    const proposed = await decideRoleProposal(tx, { proposalNo, by: actor, granted, at });
    if (proposed === undefined) throw new Refusal('proposal-not-open', { proposalNo });
    const { personId, role, unitCode, limitVnd, proposedBy } = proposed;
    await expectAdministrator(tx, { personId: actor, unitCode });
    const grant = { personId, role, unitCode, limitVnd, proposedBy, grantedBy: actor, at };
    if (granted) await addGrant(tx, grant);
    await recordEvent(tx, {
      at,
      actor,
      action: granted ? 'role-granted' : 'role-not-granted',
      subject: `person/${personId}`,
      facts: { role, unit: unitCode },
    });
  }).catch(told);
}

/**
 * Takes a role away at once: the sessions of the person end, and their next request is refused. It takes
 * one administrator, because taking away must be quick. Throws Refusal not-an-administrator or
 * grant-not-possible when the person does not have it.
 */
export async function revokeRole(
  { db, clock, actor }: Context,
  revoked: { personId: string; role: Role; unitCode: string },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    await expectAdministrator(tx, { personId: actor, unitCode: revoked.unitCode });
    if (!(await revokeGrant(tx, { ...revoked, at }))) throw new Refusal('grant-not-possible');
    await rightsChanged(tx, { ...revoked, actor, at, action: 'role-revoked' });
  }).catch(told);
}

/** Lets a person act no more, whatever roles they have, or again. Throws Refusal person-unknown. */
export async function setActive(
  { db, clock, actor }: Context,
  { personId, active }: { personId: string; active: boolean },
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    await expectAdministrator(tx, { personId: actor, unitCode: COUNTRY });
    if (personId === actor) throw new Refusal('grant-to-self');
    if (!(await setPersonActive(tx, { personId, active }))) throw new Refusal('person-unknown');
    const action = active ? 'person-resumed' : 'person-stopped';
    await rightsChanged(tx, { personId, role: '', unitCode: '', actor, at, action });
  });
}

async function rightsChanged(
  tx: Tx,
  {
    personId,
    role,
    unitCode,
    ...by
  }: { personId: string; role: string; unitCode: string; actor: string; at: Date; action: string },
): Promise<void> {
  const ending = { personId, only: null, except: null, reason: 'rights-changed' as const };
  await endSessions(tx, { ...ending, at: by.at });
  const facts = role === '' ? {} : { role, unit: unitCode };
  await recordEvent(tx, { ...by, subject: `person/${personId}`, facts });
}

async function expectAdministrator(
  tx: Tx,
  of: { personId: string; unitCode: string },
): Promise<void> {
  if (!(await isAdministrator(tx, of))) throw new Refusal('not-an-administrator');
}
