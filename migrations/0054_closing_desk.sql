-- A month is closed by two persons at two desks: one prepares it and leaves what they saw, another confirms
-- it, and is refused when the figures have moved since.
create table period_closing_proposal (
  period           text     collate "C" not null references period_state,
  proposal_no      smallint not null check (proposal_no between 1 and 999),
  -- What the month came to when it was proposed.
  entitled_vnd     bigint   not null,
  owed_vnd         bigint   not null,
  paid_vnd         bigint   not null,
  open_break_count bigint   not null check (open_break_count >= 0),
  note             text     not null,
  proposed_by      text     not null references person,
  proposed_at      timestamptz not null,
  primary key (period, proposal_no)
);
grant select, insert on period_closing_proposal to an_sinh_app;

-- A day of an account that somebody has looked at and found tied. Signed again, it has another number: what
-- was signed first stays.
create table day_sign_off (
  account      text     not null,
  day          date     not null,
  sign_no      smallint not null check (sign_no between 1 and 999),
  opening_vnd  bigint   not null,
  closing_vnd  bigint   not null,
  bank_vnd     bigint   not null,
  book_vnd     bigint   not null,
  open_vnd     bigint   not null,
  resolved_vnd bigint   not null,
  waiting_vnd  bigint   not null,
  signed_by    text     not null references person,
  signed_at    timestamptz not null,
  primary key (account, day, sign_no),
  constraint a_signed_day_ties check (bank_vnd = book_vnd + open_vnd + resolved_vnd + waiting_vnd),
  constraint a_signed_day_has_its_balances check (opening_vnd + bank_vnd = closing_vnd)
);
grant select, insert on day_sign_off to an_sinh_app;
