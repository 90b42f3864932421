import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passBoundary } from '../../src/kernel/boundary.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import { connect, connectAsOwner, createDatabase, many, type Db } from '../../src/platform/db.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedServer,
} from '../../src/platform/embedded-postgres.ts';
import { databaseUrl, type TestDatabase } from './database.ts';
import { startWire, type Wire } from './wire.ts';

/** A server that one file of tests starts, kills and starts again; its address stays the same. */
export interface OwnServer {
  /** The server itself, through the wire: it outlives the kills. */
  url(): string;
  /** A new, empty database on it. */
  database(): Promise<TestDatabase>;
  /** Stops it as kill does, in the middle of whatever it does. */
  kill(): void;
  /** Starts it again with its data; returns when everybody who was given a database is answered. */
  startAgain(): Promise<void>;
}

/** Starts a server before the tests of a file and ends it after them. */
export function useOwnServer(): OwnServer {
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-own-server-'));
  const started: EmbeddedServer[] = [];
  const pools: Db[] = [];
  let server: EmbeddedServer;
  let wire: Wire;

  const start = async (): Promise<void> => {
    server = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
    started.push(server);
    wire.leadTo(server.url);
  };
  before(async () => {
    wire = await startWire();
    await start();
  });
  after(async () => {
    for (const pool of pools) await pool.destroy();
    await wire.stop();
    // Each start of it counts as one who uses it, so the last to leave stops it.
    for (const one of started) await one.stop();
    rmSync(server.folder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const url = (): string => wire.url(server.url);
  return {
    url,
    async database() {
      const name = `own_${randomBytes(6).toString('hex')}`;
      const maintenance = connectAsOwner(url());
      await createDatabase(maintenance, name);
      await maintenance.destroy();
      const own = databaseUrl(url(), name);
      const [db, owner] = [connect(own), connectAsOwner(own)];
      pools.push(db, owner);
      const archive = archiveIn(join(folder, name));
      return {
        db,
        owner,
        url: own,
        context: ({
          actor = 'maker',
          at = '2026-10-22T02:00:00Z',
          boundary = passBoundary,
        } = {}) => ({ db, archive, clock: () => new Date(at), boundary, actor }),
      };
    },
    kill() {
      const [pid] = readFileSync(
        join(server.folder, 'postgres-18', 'postmaster.pid'),
        'utf8',
      ).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
    },
    async startAgain() {
      await start();
      for (const pool of pools) await answering(pool);
    },
  };
}

/** A pool gives each dead connection away once: whoever is given it asks again. */
async function answering(pool: Db): Promise<void> {
  await many(pool, 'select 1').catch(() => answering(pool));
}
