import { expect } from 'chai';
import { addPerson, signersOf } from '../../src/approval/approval.sql.ts';
import { approveBatch, type ApprovalRequest } from '../../src/approval/approve-batch.flow.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchContent, type BatchHead } from '../../src/batch/batch.sql.ts';
import { many, one, write } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { holding, untilWaiting, whatRefused } from '../support/refused.ts';
import { walkTown } from '../support/town.ts';

const [FIRST, SECOND] = SANDBOX_PERSONS.checkers;
const AT = '2026-10-23T03:00:00Z';
const STEP_UP = new Date('2026-10-23T02:58:00Z');

/** A town whose two batches wait for their signatures. */
async function preparedTown(test: TestDatabase): Promise<[BatchHead, BatchHead]> {
  const town = await walkTown(test, { until: 'rendered', recipients: 30 });
  const [bank, post] = await town.batches();
  if (bank === undefined || post === undefined) throw new Error('a town has two batches');
  return [bank, post];
}

function sign(
  test: TestDatabase,
  actor: string,
  seen: BatchHead,
  change: Partial<ApprovalRequest> = {},
): Promise<{ approved: boolean }> {
  const request = { batchId: seen.batchId, seen, stepUpAt: STEP_UP, ...change };
  return approveBatch(test.context({ actor, at: AT }), request);
}

async function committed({ db }: TestDatabase): Promise<bigint> {
  return (await one<{ vnd: bigint }>(db, 'select sum(committed_vnd)::bigint as vnd from budget'))
    .vnd;
}

async function stateOf({ db }: TestDatabase, { batchId }: BatchHead): Promise<string | undefined> {
  return (await batchContent(db, batchId))?.state;
}

async function addChecker(test: TestDatabase, personId: string, limitVnd: bigint | null = null) {
  const { n } = await one<{ n: number }>(test.db, 'select count(*)::int as n from person');
  await write(test.db, (tx) =>
    addPerson(tx, {
      personId,
      fullName: personId,
      citizenNumber: `04018500000${n}`,
      role: 'checker',
      unitCode: '40',
      limitVnd,
      grantedBy: 'somebody',
      at: new Date('2026-01-05T02:00:00Z'),
    }),
  );
}

describe('approveBatch', () => {
  const test = useDatabase();
  let batch: BatchHead;
  let another: BatchHead;
  before(async () => {
    [batch, another] = await preparedTown(test());
    await addChecker(test(), 'low-limit', batch.totalVnd - 1n);
  });

  it('refuses a batch that is not there', async () => {
    expect(await whatRefused(sign(test(), FIRST, batch, { batchId: 99n }))).to.equal(
      'batch-unknown',
    );
  });

  it('tells each refusal by its code, and leaves no trace of it', async () => {
    const refused = async (actor: string, change: Partial<ApprovalRequest> = {}): Promise<string> =>
      whatRefused(sign(test(), actor, batch, change));
    expect(await refused(SANDBOX_PERSONS.maker)).to.equal('checker-is-maker');
    expect(await refused(FIRST, { stepUpAt: new Date('2026-10-23T02:54:59Z') })).to.equal(
      'checker-not-entitled',
    );
    for (const seen of [
      { ...batch, contentHash: another.contentHash },
      { ...batch, filesHash: another.filesHash },
      { ...batch, totalVnd: batch.totalVnd + 1n },
      { ...batch, instructionCount: batch.instructionCount + 1n },
    ]) {
      expect(await refused(FIRST, { seen })).to.equal('batch-changed');
    }
    expect(await signersOf(test().db, batch.batchId)).to.deep.equal([]);
    expect(
      await many(test().db, `select from audit_event where action = 'batch-signed'`),
    ).to.deep.equal([]);
  });

  it('does not approve with the first signature', async () => {
    expect(await sign(test(), FIRST, batch)).to.deep.equal({ approved: false });
    expect(await stateOf(test(), batch)).to.equal('prepared');
    expect(await committed(test())).to.equal(0n);
  });

  it('refuses the last signature of whose limit is below the total', async () => {
    expect(await whatRefused(sign(test(), 'low-limit', batch))).to.equal('signature-above-limit');
    expect(await signersOf(test().db, batch.batchId)).to.deep.equal([FIRST]);
  });

  it('refuses the second signature of the same person', async () => {
    expect(await whatRefused(sign(test(), FIRST, batch))).to.equal('batch-not-in-state');
    expect(await signersOf(test().db, batch.batchId)).to.deep.equal([FIRST]);
  });

  it('approves with the second, and commits the total once', async () => {
    expect(await sign(test(), SECOND, batch)).to.deep.equal({ approved: true });
    expect(await stateOf(test(), batch)).to.equal('approved');
    expect(await committed(test())).to.equal(batch.totalVnd);
  });

  it('refuses a third: the batch has moved on', async () => {
    await addChecker(test(), 'third');
    expect(await whatRefused(sign(test(), 'third', batch))).to.equal('batch-not-in-state');
    expect(await committed(test())).to.equal(batch.totalVnd);
  });

  it('passes its boundaries after what it tells is there', async () => {
    const passed: string[] = [];
    for (const actor of [FIRST, SECOND]) {
      const boundary = (name: string): void => {
        passed.push(name);
      };
      await approveBatch(test().context({ actor, at: AT, boundary }), {
        batchId: another.batchId,
        seen: another,
        stepUpAt: STEP_UP,
      });
    }
    expect(passed).to.deep.equal(['approval:first-signed', 'approval:signed']);
    expect(await committed(test())).to.equal(batch.totalVnd + another.totalVnd);
  });
});

