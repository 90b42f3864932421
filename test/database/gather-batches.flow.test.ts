import { expect } from 'chai';
import { batchesOf } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { importList } from '../../src/intake/import-list.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { connect, many, one } from '../../src/platform/db.ts';
import { verifyPeriod } from '../../src/verification/verify-period.flow.ts';
import { csvRecipientList } from '../../adapters/recipient-list/csv.ts';
import { sandboxPeople } from '../../adapters/sandbox/province.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import {
  bytes,
  listText,
  ASKER,
  TOWN_PERIOD,
  TOWN_SCOPE,
  townDirectories,
  walkTown,
} from '../support/town.ts';

const SMALL = 30;
const MAKER = { actor: 'sandbox-maker' };

/** Everything that gathering writes, counted. */
function written({ db }: TestDatabase): Promise<Record<string, bigint>> {
  return one(
    db,
    `select (select count(*) from payment_instruction) as instructions,
            (select count(distinct end_to_end_id) from payment_instruction) as references,
            (select count(*) from disbursement_batch) as batches,
            (select count(*) from batch_maker) as makers,
            (select count(*) from audit_event where action = 'batch-gathered') as events,
            (select last_value from counter where name = 'batch') as "lastNumber"`,
  );
}

async function countDue({ db }: TestDatabase): Promise<bigint> {
  return (
    await one<{ n: bigint }>(db, 'select count(*) as n from assessment where amount_vnd > 0', {})
  ).n;
}

describe('gatherBatches', () => {
  const test = useDatabase();
  before(() => walkTown(test(), { until: 'verification', recipients: SMALL }));

  it('refuses a month of a year whose days off nobody has entered', async () => {
    const scope = { ...TOWN_SCOPE, period: period('2035-01') };
    expect(await whatRefused(gatherBatches(test().context(MAKER), scope))).to.equal(
      'configuration-wrong',
    );
  });

  it('makes one batch for each channel, with everybody who is proven in one of them', async () => {
    const made = await gatherBatches(test().context(MAKER), TOWN_SCOPE);
    const batches = await batchesOf(test().db, { period: TOWN_PERIOD, state: 'gathered' });
    expect(batches.map(({ batchId }) => batchId)).to.deep.equal(made);
    expect(batches.map(({ batchCode }) => batchCode)).to.deep.equal([
      'TG-2026-11-40-BANK-1',
      'TG-2026-11-40-POST-1',
    ]);
    const lines = batches.reduce((total, { instructionCount }) => total + instructionCount, 0n);
    expect(lines).to.equal(await countDue(test()));
    // Nobody may sign who had a hand in it.
    expect(
      await many(
        test().db,
        'select batch_id as id, person_id, reason from batch_maker order by 1, 3',
      ),
    ).to.deep.equal(
      made.flatMap((id) => [
        { id, person_id: 'sandbox-maker', reason: 'imported' },
        { id, person_id: 'sandbox-maker', reason: 'prepared' },
      ]),
    );
  });

  it('makes nothing new when it runs again, and uses no number', async () => {
    const once = await written(test());
    expect(await gatherBatches(test().context(MAKER), TOWN_SCOPE)).to.deep.equal([]);
    expect(await written(test())).to.deep.equal(once);
    expect(once).to.deep.include({ batches: 2n, events: 2n, lastNumber: 2n });
  });
});

describe('gatherBatches, eight at once', () => {
  const test = useDatabase();
  before(() => walkTown(test(), { until: 'verification', recipients: SMALL }));

  it('makes each instruction once, whoever makes it, and leaves no number out', async () => {
    // Each with connections of its own, as eight processes would have.
    const racers = Array.from({ length: 8 }, () => connect(test().url));
    try {
      const made = await Promise.all(
        racers.map((db) => gatherBatches({ ...test().context(MAKER), db }, TOWN_SCOPE)),
      );
      expect(made.flat().sort()).to.deep.equal([1n, 2n]);
    } finally {
      for (const db of racers) await db.destroy();
    }
    const due = await countDue(test());
    expect(await written(test())).to.deep.equal({
      instructions: due,
      references: due,
      batches: 2n,
      makers: 4n,
      events: 2n,
      lastNumber: 2n,
    });
  });
});

