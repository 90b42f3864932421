import { createHash } from 'node:crypto';
import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { copyOut } from '../platform/copy.ts';
import { write, type Db, type Tx } from '../platform/db.ts';
import { keyIdOf } from '../platform/ed25519.ts';
import { auditHead, recordEvent } from './audit.sql.ts';
import { checkpointText, signedNote } from './checkpoint.ts';
import type { HeadSigner } from './head-signer.port.ts';
import type { HeadWitness } from './head-witness.port.ts';
import { growingTree, leafHash, type GrowingTree } from './merkle.ts';
import type { SealableTable } from './seal.ts';
import {
  differingBuckets,
  fixTextForms,
  holdAuditLog,
  lastSealEvent,
  LOG_LEAVES,
  putSealedTable,
  putSignedHead,
  sealableTables,
  sealedTables,
  sealTable,
  signedHeads,
  tableSeals,
} from './seal.sql.ts';

export interface Sealing {
  readonly signer: HeadSigner;
  readonly witnesses: readonly HeadWitness[];
}

export interface Sealed {
  /** False when nothing was recorded since the last seal. */
  readonly changed: boolean;
  /** The newest signed head, as it is published. */
  readonly note: string;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/**
 * Seals every row, records the seal in the log, signs the head of the log and gives it to every
 * witness. While rows are hashed nobody can record an event, so the seal is of one moment. A row that
 * is not as it was sealed before is refused ('rows-differ-from-seal') and nothing is sealed anew.
 * What a crash left unpublished is published by the next call.
 */
export async function sealRows(context: Context, by: Sealing): Promise<Sealed> {
  const { db } = context;
  const before = await newestHead(db);
  await write(db, async (tx) => {
    await fixTextForms(tx);
    await holdAuditLog(tx);
    await sealTables(tx);
    await recordSeal(tx, context);
    await signHead(tx, context, by.signer);
  });
  for (const witness of by.witnesses) await publishMissing(db, witness);
  const note = await newestHead(db);
  return { changed: note !== before, note: note ?? '' };
}

async function newestHead(db: Db): Promise<string | undefined> {
  return (await signedHeads(db)).at(-1)?.note;
}

async function sealTables(tx: Tx): Promise<void> {
  const sealed = new Map((await sealedTables(tx)).map((one) => [one.table, one]));
  let lost = 0n;
  for (const of of await sealableTables(tx)) {
    const known = sealed.get(of.table);
    sealed.delete(of.table);
    const hashedOtherwise = known !== undefined && columnsOf(known) !== columnsOf(of);
    // A migration added a column: what was sealed is compared as it was, then sealed as it is.
    if (hashedOtherwise) {
      const buckets = await differingBuckets(tx, { ...of, ...known });
      lost += buckets.reduce((sum, bucket) => sum + bucket.lost, 0n);
    }
    await putSealedTable(tx, of);
    const done = await sealTable(tx, of, { anew: hashedOtherwise });
    lost += done.lost;
  }
  if (lost > 0n || sealed.size > 0) {
    throw new Refusal('rows-differ-from-seal', {
      rows: lost,
      tables: [...sealed.keys()].join(' '),
    });
  }
}

function columnsOf({ frozen, changing }: Pick<SealableTable, 'frozen' | 'changing'>): string {
  return JSON.stringify([frozen, changing]);
}

/** SHA-256 in hex over what the seal of each table comes to: one line a table. */
export async function sealRoot(db: Db | Tx): Promise<{ root: string; rows: bigint }> {
  const hash = createHash('sha256');
  let rows = 0n;
  for (const seal of await tableSeals(db)) {
    hash.update(`${seal.table} ${seal.rows} ${seal.hash} ${columnsOf(seal)}\n`);
    rows += seal.rows;
  }
  return { root: hash.digest('hex'), rows };
}

async function recordSeal(tx: Tx, { clock, actor }: Context): Promise<void> {
  const { root, rows } = await sealRoot(tx);
  if ((await lastSealEvent(tx))?.root === root) return;
  await recordEvent(tx, {
    at: clock(),
    actor,
    action: 'rows-sealed',
    subject: 'log',
    facts: { root, rows: String(rows) },
  });
}

async function signHead(tx: Tx, { clock }: Context, signer: HeadSigner): Promise<void> {
  const { eventNo } = await auditHead(tx);
  if ((await signedHeads(tx)).at(-1)?.treeSize === eventNo) return;
  const tree = await treeOfLog(tx);
  const text = checkpointText({ origin: signer.name, size: tree.size, root: tree.root() });
  await putSignedHead(tx, {
    treeSize: BigInt(tree.size),
    root: Buffer.from(tree.root()).toString('hex'),
    note: signedNote(text, {
      keyName: signer.name,
      keyId: keyIdOf(signer.name, signer.publicKey),
      signature: signer.sign(text),
    }),
    at: clock(),
  });
}

async function treeOfLog(tx: Tx): Promise<GrowingTree> {
  const tree = growingTree(sha256);
  for await (const events of copyOut(tx, LOG_LEAVES)) {
    for (const [, leaf] of events) tree.add(leafHash(sha256, Buffer.from(leaf ?? '', 'hex')));
  }
  return tree;
}

/** Gives a witness every head that it does not hold, the oldest first. */
async function publishMissing(db: Db, witness: HeadWitness): Promise<void> {
  const held = new Set(await witness.heads());
  for (const { treeSize: size, note } of await signedHeads(db)) {
    if (!held.has(note)) await witness.publish({ size, note });
  }
}
