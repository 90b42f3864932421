import { expect } from 'chai';
import { advanceBatch, type BatchHead } from '../../src/batch/batch.sql.ts';
import { many, one, write, type Tx } from '../../src/platform/db.ts';
import {
  bookReleased,
  claimedElsewhere,
  claimFiles,
  heldFiles,
  recordDispatch,
  takeOverFiles,
} from '../../src/release/release.sql.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { plantedAndUndone, triedAndUndone, withoutRules } from '../support/refused.ts';
import { table } from '../support/table.ts';
import { askWhoDied, TOWN_PERIOD, walkTown } from '../support/town.ts';

const AT = new Date('2026-11-02T01:00:00Z');
const BY = { actor: 'release', at: AT };

/** A claim of an owner: for a minute, or for a lease that has run out when it is given. */
const lease = (owner: string, leaseSeconds = 60) => ({ owner, leaseSeconds, ...BY });
const RUN_OUT = -1;

async function approvedTown(test: TestDatabase): Promise<[BatchHead, BatchHead]> {
  const town = await walkTown(test, { until: 'approved', recipients: 30 });
  await askWhoDied(test, AT.toISOString());
  const [bank, post] = await town.batches();
  if (bank === undefined || post === undefined) throw new Error('a town has two batches');
  return [bank, post];
}

/** What a flow does to claim a batch: the money in transit and the files held, all or nothing. */
async function claim(tx: Tx, batchId: bigint, owner: string, leaseSeconds = 60): Promise<bigint[]> {
  await advanceBatch(tx, 'batch-released', { batchId, ...BY });
  await bookReleased(tx, { batchId, period: TOWN_PERIOD, on: '2026-11-02' });
  const files = await claimFiles(tx, { batchId, ...lease(owner, leaseSeconds) });
  return files.map(({ fileId }) => fileId);
}

interface Dispatch {
  readonly state: string;
  readonly fence: bigint;
  readonly owner: string;
  readonly sent: boolean;
}

function dispatchOf({ db }: Pick<TestDatabase, 'db'>, fileId: bigint): Promise<Dispatch> {
  return one(
    db,
    `select state, fence, lease_owner as owner, sent_at is not null as sent from file_dispatch
      where file_id = :fileId`,
    { fileId },
  );
}

async function eventsOf({ db }: TestDatabase, fileId: bigint): Promise<string[]> {
  const rows = await many<{ action: string }>(
    db,
    `select action from audit_event where subject = 'file/' || :fileId::bigint order by event_no`,
    { fileId },
  );
  return rows.map(({ action }) => action);
}

describe('the ledger of a release', () => {
  const test = useDatabase();
  let bank: BatchHead;
  before(async () => {
    [bank] = await approvedTown(test());
  });

  it('bookReleased: one transfer a line, from owed to in transit, the sum of the batch', async () => {
    let moved: unknown;
    let transfers: unknown;
    const booking = { batchId: bank.batchId, period: TOWN_PERIOD, on: '2026-11-02' };
    const tried = await triedAndUndone(test().db, async (tx) => {
      moved = await bookReleased(tx, booking);
      transfers = await one(
        tx,
        `select count(*) as n, count(distinct t.reference) as references,
                bool_and(t.debit_account = 'owed' and t.credit_account = 'in_transit'
                         and t.amount_vnd = i.amount_vnd and t.booked_on = '2026-11-02'
                         and t.batch_id = i.batch_id) as right
           from ledger_transfer t
           join payment_instruction i on i.end_to_end_id = t.reference
          where t.kind = 'released'`,
      );
    });
    expect(tried).to.equal('nothing');
    const n = bank.instructionCount;
    expect(moved).to.deep.equal({ count: n, totalVnd: bank.totalVnd });
    expect(transfers).to.deep.equal({ n, references: n, right: true });
  });

  it('bookReleased: a line moves once', async () => {
    const booking = { batchId: bank.batchId, period: TOWN_PERIOD, on: '2026-11-02' };
    const twice = triedAndUndone(test().db, async (tx) => {
      await bookReleased(tx, booking);
      await bookReleased(tx, booking);
    });
    expect(await twice).to.equal('ledger_transfer_2026_11_pkey');
  });

  it('bookReleased: nothing, for a batch that has no line', async () => {
    let moved: unknown;
    await triedAndUndone(test().db, async (tx) => {
      moved = await bookReleased(tx, { batchId: 99n, period: TOWN_PERIOD, on: '2026-11-02' });
    });
    expect(moved).to.deep.equal({ count: 0n, totalVnd: 0n });
  });
});