describe('gatherBatches, killed', () => {
  const test = useDatabase();
  before(() => walkTown(test(), { until: 'verification', recipients: SMALL }));

  it('has made all batches of a programme or none, and makes none again', async () => {
    let asked = 0;
    const clock = (): Date => {
      asked += 1;
      if (asked === 2) throw new Error('killed');
      return test().context(MAKER).clock();
    };
    const halfway = gatherBatches({ ...test().context(MAKER), clock }, TOWN_SCOPE);
    expect(await halfway.catch((error: unknown) => String(error))).to.equal('Error: killed');
    expect(await written(test())).to.deep.include({ batches: 0n, instructions: 0n });

    const boundary = (): never => {
      throw new Error('killed');
    };
    const after = gatherBatches(test().context({ ...MAKER, boundary }), TOWN_SCOPE);
    expect(await after.catch((error: unknown) => String(error))).to.equal('Error: killed');
    expect(await gatherBatches(test().context(MAKER), TOWN_SCOPE)).to.deep.equal([]);
    expect(await written(test())).to.deep.include({
      instructions: await countDue(test()),
      batches: 2n,
      lastNumber: 2n,
    });
  });
});

describe('gatherBatches in the following month', () => {
  const test = useDatabase();
  const NEXT_PERIOD = period('2026-12');
  const NEXT_SCOPE = { ...TOWN_SCOPE, period: NEXT_PERIOD };
  const later = { ...MAKER, at: '2026-11-23T02:00:00Z' };

  before(async () => {
    await walkTown(test(), { until: 'reconciliation' });
    const people = [...sandboxPeople({ seed: 7, recipients: 120, period: NEXT_PERIOD })];
    const context = test().context(later);
    await importList(context, csvRecipientList, {
      content: bytes([listText(people)]),
      name: 'town.csv',
      period: NEXT_PERIOD,
      provinceCode: '40',
      strict: false,
    });
    await assessPeriod(context, { period: NEXT_PERIOD, assessedOn: plainDate('2026-11-23') });
    await verifyPeriod(context, townDirectories(people), { period: NEXT_PERIOD, asker: ASKER });
  });

  it('pays what was not collected once more, in a batch of its own', async () => {
    const unpaid = await many<{ reference: string }>(
      test().db,
      `select reference from ledger_transfer where kind = 'unpaid' order by recipient_id`,
    );
    await gatherBatches(test().context(later), NEXT_SCOPE);
    const batches = await batchesOf(test().db, { period: NEXT_PERIOD, state: 'gathered' });
    expect(batches.map(({ batchCode }) => batchCode)).to.deep.equal([
      'TG-2026-12-40-BANK-1',
      'TG-2026-12-40-POST-1',
      'TG-2026-12-40-POST-2',
    ]);
    const again = await many<{ id: string; reopened: string }>(
      test().db,
      `select end_to_end_id as id, reopened_reference as reopened from payment_instruction
        where batch_id = :batchId order by recipient_id`,
      { batchId: batches[2]?.batchId ?? 0n },
    );
    expect(again).to.deep.equal(
      unpaid.map(({ reference }) => ({
        id: reference.replace(/T1$/, 'T2'),
        reopened: reference,
      })),
    );
    expect(unpaid.length).to.be.greaterThan(0);
  });

  it('does so once: run again, it makes nothing', async () => {
    const once = await written(test());
    expect(await gatherBatches(test().context(later), NEXT_SCOPE)).to.deep.equal([]);
    expect(await written(test())).to.deep.equal(once);
  });

  it('leaves a transfer that was refused until there is another channel', async () => {
    const attempts = await many(
      test().db,
      `select from payment_instruction where reopened_kind in ('rejected', 'returned')`,
    );
    expect(attempts).to.deep.equal([]);
  });
});
