-- What is paid once for an event: funeral support to who buried a recipient, a gift of the state to its
-- groups, and one to everybody in the population database at an instant. Each stands under the recipient
-- who is paid, so that all of its money lies on one shard. A gift to groups follows from the register
-- alone; the others are asked for by somebody, with a document.

-- What somebody asks to be paid once, on behalf of a person who died or of each person of a household.
-- One person records it and another confirms it.
create table once_claim (
  recipient_id bigint   not null,
  claim_no     smallint not null check (claim_no between 1 and 9999),
  programme    text     not null check (programme in ('funeral', 'national_day_gift')),
  -- 'death', or the gift.
  occasion     text     not null check (occasion <> ''),
  -- On whose account: the recipient who died, by number, or the citizen number of who is given the gift.
  of_key       text     not null check (of_key <> ''),
  facts        jsonb    not null check (jsonb_typeof(facts) = 'object'),
  document     text     not null check (document <> ''),
  claimed_on   date     not null,
  recorded_by  text     not null,
  confirmed_by text     not null,
  recorded_at  timestamptz not null,
  primary key (recipient_id, claim_no),
  constraint funeral_is_of_a_death check ((programme = 'funeral') = (occasion = 'death')),
  constraint two_persons_record_a_claim check (confirmed_by <> recorded_by)
);

-- One death has one funeral support and one person one gift, whoever collects it. Uniqueness across
-- recipients needs a key table of its own, distributed by the key.
create table once_claim_key (
  key          text     not null,
  occasion     text     not null,
  recipient_id bigint   not null,
  claim_no     smallint not null,
  primary key (key, occasion)
);

-- What was given once, so that it is never given again: by a claim, or of the register (0).
create table once_award (
  recipient_id  bigint   not null,
  programme     text     not null check (programme in ('funeral', 'tet_gift', 'national_day_gift')),
  occasion      text     not null check (occasion <> ''),
  claim_no      smallint not null,
  claimed_as    smallint generated always as (nullif(claim_no, 0)) stored,
  period        text collate "C" not null,
  due_reference text     not null,
  primary key (recipient_id, programme, occasion, claim_no),
  constraint award_is_of_a_claim foreign key (recipient_id, claimed_as) references once_claim,
  constraint award_is_assessed
    foreign key (recipient_id, period, due_reference) references assessment,
  constraint a_new_year_gift_is_not_claimed check ((programme = 'tet_gift') = (claim_no = 0))
);

grant select, insert on once_claim, once_claim_key, once_award to an_sinh_app;
