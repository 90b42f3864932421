import { expect } from 'chai';
import { plainDate } from '../../src/kernel/period.ts';
import { alarmsOfUnits } from '../../src/operations/alarm.sql.ts';
import { callsWithin } from '../../src/operations/provider-calls.flow.ts';
import { callsOfDay, giveCalls } from '../../src/operations/provider-calls.sql.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';

const DAY = plainDate('2026-11-05');
/** Noon of that day in Việt Nam, and a minute past the midnight after it, which is still the 5th in UTC. */
const NOON = '2026-11-05T05:00:00Z';
const MIDNIGHT = '2026-11-05T17:01:00Z';

describe('calls to services outside', () => {
  const test = useDatabase();
  afterEach(() => many(test().owner, 'truncate provider_calls'));

  const give = (wanted: number, agreed = 10): Promise<number> =>
    write(test().db, (tx) => giveCalls(tx, { provider: 'identity', day: DAY, agreed, wanted }));
  const taken = async (times: number, take: () => Promise<boolean>): Promise<number> => {
    const answers = await Promise.all(Array.from({ length: times }, take));
    return answers.filter(Boolean).length;
  };

  it('are given while there are any, the last share as large as what is left', async () => {
    expect([await give(4), await give(4), await give(4), await give(4)]).to.deep.equal([
      4, 4, 2, 0,
    ]);
    expect(await callsOfDay(test().db, { day: DAY })).to.deep.equal([
      { provider: 'identity', agreed: 10n, left: 0n },
    ]);
    expect(await callsOfDay(test().db, { day: plainDate('2026-11-06') })).to.deep.equal([]);
  });

  it('follow an agreement that is changed on the day: raised, and lowered below what was given', async () => {
    expect(await give(8)).to.equal(8);
    expect(await give(8, 20)).to.equal(8);
    expect(await give(8, 12)).to.equal(0);
    expect(await callsOfDay(test().db, { day: DAY })).to.deep.equal([
      { provider: 'identity', agreed: 16n, left: 0n },
    ]);
  });

  it('are never more than agreed, however many processes ask at once', async () => {
    const processes = Array.from({ length: 6 }, () =>
      callsWithin(test().context({ at: NOON }), { provider: 'accounts', perDay: 50 }),
    );
    const counts = await Promise.all(processes.map(({ take }) => taken(20, take)));
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(50);
  });

  it('more than agreed is refused by a rule of the table, whoever writes it', async () => {
    await give(10);
    const error: unknown = await many(
      test().owner,
      'update provider_calls set given = given + 1',
    ).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('never_more_than_agreed');
  });

  it('are drawn in shares: a killed process loses a thousandth of the day and passes nothing', async () => {
    const process = (): { take: () => Promise<boolean> } =>
      callsWithin(test().context({ at: NOON }), { provider: 'identity', perDay: 4_000 });
    expect(await taken(1, process().take)).to.equal(1);
    expect(await callsOfDay(test().db, { day: DAY })).to.deep.equal([
      { provider: 'identity', agreed: 4_000n, left: 3_996n },
    ]);
    // What it drew counts as used: of the day only the rest is given to the next.
    expect(await give(3_990, 4_000)).to.equal(3_990);
    expect(await taken(10, process().take)).to.equal(6);
  });

  it('begin anew at midnight of Việt Nam, and what was left of a share then is not carried over', async () => {
    let now = NOON;
    const { take } = callsWithin(
      { db: test().db, clock: () => new Date(now) },
      { provider: 'linked', perDay: 2_000 },
    );
    expect(await take()).to.equal(true);
    now = MIDNIGHT;
    expect(await take()).to.equal(true);
    const left = async (day: string): Promise<bigint[]> =>
      (await callsOfDay(test().db, { day: plainDate(day) })).map((of) => of.left);
    expect(await left('2026-11-05')).to.deep.equal([1_998n]);
    expect(await left('2026-11-06')).to.deep.equal([1_998n]);
  });

  it('raise an alarm below a tenth, and not at a tenth', async () => {
    const kinds = async (): Promise<object[]> =>
      (await alarmsOfUnits(test().db, { at: new Date(NOON) })).map(({ subject, facts }) => ({
        subject,
        facts,
      }));
    await give(9);
    expect(await kinds()).to.deep.equal([]);
    await give(1);
    expect(await kinds()).to.deep.equal([
      { subject: 'calls/identity/2026-11-05', facts: { left: 0, agreed: 10 } },
    ]);
  });
});
