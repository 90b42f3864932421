import { expect } from 'chai';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { release as releaseJob } from '../../jobs/06-release.ts';
import { cutoffAlarms } from '../../jobs/cutoff-alarms.ts';
import { bankDay } from '../../src/batch/bank-profile.sql.ts';
import { batchesOf } from '../../src/batch/batch.sql.ts';
import { passBoundary, type Boundary, type BoundaryName } from '../../src/kernel/boundary.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { many, one } from '../../src/platform/db.ts';
import type { PaymentTransport } from '../../src/release/payment-transport.port.ts';
import {
  releaseBatches,
  type Released,
  type Transports,
} from '../../src/release/release-batches.flow.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import {
  leasesEnd,
  closedByForce,
  holding,
  untilWaiting,
  whatRefused,
} from '../support/refused.ts';
import { table } from '../support/table.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import {
  askWhoDied,
  ASKER,
  TOWN_PERIOD,
  TOWN_SCOPE,
  townTransports,
  walkTown,
} from '../support/town.ts';

const AT = '2026-11-02T01:00:00Z';
const BANK_FILE = 'TG-2026-11-40-BANK-1-M001.xml';
const POST_FILE = 'TG-2026-11-40-POST-1-M001.csv';

/** A town whose two batches are signed. Whether its counterparts refuse a reference seen before. */
async function approvedTown(test: TestDatabase, { dedupes = true } = {}): Promise<void> {
  await walkTown(test, { until: 'approved', recipients: 30 });
  await askWhoDied(test, AT);
  await many(test.owner, 'update channel set dedupes_reference = :dedupes', { dedupes });
}

/** A counterpart that notes what is put, and may do something besides. */
function noting(puts: string[], besides: () => void | Promise<void> = () => undefined) {
  const transport: PaymentTransport = {
    whereIs: () => Promise.resolve('absent'),
    async deliver({ name, path, sha256 }) {
      puts.push(`${name} ${sha256}`);
      expect(existsSync(path)).to.equal(true);
      await besides();
      return 'delivered';
    },
  };
  return () => transport;
}

function release(
  test: TestDatabase,
  transports: Transports,
  { owner = 'a', boundary = passBoundary } = {},
): Promise<Released> {
  const context = test.context({ actor: 'release', at: AT, boundary });
  return releaseBatches(context, transports, { period: TOWN_PERIOD, owner, leaseSeconds: 60 });
}

/** Dies when a boundary is passed for the first time. */
function dyingAt(name: BoundaryName): Boundary {
  return (passed) => {
    if (passed === name) throw new Error('killed');
  };
}

/** Each file that was claimed, with its state, its fence and how often its event was recorded. */
async function dispatches({ db }: TestDatabase): Promise<string[]> {
  const rows = await many<{ told: string }>(
    db,
    `select split_part(f.name, '-', 5) || ' ' || d.state || ' ' || d.fence || ' '
            || (select count(*) from audit_event e
                 where e.subject = 'file/' || d.file_id
                   and e.action in ('file-sent', 'file-unknown')) as told
       from file_dispatch d join file f using (file_id) order by f.name`,
  );
  return rows.map(({ told }) => told);
}

async function states({ db }: TestDatabase): Promise<string[]> {
  return (await batchesOf(db, { period: TOWN_PERIOD, state: null })).map(({ state }) => state);
}

/** What stands in the ledger as in transit, by line and in all. */
function inTransit({ db }: TestDatabase): Promise<{ lines: bigint; vnd: bigint }> {
  return one(
    db,
    `select count(*) as lines, coalesce(sum(amount_vnd), 0)::bigint as vnd from ledger_transfer
      where kind = 'released'`,
  );
}

const killed = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'finished',
    (error: unknown) => (error as Error).message,
  );

const NOBODY = { count: 0n, seconds: 0 };

