import { Refusal } from '../kernel/refusal.ts';
import type { Archive } from '../platform/archive.ts';
import { copyOut } from '../platform/copy.ts';
import { snapshot, type Db, type Tx } from '../platform/db.ts';
import type { BundleWriter } from './bundle-writer.port.ts';
import {
  batchToBundle,
  BUCKETS_OF_TABLE,
  eventsOfBatch,
  filesOfBatch,
  recordsOf,
  ROWS_OF_BUNDLE,
  sealsOfRows,
  type BundledBatch,
} from './bundle.sql.ts';
import { inclusionProof, leafHash } from './merkle.ts';
import type { SealableTable } from './seal.ts';
import {
  fixTextForms,
  lastSealEvent,
  LOG_LEAVES,
  sealableTables,
  sealedTables,
  signedHeads,
  tableSeals,
} from './seal.sql.ts';
import { sha256 } from './seal-rows.flow.ts';

/** The version of the layout of a bundle, in docs/audit/README.md. */
const BUNDLE_VERSION = 1;

/**
 * Writes all that proves one batch to somebody who has neither this program nor its database: the
 * rows it follows from, their place under the seals, the events, their place under a signed head, and
 * the bytes that the bank was sent. docs/audit tells the layout and holds a verifier. Refused are a
 * batch that is not there and one whose last step is not sealed yet.
 */
export async function bundleBatch(
  { db, archive }: { db: Db; archive: Archive },
  { batchCode, to }: { batchCode: string; to: BundleWriter },
): Promise<void> {
  await snapshot(db, async (picture) => {
    await fixTextForms(picture);
    const batch = await batchToBundle(picture, { batchCode });
    if (batch === undefined) throw new Refusal('batch-unknown', { batch: batchCode });
    const seal = await lastSealEvent(picture);
    const head = (await signedHeads(picture)).at(-1);
    if (seal === undefined || head === undefined || seal.eventNo < batch.lastEventNo) {
      throw new Refusal('not-sealed-yet', { batch: batchCode });
    }
    await addTables(picture, to);
    await addRows(picture, batch, to);
    const numbers = [...(await eventsOfBatch(picture, batch)), seal.eventNo];
    await to.add('events.ndjson', events(picture, { numbers, size: Number(head.treeSize) }));
    await to.add('head.note', once(head.note));
    for (const { partNo, name, sha256: hash } of await filesOfBatch(picture, batch)) {
      await to.add(`files/${partNo}/${name}`, archive.open(hash));
    }
    const about = { version: BUNDLE_VERSION, batchId: String(batch.batchId), batchCode };
    await to.add('bundle.json', once(JSON.stringify(about)));
  });
  await to.finish();
}

/** What the seal of every table comes to: together they are the root that the log tells of. */
async function addTables(db: Db | Tx, to: BundleWriter): Promise<void> {
  const seals = await tableSeals(db);
  await to.add(
    'tables.ndjson',
    ndjson(seals.map((seal) => ({ ...seal, rows: String(seal.rows) }))),
  );
}

async function addRows(db: Db | Tx, batch: BundledBatch, to: BundleWriter): Promise<void> {
  const sealed = new Map((await sealedTables(db)).map((one) => [one.table, one]));
  const bindings = { batchId: batch.batchId, period: batch.period };
  for (const now of await sealableTables(db)) {
    const where = (ROWS_OF_BUNDLE as Readonly<Record<string, string>>)[now.table];
    if (where === undefined) continue;
    const of: SealableTable = { ...now, ...sealed.get(now.table) };
    const rows = (sql: string): AsyncGenerator<string> => rowsOf(db, sql, bindings);
    await to.add(`rows/${of.table}.ndjson`, rows(recordsOf(of, where)));
    await to.add(`seals/${of.table}.ndjson`, rows(sealsOfRows(of, where)));
    const buckets = rowsOf(db, BUCKETS_OF_TABLE, { table: of.table });
    await to.add(`buckets/${of.table}.ndjson`, buckets);
  }
}

/** The rows of a query, a JSON array of texts a line. */
async function* rowsOf(
  db: Db | Tx,
  sql: string,
  bindings: Readonly<Record<string, string | bigint>>,
): AsyncGenerator<string> {
  for await (const rows of copyOut(db, sql, bindings)) {
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

/** Events with the way from each to the root of the head. */
async function* events(
  db: Db | Tx,
  { numbers, size }: { numbers: readonly bigint[]; size: number },
): AsyncGenerator<string> {
  const wanted = new Set(numbers.map(String));
  const leaves: Uint8Array[] = [];
  const found: { index: number; leaf: string }[] = [];
  for await (const rows of copyOut(db, LOG_LEAVES)) {
    for (const [no, leaf] of rows) {
      const bytes = Buffer.from(leaf ?? '', 'hex');
      const index = leaves.length;
      if (index < size) leaves.push(leafHash(sha256, bytes));
      if (wanted.has(no ?? '')) found.push({ index, leaf: String(bytes) });
    }
  }
  for (const { index, leaf } of found) {
    const path = inclusionProof(sha256, leaves, index);
    const proof = path.map((hash) => Buffer.from(hash).toString('base64'));
    yield `${JSON.stringify({ index, leaf, proof })}\n`;
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* ndjson(values: readonly object[]): AsyncGenerator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}
