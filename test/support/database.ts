import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { countViolations, INVARIANTS } from '../../src/audit/invariants.sql.ts';
import { passBoundary, type Boundary } from '../../src/kernel/boundary.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import type { Context } from '../../src/platform/context.ts';
import { connect, connectAsOwner, type Db, type Tx } from '../../src/platform/db.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedServer,
} from '../../src/platform/embedded-postgres.ts';
import { migrate } from '../../src/platform/migrations.ts';

// One server for the whole run: the one that TEST_SERVER_URL names, or an embedded one that is
// thrown away. One database for each file, copied from a template that was migrated once.

interface Server {
  readonly url: string;
  readonly template: string;
}

let server: Promise<Server> | undefined;
let embedded: EmbeddedServer | undefined;
const folder = mkdtempSync(join(tmpdir(), 'an-sinh-test-'));

export function databaseUrl(ofServer: string, name: string): string {
  return ofServer.replace(/\/postgres(\?|$)/, `/${name}$1`);
}

async function start(): Promise<Server> {
  let url = process.env.TEST_SERVER_URL;
  if (url === undefined) {
    embedded = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false });
    url = embedded.url;
  }
  const template = `template_${randomBytes(6).toString('hex')}`;
  await asOwner(url, `create database ${template}`);
  await migrate(databaseUrl(url, template));
  return { url, template };
}

async function asOwner(url: string, sql: string): Promise<void> {
  const owner = connectAsOwner(url);
  try {
    await owner.raw(sql);
  } finally {
    await owner.destroy();
  }
}

/** The server of this run; started when it is first asked for, stopped at its end. */
export function testServer(): Promise<Server> {
  server ??= start();
  return server;
}

after(async () => {
  if (server === undefined) return;
  const { url, template } = await server;
  await asOwner(url, `drop database if exists ${template} with (force)`);
  await embedded?.stop();
  if (embedded !== undefined) rmSync(embedded.folder, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

export interface TestDatabase {
  /** As the application. */
  readonly db: Db;
  /** As the owner, to plant what the application may not. */
  readonly owner: Db;
  readonly url: string;
  /** A context of a flow, with an archive of its own. */
  context(acting?: { actor?: string; at?: string; boundary?: Boundary }): Context;
}

/**
 * A migrated database of its own for one file. After every test all invariants hold, unless the
 * file says that it breaks them on purpose.
 */
export function useDatabase({ checked = true }: { checked?: boolean } = {}): () => TestDatabase {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const archive = archiveIn(join(folder, name));
  let use: TestDatabase | undefined;
  const current = (): TestDatabase => {
    if (use === undefined) throw new Error('the database is there only while tests run');
    return use;
  };

  before(async () => {
    const { url, template } = await testServer();
    await asOwner(url, `create database ${name} template ${template}`);
    const db = connect(databaseUrl(url, name));
    use = {
      db,
      owner: connectAsOwner(databaseUrl(url, name)),
      url: databaseUrl(url, name),
      context: ({
        actor = 'maker',
        at = '2026-10-22T02:00:00Z',
        boundary = passBoundary,
      } = {}) => ({
        db,
        archive,
        clock: () => new Date(at),
        boundary,
        actor,
      }),
    };
  });

  afterEach(async () => {
    if (!checked) return;
    expect(await brokenInvariants(current().db)).to.deep.equal([]);
  });

  after(async () => {
    const { url } = await testServer();
    await current().db.destroy();
    await current().owner.destroy();
    await asOwner(url, `drop database ${name} with (force)`);
  });

  return current;
}

/** The ids of the invariants that do not hold. */
export async function brokenInvariants(
  db: Db | Tx,
  now: Date = new Date('2026-12-01T00:00:00Z'),
): Promise<string[]> {
  const broken: string[] = [];
  for (const invariant of INVARIANTS) {
    if ((await countViolations(db, { invariant, now })) > 0n) broken.push(invariant.id);
  }
  return broken;
}
