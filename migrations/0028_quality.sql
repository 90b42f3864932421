-- How good the register is, by the four words: đúng, đủ, sạch, sống (right, complete, clean, live). Each is
-- a set of rules that are counted, with the count of those they could be asked of beside it.
create table quality_count (
  period       text collate "C" not null references period_state,
  rule         text   not null,
  commune_code text   not null,
  programme    text   not null references programme,
  checked      bigint not null,
  failed       bigint not null check (failed >= 0),
  measured_at  timestamptz not null,
  primary key (period, rule, commune_code, programme),
  constraint nobody_fails_unasked check (failed <= checked)
);

-- The record behind a number: what of somebody breaks a rule, since which month, and when it was put
-- right. Who is on no list any more has left, and nothing was put right.
create table quality_gap (
  recipient_id bigint not null,
  rule         text   not null,
  programme    text   not null,
  since_period text collate "C" not null,
  commune_code text   not null,
  ended_in     text collate "C",
  ended_by     text   check (ended_by in ('cleaned', 'left')),
  primary key (recipient_id, rule, programme, since_period),
  constraint an_end_has_a_reason check ((ended_in is null) = (ended_by is null)),
  constraint a_gap_ends_after_it_begins check (ended_in >= since_period)
);
create unique index one_open_gap on quality_gap (recipient_id, rule, programme) where ended_in is null;

-- What a unit is to reach in a month, who answers for it, and how many persons sign a cleaned record.
create table quality_target (
  unit_code text    not null,
  word      text    not null check (word in ('dung', 'du', 'sach', 'song')),
  period    text collate "C" not null check (period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  percent   numeric(5,2) not null check (percent > 0 and percent <= 100),
  levels    smallint not null check (levels between 1 and 3),
  head      text    not null references person,
  set_by    text    not null references person,
  primary key (unit_code, word, period)
);

-- Who looked at what was put right: up to three levels, each another person, none before the one below.
create table cleaning_signature (
  recipient_id bigint   not null,
  rule         text     not null,
  programme    text     not null,
  since_period text collate "C" not null,
  level        smallint not null check (level between 1 and 3),
  after_level  smallint,
  signed_by    text     not null,
  signed_at    timestamptz not null,
  document     text     not null check (document <> ''),
  primary key (recipient_id, rule, programme, since_period, level),
  constraint each_level_is_another_person
    unique (recipient_id, rule, programme, since_period, signed_by),
  constraint levels_are_in_order check (coalesce(after_level, 0) = level - 1),
  constraint the_level_below_has_signed
    foreign key (recipient_id, rule, programme, since_period, after_level)
    references cleaning_signature (recipient_id, rule, programme, since_period, level),
  constraint signature_is_of_a_gap foreign key (recipient_id, rule, programme, since_period)
    references quality_gap (recipient_id, rule, programme, since_period)
);

grant select, insert on quality_count, quality_gap, quality_target, cleaning_signature to an_sinh_app;
grant update (checked, failed, measured_at) on quality_count to an_sinh_app;
grant update (ended_in, ended_by) on quality_gap to an_sinh_app;
