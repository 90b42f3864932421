import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { BundleWriter } from '../../src/audit/bundle-writer.port.ts';

/**
 * Writes a bundle as a .tar.gz. An entry of a tar begins with its size, so entries wait in a folder
 * beside the archive until all are there; then the archive takes its name in one step.
 */
export async function tarBundle(path: string): Promise<BundleWriter> {
  const folder = await mkdtemp(join(dirname(path), '.bundle-'));
  const names: string[] = [];
  return {
    async add(name, content) {
      names.push(name);
      await pipeline(Readable.from(content), createWriteStream(join(folder, `${names.length}`)));
    },

    async finish() {
      const archive = pack();
      const written = join(folder, 'archive');
      const done = pipeline(archive, createGzip(), createWriteStream(written));
      for (const [i, name] of names.entries()) {
        const part = join(folder, `${i + 1}`);
        const { size } = await stat(part);
        // One instant for every entry: the same bundle is the same bytes.
        const entry = archive.entry({ name, size, mtime: new Date(0) });
        await pipeline(createReadStream(part), entry);
      }
      archive.finalize();
      await done;
      await rename(written, path);
      await rm(folder, { recursive: true });
    },
  };
}
