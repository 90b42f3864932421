-- The schema as the migrations leave it. Drawn by test/database/schema.test.ts, which says how.
-- A right that is not named here an_sinh_app does not have.

-- reference
create table account_change_policy (
  counts_from date not null,
  cooling_off_days smallint not null,
  source text not null,
  constraint account_change_policy_pkey PRIMARY KEY (counts_from),
  constraint account_change_policy_cooling_off_days_check CHECK (((cooling_off_days >= 0) AND (cooling_off_days <= 90)))
);
grant select on account_change_policy to an_sinh_app;

-- reference
create table administrative_unit (
  unit_code text not null,
  parent_code text,
  name text not null,
  kind text not null,
  valid_from date not null,
  valid_until date,
  source text not null,
  constraint administrative_unit_pkey PRIMARY KEY (unit_code, kind, valid_from),
  constraint one_meaning_a_day EXCLUDE USING gist (((unit_code)::integer) WITH =, length(unit_code) WITH =, daterange(valid_from, valid_until) WITH &&),
  constraint a_code_has_its_length CHECK (is_digits(unit_code,
CASE
    WHEN (kind = 'province'::text) THEN 2
    ELSE 5
END)),
  constraint administrative_unit_kind_check CHECK ((kind = ANY (ARRAY['province'::text, 'commune'::text])))
);
grant select on administrative_unit to an_sinh_app;

-- local
create table alarm (
  alarm_id bigint not null generated always as identity,
  kind text not null,
  subject text not null,
  grave boolean not null,
  facts jsonb not null,
  raised_at timestamp with time zone not null,
  acknowledged_by text,
  acknowledged_at timestamp with time zone,
  constraint alarm_pkey PRIMARY KEY (alarm_id),
  constraint raised_once UNIQUE (kind, subject),
  constraint acknowledged_by_somebody CHECK (((acknowledged_by IS NULL) = (acknowledged_at IS NULL))),
  constraint alarm_kind_check CHECK ((kind ~ '^[a-z][a-z-]{2,39}$'::text)),
  constraint alarm_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 100))),
  constraint alarm_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES person(person_id)
);
CREATE INDEX alarms_nobody_knows ON public.alarm USING btree (raised_at) WHERE (acknowledged_at IS NULL);
CREATE TRIGGER check_alarm BEFORE UPDATE ON public.alarm FOR EACH ROW EXECUTE FUNCTION check_alarm();
grant insert, select, update (acknowledged_by, acknowledged_at) on alarm to an_sinh_app;

-- local
create table alarm_delivery (
  alarm_id bigint not null,
  channel text not null,
  round integer not null,
  due_at timestamp with time zone not null,
  attempts integer not null default 0,
  last_failure text,
  delivered_at timestamp with time zone,
  constraint alarm_delivery_pkey PRIMARY KEY (alarm_id, channel, round),
  constraint alarm_delivery_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'webhook'::text]))),
  constraint alarm_delivery_last_failure_check CHECK ((length(last_failure) <= 100)),
  constraint alarm_delivery_round_check CHECK ((round > 0)),
  constraint alarm_delivery_alarm_id_fkey FOREIGN KEY (alarm_id) REFERENCES alarm(alarm_id)
);
CREATE INDEX deliveries_due ON public.alarm_delivery USING btree (due_at) WHERE (delivered_at IS NULL);
grant insert, select, update (due_at, attempts, last_failure, delivered_at) on alarm_delivery to an_sinh_app;

-- local
create table approval (
  batch_id bigint not null,
  person_id text not null,
  signed_at timestamp with time zone not null,
  step_up_at timestamp with time zone not null,
  instruction_count bigint not null,
  total_vnd bigint not null,
  content_hash bytea not null,
  files_hash bytea not null,
  constraint approval_pkey PRIMARY KEY (batch_id, person_id),
  constraint step_up_is_fresh CHECK (((step_up_at <= signed_at) AND ((signed_at - step_up_at) <= '00:05:00'::interval))),
  constraint approval_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id),
  constraint approval_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
CREATE TRIGGER check_approval BEFORE INSERT ON public.approval FOR EACH ROW EXECUTE FUNCTION check_approval();
CREATE TRIGGER check_deciders BEFORE INSERT ON public.approval FOR EACH ROW EXECUTE FUNCTION check_deciders_do_not_sign();
CREATE TRIGGER check_movements BEFORE INSERT ON public.approval FOR EACH ROW EXECUTE FUNCTION check_movements_at_approval();
CREATE TRIGGER check_register BEFORE INSERT ON public.approval FOR EACH ROW EXECUTE FUNCTION check_register_at_approval();
CREATE TRIGGER code_was_given BEFORE INSERT ON public.approval FOR EACH ROW EXECUTE FUNCTION check_code_given('person_id');
grant insert, select on approval to an_sinh_app;

-- distributed
create table assessment (
  recipient_id bigint not null,
  period text collate "C" not null,
  due_reference text not null,
  programme text not null,
  assessment_no smallint not null,
  amount_vnd bigint not null,
  reason text,
  facts jsonb not null,
  assessed_on date not null,
  constraint assessment_pkey PRIMARY KEY (recipient_id, period, due_reference),
  constraint assessment_amount_vnd_check CHECK ((amount_vnd >= 0)),
  constraint assessment_assessment_no_check CHECK (((assessment_no >= 1) AND (assessment_no <= 99))),
  constraint nothing_due_has_a_reason CHECK (((amount_vnd = 0) = (reason IS NOT NULL))),
  constraint reference_names_the_row CHECK ((due_reference = due_reference(period, programme, recipient_id, (assessment_no)::integer)))
) partition by RANGE (period);
grant insert, select on assessment to an_sinh_app;

-- distributed
create table assessment_line (
  recipient_id bigint not null,
  period text collate "C" not null,
  due_reference text not null,
  line_no smallint not null,
  kind text not null,
  for_period text collate "C" not null,
  enrolment_ref text not null,
  ground_code text not null,
  coefficient numeric(8,3) not null,
  standard_vnd bigint not null,
  paid_vnd bigint not null,
  amount_vnd bigint not null,
  articles text[] not null,
  constraint assessment_line_pkey PRIMARY KEY (recipient_id, period, due_reference, line_no),
  constraint assessment_line_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint assessment_line_articles_check CHECK ((cardinality(articles) > 0)),
  constraint assessment_line_coefficient_check CHECK ((coefficient > (0)::numeric)),
  constraint assessment_line_kind_check CHECK ((kind = ANY (ARRAY['current'::text, 'arrears'::text, 'ahead'::text, 'once'::text]))),
  constraint assessment_line_paid_vnd_check CHECK ((paid_vnd >= 0)),
  constraint assessment_line_standard_vnd_check CHECK ((standard_vnd > 0)),
  constraint kind_agrees_with_month CHECK (
CASE
    WHEN (kind = 'current'::text) THEN (for_period = period)
    WHEN (kind = 'arrears'::text) THEN (for_period < period)
    WHEN (kind = 'ahead'::text) THEN (for_period > period)
    ELSE true
END),
  constraint line_can_be_computed_again CHECK (((((amount_vnd + paid_vnd))::numeric = ((standard_vnd)::numeric * coefficient)) OR ((substr(due_reference, 7, 2) = ANY (ARRAY['CC'::text, 'MT'::text])) AND (((amount_vnd + paid_vnd))::numeric = round(((standard_vnd)::numeric * coefficient), '-3'::integer))) OR ((substr(due_reference, 7, 2) = 'TN'::text) AND (((amount_vnd + paid_vnd))::numeric = round(((standard_vnd)::numeric * coefficient))))))
) partition by RANGE (period);
grant insert, select on assessment_line to an_sinh_app;

-- local
create table audit_event (
  event_no bigint not null,
  occurred_at timestamp with time zone not null,
  actor text not null,
  action text not null,
  subject text not null,
  facts jsonb not null,
  previous_hash bytea not null,
  hash bytea not null,
  constraint audit_event_pkey PRIMARY KEY (event_no),
  constraint audit_event_hash_key UNIQUE (hash),
  constraint audit_event_hash_check CHECK ((octet_length(hash) = 32)),
  constraint audit_event_previous_hash_check CHECK ((octet_length(previous_hash) = 32))
);
CREATE INDEX audit_event_subject ON public.audit_event USING btree (subject, action);
CREATE TRIGGER chain BEFORE INSERT ON public.audit_event FOR EACH ROW EXECUTE FUNCTION chain_audit_event();
grant insert, select on audit_event to an_sinh_app;

-- local
create table audit_head (
  only_row boolean not null default true,
  event_no bigint not null,
  hash bytea not null,
  constraint audit_head_pkey PRIMARY KEY (only_row),
  constraint audit_head_only_row_check CHECK (only_row)
);
grant select on audit_head to an_sinh_app;

-- reference
create table bank (
  bin text not null,
  short_name text not null,
  name text not null,
  bic text,
  source text not null,
  constraint bank_pkey PRIMARY KEY (bin),
  constraint bank_bin_check CHECK ((bin ~ '^[0-9]{6}$'::text))
);
grant select on bank to an_sinh_app;

-- local
create table bank_profile (
  channel text not null,
  version integer not null,
  environment text not null,
  content text not null,
  sha256 bytea not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint bank_profile_pkey PRIMARY KEY (channel, version),
  constraint bank_profile_channel_check CHECK ((channel ~ '^[A-Z0-9]{2,8}$'::text)),
  constraint bank_profile_environment_check CHECK ((environment = ANY (ARRAY['sandbox'::text, 'production'::text]))),
  constraint bank_profile_sha256_check CHECK ((octet_length(sha256) = 32)),
  constraint bank_profile_version_check CHECK ((version > 0)),
  constraint profile_is_what_it_says CHECK (((((content)::jsonb ->> 'channel'::text) = channel) AND (((content)::jsonb ->> 'version'::text) = (version)::text) AND (((content)::jsonb ->> 'environment'::text) = environment))),
  constraint bank_profile_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
CREATE TRIGGER check_profile BEFORE INSERT ON public.bank_profile FOR EACH ROW EXECUTE FUNCTION check_profile();
grant insert, select on bank_profile to an_sinh_app;

-- local
create table bank_profile_approval (
  channel text not null,
  version integer not null,
  sha256 bytea not null,
  approved_by text not null,
  approved_at timestamp with time zone not null,
  step_up_at timestamp with time zone not null,
  constraint bank_profile_approval_pkey PRIMARY KEY (channel, version),
  constraint step_up_is_fresh CHECK (((step_up_at <= approved_at) AND ((approved_at - step_up_at) <= '00:05:00'::interval))),
  constraint bank_profile_approval_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES person(person_id),
  constraint bank_profile_approval_channel_version_fkey FOREIGN KEY (channel, version) REFERENCES bank_profile(channel, version)
);
CREATE TRIGGER approve_profile AFTER INSERT ON public.bank_profile_approval FOR EACH ROW EXECUTE FUNCTION approve_profile();
CREATE TRIGGER code_was_given BEFORE INSERT ON public.bank_profile_approval FOR EACH ROW EXECUTE FUNCTION check_code_given('approved_by');
grant insert, select on bank_profile_approval to an_sinh_app;

-- local
create table batch_commune (
  batch_id bigint not null,
  commune_code text not null,
  line_count bigint not null,
  total_vnd bigint not null,
  first_recipient bigint not null,
  last_recipient bigint not null,
  constraint batch_commune_pkey PRIMARY KEY (batch_id, commune_code),
  constraint batch_commune_line_count_check CHECK ((line_count > 0)),
  constraint batch_commune_total_vnd_check CHECK ((total_vnd > 0)),
  constraint first_is_not_after_last CHECK ((first_recipient <= last_recipient)),
  constraint batch_commune_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id)
);
grant insert, select on batch_commune to an_sinh_app;

-- local
create table batch_held (
  batch_id bigint not null,
  reason text not null,
  people bigint not null,
  vnd bigint not null,
  constraint batch_held_pkey PRIMARY KEY (batch_id, reason),
  constraint batch_held_people_check CHECK ((people > 0)),
  constraint batch_held_reason_check CHECK (((reason ~ '^[A-Z][A-Z0-9_]+$'::text) OR (reason = ANY (ARRAY['not-verified'::text, 'no-channel'::text])))),
  constraint batch_held_vnd_check CHECK ((vnd > 0)),
  constraint batch_held_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id)
);
grant insert, select on batch_held to an_sinh_app;

-- local
create table batch_maker (
  batch_id bigint not null,
  person_id text not null,
  reason text not null,
  constraint batch_maker_pkey PRIMARY KEY (batch_id, person_id, reason),
  constraint batch_maker_reason_check CHECK ((reason = ANY (ARRAY['prepared'::text, 'imported'::text, 'changed-register'::text]))),
  constraint batch_maker_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id),
  constraint batch_maker_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
grant insert, select on batch_maker to an_sinh_app;

-- local
create table batch_movement (
  batch_id bigint not null,
  kind text not null,
  people bigint not null,
  other_account_count bigint not null,
  now_vnd bigint not null,
  before_vnd bigint not null,
  constraint batch_movement_pkey PRIMARY KEY (batch_id, kind),
  constraint batch_movement_before_vnd_check CHECK ((before_vnd >= 0)),
  constraint batch_movement_check CHECK (((other_account_count >= 0) AND (other_account_count <= people))),
  constraint batch_movement_kind_check CHECK ((kind = ANY (ARRAY['same'::text, 'more'::text, 'arrears'::text, 'less'::text, 'new'::text, 'moved_here'::text, 'again'::text, 'moved_away'::text, 'held'::text, 'ended'::text]))),
  constraint batch_movement_now_vnd_check CHECK ((now_vnd >= 0)),
  constraint batch_movement_people_check CHECK ((people > 0)),
  constraint who_is_not_in_it_is_paid_nothing CHECK (((kind = ANY (ARRAY['moved_away'::text, 'held'::text, 'ended'::text])) = (now_vnd = 0))),
  constraint who_stays_the_same_is_paid_the_same CHECK (((kind <> 'same'::text) OR (now_vnd = before_vnd))),
  constraint batch_movement_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id)
);
grant insert, select on batch_movement to an_sinh_app;

-- local
create table batch_notable (
  batch_id bigint not null,
  why text not null,
  rank smallint not null,
  line_period text collate "C" not null,
  reference text not null,
  amount_vnd bigint not null,
  before_vnd bigint not null,
  constraint batch_notable_pkey PRIMARY KEY (batch_id, why, rank),
  constraint batch_notable_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint batch_notable_before_vnd_check CHECK ((before_vnd >= 0)),
  constraint batch_notable_rank_check CHECK (((rank >= 1) AND (rank <= 50))),
  constraint batch_notable_why_check CHECK ((why = ANY (ARRAY['largest'::text, 'raised'::text, 'other_account'::text]))),
  constraint batch_notable_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id)
);
grant insert, select on batch_notable to an_sinh_app;

-- local
create table batch_refusal (
  batch_id bigint not null,
  kind text not null,
  person_id text not null,
  decided_at timestamp with time zone not null,
  step_up_at timestamp with time zone not null,
  reason text not null,
  content_hash bytea not null,
  constraint batch_refusal_pkey PRIMARY KEY (batch_id),
  constraint batch_refusal_kind_check CHECK ((kind = ANY (ARRAY['rejected'::text, 'taken-back'::text]))),
  constraint reason_can_be_understood CHECK (((length(btrim(reason)) >= 10) AND (length(btrim(reason)) <= 2000))),
  constraint step_up_is_fresh CHECK (((step_up_at <= decided_at) AND ((decided_at - step_up_at) <= '00:05:00'::interval))),
  constraint batch_refusal_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id),
  constraint batch_refusal_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
CREATE TRIGGER check_refusal BEFORE INSERT ON public.batch_refusal FOR EACH ROW EXECUTE FUNCTION check_batch_refusal();
grant insert, select on batch_refusal to an_sinh_app;

-- local
create table batch_result (
  batch_id bigint not null,
  settled_count bigint not null,
  settled_vnd bigint not null,
  rejected_count bigint not null,
  rejected_vnd bigint not null,
  unpaid_count bigint not null,
  unpaid_vnd bigint not null,
  returned_count bigint not null,
  returned_vnd bigint not null,
  open_count bigint not null,
  open_vnd bigint not null,
  reconciled_at timestamp with time zone not null,
  constraint batch_result_pkey PRIMARY KEY (batch_id),
  constraint batch_result_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id)
);
grant insert, select on batch_result to an_sinh_app;

-- local
create table batch_state (
  batch_id bigint not null,
  state text not null,
  came_from text not null,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint batch_state_pkey PRIMARY KEY (batch_id),
  constraint batch_state_version_check CHECK ((version > 0)),
  constraint batch_state_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id),
  constraint step_is_allowed FOREIGN KEY (came_from, state) REFERENCES batch_step(from_state, to_state)
);
CREATE TRIGGER check_step BEFORE INSERT OR UPDATE ON public.batch_state FOR EACH ROW EXECUTE FUNCTION check_batch_step();
CREATE TRIGGER check_step_proof BEFORE UPDATE ON public.batch_state FOR EACH ROW WHEN (((new.state = 'released'::text) AND (old.state <> 'released'::text))) EXECUTE FUNCTION check_proof_at_release();
CREATE TRIGGER check_step_rebuilt BEFORE UPDATE ON public.batch_state FOR EACH ROW WHEN (((new.state = 'prepared'::text) AND (old.state <> 'prepared'::text))) EXECUTE FUNCTION check_rebuilt_lines();
CREATE TRIGGER check_step_register BEFORE UPDATE ON public.batch_state FOR EACH ROW WHEN (((new.state = 'released'::text) AND (old.state <> 'released'::text))) EXECUTE FUNCTION check_register_at_release();
CREATE TRIGGER check_step_stop BEFORE UPDATE ON public.batch_state FOR EACH ROW WHEN (((new.state = 'released'::text) AND (old.state = 'approved'::text))) EXECUTE FUNCTION check_stop_period();
CREATE TRIGGER give_back_budget BEFORE UPDATE ON public.batch_state FOR EACH ROW WHEN (((new.state = 'withdrawn'::text) AND (old.state = 'approved'::text))) EXECUTE FUNCTION give_back_budget();
grant insert, select, update (state, came_from, version, changed_at) on batch_state to an_sinh_app;

-- local
create table batch_step (
  from_state text not null,
  to_state text not null,
  constraint batch_step_pkey PRIMARY KEY (from_state, to_state)
);
grant select on batch_step to an_sinh_app;

-- reference
create table birth_place (
  place_code text not null,
  name text not null,
  current_province text not null,
  source text not null,
  constraint birth_place_pkey PRIMARY KEY (place_code),
  constraint birth_place_place_code_check CHECK (is_digits(place_code, 3))
);
grant select on birth_place to an_sinh_app;

-- local
create table break_assignment (
  break_id bigint not null,
  assignment_no smallint not null,
  owner text not null,
  note text not null,
  assigned_by text not null,
  assigned_at timestamp with time zone not null,
  constraint break_assignment_pkey PRIMARY KEY (break_id, assignment_no),
  constraint break_assignment_assignment_no_check CHECK ((assignment_no > 0)),
  constraint break_assignment_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES person(person_id),
  constraint break_assignment_break_id_fkey FOREIGN KEY (break_id) REFERENCES reconciliation_break(break_id),
  constraint break_assignment_owner_fkey FOREIGN KEY (owner) REFERENCES person(person_id)
);
grant insert, select on break_assignment to an_sinh_app;

-- local
create table break_decision (
  break_id bigint not null,
  proposal_no smallint not null,
  decision text not null,
  reason text not null,
  proposed_by text not null,
  decided_by text not null,
  decided_at timestamp with time zone not null,
  constraint break_decision_pkey PRIMARY KEY (break_id, proposal_no),
  constraint a_no_has_a_reason CHECK (((decision = 'confirmed'::text) OR (reason <> ''::text))),
  constraint another_person_decides CHECK ((decided_by <> proposed_by)),
  constraint break_decision_decision_check CHECK ((decision = ANY (ARRAY['confirmed'::text, 'declined'::text]))),
  constraint break_decision_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(person_id),
  constraint decision_is_of_a_proposal FOREIGN KEY (break_id, proposal_no, proposed_by) REFERENCES break_proposal(break_id, proposal_no, proposed_by)
);
CREATE UNIQUE INDEX a_break_is_resolved_once ON public.break_decision USING btree (break_id) WHERE (decision = 'confirmed'::text);
CREATE CONSTRAINT TRIGGER check_dispatch_carried_out AFTER INSERT ON public.break_decision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_dispatch_carried_out();
CREATE CONSTRAINT TRIGGER check_resolution AFTER INSERT ON public.break_decision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_resolution();
grant insert, select on break_decision to an_sinh_app;

-- local
create table break_kind (
  kind text not null,
  working_days smallint not null,
  constraint break_kind_pkey PRIMARY KEY (kind),
  constraint break_kind_working_days_check CHECK ((working_days > 0))
);
grant select on break_kind to an_sinh_app;

-- local
create table break_outcome (
  outcome text not null,
  moves text not null,
  debit_account text not null,
  credit_account text not null,
  constraint break_outcome_pkey PRIMARY KEY (outcome),
  constraint outcome_has_two_accounts UNIQUE (outcome, moves, debit_account, credit_account),
  constraint break_outcome_moves_check CHECK ((moves = ANY (ARRAY['out'::text, 'in'::text]))),
  constraint suspense_is_one_side CHECK ((((moves = 'out'::text) AND (credit_account = 'suspense'::text) AND (debit_account <> 'suspense'::text)) OR ((moves = 'in'::text) AND (debit_account = 'suspense'::text) AND (credit_account <> 'suspense'::text))))
);
grant select on break_outcome to an_sinh_app;

-- local
create table break_proposal (
  break_id bigint not null,
  proposal_no smallint not null,
  fate text,
  outcome text,
  recipient_id bigint,
  period text collate "C",
  instructed_vnd bigint,
  settles bigint,
  reason text not null,
  document text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint break_proposal_pkey PRIMARY KEY (break_id, proposal_no),
  constraint a_break_proposal_has_one_author UNIQUE (break_id, proposal_no, proposed_by),
  constraint a_break_settles_another CHECK ((settles <> break_id)),
  constraint a_fate_is_of_an_instruction CHECK ((((fate IS NULL) = (recipient_id IS NULL)) AND ((fate IS NULL) = (period IS NULL)) AND ((fate IS NULL) = (instructed_vnd IS NULL)))),
  constraint break_proposal_document_check CHECK ((document <> ''::text)),
  constraint break_proposal_fate_check CHECK ((fate = ANY (ARRAY['paid'::text, 'not-paid'::text, 'returned'::text]))),
  constraint break_proposal_proposal_no_check CHECK (((proposal_no >= 1) AND (proposal_no <= 99))),
  constraint break_proposal_reason_check CHECK ((reason <> ''::text)),
  constraint break_proposal_break_id_fkey FOREIGN KEY (break_id) REFERENCES reconciliation_break(break_id),
  constraint break_proposal_outcome_fkey FOREIGN KEY (outcome) REFERENCES break_outcome(outcome),
  constraint break_proposal_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id),
  constraint break_proposal_settles_fkey FOREIGN KEY (settles) REFERENCES reconciliation_break(break_id)
);
grant insert, select on break_proposal to an_sinh_app;

-- local
create table budget (
  programme text not null,
  province_code text not null,
  year integer not null,
  fund_source text not null,
  amount_vnd bigint not null,
  committed_vnd bigint not null default 0,
  constraint budget_pkey PRIMARY KEY (programme, province_code, year),
  constraint budget_amount_vnd_check CHECK ((amount_vnd >= 0)),
  constraint budget_committed_vnd_check CHECK ((committed_vnd >= 0)),
  constraint committed_within_budget CHECK ((committed_vnd <= amount_vnd)),
  constraint budget_programme_fkey FOREIGN KEY (programme) REFERENCES programme(programme)
);
grant insert, select, update (committed_vnd) on budget to an_sinh_app;

-- reference
create table calendar_day (
  day date not null,
  name text not null,
  kind text not null,
  source text not null,
  constraint calendar_day_pkey PRIMARY KEY (day, name)
);
grant select on calendar_day to an_sinh_app;

