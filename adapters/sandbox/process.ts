import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Ajv } from 'ajv';
import { nodeArguments } from '../own-code.ts';

interface SandboxUrls {
  readonly populationUrl: string;
  readonly civilStatusUrl: string;
  readonly directoryUrl: string;
  readonly linkedUrl: string;
}

interface RunningSandbox extends SandboxUrls {
  /** Ends the counterparts in good order, and after ten seconds without it. */
  stop(): Promise<void>;
}

/** What they may take to lay down their work before they are ended. */
const STOPPING_MS = 10_000;

const URL_TEXT = { type: 'string', pattern: '^http://127\\.0\\.0\\.1:[0-9]+/' };

const isReadyLine = new Ajv().compile<SandboxUrls>({
  type: 'object',
  required: ['populationUrl', 'civilStatusUrl', 'directoryUrl', 'linkedUrl'],
  properties: {
    populationUrl: URL_TEXT,
    civilStatusUrl: URL_TEXT,
    directoryUrl: URL_TEXT,
    linkedUrl: URL_TEXT,
  },
});

/**
 * Starts the counterparts of a sandbox home as a process of their own, so that they live through no
 * crash of ours and share no memory with us. Their standard input is ours to hold: when this process
 * ends, so do they. Rejects with what they wrote to standard error when they end before they are
 * ready.
 */
export async function startSandbox(options: {
  home: string;
  seed: number;
}): Promise<RunningSandbox> {
  const child = spawn(
    process.execPath,
    [
      ...nodeArguments(new URL('main.ts', import.meta.url)),
      ...['--home', options.home, '--seed', String(options.seed)],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  // A child that dies while we hold its standard input is told by its exit, not by a broken pipe.
  child.stdin.on('error', () => undefined);
  const urls = await ready(child, child.stdout, child.stderr);

  // Later complaints are for whoever watches this process.
  child.stderr.pipe(process.stderr, { end: false });
  return {
    ...urls,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      const ending = setTimeout(() => child.kill('SIGKILL'), STOPPING_MS);
      child.stdin.end();
      await exited;
      clearTimeout(ending);
    },
  };
}

async function ready(
  child: ChildProcess,
  output: Readable,
  complaints: Readable,
): Promise<SandboxUrls> {
  let complaint = '';
  const collect = (chunk: Buffer): void => {
    complaint += chunk.toString();
  };
  complaints.on('data', collect);
  const lines = createInterface({ input: output });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    // Standard error is complete only when the child is closed.
    once(child, 'close').then(([code]) => {
      throw new Error(`the sandbox ended with ${String(code)}: ${complaint.trim()}`);
    }),
  ])) as [string];
  complaints.off('data', collect);
  lines.close();

  const urls: unknown = JSON.parse(line);
  if (!isReadyLine(urls)) throw new Error('the sandbox did not say where it can be asked');
  return urls;
}
