-- How long proof lasts, what each finding does to a payment, and which rules have looked at a month.
--
-- All three are data: what a ministry decides in a circular must not need a release. The words that
-- people read stand in the code, and a test holds the two together.

-- How old evidence may be when money is sent, by programme.
create table proof_policy (
  programme          text primary key references programme,
  identity_days      smallint not null check (identity_days > 0),
  account_days       smallint not null check (account_days > 0),
  -- The civil-status register was asked so many hours before sending, at most (I19).
  life_hours         smallint not null check (life_hours > 0),
  -- An account that was changed is not paid for so many days (I17).
  cooling_off_days   smallint not null check (cooling_off_days >= 0),
  -- So many recipients at most on one registered account, or of one payee (I18).
  people_per_account smallint not null check (people_per_account > 0),
  -- An account that nobody has used for so many months is looked into.
  dormant_months     smallint not null check (dormant_months > 0),
  -- Evidence of an earlier month is used again while it lasts so many days more: it must not run out
  -- between the asking and the sending.
  margin_days        smallint not null check (margin_days >= 0)
);
insert into proof_policy
select programme, 30, 30, 24, 7, 6, 6, 5 from programme order by programme;

-- What each finding does. To hold a line is to pay nothing until a person has decided; to hold an
-- account is to pay in cash, or to hold, as the programme says. Nothing here takes anything away
-- without a finding that a person sees.
create table finding_rule (
  code        text primary key,
  asked_of    text     not null check (asked_of in ('population', 'bank', 'civil-status', 'list',
                                                    'cross-check')),
  severity    text     not null check (severity in ('block', 'review', 'notice')),
  holds       text     not null check (holds in ('line', 'account', 'nothing')),
  -- It looks at all lines of a month and has to have run before a batch can be made.
  runs_monthly boolean not null,
  -- Within how many days a person should have decided.
  days        smallint not null check (days > 0),
  constraint a_notice_holds_nothing check ((severity = 'notice') = (holds = 'nothing')),
  -- For what refers to a rule of a certain severity.
  constraint a_rule_has_one_severity unique (code, severity)
);
insert into finding_rule values
  ('POP_UNAVAILABLE',             'population',   'block',  'line',    false, 3),
  ('POP_ID_NOT_FOUND',            'population',   'block',  'line',    false, 10),
  ('POP_ID_REPLACED',             'population',   'review', 'line',    false, 10),
  ('POP_NAME_DIFFERS',            'population',   'block',  'line',    false, 10),
  ('POP_NAME_DOUBTFUL',           'population',   'review', 'line',    false, 10),
  ('POP_BIRTH_DATE_DIFFERS',      'population',   'review', 'line',    false, 10),
  ('POP_BIRTH_YEAR_DIFFERS',      'population',   'review', 'line',    false, 10),
  ('POP_RESIDENCE_DIFFERS',       'population',   'review', 'line',    false, 10),
  ('POP_TWO_NUMBERS',             'population',   'review', 'line',    false, 10),
  ('POP_GUARDIAN_NOT_FOUND',      'population',   'block',  'line',    false, 10),
  ('BANK_UNAVAILABLE',            'bank',         'block',  'account', false, 3),
  ('BANK_ACCOUNT_NOT_FOUND',      'bank',         'block',  'account', false, 10),
  ('BANK_ACCOUNT_CLOSED',         'bank',         'block',  'account', false, 10),
  ('BANK_ACCOUNT_BLOCKED',        'bank',         'block',  'account', false, 10),
  ('BANK_OTHER_HOLDER',           'bank',         'block',  'account', false, 10),
  ('BANK_HOLDER_OLD_ID',          'bank',         'review', 'account', false, 10),
  ('BANK_JOINT_ACCOUNT',          'bank',         'review', 'account', false, 10),
  ('BANK_NAME_DOUBTFUL',          'bank',         'review', 'account', false, 10),
  ('BANK_NAME_TRUNCATED',         'bank',         'review', 'account', false, 10),
  ('BANK_BIOMETRIC_MISSING',      'bank',         'notice', 'nothing', false, 30),
  ('AMOUNT_DIFFERS',              'list',         'notice', 'nothing', false, 30),
  ('POP_DECEASED_BEFORE_PERIOD',  'civil-status', 'block',  'line',    true,  5),
  ('POP_DECEASED_IN_PERIOD',      'civil-status', 'notice', 'nothing', true,  10),
  ('POP_GUARDIAN_DECEASED',       'civil-status', 'block',  'line',    true,  10),
  ('LINE_NOT_VERIFIED',           'cross-check',  'block',  'line',    true,  3),
  ('LINE_WITHOUT_CHANNEL',        'cross-check',  'block',  'line',    true,  3),
  ('LINE_TWO_PROGRAMMES',         'cross-check',  'block',  'line',    true,  10),
  ('LINE_TWO_PROVINCES',          'cross-check',  'review', 'line',    true,  10),
  ('LINE_IN_CUSTODY',             'cross-check',  'review', 'line',    true,  10),
  ('LINE_MOVED_AWAY',             'cross-check',  'review', 'line',    true,  10),
  ('ACCOUNT_OF_MANY',             'cross-check',  'review', 'account', true,  10),
  ('ACCOUNT_DORMANT',             'cross-check',  'review', 'account', true,  20),
  ('ACCOUNT_CHANGED_LATELY',      'cross-check',  'review', 'account', true,  7),
  ('ACCOUNT_NEW',                 'cross-check',  'notice', 'nothing', true,  30);
