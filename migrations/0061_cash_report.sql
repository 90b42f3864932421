-- What a post office reports of a month by the number of the file, held against the lists.
--
-- It settles nothing: what became of a payment is told by the answer to its own reference. Every
-- difference is kept for a person, with where it stands and both amounts.
create table cash_report (
  file_id       bigint primary key references file,
  period        text   collate "C" not null references period_state,
  province_code text   not null check (province_code <> ''),
  source        text   not null check (source <> ''),
  -- Rows of the lists that are paid in cash, and rows of the report.
  listed_count  bigint not null check (listed_count > 0),
  row_count     bigint not null check (row_count >= 0),
  imported_by   text   not null references person,
  imported_at   timestamptz not null
);

create table cash_report_difference (
  file_id       bigint  not null references cash_report,
  difference_no integer not null check (difference_no > 0),
  -- Null for what the report leaves out.
  row_no        bigint  check (row_no > 0),
  code          text    not null check (code in ('CASH_AMOUNT_DIFFERS', 'CASH_ROW_MISSING',
                                                 'CASH_UNKNOWN_ROW', 'CASH_ROW_REPEATED',
                                                 'CASH_OTHER_PERSON', 'CASH_ROW_UNREADABLE')),
  enrolment_ref text    not null,
  -- Of whom it speaks, where the file is known.
  recipient_id  bigint,
  listed_vnd    bigint  check (listed_vnd > 0),
  reported_vnd  bigint  check (reported_vnd >= 0),
  primary key (file_id, difference_no),
  constraint what_is_left_out_has_no_row check ((code = 'CASH_ROW_MISSING') = (row_no is null))
);
grant select, insert on cash_report, cash_report_difference to an_sinh_app;
