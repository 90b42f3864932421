-- What became of a unit of administration, and the places that citizen numbers name.
--
-- A code is read by the day of its document: 82 was Tiền Giang and is Đồng Tháp. An old commune may
-- have gone to several new ones, and then its code alone does not say where somebody lives now.

-- The same rule as before, told by numbers: a tree over text took 2.4 times as long to fill, and there are
-- thirteen thousand units. The length tells a province from a commune.
alter table administrative_unit
  add constraint a_code_has_its_length
    check (is_digits(unit_code, case when kind = 'province' then 2 else 5 end));
alter table administrative_unit drop constraint one_meaning_a_day;
alter table administrative_unit
  add constraint one_meaning_a_day exclude using gist
    ((unit_code::int) with =, (length(unit_code)) with =, daterange(valid_from, valid_until) with &&);

create table unit_succession (
  kind       text not null check (kind in ('province', 'commune')),
  from_code  text not null,
  to_code    text not null,
  changed_on date not null,
  -- Whether all of the old unit went there, or a part of it, as far as the source says.
  part       text not null check (part in ('whole', 'part', 'not_said')),
  source     text not null,
  primary key (kind, from_code, changed_on, to_code)
);

-- The first three digits of a citizen number: where the birth was registered, never the residence.
-- They outlive the province. A code that is not here is a country, for births abroad.
create table birth_place (
  place_code       text primary key check (is_digits(place_code, 3)),
  name             text not null,
  current_province text not null,
  source           text not null
);

grant select on unit_succession, birth_place to an_sinh_app;
