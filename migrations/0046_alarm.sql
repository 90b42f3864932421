-- What a person has to know. An alarm is raised once for one thing, whoever sees it and however often; it
-- stays until a person has said that they know. What carries it outside lies in a table too, and is
-- written in the statement that raises it: an alarm cannot be raised and forgotten.
create table alarm (
  alarm_id        bigint generated always as identity primary key,
  kind            text   not null check (kind ~ '^[a-z][a-z-]{2,39}$'),
  -- What it is about: a gate of a period, a file, a unit, a day. Never a person.
  subject         text   not null check (length(subject) between 1 and 100),
  grave           boolean not null,
  facts           jsonb  not null,
  raised_at       timestamptz not null,
  acknowledged_by text references person,
  acknowledged_at timestamptz,
  constraint raised_once unique (kind, subject),
  constraint acknowledged_by_somebody check ((acknowledged_by is null) = (acknowledged_at is null))
);
create index alarms_nobody_knows on alarm (raised_at) where acknowledged_at is null;
grant select, insert, update (acknowledged_by, acknowledged_at) on alarm to an_sinh_app;

-- One telling of an alarm on one channel. While nobody acknowledges, it is told again each day: a round.
create table alarm_delivery (
  alarm_id     bigint not null references alarm,
  channel      text   not null check (channel in ('mail', 'webhook')),
  round        int    not null check (round > 0),
  due_at       timestamptz not null,
  attempts     int    not null default 0,
  last_failure text   check (length(last_failure) <= 100),
  delivered_at timestamptz,
  primary key (alarm_id, channel, round)
);
create index deliveries_due on alarm_delivery (due_at) where delivered_at is null;
grant select, insert, update (due_at, attempts, last_failure, delivered_at) on alarm_delivery
   to an_sinh_app;

-- Once acknowledged it stays so, and by whom.
create function check_alarm() returns trigger
language plpgsql as $$
begin
  if old.acknowledged_at is not null then
    raise exception using errcode = 'check_violation', constraint = 'acknowledged_once',
      message = format('alarm %s has been acknowledged', old.alarm_id);
  end if;
  return new;
end
$$;
create trigger check_alarm before update on alarm for each row execute function check_alarm();
