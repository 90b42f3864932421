-- Who a person is to an identity provider: its name for them, written down by an administrator and never by
-- the person, nor by whoever happens to sign in first. A name belongs to one person, and a person has one.
create table outside_identity (
  issuer    text not null,
  subject   text not null check (length(subject) between 1 and 255),
  person_id text not null references person,
  bound_by  text not null,
  bound_at  timestamptz not null,
  ended_at  timestamptz,
  primary key (issuer, subject, bound_at),
  constraint nobody_binds_self check (bound_by <> person_id)
);
create unique index one_person_a_subject on outside_identity (issuer, subject)
  where ended_at is null;
create unique index one_subject_a_person on outside_identity (issuer, person_id)
  where ended_at is null;
grant select, insert, update (ended_at) on outside_identity to an_sinh_app;
revoke select on outside_identity from an_sinh_web;
