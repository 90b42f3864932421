-- What the law and the country say: programmes, units, banks, days, rates, grounds. The rows come
-- from migrations/reference/*.csv, each with its source, loaded by the role that migrates.
create table programme (
  programme text primary key,
  letters   text not null unique check (letters ~ '^[A-Z]{2}$'),
  name_vi   text not null,
  name_en   text not null,
  -- What happens to an amount whose account is not proven this month.
  unproven  text not null check (unproven in ('cash', 'hold'))
);
insert into programme values
  ('social_assistance', 'TG', 'Trợ giúp xã hội hằng tháng', 'Monthly social assistance', 'cash'),
  ('social_pension',    'HT', 'Trợ cấp hưu trí xã hội',     'Social pension',            'cash'),
  ('unemployment',      'TN', 'Trợ cấp thất nghiệp',        'Unemployment benefit',      'hold'),
  ('merit',             'CC', 'Ưu đãi người có công',       'People of merit',           'cash');

-- A code means a unit only within its dates: the code 82 was Tiền Giang and is Đồng Tháp.
create table administrative_unit (
  unit_code   text not null,
  parent_code text,
  name        text not null,
  kind        text not null check (kind in ('province', 'commune')),
  valid_from  date not null,
  valid_until date,
  source      text not null,
  primary key (unit_code, kind, valid_from),
  constraint one_meaning_a_day exclude using gist
    (unit_code with =, kind with =, daterange(valid_from, valid_until) with &&)
);

create table bank (
  bin        text primary key check (bin ~ '^[0-9]{6}$'),
  short_name text not null,
  name       text not null,
  bic        text,
  source     text not null
);

create table calendar_day (
  day    date not null,
  name   text not null,
  kind   text not null,
  source text not null,
  primary key (day, name)
);

-- A rate is a point and not a range: it governs from the month it counts from until another one
-- does. Three dates, because a decree may come into force in October and count from July.
create table rate (
  series        text   not null,
  scope         text   not null,
  counts_from   date   not null,
  in_force_from date   not null,
  known_since   date   not null,
  amount_vnd    bigint not null check (amount_vnd > 0),
  legal_basis   text   not null,
  status        text   not null check (status in ('sourced', 'unverified', 'draft')),
  source        text   not null,
  primary key (series, scope, counts_from)
);

create table ground (
  programme     text    not null references programme,
  ground_code   text    not null,
  paragraph     text    not null,
  coefficient   numeric(6,3) not null check (coefficient > 0),
  per_dependant boolean not null,
  age_from      smallint,
  age_until     smallint,
  outside_ages  boolean not null,
  article       text    not null,
  name_vi       text    not null,
  name_en       text    not null,
  source        text    not null,
  primary key (programme, ground_code)
);

grant select on programme, administrative_unit, bank, calendar_day, rate, ground to an_sinh_app;

-- Our reference of one assessment, and with an attempt the end-to-end id of one instruction. The
-- only place that writes them; kernel/reference.ts reads them. No personal data, unique for ever.
-- Numbers are cast by hand: number || text is not immutable, and a function that is more than its
-- body cannot be inlined, which made it twenty times as dear.
create function due_reference(period text, programme text, recipient_id bigint, assessment_no int)
returns text
language sql immutable parallel safe as $$
  select 'AS' || substr(period, 3, 2) || substr(period, 6, 2)
         || case when programme = 'social_assistance' then 'TG'
                 when programme = 'social_pension'    then 'HT'
                 when programme = 'unemployment'      then 'TN'
                 when programme = 'merit'             then 'CC' end
         || recipient_id::text || 'N' || assessment_no::text
$$;
