-- A database that comes out of a backup has forgotten what was sent since. So its life is counted in
-- epochs: each restore begins one, and while an epoch is not released nothing is claimed for sending (I37).
-- What was sent is also written outside, beside the archive (platform/sent-journal.ts), before it is put: a
-- database that does not know the last of it has been restored, whoever restored it.
create table epoch (
  epoch_no    bigint primary key check (epoch_no > 0),
  -- Restored by our own command, or found to know less than the journal does.
  cause       text   not null check (cause in ('installed', 'restored', 'found')),
  begun_at    timestamptz not null,
  -- Up to when it knows what happened; null when nobody can say.
  known_until timestamptz,
  released_by text references person,
  released_at timestamptz,
  reason      text   check (reason <> ''),
  constraint released_with_a_reason
    check ((released_by is null) = (released_at is null) and (released_by is null) = (reason is null)),
  constraint the_first_needs_no_release check (cause <> 'installed' or released_at is null)
);
insert into epoch (epoch_no, cause, begun_at) values (1, 'installed', now());
grant select, insert, update (released_by, released_at, reason) on epoch to an_sinh_app;

-- The files that the journal names and the database does not: each needs a fate before anything is sent.
create table epoch_file (
  epoch_no   bigint not null references epoch,
  sha256     bytea  not null check (octet_length(sha256) = 32),
  channel    text   not null references channel,
  name       text   not null,
  put_at     timestamptz not null,
  -- Booked as sent without being put again; or what the bank said to the person who asked.
  fate       text   check (fate in ('adopted', 'bank-has-it', 'bank-has-not')),
  decided_by text,
  decided_at timestamptz,
  primary key (epoch_no, sha256),
  constraint a_fate_is_somebodys
    check ((fate is null) = (decided_by is null) and (fate is null) = (decided_at is null))
);
grant select, insert, update (fate, decided_by, decided_at) on epoch_file to an_sinh_app;

-- What holds sending back; null when nothing does. One place says it: the rule of the dispatch, the rule
-- of the release and whoever asks why.
create function epoch_objection(of_epoch bigint) returns text
language sql stable as $$
  select case
    when exists (select from epoch_file f where f.epoch_no = of_epoch and f.fate is null)
      then 'every_sent_file_has_a_fate'
    -- The account as the bank kept it on the day of the restore, of every bank: what was sent in the time
    -- that is forgotten may be all that was ever sent.
    when exists (
      select from epoch e join channel c on c.kind = 'account'
       where e.epoch_no = of_epoch
         and not exists (select from statement s
                          where s.channel = c.channel
                            and s.day >= (e.begun_at at time zone 'Asia/Ho_Chi_Minh')::date))
      then 'statements_since_are_read'
    when exists (select from statement join settlement_file using (file_id)
                  where matched_count is null)
      then 'statements_are_reconciled'
  end
$$;

create function check_epoch() returns trigger
language plpgsql as $$
declare
  objection text;
begin
  objection := case
    when old.released_at is not null then 'released_once'
    when new.released_at is null then null
    else epoch_objection(new.epoch_no) end;
  if objection is not null then
    raise exception 'epoch % is not released: %', new.epoch_no, objection
      using errcode = 'check_violation', constraint = objection;
  end if;
  return new;
end
$$;
create trigger check_epoch before update on epoch for each row execute function check_epoch();

-- Once said it stays, as what the bank answered.
create function check_epoch_file() returns trigger
language plpgsql as $$
begin
  if old.fate is not null then
    raise exception 'the fate of file % is known', encode(old.sha256, 'hex')
      using errcode = 'check_violation', constraint = 'one_fate_a_file';
  end if;
  return new;
end
$$;
create trigger check_epoch_file before update on epoch_file
  for each row execute function check_epoch_file();

insert into dispatch_step values
  ('none', 'sent');  -- found sent after a restore: the journal names these very bytes

-- Before anything is claimed, at whatever hands. A line of which the bank has spoken before we sent it was
-- sent in a life that this database has forgotten, and is not sent again.
create function check_epoch_of_dispatch() returns trigger
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
create trigger check_epoch_of_dispatch before insert or update on file_dispatch
  for each row execute function check_epoch_of_dispatch();
