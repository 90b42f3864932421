-- What becomes of a line that nobody could explain: who looks into it, what two persons decide, and the
-- transfer that the decision makes. Nothing is adjusted by code (I28).
--
-- Money that stands on the account and not in the ledger lies in suspense until then. A decision says two
-- things. The fate of the instruction, where it has none or another: it counts as paid, as not paid, as
-- returned. And where the rest goes that the account holds beyond what the ledger then says: who owes it
-- to us, or to whom we owe it. Both are written with the decision or none is.

-- The kinds, and within how many working days a person should have decided.
create table break_kind (
  kind         text primary key,
  working_days smallint not null check (working_days > 0)
);
insert into break_kind values
  ('unknown-reference', 3), ('amount-differs', 3), ('settled-twice', 2), ('returned-twice', 3),
  ('returned-unbooked', 3), ('rejected-after-booking', 2), ('not-answered', 2), ('other-channel', 2),
  ('not-in-statement', 2), ('sum-differs', 2),
  -- Not said by a line of a file that was matched, but found when a day is looked at as a whole.
  ('not-instructed', 1),       -- the account was debited for nothing of ours
  ('charges', 10),             -- the bank has taken a fee
  ('unexplained-credit', 5),   -- money came in and nobody has said what it is
  ('not-settled-in-time', 2),  -- days after the value date the bank has not booked it all
  ('not-acknowledged', 5),     -- a list was handed over and nobody has reported on it
  ('statement-gap', 1),        -- a statement does not follow the last one
  ('other-payer', 1),          -- a file or its money is another payer's
  ('returned-after-close', 10),-- it came back after its month was closed, and is booked into the open one
  ('paid-both-ways', 1);       -- handed over in cash, and transferred as well
grant select on break_kind to an_sinh_app;

alter table reconciliation_break drop constraint reconciliation_break_kind_check;
alter table reconciliation_break add constraint break_is_of_a_kind foreign key (kind) references break_kind;
create index reconciliation_break_reference on reconciliation_break (reference);

-- Who looks into it. The last assignment counts; the ones before are its history.
create table break_assignment (
  break_id      bigint   not null references reconciliation_break,
  assignment_no smallint not null check (assignment_no > 0),
  owner         text     not null references person,
  note          text     not null,
  assigned_by   text     not null references person,
  assigned_at   timestamptz not null,
  primary key (break_id, assignment_no)
);

-- Where money in suspense may go: each with its two accounts. Money that left the account stands in
-- suspense as a debit, money that came in as a credit.
create table break_outcome (
  outcome        text primary key,
  moves          text not null check (moves in ('out', 'in')),
  debit_account  text not null,
  credit_account text not null,
  constraint suspense_is_one_side check (
    moves = 'out' and credit_account = 'suspense' and debit_account <> 'suspense' or
    moves = 'in' and debit_account = 'suspense' and credit_account <> 'suspense'),
  constraint outcome_has_two_accounts unique (outcome, moves, debit_account, credit_account)
);
insert into break_outcome values
  ('bank-owes',         'out', 'owed_by_bank',      'suspense'),  -- debited too much or for nothing
  ('recipient-owes',    'out', 'owed_by_recipient', 'suspense'),  -- the payee has it and is not due it
  ('charged',           'out', 'charges',           'suspense'),  -- a fee that the contract allows
  ('others-repaid',     'out', 'owed_to_others',    'suspense'),  -- another's money has left us again
  ('bank-took',         'out', 'owed_to_bank',      'suspense'),  -- the bank has booked what we owed it
  ('lost',              'out', 'losses',            'suspense'),  -- nobody will pay it back
  ('bank-repaid',       'in',  'suspense', 'owed_by_bank'),
  ('recipient-repaid',  'in',  'suspense', 'owed_by_recipient'),
  ('others-money',      'in',  'suspense', 'owed_to_others'),
  ('owed-to-bank',      'in',  'suspense', 'owed_to_bank'),       -- the bank has not taken what is paid
  ('topped-up',         'in',  'suspense', 'funding');            -- the treasury has filled the account
grant select on break_outcome to an_sinh_app;

