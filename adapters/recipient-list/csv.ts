import { isUtf8 } from 'node:buffer';
import type { RecipientListReader } from '../../src/intake/recipient-list.port.ts';
import {
  LIST_COLUMNS,
  type ListColumn,
  type ListRecord,
  type PlainBytes,
  type RecordFault,
} from '../../src/intake/recipient-list.ts';
import type { GridRow } from '../../src/intake/sheet-reader.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

// The canonical list as CSV: UTF-8 with or without byte order mark, RFC 4180 quoting, LF or CRLF.
//
// A library was tried first. csv-parse 7.0.3 read 47,000 rows of 37 columns a second (12 MB/s), and
// 40,000 with the raw text that a refused row has to keep, so that a million rows took 25 seconds.
// Here a line without a quotation mark is decoded and split by the engine, and only the others are
// walked by the rules of RFC 4180: 400,000 rows a second (103 MB/s) on the same two cores, 250,000
// when every field is quoted, in 127 MB of memory for 257 MB of list.

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Few, so that they are dead when the young are collected: a thousand took twice the time. */
const CHUNK_RECORDS = 100;

/**
 * Bytes read at a time, and the longest record; a row of a list has about 260. What is still open
 * after that many is a quotation mark that was never closed: the limit keeps it from swallowing the
 * file, and the file from filling the memory.
 */
const BLOCK_BYTES = 65_536;

/**
 * Reads the canonical CSV. A record that cannot be split does not stop the others: after a quotation
 * mark that is never closed, or is followed by other text, reading goes on with the next line. The
 * raw text of a record that is not UTF-8 is its bytes read as Latin-1, which can be turned back.
 * An empty record is no row, but it is counted, so that row numbers are those of a spreadsheet.
 */
export const csvRecipientList = {
  async *read(content: AsyncIterable<Buffer>): AsyncGenerator<readonly ListRecord[]> {
    const list: CanonicalReading = {
      rowNo: 0,
      delimiter: ',',
      take,
      order: undefined,
      records: [],
    };
    for await (const block of blocks(content)) {
      takeRecords(list, block);
      while (list.records.length >= CHUNK_RECORDS) yield list.records.splice(0, CHUNK_RECORDS);
    }
    if (list.records.length > 0) yield list.records;

    function take(record: RecordText, values: string[], plain: PlainBytes | null): void {
      takeCanonical(list, record, values, plain);
    }
  },
} satisfies RecipientListReader;

/**
 * Reads any CSV in UTF-8 as the rows of a grid, whatever its columns are; the rules for records that
 * cannot be split are the same. The delimiter is one ASCII character.
 */
export async function* csvGrid(
  content: AsyncIterable<Buffer>,
  delimiter: string,
): AsyncGenerator<readonly GridRow[]> {
  let rows: GridRow[] = [];
  const list: Reading = {
    rowNo: 0,
    delimiter,
    take({ fault }, values) {
      const cells = fault === null ? values : [];
      rows.push({ row: list.rowNo, cells, hidden: false, fault });
    },
  };
  for await (const block of blocks(content)) {
    takeRecords(list, block);
    if (rows.length > 0) yield rows;
    rows = [];
  }
}

interface Reading {
  /** Number of the record that was read last. */
  rowNo: number;
  readonly delimiter: string;
  /** Takes a record with its values; it has none when there is a fault. */
  take(record: RecordText, values: string[], plain: PlainBytes | null): void;
}

interface CanonicalReading extends Reading {
  /** Where each canonical column stands in the file; undefined before the header was read. */
  order: readonly number[] | undefined;
  records: ListRecord[];
}

interface Block {
  readonly bytes: Buffer;
  /** Whether all its whole lines are text; if not, they are looked at one by one. */
  readonly sound: boolean;
  /** Nothing follows, and the last byte is a line feed. */
  readonly last: boolean;
  /** How far it was read. The rest comes again at the head of the next block. */
  taken: number;
}

async function* blocks(content: AsyncIterable<Buffer>): AsyncGenerator<Block> {
  let parts: Buffer[] = [];
  let size = 0;
  let start: number | undefined;
  for await (const part of inParts(content)) {
    parts.push(part);
    size += part.length;
    if (size < BLOCK_BYTES) continue;

    const bytes = Buffer.concat(parts);
    // The end may be half a character, which says nothing of the lines before.
    const sound = isText(bytes.subarray(0, bytes.lastIndexOf(LF) + 1));
    const block = { bytes, sound, last: false, taken: start ?? markLength(bytes) };
    yield block;
    start = 0;
    parts = [bytes.subarray(block.taken)];
    size = bytes.length - block.taken;
  }
  const bytes = Buffer.concat([...parts, Buffer.of(LF)]);
  yield { bytes, sound: isText(bytes), last: true, taken: start ?? markLength(bytes) };
}

