import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { Grant, Role } from './permission.ts';

/** Whether there is such a person, and whether they may act. */
export async function isPersonActive(db: Db | Tx, personId: string): Promise<boolean> {
  const found = await maybeOne<{ active: boolean }>(
    db,
    'select active from person where person_id = :personId',
    { personId },
  );
  return found?.active ?? false;
}

/** Adds a person, who has no right yet. One natural person is one row, by their number. */
export async function putPerson(
  tx: Tx,
  person: { personId: string; fullName: string; citizenNumber: string },
): Promise<void> {
  await many(
    tx,
    `insert into person (person_id, full_name, citizen_number)
     values (:personId, :fullName, :citizenNumber)`,
    { ...person },
  );
}

/** Lets a person act, or not any more. False when there is no such person, or nothing changes. */
export async function setPersonActive(
  tx: Tx,
  { personId, active }: { personId: string; active: boolean },
): Promise<boolean> {
  const changed = await maybeOne(
    tx,
    `update person set active = :active where person_id = :personId and active <> :active
     returning person_id`,
    { personId, active },
  );
  return changed !== undefined;
}

/** Whether a person is an administrator of a unit. */
export async function isAdministrator(
  db: Db | Tx,
  { personId, unitCode }: { personId: string; unitCode: string },
): Promise<boolean> {
  const answer = await one<{ is: boolean }>(
    db,
    'select is_administrator(:personId, :unitCode) as is',
    { personId, unitCode },
  );
  return answer.is;
}

export interface NewGrant extends Grant {
  readonly personId: string;
  readonly grantedBy: string;
  /** Who proposed it, of a role that takes two administrators. */
  readonly proposedBy: string | null;
  readonly at: Date;
}

/** Grants a role. The database refuses by name whoever may not. */
export async function addGrant(tx: Tx, grant: NewGrant): Promise<void> {
  await many(
    tx,
    `insert into person_role (person_id, role, unit_code, limit_vnd, granted_by, granted_at,
                              proposed_by)
     values (:personId, :role, :unitCode, :limitVnd, :grantedBy, :at, :proposedBy)`,
    { ...grant, at: grant.at.toISOString() },
  );
}

/** Takes a role away. False when the person does not have it. */
export async function revokeGrant(
  tx: Tx,
  revoked: { personId: string; role: Role; unitCode: string; at: Date },
): Promise<boolean> {
  const row = await maybeOne(
    tx,
    `update person_role set revoked_at = :at
      where person_id = :personId and role = :role and unit_code = :unitCode
        and revoked_at is null
     returning person_id`,
    { ...revoked, at: revoked.at.toISOString() },
  );
  return row !== undefined;
}

export interface RoleProposal extends Grant {
  readonly proposalNo: bigint;
  readonly personId: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
}

/** Writes down that an administrator would grant a role that takes two, and returns its number. */
export async function addRoleProposal(
  tx: Tx,
  proposal: Grant & { personId: string; proposedBy: string; at: Date },
): Promise<bigint> {
  const added = await one<{ proposalNo: bigint }>(
    tx,
    `insert into role_proposal (proposal_no, person_id, role, unit_code, limit_vnd, proposed_by,
                                proposed_at)
     values (next_numbers('role_proposal', 1), :personId, :role, :unitCode, :limitVnd,
             :proposedBy, :at)
     returning proposal_no as "proposalNo"`,
    { ...proposal, at: proposal.at.toISOString() },
  );
  return added.proposalNo;
}

/** The proposals in some units that wait for another administrator, the oldest first; VN is all. */
export function openRoleProposals(db: Db | Tx, scope: readonly string[]): Promise<RoleProposal[]> {
  return many(
    db,
    `select proposal_no as "proposalNo", person_id as "personId", role, unit_code as "unitCode",
            limit_vnd as "limitVnd", proposed_by as "proposedBy", proposed_at as "proposedAt"
       from role_proposal
      where decided_at is null
        and ('VN' = any (:scope::text[]) or unit_code = any (:scope::text[]))
      order by proposal_no`,
    { scope: [...scope] },
  );
}

/** Decides a proposal, once; undefined when there is none that waits. */
export function decideRoleProposal(
  tx: Tx,
  decision: { proposalNo: bigint; by: string; granted: boolean; at: Date },
): Promise<RoleProposal | undefined> {
  return maybeOne(
    tx,
    `update role_proposal set decided_by = :by, decided_at = :at, granted = :granted
      where proposal_no = :proposalNo and decided_at is null
     returning proposal_no as "proposalNo", person_id as "personId", role,
               unit_code as "unitCode", limit_vnd as "limitVnd", proposed_by as "proposedBy",
               proposed_at as "proposedAt"`,
    { ...decision, at: decision.at.toISOString() },
  );
}

export interface ListedPerson {
  readonly personId: string;
  readonly fullName: string;
  readonly active: boolean;
  /** What they have to show who they are: nothing, a password given to them, or both factors. */
  readonly credential: 'none' | 'one-time' | 'own';
  readonly role: Role | null;
  readonly unitCode: string | null;
  readonly limitVnd: bigint | null;
  readonly grantedBy: string | null;
  readonly grantedAt: Date | null;
}

/**
 * Everybody with every role that they have now in some units, a row a role; VN is all units. Who has no
 * role anywhere has one row: somebody has to find whom to grant one.
 */
export function listedPersons(db: Db | Tx, scope: readonly string[]): Promise<ListedPerson[]> {
  return many(
    db,
    `select p.person_id as "personId", p.full_name as "fullName", p.active,
            coalesce(person_credential(p.person_id), 'none') as credential,
            r.role, r.unit_code as "unitCode", r.limit_vnd as "limitVnd",
            r.granted_by as "grantedBy", r.granted_at as "grantedAt"
       from person p
       left join person_role r on r.person_id = p.person_id and r.revoked_at is null
      where r.person_id is null or 'VN' = any (:scope::text[]) or r.unit_code = any (:scope::text[])
      order by p.person_id, r.role, r.unit_code`,
    { scope: [...scope] },
  );
}

/** The roles that a person has now. */
export function grantsOf(db: Db | Tx, personId: string): Promise<Grant[]> {
  return many(
    db,
    `select role, unit_code as "unitCode", limit_vnd as "limitVnd" from person_role
      where person_id = :personId and revoked_at is null order by role, unit_code`,
    { personId },
  );
}
