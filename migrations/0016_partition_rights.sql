-- A million rows of one month go straight into its partition: through the parent each row is sent
-- on its way by itself, which costs as much as writing it. A partition takes no rights from its
-- parent when it is named, so it is given the same: insert and select.
create or replace function open_period(which text, at timestamptz) returns void
language plpgsql security definer set search_path = public as $$
declare
  t text;
  partition text;
  following text := to_char(to_date(which, 'YYYY-MM') + interval '1 month', 'YYYY-MM');
begin
  perform pg_advisory_xact_lock(hashtext('open_period'));
  insert into period_state values (which, at, null) on conflict do nothing;
  for t in select table_name from partitioned_table order by table_name loop
    partition := t || '_' || replace(which, '-', '_');
    if to_regclass(partition) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)',
                     partition, t, which, following);
      execute format('grant select, insert on %I to an_sinh_app', partition);
    end if;
  end loop;
end
$$;

do $$
declare
  partition text;
begin
  for partition in select c.relname from pg_class c join pg_inherits i on i.inhrelid = c.oid
                    where c.relispartition and c.relkind = 'r' loop
    execute format('grant select, insert on %I to an_sinh_app', partition);
  end loop;
end
$$;
