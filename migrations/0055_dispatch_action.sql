-- A dispatch that got stuck half-way, and what people may do about it.
--
-- A bank has to say within the times of its profile that it has a file, that its form is right, that it
-- will carry it out and that it has. What it does not say in time is written down once and opens a break;
-- a file of which nothing at all was heard is unknown from then on, and is never sent again by itself.
-- Three things end an unknown file: the bank says that it holds it, two persons show that it was carried
-- there by hand, or two persons show that the bank will never pay it.
insert into dispatch_step values
  ('sent', 'unknown'),      -- the time in which the bank should have said that it has it is over
  ('unknown', 'sent'),      -- the bank holds it after all, or it was carried there by hand
  ('unknown', 'withdrawn'); -- never taken, and refused if it comes yet: its lines are owed again

alter table file_dispatch drop constraint sent_has_an_instant;
-- A file that became unknown after it was sent keeps the instant.
alter table file_dispatch add constraint sent_has_an_instant check (
  case state when 'unknown' then sent_at is null or came_from = 'sent'
             when 'withdrawn' then true
             else (sent_at is not null) = (state in ('sent', 'answered')) end);

-- Whether the counterpart holds a file, each time that it was asked. The question is written down before
-- it is put: who died asking has asked.
create table dispatch_inquiry (
  file_id     bigint   not null references file_dispatch,
  inquiry_no  smallint not null check (inquiry_no > 0),
  asked_by    text     not null,
  asked_at    timestamptz not null,
  answer      text     check (answer in ('waiting', 'taken', 'absent', 'silent')),
  answered_at timestamptz,
  primary key (file_id, inquiry_no),
  constraint an_answer_has_an_instant check ((answer is null) = (answered_at is null))
);

-- What was not said in time. A file that is handed over later has other times, and may be late again.
create table missed_acknowledgement (
  file_id   bigint not null references file_dispatch,
  level     text   not null check (level in ('taken', 'checked', 'accepted', 'settled')),
  due_at    timestamptz not null,
  missed_at timestamptz not null,
  break_id  bigint not null references reconciliation_break,
  primary key (file_id, level, due_at),
  constraint nothing_is_missed_before_it_is_due check (missed_at > due_at)
);

-- What is proposed about the break of an unknown file beside its words: that it was handed over, with the
-- hash of what was carried, or that it is withdrawn. The break decides as every break does, by two persons.
create table dispatch_action (
  break_id    bigint   not null,
  proposal_no smallint not null,
  file_id     bigint   not null references file_dispatch,
  action      text     not null check (action in ('handed-over', 'withdrawn')),
  sha256      bytea,
  primary key (break_id, proposal_no),
  foreign key (break_id, proposal_no) references break_proposal,
  constraint what_was_carried_is_named check ((action = 'handed-over') = (sha256 is not null))
);

grant select, insert on dispatch_inquiry, missed_acknowledgement, dispatch_action to an_sinh_app;
grant update (answer, answered_at) on dispatch_inquiry to an_sinh_app;

create function check_inquiry() returns trigger
language plpgsql as $$
begin
  if old.answer is not null then
    raise exception 'inquiry % about file % has its answer', old.inquiry_no, old.file_id
      using errcode = 'check_violation', constraint = 'an_answer_stays';
  end if;
  return new;
end
$$;
create trigger check_inquiry before update on dispatch_inquiry
  for each row execute function check_inquiry();

create function check_dispatch_action() returns trigger
language plpgsql as $$
declare
  stands text;
  approved bytea;
  broken text;
begin
  select d.state, f.sha256 into stands, approved
    from file_dispatch d join file f using (file_id) where d.file_id = new.file_id for update of d;
  broken := case
    when not exists (select from reconciliation_break b join payment_file p on p.message_id = b.reference
                      where b.break_id = new.break_id and b.kind = 'not-answered'
                        and p.file_id = new.file_id)
      then 'an_action_is_of_the_break_of_its_file'
    when stands <> 'unknown' then 'only_the_unknown_is_acted_on'
    when new.action = 'handed-over' and new.sha256 <> approved then 'carried_is_what_was_approved'
  end;
  if broken is not null then
    raise exception 'file %: %', new.file_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$$;
create trigger check_action before insert on dispatch_action
  for each row execute function check_dispatch_action();

