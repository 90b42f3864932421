-- A signature: one person, over the totals, the lines and the files that were shown to them.
create table approval (
  batch_id          bigint not null references disbursement_batch,
  person_id         text   not null references person,
  signed_at         timestamptz not null,
  -- When the second factor was last given; at most five minutes before (I12).
  step_up_at        timestamptz not null,
  instruction_count bigint not null,
  total_vnd         bigint not null,
  content_hash      bytea  not null,
  files_hash        bytea  not null,
  primary key (batch_id, person_id),
  constraint step_up_is_fresh
    check (step_up_at <= signed_at and signed_at - step_up_at <= interval '5 minutes')
);

-- Locks the batch and the signer, so that nobody signs a batch that is moving on, or with a right
-- that is being revoked. The message is a constraint's name: people are told its text.
create function check_approval() returns trigger
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
              and r.unit_code in (b.province_code, 'VN')
              and (r.limit_vnd is null or r.limit_vnd >= b.total_vnd))
      then 'checker_is_entitled'
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
create trigger check_approval before insert on approval
  for each row execute function check_approval();

grant select, insert on approval to an_sinh_app;
