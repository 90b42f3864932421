import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measuredCheck, unsafeFiles } from '../support/measured-check.ts';

// Services and benches run compiled, everything else from the source: the two must say the same.
const run = promisify(execFile);
const SOURCE = ['--import', 'tsx', 'src/cli.ts'];
const COMPILED = ['dist/src/cli.js'];

/** What an-sinh prints in each of its two forms. */
async function inBoth(...options: string[]): Promise<string[]> {
  const outputs = [SOURCE, COMPILED].map((program) =>
    run(process.execPath, [...program, ...options], { maxBuffer: 1 << 26 }),
  );
  return (await Promise.all(outputs)).map(({ stdout }) => stdout);
}

const ONE_OF_EACH = [
  ...['a bomb', 'a directory without end', 'texts that fill', 'macros alone'],
  ...['a password', 'a picture', 'ten gigabytes'],
];

describe('the compiled program', () => {
  before('is built', async () => {
    await run('npm', ['run', '--silent', 'build']);
  });

  it('explains itself as the source does', async () => {
    const [source, compiled] = await inBoth('--help');
    expect(source).to.include('an-sinh');
    expect(compiled).to.equal(source);
  });

  it('begins its threads: a workbook is checked as by the source', async () => {
    const [source, compiled] = await inBoth(
      ...['intake', 'check', 'test/fixtures/lists/danh-sach-loi.xlsx', '--period', '2026-11'],
    );
    expect(source).to.include('"summary"');
    expect(compiled).to.equal(source);
  });

  it('refuses what is no list by little of it and in little memory, whatever it is', async function () {
    this.timeout(300_000);
    const folder = await mkdtemp(join(tmpdir(), 'an-sinh-unsafe-'));
    try {
      const found: string[] = [];
      // One of each kind, for each is a process of its own; bench:lists has them all.
      const some = (what: string): boolean => ONE_OF_EACH.some((kind) => what.startsWith(kind));
      for await (const { what, path, code } of unsafeFiles(folder)) {
        if (!some(what)) continue;
        const { refused, megabytes, bytesRead } = await measuredCheck(path);
        expect(refused, what).to.equal(code);
        expect(megabytes, what).to.be.below(256);
        // Its own code is some ten megabytes. A second is what bench:lists asks for.
        expect(bytesRead, what).to.be.below(40e6);
        found.push(what);
      }
      expect(found.length).to.equal(ONE_OF_EACH.length + 2);
      // The twin: what is read to its end costs more than that.
      const list = await measuredCheck('test/fixtures/lists/danh-sach-2026-11.xlsx');
      expect(list).to.include({ refused: '' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads a bank’s file as the source does, its schema included', async () => {
    const [source, compiled] = await inBoth(
      'settlement',
      'read',
      'test/fixtures/bank/pain.002.001.10.xml',
    );
    expect(source).to.include('pain.002');
    expect(compiled).to.equal(source);
  });
});
