import { many, type Db, type Tx } from '../platform/db.ts';
import type { ListedPayment, ListTotal, PaymentScope } from './payment-list.ts';

/** Instructions of the batches of a month that were not withdrawn, those paid again of earlier months included. */
const INSTRUCTED = `
       payment_instruction i
       join disbursement_batch b on b.batch_id = i.batch_id and b.period = :period
       join batch_state s on s.batch_id = b.batch_id and s.state <> 'withdrawn'`;

/**
 * Whom the batches of a month were to pay, and what became of each, by commune, name and reference. At most so
 * many and one more, so that the caller sees when there are too many.
 */
export function listedPayments(
  db: Db | Tx,
  of: PaymentScope & { atMost: number },
): Promise<ListedPayment[]> {
  return many(
    db,
    `select i.payee_name as "payeeName", i.citizen_number as "citizenNumber",
            i.commune_code as "communeCode", b.batch_code as "batchCode", b.programme,
            i.end_to_end_id as reference, i.bank_bin as "bankBin",
            i.account_number as "accountNumber", i.amount_vnd as "amountVnd",
            case when r.end_to_end_id is not null then 'returned'
                 else coalesce(o.outcome, 'open') end as outcome,
            coalesce(r.reason, o.reason, '') as reason,
            coalesce(r.booked_on, o.booked_on) as "bookedOn"
       from ${INSTRUCTED}
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id
      where i.period <= :period and (:communeCode::text is null or i.commune_code = :communeCode)
      order by i.commune_code, i.payee_name, i.end_to_end_id limit :atMost::int + 1`,
    { ...of },
  );
}

/**
 * What the same payments come to by the ledger: what was released, of it what was settled and what came back.
 * The list is held against it.
 */
export function paymentListTotals(db: Db | Tx, of: PaymentScope): Promise<ListTotal[]> {
  return many(
    db,
    `select t.kind, count(*) as count, sum(t.amount_vnd)::bigint as vnd
       from ${INSTRUCTED}
       join ledger_transfer t
         on t.recipient_id = i.recipient_id and t.period = i.period
        and t.reference = i.end_to_end_id and t.kind in ('settled', 'returned')
      where i.period <= :period and (:communeCode::text is null or i.commune_code = :communeCode)
      group by 1 order by 1`,
    { ...of },
  );
}

/**
 * Every payment of the batches of a month, in the order of their keys, for a stream: reference, batch, programme,
 * commune, payee, citizen number, bank, account, amount, outcome, reason, day.
 */
export const LINES_OF_MONTH = `
     select i.end_to_end_id, b.batch_code, b.programme, i.commune_code, i.payee_name, i.citizen_number,
            i.bank_bin, i.account_number, i.amount_vnd,
            case when r.end_to_end_id is not null then 'returned' else coalesce(o.outcome, 'open') end,
            coalesce(r.reason, o.reason), coalesce(r.booked_on, o.booked_on)
       from ${INSTRUCTED}
       left join payment_outcome o
         on o.recipient_id = i.recipient_id and o.period = i.period
        and o.end_to_end_id = i.end_to_end_id
       left join payment_return r
         on r.recipient_id = i.recipient_id and r.period = i.period
        and r.end_to_end_id = i.end_to_end_id
      where i.period <= :period
      order by i.recipient_id, i.period, i.end_to_end_id`;
