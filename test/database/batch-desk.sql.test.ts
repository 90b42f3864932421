import { expect } from 'chai';
import { addBatchRefusal } from '../../src/approval/approval.sql.ts';
import { approveBatch } from '../../src/approval/approve-batch.flow.ts';
import { refuseBatch, type BatchRefused } from '../../src/approval/refuse-batch.flow.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import {
  batchOnDesk,
  eventsAbout,
  handsIn,
  linesOnDesk,
  listBatches,
  paymentFilesOf,
  signaturesOfBatch,
  type BatchFilter,
} from '../../src/batch/batch-desk.sql.ts';
import type { BatchHead } from '../../src/batch/batch.sql.ts';
import { violatedConstraint, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { TOWN_PERIOD, walkTown, type Town } from '../support/town.ts';

const [FIRST, SECOND] = SANDBOX_PERSONS.checkers;
const AT = '2026-10-23T03:00:00Z';
const STEP_UP = new Date('2026-10-23T02:58:00Z');
const REASON = 'Sai số tài khoản của ba người ở xã Nghi Phong';

const EVERYTHING: BatchFilter = {
  units: ['40'],
  period: null,
  programme: null,
  state: null,
  kind: null,
  code: null,
  after: null,
  atMost: 50,
};

describe('the desk of whoever signs', () => {
  const test = useDatabase();
  let town: Town;
  let bank: BatchHead;
  let post: BatchHead;
  before(async () => {
    town = await walkTown(test(), { until: 'rendered', recipients: 40 });
    const [first, second] = await town.batches();
    if (first === undefined || second === undefined) throw new Error('a town has two batches');
    [bank, post] = [first, second];
  });

  const refuse = (actor: string, change: Partial<BatchRefused> = {}): Promise<void> =>
    refuseBatch(test().context({ actor, at: AT }), {
      batchId: bank.batchId,
      kind: 'rejected',
      reason: REASON,
      seen: bank,
      stepUpAt: STEP_UP,
      ...change,
    });

  it('lists the newest first, a page by its key, and nothing of another province', async () => {
    const all = await listBatches(test().db, EVERYTHING);
    const made = (await town.batches()).map(({ batchId }) => batchId);
    expect(all.map(({ batchId }) => batchId)).to.deep.equal(made.toReversed());
    const next = await listBatches(test().db, { ...EVERYTHING, after: post.batchId });
    expect(next.map(({ batchId }) => batchId)).to.deep.equal([bank.batchId]);
    expect(await listBatches(test().db, { ...EVERYTHING, units: ['01'] })).to.deep.equal([]);
    const named = await listBatches(test().db, { ...EVERYTHING, code: bank.batchCode });
    expect(named.map(({ batchCode }) => batchCode)).to.deep.equal([bank.batchCode]);
  });

  it('shows a batch to its province alone, with what is signed', async () => {
    const of = { batchId: bank.batchId, units: ['40'] };
    const shown = await batchOnDesk(test().db, of);
    expect(shown).to.deep.include({
      contentHash: bank.contentHash,
      filesHash: bank.filesHash,
      state: 'prepared',
    });
    expect(await batchOnDesk(test().db, { ...of, units: ['01'] })).to.equal(undefined);
    const files = await paymentFilesOf(test().db, bank.batchId);
    expect(files.reduce((sum, { totalVnd }) => sum + totalVnd, 0n)).to.equal(bank.totalVnd);
    expect(await handsIn(test().db, { batchId: bank.batchId, personId: FIRST })).to.deep.equal([]);
    const maker = { batchId: bank.batchId, personId: SANDBOX_PERSONS.maker };
    expect(await handsIn(test().db, maker)).to.include('prepared');
  });

  it('turns the pages of its lines without losing or repeating one, small or large', async () => {
    // Told that it is large, the lines are found by the key instead.
    for (const instructionCount of [bank.instructionCount, 1_000_000n]) {
      const seen: string[] = [];
      let after: { recipientId: bigint; reference: string } | null = null;
      for (;;) {
        const page = await linesOnDesk(test().db, { ...lines(instructionCount), after, atMost: 7 });
        seen.push(...page.map(({ reference }) => reference));
        const last = page.at(-1);
        if (last === undefined) break;
        after = last;
      }
      expect(new Set(seen).size).to.equal(seen.length);
      expect(BigInt(seen.length)).to.equal(bank.instructionCount);
    }
  });

  it('finds the lines of one commune, of one recipient, and from an amount on', async () => {
    const all = await linesOnDesk(test().db, lines(bank.instructionCount));
    const [one] = all;
    if (one === undefined) throw new Error('a batch has lines');
    for (const instructionCount of [bank.instructionCount, 1_000_000n]) {
      const { communeCode, recipientId } = one;
      const inCommune = await linesOnDesk(test().db, { ...lines(instructionCount), communeCode });
      expect(inCommune).to.deep.equal(all.filter((line) => line.communeCode === communeCode));
      const his = await linesOnDesk(test().db, { ...lines(instructionCount), recipientId });
      expect(his).to.deep.equal(all.filter((line) => line.recipientId === recipientId));
      const leastVnd = 1_000_000n;
      const large = await linesOnDesk(test().db, { ...lines(instructionCount), leastVnd });
      expect(large).to.deep.equal(all.filter(({ amountVnd }) => amountVnd >= leastVnd));
    }
  });

  it('refuses a refusal that is late, short, of other content, or of who may not', async () => {
    expect(await whatRefused(refuse(FIRST, { reason: 'sai rồi' }))).to.equal('reason-too-short');
    expect(
      await whatRefused(refuse(FIRST, { stepUpAt: new Date('2026-10-23T02:00:00Z') })),
    ).to.equal('checker-not-entitled');
    expect(await whatRefused(refuse(FIRST, { seen: post }))).to.equal('batch-changed');
    expect(await whatRefused(refuse(SANDBOX_PERSONS.maker))).to.equal('checker-not-entitled');
    expect(await whatRefused(refuse(FIRST, { kind: 'taken-back' }))).to.equal('batch-not-in-state');
    expect(await whatRefused(refuse(FIRST, { batchId: 99n }))).to.equal('batch-unknown');
  });

  it('rejects a prepared batch once, with the reason and an event', async () => {
    await refuse(FIRST);
    const shown = await batchOnDesk(test().db, { batchId: bank.batchId, units: ['VN'] });
    expect(shown).to.deep.include({
      state: 'withdrawn',
      refusalKind: 'rejected',
      refusalReason: REASON,
    });
    const events = await eventsAbout(test().db, { subject: `batch/${bank.batchId}`, atMost: 10 });
    expect(events.map(({ action }) => action)).to.include.members([
      'batch-rejected',
      'batch-withdrawn',
    ]);
    expect(await whatRefused(refuse(SECOND))).to.equal('batch-not-in-state');
  });

  it('takes back an approved batch before it leaves, and shows who had signed', async () => {
    for (const actor of [FIRST, SECOND]) {
      const context = test().context({ actor, at: AT });
      await approveBatch(context, { batchId: post.batchId, seen: post, stepUpAt: STEP_UP });
    }
    const signatures = await signaturesOfBatch(test().db, post.batchId);
    expect(signatures.map(({ personId }) => personId)).to.deep.equal([FIRST, SECOND]);
    expect(signatures.every(({ eventHash }) => eventHash?.length === 64)).to.equal(true);
    await refuse(SECOND, { batchId: post.batchId, kind: 'taken-back', seen: post });
    const shown = await batchOnDesk(test().db, { batchId: post.batchId, units: ['40'] });
    expect(shown).to.deep.include({ state: 'withdrawn', refusalKind: 'taken-back' });
  });

  it('lets no approved batch leave before its stop period is over', async () => {
    const tx = await test().owner.transaction();
    try {
      await tx.raw(`insert into stop_period values ('2020-01-02', 'sandbox', 30, 'test')`);
      await tx.raw('alter table batch_state disable trigger check_step');
      await tx.raw('alter table batch_state disable trigger check_step_proof');
      await tx.raw(`update batch_state set state = 'approved', came_from = 'prepared',
                           changed_at = '2026-10-23 03:00Z' where batch_id = ${post.batchId}`);
      const leave = (at: string): Promise<unknown> =>
        tx.raw(`update batch_state set state = 'released', came_from = 'approved',
                       changed_at = '${at}' where batch_id = ${post.batchId}`);
      await tx.raw('savepoint before_leaving');
      expect(await whatRefused(leave('2026-10-23 03:29Z'))).to.equal('stop_period_has_passed');
      await tx.raw('rollback to savepoint before_leaving');
      expect(await whatRefused(leave('2026-10-23 03:30Z'))).to.equal('nothing');
    } finally {
      await tx.rollback();
    }
  });

  it('keeps one refusal of a batch, whoever stores it', async () => {
    const error: unknown = await write(test().db, (tx) =>
      addBatchRefusal(tx, {
        batchId: post.batchId,
        kind: 'taken-back',
        personId: FIRST,
        reason: REASON,
        contentHash: post.contentHash,
        at: new Date(AT),
        stepUpAt: STEP_UP,
      }),
    ).catch((caught: unknown) => caught);
    expect(violatedConstraint(error)).to.equal('batch_is_where_it_was_seen');
  });

  function lines(instructionCount: bigint): Parameters<typeof linesOnDesk>[1] {
    return {
      batchId: bank.batchId,
      instructionCount,
      period: TOWN_PERIOD,
      communeCode: null,
      recipientId: null,
      leastVnd: null,
      after: null,
      atMost: 1000,
    };
  }
});
