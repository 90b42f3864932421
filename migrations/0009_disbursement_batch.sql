-- A channel: one bank or one post office that takes our files, and how it behaves. The two answers
-- that decide whether a send may be repeated are asked of every bank before the first file:
-- does it refuse a reference it has seen, and does it refuse a file after cut-off?
create table channel (
  channel               text primary key check (channel ~ '^[A-Z0-9]{2,8}$'),
  kind                  text    not null check (kind in ('account', 'cash_post')),
  name                  text    not null,
  environment           text    not null check (environment in ('sandbox', 'production')),
  format                text    not null check (format in ('pain.001.001.09', 'post-office-list')),
  dedupes_reference     boolean not null,
  refuses_after_cutoff  boolean not null,
  lines_per_file        int     not null check (lines_per_file > 0),
  payer_name            text    not null,
  payer_agreement       text    not null,
  payer_account         text    not null,
  payer_bank_bin        text    not null
);
create unique index one_channel_of_a_kind on channel (kind, environment);
grant select, insert on channel to an_sinh_app;

-- The head of a batch: written once, when its instructions have been gathered. The hash is over the
-- lines, so that whoever signs the batch signs every name, account and amount in it (I10).
create table disbursement_batch (
  batch_id          bigint primary key,
  batch_code        text   not null unique,
  period            text collate "C" not null references period_state,
  programme         text   not null references programme,
  province_code     text   not null,
  channel           text   not null references channel,
  sequence_no       int    not null check (sequence_no > 0),
  value_date        date   not null,
  instruction_count bigint not null check (instruction_count > 0),
  total_vnd         bigint not null check (total_vnd > 0),
  content_hash      bytea  not null check (octet_length(content_hash) = 32),
  prepared_by       text   not null references person,
  prepared_at       timestamptz not null,
  -- A second batch of the month is a supplementary one and has the next number.
  constraint one_batch_a_number unique (period, programme, province_code, channel, sequence_no)
);

-- One line of money to one payee. What the checker approves is, to the dong, what the bank is told
-- to pay: the application's role may insert and select here, nothing else, and what happens later is
-- recorded beside it.
--
-- The key is the reference, and the reference names the assessment and the attempt, so an assessment
-- has one first attempt, whatever fires twice (I01). A second attempt exists only against the ledger
-- transfer that put the money of the first back to what is owed (I23).
create table payment_instruction (
  recipient_id    bigint   not null,
  period          text collate "C" not null,
  end_to_end_id   text     not null,
  programme       text     not null,
  assessment_no   smallint not null,
  attempt         smallint not null check (attempt between 1 and 99),
  batch_id        bigint   not null,
  amount_vnd      bigint   not null check (amount_vnd > 0),
  channel_no      smallint not null,
  payee_name      text     not null,
  citizen_number  text     not null,
  bank_bin        text     not null,
  account_number  text     not null,
  commune_code    text     not null,
  line_hash       bytea    not null check (octet_length(line_hash) = 32),

  -- The transfer that reopened what is owed: null for a first attempt.
  reopened_period    text collate "C",
  reopened_reference text,
  reopened_kind      text,

  primary key (recipient_id, period, end_to_end_id),
  constraint reference_names_the_attempt check (
    end_to_end_id = due_reference(period, programme, recipient_id, assessment_no)
                    || 'T' || attempt::text),
  constraint another_attempt_needs_a_reopening check (
    (attempt = 1) = (reopened_kind is null) and
    (attempt = 1) = (reopened_period is null) and
    (attempt = 1 and reopened_reference is null or
     reopened_reference = due_reference(period, programme, recipient_id, assessment_no)
                          || 'T' || (attempt - 1)::text) and
    (reopened_kind is null or reopened_kind in ('rejected', 'returned', 'unpaid'))),
  constraint reopening_is_in_the_ledger
    foreign key (recipient_id, reopened_period, reopened_reference, reopened_kind)
    references ledger_transfer (recipient_id, period, reference, kind)
) partition by range (period);
insert into partitioned_table values ('payment_instruction');

-- The hash of one line: everything that is signed about it. Stable and not immutable, because
-- convert_to is, and only so can it be inlined.
create function line_hash(
  end_to_end_id text, amount_vnd bigint, payee_name text, citizen_number text,
  bank_bin text, account_number text, commune_code text) returns bytea
language sql stable parallel safe as $$
  select sha256(convert_to(end_to_end_id || E'\x1f' || amount_vnd::text || E'\x1f' || payee_name || E'\x1f'
                || citizen_number || E'\x1f' || bank_bin || E'\x1f' || account_number || E'\x1f'
                || commune_code, 'UTF8'))
$$;

