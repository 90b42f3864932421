-- After a restore whose journal is lost as well, an answer to a file that was never sent here is all that
-- is left of it: refused, since nobody knows that file, and with it the lines. By its name alone it says that
-- the file was sent in the life that was forgotten. A post office has no statement that would say it otherwise.
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
  return new;
end
$$;
