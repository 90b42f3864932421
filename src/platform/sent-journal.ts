import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SentFile } from '../kernel/sent-file.ts';

/**
 * What was sent, a line a file, beside the archive and not in the database: a database that comes out of a
 * backup does not know the last lines of it, and so it is recognised (I37). Lines are only ever added.
 */
export interface SentJournal {
  /** Writes a line; it is on disk when it returns. */
  note(file: SentFile): Promise<void>;
  /** Every file, once, in the order in which they were first put. */
  all(): Promise<readonly SentFile[]>;
}

const NAME = 'sent.ndjson';

export function sentJournalIn(folder: string): SentJournal {
  const path = join(folder, NAME);
  return {
    async note({ sha256, name, channel, putAt }) {
      await mkdir(folder, { recursive: true });
      const journal = await open(path, 'a', 0o640);
      try {
        // With a line feed before it as well: of a line that a crash has cut, only itself is lost, and it
        // was cut before its file was put.
        await journal.appendFile(`\n${JSON.stringify({ putAt, channel, name, sha256 })}\n`);
        await journal.sync();
      } finally {
        await journal.close();
      }
    },

    async all() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
        throw error;
      });
      const files = new Map<string, SentFile>();
      for (const line of text.split('\n')) {
        const file = readLine(line);
        if (file !== undefined && !files.has(file.sha256)) files.set(file.sha256, file);
      }
      return [...files.values()];
    },
  };
}

/** Undefined for what is no whole line. */
function readLine(line: string): SentFile | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;
  const { putAt, ...file } = JSON.parse(line) as Omit<SentFile, 'putAt'> & { putAt: string };
  return { ...file, putAt: new Date(putAt) };
}
