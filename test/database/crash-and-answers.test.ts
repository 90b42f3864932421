import { expect } from 'chai';
import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { creditedByReference, takeWaitingPayments } from '../../adapters/sandbox/bank.ts';
import { takeWaitingLists } from '../../adapters/sandbox/post-office.ts';
import { passBoundary, type Boundary, type BoundaryName } from '../../src/kernel/boundary.ts';
import { many, one } from '../../src/platform/db.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { releaseBatches, type Transports } from '../../src/release/release-batches.flow.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { leasesEnd } from '../support/refused.ts';
import { table } from '../support/table.ts';
import {
  askWhoDied,
  TOWN_PERIOD,
  townSettlement,
  townTransports,
  walkTown,
} from '../support/town.ts';

// The send protocol dies at each of its steps, and the bank answers late, twice, or not until it is asked
// again. What counts is what stands in the books of the bank itself: nobody is ever credited twice, and our
// books say the same of everybody as the bank's.

const AT = '2026-11-02T01:00:00Z';
const SEED = 7;

const CASES = table<'killed' | 'dedupes' | 'answers'>(`
  killed                  dedupes  answers
  release:claimed         yes      late
  release:claimed         yes      doubled
  release:claimed         no       lost
  transport               yes      before
  transport               yes      doubled
  transport               yes      lost
  transport               no       late
  release:delivered       yes      before
  release:delivered       no       doubled
  release:sent            yes      lost
  release:sent            no       late
  settlement:collected    yes      doubled
  settlement:archived     yes      late
  settlement:read         yes      lost
  reconciliation:matched  yes      doubled
`);

const SAID = {
  before: 'answers before the sender has come back',
  late: 'answers after it',
  doubled: 'says everything twice, under other names',
  lost: 'loses its answers on the way, and gives them again when it is asked',
} as const;

/** Dies when a boundary is passed for the first time, and never again. */
function dyingOnce(name: string): Boundary {
  let isDead = false;
  return (passed: BoundaryName) => {
    if (passed !== name || isDead) return;
    isDead = true;
    throw new Error('killed');
  };
}

/** Transports that note what is put, and may die once, after the first put. */
function noting(transports: Transports, puts: string[], { dies }: { dies: boolean }): Transports {
  let isDead = !dies;
  return (profile) => {
    const transport = transports(profile);
    return {
      ...transport,
      async deliver(file) {
        puts.push(profile.channel);
        const said = await transport.deliver(file);
        if (isDead) return said;
        isDead = true;
        throw new Error('killed');
      },
    };
  };
}

/** Runs work as often as it is killed, the last time to its end; how often it was. */
async function untilDone(
  work: () => Promise<unknown>,
  between: () => Promise<void>,
): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    try {
      await work();
      return kills;
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
      await between();
    }
  }
}

/** What each counterpart has laid down, with its path. */
async function answersIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const of of ['bank', 'post']) {
    const out = join(folder, of, 'out');
    const names = await readdir(out).catch(() => []);
    found.push(...names.filter((name) => /\.(xml|csv)$/.test(name)).map((name) => join(out, name)));
  }
  return found;
}

/** The answers that lie in the outboxes are held back until the given function is called. */
async function heldBack(folder: string): Promise<() => Promise<void>> {
  const held = join(folder, 'lost');
  await mkdir(held);
  const lost = await answersIn(folder);
  for (const [i, path] of lost.entries()) await rename(path, join(held, String(i)));
  return async () => {
    for (const [i, path] of lost.entries()) await rename(join(held, String(i)), path);
  };
}

async function saidTwice(folder: string): Promise<void> {
  for (const path of await answersIn(folder)) {
    await copyFile(path, path.replace(/\.(\w+)$/, '-again.$1'));
  }
}

interface Told {
  readonly reference: string;
  readonly vnd: bigint;
  readonly booked: bigint;
}

/** What our books say of each line of the bank. */
function ourBooks({ db }: TestDatabase): Promise<Told[]> {
  return many(
    db,
    `select i.end_to_end_id as reference, i.amount_vnd as vnd,
            coalesce(sum(case t.kind when 'settled' then t.amount_vnd
                                     when 'returned' then -t.amount_vnd end), 0)::bigint as booked
       from payment_instruction i
       join disbursement_batch b on b.batch_id = i.batch_id and b.channel = 'BANK'
       left join ledger_transfer t on t.recipient_id = i.recipient_id
                                  and t.reference = i.end_to_end_id
      group by 1, 2 order by 1`,
  );
}

