-- A decided instalment is taken from a later payment of the same programme, as a movement and a row of
-- its own. The assessment stays what the law gives: what is paid out is less, and both are told.

alter table recovery_instalment
  add constraint instalment_with_its_amount
    unique (recipient_id, case_no, instalment_no, outcome, period, amount_vnd);
alter table recovery_decision
  add constraint decision_with_its_appeal unique (recipient_id, case_no, outcome, appeal_until);

-- What was taken of one instalment from one payment. Where a payment is less than the instalment the
-- rest is another part, from a later one. Every part carries what was taken before it and refers to the
-- part that says so: together they cannot be more than was decided, whoever writes them.
create table recovery_taking (
  recipient_id   bigint   not null,
  case_no        smallint not null,
  instalment_no  smallint not null,
  part_no        smallint not null check (part_no between 1 and 99),
  outcome        text     not null check (outcome = 'deduct'),
  -- The instalment as it was decided.
  from_period    text collate "C" not null,
  instalment_vnd bigint   not null,
  before_vnd     bigint   not null check (before_vnd >= 0),
  amount_vnd     bigint   not null check (amount_vnd > 0),
  after_vnd      bigint   generated always as (before_vnd + amount_vnd) stored,
  part_before    smallint generated always as (nullif(part_no - 1, 0)) stored,
  -- The payment that it is taken from: of an assessment, in its month.
  period         text collate "C" not null,
  due_reference  text     not null,
  appeal_until   date     not null,
  taken_on       date     not null,
  primary key (recipient_id, case_no, instalment_no, part_no),
  constraint taking_with_its_sum unique (recipient_id, case_no, instalment_no, part_no, after_vnd),
  constraint one_taking_a_payment unique (recipient_id, case_no, instalment_no, due_reference),
  constraint taken_is_decided
    foreign key (recipient_id, case_no, instalment_no, outcome, from_period, instalment_vnd)
    references recovery_instalment
      (recipient_id, case_no, instalment_no, outcome, period, amount_vnd),
  constraint appeal_is_that_of_the_decision
    foreign key (recipient_id, case_no, outcome, appeal_until)
    references recovery_decision (recipient_id, case_no, outcome, appeal_until),
  constraint taken_from_an_assessment
    foreign key (recipient_id, period, due_reference) references assessment,
  constraint follows_what_was_taken_before
    foreign key (recipient_id, case_no, instalment_no, part_before, before_vnd)
    references recovery_taking (recipient_id, case_no, instalment_no, part_no, after_vnd),
  constraint first_part_follows_nothing check ((part_no = 1) = (before_vnd = 0)),
  constraint no_more_than_was_decided check (before_vnd + amount_vnd <= instalment_vnd),
  constraint not_before_its_month check (period >= from_period),
  constraint not_while_it_may_be_appealed check (taken_on > appeal_until)
);
grant select, insert on recovery_taking to an_sinh_app;

insert into transfer_kind values ('deducted', 'owed', 'recovered');
alter table ledger_transfer drop constraint accounts_are_those_of_the_kind;
alter table ledger_transfer add constraint accounts_are_those_of_the_kind check (
  (kind = 'entitled' and debit_account = 'appropriation' and credit_account = 'owed') or
  (kind = 'lapsed'   and debit_account = 'owed'       and credit_account = 'appropriation') or
  (kind = 'deducted' and debit_account = 'owed'       and credit_account = 'recovered') or
  (kind = 'released' and debit_account = 'owed'       and credit_account = 'in_transit') or
  (kind = 'settled'  and debit_account = 'in_transit' and credit_account = 'paid') or
  (kind = 'rejected' and debit_account = 'in_transit' and credit_account = 'owed') or
  (kind = 'unpaid'   and debit_account = 'in_transit' and credit_account = 'owed') or
  (kind = 'returned' and debit_account = 'paid'       and credit_account = 'owed'));

-- What an instruction has to pay: its assessment less what was taken from it by decision.
create or replace function check_batch_step() returns trigger
language plpgsql as $$
declare
  b disbursement_batch;
  drawn record;
begin
  select * into strict b from disbursement_batch where batch_id = new.batch_id;

  -- The foreign key knows which steps there are, and only this that one begins where the batch is.
  if new.came_from <> coalesce(old.state, 'none') or new.version <> coalesce(old.version, 0) + 1 then
    raise exception 'batch % is not where the step begins', b.batch_id
      using errcode = 'check_violation', constraint = 'step_begins_where_it_stands';
  end if;

  if new.state = 'prepared' then
    with taken as materialized (
      select recipient_id, period, due_reference, sum(amount_vnd) as vnd
        from recovery_taking where period <= b.period group by 1, 2, 3
    )
    select count(*) as n, sum(i.amount_vnd) as total,
           count(*) filter (
             where a.amount_vnd - coalesce(t.vnd, 0) is distinct from i.amount_vnd
                or i.line_hash <> line_hash(i.end_to_end_id, i.amount_vnd, i.payee_name,
                                            i.citizen_number, i.bank_bin, i.account_number,
                                            i.commune_code)) as wrong
      into drawn
      from payment_instruction i
      left join assessment a
        on a.recipient_id = i.recipient_id and a.period = i.period and a.period <= b.period
       and i.end_to_end_id = a.due_reference || 'T' || i.attempt::text
      left join taken t
        on t.recipient_id = a.recipient_id and t.period = a.period
       and t.due_reference = a.due_reference
     where i.batch_id = b.batch_id and i.period <= b.period;
    if drawn.n <> b.instruction_count or drawn.total <> b.total_vnd or drawn.wrong <> 0
       or batch_content_hash(b.batch_id, b.period) <> b.content_hash then
      raise exception 'batch % is not what its lines say', b.batch_id
        using errcode = 'check_violation', constraint = 'batch_is_its_lines';
    end if;
    if (select (sum(line_count), sum(total_vnd)) from payment_file where batch_id = b.batch_id)
       is distinct from (b.instruction_count::numeric, b.total_vnd::numeric) then
      raise exception 'the files of batch % do not hold its lines', b.batch_id
        using errcode = 'check_violation', constraint = 'files_hold_the_batch';
    end if;
  end if;

  if new.state = 'approved' then
    if (select count(*) from approval
         where batch_id = b.batch_id and content_hash = b.content_hash
           and files_hash = batch_files_hash(b.batch_id)) < 2 then
      raise exception 'batch % has fewer than two signatures', b.batch_id
        using errcode = 'check_violation', constraint = 'two_sign_the_same_content';
    end if;
    update budget
       set committed_vnd = committed_vnd + b.total_vnd
     where programme = b.programme and province_code = b.province_code
       and year = substr(b.period, 1, 4)::int;
    if not found then
      raise exception 'no budget for batch %', b.batch_id
        using errcode = 'check_violation', constraint = 'committed_within_budget';
    end if;
  end if;
  return new;
end
$$;
