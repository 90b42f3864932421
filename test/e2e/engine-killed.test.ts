import { expect } from 'chai';
import { many } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import {
  drillUnits,
  fire,
  makeDrillTable,
  notOnce,
  startWorker,
  type WorkerMode,
} from '../support/unit-workers.ts';

// The engine as two processes on one database. In the drill (npm run drill:jobs) there are 60,000 units;
// here so many that a worker is killed some times, wherever it happens to be.

const UNITS = Number(process.env.DRILL_UNITS ?? 240);
/** After how many units of its own a worker is killed and another one started. */
const KILL_AFTER = Number(process.env.DRILL_KILL_AFTER ?? 50);

describe('two workers, one of which is killed again and again', function () {
  this.timeout(Number(process.env.DRILL_TIMEOUT_MS ?? 120_000));
  const test = useDatabase();
  before(() => makeDrillTable(test()));

  it('leave each effect exactly once', async () => {
    expect(await fire(test(), drillUnits(UNITS))).to.equal(BigInt(UNITS));
    const steady = startWorker(test());
    const ended = allDone(test());
    let kills = 0;
    for (;;) {
      const mortal = startWorker(test());
      const full = mortal.heard('done', KILL_AFTER).then(() => 'kill' as const);
      // The steady one alone ends the work, or what is left is too little to be killed over.
      const end = await Promise.race([full.catch(() => 'kill' as const), ended]);
      if (end === 'done') {
        mortal.tell('stop');
        await mortal.ended;
        break;
      }
      mortal.child.kill('SIGKILL');
      await mortal.ended;
      kills += 1;
    }
    steady.tell('stop');
    await steady.ended;

    expect(kills).to.be.greaterThan(0);
    expect(await notOnce(test())).to.deep.equal([]);
    const [count] = await many(test().db, 'select count(*) as n from drill_effect');
    expect(count).to.deep.equal({ n: BigInt(UNITS * 3) });
    if (process.env.DRILL_UNITS !== undefined) {
      process.stdout.write(`${UNITS} units, ${kills} kills, ${UNITS * 3} effects, each once\n`);
    }
  });
});

/** Returns when every unit has come to its end. */
async function allDone(test: TestDatabase): Promise<'done'> {
  for (;;) {
    const [left] = await many<{ n: bigint }>(
      test.db,
      `select count(*) as n from job_unit where job = 'drill' and state in ('due', 'running')`,
    );
    if (left?.n === 0n) return 'done';
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('a worker that dies inside a step', function () {
  this.timeout(60_000);
  const test = useDatabase();
  before(() => makeDrillTable(test()));

  const dies = async (mode: WorkerMode, by = 'SIGKILL'): Promise<bigint[]> => {
    await fire(test(), drillUnits(1, { occasion: mode }));
    const doomed = startWorker(test(), { mode });
    await doomed.ended;
    expect(doomed.child.signalCode).to.equal(by);
    const other = startWorker(test());
    await other.heard('done');
    other.tell('stop');
    await other.ended;
    return effectsByStep(test(), mode);
  };

  it('has its step done once, by the next', async () => {
    expect(await dies('dies')).to.deep.equal([1n, 1n, 1n]);
  });

  it('has it done once also when it runs out of memory (F06)', async () => {
    expect(await dies('bursts', 'SIGABRT')).to.deep.equal([1n, 1n, 1n]);
  });

  it('would have it done twice, were the effect not in the transaction of the position', async () => {
    expect(await dies('torn-dies')).to.deep.equal([1n, 2n, 1n]);
  });
});

describe('a worker that stands still past its lease (F04)', function () {
  this.timeout(60_000);
  const test = useDatabase();
  before(() => makeDrillTable(test()));

  const standsStill = async (mode: WorkerMode): Promise<bigint[]> => {
    await fire(test(), drillUnits(1, { occasion: mode }));
    const still = startWorker(test(), { mode, leaseSeconds: 1 });
    await still.heard('holding');
    still.child.kill('SIGSTOP');
    const other = startWorker(test());
    await other.heard('done');
    still.tell('go');
    still.child.kill('SIGCONT');
    await still.heard('unit lost');
    for (const worker of [still, other]) {
      worker.tell('stop');
      await worker.ended;
    }
    return effectsByStep(test(), mode);
  };

  it('writes nothing when it wakes up', async () => {
    expect(await standsStill('waits')).to.deep.equal([1n, 1n, 1n]);
  });

  it('would write again, were the lease not asked for in the transaction of the effect', async () => {
    expect(await standsStill('torn-waits')).to.deep.equal([2n, 1n, 1n]);
  });
});

async function effectsByStep(test: TestDatabase, occasion: string): Promise<bigint[]> {
  const rows = await many<{ times: bigint }>(
    test.db,
    `select count(*) as times from drill_effect join job_unit using (unit_id)
      where occasion = :occasion group by drill_effect.step order by drill_effect.step`,
    { occasion },
  );
  return rows.map(({ times }) => times);
}