describe('approveBatch, and the budget', () => {
  const test = useDatabase();
  let batch: BatchHead;
  let another: BatchHead;
  const setBudget = (vnd: bigint): Promise<unknown> =>
    many(test().owner, 'update budget set amount_vnd = :vnd', { vnd });

  before(async () => {
    [batch, another] = await preparedTown(test());
    await sign(test(), FIRST, batch);
    await sign(test(), FIRST, another);
  });

  it('refuses the signature that would exceed it by a dong, and keeps the one before', async () => {
    await setBudget(batch.totalVnd - 1n);
    expect(await whatRefused(sign(test(), SECOND, batch))).to.equal('budget-exceeded');
    expect(await signersOf(test().db, batch.batchId)).to.deep.equal([FIRST]);
    expect(await stateOf(test(), batch)).to.equal('prepared');
    expect(await committed(test())).to.equal(0n);
  });

  it('refuses it when there is none', async () => {
    await many(test().owner, 'update budget set year = 2027');
    expect(await whatRefused(sign(test(), SECOND, batch))).to.equal('budget-exceeded');
    await many(test().owner, 'update budget set year = 2026');
  });

  it('lets only one of two through when it is enough for one, at once', async () => {
    await setBudget(batch.totalVnd);
    const budget = await holding(test().owner, 'select from budget for update');
    const outcomes = [batch, another].map((one) => whatRefused(sign(test(), SECOND, one)));
    await untilWaiting(test().owner, 2);
    await budget.rollback();
    const [first, second] = await Promise.all(outcomes);
    expect([first, second].sort()).to.deep.equal(['budget-exceeded', 'nothing']);
    const approved = first === 'nothing' ? batch : another;
    expect(await committed(test())).to.equal(approved.totalVnd);
  });

  it('approves once there is enough', async () => {
    await setBudget(batch.totalVnd + another.totalVnd);
    for (const one of [batch, another]) {
      if ((await stateOf(test(), one)) === 'prepared') await sign(test(), SECOND, one);
    }
    expect(await committed(test())).to.equal(batch.totalVnd + another.totalVnd);
  });
});