-- Where a batch stands. Two rows could disagree with the table of steps, so the step taken is a
-- foreign key into it: a step that is not there cannot be stored (I21).
create table batch_step (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into batch_step values
  ('none', 'gathered'), ('gathered', 'prepared'), ('prepared', 'approved'),
  ('prepared', 'withdrawn'), ('approved', 'released'), ('released', 'reconciled');
grant select on batch_step to an_sinh_app;

create table batch_state (
  batch_id   bigint primary key references disbursement_batch,
  state      text   not null,
  came_from  text   not null,
  -- Steps taken; there is one audit event for each (I14).
  version    int    not null check (version > 0),
  changed_at timestamptz not null,
  constraint step_is_allowed foreign key (came_from, state) references batch_step
);

-- Who had a hand in what the batch pays: its maker, who imported its lists, who changed an account
-- in the last 90 days. None of them may sign it (I13).
create table batch_maker (
  batch_id  bigint not null references disbursement_batch,
  person_id text   not null references person,
  reason    text   not null check (reason in ('prepared', 'imported', 'changed-register')),
  primary key (batch_id, person_id, reason)
);

-- A file rendered from a batch before anybody signs: what is approved is what is sent.
create table payment_file (
  batch_id                bigint not null references disbursement_batch,
  part_no                 int    not null check (part_no > 0),
  file_id                 bigint not null unique references file,
  message_id              text   not null unique check (message_id ~ '^[A-Z0-9-]{1,35}$'),
  payment_information_id  text   not null unique check (payment_information_id ~ '^[A-Z0-9-]{1,35}$'),
  line_count              bigint not null check (line_count > 0),
  total_vnd               bigint not null check (total_vnd > 0),
  -- The lines of the part, in order of recipient and reference: from one to another, both included.
  first_recipient_id      bigint not null,
  first_reference         text   not null,
  last_recipient_id       bigint not null,
  last_reference          text   not null,
  primary key (batch_id, part_no),
  check ((first_recipient_id, first_reference) <= (last_recipient_id, last_reference))
);

-- A file that comes after the signatures would be sent without them.
create function check_payment_file() returns trigger
language plpgsql as $$
begin
  perform 1 from batch_state where batch_id = new.batch_id and state = 'gathered' for update;
  if not found then
    raise exception 'batch % takes no more files', new.batch_id
      using errcode = 'check_violation', constraint = 'files_are_sealed_with_the_batch';
  end if;
  return new;
end
$$;
create trigger check_file before insert on payment_file
  for each row execute function check_payment_file();

-- What is signed, computed from the rows and not remembered: buckets of lines in order of the key,
-- hashed, and the hash of those.
create function batch_content_hash(which bigint, of_period text) returns bytea
language sql stable as $$
  select sha256(string_agg(bucket.hash, ''::bytea order by bucket.no))
    from (select recipient_id / 256 as no,
                 sha256(string_agg(line_hash, ''::bytea order by recipient_id, period, end_to_end_id))
                   as hash
            from payment_instruction
           where batch_id = which and period <= of_period
           group by recipient_id / 256) bucket
$$;

create function batch_files_hash(which bigint) returns bytea
language sql stable as $$
  select sha256(string_agg(f.sha256, ''::bytea order by p.part_no))
    from payment_file p join file f using (file_id)
   where p.batch_id = which
$$;

-- The gate between a batch being made and a batch being shown: count, sum and hash are drawn again
-- from the rows, every line must pay its assessment to the dong (I03) and be what its own hash says,
-- and the files must hold every line. Two approvers is a number the law of the house fixes; the
-- trigger below counts them.
create function check_batch_step() returns trigger
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
        on a.recipient_id = i.recipient_id and a.period = i.period
       and a.due_reference = due_reference(i.period, i.programme, i.recipient_id, i.assessment_no)
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
create trigger check_step before insert or update on batch_state
  for each row execute function check_batch_step();

-- What may be committed in a year. The row is locked by the approval that commits (I05).
create table budget (
  programme     text   not null references programme,
  province_code text   not null,
  year          int    not null,
  fund_source   text   not null,
  amount_vnd    bigint not null check (amount_vnd >= 0),
  committed_vnd bigint not null default 0 check (committed_vnd >= 0),
  primary key (programme, province_code, year),
  constraint committed_within_budget check (committed_vnd <= amount_vnd)
);

grant select, insert on disbursement_batch, payment_instruction, batch_state, batch_maker,
  payment_file, budget to an_sinh_app;
grant update (state, came_from, version, changed_at) on batch_state to an_sinh_app;
grant update (committed_vnd) on budget to an_sinh_app;
-- Lines of a batch lie together on disk: a few bytes find them among all that came before.
create index payment_instruction_batch on payment_instruction using brin (batch_id);
