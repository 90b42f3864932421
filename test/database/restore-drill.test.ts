import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { creditedByReference, takeWaitingPayments } from '../../adapters/sandbox/bank.ts';
import { paidByReference, takeWaitingLists } from '../../adapters/sandbox/post-office.ts';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { release as releaseJob } from '../../jobs/06-release.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import { advanceBatch, batchesOf } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { alarmsOfUnits } from '../../src/operations/alarm.sql.ts';
import type { Context } from '../../src/platform/context.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import { backUp, restoreInto } from '../../src/platform/backup.ts';
import { connect, connectAsOwner, many, one, write, type Db } from '../../src/platform/db.ts';
import { releaseBatches, type Transports } from '../../src/release/release-batches.flow.ts';
import { releaseEpoch, tellFate } from '../../src/release/epoch.flow.ts';
import { answeredBeforeSent, currentEpoch, forgottenFiles } from '../../src/release/epoch.sql.ts';
import { bookReleased, claimFiles } from '../../src/release/release.sql.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import {
  brokenInvariants,
  databaseUrl,
  useDatabase,
  type TestDatabase,
} from '../support/database.ts';
import { useOwnServer } from '../support/own-server.ts';
import { triedAndUndone, whatRefused, withoutRules } from '../support/refused.ts';
import {
  askWhoDied,
  signAll,
  TOWN_PERIOD,
  TOWN_SCOPE,
  townSettlement,
  townTransports,
  walkTown,
  type Town,
} from '../support/town.ts';

// F18 and I37: a town is backed up when its batches are signed; then they are sent and the counterparts book
// them; then the machine is lost and the backup restored, on another server, which is killed as soon as it holds
// it. The bank's own books say whether anybody is paid twice.

const SEED = 7;
const AT = '2026-11-02T01:00:00Z';
const RESTORED_AT = '2026-11-02T05:00:00Z';
const AFTER = '2026-11-02T06:00:00Z';
const OF_THE_TOWN = { period: TOWN_PERIOD, state: 'approved' } as const;

