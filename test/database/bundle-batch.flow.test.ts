import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { extract, pack } from 'tar-stream';
import { tarBundle } from '../../adapters/audit/tar-bundle.ts';
import { recordEvent } from '../../src/audit/audit.sql.ts';
import { bundleBatch } from '../../src/audit/bundle-batch.flow.ts';
import {
  batchToBundle,
  eventsOfBatch,
  filesOfBatch,
  recordsOf,
  sealsOfRows,
} from '../../src/audit/bundle.sql.ts';
import { verifierKey } from '../../src/audit/checkpoint.ts';
import { sealableTables } from '../../src/audit/seal.sql.ts';
import { bucketOf, periodOf, quoted, recordOf } from '../../src/audit/sealed-row.ts';
import { sealRows } from '../../src/audit/seal-rows.flow.ts';
import { write } from '../../src/platform/db.ts';
import { keyIdOf } from '../../src/platform/ed25519.ts';
import { useDatabase } from '../support/database.ts';
import { whatRefused } from '../support/refused.ts';
import { testSigner, testWitness } from '../support/sealing.ts';
import { walkTown } from '../support/town.ts';

const BANK = 'TG-2026-11-40-BANK-1';
const POST = 'TG-2026-11-40-POST-1';

type Entries = Map<string, Buffer>;

