-- How the law changes: a decree is proposed as a file by one rate officer, previewed, and loaded by the
-- approval of another. Nobody writes the tables of the law otherwise: the application has no right to,
-- and the function below, which runs as the owner, loads what was approved and nothing else.
--
-- What was paid is never recomputed by another figure: an amount with dates is not rewritten. A new
-- amount for a month that has one stands beside it and is known later; the difference becomes arrears.

-- 1. Two amounts may stand for one month: the one that is known last governs.
alter table rate drop constraint rate_pkey;
alter table rate add constraint rate_pkey primary key (series, scope, counts_from, known_since);
alter table merit_amount drop constraint merit_amount_pkey;
alter table merit_amount
  add constraint merit_amount_pkey primary key (merit_code, counts_from, known_since);
alter table one_off drop constraint one_off_pkey;
alter table one_off add constraint one_off_pkey primary key (one_off_code, counts_from, known_since);
alter table pension_uplift drop constraint pension_uplift_pkey;
alter table pension_uplift
  add constraint pension_uplift_pkey primary key (counts_from, known_since);

-- 2. A provincial council may add a group (Decree 20/2021/ND-CP art. 4(3)).
alter table ground add column scope text not null default 'VN';
alter table ground add constraint scope_is_the_nation_or_a_province check (scope ~ '^(VN|[0-9]{2})$');

-- 3. A draft may be simulated and is never paid: the tables that are paid on cannot hold one. It lives
-- as a proposal until the document is issued.
delete from rate where status = 'draft';
alter table rate add constraint a_draft_is_never_paid check (status <> 'draft');
alter table ground_condition add constraint a_draft_is_never_paid check (status <> 'draft');
alter table care_ground add constraint a_draft_is_never_paid check (status <> 'draft');
alter table merit_amount add constraint a_draft_is_never_paid check (status <> 'draft');
alter table one_off add constraint a_draft_is_never_paid check (status <> 'draft');
alter table gift add constraint a_draft_is_never_paid check (status <> 'draft');
alter table pension_uplift add constraint a_draft_is_never_paid check (status <> 'draft');

-- 4. The reference tables that a proposal may change, and how. The words of a row are what nothing is
-- computed from. Of a table with figures no figure is rewritten; the others may be corrected whole.
create table law_table (
  table_name  text    primary key,
  has_figures boolean not null,
  -- Whether its rows say since when they are known.
  is_dated    boolean not null,
  constraint what_is_dated_has_figures check (has_figures or not is_dated)
);
insert into law_table values
  ('rate', true, true), ('merit_amount', true, true), ('one_off', true, true),
  ('pension_uplift', true, true), ('ground', true, false), ('ground_condition', true, false),
  ('care_ground', true, false), ('gift', true, false), ('calendar_day', false, false),
  ('bank', false, false);
grant select on law_table to an_sinh_app;

-- The words of a row: what nothing is computed from.
create function law_words() returns text[]
language sql immutable as $$
  select array['legal_basis', 'article', 'status', 'source', 'name_vi', 'name_en']
$$;

-- One hash of all that stands, so that a preview is known to be of the law that is being changed.
create function law_hash() returns bytea
language plpgsql stable as $$
declare
  t text;
  part bytea;
  parts bytea := '';
begin
  for t in select table_name from law_table order by table_name loop
    execute format('select sha256(convert_to(coalesce(string_agg(to_jsonb(x)::text, chr(10)
                      order by to_jsonb(x)::text), %L), %L)) from %I x', '', 'UTF8', t)
       into part;
    parts := parts || part;
  end loop;
  return sha256(parts);
end
$$;