describe('a database that is restored after files were sent (F18)', function () {
  this.timeout(120_000);
  const test = useDatabase();
  const second = useOwnServer();
  const backups = mkdtempSync(join(tmpdir(), 'an-sinh-backup-'));
  const opened: { db: Db; owner: Db }[] = [];
  const template = `restored_${randomBytes(6).toString('hex')}`;
  let town: Town;
  let hashBefore: string;

  const asMaintenance = async (statement: string): Promise<void> => {
    const maintenance = connectAsOwner(second.url());
    try {
      await maintenance.raw(statement);
    } finally {
      await maintenance.destroy();
    }
  };

  /** The life after the restore: another database, with the archive of the first or with none. */
  const restored = async (
    archive?: Context['archive'],
  ): Promise<{ context: Context; owner: Db }> => {
    const name = `restored_${randomBytes(6).toString('hex')}`;
    await asMaintenance(`create database ${name} template ${template}`);
    const own = databaseUrl(second.url(), name);
    const [db, owner] = [connect(own), connectAsOwner(own)];
    opened.push({ db, owner });
    return {
      context: {
        ...test().context({ actor: SANDBOX_PERSONS.maker, at: RESTORED_AT }),
        db,
        ...(archive === undefined ? {} : { archive }),
      },
      owner,
    };
  };

  /** What is put by a life after the restore: the sandbox bank alone would hide a second file. */
  const puts: string[] = [];
  const noting: Transports = (profile) => ({
    whereIs: (file) => townTransports(town.folder)(profile).whereIs(file),
    deliver: (file) => {
      puts.push(file.name);
      return townTransports(town.folder)(profile).deliver(file);
    },
  });

  const send = (context: Context): Promise<unknown> =>
    releaseBatches(context, noting, {
      period: TOWN_PERIOD,
      owner: 'drill',
      leaseSeconds: 60,
    });

  /** Counterparts that are never asked: nothing gets so far. */
  const job = (context: Context): Promise<unknown> =>
    releaseJob.run(
      context,
      { transports: noting } as unknown as Parameters<typeof releaseJob.run>[1],
      { ...TOWN_SCOPE, officer: 'CB-01', unitCode: '40' },
    );

  /** The rule of the database, for whoever would send past the look of the flow. */
  const expectNoneIsClaimed = async ({ db, actor }: Context): Promise<void> => {
    const by = { actor, at: new Date(RESTORED_AT), owner: 'past the look', leaseSeconds: 60 };
    const signed = await batchesOf(db, OF_THE_TOWN);
    expect(signed).to.have.length(2);
    for (const { batchId } of signed) {
      const claimed = triedAndUndone(db, async (tx) => {
        await advanceBatch(tx, 'batch-released', { batchId, ...by });
        await claimFiles(tx, { batchId, ...by });
      });
      expect(await claimed).to.equal('bank_has_not_spoken_of_it');
    }
  };

  /** What had been taken before the machine was lost is laid down again, as the bank does when asked. */
  const layDownAgain = (): void => {
    for (const channel of ['bank', 'post']) {
      const out = join(town.folder, channel, 'out');
      for (const name of readdirSync(join(out, 'taken'))) {
        renameSync(join(out, 'taken', name), join(out, name));
      }
    }
  };

  const books = async (): Promise<Map<string, bigint>> =>
    new Map([
      ...(await creditedByReference(join(town.folder, 'bank'))),
      ...(await paidByReference(join(town.folder, 'post'))),
    ]);

  const counterpartsWork = async (): Promise<void> => {
    await takeWaitingPayments({ folder: join(town.folder, 'bank'), seed: SEED });
    await takeWaitingLists({ folder: join(town.folder, 'post'), seed: SEED });
  };

  let paid: Map<string, bigint>;
  before(async () => {
    town = await walkTown(test(), { until: 'approved', recipients: 60, seed: SEED });
    await askWhoDied(test(), AT);
    hashBefore = await stateHash(test().db);
    const { tables, rows } = await backUp(test().url, join(backups, 'one'), new Date(AT));
    expect(tables).to.be.greaterThan(60);
    expect(Number(rows)).to.be.greaterThan(5000);
    await asMaintenance(`create database ${template}`);
    const by = { at: new Date(RESTORED_AT), by: 'CB-01' };
    await restoreInto(databaseUrl(second.url(), template), join(backups, 'one'), by);
    // What was restored and answered for is there, also when the machine falls over at once.
    second.kill();
    await second.startAgain();
    const context = test().context({ actor: SANDBOX_PERSONS.maker, at: AT });
    await send(context);
    await counterpartsWork();
    await receiveFiles(context, townSettlement(town.folder), { period: TOWN_PERIOD });
    await reconcile(context);
    expect(puts.splice(0)).to.have.length(2);
    paid = await books();
    expect(paid.size).to.be.greaterThan(40);
  });
  after(async () => {
    for (const { db, owner } of opened) await Promise.all([db.destroy(), owner.destroy()]);
    rmSync(backups, { recursive: true, force: true });
  });

  it('is the database that was backed up, row for row, with every rule in force', async () => {
    const { context, owner } = await restored();
    expect(await stateHash(context.db)).to.equal(hashBefore);
    expect(await brokenInvariants(context.db)).to.deep.equal([]);
    const asleep = await many(
      owner,
      `select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'
       union all select conname from pg_constraint where not convalidated`,
    );
    expect(asleep).to.deep.equal([]);
    const keys = (db: Db): Promise<unknown> =>
      one(db, `select count(*) as keys from pg_constraint where contype = 'f' and conparentid = 0`);
    expect(await keys(owner)).to.deep.equal(await keys(test().owner));
  });

  it('sends nothing before the statements are read, then books what was sent, and pays nobody twice', async () => {
    const { context } = await restored();
    // The rule of the database, for whoever would send past the check; then the check.
    expect(await whatRefused(send(context))).to.equal('restored_is_reconciled_first');
    expect(await whatRefused(releaseEpoch(context, { reason: 'too soon' }))).to.equal(
      'epoch-not-reconciled',
    );
    expect(await whatRefused(job(context))).to.equal('epoch-held');
    // The journal beside the archive names the very bytes that are approved here: booked, and not put.
    expect(await forgottenFiles(context.db, 2n)).to.have.length(2);
    const states = await many(context.db, 'select distinct state from file_dispatch');
    expect(states).to.deep.equal([{ state: 'sent' }]);
    expect(await currentEpoch(context.db)).to.include({
      held: true,
      objection: 'statements_since_are_read',
    });

    layDownAgain();
    await receiveFiles(context, townSettlement(town.folder), { period: TOWN_PERIOD });
    await reconcile(context);
    expect(await releaseEpoch(context, { reason: 'sao kê đã đối soát' })).to.equal(2n);
    await send(context);
    await counterpartsWork();

    expect(puts).to.deep.equal([]);
    expect(await books()).to.deep.equal(paid);
    expect(await brokenInvariants(context.db)).to.deep.equal([]);
    // It has come to where the first life was.
    const fates = (db: Db): Promise<unknown> =>
      many(db, 'select outcome, count(*) as lines from payment_outcome group by 1 order by 1');
    expect(await fates(context.db)).to.deep.equal(await fates(test().db));
  });

  it('whose journal is lost as well sends none of which the bank has spoken', async () => {
    const elsewhere = archiveIn(mkdtempSync(join(backups, 'archive-')));
    const { context, owner } = await restored(elsewhere);
    expect(await whatRefused(job(context))).to.equal('epoch-held');
    expect(await many(context.db, 'select from file_dispatch')).to.deep.equal([]);
    layDownAgain();
    await receiveFiles(context, townSettlement(town.folder), { period: TOWN_PERIOD });
    await reconcile(context);
    await releaseEpoch(context, { reason: 'sao kê đã đọc' });
    // The post office has no statement: what says that its list went out is the answer that nobody knew.
    expect(await send(context)).to.include({ batches: 0, answered: 2 });
    await expectNoneIsClaimed(context);
    await counterpartsWork();
    expect(await books()).to.deep.equal(paid);
    expect(puts).to.deep.equal([]);
    // With the rule off it would be claimed a second time, and the audit says so.
    await many(owner, 'alter table file_dispatch disable trigger check_epoch_of_dispatch');
    await write(context.db, async (tx) => {
      const [first] = await batchesOf(tx, OF_THE_TOWN);
      const by = { batchId: first?.batchId ?? 0n, actor: 'past the look', at: new Date(AFTER) };
      await advanceBatch(tx, 'batch-released', by);
      await bookReleased(tx, { ...by, period: TOWN_PERIOD, on: '2026-11-02' });
      await claimFiles(tx, { ...by, owner: 'past the look', leaseSeconds: 60 });
    });
    expect(await brokenInvariants(context.db)).to.include('I37');
  });

  it('is recognised by the journal when it was restored by other hands', async () => {
    const { context, owner } = await restored();
    // As pg_restore or a snapshot would leave it: without an epoch of its own.
    await many(owner, 'delete from epoch where epoch_no > 1');
    expect(await whatRefused(job(context))).to.equal('epoch-held');
    expect(await currentEpoch(context.db)).to.include({ cause: 'found', held: true });
  });

  it('keeps a file that the bank has not until a person has said so, once', async () => {
    const { context, owner } = await restored();
    await context.archive.sent.note({
      sha256: 'ab'.repeat(32),
      name: 'TG-LOST.xml',
      channel: 'BANK',
      putAt: new Date(AT),
    });
    await whatRefused(job(context));
    expect((await currentEpoch(context.db)).objection).to.equal('every_sent_file_has_a_fate');
    await tellFate(context, { name: 'TG-LOST.xml', fate: 'bank-has-not' });
    expect(
      await whatRefused(tellFate(context, { name: 'TG-LOST.xml', fate: 'bank-has-it' })),
    ).to.equal('epoch-not-held');
    expect(await whatRefused(many(owner, `update epoch_file set fate = 'bank-has-it'`))).to.equal(
      'one_fate_a_file',
    );
    expect((await currentEpoch(context.db)).objection).to.equal('statements_since_are_read');
  });

  it('comes of a whole backup into an empty database only', async () => {
    const into = (url: string, folder = join(backups, 'one')): Promise<string> =>
      whatRefused(restoreInto(url, folder, { at: new Date(RESTORED_AT), by: 'CB-01' }));
    expect(await into(test().url)).to.equal('database-not-empty');
    expect(await into(test().url, backups)).to.equal('backup-damaged');
    await backUp(test().url, join(backups, 'cut'), new Date(AT));
    truncateSync(join(backups, 'cut', 'file.copy.gz'), 40);
    expect(await into(test().url, join(backups, 'cut'))).to.equal('backup-damaged');
    appendFileSync(join(backups, 'cut', 'manifest.json'), 'x');
    expect(await into(test().url, join(backups, 'cut'))).to.equal('backup-damaged');
  });

  it('holds what is gathered again of a batch that the bank has paid, and pays the rest of it alone', async () => {
    const { context, owner } = await restored(test().context().archive);
    const as: TestDatabase['context'] = ({ actor = context.actor, at = RESTORED_AT } = {}) => ({
      ...context,
      actor,
      clock: () => new Date(at),
    });
    const again = async (): Promise<void> => {
      for (const { batchId } of await batchesOf(context.db, OF_THE_TOWN)) {
        const by = { batchId, actor: 'a person', at: new Date(RESTORED_AT) };
        await write(context.db, (tx) => advanceBatch(tx, 'batch-pulled', by));
      }
      await gatherBatches(context, TOWN_SCOPE);
      await renderBatches(context, paymentFileWriters, TOWN_SCOPE);
      await signAll({ db: context.db, context: as }, RESTORED_AT);
      await askWhoDied({ context: as }, RESTORED_AT);
    };
    // Withdrawn before anybody has heard the bank, and signed anew: under other references, in other files.
    await again();
    expect(await whatRefused(job(context))).to.equal('epoch-held');
    for (const { name } of await forgottenFiles(context.db, 2n)) {
      await tellFate(context, { name, fate: 'bank-has-it' });
    }
    layDownAgain();
    await receiveFiles(context, townSettlement(town.folder), { period: TOWN_PERIOD });
    await reconcile(context);
    await releaseEpoch(context, { reason: 'sao kê đã đọc' });
    expect(await send(context)).to.include({ batches: 0, answered: 2 });
    expect(await send(context)).to.include({ batches: 0, answered: 2 });
    await expectNoneIsClaimed(context);
    expect(puts).to.deep.equal([]);
    const seen = await answeredBeforeSent(context.db, { period: TOWN_PERIOD });
    expect(seen.map(({ channel }) => channel).sort()).to.deep.equal(['BANK', 'POST']);
    const told = await alarmsOfUnits(context.db, { at: new Date(RESTORED_AT) });
    expect(told.map(({ kind }) => kind)).to.deep.equal([
      'answered-before-sent',
      'answered-before-sent',
    ]);

    // As if the bank's file had been another, gathered after the backup, and three people not in it: they alone are
    // owed without a doubt. The list of the post office is out, and stays out.
    const three = `(select recipient_id from payment_instruction join disbursement_batch b using (batch_id)
                     where b.channel = 'BANK' group by 1 order by 1 limit 3)`;
    await owner.transaction((tx) =>
      withoutRules(
        tx,
        `with spoken as (delete from settlement_line where recipient_id in ${three})
         update settlement_file set original_message_id = 'LOST' where channel = 'BANK'`,
      ),
    );
    await again();
    expect(await send(context)).to.include({ batches: 1, answered: 0, sent: 1 });
    expect(puts.splice(0)).to.have.length(1);
    const sent = await many(
      context.db,
      `select count(*) filter (where recipient_id in ${three}) as "ofThree",
              count(*) filter (where exists (select from settlement_line l
                                              where l.recipient_id = i.recipient_id)) as spoken
         from payment_instruction i join file_dispatch using (batch_id)`,
    );
    expect(sent).to.deep.equal([{ ofThree: 3n, spoken: 0n }]);
  });
});
