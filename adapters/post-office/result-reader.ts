import { isUtf8 } from 'node:buffer';
import { vnd, type Vnd } from '../../src/kernel/money.ts';
import { isPlainDate, type PlainDate } from '../../src/kernel/period.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { SettlementItem } from '../../src/settlement/settlement.ts';

// The result list of the post office: a first line with its totals, a header, a row for each
// payment of our list, and a last row with the sums. UTF-8, RFC 4180, LF or CR LF.

export const RESULT_HEADER =
  'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,Lý do chưa chi,Số phiếu chi';

const MAX_LINE_BYTES = 4096;
const ITEMS_PER_CHUNK = 2000;
const BYTE_ORDER_MARK = '\ufeff';

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
): AsyncGenerator<readonly SettlementItem[]> {
  const place: Place = { lineNo: 0 };
  let items: SettlementItem[] = [];
  let declared: Totals | undefined;
  let rowCount = 0n;
  let isClosed = false;

  for await (const line of linesOf(content, place, maxBytes)) {
    place.lineNo += 1;
    if (isClosed) refuse(place, 'line-after-the-last');
    if (place.lineNo === 1) {
      const head = headOf(line, place);
      declared = head.totals;
      items.push(head.message);
    } else if (place.lineNo === 2) {
      if (line.text !== RESULT_HEADER) refuse(place, 'header');
    } else if (declared !== undefined) {
      const fields = fieldsOf(line.text, place);
      isClosed = fields[1] === 'Tổng cộng';
      rowCount += 1n;
      if (isClosed) items.push(...closingItems(fields, declared, place));
      else items.push(cashItem(fields, rowCount, line.offset, place));
    }
    if (items.length >= ITEMS_PER_CHUNK) {
      yield items;
      items = [];
    }
  }
  if (!isClosed) refuse(place, 'last-row-missing');
  yield items;
}

function headOf(line: Line, place: Place): { message: SettlementItem; totals: Totals } {
  const text = line.text.startsWith(BYTE_ORDER_MARK) ? line.text.slice(1) : line.text;
  const [mark, resultId = '', originalId = '', count, owed, paid, ...rest] = text.split(';');
  const isId = (id: string): boolean => /^[A-Za-z0-9-]{1,35}$/.test(id);
  if (mark !== '#KET-QUA' || rest.length > 0 || !isId(resultId) || !isId(originalId)) {
    refuse(place, 'first-line');
  }
  return {
    message: {
      type: 'message',
      kind: 'post-office-result',
      messageId: resultId,
      payerAccount: null,
      originalMessageId: originalId,
    },
    totals: { count: dong(count, place), owed: dong(owed, place), paid: dong(paid, place) },
  };
}

function cashItem(
  fields: readonly string[],
  no: bigint,
  offset: number,
  place: Place,
): SettlementItem {
  if (fields[0] !== no.toString()) refuse(place, 'row-number');
  const [, reference = '', owedText, outcomeText, paidOnText = '', paidText, leftText] = fields;
  if (!/^[A-Za-z0-9-]{1,35}$/.test(reference)) refuse(place, 'reference');
  const reason = fields[7] ?? '';
  const amountVnd = dong(owedText, place);
  const [paid, left] = [dong(paidText, place), dong(leftText, place)];
  const base = { type: 'cash', reference, amountVnd, reason, offset } as const;

  // A part of an amount is never paid: it would be neither paid nor unpaid.
  if (outcomeText === 'Đã chi') {
    if (paid !== amountVnd || left !== 0n) refuse(place, 'partly-paid');
    if (reason !== '') refuse(place, 'reason-of-a-paid-row');
    return { ...base, outcome: 'paid', paidOn: vietnameseDate(paidOnText, place) };
  }
  if (outcomeText !== 'Chưa chi') refuse(place, 'outcome');
  if (paid !== 0n || left !== amountVnd) refuse(place, 'partly-paid');
  if (paidOnText !== '') refuse(place, 'date-of-an-unpaid-row');
  return { ...base, outcome: 'unpaid', paidOn: null };
}

/** The totals that the file declares at its head, once its last row has repeated them. */
function closingItems(fields: readonly string[], declared: Totals, place: Place): SettlementItem[] {
  const sums = [fields[0], fields[2], fields[5], fields[6]].map((text) => dong(text, place));
  const { count, owed, paid } = declared;
  const said = [count, owed, paid, owed - paid];
  if (said.some((value, i) => value !== sums[i])) refuse(place, 'head-and-last-row-disagree');
  return [
    { type: 'totals', of: 'cash', direction: 'all', count, totalVnd: owed },
    { type: 'totals', of: 'cash', direction: 'debit', count: null, totalVnd: paid },
  ];
}

async function* linesOf(
  content: AsyncIterable<Buffer>,
  place: Place,
  maxBytes: number,
): AsyncGenerator<Line> {
  let carried: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of content) {
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      yield { text: lineText(bytes.subarray(from, end), place), offset };
      offset += end + 1 - from;
      from = end + 1;
    }
    carried = Buffer.from(bytes.subarray(from));
    if (carried.length > MAX_LINE_BYTES) refuse(place, 'too-long');
    if (offset > maxBytes) refuse(place, 'too-large');
  }
  // A file that does not end with a line end may have been cut inside its last figure.
  if (carried.length > 0) refuse(place, 'incomplete');
}

function lineText(bytes: Buffer, place: Place): string {
  if (bytes.length > MAX_LINE_BYTES) refuse(place, 'too-long');
  if (!isUtf8(bytes)) refuse(place, 'not-utf-8');
  const text = bytes.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** The fields of one record of RFC 4180. A record is one line here: no value has a line end. */
function fieldsOf(line: string, place: Place): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const match = field.exec(line);
    if (match === null) return refuse(place, 'quotes');
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') break;
  }
  if (fields.length !== 9) refuse(place, 'field-count');
  return fields;
}

function dong(text: string | undefined, place: Place): Vnd {
  if (text === undefined || !/^(0|[1-9]\d{0,17})$/.test(text)) refuse(place, 'not-whole-dong');
  return vnd(BigInt(text as string));
}

function vietnameseDate(text: string, place: Place): PlainDate {
  const [, dd, mm, yyyy] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? [];
  const date = `${yyyy ?? ''}-${mm ?? ''}-${dd ?? ''}`;
  return isPlainDate(date) ? date : refuse(place, 'not-a-date');
}

function refuse(place: Place, rule: string): never {
  throw new Refusal('file-malformed', { at: `line ${place.lineNo}`, rule });
}
