-- The gate between a batch being made and a batch being shown, as before, but the assessment of a
-- line is found by the recipient and the reference that the line carries. Building each reference
-- again was a third of the time; the constraint reference_names_the_attempt has already held it
-- against the columns of the line.
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
    select count(*) as n, sum(i.amount_vnd) as total,
           count(*) filter (
             where a.amount_vnd is distinct from i.amount_vnd
                or i.line_hash <> line_hash(i.end_to_end_id, i.amount_vnd, i.payee_name,
                                            i.citizen_number, i.bank_bin, i.account_number,
                                            i.commune_code)) as wrong
      into drawn
      from payment_instruction i
      left join assessment a
        on a.recipient_id = i.recipient_id and a.period = i.period and a.period <= b.period
       and i.end_to_end_id = a.due_reference || 'T' || i.attempt::text
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
