import type { Period } from '../kernel/period.ts';
import { readPaymentReference } from '../kernel/reference.ts';
import { copyIn, copyLine, copyValue } from '../platform/copy.ts';
import type { Tx } from '../platform/db.ts';
import type { SettlementItem } from './settlement.ts';
import { SET_ASIDE, SETTLEMENT_ENTRY, SETTLEMENT_ROW } from './settlement.sql.ts';
import { count, isOfEntry, type Details, type LineKind, type Tally } from './tally.ts';

// The items of one file on their way into the database, counted as they pass.

type Item<Type extends SettlementItem['type']> = Extract<SettlementItem, { type: Type }>;

/** What a file says once. */
export interface Heard {
  message: Item<'message'> | undefined;
  group: Item<'status'> | undefined;
  /** Our files have one block, so its status is that of the file when the file has none. */
  block: Item<'status'> | undefined;
  /** The block that it names. */
  named: Item<'block'> | undefined;
  statements: Item<'statement'>[];
  /** Answers that name each payment may count again for each. */
  count: Omit<Item<'count'>, 'type'> & { readonly isOne: boolean };
}

export function nothingHeard(): Heard {
  return {
    message: undefined,
    group: undefined,
    block: undefined,
    named: undefined,
    statements: [],
    count: { payments: null, byStatus: 0n, isOne: true },
  };
}

/** How far the reading of a file has come. */
export interface Reading {
  readonly fileId: bigint;
  readonly heard: Heard;
  readonly known: ReadonlySet<Period>;
  readonly current: Period;
  readonly tally: Tally;
  isRead: boolean;
  /** Lines and entries are numbered together, in the order of the file. */
  lineNo: number;
  /** How many lines were handed to the database. */
  lineCount: number;
  details: Details | undefined;
  /** Rows of entries, and of what is set aside, that wait until the lines before them are copied. */
  entries: string;
  setAside: string;
  setAsideCount: number;
}

export function newReading(
  of: Pick<Reading, 'fileId' | 'heard' | 'current'>,
  known: ReadonlySet<Period>,
): Reading {
  return {
    ...of,
    known,
    tally: new Map(),
    isRead: false,
    lineNo: 0,
    lineCount: 0,
    details: undefined,
    entries: '',
    setAside: '',
    setAsideCount: 0,
  };
}

const MAX_WAITING = 1_000_000;

/**
 * Copies the lines of a file, its entries and what is set aside into a table each, and keeps what it says
 * once. One COPY can fill one table, so the others wait; when many do, as in a file of returns, the lines
 * pause for them.
 */
export async function copyItems(
  tx: Tx,
  items: AsyncIterable<readonly SettlementItem[]>,
  reading: Reading,
): Promise<void> {
  const chunks = items[Symbol.asyncIterator]();
  let copied = 0;
  try {
    while (!reading.isRead) {
      copied += await copyIn(tx, SETTLEMENT_ROW, linesUntilEntriesWait(chunks, reading));
      await copyIn(tx, SETTLEMENT_ENTRY, takeWaiting(reading, 'entries'));
      await copyIn(tx, SET_ASIDE, takeWaiting(reading, 'setAside'));
    }
  } finally {
    await chunks.return?.();
  }
  const { lineCount } = reading;
  if (copied !== lineCount) throw new Error(`of ${lineCount} lines ${copied} were copied`);
}

async function* takeWaiting(
  reading: Reading,
  which: 'entries' | 'setAside',
): AsyncGenerator<string> {
  yield await Promise.resolve(reading[which]);
  reading[which] = '';
}

async function* linesUntilEntriesWait(
  chunks: AsyncIterator<readonly SettlementItem[]>,
  reading: Reading,
): AsyncGenerator<string> {
  while (reading.entries.length + reading.setAside.length < MAX_WAITING) {
    const next = await chunks.next();
    if (next.done === true) {
      reading.isRead = true;
      return;
    }
    yield linesOf(next.value, reading);
  }
}

/** The lines of a chunk as COPY text. */
function linesOf(chunk: readonly SettlementItem[], reading: Reading): string {
  let text = '';
  for (const item of chunk) text += takeItem(item, reading);
  return text;
}

/** Its line, or none. */
function takeItem(item: SettlementItem, reading: Reading): string {
  switch (item.type) {
    case 'booking':
    case 'cash':
      return lineOf(item, reading);
    case 'status':
      return statusLine(item, reading);
    case 'entry':
      addEntry(reading, item);
      return '';
    case 'set-aside':
      setAside(reading, item);
      return '';
    case 'message':
    case 'block':
    case 'statement':
    case 'count':
      hearWhole(reading.heard, item);
      return '';
  }
}

