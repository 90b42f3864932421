import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { Refusal, type RefusalCode, type RefusalFacts } from '../../src/kernel/refusal.ts';
import { workbookContent, type WorkbookSheet } from './workbook-content.ts';
import { zipDirectory } from './zip-directory.ts';

// Reads one workbook in a thread of its own, which has a limit to its memory and is ended when it
// takes too long: what a file can do here, it cannot do to anybody else.

/** What is asked of the thread: its sheets, or the next rows of one. */
export type Asked =
  | { readonly id: number; readonly ask: 'sheets' }
  | { readonly id: number; readonly ask: 'rows'; readonly reading: number; readonly sheet: number }
  | { readonly id: number; readonly ask: 'stop'; readonly reading: number };

export type Answer = { readonly id: number } & (
  | { readonly sheets: readonly WorkbookSheet[] }
  | { readonly rows: readonly GridRow[] | null }
  | { readonly refusal: RefusalCode; readonly facts: RefusalFacts }
);

const { path } = workerData as { path: string };

async function serve(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this file is run as a thread');
  const file = await open(path, 'r');
  const content = zipDirectory(file).then((entries) => workbookContent(file, entries));
  content.catch(() => undefined);
  const readings = new Map<number, AsyncGenerator<readonly GridRow[]>>();

  async function answer(asked: Asked): Promise<object> {
    const workbook = await content;
    if (asked.ask === 'sheets') return { sheets: workbook.sheets };
    if (asked.ask === 'stop') {
      await readings.get(asked.reading)?.return(undefined);
      readings.delete(asked.reading);
      return { rows: null };
    }
    const reading = readings.get(asked.reading) ?? workbook.rows(asked.sheet);
    readings.set(asked.reading, reading);
    const next = await reading.next();
    if (next.done === true) readings.delete(asked.reading);
    return { rows: next.done === true ? null : next.value };
  }

  port.on('message', (asked: Asked) => {
    void answer(asked)
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        return { refusal: error.code, facts: error.facts };
      })
      .then((told) => {
        port.postMessage({ id: asked.id, ...told });
      });
  });
}

await serve();
