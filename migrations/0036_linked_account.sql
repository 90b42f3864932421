-- Which account a citizen has linked in VNeID to receive social security, each time it was asked. It
-- changes nothing by itself: where it is another account than the register has, a change is proposed,
-- and a person decides, and the bank is asked about it like about any other account.
create table linked_account (
  recipient_id   bigint   not null,
  -- Of the payee who collects.
  payee_no       smallint not null,
  asked_no       int      not null check (asked_no > 0),
  outcome        text     not null check (outcome in ('linked', 'not-linked')),
  bank_bin       text     not null,
  account_number text     not null,
  holder_name    text     not null,
  linked_on      date,
  asked_at       timestamptz not null,
  answer_hash    bytea    not null check (octet_length(answer_hash) = 32),
  primary key (recipient_id, payee_no, asked_no),
  constraint a_link_names_an_account check (
    case outcome
      when 'linked' then is_digits(bank_bin, 6) and account_number <> '' and holder_name <> ''
                         and linked_on is not null
      else bank_bin || account_number || holder_name = '' and linked_on is null
    end),
  constraint link_is_of_a_payee foreign key (recipient_id, payee_no) references payee
);
grant select, insert on linked_account to an_sinh_app;
