-- What the headings of an office mean, said once by somebody and remembered.
--
-- A version is the whole map of the office as it then stood; none is ever changed, so that what a list
-- was read by can be told for ever. The list itself names its version.
create table heading_map (
  unit_code text        not null check (unit_code ~ '^([0-9]{2}|[0-9]{5})$'),
  version   int         not null check (version > 0),
  -- Heading or column letter, without accents and signs, to a canonical field; null for a column that
  -- nothing is read from.
  headings  jsonb       not null check (jsonb_typeof(headings) = 'object' and headings <> '{}'),
  made_by   text        not null references person,
  made_at   timestamptz not null,
  primary key (unit_code, version)
);
grant select, insert on heading_map to an_sinh_app;
