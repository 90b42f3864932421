-- Every line leads back to the bank's file: which byte, and by which path. What of a file nobody can act on
-- is set aside with the same, and with a break; the good lines beside it have their effect.
alter table settlement_line add column path text not null default '';
alter table settlement_line alter column path drop default;

insert into break_kind values
  ('reversal', 2),    -- the bank undoes an entry of its own
  ('set-aside', 3);   -- a line that says nothing that could be acted on

create table settlement_set_aside (
  file_id     bigint not null references settlement_file,
  line_no     bigint not null,
  rule        text   not null,
  -- Our reference, where the bank gave one; the amount, where it could be read.
  reference   text   not null,
  amount_vnd  bigint,
  byte_offset bigint not null,
  path        text   not null,
  break_id    bigint not null unique references reconciliation_break,
  primary key (file_id, line_no)
);
grant select, insert on settlement_set_aside to an_sinh_app;