-- local
create table cancellation_request (
  file_id bigint not null,
  message_id text not null,
  payment_file_id bigint not null,
  is_whole boolean not null,
  line_count bigint not null,
  total_vnd bigint not null,
  reason text not null,
  document text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  sha256 bytea,
  confirmed_by text,
  confirmed_at timestamp with time zone,
  sent_at timestamp with time zone,
  declined_by text,
  declined_at timestamp with time zone,
  declined_reason text,
  constraint cancellation_request_pkey PRIMARY KEY (file_id),
  constraint cancellation_request_message_id_key UNIQUE (message_id),
  constraint a_confirmation_is_whole CHECK ((((confirmed_by IS NULL) = (confirmed_at IS NULL)) AND ((confirmed_by IS NULL) = (sha256 IS NULL)))),
  constraint a_no_has_a_reason CHECK ((declined_reason <> ''::text)),
  constraint a_no_is_whole CHECK ((((declined_by IS NULL) = (declined_at IS NULL)) AND ((declined_by IS NULL) = (declined_reason IS NULL)))),
  constraint another_person_confirms CHECK ((confirmed_by <> proposed_by)),
  constraint cancellation_request_document_check CHECK ((document <> ''::text)),
  constraint cancellation_request_line_count_check CHECK ((line_count > 0)),
  constraint cancellation_request_message_id_check CHECK ((message_id ~ '^[A-Z0-9-]{1,35}$'::text)),
  constraint cancellation_request_reason_check CHECK ((reason = ANY (ARRAY['CUST'::text, 'DUPL'::text, 'FRAD'::text, 'TECH'::text]))),
  constraint cancellation_request_total_vnd_check CHECK ((total_vnd > 0)),
  constraint confirmed_or_declined CHECK (((confirmed_by IS NULL) OR (declined_by IS NULL))),
  constraint only_the_confirmed_is_sent CHECK (((sent_at IS NULL) OR (confirmed_at IS NOT NULL))),
  constraint cancellation_request_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(person_id),
  constraint cancellation_request_declined_by_fkey FOREIGN KEY (declined_by) REFERENCES person(person_id),
  constraint cancellation_request_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(file_id),
  constraint cancellation_request_payment_file_id_fkey FOREIGN KEY (payment_file_id) REFERENCES file_dispatch(file_id),
  constraint cancellation_request_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
CREATE UNIQUE INDEX one_request_waits ON public.cancellation_request USING btree (payment_file_id) WHERE ((confirmed_at IS NULL) AND (declined_at IS NULL));
CREATE TRIGGER check_cancellation BEFORE INSERT OR UPDATE ON public.cancellation_request FOR EACH ROW EXECUTE FUNCTION check_cancellation();
grant insert, select, update (sha256, confirmed_by, confirmed_at, sent_at, declined_by, declined_at, declined_reason) on cancellation_request to an_sinh_app;

-- reference
create table care_ground (
  ground_code text not null,
  programme text not null,
  age_group text not null,
  coefficient numeric(6,3) not null,
  months_from smallint,
  months_until smallint,
  also_from smallint,
  article text not null,
  name_vi text not null,
  name_en text not null,
  status text not null,
  source text not null,
  constraint care_ground_pkey PRIMARY KEY (ground_code),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint care_ground_check CHECK ((months_until > COALESCE((months_from)::integer, 0))),
  constraint care_ground_check1 CHECK ((also_from > months_until)),
  constraint care_ground_coefficient_check CHECK ((coefficient > (0)::numeric)),
  constraint care_ground_months_from_check CHECK ((months_from >= 0)),
  constraint care_ground_programme_check CHECK ((programme = ANY (ARRAY['care_support'::text, 'institution'::text]))),
  constraint care_ground_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text])))
);
grant select on care_ground to an_sinh_app;

-- local
create table cash_report (
  file_id bigint not null,
  period text collate "C" not null,
  province_code text not null,
  source text not null,
  listed_count bigint not null,
  row_count bigint not null,
  imported_by text not null,
  imported_at timestamp with time zone not null,
  constraint cash_report_pkey PRIMARY KEY (file_id),
  constraint cash_report_listed_count_check CHECK ((listed_count > 0)),
  constraint cash_report_province_code_check CHECK ((province_code <> ''::text)),
  constraint cash_report_row_count_check CHECK ((row_count >= 0)),
  constraint cash_report_source_check CHECK ((source <> ''::text)),
  constraint cash_report_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(file_id),
  constraint cash_report_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES person(person_id),
  constraint cash_report_period_fkey FOREIGN KEY (period) REFERENCES period_state(period)
);
grant insert, select on cash_report to an_sinh_app;

-- local
create table cash_report_difference (
  file_id bigint not null,
  difference_no integer not null,
  row_no bigint,
  code text not null,
  enrolment_ref text not null,
  recipient_id bigint,
  listed_vnd bigint,
  reported_vnd bigint,
  constraint cash_report_difference_pkey PRIMARY KEY (file_id, difference_no),
  constraint cash_report_difference_code_check CHECK ((code = ANY (ARRAY['CASH_AMOUNT_DIFFERS'::text, 'CASH_ROW_MISSING'::text, 'CASH_UNKNOWN_ROW'::text, 'CASH_ROW_REPEATED'::text, 'CASH_OTHER_PERSON'::text, 'CASH_ROW_UNREADABLE'::text]))),
  constraint cash_report_difference_difference_no_check CHECK ((difference_no > 0)),
  constraint cash_report_difference_listed_vnd_check CHECK ((listed_vnd > 0)),
  constraint cash_report_difference_reported_vnd_check CHECK ((reported_vnd >= 0)),
  constraint cash_report_difference_row_no_check CHECK ((row_no > 0)),
  constraint what_is_left_out_has_no_row CHECK (((code = 'CASH_ROW_MISSING'::text) = (row_no IS NULL))),
  constraint cash_report_difference_file_id_fkey FOREIGN KEY (file_id) REFERENCES cash_report(file_id)
);
grant insert, select on cash_report_difference to an_sinh_app;

-- local
create table channel (
  channel text not null,
  kind text not null,
  name text not null,
  environment text not null,
  format text not null,
  dedupes_reference boolean not null,
  refuses_after_cutoff boolean not null,
  lines_per_file integer not null,
  payer_name text not null,
  payer_agreement text not null,
  payer_account text not null,
  payer_bank_bin text not null,
  profile_version integer,
  split_own_bank boolean not null default false,
  constraint channel_pkey PRIMARY KEY (channel),
  constraint channel_channel_check CHECK ((channel ~ '^[A-Z0-9]{2,8}$'::text)),
  constraint channel_environment_check CHECK ((environment = ANY (ARRAY['sandbox'::text, 'production'::text]))),
  constraint channel_format_check CHECK ((format = ANY (ARRAY['pain.001.001.03'::text, 'pain.001.001.09'::text, 'pain.001.001.12'::text, 'list'::text, 'treasury-09'::text, 'post-office-list'::text]))),
  constraint channel_kind_check CHECK ((kind = ANY (ARRAY['account'::text, 'cash_post'::text]))),
  constraint channel_lines_per_file_check CHECK ((lines_per_file > 0))
);
CREATE UNIQUE INDEX one_channel_of_a_kind ON public.channel USING btree (kind, environment);
grant select on channel to an_sinh_app;

-- distributed
create table channel_consent (
  recipient_id bigint not null,
  channel_no smallint not null,
  change_no integer not null,
  means text not null,
  document text not null,
  changed_by text not null,
  recorded_by text not null,
  recorded_at timestamp with time zone not null,
  constraint channel_consent_pkey PRIMARY KEY (recipient_id, channel_no),
  constraint channel_consent_document_check CHECK ((document <> ''::text)),
  constraint channel_consent_means_check CHECK ((means = ANY (ARRAY['telephone'::text, 'in_person'::text, 'vneid'::text]))),
  constraint consent_is_heard_by_another CHECK ((recorded_by <> changed_by)),
  constraint consent_is_of_a_change FOREIGN KEY (recipient_id, change_no, changed_by) REFERENCES register_change(recipient_id, change_no, changed_by),
  constraint consent_is_of_a_channel FOREIGN KEY (recipient_id, channel_no) REFERENCES payment_channel(recipient_id, channel_no)
);
grant insert, select on channel_consent to an_sinh_app;

-- distributed
create table channel_notice (
  recipient_id bigint not null,
  channel_no smallint not null,
  means text not null,
  told_at timestamp with time zone not null,
  recorded_by text not null,
  constraint channel_notice_pkey PRIMARY KEY (recipient_id, channel_no),
  constraint channel_notice_means_check CHECK ((means = ANY (ARRAY['sms'::text, 'letter'::text, 'in_person'::text, 'vneid'::text]))),
  constraint notice_is_of_a_channel FOREIGN KEY (recipient_id, channel_no) REFERENCES payment_channel(recipient_id, channel_no)
);
grant insert, select on channel_notice to an_sinh_app;

-- local
create table civil_status_check (
  province_code text not null,
  period text collate "C" not null,
  from_day date not null,
  until_day date not null,
  checked_at timestamp with time zone not null,
  death_count bigint not null,
  known_count bigint not null,
  constraint civil_status_check_pkey PRIMARY KEY (province_code, period, until_day),
  constraint civil_status_check_period_fkey FOREIGN KEY (period) REFERENCES period_state(period)
);
grant insert, select on civil_status_check to an_sinh_app;

-- distributed
create table cleaning_signature (
  recipient_id bigint not null,
  rule text not null,
  programme text not null,
  since_period text collate "C" not null,
  level smallint not null,
  after_level smallint,
  signed_by text not null,
  signed_at timestamp with time zone not null,
  document text not null,
  constraint cleaning_signature_pkey PRIMARY KEY (recipient_id, rule, programme, since_period, level),
  constraint each_level_is_another_person UNIQUE (recipient_id, rule, programme, since_period, signed_by),
  constraint cleaning_signature_document_check CHECK ((document <> ''::text)),
  constraint cleaning_signature_level_check CHECK (((level >= 1) AND (level <= 3))),
  constraint levels_are_in_order CHECK ((COALESCE((after_level)::integer, 0) = (level - 1))),
  constraint signature_is_of_a_gap FOREIGN KEY (recipient_id, rule, programme, since_period) REFERENCES quality_gap(recipient_id, rule, programme, since_period),
  constraint the_level_below_has_signed FOREIGN KEY (recipient_id, rule, programme, since_period, after_level) REFERENCES cleaning_signature(recipient_id, rule, programme, since_period, level)
);
grant insert, select on cleaning_signature to an_sinh_app;

-- local
create table code_use (
  person_id text not null,
  step bigint not null,
  used_at timestamp with time zone not null,
  purpose text not null,
  constraint a_code_is_given_once PRIMARY KEY (person_id, step),
  constraint code_use_purpose_check CHECK ((purpose = ANY (ARRAY['enrolment'::text, 'sign-in'::text, 'step-up'::text]))),
  constraint code_use_step_check CHECK ((step > 0)),
  constraint code_use_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
CREATE INDEX code_use_instant ON public.code_use USING btree (person_id, used_at);
grant insert, select on code_use to an_sinh_app;

-- local
create table counter (
  name text not null,
  last_value bigint not null,
  constraint counter_pkey PRIMARY KEY (name),
  constraint counter_last_value_check CHECK ((last_value >= 0))
);
grant insert, select, update on counter to an_sinh_app;

-- local
create table credential (
  person_id text not null,
  password_hash text not null,
  password_set_at timestamp with time zone not null,
  one_time_until timestamp with time zone,
  code_secret bytea,
  code_since timestamp with time zone,
  constraint credential_pkey PRIMARY KEY (person_id),
  constraint a_secret_has_a_day CHECK (((code_secret IS NULL) = (code_since IS NULL))),
  constraint credential_password_hash_check CHECK ((password_hash ~ '^\$argon2id\$v=19\$'::text)),
  constraint credential_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
grant insert, select, update (password_hash, password_set_at, one_time_until, code_secret, code_since) on credential to an_sinh_app;

-- local
create table cross_check_run (
  period text collate "C" not null,
  code text not null,
  line_count bigint not null,
  found_count bigint not null,
  run_at timestamp with time zone not null,
  constraint cross_check_run_pkey PRIMARY KEY (period, code),
  constraint cross_check_run_found_count_check CHECK ((found_count >= 0)),
  constraint cross_check_run_line_count_check CHECK ((line_count >= 0)),
  constraint cross_check_run_code_fkey FOREIGN KEY (code) REFERENCES finding_rule(code),
  constraint cross_check_run_period_fkey FOREIGN KEY (period) REFERENCES period_state(period)
);
grant insert, select, update (line_count, found_count, run_at) on cross_check_run to an_sinh_app;

-- local
create table day_sign_off (
  account text not null,
  day date not null,
  sign_no smallint not null,
  opening_vnd bigint not null,
  closing_vnd bigint not null,
  bank_vnd bigint not null,
  book_vnd bigint not null,
  open_vnd bigint not null,
  resolved_vnd bigint not null,
  waiting_vnd bigint not null,
  signed_by text not null,
  signed_at timestamp with time zone not null,
  constraint day_sign_off_pkey PRIMARY KEY (account, day, sign_no),
  constraint a_signed_day_has_its_balances CHECK (((opening_vnd + bank_vnd) = closing_vnd)),
  constraint a_signed_day_ties CHECK ((bank_vnd = (((book_vnd + open_vnd) + resolved_vnd) + waiting_vnd))),
  constraint day_sign_off_sign_no_check CHECK (((sign_no >= 1) AND (sign_no <= 999))),
  constraint day_sign_off_signed_by_fkey FOREIGN KEY (signed_by) REFERENCES person(person_id)
);
grant insert, select on day_sign_off to an_sinh_app;

-- distributed
create table death_taken_back (
  recipient_id bigint not null,
  change_no integer not null,
  died_on date not null,
  source text not null,
  learned_at timestamp with time zone not null,
  constraint death_taken_back_pkey PRIMARY KEY (recipient_id, change_no),
  constraint death_is_taken_back_by_a_change FOREIGN KEY (recipient_id, change_no) REFERENCES register_change(recipient_id, change_no)
);
grant select on death_taken_back to an_sinh_app;

-- local
create table decree (
  decree_id bigint not null,
  kind text not null,
  number text not null,
  title_vi text not null,
  title_en text not null,
  file_name text not null,
  content bytea not null,
  sha256 bytea not null,
  rows jsonb not null,
  preview jsonb not null,
  law_hash bytea not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint decree_pkey PRIMARY KEY (decree_id),
  constraint decree_as_proposed UNIQUE (decree_id, proposed_by, sha256),
  constraint decree_kind_check CHECK ((kind = ANY (ARRAY['decree'::text, 'correction'::text]))),
  constraint decree_law_hash_check CHECK ((octet_length(law_hash) = 32)),
  constraint decree_number_check CHECK ((number <> ''::text)),
  constraint decree_rows_check CHECK (((jsonb_typeof(rows) = 'object'::text) AND (rows <> '{}'::jsonb))),
  constraint decree_title_en_check CHECK ((title_en <> ''::text)),
  constraint decree_title_vi_check CHECK ((title_vi <> ''::text)),
  constraint sha256_is_of_the_content CHECK ((sha256 = sha256(content))),
  constraint decree_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
CREATE TRIGGER check_decree BEFORE INSERT ON public.decree FOR EACH ROW EXECUTE FUNCTION check_decree();
grant insert, select on decree to an_sinh_app;

-- local
create table decree_approval (
  decree_id bigint not null,
  proposed_by text not null,
  sha256 bytea not null,
  approved_by text not null,
  approved_at timestamp with time zone not null,
  known_since date not null,
  constraint decree_approval_pkey PRIMARY KEY (decree_id),
  constraint approver_is_not_proposer CHECK ((approved_by <> proposed_by)),
  constraint approver_signs_what_was_proposed FOREIGN KEY (decree_id, proposed_by, sha256) REFERENCES decree(decree_id, proposed_by, sha256),
  constraint decree_approval_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES person(person_id),
  constraint decree_approval_decree_id_fkey FOREIGN KEY (decree_id) REFERENCES decree(decree_id)
);
CREATE TRIGGER enact_decree AFTER INSERT ON public.decree_approval FOR EACH ROW EXECUTE FUNCTION enact_decree();
grant insert, select on decree_approval to an_sinh_app;

-- local
create table disbursement_batch (
  batch_id bigint not null,
  batch_code text not null,
  period text collate "C" not null,
  programme text not null,
  province_code text not null,
  channel text not null,
  sequence_no integer not null,
  value_date date not null,
  instruction_count bigint not null,
  total_vnd bigint not null,
  content_hash bytea not null,
  prepared_by text not null,
  prepared_at timestamp with time zone not null,
  constraint disbursement_batch_pkey PRIMARY KEY (batch_id),
  constraint disbursement_batch_batch_code_key UNIQUE (batch_code),
  constraint one_batch_a_number UNIQUE (period, programme, province_code, channel, sequence_no),
  constraint disbursement_batch_content_hash_check CHECK ((octet_length(content_hash) = 32)),
  constraint disbursement_batch_instruction_count_check CHECK ((instruction_count > 0)),
  constraint disbursement_batch_sequence_no_check CHECK ((sequence_no > 0)),
  constraint disbursement_batch_total_vnd_check CHECK ((total_vnd > 0)),
  constraint disbursement_batch_channel_fkey FOREIGN KEY (channel) REFERENCES channel(channel),
  constraint disbursement_batch_period_fkey FOREIGN KEY (period) REFERENCES period_state(period),
  constraint disbursement_batch_prepared_by_fkey FOREIGN KEY (prepared_by) REFERENCES person(person_id),
  constraint disbursement_batch_programme_fkey FOREIGN KEY (programme) REFERENCES programme(programme)
);
CREATE TRIGGER check_rules BEFORE INSERT ON public.disbursement_batch FOR EACH ROW EXECUTE FUNCTION check_rules_have_run();
grant insert, select on disbursement_batch to an_sinh_app;

-- local
create table dispatch_action (
  break_id bigint not null,
  proposal_no smallint not null,
  file_id bigint not null,
  action text not null,
  sha256 bytea,
  constraint dispatch_action_pkey PRIMARY KEY (break_id, proposal_no),
  constraint dispatch_action_action_check CHECK ((action = ANY (ARRAY['handed-over'::text, 'withdrawn'::text]))),
  constraint what_was_carried_is_named CHECK (((action = 'handed-over'::text) = (sha256 IS NOT NULL))),
  constraint dispatch_action_break_id_proposal_no_fkey FOREIGN KEY (break_id, proposal_no) REFERENCES break_proposal(break_id, proposal_no),
  constraint dispatch_action_file_id_fkey FOREIGN KEY (file_id) REFERENCES file_dispatch(file_id)
);
CREATE TRIGGER check_action BEFORE INSERT ON public.dispatch_action FOR EACH ROW EXECUTE FUNCTION check_dispatch_action();
grant insert, select on dispatch_action to an_sinh_app;

-- local
create table dispatch_inquiry (
  file_id bigint not null,
  inquiry_no smallint not null,
  asked_by text not null,
  asked_at timestamp with time zone not null,
  answer text,
  answered_at timestamp with time zone,
  constraint dispatch_inquiry_pkey PRIMARY KEY (file_id, inquiry_no),
  constraint an_answer_has_an_instant CHECK (((answer IS NULL) = (answered_at IS NULL))),
  constraint dispatch_inquiry_answer_check CHECK ((answer = ANY (ARRAY['waiting'::text, 'taken'::text, 'absent'::text, 'silent'::text]))),
  constraint dispatch_inquiry_inquiry_no_check CHECK ((inquiry_no > 0)),
  constraint dispatch_inquiry_file_id_fkey FOREIGN KEY (file_id) REFERENCES file_dispatch(file_id)
);
CREATE TRIGGER check_inquiry BEFORE UPDATE ON public.dispatch_inquiry FOR EACH ROW EXECUTE FUNCTION check_inquiry();
grant insert, select, update (answer, answered_at) on dispatch_inquiry to an_sinh_app;

-- local
create table dispatch_step (
  from_state text not null,
  to_state text not null,
  constraint dispatch_step_pkey PRIMARY KEY (from_state, to_state)
);
grant select on dispatch_step to an_sinh_app;

-- distributed
create table enrolment (
  recipient_id bigint not null,
  enrolment_ref text not null,
  programme text not null,
  ground_code text not null,
  dependants smallint not null,
  facts jsonb,
  decision_number text not null,
  decided_on date not null,
  entitled_from text collate "C" not null,
  paid_through text collate "C",
  stops_after text collate "C",
  stop_reason text,
  stop_decision text,
  constraint enrolment_pkey PRIMARY KEY (recipient_id, enrolment_ref),
  constraint a_stop_has_a_reason CHECK (((stops_after IS NULL) = (stop_reason IS NULL))),
  constraint enrolment_dependants_check CHECK ((dependants >= 0))
);
grant insert, select, update (stops_after, stop_reason, stop_decision) on enrolment to an_sinh_app;

-- distributed
create table enrolment_facts (
  recipient_id bigint not null,
  enrolment_ref text not null,
  version_no smallint not null,
  facts jsonb not null,
  document text not null,
  recorded_by text not null,
  confirmed_by text not null,
  recorded_at timestamp with time zone not null,
  constraint enrolment_facts_pkey PRIMARY KEY (recipient_id, enrolment_ref, version_no),
  constraint enrolment_facts_document_check CHECK ((document <> ''::text)),
  constraint enrolment_facts_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  constraint enrolment_facts_version_no_check CHECK (((version_no >= 1) AND (version_no <= 999))),
  constraint two_persons_record_facts CHECK ((confirmed_by <> recorded_by)),
  constraint enrolment_facts_recipient_id_enrolment_ref_fkey FOREIGN KEY (recipient_id, enrolment_ref) REFERENCES enrolment(recipient_id, enrolment_ref)
);
grant insert, select on enrolment_facts to an_sinh_app;

-- local
create table epoch (
  epoch_no bigint not null,
  cause text not null,
  begun_at timestamp with time zone not null,
  known_until timestamp with time zone,
  released_by text,
  released_at timestamp with time zone,
  reason text,
  constraint epoch_pkey PRIMARY KEY (epoch_no),
  constraint epoch_cause_check CHECK ((cause = ANY (ARRAY['installed'::text, 'restored'::text, 'found'::text]))),
  constraint epoch_epoch_no_check CHECK ((epoch_no > 0)),
  constraint epoch_reason_check CHECK ((reason <> ''::text)),
  constraint released_with_a_reason CHECK ((((released_by IS NULL) = (released_at IS NULL)) AND ((released_by IS NULL) = (reason IS NULL)))),
  constraint the_first_needs_no_release CHECK (((cause <> 'installed'::text) OR (released_at IS NULL))),
  constraint epoch_released_by_fkey FOREIGN KEY (released_by) REFERENCES person(person_id)
);
CREATE TRIGGER check_epoch BEFORE UPDATE ON public.epoch FOR EACH ROW EXECUTE FUNCTION check_epoch();
grant insert, select, update (released_by, released_at, reason) on epoch to an_sinh_app;

-- local
create table epoch_file (
  epoch_no bigint not null,
  sha256 bytea not null,
  channel text not null,
  name text not null,
  put_at timestamp with time zone not null,
  fate text,
  decided_by text,
  decided_at timestamp with time zone,
  constraint epoch_file_pkey PRIMARY KEY (epoch_no, sha256),
  constraint a_fate_is_somebodys CHECK ((((fate IS NULL) = (decided_by IS NULL)) AND ((fate IS NULL) = (decided_at IS NULL)))),
  constraint epoch_file_fate_check CHECK ((fate = ANY (ARRAY['adopted'::text, 'bank-has-it'::text, 'bank-has-not'::text]))),
  constraint epoch_file_sha256_check CHECK ((octet_length(sha256) = 32)),
  constraint epoch_file_channel_fkey FOREIGN KEY (channel) REFERENCES channel(channel),
  constraint epoch_file_epoch_no_fkey FOREIGN KEY (epoch_no) REFERENCES epoch(epoch_no)
);
CREATE TRIGGER check_epoch_file BEFORE UPDATE ON public.epoch_file FOR EACH ROW EXECUTE FUNCTION check_epoch_file();
grant insert, select, update (fate, decided_by, decided_at) on epoch_file to an_sinh_app;

-- local
create table file (
  file_id bigint not null,
  direction text not null,
  counterpart text not null,
  kind text not null,
  name text not null,
  sha256 bytea not null,
  byte_size bigint not null,
  recorded_at timestamp with time zone not null,
  constraint file_pkey PRIMARY KEY (file_id),
  constraint same_bytes_are_one_file UNIQUE (direction, counterpart, sha256),
  constraint file_byte_size_check CHECK ((byte_size >= 0)),
  constraint file_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
  constraint file_kind_check CHECK ((kind = ANY (ARRAY['recipient-list'::text, 'payment'::text, 'settlement'::text, 'report'::text, 'outside-list'::text, 'cancellation'::text]))),
  constraint file_sha256_check CHECK ((octet_length(sha256) = 32))
);
grant insert, select on file to an_sinh_app;

-- local
create table file_dispatch (
  file_id bigint not null,
  batch_id bigint not null,
  state text not null,
  came_from text not null,
  fence bigint not null,
  lease_owner text not null,
  lease_until timestamp with time zone not null,
  claimed_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  constraint file_dispatch_pkey PRIMARY KEY (file_id),
  constraint file_dispatch_fence_check CHECK ((fence > 0)),
  constraint sent_has_an_instant CHECK (
CASE state
    WHEN 'unknown'::text THEN ((sent_at IS NULL) OR (came_from = 'sent'::text))
    WHEN 'withdrawn'::text THEN true
    ELSE ((sent_at IS NOT NULL) = (state = ANY (ARRAY['sent'::text, 'answered'::text])))
END),
  constraint file_dispatch_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id),
  constraint file_dispatch_file_id_fkey FOREIGN KEY (file_id) REFERENCES payment_file(file_id),
  constraint step_is_allowed FOREIGN KEY (came_from, state) REFERENCES dispatch_step(from_state, to_state)
);
CREATE TRIGGER check_dispatch BEFORE INSERT OR UPDATE ON public.file_dispatch FOR EACH ROW EXECUTE FUNCTION check_dispatch();
CREATE TRIGGER check_dispatch_end BEFORE UPDATE ON public.file_dispatch FOR EACH ROW WHEN (((old.state = 'unknown'::text) AND (new.state = ANY (ARRAY['sent'::text, 'withdrawn'::text])))) EXECUTE FUNCTION check_dispatch_end();
CREATE TRIGGER check_epoch_of_dispatch BEFORE INSERT OR UPDATE ON public.file_dispatch FOR EACH ROW EXECUTE FUNCTION check_epoch_of_dispatch();
grant insert, select, update (state, came_from, fence, lease_owner, lease_until, sent_at) on file_dispatch to an_sinh_app;

-- distributed
create table finding (
  recipient_id bigint not null,
  period text collate "C" not null,
  code text not null,
  subject text not null,
  severity text not null,
  found_at timestamp with time zone not null,
  told jsonb not null default '{}'::jsonb,
  closed_at timestamp with time zone,
  constraint finding_pkey PRIMARY KEY (recipient_id, period, code, subject),
  constraint finding_severity_check CHECK ((severity = ANY (ARRAY['block'::text, 'review'::text, 'notice'::text])))
);
grant insert, select, update (told, closed_at) on finding to an_sinh_app;

-- distributed
create table finding_decision (
  recipient_id bigint not null,
  proposal_no integer not null,
  decision text not null,
  reason text not null,
  proposed_by text not null,
  decided_by text not null,
  decided_at timestamp with time zone not null,
  constraint finding_decision_pkey PRIMARY KEY (recipient_id, proposal_no),
  constraint a_no_has_a_reason CHECK (((decision = 'confirmed'::text) OR (reason <> ''::text))),
  constraint another_person_decides CHECK ((decided_by <> proposed_by)),
  constraint finding_decision_decision_check CHECK ((decision = ANY (ARRAY['confirmed'::text, 'declined'::text]))),
  constraint decision_is_of_an_outcome FOREIGN KEY (recipient_id, proposal_no, proposed_by) REFERENCES finding_proposal(recipient_id, proposal_no, proposed_by)
);
grant insert, select on finding_decision to an_sinh_app;

-- distributed
create table finding_proposal (
  recipient_id bigint not null,
  proposal_no integer not null,
  period text collate "C" not null,
  code text not null,
  subject text not null,
  told jsonb not null,
  severity text not null,
  holds text not null,
  outcome text not null,
  until_period text collate "C" not null,
  note text not null,
  document text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint finding_proposal_pkey PRIMARY KEY (recipient_id, proposal_no),
  constraint outcome_has_one_author UNIQUE (recipient_id, proposal_no, proposed_by),
  constraint finding_proposal_document_check CHECK ((document <> ''::text)),
  constraint finding_proposal_note_check CHECK ((note <> ''::text)),
  constraint finding_proposal_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'paid_in_cash'::text, 'held'::text]))),
  constraint finding_proposal_proposal_no_check CHECK ((proposal_no > 0)),
  constraint only_a_doubt_is_accepted CHECK (((outcome <> 'accepted'::text) OR (severity = 'review'::text))),
  constraint only_an_account_gives_way_to_cash CHECK (((outcome <> 'paid_in_cash'::text) OR (holds = 'account'::text))),
  constraint outcome_stands_for_a_year_at_most CHECK (((((((substr(until_period, 1, 4))::integer * 12) + (substr(until_period, 6))::integer) - (((substr(period, 1, 4))::integer * 12) + (substr(period, 6))::integer)) >= 0) AND (((((substr(until_period, 1, 4))::integer * 12) + (substr(until_period, 6))::integer) - (((substr(period, 1, 4))::integer * 12) + (substr(period, 6))::integer)) <= 11))),
  constraint outcome_is_of_a_finding FOREIGN KEY (recipient_id, period, code, subject) REFERENCES finding(recipient_id, period, code, subject)
);
grant insert, select on finding_proposal to an_sinh_app;

