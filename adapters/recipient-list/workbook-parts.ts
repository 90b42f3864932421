import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { crc32, createInflateRaw } from 'node:zlib';
import { SaxesParser } from 'saxes';
import { Refusal } from '../../src/kernel/refusal.ts';
import { LOCAL_HEADER_BYTES, type ZipEntry } from './zip-directory.ts';

// What a workbook is made of: XML files in a zip. Each is unpacked and read as it streams by.

const LOCAL_HEADER = 0x04034b50;
const READ_BYTES = 65_536;

/**
 * Streams what one file in the zip unpacks to. Refuses one that is not what the directory said: at its end also one
 * whose check sum is another, which was damaged on its way and may say anything.
 */
export async function* unpacked(file: FileHandle, entry: ZipEntry): AsyncGenerator<Buffer> {
  const { buffer: header } = await file.read(
    Buffer.alloc(LOCAL_HEADER_BYTES),
    0,
    LOCAL_HEADER_BYTES,
    entry.offset,
  );
  if (header.readUInt32LE(0) !== LOCAL_HEADER) throw new Refusal('list-damaged');
  const start =
    entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  let [size, checkSum] = [0, 0];
  const packed = packedBytes(file, start, entry.packed);
  for await (const bytes of entry.method === 'stored' ? packed : inflated(packed)) {
    size += bytes.length;
    if (size > entry.unpacked) throw new Refusal('list-unsafe', { why: 'larger-than-it-says' });
    checkSum = crc32(bytes, checkSum);
    yield bytes;
  }
  if (size !== entry.unpacked || checkSum !== entry.checkSum) throw new Refusal('list-damaged');
}

async function* packedBytes(
  file: FileHandle,
  start: number,
  length: number,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += READ_BYTES) {
    const bytes = Buffer.alloc(Math.min(READ_BYTES, length - at));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start + at);
    if (bytesRead < bytes.length) throw new Refusal('list-damaged');
    yield bytes;
  }
}

async function* inflated(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: READ_BYTES });
  const feeding = feed(inflate, packed).catch((error: unknown) => {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const bytes of inflate) yield bytes as Buffer;
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('list-damaged');
  } finally {
    inflate.destroy();
    await feeding;
  }
}

async function feed(
  inflate: ReturnType<typeof createInflateRaw>,
  packed: AsyncIterable<Buffer>,
): Promise<void> {
  for await (const bytes of packed) {
    if (inflate.destroyed) return;
    if (inflate.write(bytes)) continue;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        inflate.off('drain', goOn).off('close', goOn);
        resolve();
      };
      inflate.on('drain', goOn).on('close', goOn);
    });
  }
  inflate.end();
}

/** What is told of the elements of a file, by their local names. */
export interface ElementHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Elements within elements: no part of a workbook has more. */
const MOST_DEPTH = 40;

/**
 * Reads XML as it streams by, and lets the caller work after each piece. Entities of its own and a
 * document type are refused: nothing in a workbook has one.
 */
export async function* readXml(
  content: AsyncIterable<Buffer>,
  handlers: ElementHandlers,
): AsyncGenerator<number> {
  const parser = new SaxesParser({ position: false, xmlns: false } as const);
  let depth = 0;
  parser.on('error', () => {
    throw new Refusal('list-damaged');
  });
  parser.on('doctype', () => {
    throw new Refusal('list-unsafe', { why: 'doctype' });
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > MOST_DEPTH) throw new Refusal('list-unsafe', { why: 'depth' });
    handlers.open(localName(name), attributes);
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    handlers.close?.(localName(name));
  });
  if (handlers.text !== undefined) {
    const text = handlers.text.bind(handlers);
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const decoder = new StringDecoder('utf8');
  for await (const bytes of content) {
    parser.write(decoder.write(bytes));
    yield bytes.length;
  }
  parser.write(decoder.end());
  parser.close();
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

/** Reads a whole small part. */
export async function readPart(
  content: AsyncIterable<Buffer>,
  handlers: ElementHandlers,
): Promise<void> {
  const pieces = readXml(content, handlers);
  while ((await pieces.next()).done !== true);
}
