-- What proves that no row was changed, removed or slipped in, even by who owns the tables.
--
-- A seal is the hash of every row, 16 bytes a row in the order of the key, kept for each table by
-- period and by 256 recipients. The hash over all of them is an event of the audit log; the log is
-- a tree whose head is signed and kept elsewhere too. So one published line commits to every row,
-- and a row that is not what was sealed can be named.
--
-- What the application may never update is hashed apart from what it may (a state, an end, a
-- count): the first must be there for ever, the second until the next event.

create table sealed_table (
  table_name text primary key,
  -- The columns that were hashed, in this order: a later migration adds columns, not doubt.
  frozen     text[] not null check (cardinality(frozen) > 0),
  changing   text[] not null
);
grant select, insert, update on sealed_table to an_sinh_app;

create table row_seal (
  table_name text collate "C" not null references sealed_table,
  -- Of a table that is partitioned by period; else ''.
  period     text collate "C" not null,
  -- recipient_id / 256, or 0 in a table that is not of recipients.
  bucket_no  bigint not null,
  frozen     bytea  not null check (octet_length(frozen) % 16 = 0 and octet_length(frozen) > 0),
  changing   bytea  not null check (octet_length(changing) in (0, octet_length(frozen))),
  primary key (table_name, period, bucket_no)
);
-- Hashes do not compress; trying to costs more than writing them.
alter table row_seal alter frozen set storage external, alter changing set storage external;
grant select, insert, update on row_seal to an_sinh_app;

-- A head of the log that was signed. Copies lie where the database does not reach.
create table signed_head (
  tree_size bigint primary key check (tree_size > 0),
  root      bytea  not null check (octet_length(root) = 32),
  signed_at timestamptz not null,
  note      text   not null
);
grant select, insert on signed_head to an_sinh_app;

-- Holds the log still until the transaction ends: nobody can record an event, so nobody can commit
-- a change, while rows are compared with their seals. Runs as the owner, because the application
-- may not touch the head.
create function hold_audit_log() returns bigint
language sql security definer set search_path = public as $$
  select event_no from audit_head for update
$$;
