-- What a bank laid down about files, a row a version. Nothing in the program knows a bank but by its
-- profile, so whoever changes one can send money elsewhere: a profile is proposed by one person and
-- comes into use by another, who signs its hash. A channel is what the profile in use says, and the
-- application can write it in no other way.
create table bank_profile (
  channel     text  not null check (channel ~ '^[A-Z0-9]{2,8}$'),
  version     int   not null check (version > 0),
  environment text  not null check (environment in ('sandbox', 'production')),
  content     text  not null,
  sha256      bytea not null check (octet_length(sha256) = 32),
  proposed_by text  not null references person,
  proposed_at timestamptz not null,
  primary key (channel, version),
  constraint profile_is_what_it_says check (
    content::jsonb ->> 'channel' = channel
    and content::jsonb ->> 'version' = version::text
    and content::jsonb ->> 'environment' = environment)
);

create table bank_profile_approval (
  channel     text  not null,
  version     int   not null,
  sha256      bytea not null,
  approved_by text  not null references person,
  approved_at timestamptz not null,
  -- When the second factor was last given; at most five minutes before.
  step_up_at  timestamptz not null,
  primary key (channel, version),
  foreign key (channel, version) references bank_profile,
  constraint step_up_is_fresh
    check (step_up_at <= approved_at and approved_at - step_up_at <= interval '5 minutes')
);

create function check_profile() returns trigger
language plpgsql as $$
begin
  if new.sha256 <> sha256(convert_to(new.content, 'UTF8')) then
    raise exception 'profile % is not what its hash says', new.channel
      using errcode = 'check_violation', constraint = 'profile_is_its_hash';
  end if;
  if not exists (select from person p join person_role r using (person_id)
                  where p.person_id = new.proposed_by and p.active and r.revoked_at is null) then
    raise exception 'profile % is proposed by nobody of ours', new.channel
      using errcode = 'check_violation', constraint = 'proposer_is_entitled';
  end if;
  return new;
end
$$;
create trigger check_profile before insert on bank_profile
  for each row execute function check_profile();

alter table channel add column profile_version int;
alter table channel add column split_own_bank boolean not null default false;
alter table channel drop constraint channel_format_check;
alter table channel add constraint channel_format_check check (format in (
  'pain.001.001.03', 'pain.001.001.09', 'pain.001.001.12', 'list', 'treasury-09',
  'post-office-list'));

-- The second person makes the profile the one in use. The message is a constraint's name: people are
-- told its text.
create function approve_profile() returns trigger
language plpgsql security definer set search_path = public as $$
declare
  p bank_profile;
  said jsonb;
  refused text;
begin
  select * into strict p from bank_profile
   where channel = new.channel and version = new.version for update;
  perform pg_advisory_xact_lock(hashtext('bank_profile/' || new.channel));
  said := p.content::jsonb;
  refused := case
    when p.proposed_by = new.approved_by
      or (select a.citizen_number from person a where a.person_id = new.approved_by)
         = (select b.citizen_number from person b where b.person_id = p.proposed_by)
      then 'checker_is_not_maker'
    when not exists (select from person q join person_role r using (person_id)
                      where q.person_id = new.approved_by and q.active
                        and r.role = 'checker' and r.revoked_at is null)
      then 'checker_is_entitled'
    when new.sha256 <> p.sha256 then 'checker_signs_what_is_there'
    when exists (select from bank_profile_approval a
                  where a.channel = new.channel and a.version > new.version)
      then 'a_later_version_is_in_use'
    when exists (select from channel c
                  where c.channel = new.channel and c.environment <> p.environment)
      then 'environment_stays'
  end;
  if refused is not null then
    raise exception 'approval of profile % refused: %', new.channel, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  insert into channel (channel, kind, name, environment, format, dedupes_reference,
                       refuses_after_cutoff, lines_per_file, payer_name, payer_agreement,
                       payer_account, payer_bank_bin, profile_version, split_own_bank)
  values (new.channel, said ->> 'kind', (said #>> '{name,vi}') || ' / ' || (said #>> '{name,en}'),
          p.environment, said #>> '{outbound,format}',
          (said #>> '{asked,dedupesReference}')::boolean,
          (said #>> '{asked,refusesAfterCutoff}')::boolean,
          (said #>> '{outbound,limits,linesPerFile}')::int, said #>> '{payer,name}',
          said #>> '{payer,agreement}', said #>> '{payer,account}', said #>> '{payer,bankBin}',
          new.version, (said #>> '{outbound,splitOwnBank}')::boolean)
  on conflict (channel) do update
     set kind = excluded.kind, name = excluded.name, format = excluded.format,
         dedupes_reference = excluded.dedupes_reference,
         refuses_after_cutoff = excluded.refuses_after_cutoff,
         lines_per_file = excluded.lines_per_file, payer_name = excluded.payer_name,
         payer_agreement = excluded.payer_agreement, payer_account = excluded.payer_account,
         payer_bank_bin = excluded.payer_bank_bin, profile_version = excluded.profile_version,
         split_own_bank = excluded.split_own_bank;
  return new;
end
$$;
create trigger approve_profile after insert on bank_profile_approval
  for each row execute function approve_profile();

revoke insert on channel from an_sinh_app;
grant select, insert on bank_profile, bank_profile_approval to an_sinh_app;

-- By which version of the profile a file was rendered.
alter table payment_file add column profile_version int not null default 0;
alter table payment_file alter column profile_version drop default;
