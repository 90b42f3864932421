import { recordFile } from '../audit/file.sql.ts';
import { vnd } from '../kernel/money.ts';
import { addMonths } from '../kernel/period.ts';
import { PROGRAMMES } from '../kernel/reference.ts';
import type { ArchivedFile } from '../platform/archive.ts';
import type { Context } from '../platform/context.ts';
import { copyOutRows } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import type { BankProfile } from './bank-profile.ts';
import { knownBanks, profilesInUse } from './bank-profile.sql.ts';
import {
  addPaymentFile,
  advanceBatch,
  batchesOf,
  changesOfBatch,
  communeNames,
  LINES_OF_BATCH,
  partsOfBatch,
  type BatchHead,
  type FilePart,
} from './batch.sql.ts';
import type { GatherScope } from './gather-batches.flow.ts';
import type { PaymentChange, PaymentFileHead } from './payment-file.ts';
import type { PaymentFileWriters } from './payment-file.port.ts';

interface RenderedPart {
  readonly part: FilePart;
  readonly head: PaymentFileHead;
  readonly name: string;
  readonly file: ArchivedFile;
  readonly first: PartEdge;
  readonly last: PartEdge;
}

interface PartEdge {
  readonly recipientId: string;
  readonly reference: string;
}

/**
 * Renders the very files that will be sent and seals the batches, before anybody is asked to sign:
 * what is approved is what is sent. Sealing makes the database draw count, sum and hash again.
 * Returns the ids of the batches that are now waiting for their checkers.
 */
export async function renderBatches(
  context: Context,
  writers: PaymentFileWriters,
  scope: GatherScope,
): Promise<bigint[]> {
  const profiles = await profilesInUse(context.db, scope.environment);
  const gathered = await batchesOf(context.db, { period: scope.period, state: 'gathered' });
  for (const batch of gathered) {
    const profile = profiles.get(batch.channel);
    if (profile === undefined) throw new Error(`batch ${batch.batchId} has no channel`);
    const parts = await renderParts(context, writers, { batch, profile });
    context.boundary('batch:rendered');
    await seal(context, { batch, profile }, parts);
    context.boundary('batch:sealed');
  }
  return gathered.map(({ batchId }) => batchId);
}

/** One pass over the lines, cut into parts as they come by. */
async function renderParts(
  context: Context,
  writers: PaymentFileWriters,
  { batch, profile }: { batch: BatchHead; profile: BankProfile },
): Promise<RenderedPart[]> {
  const { db, archive } = context;
  const { linesPerFile, vndPerFile } = profile.outbound.limits;
  const parts = await partsOfBatch(db, { ...batch, linesPerFile, vndPerFile });
  const names = { banks: await knownBanks(db), communes: await communeNames(db, batch) };
  const writer = writers(profile, names);
  const changes = await changesFor(context, batch, profile);
  const lines = cutter(
    copyOutRows(db, LINES_OF_BATCH, { batchId: batch.batchId, period: batch.period }),
  );
  const rendered: RenderedPart[] = [];
  try {
    for (const part of parts) {
      const head = headOf(batch, profile, { ...part, changes: part.partNo === 1 ? changes : [] });
      const taken = lines.take(Number(part.count));
      const file = await archive.put(writer.write(head, taken.rows));
      rendered.push({ part, head, name: writer.fileName(head), file, ...taken.edges() });
    }
    await lines.end();
  } finally {
    await lines.close();
  }
  return rendered;
}

/** A form in which more changes stand than this is no form any more. */
const MOST_CHANGES = 50_000;

/** What changed against the month before, for the one form that tells it. */
async function changesFor(
  { db }: Context,
  { batchId, period }: BatchHead,
  { outbound }: BankProfile,
): Promise<readonly PaymentChange[]> {
  if (outbound.format !== 'treasury-09') return [];
  const before = addMonths(period, -1);
  return changesOfBatch(db, { batchId, period, before, atMost: MOST_CHANGES });
}

