import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, posix } from 'node:path';
import type SftpClient from 'ssh2-sftp-client';
import { Refusal } from '../../src/kernel/refusal.ts';
import type {
  PaymentFileOnDisk,
  PaymentTransport,
} from '../../src/release/payment-transport.port.ts';
import type { SftpConnection, SftpProfile, SftpSession } from './sftp-session.ts';

const COPY_BYTES = 256 * 1024;

/**
 * Lays payment files on the SFTP server of a bank: under a temporary name, read back, renamed, and with
 * an empty file behind it that says so if the bank wants one. What became of an earlier try is read from
 * the server, so an answer that was lost costs nothing.
 */
export function sftpTransport(profile: SftpProfile, session: SftpSession): PaymentTransport {
  const { deliverTo, takenIn, temporarySuffix, doneSuffix } = profile;
  const say = async ({ sftp, has }: SftpConnection, final: string): Promise<void> => {
    if (doneSuffix === null || (await has(`${final}${doneSuffix}`))) return;
    await sftp.put(Buffer.alloc(0), `${final}${doneSuffix}`);
  };
  return {
    whereIs({ name }) {
      return session.use(async ({ has }) => {
        if (await has(posix.join(deliverTo, name))) return 'waiting';
        return (await has(posix.join(takenIn, name))) ? 'taken' : 'absent';
      });
    },

    deliver(file) {
      if (basename(file.name) !== file.name) throw new Error('a file name is not a path');
      const final = posix.join(deliverTo, file.name);
      return session.use(async (connection) => {
        const { sftp, has } = connection;
        // Where it waits before where it was taken to: a file moves that way, so a look in this
        // order cannot miss it.
        if (await has(final)) {
          await say(connection, final);
          return 'present';
        }
        if (await has(posix.join(takenIn, file.name))) return 'present';

        const temporary = `${final}${temporarySuffix}`;
        await sftp.put(createReadStream(file.path, { highWaterMark: COPY_BYTES }), temporary);
        await requireWhole(sftp, temporary, file);
        await sftp.rename(temporary, final);
        await say(connection, final);
        return 'delivered';
      });
    },
  };
}

/** Reads back what arrived, and takes it away again unless it is what was approved. */
async function requireWhole(
  sftp: SftpClient,
  temporary: string,
  { name, sha256, byteSize }: PaymentFileOnDisk,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of sftp.createReadStream(temporary)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  if (hash.digest('hex') === sha256 && bytes === byteSize) return;
  await sftp.delete(temporary, true);
  throw new Refusal('file-altered', { file: name });
}
