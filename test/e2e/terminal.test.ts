import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What the terminal answers whoever mistypes: words, and never the inside of the program.

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** What `an-sinh` answers, begun as its first line says. */
function anSinh(...options: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(PROGRAM, options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

describe('the terminal', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'an-sinh-terminal-'));
  });
  after(() => rm(folder, { recursive: true }));

  const READERS: readonly ((path: string) => string[])[] = [
    (path) => ['intake', 'check', path, '--period', '2026-11'],
    (path) => ['intake', 'check', 'package.json', '--map', path],
    (path) => ['assess', '--cases', path],
    (path) => ['verify', 'names', '--pairs', path],
    (path) => ['settlement', 'read', path],
    (path) => ['rehearse', '--profile', path, '--sent', path, '--received', path],
  ];
  for (const command of READERS) {
    it(`says in words that there is no such file: ${command('FILE').join(' ')}`, async () => {
      const missing = join(folder, 'missing.csv');
      const { code, stderr } = await anSinh(...command(missing));
      expect(code).to.equal(1);
      expect(stderr).to.match(/^file-unreadable: .+ \/ The file that was named .+missing\.csv/);
      expect(stderr).to.not.include(' at ');
    });
  }

  it('has every command that a document names', async () => {
    const { stdout } = await anSinh('--help');
    const [, list = ''] = stdout.split('Commands:');
    const commands = Array.from(list.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*) /gm), ([, one]) => one);
    expect(commands).to.include('month').and.to.include('paid');
    const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name));
    const unknown = [...documents, 'README.md'].flatMap((path) =>
      Array.from(
        readFileSync(path, 'utf8').matchAll(/(?:`|npx )an-sinh ([a-z]+(?:-[a-z]+)*)/g),
        ([, name]) => ({ path, name }),
      ).filter(({ name }) => !commands.includes(name)),
    );
    expect(unknown).to.deep.equal([]);
  });

  it('does not write a workbook of faults over the list itself', async () => {
    const list = fileURLToPath(new URL('../fixtures/lists/danh-sach-loi.csv', import.meta.url));
    const before = readFileSync(list);
    const { code, stderr } = await anSinh('intake', 'check', list, '--fault-workbook', list);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^output-is-the-list: /);
    expect(readFileSync(list).equals(before)).to.equal(true);
  });

  it('takes no empty text for a document or a reason', async () => {
    const person = ['--by', 'somebody', '--document', ' '];
    const { code, stderr } = await anSinh('recipient', 'alive', '1', ...person);
    expect(code).to.equal(1);
    expect(stderr).to.include('it says nothing');
  });

  it('says the same of a folder, and tells whoever reads the lines', async () => {
    const { code, stdout, stderr } = await anSinh('intake', 'check', folder);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^file-unreadable: /);
    const { summary } = JSON.parse(stdout) as { summary: { refused: { code: string } } };
    expect(summary.refused.code).to.equal('file-unreadable');
  });

  it('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect((await anSinh('--version')).stdout.trim()).to.equal(version);
  });
});