/** How often the bank's file was of unknown arrival, and how many breaks tell a person of it. */
function unknownFiles({ db }: TestDatabase): Promise<{ unknown: number; told: number }> {
  return one(
    db,
    `select (select count(*)::int from audit_event e
               join file_dispatch d on e.subject = 'file/' || d.file_id
               join disbursement_batch b on b.batch_id = d.batch_id and b.channel = 'BANK'
              where e.action = 'file-unknown') as unknown,
            (select count(*)::int from reconciliation_break r
               join disbursement_batch b on b.batch_id = r.batch_id and b.channel = 'BANK'
              where r.kind = 'not-answered') as told`,
  );
}

for (const { killed, dedupes, answers } of CASES) {
  const bank = `a bank that ${dedupes === 'yes' ? 'refuses' : 'takes'} a reference twice`;
  describe(`killed at ${killed}; ${bank} ${SAID[answers as keyof typeof SAID]}`, () => {
    // A file of which nobody knows whether it arrived waits for a person.
    const test = useDatabase({ checked: false });

    /** The month from its signatures on, with one death and these answers: how many deaths, what was put. */
    async function paid(folder: string): Promise<{ deaths: number; puts: string[] }> {
      const puts: string[] = [];
      const boundary = killed === 'transport' ? passBoundary : dyingOnce(killed);
      const context = test().context({ actor: 'release', at: AT, boundary });
      const dies = killed === 'transport';
      const transports = noting(townTransports(folder), puts, { dies });
      let runs = 0;
      const send = (): Promise<unknown> => {
        runs += 1;
        const scope = { period: TOWN_PERIOD, owner: `run ${runs}`, leaseSeconds: 60 };
        return releaseBatches(context, transports, scope);
      };
      const settle = async (): Promise<void> => {
        await receiveFiles(context, townSettlement(folder), { period: TOWN_PERIOD });
        await reconcile(context);
      };
      const bankActs = async (): Promise<void> => {
        await takeWaitingPayments({ folder: join(folder, 'bank'), seed: SEED });
        await takeWaitingLists({ folder: join(folder, 'post'), seed: SEED });
      };

      const deaths = await untilDone(send, async () => {
        if (answers === 'before') await bankActs();
        await leasesEnd(test().owner);
      });
      await bankActs();
      if (answers === 'doubled') await saidTwice(folder);
      if (answers === 'lost') {
        const giveBack = await heldBack(folder);
        await settle();
        // Silence is no answer: nothing is sent again for want of one.
        await leasesEnd(test().owner);
        await send();
        await bankActs();
        await giveBack();
      }
      const settled = await untilDone(settle, () => Promise.resolve());
      // And nothing more comes of it, however often everybody looks again.
      await leasesEnd(test().owner);
      await send();
      await bankActs();
      await settle();
      return { deaths: deaths + settled, puts };
    }

    it('nobody is credited twice, and the two books agree', async () => {
      const { folder } = await walkTown(test(), { until: 'approved', recipients: 24 });
      await askWhoDied(test(), AT);
      const yes = dedupes === 'yes';
      await many(test().owner, 'update channel set dedupes_reference = :yes', { yes });
      const { deaths, puts } = await paid(folder);
      expect(deaths).to.equal(1);
      // A bank that would take it twice is given it once, whatever it answers and whenever.
      const ofBank = puts.filter((channel) => channel === 'BANK').length;
      expect(ofBank).to.be.at.most(yes ? 2 : 1);

      const credited = await creditedByReference(join(folder, 'bank'));
      const ours = await ourBooks(test());
      expect(ours.length).to.be.greaterThan(10);
      for (const { reference, vnd, booked } of ours) {
        const net = credited.get(reference) ?? 0n;
        expect([0n, vnd], 'credited once or not at all').to.include(net);
        expect(booked, 'what our books say of it').to.equal(net);
      }
      const known = new Set(ours.map(({ reference }) => reference));
      expect([...credited.keys()].filter((reference) => !known.has(reference))).to.deep.equal([]);

      // Where nobody can know whether it arrived it is not put again, and a person is told, once.
      const neverPut = killed === 'release:claimed' && !yes;
      const total = [...credited.values()].reduce((sum, net) => sum + net, 0n);
      expect(total > 0n).to.equal(!neverPut);
      const isUnknown = !yes && killed !== 'release:sent' ? 1 : 0;
      expect(await unknownFiles(test())).to.deep.equal({ unknown: isUnknown, told: isUnknown });
    });
  });
}
