import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { Period } from '../kernel/period.ts';
import type { SpecialDay } from '../kernel/working-days.ts';

/** How far a part of the timetable has been turned into units, and since when it is kept at all. */
export interface Mark {
  readonly since: Date;
  readonly until: Date;
}

/** How far each part of the timetable has been turned into units; held until the end. */
export async function holdMarks(tx: Tx, names: readonly string[]): Promise<Map<string, Mark>> {
  const rows = await many<Mark & { name: string }>(
    tx,
    `select timetable as name, kept_since as since, swept_until as until from timetable_sweep
      where timetable = any (:names::text[]) order by timetable for update`,
    { names: [...names] },
  );
  return new Map(rows.map(({ name, since, until }) => [name, { since, until }]));
}

/** Moves marks on, never back: what has been fired is not fired again when a clock is set back. */
export async function moveMarks(tx: Tx, names: readonly string[], until: Date): Promise<void> {
  await many(
    tx,
    `insert into timetable_sweep (timetable, kept_since, swept_until)
     select name, :until, :until from unnest(:names::text[]) as n (name)
     on conflict (timetable) do update set swept_until = excluded.swept_until
      where timetable_sweep.swept_until < excluded.swept_until`,
    { names: [...names], until: until.toISOString() },
  );
}

/** The days that differ from what their weekday says. */
export function specialDays(db: Db | Tx): Promise<SpecialDay[]> {
  return many(db, 'select day, kind from calendar_day order by day, name');
}

/** The periods of which the next one is to be paid along before Tết, by decision. */
export async function monthsBeforeTet(db: Db | Tx): Promise<ReadonlySet<Period>> {
  const rows = await many<{ period: Period }>(
    db,
    `select distinct period from payment_ahead where cause = 'new-year' order by period`,
  );
  return new Set(rows.map(({ period }) => period));
}

/** By how many seconds an instant lies before the clock of the database; negative when it is ahead. */
export async function secondsBehind(db: Db | Tx, at: Date): Promise<number> {
  const row = await one<{ seconds: number }>(
    db,
    'select extract(epoch from clock_timestamp() - :at::timestamptz)::float8 as seconds',
    { at: at.toISOString() },
  );
  return row.seconds;
}