/** The same bytes in parts of at most a block, so that a caller may hand over a whole file. */
async function* inParts(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const bytes of content) {
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      yield bytes.subarray(at, at + BLOCK_BYTES);
    }
  }
}

function markLength(bytes: Buffer): number {
  const { length } = BYTE_ORDER_MARK;
  return bytes.subarray(0, length).equals(BYTE_ORDER_MARK) ? length : 0;
}

/** PostgreSQL stores no NUL, and a list that has one was written in UTF-16 or is no list at all. */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** Takes the records that are complete out of a block. */
function takeRecords(list: Reading, block: Block): void {
  const { bytes } = block;
  let quote = indexOrEnd(bytes, QUOTE, block.taken);
  while (block.taken < bytes.length) {
    const start = block.taken;
    const lineFeed = indexOrEnd(bytes, LF, start);
    refuseTooLong(list, lineFeed - start);
    if (lineFeed === bytes.length) return;

    if (quote < lineFeed) {
      if (!takeQuoted(list, block, lineFeed)) return;
      quote = indexOrEnd(bytes, QUOTE, block.taken);
    } else if (block.sound) {
      takePlainLines(list, block, bytes.lastIndexOf(LF, quote));
    } else {
      const line = recordText(block, start, lineFeed);
      takeRecord(list, line, line.fault === null ? line.raw.split(list.delimiter) : []);
      block.taken = lineFeed + 1;
    }
  }
}

/** Takes the lines up to a line feed, which are text and have no quotation mark: decoded at once. */
function takePlainLines(list: Reading, block: Block, lastLineFeed: number): void {
  const { bytes } = block;
  for (const line of bytes.toString('utf8', block.taken, lastLineFeed).split('\n')) {
    const start = block.taken;
    const lineFeed = bytes.indexOf(LF, start);
    refuseTooLong(list, lineFeed - start);
    const end = lineFeed > start && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
    const raw = end === lineFeed ? line : line.slice(0, -1);
    takeRecord(list, { raw, fault: null }, raw.split(list.delimiter), { bytes, start, end });
    block.taken = lineFeed + 1;
  }
}

/** Only the file as a whole can be wrong by this much: it is no list. */
function refuseTooLong(list: Reading, length: number): void {
  if (length > BLOCK_BYTES) throw new Refusal('list-malformed', { row: list.rowNo + 1 });
}

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index === -1 ? bytes.length : index;
}

interface RecordText {
  readonly raw: string;
  readonly fault: RecordFault | null;
}

/** The text of a record without its line ending, and whether it is text. */
function recordText({ bytes, sound }: Block, start: number, lineFeed: number): RecordText {
  const end = lineFeed > start && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
  if (sound || isText(bytes.subarray(start, end))) {
    return { raw: bytes.toString('utf8', start, end), fault: null };
  }
  const raw = bytes.toString('latin1', start, end).replaceAll('\0', '\u2400');
  return { raw, fault: 'CSV_BAD_UTF8' };
}

/**
 * Takes a record that has a quotation mark and may go over several lines. False when more bytes are
 * needed to know where it ends.
 */
function takeQuoted(list: Reading, block: Block, firstLineFeed: number): boolean {
  const { bytes, taken: start } = block;
  const line = recordText(block, start, firstLineFeed);
  const values = splitQuoted(line.raw, list.delimiter);
  if (values !== 'open') {
    takeSplit(list, line, values);
    block.taken = firstLineFeed + 1;
    return true;
  }
  // Where it ends is looked for in bytes, a character each: the marks of CSV are all ASCII.
  const window = bytes.toString('latin1', start, start + BLOCK_BYTES);
  const length = recordLength(window, list.delimiter);
  if (length === 'open' && !block.last && window.length < BLOCK_BYTES) return false;

  const lineFeed = typeof length === 'string' ? firstLineFeed : start + length;
  const record = recordText(block, start, lineFeed);
  takeSplit(list, record, splitQuoted(record.raw, list.delimiter));
  block.taken = lineFeed + 1;
  return true;
}

function takeSplit(list: Reading, record: RecordText, values: string[] | 'open' | 'broken'): void {
  if (typeof values !== 'string') takeRecord(list, record, values);
  else takeRecord(list, { ...record, fault: record.fault ?? 'CSV_UNCLOSED_QUOTE' }, []);
}

