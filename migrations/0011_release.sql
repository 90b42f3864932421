-- The way of one file to its bank. It follows the one protocol that was found safe and live when
-- every step may be the last: claim first, put, then record; after a crash put the same bytes under
-- the same references again only if the bank refuses references it has seen; otherwise ask a person.
create table dispatch_step (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into dispatch_step values
  ('none', 'claimed'),       -- intention recorded, money in transit, one holder
  ('claimed', 'claimed'),    -- taken over from a holder whose lease has ended
  ('claimed', 'sent'),       -- the counterpart has the file
  ('claimed', 'unknown'),    -- it may have it, and we may not ask by sending: a person decides
  ('claimed', 'answered'),   -- the answer was here before we had written down that we had sent
  ('unknown', 'answered'),   -- an answer came after all
  ('sent', 'answered');      -- its bank has said what became of it
grant select on dispatch_step to an_sinh_app;

create table file_dispatch (
  file_id     bigint primary key references payment_file (file_id),
  batch_id    bigint not null references disbursement_batch,
  state       text   not null,
  came_from   text   not null,
  -- The holder's number. Each taking raises it; a write with an older number changes nothing (I24).
  fence       bigint not null check (fence > 0),
  lease_owner text   not null,
  lease_until timestamptz not null,
  claimed_at  timestamptz not null,
  sent_at     timestamptz,
  constraint step_is_allowed foreign key (came_from, state) references dispatch_step,
  constraint sent_has_an_instant check ((sent_at is not null) = (state in ('sent', 'answered')))
);

-- Nothing is on its way that two people have not signed (I09), and the fence only rises.
create function check_dispatch() returns trigger
language plpgsql as $$
begin
  -- The batch is the file's own: an approved batch lends its name to no other file.
  if coalesce((select s.state from payment_file f join batch_state s using (batch_id)
                where f.file_id = new.file_id and f.batch_id = new.batch_id)
              not in ('released', 'reconciled'), true) then
    raise exception 'batch % is not approved and released', new.batch_id
      using errcode = 'check_violation', constraint = 'only_approved_is_sent';
  end if;
  if new.came_from <> coalesce(old.state, 'none') then
    raise exception 'file % is not where the step begins', new.file_id
      using errcode = 'check_violation', constraint = 'step_begins_where_it_stands';
  end if;
  if tg_op = 'UPDATE' and (new.fence < old.fence
     or (new.state = 'claimed' and new.fence = old.fence)) then
    raise exception 'file % is held by another', new.file_id
      using errcode = 'check_violation', constraint = 'fence_only_rises';
  end if;
  return new;
end
$$;
create trigger check_dispatch before insert or update on file_dispatch
  for each row execute function check_dispatch();

grant select, insert on file_dispatch to an_sinh_app;
grant update (state, came_from, fence, lease_owner, lease_until, sent_at)
  on file_dispatch to an_sinh_app;
