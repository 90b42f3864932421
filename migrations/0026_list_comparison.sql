-- A list beside the one of the month before: who is new, who has ended, what has changed, who has moved
-- and who is back. Somebody must have said why people ended without a reason, or many changed at once,
-- before a batch of the month is signed.
alter table recipient_list add column content_key text;
-- Looked up once for each list that is taken in: has the same been said before?
create index recipient_list_content on recipient_list (province_code, period, content_key);

create table list_comparison (
  list_id        bigint primary key references recipient_list,
  period_before  text collate "C" not null,
  before_count   bigint not null check (before_count >= 0),
  listed_count   bigint not null check (listed_count >= 0),
  same_count     bigint not null check (same_count >= 0),
  new_count      bigint not null check (new_count >= 0),
  ended_count    bigint not null check (ended_count >= 0),
  -- Enrolments of which something changed or that moved; one may have done both.
  changed_count  bigint not null check (changed_count >= 0),
  returned_count bigint not null check (returned_count >= 0),
  constraint every_listed_row_has_a_fate
    check (listed_count = same_count + new_count + changed_count + returned_count),
  constraint every_row_before_has_a_fate
    check (before_count = same_count + changed_count + ended_count)
);

create table list_movement (
  recipient_id  bigint not null,
  list_id       bigint not null,
  enrolment_ref text   not null,
  kind          text   not null check (kind in ('new', 'ended', 'changed', 'moved', 'returned')),
  -- Of a change and a move: the field, and what it was and is. Of a return: the last month before.
  facts         jsonb  not null,
  -- Of an ending: why, as far as the register knows. Null is what a person has to explain.
  explained_by  text check (explained_by in ('death', 'decision', 'suspension', 'other_ground',
                                             'other_province', 'row_refused')),
  primary key (recipient_id, list_id, enrolment_ref, kind),
  constraint only_endings_are_explained check (kind = 'ended' or explained_by is null)
);
create index list_movement_list on list_movement using brin (list_id);

-- From how many, and from what share of a commune, on a movement is one of many. A row is a point: it
-- governs from its day until another does.
create table movement_policy (
  counts_from   date     primary key,
  least_count   int      not null check (least_count > 0),
  least_percent smallint not null check (least_percent between 1 and 100),
  source        text     not null
);
insert into movement_policy values ('2020-01-01', 20, 10, 'default of the program, to be set by circular');
grant select on movement_policy to an_sinh_app;

create table movement_alarm (
  list_id      bigint not null references recipient_list,
  commune_code text   not null,
  -- unexplained-endings, or a kind of movement that many have at once: changed/account.
  what         text   not null check (what <> ''),
  found_count  bigint not null check (found_count > 0),
  of_count     bigint not null check (of_count >= 0),
  primary key (list_id, commune_code, what)
);

-- Why: said by somebody who did not send the list.
create table movement_answer (
  list_id      bigint not null,
  commune_code text   not null,
  what         text   not null,
  reason       text   not null check (reason <> ''),
  answered_by  text   not null references person,
  answered_at  timestamptz not null,
  primary key (list_id, commune_code, what),
  constraint answer_is_to_an_alarm foreign key (list_id, commune_code, what) references movement_alarm
);

grant select, insert on list_comparison, list_movement, movement_alarm, movement_answer to an_sinh_app;

create function check_movement_answer() returns trigger
language plpgsql as $$
begin
  if exists (select from recipient_list where list_id = new.list_id and imported_by = new.answered_by)
  then
    raise exception 'list % is answered for by who sent it', new.list_id
      using errcode = 'check_violation', constraint = 'another_explains_the_list';
  end if;
  return new;
end
$$;
create trigger check_answer before insert on movement_answer
  for each row execute function check_movement_answer();

-- Nobody signs a month whose movements nobody has explained: in one commune ended people went on being
-- paid for years because no list was ever laid beside the one before.
create function check_movements_at_approval() returns trigger
language plpgsql as $$
begin
  if exists (select from disbursement_batch b
               join recipient_list l on l.province_code = b.province_code and l.period = b.period
               join movement_alarm m on m.list_id = l.list_id
               left join movement_answer a
                 on a.list_id = m.list_id and a.commune_code = m.commune_code and a.what = m.what
              where b.batch_id = new.batch_id and a.list_id is null) then
    raise exception 'approval of batch % refused: movements_are_explained', new.batch_id
      using errcode = 'check_violation', constraint = 'movements_are_explained';
  end if;
  return new;
end
$$;
create trigger check_movements before insert on approval
  for each row execute function check_movements_at_approval();
