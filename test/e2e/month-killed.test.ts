import { expect } from 'chai';
import { businessTables, tableHash } from '../../src/audit/state.sql.ts';
import { BOUNDARIES, type BoundaryName } from '../../src/kernel/boundary.ts';
import type { Db } from '../../src/platform/db.ts';
import { brokenInvariants } from '../support/database.ts';
import {
  booksOf,
  disagreements,
  inNewPlace,
  overpaid,
  type Books,
  type MonthRun,
} from '../support/month.ts';

// A month is killed at every boundary in turn, as a power cut would, and run again. Whatever was
// half done, it must end where a month that nobody disturbed ends, with nobody paid twice.

const SCALE = ['--recipients', '60', '--seed'] as const;
const SEED = '2026';

/** Each runs a month and its counterparts: more than two at once would only wait for each other. */
const AT_ONCE = 2;

interface Outcome {
  readonly killed: MonthRun | null;
  readonly resumed: MonthRun;
  readonly books: Books;
  readonly broken: readonly string[];
  /** Hash by table, to say where two states differ. */
  readonly tables: Readonly<Record<string, string>>;
}

function walk(killAt: BoundaryName | null, seed = SEED): Promise<Outcome> {
  return inNewPlace(async (place) => {
    const killed = killAt === null ? null : await place.month(...SCALE, seed, '--kill-at', killAt);
    const resumed = await place.month(...SCALE, seed);
    return {
      killed,
      resumed,
      books: await booksOf(place),
      broken: await brokenInvariants(place.db),
      tables: await tableHashes(place.db),
    };
  });
}

async function tableHashes(db: Db): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const table of await businessTables(db)) {
    const { rows, hash } = await tableHash(db, table);
    hashes[table.table] = `${rows} ${hash}`;
  }
  return hashes;
}

describe('a month that is killed and run again (F01, F02, F03)', function () {
  this.timeout(300_000);
  const outcomes = new Map<BoundaryName | null, Promise<Outcome>>();
  const outcomeOf = (killAt: BoundaryName | null): Promise<Outcome> => {
    const outcome = outcomes.get(killAt);
    if (outcome === undefined) throw new Error('not started');
    return outcome;
  };

  before(() => {
    // Each place in the queue waits for the one AT_ONCE before it.
    const queue: Promise<unknown>[] = [];
    for (const killAt of [null, ...BOUNDARIES]) {
      const turn = queue.at(-AT_ONCE) ?? Promise.resolve();
      const outcome = turn.then(() => walk(killAt));
      outcomes.set(killAt, outcome);
      queue.push(outcome.catch(() => undefined));
    }
  });
  after(() => Promise.allSettled(outcomes.values()));

  it('undisturbed, ends with every total tied', async () => {
    const { resumed, books, broken } = await outcomeOf(null);
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(resumed.stateHash).not.to.equal('');
    expect(broken).to.deep.equal([]);
    // Otherwise there would be nothing to pay twice.
    expect(books.theirs.BANK.size).to.be.greaterThan(30);
    expect(books.theirs.POST.size).to.be.greaterThan(3);
  });

  it('of other people, ends elsewhere: the state hash does tell months apart', async () => {
    const [{ resumed, tables }, other] = await Promise.all([outcomeOf(null), walk(null, '2027')]);
    expect(other.resumed.code, other.resumed.stderr).to.equal(0);
    expect(other.resumed.stateHash).not.to.equal(resumed.stateHash);
    for (const table of ['recipient', 'payment_instruction', 'payment_outcome', 'file']) {
      expect(other.tables[table], table).not.to.equal(tables[table]);
    }
  });

  for (const boundary of BOUNDARIES) {
    it(`at ${boundary}, ends where an undisturbed one ends`, async () => {
      const undisturbed = await outcomeOf(null);
      const { killed, resumed, books, broken, tables } = await outcomeOf(boundary);
      // A boundary that is never passed would leave the month whole, and prove nothing.
      expect(killed?.signal, killed?.stderr).to.equal('SIGKILL');
      expect(killed?.stateHash).to.equal('');

      expect(resumed.code, resumed.stderr).to.equal(0);
      expect(tables).to.deep.equal(undisturbed.tables);
      expect(resumed.stateHash).to.equal(undisturbed.resumed.stateHash);

      expect(overpaid(books)).to.deep.equal([]);
      expect(disagreements(books.ledger.BANK, books.theirs.BANK)).to.deep.equal([]);
      expect(disagreements(books.ledger.POST, books.theirs.POST)).to.deep.equal([]);
      expect(broken).to.deep.equal([]);
    });
  }
});
