-- Statistics from a sample of 3,000 rows in place of 30,000: what the planner needs to know of a
-- month is how many rows there are and that keys hardly repeat, and the larger sample told it no more
-- and was a twentieth of the month. A partitioned table has statistics of its own beside those of
-- its partitions, and joins are planned by them: without them a key is taken to have 200 values.
create or replace function take_statistics(of_tables text[], of_period text) returns void
language plpgsql security definer set search_path = public set default_statistics_target = 10 as $$
declare
  t text;
  filled text;
  partitioned boolean;
  -- Before version 18 the parent cannot be counted without counting every partition again.
  alone constant text := case when current_setting('server_version_num')::int >= 180000
                              then 'only' else '' end;
begin
  foreach t in array of_tables loop
    partitioned := exists (select from partitioned_table where table_name = t);
    filled := case when partitioned then t || '_' || replace(of_period, '-', '_') else t end;
    if (select pg_relation_size(c.oid) > 2 * c.relpages * current_setting('block_size')::bigint
          from pg_class c where c.oid = to_regclass(filled)) then
      execute format('analyze %I', filled);
      if partitioned then
        execute format('analyze %s %I', alone, t);
      end if;
    end if;
  end loop;
end
$$;
