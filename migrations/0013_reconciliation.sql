-- What became of each instruction: one outcome, and after a booking at most one return.
create table payment_outcome (
  recipient_id  bigint not null,
  period        text collate "C" not null,
  end_to_end_id text   not null,
  outcome       text   not null check (outcome in ('settled', 'rejected', 'unpaid')),
  reason        text   not null,
  instructed_vnd bigint not null,
  -- A dong more or less is a break for a person and never an outcome (I28).
  reported_vnd  bigint not null,
  booked_on     date   not null,
  batch_id      bigint not null,
  file_id       bigint not null,
  line_no       bigint not null,
  primary key (recipient_id, period, end_to_end_id),
  constraint reported_is_instructed check (reported_vnd = instructed_vnd)
) partition by range (period);

create table payment_return (
  recipient_id   bigint not null,
  period         text collate "C" not null,
  end_to_end_id  text   not null,
  reason         text   not null,
  instructed_vnd bigint not null,
  reported_vnd   bigint not null,
  booked_on      date   not null,
  batch_id       bigint not null,
  file_id        bigint not null,
  line_no        bigint not null,
  primary key (recipient_id, period, end_to_end_id),
  constraint reported_is_instructed check (reported_vnd = instructed_vnd),
  constraint only_what_was_booked_returns
    foreign key (recipient_id, period, end_to_end_id) references payment_outcome
) partition by range (period);
insert into partitioned_table values ('payment_outcome'), ('payment_return');

-- A line or an instruction that a person must explain.
create table reconciliation_break (
  break_id      bigint primary key,
  kind          text   not null check (kind in (
                  'unknown-reference', 'amount-differs', 'settled-twice', 'returned-twice',
                  'returned-unbooked', 'rejected-after-booking', 'not-answered', 'other-channel',
                  'not-in-statement', 'sum-differs')),
  file_id       bigint,
  line_no       bigint,
  batch_id      bigint,
  period        text collate "C" not null,
  reference     text   not null,
  amount_vnd    bigint not null check (amount_vnd >= 0),
  opened_at     timestamptz not null,
  resolved_at   timestamptz,
  resolution    text,
  resolved_by   text references person,
  confirmed_by  text references person,
  constraint a_line_breaks_once unique (file_id, line_no),
  constraint a_resolution_has_two_persons check (
    (resolved_at is null) = (resolution is null) and
    (resolved_at is null) = (resolved_by is null) and
    (resolved_at is null) = (confirmed_by is null) and
    confirmed_by <> resolved_by)
);

-- What was reconciled of a batch, drawn when it was: the report draws it again and compares.
create table batch_result (
  batch_id       bigint primary key references disbursement_batch,
  settled_count  bigint not null,
  settled_vnd    bigint not null,
  rejected_count bigint not null,
  rejected_vnd   bigint not null,
  unpaid_count   bigint not null,
  unpaid_vnd     bigint not null,
  returned_count bigint not null,
  returned_vnd   bigint not null,
  open_count     bigint not null,
  open_vnd       bigint not null,
  reconciled_at  timestamptz not null
);

grant select, insert on payment_outcome, payment_return, reconciliation_break, batch_result
  to an_sinh_app;
grant update (resolved_at, resolution, resolved_by, confirmed_by)
  on reconciliation_break to an_sinh_app;
