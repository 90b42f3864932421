-- What people decide about a finding. Until now a line that waits for a person waited for ever, or until
-- the next answer; from here on one person proposes with a document, another decides, and the money
-- follows the decision in the next run.
--
-- A decision is about what was told, side by side. When the other side says something else, the finding
-- waits again: nobody has decided about that.

-- Who looks into it, by when, and what was asked of whom. One person's word: no money follows from it.
create table finding_step (
  recipient_id bigint not null,
  step_no      int    not null check (step_no > 0),
  period       text collate "C" not null,
  code         text   not null,
  subject      text   not null,
  step         text   not null check (step in ('assigned', 'commune_asked', 'list_correction_asked',
                                               'account_change_asked', 'noted')),
  -- Whoever has it from here on.
  owner        text   not null check (owner <> ''),
  due_on       date   not null,
  note         text   not null check (note <> ''),
  recorded_by  text   not null,
  recorded_at  timestamptz not null,
  primary key (recipient_id, step_no),
  constraint a_step_is_about_a_finding foreign key (recipient_id, period, code, subject)
    references finding
);

create table finding_proposal (
  recipient_id bigint not null,
  proposal_no  int    not null check (proposal_no > 0),
  period       text collate "C" not null,
  code         text   not null,
  subject      text   not null,
  -- The two sides as they stood when it was proposed.
  told         jsonb  not null,
  -- What the finding did when it was proposed.
  severity     text   not null,
  holds        text   not null,
  -- accepted: both sides are the same person or account. paid_in_cash: the account is left alone.
  -- held: it waits again, whatever was decided before.
  outcome      text   not null check (outcome in ('accepted', 'paid_in_cash', 'held')),
  -- The last month for which it stands.
  until_period text collate "C" not null,
  note         text   not null check (note <> ''),
  document     text   not null check (document <> ''),
  proposed_by  text   not null,
  proposed_at  timestamptz not null,
  primary key (recipient_id, proposal_no),
  constraint outcome_has_one_author unique (recipient_id, proposal_no, proposed_by),
  constraint outcome_is_of_a_finding foreign key (recipient_id, period, code, subject)
    references finding,
  -- What blocks is never talked away: the list, the register or the account has to change.
  constraint only_a_doubt_is_accepted check (outcome <> 'accepted' or severity = 'review'),
  constraint only_an_account_gives_way_to_cash check (outcome <> 'paid_in_cash' or holds = 'account'),
  constraint outcome_stands_for_a_year_at_most check (
    (substr(until_period, 1, 4)::int * 12 + substr(until_period, 6)::int)
    - (substr(period, 1, 4)::int * 12 + substr(period, 6)::int) between 0 and 11)
);

create table finding_decision (
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
  constraint decision_is_of_an_outcome foreign key (recipient_id, proposal_no, proposed_by)
    references finding_proposal (recipient_id, proposal_no, proposed_by)
);

grant select, insert on finding_step, finding_proposal, finding_decision to an_sinh_app;

-- Every finding with what it does and what two persons have decided about it: the last decision that
-- covers the month and is about the same two sides, and null where there is none. What has since become
-- a block is accepted no longer.
create view decided_finding as
select f.recipient_id, f.period, f.code, f.subject, f.severity, f.found_at, f.told, f.closed_at, r.holds,
       (select case when p.outcome <> 'accepted' or r.severity = 'review' then p.outcome end
          from finding_proposal p
          join finding_decision d on d.recipient_id = p.recipient_id and d.proposal_no = p.proposal_no
         where p.recipient_id = f.recipient_id and p.code = f.code and p.subject = f.subject
           and p.told = f.told and f.period between p.period and p.until_period
           and d.decision = 'confirmed'
         order by d.decided_at desc, p.proposal_no desc
         limit 1) as outcome
  from finding f
  join finding_rule r on r.code = f.code;
grant select on decided_finding to an_sinh_app;

-- As before, but for the findings that two persons have accepted.
create or replace function proof_objection(which bigint, at timestamptz) returns text
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
             join decided_finding f on f.period = b.period and f.closed_at is null
             join line i on i.recipient_id = f.recipient_id
            where (f.holds = 'line' or f.holds = 'account' and i.bank_bin <> '')
              and f.outcome is distinct from 'accepted')
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

-- Whoever had a hand in what was decided about a line does not sign the batch that pays it.
create function check_deciders_do_not_sign() returns trigger
language plpgsql as $$
begin
  if exists (select from finding_proposal p
               join finding_decision d
                 on d.recipient_id = p.recipient_id and d.proposal_no = p.proposal_no
               join disbursement_batch b on b.batch_id = new.batch_id
               join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
                                         and i.recipient_id = p.recipient_id
              where new.person_id in (p.proposed_by, d.decided_by) and d.decision = 'confirmed'
                and b.period between p.period and p.until_period) then
    raise exception 'approval of batch % refused: checker_is_not_maker', new.batch_id
      using errcode = 'check_violation', constraint = 'checker_is_not_maker';
  end if;
  return new;
end
$$;
create trigger check_deciders before insert on approval
  for each row execute function check_deciders_do_not_sign();
