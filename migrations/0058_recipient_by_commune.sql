-- A commune is read by the page of recipients, in the order of their numbers and by a part of a name: without
-- this the whole register is walked until enough of one commune are found.
create index recipient_commune on recipient (commune_code, recipient_id);
