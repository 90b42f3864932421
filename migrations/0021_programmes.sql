-- The programmes that were argued from cases alone are paid from the register too: care in the
-- community and in an institution month by month, and what is paid once for an event.
--
-- The letters of a programme are in every reference, so that the function that writes them is replaced
-- here as a whole. It stays one expression: only so can it be inlined.
insert into programme (programme, letters, name_vi, name_en, unproven) values
  ('care_support',      'CS', 'Hỗ trợ kinh phí chăm sóc, nuôi dưỡng tại cộng đồng',
                              'Support for carers in the community',   'cash'),
  ('institution',       'ND', 'Nuôi dưỡng tại cơ sở trợ giúp xã hội', 'Life in an institution', 'cash'),
  ('funeral',           'MT', 'Hỗ trợ chi phí mai táng',              'Funeral support',        'hold'),
  ('tet_gift',          'QT', 'Quà Tết',                              'New Year gift',          'cash'),
  ('national_day_gift', 'QK', 'Quà Quốc khánh',                       'National Day gift',      'cash');

create or replace function due_reference(
  period text, programme text, recipient_id bigint, assessment_no int)
returns text
language sql immutable parallel safe as $$
  select 'AS' || substr(period, 3, 2) || substr(period, 6, 2)
         || case when programme = 'social_assistance' then 'TG'
                 when programme = 'social_pension'    then 'HT'
                 when programme = 'unemployment'      then 'TN'
                 when programme = 'merit'             then 'CC'
                 when programme = 'care_support'      then 'CS'
                 when programme = 'institution'       then 'ND'
                 when programme = 'funeral'           then 'MT'
                 when programme = 'tet_gift'          then 'QT'
                 when programme = 'national_day_gift' then 'QK' end
         || recipient_id::text || 'N' || assessment_no::text
$$;

-- What is computed again must come out to the dong. Two programmes round, and only these: a multiple
-- of merit to the thousand (321/2026/ND-CP art. 3(2)), unemployment benefit to the dong. The programme
-- of a line is in its reference. What is paid once is an amount of the law, or a coefficient too.
alter table assessment_line drop constraint line_can_be_computed_again;
alter table assessment_line add constraint line_can_be_computed_again check (
  amount_vnd + paid_vnd = standard_vnd * coefficient
  or substr(due_reference, 7, 2) in ('CC', 'MT')
     and amount_vnd + paid_vnd = round(standard_vnd * coefficient, -3)
  or substr(due_reference, 7, 2) = 'TN' and amount_vnd + paid_vnd = round(standard_vnd * coefficient));

-- Two months may be paid at once, by decision: the month ahead is a line of its own kind.
alter table assessment_line drop constraint assessment_line_kind_check;
alter table assessment_line add constraint assessment_line_kind_check
  check (kind in ('current', 'arrears', 'ahead', 'once'));
alter table assessment_line drop constraint kind_agrees_with_month;
alter table assessment_line add constraint kind_agrees_with_month check (
  case when kind = 'current' then for_period = period
       when kind = 'arrears' then for_period < period
       when kind = 'ahead'   then for_period > period
       else true end);

-- Facts of an enrolment for which the register has no column: who is cared for, a household, a pension,
-- reports on the search for a job. The names are those of a case, checked by the same schema. Nothing
-- is written over: the last version counts, and one person records what another confirms.
create table enrolment_facts (
  recipient_id  bigint   not null,
  enrolment_ref text     not null,
  version_no    smallint not null check (version_no between 1 and 999),
  facts         jsonb    not null check (jsonb_typeof(facts) = 'object'),
  document      text     not null check (document <> ''),
  recorded_by   text     not null,
  confirmed_by  text     not null,
  recorded_at   timestamptz not null,
  primary key (recipient_id, enrolment_ref, version_no),
  foreign key (recipient_id, enrolment_ref) references enrolment,
  constraint two_persons_record_facts check (confirmed_by <> recorded_by)
);
grant select, insert on enrolment_facts to an_sinh_app;
