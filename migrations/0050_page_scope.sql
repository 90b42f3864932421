-- The second wall between units of administration. Every statement behind a page has the units of who
-- looks in its own where clause; should one forget it, the database still shows nothing of another unit.
-- Pages are read as an_sinh_web, which may read and nothing else, and sees of these tables the rows of
-- the units in an_sinh.scope: without the setting none at all. Jobs, flows and terminals work as
-- an_sinh_app, for which nothing changes. Why these tables and no others: decision 15.
do $$
begin
  create role an_sinh_web nologin;
exception
  when duplicate_object or unique_violation then null;
end
$$;
grant an_sinh_web to current_user;
grant usage on schema public to an_sinh_web;
grant select on all tables in schema public to an_sinh_web;
alter default privileges in schema public grant select on tables to an_sinh_web;
-- What shows who somebody is, is on no page.
revoke select on credential, code_use, session, try_count from an_sinh_web;

-- By what a person can show who they are, and nothing of it: for the page of administrators.
create function person_credential(who text) returns text
language sql stable security definer set search_path = public as $$
  select case when code_secret is null or one_time_until is not null then 'one-time' else 'own' end
    from credential where person_id = who
$$;

-- Whether a unit is among those of who looks.
create function is_in_scope(unit text) returns boolean
language sql stable as $$
  select current_setting('an_sinh.scope', true) is not null
     and (unit = any (string_to_array(current_setting('an_sinh.scope', true), ','))
          or 'VN' = any (string_to_array(current_setting('an_sinh.scope', true), ',')))
$$;

-- Puts the wall before every table that says its province and has none yet. The program calls it after
-- the migrations, so that a table which comes later is not forgotten.
create function wall_off_units() returns void
language plpgsql as $$
declare
  t regclass;
begin
  for t in select c.oid::regclass from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
              and not c.relispartition and not c.relrowsecurity
              and exists (select from pg_attribute a
                           where a.attrelid = c.oid and a.attname = 'province_code'
                             and not a.attisdropped) loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy for_the_house on %s to an_sinh_app using (true) with check (true)', t);
    execute format('create policy own_units on %s for select to an_sinh_web
                      using (is_in_scope(province_code))', t);
  end loop;
end
$$;
revoke execute on function wall_off_units() from public;
select wall_off_units();

-- What hangs on a batch is behind the batch.
do $$
declare
  t text;
begin
  foreach t in array array['batch_state', 'batch_maker', 'batch_result', 'payment_file', 'approval'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy for_the_house on %I to an_sinh_app using (true) with check (true)', t);
    execute format('create policy own_batches on %I for select to an_sinh_web
                      using (exists (select from disbursement_batch b
                                      where b.batch_id = %I.batch_id))', t, t);
  end loop;
end
$$;
