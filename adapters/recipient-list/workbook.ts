import { open } from 'node:fs/promises';
import type { OpenList } from '../../src/intake/list-file.port.ts';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { ownThread } from '../own-code.ts';
import type { Answer, Asked } from './workbook-worker.ts';
import { zipDirectory, type ZipEntry } from './zip-directory.ts';

// A workbook is looked at here, by its directory, and read in a thread of its own.

/** Memory of the thread: a hundred thousand rows take half of it. */
const MEMORY = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 } as const;
/** Time to wait for one answer: the first, for all texts of the workbook, takes longest. */
const PATIENCE_MS = 60_000;

/** Opens a workbook. Throws Refusal when it is unsafe to unpack, has macros, or is none. */
export async function openWorkbook(path: string): Promise<OpenList> {
  await lookAtDirectory(path);
  const thread = startThread(path);
  try {
    const answer = await thread.ask({ ask: 'sheets' });
    const sheets = 'sheets' in answer ? answer.sheets : [];
    return {
      format: 'xlsx',
      sheets: sheets.map(({ name, isHidden }) => ({ name, isHidden })),
      rows: (sheet) => rowsOf(thread, sheet),
      close: () => thread.end(),
    };
  } catch (error) {
    await thread.end();
    throw error;
  }
}

async function lookAtDirectory(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    refuseOther(await zipDirectory(file));
  } finally {
    await file.close();
  }
}

/** A zip that is no workbook, or one that can run something. */
function refuseOther(entries: readonly ZipEntry[]): void {
  const names = entries.map(({ name }) => name.toLowerCase());
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/vbaproject\.bin$|vbadata\.xml$|^xl\/macrosheets\//))
    throw new Refusal('list-has-macros');
  if (has(/^encryptedpackage$/)) throw new Refusal('list-encrypted-or-old');
  if (!has(/^\[content_types\]\.xml$/) || !has(/^xl\/.*\.xml$/)) {
    throw new Refusal('list-not-what-it-says');
  }
}

type Question<Kind = Asked> = Kind extends Asked ? Omit<Kind, 'id'> : never;

interface Thread {
  ask(question: Question): Promise<Answer>;
  end(): Promise<void>;
  /** A number for a reading of a sheet that is begun. */
  nextReading(): number;
}

function startThread(path: string): Thread {
  const worker = ownThread(new URL('workbook-worker.ts', import.meta.url), {
    workerData: { path },
    resourceLimits: MEMORY,
    // What a file makes the thread say is nobody's business.
    stderr: true,
  });
  const waiting = new Map<number, PromiseWithResolversOf<Answer>>();
  let asked = 0;
  let readings = 0;
  let gone: Error | undefined;

  function fail(error: Error): void {
    gone ??= error;
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  }
  worker.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    fail(isMemory ? new Refusal('list-unsafe', { why: 'memory' }) : error);
  });
  worker.on('exit', () => {
    fail(new Error('the thread that reads the workbook ended'));
  });

  return {
    nextReading: () => (readings += 1),
    async ask(question) {
      if (gone !== undefined) throw gone;
      const id = (asked += 1);
      const answer = withResolvers<Answer>();
      waiting.set(id, answer);
      const timer = setTimeout(() => {
        fail(new Refusal('list-unsafe', { why: 'time' }));
        void worker.terminate();
      }, PATIENCE_MS);
      worker.postMessage({ id, ...question });
      const told = await answer.promise.finally(() => {
        clearTimeout(timer);
      });
      if ('refusal' in told) throw new Refusal(told.refusal, told.facts);
      return told;
    },
    async end() {
      await worker.terminate();
    },
  };
}

interface PromiseWithResolversOf<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

function withResolvers<Value>(): PromiseWithResolversOf<Value> {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Rows as the thread reads them: while some are looked at, it reads the next. */
async function* rowsOf(thread: Thread, sheet: number): AsyncGenerator<readonly GridRow[]> {
  const reading = thread.nextReading();
  const ask = async (): Promise<readonly GridRow[] | null> => {
    const answer = await thread.ask({ ask: 'rows', reading, sheet });
    return 'rows' in answer ? answer.rows : null;
  };
  let next = ask();
  let isOver = false;
  try {
    for (;;) {
      const rows = await next;
      isOver = rows === null;
      if (rows === null) return;
      next = ask();
      // Awaited above, unless nobody wants more; until then a failure must not count as nobody's.
      next.catch(() => undefined);
      yield rows;
    }
  } finally {
    if (!isOver) await thread.ask({ ask: 'stop', reading }).catch(() => undefined);
  }
}
