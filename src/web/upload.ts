import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';
import { Refusal } from '../kernel/refusal.ts';

/** A file as it comes: its name as the browser says it, and its bytes, which nobody has kept yet. */
export interface Upload {
  readonly name: string;
  readonly content: Readable;
}

/** The most that an uploaded list comes to; what is read of it is judged by its own limits. */
const MOST_BYTES = 3 * 2 ** 30;

/**
 * Reads a form with one file: the fields before the file, and the file as a stream. The token of a form
 * stands before its file, so nothing of a forged one is read. Throws Refusal form-malformed when the
 * body is no such form, or names no file.
 */
export function readUpload(
  request: Request,
): Promise<{ fields: Record<string, string>; upload: Upload }> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    const malformed = (): void => {
      reject(new Refusal('form-malformed', { field: 'file' }));
    };
    if (!(request.get('content-type') ?? '').startsWith('multipart/form-data')) {
      malformed();
      return;
    }
    const reading = busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { files: 1, fields: 20, fieldSize: 64_000, fileSize: MOST_BYTES },
    });
    reading.on('field', (name, value) => {
      fields[name] = value;
    });
    reading.on('file', (_, content, { filename }: { filename?: string }) => {
      if (filename === undefined || filename === '') {
        content.resume();
        malformed();
      } else {
        resolve({ fields, upload: { name: filename, content } });
      }
    });
    // Without a file nothing was resolved; with one this comes too late to matter.
    reading.on('close', malformed);
    reading.on('error', malformed);
    request.pipe(reading);
  });
}

/** The bytes of a small file. Throws Refusal form-malformed without one, and request-too-large. */
export async function wholeUpload(upload: Upload | null, mostBytes: number): Promise<Buffer> {
  if (upload === null) throw new Refusal('form-malformed', { field: 'file' });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of upload.content as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBytes) throw new Refusal('request-too-large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