describe('releaseBatches', () => {
  const test = useDatabase();
  const puts: string[] = [];
  before(() => approvedTown(test()));

  it('sends each file once, with the money in transit', async () => {
    expect(await release(test(), noting(puts))).to.deep.equal({
      batches: 2,
      stopped: 0,
      waiting: 0,
      withdrawn: 0,
      sent: 2,
      unknown: 0,
      answered: 0,
      held: 0,
      heldElsewhere: NOBODY,
    });
    const files = await many<{ put: string }>(
      test().db,
      `select f.name || ' ' || encode(f.sha256, 'hex') as put
         from payment_file p join file f using (file_id) order by f.name`,
    );
    expect(puts).to.deep.equal(files.map(({ put }) => put));
    expect(await states(test())).to.deep.equal(['released', 'released']);
    expect(await dispatches(test())).to.deep.equal(['BANK sent 1 1', 'POST sent 1 1']);
    const instructed = await one(
      test().db,
      `select count(*) as lines, sum(amount_vnd)::bigint as vnd from payment_instruction`,
    );
    expect(await inTransit(test())).to.deep.equal(instructed);
  });

  it('does nothing when it runs again', async () => {
    const nothing = {
      batches: 0,
      stopped: 0,
      waiting: 0,
      withdrawn: 0,
      sent: 0,
      unknown: 0,
      answered: 0,
      held: 0,
      heldElsewhere: NOBODY,
    };
    expect(await release(test(), noting(puts))).to.deep.equal(nothing);
    await leasesEnd(test().owner);
    expect(await release(test(), noting(puts), { owner: 'b' })).to.deep.equal(nothing);
    expect(puts.length).to.equal(2);
  });
});

// The protocol, killed at each of its steps on the first file. Whether the put had happened is never
// known to the next run: it puts the same bytes again only to a counterpart that refuses a reference
// it has seen. "same" is a second run of the process that failed, while its lease still lasts.
const KILLS = table<'killed' | 'dedupes' | 'next' | 'puts' | 'file'>(`
  killed             dedupes  next   puts  file
  release:claimed    yes      other  1     sent-2
  release:claimed    no       other  0     unknown-2
  release:claimed    yes      same   1     sent-1
  release:claimed    no       same   0     unknown-1
  release:delivered  yes      other  2     sent-2
  release:delivered  no       other  1     unknown-2
  release:delivered  yes      same   2     sent-1
  release:delivered  no       same   1     unknown-1
  transport          yes      other  2     sent-2
  transport          no       other  1     unknown-2
  transport          yes      same   2     sent-1
  transport          no       same   1     unknown-1
  release:sent       yes      other  1     sent-1
  release:sent       no       other  1     sent-1
`);

for (const kill of KILLS) {
  const where = kill.killed === 'transport' ? 'after the put, inside the transport' : kill.killed;
  const bank = `a bank that ${kill.dedupes === 'yes' ? 'refuses' : 'takes'} a reference twice`;
  describe(`releaseBatches, killed at ${where}, ${bank}, run again by ${kill.next}`, () => {
    const test = useDatabase();
    before(() => approvedTown(test(), { dedupes: kill.dedupes === 'yes' }));

    it(`puts the file ${kill.puts} times, always the same bytes: ${kill.file}`, async () => {
      const puts: string[] = [];
      const first =
        kill.killed === 'transport'
          ? release(
              test(),
              noting(puts, () => {
                throw new Error('killed');
              }),
            )
          : release(test(), noting(puts), { boundary: dyingAt(kill.killed as BoundaryName) });
      expect(await killed(first)).to.equal('killed');
      // The money is in transit from before the put, and stays so whatever comes.
      expect((await states(test()))[0]).to.equal('released');
      expect((await inTransit(test())).lines > 0n).to.equal(true);

      // While the lease lasts, nobody else touches the file.
      if (kill.killed !== 'release:sent' && kill.next === 'other') {
        const early = await release(test(), noting(puts), { owner: 'early' });
        expect(early.heldElsewhere.count).to.equal(1n);
      }

      if (kill.next === 'other') await leasesEnd(test().owner);
      await release(test(), noting(puts), { owner: kill.next === 'other' ? 'b' : 'a' });
      const ofBank = puts.filter((put) => put.startsWith(BANK_FILE));
      expect(ofBank.length).to.equal(Number(kill.puts));
      expect(new Set(ofBank).size).to.be.lessThanOrEqual(1);
      const [state = '', fence = ''] = kill.file.split('-');
      expect((await dispatches(test()))[0]).to.equal(`BANK ${state} ${fence} 1`);
      // The other file was sent once, by whichever run came to it first.
      expect(puts.filter((put) => put.startsWith(POST_FILE)).length).to.equal(1);

      // And nothing more happens, however often it runs.
      const total = puts.length;
      await leasesEnd(test().owner);
      await release(test(), noting(puts), { owner: 'c' });
      expect(puts.length).to.equal(total);
    });
  });
}

