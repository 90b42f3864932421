import { isUtf8 } from 'node:buffer';
import { vnd, type Vnd } from '../../src/kernel/money.ts';
import { isPlainDate, type PlainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

// The result list of the post office: a first line with its totals, a header, a row for each
// payment of our list, and a last row with the sums. UTF-8, RFC 4180, LF or CR LF. A list that was
// refused whole is answered by a first line alone.

const RESULT_HEADER =
  'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,Lý do chưa chi,Số phiếu chi';

const MAX_LINE_BYTES = 4096;
const ITEMS_PER_CHUNK = 2000;
const BYTE_ORDER_MARK = '\ufeff';

/** What the list says, in the order of its lines. */
export type CashItem =
  | {
      readonly type: 'message';
      readonly messageId: string;
      /** Of the list of ours that is answered; null when it could not be read. */
      readonly originalMessageId: string | null;
    }
  | {
      /** The list was refused whole. */
      readonly type: 'status';
      readonly status: string;
      readonly reason: string;
      readonly offset: number;
    }
  | {
      readonly type: 'cash';
      readonly reference: string;
      readonly outcome: 'paid' | 'unpaid';
      readonly amountVnd: Vnd;
      /** Null when not paid. */
      readonly paidOn: PlainDate | null;
      readonly reason: string;
      readonly offset: number;
    }
  | {
      readonly type: 'totals';
      readonly direction: 'all' | 'debit';
      readonly count: bigint | null;
      readonly totalVnd: Vnd;
    };

interface Line {
  readonly text: string;
  readonly offset: number;
}

interface Totals {
  readonly count: bigint;
  readonly owed: Vnd;
  readonly paid: Vnd;
}

/** Where in the file the reader stands: the number of the line, from 1. */
interface Place {
  lineNo: number;
}

/**
 * Reads the result of a cash list. Memory does not grow with the file. Totals of direction `all`
 * are what was owed, with the count of lines; those of direction `debit` what was paid in cash.
 * Throws Refusal('file-malformed') with the number of the line as at; never a value of the file.
 */
export async function* readPostOfficeResult(
  content: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<readonly CashItem[]> {
  const place: Place = { lineNo: 1 };
  const reading: Reading = { items: [], declared: undefined, rowCount: 0, isClosed: false };
  let carried: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of content) {
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const end = readLines(reading, { bytes, offset }, place);
    offset += end;
    carried = Buffer.from(bytes.subarray(end));
    if (carried.length > MAX_LINE_BYTES) refuse(place, 'too-long');
    if (offset > maxBytes) refuse(place, 'too-large');
    if (reading.items.length < ITEMS_PER_CHUNK) continue;
    yield reading.items;
    reading.items = [];
  }
  // A file that does not end with a line end may have been cut inside its last figure.
  if (carried.length > 0) refuse(place, 'incomplete');
  if (!reading.isClosed) refuse(place, 'last-row-missing');
  yield reading.items;
}

/** Reads the whole lines of a block that begins at a byte of the file, and tells where they end. */
function readLines(
  reading: Reading,
  { bytes, offset }: { bytes: Buffer; offset: number },
  place: Place,
): number {
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    const line = { text: lineText(bytes.subarray(from, end), place), offset: offset + from };
    readLine(reading, line, place);
    place.lineNo += 1;
    from = end + 1;
  }
  return from;
}

interface Reading {
  items: CashItem[];
  declared: Totals | undefined;
  rowCount: number;
  isClosed: boolean;
}

function readLine(reading: Reading, line: Line, place: Place): void {
  const { items, declared } = reading;
  if (reading.isClosed) refuse(place, 'line-after-the-last');
  if (declared === undefined) {
    readHead(reading, line, place);
  } else if (place.lineNo === 2) {
    if (line.text !== RESULT_HEADER) refuse(place, 'header');
  } else {
    const fields = fieldsOf(line.text, place);
    reading.isClosed = fields[1] === 'Tổng cộng';
    reading.rowCount += 1;
    if (reading.isClosed) items.push(...closingItems(fields, declared, place));
    else items.push(cashItem(fields, reading.rowCount, line.offset, place));
  }
}

