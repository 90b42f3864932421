-- A period is closed by two persons and in no other way: close_period() asks for the closing that they have
-- recorded at the same instant, which check_closing() (0042) has let through. Whoever calls it alone, owner
-- or not, is refused.
--
-- Closing the last open period opens the next one: what comes back later has to be booked somewhere (I29).
create or replace function close_period(which text, at timestamptz) returns void
language plpgsql security definer set search_path = public as $$
begin
  perform pg_advisory_xact_lock(hashtext('open_period'));
  if not exists (select from period_closing c where c.period = which and c.closed_at = at) then
    raise exception 'period % is closed by two persons', which
      using errcode = 'check_violation', constraint = 'a_period_is_closed_by_two';
  end if;
  update period_state set closed_at = at where period = which and closed_at is null;
  if found then
    execute format('alter table %I add constraint the_period_is_closed check (false) not valid',
                   'ledger_transfer_' || replace(which, '-', '_'));
    if not exists (select from period_state where closed_at is null) then
      perform open_period(to_char(to_date(max(period), 'YYYY-MM') + interval '1 month', 'YYYY-MM'), at)
         from period_state;
    end if;
  end if;
end
$$;

-- The reverse: a closing that is recorded has closed its period when its transaction ends.
create function check_closed() returns trigger
language plpgsql as $$
begin
  if not exists (select from period_state p where p.period = new.period and p.closed_at = new.closed_at) then
    raise exception 'the closing of % closes nothing', new.period
      using errcode = 'check_violation', constraint = 'a_closing_closes';
  end if;
  return null;
end
$$;
create constraint trigger check_closed after insert on period_closing
  deferrable initially deferred
  for each row execute function check_closed();
