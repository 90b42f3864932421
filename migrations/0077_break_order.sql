-- What people have to explain is worked off by how grave it is, then by the day by which it should be decided, then by
-- number. A kind that is not weighed here cannot be opened.
create function break_severity(kind text) returns smallint
language sql immutable
return case
  -- Money has left that should not have, left twice, or is somebody else's.
  when kind in ('amount-differs', 'settled-twice', 'returned-twice', 'rejected-after-booking', 'other-channel',
                'sum-differs', 'not-instructed', 'other-payer', 'paid-both-ways') then 1
  -- Nobody can say where it is; a payee may be waiting.
  when kind in ('unknown-reference', 'returned-unbooked', 'not-answered', 'not-in-statement', 'not-settled-in-time',
                'not-acknowledged', 'statement-gap', 'set-aside') then 2
  -- It is where it should be, and the books have to say what it was.
  when kind in ('charges', 'unexplained-credit', 'returned-after-close', 'reversal') then 3
end;

alter table reconciliation_break
  add column severity smallint generated always as (break_severity(kind)) stored,
  add constraint every_kind_is_weighed check (severity is not null),
  -- Counted in working days by the calendar, which may change while the break is open. Null until it was counted, and
  -- in a year whose days off are not announced.
  add column decide_by date;
grant update (decide_by) on reconciliation_break to an_sinh_app;

create index reconciliation_break_waiting on reconciliation_break
  (severity, coalesce(decide_by, 'infinity'::date), break_id) where resolved_at is null;
create index reconciliation_break_done on reconciliation_break
  (severity, coalesce(decide_by, 'infinity'::date), break_id) where resolved_at is not null;

-- As before; an open break may be given another day.
create or replace function check_break_end() returns trigger
language plpgsql as $$
begin
  if new.resolved_at is null and (tg_op = 'INSERT' or old.resolved_at is null) then
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
