import type { Period, PlainDate } from '../kernel/period.ts';
import { many, type Db, type Tx } from '../platform/db.ts';

/** Something that waits for a person, with what they need to begin. No name, number or account. */
export interface Waiting {
  readonly recipientId: bigint;
  readonly code: string;
  readonly subject: string;
  readonly severity: 'block' | 'review' | 'notice';
  readonly holds: 'line' | 'account' | 'nothing';
  /** Who looks into it: the commune of the recipient. */
  readonly communeCode: string;
  readonly foundOn: PlainDate;
  /** By which day a person should have decided. */
  readonly decideBy: PlainDate;
  readonly waitingVnd: bigint;
}

/** What waits for a person in a month, the gravest and the longest due first; at most so many. */
export function worklistOf(
  db: Db | Tx,
  of: { period: Period; communeCode: string | null; atMost: number },
): Promise<Waiting[]> {
  return many(
    db,
    `select f.recipient_id as "recipientId", f.code, f.subject, f.severity, r.holds,
            p.commune_code as "communeCode",
            (f.found_at at time zone 'Asia/Ho_Chi_Minh')::date as "foundOn",
            (f.found_at at time zone 'Asia/Ho_Chi_Minh')::date + r.days as "decideBy",
            coalesce((select sum(a.amount_vnd) from assessment a
                       where a.recipient_id = f.recipient_id and a.period = f.period), 0)::bigint
              as "waitingVnd"
       from finding f
       join finding_rule r using (code)
       join recipient p on p.recipient_id = f.recipient_id
      where f.period = :period and f.closed_at is null and r.holds <> 'nothing'
        and (:communeCode::text is null or p.commune_code = :communeCode)
      order by array_position(array['block', 'review'], f.severity), "decideBy", f.recipient_id,
               f.code
      limit :atMost`,
    of,
  );
}

/** One finding about a recipient, with both sides as they were compared. */
export interface Case {
  readonly code: string;
  readonly subject: string;
  readonly severity: 'block' | 'review' | 'notice';
  readonly listed: string;
  readonly answered: string;
  readonly foundAt: Date;
  readonly closedAt: Date | null;
  /** SHA-256 of the answer in hex; empty where a rule found it and nobody was asked. */
  readonly answerHash: string;
}

/** Everything found about one recipient in a month, open and closed. */
export function casesOf(db: Db | Tx, of: { recipientId: bigint; period: Period }): Promise<Case[]> {
  return many(
    db,
    `select f.code, f.subject, f.severity, coalesce(f.told ->> 'listed', '') as listed,
            coalesce(f.told ->> 'answered', '') as answered, f.found_at as "foundAt",
            f.closed_at as "closedAt",
            coalesce((select encode(v.answer_hash, 'hex') from verification v
                       where v.recipient_id = f.recipient_id and v.period = f.period
                         and v.subject = f.subject and v.code = f.code
                       order by v.check_no desc limit 1), '') as "answerHash"
       from finding f
      where f.recipient_id = :recipientId and f.period = :period
      order by f.closed_at is not null, f.severity, f.code`,
    of,
  );
}