-- 5. A proposal: the file as it came, its rows by table, and what it would do. Frozen: the application
-- may insert and read.
create table decree (
  decree_id   bigint primary key,
  -- A decree adds. A correction may say another amount for a month that has one, and other words.
  kind        text  not null check (kind in ('decree', 'correction')),
  number      text  not null check (number <> ''),
  title_vi    text  not null check (title_vi <> ''),
  title_en    text  not null check (title_en <> ''),
  file_name   text  not null,
  content     bytea not null,
  sha256      bytea not null,
  rows        jsonb not null check (jsonb_typeof(rows) = 'object' and rows <> '{}'),
  -- What was simulated, and against which law.
  preview     jsonb not null,
  law_hash    bytea not null check (octet_length(law_hash) = 32),
  proposed_by text  not null references person,
  proposed_at timestamptz not null,
  constraint sha256_is_of_the_content check (sha256 = sha256(content)),
  -- What an approval refers to.
  constraint decree_as_proposed unique (decree_id, proposed_by, sha256)
);
grant select, insert on decree to an_sinh_app;

create table decree_approval (
  decree_id   bigint primary key references decree,
  proposed_by text  not null,
  sha256      bytea not null,
  approved_by text  not null references person,
  approved_at timestamptz not null,
  -- The day since which its rows are known: no earlier than the approval, and later than every day on
  -- which months were settled without it.
  known_since date  not null,
  constraint approver_is_not_proposer check (approved_by <> proposed_by),
  constraint approver_signs_what_was_proposed
    foreign key (decree_id, proposed_by, sha256) references decree (decree_id, proposed_by, sha256)
);
grant select, insert on decree_approval to an_sinh_app;

-- What a correction replaced: words of a row of the law, or any column of a day or of a bank.
create table law_correction (
  decree_id  bigint not null references decree_approval,
  table_name text   not null references law_table,
  row_no     int    not null,
  was        jsonb  not null,
  becomes    jsonb  not null,
  primary key (decree_id, table_name, row_no)
);
grant select on law_correction to an_sinh_app;

-- Whether a person may change the law of a scope: a rate officer of it, or of the nation. The rates of
-- the nation any rate officer of the installation may load, for they are published.
create function is_rate_officer(person text, scopes text[]) returns boolean
language sql stable as $$
  select exists (
    select from person p join person_role r using (person_id)
     where p.person_id = person and p.active and r.role = 'rate_officer' and r.revoked_at is null
       and (r.unit_code = 'VN' or array_remove(scopes, 'VN') <@ array[r.unit_code]))
$$;

-- The provinces and the nation whose law the rows of a proposal change.
create function scopes_of(rows jsonb) returns text[]
language sql immutable as $$
  select coalesce(array_agg(distinct coalesce(row ->> 'scope', 'VN')), '{}')
    from jsonb_each(rows) t, jsonb_array_elements(t.value) row
$$;

create function refuse_decree(which bigint, rule text) returns void
language plpgsql as $$
begin
  raise exception 'decree % refused: %', which, rule using errcode = 'check_violation', constraint = rule;
end
$$;

create function check_decree() returns trigger
language plpgsql as $$
declare
  t text;
begin
  if not is_rate_officer(new.proposed_by, scopes_of(new.rows)) then
    perform refuse_decree(new.decree_id, 'proposer_is_entitled');
  end if;
  for t in select jsonb_object_keys(new.rows) loop
    if not exists (select from law_table where table_name = t) then
      perform refuse_decree(new.decree_id, 'rows_are_of_the_law');
    end if;
  end loop;
  return new;
end
$$;
create trigger check_decree before insert on decree for each row execute function check_decree();

-- The columns of a table, or those of its primary key, in order; with a prefix, as a list.
create function columns_of(t text, of_key boolean, prefix text) returns text
language sql stable as $$
  select string_agg(prefix || quote_ident(a.attname), ', ' order by a.attnum)
    from pg_attribute a
    left join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
   where a.attrelid = t::regclass and a.attnum > 0 and not a.attisdropped
     and (not of_key or i.indrelid is not null)
$$;

