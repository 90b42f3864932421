-- What whoever signs a batch is shown beside its totals: how it differs from the month before and why,
-- what stands out, and how it lies over the communes. Drawn once, when the batch is gathered: to draw it
-- at each look would read a million lines each time, and two people would sign beside two drawings.
create table batch_movement (
  batch_id            bigint not null references disbursement_batch,
  kind                text   not null check (kind in (
                        'same', 'more', 'arrears', 'less', 'new', 'moved_here', 'again',
                        'moved_away', 'held', 'ended')),
  people              bigint not null check (people > 0),
  -- Of those, how many are paid to another account than the month before.
  other_account_count bigint not null check (other_account_count between 0 and people),
  now_vnd             bigint not null check (now_vnd >= 0),
  before_vnd          bigint not null check (before_vnd >= 0),
  primary key (batch_id, kind),
  constraint who_is_not_in_it_is_paid_nothing
    check ((kind in ('moved_away', 'held', 'ended')) = (now_vnd = 0)),
  constraint who_stays_the_same_is_paid_the_same check (kind <> 'same' or now_vnd = before_vnd)
);

create table batch_commune (
  batch_id        bigint not null references disbursement_batch,
  commune_code    text   not null,
  line_count      bigint not null check (line_count > 0),
  total_vnd       bigint not null check (total_vnd > 0),
  -- Between which recipients its lines lie: a page of one commune is read from there, by the key.
  first_recipient bigint not null,
  last_recipient  bigint not null,
  primary key (batch_id, commune_code),
  constraint first_is_not_after_last check (first_recipient <= last_recipient)
);

-- The lines that stand out, by their references; who they are is looked up when they are shown.
create table batch_notable (
  batch_id    bigint   not null references disbursement_batch,
  why         text     not null check (why in ('largest', 'raised', 'other_account')),
  rank        smallint not null check (rank between 1 and 50),
  line_period text collate "C" not null,
  reference   text     not null,
  amount_vnd  bigint   not null check (amount_vnd > 0),
  before_vnd  bigint   not null check (before_vnd >= 0),
  primary key (batch_id, why, rank)
);

grant select, insert on batch_movement, batch_commune, batch_notable to an_sinh_app;

-- Why a batch does not go on: a checker who looked at it says no, or somebody takes it back before it
-- leaves. A batch that is withdrawn by the house itself has no row here.
create table batch_refusal (
  batch_id     bigint primary key references disbursement_batch,
  kind         text   not null check (kind in ('rejected', 'taken-back')),
  person_id    text   not null references person,
  decided_at   timestamptz not null,
  -- When the second factor was last given, as for a signature.
  step_up_at   timestamptz not null,
  reason       text   not null,
  content_hash bytea  not null,
  constraint reason_can_be_understood check (length(btrim(reason)) between 10 and 2000),
  constraint step_up_is_fresh
    check (step_up_at <= decided_at and decided_at - step_up_at <= interval '5 minutes')
);
grant select, insert on batch_refusal to an_sinh_app;

-- Like a signature: the batch and the rights of the person are held, and the rule names itself.
create function check_batch_refusal() returns trigger
language plpgsql as $$
declare
  b disbursement_batch;
  s batch_state;
  refused text;
begin
  select * into strict b from disbursement_batch where batch_id = new.batch_id;
  select * into strict s from batch_state where batch_id = new.batch_id for update;
  perform 1 from person where person_id = new.person_id for share;
  perform 1 from person_role where person_id = new.person_id for share;

  refused := case
    when s.state <> (case when new.kind = 'rejected' then 'prepared' else 'approved' end)
      then 'batch_is_where_it_was_seen'
    when not exists (
           select from person p join person_role r using (person_id)
            where p.person_id = new.person_id and p.active
              and r.role = 'checker' and r.revoked_at is null
              and r.unit_code in (b.province_code, 'VN'))
      then 'decider_is_entitled'
    when new.content_hash <> b.content_hash then 'decider_refuses_what_is_there'
  end;
  if refused is not null then
    raise exception 'refusal of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$$;
create trigger check_refusal before insert on batch_refusal
  for each row execute function check_batch_refusal();

-- How long an approved batch stays before it may leave, so that a mistake can still be taken back.
-- A row is a point: it governs from its day until another does. No row, or 0: it leaves at once.
create table stop_period (
  counts_from date not null,
  environment text not null check (environment in ('sandbox', 'production')),
  minutes     int  not null check (minutes between 0 and 1440),
  source      text not null,
  primary key (counts_from, environment)
);
insert into stop_period values
  ('2020-01-01', 'sandbox', 0, 'a sandbox month runs through without waiting'),
  ('2020-01-01', 'production', 30, 'default of the program, to be set by circular');
grant select on stop_period to an_sinh_app;

-- From when on a batch may leave: its approval and the stop period that governs on that day.
create function leaves_from(b disbursement_batch, approved_at timestamptz) returns timestamptz
language sql stable as $$
  select approved_at + coalesce((
           select p.minutes from stop_period p
             join channel c on c.channel = b.channel and c.environment = p.environment
            where p.counts_from <= (approved_at at time zone 'Asia/Ho_Chi_Minh')::date
            order by p.counts_from desc limit 1), 0) * interval '1 minute'
$$;

create function check_stop_period() returns trigger
language plpgsql as $$
declare
  b disbursement_batch;
begin
  select * into strict b from disbursement_batch where batch_id = new.batch_id;
  if leaves_from(b, old.changed_at) > greatest(new.changed_at, old.changed_at) then
    raise exception 'release of batch % refused: stop_period_has_passed', new.batch_id
      using errcode = 'check_violation', constraint = 'stop_period_has_passed';
  end if;
  return new;
end
$$;
create trigger check_step_stop before update on batch_state
  for each row when (new.state = 'released' and old.state = 'approved')
  execute function check_stop_period();
