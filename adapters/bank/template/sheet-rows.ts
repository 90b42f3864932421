import { crc32, inflateRawSync } from 'node:zlib';
import { Refusal } from '../../../src/kernel/refusal.ts';
import type { Place } from '../../../src/settlement/bank-file.ts';

// Rows of a workbook. Its parts are measured before anything reads them, by unpacking each up to what
// the directory says of it: a small file can claim to hold gigabytes, or hold more than it claims. A part that
// does not have the check sum that was written beside it was damaged on its way, and may say anything.

/** One row as texts, with where it stands. */
export interface ListLine {
  readonly cells: readonly string[];
  readonly at: Place;
  readonly no: number;
}

const MAX_FILE_BYTES = 32 * 1024 ** 2;
const MAX_UNPACKED_BYTES = 256 * 1024 ** 2;
const MAX_ENTRIES = 500;

/** The rows of a sheet, as texts. Throws Refusal('file-malformed') for what is no workbook. */
export async function* sheetRows(
  content: AsyncIterable<Buffer>,
  sheet: string,
): AsyncGenerator<ListLine> {
  const bytes = await collected(content);
  requireWorkbook(bytes);
  // Only who reads a workbook needs it, and it takes long to load.
  const { streamXlsxRows } = await import('hucre/xlsx');
  try {
    for await (const { index, values } of streamXlsxRows(bytes, sheet === '' ? {} : { sheet })) {
      const no = index + 1;
      const cells = values.map(textOf);
      if (cells.every((cell) => cell === '')) continue;
      yield { cells, no, at: { byte: 0, path: `row ${no}` } };
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    refuse('not-a-workbook');
  }
}

async function collected(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > MAX_FILE_BYTES) refuse('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A cell as a person reads it. A number keeps its digits; a formula has the result it was saved with. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? value.toFixed(0) : String(value);
  }
  return typeof value === 'string' || typeof value === 'boolean' ? String(value).trim() : '';
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const [END_LENGTH, ENTRY_LENGTH, LOCAL_LENGTH] = [22, 46, 30] as const;
const [STORED, DEFLATED] = [0, 8] as const;

/** Unpacks every part once, up to the size that the directory gives, and adds the sizes up. */
function requireWorkbook(bytes: Buffer): void {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + END_LENGTH > bytes.length) refuse('not-a-workbook');
  if (bytes.readUInt32LE(end) !== END_OF_DIRECTORY) refuse('not-a-workbook');
  const count = bytes.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) refuse('too-many-parts');
  let at = bytes.readUInt32LE(end + 16);
  let unpacked = 0;
  for (let no = 0; no < count; no += 1) {
    if (at + ENTRY_LENGTH > end || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      refuse('not-a-workbook');
    }
    unpacked += bytes.readUInt32LE(at + 24);
    if (unpacked > MAX_UNPACKED_BYTES) refuse('too-large');
    requirePart(bytes, at);
    // Name, extra field and comment stand behind each entry.
    at +=
      ENTRY_LENGTH +
      bytes.readUInt16LE(at + 28) +
      bytes.readUInt16LE(at + 30) +
      bytes.readUInt16LE(at + 32);
  }
}

function requirePart(bytes: Buffer, entry: number): void {
  const method = bytes.readUInt16LE(entry + 10);
  const packed = bytes.readUInt32LE(entry + 20);
  const size = bytes.readUInt32LE(entry + 24);
  const local = bytes.readUInt32LE(entry + 42);
  if (local + LOCAL_LENGTH > bytes.length) refuse('not-a-workbook');
  const from =
    local + LOCAL_LENGTH + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (from + packed > bytes.length) refuse('not-a-workbook');
  const part = unpackedPart(bytes.subarray(from, from + packed), method, size);
  if (part?.length !== size) refuse('not-a-workbook');
  if (crc32(part) !== bytes.readUInt32LE(entry + 16)) refuse('damaged');
}

function unpackedPart(packed: Buffer, method: number, size: number): Buffer | undefined {
  if (method === STORED) return packed;
  if (method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    // More than it claims, or no deflated bytes at all.
    return undefined;
  }
}

function refuse(rule: string): never {
  throw new Refusal('file-malformed', { at: '', rule, byte: 0 });
}