-- What somebody proposes. Another proposal has the next number; one that was declined stays.
create table break_proposal (
  break_id    bigint   not null references reconciliation_break,
  proposal_no smallint not null check (proposal_no between 1 and 99),
  fate        text     check (fate in ('paid', 'not-paid', 'returned')),
  outcome     text     references break_outcome,
  -- The instruction whose fate it is, and what was instructed.
  recipient_id   bigint,
  period         text collate "C",
  instructed_vnd bigint,
  -- The earlier break that this one settles, such as the debit that the bank has now paid back.
  settles     bigint   references reconciliation_break,
  reason      text     not null check (reason <> ''),
  document    text     not null check (document <> ''),
  proposed_by text     not null references person,
  proposed_at timestamptz not null,
  primary key (break_id, proposal_no),
  constraint a_break_proposal_has_one_author unique (break_id, proposal_no, proposed_by),
  constraint a_fate_is_of_an_instruction check (
    (fate is null) = (recipient_id is null) and (fate is null) = (period is null) and
    (fate is null) = (instructed_vnd is null)),
  constraint a_break_settles_another check (settles <> break_id)
);

create table break_decision (
  break_id    bigint   not null,
  proposal_no smallint not null,
  decision    text     not null check (decision in ('confirmed', 'declined')),
  reason      text     not null,
  proposed_by text     not null,
  decided_by  text     not null references person,
  decided_at  timestamptz not null,
  primary key (break_id, proposal_no),
  constraint another_person_decides check (decided_by <> proposed_by),
  constraint a_no_has_a_reason check (decision = 'confirmed' or reason <> ''),
  constraint decision_is_of_a_proposal foreign key (break_id, proposal_no, proposed_by)
    references break_proposal (break_id, proposal_no, proposed_by)
);
create unique index a_break_is_resolved_once on break_decision (break_id) where decision = 'confirmed';

-- The ledger of the house: what lay in suspense and belongs to no recipient. The period is that of the
-- books, and an open one.
create table house_transfer (
  transfer_no    bigint primary key,
  break_id       bigint not null references reconciliation_break,
  account        text   not null,
  outcome        text   not null,
  moves          text   not null,
  debit_account  text   not null,
  credit_account text   not null,
  amount_vnd     bigint not null constraint a_house_transfer_moves_money check (amount_vnd > 0),
  booked_on      date   not null,
  period         text collate "C" not null references period_state,
  constraint a_break_is_booked_once unique (break_id),
  constraint accounts_are_those_of_the_outcome
    foreign key (outcome, moves, debit_account, credit_account)
    references break_outcome (outcome, moves, debit_account, credit_account)
);

grant select, insert on break_assignment, break_proposal, break_decision, house_transfer to an_sinh_app;

-- An outcome that two persons decided comes from no file, and names the break instead.
alter table payment_outcome add column break_id bigint;
alter table payment_outcome add constraint a_decided_outcome_has_its_break
  check ((file_id = 0) = (break_id is not null));
alter table payment_return add column break_id bigint;
alter table payment_return add constraint a_decided_return_has_its_break
  check ((file_id = 0) = (break_id is not null));

-- What each break says of the account: gap_vnd is what the bank has booked beyond our books because of it,
-- negative where money left. A break about cash, a status or a silence says nothing of the account.
create view break_gap as
with line as not materialized (
  select b.break_id, c.payer_account as account, l.booked_on, l.kind as direction, l.entry_reference,
         case when l.kind = 'debit' then -l.amount_vnd else l.amount_vnd end as gap_vnd
    from reconciliation_break b
    join settlement_file f on f.file_id = b.file_id
    join channel c on c.channel = f.channel and c.kind = 'account'
    join settlement_line l
      on l.file_id = b.file_id and l.line_no = b.line_no and l.period = b.period
     and l.kind in ('debit', 'credit')
)
select break_id, account, booked_on, direction, entry_reference,
       null::text as payment_information_id, gap_vnd
  from line
union all
-- An entry of the account that nothing of ours explains.
select b.break_id, e.account, e.booked_on, e.direction, e.entry_reference, null,
       case when e.direction = 'debit' then -e.amount_vnd else e.amount_vnd end
  from reconciliation_break b
  join statement_entry e
    on e.entry_reference = b.reference and e.amount_vnd = b.amount_vnd
   and e.direction = case b.kind when 'unexplained-credit' then 'credit' else 'debit' end
 where b.kind in ('not-instructed', 'charges', 'unexplained-credit') and b.file_id is null
