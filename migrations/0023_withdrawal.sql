-- What is checked again when money is sent, and what happens to a batch that may not be sent any more.
--
-- A batch is signed days before it leaves. In between people die, evidence grows old and findings
-- come. Such a batch is not edited: it is withdrawn whole, its lines are owed as before, and what may
-- still be paid is gathered again under the next reference, rendered again and signed again.
insert into batch_step values ('approved', 'withdrawn');

-- A line of a withdrawn batch was never sent, so nothing in the ledger put it back: its next attempt
-- names the line and no transfer. That its batch is withdrawn is checked when the next one is sealed.
alter table payment_instruction drop constraint another_attempt_needs_a_reopening;
alter table payment_instruction add constraint another_attempt_needs_a_reopening check (
  (attempt = 1) = (reopened_kind is null) and
  (attempt = 1) = (reopened_reference is null) and
  (reopened_period is null) = (attempt = 1 or reopened_kind = 'withdrawn') and
  (attempt = 1 or
   reopened_reference = due_reference(period, programme, recipient_id, assessment_no)
                        || 'T' || (attempt - 1)::text) and
  (reopened_kind is null or reopened_kind in ('rejected', 'returned', 'unpaid', 'withdrawn')));

-- Why a batch may not be sent at an instant: the name of the rule, or null. The gravest first.
create function proof_objection(which bigint, at timestamptz) returns text
language sql stable as $$
  with b as (
    select d.batch_id, d.period, d.province_code, p.identity_days, p.account_days, p.life_hours
      from disbursement_batch d join proof_policy p on p.programme = d.programme
     where d.batch_id = which
  ),
  line as (
    select i.recipient_id, i.period, i.bank_bin, i.account_number, i.citizen_number,
           c.payee_no, y.relation
      from b
      join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
      join payment_channel c on c.recipient_id = i.recipient_id and c.channel_no = i.channel_no
      join payee y on y.recipient_id = c.recipient_id and y.payee_no = c.payee_no
  )
  select case
    when not exists (
           select from b join civil_status_check c on c.province_code = b.province_code
            where c.checked_at <= at and c.checked_at > at - b.life_hours * interval '1 hour')
      then 'life_was_checked'
    when exists (select from line i join recipient_death d on d.recipient_id = i.recipient_id
                  where d.died_on < (i.period || '-01')::date)
      or exists (select from line i
                   join payee_death d on d.recipient_id = i.recipient_id and d.payee_no = i.payee_no
                  where i.relation <> 'self')
      then 'the_dead_are_not_paid'
    when exists (
           select from b, line i, lateral (
             select max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
                        and v.checked_at > at - b.identity_days * interval '1 day')::int)
                      filter (where v.subject = 'recipient') % 2 = 1 as recipient,
                    max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
                        and v.checked_at > at - b.identity_days * interval '1 day')::int)
                      filter (where v.subject = 'payee') % 2 = 1 as payee,
                    max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
                        and v.checked_at > at - b.account_days * interval '1 day'
                        and v.bank_bin = i.bank_bin and v.account_number = i.account_number)::int)
                      filter (where v.subject = 'account') % 2 = 1 as account
               from verification v
              where v.recipient_id = i.recipient_id and v.period = b.period) v
            where not coalesce(v.recipient, false)
               or i.relation <> 'self' and not coalesce(v.payee, false)
               or i.bank_bin <> '' and not coalesce(v.account, false))
      then 'evidence_is_fresh'
    when exists (
           select from b
             join finding f on f.period = b.period and f.closed_at is null
             join finding_rule r on r.code = f.code
             join line i on i.recipient_id = f.recipient_id
            where r.holds = 'line' or r.holds = 'account' and i.bank_bin <> '')
      then 'no_finding_waits'
    when exists (
           select from line i where i.bank_bin <> ''
            group by i.bank_bin, i.account_number
           having min(i.citizen_number) <> max(i.citizen_number)
              and not exists (select from shared_account s
                               where s.bank_bin = i.bank_bin
                                 and s.account_number = i.account_number and s.ended_on is null))
      then 'account_is_of_one_payee'
  end
$$;

-- The wall behind the flow: whatever releases a batch, it is asked here (I15, I18, I19).
create function check_proof_at_release() returns trigger
language plpgsql as $$
declare
  refused text := proof_objection(new.batch_id, new.changed_at);
begin
  if refused is not null then
    raise exception 'release of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$$;
create trigger check_step_proof before update on batch_state
  for each row when (new.state = 'released' and old.state <> 'released')
  execute function check_proof_at_release();

-- What was committed for a batch that is withdrawn after its signatures is free again (I05).
create function give_back_budget() returns trigger
language plpgsql as $$
begin
  update budget g
     set committed_vnd = g.committed_vnd - b.total_vnd
    from disbursement_batch b
   where b.batch_id = new.batch_id and g.programme = b.programme
     and g.province_code = b.province_code and g.year = substr(b.period, 1, 4)::int;
  return new;
end
$$;
create trigger give_back_budget before update on batch_state
  for each row when (new.state = 'withdrawn' and old.state = 'approved')
  execute function give_back_budget();

-- Only what was withdrawn is paid under a next reference without the ledger.
create function check_rebuilt_lines() returns trigger
language plpgsql as $$
begin
  if exists (select from disbursement_batch b
               join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
               left join payment_instruction before
                 on before.recipient_id = i.recipient_id and before.period = i.period
                and before.end_to_end_id = i.reopened_reference
               left join batch_state s on s.batch_id = before.batch_id
              where b.batch_id = new.batch_id and i.reopened_kind = 'withdrawn'
                and s.state is distinct from 'withdrawn') then
    raise exception 'batch % pays again what was not withdrawn', new.batch_id
      using errcode = 'check_violation', constraint = 'only_withdrawn_is_rebuilt';
  end if;
  return new;
end
$$;
create trigger check_step_rebuilt before update on batch_state
  for each row when (new.state = 'prepared' and old.state <> 'prepared')
  execute function check_rebuilt_lines();
