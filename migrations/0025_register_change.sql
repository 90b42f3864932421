-- How the register is changed: one person proposes with a document, another decides, and only what
-- two persons have put their names to reaches a recipient or an account.
--
-- No trigger may stand on a table of a recipient, so the rule is held by what the application may do
-- at all: it has no right to update a recipient, a second channel must name its change, and the owner's
-- function writes nothing but what the change says.
create table register_proposal (
  recipient_id bigint not null,
  proposal_no  int    not null check (proposal_no > 0),
  subject      text   not null check (subject in ('identity', 'channel')),
  -- The whole of what was and of what shall be, so that a change in between is seen.
  old_value    jsonb  not null,
  new_value    jsonb  not null,
  document     text   not null check (document <> ''),
  proposed_by  text   not null,
  proposed_at  timestamptz not null,
  primary key (recipient_id, proposal_no),
  constraint proposal_has_one_author unique (recipient_id, proposal_no, proposed_by),
  constraint something_is_changed check (old_value <> new_value)
);

create table register_decision (
  recipient_id bigint not null,
  proposal_no  int    not null,
  decision     text   not null check (decision in ('confirmed', 'declined')),
  reason       text   not null,
  proposed_by  text   not null,
  decided_by   text   not null,
  decided_at   timestamptz not null,
  primary key (recipient_id, proposal_no),
  constraint another_person_decides check (decided_by <> proposed_by),
  constraint a_no_has_a_reason check (decision = 'confirmed' or reason <> ''),
  constraint decision_is_of_a_proposal foreign key (recipient_id, proposal_no, proposed_by)
    references register_proposal (recipient_id, proposal_no, proposed_by)
);

-- A change says which proposal it carries out; the oldest ones were made before there were any.
alter table register_change add column proposal_no int;
alter table register_change
  add constraint change_is_of_a_proposal foreign key (recipient_id, proposal_no)
    references register_proposal (recipient_id, proposal_no);
alter table register_change
  add constraint change_has_one_author unique (recipient_id, change_no, changed_by);

-- The first channel of somebody comes with the list that brought them; every other one has a change
-- that two persons have made. From when it may be paid to is written down with it (I17).
alter table payment_channel add column change_no int;
alter table payment_channel add column payable_from timestamptz;
alter table payment_channel
  add constraint a_new_channel_has_a_change check (channel_no = 1 or change_no is not null);
alter table payment_channel
  add constraint channel_is_of_a_change foreign key (recipient_id, change_no)
    references register_change (recipient_id, change_no);
-- Few channels were ever changed, and only these are looked at before money is sent.
create index payment_channel_changed on payment_channel (recipient_id)
  where ended_on is not null or change_no is not null;

-- For how long money does not follow a changed account. A row is a point and not a range: it governs
-- from its day until another does.
create table account_change_policy (
  counts_from      date primary key,
  cooling_off_days smallint not null check (cooling_off_days between 0 and 90),
  source           text not null
);
insert into account_change_policy values ('2020-01-01', 7, 'default of the program, to be set by circular');
grant select on account_change_policy to an_sinh_app;

-- That the recipient was told of the new account at the contact they had before it: nothing is paid to
-- an account of which nobody was told.
create table channel_notice (
  recipient_id bigint   not null,
  channel_no   smallint not null,
  means        text     not null check (means in ('sms', 'letter', 'in_person', 'vneid')),
  told_at      timestamptz not null,
  recorded_by  text     not null,
  primary key (recipient_id, channel_no),
  constraint notice_is_of_a_channel foreign key (recipient_id, channel_no) references payment_channel
);

-- The recipient's own yes, by another way than the one by which the change came. It ends the waiting,
-- so whoever asked for the change may not record it.
create table channel_consent (
  recipient_id bigint   not null,
  channel_no   smallint not null,
  change_no    int      not null,
  means        text     not null check (means in ('telephone', 'in_person', 'vneid')),
  document     text     not null check (document <> ''),
  changed_by   text     not null,
  recorded_by  text     not null,
  recorded_at  timestamptz not null,
  primary key (recipient_id, channel_no),
  constraint consent_is_heard_by_another check (recorded_by <> changed_by),
  constraint consent_is_of_a_channel foreign key (recipient_id, channel_no) references payment_channel,
  constraint consent_is_of_a_change foreign key (recipient_id, change_no, changed_by)
    references register_change (recipient_id, change_no, changed_by)
);

grant select, insert on register_proposal, register_decision, channel_notice, channel_consent
  to an_sinh_app;

-- Writes a change of identity into the register, if what the change started from is still there. As the
-- owner: the application may not update a recipient in any other way. Returns whether it did.
create function apply_identity_change(which bigint, change int) returns boolean
language plpgsql security definer set search_path = public as $$
begin
  update recipient r
     set full_name    = c.new_value->>'fullName',
         birth_year   = (c.new_value->>'birthYear')::smallint,
         birth_date   = (c.new_value->>'birthDate')::date,
         sex          = c.new_value->>'sex',
         commune_code = c.new_value->>'communeCode',
         hamlet       = c.new_value->>'hamlet',
         phone        = c.new_value->>'phone'
    from register_change c
   where r.recipient_id = which and c.recipient_id = which and c.change_no = change
     and c.subject = 'identity'
     and (r.full_name, r.birth_year::text, r.birth_date::text, r.sex, r.commune_code, r.hamlet, r.phone)
         is not distinct from
         (c.old_value->>'fullName', c.old_value->>'birthYear', c.old_value->>'birthDate',
          c.old_value->>'sex', c.old_value->>'communeCode', c.old_value->>'hamlet',
          c.old_value->>'phone');
  return found;
end
$$;

-- What stands against paying the lines of a batch, by the register as it is at an instant: the name of
-- the rule, or null. Lines in cash go to a person and not to an account.
create function register_objection(batch bigint, of_period text, at timestamptz) returns text
language sql stable as $$
  select case
           when bool_or(c.ended_on is not null) then 'account_is_of_record'
           when bool_or(c.payable_from is not null and n.told_at is null)
             then 'account_change_was_told'
           when bool_or(c.payable_from > at and s.recorded_at is null)
             then 'changed_account_has_cooled_off'
         end
    from payment_channel c
    join payment_instruction i on i.recipient_id = c.recipient_id and i.channel_no = c.channel_no
    left join channel_notice n on n.recipient_id = c.recipient_id and n.channel_no = c.channel_no
    left join channel_consent s on s.recipient_id = c.recipient_id and s.channel_no = c.channel_no
   where i.batch_id = batch and i.period <= of_period and i.bank_bin <> ''
     and (c.ended_on is not null or c.change_no is not null)
$$;

-- The register is asked when somebody signs, and again when the batch is released: a change in between
-- stops the file (I16, I17).
create function check_register_at_approval() returns trigger
language plpgsql as $$
declare
  refused text;
begin
  select register_objection(b.batch_id, b.period, new.signed_at) into refused
    from disbursement_batch b where b.batch_id = new.batch_id;
  if refused is not null then
    raise exception 'approval of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$$;
create trigger check_register before insert on approval
  for each row execute function check_register_at_approval();

create function check_register_at_release() returns trigger
language plpgsql as $$
declare
  refused text;
begin
  select register_objection(b.batch_id, b.period, new.changed_at) into refused
    from disbursement_batch b where b.batch_id = new.batch_id;
  if refused is not null then
    raise exception 'release of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$$;
create trigger check_step_register before update on batch_state
  for each row when (new.state = 'released' and old.state <> 'released')
  execute function check_register_at_release();
