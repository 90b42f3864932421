import { expect } from 'chai';
import { period } from '../../src/kernel/period.ts';
import {
  addUnits,
  claimAgain,
  claimUnit,
  endUnit,
  freeKey,
  giveBackUnit,
  holdsUnit,
  lapseLeases,
  layDownUnit,
  leaseOwners,
  moveUnit,
  nextDue,
  renewLease,
  reopenUnit,
} from '../../src/operations/unit.sql.ts';
import type { DueUnit, HeldUnit } from '../../src/operations/unit.ts';
import { connect, guarded, many, one, write, type Tx } from '../../src/platform/db.ts';
import {
  fireUnits,
  returnUnit,
  takeUnit,
  takeUnitNow,
  whileHeld,
} from '../../src/operations/run-unit.flow.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, whatRefused } from '../support/refused.ts';

const AT = new Date('2026-11-22T02:00:00Z');
const LATER = new Date('2026-11-22T03:00:00Z');
const ANYBODY = { owner: 'a', jobs: ['report'], leaseSeconds: 60, at: AT };

function due(of: Partial<DueUnit> = {}): DueUnit {
  return {
    job: 'report',
    programme: 'all',
    provinceCode: '40',
    period: period('2026-11'),
    occasion: '',
    dueAt: AT,
    lateAt: null,
    priority: 5,
    concurrencyKey: null,
    attemptsLimit: 3,
    ...of,
  };
}

