import type { PlainDate } from '../kernel/period.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { ProviderCalls } from './provider-calls.ts';

/**
 * Gives a share of the calls of a day, at most what is left, in one statement: however many processes ask,
 * no more is given than was agreed. Returns how many, 0 when none is left. Who lowers an agreement below
 * what was given already is given none.
 */
export async function giveCalls(
  tx: Tx,
  of: { provider: string; day: PlainDate; agreed: number; wanted: number },
): Promise<number> {
  const row = await one<{ given: bigint }>(
    tx,
    `insert into provider_calls as c (provider, day, agreed, given, last_share)
     values (:provider, :day, :agreed::bigint, least(:wanted::bigint, :agreed::bigint),
             least(:wanted::bigint, :agreed::bigint))
     on conflict on constraint provider_calls_pkey do update
        set agreed = greatest(excluded.agreed, c.given),
            given = greatest(c.given, least(c.given + :wanted::bigint, excluded.agreed)),
            last_share = greatest(0, least(:wanted::bigint, excluded.agreed - c.given))
     returning last_share as given`,
    of,
  );
  return Number(row.given);
}

/** How many calls each service has left on a day; only of services that were asked on it. */
export function callsOfDay(db: Db | Tx, { day }: { day: PlainDate }): Promise<ProviderCalls[]> {
  return many(
    db,
    `select provider, agreed, agreed - given as left from provider_calls
      where day = :day order by provider`,
    { day },
  );
}
