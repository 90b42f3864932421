-- A list of others is the state of a day that has come. One of a day ahead would shut out every list of its source
-- until then.
alter table outside_list add constraint list_is_of_a_day_that_came
  check (as_of <= (imported_at at time zone 'Asia/Ho_Chi_Minh')::date);
