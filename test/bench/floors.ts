import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { LIST_COLUMNS } from '../../src/intake/recipient-list.ts';

// The floor of a stage is the least that any program must do that leaves the same rows and the same
// files: a bare COPY or INSERT … SELECT of the very rows, the same indexes built afterwards, the same
// bytes written, hashed and put on disk. No rule, no check, no hash of a line, no reason.

const TABLE = 'floor_of_a_stage';

/** What work took: on the wall, and of the processors, ours and the server's together. */
export interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of these, the server's. */
  readonly serverSeconds: number;
}

/** Measures work. On a busy machine the processor time is the steadier figure. */
export async function timed(work: () => Promise<unknown>): Promise<Took> {
  const serverBefore = serverSeconds();
  const oursBefore = ourSeconds();
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const ours = ourSeconds() - oursBefore;
  const server = serverSeconds() - serverBefore;
  return { seconds, cpuSeconds: ours + server, serverSeconds: server };
}

/** Adds up what several works took. */
export function total(all: readonly Took[]): Took {
  return {
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    serverSeconds: all.reduce((sum, one) => sum + one.serverSeconds, 0),
  };
}

let postmaster = 0;

/**
 * From now on the processors' time of this server's processes is counted too (Linux only). Returns
 * where its data lie.
 */
export async function countServer(db: pg.Client): Promise<string> {
  const { rows } = await db.query<{ data_directory: string }>('show data_directory');
  const data = rows[0]?.data_directory ?? '';
  const path = join(data, 'postmaster.pid');
  if (existsSync('/proc/self/stat') && existsSync(path)) {
    postmaster = Number(readFileSync(path, 'utf8').split('\n', 1)[0]);
  }
  return data;
}

function ourSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Of the postmaster, of its children that have ended, and of those that live; 100 ticks a second. */
function serverSeconds(): number {
  if (postmaster === 0) return 0;
  let ticks = 0;
  for (const pid of readdirSync('/proc')) {
    if (/^\d+$/.test(pid)) ticks += ticksOf(pid);
  }
  return ticks / 100;
}

/** Its own times, and if it is the postmaster those of its ended children; 0 for a stranger. */
function ticksOf(pid: string): number {
  const [, parent, ...times] = statOf(pid) ?? [];
  const own = Number(pid) === postmaster ? times : times.slice(0, 2);
  const ours = Number(pid) === postmaster || parent === postmaster;
  return ours ? own.reduce((sum, ticks) => sum + ticks, 0) : 0;
}

/** State, parent, and the four times of a process; undefined when it has just ended. */
function statOf(pid: string): number[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [0, 1, 11, 12, 13, 14].map((i) => Number(fields[i]));
  } catch {
    return undefined;
  }
}

/** Which rows of a table, and what they have to be joined with on the way. */
export interface Bare {
  readonly where?: string;
  readonly from?: string;
}

/**
 * INSERT … SELECT of the rows of a table into a bare one, then its indexes. Rows that have to be put
 * together from several tables come from a bare join of these: no less reads what they are made of.
 */
export async function rowsFloor(
  db: pg.Client,
  table: string,
  { where = 'true', from = '' }: Bare = {},
): Promise<Took> {
  await db.query(
    `drop table if exists ${TABLE}; create table ${TABLE} (like ${table}); checkpoint`,
  );
  const indexes = await db.query<{ columns: string; kind: string }>(
    `select string_agg(quote_ident(a.attname), ', ' order by k.n) as columns, am.amname as kind
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_am am on am.oid = c.relam,
            unnest(i.indkey::int2[]) with ordinality as k(attnum, n),
            pg_attribute a
      where i.indrelid = $1::regclass and a.attrelid = i.indrelid and a.attnum = k.attnum
      group by i.indexrelid, am.amname`,
    [table],
  );
  const took = await timed(async () => {
    await db.query(`insert into ${TABLE} select ${table}.* from ${table} ${from} where ${where}`);
    for (const { columns, kind } of indexes.rows) {
      await db.query(`create index on ${TABLE} using ${kind} (${columns})`);
    }
  });
  await db.query(`drop table ${TABLE}`);
  return took;
}

/** A list file as it is, into a table of text without a rule. */
export async function listFloor(db: pg.Client, path: string): Promise<Took> {
  const columns = LIST_COLUMNS.map((column) => `${column} text`).join(', ');
  await db.query(`drop table if exists ${TABLE}; create unlogged table ${TABLE} (${columns})`);
  const took = await timed(async () => {
    const sink = db.query(copyFrom(`copy ${TABLE} from stdin (format csv, header)`));
    await pipeline(createReadStream(path), sink);
  });
  await db.query(`drop table ${TABLE}`);
  return took;
}

/** Rows read where they are, and counted. */
export async function readFloor(db: pg.Client, from: string): Promise<Took> {
  return timed(() => db.query(`select count(*) from ${from}`));
}

/** Rows out to this process as COPY text, and thrown away. */
export async function outFloor(db: pg.Client, query: string): Promise<Took> {
  return timed(async () => {
    const source = db.query(copyTo(`copy (${query}) to stdout`));
    await finished(source.resume());
  });
}

/** Rows that are COPY text already, in from this process to a bare table. */
export async function inFloor(db: pg.Client, query: string, scratch: string): Promise<Took> {
  await pipeline(db.query(copyTo(`copy (${query}) to stdout`)), createWriteStream(scratch));
  await db.query(`drop table if exists ${TABLE};
                  create unlogged table ${TABLE} as select * from (${query}) q limit 0`);
  const took = await timed(async () => {
    await pipeline(createReadStream(scratch), db.query(copyFrom(`copy ${TABLE} from stdin`)));
  });
  await db.query(`drop table ${TABLE}`);
  await rm(scratch);
  return took;
}

/** The same bytes read, hashed, written and put on disk. */
export async function fileFloor(path: string, scratch: string): Promise<Took> {
  const took = await timed(async () => {
    const hash = createHash('sha256');
    const file = await open(scratch, 'w');
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 18 })) {
      hash.update(bytes as Buffer);
      await file.write(bytes as Buffer);
    }
    await file.sync();
    await file.close();
  });
  await rm(scratch);
  return took;
}
