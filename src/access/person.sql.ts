import { maybeOne, type Db, type Tx } from '../platform/db.ts';

/** Whether there is such a person, and whether they may act. */
export async function isPersonActive(db: Db | Tx, personId: string): Promise<boolean> {
  const found = await maybeOne<{ active: boolean }>(
    db,
    'select active from person where person_id = :personId',
    { personId },
  );
  return found?.active ?? false;
}
