-- A holiday or a Tết that is declared late may move what is due once a period to a day before the mark,
-- which then would never come. So the sweep looks back for those, as far as the timetable has been kept:
-- what was due before it was installed is not made up for.
alter table timetable_sweep add column kept_since timestamptz;
update timetable_sweep set kept_since = swept_until;
alter table timetable_sweep alter column kept_since set not null;
alter table timetable_sweep add constraint kept_since_before_swept check (kept_since <= swept_until);
