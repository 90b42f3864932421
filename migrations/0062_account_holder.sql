-- Somebody may collect for a recipient whose own account is credited. The bank is then asked about the
-- recipient, and the payment names the recipient too: a guardian's name on another's account is refused.
create function folded_name(name text) returns text
language sql immutable strict parallel safe
as $$
  -- As foldName() of the kernel: upper case, no accents, one space between words.
  select upper(btrim(regexp_replace(
           translate(regexp_replace(normalize(name, nfd), U&'[\0300-\036f]', '', 'g'), 'ĐÐđð', 'DDdd'),
           '\s+', ' ', 'g')))
$$;

create function is_own_account(holder text, recipient text, payee text) returns boolean
language sql immutable strict parallel safe
as $$
  select folded_name(holder) = folded_name(recipient) and folded_name(holder) <> folded_name(payee)
$$;
