-- What one payment costs the payer, by the way it goes: what a post office takes for handing over cash, what a bank
-- takes for a transfer, each as the contract or the text has it from a day on. Nothing is known until somebody
-- records it with its source, and what is not recorded is not guessed: the report then says so.
create table payment_fee (
  channel_kind text   not null check (channel_kind in ('account', 'cash_post')),
  counts_from  date   not null,
  -- Dong a payment; nothing is a fee too, where a bank has agreed to it.
  fee_vnd      bigint not null constraint a_fee_is_not_negative check (fee_vnd between 0 and 1000000),
  source       text   not null constraint a_fee_has_a_source check (source ~ '\S'),
  recorded_by  text   not null,
  recorded_at  timestamptz not null,
  constraint one_fee_a_day primary key (channel_kind, counts_from)
);
grant select, insert on payment_fee to an_sinh_app;