async function seal(
  { db, clock, actor }: Context,
  { batch, profile }: { batch: BatchHead; profile: BankProfile },
  parts: readonly RenderedPart[],
): Promise<void> {
  const at = clock();
  await write(db, async (tx) => {
    for (const { part, head, name, file, first, last } of parts) {
      const fileId = await recordFile(tx, {
        direction: 'out',
        counterpart: batch.channel,
        kind: 'payment',
        name,
        sha256: file.sha256,
        byteSize: file.byteSize,
        at,
      });
      await addPaymentFile(tx, {
        batchId: batch.batchId,
        fileId,
        messageId: head.messageId,
        paymentInformationId: head.paymentInformationId,
        profileVersion: profile.version,
        ...part,
        first,
        last,
      });
    }
    await advanceBatch(tx, 'batch-prepared', { batchId: batch.batchId, actor, at });
  });
}

function headOf(
  batch: BatchHead,
  { payer }: BankProfile,
  { partNo, count, totalVnd, changes }: FilePart & { changes: readonly PaymentChange[] },
): PaymentFileHead {
  const part = String(partNo).padStart(3, '0');
  return {
    messageId: `${batch.batchCode}-M${part}`,
    paymentInformationId: `${batch.batchCode}-P${part}`,
    period: batch.period,
    programme: PROGRAMMES[batch.programme],
    partNo,
    createdAt: batch.preparedAt,
    lineCount: count,
    totalVnd: vnd(totalVnd),
    valueDate: batch.valueDate,
    changes,
    payer,
  };
}

interface TakenRows {
  readonly rows: AsyncIterable<Buffer>;
  /** The first and last row taken; to be asked when they have been read. */
  edges(): { first: PartEdge; last: PartEdge };
}

const LINE_FEED = 10;

/** Hands out a stream of blocks of whole rows in portions of an exact number of rows. */
function cutter(source: AsyncGenerator<Buffer>): {
  take(count: number): TakenRows;
  /** Throws when rows are left. */
  end(): Promise<void>;
  /** Gives the connection back, also when a row was refused half-way. */
  close(): Promise<void>;
} {
  let pending: Buffer = Buffer.alloc(0);

  async function* portion(count: number, edges: string[]): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (pending.length === 0) {
        const next = await source.next();
        if (next.done === true) throw new Error(`the batch has ${left} lines fewer than its parts`);
        pending = next.value;
      }
      const { end, rows } = rowsWithin(pending, left);
      const block = pending.subarray(0, end);
      pending = pending.subarray(end);
      left -= rows;
      if (edges.length === 0) edges.push(rowText(block, 0));
      edges[1] = rowText(block, block.lastIndexOf(LINE_FEED, -2) + 1);
      yield block;
    }
  }

  return {
    take(count) {
      const seen: string[] = [];
      return {
        rows: portion(count, seen),
        edges: () => ({ first: edge(seen[0]), last: edge(seen[1]) }),
      };
    },

    async end() {
      const more = pending.length > 0 || (await source.next()).done !== true;
      if (more) throw new Error('the batch has more lines than its parts');
    },

    async close() {
      await source.return(undefined);
    },
  };
}

/** How many rows of a block, at most so many, and where the last of them ends. */
function rowsWithin(block: Buffer, most: number): { rows: number; end: number } {
  let rows = 0;
  let end = 0;
  while (rows < most && end < block.length) {
    end = block.indexOf(LINE_FEED, end) + 1;
    rows += 1;
  }
  return { rows, end };
}

function rowText(block: Buffer, from: number): string {
  return block.toString('utf8', from, block.indexOf(LINE_FEED, from));
}

function edge(row: string | undefined): PartEdge {
  const [recipientId, reference] = row?.split('\t') ?? [];
  if (recipientId === undefined || reference === undefined) {
    throw new Error('a part of a batch has no line');
  }
  return { recipientId, reference };
}