describe('releaseBatches, of which an unknown file', () => {
  const test = useDatabase();
  before(() => approvedTown(test(), { dedupes: false }));

  it('is counted as one for a person to ask about', async () => {
    const puts: string[] = [];
    await killed(release(test(), noting(puts), { boundary: dyingAt('release:delivered') }));
    await leasesEnd(test().owner);
    const { sent, unknown } = await release(test(), noting(puts), { owner: 'b' });
    expect({ sent, unknown }).to.deep.equal({ sent: 1, unknown: 1 });
    const breaks = await many(
      test().db,
      `select kind, reference, resolved_at from reconciliation_break`,
    );
    expect(breaks).to.deep.equal([
      { kind: 'not-answered', reference: BANK_FILE.replace('.xml', ''), resolved_at: null },
    ]);
  });
});

describe('releaseBatches, whose holder is paused in the middle of a put', () => {
  const test = useDatabase();
  before(() => approvedTown(test()));

  it('changes nothing when it wakes: another has a higher fence', async () => {
    const puts: string[] = [];
    let paused = false;
    const pausing = noting(puts, async () => {
      if (paused) return;
      paused = true;
      await leasesEnd(test().owner);
      const other = await release(test(), noting(puts), { owner: 'b' });
      expect(other).to.deep.include({ sent: 2, batches: 1 });
    });
    const first = await release(test(), pausing);
    // It does not say that it sent what another has sent.
    expect(first).to.deep.equal({
      batches: 1,
      stopped: 0,
      waiting: 0,
      withdrawn: 0,
      sent: 0,
      unknown: 0,
      answered: 0,
      held: 0,
      heldElsewhere: NOBODY,
    });
    expect(await dispatches(test())).to.deep.equal(['BANK sent 2 1', 'POST sent 1 1']);
    expect(new Set(puts.filter((put) => put.startsWith(BANK_FILE))).size).to.equal(1);
  });
});

describe('releaseBatches, two at once', () => {
  const test = useDatabase();
  before(() => approvedTown(test()));

  it('claims each batch once, and sends each file once', async () => {
    const puts: string[] = [];
    const held = await holding(test().owner, 'select from batch_state for update');
    const both = ['a', 'b'].map((owner) => release(test(), noting(puts), { owner }));
    // Both have seen the approved batches, and want the first.
    await untilWaiting(test().owner, 2);
    await held.rollback();
    const [a, b] = await Promise.all(both);
    expect((a?.batches ?? 0) + (b?.batches ?? 0)).to.equal(2);
    expect((a?.sent ?? 0) + (b?.sent ?? 0)).to.equal(2);
    expect(puts.length).to.equal(2);
    expect(new Set(puts).size).to.equal(2);
    expect(await dispatches(test())).to.deep.equal(['BANK sent 1 1', 'POST sent 1 1']);
    const { lines } = await inTransit(test());
    const { n } = await one<{ n: bigint }>(
      test().db,
      'select count(*) as n from payment_instruction',
    );
    expect(lines).to.equal(n);
  });
});

describe('releaseBatches, of bytes that are not what was signed', () => {
  const test = useDatabase();
  before(() => approvedTown(test()));

  it('refuses them, sends nothing, and sends what was signed once it is there again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'an-sinh-release-'));
    const transports = townTransports(folder);
    const { sha256 } = await one<{ sha256: string }>(
      test().db,
      `select encode(sha256, 'hex') as sha256 from file where name = '${BANK_FILE}'`,
    );
    const path = test().context().archive.path(sha256);
    const signed = readFileSync(path);
    const altered = Buffer.from(signed);
    // One digit of one account.
    const at = altered.indexOf('</Id>', altered.indexOf('<CdtrAcct>')) - 1;
    altered[at] = (altered[at] ?? 0) ^ 1;
    chmodSync(path, 0o600);
    writeFileSync(path, altered);

    expect(await whatRefused(release(test(), transports))).to.equal('file-altered');
    expect(readdirSync(join(folder, 'bank', 'in'))).to.deep.equal([]);
    expect(await dispatches(test())).to.deep.equal(['BANK claimed 1 0']);
    expect(await states(test())).to.deep.equal(['released', 'approved']);

    writeFileSync(path, signed);
    await leasesEnd(test().owner);
    expect(await release(test(), transports, { owner: 'b' })).to.deep.include({ sent: 2 });
    expect(readFileSync(join(folder, 'bank', 'in', BANK_FILE))).to.deep.equal(signed);
    expect(readdirSync(join(folder, 'post', 'in'))).to.deep.equal([POST_FILE]);
  });
});

