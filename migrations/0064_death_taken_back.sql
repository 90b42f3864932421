-- Somebody is alive of whom a register said that they had died. The death no longer counts anywhere, and
-- what was recorded stays to be seen: who told it, when it was learnt, and which change took it back.
alter table register_proposal drop constraint register_proposal_subject_check;
alter table register_proposal add constraint register_proposal_subject_check
  check (subject in ('identity', 'channel', 'payee', 'death'));
alter table register_change drop constraint register_change_subject_check;
alter table register_change add constraint register_change_subject_check
  check (subject in ('identity', 'payee', 'channel', 'enrolment', 'death'));

create table death_taken_back (
  recipient_id bigint not null,
  change_no    int    not null,
  died_on      date   not null,
  source       text   not null,
  learned_at   timestamptz not null,
  primary key (recipient_id, change_no),
  constraint death_is_taken_back_by_a_change foreign key (recipient_id, change_no)
    references register_change (recipient_id, change_no)
);
grant select on death_taken_back to an_sinh_app;

-- Takes back the death that a change names, if it is still the one on record. As the owner: the application
-- may not remove a death, and this moves it. Returns whether it did.
create function take_back_death(which bigint, change int) returns boolean
language plpgsql security definer set search_path = public as $$
begin
  with gone as (
    delete from recipient_death d
     using register_change c
     where c.recipient_id = which and c.change_no = change and c.subject = 'death'
       and d.recipient_id = which and d.died_on::text = c.old_value->>'diedOn'
    returning d.died_on, d.source, d.learned_at
  )
  insert into death_taken_back (recipient_id, change_no, died_on, source, learned_at)
  select which, change, died_on, source, learned_at from gone;
  return found;
end
$$;

alter table outside_list_row drop constraint outside_list_row_why_check;
alter table outside_list_row add constraint outside_list_row_why_check
  check (why in ('number-malformed', 'day-unreadable', 'days-disagree', 'day-not-yet', 'name-alone',
                 'name-differs', 'account-differs', 'day-differs', 'death-taken-back'));
