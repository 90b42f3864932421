import { isUtf8 } from 'node:buffer';
import { readLegacy } from '../../src/intake/legacy-text.ts';

// A CSV file says neither its encoding nor its delimiter. Both are read from its first bytes, and the
// file is turned into UTF-8 with line feeds as it streams by.

/** How the bytes of a file are to be read. */
export interface CsvText {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';
  readonly delimiter: ',' | ';' | '\t';
  /** Lines end with a carriage return alone. */
  readonly hasOldLineEnds: boolean;
}

/** Bytes that are looked at before a file is read. */
export const FIRST_BYTES = 65_536;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Reads the first bytes of a file. Undefined when they are no text at all. */
export function csvTextOf(first: Buffer): CsvText | undefined {
  const encoding = encodingOf(first);
  if (encoding === undefined) return undefined;
  const text = new TextDecoder(encoding === 'latin1' ? 'latin1' : encoding).decode(first);
  const lines = text.split(/\r\n|\n|\r/).slice(0, 60);
  return {
    encoding,
    delimiter: delimiterOf(lines),
    hasOldLineEnds: !text.includes('\n') && text.includes('\r'),
  };
}

function encodingOf(first: Buffer): CsvText['encoding'] | undefined {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  if (first.includes(0)) return withoutMark(first);
  return isLegacy(first) ? 'latin1' : 'utf-8';
}

/** UTF-16 without a mark has a zero beside nearly every character of a heading. */
function withoutMark(first: Buffer): CsvText['encoding'] | undefined {
  const head = first.subarray(0, 64);
  const zeros = (from: number): number =>
    head.filter((byte, i) => i % 2 === from && byte === 0).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (odd > head.length / 4 && even === 0) return 'utf-16le';
  return even > head.length / 4 && odd === 0 ? 'utf-16be' : undefined;
}

/**
 * Whether the file was written before Unicode: not one line with a Vietnamese letter is UTF-8, and
 * the lines read as Vietnamese in an old encoding. A file with some lines of UTF-8 is damaged, and
 * its other lines are refused: nothing in them is guessed.
 */
function isLegacy(first: Buffer): boolean {
  let read = 0;
  for (const line of linesOf(first)) {
    if (!line.some((byte) => byte > 0x7f)) continue;
    if (isUtf8(line)) return false;
    const words = line.toString('latin1').split(/["\s,;\t]+/);
    if (words.some((word) => readLegacy(word) !== undefined)) read += 1;
  }
  return read > 1;
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, at);
    // The last line may be cut in the middle of a character.
    if (end === -1) break;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

function delimiterOf(lines: readonly string[]): CsvText['delimiter'] {
  const said = /^sep=([,;\t])/i.exec(lines[0]?.replace('\uFEFF', '') ?? '')?.[1];
  if (said === ',' || said === ';' || said === '\t') return said;
  const most = (delimiter: string): number =>
    Math.max(...lines.map((line) => line.split(delimiter).length));
  const counts = ([',', ';', '\t'] as const).map((one) => [one, most(one)] as const);
  return counts.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ',';
}

/** Streams a file as UTF-8 with line feeds. */
export async function* asUtf8(
  content: AsyncIterable<Buffer>,
  { encoding, hasOldLineEnds }: CsvText,
): AsyncGenerator<Buffer> {
  const decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding, { fatal: true });
  for await (const bytes of content) {
    const utf8 =
      decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
    yield hasOldLineEnds ? withLineFeeds(utf8) : utf8;
  }
}

function withLineFeeds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte)));
}
