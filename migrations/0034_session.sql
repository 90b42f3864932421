-- How a person shows who they are: a password that the database cannot read, a second factor whose
-- secret is sealed with a key that lies elsewhere, and sessions that end at once.
--
-- A person has one credential, because duties are kept apart by person. What is in here is of no use to
-- who copies the database: the password is an argon2id hash, the secret of the codes is sealed, and of
-- a session there is the hash of its token alone.
create table credential (
  person_id       text primary key references person,
  password_hash   text not null check (password_hash ~ '^\$argon2id\$v=19\$'),
  password_set_at timestamptz not null,
  -- Until when a password may be used that somebody else has seen: it lets its person in once, to choose
  -- their own.
  one_time_until  timestamptz,
  code_secret     bytea,
  code_since      timestamptz,
  constraint a_secret_has_a_day check ((code_secret is null) = (code_since is null))
);
grant select, insert,
      update (password_hash, password_set_at, one_time_until, code_secret, code_since)
   on credential to an_sinh_app;

-- Who gave a code of the second factor, when and for what. A code is that of a step of thirty seconds:
-- giving one twice, on whatever machine, is a duplicate key.
create table code_use (
  person_id text   not null references person,
  step      bigint not null check (step > 0),
  used_at   timestamptz not null,
  purpose   text   not null check (purpose in ('enrolment', 'sign-in', 'step-up')),
  constraint a_code_is_given_once primary key (person_id, step)
);
grant select, insert on code_use to an_sinh_app;

-- A session is never removed: its person sees where they were signed in, and so does an auditor.
create table session (
  session_id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  person_id  text  not null references person,
  -- How many factors were given. With one alone a person may only enrol their second.
  factors    smallint not null check (factors in (1, 2)),
  device     text  not null check (length(device) <= 120),
  opened_at  timestamptz not null,
  seen_at    timestamptz not null,
  step_up_at timestamptz,
  ended_at   timestamptz,
  end_reason text check (end_reason in ('signed-out', 'ended-by-person', 'password-changed',
                                        'factor-changed', 'rights-changed')),
  constraint an_end_has_a_reason check ((ended_at is null) = (end_reason is null)),
  constraint only_two_factors_step_up check (step_up_at is null or factors = 2)
);
create index session_of_person on session (person_id) where ended_at is null;
grant select, insert, update (token_hash, factors, seen_at, step_up_at, ended_at, end_reason)
   on session to an_sinh_app;

-- How often something was tried in the window that is running, by the hash of who or what tried it.
create table try_count (
  kind         text  not null,
  subject_hash bytea not null check (octet_length(subject_hash) = 32),
  window_began timestamptz not null,
  tries        integer not null check (tries >= 0),
  primary key (kind, subject_hash)
);
grant select, insert, update (window_began, tries) on try_count to an_sinh_app;
