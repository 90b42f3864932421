import { expect } from 'chai';
import { approveProfile, proposeProfile } from '../../src/approval/change-bank-profile.flow.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { profileContent } from '../../src/batch/bank-profile-rules.ts';
import {
  addProfile,
  addProfileApproval,
  bankDay,
  knownBanks,
  profilesInUse,
  profilesOf,
} from '../../src/batch/bank-profile.sql.ts';
import { channelsOf } from '../../src/batch/batch.sql.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { many, write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { outboundOf, putInUse, sandboxProfile } from '../support/profiles.ts';
import { whatRefused } from '../support/refused.ts';
import { table } from '../support/table.ts';
import { TOWN_SCOPE } from '../support/town.ts';

const [CHECKER, OTHER] = SANDBOX_PERSONS.checkers;
const MAKER = { actor: SANDBOX_PERSONS.maker, at: '2026-10-01T03:00:00Z' };
const NOW = new Date('2026-10-01T03:00:00Z');

describe('bank profiles in the database', () => {
  const test = useDatabase();
  const bank = sandboxProfile('BANK');
  const next = { ...outboundOf(bank, { batchBooking: false }), version: 2 };

  before(() => setUpSandbox(test().context(MAKER), TOWN_SCOPE));

  it('addProfile and addProfileApproval: two persons, two events, and the channel follows', async () => {
    const limits = { linesPerFile: 9, vndPerFile: null, vndPerLine: null };
    const profile = { ...outboundOf(bank, { limits, splitOwnBank: true }), version: 3 };
    const { channel, version, environment } = profile;
    const content = profileContent(profile);
    const added = await write(test().db, (tx) =>
      addProfile(tx, { channel, version, environment, content, by: OTHER, at: NOW }),
    );
    const [before] = await channelsOf(test().db, 'sandbox');
    expect(before).to.include({ profileVersion: 1, linesPerFile: 50_000 });
    await write(test().db, (tx) =>
      addProfileApproval(tx, {
        channel,
        version,
        sha256: added?.sha256 ?? '',
        by: CHECKER,
        at: NOW,
        stepUpAt: NOW,
      }),
    );
    const [after] = await channelsOf(test().db, 'sandbox');
    expect(after).to.include({ profileVersion: 3, linesPerFile: 9, splitOwnBank: true });
    const events = await many<{ action: string; actor: string }>(
      test().db,
      `select action, actor from audit_event where subject = 'profile/BANK/3' order by event_no`,
    );
    expect(events).to.deep.equal([
      { action: 'profile-proposed', actor: OTHER },
      { action: 'profile-approved', actor: CHECKER },
    ]);
  });

  it('profilesOf and profilesInUse: all versions, and the one by which files are made', async () => {
    const known = await profilesOf(test().db, 'BANK');
    expect(known.map(({ version, inUse }) => [version, inUse])).to.deep.equal([
      [3, true],
      [1, false],
    ]);
    expect(known[1]).to.include({ proposedBy: MAKER.actor, approvedBy: CHECKER });
    expect((await profilesOf(test().db, null)).length).to.equal(3);
    const inUse = await profilesInUse(test().db, 'sandbox');
    expect([...inUse.keys()].sort()).to.deep.equal(['BANK', 'POST']);
    expect(inUse.get('POST')).to.deep.equal(sandboxProfile('POST'));
    expect((await profilesInUse(test().db, 'production')).size).to.equal(0);
  });

  it('knownBanks: each by its number', async () => {
    const banks = await knownBanks(test().db);
    expect(banks.get('970436')).to.include({ bic: 'BFTVVNVX' });
    expect(banks.size).to.be.greaterThan(50);
  });

  it('is changed by two persons and never by one, and an older version stays out', async () => {
    const by = (actor: string) => test().context({ actor, at: MAKER.at });
    const of = { channel: 'BANK', version: 4, stepUpAt: NOW };
    const four = { ...next, version: 4 };
    const { sha256 } = await proposeProfile(by(MAKER.actor), four);
    // Proposed again as it is, nothing changes; as something else it is refused.
    expect(await proposeProfile(by(OTHER), four)).to.deep.equal({ sha256 });
    const other = outboundOf(four, { batchBooking: true });
    const approve = (actor: string, change: object = {}): Promise<string> =>
      whatRefused(approveProfile(by(actor), { ...of, sha256, ...change }));

    expect(await whatRefused(proposeProfile(by(OTHER), other))).to.equal('profile-not-newer');
    expect(await whatRefused(proposeProfile(by('nobody'), { ...four, version: 5 }))).to.equal(
      'checker-not-entitled',
    );
    expect(await approve(MAKER.actor)).to.equal('checker-is-maker');
    expect(await approve('nobody')).to.equal('checker-not-entitled');
    expect(await approve(OTHER, { sha256: 'ab'.repeat(32) })).to.equal('profile-changed');
    expect(await approve(OTHER, { version: 9 })).to.equal('profile-unknown');
    expect(await approve(OTHER, { stepUpAt: new Date('2026-10-01T02:54:00Z') })).to.equal(
      'checker-not-entitled',
    );
    await proposeProfile(by(MAKER.actor), next);
    expect(await approve(OTHER, { version: 2, sha256: await hashOf(2) })).to.equal(
      'profile-not-newer',
    );
    expect(await approve(OTHER)).to.equal('nothing');
    expect(await approve(OTHER)).to.equal('profile-not-newer');
  });

  async function hashOf(version: number): Promise<string> {
    const known = await profilesOf(test().db, 'BANK');
    return known.find((one) => one.version === version)?.sha256 ?? '';
  }

  it('F47: keeps to its environment, and an environment has one channel of a kind', async () => {
    const production = { ...bank, version: 7, environment: 'production' } as const;
    // Where real money leaves nobody signs without a code.
    expect(await whatRefused(putInUse(test(), production))).to.equal('checker-not-entitled');
    await many(test().owner, `insert into code_use values (:by, 1, :at, 'step-up')`, {
      by: CHECKER,
      at: MAKER.at,
    });
    expect(await whatRefused(putInUse(test(), production))).to.equal('profile-not-newer');
    expect(await whatRefused(putInUse(test(), { ...bank, channel: 'OTHER' }))).to.equal(
      'profile-not-newer',
    );
  });

  it('is written in no other way: the application may neither change it nor make a channel', async () => {
    for (const statement of [
      `insert into channel select 'VCB', kind, name, 'production', format from channel`,
      `update channel set payer_account = '1'`,
      `update bank_profile set content = '{}'`,
      `delete from bank_profile`,
      `update bank_profile_approval set approved_by = 'x'`,
    ]) {
      const tried = write(test().db, (tx) => many(tx, statement));
      const error: unknown = await tried.catch((thrown: unknown) => thrown);
      expect(String(error), statement).to.contain('permission denied');
    }
  });
});

