import { expect } from 'chai';
import { many, one } from '../../src/platform/db.ts';
import { findBreaks } from '../../src/reconciliation/decide-break.flow.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import {
  bookedSum,
  creditEntries,
  debitEntry,
  entry,
  notification,
  receive,
  sentOver,
  statement,
  total,
  verdictOf,
  type Sent,
} from '../support/bank-files.ts';
import { pieces, tolerant } from '../support/bank-messages.ts';
import { balances } from '../support/end-of-month.ts';
import { plantedAndUndone } from '../support/refused.ts';
import { document } from '../support/rehearsal.ts';
import { useTownCopies, type TownCopy } from '../support/town-copies.ts';
import { TOWN_PERIOD } from '../support/town.ts';
import { bankFileReader } from '../../adapters/bank/bank-file-reader.ts';
import { SettlementItems } from '../../src/settlement/settlement-items.ts';

// Faults of banks that nothing else has a test of: what is asked of a month, each by its number.

const OPENING = 5_000_000_000_000n;
const AT = '2026-11-17T01:00:00Z';

describe('faults of a bank', () => {
  const towns = useTownCopies({ until: 'released', recipients: 40 });
  let town: TownCopy;
  let sent: readonly Sent[];
  let block: string;

  beforeEach(async () => {
    town = await towns.copy();
    sent = await sentOver(town.db, 'BANK');
    block = sent[0]?.paymentInformationId ?? '';
  });

  const booked = (): string =>
    notification({ id: 'N-1', entries: debitEntry({ reference: 'D-1', block, lines: sent }) });
  const openBreaks = (): Promise<{ kind: string; vnd: bigint }[]> =>
    many(
      town.db,
      `select kind, amount_vnd as vnd from reconciliation_break where resolved_at is null order by 1`,
    );

  it('F48: two files or two lines with one reference cannot be stored', async () => {
    const planted = (sql: string): Promise<string> =>
      plantedAndUndone(town.owner, (tx) => many(tx, sql));
    expect(
      await planted(
        `update payment_file set message_id = (select min(message_id) from payment_file)`,
      ),
    ).to.equal('payment_file_message_id_key');
    const twice = await planted(
      `insert into payment_instruction select * from payment_instruction where period = '${TOWN_PERIOD}'`,
    );
    expect(twice).to.match(/_pkey$/);
  });

  it('F65: an account that the bank advises changes nothing by itself', async () => {
    const advice = document(
      'acmt.024.001.02',
      '<IdVrfctnRpt><Assgnmt><MsgId>V1</MsgId></Assgnmt><Rpt><OrgnlId>Q1</OrgnlId><Vrfctn>false</Vrfctn>' +
        '<Rsn><Cd>AC01</Cd></Rsn><UpdtdPtyAndAcctId><Acct><Id><Othr><Id>999</Id></Othr></Id></Acct>' +
        '</UpdtdPtyAndAcctId></Rpt></IdVrfctnRpt>',
    );
    const told: string[] = [];
    const items = new SettlementItems(tolerant({ readers: ['acmt.024'] }));
    const advised: string[] = [];
    for await (const some of bankFileReader().read(pieces(Buffer.from(advice), 1 << 16))) {
      for (const item of some) if (item.type === 'verification') advised.push(item.updatedAccount);
      told.push(...items.take(some).map(({ type }) => type));
    }
    told.push(...items.end().map(({ type }) => type));
    // It was read, and all that a month takes of it is that it came.
    expect(advised).to.deep.equal(['999']);
    expect(told).to.deep.equal(['message']);
    // The profile of this bank does not even take the message.
    const before = await one(
      town.db,
      `select md5(string_agg(c::text, '' order by c::text)) as of from payment_channel c`,
    );
    expect(await verdictOf(town, advice)).to.equal('file-malformed');
    const after = await one(
      town.db,
      `select md5(string_agg(c::text, '' order by c::text)) as of from payment_channel c`,
    );
    expect(after).to.deep.equal(before);
  });

  it('F66: four lines of ten returned in one day are all owed again, and nothing else is', async () => {
    const back = sent.filter((_, i) => i % 5 < 2);
    const before = await balances(town.db);
    const closing = OPENING - total(sent) + total(back);
    const returned = back.map((line, i) =>
      entry({ amount: line.amount, side: 'CRDT', reference: `R-${i + 1}` }),
    );
    await receive(town, [
      booked(),
      notification({ id: 'N-2', entries: creditEntries(back) }),
      statement({
        id: 'T-1',
        sequence: 1,
        opening: OPENING,
        closing,
        entries: [bookedSum({ reference: 'D-1', block, lines: sent }), ...returned].join('\n'),
      }),
    ]);
    await reconcile(town.context({ at: AT }));
    const now = await balances(town.db);
    expect(now.owed - before.owed).to.equal(total(back));
    expect(now.paid - before.paid).to.equal(total(sent) - total(back));
    expect(await openBreaks()).to.deep.equal([]);
    const waiting = await many(town.db, 'select from settlement_file where matched_count is null');
    expect(waiting).to.have.length(0);
  });

  it('F68: a corrected statement has no effect of its own, and is a break for a person', async () => {
    const entries = bookedSum({ reference: 'D-1', block, lines: sent });
    const first = {
      id: 'T-1',
      sequence: 1,
      opening: OPENING,
      closing: OPENING - total(sent),
      entries,
    };
    await receive(town, [booked(), statement(first)]);
    await reconcile(town.context({ at: AT }));
    const before = await balances(town.db);
    // The bank has found that it took a fee on that day, and says so under another name.
    const fee = entry({ amount: 11_000n, side: 'DBIT', reference: 'FEE-1' });
    const corrected = {
      ...first,
      id: 'T-1-CORRECTED',
      closing: first.closing - 11_000n,
      entries: `${entries}\n${fee}`,
    };
    expect(await verdictOf(town, statement(corrected))).to.equal('statement-out-of-sequence');
    // Under the same name it is another content of a message that was taken.
    expect(await verdictOf(town, statement({ ...corrected, id: 'T-1' }))).to.equal(
      'message-repeated',
    );
    await findBreaks(town.context({ at: AT }));
    // The other break is of the post office, which has said nothing yet.
    expect((await openBreaks()).map(({ kind }) => kind)).to.deep.equal([
      'not-acknowledged',
      'statement-gap',
    ]);
    expect(await balances(town.db)).to.deep.equal(before);
    const kept = await many(town.db, `select from settlement_file where verdict = 'refused'`);
    expect(kept).to.have.length(2);
  });
});
