import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

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