-- Why an unknown file may not be withdrawn at an instant, or null. A new reference for money that may be
-- on its way is how people are paid twice (I23). So the bank must refuse what comes late, the day must be
-- over, its statement must be here and everything that came must be read, and none of it may speak of the
-- file or of a line of it.
create function withdrawal_objection(which bigint, at timestamptz) returns text
language sql stable as $$
  with f as (
    select p.*, d.period, d.value_date, d.channel, c.kind, c.refuses_after_cutoff, c.payer_account
      from payment_file p
      join disbursement_batch d using (batch_id)
      join channel c using (channel)
     where p.file_id = which
  )
  select case
    when not refuses_after_cutoff then 'the_bank_refuses_what_is_late'
    when (at at time zone 'Asia/Ho_Chi_Minh')::date <= value_date
      or kind = 'account' and not exists (select from statement s
                                           where s.account = f.payer_account and s.day >= f.value_date)
      then 'its_day_is_over'
    when exists (select from settlement_file s
                  where s.channel = f.channel and s.verdict = 'accepted' and s.matched_count is null)
      then 'everything_that_came_is_read'
    when exists (select from settlement_file s
                  where s.original_message_id = f.message_id and s.verdict = 'accepted')
      or exists (select from statement_entry e
                  where e.payment_information_id = f.payment_information_id)
      or exists (select from payment_instruction i
                   join settlement_line l
                     on l.recipient_id = i.recipient_id and l.period = i.period
                    and l.end_to_end_id = i.end_to_end_id
                  where i.batch_id = f.batch_id and i.period <= f.period
                    and (i.recipient_id, i.end_to_end_id)
                        between (f.first_recipient_id, f.first_reference)
                            and (f.last_recipient_id, f.last_reference))
      then 'the_bank_has_not_spoken_of_it'
  end
  from f
$$;

create function check_dispatch_end() returns trigger
language plpgsql as $$
declare
  decided_at timestamptz;
  broken text;
begin
  select max(d.decided_at) into decided_at
    from dispatch_action a join break_decision d using (break_id, proposal_no)
   where a.file_id = new.file_id and d.decision = 'confirmed'
     and a.action = case new.state when 'sent' then 'handed-over' else 'withdrawn' end;
  broken := case
    when new.state = 'withdrawn' and decided_at is null then 'a_withdrawal_is_decided'
    when new.state = 'withdrawn' then withdrawal_objection(new.file_id, decided_at)
    when decided_at is null
     and not exists (select from dispatch_inquiry i
                      where i.file_id = new.file_id and i.answer in ('waiting', 'taken'))
      then 'an_unknown_file_is_not_sent_by_itself'
  end;
  if broken is not null then
    raise exception 'file %: %', new.file_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$$;
create trigger check_dispatch_end before update on file_dispatch
  for each row when (old.state = 'unknown' and new.state in ('sent', 'withdrawn'))
  execute function check_dispatch_end();

-- At the end of the transaction that decides: the file is where the decision puts it, and the lines of one
-- that was withdrawn have their end. While nobody knows where a file is, its break is not explained by words.
create function check_dispatch_carried_out() returns trigger
language plpgsql as $$
declare
  of_file record;
  said text;
  broken text;
begin
  select p.*, b.period, d.state into of_file
    from reconciliation_break r
    join payment_file p on p.message_id = r.reference
    join disbursement_batch b on b.batch_id = p.batch_id
    join file_dispatch d on d.file_id = p.file_id
   where r.break_id = new.break_id and r.kind = 'not-answered';
  if not found or new.decision = 'declined' then
    return null;
  end if;
  select action into said from dispatch_action
   where break_id = new.break_id and proposal_no = new.proposal_no;
  broken := case
    when of_file.state = 'unknown' then 'an_unknown_file_is_not_explained'
    when said = 'withdrawn' and of_file.state <> 'withdrawn'
      or said = 'handed-over' and of_file.state not in ('sent', 'answered')
      then 'a_decided_action_is_carried_out'
    when of_file.state = 'withdrawn'
     and exists (select from payment_instruction i
                  where i.batch_id = of_file.batch_id and i.period <= of_file.period
                    and (i.recipient_id, i.end_to_end_id)
                        between (of_file.first_recipient_id, of_file.first_reference)
                            and (of_file.last_recipient_id, of_file.last_reference)
                    and not exists (select from payment_outcome o
                                     where o.recipient_id = i.recipient_id and o.period = i.period
                                       and o.end_to_end_id = i.end_to_end_id))
      then 'withdrawn_lines_are_owed_again'
  end;
  if broken is not null then
    raise exception 'break %: %', new.break_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return null;
end
$$;
create constraint trigger check_dispatch_carried_out after insert on break_decision
  deferrable initially deferred
  for each row execute function check_dispatch_carried_out();
