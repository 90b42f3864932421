-- Every movement of money is one row with two accounts, so a posting that does not balance cannot be
-- written. What a recipient is owed is a balance; a batch pays balances. The period is that of the
-- books: a late return of a closed period is booked into the open one.
--
-- The kind of a movement says its accounts. The key is natural: one reference moves one way once.
create table transfer_kind (
  kind           text primary key,
  debit_account  text not null,
  credit_account text not null,
  check (debit_account <> credit_account)
);
insert into transfer_kind values
  ('entitled', 'appropriation', 'owed'),        -- assessed: the programme owes it
  ('lapsed',   'owed',          'appropriation'), -- owed no longer, by a decision
  ('released', 'owed',          'in_transit'),  -- instructed: with the bank or the post office
  ('settled',  'in_transit',    'paid'),        -- booked, or handed over in cash
  ('rejected', 'in_transit',    'owed'),        -- refused before booking
  ('unpaid',   'in_transit',    'owed'),        -- cash that was not collected
  ('returned', 'paid',          'owed');        -- booked and sent back

create table ledger_transfer (
  recipient_id   bigint not null,
  period         text collate "C" not null,
  reference      text   not null,
  kind           text   not null,
  programme      text   not null,
  debit_account  text   not null,
  credit_account text   not null,
  amount_vnd     bigint not null check (amount_vnd > 0),
  booked_on      date   not null,
  -- The batch that instructed it, or the file whose line moved it.
  batch_id       bigint,
  file_id        bigint,
  primary key (recipient_id, period, reference, kind),
  constraint accounts_are_those_of_the_kind check (
    (kind = 'entitled' and debit_account = 'appropriation' and credit_account = 'owed') or
    (kind = 'lapsed'   and debit_account = 'owed'       and credit_account = 'appropriation') or
    (kind = 'released' and debit_account = 'owed'       and credit_account = 'in_transit') or
    (kind = 'settled'  and debit_account = 'in_transit' and credit_account = 'paid') or
    (kind = 'rejected' and debit_account = 'in_transit' and credit_account = 'owed') or
    (kind = 'unpaid'   and debit_account = 'in_transit' and credit_account = 'owed') or
    (kind = 'returned' and debit_account = 'paid'       and credit_account = 'owed'))
) partition by range (period);
insert into partitioned_table values ('ledger_transfer');
grant select, insert on ledger_transfer to an_sinh_app;
grant select on transfer_kind to an_sinh_app;

-- Closes a period: its ledger takes nothing any more, whoever tries (I29). A constraint that is
-- always false, not validated, leaves the rows alone and refuses every new one.
create function close_period(which text, at timestamptz) returns void
language plpgsql security definer set search_path = public as $$
begin
  perform pg_advisory_xact_lock(hashtext('open_period'));
  update period_state set closed_at = at where period = which and closed_at is null;
  if found then
    execute format('alter table %I add constraint the_period_is_closed check (false) not valid',
                   'ledger_transfer_' || replace(which, '-', '_'));
  end if;
end
$$;
