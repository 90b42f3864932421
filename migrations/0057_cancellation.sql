-- A request to cancel what was sent: camt.055. Its bytes are made when it is proposed and approved with their
-- hash, as those of a payment file are. It changes nothing of our books: only the bank's answer does
-- (camt.029, or the booking that it could no longer stop). To ask twice cancels nothing twice, so a request
-- whose way to the bank broke off is put again under the same name.
alter table file drop constraint file_kind_check;
alter table file add constraint file_kind_check
  check (kind in ('recipient-list', 'payment', 'settlement', 'report', 'outside-list', 'cancellation'));

create table cancellation_request (
  file_id         bigint primary key references file,
  message_id      text   not null unique check (message_id ~ '^[A-Z0-9-]{1,35}$'),
  payment_file_id bigint not null references file_dispatch,
  -- Of the whole file, or of the payments named in it.
  is_whole        boolean not null,
  line_count      bigint not null check (line_count > 0),
  total_vnd       bigint not null check (total_vnd > 0),
  reason          text   not null check (reason in ('CUST', 'DUPL', 'FRAD', 'TECH')),
  document        text   not null check (document <> ''),
  proposed_by     text   not null references person,
  proposed_at     timestamptz not null,
  -- The hash that the second person signed; the same as the file's.
  sha256          bytea,
  confirmed_by    text   references person,
  confirmed_at    timestamptz,
  sent_at         timestamptz,
  constraint another_person_confirms check (confirmed_by <> proposed_by),
  constraint a_confirmation_is_whole check (
    (confirmed_by is null) = (confirmed_at is null) and (confirmed_by is null) = (sha256 is null)),
  constraint only_the_confirmed_is_sent check (sent_at is null or confirmed_at is not null)
);
grant select, insert on cancellation_request to an_sinh_app;
grant update (sha256, confirmed_by, confirmed_at, sent_at) on cancellation_request to an_sinh_app;

create function check_cancellation() returns trigger
language plpgsql as $$
declare
  broken text;
begin
  broken := case
    when tg_op = 'INSERT' and (new.confirmed_by is not null or new.sent_at is not null)
      then 'a_request_is_proposed_first'
    when tg_op = 'UPDATE' and (old.confirmed_by is not null
                               and (new.confirmed_by, new.sha256) is distinct from
                                   (old.confirmed_by, old.sha256) or old.sent_at is not null)
      then 'a_request_is_confirmed_and_sent_once'
    when new.sha256 is not null
     and new.sha256 <> (select f.sha256 from file f where f.file_id = new.file_id)
      then 'confirmed_is_what_is_sent'
    when new.sent_at is null
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
create trigger check_cancellation before insert or update on cancellation_request
  for each row execute function check_cancellation();