union all
-- The sum of a file, beyond what its lines and their own breaks explain.
select b.break_id, c.payer_account, coalesce(e.booked_on, d.value_date), 'debit', null, b.reference,
       (o.settled_vnd - coalesce(e.vnd, 0) - coalesce(x.vnd, 0))::bigint
  from reconciliation_break b
  join payment_file p on p.payment_information_id = b.reference
  join disbursement_batch d on d.batch_id = p.batch_id
  join channel c on c.channel = d.channel
  left join lateral (
         select sum(e.amount_vnd) as vnd, min(e.booked_on) as booked_on,
                array_agg(e.entry_reference) as entries
           from statement_entry e
          where e.payment_information_id = p.payment_information_id and e.direction = 'debit') e on true
  left join lateral (
         select coalesce(sum(o.reported_vnd), 0) as settled_vnd
           from payment_outcome o
          where o.batch_id = p.batch_id and o.outcome = 'settled' and o.file_id > 0
            and o.period <= d.period
            and (o.recipient_id, o.end_to_end_id)
                between (p.first_recipient_id, p.first_reference)
                    and (p.last_recipient_id, p.last_reference)) o on true
  left join lateral (
         select sum(l.gap_vnd) as vnd from line l
          where l.direction = 'debit' and l.entry_reference = any (e.entries)) x on true
 where b.kind = 'sum-differs' and b.file_id is null;
grant select on break_gap to an_sinh_app;

-- The account as its bank keeps it beside our books and the breaks, in the smallest parts that can be told
-- apart: the debits of one file, one other debit, one credit. In dong, out is negative. What waits has not
-- been said to the end: the batch is open, or the message with the names has not come.
create view account_tie as
with entry as (
  select e.account, e.direction, e.entry_reference, e.booked_on, p.batch_id, p.part_no,
         case when e.direction = 'debit' then -e.amount_vnd else e.amount_vnd end as vnd,
         coalesce(p.payment_information_id, e.entry_reference) as part,
         f.matched_count is null as is_unread
    from statement_entry e
    join statement s using (account, sequence_no)
    join settlement_file f on f.file_id = s.file_id
    left join payment_file p
      on p.payment_information_id = e.payment_information_id and e.direction = 'debit'
),
part as (
  select account, direction, part, min(booked_on) as day, sum(vnd)::bigint as bank_vnd,
         bool_or(is_unread) as is_unread, max(batch_id) as batch_id, max(part_no) as part_no
    from entry group by 1, 2, 3
  union all
  -- A file of a finished batch of which the account shows nothing.
  select c.payer_account, 'debit', p.payment_information_id, d.value_date, 0, false, p.batch_id,
         p.part_no
    from payment_file p
    join disbursement_batch d using (batch_id)
    join channel c on c.channel = d.channel and c.kind = 'account'
   where not exists (select from entry e where e.part = p.payment_information_id)
),
credited as (
  select f.channel, l.entry_reference, count(*) as lines,
         coalesce(sum(r.reported_vnd), 0)::bigint as book_vnd
    from settlement_line l
    join settlement_file f on f.file_id = l.file_id and f.matched_count is not null
    left join payment_return r
      on r.recipient_id = l.recipient_id and r.period = l.period
     and r.end_to_end_id = l.end_to_end_id and r.file_id = l.file_id and r.line_no = l.line_no
   where l.kind = 'credit'
   group by 1, 2
),
gap as (
  select g.account, g.direction, coalesce(g.payment_information_id, e.part) as part,
         sum(g.gap_vnd)::bigint as vnd,
         coalesce(sum(g.gap_vnd) filter (where b.resolved_at is null), 0)::bigint as open_vnd
    from break_gap g
    join reconciliation_break b using (break_id)
    left join entry e
      on e.account = g.account and e.direction = g.direction and e.entry_reference = g.entry_reference
   where g.payment_information_id is not null or e.part is not null
   group by 1, 2, 3
)
select p.account, p.day, p.direction, p.part, p.batch_id, p.bank_vnd,
       coalesce(-o.vnd, n.book_vnd, 0)::bigint as book_vnd,
       coalesce(g.vnd, 0)::bigint as break_vnd, coalesce(g.open_vnd, 0)::bigint as open_vnd,
       case when p.batch_id is not null then coalesce(s.state, '') <> 'reconciled'
            when p.direction = 'credit' then n.lines is null and g.vnd is null
            else p.is_unread end as waits
  from part p
  left join batch_state s on s.batch_id = p.batch_id
  left join payment_file f on f.batch_id = p.batch_id and f.part_no = p.part_no
  left join disbursement_batch d on d.batch_id = p.batch_id
  left join lateral (
         select sum(o.reported_vnd) as vnd from payment_outcome o
          where o.batch_id = p.batch_id and o.outcome = 'settled' and o.file_id > 0
            and o.period <= d.period
            and (o.recipient_id, o.end_to_end_id)
                between (f.first_recipient_id, f.first_reference)
                    and (f.last_recipient_id, f.last_reference)) o on true
  left join (select c.payer_account as account, x.entry_reference, sum(x.lines) as lines,
                    sum(x.book_vnd)::bigint as book_vnd
               from credited x join channel c on c.channel = x.channel
              group by 1, 2) n
    on p.direction = 'credit' and n.account = p.account and n.entry_reference = p.part
  left join gap g on g.account = p.account and g.direction = p.direction and g.part = p.part;
