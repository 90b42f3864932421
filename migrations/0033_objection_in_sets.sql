-- Why a batch may not be sent at an instant, as before, rule by rule; but the evidence, the deaths and
-- the findings of a month are each read once and laid beside the lines as a whole. Looked up line by
-- line, the answers about a million people took a minute of every release.
create or replace function proof_objection(which bigint, at timestamptz) returns text
language sql stable as $$
  with b as (
    select d.batch_id, d.period, d.province_code, p.identity_days, p.account_days, p.life_hours
      from disbursement_batch d join proof_policy p on p.programme = d.programme
     where d.batch_id = which
  ),
  line as materialized (
    select i.recipient_id, i.period, i.bank_bin, i.account_number, i.citizen_number,
           c.payee_no, y.relation
      from payment_instruction i
      join payment_channel c on c.recipient_id = i.recipient_id
                            and coalesce(c.channel_no = i.channel_no, false)
      join payee y on y.recipient_id = c.recipient_id and coalesce(y.payee_no = c.payee_no, false)
     where i.batch_id = which and i.period <= (select period from b)
  ),
  -- What the last answers say of each line; the numbers of those that hold are odd.
  answered as (
    select i.recipient_id, i.relation, i.bank_bin, i.account_number,
           max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
               and v.checked_at > at - b.identity_days * interval '1 day')::int)
             filter (where v.subject = 'recipient') as recipient,
           max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
               and v.checked_at > at - b.identity_days * interval '1 day')::int)
             filter (where v.subject = 'payee') as payee,
           max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
               and v.checked_at > at - b.account_days * interval '1 day'
               and v.bank_bin = i.bank_bin and v.account_number = i.account_number)::int)
             filter (where v.subject = 'account') as account
      from b
     cross join line i
      left join verification v on v.recipient_id = i.recipient_id
                              and v.period = (select period from b)
     group by i.recipient_id, i.relation, i.bank_bin, i.account_number
  )
  -- Counted and not asked whether there is any: for the first of many the planner would go to look
  -- line by line, and mostly there is none.
  select case
    when not exists (
           select from b join civil_status_check c on c.province_code = b.province_code
            where c.checked_at <= at and c.checked_at > at - b.life_hours * interval '1 hour')
      then 'life_was_checked'
    when (select count(*) from line i join recipient_death d on d.recipient_id = i.recipient_id
           where d.died_on < (i.period || '-01')::date) > 0
      or (select count(*) from line i
            join payee_death d on d.recipient_id = i.recipient_id
                              and coalesce(d.payee_no = i.payee_no, false)
           where i.relation <> 'self') > 0
      then 'the_dead_are_not_paid'
    when (select count(*) from answered
           where not coalesce(recipient % 2 = 1, false)
              or relation <> 'self' and not coalesce(payee % 2 = 1, false)
              or bank_bin <> '' and not coalesce(account % 2 = 1, false)) > 0
      then 'evidence_is_fresh'
    when (select count(*) from decided_finding f
            join line i on i.recipient_id = f.recipient_id
           where f.period = (select period from b) and f.closed_at is null
             and (f.holds = 'line' or f.holds = 'account' and i.bank_bin <> '')
             and f.outcome is distinct from 'accepted') > 0
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
