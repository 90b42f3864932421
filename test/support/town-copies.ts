import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { countViolations, INVARIANTS } from '../../src/audit/invariants.sql.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import { connect, connectAsOwner, many } from '../../src/platform/db.ts';
import { passBoundary } from '../../src/kernel/boundary.ts';
import { databaseUrl, testServer, type TestDatabase } from './database.ts';
import { walkTown, type Town, type TownStep } from './town.ts';

// A town is walked once and copied as often as a test wants to send another month's end over it.

export interface TownCopy extends TestDatabase {
  readonly town: Town;
  /**
   * Checks all invariants, unless they were broken on purpose, and drops the copy. Done for every copy
   * that is left when a test ends.
   */
  end(how?: { checked: boolean }): Promise<void>;
}

export interface TownCopies {
  copy(): Promise<TownCopy>;
  readonly town: Town;
}

interface WalkedTown {
  readonly until: TownStep;
  readonly recipients?: number;
  /** Prepares the database before the town is walked. */
  prepare?(test: TestDatabase): Promise<void>;
  /** False where tests leave a month half done on purpose. */
  readonly checked?: boolean;
}

/** A town walked up to a step, to be copied. */
export function useTownCopies(walked: WalkedTown): TownCopies {
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-copies-'));
  const source = databaseName('source');
  const open = new Set<TownCopy>();
  let town: Town | undefined;
  const walkedTown = (): Town => {
    if (town === undefined) throw new Error('the town is there only while tests run');
    return town;
  };

  before(async () => {
    const { url, template } = await testServer();
    await onServer(`create database ${source} template ${template}`);
    const test = connected(databaseUrl(url, source), join(folder, 'source'));
    await walked.prepare?.(test);
    town = await walkTown(test, walked);
    // A database that anybody is connected to cannot be copied.
    await disconnect(test);
  });

  afterEach(async () => {
    for (const copy of open) await copy.end({ checked: walked.checked ?? true });
  });

  after(async () => {
    await onServer(`drop database ${source} with (force)`);
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    get town() {
      return walkedTown();
    },
    async copy() {
      const { url } = await testServer();
      const name = databaseName('copy');
      await onServer(`create database ${name} template ${source}`);
      const test = connected(databaseUrl(url, name), join(folder, name));
      const made: TownCopy = {
        ...test,
        town: walkedTown(),
        async end({ checked } = { checked: true }) {
          open.delete(made);
          const broken = checked ? await brokenWhileWaiting(test) : [];
          await disconnect(test);
          await onServer(`drop database ${name} with (force)`);
          expect(broken).to.deep.equal([]);
        },
      };
      open.add(made);
      return made;
    },
  };
}

/** The answers of the sandbox counterparts that wait for a town, by channel and name. */
export function answersOf(town: Town): { channel: string; name: string; content: Buffer }[] {
  return [['BANK', 'bank'] as const, ['POST', 'post'] as const].flatMap(([channel, folder]) =>
    readdirSync(join(town.folder, folder, 'out'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({
        channel,
        name,
        content: readFileSync(join(town.folder, folder, 'out', name)),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** The month is looked at while its answers come in: no file has been silent for too long. */
async function brokenWhileWaiting({ db }: TestDatabase): Promise<string[]> {
  const now = new Date('2026-11-17T01:00:00Z');
  const broken: string[] = [];
  for (const invariant of INVARIANTS) {
    if ((await countViolations(db, { invariant, now })) > 0n) broken.push(invariant.id);
  }
  return broken;
}

function databaseName(kind: string): string {
  return `${kind}_${randomBytes(6).toString('hex')}`;
}

async function onServer(sql: string): Promise<void> {
  const { url } = await testServer();
  const owner = connectAsOwner(url);
  try {
    await many(owner, sql);
  } finally {
    await owner.destroy();
  }
}

function connected(url: string, folder: string): TestDatabase {
  const db = connect(url);
  const archive = archiveIn(folder);
  return {
    db,
    owner: connectAsOwner(url),
    url,
    context: ({ actor = 'maker', at = '2026-10-22T02:00:00Z', boundary = passBoundary } = {}) => ({
      db,
      archive,
      clock: () => new Date(at),
      boundary,
      actor,
    }),
  };
}

async function disconnect({ db, owner }: TestDatabase): Promise<void> {
  await db.destroy();
  await owner.destroy();
}
