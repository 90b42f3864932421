-- Evidence that was asked for before money is sent: who was asked, when, what came back (its hash),
-- and what we made of it. A name result and a number result are kept apart.
create table verification (
  recipient_id   bigint   not null,
  period         text collate "C" not null,
  subject        text     not null check (subject in ('recipient', 'payee', 'account')),
  check_no       smallint not null check (check_no > 0),
  class          text     not null check (class in ('proven', 'doubtful', 'refused', 'unknown')),
  code           text     not null,
  number_result  text     not null check (number_result in ('match', 'no-match', 'not-possible')),
  name_result    text     not null
                 check (name_result in ('match', 'close', 'no-match', 'not-possible')),
  -- The very account that was asked about; empty for a person (I15).
  bank_bin       text     not null,
  account_number text     not null,
  checked_at     timestamptz not null,
  answer_hash    bytea    not null,
  primary key (recipient_id, period, subject, check_no),
  constraint proof_has_an_answer check (class <> 'proven' or octet_length(answer_hash) = 32),
  constraint proof_is_of_the_number check (class <> 'proven' or number_result = 'match')
) partition by range (period);
insert into partitioned_table values ('verification');

-- What a person has to look at, and what an amount waits for.
create table finding (
  recipient_id bigint not null,
  period       text collate "C" not null,
  code         text   not null,
  subject      text   not null,
  severity     text   not null check (severity in ('block', 'review', 'notice')),
  found_at     timestamptz not null,
  primary key (recipient_id, period, code, subject)
);

-- The deaths of a province were asked for, over which span, and how many there were.
create table civil_status_check (
  province_code text not null,
  period        text collate "C" not null references period_state,
  from_day      date not null,
  until_day     date not null,
  checked_at    timestamptz not null,
  death_count   bigint not null,
  known_count   bigint not null,
  primary key (province_code, period, until_day)
);

grant select, insert on verification, finding, civil_status_check to an_sinh_app;
