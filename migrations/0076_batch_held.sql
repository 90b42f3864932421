-- Whoever signs a batch sees who of its programme is due and stands in no batch, by the rule that keeps them out of it:
-- no rule cuts a payment silently. Drawn once, with the batch, like all that is shown beside its totals.
create table batch_held (
  batch_id bigint not null references disbursement_batch,
  -- The code of a finding; or that nothing is proven that still counts, or that there is no live channel.
  reason   text   not null check (reason ~ '^[A-Z][A-Z0-9_]+$' or reason in ('not-verified', 'no-channel')),
  people   bigint not null check (people > 0),
  vnd      bigint not null check (vnd > 0),
  primary key (batch_id, reason)
);
grant select, insert on batch_held to an_sinh_app;