-- Loads the rows of a proposal into one table. A decree only adds. Of a correction, a row that stands
-- with the same figures is given the new words, and one with other figures is added beside it, known
-- since a later day; where rows have figures and no dates, those are not changed at all.
create function load_law(which bigint, t law_table, incoming jsonb, corrects boolean, known date)
returns void
language plpgsql as $$
declare
  -- Each incoming row as its table reads it, beside the row that stands under its key.
  compared text := format($f$
    select x.no, to_jsonb(r) as becomes, to_jsonb(o) as was,
           to_jsonb(o) - law_words() = to_jsonb(r) - law_words() as only_words
      from jsonb_array_elements($1) with ordinality x (row, no)
     cross join lateral jsonb_populate_record(null::%1$I, x.row) r
      left join %1$I o on (%2$s) = (%3$s)$f$,
    t.table_name, columns_of(t.table_name, true, 'o.'), columns_of(t.table_name, true, 'r.'));
  key_without_days text[];
  is_refused boolean;
begin
  if not corrects then
    -- Whenever it was known: that a month has an amount already is for a correction to say.
    select array_agg(k) into key_without_days
      from unnest(string_to_array(columns_of(t.table_name, true, ''), ', ')) k
     where k <> 'known_since';
    execute format('select exists (select from jsonb_populate_recordset(null::%1$I, $1) r
                                     join %1$I o using (%2$s))',
                   t.table_name, array_to_string(key_without_days, ', '))
      into is_refused using incoming;
    if is_refused then perform refuse_decree(which, 'a_decree_only_adds'); end if;
  elsif t.has_figures and not t.is_dated then
    execute format('select coalesce(bool_or(not only_words), false) from (%s) n', compared)
      into is_refused using incoming;
    if is_refused then perform refuse_decree(which, 'figures_are_not_rewritten'); end if;
  end if;

  execute format('insert into law_correction
                  select $2, %L, no, was, becomes from (%s) n
                   where was <> becomes and (only_words or not $3)', t.table_name, compared)
    using incoming, which, t.has_figures;
  execute format($f$
    insert into %1$I
    select (jsonb_populate_record(null::%1$I, becomes || case when $2 then jsonb_build_object(
             'known_since', greatest((becomes ->> 'known_since')::date, $3)) else '{}' end)).*
      from (%2$s) n
     where was is null or ($2 and not only_words)$f$, t.table_name, compared)
    using incoming, t.is_dated, known;
  execute format('update %1$I o set (%2$s) = row(%3$s)
                    from law_correction c
                   cross join lateral jsonb_populate_record(null::%1$I, c.becomes) r
                   where c.decree_id = $1 and c.table_name = %4$L and (%5$s) = (%6$s)',
                 t.table_name, columns_of(t.table_name, false, ''),
                 columns_of(t.table_name, false, 'r.'), t.table_name,
                 columns_of(t.table_name, true, 'o.'), columns_of(t.table_name, true, 'r.'))
    using which;
end
$$;

-- An approval loads the decree, in the order in which its tables refer to each other, or is refused by
-- the name of a rule. The audit log says on which day months were last settled.
create function enact_decree() returns trigger
language plpgsql security definer set search_path = public as $$
declare
  d decree;
  t law_table;
begin
  -- One after the other, so that each is held against the law that the one before has left.
  perform pg_advisory_xact_lock(hashtext('enact_decree'));
  select * into strict d from decree where decree_id = new.decree_id;
  if d.rows @? '$.*[*] ? (@.status == "draft")' then
    perform refuse_decree(d.decree_id, 'a_draft_is_not_loaded');
  elsif not is_rate_officer(new.approved_by, scopes_of(d.rows)) then
    perform refuse_decree(d.decree_id, 'approver_is_entitled');
  elsif d.law_hash <> law_hash() then
    perform refuse_decree(d.decree_id, 'law_is_as_previewed');
  elsif exists (select from audit_event
                 where action = 'period-assessed' and (facts ->> 'assessed_on')::date >= new.known_since)
  then
    perform refuse_decree(d.decree_id, 'known_after_what_was_settled');
  end if;
  for t in select * from law_table where d.rows ? table_name
            order by table_name <> 'ground', table_name loop
    perform load_law(d.decree_id, t, d.rows -> t.table_name, d.kind = 'correction', new.known_since);
  end loop;
  return null;
end
$$;
create trigger enact_decree after insert on decree_approval
  for each row execute function enact_decree();