describe('bankDay', () => {
  const test = useDatabase();

  it('is neither a weekend nor a day off, and counts from a day in both directions', async () => {
    const cases = table<'day' | 'steps' | 'expected' | 'because'>(`
      day         steps  expected    because
      2026-10-01  0      2026-10-01  a-Thursday
      2026-11-01  0      2026-11-02  a-Sunday
      2026-01-01  0      2026-01-05  New-Year-a-swapped-day-and-a-weekend
      2026-05-01  0      2026-05-04  Labour-Day-and-a-weekend
      2026-09-01  0      2026-09-03  National-Day-has-two-days
      2025-02-01  0      2025-02-03  the-end-of-Tet
      2026-11-02  -1     2026-10-30  over-a-weekend
      2026-11-02  -2     2026-10-29  two-before
      2026-11-01  1      2026-11-03  the-second-from-a-Sunday
      2026-11-05  -3     2026-11-02  three-before
    `);
    for (const { day, steps, expected, because } of cases) {
      const found = await bankDay(test().db, { day: plainDate(day), steps: Number(steps) });
      expect(found, because).to.equal(expected);
    }
    expect(await bankDay(test().db, { day: plainDate('2026-11-01'), steps: 99 })).to.equal(
      undefined,
    );
  });

  it('is no day between the first and the last of Tết', async () => {
    // Tết 2028 may lie so; its days off are not announced yet.
    await many(
      test().owner,
      `insert into calendar_day values ('2028-01-29', 'Tết', 'tet_start', 'planted'),
                                       ('2028-02-04', 'Tết', 'tet_end', 'planted')`,
    );
    const found = await bankDay(test().db, { day: plainDate('2028-02-01'), steps: 0 });
    expect(found).to.equal('2028-02-07');
  });

  it('is no Saturday that is worked, and a swapped day takes no day away', async () => {
    // 2028-07-01 is a Saturday, 2028-05-01 a Monday, 2028-08-01 a Tuesday.
    await many(
      test().owner,
      `insert into calendar_day values ('2028-07-01', 'swapped', 'swap_work', 'planted'),
                                       ('2028-05-01', 'swapped', 'swap_work', 'planted'),
                                       ('2028-08-01', 'swapped', 'swap_off', 'planted')`,
    );
    const first = (month: string) =>
      bankDay(test().db, { day: plainDate(`${month}-01`), steps: 0 });
    expect(await first('2028-07')).to.equal('2028-07-03');
    expect(await first('2028-05')).to.equal('2028-05-01');
    expect(await first('2028-08')).to.equal('2028-08-02');
  });
});
