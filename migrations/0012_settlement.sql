-- What came back. A file is taken whole or refused whole; its bytes are kept either way.
create table settlement_file (
  file_id             bigint primary key references file,
  kind                text   not null,
  message_id          text   not null,
  channel             text   not null references channel,
  verdict             text   not null check (verdict in ('accepted', 'refused')),
  refusal             text,
  line_count          bigint not null check (line_count >= 0),
  -- How many of the lines say that money came back: a return is laid beside its booking, which may
  -- lie in a file that has not come yet.
  credit_count        bigint not null
                      constraint credits_are_lines check (credit_count between 0 and line_count),
  total_vnd           bigint not null check (total_vnd >= 0),
  -- The periods of the instructions it speaks of, so that its lines are found in few partitions.
  first_period        text collate "C",
  last_period         text collate "C",
  -- The message of ours that it answers, and what it says of it as a whole.
  original_message_id text,
  group_status        text,
  group_reason        text,
  -- Set when its lines have been reconciled: every line has exactly one fate (I25).
  matched_count       bigint,
  duplicate_count     bigint,
  break_count         bigint,
  constraint a_refusal_has_a_reason check ((verdict = 'refused') = (refusal is not null)),
  constraint every_line_has_one_fate
    check (line_count = matched_count + duplicate_count + break_count)
);
-- The second layer of duplicate control: one message of a peer takes effect once (I26, I32).
create unique index one_message_takes_effect_once on settlement_file (channel, kind, message_id)
  where verdict = 'accepted';

-- One line about one instruction, with the byte of the bank's file where it begins. A reference that
-- is none of ours is stored under recipient 0.
create table settlement_line (
  recipient_id    bigint not null,
  period          text collate "C" not null,
  file_id         bigint not null,
  line_no         bigint not null,
  end_to_end_id   text   not null,
  kind            text   not null check (kind in ('status', 'debit', 'credit', 'paid', 'unpaid')),
  status          text   not null,
  reason          text   not null,
  amount_vnd      bigint constraint a_line_moves_money check (amount_vnd > 0),
  booked_on       date,
  entry_reference text   not null,
  byte_offset     bigint not null,
  primary key (recipient_id, period, file_id, line_no),
  constraint money_has_an_amount check (kind = 'status' or amount_vnd is not null)
) partition by range (period);
insert into partitioned_table values ('settlement_line');
create index settlement_line_file on settlement_line using brin (file_id);

-- The account as the bank keeps it. A statement opens where the one before it closed (I07).
create table statement (
  account        text   not null,
  sequence_no    bigint not null check (sequence_no > 0),
  file_id        bigint not null references settlement_file,
  channel        text   not null references channel,
  statement_id   text   not null,
  day            date   not null,
  opening_vnd    bigint not null,
  debit_vnd      bigint not null check (debit_vnd >= 0),
  credit_vnd     bigint not null check (credit_vnd >= 0),
  closing_vnd    bigint not null,
  primary key (account, sequence_no),
  constraint balances_add_up check (opening_vnd - debit_vnd + credit_vnd = closing_vnd)
);

create function check_statement() returns trigger
language plpgsql as $$
declare
  before statement;
begin
  perform pg_advisory_xact_lock(hashtext('statement/' || new.account));
  select * into before from statement
   where account = new.account order by sequence_no desc limit 1;
  if found and (before.sequence_no + 1, before.closing_vnd) <> (new.sequence_no, new.opening_vnd) then
    raise exception 'statement % does not follow %', new.sequence_no, before.sequence_no
      using errcode = 'check_violation', constraint = 'statements_are_a_chain';
  end if;
  return new;
end
$$;
create trigger check_statement before insert on statement
  for each row execute function check_statement();

-- The booked entries of the account: the third layer, one booking once, whichever message says it.
create table statement_entry (
  account                text   not null,
  entry_reference        text   not null,
  direction              text   not null check (direction in ('debit', 'credit')),
  sequence_no            bigint not null,
  amount_vnd             bigint not null constraint an_entry_moves_money check (amount_vnd > 0),
  booked_on              date   not null,
  payment_information_id text   not null,
  constraint one_booking_is_one_entry primary key (account, entry_reference, direction),
  foreign key (account, sequence_no) references statement
);

grant select, insert on settlement_file, settlement_line, statement, statement_entry to an_sinh_app;
grant update (matched_count, duplicate_count, break_count) on settlement_file to an_sinh_app;
