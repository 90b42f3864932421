-- The register: who is assisted, who collects for them, where the money goes, and on what ground.
--
-- Every table here lives on the recipient's shard, so every key begins with recipient_id, a number
-- of ours that never changes. A citizen number is an attribute with a history: it can be cancelled
-- and issued again, and a child may have had two.

-- Whether a text is so many digits. A regular expression says the same at three times the price, and
-- a month asks it some millions of times.
create function is_digits(value text, how_many int) returns boolean
language sql immutable parallel safe as $$
  select length(value) = how_many and translate(value, '0123456789', '') = ''
$$;

create table recipient (
  recipient_id bigint   primary key check (recipient_id > 0),
  full_name    text     not null check (full_name <> ''),
  birth_year   smallint not null,
  birth_date   date,
  sex          text     not null check (sex in ('male', 'female')),
  commune_code text     not null,
  hamlet       text     not null,
  phone        text     not null,
  constraint birth_date_agrees_with_year
    check (birth_date is null or extract(year from birth_date) = birth_year)
);

-- Uniqueness across recipients needs a key table of its own, distributed by the key. All numbers
-- that a person has ever had are here; the live one has no end.
create table recipient_key (
  key          text   not null,
  kind         text   not null check (kind in ('citizen_number', 'identity_card_number')),
  recipient_id bigint not null,
  valid_until  date,
  primary key (key, kind),
  constraint citizen_number_has_12_digits check (kind <> 'citizen_number' or is_digits(key, 12))
);

-- Who collects. A payee who is not the recipient needs the document that says so.
create table payee (
  recipient_id   bigint   not null,
  payee_no       smallint not null,
  relation       text     not null,
  full_name      text     not null,
  citizen_number text     not null check (is_digits(citizen_number, 12)),
  authority      text     not null,
  primary key (recipient_id, payee_no),
  constraint another_payee_is_authorised check (relation = 'self' or authority <> '')
);

-- Where the money goes. History is kept: a channel is ended and another begins.
create table payment_channel (
  recipient_id   bigint   not null,
  channel_no     smallint not null,
  payee_no       smallint not null,
  kind           text     not null check (kind in ('account', 'cash_post')),
  bank_bin       text     not null,
  account_number text     not null,
  holder_name    text     not null,
  list_id        bigint   not null,
  ended_on       date,
  primary key (recipient_id, channel_no),
  constraint an_account_is_complete check (
    kind <> 'account' or (is_digits(bank_bin, 6) and length(account_number) between 6 and 34
      and translate(account_number, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') = ''))
);
-- Struck off one list and not yet on the other is how people were left unpaid in 2025.
create unique index one_live_channel on payment_channel (recipient_id) where ended_on is null;

-- One ground of assistance, as one decision grants it. A change of ground is another enrolment.
create table enrolment (
  recipient_id    bigint   not null,
  enrolment_ref   text     not null,
  programme       text     not null,
  ground_code     text     not null,
  dependants      smallint not null check (dependants >= 0),
  -- Facts that one programme alone needs, such as contributed months. Null for the others.
  facts           jsonb,
  decision_number text     not null,
  decided_on      date     not null,
  entitled_from   text collate "C" not null,
  -- The last month that an earlier system has paid, at the rate in force when its list was cut.
  paid_through    text collate "C",
  stops_after     text collate "C",
  stop_reason     text,
  stop_decision   text,
  primary key (recipient_id, enrolment_ref),
  constraint a_stop_has_a_reason check ((stops_after is null) = (stop_reason is null))
);

create table suspension (
  recipient_id    bigint not null,
  enrolment_ref   text   not null,
  from_period     text collate "C" not null,
  until_period    text collate "C",
  reason          text   not null,
  decision_number text   not null,
  decided_on      date   not null,
  primary key (recipient_id, enrolment_ref, from_period)
);

create table recipient_death (
  recipient_id bigint primary key,
  died_on      date   not null,
  source       text   not null,
  learned_at   timestamptz not null
);

-- A correction of identity, account or enrolment: what was, what is, who, and who confirmed it.
create table register_change (
  recipient_id bigint not null,
  change_no    int    not null,
  subject      text   not null check (subject in ('identity', 'payee', 'channel', 'enrolment')),
  old_value    jsonb  not null,
  new_value    jsonb  not null,
  document     text   not null,
  changed_by   text   not null,
  changed_at   timestamptz not null,
  confirmed_by text   not null,
  primary key (recipient_id, change_no),
  constraint two_persons_change_the_register check (confirmed_by <> changed_by)
);

grant select, insert on recipient, recipient_key, payee, payment_channel, enrolment, suspension,
  recipient_death, register_change to an_sinh_app;
grant update (ended_on) on payment_channel to an_sinh_app;
grant update (stops_after, stop_reason, stop_decision) on enrolment to an_sinh_app;
grant update (valid_until) on recipient_key to an_sinh_app;
