import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Refusal } from '../../src/kernel/refusal.ts';
import type {
  PaymentFileOnDisk,
  PaymentTransport,
} from '../../src/release/payment-transport.port.ts';
import { finished, type HttpsSession } from './https-session.ts';

const COPY_BYTES = 256 * 1024;

/**
 * Puts payment files at payments/NAME, once: a put says that nothing may be there yet (If-None-Match) and
 * which bytes it carries (Content-Digest, RFC 9530). What the bank says that it holds is held against what
 * was approved, so an answer that was lost costs nothing.
 */
export function httpsTransport(session: HttpsSession): PaymentTransport {
  return {
    // What this bank holds, it has taken.
    async whereIs(file) {
      return (await isThere(session, pathOf(file), file)) ? 'taken' : 'absent';
    },

    async deliver(file) {
      const path = pathOf(file);
      if (await isThere(session, path, file)) return 'present';
      await requireApproved(file);
      const answer = await session.ask('PUT', path, {
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(file.byteSize),
          'content-digest': digestOf(file),
          'if-none-match': '*',
        },
        body: createReadStream(file.path, { highWaterMark: COPY_BYTES }),
      });
      // Somebody was faster, or a put of ours arrived whose answer did not.
      const isPresent = (await finished(answer, [200, 201, 204, 412])) === 412;
      if (!(await isThere(session, path, file))) throw new Error('the bank lost a file it took');
      return isPresent ? 'present' : 'delivered';
    },
  };
}

function pathOf({ name }: PaymentFileOnDisk): string {
  if (basename(name) !== name) throw new Error('a file name is not a path');
  return `payments/${encodeURIComponent(name)}`;
}

/** Whether the bank holds the file; other bytes under its name are refused. */
async function isThere(
  session: HttpsSession,
  path: string,
  file: PaymentFileOnDisk,
): Promise<boolean> {
  const answer = await session.ask('HEAD', path);
  if ((await finished(answer, [200, 404])) === 404) return false;
  const { 'repr-digest': digest, 'content-length': length } = answer.headers;
  if (digest === digestOf(file) && length === String(file.byteSize)) return true;
  throw new Refusal('file-altered', { file: file.name });
}

/** What lies on our disk is what was approved; the bank is told so and believes it. */
async function requireApproved({ name, path, sha256 }: PaymentFileOnDisk): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: COPY_BYTES })) {
    hash.update(chunk as Buffer);
  }
  if (hash.digest('hex') !== sha256) throw new Refusal('file-altered', { file: name });
}

/** The hash as the headers Content-Digest and Repr-Digest have it (RFC 9530). */
function digestOf({ sha256 }: PaymentFileOnDisk): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}
