-- How long proof lasts is laid down for every programme. Those that were added while the policies were
-- written have the same as the others.
insert into proof_policy
select programme, 30, 30, 24, 7, 6, 6, 5 from programme
    on conflict (programme) do nothing;
