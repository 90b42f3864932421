import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeadWitness } from '../../src/audit/head-witness.port.ts';

export const HEAD_NAME = /^head-\d{15}\.note$/;

/** The file of a head: as many events as it speaks of. */
export function headName(size: bigint): string {
  return `head-${String(size).padStart(15, '0')}.note`;
}

/**
 * Keeps heads as files of a folder, one each, named by their sizes: a share of another department, a
 * disk that goes into a safe. What lies there is read back and never written over.
 */
export function folderWitness(folder: string): HeadWitness {
  return {
    name: 'folder',

    async heads() {
      await mkdir(folder, { recursive: true });
      const names = (await readdir(folder)).filter((name) => HEAD_NAME.test(name)).sort();
      return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    },

    async publish({ size, note }) {
      await mkdir(folder, { recursive: true });
      const name = headName(size);
      const temporary = join(folder, `.${name}.${process.pid}`);
      const file = await open(temporary, 'w');
      await file.writeFile(note);
      await file.sync();
      await file.close();
      // A link, because a rename would take the place of a head that says something else.
      try {
        await link(temporary, join(folder, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if ((await readFile(join(folder, name), 'utf8')) !== note) {
          throw new Error(`the witness holds another head of size ${size}`, { cause: error });
        }
      } finally {
        await rm(temporary);
      }
    },
  };
}
