-- Who may do what. One natural person is one row, whatever logins they have: duties are kept apart
-- by person.
create table person (
  person_id      text primary key check (person_id ~ '^[a-z0-9-]{2,40}$'),
  full_name      text not null,
  citizen_number text not null unique check (citizen_number ~ '^[0-9]{12}$'),
  active         boolean not null default true
);
grant select, insert, update (active) on person to an_sinh_app;

create table person_role (
  person_id  text not null references person,
  role       text not null check (role in (
               'maker', 'checker', 'account_officer', 'rate_officer', 'bank_integrator',
               'auditor', 'administrator')),
  unit_code  text not null,
  limit_vnd  bigint check (limit_vnd > 0),
  granted_by text not null,
  granted_at timestamptz not null,
  revoked_at timestamptz,
  primary key (person_id, role, unit_code),
  constraint nobody_grants_to_self check (granted_by <> person_id)
);
grant select, insert, update (revoked_at) on person_role to an_sinh_app;
