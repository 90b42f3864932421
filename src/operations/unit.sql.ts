import { many, maybeOne, one, type Db, type Tx } from '../platform/db.ts';
import type { DueUnit, HeldUnit, Holder, Position, UnitKey } from './unit.ts';

/** What a row of job_unit is called outside. */
const HELD = `unit_id as "unitId", job, programme, province_code as "provinceCode", period, occasion,
  lease_owner as owner, fence, step, cursor, done_count as "doneCount",
  total_count as "totalCount", attempts`;

/** Whole numbers of any size are written as text. */
function asJson(outcome: object | null): string {
  return JSON.stringify(outcome, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** The condition that a process holds a unit now: by the clock of the database, which all share. */
const IS_HELD = `unit_id = :unitId and state = 'running' and lease_owner = :owner and fence = :fence
  and lease_until > clock_timestamp()`;

/**
 * Writes what is due and is not there yet, and tells whoever waits for work. Returns how many were new:
 * of any number of firings of one unit, on however many nodes, one is.
 */
export async function addUnits(
  tx: Tx,
  units: readonly DueUnit[],
  { at }: { at: Date },
): Promise<bigint> {
  const rows = units.map((unit) => ({
    ...unit,
    dueAt: unit.dueAt.toISOString(),
    lateAt: unit.lateAt?.toISOString() ?? null,
  }));
  const { added } = await one<{ added: bigint }>(
    tx,
    `with added as (
       insert into job_unit (job, programme, province_code, period, occasion, state, came_from,
                             priority, concurrency_key, due_at, late_at, attempts_limit, created_at)
       select job, programme, "provinceCode", period, occasion, 'due', 'none', priority,
              "concurrencyKey", "dueAt", "lateAt", "attemptsLimit", :at
         from jsonb_to_recordset(:units::jsonb) as u (
                job text, programme text, "provinceCode" text, period text, occasion text,
                priority int, "concurrencyKey" text, "dueAt" timestamptz, "lateAt" timestamptz,
                "attemptsLimit" int)
       on conflict on constraint one_unit_an_occasion do nothing
       returning unit_id
     )
     select count(*) as added, pg_notify('job_due', '') from added`,
    { units: JSON.stringify(rows), at: at.toISOString() },
  );
  return added;
}

/**
 * Takes the next unit: first what its holder has let lapse, then what is due, the most urgent first. A
 * unit that lapsed too often without getting on is parked instead, and comes back as parked. Nothing is
 * returned when there is nothing to do. Two claims of units that share a concurrency key end in the
 * rule one_running_unit_a_key: the later one claims again.
 */
export async function claimUnit(
  tx: Tx,
  by: { owner: string; jobs: readonly string[]; leaseSeconds: number; at: Date },
): Promise<(HeldUnit & { state: 'running' | 'parked' }) | undefined> {
  // The most urgent is the first of its index. Where much is due that was not there when statistics were counted, the
  // planner takes it for little and sorts all of it, for each claim.
  await many(
    tx,
    `select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
  );
  return maybeOne(
    tx,
    `with lapsed as (
       select unit_id from job_unit
        where state = 'running' and lease_until <= clock_timestamp() and job = any (:jobs::text[])
        order by priority, lease_until for update skip locked limit 1
     ),
     due as (
       select u.unit_id from job_unit u
        where u.state = 'due' and u.due_at <= :at and u.job = any (:jobs::text[])
          and not exists (select from lapsed)
          and not exists (select from job_pause p where p.job = u.job and p.resumed_at is null)
          and not exists (select from job_unit o
                           where o.concurrency_key = u.concurrency_key and o.state = 'running')
        order by u.priority, u.due_at, u.unit_id for update skip locked limit 1
     ),
     claimed as (
       update job_unit u
          set came_from = state,
              state = case when attempts >= attempts_limit then 'parked' else 'running' end,
              attempts = attempts + case when attempts >= attempts_limit then 0 else 1 end,
              last_failure = case when attempts >= attempts_limit then 'lease-lost'
                                  else last_failure end,
              fence = fence + 1, began_at = coalesce(began_at, :at),
              lease_owner = case when attempts >= attempts_limit then null else :owner end,
              lease_until = case when attempts >= attempts_limit then null
                            else clock_timestamp() + :leaseSeconds::float8 * interval '1 second' end
        where unit_id in (select unit_id from lapsed union all select unit_id from due)
       returning *
     )
     select ${HELD}, state from claimed`,
    { ...by, jobs: [...by.jobs], at: by.at.toISOString() },
  );
}

/**
 * Takes one unit by its key, whenever it was due and however it ended before: what a person, or the
 * month of a sandbox, runs now. Nothing is returned while another process holds it.
 */
export function claimAgain(
  tx: Tx,
  by: UnitKey & { owner: string; leaseSeconds: number; at: Date },
): Promise<HeldUnit | undefined> {
  return maybeOne(
    tx,
    `with free as (
       select unit_id from job_unit
        where job = :job and programme = :programme and province_code = :provinceCode
          and period = :period and occasion = :occasion
          and (state = 'due' or (state = 'running' and lease_until <= clock_timestamp()))
          for update
     ),
     claimed as (
       update job_unit
          set came_from = state, state = 'running', attempts = 1, fence = fence + 1,
              began_at = coalesce(began_at, :at), lease_owner = :owner,
              lease_until = clock_timestamp() + :leaseSeconds::float8 * interval '1 second'
        where unit_id in (select unit_id from free)
       returning *
     )
     select ${HELD} from claimed`,
    { ...by, at: by.at.toISOString() },
  );
}

/** Opens a unit that has come to its end, or was parked, so that it is run again from its beginning. */
export async function reopenUnit(tx: Tx, of: UnitKey & { at: Date }): Promise<void> {
  await many(
    tx,
    `update job_unit
        set came_from = state, state = 'due', due_at = :at, attempts = 0, step = null, cursor = null,
            done_count = 0, total_count = null, ended_at = null, outcome = null,
            cancel_asked_by = null, last_failure = null
      where job = :job and programme = :programme and province_code = :provinceCode
        and period = :period and occasion = :occasion
        and state in ('done', 'parked', 'cancelled')`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Keeps a unit for so long again. Undefined when it is no longer the holder's. */
export function renewLease(
  tx: Tx,
  by: Holder & { leaseSeconds: number },
): Promise<{ cancelAskedBy: string | null } | undefined> {
  return maybeOne(
    tx,
    `update job_unit
        set came_from = state,
            lease_until = clock_timestamp() + :leaseSeconds::float8 * interval '1 second'
      where ${IS_HELD}
     returning cancel_asked_by as "cancelAskedBy"`,
    { ...by },
  );
}

/**
 * Whether a process holds a unit, so that nobody takes it over before this transaction ends: a taking
 * waits for the row. Asked last, so that the row is held only for the moment of the commit.
 */
export async function holdsUnit(tx: Tx, by: Holder): Promise<boolean> {
  const row = await maybeOne(tx, `select 1 as held from job_unit where ${IS_HELD} for share`, {
    ...by,
  });
  return row !== undefined;
}

/**
 * Writes where a unit has come to, in the transaction of what brought it there, and tells whoever
 * watches. A unit that gets on has all its attempts again.
 */
export async function moveUnit(tx: Tx, by: Holder & Position): Promise<void> {
  await many(
    tx,
    `with moved as (
       update job_unit
          set came_from = state, step = :step, cursor = :cursor, done_count = :doneCount,
              total_count = :totalCount, attempts = 0
        where ${IS_HELD}
       returning unit_id, job, period, step, done_count, total_count
     )
     select pg_notify('job_progress', row_to_json(moved)::text) from moved`,
    { ...by },
  );
}

/** Ends a unit with what it told. False when it is no longer the holder's. */
export async function endUnit(
  tx: Tx,
  by: Holder & { state: 'done' | 'cancelled'; outcome: object | null; at: Date },
): Promise<boolean> {
  const row = await maybeOne(
    tx,
    `with ended as (
       update job_unit
          set came_from = state, state = :state, ended_at = :at, outcome = :outcome::jsonb,
              lease_owner = null, lease_until = null, last_failure = null
        where ${IS_HELD}
       returning unit_id, job, period, state, concurrency_key
     )
     select pg_notify('job_progress', (to_jsonb(ended) - 'concurrency_key')::text),
            -- Another unit waited for this one.
            case when concurrency_key is not null then pg_notify('job_due', '') end
       from ended`,
    { ...by, outcome: asJson(by.outcome), at: by.at.toISOString() },
  );
  return row !== undefined;
}

/** Whether no further attempt is made. What only waits for another unit is never given up. */
const IS_ENOUGH = ':hopeless or (not :waits and attempts >= attempts_limit)';

/**
 * Gives a unit back after an attempt that failed: due again later, or parked when it has had its
 * attempts or no other would help. An attempt that only found that it has to wait does not count. Parking is an event: a person has to look. Undefined when the unit
 * is no longer the holder's.
 */
export function giveBackUnit(
  tx: Tx,
  by: Holder & { failure: string; hopeless: boolean; waits: boolean; retryAt: Date; at: Date },
): Promise<{ state: 'due' | 'parked' } | undefined> {
  return maybeOne(
    tx,
    `with given as (
       update job_unit
          set came_from = state,
              state = case when ${IS_ENOUGH} then 'parked' else 'due' end,
              due_at = case when ${IS_ENOUGH} then due_at else :retryAt::timestamptz end,
              attempts = attempts - case when :waits then 1 else 0 end,
              fence = fence + 1, last_failure = :failure, lease_owner = null, lease_until = null
        where ${IS_HELD}
       returning unit_id, job, period, state, attempts
     ),
     recorded as (
       insert into audit_event (occurred_at, actor, action, subject, facts)
       select :at, 'job/' || job, 'unit-parked', 'unit/' || unit_id,
              jsonb_build_object('failure', :failure::text, 'attempts', attempts)
         from given where state = 'parked'
     )
     select state from given`,
    { ...by, retryAt: by.retryAt.toISOString(), at: by.at.toISOString() },
  );
}

/** Lays a unit down where it is, without counting the attempt: the process is being stopped. */
export async function layDownUnit(tx: Tx, by: Holder & { at: Date }): Promise<void> {
  await many(
    tx,
    `update job_unit
        set came_from = state, state = 'due', due_at = :at, fence = fence + 1,
            attempts = greatest(attempts - 1, 0), lease_owner = null, lease_until = null
      where ${IS_HELD}`,
    { ...by, at: by.at.toISOString() },
  );
}

/** Lays down what lapsed and still keeps others of its key from being run. */
export async function freeKey(
  tx: Tx,
  of: { concurrencyKey: string | null; at: Date },
): Promise<void> {
  await many(
    tx,
    `update job_unit
        set came_from = state, state = 'due', due_at = :at, fence = fence + 1,
            attempts = least(attempts, attempts_limit - 1), lease_owner = null, lease_until = null
      where concurrency_key = :concurrencyKey and state = 'running'
        and lease_until <= clock_timestamp()`,
    { ...of, at: of.at.toISOString() },
  );
}

/** Everybody who holds a unit. */
export async function leaseOwners(db: Db | Tx): Promise<string[]> {
  const rows = await many<{ owner: string }>(
    db,
    `select distinct lease_owner as owner from job_unit where state = 'running'`,
  );
  return rows.map(({ owner }) => owner);
}

/** Ends the leases of processes that are known to be no more, so that nobody waits for them. */
export async function lapseLeases(tx: Tx, owners: readonly string[]): Promise<void> {
  await many(
    tx,
    `update job_unit set came_from = state, lease_until = clock_timestamp()
      where state = 'running' and lease_owner = any (:owners::text[])
        and lease_until > clock_timestamp()`,
    { owners: [...owners] },
  );
}

/** When the next unit of these jobs is due, or a lease lapses; null when there is none. */
export async function nextDue(
  db: Db | Tx,
  of: { jobs: readonly string[]; at: Date },
): Promise<number | null> {
  const row = await one<{ seconds: number | null }>(
    db,
    `select least(
              (select extract(epoch from min(due_at) - :at::timestamptz) from job_unit u
                where state = 'due' and job = any (:jobs::text[])
                  and not exists (select from job_pause p
                                   where p.job = u.job and p.resumed_at is null)),
              (select extract(epoch from min(lease_until) - clock_timestamp()) from job_unit
                where state = 'running' and job = any (:jobs::text[])))::float8 as seconds`,
    { jobs: [...of.jobs], at: of.at.toISOString() },
  );
  return row.seconds;
}
