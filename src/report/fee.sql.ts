import type { PlainDate } from '../kernel/period.ts';
import { many, type Db, type Tx } from '../platform/db.ts';
import type { PaymentFee } from './month-figures.ts';

/** Records what one payment costs from a day on, as its source has it. */
export async function addFee(
  tx: Tx,
  fee: PaymentFee & { readonly by: string; readonly at: Date },
): Promise<void> {
  await many(
    tx,
    `insert into payment_fee (channel_kind, counts_from, fee_vnd, source, recorded_by, recorded_at)
     values (:channelKind, :countsFrom, :feeVnd, :source, :by, :at)`,
    { ...fee, at: fee.at.toISOString() },
  );
}

/** The fee of each way to be paid that is in force on a day; none where nobody has recorded one. */
export function feesOn(db: Db | Tx, of: { day: PlainDate }): Promise<PaymentFee[]> {
  return many(
    db,
    `select distinct on (channel_kind) channel_kind as "channelKind", counts_from as "countsFrom",
            fee_vnd as "feeVnd", source
       from payment_fee where counts_from <= :day
      order by channel_kind, counts_from desc`,
    of,
  );
}
