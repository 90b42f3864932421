// The sandbox post office. It takes cash lists, pays those who come to its counters, and sends back
// the list with what was paid and what was not. It has its own books, like the bank beside it.

import { grouped } from '../../src/kernel/text.ts';
import { sum, vnd, type Vnd } from '../../src/kernel/money.ts';
import { isPlainDate, type PlainDate } from '../../src/kernel/period.ts';
import {
  linesOf,
  netByReference,
  seededHash,
  startTaking,
  takeWaiting,
  type AnswerFile,
  type CounterpartOptions,
  type Decision,
  type Taking,
  type Verdict,
} from './counterpart.ts';

/** What becomes of a line that is not a duplicate. */
export interface PostDecision {
  readonly outcome: 'paid' | 'unpaid';
  /** Days from the value date to the day of payment, 0 to 9. */
  readonly daysLater: number;
}

interface ListHead {
  readonly messageId: string;
  readonly paymentInformationId: string;
  readonly count: bigint;
  readonly total: Vnd;
  readonly valueDate: PlainDate;
}

/** A list as far as it has been read. */
interface Reading {
  head: ListHead | undefined;
  /** Lines above the first row of the list, of which there are two. */
  opened: number;
  count: bigint;
  owed: Vnd;
  paid: Vnd;
  closed: boolean;
  fault: string | undefined;
}

// In ten-thousandths of all lines.
const UNPAID_SHARE = 400;
const NOT_COLLECTED = 'Không đến nhận';
const USED_BEFORE = 'Trùng mã tham chiếu';

const HEADER = 'STT,Mã tham chiếu,Họ và tên,Số định danh cá nhân,Xã/phường,Số tiền phải chi';
const RESULT_HEADER =
  'STT,Mã tham chiếu,Số tiền phải chi,Kết quả,Ngày chi,Số tiền đã chi,Số tiền còn lại,' +
  'Lý do chưa chi,Số phiếu chi';
const TOTAL = 'Tổng cộng';
const COLUMNS = 6;

// What passes these needs no quoting in CSV and is safe in a file name.
const FIRST_LINE =
  /^#AN-SINH;([A-Za-z0-9-]{1,35});([A-Za-z0-9/?:().'+-]{1,35});(\d{1,15});(\d{1,18});([\d-]{10})$/;