/** Stops a job: none of its units is begun. False when it was stopped already. */
export async function pauseJob(
  tx: Tx,
  of: { job: string; reason: string; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with paused as (
       insert into job_pause (job, reason, paused_by, paused_at) values (:job, :reason, :by, :at)
       on conflict (job) where resumed_at is null do nothing
       returning job
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'job-paused', 'job/' || job, jsonb_build_object('reason', :reason::text)
       from paused
     returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}

/** Lets a job go on. False when nobody had stopped it. */
export async function resumeJob(
  tx: Tx,
  of: { job: string; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with resumed as (
       update job_pause set resumed_by = :by, resumed_at = :at
        where job = :job and resumed_at is null
       returning job
     ),
     told as (select pg_notify('job_due', '') from resumed)
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'job-resumed', 'job/' || job, '{}' from resumed, told
     returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}

/** Whether a stage of a month has come to its end, whoever ran it. */
export async function stageIsDone(
  db: Db | Tx,
  of: { job: string; provinceCode: string; period: Period },
): Promise<boolean> {
  const { done } = await one<{ done: boolean }>(
    db,
    `select exists (select from job_unit
                     where job = :job and province_code = :provinceCode and period = :period
                       and state = 'done') as done`,
    of,
  );
  return done;
}

/**
 * Gives a parked or cancelled unit all its attempts again; with a job, only one of its own. False when it
 * is neither.
 */
export async function retryUnit(
  tx: Tx,
  of: { unitId: bigint; job: string | null; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with opened as (
       update job_unit
          set came_from = state, state = 'due', due_at = :at, attempts = 0, ended_at = null,
              cancel_asked_by = null
        where unit_id = :unitId and (:job::text is null or job = :job)
          and state in ('parked', 'cancelled')
       returning unit_id
     ),
     told as (select pg_notify('job_due', '') from opened)
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'unit-retried', 'unit/' || unit_id, '{}' from opened, told
     returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}

/**
 * Ends a unit that has not begun or is parked, and asks one that runs to come to its end at its next
 * step; with a job, only one of its own. False when it has ended already.
 */
export async function cancelUnit(
  tx: Tx,
  of: { unitId: bigint; job: string | null; by: string; at: Date },
): Promise<boolean> {
  const rows = await many(
    tx,
    `with asked as (
       update job_unit
          set came_from = state, cancel_asked_by = :by,
              state = case when state = 'running' then 'running' else 'cancelled' end,
              ended_at = case when state = 'running' then null else :at::timestamptz end
        where unit_id = :unitId and (:job::text is null or job = :job)
          and state in ('due', 'parked', 'running')
       returning unit_id, state
     )
     insert into audit_event (occurred_at, actor, action, subject, facts)
     select :at, :by, 'unit-cancelled', 'unit/' || unit_id, jsonb_build_object('found', state)
       from asked
     returning event_no`,
    { ...of, at: of.at.toISOString() },
  );
  return rows.length > 0;
}

/** How the units of one job stand. */
export interface JobStanding {
  readonly job: string;
  readonly nextAt: Date | null;
  readonly lastDoneAt: Date | null;
  readonly runningUnit: bigint | null;
  readonly step: string | null;
  readonly doneCount: bigint | null;
  readonly totalCount: bigint | null;
  readonly late: bigint;
  readonly parked: bigint;
  readonly pausedBy: string | null;
}

/** How every job stands that has units, or that somebody has stopped. */
export function jobStandings(db: Db | Tx, { at }: { at: Date }): Promise<JobStanding[]> {
  return many(
    db,
    `with counted as (
       select job,
              min(due_at) filter (where state = 'due')                            as next_at,
              max(ended_at) filter (where state = 'done')                         as last_done_at,
              min(unit_id) filter (where state = 'running')                       as running,
              count(*) filter (where state in ('due', 'running', 'parked') and late_at <= :at) as late,
              count(*) filter (where state = 'parked')                            as parked
         from job_unit group by job
     )
     select coalesce(c.job, p.job) as job, c.next_at as "nextAt", c.last_done_at as "lastDoneAt", c.running as "runningUnit",
            u.step, u.done_count as "doneCount", u.total_count as "totalCount",
            coalesce(c.late, 0) as late, coalesce(c.parked, 0) as parked, p.paused_by as "pausedBy"
       from counted c
       full join (select job, paused_by from job_pause where resumed_at is null) p
            on p.job = c.job
       left join job_unit u on u.unit_id = c.running
      order by 1`,
    { at: at.toISOString() },
  );
}

/** A unit that a person has to look at, or that is being worked on. */
export interface OpenUnit {
  readonly unitId: bigint;
  readonly job: string;
  readonly period: string;
  readonly occasion: string;
  readonly state: 'due' | 'running' | 'parked';
  readonly late: boolean;
  readonly attempts: number;
  readonly lastFailure: string | null;
}

/** The units that run, are parked or are late, the oldest first. */
export function openUnits(
  db: Db | Tx,
  { at, atMost }: { at: Date; atMost: number },
): Promise<OpenUnit[]> {
  return many(
    db,
    `select unit_id as "unitId", job, period, occasion, state, coalesce(late_at <= :at, false) as late,
            attempts, last_failure as "lastFailure"
       from job_unit
      where state in ('running', 'parked') or (state = 'due' and late_at <= :at)
      order by unit_id limit :atMost`,
    { at: at.toISOString(), atMost },
  );
}

/** One run of a job, whatever became of it. */
export interface RecentUnit {
  readonly unitId: bigint;
  readonly period: string;
  readonly occasion: string;
  readonly state: 'due' | 'running' | 'done' | 'parked' | 'cancelled';
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  readonly doneCount: bigint;
  readonly totalCount: bigint | null;
  readonly lastFailure: string | null;
}

/** The runs of one job, the newest first. */
export function recentUnits(
  db: Db | Tx,
  of: { job: string; atMost: number },
): Promise<RecentUnit[]> {
  return many(
    db,
    `select unit_id as "unitId", period, occasion, state, due_at as "dueAt",
            ended_at as "endedAt", done_count as "doneCount", total_count as "totalCount",
            last_failure as "lastFailure"
       from job_unit where job = :job
      order by unit_id desc limit :atMost`,
    of,
  );
}

/** What runs now, and how far it has come. */
export interface RunningUnit {
  readonly unitId: bigint;
  readonly job: string;
  readonly period: string;
  readonly doneCount: bigint;
  readonly totalCount: bigint | null;
}

/** The units that some process holds, the longest at work first. */
export function runningUnits(db: Db | Tx, of: { atMost: number }): Promise<RunningUnit[]> {
  return many(
    db,
    `select unit_id as "unitId", job, period, done_count as "doneCount",
            total_count as "totalCount"
       from job_unit where state = 'running'
      order by began_at, unit_id limit :atMost`,
    of,
  );
}

/** Forgets units that ended long ago, so many at a time; returns how many. See forget_units. */
export async function forgetUnits(tx: Tx, of: { before: Date; atMost: number }): Promise<bigint> {
  const row = await one<{ gone: bigint }>(
    tx,
    'select forget_units(:before::timestamptz, :atMost::int) as gone',
    { before: of.before.toISOString(), atMost: of.atMost },
  );
  return row.gone;
}