grant select on proof_policy, finding_rule to an_sinh_app;

-- Proof of an earlier month that is still fresh is not asked for again. It keeps the instant at which
-- it was given, so that its age is never hidden.
alter table verification add column reused_from text collate "C";
alter table verification add constraint reuse_is_of_an_earlier_month
  check (reused_from is null or reused_from < period);

-- What the list says and what was answered, side by side; and until when the finding stood.
alter table finding add column told jsonb not null default '{}';
alter table finding add column closed_at timestamptz;
grant update (told, closed_at) on finding to an_sinh_app;

-- Who of those that collect for others has died.
create table payee_death (
  recipient_id bigint   not null,
  payee_no     smallint not null,
  died_on      date     not null,
  source       text     not null,
  learned_at   timestamptz not null,
  primary key (recipient_id, payee_no)
);

-- What lists of others say of a recipient: held in custody, moved to another province, paid by
-- another province, an account that nobody has touched. Never a decision, always something for a
-- person to look at.
create table outside_fact (
  recipient_id bigint not null,
  kind         text   not null
               check (kind in ('custody', 'moved-away', 'paid-elsewhere', 'dormant-account')),
  from_day     date   not null,
  -- The first day on which it is no longer so.
  until_day    date,
  source       text   not null check (source <> ''),
  learned_at   timestamptz not null,
  primary key (recipient_id, kind, from_day, source),
  constraint a_fact_ends_after_it_begins check (until_day is null or until_day > from_day)
);

-- An account that may receive for several payees: a household, or a home. Registered by one person
-- and confirmed by another.
create table shared_account (
  bank_bin       text not null check (is_digits(bank_bin, 6)),
  account_number text not null,
  reason         text not null check (reason <> ''),
  document       text not null check (document <> ''),
  registered_by  text not null references person,
  confirmed_by   text not null references person,
  registered_at  timestamptz not null,
  ended_on       date,
  primary key (bank_bin, account_number, registered_at),
  constraint two_persons_register_an_account check (confirmed_by <> registered_by)
);

-- That a rule has looked at every line of a month, how many there were, and how many it found.
create table cross_check_run (
  period      text collate "C" not null references period_state,
  code        text   not null references finding_rule,
  line_count  bigint not null check (line_count >= 0),
  found_count bigint not null check (found_count >= 0),
  run_at      timestamptz not null,
  primary key (period, code)
);

grant select, insert on payee_death, outside_fact, shared_account, cross_check_run to an_sinh_app;
grant update (until_day) on outside_fact to an_sinh_app;
grant update (ended_on) on shared_account to an_sinh_app;
grant update (line_count, found_count, run_at) on cross_check_run to an_sinh_app;

-- No rule can be skipped: a batch is not made for a month that a rule has not looked at, and one that
-- has looked at fewer lines than there are now, or at more, has not.
create function check_rules_have_run() returns trigger
language plpgsql as $$
declare
  skipped text;
begin
  select r.code into skipped
    from finding_rule r
    left join cross_check_run c on c.code = r.code and c.period = new.period
   where r.runs_monthly
     and c.line_count is distinct from (select count(*) from assessment
                                         where period = new.period and amount_vnd > 0)
   order by r.code limit 1;
  if skipped is not null then
    raise exception 'rule % has not looked at every line of %', skipped, new.period
      using errcode = 'check_violation', constraint = 'every_rule_has_run';
  end if;
  return new;
end
$$;
create trigger check_rules before insert on disbursement_batch
  for each row execute function check_rules_have_run();
