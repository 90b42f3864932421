-- Cash that nobody collected for three months is suspended, and given back once it is collected, by two persons at two
-- desks over one list: the hash says whom the first has seen, and the second decides about the very same.
create table uncollected_proposal (
  kind            text     not null check (kind in ('suspend', 'resume')),
  period          text     collate "C" not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  proposal_no     smallint not null check (proposal_no between 1 and 999),
  list_sha256     bytea    not null check (length(list_sha256) = 32),
  enrolment_count bigint   not null check (enrolment_count > 0),
  total_vnd       bigint   not null check (total_vnd >= 0),
  decision_number text     not null check (decision_number <> ''),
  decided_on      date     not null,
  proposed_by     text     not null references person,
  proposed_at     timestamptz not null,
  primary key (kind, period, proposal_no),
  constraint an_uncollected_proposal_has_one_author unique (kind, period, proposal_no, proposed_by)
);

create table uncollected_decision (
  kind        text     not null,
  period      text     collate "C" not null,
  proposal_no smallint not null,
  decision    text     not null check (decision in ('confirmed', 'declined')),
  reason      text     not null,
  proposed_by text     not null,
  decided_by  text     not null references person,
  decided_at  timestamptz not null,
  primary key (kind, period, proposal_no),
  constraint another_person_decides_uncollected check (decided_by <> proposed_by),
  constraint a_no_to_a_list_has_a_reason check (decision = 'confirmed' or reason <> ''),
  constraint uncollected_decision_is_of_a_proposal foreign key (kind, period, proposal_no, proposed_by)
    references uncollected_proposal (kind, period, proposal_no, proposed_by)
);
grant select, insert on uncollected_proposal, uncollected_decision to an_sinh_app;
