-- For how long money does not follow a changed account is laid down once, by date, in
-- account_change_policy. What the policy of proof said of it beside that is gone: two numbers for one
-- rule would part one day.
alter table proof_policy drop column cooling_off_days;
