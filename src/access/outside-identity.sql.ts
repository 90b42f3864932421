import { many, maybeOne, type Db, type Tx } from '../platform/db.ts';

/** The person that a provider's name is bound to, if they may act. */
export async function personOfSubject(
  db: Db | Tx,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<string | undefined> {
  const found = await maybeOne<{ personId: string }>(
    db,
    `select o.person_id as "personId"
       from outside_identity o join person p using (person_id)
      where o.issuer = :issuer and o.subject = :subject and o.ended_at is null and p.active`,
    { issuer, subject },
  );
  return found?.personId;
}

/** Binds a provider's name to a person; the name that they had there before ends. */
export async function bindSubject(
  tx: Tx,
  bound: { issuer: string; subject: string; personId: string; by: string; at: Date },
): Promise<void> {
  const values = { ...bound, at: bound.at.toISOString() };
  await many(
    tx,
    `update outside_identity set ended_at = :at
      where issuer = :issuer and person_id = :personId and ended_at is null`,
    { issuer: values.issuer, personId: values.personId, at: values.at },
  );
  await many(
    tx,
    `insert into outside_identity (issuer, subject, person_id, bound_by, bound_at)
     values (:issuer, :subject, :personId, :by, :at)`,
    values,
  );
}
