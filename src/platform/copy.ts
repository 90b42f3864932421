import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { BULK_SETTINGS, type Db, type Tx } from './db.ts';

// Bulk data goes in and out by COPY in text format: a line a row, a tab between values, \N for null.
// It costs a third of an INSERT of arrays and a fifteenth of a row by row insert, and memory stays
// flat because both ends wait for each other.

type Value = string | number | bigint | null;

interface Connections {
  client: {
    acquireConnection(): Promise<pg.Client>;
    releaseConnection(connection: pg.Client): Promise<void>;
  };
}

const COPY_OPTIONS = { text: 'format text', 'csv header': 'format csv, header' } as const;

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/** One row as a line of COPY text. */
export function copyLine(values: readonly Value[]): string {
  let line = '';
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) line += '\t';
    line += copyValue(values[i] ?? null);
  }
  return `${line}\n`;
}

/** One value as it stands in COPY text: for rows that are put together by hand. */
export function copyValue(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return SPECIAL.test(value)
    ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
    : value;
}

/**
 * Loads lines of COPY text, or a CSV file with its header, into a table, in the transaction given,
 * and returns the number of rows. Target is written by us: a table and its columns, such as
 * "intake_row (row_no, raw)".
 */
export async function copyIn(
  tx: Tx,
  target: string,
  lines: AsyncIterable<string | Buffer> | Iterable<string | Buffer>,
  format: 'text' | 'csv header' = 'text',
): Promise<number> {
  const { client } = tx as unknown as Connections;
  const connection = await client.acquireConnection();
  const sink = connection.query(copyFrom(`copy ${target} from stdin (${COPY_OPTIONS[format]})`));
  await pipeline(Readable.from(lines, { objectMode: true, highWaterMark: 2 }), sink);
  return sink.rowCount;
}

/**
 * Streams the rows of a query as arrays of text values, in chunks. Null comes as null. COPY takes no
 * bindings, so named values are put in as literals, escaped by the driver.
 */
export async function* copyOut(
  db: Db | Tx,
  sql: string,
  bindings: Readonly<Record<string, string | number | bigint>> = {},
): AsyncGenerator<(string | null)[][]> {
  for await (const rows of copyOutRows(db, sql, bindings)) {
    yield rows
      .toString('utf8', 0, rows.length - 1)
      .split('\n')
      .map(readLine);
  }
}

const LINE_FEED = 10;

/** The same as blocks of whole rows, in the bytes of COPY text: for a million rows that become bytes again. */
export async function* copyOutRows(
  db: Db | Tx,
  sql: string,
  bindings: Readonly<Record<string, string | number | bigint>> = {},
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of copyOutBytes(db, sql, bindings)) {
    const block = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = block.lastIndexOf(LINE_FEED) + 1;
    rest = block.subarray(end);
    if (end > 0) yield block.subarray(0, end);
  }
}

async function* copyOutBytes(
  db: Db | Tx,
  sql: string,
  bindings: Readonly<Record<string, string | number | bigint>>,
): AsyncGenerator<Buffer> {
  const text = sql.replace(/(?<!:):(\w+)/g, (whole, name: string) => {
    const value = bindings[name];
    return value === undefined ? whole : literal(value);
  });
  const { client } = db as unknown as Connections;
  const connection = await client.acquireConnection();
  const isTransaction = 'isCompleted' in db;
  if (isTransaction) {
    yield* copyFromServer(connection, text);
    return;
  }
  try {
    // A month is sorted in memory or on disk, and a session's own limit is meant for a page.
    await connection.query(`begin read only; ${BULK_SETTINGS}`);
    yield* copyFromServer(connection, text);
  } finally {
    await connection.query('rollback').catch(() => undefined);
    await client.releaseConnection(connection);
  }
}

async function* copyFromServer(connection: pg.Client, query: string): AsyncGenerator<Buffer> {
  const source = connection.query(copyTo(`copy (${query}) to stdout`));
  let rowsLeft = true;
  try {
    for await (const bytes of source.iterator({ destroyOnReturn: false })) yield bytes as Buffer;
    rowsLeft = false;
  } catch (error) {
    rowsLeft = false;
    throw error;
  } finally {
    // A reader that stops early leaves rows on the wire, and whoever is given the connection next
    // would wait behind them for ever. They are read away: a COPY cannot be broken off.
    if (rowsLeft) await finished(source.resume());
  }
}

function literal(value: string | number | bigint): string {
  return typeof value === 'string' ? pg.escapeLiteral(value) : String(value);
}

function readLine(line: string): (string | null)[] {
  const values: (string | null)[] = line.split('\t');
  const escaped = line.includes('\\');
  if (escaped) {
    for (let i = 0; i < values.length; i += 1) values[i] = readValue(values[i] ?? '');
  }
  return values;
}

const UNESCAPES: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
};

function readValue(text: string): string | null {
  if (text === '\\N') return null;
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/g, (_whole, character: string) => UNESCAPES[character] ?? character);
}
