-- A recipient looks at their own payments. They have no account here: an officer hands them a slip with a
-- code that opens the page once, or an identity provider states their citizen number. Of codes and of
-- the page that was opened only hashes are kept, so a copy of the database opens nothing.
create table own_code (
  code_hash    bytea  primary key check (octet_length(code_hash) = 32),
  recipient_id bigint not null,
  given_by     text   not null references person,
  given_at     timestamptz not null,
  valid_until  timestamptz not null,
  used_at      timestamptz,
  -- Another code was given, or it was guessed at too often.
  ended_at     timestamptz,
  constraint a_code_lives_three_days
    check (valid_until > given_at and valid_until <= given_at + interval '72 hours'),
  constraint used_while_it_lives check (used_at is null or (used_at < valid_until and ended_at is null))
);
create unique index one_live_code_a_recipient on own_code (recipient_id)
  where used_at is null and ended_at is null;
grant select, insert, update (used_at, ended_at) on own_code to an_sinh_app;

create table own_session (
  token_hash   bytea  primary key check (octet_length(token_hash) = 32),
  recipient_id bigint not null,
  opened_by    text   not null check (opened_by in ('code', 'identity-provider')),
  opened_at    timestamptz not null,
  ended_at     timestamptz
);
grant select, insert, update (ended_at) on own_session to an_sinh_app;

-- Pages have no business with what opens other pages.
revoke select on own_code, own_session from an_sinh_web;

-- Who opened the page of a recipient on which day: told to the recipient, whose data it is (Law
-- 91/2025/QH15). One row a person a day, however often they look.
create table recipient_look (
  recipient_id bigint not null,
  person_id    text   not null,
  looked_on    date   not null,
  first_at     timestamptz not null,
  constraint one_look_a_day primary key (recipient_id, person_id, looked_on)
);
grant select, insert on recipient_look to an_sinh_app;
