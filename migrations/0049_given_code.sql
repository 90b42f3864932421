-- A signature stands on a code that its signer gave: the instant of the step-up is one at which a code
-- of theirs was recorded, and no instant that somebody wrote down. Where real money leaves there is no
-- other signature. In a sandbox an invented person who never enrolled a second factor may sign without.
create index code_use_instant on code_use (person_id, used_at);

create function check_code_given() returns trigger
language plpgsql as $$
declare
  signer text := to_jsonb(new) ->> tg_argv[0];
  pays_money boolean;
begin
  if tg_table_name = 'approval' then
    select c.environment = 'production' into pays_money
      from disbursement_batch b join channel c using (channel)
     where b.batch_id = (to_jsonb(new) ->> 'batch_id')::bigint;
  else
    select p.environment = 'production' into pays_money
      from bank_profile p
     where p.channel = to_jsonb(new) ->> 'channel'
       and p.version = (to_jsonb(new) ->> 'version')::int;
  end if;
  if (coalesce(pays_money, true)
      or exists (select from credential c
                  where c.person_id = signer and c.code_secret is not null))
     and not exists (select from code_use u
                      where u.person_id = signer and u.used_at = new.step_up_at) then
    raise exception '% gave no code at that time', signer
      using errcode = 'check_violation', constraint = 'code_was_given';
  end if;
  return new;
end
$$;
create trigger code_was_given before insert on approval
  for each row execute function check_code_given('person_id');
create trigger code_was_given before insert on bank_profile_approval
  for each row execute function check_code_given('approved_by');
