import type { FileHandle } from 'node:fs/promises';
import { Refusal } from '../../src/kernel/refusal.ts';

// A workbook is a zip file, and a zip file of some kilobytes can unpack to gigabytes. Its directory
// says what is in it before anything is unpacked, and whoever unpacks stops where the directory lied.

/** One file in a zip, as its directory says. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly packed: number;
  readonly unpacked: number;
  /** The CRC-32 of what it unpacks to. */
  readonly checkSum: number;
  /** Where the file's own header begins. */
  readonly offset: number;
}

const MOST_ENTRIES = 2000;
/** What is written of two thousand files, with room: it is read whole. */
const MOST_DIRECTORY_BYTES = 2 ** 20;
const MOST_UNPACKED = 2 ** 30;
/** No sheet shrinks more than this; a bomb has a thousand. */
const MOST_RATIO = 250;
/** Below this much, a ratio does no harm. */
const HARMLESS = 2 ** 22;

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MOST_COMMENT = 65_535;
const SIXTEEN_BITS = 0xffff;
const THIRTY_TWO_BITS = 0xffffffff;

/**
 * Reads the directory of a zip. Throws Refusal: list-unsafe for one that would unpack to too much, has
 * too many files, files that overlap, or names outside its own folder; list-damaged for one that
 * cannot be read.
 */
export async function zipDirectory(file: FileHandle): Promise<readonly ZipEntry[]> {
  const { size } = await file.stat();
  const tail = await bytesAt(file, Math.max(0, size - END_BYTES - MOST_COMMENT), size);
  const end = lastIndexOfEnd(tail);
  if (end === -1) throw new Refusal('list-damaged');
  const count = tail.readUInt16LE(end + 10);
  const bytes = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  // A list has no need of the form for more than four gigabytes.
  if (count === SIXTEEN_BITS || start === THIRTY_TWO_BITS || count > MOST_ENTRIES) {
    throw new Refusal('list-unsafe', { files: count });
  }
  if (bytes > MOST_DIRECTORY_BYTES) throw new Refusal('list-unsafe', { directory: bytes });
  if (start + bytes > size) throw new Refusal('list-damaged');
  const entries = entriesOf(await bytesAt(file, start, start + bytes), count);
  refuseUnsafe(entries, start);
  return entries;
}

function lastIndexOfEnd(tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === END) return at;
  }
  return -1;
}

async function bytesAt(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  if (bytesRead < bytes.length) throw new Refusal('list-damaged');
  return bytes;
}

function entriesOf(directory: Buffer, count: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY) {
      throw new Refusal('list-damaged');
    }
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    // Bit 0: the file is encrypted by the zip itself.
    if ((flags & 1) === 1) throw new Refusal('list-encrypted-or-old');
    if (method !== 0 && method !== 8) throw new Refusal('list-damaged');
    const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + ENTRY_BYTES, nameEnd),
      method: method === 0 ? 'stored' : 'deflated',
      checkSum: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      unpacked: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function refuseUnsafe(entries: readonly ZipEntry[], directoryAt: number): void {
  const names = new Set(entries.map(({ name }) => name.toLowerCase()));
  if (names.size < entries.length) throw new Refusal('list-unsafe', { why: 'two-of-a-name' });
  if (entries.some(({ name }) => isOutside(name)))
    throw new Refusal('list-unsafe', { why: 'name' });
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpacked, 0);
  if (unpacked > MOST_UNPACKED) throw new Refusal('list-unsafe', { unpacked });
  const bomb = entries.find(
    ({ packed, unpacked: size }) => size > HARMLESS && size > packed * MOST_RATIO,
  );
  if (bomb !== undefined) throw new Refusal('list-unsafe', { unpacked: bomb.unpacked });
  refuseOverlap(entries, directoryAt);
}

function refuseOverlap(entries: readonly ZipEntry[], directoryAt: number): void {
  // Files that lie in each other unpack the same bytes many times over.
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [i, { offset, packed }] of inOrder.entries()) {
    const next = inOrder[i + 1]?.offset ?? directoryAt;
    if (offset + LOCAL_HEADER_BYTES + packed > next) {
      throw new Refusal('list-unsafe', { why: 'overlap' });
    }
  }
}

export const LOCAL_HEADER_BYTES = 30;

function isOutside(name: string): boolean {
  return name.startsWith('/') || /\\|^[a-z]:|(?:^|\/)\.\.(?:\/|$)|\0/i.test(name);
}
