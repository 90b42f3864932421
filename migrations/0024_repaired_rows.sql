-- A row that was taken with a repaired value is kept as it stands in the file, like one that was flagged.
alter table list_row drop constraint list_row_verdict_check;
alter table list_row
  add constraint list_row_verdict_check check (verdict in ('repair', 'warn', 'refuse'));
