-- What the programmes beside monthly social assistance need of the law: conditions of grounds, care,
-- merit, one-off support, gifts and the uplift of pensions. The rows come from
-- migrations/reference/*.csv, each with its source; docs/law-files.md describes them.
--
-- Every amount has three dates, as in rate: the month it counts from, the day it is in force from,
-- and the day since which it is known. A draft may be simulated and is never paid.

-- What a ground asks for besides an age, and the month from which it is due (Decree 20/2021/ND-CP
-- art. 8(1)): that of the age, of the certificate of disability, or of the decision.
create table ground_condition (
  programme      text    not null,
  ground_code    text    not null,
  household      text    check (household in ('poor', 'poor_or_near_poor')),
  difficult_area boolean not null,
  -- Whether a pension or a monthly insurance allowance excludes from it.
  no_pension     boolean not null,
  starts         text    not null check (starts in ('age', 'certificate', 'decision')),
  article        text    not null,
  status         text    not null check (status in ('sourced', 'unverified', 'draft')),
  source         text    not null,
  primary key (programme, ground_code),
  foreign key (programme, ground_code) references ground
);

-- Support for who cares for somebody, and for life in an institution. The ages are in months, since
-- one of them is 36 months. The grounds of one age group take each other's place at an age.
create table care_ground (
  ground_code  text         primary key,
  programme    text         not null check (programme in ('care_support', 'institution')),
  age_group    text         not null,
  coefficient  numeric(6,3) not null check (coefficient > 0),
  months_from  smallint     check (months_from >= 0),
  months_until smallint     check (months_until > coalesce(months_from, 0)),
  -- From this age on the ground fits again.
  also_from    smallint     check (also_from > months_until),
  article      text         not null,
  name_vi      text         not null,
  name_en      text         not null,
  status       text         not null check (status in ('sourced', 'unverified', 'draft')),
  source       text         not null
);

-- The monthly amounts of people of merit stand in annexes and are not computed.
create table merit_amount (
  merit_code    text   not null,
  counts_from   date   not null,
  in_force_from date   not null,
  known_since   date   not null,
  -- 321/2026/ND-CP art. 3(2): rounded to the thousand.
  amount_vnd    bigint not null check (amount_vnd > 0 and amount_vnd % 1000 = 0),
  legal_basis   text   not null,
  name_vi       text   not null,
  name_en       text   not null,
  status        text   not null check (status in ('sourced', 'unverified', 'draft')),
  source        text   not null,
  primary key (merit_code, counts_from)
);

-- Paid once: a coefficient of a series, or an amount.
create table one_off (
  one_off_code  text    not null,
  programme     text    not null check (programme in ('funeral', 'emergency', 'merit')),
  series        text,
  coefficient   numeric(6,3) check (coefficient > 0),
  amount_vnd    bigint  check (amount_vnd > 0),
  -- Whether the law sets it as the least that is paid.
  is_minimum    boolean not null,
  rounding      text    not null check (rounding in ('none', 'thousand')),
  counts_from   date    not null,
  in_force_from date    not null,
  known_since   date    not null,
  article       text    not null,
  name_vi       text    not null,
  name_en       text    not null,
  status        text    not null check (status in ('sourced', 'unverified', 'draft')),
  source        text    not null,
  primary key (one_off_code, counts_from),
  constraint coefficient_of_a_series check ((series is null) = (coefficient is null)),
  constraint coefficient_or_amount check ((coefficient is null) <> (amount_vnd is null))
);

create table gift (
  gift_code   text   primary key,
  programme   text   not null check (programme in ('tet_gift', 'national_day_gift')),
  amount_vnd  bigint not null check (amount_vnd > 0),
  issued_on   date   not null,
  opens_on    date   not null,
  pay_by      date   not null,
  -- The end of this day is the instant at which the population database was read.
  alive_after date,
  legal_basis text   not null,
  name_vi     text   not null,
  name_en     text   not null,
  status      text   not null check (status in ('sourced', 'unverified', 'draft')),
  source      text   not null,
  constraint opens_before_it_closes check (issued_on <= opens_on and opens_on <= pay_by)
);

create table pension_uplift (
  counts_from   date    primary key,
  in_force_from date    not null,
  known_since   date    not null,
  -- The month whose pension is raised.
  base_month    text collate "C" not null check (base_month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  percent       numeric(6,3) not null check (percent > 0),
  -- For who retired before this day and still has less than the floor.
  early_before  date    not null,
  low_until_vnd bigint  not null,
  low_extra_vnd bigint  not null check (low_extra_vnd > 0),
  floor_vnd     bigint  not null check (floor_vnd > low_until_vnd),
  legal_basis   text    not null,
  status        text    not null check (status in ('sourced', 'unverified', 'draft')),
  source        text    not null
);

grant select on ground_condition, care_ground, merit_amount, one_off, gift, pension_uplift
  to an_sinh_app;
