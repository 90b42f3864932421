-- That an account receives for several payees (a household, a home) is proposed by one person and confirmed by another
-- as any other change of the register, and ended the same way. The application may no longer write it by itself.
alter table register_proposal drop constraint register_proposal_subject_check;
alter table register_proposal add constraint register_proposal_subject_check
  check (subject in ('identity', 'channel', 'payee', 'death', 'sharing'));
alter table register_change drop constraint register_change_subject_check;
alter table register_change add constraint register_change_subject_check
  check (subject in ('identity', 'payee', 'channel', 'enrolment', 'death', 'sharing'));

revoke insert, update (ended_on) on shared_account from an_sinh_app;

-- An account that is shared is registered once at a time.
create unique index one_sharing_an_account on shared_account (bank_bin, account_number)
  where ended_on is null;

-- Registers the account that a confirmed change names as shared, or ends that it is. Returns whether it did.
create function share_account(which bigint, change int) returns boolean
language plpgsql security definer set search_path = public as $$
declare
  c register_change;
begin
  select * into c from register_change
   where recipient_id = which and change_no = change and subject = 'sharing';
  if not found then
    return false;
  end if;
  if c.new_value->>'sharedFor' <> '' then
    insert into shared_account
      (bank_bin, account_number, reason, document, registered_by, confirmed_by, registered_at)
    values (c.new_value->>'bankBin', c.new_value->>'accountNumber', c.new_value->>'sharedFor', c.document,
            c.changed_by, c.confirmed_by, c.changed_at);
    return true;
  end if;
  update shared_account
     set ended_on = (c.changed_at at time zone 'Asia/Ho_Chi_Minh')::date
   where bank_bin = c.new_value->>'bankBin' and account_number = c.new_value->>'accountNumber'
     and ended_on is null;
  return found;
end
$$;
revoke execute on function share_account from public;
grant execute on function share_account to an_sinh_app;
