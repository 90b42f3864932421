-- Who may give rights. Once an installation has two administrators nobody else grants anything, and a
-- role whose signature moves money, law or rights takes two of them: one proposes, another grants. The
-- first two are set up together from a terminal, because one alone could not be kept in check.
--
-- A role that was revoked can be granted again: each time is a row of its own.
alter table person_role drop constraint person_role_pkey;
alter table person_role add primary key (person_id, role, unit_code, granted_at);
create unique index one_live_grant on person_role (person_id, role, unit_code)
  where revoked_at is null;

alter table person_role add column proposed_by text references person;
alter table person_role add constraint two_persons_grant
  check (proposed_by is null or (proposed_by <> granted_by and proposed_by <> person_id));

create table role_proposal (
  proposal_no bigint primary key,
  person_id   text   not null references person,
  role        text   not null check (role in ('checker', 'rate_officer', 'administrator')),
  unit_code   text   not null,
  limit_vnd   bigint check (limit_vnd > 0),
  proposed_by text   not null references person,
  proposed_at timestamptz not null,
  decided_by  text   references person,
  decided_at  timestamptz,
  granted     boolean,
  constraint nobody_proposes_self check (proposed_by <> person_id),
  constraint another_decides check (decided_by not in (proposed_by, person_id)),
  constraint a_decision_is_whole check (num_nonnulls(decided_by, decided_at, granted) in (0, 3))
);
grant select, insert, update (decided_by, decided_at, granted) on role_proposal to an_sinh_app;

-- Whether a person is an administrator of a unit: of it, or of the country.
create function is_administrator(who text, of_unit text) returns boolean
language sql stable as $$
  select exists (select from person_role r join person p using (person_id)
                  where r.person_id = who and p.active and r.role = 'administrator'
                    and r.revoked_at is null and r.unit_code in (of_unit, 'VN'))
$$;

-- The message is a constraint's name: people are told its text. The lock keeps two grants apart, of
-- which each would else think that there are no administrators yet.
create function check_grant() returns trigger
language plpgsql as $$
declare
  refused text;
begin
  perform pg_advisory_xact_lock(hashtext('check_grant'));
  -- Also those who are no more: else whoever takes the last ones away could grant themselves anything.
  if (select count(distinct person_id) from person_role where role = 'administrator') < 2 then
    return new;
  end if;
  refused := case
    when not is_administrator(new.granted_by, new.unit_code) then 'an_administrator_grants'
    when new.role in ('checker', 'rate_officer', 'administrator')
         and (new.proposed_by is null or not is_administrator(new.proposed_by, new.unit_code))
      then 'two_administrators_grant'
  end;
  if refused is not null then
    raise exception 'grant of % to % refused: %', new.role, new.person_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$$;
create trigger check_grant before insert on person_role
  for each row execute function check_grant();
