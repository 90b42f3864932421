import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { sentJournalIn, type SentJournal } from './sent-journal.ts';

/** A file in the archive: its bytes, said by their hash. */
export interface ArchivedFile {
  readonly sha256: string;
  readonly byteSize: number;
  readonly path: string;
}

/**
 * Keeps every file that came in or went out, byte for byte, under its SHA-256. Nothing is ever
 * changed or removed; the same bytes are kept once.
 */
export interface Archive {
  /** Streams bytes into the archive; they are on disk when it returns. */
  put(content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<ArchivedFile>;
  /** Where the bytes of a hash lie. */
  path(sha256: string): string;
  open(sha256: string): AsyncIterable<Buffer>;
  /** What was sent, written where the database is not. */
  readonly sent: SentJournal;
}

export function archiveIn(folder: string): Archive {
  const path = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2));
  return {
    path,
    sent: sentJournalIn(folder),
    open: (sha256) => createReadStream(path(sha256), { highWaterMark: 1 << 18 }),

    async put(content) {
      await mkdir(join(folder, 'new'), { recursive: true });
      const temporary = join(folder, 'new', `${process.pid}-${process.hrtime.bigint()}`);
      const file = await open(temporary, 'wx');
      const hash = createHash('sha256');
      let byteSize: number;
      try {
        byteSize = await writeAll(file, hash, content);
        await file.sync();
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      const sha256 = hash.digest('hex');
      await keep(temporary, path(sha256), join(folder, sha256.slice(0, 2)));
      return { sha256, byteSize, path: path(sha256) };
    },
  };
}

async function writeAll(
  file: FileHandle,
  hash: Hash,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<number> {
  let byteSize = 0;
  for await (const bytes of content) {
    hash.update(bytes);
    // Not write() or writev(): on a full disk they may take a part of the bytes and say no more.
    await file.appendFile(bytes);
    byteSize += bytes.length;
  }
  return byteSize;
}

/** A link refuses to take the place of a file that is there, which a rename would not. */
async function keep(temporary: string, final: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    await link(temporary, final);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await stat(final);
  }
  await unlink(temporary);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}