describe('the files of a release', () => {
  const test = useDatabase();
  let bank: BatchHead;
  let post: BatchHead;
  let file = 0n;
  let postFile = 0n;
  before(async () => {
    [bank, post] = await approvedTown(test());
  });

  it('claimFiles: a file of a batch is its holder’s, from the first fence', async () => {
    [file = 0n] = await write(test().db, (tx) => claim(tx, bank.batchId, 'a'));
    expect(await dispatchOf(test(), file)).to.deep.equal({
      state: 'claimed',
      fence: 1n,
      owner: 'a',
      sent: false,
    });
    expect(await eventsOf(test(), file)).to.deep.equal(['file-claimed']);
  });

  it('claimFiles: a file is claimed once', async () => {
    const again = triedAndUndone(test().db, (tx) =>
      claimFiles(tx, { batchId: bank.batchId, ...lease('b') }),
    );
    expect(await again).to.equal('file_dispatch_pkey');
  });

  it('heldFiles: what is needed to send it, while the lease lasts', async () => {
    const [held, ...others] = await heldFiles(test().db, 'a');
    expect(others).to.deep.equal([]);
    expect(held).to.deep.include({
      fileId: file,
      batchId: bank.batchId,
      channel: 'BANK',
      fence: 1n,
      name: 'TG-2026-11-40-BANK-1-M001.xml',
      dedupesReference: true,
    });
    expect(held?.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(await heldFiles(test().db, 'b')).to.deep.equal([]);
    await write(test().db, async (tx) => {
      [postFile = 0n] = await claim(tx, post.batchId, 'a', RUN_OUT);
    });
    expect((await heldFiles(test().db, 'a')).map(({ fileId }) => fileId)).to.deep.equal([file]);
  });

  it('claimedElsewhere: how many others hold, and for how long at most', async () => {
    const elsewhere = await claimedElsewhere(test().db, 'b');
    expect(elsewhere.count).to.equal(2n);
    expect(elsewhere.seconds).to.be.within(1, 60);
    expect(await claimedElsewhere(test().db, 'a')).to.deep.equal({ count: 0n, seconds: 0 });
  });

  it('takeOverFiles: only what was let go, and the fence rises', async () => {
    const taken = await write(test().db, (tx) => takeOverFiles(tx, lease('b', RUN_OUT)));
    expect(taken).to.deep.equal([{ fileId: postFile }]);
    expect(await dispatchOf(test(), postFile)).to.deep.include({ fence: 2n, owner: 'b' });
    expect(await dispatchOf(test(), file)).to.deep.include({ fence: 1n, owner: 'a' });
    expect(await eventsOf(test(), postFile)).to.deep.equal(['file-claimed', 'file-taken-over']);
  });

  it('takeOverFiles: of eight who come at once, one takes it', async () => {
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        write(test().db, (tx) => takeOverFiles(tx, lease(`c${i}`))),
      ),
    );
    expect(taken.flat()).to.deep.equal([{ fileId: postFile }]);
    expect(await dispatchOf(test(), postFile)).to.deep.include({ fence: 3n });
  });

  it('recordDispatch: the write of a holder with an old fence changes nothing', async () => {
    for (const fence of [1n, 2n, 4n]) {
      const of = { fileId: postFile, fence, state: 'sent', ...BY } as const;
      expect(await write(test().db, (tx) => recordDispatch(tx, of))).to.equal(undefined);
    }
    expect(await dispatchOf(test(), postFile)).to.deep.include({ state: 'claimed', fence: 3n });
  });

  it('recordDispatch: the holder’s own is recorded, once, with its instant', async () => {
    const of = { fileId: file, fence: 1n, state: 'sent', ...BY } as const;
    expect(await write(test().db, (tx) => recordDispatch(tx, of))).to.deep.equal({ fileId: file });
    expect(await write(test().db, (tx) => recordDispatch(tx, of))).to.equal(undefined);
    expect(await dispatchOf(test(), file)).to.deep.include({ state: 'sent', sent: true });
    expect(await eventsOf(test(), file)).to.deep.equal(['file-claimed', 'file-sent']);
  });

  it('recordDispatch: of which nobody can say whether it arrived, a person has to ask', async () => {
    const of = { fileId: postFile, fence: 3n, state: 'unknown', ...BY } as const;
    await write(test().db, (tx) => recordDispatch(tx, of));
    expect(await dispatchOf(test(), postFile)).to.deep.include({ state: 'unknown', sent: false });
    const breaks = await many(
      test().db,
      `select kind, batch_id as "batchId", reference, amount_vnd as vnd, resolved_at as resolved
         from reconciliation_break`,
    );
    expect(breaks).to.deep.equal([
      {
        kind: 'not-answered',
        batchId: post.batchId,
        reference: 'TG-2026-11-40-POST-1-M001',
        vnd: post.totalVnd,
        resolved: null,
      },
    ]);
  });

  it('takeOverFiles: nothing that is no longer claimed', async () => {
    expect(await write(test().db, (tx) => takeOverFiles(tx, lease('d')))).to.deep.equal([]);
  });
});

