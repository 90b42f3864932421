-- Who collects for somebody is changed as an account is: one person proposes with the document that
-- authorises, another decides. The old payee and the old channel stay as they were.
alter table register_proposal drop constraint register_proposal_subject_check;
alter table register_proposal add constraint register_proposal_subject_check
  check (subject in ('identity', 'channel', 'payee'));

-- Money in cash goes to a person: when another collects since, the line waits like one whose account was
-- changed. A change of account alone still pays the cash that was signed.
create or replace function register_objection(batch bigint, of_period text, at timestamptz) returns text
language sql stable as $$
  select case
           when exists (select from recipient_merge m
                          join payment_instruction i on i.recipient_id = m.recipient_id
                         where i.batch_id = batch and i.period <= of_period)
             then 'recipient_is_not_given_up'
           when bool_or(c.ended_on is not null) then 'account_is_of_record'
           when bool_or(i.bank_bin <> '' and c.payable_from is not null and n.told_at is null)
             then 'account_change_was_told'
           when bool_or(i.bank_bin <> '' and c.payable_from > at and s.recorded_at is null)
             then 'changed_account_has_cooled_off'
         end
    from payment_channel c
    join payment_instruction i on i.recipient_id = c.recipient_id and i.channel_no = c.channel_no
    left join channel_notice n on n.recipient_id = c.recipient_id and n.channel_no = c.channel_no
    left join channel_consent s on s.recipient_id = c.recipient_id and s.channel_no = c.channel_no
   where i.batch_id = batch and i.period <= of_period
     and (c.ended_on is not null or c.change_no is not null)
     and (i.bank_bin <> ''
          or exists (select from payment_channel o
                       join register_change g on g.recipient_id = o.recipient_id
                                             and g.change_no = o.change_no and g.subject = 'payee'
                      where o.recipient_id = c.recipient_id and o.channel_no > c.channel_no))
$$;
