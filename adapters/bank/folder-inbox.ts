import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inbox } from '../../src/settlement/inbox.port.ts';
import { isAbsent } from './folder-transport.ts';

// The name of a file comes from the counterpart, and is not trusted: no path, no hidden file, and
// nothing that is still being written under a temporary name.
export const FINAL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.(xml|csv)$/;

const READ_BYTES = 256 * 1024;

/** The folder `out` of a counterpart: its answers to us. What we have archived goes to `taken`. */
export function folderInbox(folder: string): Inbox {
  const pathOf = (name: string): string => {
    if (!FINAL_NAME.test(name)) throw new Error('not a name that this inbox lists');
    return join(folder, name);
  };
  return {
    async list() {
      const entries = await readdir(folder, { withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && FINAL_NAME.test(entry.name));
      return files.map((file) => file.name).sort();
    },
    async *open(name) {
      const stream = createReadStream(pathOf(name), { highWaterMark: READ_BYTES });
      for await (const chunk of stream) yield chunk as Buffer;
    },
    async putAway(name) {
      const taken = join(folder, 'taken');
      await mkdir(taken, { recursive: true });
      try {
        await rename(pathOf(name), join(taken, name));
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
  };
}
