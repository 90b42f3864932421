import { expect } from 'chai';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveIn } from '../../src/platform/archive.ts';

describe('archive', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'an-sinh-archive-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  const CONTENT = Buffer.from('Danh sách chi trả tháng 11/2026\n'.repeat(1000));

  async function read(content: AsyncIterable<Buffer>): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts);
  }

  /** What lies about half-written. */
  function unfinished(): string[] {
    return existsSync(join(folder, 'new')) ? readdirSync(join(folder, 'new')) : [];
  }

  it('keeps bytes under their hash and gives them back', async () => {
    const archive = archiveIn(folder);
    const kept = await archive.put([CONTENT]);
    expect(kept).to.deep.equal({
      sha256: sha256(CONTENT),
      byteSize: CONTENT.length,
      path: archive.path(sha256(CONTENT)),
    });
    expect(readFileSync(kept.path)).to.deep.equal(CONTENT);
    expect(await read(archive.open(kept.sha256))).to.deep.equal(CONTENT);
    expect(unfinished()).to.deep.equal([]);
  });

  it('keeps the same bytes, however they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 })), async (parts) => {
        const content = Buffer.concat(parts);
        const archive = archiveIn(folder);
        const kept = await archive.put(parts.map((part) => Buffer.from(part)));
        expect(kept.sha256).to.equal(sha256(content));
        expect(kept.byteSize).to.equal(content.length);
        expect(readFileSync(kept.path)).to.deep.equal(content);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the same bytes once, also when they come at once', async () => {
    const archive = archiveIn(folder);
    const kept = await Promise.all(Array.from({ length: 8 }, () => archive.put([CONTENT])));
    expect(new Set(kept.map(({ path }) => path)).size).to.equal(1);
    expect(unfinished()).to.deep.equal([]);
    expect(readdirSync(join(folder, sha256(CONTENT).slice(0, 2)))).to.have.length(1);
  });

  it('never writes over what is there: an altered file stays as evidence', async () => {
    const archive = archiveIn(folder);
    const { path } = await archive.put([CONTENT]);
    chmodSync(path, 0o600);
    writeFileSync(path, 'altered');
    await archive.put([CONTENT]);
    expect(readFileSync(path, 'utf8')).to.equal('altered');
  });

  it('keeps nothing of a source that fails half-way', async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(CONTENT);
      throw new Error('the source failed');
    };
    const outcome = await archiveIn(folder)
      .put(failing())
      .catch((error: unknown) => String(error));
    expect(outcome).to.equal('Error: the source failed');
    expect(unfinished()).to.deep.equal([]);
    expect(readdirSync(folder)).to.deep.equal(['new']);
  });

  it('keeps nothing when the disk takes only a part of the bytes (F14)', () => {
    // A limit on the size of a file does what a full disk does: the last write that fits is short.
    const archive = new URL('../../src/platform/archive.ts', import.meta.url);
    const script = `
      const { archiveIn } = await import(process.argv[1]);
      const kept = await archiveIn(process.argv[2]).put([Buffer.alloc(10_000, 'x')]).then(
        ({ byteSize }) => 'kept ' + byteSize, (error) => error.code);
      process.stdout.write(kept);`;
    const limited = (blocks: number): string =>
      spawnSync(
        'sh',
        [
          '-c',
          `ulimit -f ${blocks}; exec "$0" --import tsx --input-type=module -e "$1" "$2" "$3"`,
          process.execPath,
          script,
          archive.href,
          folder,
        ],
        { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
      ).stdout;
    // In blocks of 512 bytes (dash) or 1024 (bash): below and above the content either way.
    expect(limited(8)).to.equal('EFBIG');
    expect(unfinished()).to.deep.equal([]);
    expect(limited(40)).to.equal('kept 10000');
  });
});
