-- What one recipient is due from one programme for one period, or why nothing: with the inputs, the
-- rates and the articles, so that an auditor can compute it again. Never changed: when facts change,
-- another assessment with the next number holds the difference.
create table assessment (
  recipient_id  bigint   not null,
  period        text collate "C" not null,
  due_reference text     not null,
  programme     text     not null,
  assessment_no smallint not null check (assessment_no between 1 and 99),
  amount_vnd    bigint   not null check (amount_vnd >= 0),
  reason        text,
  facts         jsonb    not null,
  assessed_on   date     not null,
  primary key (recipient_id, period, due_reference),
  constraint nothing_due_has_a_reason check ((amount_vnd = 0) = (reason is not null)),
  constraint reference_names_the_row
    check (due_reference = due_reference(period, programme, recipient_id, assessment_no))
) partition by range (period);

-- The amount month by month. The month itself is current; earlier months are arrears, each its own
-- line with its own articles.
create table assessment_line (
  recipient_id  bigint   not null,
  period        text collate "C" not null,
  due_reference text     not null,
  line_no       smallint not null,
  kind          text     not null check (kind in ('current', 'arrears', 'once')),
  for_period    text collate "C" not null,
  enrolment_ref text     not null,
  ground_code   text     not null,
  coefficient   numeric(8,3) not null check (coefficient > 0),
  standard_vnd  bigint   not null check (standard_vnd > 0),
  -- What has been paid or assessed for that month before.
  paid_vnd      bigint   not null check (paid_vnd >= 0),
  amount_vnd    bigint   not null check (amount_vnd > 0),
  articles      text[]   not null check (cardinality(articles) > 0),
  primary key (recipient_id, period, due_reference, line_no),
  constraint line_can_be_computed_again
    check (kind = 'once' or amount_vnd + paid_vnd = standard_vnd * coefficient),
  constraint kind_agrees_with_month
    check (kind = 'once' or (kind = 'current') = (for_period = period))
) partition by range (period);
insert into partitioned_table values ('assessment'), ('assessment_line');

grant select, insert on assessment, assessment_line to an_sinh_app;
