import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { LIST_COLUMNS } from '../../src/intake/recipient-list.ts';

// The floor of a stage is the least that any program must do that leaves the same rows and the same
// files: a bare COPY or INSERT … SELECT of the very rows, the same indexes built afterwards, the same
// bytes written, hashed and put on disk. No rule, no check, no hash of a line, no reason.

const TABLE = 'floor_of_a_stage';

/** Seconds that work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** INSERT … SELECT of the rows of a table into a bare one, then its indexes. */
export async function rowsFloor(db: pg.Client, table: string, where = 'true'): Promise<number> {
  await db.query(`drop table if exists ${TABLE}; create table ${TABLE} (like ${table}); checkpoint`);
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
  const seconds = await timed(async () => {
    await db.query(`insert into ${TABLE} select * from ${table} where ${where}`);
    for (const { columns, kind } of indexes.rows) {
      await db.query(`create index on ${TABLE} using ${kind} (${columns})`);
    }
  });
  await db.query(`drop table ${TABLE}`);
  return seconds;
}

/** A list file as it is, into a table of text without a rule. */
export async function listFloor(db: pg.Client, path: string): Promise<number> {
  const columns = LIST_COLUMNS.map((column) => `${column} text`).join(', ');
  await db.query(`drop table if exists ${TABLE}; create unlogged table ${TABLE} (${columns})`);
  const seconds = await timed(async () => {
    const sink = db.query(copyFrom(`copy ${TABLE} from stdin (format csv, header)`));
    await pipeline(createReadStream(path), sink);
  });
  await db.query(`drop table ${TABLE}`);
  return seconds;
}

/** Rows out to this process as COPY text, and thrown away. */
export async function outFloor(db: pg.Client, query: string): Promise<number> {
  return timed(async () => {
    const source = db.query(copyTo(`copy (${query}) to stdout`));
    for await (const bytes of source) void bytes;
  });
}

/** Rows that are COPY text already, in from this process to a bare table. */
export async function inFloor(db: pg.Client, query: string, scratch: string): Promise<number> {
  await pipeline(db.query(copyTo(`copy (${query}) to stdout`)), createWriteStream(scratch));
  await db.query(`drop table if exists ${TABLE};
                  create unlogged table ${TABLE} as select * from (${query}) q limit 0`);
  const seconds = await timed(async () => {
    await pipeline(createReadStream(scratch), db.query(copyFrom(`copy ${TABLE} from stdin`)));
  });
  await db.query(`drop table ${TABLE}`);
  await rm(scratch);
  return seconds;
}

/** The same bytes read, hashed, written and put on disk. */
export async function fileFloor(path: string, scratch: string): Promise<number> {
  const seconds = await timed(async () => {
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
  return seconds;
}
