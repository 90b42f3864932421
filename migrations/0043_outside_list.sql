-- Lists of others: who has died, is held, has moved, is paid elsewhere, differs in the books of social
-- insurance, or has an account that nobody touches.
--
-- A list is matched by citizen number and never by name alone. Its bytes are kept, and what of it was
-- not taken is told row by row.
alter table file drop constraint file_kind_check;
alter table file add constraint file_kind_check
  check (kind in ('recipient-list', 'payment', 'settlement', 'report', 'outside-list'));

-- One list that was taken. All but deaths are the whole of what their source says on a day.
create table outside_list (
  file_id       bigint primary key references file,
  kind          text   not null check (kind in ('deaths', 'custody', 'residents', 'insurance',
                                                'paid-elsewhere', 'dormant-accounts')),
  source        text   not null check (source <> ''),
  as_of         date   not null,
  row_count     bigint not null check (row_count >= 0),
  -- Rows that speak of somebody we know, and were taken.
  taken_count   bigint not null check (taken_count >= 0),
  -- Rows that a person has to look at.
  asked_count   bigint not null check (asked_count >= 0),
  imported_by   text   not null references person,
  imported_at   timestamptz not null,
  constraint rows_of_a_list_are_counted_once check (taken_count + asked_count <= row_count)
);

-- A row that was not taken although it may speak of somebody we know. It says where it stands, and
-- nothing of what it says: that is in the file.
create table outside_list_row (
  file_id      bigint not null references outside_list,
  row_no       bigint not null check (row_no > 0),
  why          text   not null check (why in ('number-malformed', 'day-unreadable', 'days-disagree',
                                              'day-not-yet', 'name-alone', 'name-differs',
                                              'account-differs', 'day-differs')),
  -- Whom it may speak of, where that is known.
  recipient_id bigint,
  primary key (file_id, row_no)
);
grant select, insert on outside_list, outside_list_row to an_sinh_app;

-- A list says again what still is. What a later one leaves out has ended (until_day); what the list of
-- the same day leaves out when it comes corrected never was so, and is withdrawn.
alter table outside_fact add column said_on date;
alter table outside_fact add column withdrawn_at timestamptz;
grant update (said_on, withdrawn_at) on outside_fact to an_sinh_app;
alter table outside_fact drop constraint outside_fact_kind_check;
alter table outside_fact add constraint outside_fact_kind_check
  check (kind in ('custody', 'moved-away', 'paid-elsewhere', 'dormant-account', 'insurance-differs'));

insert into finding_rule values
  ('LINE_INSURANCE_DIFFERS', 'cross-check', 'notice', 'nothing', true, 30);