grant select on account_tie to an_sinh_app;

-- A break ends by a decision of two persons and in no other way, once.
create function check_break_end() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.resolved_at is null then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.resolved_at is not null
     or not exists (select from break_decision d
                     where d.break_id = new.break_id and d.decision = 'confirmed'
                       and d.proposed_by = new.resolved_by and d.decided_by = new.confirmed_by
                       and d.decided_at = new.resolved_at) then
    raise exception 'break % ends by a decision', new.break_id
      using errcode = 'check_violation', constraint = 'a_break_ends_by_decision';
  end if;
  return new;
end
$$;
create trigger check_end before insert or update on reconciliation_break
  for each row execute function check_break_end();

-- At the end of the transaction that decides, everything the decision says has been written: the break
-- has ended, the instruction has its fate, and what the account holds beyond the books has left suspense,
-- to the dong. An instruction of which nothing is known is not explained by words.
create function check_resolution() returns trigger
language plpgsql as $$
declare
  b reconciliation_break;
  p break_proposal;
  of_account text;
  rest bigint;
  moved bigint;
  broken text;
begin
  if new.decision = 'declined' then
    return null;
  end if;
  select * into strict b from reconciliation_break where break_id = new.break_id;
  select * into strict p from break_proposal
   where break_id = new.break_id and proposal_no = new.proposal_no;
  select coalesce(sum(gap_vnd), 0) into rest from break_gap where break_id = new.break_id;
  if p.fate is not null then
    select c.payer_account into of_account
      from payment_instruction i
      join disbursement_batch d on d.batch_id = i.batch_id
      join channel c on c.channel = d.channel and c.kind = 'account'
     where i.recipient_id = p.recipient_id and i.period = p.period and i.end_to_end_id = b.reference;
    -- What is decided to be paid is taken from the account by our books, whatever the bank has done.
    if of_account is not null and p.fate = 'paid' then rest := rest + p.instructed_vnd; end if;
    if of_account is not null and p.fate = 'returned' then rest := rest - p.instructed_vnd; end if;
  end if;
  select coalesce(sum(case moves when 'out' then -amount_vnd else amount_vnd end), 0) into moved
    from house_transfer where break_id = new.break_id;
  broken := case
    when b.resolved_at is null then 'a_decision_ends_the_break'
    when rest <> moved then 'a_resolution_moves_its_money'
    when p.fate = 'returned'
     and not exists (select from payment_return r
                      where r.recipient_id = p.recipient_id and r.period = p.period
                        and r.end_to_end_id = b.reference and r.break_id = b.break_id
                        and r.instructed_vnd = p.instructed_vnd)
      or p.fate in ('paid', 'not-paid')
     and not exists (select from payment_outcome o
                      where o.recipient_id = p.recipient_id and o.period = p.period
                        and o.end_to_end_id = b.reference and o.break_id = b.break_id
                        and o.instructed_vnd = p.instructed_vnd
                        and o.outcome = case p.fate when 'paid' then 'settled' else 'unpaid' end)
      then 'a_decided_fate_is_written'
    when p.fate is null and b.kind = 'not-answered' and b.batch_id is not null
     and exists (select from payment_instruction i
                  where i.batch_id = b.batch_id and i.period = b.period
                    and i.end_to_end_id = b.reference
                    and not exists (select from payment_outcome o
                                     where o.recipient_id = i.recipient_id and o.period = i.period
                                       and o.end_to_end_id = i.end_to_end_id))
      then 'silence_is_not_explained'
  end;
  if broken is not null then
    raise exception 'break %: % of % dong moved: %', new.break_id, moved, rest, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return null;
end
$$;
create constraint trigger check_resolution after insert on break_decision
  deferrable initially deferred
  for each row execute function check_resolution();

-- The books of the house are closed with the period, too (I29). Runs as the owner, because only who may
-- update a row may hold it.
create function check_house_period() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  perform 1 from period_state where period = new.period and closed_at is null for share;
  if not found then
    raise exception 'period % takes no transfer', new.period
      using errcode = 'check_violation', constraint = 'the_period_is_closed';
  end if;
  return new;
end
$$;
create trigger check_period before insert on house_transfer
  for each row execute function check_house_period();