describe('a bundle', () => {
  const test = useDatabase();
  const signer = testSigner();
  const key = verifierKey({ ...signer, keyId: keyIdOf(signer.name, signer.publicKey) });
  const folder = mkdtempSync(join(tmpdir(), 'an-sinh-bundle-'));
  const bundle = join(folder, 'bank.tar.gz');

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 400 });
    const context = test().context({ actor: 'job/audit' });
    await sealRows(context, { signer, witnesses: [testWitness()] });
    await bundleBatch(context, { batchCode: BANK, to: await tarBundle(bundle) });
    // The verifier stands alone: nothing of ours lies beside it.
    copyFileSync('docs/audit/verify-bundle.mjs', join(folder, 'verify-bundle.mjs'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the verifier says of a file, and how it ends. */
  async function verified(
    path: string,
    more: readonly string[] = ['--key', key],
  ): Promise<{ code: number; wrong: string[]; said: string }> {
    const run = promisify(execFile)(process.execPath, ['verify-bundle.mjs', path, ...more], {
      cwd: folder,
    });
    const { code, stdout } = await run.then(
      (ended) => ({ code: 0, ...ended }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    const wrong = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
    return { code, wrong: wrong.map((line) => line.slice(7)), said: stdout };
  }

  it('is verified by a program that knows nothing of ours', async () => {
    const { code, wrong, said } = await verified(bundle);
    expect(wrong).to.deep.equal([]);
    expect(code).to.equal(0);
    expect(said).to.include(`batch ${BANK}`);
    expect(said).to.match(/^GÓI ĐÚNG: .* \/ all claims hold\n$/m);
    expect(said.match(/^OK /gm)?.length).to.be.greaterThan(18);
    expect(readdirSync(folder).sort()).to.deep.equal(['bank.tar.gz', 'verify-bundle.mjs']);
  });

  it('is verified of a post office too, and is the same bytes when made again', async () => {
    const context = test().context();
    const [one, two] = [join(folder, 'one.tar.gz'), join(folder, 'two.tar.gz')];
    await bundleBatch(context, { batchCode: POST, to: await tarBundle(one) });
    await bundleBatch(context, { batchCode: POST, to: await tarBundle(two) });
    expect((await verified(one)).wrong).to.deep.equal([]);
    expect(readFileSync(one).equals(readFileSync(two))).to.equal(true);
    rmSync(one);
    rmSync(two);
  });

  it('wants a key, and a head that is the one published', async () => {
    expect((await verified(bundle, [])).code).to.equal(2);
    const head = join(folder, 'head.note');
    const note = (await entriesOf(bundle)).get('head.note') ?? Buffer.alloc(0);
    writeFileSync(head, note);
    expect((await verified(bundle, ['--key', key, '--head', head])).code).to.equal(0);
    writeFileSync(head, String(note).replace('\n', '\n1'));
    const { wrong } = await verified(bundle, ['--key', key, '--head', head]);
    expect(wrong).to.deep.equal(['it is the head that was published: it is another']);
    rmSync(head);
  });

  for (const [what, tamper, claim] of forgeries()) {
    it(`shows that ${what}`, async () => {
      const entries = await entriesOf(bundle);
      await tamper(entries);
      const path = join(folder, 'forged.tar.gz');
      writeFileSync(path, await archiveOf(entries));
      const { code, wrong, said } = await verified(path);
      expect(code).to.equal(1);
      expect(said)
        .to.match(/GÓI SAI: .* \/ .*\n$/)
        .and.not.include('all claims hold');
      expect(wrong.join('\n')).to.match(claim);
      rmSync(path);
    });
  }

  it('shows that somebody else signed the head', async () => {
    const other = testSigner(signer.name);
    const otherKey = verifierKey({ ...other, keyId: keyIdOf(other.name, other.publicKey) });
    expect((await verified(bundle, ['--key', otherKey])).wrong[0]).to.match(/signed by the key/);
  });

  it('is of a batch that is there, and whose last step is sealed', async () => {
    const context = test().context({ actor: 'job/audit' });
    const to = await tarBundle(join(folder, 'none.tar.gz'));
    expect(await whatRefused(bundleBatch(context, { batchCode: 'NONE', to }))).to.equal(
      'batch-unknown',
    );
    await write(test().db, (tx) =>
      recordEvent(tx, {
        at: context.clock(),
        actor: 'somebody',
        action: 'file-looked-at',
        subject: 'file/2',
        facts: {},
      }),
    );
    const [batch, other] = await Promise.all([
      batchToBundle(test().db, { batchCode: BANK }),
      batchToBundle(test().db, { batchCode: POST }),
    ]);
    const late =
      batch !== undefined && batch.lastEventNo > (other?.lastEventNo ?? 0n) ? BANK : POST;
    expect(await whatRefused(bundleBatch(context, { batchCode: late, to }))).to.equal(
      'not-sealed-yet',
    );
  });

  it('holds the events and the files of the batch, and rows as they are hashed', async () => {
    const { db } = test();
    const batch = await batchToBundle(db, { batchCode: BANK });
    if (batch === undefined) throw new Error('no such batch');
    const events = await eventsOfBatch(db, batch);
    expect(events.length).to.be.greaterThan(6);
    expect(events).to.deep.equal([...events].sort((a, b) => Number(a - b)));
    const files = await filesOfBatch(db, batch);
    expect(files.map(({ partNo }) => partNo)).to.deep.equal([1]);

    const rate = (await sealableTables(db)).find(({ table }) => table === 'rate');
    if (rate === undefined) throw new Error('no such table');
    expect(recordsOf(rate, 'true')).to.include(recordOf(rate.frozen)).and.include(`''`);
    expect(sealsOfRows(rate, 'true')).to.include(`${periodOf(rate)}, ${bucketOf(rate)}`);
    expect(quoted('a"b')).to.equal('"a""b"');
  });
});

/** What a forger does, and the claim that does not hold then. */
function forgeries(): (readonly [
  what: string,
  tamper: (entries: Entries) => void | Promise<void>,
  claim: RegExp,
])[] {
  const edit =
    (name: string, change: (text: string) => string) =>
    (entries: Entries): void => {
      const [found] = [...entries.keys()].filter((entry) => entry.startsWith(name));
      if (found === undefined) throw new Error(`no entry ${name}`);
      const before = String(entries.get(found));
      const after = change(before);
      if (after === before) throw new Error(`${name} was not changed`);
      entries.set(found, Buffer.from(after));
    };
  const without = (name: string, pattern: RegExp): ((entries: Entries) => void) =>
    edit(name, (text) =>
      text
        .split('\n')
        .filter((line) => !pattern.test(line))
        .join('\n'),
    );
  const drop =
    (name: string) =>
    (entries: Entries): void => {
      for (const entry of [...entries.keys()]) if (entry.startsWith(name)) entries.delete(entry);
    };
  const lines = 'rows/payment_instruction.ndjson';
  return [
    [
      'an amount was changed',
      edit(lines, (t) => t.replace(/,(\d{6}),/, ',9999999,')),
      /every row of payment_instruction/,
    ],
    [
      'an account was changed',
      edit(lines, (t) => t.replace(/,(\d{7,}),/, ',$19,')),
      /every row of payment_instruction/,
    ],
    [
      'a line was left out',
      edit(lines, (t) => t.slice(t.indexOf('\n') + 1)),
      /the batch is its lines.*count/,
    ],
    [
      'a line stands twice',
      edit(lines, (t) => t.slice(0, t.indexOf('\n') + 1) + t),
      /the batch is its lines.*count/,
    ],
    [
      'a byte of the file was changed',
      edit('files/1/', (t) => t.replace('TRF', 'TRX')),
      /the bytes here are/,
    ],
    [
      'a payment was added to the file',
      edit('files/1/', (t) => t.replace(/(<CdtTrfTxInf>.*?<\/CdtTrfTxInf>)/s, '$1$1')),
      /pay every line once/,
    ],
    ['the file is missing', drop('files/'), /the bytes here are|no whole bundle/],
    [
      'a signature is missing',
      edit('rows/approval.ndjson', (t) => t.slice(t.indexOf('\n') + 1)),
      /two persons.*1 signatures/,
    ],
    [
      'who signed was somebody else',
      edit('events.ndjson', (t) => t.replace(/kiem-soat-1|checker-1|checker-2/, 'mallory')),
      /every event stands/,
    ],
    [
      'the event of a signature is missing',
      without('events.ndjson', /batch-signed/),
      /two persons/,
    ],
    ['the approval is missing', without('events.ndjson', /batch-approved/), /two persons/],
    ['the file was never handed over', without('events.ndjson', /file-sent/), /the bytes here are/],
    [
      'the seal was never told of',
      without('events.ndjson', /rows-sealed/),
      /the seals of all tables/,
    ],
    [
      'the log was another',
      edit('head.note', (t) => t.replace(/\n(\d+)\n/, '\n1$1\n')),
      /signed by the key/,
    ],
    [
      'the signature was another',
      edit('head.note', (t) => t.replace(/....=\n$/, 'AAAA=\n')),
      /signed by the key/,
    ],
    [
      'a table had more rows',
      edit('tables.ndjson', (t) => t.replace(/"rows":"(\d+)"/, '"rows":"1$1"')),
      /the seals of all tables/,
    ],
    [
      'a bucket was another',
      edit('buckets/assessment.ndjson', (t) => t.replace(/"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`)),
      /every row of assessment is/,
    ],
    [
      'a seal was another',
      edit('seals/rate.ndjson', (t) => t.replace(/[0-9a-f]{32}"/, `${'0'.repeat(32)}"`)),
      /every row of rate/,
    ],
    [
      'an assessment was changed',
      edit('rows/assessment.ndjson', (t) => t.replace(/,(\d{6}),/, ',1$1,')),
      /every row of assessment is/,
    ],
    [
      'a coefficient was changed',
      edit('rows/assessment_line.ndjson', (t) => t.replace(/,(\d)\.(\d)00,/, ',9.$200,')),
      /every amount is what/,
    ],
    [
      'a rate was changed',
      edit('rows/rate.ndjson', (t) => t.replaceAll(/,5\d{5},/g, ',555555,')),
      /every row of rate/,
    ],
    [
      'an account was never proven',
      without('rows/verification.ndjson', /,account,/),
      /every account was proven/,
    ],
    [
      'the total was another',
      edit('rows/disbursement_batch.ndjson', (t) => t.replace(/,(\d{8,}),/, ',1$1,')),
      /the batch is its lines/,
    ],
    [
      'the rows are of another batch',
      edit('bundle.json', (t) => t.replace(/"batchId":"\d+"/, '"batchId":"99"')),
      /rows of another batch/,
    ],
    ['the evidence was left out', drop('rows/verification'), /every account was proven/],
    ['the list of tables is missing', drop('tables.ndjson'), /no whole bundle/],
  ];
}

async function entriesOf(path: string): Promise<Entries> {
  const entries: Entries = new Map();
  const reader = extract();
  reader.end(gunzipSync(readFileSync(path)));
  for await (const entry of reader) {
    const parts: Buffer[] = [];
    for await (const bytes of entry) parts.push(bytes as Buffer);
    entries.set(entry.header.name, Buffer.concat(parts));
  }
  return entries;
}

async function archiveOf(entries: Entries): Promise<Buffer> {
  const writer = pack();
  for (const [name, content] of entries) writer.entry({ name }, content);
  writer.finalize();
  const parts: Buffer[] = [];
  for await (const bytes of writer) parts.push(bytes as Buffer);
  return gzipSync(Buffer.concat(parts));
}
