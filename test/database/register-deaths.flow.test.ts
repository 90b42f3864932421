import { expect } from 'chai';
import { stateHash } from '../../src/audit/state-hash.flow.ts';
import type { CivilStatusRegister, Death } from '../../src/intake/civil-status.port.ts';
import { registerDeaths } from '../../src/intake/register-deaths.flow.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { many, one } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { adult, assess, citizenNumber, takeRows, thrownBy } from '../support/drawn-list.ts';
import { ASKER } from '../support/town.ts';

/** A civil-status register that tells of some deaths, chunk by chunk, and keeps what it is asked. */
function telling(...chunks: readonly Death[][]): CivilStatusRegister & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    async *deaths(span, purpose) {
      asked.push({ span, purpose });
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    },
  };
}

const SILENT: CivilStatusRegister = {
  // eslint-disable-next-line @typescript-eslint/require-await, require-yield -- it never answers
  async *deaths() {
    throw new Error('nobody was to be asked');
  },
};

function death(nth: number, day: string): Death {
  return { citizenNumber: citizenNumber(nth), diedOn: plainDate(day) };
}

function register(
  test: TestDatabase,
  civilStatus: CivilStatusRegister,
  until = '2026-10-22',
): Promise<{ deaths: bigint; known: bigint } | undefined> {
  return registerDeaths(test.context(), civilStatus, {
    provinceCode: '40',
    period: period('2026-11'),
    until: plainDate(until),
    asker: ASKER,
  });
}

describe('registerDeaths', () => {
  const test = useDatabase();

  before(async () => {
    await takeRows(test(), [adult(1), adult(2), adult(3), adult(4)]);
  });

  it('leaves nothing behind when the register breaks off half-way, and asks again', async () => {
    const before = await stateHash(test().db);
    const broken: CivilStatusRegister = {
      async *deaths() {
        yield await Promise.resolve([death(1, '2026-10-01')]);
        throw new Error('connection lost');
      },
    };
    expect((await thrownBy(register(test(), broken))).message).to.equal('connection lost');
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('records the deaths of people we know, and how many were told', async () => {
    const civilStatus = telling(
      [death(1, '2026-10-31'), death(999_999, '2026-01-01')],
      [death(2, '2026-11-01'), death(4, '2026-06-30')],
    );
    expect(await register(test(), civilStatus)).to.deep.equal({ deaths: 4n, known: 3n });
    expect(civilStatus.asked).to.deep.equal([
      {
        span: { provinceCode: '40', from: '2024-11-01', until: '2026-10-22' },
        purpose: { ...ASKER, purpose: 'all-programmes/2026-11' },
      },
    ]);
    const dead = await many(
      test().db,
      'select recipient_id as id, died_on as day, source from recipient_death order by 1',
    );
    expect(dead).to.deep.equal([
      { id: 1n, day: '2026-10-31', source: 'civil-status register' },
      { id: 2n, day: '2026-11-01', source: 'civil-status register' },
      { id: 4n, day: '2026-06-30', source: 'civil-status register' },
    ]);
    const { facts } = await one<{ facts: unknown }>(
      test().db,
      `select facts from audit_event where action = 'deaths-registered'`,
    );
    expect(facts).to.deep.equal({
      period: '2026-11',
      deaths: '4',
      of_recipients: '3',
      of_payees: '0',
    });
  });

  it('asks nobody a second time for the same day, and changes nothing', async () => {
    const before = await stateHash(test().db);
    expect(await register(test(), SILENT)).to.equal(undefined);
    expect(await stateHash(test().db)).to.equal(before);
  });

  it('records a death once, and leaves its day as it was first told', async () => {
    const later = telling([death(1, '2026-10-30'), death(3, '2026-10-23')]);
    expect(await register(test(), later, '2026-10-23')).to.deep.equal({ deaths: 2n, known: 1n });
    const { day } = await one<{ day: string }>(
      test().db,
      'select died_on as day from recipient_death where recipient_id = 1',
    );
    expect(day).to.equal('2026-10-31');
  });

  it('makes entitlement end with the month of death (Decree 20/2021/ND-CP art. 8(2))', async () => {
    await assess(test(), '2026-11');
    const assessed = await many(
      test().db,
      `select recipient_id as id, reason, amount_vnd as vnd, facts ->> 'diedOn' as died
         from assessment order by 1`,
    );
    // Of who died in October the arrears of July to October are still due, of who died in June none.
    expect(assessed).to.deep.equal([
      { id: 1n, reason: null, vnd: 240_000n, died: '2026-10-31' },
      { id: 2n, reason: null, vnd: 1_050_000n, died: '2026-11-01' },
      { id: 3n, reason: null, vnd: 240_000n, died: '2026-10-23' },
      { id: 4n, reason: 'deceased', vnd: 0n, died: '2026-06-30' },
    ]);
    const { overpaid } = await one<{ overpaid: boolean }>(
      test().db,
      `select (facts ->> 'overpaid')::boolean as overpaid from assessment where recipient_id = 4`,
    );
    expect(overpaid).to.equal(true);
  });
});