describe('what may be sent', () => {
  const test = useDatabase();
  let bank: BatchHead;
  let post: BatchHead;
  let other: { fileId: bigint };
  before(async () => {
    [bank, post] = await approvedTown(test());
    other = await one(
      test().db,
      'select file_id as "fileId" from payment_file where batch_id = :batchId',
      { batchId: post.batchId },
    );
  });

  it('is what is approved and released: only_approved_is_sent', async () => {
    const cases = table<'state' | 'rule'>(`
      state       rule
      gathered    only_approved_is_sent
      prepared    only_approved_is_sent
      withdrawn   only_approved_is_sent
      approved    only_approved_is_sent
      released    nothing
      reconciled  nothing
    `);
    for (const { state, rule } of cases) {
      const tried = plantedAndUndone(test().owner, async (tx) => {
        await withoutRules(tx, `update batch_state set state = '${state}'`);
        await many(tx, 'set local role an_sinh_app');
        await claimFiles(tx, { batchId: bank.batchId, ...lease('a') });
      });
      expect(await tried, state).to.equal(rule);
    }
  });

  it('is never the file of another batch under the name of an approved one', async () => {
    const tried = triedAndUndone(test().db, async (tx) => {
      await claim(tx, bank.batchId, 'a');
      await many(
        tx,
        `insert into file_dispatch values (:fileId, :batchId, 'claimed', 'none', 1, 'a', now(), now())`,
        { fileId: other.fileId, batchId: bank.batchId },
      );
    });
    expect(await tried).to.equal('only_approved_is_sent');
  });

  it('is never a batch that has no state at all', async () => {
    const tried = plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(tx, `delete from batch_state where batch_id = ${bank.batchId}`);
      await claimFiles(tx, { batchId: bank.batchId, ...lease('a') });
    });
    expect(await tried).to.equal('only_approved_is_sent');
  });

  it('is never a file that was added after the signatures', async () => {
    const tried = triedAndUndone(test().db, async (tx) => {
      await many(
        tx,
        `insert into file values (next_numbers('file', 1), 'out', 'BANK', 'payment', 'late.xml',
                                  sha256('late'), 4, now())`,
      );
      await many(
        tx,
        `insert into payment_file
         select :batchId, 2, max(file_id), 'LATE', 'LATE', 1, 1, 1, 'A', 1, 'A' from file`,
        { batchId: bank.batchId },
      );
    });
    expect(await tried).to.equal('files_are_sealed_with_the_batch');
  });
});