-- reference
create table finding_rule (
  code text not null,
  asked_of text not null,
  severity text not null,
  holds text not null,
  runs_monthly boolean not null,
  days smallint not null,
  constraint finding_rule_pkey PRIMARY KEY (code),
  constraint a_rule_has_one_severity UNIQUE (code, severity),
  constraint a_notice_holds_nothing CHECK (((severity = 'notice'::text) = (holds = 'nothing'::text))),
  constraint finding_rule_asked_of_check CHECK ((asked_of = ANY (ARRAY['population'::text, 'bank'::text, 'civil-status'::text, 'list'::text, 'cross-check'::text]))),
  constraint finding_rule_days_check CHECK ((days > 0)),
  constraint finding_rule_holds_check CHECK ((holds = ANY (ARRAY['line'::text, 'account'::text, 'nothing'::text]))),
  constraint finding_rule_severity_check CHECK ((severity = ANY (ARRAY['block'::text, 'review'::text, 'notice'::text])))
);
grant select on finding_rule to an_sinh_app;

-- distributed
create table finding_step (
  recipient_id bigint not null,
  step_no integer not null,
  period text collate "C" not null,
  code text not null,
  subject text not null,
  step text not null,
  owner text not null,
  due_on date not null,
  note text not null,
  recorded_by text not null,
  recorded_at timestamp with time zone not null,
  constraint finding_step_pkey PRIMARY KEY (recipient_id, step_no),
  constraint finding_step_note_check CHECK ((note <> ''::text)),
  constraint finding_step_owner_check CHECK ((owner <> ''::text)),
  constraint finding_step_step_check CHECK ((step = ANY (ARRAY['assigned'::text, 'commune_asked'::text, 'list_correction_asked'::text, 'account_change_asked'::text, 'noted'::text]))),
  constraint finding_step_step_no_check CHECK ((step_no > 0)),
  constraint a_step_is_about_a_finding FOREIGN KEY (recipient_id, period, code, subject) REFERENCES finding(recipient_id, period, code, subject)
);
grant insert, select on finding_step to an_sinh_app;

-- reference
create table gift (
  gift_code text not null,
  programme text not null,
  amount_vnd bigint not null,
  issued_on date not null,
  opens_on date not null,
  pay_by date not null,
  alive_after date,
  legal_basis text not null,
  name_vi text not null,
  name_en text not null,
  status text not null,
  source text not null,
  constraint gift_pkey PRIMARY KEY (gift_code),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint gift_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint gift_programme_check CHECK ((programme = ANY (ARRAY['tet_gift'::text, 'national_day_gift'::text]))),
  constraint gift_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text]))),
  constraint opens_before_it_closes CHECK (((issued_on <= opens_on) AND (opens_on <= pay_by)))
);
grant select on gift to an_sinh_app;

-- reference
create table ground (
  programme text not null,
  ground_code text not null,
  paragraph text not null,
  coefficient numeric(6,3) not null,
  per_dependant boolean not null,
  age_from smallint,
  age_until smallint,
  outside_ages boolean not null,
  article text not null,
  name_vi text not null,
  name_en text not null,
  source text not null,
  scope text not null default 'VN'::text,
  constraint ground_pkey PRIMARY KEY (programme, ground_code),
  constraint ground_coefficient_check CHECK ((coefficient > (0)::numeric)),
  constraint scope_is_the_nation_or_a_province CHECK ((scope ~ '^(VN|[0-9]{2})$'::text)),
  constraint ground_programme_fkey FOREIGN KEY (programme) REFERENCES programme(programme)
);
grant select on ground to an_sinh_app;

-- reference
create table ground_condition (
  programme text not null,
  ground_code text not null,
  household text,
  difficult_area boolean not null,
  no_pension boolean not null,
  starts text not null,
  article text not null,
  status text not null,
  source text not null,
  constraint ground_condition_pkey PRIMARY KEY (programme, ground_code),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint ground_condition_household_check CHECK ((household = ANY (ARRAY['poor'::text, 'poor_or_near_poor'::text]))),
  constraint ground_condition_starts_check CHECK ((starts = ANY (ARRAY['age'::text, 'certificate'::text, 'decision'::text]))),
  constraint ground_condition_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text]))),
  constraint ground_condition_programme_ground_code_fkey FOREIGN KEY (programme, ground_code) REFERENCES ground(programme, ground_code)
);
grant select on ground_condition to an_sinh_app;

-- local
create table heading_map (
  unit_code text not null,
  version integer not null,
  headings jsonb not null,
  made_by text not null,
  made_at timestamp with time zone not null,
  constraint heading_map_pkey PRIMARY KEY (unit_code, version),
  constraint heading_map_headings_check CHECK (((jsonb_typeof(headings) = 'object'::text) AND (headings <> '{}'::jsonb))),
  constraint heading_map_unit_code_check CHECK ((unit_code ~ '^([0-9]{2}|[0-9]{5})$'::text)),
  constraint heading_map_version_check CHECK ((version > 0)),
  constraint heading_map_made_by_fkey FOREIGN KEY (made_by) REFERENCES person(person_id)
);
grant insert, select on heading_map to an_sinh_app;

-- local
create table house_transfer (
  transfer_no bigint not null,
  break_id bigint not null,
  account text not null,
  outcome text not null,
  moves text not null,
  debit_account text not null,
  credit_account text not null,
  amount_vnd bigint not null,
  booked_on date not null,
  period text collate "C" not null,
  constraint house_transfer_pkey PRIMARY KEY (transfer_no),
  constraint a_break_is_booked_once UNIQUE (break_id),
  constraint a_house_transfer_moves_money CHECK ((amount_vnd > 0)),
  constraint accounts_are_those_of_the_outcome FOREIGN KEY (outcome, moves, debit_account, credit_account) REFERENCES break_outcome(outcome, moves, debit_account, credit_account),
  constraint house_transfer_break_id_fkey FOREIGN KEY (break_id) REFERENCES reconciliation_break(break_id),
  constraint house_transfer_period_fkey FOREIGN KEY (period) REFERENCES period_state(period)
);
CREATE TRIGGER check_period BEFORE INSERT ON public.house_transfer FOR EACH ROW EXECUTE FUNCTION check_house_period();
grant insert, select on house_transfer to an_sinh_app;

-- local
create table installation (
  only_row boolean not null default true,
  installation_id uuid not null default gen_random_uuid(),
  constraint installation_pkey PRIMARY KEY (only_row),
  constraint installation_only_row_check CHECK (only_row)
);
grant select on installation to an_sinh_app;

-- local
create table job_pause (
  pause_id bigint not null generated always as identity,
  job text not null,
  reason text not null,
  paused_by text not null,
  paused_at timestamp with time zone not null,
  resumed_by text,
  resumed_at timestamp with time zone,
  constraint job_pause_pkey PRIMARY KEY (pause_id),
  constraint job_pause_reason_check CHECK ((reason <> ''::text)),
  constraint resumed_by_somebody CHECK (((resumed_by IS NULL) = (resumed_at IS NULL)))
);
CREATE UNIQUE INDEX one_pause_a_job ON public.job_pause USING btree (job) WHERE (resumed_at IS NULL);
grant insert, select, update (resumed_by, resumed_at) on job_pause to an_sinh_app;

-- local
create table job_run (
  job text not null,
  programme text not null,
  province_code text not null,
  period text collate "C" not null,
  state text not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint job_run_pkey PRIMARY KEY (job, programme, province_code, period),
  constraint done_has_an_end CHECK (((state = 'done'::text) = (finished_at IS NOT NULL))),
  constraint job_run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text]))),
  constraint job_run_period_fkey FOREIGN KEY (period) REFERENCES period_state(period)
);
grant insert, select, update (state, finished_at) on job_run to an_sinh_app;

-- local
create table job_unit (
  unit_id bigint not null generated always as identity,
  job text not null,
  programme text not null,
  province_code text not null,
  period text collate "C" not null,
  occasion text not null,
  state text not null,
  came_from text not null,
  priority integer not null,
  concurrency_key text,
  due_at timestamp with time zone not null,
  late_at timestamp with time zone,
  attempts integer not null default 0,
  attempts_limit integer not null,
  step text,
  cursor text,
  done_count bigint not null default 0,
  total_count bigint,
  fence bigint not null default 0,
  lease_owner text,
  lease_until timestamp with time zone,
  cancel_asked_by text,
  last_failure text,
  outcome jsonb,
  created_at timestamp with time zone not null,
  began_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint job_unit_pkey PRIMARY KEY (unit_id),
  constraint one_unit_an_occasion UNIQUE (job, programme, province_code, period, occasion),
  constraint a_holder_has_a_lease CHECK ((((state = 'running'::text) = (lease_owner IS NOT NULL)) AND ((lease_owner IS NULL) = (lease_until IS NULL)))),
  constraint an_end_has_an_instant CHECK (((state = ANY (ARRAY['done'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
  constraint job_unit_attempts_limit_check CHECK ((attempts_limit > 0)),
  constraint job_unit_job_check CHECK ((job ~ '^[a-z][a-z0-9-]{2,39}$'::text)),
  constraint job_unit_last_failure_check CHECK ((length(last_failure) <= 100)),
  constraint job_unit_period_check CHECK ((period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'::text)),
  constraint unit_step_is_allowed CHECK (((((((((((((((came_from = 'none'::text) AND (state = 'due'::text)) OR ((came_from = 'due'::text) AND (state = 'running'::text))) OR ((came_from = 'running'::text) AND (state = 'running'::text))) OR ((came_from = 'running'::text) AND (state = 'done'::text))) OR ((came_from = 'running'::text) AND (state = 'due'::text))) OR ((came_from = 'running'::text) AND (state = 'parked'::text))) OR ((came_from = 'running'::text) AND (state = 'cancelled'::text))) OR ((came_from = 'due'::text) AND (state = 'cancelled'::text))) OR ((came_from = 'parked'::text) AND (state = 'cancelled'::text))) OR ((came_from = 'parked'::text) AND (state = 'due'::text))) OR ((came_from = 'cancelled'::text) AND (state = 'due'::text))) OR ((came_from = 'done'::text) AND (state = 'due'::text))) OR ((came_from = 'due'::text) AND (state = 'due'::text))))
);
CREATE INDEX due_units ON public.job_unit USING btree (priority, due_at, unit_id) WHERE (state = 'due'::text);
CREATE INDEX leased_units ON public.job_unit USING btree (lease_until) WHERE (state = 'running'::text);
CREATE UNIQUE INDEX one_running_unit_a_key ON public.job_unit USING btree (concurrency_key) WHERE (state = 'running'::text);
CREATE TRIGGER check_unit BEFORE UPDATE ON public.job_unit FOR EACH ROW EXECUTE FUNCTION check_unit();
grant insert, select, update (state, came_from, priority, due_at, late_at, attempts, step, cursor, done_count, total_count, fence, lease_owner, lease_until, cancel_asked_by, last_failure, outcome, began_at, ended_at) on job_unit to an_sinh_app;

-- local
create table law_correction (
  decree_id bigint not null,
  table_name text not null,
  row_no integer not null,
  was jsonb not null,
  becomes jsonb not null,
  constraint law_correction_pkey PRIMARY KEY (decree_id, table_name, row_no),
  constraint law_correction_decree_id_fkey FOREIGN KEY (decree_id) REFERENCES decree_approval(decree_id),
  constraint law_correction_table_name_fkey FOREIGN KEY (table_name) REFERENCES law_table(table_name)
);
grant select on law_correction to an_sinh_app;

-- local
create table law_table (
  table_name text not null,
  has_figures boolean not null,
  is_dated boolean not null,
  constraint law_table_pkey PRIMARY KEY (table_name),
  constraint what_is_dated_has_figures CHECK ((has_figures OR (NOT is_dated)))
);
grant select on law_table to an_sinh_app;

-- distributed
create table ledger_transfer (
  recipient_id bigint not null,
  period text collate "C" not null,
  reference text not null,
  kind text not null,
  programme text not null,
  debit_account text not null,
  credit_account text not null,
  amount_vnd bigint not null,
  booked_on date not null,
  batch_id bigint,
  file_id bigint,
  constraint ledger_transfer_pkey PRIMARY KEY (recipient_id, period, reference, kind),
  constraint accounts_are_those_of_the_kind CHECK ((((kind = 'entitled'::text) AND (debit_account = 'appropriation'::text) AND (credit_account = 'owed'::text)) OR ((kind = 'lapsed'::text) AND (debit_account = 'owed'::text) AND (credit_account = 'appropriation'::text)) OR ((kind = 'deducted'::text) AND (debit_account = 'owed'::text) AND (credit_account = 'recovered'::text)) OR ((kind = 'released'::text) AND (debit_account = 'owed'::text) AND (credit_account = 'in_transit'::text)) OR ((kind = 'settled'::text) AND (debit_account = 'in_transit'::text) AND (credit_account = 'paid'::text)) OR ((kind = 'rejected'::text) AND (debit_account = 'in_transit'::text) AND (credit_account = 'owed'::text)) OR ((kind = 'unpaid'::text) AND (debit_account = 'in_transit'::text) AND (credit_account = 'owed'::text)) OR ((kind = 'returned'::text) AND (debit_account = 'paid'::text) AND (credit_account = 'owed'::text)))),
  constraint ledger_transfer_amount_vnd_check CHECK ((amount_vnd > 0))
) partition by RANGE (period);
CREATE INDEX ledger_transfer_reopened ON ONLY public.ledger_transfer USING btree (recipient_id, reference) WHERE (kind = ANY (ARRAY['rejected'::text, 'returned'::text, 'unpaid'::text]));
grant insert, select on ledger_transfer to an_sinh_app;

-- distributed
create table linked_account (
  recipient_id bigint not null,
  payee_no smallint not null,
  asked_no integer not null,
  outcome text not null,
  bank_bin text not null,
  account_number text not null,
  holder_name text not null,
  linked_on date,
  asked_at timestamp with time zone not null,
  answer_hash bytea not null,
  constraint linked_account_pkey PRIMARY KEY (recipient_id, payee_no, asked_no),
  constraint a_link_names_an_account CHECK (
CASE outcome
    WHEN 'linked'::text THEN (is_digits(bank_bin, 6) AND (account_number <> ''::text) AND (holder_name <> ''::text) AND (linked_on IS NOT NULL))
    ELSE ((((bank_bin || account_number) || holder_name) = ''::text) AND (linked_on IS NULL))
END),
  constraint linked_account_answer_hash_check CHECK ((octet_length(answer_hash) = 32)),
  constraint linked_account_asked_no_check CHECK ((asked_no > 0)),
  constraint linked_account_outcome_check CHECK ((outcome = ANY (ARRAY['linked'::text, 'not-linked'::text]))),
  constraint link_is_of_a_payee FOREIGN KEY (recipient_id, payee_no) REFERENCES payee(recipient_id, payee_no)
);
grant insert, select on linked_account to an_sinh_app;

-- local
create table list_comparison (
  list_id bigint not null,
  period_before text collate "C" not null,
  before_count bigint not null,
  listed_count bigint not null,
  same_count bigint not null,
  new_count bigint not null,
  ended_count bigint not null,
  changed_count bigint not null,
  returned_count bigint not null,
  constraint list_comparison_pkey PRIMARY KEY (list_id),
  constraint every_listed_row_has_a_fate CHECK ((listed_count = (((same_count + new_count) + changed_count) + returned_count))),
  constraint every_row_before_has_a_fate CHECK ((before_count = ((same_count + changed_count) + ended_count))),
  constraint list_comparison_before_count_check CHECK ((before_count >= 0)),
  constraint list_comparison_changed_count_check CHECK ((changed_count >= 0)),
  constraint list_comparison_ended_count_check CHECK ((ended_count >= 0)),
  constraint list_comparison_listed_count_check CHECK ((listed_count >= 0)),
  constraint list_comparison_new_count_check CHECK ((new_count >= 0)),
  constraint list_comparison_returned_count_check CHECK ((returned_count >= 0)),
  constraint list_comparison_same_count_check CHECK ((same_count >= 0)),
  constraint list_comparison_list_id_fkey FOREIGN KEY (list_id) REFERENCES recipient_list(list_id)
);
grant insert, select on list_comparison to an_sinh_app;

-- local
create table list_finding (
  list_id bigint not null,
  row_no integer not null,
  column_name text not null,
  code text not null,
  constraint list_finding_pkey PRIMARY KEY (list_id, row_no, column_name, code),
  constraint list_finding_list_id_row_no_fkey FOREIGN KEY (list_id, row_no) REFERENCES list_row(list_id, row_no)
);
grant insert, select on list_finding to an_sinh_app;

-- distributed
create table list_movement (
  recipient_id bigint not null,
  list_id bigint not null,
  enrolment_ref text not null,
  kind text not null,
  facts jsonb not null,
  explained_by text,
  constraint list_movement_pkey PRIMARY KEY (recipient_id, list_id, enrolment_ref, kind),
  constraint list_movement_explained_by_check CHECK ((explained_by = ANY (ARRAY['death'::text, 'decision'::text, 'suspension'::text, 'other_ground'::text, 'other_province'::text, 'row_refused'::text]))),
  constraint list_movement_kind_check CHECK ((kind = ANY (ARRAY['new'::text, 'ended'::text, 'changed'::text, 'moved'::text, 'returned'::text]))),
  constraint only_endings_are_explained CHECK (((kind = 'ended'::text) OR (explained_by IS NULL)))
);
CREATE INDEX list_movement_list ON public.list_movement USING brin (list_id);
grant insert, select on list_movement to an_sinh_app;

-- local
create table list_row (
  list_id bigint not null,
  row_no integer not null,
  verdict text not null,
  raw text not null,
  constraint list_row_pkey PRIMARY KEY (list_id, row_no),
  constraint list_row_verdict_check CHECK ((verdict = ANY (ARRAY['repair'::text, 'warn'::text, 'refuse'::text]))),
  constraint list_row_list_id_fkey FOREIGN KEY (list_id) REFERENCES recipient_list(list_id)
);
grant insert, select on list_row to an_sinh_app;

-- distributed
create table listing (
  recipient_id bigint not null,
  period text collate "C" not null,
  enrolment_ref text not null,
  list_id bigint not null,
  row_no integer not null,
  listed_vnd bigint not null,
  constraint listing_pkey PRIMARY KEY (recipient_id, period, enrolment_ref),
  constraint listing_listed_vnd_check CHECK ((listed_vnd >= 0))
) partition by RANGE (period);
grant insert, select on listing to an_sinh_app;

-- reference
create table merit_amount (
  merit_code text not null,
  counts_from date not null,
  in_force_from date not null,
  known_since date not null,
  amount_vnd bigint not null,
  legal_basis text not null,
  name_vi text not null,
  name_en text not null,
  status text not null,
  source text not null,
  constraint merit_amount_pkey PRIMARY KEY (merit_code, counts_from, known_since),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint merit_amount_amount_vnd_check CHECK (((amount_vnd > 0) AND ((amount_vnd % (1000)::bigint) = 0))),
  constraint merit_amount_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text])))
);
grant select on merit_amount to an_sinh_app;

-- local
create table missed_acknowledgement (
  file_id bigint not null,
  level text not null,
  due_at timestamp with time zone not null,
  missed_at timestamp with time zone not null,
  break_id bigint not null,
  constraint missed_acknowledgement_pkey PRIMARY KEY (file_id, level, due_at),
  constraint missed_acknowledgement_level_check CHECK ((level = ANY (ARRAY['taken'::text, 'checked'::text, 'accepted'::text, 'settled'::text]))),
  constraint nothing_is_missed_before_it_is_due CHECK ((missed_at > due_at)),
  constraint missed_acknowledgement_break_id_fkey FOREIGN KEY (break_id) REFERENCES reconciliation_break(break_id),
  constraint missed_acknowledgement_file_id_fkey FOREIGN KEY (file_id) REFERENCES file_dispatch(file_id)
);
grant insert, select on missed_acknowledgement to an_sinh_app;

-- local
create table movement_alarm (
  list_id bigint not null,
  commune_code text not null,
  what text not null,
  found_count bigint not null,
  of_count bigint not null,
  constraint movement_alarm_pkey PRIMARY KEY (list_id, commune_code, what),
  constraint movement_alarm_found_count_check CHECK ((found_count > 0)),
  constraint movement_alarm_of_count_check CHECK ((of_count >= 0)),
  constraint movement_alarm_what_check CHECK ((what <> ''::text)),
  constraint movement_alarm_list_id_fkey FOREIGN KEY (list_id) REFERENCES recipient_list(list_id)
);
grant insert, select on movement_alarm to an_sinh_app;

-- local
create table movement_answer (
  list_id bigint not null,
  commune_code text not null,
  what text not null,
  reason text not null,
  answered_by text not null,
  answered_at timestamp with time zone not null,
  constraint movement_answer_pkey PRIMARY KEY (list_id, commune_code, what),
  constraint movement_answer_reason_check CHECK ((reason <> ''::text)),
  constraint answer_is_to_an_alarm FOREIGN KEY (list_id, commune_code, what) REFERENCES movement_alarm(list_id, commune_code, what),
  constraint movement_answer_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES person(person_id)
);
CREATE TRIGGER check_answer BEFORE INSERT ON public.movement_answer FOR EACH ROW EXECUTE FUNCTION check_movement_answer();
grant insert, select on movement_answer to an_sinh_app;

-- reference
create table movement_policy (
  counts_from date not null,
  least_count integer not null,
  least_percent smallint not null,
  source text not null,
  constraint movement_policy_pkey PRIMARY KEY (counts_from),
  constraint movement_policy_least_count_check CHECK ((least_count > 0)),
  constraint movement_policy_least_percent_check CHECK (((least_percent >= 1) AND (least_percent <= 100)))
);
grant select on movement_policy to an_sinh_app;

-- distributed
create table once_award (
  recipient_id bigint not null,
  programme text not null,
  occasion text not null,
  claim_no smallint not null,
  claimed_as smallint default NULLIF(claim_no, 0),
  period text collate "C" not null,
  due_reference text not null,
  constraint once_award_pkey PRIMARY KEY (recipient_id, programme, occasion, claim_no),
  constraint a_new_year_gift_is_not_claimed CHECK (((programme = 'tet_gift'::text) = (claim_no = 0))),
  constraint once_award_occasion_check CHECK ((occasion <> ''::text)),
  constraint once_award_programme_check CHECK ((programme = ANY (ARRAY['funeral'::text, 'tet_gift'::text, 'national_day_gift'::text]))),
  constraint award_is_assessed FOREIGN KEY (recipient_id, period, due_reference) REFERENCES assessment(recipient_id, period, due_reference),
  constraint award_is_of_a_claim FOREIGN KEY (recipient_id, claimed_as) REFERENCES once_claim(recipient_id, claim_no)
);
grant insert, select on once_award to an_sinh_app;

-- distributed
create table once_claim (
  recipient_id bigint not null,
  claim_no smallint not null,
  programme text not null,
  occasion text not null,
  of_key text not null,
  facts jsonb not null,
  document text not null,
  claimed_on date not null,
  recorded_by text not null,
  confirmed_by text not null,
  recorded_at timestamp with time zone not null,
  constraint once_claim_pkey PRIMARY KEY (recipient_id, claim_no),
  constraint funeral_is_of_a_death CHECK (((programme = 'funeral'::text) = (occasion = 'death'::text))),
  constraint once_claim_claim_no_check CHECK (((claim_no >= 1) AND (claim_no <= 9999))),
  constraint once_claim_document_check CHECK ((document <> ''::text)),
  constraint once_claim_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  constraint once_claim_occasion_check CHECK ((occasion <> ''::text)),
  constraint once_claim_of_key_check CHECK ((of_key <> ''::text)),
  constraint once_claim_programme_check CHECK ((programme = ANY (ARRAY['funeral'::text, 'national_day_gift'::text]))),
  constraint two_persons_record_a_claim CHECK ((confirmed_by <> recorded_by))
);
grant insert, select on once_claim to an_sinh_app;

-- distributed
create table once_claim_key (
  key text not null,
  occasion text not null,
  recipient_id bigint not null,
  claim_no smallint not null,
  constraint once_claim_key_pkey PRIMARY KEY (key, occasion)
);
grant insert, select on once_claim_key to an_sinh_app;

-- reference
create table one_off (
  one_off_code text not null,
  programme text not null,
  series text,
  coefficient numeric(6,3),
  amount_vnd bigint,
  is_minimum boolean not null,
  rounding text not null,
  counts_from date not null,
  in_force_from date not null,
  known_since date not null,
  article text not null,
  name_vi text not null,
  name_en text not null,
  status text not null,
  source text not null,
  constraint one_off_pkey PRIMARY KEY (one_off_code, counts_from, known_since),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint coefficient_of_a_series CHECK (((series IS NULL) = (coefficient IS NULL))),
  constraint coefficient_or_amount CHECK (((coefficient IS NULL) <> (amount_vnd IS NULL))),
  constraint one_off_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint one_off_coefficient_check CHECK ((coefficient > (0)::numeric)),
  constraint one_off_programme_check CHECK ((programme = ANY (ARRAY['funeral'::text, 'emergency'::text, 'merit'::text]))),
  constraint one_off_rounding_check CHECK ((rounding = ANY (ARRAY['none'::text, 'thousand'::text]))),
  constraint one_off_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text])))
);
grant select on one_off to an_sinh_app;

