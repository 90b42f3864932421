import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PaymentTransport } from '../../src/release/payment-transport.port.ts';
import type { FileSigner } from './detached-signature.ts';

/**
 * Hands over the signature of a file in front of the file, by the same transport and under its name with
 * a suffix: whoever sees the file has the signature beside it. A signature that is there from an earlier
 * try stays; it was read back then, and is of the same bytes.
 */
export function signedTransport(
  transport: PaymentTransport,
  { sign, suffix }: { sign: FileSigner; suffix: string },
): PaymentTransport {
  return {
    whereIs: (file) => transport.whereIs(file),

    async deliver(file) {
      const folder = await mkdtemp(join(tmpdir(), 'an-sinh-signature-'));
      try {
        const bytes = await sign(file);
        const path = join(folder, 'signature');
        await writeFile(path, bytes);
        await transport.deliver({
          name: `${file.name}${suffix}`,
          path,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          byteSize: bytes.length,
        });
      } finally {
        await rm(folder, { recursive: true });
      }
      return transport.deliver(file);
    },
  };
}