const REFERENCE = /^[A-Za-z0-9/?:().'+-]{1,35}$/;
const AMOUNT = /^[1-9]\d{0,17}$/;

const UNKNOWN_MESSAGE = 'NOTPROVIDED';

/**
 * Takes cash lists from `in` until stop() is called, after finishing what a process that was
 * killed has left.
 */
export function startPostOffice(options: CounterpartOptions): { stop(): Promise<void> } {
  return startTaking(takeList, options);
}

/** Takes all cash lists that wait in `in`; resolves with their number. */
export function takeWaitingLists(options: CounterpartOptions): Promise<number> {
  return takeWaiting(takeList, options);
}

/** Amount in dong handed out per reference by the books of the post office. */
export function paidByReference(folder: string): Promise<Map<string, bigint>> {
  return netByReference(folder, { plus: 'paid' });
}

/** Depends on the seed and the reference alone, so that it is the same after any restart. */
export function postDecision(seed: number, reference: string): PostDecision {
  const share = seededHash(seed, 'collected', reference) % 10_000;
  return {
    outcome: share < UNPAID_SHARE ? 'unpaid' : 'paid',
    daysLater: seededHash(seed, 'day', reference) % 10,
  };
}

async function takeList(taking: Taking): Promise<Verdict> {
  const reading: Reading = {
    head: undefined,
    opened: 0,
    count: 0n,
    owed: vnd(0n),
    paid: vnd(0n),
    closed: false,
    fault: undefined,
  };
  for await (const lines of linesOf(taking.path)) {
    for (const line of lines) reading.fault ??= readLine(taking, reading, line);
    if (reading.fault !== undefined) break;
    await taking.drain();
  }
  const { head } = reading;
  if (head === undefined) return refuse(taking, UNKNOWN_MESSAGE, 'the list has no first line');
  const fault = reading.fault ?? faultOfWhole(taking, reading, head);
  return fault === undefined ? book(taking, reading, head) : refuse(taking, head.messageId, fault);
}

/** Returns what is wrong with the line, if anything. The total row closes the list. */
function readLine(taking: Taking, reading: Reading, line: string): string | undefined {
  if (reading.opened === 0) return readHead(reading, line);
  if (reading.opened === 1) {
    reading.opened = 2;
    return line === HEADER ? undefined : 'the heading is not that of a cash list';
  }
  if (reading.closed) return 'rows after the total';
  const fields = fieldsOf(line);
  if (fields?.length !== COLUMNS) return `row ${grouped(reading.count + 1n)} is malformed`;
  if (fields[1] === TOTAL) return readTotal(reading, fields);
  return readRow(taking, reading, fields);
}

function readHead(reading: Reading, line: string): string | undefined {
  const match = FIRST_LINE.exec(line);
  const [, messageId = '', paymentInformationId = '', count = '', total = '', day = ''] =
    match ?? [];
  if (match === null || !isPlainDate(day)) return 'the first line is not that of a cash list';
  reading.opened = 1;
  reading.head = {
    messageId,
    paymentInformationId,
    count: BigInt(count),
    total: vnd(BigInt(total)),
    valueDate: day,
  };
  return undefined;
}

function readTotal(reading: Reading, fields: readonly string[]): string | undefined {
  reading.closed = true;
  const agrees = fields[0] === String(reading.count) && fields[5] === String(reading.owed);
  return agrees ? undefined : 'the total row disagrees with the rows';
}

function readRow(taking: Taking, reading: Reading, fields: readonly string[]): string | undefined {
  const [number, reference = '', , , , amountText = ''] = fields;
  const expected = reading.count + 1n;
  if (number !== String(expected) || !REFERENCE.test(reference) || !AMOUNT.test(amountText)) {
    return `row ${grouped(expected)} is malformed`;
  }
  const amount = vnd(BigInt(amountText));
  reading.count = expected;
  reading.owed = sum([reading.owed, amount]);
  if (!taking.isNew(reference)) {
    taking.decide('duplicate', reference, amount, USED_BEFORE);
  } else if (postDecision(taking.seed, reference).outcome === 'unpaid') {
    taking.decide('unpaid', reference, amount, NOT_COLLECTED);
  } else {
    taking.decide('paid', reference, amount, '');
    reading.paid = sum([reading.paid, amount]);
  }
  return undefined;
}

function faultOfWhole({ headers }: Taking, reading: Reading, head: ListHead): string | undefined {
  if (!reading.closed) return 'the list has no end';
  // The bytes are new, or the list would not be read: another list under an id that is taken.
  if (headers.some(({ messageId }) => messageId === head.messageId)) {
    return 'the message id was used before';
  }
  if (reading.count === 0n) return 'the list is empty';
  const agrees = head.count === reading.count && head.total === reading.owed;
  return agrees ? undefined : 'the first line disagrees with the rows';
}

function book({ seed, sequence }: Taking, reading: Reading, head: ListHead): Verdict {
  const { messageId, paymentInformationId, valueDate } = head;
  const { count, owed, paid } = reading;
  const answer: AnswerFile = {
    name: `${sequence}-result-${messageId}.csv`,
    head: `#KET-QUA;POST-${sequence};${messageId};${count};${owed};${paid}\n${RESULT_HEADER}\n`,
    line: (decision) => resultRow(seed, valueDate, decision),
    tail: `${count},${TOTAL},${owed},,,${paid},${owed - paid},,\n`,
  };
  return {
    kind: 'booked',
    messageId,
    facts: { paymentInformationId, valueDate, owed: String(owed), paid: String(paid) },
    answers: [answer],
  };
}

function resultRow(seed: number, valueDate: PlainDate, decision: Decision): string {
  const { position, kind, reference, amount, sequence, reason } = decision;
  if (kind !== 'paid')
    return `${position},${reference},${amount},Chưa chi,,0,${amount},${reason},\n`;
  const day = vietnameseDate(valueDate, postDecision(seed, reference).daysLater);
  return `${position},${reference},${amount},Đã chi,${day},${amount},0,,PC${sequence}-${position}\n`;
}

function refuse({ sequence, refusedSuffix }: Taking, messageId: string, fault: string): Verdict {
  const id = `POST-${sequence}${refusedSuffix}`;
  return {
    kind: 'refused',
    messageId,
    facts: { reason: fault },
    answers: [
      {
        name: `${sequence}-refused-${messageId}${refusedSuffix}.csv`,
        head: `#TU-CHOI;${id};${messageId};${fault}\n`,
        line: () => '',
        tail: '',
      },
    ],
  };
}

/** dd/mm/yyyy, a number of days after a date. */
function vietnameseDate(date: PlainDate, daysLater: number): string {
  const day = new Date(Date.parse(`${date}T00:00:00Z`) + daysLater * 86_400_000).toISOString();
  return `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
}

/** The fields of one row of CSV (RFC 4180, a row a line); undefined when its quotes are wrong. */
function fieldsOf(line: string): string[] | undefined {
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  const fields: string[] = [];
  for (;;) {
    const match = field.exec(line);
    if (match === null) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return fields;
  }
}
