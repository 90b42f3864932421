import { hash } from 'node:crypto';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Keeps an answer as it came. Resolves once the system has it. */
export type KeepAnswer = (bytes: Buffer) => Promise<void>;

/**
 * Keeps answers byte for byte, one JSON object a line with the SHA-256 that the evidence names, in a
 * file for each day and process. They hold personal data: the folder belongs under the same care as
 * the database.
 */
export function rawAnswers(options: {
  readonly folder: string;
  /** Of the service, safe for a file name. */
  readonly name: string;
  readonly clock: () => Date;
}): KeepAnswer {
  const { folder, name, clock } = options;
  let open: { day: string; stream: WriteStream } | undefined;
  return async (bytes) => {
    const at = clock().toISOString();
    const day = at.slice(0, 10);
    if (open?.day !== day) {
      open?.stream.end();
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${name}-${day}-${process.pid}.ndjson`);
      open = { day, stream: createWriteStream(path, { flags: 'a', mode: 0o600 }) };
    }
    const { stream } = open;
    const line = { at, sha256: hash('sha256', bytes), answer: bytes.toString('base64') };
    await new Promise<void>((resolve, reject) => {
      stream.write(`${JSON.stringify(line)}\n`, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
  };
}