-- distributed
create table outside_fact (
  recipient_id bigint not null,
  kind text not null,
  from_day date not null,
  until_day date,
  source text not null,
  learned_at timestamp with time zone not null,
  said_on date,
  withdrawn_at timestamp with time zone,
  constraint outside_fact_pkey PRIMARY KEY (recipient_id, kind, from_day, source),
  constraint a_fact_ends_after_it_begins CHECK (((until_day IS NULL) OR (until_day > from_day))),
  constraint outside_fact_kind_check CHECK ((kind = ANY (ARRAY['custody'::text, 'moved-away'::text, 'paid-elsewhere'::text, 'dormant-account'::text, 'insurance-differs'::text]))),
  constraint outside_fact_source_check CHECK ((source <> ''::text))
);
grant insert, select, update (until_day, said_on, withdrawn_at) on outside_fact to an_sinh_app;

-- local
create table outside_identity (
  issuer text not null,
  subject text not null,
  person_id text not null,
  bound_by text not null,
  bound_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint outside_identity_pkey PRIMARY KEY (issuer, subject, bound_at),
  constraint nobody_binds_self CHECK ((bound_by <> person_id)),
  constraint outside_identity_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255))),
  constraint outside_identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
CREATE UNIQUE INDEX one_person_a_subject ON public.outside_identity USING btree (issuer, subject) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_subject_a_person ON public.outside_identity USING btree (issuer, person_id) WHERE (ended_at IS NULL);
grant insert, select, update (ended_at) on outside_identity to an_sinh_app;

-- local
create table outside_list (
  file_id bigint not null,
  kind text not null,
  source text not null,
  as_of date not null,
  row_count bigint not null,
  taken_count bigint not null,
  asked_count bigint not null,
  imported_by text not null,
  imported_at timestamp with time zone not null,
  constraint outside_list_pkey PRIMARY KEY (file_id),
  constraint list_is_of_a_day_that_came CHECK ((as_of <= ((imported_at AT TIME ZONE 'Asia/Ho_Chi_Minh'::text))::date)),
  constraint outside_list_asked_count_check CHECK ((asked_count >= 0)),
  constraint outside_list_kind_check CHECK ((kind = ANY (ARRAY['deaths'::text, 'custody'::text, 'residents'::text, 'insurance'::text, 'paid-elsewhere'::text, 'dormant-accounts'::text]))),
  constraint outside_list_row_count_check CHECK ((row_count >= 0)),
  constraint outside_list_source_check CHECK ((source <> ''::text)),
  constraint outside_list_taken_count_check CHECK ((taken_count >= 0)),
  constraint rows_of_a_list_are_counted_once CHECK (((taken_count + asked_count) <= row_count)),
  constraint outside_list_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(file_id),
  constraint outside_list_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES person(person_id)
);
grant insert, select on outside_list to an_sinh_app;

-- local
create table outside_list_row (
  file_id bigint not null,
  row_no bigint not null,
  why text not null,
  recipient_id bigint,
  constraint outside_list_row_pkey PRIMARY KEY (file_id, row_no),
  constraint outside_list_row_row_no_check CHECK ((row_no > 0)),
  constraint outside_list_row_why_check CHECK ((why = ANY (ARRAY['number-malformed'::text, 'day-unreadable'::text, 'days-disagree'::text, 'day-not-yet'::text, 'name-alone'::text, 'name-differs'::text, 'account-differs'::text, 'day-differs'::text, 'death-taken-back'::text]))),
  constraint outside_list_row_file_id_fkey FOREIGN KEY (file_id) REFERENCES outside_list(file_id)
);
grant insert, select on outside_list_row to an_sinh_app;

-- local
create table own_code (
  code_hash bytea not null,
  recipient_id bigint not null,
  given_by text not null,
  given_at timestamp with time zone not null,
  valid_until timestamp with time zone not null,
  used_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint own_code_pkey PRIMARY KEY (code_hash),
  constraint a_code_lives_three_days CHECK (((valid_until > given_at) AND (valid_until <= (given_at + '72:00:00'::interval)))),
  constraint own_code_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  constraint used_while_it_lives CHECK (((used_at IS NULL) OR ((used_at < valid_until) AND (ended_at IS NULL)))),
  constraint own_code_given_by_fkey FOREIGN KEY (given_by) REFERENCES person(person_id)
);
CREATE UNIQUE INDEX one_live_code_a_recipient ON public.own_code USING btree (recipient_id) WHERE ((used_at IS NULL) AND (ended_at IS NULL));
grant insert, select, update (used_at, ended_at) on own_code to an_sinh_app;

