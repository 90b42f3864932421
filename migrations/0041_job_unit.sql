-- Due work is rows. Whatever fires a job (the timetable of any node, a person, the month of a sandbox)
-- writes the same row or finds it there, so the work of a job for a programme, a province, a period and
-- an occasion is one row for ever, and at most one process holds it (I24, I30).
--
-- The holder has a lease and a number, the fence, that each taking raises. Every transaction of the
-- holder ends by asking whether owner, fence and lease are still its own; what a stopped process writes
-- after it was taken over is therefore undone, whichever table it meant.
create table job_unit (
  unit_id         bigint generated always as identity primary key,
  job             text   not null check (job ~ '^[a-z][a-z0-9-]{2,39}$'),
  programme       text   not null,
  province_code   text   not null,
  period          text collate "C" not null check (period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  -- Which time of a job that is due more than once in a period: a day, or an instant. '' for the others.
  occasion        text   not null,

  state           text   not null,
  came_from       text   not null,
  -- The lower the sooner, of what is due.
  priority        int    not null,
  -- Of the units that share a key one runs at a time. Null: it hinders no other.
  concurrency_key text,
  due_at          timestamptz not null,
  -- When a person should have been told that it is not done. Null: nobody waits for it.
  late_at         timestamptz,

  -- How often it was begun since it last got on: what gets on is not poisoned, however often it dies.
  attempts        int    not null default 0,
  attempts_limit  int    not null check (attempts_limit > 0),
  -- Where it has come to; written in the transaction of the effect.
  step            text,
  cursor          text,
  done_count      bigint not null default 0,
  total_count     bigint,

  fence           bigint not null default 0,
  lease_owner     text,
  lease_until     timestamptz,
  cancel_asked_by text,

  -- The code of a refusal, the name of a rule or an SQLSTATE: never a message, which may hold a name.
  last_failure    text   check (length(last_failure) <= 100),
  -- What it told when it came to its end: counts and amounts with their labels.
  outcome         jsonb,
  created_at      timestamptz not null,
  began_at        timestamptz,
  ended_at        timestamptz,

  constraint one_unit_an_occasion unique (job, programme, province_code, period, occasion),
  constraint unit_step_is_allowed check ((came_from, state) in (
    ('none', 'due'), ('due', 'running'),
    -- Taken over from a holder that died or stood still.
    ('running', 'running'),
    ('running', 'done'), ('running', 'due'), ('running', 'parked'), ('running', 'cancelled'),
    -- By a person, or by a second firing of what may be run again.
    ('due', 'cancelled'), ('parked', 'cancelled'), ('parked', 'due'), ('cancelled', 'due'),
    ('done', 'due'), ('due', 'due'))),
  constraint a_holder_has_a_lease check (
    (state = 'running') = (lease_owner is not null) and (lease_owner is null) = (lease_until is null)),
  constraint an_end_has_an_instant check ((state in ('done', 'cancelled')) = (ended_at is not null))
);
create index due_units on job_unit (priority, due_at, unit_id) where state = 'due';
create index leased_units on job_unit (lease_until) where state = 'running';
create unique index one_running_unit_a_key on job_unit (concurrency_key) where state = 'running';

-- The fence only rises, a new holder has a new fence, and what a unit is never changes.
create function check_unit() returns trigger
language plpgsql as $$
begin
  if new.fence < old.fence
     or (new.state = 'running' and new.fence = old.fence
         and (old.state <> 'running' or new.lease_owner <> old.lease_owner)) then
    raise exception using errcode = 'check_violation', constraint = 'a_holder_has_its_own_fence',
      message = format('unit %s: another holder needs another fence', old.unit_id);
  end if;
  return new;
end
$$;
create trigger check_unit before update on job_unit for each row execute function check_unit();

grant select, insert,
      update (state, came_from, priority, due_at, late_at, attempts, step, cursor, done_count,
              total_count, fence, lease_owner, lease_until, cancel_asked_by, last_failure, outcome,
              began_at, ended_at)
   on job_unit to an_sinh_app;

-- A job that a person has stopped: none of its units is begun until somebody lets it go on.
create table job_pause (
  pause_id   bigint generated always as identity primary key,
  job        text not null,
  reason     text not null check (reason <> ''),
  paused_by  text not null,
  paused_at  timestamptz not null,
  resumed_by text,
  resumed_at timestamptz,
  constraint resumed_by_somebody check ((resumed_by is null) = (resumed_at is null))
);
create unique index one_pause_a_job on job_pause (job) where resumed_at is null;
grant select, insert, update (resumed_by, resumed_at) on job_pause to an_sinh_app;

-- Up to which instant the timetable has been turned into units. A node that comes back after three days,
-- or a clock that was silent, goes on from here; nothing in between is lost.
create table timetable_sweep (
  timetable   text primary key,
  swept_until timestamptz not null
);
grant select, insert, update (swept_until) on timetable_sweep to an_sinh_app;

-- What became of a unit is kept three years, which is longer than anybody has asked about a run. The
-- application may delete nothing, so the owner does it, and only what has come to its end.
create function forget_units(before timestamptz, at_most int) returns bigint
language sql security definer set search_path = public as $$
  with gone as (
    delete from job_unit
     where unit_id in (select unit_id from job_unit
                        where state in ('done', 'cancelled')
                          and ended_at < least(before, clock_timestamp() - interval '3 years')
                        order by unit_id limit at_most)
    returning unit_id
  )
  select count(*) from gone
$$;
revoke execute on function forget_units from public;
grant execute on function forget_units to an_sinh_app;
