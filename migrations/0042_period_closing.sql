-- A month is closed by two persons, once everything about it has been said: every batch is finished, every
-- file is read, every entry of its days is paid, returned or a break, and every break has an owner. What
-- was open then is written beside it. From then on its ledger takes nothing (0007); what comes later is
-- booked into the open month and names the old one.
create table period_closing (
  period           text collate "C" primary key references period_state,
  prepared_by      text   not null references person,
  confirmed_by     text   not null references person,
  closed_at        timestamptz not null,
  entitled_vnd     bigint not null,
  owed_vnd         bigint not null,
  paid_vnd         bigint not null,
  -- What was still with somebody to explain, each with an owner.
  open_break_count bigint not null check (open_break_count >= 0),
  constraint two_persons_close check (confirmed_by <> prepared_by)
);
grant select, insert on period_closing to an_sinh_app;

-- From the gravest to the mildest, so that the first thing to do is named first.
create function check_closing() returns trigger
language plpgsql as $$
declare
  broken text;
begin
  broken := case
    when exists (select from disbursement_batch b join batch_state s using (batch_id)
                  where b.period = new.period and s.state not in ('reconciled', 'withdrawn'))
      then 'batches_are_finished'
    when exists (select from settlement_file f
                  where f.verdict = 'accepted' and f.matched_count is null
                    and new.period between f.first_period and f.last_period)
      then 'files_are_read'
    when exists (select from account_tie t
                  where to_char(t.day, 'YYYY-MM') = new.period
                    and (t.waits or t.bank_vnd <> t.book_vnd + t.break_vnd))
      then 'the_account_ties'
    when exists (select from reconciliation_break b
                  where b.period = new.period and b.resolved_at is null
                    and not exists (select from break_assignment a where a.break_id = b.break_id))
      then 'breaks_have_owners'
  end;
  if broken is not null then
    raise exception 'period % cannot be closed: %', new.period, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$$;
create trigger check_closing before insert on period_closing
  for each row execute function check_closing();

-- How a recovery was paid back, and who booked it. With what later payments withheld it comes to what
-- was decided; more than that is refused.
create table recovery_repayment (
  recipient_id bigint   not null,
  case_no      smallint not null,
  repayment_no smallint not null check (repayment_no between 1 and 999),
  outcome      text     not null check (outcome = 'repay'),
  amount_vnd   bigint   not null constraint a_repayment_moves_money check (amount_vnd > 0),
  -- What had been paid back before, and what was decided: the sum never goes beyond.
  before_vnd   bigint   not null check (before_vnd >= 0),
  after_vnd    bigint   generated always as (before_vnd + amount_vnd) stored,
  follows_no   smallint generated always as (nullif(repayment_no - 1, 0)) stored,
  decided_vnd  bigint   not null,
  paid_on      date     not null,
  document     text     not null check (document <> ''),
  booked_by    text     not null,
  confirmed_by text     not null,
  booked_at    timestamptz not null,
  period       text collate "C" not null,
  primary key (recipient_id, case_no, repayment_no),
  constraint a_repayment_is_decided foreign key (recipient_id, case_no, outcome)
    references recovery_decision (recipient_id, case_no, outcome),
  constraint repayment_with_its_sum unique (recipient_id, case_no, repayment_no, after_vnd),
  constraint follows_what_was_paid_back
    foreign key (recipient_id, case_no, follows_no, before_vnd)
    references recovery_repayment (recipient_id, case_no, repayment_no, after_vnd),
  constraint first_repayment_follows_nothing check ((repayment_no = 1) = (before_vnd = 0)),
  constraint repaid_no_more_than_decided check (before_vnd + amount_vnd <= decided_vnd),
  constraint two_persons_book check (confirmed_by <> booked_by)
);
grant select, insert on recovery_repayment to an_sinh_app;
