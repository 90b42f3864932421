import { expect } from 'chai';
import { plainDate } from '../../src/kernel/period.ts';
import { many } from '../../src/platform/db.ts';
import { addFee, feesOn } from '../../src/report/fee.sql.ts';
import type { PaymentFee } from '../../src/report/month-figures.ts';
import { recordFee } from '../../src/report/record-fee.flow.ts';
import { useDatabase } from '../support/database.ts';
import { triedAndUndone, whatRefused } from '../support/refused.ts';

const CASH: PaymentFee = {
  channelKind: 'cash_post',
  countsFrom: plainDate('2026-01-01'),
  feeVnd: 5500n,
  source: 'Hợp đồng 12/2026',
};

describe('what one payment costs', () => {
  const test = useDatabase();

  it('is recorded with its source and an event, and counts from its day on', async () => {
    const context = test().context();
    await recordFee(context, CASH);
    const later = { ...CASH, countsFrom: plainDate('2026-07-01'), feeVnd: 6000n };
    await recordFee(context, later);
    const on = (day: string) => feesOn(test().db, { day: plainDate(day) });
    expect(await on('2025-12-31')).to.deep.equal([]);
    expect(await on('2026-06-30')).to.deep.equal([CASH]);
    expect(await on('2026-07-01')).to.deep.equal([later]);
    const events = await many(
      test().db,
      `select facts ->> 'vnd' as vnd from audit_event where action = 'fee-recorded' order by event_no`,
    );
    expect(events).to.deep.equal([{ vnd: '5500' }, { vnd: '6000' }]);
    expect(await whatRefused(recordFee(context, CASH))).to.equal('fee-not-possible');
  });

  it('is refused without a source, and below nothing', async () => {
    const own = { ...CASH, channelKind: 'account' as const, by: 'x', at: new Date() };
    const refused = (fee: Partial<PaymentFee>) =>
      triedAndUndone(test().db, (tx) => addFee(tx, { ...own, ...fee }));
    expect(await refused({ source: ' ' })).to.equal('a_fee_has_a_source');
    expect(await refused({ feeVnd: -1n })).to.equal('a_fee_is_not_negative');
    expect(await refused({ feeVnd: 0n })).to.equal('nothing');
  });
});
