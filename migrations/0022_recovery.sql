-- What a person decides about money that was paid and is not due, about pauses that end, and about two
-- months that are paid at once. The engine finds and shows; it takes nothing back by itself.

-- The end of a suspension, by decision. Its months are lost unless the decision gives them back, or the
-- person was cleared of a suspected forgery. A proven one has no end.
create table resumption (
  recipient_id    bigint  not null,
  enrolment_ref   text    not null,
  from_period     text collate "C" not null,
  -- The last month that was paused.
  until_period    text collate "C",
  back_pay        boolean not null,
  outcome         text    check (outcome in ('cleared', 'proven')),
  decision_number text    not null check (decision_number <> ''),
  decided_on      date    not null,
  recorded_by     text    not null,
  confirmed_by    text    not null,
  primary key (recipient_id, enrolment_ref, from_period),
  constraint resumption_of_a_suspension
    foreign key (recipient_id, enrolment_ref, from_period) references suspension,
  constraint resumes_after_the_pause check (until_period >= from_period),
  constraint only_what_is_proven_has_no_end
    check ((until_period is null) = coalesce(outcome = 'proven', false)),
  constraint what_is_proven_is_not_given_back check (outcome is distinct from 'proven' or not back_pay),
  constraint two_persons_resume check (confirmed_by <> recorded_by)
);
grant select, insert on resumption to an_sinh_app;

-- Paid beyond entitlement, as an assessment found it: a death known late, a fact corrected downwards.
-- It is a finding and no debt: nothing follows from it until people have decided.
create table recovery_case (
  recipient_id bigint   not null,
  case_no      smallint not null check (case_no between 1 and 999),
  programme    text     not null,
  -- The period whose assessment found it.
  period       text collate "C" not null,
  amount_vnd   bigint   not null check (amount_vnd > 0),
  reason       text     not null,
  facts        jsonb    not null,
  opened_on    date     not null,
  primary key (recipient_id, case_no)
);

-- The months of it: what was paid, what is due by what is known today.
create table recovery_month (
  recipient_id bigint   not null,
  case_no      smallint not null,
  for_period   text collate "C" not null,
  paid_vnd     bigint   not null,
  due_vnd      bigint   not null check (due_vnd >= 0),
  amount_vnd   bigint   not null check (amount_vnd > 0),
  reason       text     not null,
  primary key (recipient_id, case_no, for_period),
  foreign key (recipient_id, case_no) references recovery_case,
  -- Less where a case was opened before for a part of it.
  constraint no_more_than_was_too_much check (amount_vnd <= paid_vnd - due_vnd)
);

-- What a person proposes to do about a case, with the evidence. Another proposal has the next number.
create table recovery_proposal (
  recipient_id bigint   not null,
  case_no      smallint not null,
  proposal_no  smallint not null check (proposal_no between 1 and 99),
  outcome      text     not null check (outcome in ('repay', 'deduct', 'waive')),
  amount_vnd   bigint   not null check (amount_vnd >= 0),
  -- Into how many months a deduction is divided.
  instalments  smallint not null check (instalments between 0 and 60),
  first_period text collate "C",
  grounds      text     not null check (grounds <> ''),
  document     text     not null check (document <> ''),
  proposed_by  text     not null,
  proposed_at  timestamptz not null,
  primary key (recipient_id, case_no, proposal_no),
  constraint proposal_as_it_is_decided
    unique (recipient_id, case_no, proposal_no, proposed_by, outcome),
  constraint proposal_of_a_case foreign key (recipient_id, case_no) references recovery_case,
  constraint waived_is_nothing check ((outcome = 'waive') = (amount_vnd = 0)),
  constraint only_a_deduction_has_instalments check (
    (outcome = 'deduct') = (instalments > 0) and (outcome = 'deduct') = (first_period is not null))
);

-- The decision of another person, once for a case. Before the last day of appeal nothing is taken.
create table recovery_decision (
  recipient_id bigint   not null,
  case_no      smallint not null,
  proposal_no  smallint not null,
  proposed_by  text     not null,
  outcome      text     not null,
  decided_by   text     not null,
  decided_at   timestamptz not null,
  appeal_until date     not null,
  primary key (recipient_id, case_no),
  constraint decision_with_its_outcome unique (recipient_id, case_no, outcome),
  constraint decision_on_a_proposal foreign key (recipient_id, case_no, proposal_no, proposed_by, outcome)
    references recovery_proposal (recipient_id, case_no, proposal_no, proposed_by, outcome),
  constraint another_person_decides check (decided_by <> proposed_by)
);

-- The months in which a decided deduction is taken. It can be written against nothing but a decision to
-- deduct: there is no way from a finding to less money without a person.
create table recovery_instalment (
  recipient_id  bigint   not null,
  case_no       smallint not null,
  instalment_no smallint not null check (instalment_no between 1 and 60),
  outcome       text     not null check (outcome = 'deduct'),
  period        text collate "C" not null,
  amount_vnd    bigint   not null check (amount_vnd > 0),
  primary key (recipient_id, case_no, instalment_no),
  constraint one_instalment_a_month unique (recipient_id, case_no, period),
  constraint a_deduction_is_decided foreign key (recipient_id, case_no, outcome)
    references recovery_decision (recipient_id, case_no, outcome)
);
grant select, insert on recovery_case, recovery_month, recovery_proposal, recovery_decision,
  recovery_instalment to an_sinh_app;

-- 44/2022/TT-BTC art. 8(3): near the New Year, in disaster, epidemic or force majeure two months may be
-- paid at once, by decision. The article is of people of merit; no other was seen. The month ahead is
-- a line of the assessment, so that the next month finds it paid.
create table payment_ahead (
  programme       text not null check (programme = 'merit'),
  province_code   text not null,
  period          text collate "C" not null check (period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  cause           text not null check (cause in ('new-year', 'disaster', 'epidemic', 'force-majeure')),
  decision_number text not null check (decision_number <> ''),
  decided_on      date not null,
  ordered_by      text not null references person,
  confirmed_by    text not null references person,
  ordered_at      timestamptz not null,
  primary key (programme, province_code, period),
  constraint two_persons_order check (confirmed_by <> ordered_by)
);
grant select, insert on payment_ahead to an_sinh_app;