describe('the steps of a file', () => {
  const test = useDatabase();
  const STATES = ['claimed', 'sent', 'unknown', 'answered', 'withdrawn', 'lost'] as const;
  const STEPS = table<'from' | 'to'>(`
    from     to
    claimed  answered
    claimed  claimed
    claimed  sent
    claimed  unknown
    none     claimed
    none     sent
    sent     answered
    sent     unknown
    unknown  answered
    unknown  sent
    unknown  withdrawn
  `);
  let fileId = 0n;
  let batchId = 0n;
  before(async () => {
    const [bank] = await approvedTown(test());
    ({ batchId } = bank);
    [fileId = 0n] = await write(test().db, (tx) => claim(tx, batchId, 'a'));
  });

  /** Tries one step of a file about which everything else is in order. */
  function stepped(from: string, to: string, claims = from): Promise<string> {
    return plantedAndUndone(test().owner, async (tx) => {
      await withoutRules(
        tx,
        from === 'none'
          ? `delete from file_dispatch where file_id = ${fileId}`
          : `update file_dispatch
                set state = '${from}',
                    sent_at = case when '${from}' in ('sent', 'answered') then now() end
              where file_id = ${fileId}`,
      );
      await many(tx, 'set local role an_sinh_app');
      const sentAt = to === 'sent' || to === 'answered' ? AT.toISOString() : null;
      await many(
        tx,
        from === 'none'
          ? `insert into file_dispatch
             values (:fileId, :batchId, :to, :claims, 1, 'a', now(), now(), :sentAt)`
          : `update file_dispatch
                set state = :to, came_from = :claims, sent_at = :sentAt,
                    fence = fence + case when :to = 'claimed' then 1 else 0 end
              where file_id = :fileId`,
        { fileId, batchId, to, claims, sentAt },
      );
    });
  }

  it('are those of the table', async () => {
    const steps = await many(
      test().db,
      'select from_state as from, to_state as to from dispatch_step order by 1, 2',
    );
    expect(steps).to.deep.equal(STEPS);
  });

  it('are the only ones: of all pairs of states, every other is refused', async () => {
    const allowed = new Set(STEPS.map(({ from, to }) => `${from} ${to}`));
    for (const from of ['none', ...STATES]) {
      // What is unknown comes to an end by an answer or by two persons, and here is neither.
      const unknown: Partial<Record<string, string>> =
        from === 'unknown'
          ? { sent: 'an_unknown_file_is_not_sent_by_itself', withdrawn: 'a_withdrawal_is_decided' }
          : {};
      for (const to of STATES) {
        const held =
          from === 'none' && to === 'sent'
            ? 'found_sent_in_the_journal'
            : (unknown[to] ?? 'nothing');
        const expected = allowed.has(`${from} ${to}`) ? held : 'step_is_allowed';
        expect(await stepped(from, to), `${from} to ${to}`).to.equal(expected);
      }
    }
  });

  it('begin where the file is: a step that is allowed elsewhere is refused', async () => {
    const cases = table<'is' | 'claims' | 'to'>(`
      is        claims   to
      sent      claimed  unknown
      sent      claimed  claimed
      unknown   claimed  sent
      answered  claimed  claimed
    `);
    for (const { is, claims, to } of cases) {
      expect(await stepped(is, to, claims), `${is}, claiming ${claims}`).to.equal(
        'step_begins_where_it_stands',
      );
    }
  });

  it('never lower the fence, nor take a file over without raising it', async () => {
    const cases = [
      [`came_from = 'claimed', fence = fence`, 'fence_only_rises'],
      [`came_from = 'claimed', fence = fence - 1`, 'fence_only_rises'],
      [`came_from = 'claimed', state = 'unknown', fence = fence - 1`, 'fence_only_rises'],
      [`came_from = 'claimed', fence = fence + 1`, 'nothing'],
    ] as const;
    for (const [change, rule] of cases) {
      const tried = triedAndUndone(test().db, (tx) =>
        many(tx, `update file_dispatch set ${change} where file_id = :fileId`, { fileId }),
      );
      expect(await tried, change).to.equal(rule);
    }
  });

  it('give an instant to what was sent and to nothing else', async () => {
    for (const [state, sentAt] of [
      ['sent', 'null'],
      ['unknown', 'now()'],
    ] as const) {
      const tried = triedAndUndone(test().db, (tx) =>
        many(
          tx,
          `update file_dispatch set came_from = state, state = :state, sent_at = ${sentAt}
            where file_id = :fileId`,
          { fileId, state },
        ),
      );
      expect(await tried).to.equal('sent_has_an_instant');
    }
  });
});