-- local
create table own_session (
  token_hash bytea not null,
  recipient_id bigint not null,
  opened_by text not null,
  opened_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint own_session_pkey PRIMARY KEY (token_hash),
  constraint own_session_opened_by_check CHECK ((opened_by = ANY (ARRAY['code'::text, 'identity-provider'::text]))),
  constraint own_session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
grant insert, select, update (ended_at) on own_session to an_sinh_app;

-- local
create table partitioned_table (
  table_name text not null,
  constraint partitioned_table_pkey PRIMARY KEY (table_name)
);
grant select on partitioned_table to an_sinh_app;

-- distributed
create table payee (
  recipient_id bigint not null,
  payee_no smallint not null,
  relation text not null,
  full_name text not null,
  citizen_number text not null,
  authority text not null,
  constraint payee_pkey PRIMARY KEY (recipient_id, payee_no),
  constraint another_payee_is_authorised CHECK (((relation = 'self'::text) OR (authority <> ''::text))),
  constraint payee_citizen_number_check CHECK (is_digits(citizen_number, 12))
);
grant insert, select on payee to an_sinh_app;

-- distributed
create table payee_death (
  recipient_id bigint not null,
  payee_no smallint not null,
  died_on date not null,
  source text not null,
  learned_at timestamp with time zone not null,
  constraint payee_death_pkey PRIMARY KEY (recipient_id, payee_no)
);
grant insert, select on payee_death to an_sinh_app;

-- local
create table payment_ahead (
  programme text not null,
  province_code text not null,
  period text collate "C" not null,
  cause text not null,
  decision_number text not null,
  decided_on date not null,
  ordered_by text not null,
  confirmed_by text not null,
  ordered_at timestamp with time zone not null,
  constraint payment_ahead_pkey PRIMARY KEY (programme, province_code, period),
  constraint payment_ahead_cause_check CHECK ((cause = ANY (ARRAY['new-year'::text, 'disaster'::text, 'epidemic'::text, 'force-majeure'::text]))),
  constraint payment_ahead_decision_number_check CHECK ((decision_number <> ''::text)),
  constraint payment_ahead_period_check CHECK ((period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'::text)),
  constraint payment_ahead_programme_check CHECK ((programme = 'merit'::text)),
  constraint two_persons_order CHECK ((confirmed_by <> ordered_by)),
  constraint payment_ahead_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(person_id),
  constraint payment_ahead_ordered_by_fkey FOREIGN KEY (ordered_by) REFERENCES person(person_id)
);
grant insert, select on payment_ahead to an_sinh_app;

-- distributed
create table payment_channel (
  recipient_id bigint not null,
  channel_no smallint not null,
  payee_no smallint not null,
  kind text not null,
  bank_bin text not null,
  account_number text not null,
  holder_name text not null,
  list_id bigint not null,
  ended_on date,
  change_no integer,
  payable_from timestamp with time zone,
  constraint payment_channel_pkey PRIMARY KEY (recipient_id, channel_no),
  constraint a_new_channel_has_a_change CHECK (((channel_no = 1) OR (change_no IS NOT NULL))),
  constraint an_account_is_complete CHECK (((kind <> 'account'::text) OR (is_digits(bank_bin, 6) AND ((length(account_number) >= 6) AND (length(account_number) <= 34)) AND (translate(account_number, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'::text, ''::text) = ''::text)))),
  constraint payment_channel_kind_check CHECK ((kind = ANY (ARRAY['account'::text, 'cash_post'::text]))),
  constraint channel_is_of_a_change FOREIGN KEY (recipient_id, change_no) REFERENCES register_change(recipient_id, change_no)
);
CREATE UNIQUE INDEX one_live_channel ON public.payment_channel USING btree (recipient_id) WHERE (ended_on IS NULL);
CREATE INDEX payment_channel_changed ON public.payment_channel USING btree (recipient_id) WHERE ((ended_on IS NOT NULL) OR (change_no IS NOT NULL));
grant insert, select, update (ended_on) on payment_channel to an_sinh_app;

-- local
create table payment_fee (
  channel_kind text not null,
  counts_from date not null,
  fee_vnd bigint not null,
  source text not null,
  recorded_by text not null,
  recorded_at timestamp with time zone not null,
  constraint one_fee_a_day PRIMARY KEY (channel_kind, counts_from),
  constraint a_fee_has_a_source CHECK ((source ~ '\S'::text)),
  constraint a_fee_is_not_negative CHECK (((fee_vnd >= 0) AND (fee_vnd <= 1000000))),
  constraint payment_fee_channel_kind_check CHECK ((channel_kind = ANY (ARRAY['account'::text, 'cash_post'::text])))
);
grant insert, select on payment_fee to an_sinh_app;

-- local
create table payment_file (
  batch_id bigint not null,
  part_no integer not null,
  file_id bigint not null,
  message_id text not null,
  payment_information_id text not null,
  line_count bigint not null,
  total_vnd bigint not null,
  first_recipient_id bigint not null,
  first_reference text not null,
  last_recipient_id bigint not null,
  last_reference text not null,
  profile_version integer not null,
  constraint payment_file_pkey PRIMARY KEY (batch_id, part_no),
  constraint payment_file_file_id_key UNIQUE (file_id),
  constraint payment_file_message_id_key UNIQUE (message_id),
  constraint payment_file_payment_information_id_key UNIQUE (payment_information_id),
  constraint payment_file_check CHECK ((ROW(first_recipient_id, first_reference) <= ROW(last_recipient_id, last_reference))),
  constraint payment_file_line_count_check CHECK ((line_count > 0)),
  constraint payment_file_message_id_check CHECK ((message_id ~ '^[A-Z0-9-]{1,35}$'::text)),
  constraint payment_file_part_no_check CHECK ((part_no > 0)),
  constraint payment_file_payment_information_id_check CHECK ((payment_information_id ~ '^[A-Z0-9-]{1,35}$'::text)),
  constraint payment_file_total_vnd_check CHECK ((total_vnd > 0)),
  constraint payment_file_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES disbursement_batch(batch_id),
  constraint payment_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(file_id)
);
CREATE TRIGGER check_file BEFORE INSERT ON public.payment_file FOR EACH ROW EXECUTE FUNCTION check_payment_file();
grant insert, select on payment_file to an_sinh_app;

-- distributed
create table payment_instruction (
  recipient_id bigint not null,
  period text collate "C" not null,
  end_to_end_id text not null,
  programme text not null,
  assessment_no smallint not null,
  attempt smallint not null,
  batch_id bigint not null,
  amount_vnd bigint not null,
  channel_no smallint not null,
  payee_name text not null,
  citizen_number text not null,
  bank_bin text not null,
  account_number text not null,
  commune_code text not null,
  line_hash bytea not null,
  reopened_period text collate "C",
  reopened_reference text,
  reopened_kind text,
  constraint payment_instruction_pkey PRIMARY KEY (recipient_id, period, end_to_end_id),
  constraint another_attempt_needs_a_reopening CHECK ((((attempt = 1) = (reopened_kind IS NULL)) AND ((attempt = 1) = (reopened_reference IS NULL)) AND ((reopened_period IS NULL) = ((attempt = 1) OR (reopened_kind = 'withdrawn'::text))) AND ((attempt = 1) OR (reopened_reference = ((due_reference(period, programme, recipient_id, (assessment_no)::integer) || 'T'::text) || ((attempt - 1))::text))) AND ((reopened_kind IS NULL) OR (reopened_kind = ANY (ARRAY['rejected'::text, 'returned'::text, 'unpaid'::text, 'withdrawn'::text]))))),
  constraint payment_instruction_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint payment_instruction_attempt_check CHECK (((attempt >= 1) AND (attempt <= 99))),
  constraint payment_instruction_line_hash_check CHECK ((octet_length(line_hash) = 32)),
  constraint reference_names_the_attempt CHECK ((end_to_end_id = ((due_reference(period, programme, recipient_id, (assessment_no)::integer) || 'T'::text) || (attempt)::text))),
  constraint reopening_is_in_the_ledger FOREIGN KEY (recipient_id, reopened_period, reopened_reference, reopened_kind) REFERENCES ledger_transfer(recipient_id, period, reference, kind)
) partition by RANGE (period);
CREATE INDEX payment_instruction_batch ON ONLY public.payment_instruction USING brin (batch_id);
grant insert, select on payment_instruction to an_sinh_app;

-- distributed
create table payment_outcome (
  recipient_id bigint not null,
  period text collate "C" not null,
  end_to_end_id text not null,
  outcome text not null,
  reason text not null,
  instructed_vnd bigint not null,
  reported_vnd bigint not null,
  booked_on date not null,
  batch_id bigint not null,
  file_id bigint not null,
  line_no bigint not null,
  break_id bigint,
  constraint payment_outcome_pkey PRIMARY KEY (recipient_id, period, end_to_end_id),
  constraint a_decided_outcome_has_its_break CHECK (((file_id = 0) = (break_id IS NOT NULL))),
  constraint payment_outcome_outcome_check CHECK ((outcome = ANY (ARRAY['settled'::text, 'rejected'::text, 'unpaid'::text]))),
  constraint reported_is_instructed CHECK ((reported_vnd = instructed_vnd))
) partition by RANGE (period);
CREATE INDEX payment_outcome_batch ON ONLY public.payment_outcome USING brin (batch_id);
grant insert, select on payment_outcome to an_sinh_app;

-- distributed
create table payment_return (
  recipient_id bigint not null,
  period text collate "C" not null,
  end_to_end_id text not null,
  reason text not null,
  instructed_vnd bigint not null,
  reported_vnd bigint not null,
  booked_on date not null,
  batch_id bigint not null,
  file_id bigint not null,
  line_no bigint not null,
  break_id bigint,
  constraint payment_return_pkey PRIMARY KEY (recipient_id, period, end_to_end_id),
  constraint a_decided_return_has_its_break CHECK (((file_id = 0) = (break_id IS NOT NULL))),
  constraint reported_is_instructed CHECK ((reported_vnd = instructed_vnd)),
  constraint only_what_was_booked_returns FOREIGN KEY (recipient_id, period, end_to_end_id) REFERENCES payment_outcome(recipient_id, period, end_to_end_id)
) partition by RANGE (period);
CREATE INDEX payment_return_batch ON ONLY public.payment_return USING brin (batch_id);
grant insert, select on payment_return to an_sinh_app;

-- reference
create table pension_uplift (
  counts_from date not null,
  in_force_from date not null,
  known_since date not null,
  base_month text collate "C" not null,
  percent numeric(6,3) not null,
  early_before date not null,
  low_until_vnd bigint not null,
  low_extra_vnd bigint not null,
  floor_vnd bigint not null,
  legal_basis text not null,
  status text not null,
  source text not null,
  constraint pension_uplift_pkey PRIMARY KEY (counts_from, known_since),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint pension_uplift_base_month_check CHECK ((base_month ~ '^\d{4}-(0[1-9]|1[0-2])$'::text)),
  constraint pension_uplift_check CHECK ((floor_vnd > low_until_vnd)),
  constraint pension_uplift_low_extra_vnd_check CHECK ((low_extra_vnd > 0)),
  constraint pension_uplift_percent_check CHECK ((percent > (0)::numeric)),
  constraint pension_uplift_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text])))
);
grant select on pension_uplift to an_sinh_app;

-- local
create table period_closing (
  period text collate "C" not null,
  prepared_by text not null,
  confirmed_by text not null,
  closed_at timestamp with time zone not null,
  entitled_vnd bigint not null,
  owed_vnd bigint not null,
  paid_vnd bigint not null,
  open_break_count bigint not null,
  constraint period_closing_pkey PRIMARY KEY (period),
  constraint period_closing_open_break_count_check CHECK ((open_break_count >= 0)),
  constraint two_persons_close CHECK ((confirmed_by <> prepared_by)),
  constraint period_closing_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(person_id),
  constraint period_closing_period_fkey FOREIGN KEY (period) REFERENCES period_state(period),
  constraint period_closing_prepared_by_fkey FOREIGN KEY (prepared_by) REFERENCES person(person_id)
);
CREATE CONSTRAINT TRIGGER check_closed AFTER INSERT ON public.period_closing DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_closed();
CREATE TRIGGER check_closing BEFORE INSERT ON public.period_closing FOR EACH ROW EXECUTE FUNCTION check_closing();
grant insert, select on period_closing to an_sinh_app;

-- local
create table period_closing_proposal (
  period text collate "C" not null,
  proposal_no smallint not null,
  entitled_vnd bigint not null,
  owed_vnd bigint not null,
  paid_vnd bigint not null,
  open_break_count bigint not null,
  note text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint period_closing_proposal_pkey PRIMARY KEY (period, proposal_no),
  constraint period_closing_proposal_open_break_count_check CHECK ((open_break_count >= 0)),
  constraint period_closing_proposal_proposal_no_check CHECK (((proposal_no >= 1) AND (proposal_no <= 999))),
  constraint period_closing_proposal_period_fkey FOREIGN KEY (period) REFERENCES period_state(period),
  constraint period_closing_proposal_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
grant insert, select on period_closing_proposal to an_sinh_app;

-- local
create table period_state (
  period text collate "C" not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint period_state_pkey PRIMARY KEY (period),
  constraint period_state_period_check CHECK ((period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'::text))
);
grant select on period_state to an_sinh_app;

-- local
create table person (
  person_id text not null,
  full_name text not null,
  citizen_number text not null,
  active boolean not null default true,
  constraint person_pkey PRIMARY KEY (person_id),
  constraint person_citizen_number_key UNIQUE (citizen_number),
  constraint person_citizen_number_check CHECK ((citizen_number ~ '^[0-9]{12}$'::text)),
  constraint person_person_id_check CHECK ((person_id ~ '^[a-z0-9-]{2,40}$'::text))
);
grant insert, select, update (active) on person to an_sinh_app;

-- local
create table person_role (
  person_id text not null,
  role text not null,
  unit_code text not null,
  limit_vnd bigint,
  granted_by text not null,
  granted_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  proposed_by text,
  constraint person_role_pkey PRIMARY KEY (person_id, role, unit_code, granted_at),
  constraint nobody_grants_to_self CHECK ((granted_by <> person_id)),
  constraint person_role_limit_vnd_check CHECK ((limit_vnd > 0)),
  constraint person_role_role_check CHECK ((role = ANY (ARRAY['maker'::text, 'checker'::text, 'account_officer'::text, 'rate_officer'::text, 'bank_integrator'::text, 'auditor'::text, 'administrator'::text]))),
  constraint two_persons_grant CHECK (((proposed_by IS NULL) OR ((proposed_by <> granted_by) AND (proposed_by <> person_id)))),
  constraint person_role_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id),
  constraint person_role_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
CREATE UNIQUE INDEX one_live_grant ON public.person_role USING btree (person_id, role, unit_code) WHERE (revoked_at IS NULL);
CREATE TRIGGER check_grant BEFORE INSERT ON public.person_role FOR EACH ROW EXECUTE FUNCTION check_grant();
grant insert, select, update (revoked_at) on person_role to an_sinh_app;

-- reference
create table programme (
  programme text not null,
  letters text not null,
  name_vi text not null,
  name_en text not null,
  unproven text not null,
  constraint programme_pkey PRIMARY KEY (programme),
  constraint programme_letters_key UNIQUE (letters),
  constraint programme_letters_check CHECK ((letters ~ '^[A-Z]{2}$'::text)),
  constraint programme_unproven_check CHECK ((unproven = ANY (ARRAY['cash'::text, 'hold'::text])))
);
grant select on programme to an_sinh_app;

-- reference
create table proof_policy (
  programme text not null,
  identity_days smallint not null,
  account_days smallint not null,
  life_hours smallint not null,
  people_per_account smallint not null,
  dormant_months smallint not null,
  margin_days smallint not null,
  constraint proof_policy_pkey PRIMARY KEY (programme),
  constraint proof_policy_account_days_check CHECK ((account_days > 0)),
  constraint proof_policy_dormant_months_check CHECK ((dormant_months > 0)),
  constraint proof_policy_identity_days_check CHECK ((identity_days > 0)),
  constraint proof_policy_life_hours_check CHECK ((life_hours > 0)),
  constraint proof_policy_margin_days_check CHECK ((margin_days >= 0)),
  constraint proof_policy_people_per_account_check CHECK ((people_per_account > 0)),
  constraint proof_policy_programme_fkey FOREIGN KEY (programme) REFERENCES programme(programme)
);
grant select on proof_policy to an_sinh_app;

-- local
create table provider_calls (
  provider text collate "C" not null,
  day date not null,
  agreed bigint not null,
  given bigint not null,
  last_share bigint not null,
  constraint provider_calls_pkey PRIMARY KEY (provider, day),
  constraint a_share_is_given CHECK (((last_share >= 0) AND (last_share <= given))),
  constraint never_more_than_agreed CHECK (((given >= 0) AND (given <= agreed))),
  constraint provider_calls_agreed_check CHECK ((agreed >= 0)),
  constraint provider_calls_provider_check CHECK ((provider ~ '^[a-z][a-z-]{1,39}$'::text))
);
grant insert, select, update (agreed, given, last_share) on provider_calls to an_sinh_app;

-- local
create table quality_count (
  period text collate "C" not null,
  rule text not null,
  commune_code text not null,
  programme text not null,
  checked bigint not null,
  failed bigint not null,
  measured_at timestamp with time zone not null,
  constraint quality_count_pkey PRIMARY KEY (period, rule, commune_code, programme),
  constraint nobody_fails_unasked CHECK ((failed <= checked)),
  constraint quality_count_failed_check CHECK ((failed >= 0)),
  constraint quality_count_period_fkey FOREIGN KEY (period) REFERENCES period_state(period),
  constraint quality_count_programme_fkey FOREIGN KEY (programme) REFERENCES programme(programme)
);
grant insert, select, update (checked, failed, measured_at) on quality_count to an_sinh_app;

-- distributed
create table quality_gap (
  recipient_id bigint not null,
  rule text not null,
  programme text not null,
  since_period text collate "C" not null,
  commune_code text not null,
  ended_in text collate "C",
  ended_by text,
  constraint quality_gap_pkey PRIMARY KEY (recipient_id, rule, programme, since_period),
  constraint a_gap_ends_after_it_begins CHECK ((ended_in >= since_period)),
  constraint an_end_has_a_reason CHECK (((ended_in IS NULL) = (ended_by IS NULL))),
  constraint quality_gap_ended_by_check CHECK ((ended_by = ANY (ARRAY['cleaned'::text, 'left'::text])))
);
CREATE UNIQUE INDEX one_open_gap ON public.quality_gap USING btree (recipient_id, rule, programme) WHERE (ended_in IS NULL);
grant insert, select, update (ended_in, ended_by) on quality_gap to an_sinh_app;

-- local
create table quality_target (
  unit_code text not null,
  word text not null,
  period text collate "C" not null,
  percent numeric(5,2) not null,
  levels smallint not null,
  head text not null,
  set_by text not null,
  constraint quality_target_pkey PRIMARY KEY (unit_code, word, period),
  constraint quality_target_levels_check CHECK (((levels >= 1) AND (levels <= 3))),
  constraint quality_target_percent_check CHECK (((percent > (0)::numeric) AND (percent <= (100)::numeric))),
  constraint quality_target_period_check CHECK ((period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'::text)),
  constraint quality_target_word_check CHECK ((word = ANY (ARRAY['dung'::text, 'du'::text, 'sach'::text, 'song'::text]))),
  constraint quality_target_head_fkey FOREIGN KEY (head) REFERENCES person(person_id),
  constraint quality_target_set_by_fkey FOREIGN KEY (set_by) REFERENCES person(person_id)
);
grant insert, select on quality_target to an_sinh_app;

-- reference
create table rate (
  series text not null,
  scope text not null,
  counts_from date not null,
  in_force_from date not null,
  known_since date not null,
  amount_vnd bigint not null,
  legal_basis text not null,
  status text not null,
  source text not null,
  constraint rate_pkey PRIMARY KEY (series, scope, counts_from, known_since),
  constraint a_draft_is_never_paid CHECK ((status <> 'draft'::text)),
  constraint rate_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint rate_status_check CHECK ((status = ANY (ARRAY['sourced'::text, 'unverified'::text, 'draft'::text])))
);
grant select on rate to an_sinh_app;

-- distributed
create table recipient (
  recipient_id bigint not null,
  full_name text not null,
  birth_year smallint not null,
  birth_date date,
  sex text not null,
  commune_code text not null,
  hamlet text not null,
  phone text not null,
  constraint recipient_pkey PRIMARY KEY (recipient_id),
  constraint birth_date_agrees_with_year CHECK (((birth_date IS NULL) OR (EXTRACT(year FROM birth_date) = (birth_year)::numeric))),
  constraint recipient_full_name_check CHECK ((full_name <> ''::text)),
  constraint recipient_recipient_id_check CHECK ((recipient_id > 0)),
  constraint recipient_sex_check CHECK ((sex = ANY (ARRAY['male'::text, 'female'::text])))
);
CREATE INDEX recipient_commune ON public.recipient USING btree (commune_code, recipient_id);
grant insert, select on recipient to an_sinh_app;

-- distributed
create table recipient_death (
  recipient_id bigint not null,
  died_on date not null,
  source text not null,
  learned_at timestamp with time zone not null,
  constraint recipient_death_pkey PRIMARY KEY (recipient_id)
);
grant insert, select on recipient_death to an_sinh_app;

-- distributed
create table recipient_key (
  key text not null,
  kind text not null,
  recipient_id bigint not null,
  valid_until date,
  constraint recipient_key_pkey PRIMARY KEY (key, kind),
  constraint citizen_number_has_12_digits CHECK (((kind <> 'citizen_number'::text) OR is_digits(key, 12))),
  constraint recipient_key_kind_check CHECK ((kind = ANY (ARRAY['citizen_number'::text, 'identity_card_number'::text])))
);
grant insert, select, update (valid_until) on recipient_key to an_sinh_app;

-- local
create table recipient_list (
  list_id bigint not null,
  file_id bigint not null,
  period text collate "C" not null,
  province_code text not null,
  strict boolean not null,
  imported_by text not null,
  imported_at timestamp with time zone not null,
  row_count bigint not null,
  accepted_count bigint not null,
  refused_count bigint not null,
  withheld_count bigint not null,
  listed_vnd bigint not null,
  content_key text,
  constraint recipient_list_pkey PRIMARY KEY (list_id),
  constraint recipient_list_file_id_key UNIQUE (file_id),
  constraint every_row_has_a_fate CHECK ((row_count = ((accepted_count + refused_count) + withheld_count))),
  constraint only_strict_withholds CHECK ((strict OR (withheld_count = 0))),
  constraint recipient_list_accepted_count_check CHECK ((accepted_count >= 0)),
  constraint recipient_list_listed_vnd_check CHECK ((listed_vnd >= 0)),
  constraint recipient_list_refused_count_check CHECK ((refused_count >= 0)),
  constraint recipient_list_row_count_check CHECK ((row_count > 0)),
  constraint recipient_list_withheld_count_check CHECK ((withheld_count >= 0)),
  constraint strict_takes_all_or_nothing CHECK (((NOT strict) OR (refused_count = 0) OR (accepted_count = 0))),
  constraint recipient_list_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(file_id),
  constraint recipient_list_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES person(person_id),
  constraint recipient_list_period_fkey FOREIGN KEY (period) REFERENCES period_state(period)
);
CREATE INDEX recipient_list_content ON public.recipient_list USING btree (province_code, period, content_key);
grant insert, select on recipient_list to an_sinh_app;

-- distributed
create table recipient_look (
  recipient_id bigint not null,
  person_id text not null,
  looked_on date not null,
  first_at timestamp with time zone not null,
  constraint one_look_a_day PRIMARY KEY (recipient_id, person_id, looked_on)
);
grant insert, select on recipient_look to an_sinh_app;

-- distributed
create table recipient_merge (
  recipient_id bigint not null,
  survivor_id bigint not null,
  case_id bigint not null,
  document text not null,
  chosen_by text not null,
  confirmed_by text not null,
  merged_at timestamp with time zone not null,
  constraint recipient_merge_pkey PRIMARY KEY (recipient_id),
  constraint nobody_survives_themselves CHECK ((survivor_id <> recipient_id)),
  constraint recipient_merge_document_check CHECK ((document <> ''::text)),
  constraint two_persons_join_records CHECK ((confirmed_by <> chosen_by))
);
CREATE INDEX recipient_merge_survivor ON public.recipient_merge USING btree (survivor_id);
grant insert, select on recipient_merge to an_sinh_app;

-- local
create table reconciliation_break (
  break_id bigint not null,
  kind text not null,
  file_id bigint,
  line_no bigint,
  batch_id bigint,
  period text collate "C" not null,
  reference text not null,
  amount_vnd bigint not null,
  opened_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  resolution text,
  resolved_by text,
  confirmed_by text,
  direction text,
  entry_reference text,
  severity smallint default break_severity(kind),
  decide_by date,
  constraint reconciliation_break_pkey PRIMARY KEY (break_id),
  constraint a_line_breaks_once UNIQUE (file_id, line_no),
  constraint a_resolution_has_two_persons CHECK ((((resolved_at IS NULL) = (resolution IS NULL)) AND ((resolved_at IS NULL) = (resolved_by IS NULL)) AND ((resolved_at IS NULL) = (confirmed_by IS NULL)) AND (confirmed_by <> resolved_by))),
  constraint every_kind_is_weighed CHECK ((severity IS NOT NULL)),
  constraint reconciliation_break_amount_vnd_check CHECK ((amount_vnd >= 0)),
  constraint reconciliation_break_direction_check CHECK ((direction = ANY (ARRAY['debit'::text, 'credit'::text]))),
  constraint the_account_is_spoken_of_by_a_line CHECK ((((direction IS NULL) = (entry_reference IS NULL)) AND ((direction IS NULL) OR (line_no IS NOT NULL)))),
  constraint break_is_of_a_kind FOREIGN KEY (kind) REFERENCES break_kind(kind),
  constraint reconciliation_break_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(person_id),
  constraint reconciliation_break_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES person(person_id)
);
CREATE INDEX reconciliation_break_done ON public.reconciliation_break USING btree (severity, COALESCE(decide_by, 'infinity'::date), break_id) WHERE (resolved_at IS NOT NULL);
CREATE INDEX reconciliation_break_entry ON public.reconciliation_break USING btree (entry_reference) WHERE (entry_reference IS NOT NULL);
CREATE INDEX reconciliation_break_reference ON public.reconciliation_break USING btree (reference);
CREATE INDEX reconciliation_break_waiting ON public.reconciliation_break USING btree (severity, COALESCE(decide_by, 'infinity'::date), break_id) WHERE (resolved_at IS NULL);
CREATE TRIGGER check_end BEFORE INSERT OR UPDATE ON public.reconciliation_break FOR EACH ROW EXECUTE FUNCTION check_break_end();
grant insert, select, update (resolved_at, resolution, resolved_by, confirmed_by, decide_by) on reconciliation_break to an_sinh_app;

-- distributed
create table recovery_case (
  recipient_id bigint not null,
  case_no smallint not null,
  programme text not null,
  period text collate "C" not null,
  amount_vnd bigint not null,
  reason text not null,
  facts jsonb not null,
  opened_on date not null,
  constraint recovery_case_pkey PRIMARY KEY (recipient_id, case_no),
  constraint recovery_case_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint recovery_case_case_no_check CHECK (((case_no >= 1) AND (case_no <= 999)))
);
grant insert, select on recovery_case to an_sinh_app;

-- distributed
create table recovery_decision (
  recipient_id bigint not null,
  case_no smallint not null,
  proposal_no smallint not null,
  proposed_by text not null,
  outcome text not null,
  decided_by text not null,
  decided_at timestamp with time zone not null,
  appeal_until date not null,
  constraint recovery_decision_pkey PRIMARY KEY (recipient_id, case_no),
  constraint decision_with_its_appeal UNIQUE (recipient_id, case_no, outcome, appeal_until),
  constraint decision_with_its_outcome UNIQUE (recipient_id, case_no, outcome),
  constraint another_person_decides CHECK ((decided_by <> proposed_by)),
  constraint decision_on_a_proposal FOREIGN KEY (recipient_id, case_no, proposal_no, proposed_by, outcome) REFERENCES recovery_proposal(recipient_id, case_no, proposal_no, proposed_by, outcome)
);
grant insert, select on recovery_decision to an_sinh_app;

-- distributed
create table recovery_instalment (
  recipient_id bigint not null,
  case_no smallint not null,
  instalment_no smallint not null,
  outcome text not null,
  period text collate "C" not null,
  amount_vnd bigint not null,
  constraint recovery_instalment_pkey PRIMARY KEY (recipient_id, case_no, instalment_no),
  constraint instalment_with_its_amount UNIQUE (recipient_id, case_no, instalment_no, outcome, period, amount_vnd),
  constraint one_instalment_a_month UNIQUE (recipient_id, case_no, period),
  constraint recovery_instalment_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint recovery_instalment_instalment_no_check CHECK (((instalment_no >= 1) AND (instalment_no <= 60))),
  constraint recovery_instalment_outcome_check CHECK ((outcome = 'deduct'::text)),
  constraint a_deduction_is_decided FOREIGN KEY (recipient_id, case_no, outcome) REFERENCES recovery_decision(recipient_id, case_no, outcome)
);
grant insert, select on recovery_instalment to an_sinh_app;

-- distributed
create table recovery_month (
  recipient_id bigint not null,
  case_no smallint not null,
  for_period text collate "C" not null,
  paid_vnd bigint not null,
  due_vnd bigint not null,
  amount_vnd bigint not null,
  reason text not null,
  constraint recovery_month_pkey PRIMARY KEY (recipient_id, case_no, for_period),
  constraint no_more_than_was_too_much CHECK ((amount_vnd <= (paid_vnd - due_vnd))),
  constraint recovery_month_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint recovery_month_due_vnd_check CHECK ((due_vnd >= 0)),
  constraint recovery_month_recipient_id_case_no_fkey FOREIGN KEY (recipient_id, case_no) REFERENCES recovery_case(recipient_id, case_no)
);
grant insert, select on recovery_month to an_sinh_app;

-- distributed
create table recovery_proposal (
  recipient_id bigint not null,
  case_no smallint not null,
  proposal_no smallint not null,
  outcome text not null,
  amount_vnd bigint not null,
  instalments smallint not null,
  first_period text collate "C",
  grounds text not null,
  document text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint recovery_proposal_pkey PRIMARY KEY (recipient_id, case_no, proposal_no),
  constraint proposal_as_it_is_decided UNIQUE (recipient_id, case_no, proposal_no, proposed_by, outcome),
  constraint only_a_deduction_has_instalments CHECK ((((outcome = 'deduct'::text) = (instalments > 0)) AND ((outcome = 'deduct'::text) = (first_period IS NOT NULL)))),
  constraint recovery_proposal_amount_vnd_check CHECK ((amount_vnd >= 0)),
  constraint recovery_proposal_document_check CHECK ((document <> ''::text)),
  constraint recovery_proposal_grounds_check CHECK ((grounds <> ''::text)),
  constraint recovery_proposal_instalments_check CHECK (((instalments >= 0) AND (instalments <= 60))),
  constraint recovery_proposal_outcome_check CHECK ((outcome = ANY (ARRAY['repay'::text, 'deduct'::text, 'waive'::text]))),
  constraint recovery_proposal_proposal_no_check CHECK (((proposal_no >= 1) AND (proposal_no <= 99))),
  constraint waived_is_nothing CHECK (((outcome = 'waive'::text) = (amount_vnd = 0))),
  constraint proposal_of_a_case FOREIGN KEY (recipient_id, case_no) REFERENCES recovery_case(recipient_id, case_no)
);
grant insert, select on recovery_proposal to an_sinh_app;

-- distributed
create table recovery_repayment (
  recipient_id bigint not null,
  case_no smallint not null,
  repayment_no smallint not null,
  outcome text not null,
  amount_vnd bigint not null,
  before_vnd bigint not null,
  after_vnd bigint default (before_vnd + amount_vnd),
  follows_no smallint default NULLIF((repayment_no - 1), 0),
  decided_vnd bigint not null,
  paid_on date not null,
  document text not null,
  booked_by text not null,
  confirmed_by text not null,
  booked_at timestamp with time zone not null,
  period text collate "C" not null,
  constraint recovery_repayment_pkey PRIMARY KEY (recipient_id, case_no, repayment_no),
  constraint repayment_with_its_sum UNIQUE (recipient_id, case_no, repayment_no, after_vnd),
  constraint a_repayment_moves_money CHECK ((amount_vnd > 0)),
  constraint first_repayment_follows_nothing CHECK (((repayment_no = 1) = (before_vnd = 0))),
  constraint recovery_repayment_before_vnd_check CHECK ((before_vnd >= 0)),
  constraint recovery_repayment_document_check CHECK ((document <> ''::text)),
  constraint recovery_repayment_outcome_check CHECK ((outcome = 'repay'::text)),
  constraint recovery_repayment_repayment_no_check CHECK (((repayment_no >= 1) AND (repayment_no <= 999))),
  constraint repaid_no_more_than_decided CHECK (((before_vnd + amount_vnd) <= decided_vnd)),
  constraint two_persons_book CHECK ((confirmed_by <> booked_by)),
  constraint a_repayment_is_decided FOREIGN KEY (recipient_id, case_no, outcome) REFERENCES recovery_decision(recipient_id, case_no, outcome),
  constraint follows_what_was_paid_back FOREIGN KEY (recipient_id, case_no, follows_no, before_vnd) REFERENCES recovery_repayment(recipient_id, case_no, repayment_no, after_vnd)
);
grant insert, select on recovery_repayment to an_sinh_app;

-- distributed
create table recovery_taking (
  recipient_id bigint not null,
  case_no smallint not null,
  instalment_no smallint not null,
  part_no smallint not null,
  outcome text not null,
  from_period text collate "C" not null,
  instalment_vnd bigint not null,
  before_vnd bigint not null,
  amount_vnd bigint not null,
  after_vnd bigint default (before_vnd + amount_vnd),
  part_before smallint default NULLIF((part_no - 1), 0),
  period text collate "C" not null,
  due_reference text not null,
  appeal_until date not null,
  taken_on date not null,
  constraint recovery_taking_pkey PRIMARY KEY (recipient_id, case_no, instalment_no, part_no),
  constraint one_taking_a_payment UNIQUE (recipient_id, case_no, instalment_no, due_reference),
  constraint taking_with_its_sum UNIQUE (recipient_id, case_no, instalment_no, part_no, after_vnd),
  constraint first_part_follows_nothing CHECK (((part_no = 1) = (before_vnd = 0))),
  constraint no_more_than_was_decided CHECK (((before_vnd + amount_vnd) <= instalment_vnd)),
  constraint not_before_its_month CHECK ((period >= from_period)),
  constraint not_while_it_may_be_appealed CHECK ((taken_on > appeal_until)),
  constraint recovery_taking_amount_vnd_check CHECK ((amount_vnd > 0)),
  constraint recovery_taking_before_vnd_check CHECK ((before_vnd >= 0)),
  constraint recovery_taking_outcome_check CHECK ((outcome = 'deduct'::text)),
  constraint recovery_taking_part_no_check CHECK (((part_no >= 1) AND (part_no <= 99))),
  constraint appeal_is_that_of_the_decision FOREIGN KEY (recipient_id, case_no, outcome, appeal_until) REFERENCES recovery_decision(recipient_id, case_no, outcome, appeal_until),
  constraint follows_what_was_taken_before FOREIGN KEY (recipient_id, case_no, instalment_no, part_before, before_vnd) REFERENCES recovery_taking(recipient_id, case_no, instalment_no, part_no, after_vnd),
  constraint taken_from_an_assessment FOREIGN KEY (recipient_id, period, due_reference) REFERENCES assessment(recipient_id, period, due_reference),
  constraint taken_is_decided FOREIGN KEY (recipient_id, case_no, instalment_no, outcome, from_period, instalment_vnd) REFERENCES recovery_instalment(recipient_id, case_no, instalment_no, outcome, period, amount_vnd)
);
grant insert, select on recovery_taking to an_sinh_app;

-- distributed
create table register_change (
  recipient_id bigint not null,
  change_no integer not null,
  subject text not null,
  old_value jsonb not null,
  new_value jsonb not null,
  document text not null,
  changed_by text not null,
  changed_at timestamp with time zone not null,
  confirmed_by text not null,
  proposal_no integer,
  constraint register_change_pkey PRIMARY KEY (recipient_id, change_no),
  constraint change_has_one_author UNIQUE (recipient_id, change_no, changed_by),
  constraint register_change_subject_check CHECK ((subject = ANY (ARRAY['identity'::text, 'payee'::text, 'channel'::text, 'enrolment'::text, 'death'::text, 'sharing'::text]))),
  constraint two_persons_change_the_register CHECK ((confirmed_by <> changed_by)),
  constraint change_is_of_a_proposal FOREIGN KEY (recipient_id, proposal_no) REFERENCES register_proposal(recipient_id, proposal_no)
);
grant insert, select on register_change to an_sinh_app;

-- distributed
create table register_decision (
  recipient_id bigint not null,
  proposal_no integer not null,
  decision text not null,
  reason text not null,
  proposed_by text not null,
  decided_by text not null,
  decided_at timestamp with time zone not null,
  constraint register_decision_pkey PRIMARY KEY (recipient_id, proposal_no),
  constraint a_no_has_a_reason CHECK (((decision = 'confirmed'::text) OR (reason <> ''::text))),
  constraint another_person_decides CHECK ((decided_by <> proposed_by)),
  constraint register_decision_decision_check CHECK ((decision = ANY (ARRAY['confirmed'::text, 'declined'::text]))),
  constraint decision_is_of_a_proposal FOREIGN KEY (recipient_id, proposal_no, proposed_by) REFERENCES register_proposal(recipient_id, proposal_no, proposed_by)
);
grant insert, select on register_decision to an_sinh_app;

-- distributed
create table register_proposal (
  recipient_id bigint not null,
  proposal_no integer not null,
  subject text not null,
  old_value jsonb not null,
  new_value jsonb not null,
  document text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint register_proposal_pkey PRIMARY KEY (recipient_id, proposal_no),
  constraint proposal_has_one_author UNIQUE (recipient_id, proposal_no, proposed_by),
  constraint register_proposal_document_check CHECK ((document <> ''::text)),
  constraint register_proposal_proposal_no_check CHECK ((proposal_no > 0)),
  constraint register_proposal_subject_check CHECK ((subject = ANY (ARRAY['identity'::text, 'channel'::text, 'payee'::text, 'death'::text, 'sharing'::text]))),
  constraint something_is_changed CHECK ((old_value <> new_value))
);
grant insert, select on register_proposal to an_sinh_app;

-- distributed
create table resumption (
  recipient_id bigint not null,
  enrolment_ref text not null,
  from_period text collate "C" not null,
  until_period text collate "C",
  back_pay boolean not null,
  outcome text,
  decision_number text not null,
  decided_on date not null,
  recorded_by text not null,
  confirmed_by text not null,
  constraint resumption_pkey PRIMARY KEY (recipient_id, enrolment_ref, from_period),
  constraint only_what_is_proven_has_no_end CHECK (((until_period IS NULL) = COALESCE((outcome = 'proven'::text), false))),
  constraint resumes_after_the_pause CHECK ((until_period >= from_period)),
  constraint resumption_decision_number_check CHECK ((decision_number <> ''::text)),
  constraint resumption_outcome_check CHECK ((outcome = ANY (ARRAY['cleared'::text, 'proven'::text]))),
  constraint two_persons_resume CHECK ((confirmed_by <> recorded_by)),
  constraint what_is_proven_is_not_given_back CHECK (((outcome IS DISTINCT FROM 'proven'::text) OR (NOT back_pay))),
  constraint resumption_of_a_suspension FOREIGN KEY (recipient_id, enrolment_ref, from_period) REFERENCES suspension(recipient_id, enrolment_ref, from_period)
);
grant insert, select on resumption to an_sinh_app;

-- local
create table role_proposal (
  proposal_no bigint not null,
  person_id text not null,
  role text not null,
  unit_code text not null,
  limit_vnd bigint,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  decided_by text,
  decided_at timestamp with time zone,
  granted boolean,
  constraint role_proposal_pkey PRIMARY KEY (proposal_no),
  constraint a_decision_is_whole CHECK ((num_nonnulls(decided_by, decided_at, granted) = ANY (ARRAY[0, 3]))),
  constraint another_decides CHECK (((decided_by <> proposed_by) AND (decided_by <> person_id))),
  constraint nobody_proposes_self CHECK ((proposed_by <> person_id)),
  constraint role_proposal_limit_vnd_check CHECK ((limit_vnd > 0)),
  constraint role_proposal_role_check CHECK ((role = ANY (ARRAY['checker'::text, 'rate_officer'::text, 'administrator'::text]))),
  constraint role_proposal_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(person_id),
  constraint role_proposal_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id),
  constraint role_proposal_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
grant insert, select, update (decided_by, decided_at, granted) on role_proposal to an_sinh_app;

-- local
create table row_seal (
  table_name text collate "C" not null,
  period text collate "C" not null,
  bucket_no bigint not null,
  frozen bytea not null,
  changing bytea not null,
  constraint row_seal_pkey PRIMARY KEY (table_name, period, bucket_no),
  constraint row_seal_check CHECK (((octet_length(changing) = 0) OR (octet_length(changing) = octet_length(frozen)))),
  constraint row_seal_frozen_check CHECK ((((octet_length(frozen) % 16) = 0) AND (octet_length(frozen) > 0))),
  constraint row_seal_table_name_fkey FOREIGN KEY (table_name) REFERENCES sealed_table(table_name)
);
grant insert, select, update on row_seal to an_sinh_app;

-- local
create table same_person_case (
  case_id bigint not null,
  first_id bigint not null,
  second_id bigint not null,
  reason text not null,
  opened_at timestamp with time zone not null,
  constraint same_person_case_pkey PRIMARY KEY (case_id),
  constraint a_pair_is_looked_at_once UNIQUE (first_id, second_id),
  constraint a_pair_has_one_order CHECK ((first_id < second_id)),
  constraint same_person_case_reason_check CHECK ((reason = ANY (ARRAY['card_number'::text, 'name_and_birth'::text, 'name_and_account'::text, 'name_and_payee'::text, 'reported'::text])))
);
grant insert, select on same_person_case to an_sinh_app;

-- local
create table same_person_choice (
  case_id bigint not null,
  choice_no integer not null,
  survivor_id bigint,
  document text not null,
  chosen_by text not null,
  chosen_at timestamp with time zone not null,
  constraint same_person_choice_pkey PRIMARY KEY (case_id, choice_no),
  constraint choice_has_one_author UNIQUE (case_id, choice_no, chosen_by),
  constraint same_person_choice_choice_no_check CHECK ((choice_no > 0)),
  constraint same_person_choice_document_check CHECK ((document <> ''::text)),
  constraint same_person_choice_case_id_fkey FOREIGN KEY (case_id) REFERENCES same_person_case(case_id),
  constraint same_person_choice_chosen_by_fkey FOREIGN KEY (chosen_by) REFERENCES person(person_id)
);
CREATE TRIGGER check_choice BEFORE INSERT ON public.same_person_choice FOR EACH ROW EXECUTE FUNCTION check_same_person_choice();
grant insert, select on same_person_choice to an_sinh_app;

-- local
create table same_person_decision (
  case_id bigint not null,
  choice_no integer not null,
  chosen_by text not null,
  confirmed_by text not null,
  confirmed_at timestamp with time zone not null,
  constraint same_person_decision_pkey PRIMARY KEY (case_id),
  constraint another_confirms_the_choice CHECK ((confirmed_by <> chosen_by)),
  constraint decision_is_of_a_choice FOREIGN KEY (case_id, choice_no, chosen_by) REFERENCES same_person_choice(case_id, choice_no, chosen_by),
  constraint same_person_decision_case_id_fkey FOREIGN KEY (case_id) REFERENCES same_person_case(case_id),
  constraint same_person_decision_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(person_id)
);
grant insert, select on same_person_decision to an_sinh_app;

-- local
create table sealed_table (
  table_name text not null,
  frozen text[] not null,
  changing text[] not null,
  constraint sealed_table_pkey PRIMARY KEY (table_name),
  constraint sealed_table_frozen_check CHECK ((cardinality(frozen) > 0))
);
grant insert, select, update on sealed_table to an_sinh_app;

-- local
create table session (
  session_id uuid not null default gen_random_uuid(),
  token_hash bytea not null,
  person_id text not null,
  factors smallint not null,
  device text not null,
  opened_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  step_up_at timestamp with time zone,
  ended_at timestamp with time zone,
  end_reason text,
  constraint session_pkey PRIMARY KEY (session_id),
  constraint session_token_hash_key UNIQUE (token_hash),
  constraint an_end_has_a_reason CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
  constraint only_two_factors_step_up CHECK (((step_up_at IS NULL) OR (factors = 2))),
  constraint session_device_check CHECK ((length(device) <= 120)),
  constraint session_end_reason_check CHECK ((end_reason = ANY (ARRAY['signed-out'::text, 'ended-by-person'::text, 'password-changed'::text, 'factor-changed'::text, 'rights-changed'::text]))),
  constraint session_factors_check CHECK ((factors = ANY (ARRAY[1, 2]))),
  constraint session_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint session_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(person_id)
);
CREATE INDEX session_of_person ON public.session USING btree (person_id) WHERE (ended_at IS NULL);
grant insert, select, update (token_hash, factors, seen_at, step_up_at, ended_at, end_reason) on session to an_sinh_app;

-- local
create table settlement_file (
  file_id bigint not null,
  kind text not null,
  message_id text not null,
  channel text not null,
  verdict text not null,
  refusal text,
  line_count bigint not null,
  credit_count bigint not null,
  total_vnd bigint not null,
  first_period text collate "C",
  last_period text collate "C",
  original_message_id text,
  group_status text,
  group_reason text,
  matched_count bigint,
  duplicate_count bigint,
  break_count bigint,
  constraint settlement_file_pkey PRIMARY KEY (file_id),
  constraint a_refusal_has_a_reason CHECK (((verdict = 'refused'::text) = (refusal IS NOT NULL))),
  constraint credits_are_lines CHECK (((credit_count >= 0) AND (credit_count <= line_count))),
  constraint every_line_has_one_fate CHECK ((line_count = ((matched_count + duplicate_count) + break_count))),
  constraint settlement_file_line_count_check CHECK ((line_count >= 0)),
  constraint settlement_file_total_vnd_check CHECK ((total_vnd >= 0)),
  constraint settlement_file_verdict_check CHECK ((verdict = ANY (ARRAY['accepted'::text, 'refused'::text]))),
  constraint settlement_file_channel_fkey FOREIGN KEY (channel) REFERENCES channel(channel),
  constraint settlement_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES file(file_id)
);
CREATE UNIQUE INDEX one_message_takes_effect_once ON public.settlement_file USING btree (channel, kind, message_id) WHERE (verdict = 'accepted'::text);
grant insert, select, update (matched_count, duplicate_count, break_count) on settlement_file to an_sinh_app;

-- distributed
create table settlement_line (
  recipient_id bigint not null,
  period text collate "C" not null,
  file_id bigint not null,
  line_no bigint not null,
  end_to_end_id text not null,
  kind text not null,
  status text not null,
  reason text not null,
  amount_vnd bigint,
  booked_on date,
  entry_reference text not null,
  byte_offset bigint not null,
  path text not null,
  constraint settlement_line_pkey PRIMARY KEY (recipient_id, period, file_id, line_no),
  constraint a_line_moves_money CHECK ((amount_vnd > 0)),
  constraint money_has_an_amount CHECK (((kind = 'status'::text) OR (amount_vnd IS NOT NULL))),
  constraint settlement_line_kind_check CHECK ((kind = ANY (ARRAY['status'::text, 'debit'::text, 'credit'::text, 'paid'::text, 'unpaid'::text])))
) partition by RANGE (period);
CREATE INDEX settlement_line_credit ON ONLY public.settlement_line USING btree (entry_reference) WHERE (kind = 'credit'::text);
CREATE INDEX settlement_line_file ON ONLY public.settlement_line USING brin (file_id);
grant insert, select on settlement_line to an_sinh_app;

-- local
create table settlement_set_aside (
  file_id bigint not null,
  line_no bigint not null,
  rule text not null,
  reference text not null,
  amount_vnd bigint,
  byte_offset bigint not null,
  path text not null,
  break_id bigint not null,
  constraint settlement_set_aside_pkey PRIMARY KEY (file_id, line_no),
  constraint settlement_set_aside_break_id_key UNIQUE (break_id),
  constraint settlement_set_aside_break_id_fkey FOREIGN KEY (break_id) REFERENCES reconciliation_break(break_id),
  constraint settlement_set_aside_file_id_fkey FOREIGN KEY (file_id) REFERENCES settlement_file(file_id)
);
grant insert, select on settlement_set_aside to an_sinh_app;

-- local
create table shared_account (
  bank_bin text not null,
  account_number text not null,
  reason text not null,
  document text not null,
  registered_by text not null,
  confirmed_by text not null,
  registered_at timestamp with time zone not null,
  ended_on date,
  constraint shared_account_pkey PRIMARY KEY (bank_bin, account_number, registered_at),
  constraint shared_account_bank_bin_check CHECK (is_digits(bank_bin, 6)),
  constraint shared_account_document_check CHECK ((document <> ''::text)),
  constraint shared_account_reason_check CHECK ((reason <> ''::text)),
  constraint two_persons_register_an_account CHECK ((confirmed_by <> registered_by)),
  constraint shared_account_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(person_id),
  constraint shared_account_registered_by_fkey FOREIGN KEY (registered_by) REFERENCES person(person_id)
);
CREATE UNIQUE INDEX one_sharing_an_account ON public.shared_account USING btree (bank_bin, account_number) WHERE (ended_on IS NULL);
grant select on shared_account to an_sinh_app;

-- local
create table signed_head (
  tree_size bigint not null,
  root bytea not null,
  signed_at timestamp with time zone not null,
  note text not null,
  constraint signed_head_pkey PRIMARY KEY (tree_size),
  constraint signed_head_root_check CHECK ((octet_length(root) = 32)),
  constraint signed_head_tree_size_check CHECK ((tree_size > 0))
);
grant insert, select on signed_head to an_sinh_app;

-- local
create table statement (
  account text not null,
  sequence_no bigint not null,
  file_id bigint not null,
  channel text not null,
  statement_id text not null,
  day date not null,
  opening_vnd bigint not null,
  debit_vnd bigint not null,
  credit_vnd bigint not null,
  closing_vnd bigint not null,
  constraint statement_pkey PRIMARY KEY (account, sequence_no),
  constraint balances_add_up CHECK ((((opening_vnd - debit_vnd) + credit_vnd) = closing_vnd)),
  constraint statement_credit_vnd_check CHECK ((credit_vnd >= 0)),
  constraint statement_debit_vnd_check CHECK ((debit_vnd >= 0)),
  constraint statement_sequence_no_check CHECK ((sequence_no > 0)),
  constraint statement_channel_fkey FOREIGN KEY (channel) REFERENCES channel(channel),
  constraint statement_file_id_fkey FOREIGN KEY (file_id) REFERENCES settlement_file(file_id)
);
CREATE TRIGGER check_statement BEFORE INSERT ON public.statement FOR EACH ROW EXECUTE FUNCTION check_statement();
grant insert, select on statement to an_sinh_app;

-- local
create table statement_entry (
  account text not null,
  entry_reference text not null,
  direction text not null,
  sequence_no bigint not null,
  amount_vnd bigint not null,
  booked_on date not null,
  payment_information_id text not null,
  constraint one_booking_is_one_entry PRIMARY KEY (account, entry_reference, direction),
  constraint an_entry_moves_money CHECK ((amount_vnd > 0)),
  constraint statement_entry_direction_check CHECK ((direction = ANY (ARRAY['debit'::text, 'credit'::text]))),
  constraint statement_entry_account_sequence_no_fkey FOREIGN KEY (account, sequence_no) REFERENCES statement(account, sequence_no)
);
CREATE INDEX statement_entry_day ON public.statement_entry USING btree (booked_on);
CREATE INDEX statement_entry_file ON public.statement_entry USING btree (payment_information_id) WHERE (payment_information_id <> ''::text);
grant insert, select on statement_entry to an_sinh_app;

-- local
create table stop_period (
  counts_from date not null,
  environment text not null,
  minutes integer not null,
  source text not null,
  constraint stop_period_pkey PRIMARY KEY (counts_from, environment),
  constraint stop_period_environment_check CHECK ((environment = ANY (ARRAY['sandbox'::text, 'production'::text]))),
  constraint stop_period_minutes_check CHECK (((minutes >= 0) AND (minutes <= 1440)))
);
grant select on stop_period to an_sinh_app;

-- distributed
create table suspension (
  recipient_id bigint not null,
  enrolment_ref text not null,
  from_period text collate "C" not null,
  until_period text collate "C",
  reason text not null,
  decision_number text not null,
  decided_on date not null,
  constraint suspension_pkey PRIMARY KEY (recipient_id, enrolment_ref, from_period)
);
grant insert, select on suspension to an_sinh_app;

-- local
create table timetable_sweep (
  timetable text not null,
  swept_until timestamp with time zone not null,
  kept_since timestamp with time zone not null,
  constraint timetable_sweep_pkey PRIMARY KEY (timetable),
  constraint kept_since_before_swept CHECK ((kept_since <= swept_until))
);
grant insert, select, update (swept_until) on timetable_sweep to an_sinh_app;

-- reference
create table transfer_kind (
  kind text not null,
  debit_account text not null,
  credit_account text not null,
  constraint transfer_kind_pkey PRIMARY KEY (kind),
  constraint transfer_kind_check CHECK ((debit_account <> credit_account))
);
grant select on transfer_kind to an_sinh_app;

-- local
create table try_count (
  kind text not null,
  subject_hash bytea not null,
  window_began timestamp with time zone not null,
  tries integer not null,
  constraint try_count_pkey PRIMARY KEY (kind, subject_hash),
  constraint try_count_subject_hash_check CHECK ((octet_length(subject_hash) = 32)),
  constraint try_count_tries_check CHECK ((tries >= 0))
);
grant insert, select, update (window_began, tries) on try_count to an_sinh_app;

-- local
create table uncollected_decision (
  kind text not null,
  period text collate "C" not null,
  proposal_no smallint not null,
  decision text not null,
  reason text not null,
  proposed_by text not null,
  decided_by text not null,
  decided_at timestamp with time zone not null,
  constraint uncollected_decision_pkey PRIMARY KEY (kind, period, proposal_no),
  constraint a_no_to_a_list_has_a_reason CHECK (((decision = 'confirmed'::text) OR (reason <> ''::text))),
  constraint another_person_decides_uncollected CHECK ((decided_by <> proposed_by)),
  constraint uncollected_decision_decision_check CHECK ((decision = ANY (ARRAY['confirmed'::text, 'declined'::text]))),
  constraint uncollected_decision_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(person_id),
  constraint uncollected_decision_is_of_a_proposal FOREIGN KEY (kind, period, proposal_no, proposed_by) REFERENCES uncollected_proposal(kind, period, proposal_no, proposed_by)
);
grant insert, select on uncollected_decision to an_sinh_app;

-- local
create table uncollected_proposal (
  kind text not null,
  period text collate "C" not null,
  proposal_no smallint not null,
  list_sha256 bytea not null,
  enrolment_count bigint not null,
  total_vnd bigint not null,
  decision_number text not null,
  decided_on date not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  constraint uncollected_proposal_pkey PRIMARY KEY (kind, period, proposal_no),
  constraint an_uncollected_proposal_has_one_author UNIQUE (kind, period, proposal_no, proposed_by),
  constraint uncollected_decision_was_taken CHECK ((decided_on <= ((proposed_at AT TIME ZONE 'Asia/Ho_Chi_Minh'::text))::date)),
  constraint uncollected_proposal_decision_number_check CHECK ((decision_number <> ''::text)),
  constraint uncollected_proposal_enrolment_count_check CHECK ((enrolment_count > 0)),
  constraint uncollected_proposal_kind_check CHECK ((kind = ANY (ARRAY['suspend'::text, 'resume'::text]))),
  constraint uncollected_proposal_list_sha256_check CHECK ((length(list_sha256) = 32)),
  constraint uncollected_proposal_period_check CHECK ((period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint uncollected_proposal_proposal_no_check CHECK (((proposal_no >= 1) AND (proposal_no <= 999))),
  constraint uncollected_proposal_total_vnd_check CHECK ((total_vnd >= 0)),
  constraint uncollected_proposal_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(person_id)
);
grant insert, select on uncollected_proposal to an_sinh_app;

-- reference
create table unit_succession (
  kind text not null,
  from_code text not null,
  to_code text not null,
  changed_on date not null,
  part text not null,
  source text not null,
  constraint unit_succession_pkey PRIMARY KEY (kind, from_code, changed_on, to_code),
  constraint unit_succession_kind_check CHECK ((kind = ANY (ARRAY['province'::text, 'commune'::text]))),
  constraint unit_succession_part_check CHECK ((part = ANY (ARRAY['whole'::text, 'part'::text, 'not_said'::text])))
);
grant select on unit_succession to an_sinh_app;

-- distributed
create table verification (
  recipient_id bigint not null,
  period text collate "C" not null,
  subject text not null,
  check_no smallint not null,
  class text not null,
  code text not null,
  number_result text not null,
  name_result text not null,
  bank_bin text not null,
  account_number text not null,
  checked_at timestamp with time zone not null,
  answer_hash bytea not null,
  reused_from text collate "C",
  constraint verification_pkey PRIMARY KEY (recipient_id, period, subject, check_no),
  constraint proof_has_an_answer CHECK (((class <> 'proven'::text) OR (octet_length(answer_hash) = 32))),
  constraint proof_is_of_the_number CHECK (((class <> 'proven'::text) OR (number_result = 'match'::text))),
  constraint reuse_is_of_an_earlier_month CHECK (((reused_from IS NULL) OR (reused_from < period))),
  constraint verification_check_no_check CHECK ((check_no > 0)),
  constraint verification_class_check CHECK ((class = ANY (ARRAY['proven'::text, 'doubtful'::text, 'refused'::text, 'unknown'::text]))),
  constraint verification_name_result_check CHECK ((name_result = ANY (ARRAY['match'::text, 'close'::text, 'no-match'::text, 'not-possible'::text]))),
  constraint verification_number_result_check CHECK ((number_result = ANY (ARRAY['match'::text, 'no-match'::text, 'not-possible'::text]))),
  constraint verification_subject_check CHECK ((subject = ANY (ARRAY['recipient'::text, 'payee'::text, 'account'::text])))
) partition by RANGE (period);
grant insert, select on verification to an_sinh_app;

CREATE OR REPLACE FUNCTION public.account_tie_between(first_day date, last_day date)
 RETURNS TABLE(account text, day date, direction text, part text, batch_id bigint, bank_vnd bigint, book_vnd bigint, break_vnd bigint, open_vnd bigint, waits boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
with touched as (
  select distinct e.account, e.direction,
         coalesce(p.payment_information_id, e.entry_reference) as part
    from statement_entry e
    left join payment_file p
      on p.payment_information_id = e.payment_information_id and e.direction = 'debit'
   where e.booked_on between first_day and last_day
),
entry as materialized (
  -- Every entry of a file that was touched, and every entry that is a part by itself or bears its name.
  select e.account, e.direction, e.entry_reference, e.booked_on, p.batch_id, p.part_no, e.amount_vnd,
         n.part, e.sequence_no
    from touched n
    join payment_file p on p.payment_information_id = n.part
    join statement_entry e
      on e.payment_information_id = p.payment_information_id and e.payment_information_id <> ''
     and e.account = n.account and e.direction = n.direction
   where n.direction = 'debit'
  union all
  select e.account, e.direction, e.entry_reference, e.booked_on, null, null, e.amount_vnd, n.part,
         e.sequence_no
    from touched n
    join statement_entry e
      on e.account = n.account and e.entry_reference = n.part and e.direction = n.direction
   where e.direction = 'credit'
      or not exists (select from payment_file p
                      where p.payment_information_id = e.payment_information_id)
),
part as materialized (
  select e.account, e.direction, e.part, min(e.booked_on) as day,
         sum(case when e.direction = 'debit' then -e.amount_vnd else e.amount_vnd end)::bigint
           as bank_vnd,
         bool_or(f.matched_count is null) as is_unread, max(e.batch_id) as batch_id,
         max(e.part_no) as part_no
    from entry e
    join statement s using (account, sequence_no)
    join settlement_file f on f.file_id = s.file_id
   group by 1, 2, 3
  having min(e.booked_on) between first_day and last_day
  union all
  -- A file of a finished batch of which the account shows nothing.
  select c.payer_account, 'debit', p.payment_information_id, d.value_date, 0, false, p.batch_id,
         p.part_no
    from payment_file p
    join disbursement_batch d using (batch_id)
    join channel c on c.channel = d.channel and c.kind = 'account'
   where d.value_date between first_day and last_day
     and not exists (select from statement_entry e
                      where e.payment_information_id = p.payment_information_id
                        and e.direction = 'debit')
     and not exists (select from statement_entry e
                      where e.account in (select x.payer_account from channel x)
                        and e.entry_reference = p.payment_information_id)
),
credited as (
  select n.account, n.part, count(*) as lines, coalesce(sum(r.reported_vnd), 0)::bigint as book_vnd
    from part n
    -- One credit after the other, by its entry: joined as a whole, the planner, which cannot know how many parts there
    -- are, may begin with every file of the account that ever was.
   cross join lateral (
         select l.recipient_id, l.period, l.end_to_end_id, l.file_id, l.line_no
           from settlement_line l
          where l.entry_reference = n.part and l.kind = 'credit' offset 0) l
    join settlement_file f on f.file_id = l.file_id and f.matched_count is not null
    join channel c on c.channel = f.channel and c.payer_account = n.account
    left join payment_return r
      on r.recipient_id = l.recipient_id and r.period = l.period
     and r.end_to_end_id = l.end_to_end_id and r.file_id = l.file_id and r.line_no = l.line_no
   where n.direction = 'credit'
   group by 1, 2
),
-- The breaks that say something of these parts, found by what they are about: an entry, or a file as a whole.
about as materialized (
  select b.break_id from entry e join reconciliation_break b on b.entry_reference = e.entry_reference
  union
  select b.break_id
    from entry e join reconciliation_break b on b.reference = e.entry_reference and b.file_id is null
  union
  select b.break_id
    from part n join reconciliation_break b on b.reference = n.part and b.file_id is null
),
gap as (
  select g.account, g.direction, coalesce(g.payment_information_id, e.part) as part,
         sum(g.gap_vnd)::bigint as vnd,
         coalesce(sum(g.gap_vnd) filter (where b.resolved_at is null), 0)::bigint as open_vnd
    from about a
    join reconciliation_break b using (break_id)
    -- One break after the other, by its number: joined as a whole, the view would read every break that ever was.
   cross join lateral (select * from break_gap g where g.break_id = a.break_id offset 0) g
    left join entry e
      on e.account = g.account and e.direction = g.direction and e.entry_reference = g.entry_reference
   where g.payment_information_id is not null or e.part is not null
   group by 1, 2, 3
),
booked as (
  -- Of each file what was settled of its lines, which are those between its first and its last: those of its own
  -- month by their key, and the few of earlier months that it pays again by their batch.
  select p.account, p.direction, p.part, o.vnd + e.vnd as vnd
    from part p
    join disbursement_batch d on d.batch_id = p.batch_id
    join payment_file f on f.batch_id = p.batch_id and f.part_no = p.part_no
   cross join lateral (
         select coalesce(sum(o.reported_vnd), 0)::bigint as vnd
           from payment_outcome o
          where o.period = d.period and o.batch_id = p.batch_id and o.outcome = 'settled'
            and o.file_id > 0
            and (o.recipient_id, o.end_to_end_id)
                between (f.first_recipient_id, f.first_reference)
                    and (f.last_recipient_id, f.last_reference)) o
   cross join lateral (
         select coalesce(sum(o.reported_vnd), 0)::bigint as vnd
           from payment_outcome o
          where o.period < d.period and o.batch_id = p.batch_id and o.outcome = 'settled'
            and o.file_id > 0
            and coalesce((o.recipient_id, o.end_to_end_id)
                         between (f.first_recipient_id, f.first_reference)
                             and (f.last_recipient_id, f.last_reference), false)) e
),
-- Laid under each other and added up by part: however many there are, none is compared with every other.
laid as (
  select p.account, p.direction, p.part, p.day, p.batch_id, p.is_unread, p.bank_vnd,
         null::bigint as paid_vnd, null::bigint as back_vnd, null::bigint as lines,
         null::bigint as gap_vnd, null::bigint as open_vnd
    from part p
  union all
  select b.account, b.direction, b.part, null, null, null, null, b.vnd, null, null, null, null
    from booked b
  union all
  select n.account, 'credit', n.part, null, null, null, null, null, n.book_vnd, n.lines, null, null
    from credited n
  union all
  select g.account, g.direction, g.part, null, null, null, null, null, null, null, g.vnd, g.open_vnd
    from gap g
),
added as (
  select l.account, l.direction, l.part, max(l.day) as day, max(l.batch_id) as batch_id,
         bool_or(l.is_unread) as is_unread, sum(l.bank_vnd)::bigint as bank_vnd,
         sum(l.paid_vnd)::bigint as paid_vnd, sum(l.back_vnd)::bigint as back_vnd,
         sum(l.lines) as lines, sum(l.gap_vnd)::bigint as gap_vnd, sum(l.open_vnd)::bigint as open_vnd
    from laid l group by 1, 2, 3 having max(l.day) is not null
)
select a.account, a.day, a.direction, a.part, a.batch_id, a.bank_vnd,
       coalesce(-a.paid_vnd, a.back_vnd, 0), coalesce(a.gap_vnd, 0), coalesce(a.open_vnd, 0),
       case when a.batch_id is not null then coalesce(s.state, '') <> 'reconciled'
            when a.direction = 'credit' then a.lines is null and a.gap_vnd is null
            else a.is_unread end
  from added a
  left join batch_state s on s.batch_id = a.batch_id
$function$;

CREATE OR REPLACE FUNCTION public.apply_identity_change(which bigint, change integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  update recipient r
     set full_name    = c.new_value->>'fullName',
         birth_year   = (c.new_value->>'birthYear')::smallint,
         birth_date   = (c.new_value->>'birthDate')::date,
         sex          = c.new_value->>'sex',
         commune_code = c.new_value->>'communeCode',
         hamlet       = c.new_value->>'hamlet',
         phone        = c.new_value->>'phone'
    from register_change c
   where r.recipient_id = which and c.recipient_id = which and c.change_no = change
     and c.subject = 'identity'
     and (r.full_name, r.birth_year::text, r.birth_date::text, r.sex, r.commune_code, r.hamlet, r.phone)
         is not distinct from
         (c.old_value->>'fullName', c.old_value->>'birthYear', c.old_value->>'birthDate',
          c.old_value->>'sex', c.old_value->>'communeCode', c.old_value->>'hamlet',
          c.old_value->>'phone');
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.approve_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  p bank_profile;
  said jsonb;
  refused text;
begin
  select * into strict p from bank_profile
   where channel = new.channel and version = new.version for update;
  perform pg_advisory_xact_lock(hashtext('bank_profile/' || new.channel));
  said := p.content::jsonb;
  refused := case
    when p.proposed_by = new.approved_by
      or (select a.citizen_number from person a where a.person_id = new.approved_by)
         = (select b.citizen_number from person b where b.person_id = p.proposed_by)
      then 'checker_is_not_maker'
    when not exists (select from person q join person_role r using (person_id)
                      where q.person_id = new.approved_by and q.active
                        and r.role = 'checker' and r.revoked_at is null)
      then 'checker_is_entitled'
    when new.sha256 <> p.sha256 then 'checker_signs_what_is_there'
    when exists (select from bank_profile_approval a
                  where a.channel = new.channel and a.version > new.version)
      then 'a_later_version_is_in_use'
    when exists (select from channel c
                  where c.channel = new.channel and c.environment <> p.environment)
      then 'environment_stays'
  end;
  if refused is not null then
    raise exception 'approval of profile % refused: %', new.channel, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  insert into channel (channel, kind, name, environment, format, dedupes_reference,
                       refuses_after_cutoff, lines_per_file, payer_name, payer_agreement,
                       payer_account, payer_bank_bin, profile_version, split_own_bank)
  values (new.channel, said ->> 'kind', (said #>> '{name,vi}') || ' / ' || (said #>> '{name,en}'),
          p.environment, said #>> '{outbound,format}',
          (said #>> '{asked,dedupesReference}')::boolean,
          (said #>> '{asked,refusesAfterCutoff}')::boolean,
          (said #>> '{outbound,limits,linesPerFile}')::int, said #>> '{payer,name}',
          said #>> '{payer,agreement}', said #>> '{payer,account}', said #>> '{payer,bankBin}',
          new.version, (said #>> '{outbound,splitOwnBank}')::boolean)
  on conflict (channel) do update
     set kind = excluded.kind, name = excluded.name, format = excluded.format,
         dedupes_reference = excluded.dedupes_reference,
         refuses_after_cutoff = excluded.refuses_after_cutoff,
         lines_per_file = excluded.lines_per_file, payer_name = excluded.payer_name,
         payer_agreement = excluded.payer_agreement, payer_account = excluded.payer_account,
         payer_bank_bin = excluded.payer_bank_bin, profile_version = excluded.profile_version,
         split_own_bank = excluded.split_own_bank;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.audit_hash(e audit_event)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select sha256(e.previous_hash || convert_to(jsonb_build_array(
           e.event_no,
           to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           e.actor, e.action, e.subject, e.facts)::text, 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION public.batch_content_hash(which bigint, of_period text)
 RETURNS bytea
 LANGUAGE sql
 STABLE
AS $function$
  select sha256(string_agg(bucket.hash, ''::bytea order by bucket.no))
    from (select recipient_id / 256 as no,
                 sha256(string_agg(line_hash, ''::bytea order by recipient_id, period, end_to_end_id))
                   as hash
            from payment_instruction
           where batch_id = which and period <= of_period
           group by recipient_id / 256) bucket
$function$;

CREATE OR REPLACE FUNCTION public.batch_files_hash(which bigint)
 RETURNS bytea
 LANGUAGE sql
 STABLE
AS $function$
  select sha256(string_agg(f.sha256, ''::bytea order by p.part_no))
    from payment_file p join file f using (file_id)
   where p.batch_id = which
$function$;

CREATE OR REPLACE FUNCTION public.break_severity(kind text)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (kind = ANY (ARRAY['amount-differs'::text, 'settled-twice'::text, 'returned-twice'::text, 'rejected-after-booking'::text, 'other-channel'::text, 'sum-differs'::text, 'not-instructed'::text, 'other-payer'::text, 'paid-both-ways'::text])) THEN 1 WHEN (kind = ANY (ARRAY['unknown-reference'::text, 'returned-unbooked'::text, 'not-answered'::text, 'not-in-statement'::text, 'not-settled-in-time'::text, 'not-acknowledged'::text, 'statement-gap'::text, 'set-aside'::text])) THEN 2 WHEN (kind = ANY (ARRAY['charges'::text, 'unexplained-credit'::text, 'returned-after-close'::text, 'reversal'::text])) THEN 3 ELSE NULL::integer END;

CREATE OR REPLACE FUNCTION public.chain_audit_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  select head.event_no + 1, head.hash into new.event_no, new.previous_hash
    from audit_head head for update;
  new.hash := audit_hash(new);
  update audit_head set event_no = new.event_no, hash = new.hash;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_alarm()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.acknowledged_at is not null then
    raise exception using errcode = 'check_violation', constraint = 'acknowledged_once',
      message = format('alarm %s has been acknowledged', old.alarm_id);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_batch_refusal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
    when s.state <> (case when new.kind = 'rejected' then 'prepared' else 'approved' end)
      then 'batch_is_where_it_was_seen'
    when not exists (
           select from person p join person_role r using (person_id)
            where p.person_id = new.person_id and p.active
              and r.role = 'checker' and r.revoked_at is null
              and r.unit_code in (b.province_code, 'VN'))
      then 'decider_is_entitled'
    when new.content_hash <> b.content_hash then 'decider_refuses_what_is_there'
  end;
  if refused is not null then
    raise exception 'refusal of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_batch_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
    with taken as materialized (
      select recipient_id, period, due_reference, sum(amount_vnd) as vnd
        from recovery_taking where period <= b.period group by 1, 2, 3
    )
    select count(*) as n, sum(i.amount_vnd) as total,
           count(*) filter (
             where a.amount_vnd - coalesce(t.vnd, 0) is distinct from i.amount_vnd
                or i.line_hash <> line_hash(i.end_to_end_id, i.amount_vnd, i.payee_name,
                                            i.citizen_number, i.bank_bin, i.account_number,
                                            i.commune_code)) as wrong
      into drawn
      from payment_instruction i
      left join assessment a
        on a.recipient_id = i.recipient_id and a.period = i.period and a.period <= b.period
       and i.end_to_end_id = a.due_reference || 'T' || i.attempt::text
      left join taken t
        on t.recipient_id = a.recipient_id and t.period = a.period
       and t.due_reference = a.due_reference
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
$function$;

CREATE OR REPLACE FUNCTION public.check_break_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.resolved_at is null and (tg_op = 'INSERT' or old.resolved_at is null) then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.resolved_at is not null
     or not exists (select from break_decision d
                     where d.break_id = new.break_id and d.decision = 'confirmed'
                       and d.proposed_by = new.resolved_by and d.decided_by = new.confirmed_by
                       and d.decided_at = new.resolved_at) then
    raise exception 'break % ends by a decision', new.break_id
      using errcode = 'check_violation', constraint = 'a_break_ends_by_decision';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_cancellation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  broken text;
begin
  broken := case
    when tg_op = 'INSERT'
     and (new.confirmed_by is not null or new.sent_at is not null or new.declined_by is not null)
      then 'a_request_is_proposed_first'
    when tg_op = 'UPDATE' and (old.confirmed_by is not null
                               and (new.confirmed_by, new.sha256) is distinct from
                                   (old.confirmed_by, old.sha256)
                               or old.sent_at is not null or old.declined_by is not null)
      then 'a_request_is_confirmed_and_sent_once'
    when new.sha256 is not null
     and new.sha256 <> (select f.sha256 from file f where f.file_id = new.file_id)
      then 'confirmed_is_what_is_sent'
    when new.sent_at is null and new.declined_by is null
     and (select d.state from file_dispatch d where d.file_id = new.payment_file_id)
         not in ('sent', 'unknown', 'answered')
      then 'only_what_was_sent_is_cancelled'
  end;
  if broken is not null then
    raise exception 'cancellation %: %', new.file_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_closed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from period_state p where p.period = new.period and p.closed_at = new.closed_at) then
    raise exception 'the closing of % closes nothing', new.period
      using errcode = 'check_violation', constraint = 'a_closing_closes';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_closing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  broken text;
begin
  broken := case
    when exists (select from disbursement_batch b join batch_state s using (batch_id)
                  where b.period = new.period and s.state not in ('reconciled', 'withdrawn'))
      then 'batches_are_finished'
    when exists (select from settlement_file f
                  where f.verdict = 'accepted' and f.matched_count is null
                    and new.period between f.first_period and f.last_period)
      then 'files_are_read'
    when exists (select from account_tie_between(
                               (new.period || '-01')::date,
                               ((new.period || '-01')::date + interval '1 month - 1 day')::date) t
                  where (t.waits or t.bank_vnd <> t.book_vnd + t.break_vnd))
      then 'the_account_ties'
    when exists (select from reconciliation_break b
                  where b.period = new.period and b.resolved_at is null
                    and not exists (select from break_assignment a where a.break_id = b.break_id))
      then 'breaks_have_owners'
  end;
  if broken is not null then
    raise exception 'period % cannot be closed: %', new.period, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_code_given()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  signer text := to_jsonb(new) ->> tg_argv[0];
  pays_money boolean;
begin
  if tg_table_name = 'approval' then
    select c.environment = 'production' into pays_money
      from disbursement_batch b join channel c using (channel)
     where b.batch_id = (to_jsonb(new) ->> 'batch_id')::bigint;
  else
    select p.environment = 'production' into pays_money
      from bank_profile p
     where p.channel = to_jsonb(new) ->> 'channel'
       and p.version = (to_jsonb(new) ->> 'version')::int;
  end if;
  if (coalesce(pays_money, true)
      or exists (select from credential c
                  where c.person_id = signer and c.code_secret is not null))
     and not exists (select from code_use u
                      where u.person_id = signer and u.used_at = new.step_up_at) then
    raise exception '% gave no code at that time', signer
      using errcode = 'check_violation', constraint = 'code_was_given';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_deciders_do_not_sign()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from finding_proposal p
               join finding_decision d
                 on d.recipient_id = p.recipient_id and d.proposal_no = p.proposal_no
               join disbursement_batch b on b.batch_id = new.batch_id
               join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
                                         and i.recipient_id = p.recipient_id
              where new.person_id in (p.proposed_by, d.decided_by) and d.decision = 'confirmed'
                and b.period between p.period and p.until_period) then
    raise exception 'approval of batch % refused: checker_is_not_maker', new.batch_id
      using errcode = 'check_violation', constraint = 'checker_is_not_maker';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_decree()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  t text;
begin
  if not is_rate_officer(new.proposed_by, scopes_of(new.rows)) then
    perform refuse_decree(new.decree_id, 'proposer_is_entitled');
  end if;
  for t in select jsonb_object_keys(new.rows) loop
    if not exists (select from law_table where table_name = t) then
      perform refuse_decree(new.decree_id, 'rows_are_of_the_law');
    end if;
  end loop;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_dispatch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- The batch is the file's own: an approved batch lends its name to no other file.
  if coalesce((select s.state from payment_file f join batch_state s using (batch_id)
                where f.file_id = new.file_id and f.batch_id = new.batch_id)
              not in ('released', 'reconciled'), true) then
    raise exception 'batch % is not approved and released', new.batch_id
      using errcode = 'check_violation', constraint = 'only_approved_is_sent';
  end if;
  if new.came_from <> coalesce(old.state, 'none') then
    raise exception 'file % is not where the step begins', new.file_id
      using errcode = 'check_violation', constraint = 'step_begins_where_it_stands';
  end if;
  if tg_op = 'UPDATE' and (new.fence < old.fence
     or (new.state = 'claimed' and new.fence = old.fence)) then
    raise exception 'file % is held by another', new.file_id
      using errcode = 'check_violation', constraint = 'fence_only_rises';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_dispatch_action()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  stands text;
  approved bytea;
  broken text;
begin
  select d.state, f.sha256 into stands, approved
    from file_dispatch d join file f using (file_id) where d.file_id = new.file_id for update of d;
  broken := case
    when not exists (select from reconciliation_break b join payment_file p on p.message_id = b.reference
                      where b.break_id = new.break_id and b.kind = 'not-answered'
                        and p.file_id = new.file_id)
      then 'an_action_is_of_the_break_of_its_file'
    when stands <> 'unknown' then 'only_the_unknown_is_acted_on'
    when new.action = 'handed-over' and new.sha256 <> approved then 'carried_is_what_was_approved'
  end;
  if broken is not null then
    raise exception 'file %: %', new.file_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_dispatch_carried_out()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  of_file record;
  said text;
  broken text;
begin
  select p.*, b.period, d.state into of_file
    from reconciliation_break r
    join payment_file p on p.message_id = r.reference
    join disbursement_batch b on b.batch_id = p.batch_id
    join file_dispatch d on d.file_id = p.file_id
   where r.break_id = new.break_id and r.kind = 'not-answered';
  if not found or new.decision = 'declined' then
    return null;
  end if;
  select action into said from dispatch_action
   where break_id = new.break_id and proposal_no = new.proposal_no;
  broken := case
    when of_file.state = 'unknown' then 'an_unknown_file_is_not_explained'
    when said = 'withdrawn' and of_file.state <> 'withdrawn'
      or said = 'handed-over' and of_file.state not in ('sent', 'answered')
      then 'a_decided_action_is_carried_out'
    when of_file.state = 'withdrawn'
     and exists (select from payment_instruction i
                  where i.batch_id = of_file.batch_id and i.period <= of_file.period
                    and (i.recipient_id, i.end_to_end_id)
                        between (of_file.first_recipient_id, of_file.first_reference)
                            and (of_file.last_recipient_id, of_file.last_reference)
                    and not exists (select from payment_outcome o
                                     where o.recipient_id = i.recipient_id and o.period = i.period
                                       and o.end_to_end_id = i.end_to_end_id))
      then 'withdrawn_lines_are_owed_again'
  end;
  if broken is not null then
    raise exception 'break %: %', new.break_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_dispatch_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  decided_at timestamptz;
  broken text;
begin
  select max(d.decided_at) into decided_at
    from dispatch_action a join break_decision d using (break_id, proposal_no)
   where a.file_id = new.file_id and d.decision = 'confirmed'
     and a.action = case new.state when 'sent' then 'handed-over' else 'withdrawn' end;
  broken := case
    when new.state = 'withdrawn' and decided_at is null then 'a_withdrawal_is_decided'
    when new.state = 'withdrawn' then withdrawal_objection(new.file_id, decided_at)
    when decided_at is null
     and not exists (select from dispatch_inquiry i
                      where i.file_id = new.file_id and i.answer in ('waiting', 'taken'))
      then 'an_unknown_file_is_not_sent_by_itself'
  end;
  if broken is not null then
    raise exception 'file %: %', new.file_id, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_epoch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  objection text;
begin
  objection := case
    when old.released_at is not null then 'released_once'
    when new.released_at is null then null
    else epoch_objection(new.epoch_no) end;
  if objection is not null then
    raise exception 'epoch % is not released: %', new.epoch_no, objection
      using errcode = 'check_violation', constraint = objection;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_epoch_file()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.fate is not null then
    raise exception 'the fate of file % is known', encode(old.sha256, 'hex')
      using errcode = 'check_violation', constraint = 'one_fate_a_file';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_epoch_of_dispatch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  now_no bigint := (select max(epoch_no) from epoch);
begin
  if new.state = 'sent' and new.came_from = 'none' then
    if not exists (select from epoch_file e join file f using (sha256)
                    where e.epoch_no = now_no and f.file_id = new.file_id and f.direction = 'out') then
      raise exception 'file % is not in the journal', new.file_id
        using errcode = 'check_violation', constraint = 'found_sent_in_the_journal';
    end if;
    return new;
  end if;
  if now_no = 1 or new.state <> 'claimed' then
    return new;
  end if;
  perform from epoch where epoch_no = now_no and released_at is not null for share;
  if not found then
    raise exception 'epoch % is not released: nothing is sent', now_no
      using errcode = 'check_violation', constraint = 'restored_is_reconciled_first';
  end if;
  if exists (select from epoch_file e join file f using (sha256)
              where f.file_id = new.file_id and f.direction = 'out'
                and e.fate is distinct from 'bank-has-not') then
    raise exception 'file % was sent before the restore', new.file_id
      using errcode = 'check_violation', constraint = 'not_sent_before_the_restore';
  end if;
  if tg_op = 'INSERT' and exists (
       select from settlement_file s join payment_file p on p.message_id = s.original_message_id
        where p.file_id = new.file_id) then
    raise exception 'file % was answered before it was sent', new.file_id
      using errcode = 'check_violation', constraint = 'bank_has_not_spoken_of_it';
  end if;
  if tg_op = 'INSERT' and exists (
       select from payment_instruction i
         join disbursement_batch b using (batch_id)
         join settlement_line l on l.recipient_id = i.recipient_id and l.period = i.period
                               and l.end_to_end_id = i.end_to_end_id
        where i.batch_id = new.batch_id and i.period <= b.period) then
    raise exception 'the bank has spoken of lines of batch %', new.batch_id
      using errcode = 'check_violation', constraint = 'bank_has_not_spoken_of_it';
  end if;
  -- A batch that was withdrawn here may have been sent in the life that was forgotten: its lines come back as the
  -- next attempt, under references that the bank has never seen.
  if tg_op = 'INSERT' and exists (
       select from payment_instruction i
         join disbursement_batch b using (batch_id)
         join spoken_of_unsent u on u.recipient_id = i.recipient_id and u.period = i.period
                                and u.programme = i.programme and u.assessment_no = i.assessment_no
        where i.batch_id = new.batch_id and i.period <= b.period and i.attempt > 1) then
    raise exception 'the bank has spoken of what batch % pays again', new.batch_id
      using errcode = 'check_violation', constraint = 'bank_has_not_spoken_of_it';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_grant()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  refused text;
begin
  perform pg_advisory_xact_lock(hashtext('check_grant'));
  -- Also those who are no more: else whoever takes the last ones away could grant themselves anything.
  if (select count(distinct person_id) from person_role where role = 'administrator') < 2 then
    return new;
  end if;
  refused := case
    when not is_administrator(new.granted_by, new.unit_code) then 'an_administrator_grants'
    when new.role in ('checker', 'rate_officer', 'administrator')
         and (new.proposed_by is null or not is_administrator(new.proposed_by, new.unit_code))
      then 'two_administrators_grant'
  end;
  if refused is not null then
    raise exception 'grant of % to % refused: %', new.role, new.person_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_house_period()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  perform 1 from period_state where period = new.period and closed_at is null for share;
  if not found then
    raise exception 'period % takes no transfer', new.period
      using errcode = 'check_violation', constraint = 'the_period_is_closed';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_inquiry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.answer is not null then
    raise exception 'inquiry % about file % has its answer', old.inquiry_no, old.file_id
      using errcode = 'check_violation', constraint = 'an_answer_stays';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_movement_answer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from recipient_list where list_id = new.list_id and imported_by = new.answered_by)
  then
    raise exception 'list % is answered for by who sent it', new.list_id
      using errcode = 'check_violation', constraint = 'another_explains_the_list';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_movements_at_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_payment_file()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from batch_state where batch_id = new.batch_id and state = 'gathered' for update;
  if not found then
    raise exception 'batch % takes no more files', new.batch_id
      using errcode = 'check_violation', constraint = 'files_are_sealed_with_the_batch';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_profile()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.sha256 <> sha256(convert_to(new.content, 'UTF8')) then
    raise exception 'profile % is not what its hash says', new.channel
      using errcode = 'check_violation', constraint = 'profile_is_its_hash';
  end if;
  if not exists (select from person p join person_role r using (person_id)
                  where p.person_id = new.proposed_by and p.active and r.revoked_at is null) then
    raise exception 'profile % is proposed by nobody of ours', new.channel
      using errcode = 'check_violation', constraint = 'proposer_is_entitled';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_proof_at_release()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  refused text := proof_objection(new.batch_id, new.changed_at);
begin
  if refused is not null then
    raise exception 'release of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_rebuilt_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from disbursement_batch b
               join payment_instruction i on i.batch_id = b.batch_id and i.period <= b.period
               left join payment_instruction before
                 on before.recipient_id = i.recipient_id and before.period = i.period
                and before.end_to_end_id = i.reopened_reference
               left join batch_state s on s.batch_id = before.batch_id
              where b.batch_id = new.batch_id and i.reopened_kind = 'withdrawn'
                and s.state is distinct from 'withdrawn') then
    raise exception 'batch % pays again what was not withdrawn', new.batch_id
      using errcode = 'check_violation', constraint = 'only_withdrawn_is_rebuilt';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_register_at_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  refused text;
begin
  select register_objection(b.batch_id, b.period, new.signed_at) into refused
    from disbursement_batch b where b.batch_id = new.batch_id;
  if refused is not null then
    raise exception 'approval of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_register_at_release()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  refused text;
begin
  select register_objection(b.batch_id, b.period, new.changed_at) into refused
    from disbursement_batch b where b.batch_id = new.batch_id;
  if refused is not null then
    raise exception 'release of batch % refused: %', new.batch_id, refused
      using errcode = 'check_violation', constraint = refused;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_resolution()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  b reconciliation_break;
  p break_proposal;
  of_account text;
  rest bigint;
  moved bigint;
  broken text;
begin
  if new.decision = 'declined' then
    return null;
  end if;
  select * into strict b from reconciliation_break where break_id = new.break_id;
  select * into strict p from break_proposal
   where break_id = new.break_id and proposal_no = new.proposal_no;
  select coalesce(sum(gap_vnd), 0) into rest from break_gap where break_id = new.break_id;
  if p.fate is not null then
    select c.payer_account into of_account
      from payment_instruction i
      join disbursement_batch d on d.batch_id = i.batch_id
      join channel c on c.channel = d.channel and c.kind = 'account'
     where i.recipient_id = p.recipient_id and i.period = p.period and i.end_to_end_id = b.reference;
    -- What is decided to be paid is taken from the account by our books, whatever the bank has done.
    if of_account is not null and p.fate = 'paid' then rest := rest + p.instructed_vnd; end if;
    if of_account is not null and p.fate = 'returned' then rest := rest - p.instructed_vnd; end if;
  end if;
  select coalesce(sum(case moves when 'out' then -amount_vnd else amount_vnd end), 0) into moved
    from house_transfer where break_id = new.break_id;
  broken := case
    when b.resolved_at is null then 'a_decision_ends_the_break'
    when rest <> moved then 'a_resolution_moves_its_money'
    when p.fate = 'returned'
     and not exists (select from payment_return r
                      where r.recipient_id = p.recipient_id and r.period = p.period
                        and r.end_to_end_id = b.reference and r.break_id = b.break_id
                        and r.instructed_vnd = p.instructed_vnd)
      or p.fate in ('paid', 'not-paid')
     and not exists (select from payment_outcome o
                      where o.recipient_id = p.recipient_id and o.period = p.period
                        and o.end_to_end_id = b.reference and o.break_id = b.break_id
                        and o.instructed_vnd = p.instructed_vnd
                        and o.outcome = case p.fate when 'paid' then 'settled' else 'unpaid' end)
      then 'a_decided_fate_is_written'
    when p.fate is null and b.kind = 'not-answered' and b.batch_id is not null
     and exists (select from payment_instruction i
                  where i.batch_id = b.batch_id and i.period = b.period
                    and i.end_to_end_id = b.reference
                    and not exists (select from payment_outcome o
                                     where o.recipient_id = i.recipient_id and o.period = i.period
                                       and o.end_to_end_id = i.end_to_end_id))
      then 'silence_is_not_explained'
  end;
  if broken is not null then
    raise exception 'break %: % of % dong moved: %', new.break_id, moved, rest, broken
      using errcode = 'check_violation', constraint = broken;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_rules_have_run()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  skipped text;
begin
  select r.code into skipped
    from finding_rule r
    left join cross_check_run c on c.code = r.code and c.period = new.period
   where r.runs_monthly
     and c.line_count is distinct from (select count(*) from assessment
                                         where period = new.period and amount_vnd > 0)
   order by r.code limit 1;
  if skipped is not null then
    raise exception 'rule % has not looked at every line of %', skipped, new.period
      using errcode = 'check_violation', constraint = 'every_rule_has_run';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_same_person_choice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.survivor_id is not null and not exists (
       select from same_person_case
        where case_id = new.case_id and new.survivor_id in (first_id, second_id)) then
    raise exception 'case %: the survivor is neither', new.case_id
      using errcode = 'check_violation', constraint = 'survivor_is_one_of_the_two';
  end if;
  if exists (select from same_person_decision where case_id = new.case_id) then
    raise exception 'case % is decided', new.case_id
      using errcode = 'check_violation', constraint = 'case_is_open';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_statement()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  before statement;
begin
  perform pg_advisory_xact_lock(hashtext('statement/' || new.account));
  select * into before from statement
   where account = new.account order by sequence_no desc limit 1;
  if found and (before.sequence_no + 1, before.closing_vnd) <> (new.sequence_no, new.opening_vnd) then
    raise exception 'statement % does not follow %', new.sequence_no, before.sequence_no
      using errcode = 'check_violation', constraint = 'statements_are_a_chain';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_stop_period()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  b disbursement_batch;
begin
  select * into strict b from disbursement_batch where batch_id = new.batch_id;
  if leaves_from(b, old.changed_at) > greatest(new.changed_at, old.changed_at) then
    raise exception 'release of batch % refused: stop_period_has_passed', new.batch_id
      using errcode = 'check_violation', constraint = 'stop_period_has_passed';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_unit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.fence < old.fence
     or (new.state = 'running' and new.fence = old.fence
         and (old.state <> 'running' or new.lease_owner <> old.lease_owner)) then
    raise exception using errcode = 'check_violation', constraint = 'a_holder_has_its_own_fence',
      message = format('unit %s: another holder needs another fence', old.unit_id);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.close_period(which text, at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  perform pg_advisory_xact_lock(hashtext('open_period'));
  if not exists (select from period_closing c where c.period = which and c.closed_at = at) then
    raise exception 'period % is closed by two persons', which
      using errcode = 'check_violation', constraint = 'a_period_is_closed_by_two';
  end if;
  update period_state set closed_at = at where period = which and closed_at is null;
  if found then
    execute format('alter table %I add constraint the_period_is_closed check (false) not valid',
                   'ledger_transfer_' || replace(which, '-', '_'));
    if not exists (select from period_state where closed_at is null) then
      perform open_period(to_char(to_date(max(period), 'YYYY-MM') + interval '1 month', 'YYYY-MM'), at)
         from period_state;
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.columns_of(t text, of_key boolean, prefix text)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select string_agg(prefix || quote_ident(a.attname), ', ' order by a.attnum)
    from pg_attribute a
    left join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
   where a.attrelid = t::regclass and a.attnum > 0 and not a.attisdropped
     and (not of_key or i.indrelid is not null)
$function$;

CREATE OR REPLACE FUNCTION public.due_reference(period text, programme text, recipient_id bigint, assessment_no integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.enact_decree()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  d decree;
  t law_table;
begin
  -- One after the other, so that each is held against the law that the one before has left.
  perform pg_advisory_xact_lock(hashtext('enact_decree'));
  select * into strict d from decree where decree_id = new.decree_id;
  if d.rows @? '$.*[*] ? (@.status == "draft")' then
    perform refuse_decree(d.decree_id, 'a_draft_is_not_loaded');
  elsif not is_rate_officer(new.approved_by, scopes_of(d.rows)) then
    perform refuse_decree(d.decree_id, 'approver_is_entitled');
  elsif d.law_hash <> law_hash() then
    perform refuse_decree(d.decree_id, 'law_is_as_previewed');
  elsif exists (select from audit_event
                 where action = 'period-assessed' and (facts ->> 'assessed_on')::date >= new.known_since)
  then
    perform refuse_decree(d.decree_id, 'known_after_what_was_settled');
  end if;
  for t in select * from law_table where d.rows ? table_name
            order by table_name <> 'ground', table_name loop
    perform load_law(d.decree_id, t, d.rows -> t.table_name, d.kind = 'correction', new.known_since);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.epoch_objection(of_epoch bigint)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select case
    when exists (select from epoch_file f where f.epoch_no = of_epoch and f.fate is null)
      then 'every_sent_file_has_a_fate'
    -- The account as the bank kept it on the day of the restore, of every bank: what was sent in the time
    -- that is forgotten may be all that was ever sent.
    when exists (
      select from epoch e join channel c on c.kind = 'account'
       where e.epoch_no = of_epoch
         and not exists (select from statement s
                          where s.channel = c.channel
                            and s.day >= (e.begun_at at time zone 'Asia/Ho_Chi_Minh')::date))
      then 'statements_since_are_read'
    when exists (select from statement join settlement_file using (file_id)
                  where matched_count is null)
      then 'statements_are_reconciled'
  end
$function$;

CREATE OR REPLACE FUNCTION public.folded_name(name text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  -- As foldName() of the kernel: upper case, no accents, one space between words.
  select upper(btrim(regexp_replace(
           translate(regexp_replace(normalize(name, nfd), U&'[\0300-\036f]', '', 'g'), 'ĐÐđð', 'DDdd'),
           '\s+', ' ', 'g')))
$function$;

CREATE OR REPLACE FUNCTION public.forget_units(before timestamp with time zone, at_most integer)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  with gone as (
    delete from job_unit
     where unit_id in (select unit_id from job_unit
                        where state in ('done', 'cancelled')
                          and ended_at < least(before, clock_timestamp() - interval '3 years')
                        order by unit_id limit at_most)
    returning unit_id
  )
  select count(*) from gone
$function$;

CREATE OR REPLACE FUNCTION public.give_back_budget()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update budget g
     set committed_vnd = g.committed_vnd - b.total_vnd
    from disbursement_batch b
   where b.batch_id = new.batch_id and g.programme = b.programme
     and g.province_code = b.province_code and g.year = substr(b.period, 1, 4)::int;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.hold_audit_log()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select event_no from audit_head for update
$function$;

CREATE OR REPLACE FUNCTION public.is_administrator(who text, of_unit text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from person_role r join person p using (person_id)
                  where r.person_id = who and p.active and r.role = 'administrator'
                    and r.revoked_at is null and r.unit_code in (of_unit, 'VN'))
$function$;

CREATE OR REPLACE FUNCTION public.is_digits(value text, how_many integer)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select length(value) = how_many and translate(value, '0123456789', '') = ''
$function$;

CREATE OR REPLACE FUNCTION public.is_in_scope(unit text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select current_setting('an_sinh.scope', true) is not null
     and (unit = any (string_to_array(current_setting('an_sinh.scope', true), ','))
          or 'VN' = any (string_to_array(current_setting('an_sinh.scope', true), ',')))
$function$;

CREATE OR REPLACE FUNCTION public.is_own_account(holder text, recipient text, payee text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select folded_name(holder) = folded_name(recipient) and folded_name(holder) <> folded_name(payee)
$function$;

CREATE OR REPLACE FUNCTION public.is_rate_officer(person text, scopes text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select from person p join person_role r using (person_id)
     where p.person_id = person and p.active and r.role = 'rate_officer' and r.revoked_at is null
       and (r.unit_code = 'VN' or array_remove(scopes, 'VN') <@ array[r.unit_code]))
$function$;

CREATE OR REPLACE FUNCTION public.law_hash()
 RETURNS bytea
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  t text;
  part bytea;
  parts bytea := '';
begin
  for t in select table_name from law_table order by table_name loop
    execute format('select sha256(convert_to(coalesce(string_agg(to_jsonb(x)::text, chr(10)
                      order by to_jsonb(x)::text), %L), %L)) from %I x', '', 'UTF8', t)
       into part;
    parts := parts || part;
  end loop;
  return sha256(parts);
end
$function$;

CREATE OR REPLACE FUNCTION public.law_words()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select array['legal_basis', 'article', 'status', 'source', 'name_vi', 'name_en']
$function$;

CREATE OR REPLACE FUNCTION public.leaves_from(b disbursement_batch, approved_at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  select approved_at + coalesce((
           select p.minutes from stop_period p
             join channel c on c.channel = b.channel and c.environment = p.environment
            where p.counts_from <= (approved_at at time zone 'Asia/Ho_Chi_Minh')::date
            order by p.counts_from desc limit 1), 0) * interval '1 minute'
$function$;

CREATE OR REPLACE FUNCTION public.line_hash(end_to_end_id text, amount_vnd bigint, payee_name text, citizen_number text, bank_bin text, account_number text, commune_code text)
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select sha256(convert_to(end_to_end_id || E'\x1f' || amount_vnd::text || E'\x1f' || payee_name || E'\x1f'
                || citizen_number || E'\x1f' || bank_bin || E'\x1f' || account_number || E'\x1f'
                || commune_code, 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION public.load_law(which bigint, t law_table, incoming jsonb, corrects boolean, known date)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  -- Each incoming row as its table reads it, beside the row that stands under its key.
  compared text := format($f$
    select x.no, to_jsonb(r) as becomes, to_jsonb(o) as was,
           to_jsonb(o) - law_words() = to_jsonb(r) - law_words() as only_words
      from jsonb_array_elements($1) with ordinality x (row, no)
     cross join lateral jsonb_populate_record(null::%1$I, x.row) r
      left join %1$I o on (%2$s) = (%3$s)$f$,
    t.table_name, columns_of(t.table_name, true, 'o.'), columns_of(t.table_name, true, 'r.'));
  key_without_days text[];
  is_refused boolean;
begin
  if not corrects then
    -- Whenever it was known: that a month has an amount already is for a correction to say.
    select array_agg(k) into key_without_days
      from unnest(string_to_array(columns_of(t.table_name, true, ''), ', ')) k
     where k <> 'known_since';
    execute format('select exists (select from jsonb_populate_recordset(null::%1$I, $1) r
                                     join %1$I o using (%2$s))',
                   t.table_name, array_to_string(key_without_days, ', '))
      into is_refused using incoming;
    if is_refused then perform refuse_decree(which, 'a_decree_only_adds'); end if;
  elsif t.has_figures and not t.is_dated then
    execute format('select coalesce(bool_or(not only_words), false) from (%s) n', compared)
      into is_refused using incoming;
    if is_refused then perform refuse_decree(which, 'figures_are_not_rewritten'); end if;
  end if;

  execute format('insert into law_correction
                  select $2, %L, no, was, becomes from (%s) n
                   where was <> becomes and (only_words or not $3)', t.table_name, compared)
    using incoming, which, t.has_figures;
  execute format($f$
    insert into %1$I
    select (jsonb_populate_record(null::%1$I, becomes || case when $2 then jsonb_build_object(
             'known_since', greatest((becomes ->> 'known_since')::date, $3)) else '{}' end)).*
      from (%2$s) n
     where was is null or ($2 and not only_words)$f$, t.table_name, compared)
    using incoming, t.is_dated, known;
  execute format('update %1$I o set (%2$s) = row(%3$s)
                    from law_correction c
                   cross join lateral jsonb_populate_record(null::%1$I, c.becomes) r
                   where c.decree_id = $1 and c.table_name = %4$L and (%5$s) = (%6$s)',
                 t.table_name, columns_of(t.table_name, false, ''),
                 columns_of(t.table_name, false, 'r.'), t.table_name,
                 columns_of(t.table_name, true, 'o.'), columns_of(t.table_name, true, 'r.'))
    using which;
end
$function$;

CREATE OR REPLACE FUNCTION public.next_numbers(counter_name text, how_many bigint)
 RETURNS bigint
 LANGUAGE sql
AS $function$
  insert into counter as c values (counter_name, how_many)
      on conflict (name) do update set last_value = c.last_value + excluded.last_value
  returning last_value - how_many + 1
$function$;

CREATE OR REPLACE FUNCTION public.open_period(which text, at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  t text;
  partition text;
  following text := to_char(to_date(which, 'YYYY-MM') + interval '1 month', 'YYYY-MM');
begin
  perform pg_advisory_xact_lock(hashtext('open_period'));
  insert into period_state values (which, at, null) on conflict do nothing;
  for t in select table_name from partitioned_table order by table_name loop
    partition := t || '_' || replace(which, '-', '_');
    if to_regclass(partition) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)',
                     partition, t, which, following);
      execute format('grant select, insert on %I to an_sinh_app', partition);
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION public.person_credential(who text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
  select case when code_secret is null or one_time_until is not null then 'one-time' else 'own' end
    from credential where person_id = who
$function$;

CREATE OR REPLACE FUNCTION public.proof_objection(which bigint, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  with b as (
    select d.batch_id, d.period, d.province_code, p.identity_days, p.account_days, p.life_hours
      from disbursement_batch d join proof_policy p on p.programme = d.programme
     where d.batch_id = which
  ),
  line as materialized (
    select i.recipient_id, i.period, i.bank_bin, i.account_number, i.citizen_number,
           c.payee_no, y.relation
      from payment_instruction i
      join payment_channel c on c.recipient_id = i.recipient_id
                            and coalesce(c.channel_no = i.channel_no, false)
      join payee y on y.recipient_id = c.recipient_id and coalesce(y.payee_no = c.payee_no, false)
     where i.batch_id = which and i.period <= (select period from b)
  ),
  -- What the last answers say of each line; the numbers of those that hold are odd.
  answered as (
    select i.recipient_id, i.relation, i.bank_bin, i.account_number,
           max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
               and v.checked_at > at - b.identity_days * interval '1 day')::int)
             filter (where v.subject = 'recipient') as recipient,
           max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
               and v.checked_at > at - b.identity_days * interval '1 day')::int)
             filter (where v.subject = 'payee') as payee,
           max(v.check_no * 2 + (v.class in ('proven', 'doubtful') and v.checked_at <= at
               and v.checked_at > at - b.account_days * interval '1 day'
               and v.bank_bin = i.bank_bin and v.account_number = i.account_number)::int)
             filter (where v.subject = 'account') as account
      from b
     cross join line i
      left join verification v on v.recipient_id = i.recipient_id
                              and v.period = (select period from b)
     group by i.recipient_id, i.relation, i.bank_bin, i.account_number
  )
  -- Counted and not asked whether there is any: for the first of many the planner would go to look
  -- line by line, and mostly there is none.
  select case
    when not exists (
           select from b join civil_status_check c on c.province_code = b.province_code
            where c.checked_at <= at and c.checked_at > at - b.life_hours * interval '1 hour')
      then 'life_was_checked'
    when (select count(*) from line i join recipient_death d on d.recipient_id = i.recipient_id
           where d.died_on < (i.period || '-01')::date) > 0
      or (select count(*) from line i
            join payee_death d on d.recipient_id = i.recipient_id
                              and coalesce(d.payee_no = i.payee_no, false)
           where i.relation <> 'self') > 0
      then 'the_dead_are_not_paid'
    when (select count(*) from answered
           where not coalesce(recipient % 2 = 1, false)
              or relation <> 'self' and not coalesce(payee % 2 = 1, false)
              or bank_bin <> '' and not coalesce(account % 2 = 1, false)) > 0
      then 'evidence_is_fresh'
    when (select count(*) from decided_finding f
            join line i on i.recipient_id = f.recipient_id
           where f.period = (select period from b) and f.closed_at is null
             and (f.holds = 'line' or f.holds = 'account' and i.bank_bin <> '')
             and f.outcome is distinct from 'accepted') > 0
      then 'no_finding_waits'
    when exists (
           select from line i where i.bank_bin <> ''
            group by i.bank_bin, i.account_number
           having min(i.citizen_number) <> max(i.citizen_number)
              and not exists (select from shared_account s
                               where s.bank_bin = i.bank_bin
                                 and s.account_number = i.account_number and s.ended_on is null))
      then 'account_is_of_one_payee'
  end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_decree(which bigint, rule text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'decree % refused: %', which, rule using errcode = 'check_violation', constraint = rule;
end
$function$;

CREATE OR REPLACE FUNCTION public.register_objection(batch bigint, of_period text, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select case
           when exists (select from recipient_merge m
                          join payment_instruction i on i.recipient_id = m.recipient_id
                         where i.batch_id = batch and i.period <= of_period)
             then 'recipient_is_not_given_up'
           when bool_or(c.ended_on is not null) then 'account_is_of_record'
           when bool_or(i.bank_bin <> '' and c.payable_from is not null and n.told_at is null)
             then 'account_change_was_told'
           when bool_or(i.bank_bin <> '' and c.payable_from > at and s.recorded_at is null)
             then 'changed_account_has_cooled_off'
         end
    from payment_channel c
    join payment_instruction i on i.recipient_id = c.recipient_id and i.channel_no = c.channel_no
    left join channel_notice n on n.recipient_id = c.recipient_id and n.channel_no = c.channel_no
    left join channel_consent s on s.recipient_id = c.recipient_id and s.channel_no = c.channel_no
   where i.batch_id = batch and i.period <= of_period
     and (c.ended_on is not null or c.change_no is not null)
     and (i.bank_bin <> ''
          or exists (select from payment_channel o
                       join register_change g on g.recipient_id = o.recipient_id
                                             and g.change_no = o.change_no and g.subject = 'payee'
                      where o.recipient_id = c.recipient_id and o.channel_no > c.channel_no))
$function$;

CREATE OR REPLACE FUNCTION public.scopes_of(rows jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(array_agg(distinct coalesce(row ->> 'scope', 'VN')), '{}')
    from jsonb_each(rows) t, jsonb_array_elements(t.value) row
$function$;

CREATE OR REPLACE FUNCTION public.share_account(which bigint, change integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
declare
  c register_change;
begin
  select * into c from register_change
   where recipient_id = which and change_no = change and subject = 'sharing';
  if not found then
    return false;
  end if;
  if c.new_value->>'sharedFor' <> '' then
    insert into shared_account
      (bank_bin, account_number, reason, document, registered_by, confirmed_by, registered_at)
    values (c.new_value->>'bankBin', c.new_value->>'accountNumber', c.new_value->>'sharedFor', c.document,
            c.changed_by, c.confirmed_by, c.changed_at);
    return true;
  end if;
  update shared_account
     set ended_on = (c.changed_at at time zone 'Asia/Ho_Chi_Minh')::date
   where bank_bin = c.new_value->>'bankBin' and account_number = c.new_value->>'accountNumber'
     and ended_on is null;
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.take_back_death(which bigint, change integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
AS $function$
begin
  with gone as (
    delete from recipient_death d
     using register_change c
     where c.recipient_id = which and c.change_no = change and c.subject = 'death'
       and d.recipient_id = which and d.died_on::text = c.old_value->>'diedOn'
    returning d.died_on, d.source, d.learned_at
  )
  insert into death_taken_back (recipient_id, change_no, died_on, source, learned_at)
  select which, change, died_on, source, learned_at from gone;
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.take_statistics(of_tables text[], of_period text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public'
 SET default_statistics_target TO '10'
AS $function$
declare
  t text;
  filled text;
  partitioned boolean;
  -- Before version 18 the parent cannot be counted without counting every partition again.
  alone constant text := case when current_setting('server_version_num')::int >= 180000
                              then 'only' else '' end;
begin
  foreach t in array of_tables loop
    partitioned := exists (select from partitioned_table where table_name = t);
    filled := case when partitioned then t || '_' || replace(of_period, '-', '_') else t end;
    if (select pg_relation_size(c.oid) > 2 * c.relpages * current_setting('block_size')::bigint
          from pg_class c where c.oid = to_regclass(filled)) then
      execute format('analyze %I', filled);
      if partitioned then
        execute format('analyze %s %I', alone, t);
      end if;
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION public.wall_off_units()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  t regclass;
begin
  for t in select c.oid::regclass from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
              and not c.relispartition and not c.relrowsecurity
              and exists (select from pg_attribute a
                           where a.attrelid = c.oid and a.attname = 'province_code'
                             and not a.attisdropped) loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy for_the_house on %s to an_sinh_app using (true) with check (true)', t);
    execute format('create policy own_units on %s for select to an_sinh_web
                      using (is_in_scope(province_code))', t);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION public.withdrawal_objection(which bigint, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  with f as (
    select p.*, d.period, d.value_date, d.channel, c.kind, c.refuses_after_cutoff, c.payer_account
      from payment_file p
      join disbursement_batch d using (batch_id)
      join channel c using (channel)
     where p.file_id = which
  )
  select case
    when not refuses_after_cutoff then 'the_bank_refuses_what_is_late'
    when (at at time zone 'Asia/Ho_Chi_Minh')::date <= value_date
      or kind = 'account' and not exists (select from statement s
                                           where s.account = f.payer_account and s.day >= f.value_date)
      then 'its_day_is_over'
    when exists (select from settlement_file s
                  where s.channel = f.channel and s.verdict = 'accepted' and s.matched_count is null)
      then 'everything_that_came_is_read'
    when exists (select from settlement_file s
                  where s.original_message_id = f.message_id and s.verdict = 'accepted')
      or exists (select from statement_entry e
                  where e.payment_information_id = f.payment_information_id)
      or exists (select from payment_instruction i
                   join settlement_line l
                     on l.recipient_id = i.recipient_id and l.period = i.period
                    and l.end_to_end_id = i.end_to_end_id
                  where i.batch_id = f.batch_id and i.period <= f.period
                    and (i.recipient_id, i.end_to_end_id)
                        between (f.first_recipient_id, f.first_reference)
                            and (f.last_recipient_id, f.last_reference))
      then 'the_bank_has_not_spoken_of_it'
  end
  from f
$function$;
