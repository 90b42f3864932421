import { recordFile } from '../audit/file.sql.ts';
import { vnd } from '../kernel/money.ts';
import type { ArchivedFile } from '../platform/archive.ts';
import type { Context } from '../platform/context.ts';
import { copyOut } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import {
  addPaymentFile,
  advanceBatch,
  batchesOf,
  channelsOf,
  communeNames,
  LINES_OF_BATCH,
  partsOfBatch,
  type BatchHead,
  type FilePart,
} from './batch.sql.ts';
import type { Channel } from './channel.ts';
import type { GatherScope } from './gather-batches.flow.ts';
import type { PaymentFileFormat, PaymentFileHead, PaymentLine } from './payment-file.ts';
import type { PaymentFileWriter } from './payment-file.port.ts';

export type PaymentFileWriters = Readonly<Record<PaymentFileFormat, PaymentFileWriter>>;

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
  const channels = await channelsOf(context.db, scope.environment);
  const gathered = await batchesOf(context.db, { period: scope.period, state: 'gathered' });
  for (const batch of gathered) {
    const channel = channels.find((one) => one.channel === batch.channel);
    if (channel === undefined) throw new Error(`batch ${batch.batchId} has no channel`);
    const parts = await renderParts(context, writers[batch.format], { batch, channel });
    context.boundary('batch:rendered');
    await seal(context, batch, parts);
    context.boundary('batch:sealed');
  }
  return gathered.map(({ batchId }) => batchId);
}

/** One pass over the lines, cut into parts as they come by. */
async function renderParts(
  { db, archive }: Context,
  writer: PaymentFileWriter,
  { batch, channel }: { batch: BatchHead; channel: Channel },
): Promise<RenderedPart[]> {
  const parts = await partsOfBatch(db, { ...batch, linesPerFile: channel.linesPerFile });
  const communes = await communeNames(db, batch);
  const lines = cutter(
    copyOut(db, LINES_OF_BATCH, { batchId: batch.batchId, period: batch.period }),
    communes,
  );
  const rendered: RenderedPart[] = [];
  try {
    for (const part of parts) {
      const head = headOf(batch, channel, part);
      const taken = lines.take(Number(part.count));
      const file = await archive.put(writer.write(head, taken.lines));
      rendered.push({ part, head, name: writer.fileName(head), file, ...taken.edges() });
    }
    await lines.end();
  } finally {
    await lines.close();
  }
  return rendered;
}

async function seal(
  { db, clock, actor }: Context,
  batch: BatchHead,
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
        ...part,
        first,
        last,
      });
    }
    await advanceBatch(tx, 'batch-prepared', { batchId: batch.batchId, actor, at });
  });
}

function headOf(batch: BatchHead, channel: Channel, part: FilePart): PaymentFileHead {
  const partNo = String(part.partNo).padStart(3, '0');
  return {
    messageId: `${batch.batchCode}-M${partNo}`,
    paymentInformationId: `${batch.batchCode}-P${partNo}`,
    createdAt: batch.preparedAt,
    lineCount: part.count,
    totalVnd: vnd(part.totalVnd),
    valueDate: batch.valueDate,
    payer: {
      name: channel.payerName,
      agreement: channel.payerAgreement,
      account: channel.payerAccount,
      bankBin: channel.payerBankBin,
    },
  };
}

interface TakenLines {
  readonly lines: AsyncIterable<readonly PaymentLine[]>;
  /** The first and last line taken; to be asked when they have been read. */
  edges(): { first: PartEdge; last: PartEdge };
}

/** Hands out a stream of chunks in portions of an exact number of lines. */
function cutter(
  source: AsyncGenerator<(string | null)[][]>,
  communes: ReadonlyMap<string, string>,
): {
  take(count: number): TakenLines;
  /** Throws when lines are left. */
  end(): Promise<void>;
  /** Gives the connection back, also when a line was refused half-way. */
  close(): Promise<void>;
} {
  let pending: (string | null)[][] = [];

  async function* portion(
    count: number,
    edges: (string | null)[][],
  ): AsyncGenerator<PaymentLine[]> {
    let left = count;
    while (left > 0) {
      if (pending.length === 0) {
        const next = await source.next();
        if (next.done === true) throw new Error(`the batch has ${left} lines fewer than its parts`);
        pending = next.value;
      }
      const rows = pending.slice(0, left);
      pending = pending.slice(rows.length);
      left -= rows.length;
      if (edges.length === 0) edges.push(rows[0] ?? []);
      edges[1] = rows.at(-1) ?? [];
      yield rows.map((row) => paymentLine(row, communes));
    }
  }

  return {
    take(count) {
      const seen: (string | null)[][] = [];
      return {
        lines: portion(count, seen),
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

function edge(row: (string | null)[] | undefined): PartEdge {
  if (row === undefined) throw new Error('a part of a batch has no line');
  return { recipientId: row[0] ?? '', reference: row[1] ?? '' };
}

function paymentLine(row: (string | null)[], communes: ReadonlyMap<string, string>): PaymentLine {
  const communeCode = row[7] ?? '';
  return {
    endToEndId: row[1] ?? '',
    amountVnd: vnd(BigInt(row[2] ?? '')),
    payeeName: row[3] ?? '',
    citizenNumber: row[4] ?? '',
    bankBin: row[5] ?? '',
    accountNumber: row[6] ?? '',
    communeName: communes.get(communeCode) ?? communeCode,
  };
}
