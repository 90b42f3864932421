-- The second person may say no, and whoever proposed may take their request back: then nothing is sent, and
-- another one may be made. Of one payment file one request waits at a time, however often a button is pressed.
alter table cancellation_request
  add column declined_by     text references person,
  add column declined_at     timestamptz,
  add column declined_reason text,
  add constraint a_no_is_whole check (
    (declined_by is null) = (declined_at is null) and (declined_by is null) = (declined_reason is null)),
  add constraint a_no_has_a_reason check (declined_reason <> ''),
  add constraint confirmed_or_declined check (confirmed_by is null or declined_by is null);
create unique index one_request_waits on cancellation_request (payment_file_id)
  where confirmed_at is null and declined_at is null;
grant update (declined_by, declined_at, declined_reason) on cancellation_request to an_sinh_app;

create or replace function check_cancellation() returns trigger
language plpgsql as $$
declare
  broken text;
begin
  broken := case
    when tg_op = 'INSERT'
     and (new.confirmed_by is not null or new.sent_at is not null or new.declined_by is not null)
      then 'a_request_is_proposed_first'
    when tg_op = 'UPDATE' and (old.confirmed_by is not null
                               and (new.confirmed_by, new.sha256) is distinct from
                                   (old.confirmed_by, old.sha256)
                               or old.sent_at is not null or old.declined_by is not null)
      then 'a_request_is_confirmed_and_sent_once'
    when new.sha256 is not null
     and new.sha256 <> (select f.sha256 from file f where f.file_id = new.file_id)
      then 'confirmed_is_what_is_sent'
    when new.sent_at is null and new.declined_by is null
     and (select d.state from file_dispatch d where d.file_id = new.payment_file_id)
         not in ('sent', 'unknown', 'answered')
      then 'only_what_was_sent_is_cancelled'
  end;
  if broken is not null then
    raise exception 'cancellation %: %', new.file_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$$;
