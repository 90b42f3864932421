import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../src/kernel/refusal.ts';
import type {
  FilePlace,
  PaymentFileOnDisk,
  PaymentTransport,
} from '../../src/release/payment-transport.port.ts';

const COPY_BYTES = 256 * 1024;

/**
 * Lays payment files into the folder `in` of a counterpart, which moves them to `done` when it
 * takes them. A file is written under a temporary name and renamed when every byte is on the disk,
 * so the counterpart never sees half of one.
 */
export function folderTransport(home: string): PaymentTransport {
  const waiting = join(home, 'in');
  const done = join(home, 'done');
  const whereIs = async ({ name }: PaymentFileOnDisk): Promise<FilePlace> => {
    // in before done: a file moves that way, so a look in this order cannot miss it.
    if (await isThere(join(waiting, name))) return 'waiting';
    return (await isThere(join(done, name))) ? 'taken' : 'absent';
  };
  return {
    whereIs,
    async deliver(file) {
      if (basename(file.name) !== file.name) throw new Error('a file name is not a path');
      await mkdir(waiting, { recursive: true });
      if ((await whereIs(file)) !== 'absent') return 'present';

      const temporary = join(waiting, `${file.name}.tmp`);
      try {
        await copyApproved(file, temporary);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await rename(temporary, join(waiting, file.name));
      await syncFolder(waiting);
      return 'delivered';
    },
  };
}

/** Copies the file and refuses it unless what arrived is what was approved, byte for byte. */
async function copyApproved(file: PaymentFileOnDisk, temporary: string): Promise<void> {
  await pipeline(
    createReadStream(file.path, { highWaterMark: COPY_BYTES }),
    createWriteStream(temporary, { flush: true }),
  );
  // Read back from the copy: it is what the counterpart takes, whatever was read at path.
  const hash = createHash('sha256');
  let byteSize = 0;
  for await (const chunk of createReadStream(temporary, { highWaterMark: COPY_BYTES })) {
    hash.update(chunk as Buffer);
    byteSize += (chunk as Buffer).length;
  }
  if (hash.digest('hex') !== file.sha256 || byteSize !== file.byteSize) {
    throw new Refusal('file-altered', { file: file.name });
  }
}

/** A rename is only on the disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Whether a call of node:fs failed because there is no such file. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