/** A line of its own, or none: above one instruction, a status is of the whole. */
function statusLine(item: Item<'status'>, reading: Reading): string {
  if (item.level === 'instruction') return lineOf(item, reading);
  hearStatus(reading.heard, item);
  return '';
}

function hearStatus(heard: Heard, item: Item<'status'>): void {
  if (item.level === 'group') heard.group = item;
  // Some banks repeat the block for each payment they name: then none speaks for the whole.
  else heard.block = heard.block === undefined ? item : { ...item, status: 'PART' };
}

function hearWhole(heard: Heard, item: Item<'message' | 'block' | 'statement' | 'count'>): void {
  if (item.type === 'message') heard.message = item;
  else if (item.type === 'block') heard.named = item;
  else if (item.type === 'statement') heard.statements.push(item);
  else hearCount(heard, item);
}

/** Of all that is counted the most: none of it may be more than was sent. */
function hearCount(heard: Heard, item: Item<'count'>): void {
  const { payments, byStatus, isOne } = heard.count;
  heard.count = {
    payments: item.payments ?? payments,
    byStatus: item.byStatus > byStatus ? item.byStatus : byStatus,
    isOne: isOne && (payments ?? item.payments) === (item.payments ?? payments),
  };
}

function lineOf(item: Item<'booking' | 'cash' | 'status'>, reading: Reading): string {
  switch (item.type) {
    case 'booking': {
      addDetail(reading, item);
      const { direction, bookedOn, entryReference } = item;
      return line(reading, direction, item, { status: 'BOOK', bookedOn, entryReference });
    }
    case 'cash': {
      const { outcome, paidOn } = item;
      const more = { status: outcome, bookedOn: paidOn, entryReference: '' };
      return line(reading, outcome, item, more);
    }
    case 'status': {
      const more = { status: item.status, bookedOn: null, entryReference: '' };
      return line(reading, 'status', item, more);
    }
  }
}

/**
 * A row of settlement_line. A reference that is none of ours is kept under recipient 0, for a person
 * to explain. Written out, for it is done a million times.
 */
function line(
  reading: Reading,
  kind: LineKind,
  item: Pick<Item<'status'>, 'reference' | 'reason' | 'amountVnd' | 'offset' | 'path'>,
  more: { status: string; bookedOn: string | null; entryReference: string },
): string {
  const { reference, reason, amountVnd, offset, path } = item;
  const read = readPaymentReference(reference);
  const names = read !== undefined && reading.known.has(read.period) ? read : undefined;
  const period = names === undefined ? reading.current : names.period;
  count(reading.tally, kind, { amountVnd, period });
  reading.lineNo += 1;
  reading.lineCount += 1;
  const recipientId = names === undefined ? 0n : names.recipientId;
  const id = read === undefined ? copyValue(reference) : reference;
  return (
    `${recipientId}\t${period}\t${reading.fileId}\t${reading.lineNo}\t${id}\t${kind}\t` +
    `${copyValue(more.status)}\t${copyValue(reason)}\t${copyValue(amountVnd)}\t${copyValue(more.bookedOn)}\t` +
    `${copyValue(more.entryReference)}\t${offset}\t${copyValue(path)}\n`
  );
}

// ---- entries and their details

function addDetail(reading: Reading, item: Item<'booking'>): void {
  const { entryReference, direction, amountVnd, chargedVnd } = item;
  if (!isOfEntry(reading.details, item)) {
    reading.details = { entryReference, direction, count: 0, totalVnd: 0n };
  }
  reading.details.count += 1;
  reading.details.totalVnd += amountVnd + chargedVnd;
}

/** An entry with what its details came to; with nothing of them when some are set aside. */
function addEntry(reading: Reading, item: Item<'entry'>): void {
  const { direction, entryReference, amountVnd } = item;
  const details = isOfEntry(reading.details, item) && !item.isPartial ? reading.details : undefined;
  reading.details = undefined;
  reading.lineNo += 1;
  reading.entries += copyLine([
    reading.lineNo,
    item.accountNo,
    direction,
    entryReference,
    item.paymentInformationId,
    amountVnd,
    item.bookedOn,
    details?.count ?? 0,
    details?.totalVnd ?? 0n,
  ]);
}

function setAside(reading: Reading, item: Item<'set-aside'>): void {
  const { rule, reference, amountVnd, offset, path } = item;
  reading.lineNo += 1;
  reading.setAsideCount += 1;
  reading.setAside += copyLine([reading.lineNo, rule, reference, amountVnd, offset, path]);
}