describe('releaseBatches, when the claim cannot be made whole', () => {
  const test = useDatabase();
  before(() => approvedTown(test()));

  it('claims nothing that it cannot book: the ledger of a closed month takes nothing', async () => {
    const puts: string[] = [];
    await closedByForce(test().owner, { period: TOWN_PERIOD, at: new Date(AT) });
    expect(await whatRefused(release(test(), noting(puts)))).to.equal('the_period_is_closed');
    expect(puts).to.deep.equal([]);
    expect(await dispatches(test())).to.deep.equal([]);
    expect(await states(test())).to.deep.equal(['approved', 'approved']);
    expect(await inTransit(test())).to.deep.equal({ lines: 0n, vnd: 0n });
  });
});

describe('releaseBatches, to a channel that cannot be reached or written (F15)', () => {
  const test = useDatabase();
  before(() => approvedTown(test()));

  it('says which, and leaves the file claimed', async () => {
    const none: Transports = ({ channel }) => {
      throw new Error(`no way to ${channel}`);
    };
    expect(await killed(release(test(), none))).to.equal('no way to BANK');
    expect(await dispatches(test())).to.deep.equal(['BANK claimed 1 0']);
  });

  it('F15: sends nothing of a file that the disk of the outbox does not take, and sends it once when it does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'an-sinh-full-'));
    const waiting = join(folder, 'bank', 'in');
    mkdirSync(waiting, { recursive: true });
    const half = join(waiting, `${BANK_FILE}.tmp`);
    await leasesEnd(test().owner);
    // Every write to this device fails as on a full disk; every sync of it fails as on a broken one.
    symlinkSync('/dev/full', half);
    const failed: unknown = await release(test(), townTransports(folder)).catch((e: unknown) => e);
    expect(failed).to.include({ code: 'ENOSPC' });
    expect(readdirSync(waiting)).to.deep.equal([]);
    expect(existsSync('/dev/full')).to.equal(true);
    expect((await dispatches(test()))[0]).to.match(/^BANK claimed \d 0$/);

    await leasesEnd(test().owner);
    await release(test(), townTransports(folder), { owner: 'b' });
    expect(readdirSync(waiting)).to.deep.equal([BANK_FILE]);
    expect((await dispatches(test()))[0]).to.match(/^BANK sent \d 1$/);
    await release(test(), townTransports(folder), { owner: 'b' });
    expect(readdirSync(waiting)).to.deep.equal([BANK_FILE]);
  });
});

describe('releaseBatches, of what nobody has signed', () => {
  const test = useDatabase();
  before(() => walkTown(test(), { until: 'rendered', recipients: 30 }));

  it('sends nothing', async () => {
    const puts: string[] = [];
    expect(await release(test(), noting(puts))).to.deep.include({
      batches: 0,
      stopped: 0,
      waiting: 0,
      withdrawn: 0,
      sent: 0,
    });
    expect(puts).to.deep.equal([]);
    expect(await states(test())).to.deep.equal(['prepared', 'prepared']);
  });
});

