import type { Period } from '../kernel/period.ts';
import { partition } from '../platform/db.ts';

/**
 * Everyone who is due money for the period and has not been asked about for it: for copyOut(). One
 * row a recipient, in their order, with the payee and the live channel.
 */
export const UNVERIFIED = `
  select r.recipient_id, k.key, r.full_name, coalesce(r.birth_date::text, r.birth_year::text),
         p.relation, p.citizen_number, p.full_name, c.kind, c.bank_bin, c.account_number,
         c.holder_name
    from recipient r
    join recipient_key k on k.recipient_id = r.recipient_id and k.kind = 'citizen_number'
                        and k.valid_until is null
    join payment_channel c on c.recipient_id = r.recipient_id and c.ended_on is null
    join payee p on p.recipient_id = c.recipient_id and p.payee_no = c.payee_no
   where exists (select from assessment a
                  where a.recipient_id = r.recipient_id and a.period = :period and a.amount_vnd > 0)
     and not exists (select from verification v
                      where v.recipient_id = r.recipient_id and v.period = :period)
   order by r.recipient_id`;

/** Where evidence of a period is copied to. */
export function evidenceTarget(of: Period): string {
  return `${partition('verification', of)} (
    recipient_id, period, subject, check_no, class, code, number_result, name_result, bank_bin,
    account_number, checked_at, answer_hash)`;
}

/** The columns into which findings about unproven subjects are copied, for a person to look at. */
export const FINDING = 'finding (recipient_id, period, code, subject, severity, found_at)';
