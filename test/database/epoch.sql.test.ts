import { expect } from 'chai';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { many, write, type Tx } from '../../src/platform/db.ts';
import {
  addForgotten,
  adoptFiles,
  batchesFoundSent,
  beginEpoch,
  currentEpoch,
  decideFate,
  endHold,
  forgottenFiles,
  forgottenOf,
} from '../../src/release/epoch.sql.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, triedAndUndone, whatRefused } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE } from '../support/town.ts';

const AT = new Date('2026-11-02T05:00:00Z');
const BEGUN = { cause: 'found', knownUntil: null, actor: 'job/release', at: AT } as const;
const LOST = {
  sha256: 'cd'.repeat(32),
  name: 'TG-LOST.xml',
  channel: 'BANK',
  putAt: new Date('2026-11-02T01:00:00Z'),
};

describe('epochs', () => {
  const test = useDatabase();
  before(() => setUpSandbox(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE));
  /** An epoch with one forgotten file. */
  const begun = async (tx: Tx): Promise<bigint> => {
    const epochNo = await beginEpoch(tx, BEGUN);
    await addForgotten(tx, { epochNo, files: [LOST] });
    return epochNo;
  };

  it('begin with the first, which holds nothing back', async () => {
    const first = await currentEpoch(test().db);
    expect(first).to.include({ epochNo: 1n, cause: 'installed', held: false, objection: null });
    const ended = endHoldNow(1n);
    expect(await write(test().db, ended)).to.equal(undefined);
  });

  it('know which files of a journal are forgotten, and write each down once', async () => {
    expect([...(await forgottenOf(test().db, [LOST]))]).to.deep.equal([LOST.sha256]);
    expect(await forgottenOf(test().db, [])).to.deep.equal(new Set());
    const tried = triedAndUndone(test().db, async (tx) => {
      const epochNo = await begun(tx);
      await addForgotten(tx, { epochNo, files: [LOST] });
      expect(await forgottenOf(tx, [LOST])).to.deep.equal(new Set());
      expect(await forgottenFiles(tx, epochNo)).to.deep.equal([
        { name: LOST.name, channel: 'BANK', putAt: LOST.putAt, fate: null },
      ]);
      expect(await batchesFoundSent(tx, { epochNo, period: TOWN_PERIOD })).to.deep.equal([]);
      const nothing = { epochNo, batchId: 1n, actor: 'job/release', at: AT };
      expect(await adoptFiles(tx, nothing)).to.deep.equal([]);
      expect((await currentEpoch(tx)).objection).to.equal('every_sent_file_has_a_fate');
    });
    expect(await tried).to.equal('nothing');
  });

  it('are released by a person when the bank has been heard, and each only once', async () => {
    const fate = { name: LOST.name, fate: 'bank-has-not', by: 'CB-01', at: AT } as const;
    const heard = triedAndUndone(test().db, async (tx) => {
      const epochNo = await begun(tx);
      expect(await decideFate(tx, { ...fate, epochNo })).to.equal(true);
      expect(await decideFate(tx, { ...fate, epochNo })).to.equal(false);
      expect((await currentEpoch(tx)).objection).to.equal('statements_since_are_read');
    });
    expect(await heard).to.equal('nothing');
    const tooSoon = triedAndUndone(test().db, async (tx) => endHoldNow(await begun(tx))(tx));
    expect(await tooSoon).to.equal('every_sent_file_has_a_fate');
    // Where no account is kept with a bank there is nothing to read.
    const released = plantedAndUndone(test().owner, async (tx) => {
      await many(
        tx,
        `update channel set kind = 'cash_post', environment = 'production' where kind = 'account'`,
      );
      const epochNo = await beginEpoch(tx, BEGUN);
      expect(await endHoldNow(epochNo)(tx)).to.deep.equal({ epochNo });
      expect(await currentEpoch(tx)).to.include({ held: false, cause: 'found' });
      const again = many(tx, `update epoch set reason = 'y' where epoch_no = :epochNo`, {
        epochNo,
      });
      expect(await whatRefused(again)).to.equal('released_once');
    });
    expect(await released).to.equal('nothing');
    expect((await currentEpoch(test().db)).epochNo).to.equal(1n);
  });
});

/** Releases an epoch as one of the persons of the sandbox. */
function endHoldNow(epochNo: bigint): (tx: Tx) => ReturnType<typeof endHold> {
  return (tx) => endHold(tx, { epochNo, by: SANDBOX_PERSONS.maker, reason: 'x', at: AT });
}
