-- What was withdrawn here and yet answered: the bank speaks of a line that this database has never sent, or answers a
-- file that it has never put. Only a database that was restored can come to that, and then the money may be paid.
create view spoken_of_unsent with (security_invoker = true) as
select i.recipient_id, i.period, i.programme, i.assessment_no, i.end_to_end_id
  from batch_state s
  join payment_instruction i on i.batch_id = s.batch_id
 where s.state = 'withdrawn'
   and (exists (select from settlement_line l
                 where l.recipient_id = i.recipient_id and l.period = i.period
                   and l.end_to_end_id = i.end_to_end_id)
        or exists (select from payment_file p
                     join settlement_file f on f.original_message_id = p.message_id
                    where p.batch_id = i.batch_id));
grant select on spoken_of_unsent to an_sinh_app;

create or replace function check_epoch_of_dispatch() returns trigger
language plpgsql as $$
declare
  now_no bigint := (select max(epoch_no) from epoch);
begin
  if new.state = 'sent' and new.came_from = 'none' then
    if not exists (select from epoch_file e join file f using (sha256)
                    where e.epoch_no = now_no and f.file_id = new.file_id and f.direction = 'out') then
      raise exception 'file % is not in the journal', new.file_id
        using errcode = 'check_violation', constraint = 'found_sent_in_the_journal';
    end if;
    return new;
  end if;
  if now_no = 1 or new.state <> 'claimed' then
    return new;
  end if;
  perform from epoch where epoch_no = now_no and released_at is not null for share;
  if not found then
    raise exception 'epoch % is not released: nothing is sent', now_no
      using errcode = 'check_violation', constraint = 'restored_is_reconciled_first';
  end if;
  if exists (select from epoch_file e join file f using (sha256)
              where f.file_id = new.file_id and f.direction = 'out'
                and e.fate is distinct from 'bank-has-not') then
    raise exception 'file % was sent before the restore', new.file_id
      using errcode = 'check_violation', constraint = 'not_sent_before_the_restore';
  end if;
  if tg_op = 'INSERT' and exists (
       select from settlement_file s join payment_file p on p.message_id = s.original_message_id
        where p.file_id = new.file_id) then
    raise exception 'file % was answered before it was sent', new.file_id
      using errcode = 'check_violation', constraint = 'bank_has_not_spoken_of_it';
  end if;
  if tg_op = 'INSERT' and exists (
       select from payment_instruction i
         join disbursement_batch b using (batch_id)
         join settlement_line l on l.recipient_id = i.recipient_id and l.period = i.period
                               and l.end_to_end_id = i.end_to_end_id
        where i.batch_id = new.batch_id and i.period <= b.period) then
    raise exception 'the bank has spoken of lines of batch %', new.batch_id
      using errcode = 'check_violation', constraint = 'bank_has_not_spoken_of_it';
  end if;
  -- A batch that was withdrawn here may have been sent in the life that was forgotten: its lines come back as the
  -- next attempt, under references that the bank has never seen.
  if tg_op = 'INSERT' and exists (
       select from payment_instruction i
         join disbursement_batch b using (batch_id)
         join spoken_of_unsent u on u.recipient_id = i.recipient_id and u.period = i.period
                                and u.programme = i.programme and u.assessment_no = i.assessment_no
        where i.batch_id = new.batch_id and i.period <= b.period and i.attempt > 1) then
    raise exception 'the bank has spoken of what batch % pays again', new.batch_id
      using errcode = 'check_violation', constraint = 'bank_has_not_spoken_of_it';
  end if;
  return new;
end
$$;