describe('units', () => {
  const test = useDatabase();
  const tx = <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => write(test().db, work);
  const add = (...units: DueUnit[]): Promise<bigint> => tx((t) => addUnits(t, units, { at: AT }));
  const claim = (by: Partial<typeof ANYBODY> = {}): ReturnType<typeof claimUnit> =>
    tx((t) => claimUnit(t, { ...ANYBODY, ...by }));
  const taken = async (by: Partial<typeof ANYBODY> = {}): Promise<HeldUnit> => {
    const unit = await claim(by);
    if (unit === undefined) throw new Error('nothing was claimed');
    return unit;
  };
  const stateOf = async (unitId: bigint): Promise<string> => {
    const sql = 'select state from job_unit where unit_id = :unitId';
    return (await one<{ state: string }>(test().db, sql, { unitId })).state;
  };
  const lapse = ({ unitId }: HeldUnit): Promise<unknown> =>
    many(
      test().owner,
      'update job_unit set lease_until = clock_timestamp(), came_from = state where unit_id = :unitId',
      { unitId },
    );
  afterEach(() => many(test().owner, 'truncate job_unit, job_pause'));

  it('are one however often they are fired, by however many (F21)', async () => {
    const nodes = [connect(test().url), connect(test().url)];
    const fired = await Promise.all(
      nodes.flatMap((db) =>
        Array.from({ length: 100 }, () => fireUnits({ ...test().context(), db }, [due()])),
      ),
    );
    await Promise.all(nodes.map((db) => db.destroy()));
    expect(fired.reduce((sum, added) => sum + added, 0n)).to.equal(1n);
    expect(await many(test().db, 'select state from job_unit')).to.deep.equal([{ state: 'due' }]);

    const copy = `insert into job_unit (job, programme, province_code, period, occasion, state,
      came_from, priority, due_at, attempts_limit, created_at) select job, programme, province_code,
      period, occasion, state, came_from, priority, due_at, attempts_limit, created_at from job_unit`;
    expect(await plantedAndUndone(test().owner, (t) => many(t, copy))).to.equal(
      'one_unit_an_occasion',
    );
    // Without the rule a second firing that looked too early would make a second run.
    const without = await plantedAndUndone(test().owner, async (t) => {
      await many(t, 'alter table job_unit drop constraint one_unit_an_occasion');
      await many(t, copy);
      expect(await many(t, 'select from job_unit')).to.have.length(2);
    });
    expect(without).to.equal('nothing');
  });

  it('are claimed when they are due, the urgent first, and only by who does such jobs', async () => {
    await add(
      due({ occasion: 'b', priority: 5 }),
      due({ occasion: 'a', priority: 1 }),
      due({ occasion: 'early', dueAt: LATER, priority: 0 }),
      due({ occasion: 'other', job: 'release', priority: 0 }),
    );
    expect((await taken()).occasion).to.equal('a');
    expect((await taken()).occasion).to.equal('b');
    expect(await claim()).to.equal(undefined);
    expect(await nextDue(test().db, { jobs: ['report'], at: AT })).to.be.within(59, 60);
    expect((await taken({ at: LATER })).occasion).to.equal('early');
    expect(await nextDue(test().db, { jobs: ['backup'], at: AT })).to.equal(null);
  });

  it('are claimed without a look at all that is due, however much that is', async () => {
    // Nothing was counted since: as statistics have it, little is due.
    await add(...Array.from({ length: 20_000 }, (_, i) => due({ occasion: `${i}` })));
    const looked = await tx(async (t) => {
      expect((await claimUnit(t, ANYBODY))?.occasion).to.equal('0');
      const { rows } = await one<{ rows: bigint }>(
        t,
        `select seq_tup_read + idx_tup_fetch as rows from pg_stat_xact_user_tables
          where relname = 'job_unit'`,
      );
      return Number(rows);
    });
    expect(looked).to.be.within(1, 100);
  });

  it('that share a key run one at a time, whoever claims', async () => {
    const key = { concurrencyKey: 'bank/40' };
    await add(due({ occasion: '1', ...key }), due({ occasion: '2', ...key }));
    const first = await taken();
    expect(await claim()).to.equal(undefined);
    await tx((t) => endUnit(t, { ...first, state: 'done', outcome: null, at: AT }));
    expect((await taken()).occasion).to.equal('2');
    // Two who claim in the same moment: the rule lets one through.
    await add(due({ occasion: '3', ...key }));
    expect(
      await plantedAndUndone(test().owner, (t) =>
        many(
          t,
          `update job_unit set came_from = state, state = 'running', lease_owner = 'x', fence = 1,
                  lease_until = now() where occasion = '3'`,
        ),
      ),
    ).to.equal('one_running_unit_a_key');
  });

  it('wait while somebody has stopped their job', async () => {
    await add(due());
    const paused = { reason: 'bank is closed', by: 'CB-01' };
    await many(
      test().owner,
      `insert into job_pause (job, reason, paused_by, paused_at) values ('report', :reason, :by, now())`,
      paused,
    );
    expect(await claim()).to.equal(undefined);
    expect(await nextDue(test().db, { jobs: ['report'], at: AT })).to.equal(null);
    await many(test().owner, `update job_pause set resumed_by = 'CB-01', resumed_at = now()`);
    expect((await taken()).attempts).to.equal(1);
  });

  it('pass to another when the lease lapses, with the position and a higher fence', async () => {
    await add(due());
    const first = await taken();
    expect(await claim({ owner: 'b' })).to.equal(undefined);
    const position = { step: 'lines', cursor: '400', doneCount: 400n, totalCount: 1000n };
    await tx((t) => moveUnit(t, { ...first, ...position }));
    await lapse(first);
    expect(await tx((t) => renewLease(t, { ...first, leaseSeconds: 60 }))).to.equal(undefined);
    const second = await taken({ owner: 'b' });
    expect(second).to.include({ ...position, owner: 'b', fence: first.fence + 1n, attempts: 1 });

    // The first wakes up: nothing that it writes counts.
    expect(await tx((t) => holdsUnit(t, first))).to.equal(false);
    await tx((t) => moveUnit(t, { ...first, ...position, cursor: '999' }));
    const ending = { state: 'done', outcome: null, at: AT } as const;
    expect(await tx((t) => endUnit(t, { ...first, ...ending }))).to.equal(false);
    expect(await tx((t) => holdsUnit(t, second))).to.equal(true);
    expect(await tx((t) => renewLease(t, { ...second, leaseSeconds: 60 }))).to.deep.equal({
      cancelAskedBy: null,
    });
    expect(await tx((t) => endUnit(t, { ...second, ...ending }))).to.equal(true);
    const [row] = await many(test().db, 'select cursor, state from job_unit');
    expect(row).to.deep.equal({ cursor: '400', state: 'done' });
  });

  it('have a fence that only rises', async () => {
    await add(due());
    await taken();
    for (const sql of [
      'update job_unit set came_from = state, fence = fence - 1',
      `update job_unit set came_from = state, lease_owner = 'b'`,
    ]) {
      expect(await plantedAndUndone(test().owner, (t) => many(t, sql))).to.equal(
        'a_holder_has_its_own_fence',
      );
    }
    expect(
      await plantedAndUndone(test().owner, async (t) => {
        await many(t, 'alter table job_unit disable trigger check_unit');
        await many(t, `update job_unit set came_from = state, lease_owner = 'b'`);
      }),
    ).to.equal('nothing');
  });

  it('undo whatever a flow writes after it lost its unit', async () => {
    await add(due());
    const first = await taken();
    const held = whileHeld(test().context(), first);
    const effect = (t: Tx): Promise<unknown> =>
      addUnits(t, [due({ occasion: 'effect' })], { at: AT });
    await lapse(first);
    expect(await write(held.db, effect).catch((error: unknown) => String(error))).to.match(
      /LeaseLost: unit \d+/,
    );
    expect(await many(test().db, `select from job_unit where occasion = 'effect'`)).to.have.length(
      0,
    );
    // A guard that does not ask lets it through: the defect that this test is for.
    await write(
      guarded(test().db, () => Promise.resolve()),
      effect,
    );
    expect(await many(test().db, `select from job_unit where occasion = 'effect'`)).to.have.length(
      1,
    );
  });

  it('come back after a failure, and are parked as an event when that does not help', async () => {
    await add(due({ attemptsLimit: 2 }));
    const failed = { failure: '40P01', hopeless: false, waits: false, retryAt: LATER, at: AT };
    const give = (unit: HeldUnit, of = failed): ReturnType<typeof giveBackUnit> =>
      tx((t) => giveBackUnit(t, { ...unit, ...of }));
    expect(await give(await taken())).to.deep.equal({ state: 'due' });
    expect(await claim()).to.equal(undefined);
    const again = await taken({ at: LATER });
    expect(again.attempts).to.equal(2);
    expect(await give(again)).to.deep.equal({ state: 'parked' });
    expect(await give(again)).to.equal(undefined);
    expect(await claim({ at: LATER })).to.equal(undefined);
    const events = await many(
      test().db,
      `select actor, facts from audit_event where action = 'unit-parked'`,
    );
    expect(events).to.deep.equal([
      { actor: 'job/report', facts: { failure: '40P01', attempts: 2 } },
    ]);

    await add(due({ occasion: 'refused' }));
    const refused = { ...failed, failure: 'budget-exceeded', hopeless: true };
    expect(await give(await taken(), refused)).to.deep.equal({ state: 'parked' });
  });

  it('wait for another unit as long as it takes, and have all their attempts then', async () => {
    await add(due({ attemptsLimit: 2 }));
    let now = AT;
    const seen: string[] = [];
    for (const error of [
      ...Array.from({ length: 5 }, () => new Refusal('verification-not-done')),
      new Refusal('counterpart-silent'),
      new Refusal('counterpart-silent'),
    ]) {
      const unit = await taken({ at: now });
      const returned = await returnUnit(test().context({ at: now.toISOString() }), unit, error);
      const left = await one<{ dueAt: Date }>(
        test().db,
        'select due_at as "dueAt" from job_unit where unit_id = :unitId',
        { unitId: unit.unitId },
      );
      const seconds = (left.dueAt.getTime() - now.getTime()) / 1000;
      seen.push(`${error.code} ${unit.attempts} ${returned?.state} ${seconds}`);
      now = left.dueAt;
    }
    expect(seen).to.deep.equal([
      ...Array.from({ length: 5 }, () => 'verification-not-done 1 due 300'),
      'counterpart-silent 1 due 30',
      'counterpart-silent 2 parked 0',
    ]);
  });

  it('are parked when they kill whoever takes them, unless they got on', async () => {
    await add(due({ attemptsLimit: 2 }));
    for (const attempt of [1, 2]) {
      const unit = await taken();
      expect(unit.attempts).to.equal(attempt);
      await lapse(unit);
    }
    expect(await claim()).to.include({ state: 'parked' });
    expect(await claim()).to.equal(undefined);

    await add(due({ occasion: 'gets on', attemptsLimit: 1 }));
    const unit = await taken();
    await tx((t) =>
      moveUnit(t, { ...unit, step: 's', cursor: '1', doneCount: 1n, totalCount: null }),
    );
    await lapse(unit);
    expect(await claim()).to.include({ state: 'running', cursor: '1' });
  });

  it('are laid down without the attempt being counted', async () => {
    await add(due({ attemptsLimit: 1 }));
    const unit = await taken();
    await tx((t) => layDownUnit(t, { ...unit, at: AT }));
    expect(await tx((t) => holdsUnit(t, unit))).to.equal(false);
    expect((await taken()).attempts).to.equal(1);
  });

  it('are opened again by a person only, from their beginning', async () => {
    const { unitId, ...first } = await takeUnitNow(test().context(), due(), ANYBODY);
    const elsewhere = takeUnitNow(test().context(), due(), { ...ANYBODY, owner: 'b' });
    expect(await whatRefused(elsewhere)).to.equal('job-runs-elsewhere');
    await tx((t) => endUnit(t, { ...first, unitId, state: 'done', outcome: { n: 1 }, at: AT }));
    expect(await add(due())).to.equal(0n);
    expect(await claim()).to.equal(undefined);
    expect(await tx((t) => claimAgain(t, { ...due(), ...ANYBODY }))).to.equal(undefined);
    await tx((t) => reopenUnit(t, { ...due(), at: AT }));
    expect(await stateOf(unitId)).to.equal('due');
    const again = await tx((t) => claimAgain(t, { ...due(), ...ANYBODY }));
    expect(again).to.include({ unitId, attempts: 1, cursor: null, fence: first.fence + 1n });
  });

  it('of a key whose holder is no more hinder nobody who runs another by hand', async () => {
    const key = { concurrencyKey: 'stage/40' };
    const by = { ...ANYBODY, owner: 'b' };
    await add(due({ occasion: 'lapsed', ...key }));
    const lapsed = await taken();
    const other = due({ occasion: 'other', ...key });
    const context = test().context();
    expect(await whatRefused(takeUnitNow(context, other, by))).to.equal('job-runs-elsewhere');
    await tx((t) => freeKey(t, { ...key, at: AT }));
    expect(await stateOf(lapsed.unitId)).to.equal('running');
    await lapse(lapsed);
    expect((await takeUnitNow(context, other, by)).occasion).to.equal('other');
    expect(await stateOf(lapsed.unitId)).to.equal('due');
    expect(await tx((t) => holdsUnit(t, lapsed))).to.equal(false);
  });

  it('pass at once from a process that is known to be no more', async () => {
    await add(due({ occasion: '1' }), due({ occasion: '2' }));
    const [gone, living] = [await taken({ owner: 'gone' }), await taken({ owner: 'living' })];
    expect((await leaseOwners(test().db)).sort()).to.deep.equal(['gone', 'living']);
    await tx((t) => lapseLeases(t, ['gone']));
    expect(await taken({ owner: 'b' })).to.include({ unitId: gone.unitId });
    expect(await tx((t) => holdsUnit(t, living))).to.equal(true);
  });

  it('are each claimed by one of many who claim at once', async () => {
    await add(...Array.from({ length: 40 }, (_, i) => due({ occasion: `${i}` })));
    const by = (owner: string): Parameters<typeof takeUnit>[1] => ({ ...ANYBODY, owner });
    const context = test().context({ at: '2026-11-22T02:00:00Z' });
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) => takeUnit(context, by(`w${i}`))),
    );
    const ids = all.flatMap((unit) => (unit === undefined ? [] : [unit.unitId]));
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.length).to.equal(40);
  });
});
