-- How many calls each service outside has been given today, against what was agreed with whoever keeps it.
-- One row a service and a day for all machines together: a share is given by one statement, and the rule
-- that no more is given than was agreed holds whoever asks for it.
create table provider_calls (
  provider   text   collate "C" not null check (provider ~ '^[a-z][a-z-]{1,39}$'),
  -- The day in Việt Nam.
  day        date   not null,
  agreed     bigint not null check (agreed >= 0),
  given      bigint not null,
  -- What the last who asked was given: it is told by the statement that gives it.
  last_share bigint not null,
  primary key (provider, day),
  constraint never_more_than_agreed check (given between 0 and agreed),
  constraint a_share_is_given check (last_share between 0 and given)
);
grant select, insert, update (agreed, given, last_share) on provider_calls to an_sinh_app;
