-- Two records that may be one person, and what two people made of it.
--
-- Nothing is deleted and nothing is moved: the record that is given up keeps its numbers, its
-- enrolments and what it was paid, and says which record lives on. A list that names one of its
-- numbers from then on speaks of the survivor.
create table same_person_case (
  case_id   bigint primary key,
  first_id  bigint not null,
  second_id bigint not null,
  reason    text   not null check (reason in ('card_number', 'name_and_birth', 'name_and_account',
                                              'name_and_payee', 'reported')),
  opened_at timestamptz not null,
  constraint a_pair_is_looked_at_once unique (first_id, second_id),
  constraint a_pair_has_one_order check (first_id < second_id)
);

-- What somebody chose: which record survives, or that they are two. Another confirms it.
create table same_person_choice (
  case_id     bigint not null references same_person_case,
  choice_no   int    not null check (choice_no > 0),
  survivor_id bigint,
  document    text   not null check (document <> ''),
  chosen_by   text   not null references person,
  chosen_at   timestamptz not null,
  primary key (case_id, choice_no),
  constraint choice_has_one_author unique (case_id, choice_no, chosen_by)
);

create table same_person_decision (
  case_id      bigint primary key references same_person_case,
  choice_no    int    not null,
  chosen_by    text   not null,
  confirmed_by text   not null references person,
  confirmed_at timestamptz not null,
  constraint another_confirms_the_choice check (confirmed_by <> chosen_by),
  constraint decision_is_of_a_choice foreign key (case_id, choice_no, chosen_by)
    references same_person_choice (case_id, choice_no, chosen_by)
);

-- The survivor is one of the two, and decides nothing while the case is closed.
create function check_same_person_choice() returns trigger
language plpgsql as $$
begin
  if new.survivor_id is not null and not exists (
       select from same_person_case
        where case_id = new.case_id and new.survivor_id in (first_id, second_id)) then
    raise exception 'case %: the survivor is neither', new.case_id
      using errcode = 'check_violation', constraint = 'survivor_is_one_of_the_two';
  end if;
  if exists (select from same_person_decision where case_id = new.case_id) then
    raise exception 'case % is decided', new.case_id
      using errcode = 'check_violation', constraint = 'case_is_open';
  end if;
  return new;
end
$$;
create trigger check_choice before insert on same_person_choice
  for each row execute function check_same_person_choice();

create table recipient_merge (
  recipient_id bigint primary key,
  survivor_id  bigint not null,
  case_id      bigint not null,
  document     text   not null check (document <> ''),
  chosen_by    text   not null,
  confirmed_by text   not null,
  merged_at    timestamptz not null,
  constraint nobody_survives_themselves check (survivor_id <> recipient_id),
  constraint two_persons_join_records check (confirmed_by <> chosen_by)
);
create index recipient_merge_survivor on recipient_merge (survivor_id);

grant select, insert on same_person_case, same_person_choice, same_person_decision, recipient_merge
  to an_sinh_app;

-- As before, and no line pays a record that was given up: the person is paid as the survivor.
create or replace function register_objection(batch bigint, of_period text, at timestamptz) returns text
language sql stable as $$
  select case
           when exists (select from recipient_merge m
                          join payment_instruction i on i.recipient_id = m.recipient_id
                         where i.batch_id = batch and i.period <= of_period)
             then 'recipient_is_not_given_up'
           when bool_or(c.ended_on is not null) then 'account_is_of_record'
           when bool_or(c.payable_from is not null and n.told_at is null)
             then 'account_change_was_told'
           when bool_or(c.payable_from > at and s.recorded_at is null)
             then 'changed_account_has_cooled_off'
         end
    from payment_channel c
    join payment_instruction i on i.recipient_id = c.recipient_id and i.channel_no = c.channel_no
    left join channel_notice n on n.recipient_id = c.recipient_id and n.channel_no = c.channel_no
    left join channel_consent s on s.recipient_id = c.recipient_id and s.channel_no = c.channel_no
   where i.batch_id = batch and i.period <= of_period and i.bank_bin <> ''
     and (c.ended_on is not null or c.change_no is not null)
$$;