/**
 * Splits the text of one record by RFC 4180. A quotation mark inside a field that does not begin
 * with one is text, as spreadsheets have it. 'open' when one is never closed, 'broken' when a
 * closing one is followed by other text.
 */
function splitQuoted(record: string, delimiter: string): string[] | 'open' | 'broken' {
  const values: string[] = [];
  for (let at = 0; ; at += 1) {
    const opens = record[at] === '"';
    const end = opens ? closingQuote(record, at) : delimiterOrEnd(record, at, delimiter);
    if (end === -1) return 'open';

    values.push(opens ? unquoted(record, at, end) : record.slice(at, end));
    at = opens ? end + 1 : end;
    if (at >= record.length) return values;
    if (record[at] !== delimiter) return 'broken';
  }
}

/**
 * Where the first record of a text has its line feed. 'open' when the text ends before, 'broken'
 * when a closing quotation mark is followed by other text.
 */
function recordLength(text: string, delimiter: string): number | 'open' | 'broken' {
  for (let at = 0; ; at += 1) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? afterClosing(text, at, delimiter) : plainEnd(text, at, delimiter);
    if (typeof end === 'string' || text[end] === '\n') return end;
    if (end >= text.length) return 'open';
    at = end;
  }
}

function afterClosing(
  text: string,
  opening: number,
  delimiter: string,
): number | 'open' | 'broken' {
  const closing = closingQuote(text, opening);
  if (closing === -1) return 'open';
  const end = text[closing + 1] === '\r' ? closing + 2 : closing + 1;
  return end >= text.length || text[end] === delimiter || text[end] === '\n' ? end : 'broken';
}

function plainEnd(text: string, start: number, delimiter: string): number {
  let at = start;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at += 1;
  return at;
}

function delimiterOrEnd(text: string, from: number, delimiter: string): number {
  const index = text.indexOf(delimiter, from);
  return index === -1 ? text.length : index;
}

/** The quotation mark that closes the field which one opens, or -1. A doubled one is text. */
function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function unquoted(text: string, opening: number, closing: number): string {
  const value = text.slice(opening + 1, closing);
  return value.includes('"') ? value.replaceAll('""', '"') : value;
}

function takeRecord(
  list: Reading,
  record: RecordText,
  values: string[],
  plain: PlainBytes | null = null,
): void {
  list.rowNo += 1;
  list.take(record, values, plain);
}

function takeCanonical(
  list: CanonicalReading,
  { raw, fault }: RecordText,
  values: string[],
  plain: PlainBytes | null,
): void {
  const { rowNo, order } = list;
  if (order === undefined) {
    list.order = columnOrder(isEmpty(values) ? [] : values);
  } else if (fault !== null) {
    list.records.push({ rowNo, values: [], raw, fault, plain: null });
  } else if (isEmpty(values)) {
    return;
  } else if (values.length !== LIST_COLUMNS.length) {
    list.records.push({ rowNo, values: [], raw, fault: 'CSV_COLUMN_COUNT', plain: null });
  } else {
    const isCanonical = order === CANONICAL;
    const ordered = isCanonical ? values : order.map((place) => values[place] ?? '');
    list.records.push({
      rowNo,
      values: ordered,
      raw,
      fault: null,
      plain: isCanonical ? plain : null,
    });
  }
}

/** Spreadsheets leave rows of nothing but commas behind. */
function isEmpty(values: readonly string[]): boolean {
  return values.every((value) => value === '');
}

const CANONICAL: readonly number[] = LIST_COLUMNS.map((_, index) => index);

/** Throws Refusal('list-malformed') unless the header is exactly the canonical columns. */
function columnOrder(header: readonly string[]): readonly number[] {
  const places = new Map<string, number>();
  for (const [index, name] of header.entries()) {
    if (!isListColumn(name)) throw new Refusal('list-malformed', { column: shown(name, index) });
    if (places.has(name)) throw new Refusal('list-malformed', { column: name });
    places.set(name, index);
  }
  const order = LIST_COLUMNS.map((column) => {
    const place = places.get(column);
    if (place === undefined) throw new Refusal('list-malformed', { column });
    return place;
  });
  return order.every((place, index) => place === index) ? CANONICAL : order;
}

function isListColumn(name: string): name is ListColumn {
  return (LIST_COLUMNS as readonly string[]).includes(name);
}

/**
 * How an unknown column is told: by its name when it looks like one, else by its number. A file
 * without a header begins with a person, whose name must not stand in an error.
 */
function shown(name: string, index: number): string | number {
  return /^[a-z]+(_[a-z]+)+$/.test(name) ? name : index + 1;
}
