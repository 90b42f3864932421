import { expect } from 'chai';
import {
  addHeldBack,
  communesOfBatch,
  drawBrief,
  heldBackBeside,
  movementsOfBatch,
  notableLines,
} from '../../src/batch/batch-brief.sql.ts';
import { BATCH_MOVEMENTS, movementsInOrder } from '../../src/batch/batch-brief.ts';
import { preparePayable } from '../../src/batch/batch.sql.ts';
import { period } from '../../src/kernel/period.ts';
import { many, violatedConstraint, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { TOWN_PERIOD, walkTown, type Town } from '../support/town.ts';

const NEXT = period('2026-12');

describe('what is shown beside the totals of a batch', () => {
  // The month after is planted and not walked, so the invariants of its rooms do not hold.
  const test = useDatabase({ checked: false });
  let town: Town;
  before(async () => {
    town = await walkTown(test(), { until: 'gathered', recipients: 60 });
  });

  it('is drawn when the batch is gathered, and adds up to its totals', async () => {
    for (const batch of await town.batches()) {
      const communes = await communesOfBatch(test().db, batch.batchId);
      const total = communes.reduce((sum, { totalVnd }) => sum + totalVnd, 0n);
      const count = communes.reduce((sum, { lineCount }) => sum + lineCount, 0n);
      expect([count, total]).to.deep.equal([batch.instructionCount, batch.totalVnd]);
      const [only, ...more] = await movementsOfBatch(test().db, batch.batchId);
      expect(more).to.deep.equal([]);
      expect(only).to.deep.include({
        kind: 'new',
        people: batch.instructionCount,
        nowVnd: batch.totalVnd,
        beforeVnd: 0n,
      });
    }
  });

  it('keeps the largest lines, found again by their references', async () => {
    const [bank] = await town.batches();
    const lines = await notableLines(test().db, bank?.batchId ?? 0n);
    const largest = lines.filter(({ why }) => why === 'largest');
    expect(largest.length).to.be.greaterThan(3);
    expect(largest.map(({ amountVnd }) => amountVnd)).to.deep.equal(
      largest.map(({ amountVnd }) => amountVnd).toSorted((a, b) => (a < b ? 1 : -1)),
    );
    expect(largest[0]?.payeeName).to.not.equal('');
  });

  it('gives everybody of two months one reason', async () => {
    const [bank] = await town.batches();
    if (bank === undefined) throw new Error('a town has a batch');
    const lines = await plantNextMonth(bank.batchId);
    const drawn = await write(test().db, async (tx) => {
      await preparePayable(tx);
      return drawBrief(tx, {
        batchId: 900n,
        period: NEXT,
        periodBefore: TOWN_PERIOD,
        programme: bank.programme,
        provinceCode: '40',
        kind: 'account',
        ownBank: null,
        payerBankBin: '',
      });
    });
    expect(drawn.count).to.equal(lines.now);

    const movements = movementsInOrder(await movementsOfBatch(test().db, 900n));
    const told = Object.fromEntries(movements.map(({ kind, people }) => [kind, people]));
    expect(told).to.deep.equal({ same: lines.now - 3n, new: 1n, more: 1n, less: 1n, ended: 3n });
    const before = movements.reduce((sum, { beforeVnd }) => sum + beforeVnd, 0n);
    expect(before).to.equal(bank.totalVnd);
    expect(movements.find(({ kind }) => kind === 'more')?.otherAccountCount).to.equal(1n);
    const notable = await notableLines(test().db, 900n);
    expect(notable.filter(({ why }) => why !== 'largest').map(({ why }) => why)).to.deep.equal([
      'other_account',
      'raised',
    ]);
  });

  it('keeps who is held with the batch, the most people first', async () => {
    const held = [
      { reason: 'not-verified', people: 1n, vnd: 600_000n },
      { reason: 'POP_NAME_DOUBTFUL', people: 3n, vnd: 1_500_000n },
    ];
    await write(test().db, (tx) => addHeldBack(tx, { batchId: 900n, held }));
    expect(await heldBackBeside(test().db, 900n)).to.deep.equal(held.toReversed());
  });

  it('has words for every reason that the database takes', async () => {
    const [rule] = await many<{ says: string }>(
      test().db,
      `select pg_get_constraintdef(oid) as says from pg_constraint
        where conrelid = 'batch_movement'::regclass and conname = 'batch_movement_kind_check'`,
    );
    const kinds = [...(rule?.says ?? '').matchAll(/'(\w+)'::text/g)].map(([, kind]) => kind);
    expect(kinds).to.have.members(Object.keys(BATCH_MOVEMENTS));
  });

  it('refuses a movement that pays who is not in the batch', async () => {
    const error: unknown = await write(test().db, (tx) =>
      many(tx, `insert into batch_movement values (900, 'held', 1, 0, 5, 5)`),
    ).catch((caught: unknown) => caught);
    expect(violatedConstraint(error)).to.equal('who_is_not_in_it_is_paid_nothing');
  });

  /** A month after: three are gone, one is new, one has more and another account, one has less. */
  async function plantNextMonth(batchId: bigint): Promise<{ now: bigint }> {
    const { owner } = test();
    await owner.raw(`select open_period('${NEXT}', now())`);
    await owner.raw(`set session_replication_role = replica`);
    await owner.raw(`
      insert into disbursement_batch
      select 900, 'NEXT', '${NEXT}', programme, province_code, channel, 1, value_date,
             instruction_count, total_vnd, content_hash, prepared_by, prepared_at
        from disbursement_batch where batch_id = ${batchId}`);
    const { rows } = await owner.raw<{ rows: { n: bigint }[] }>(`
      with old as (
        select i.*, row_number() over (order by recipient_id) as no from payment_instruction i
         where batch_id = ${batchId}
      ), made as (
        insert into payment_instruction
        select case when no = 3 then 999999 else recipient_id end, '${NEXT}',
               due_reference('${NEXT}', programme,
                             case when no = 3 then 999999 else recipient_id end, assessment_no)
                 || 'T1',
               programme, assessment_no, 1, 900,
               amount_vnd + case no when 4 then 1000 when 5 then -1000 else 0 end, channel_no,
               payee_name, citizen_number, bank_bin,
               case when no = 4 then account_number || '9' else account_number end, commune_code,
               line_hash
          from old where no > 2
        returning 1)
      select count(*) as n from made`);
    return { now: rows[0]?.n ?? 0n };
  }
});
