import { useDatabase } from '../support/database.ts';
import { walkTown } from '../support/town.ts';
describe('probe', () => {
  const test = useDatabase();
  for (const n of [120]) it('x'+n, async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: n });
    const show = async (sql: string) => console.log((await test().owner.raw(sql)).rows);
    await show(`select kind, count(*) from ledger_transfer group by 1`);
    await show(`select batch_code, batch_id, channel, instruction_count, total_vnd from disbursement_batch`);
    await show(`select subject, class, count(*) from verification group by 1,2 order by 1,2`);
    await show(`select c.kind, p.relation, count(*) from payment_channel c join payee p using (recipient_id, payee_no) group by 1,2`);
    await show(`select version()`);
    await show(`select i.recipient_id, c.kind, i.bank_bin='' as cash from ledger_transfer t join payment_instruction i on i.end_to_end_id = t.reference join payment_channel c on c.recipient_id=i.recipient_id where t.kind in ('unpaid')`);
    await show(`select count(*) from assessment where amount_vnd > 0`);
  });
});
