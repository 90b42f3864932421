-- A list that an office sent, what became of each of its rows, and which enrolments it names for
-- the month. The bytes are in the archive; a row that was not simply accepted is kept here too.
create table recipient_list (
  list_id        bigint primary key,
  file_id        bigint not null unique references file,
  period         text collate "C" not null references period_state,
  province_code  text   not null,
  strict         boolean not null,
  imported_by    text   not null references person,
  imported_at    timestamptz not null,
  row_count      bigint not null check (row_count > 0),
  accepted_count bigint not null check (accepted_count >= 0),
  refused_count  bigint not null check (refused_count >= 0),
  -- Good rows of a list that was refused whole, because it was sent to be taken whole or not at all.
  withheld_count bigint not null check (withheld_count >= 0),
  listed_vnd     bigint not null check (listed_vnd >= 0),
  constraint every_row_has_a_fate check (row_count = accepted_count + refused_count + withheld_count),
  constraint strict_takes_all_or_nothing
    check (not strict or refused_count = 0 or accepted_count = 0),
  constraint only_strict_withholds check (strict or withheld_count = 0)
);

create table list_row (
  list_id bigint not null references recipient_list,
  row_no  int    not null,
  verdict text   not null check (verdict in ('warn', 'refuse')),
  raw     text   not null,
  primary key (list_id, row_no)
);

create table list_finding (
  list_id     bigint not null,
  row_no      int    not null,
  column_name text   not null,
  code        text   not null,
  primary key (list_id, row_no, column_name, code),
  foreign key (list_id, row_no) references list_row
);

-- That an enrolment stands on the list of a month, in which row, and what the list claims for it.
-- The engine computes its own amount; this one is only compared.
create table listing (
  recipient_id  bigint not null,
  period        text collate "C" not null,
  enrolment_ref text   not null,
  list_id       bigint not null,
  row_no        int    not null,
  listed_vnd    bigint not null check (listed_vnd >= 0),
  primary key (recipient_id, period, enrolment_ref)
) partition by range (period);
insert into partitioned_table values ('listing');

grant select, insert on recipient_list, list_row, list_finding, listing to an_sinh_app;