describe('releaseBatches, when the cut-off of the bank has passed', () => {
  const test = useDatabase();

  it('F50: holds the batch: it is neither sent late nor given another day', async () => {
    const bank = sandboxProfile('BANK');
    await setUpSandbox(test().context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
    const calendar = { ...bank.calendar, cutoff: '10:00', leadBankDays: 0 };
    await putInUse(test(), { ...bank, version: 2, calendar });
    const { folder } = await walkTown(test(), { until: 'approved', recipients: 40 });
    await askWhoDied(test(), AT);
    const transports = townTransports(folder);
    const scope = { period: TOWN_PERIOD, owner: 'late', leaseSeconds: 60 };
    // The value date is Monday 2026-11-02.
    const release = (at: string): Promise<{ batches: number; held: number }> =>
      releaseBatches(test().context({ at }), transports, scope);
    const told = async (at: string): Promise<string[]> => {
      const alarms = await cutoffAlarms(test().context({ at }));
      return alarms.filter(({ facts }) => facts.bank === 'BANK').map(({ kind }) => kind);
    };
    expect(await told('2026-11-02T00:59:59Z')).to.deep.equal([]);
    expect(await told('2026-11-02T01:00:00Z')).to.deep.equal(['cut-off-near']);
    expect(await told('2026-11-02T03:00:00Z')).to.deep.equal(['cut-off-missed']);
    expect(await release('2026-11-02T03:01:00Z')).to.include({ batches: 1, held: 1 });
    const states = async (): Promise<string[]> =>
      (await batchesOf(test().db, { period: TOWN_PERIOD, state: null })).map(({ state }) => state);
    expect((await states()).sort()).to.deep.equal(['approved', 'released']);
    expect(await release('2026-11-02T03:00:59Z')).to.include({ batches: 1, held: 0 });
    expect(await states()).to.deep.equal(['released', 'released']);
    expect(await told('2026-11-02T03:00:00Z')).to.deep.equal([]);
  });
});

describe('a clock that goes wrong while batches are sent', () => {
  const test = useDatabase();

  it('F22: is asked before anything is put and before each batch, and sends nothing more', async () => {
    await approvedTown(test());
    const puts: string[] = [];
    let answers = [true, true, false];
    const scope = {
      period: TOWN_PERIOD,
      owner: 'drifting',
      leaseSeconds: 60,
      expectClock: () => {
        const [isRight, ...rest] = answers;
        answers = rest;
        return isRight === true
          ? Promise.resolve()
          : Promise.reject(new Refusal('clocks-disagree'));
      },
    };
    const releaseNow = (): Promise<string> =>
      whatRefused(releaseBatches(test().context({ at: AT }), noting(puts), scope));
    expect(await releaseNow()).to.equal('clocks-disagree');
    expect(await states(test())).to.have.members(['released', 'approved']);
    expect(puts).to.have.length(1);
    answers = [true, true];
    await releaseNow();
    expect(await states(test())).to.deep.equal(['released', 'released']);
    expect(puts).to.have.length(2);
  });

  it('F22: in production it is held against the clock of the database', async () => {
    const sendOn = (environment: 'production' | 'sandbox'): Promise<string> =>
      whatRefused(
        releaseJob.run(
          test().context({ at: AT }),
          { transports: noting([]) } as unknown as Parameters<typeof releaseJob.run>[1],
          { ...TOWN_SCOPE, ...ASKER, environment },
        ),
      );
    expect(await sendOn('production')).to.equal('clocks-disagree');
    expect(await sendOn('sandbox')).to.not.equal('clocks-disagree');
  });
});

describe('a day off that is declared after a batch was signed for it', () => {
  const test = useDatabase();

  it('F28: holds every batch of that day and tells of it; what is gathered again counts on the next', async () => {
    const { folder } = await walkTown(test(), { until: 'approved', recipients: 40 });
    await askWhoDied(test(), AT);
    const transports = townTransports(folder);
    const release = (): Promise<{ batches: number; held: number }> =>
      releaseBatches(test().context({ at: AT }), transports, {
        period: TOWN_PERIOD,
        owner: 'declared',
        leaseSeconds: 60,
      });
    const [signed] = await batchesOf(test().db, { period: TOWN_PERIOD, state: 'approved' });
    const day = signed?.valueDate ?? plainDate('2026-11-02');
    const declared = `insert into calendar_day values (:day::date, 'declared late', 'swap_off', 'test')`;
    await many(test().owner, declared, { day });
    expect(await release()).to.include({ batches: 0, held: 2 });
    expect(await many(test().db, 'select from file_dispatch')).to.deep.equal([]);
    const told = await cutoffAlarms(test().context({ at: AT }));
    expect(told.map(({ kind }) => kind)).to.deep.equal(['value-date-off', 'value-date-off']);
    expect(await bankDay(test().db, { day, steps: 0 })).to.equal('2026-11-03');
    // Taken back, the day is again the one that was signed.
    await many(test().owner, `delete from calendar_day where name = 'declared late'`);
    expect(await release()).to.include({ batches: 2, held: 0 });
  });
});