describe('approveBatch, by two at once', () => {
  const test = useDatabase();
  let batch: BatchHead;
  let another: BatchHead;
  before(async () => {
    [batch, another] = await preparedTown(test());
  });

  /** Lets signatures go on only when all of them have reached the batch. */
  async function together<Result>(
    seen: BatchHead,
    signatures: () => Promise<Result>[],
  ): Promise<Result[]> {
    const held = await holding(
      test().owner,
      `select from batch_state where batch_id = ${seen.batchId} for update`,
    );
    const all = signatures();
    await untilWaiting(test().owner, all.length);
    await held.rollback();
    return Promise.all(all);
  }

  it('takes both signatures, and the later of them approves', async () => {
    const outcomes = await together(batch, () =>
      [FIRST, SECOND].map((actor) => sign(test(), actor, batch)),
    );
    expect(outcomes.map(({ approved }) => approved).sort()).to.deep.equal([false, true]);
    expect(await stateOf(test(), batch)).to.equal('approved');
    expect(await committed(test())).to.equal(batch.totalVnd);
    expect((await signersOf(test().db, batch.batchId)).length).to.equal(2);
  });

  it('takes one signature of a person who presses the button in two windows', async () => {
    const outcomes = await together(another, () =>
      [FIRST, FIRST].map((actor) => whatRefused(sign(test(), actor, another))),
    );
    expect(outcomes.sort()).to.deep.equal(['batch-not-in-state', 'nothing']);
    expect(await signersOf(test().db, another.batchId)).to.deep.equal([FIRST]);
    expect(await stateOf(test(), another)).to.equal('prepared');
  });

  it('takes two of three who come at once, and tells the third that it has moved on', async () => {
    await addChecker(test(), 'third');
    await addChecker(test(), 'fourth');
    const outcomes = await together(another, () =>
      [SECOND, 'third', 'fourth'].map((actor) => whatRefused(sign(test(), actor, another))),
    );
    expect(outcomes.sort()).to.deep.equal(['batch-not-in-state', 'batch-not-in-state', 'nothing']);
    expect(await stateOf(test(), another)).to.equal('approved');
    expect(await committed(test())).to.equal(batch.totalVnd + another.totalVnd);
  });
});

describe('approveBatch, while the right to sign is taken away', () => {
  const test = useDatabase();
  let batch: BatchHead;
  before(async () => {
    [batch] = await preparedTown(test());
    for (const person of ['revoked', 'kept', 'sacked']) await addChecker(test(), person);
  });

  const REVOKE = `update person_role set revoked_at = '2026-10-23T02:59:00Z' where person_id =`;

  it('waits for a revocation that is under way, and refuses the signature', async () => {
    const revoking = await holding(test().owner, `${REVOKE} 'revoked'`);
    const signing = whatRefused(sign(test(), 'revoked', batch));
    await untilWaiting(test().owner, 1);
    await revoking.commit();
    expect(await signing).to.equal('checker-not-entitled');
  });

  it('waits likewise for somebody who is being made inactive', async () => {
    const leaving = await holding(
      test().owner,
      `update person set active = false where person_id = 'sacked'`,
    );
    const signing = whatRefused(sign(test(), 'sacked', batch));
    await untilWaiting(test().owner, 1);
    await leaving.commit();
    expect(await signing).to.equal('checker-not-entitled');
  });

  it('signs when the revocation comes to nothing', async () => {
    const revoking = await holding(test().owner, `${REVOKE} 'kept'`);
    const signing = sign(test(), 'kept', batch);
    await untilWaiting(test().owner, 1);
    await revoking.rollback();
    expect(await signing).to.deep.equal({ approved: false });
  });

  it('makes a revocation wait for a signature that is under way', async () => {
    // The batch's budget is held, so the second signature stays open with everything it has locked.
    const budget = await holding(test().owner, 'select from budget for update');
    const signing = sign(test(), FIRST, batch);
    await untilWaiting(test().owner, 1);
    const revoking = many(
      test().owner,
      `update person_role set revoked_at = '2026-10-23T03:00:01Z' where person_id = '${FIRST}'`,
    );
    await untilWaiting(test().owner, 2);
    await budget.rollback();
    expect(await signing).to.deep.equal({ approved: true });
    await revoking;
    expect(await signersOf(test().db, batch.batchId)).to.have.members(['kept', FIRST]);
  });
});
