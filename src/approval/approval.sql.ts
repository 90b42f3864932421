import type { BatchContent } from '../batch/batch.ts';
import { many, type Db, type Tx } from '../platform/db.ts';

export interface Signature extends BatchContent {
  readonly batchId: bigint;
  readonly personId: string;
  readonly at: Date;
  /** When the second factor was given. */
  readonly stepUpAt: Date;
}

/**
 * Stores a signature and its event in one statement. The database refuses it by the name of the
 * rule that it breaks, and holds the batch until the transaction ends.
 */
export async function addApproval(tx: Tx, signature: Signature): Promise<void> {
  await many(
    tx,
    `with signed as (
       insert into approval (batch_id, person_id, signed_at, step_up_at, instruction_count,
                             total_vnd, content_hash, files_hash)
       values (:batchId, :personId, :at, :stepUpAt, :instructionCount, :totalVnd,
               decode(:contentHash, 'hex'), decode(:filesHash, 'hex'))
       returning batch_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :personId, 'batch-signed', 'batch/' || batch_id,
            jsonb_build_object('count', :instructionCount::bigint, 'total_vnd', :totalVnd::bigint,
                               'content_hash', :contentHash::text, 'files_hash', :filesHash::text)
       from signed`,
    { ...signature, at: signature.at.toISOString(), stepUpAt: signature.stepUpAt.toISOString() },
  );
}

/** Who has signed a batch. */
export async function signersOf(db: Db | Tx, batchId: bigint): Promise<string[]> {
  const rows = await many<{ personId: string }>(
    db,
    `select person_id as "personId" from approval where batch_id = :batchId order by signed_at`,
    { batchId },
  );
  return rows.map(({ personId }) => personId);
}

/** Stores that a batch does not go on and why, with its event; the database holds the batch. */
export async function addBatchRefusal(
  tx: Tx,
  of: {
    batchId: bigint;
    kind: 'rejected' | 'taken-back';
    personId: string;
    reason: string;
    contentHash: string;
    at: Date;
    stepUpAt: Date;
  },
): Promise<void> {
  await many(
    tx,
    `with refused as (
       insert into batch_refusal
         (batch_id, kind, person_id, decided_at, step_up_at, reason, content_hash)
       values (:batchId, :kind, :personId, :at, :stepUpAt, :reason, decode(:contentHash, 'hex'))
       returning batch_id
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :personId, 'batch-' || :kind, 'batch/' || batch_id,
            jsonb_build_object('reason_sha256',
                               encode(sha256(convert_to(:reason, 'UTF8')), 'hex'))
       from refused`,
    { ...of, at: of.at.toISOString(), stepUpAt: of.stepUpAt.toISOString() },
  );
}

export interface NewPerson {
  readonly personId: string;
  readonly fullName: string;
  readonly citizenNumber: string;
  readonly role: 'maker' | 'checker' | 'rate_officer';
  readonly unitCode: string;
  readonly limitVnd: bigint | null;
  readonly grantedBy: string;
  readonly at: Date;
}

/** Adds a person with one role; what is there already stays as it is. */
export async function addPerson(tx: Tx, person: NewPerson): Promise<void> {
  await many(
    tx,
    `with somebody as (
       insert into person (person_id, full_name, citizen_number)
       values (:personId, :fullName, :citizenNumber) on conflict do nothing
     )
     insert into person_role (person_id, role, unit_code, limit_vnd, granted_by, granted_at)
     select :personId, :role::text, :unitCode::text, :limitVnd::bigint, :grantedBy, :at
      where not exists (select from person_role
                         where person_id = :personId and role = :role::text
                           and unit_code = :unitCode::text)
     on conflict do nothing`,
    { ...person, at: person.at.toISOString() },
  );
}
