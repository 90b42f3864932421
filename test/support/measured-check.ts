import { execFile } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UNSAFE } from './unsafe-files.ts';

// What `an-sinh intake check` of the compiled program costs, from its start to its end.

export interface MeasuredCheck {
  /** The code of the refusal of the whole file; '' when it was read. */
  readonly refused: string;
  /** The most memory that the process has ever held; 0 where the system does not count it. */
  readonly megabytes: number;
  /** All bytes that the process has read, its own code among them; 0 where the system does not count them. */
  readonly bytesRead: number;
}

// Not the resource usage: what a process is born from counts there as its own.
const AT_EXIT = `
  import { existsSync, readFileSync } from 'node:fs';
  const counted = (name) => {
    const path = '/proc/self/' + name;
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  process.on('exit', () => {
    const told = {
      megabytes: (Number(/VmHWM:\\s+(\\d+) kB/.exec(counted('status'))?.[1] ?? 0) * 1024) / 1e6,
      bytesRead: Number(/rchar: (\\d+)/.exec(counted('io'))?.[1] ?? 0),
    };
    process.stderr.write('\\nmeasured ' + JSON.stringify(told) + '\\n');
  });`;
const MEASURE = `data:text/javascript,${encodeURIComponent(AT_EXIT)}`;

/** Checks a file in a process of its own. The program has to be built. */
export async function measuredCheck(path: string): Promise<MeasuredCheck> {
  const run = promisify(execFile)(
    process.execPath,
    ['--import', MEASURE, 'dist/src/cli.js', 'intake', 'check', path, '--period', '2026-11'],
    { maxBuffer: 1 << 28 },
  );
  // Whoever refuses ends with 1.
  const { stdout, stderr } = await run.catch((error: unknown) => {
    const ended = error as { stdout: string; stderr: string };
    return { stdout: ended.stdout, stderr: ended.stderr };
  });
  const said = stdout.trimEnd().split('\n').at(-1) ?? '';
  const { summary } = JSON.parse(said) as { summary: { refused?: { code: string } } };
  const told = /measured (.+)$/m.exec(stderr)?.[1] ?? '{}';
  return {
    refused: summary.refused?.code ?? '',
    ...(JSON.parse(told) as Omit<MeasuredCheck, 'refused'>),
  };
}

const TEN_GIGABYTES = 10 * 2 ** 30;

/** Lays every kind of file that is no list into a folder: what it is, where it lies, and its refusal. */
export async function* unsafeFiles(
  folder: string,
): AsyncGenerator<{ what: string; path: string; code: string }> {
  for (const [what, [name, bytes, code]] of Object.entries(UNSAFE)) {
    const path = join(folder, name);
    await writeFile(path, bytes());
    yield { what, path, code };
  }
  for (const [name, first] of [
    ['large.csv', 'a,b\n'],
    ['large.xlsx', 'PK'],
  ] as const) {
    const path = join(folder, name);
    await writeFile(path, first.padEnd(70_000, ' '));
    const file = await open(path, 'r+');
    await file.truncate(TEN_GIGABYTES);
    await file.close();
    yield { what: `ten gigabytes, ${name}`, path, code: 'list-too-large' };
  }
}
