-- A decision that is proposed has been taken.
alter table uncollected_proposal add constraint uncollected_decision_was_taken
  check (decided_on <= (proposed_at at time zone 'Asia/Ho_Chi_Minh')::date);
