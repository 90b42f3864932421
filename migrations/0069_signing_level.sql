-- Two levels of signatures, by amount. A checker whose limit is below the total of a batch signs at the first
-- level only: before somebody whose limit covers it, never after, and never is theirs the signature that lets
-- the batch go.
create or replace function check_approval() returns trigger
language plpgsql as $$
declare
  b disbursement_batch;
  s batch_state;
  refused text;
begin
  select * into strict b from disbursement_batch where batch_id = new.batch_id;
  select * into strict s from batch_state where batch_id = new.batch_id for update;
  perform 1 from person where person_id = new.person_id for share;
  perform 1 from person_role where person_id = new.person_id for share;

  refused := case
    when s.state <> 'prepared' then 'batch_is_prepared'
    when exists (select from batch_maker m
                  where m.batch_id = b.batch_id and m.person_id = new.person_id)
      -- What they did after the batch was gathered: its makers were written down then.
      or exists (select from recipient_list l
                  where l.imported_by = new.person_id and l.province_code = b.province_code
                    and l.period = b.period and l.accepted_count > 0)
      or exists (select from register_change c
                   join payment_instruction i on i.recipient_id = c.recipient_id
                  where c.changed_by = new.person_id
                    and c.changed_at > new.signed_at - interval '90 days'
                    and i.batch_id = b.batch_id and i.period <= b.period)
      then 'checker_is_not_maker'
    when not exists (
           select from person p join person_role r using (person_id)
            where p.person_id = new.person_id and p.active
              and r.role = 'checker' and r.revoked_at is null
              and r.unit_code in (b.province_code, 'VN'))
      then 'checker_is_entitled'
    when exists (select from approval a where a.batch_id = b.batch_id)
     and not exists (
           select from person_role r
            where r.person_id = new.person_id
              and r.role = 'checker' and r.revoked_at is null
              and r.unit_code in (b.province_code, 'VN')
              and (r.limit_vnd is null or r.limit_vnd >= b.total_vnd))
      then 'last_signature_covers_the_total'
    when (new.instruction_count, new.total_vnd, new.content_hash, new.files_hash)
         is distinct from (b.instruction_count, b.total_vnd, b.content_hash,
                           batch_files_hash(b.batch_id))
      then 'checker_signs_what_is_there'
  end;
  if refused is not null then
    raise exception 'approval of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$$;
