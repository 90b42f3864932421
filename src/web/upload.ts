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

/** A small file of a form with several, whole. */
export interface SmallFile {
  /** The field of the form that it came in. */
  readonly field: string;
  readonly name: string;
  readonly bytes: Buffer;
}

const MOST_FILES = 40;

/** The most that all small files of a form come to. */
export const MOST_SMALL_BYTES = 16 * 2 ** 20;

/**
 * Reads a form with any number of small files, into memory and nowhere else. Throws Refusal
 * form-malformed when the body is no such form, and request-too-large above 16 MiB in all.
 */
export function readSmallFiles(
  request: Request,
): Promise<{ fields: Record<string, string | string[]>; files: readonly SmallFile[] }> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string[]>();
    const files: SmallFile[] = [];
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
      limits: { files: MOST_FILES, fields: 100, fieldSize: 64_000 },
    });
    let size = 0;
    const tooLarge = (): void => {
      request.unpipe(reading);
      request.resume();
      reject(new Refusal('request-too-large'));
    };
    reading.on('field', (name, value) => {
      fields.set(name, [...(fields.get(name) ?? []), value]);
    });
    reading.on('file', (field, content, { filename }: { filename?: string }) => {
      const parts: Buffer[] = [];
      content.on('data', (part: Buffer) => {
        size += part.length;
        if (size > MOST_SMALL_BYTES) tooLarge();
        else parts.push(part);
      });
      content.on('end', () => {
        // A field in which nobody chose a file comes as a file without a name.
        if (filename === undefined || filename === '') return;
        files.push({ field, name: filename, bytes: Buffer.concat(parts) });
      });
    });
    reading.on('filesLimit', tooLarge);
    reading.on('close', () => {
      // As a form without files comes: one value as itself, several as a list.
      const read = [...fields].map(([name, values]) => [
        name,
        values.length === 1 ? values[0] : values,
      ]);
      resolve({ fields: Object.fromEntries(read) as Record<string, string | string[]>, files });
    });
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
