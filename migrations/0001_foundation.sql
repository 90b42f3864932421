-- What everything stands on: the application's role, gapless numbers, the audit chain, files and
-- periods.
--
-- The application works as an_sinh_app, which owns nothing: it may insert and select, and update
-- only what a later line of these migrations names. The role that migrates owns the tables. A rule
-- that must hold against the application itself is a grant, a constraint, or a function that runs
-- as the owner.
create extension if not exists btree_gist;

do $$
begin
  create role an_sinh_app nologin;
exception
  when duplicate_object or unique_violation then null;
end
$$;
grant an_sinh_app to current_user;
grant usage on schema public to an_sinh_app;

-- Numbers without gaps, drawn inside the transaction that uses them: a crash gives the number back,
-- so a missing number is evidence of a deletion. A sequence could not say that.
create table counter (
  name       text primary key,
  last_value bigint not null check (last_value >= 0)
);
grant select, insert, update on counter to an_sinh_app;

-- The first of how_many numbers that now belong to the caller.
create function next_numbers(counter_name text, how_many bigint) returns bigint
language sql as $$
  insert into counter as c values (counter_name, how_many)
      on conflict (name) do update set last_value = c.last_value + excluded.last_value
  returning last_value - how_many + 1
$$;

-- Every step of every state, who took it and when, chained by hash: each event holds the hash of
-- the one before, so that none can be changed, removed or slipped in without the rest disagreeing.
create table audit_event (
  event_no      bigint primary key,
  occurred_at   timestamptz not null,
  actor         text  not null,
  action        text  not null,
  subject       text  not null,
  facts         jsonb not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash          bytea not null unique check (octet_length(hash) = 32)
);
create index audit_event_subject on audit_event (subject, action);
grant select, insert on audit_event to an_sinh_app;

create table audit_head (
  only_row boolean primary key default true check (only_row),
  event_no bigint not null,
  hash     bytea  not null
);
insert into audit_head values (true, 0, decode(repeat('00', 32), 'hex'));
grant select on audit_head to an_sinh_app;

-- The hash of an event. jsonb prints its keys in one order, so the text is canonical.
create function audit_hash(e audit_event) returns bytea
language sql immutable as $$
  select sha256(e.previous_hash || convert_to(jsonb_build_array(
           e.event_no,
           to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           e.actor, e.action, e.subject, e.facts)::text, 'UTF8'))
$$;

-- Runs as the owner, because the application may not touch the head. The row lock on the head makes
-- the chain one line even when two steps are recorded at once.
create function chain_audit_event() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  select head.event_no + 1, head.hash into new.event_no, new.previous_hash
    from audit_head head for update;
  new.hash := audit_hash(new);
  update audit_head set event_no = new.event_no, hash = new.hash;
  return new;
end
$$;
create trigger chain before insert on audit_event
  for each row execute function chain_audit_event();

-- A file that came in or went out. The bytes lie in the archive under their SHA-256.
create table file (
  file_id     bigint primary key,
  direction   text   not null check (direction in ('in', 'out')),
  counterpart text   not null,
  kind        text   not null check (kind in ('recipient-list', 'payment', 'settlement', 'report')),
  name        text   not null,
  sha256      bytea  not null check (octet_length(sha256) = 32),
  byte_size   bigint not null check (byte_size >= 0),
  recorded_at timestamptz not null,

  -- The first layer of duplicate control: the same bytes from the same peer are one file.
  constraint same_bytes_are_one_file unique (direction, counterpart, sha256)
);
grant select, insert on file to an_sinh_app;

-- A period is opened once and closed once. What is partitioned by period has its partitions from
-- the moment the period is opened.
create table period_state (
  period    text collate "C" primary key check (period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  opened_at timestamptz not null,
  closed_at timestamptz
);
grant select on period_state to an_sinh_app;

-- The tables that have one partition for each period; filled by the migrations that create them.
create table partitioned_table (
  table_name text primary key
);
grant select on partitioned_table to an_sinh_app;

-- Opens a period if it is not open yet. As the owner, because the application may create no table.
create function open_period(which text, at timestamptz) returns void
language plpgsql security definer set search_path = public as $$
declare
  t text;
  following text := to_char(to_date(which, 'YYYY-MM') + interval '1 month', 'YYYY-MM');
begin
  perform pg_advisory_xact_lock(hashtext('open_period'));
  insert into period_state values (which, at, null) on conflict do nothing;
  for t in select table_name from partitioned_table order by table_name loop
    execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
                   t || '_' || replace(which, '-', '_'), t, which, following);
  end loop;
end
$$;

-- Counts what a bulk step has just written, so that the next one is planned by what is there and not
-- by what was there last month: without it a join of a million rows was walked row by row. As the
-- owner, because only an owner may analyze. A table that has not doubled since is left alone.
create function take_statistics(of_tables text[], of_period text) returns void
language plpgsql security definer set search_path = public as $$
declare
  t text;
begin
  foreach t in array of_tables loop
    if exists (select from partitioned_table where table_name = t) then
      t := t || '_' || replace(of_period, '-', '_');
    end if;
    if (select pg_relation_size(c.oid) > 2 * c.relpages * current_setting('block_size')::bigint
          from pg_class c where c.oid = to_regclass(t)) then
      execute format('analyze %I', t);
    end if;
  end loop;
end
$$;

-- One run of one job, for ever: however often and from wherever it is fired (I30).
create table job_run (
  job           text not null,
  programme     text not null,
  province_code text not null,
  period        text collate "C" not null references period_state,
  state         text not null check (state in ('running', 'done')),
  started_at    timestamptz not null,
  finished_at   timestamptz,
  primary key (job, programme, province_code, period),
  constraint done_has_an_end check ((state = 'done') = (finished_at is not null))
);
grant select, insert, update (state, finished_at) on job_run to an_sinh_app;

-- Which installation this is: a restored or copied database keeps it, a new one has another.
create table installation (
  only_row        boolean primary key default true check (only_row),
  installation_id uuid not null default gen_random_uuid()
);
insert into installation default values;
grant select on installation to an_sinh_app;
