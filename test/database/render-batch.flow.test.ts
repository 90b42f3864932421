import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { batchesOf, LINES_OF_BATCH, type BatchHead } from '../../src/batch/batch.sql.ts';
import type { PaymentFileWriter } from '../../src/batch/payment-file.port.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import type { Boundary, BoundaryName } from '../../src/kernel/boundary.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { copyOut } from '../../src/platform/copy.ts';
import { many, one } from '../../src/platform/db.ts';
import { useDatabase, type TestDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { TOWN_PERIOD, TOWN_SCOPE, walkTown } from '../support/town.ts';
import { sandboxOfSmallFiles } from '../support/profiles.ts';
import { paymentFileWriters as WRITERS } from '../../adapters/bank/payment-files.ts';

const LINES_PER_FILE = 7;
const MAKER = { actor: 'sandbox-maker' };

interface RecordedFile {
  readonly partNo: number;
  readonly name: string;
  readonly messageId: string;
  readonly sha256: string;
  readonly byteSize: bigint;
  readonly count: bigint;
  readonly vnd: bigint;
  readonly first: string;
  readonly last: string;
}

function filesOf({ db }: TestDatabase, batchId: bigint): Promise<RecordedFile[]> {
  return many(
    db,
    `select p.part_no as "partNo", f.name, p.message_id as "messageId",
            encode(f.sha256, 'hex') as sha256, f.byte_size as "byteSize", p.line_count as count,
            p.total_vnd as vnd, p.first_reference as first, p.last_reference as last
       from payment_file p join file f using (file_id)
      where p.batch_id = :batchId order by p.part_no`,
    { batchId },
  );
}

async function linesOf({ db }: TestDatabase, batchId: bigint): Promise<(string | null)[][]> {
  const lines: (string | null)[][] = [];
  for await (const chunk of copyOut(db, LINES_OF_BATCH, { batchId, period: TOWN_PERIOD })) {
    lines.push(...chunk);
  }
  return lines;
}

/** A town whose batches wait to be rendered into files of seven lines. */
async function gatheredTown(test: TestDatabase): Promise<void> {
  await sandboxOfSmallFiles(test, TOWN_SCOPE, LINES_PER_FILE);
  await walkTown(test, { until: 'gathered', recipients: 60 });
}

function inState(test: TestDatabase, state: BatchHead['state']): Promise<BatchHead[]> {
  return batchesOf(test.db, { period: TOWN_PERIOD, state });
}

/** Dies when a boundary is passed. */
function dyingAt(name: BoundaryName): Boundary {
  return (passed) => {
    if (passed === name) throw new Error(`killed at ${name}`);
  };
}

describe('renderBatches', () => {
  const test = useDatabase();
  before(async () => {
    await gatheredTown(test());
    await renderBatches(test().context(MAKER), WRITERS, TOWN_SCOPE);
  });

  it('seals every batch, and renders none twice', async () => {
    expect(await inState(test(), 'gathered')).to.deep.equal([]);
    expect((await inState(test(), 'prepared')).length).to.equal(2);
    expect(await renderBatches(test().context(MAKER), WRITERS, TOWN_SCOPE)).to.deep.equal([]);
  });

  it('cuts a batch at exactly seven lines, in order, and the files hold all of it', async () => {
    for (const batch of await inState(test(), 'prepared')) {
      const lines = await linesOf(test(), batch.batchId);
      const files = await filesOf(test(), batch.batchId);
      expect(files.length).to.equal(Math.ceil(lines.length / LINES_PER_FILE));
      expect(files.length).to.be.greaterThan(1);

      files.forEach((file, i) => {
        const part = lines.slice(i * LINES_PER_FILE, (i + 1) * LINES_PER_FILE);
        expect(file.partNo).to.equal(i + 1);
        expect(file.count).to.equal(BigInt(part.length));
        expect(file.vnd).to.equal(part.reduce((sum, line) => sum + BigInt(line[2] ?? ''), 0n));
        expect([file.first, file.last]).to.deep.equal([part[0]?.[1], part.at(-1)?.[1]]);
      });
      const sums = files.reduce(
        (sum, file) => ({ count: sum.count + file.count, vnd: sum.vnd + file.vnd }),
        { count: 0n, vnd: 0n },
      );
      expect(sums).to.deep.equal({ count: batch.instructionCount, vnd: batch.totalVnd });
    }
  });

  it('puts into each file the lines of its part and no others', async () => {
    for (const batch of await inState(test(), 'prepared')) {
      const lines = await linesOf(test(), batch.batchId);
      for (const file of await filesOf(test(), batch.batchId)) {
        const bytes = readFileSync(test().context().archive.path(file.sha256));
        expect(createHash('sha256').update(bytes).digest('hex')).to.equal(file.sha256);
        expect(BigInt(bytes.length)).to.equal(file.byteSize);
        const first = (file.partNo - 1) * LINES_PER_FILE;
        const part = lines.slice(first, first + LINES_PER_FILE).map(([, reference]) => reference);
        const named = bytes.toString().match(/AS2611TG\d+N\d+T\d+/g);
        expect([...new Set(named)]).to.deep.equal(part);
      }
    }
  });

  it('names messages and files by the batch and the part, never by a person', async () => {
    for (const batch of await inState(test(), 'prepared')) {
      const files = await filesOf(test(), batch.batchId);
      expect(files.map(({ messageId }) => messageId)).to.deep.equal(
        files.map(({ partNo }) => `${batch.batchCode}-M${String(partNo).padStart(3, '0')}`),
      );
      for (const { name, messageId } of files) expect(name).to.contain(messageId);
    }
  });
});

describe('renderBatches, killed and started again', () => {
  const test = useDatabase();
  before(() => gatheredTown(test()));

  it('gives the same bytes: what was rendered before the kill is what is sealed', async () => {
    const archived = (): string[] => {
      const folder = dirname(dirname(test().context().archive.path('0'.repeat(64))));
      return readdirSync(folder, { recursive: true }).map(String).sort();
    };
    const before = archived();
    const [first, second] = await inState(test(), 'gathered');
    const dying = test().context({ ...MAKER, boundary: dyingAt('batch:rendered') });
    expect(
      await renderBatches(dying, WRITERS, TOWN_SCOPE).catch((error: unknown) => String(error)),
    ).to.equal('Error: killed at batch:rendered');
    expect((await inState(test(), 'gathered')).length).to.equal(2);
    const rendered = archived().filter((name) => !before.includes(name));
    expect(rendered.length).to.be.greaterThan(2);

    // Another day, another person: the bytes are the same.
    const again = { actor: 'sandbox-maker', at: '2026-10-24T09:30:00Z' };
    const dyingLater = test().context({ ...again, boundary: dyingAt('batch:sealed') });
    await renderBatches(dyingLater, WRITERS, TOWN_SCOPE).catch((error: unknown) => error);
    const files = await filesOf(test(), first?.batchId ?? 0n);
    const kept = archived();
    expect(kept.filter((name) => !before.includes(name))).to.deep.equal(rendered);
    for (const { sha256 } of files) {
      expect(rendered).to.include(`${sha256.slice(0, 2)}/${sha256.slice(2)}`);
    }

    // The first is sealed now; only the second is left.
    expect(await renderBatches(test().context(again), WRITERS, TOWN_SCOPE)).to.deep.equal([
      second?.batchId,
    ]);
    expect((await inState(test(), 'prepared')).length).to.equal(2);
  });
});

describe('renderBatches, two at once', () => {
  const test = useDatabase();
  before(() => gatheredTown(test()));

  it('seals each batch once, with one set of files', async () => {
    await Promise.allSettled([
      renderBatches(test().context(MAKER), WRITERS, TOWN_SCOPE),
      renderBatches(test().context(MAKER), WRITERS, TOWN_SCOPE),
    ]);
    // Whoever came second was refused by the bytes that were there already, and is run again.
    await renderBatches(test().context(MAKER), WRITERS, TOWN_SCOPE);
    const batches = await inState(test(), 'prepared');
    expect(batches.length).to.equal(2);
    const events = await one<{ n: bigint }>(
      test().db,
      `select count(*) as n from audit_event where action = 'batch-prepared'`,
    );
    expect(events.n).to.equal(2n);
  });
});

describe('renderBatches, refused by a writer', () => {
  const test = useDatabase();
  before(() => gatheredTown(test()));

  /** Takes the first lines and then refuses a value, as the format of a bank would. */
  const refusing: PaymentFileWriter = {
    fileName: (head) => `${head.messageId}.xml`,
    async *write(_head, lines) {
      for await (const chunk of lines) {
        yield Buffer.from('half a file');
        throw new Refusal('value-does-not-fit', { bytes: chunk.length });
      }
    },
  };

  it('seals nothing, and gives its connection back each time', async () => {
    const writers = (): PaymentFileWriter => refusing;
    // More often than the pool has connections.
    for (let i = 0; i < 12; i += 1) {
      const rendering = renderBatches(test().context(MAKER), writers, TOWN_SCOPE);
      expect(await whatRefused(rendering)).to.equal('value-does-not-fit');
    }
    expect((await inState(test(), 'gathered')).length).to.equal(2);
    expect(await many(test().db, 'select from payment_file')).to.deep.equal([]);
  });

  it('renders them once the value fits', async () => {
    await renderBatches(test().context(MAKER), WRITERS, TOWN_SCOPE);
    expect((await inState(test(), 'prepared')).length).to.equal(2);
  });
});

describe('renderBatches, for a channel that is not of the environment', () => {
  const test = useDatabase();
  before(() => gatheredTown(test()));

  it('stops and seals nothing', async () => {
    const scope = { ...TOWN_SCOPE, environment: 'production' } as const;
    const outcome = await renderBatches(test().context(MAKER), WRITERS, scope).catch(
      (error: unknown) => String(error),
    );
    expect(outcome).to.match(/^Error: batch \d+ has no channel$/);
    expect((await inState(test(), 'gathered')).length).to.equal(2);
  });
});
