import { many, one, type Tx } from '../platform/db.ts';
import type { Limit } from './session.ts';

interface Tried {
  readonly limit: Limit;
  /** Who or what tries: a person's id or an address. Only its hash is kept. */
  readonly subject: string;
  readonly at: Date;
}

/**
 * Counts one more and returns the number of the window. Of many that try at once each gets a number
 * of its own, on however many machines they are: counted first and looked at after.
 */
export async function countTry(tx: Tx, { limit, subject, at }: Tried): Promise<number> {
  const counted = await one<{ tries: number }>(
    tx,
    `insert into try_count as t (kind, subject_hash, window_began, tries)
     values (:kind, sha256(convert_to(:subject, 'UTF8')), :at, 1)
     on conflict (kind, subject_hash) do update
        set tries = case when t.window_began > excluded.window_began
                                               - make_interval(mins => :minutes)
                         then t.tries + 1 else 1 end,
            window_began = case when t.window_began > excluded.window_began
                                                      - make_interval(mins => :minutes)
                                then t.window_began else excluded.window_began end
     returning tries`,
    { kind: limit.kind, subject, at: at.toISOString(), minutes: limit.windowMinutes },
  );
  return counted.tries;
}

/** Takes back the count of a try that came out right: only what fails is limited. */
export async function forgiveTry(
  tx: Tx,
  { limit, subject }: Pick<Tried, 'limit' | 'subject'>,
): Promise<void> {
  await many(
    tx,
    `update try_count set tries = tries - 1
      where kind = :kind and subject_hash = sha256(convert_to(:subject, 'UTF8')) and tries > 0`,
    { kind: limit.kind, subject },
  );
}