function readHead(reading: Reading, line: Line, place: Place): void {
  const text = line.text.startsWith(BYTE_ORDER_MARK) ? line.text.slice(1) : line.text;
  const [mark, messageId = '', originalId = '', ...rest] = text.split(';');
  if (!isId(messageId) || !isId(originalId)) refuse(place, 'first-line');
  reading.items.push({
    type: 'message',
    messageId,
    originalMessageId: originalId === 'NOTPROVIDED' ? null : originalId,
  });
  if (mark === '#TU-CHOI') {
    // Refused in words. NARR is the code of ISO 20022 for a reason that is told and not coded.
    reading.items.push({ type: 'status', status: 'RJCT', reason: 'NARR', offset: line.offset });
    reading.isClosed = true;
    return;
  }
  if (mark !== '#KET-QUA' || rest.length !== 3) refuse(place, 'first-line');
  const [count, owed, paid] = rest;
  reading.declared = {
    count: dong(count, place),
    owed: dong(owed, place),
    paid: dong(paid, place),
  };
}

function isId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,35}$/.test(text);
}

function cashItem(fields: readonly string[], no: number, offset: number, place: Place): CashItem {
  const [rowNo = '', reference = '', owed, outcome, paidOn = '', paid, left, reason = ''] = fields;
  if (rowNo !== String(no)) refuse(place, 'row-number');
  if (!isId(reference)) refuse(place, 'reference');
  const amountVnd = dong(owed, place);
  const row = { reference, amountVnd, paid: dong(paid, place), paidOn, reason, offset };
  if (row.paid + dong(left, place) !== amountVnd) refuse(place, 'paid-and-left-are-not-owed');
  if (outcome === 'Đã chi') return paidItem(row, place);
  return outcome === 'Chưa chi' ? unpaidItem(row, place) : refuse(place, 'outcome');
}

interface CashRow {
  readonly reference: string;
  readonly amountVnd: Vnd;
  readonly paid: Vnd;
  readonly paidOn: string;
  readonly reason: string;
  readonly offset: number;
}

// A part of an amount is never paid: the line would be neither paid nor unpaid.

function paidItem({ reference, offset, ...row }: CashRow, place: Place): CashItem {
  const { amountVnd, reason } = row;
  if (row.paid !== amountVnd) refuse(place, 'partly-paid');
  if (reason !== '') refuse(place, 'reason-of-a-paid-row');
  const paidOn = vietnameseDate(row.paidOn, place);
  return { type: 'cash', reference, outcome: 'paid', amountVnd, paidOn, reason, offset };
}

function unpaidItem({ reference, offset, ...row }: CashRow, place: Place): CashItem {
  const { amountVnd, reason } = row;
  if (row.paid !== 0n) refuse(place, 'partly-paid');
  if (row.paidOn !== '') refuse(place, 'date-of-an-unpaid-row');
  return { type: 'cash', reference, outcome: 'unpaid', amountVnd, paidOn: null, reason, offset };
}

/** The totals that the file declares at its head, once its last row has repeated them. */
function closingItems(fields: readonly string[], declared: Totals, place: Place): CashItem[] {
  const sums = [fields[0], fields[2], fields[5], fields[6]].map((text) => dong(text, place));
  const { count, owed, paid } = declared;
  const said = [count, owed, paid, owed - paid];
  if (said.some((value, i) => value !== sums[i])) refuse(place, 'head-and-last-row-disagree');
  return [
    { type: 'totals', direction: 'all', count, totalVnd: owed },
    { type: 'totals', direction: 'debit', count: null, totalVnd: paid },
  ];
}

function lineText(bytes: Buffer, place: Place): string {
  if (bytes.length > MAX_LINE_BYTES) refuse(place, 'too-long');
  if (!isUtf8(bytes)) refuse(place, 'not-utf-8');
  const text = bytes.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** The fields of one record of RFC 4180. A record is one line here: no value has a line end. */
function fieldsOf(line: string, place: Place): string[] {
  const fields = line.includes('"') ? quotedFieldsOf(line, place) : line.split(',');
  if (fields.length !== 9) refuse(place, 'field-count');
  return fields;
}

function quotedFieldsOf(line: string, place: Place): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const match = field.exec(line);
    if (match === null) return refuse(place, 'quotes');
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') break;
  }
  return fields;
}

function dong(text: string | undefined, place: Place): Vnd {
  if (text === undefined || !/^(?:0|[1-9]\d{0,17})$/.test(text)) {
    return refuse(place, 'not-whole-dong');
  }
  // Up to 15 digits are exact in a number, which is quicker.
  return vnd(text.length <= 15 ? BigInt(Number(text)) : BigInt(text));
}

function vietnameseDate(text: string, place: Place): PlainDate {
  const [, dd, mm, yyyy] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? [];
  const date = `${yyyy ?? ''}-${mm ?? ''}-${dd ?? ''}`;
  return isPlainDate(date) ? date : refuse(place, 'not-a-date');
}

function refuse(place: Place, rule: string): never {
  throw new Refusal('file-malformed', { at: `line ${place.lineNo}`, rule });
}
