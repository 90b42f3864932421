import type { PaymentChange } from '../batch/payment-file.ts';
import type { Period } from '../kernel/period.ts';
import { many, one, type Db, type Tx } from '../platform/db.ts';
import type { PaymentScope } from './payment-list.ts';
import type { FormPayer } from './treasury-list.ts';

/** Who the batches of a month are paid by, each account once. */
export function payersOfMonth(db: Db | Tx, of: { period: Period }): Promise<FormPayer[]> {
  return many(
    db,
    `select distinct c.payer_name as name, c.payer_agreement as agreement,
            c.payer_account as account, c.payer_bank_bin as "bankBin"
       from disbursement_batch b
       join batch_state s on s.batch_id = b.batch_id and s.state <> 'withdrawn'
       join channel c on c.channel = b.channel
      where b.period = :period order by 1, 3`,
    of,
  );
}

/**
 * Who is paid another amount by the batches of a month than by those of the month before, or is paid in one of them
 * alone, in the order of names. At most so many and one more, so that the caller sees when there are too many.
 */
export function changesOfMonth(
  db: Db | Tx,
  of: PaymentScope & { before: Period; atMost: number },
): Promise<PaymentChange[]> {
  return many(
    db,
    // Of the month before only what left: what was made and never sent was no payment.
    `with line as (
       select i.recipient_id, i.payee_name, b.period, i.amount_vnd as vnd
         from payment_instruction i
         join disbursement_batch b on b.batch_id = i.batch_id and b.period in (:period, :before)
         join batch_state s on s.batch_id = b.batch_id
        where i.period <= b.period and i.period <= :period
          and case b.period when :period then s.state <> 'withdrawn'
                            else s.state in ('released', 'reconciled') end
          and (:communeCode::text is null or i.commune_code = :communeCode)
     ),
     person as (
       select recipient_id,
              coalesce(max(payee_name) filter (where period = :period), max(payee_name)) as payee_name,
              coalesce(sum(vnd) filter (where period = :before), 0)::bigint as before_vnd,
              coalesce(sum(vnd) filter (where period = :period), 0)::bigint as now_vnd
         from line group by 1
     )
     select payee_name as "payeeName", before_vnd as "beforeVnd", now_vnd as "nowVnd"
       from person where before_vnd <> now_vnd
      order by payee_name, recipient_id limit :atMost::int + 1`,
    { ...of },
  );
}

/** What the ledger has released in the batches of a month, of one commune or of all. */
export function releasedOfMonth(
  db: Db | Tx,
  of: PaymentScope,
): Promise<{ count: bigint; vnd: bigint }> {
  return one(
    db,
    `select count(*) as count, coalesce(sum(t.amount_vnd), 0)::bigint as vnd
       from ledger_transfer t
      where t.period = :period and t.kind = 'released'
        and t.batch_id in (select b.batch_id from disbursement_batch b
                             join batch_state s using (batch_id)
                            where b.period = :period and s.state <> 'withdrawn')
        and (:communeCode::text is null
             or exists (select from payment_instruction i
                         where i.recipient_id = t.recipient_id and i.period <= :period
                           and i.end_to_end_id = t.reference and i.commune_code = :communeCode))`,
    { ...of },
  );
}
