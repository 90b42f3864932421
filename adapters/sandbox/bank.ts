// The sandbox bank. It takes payment files, books them, and answers as a bank does: some lines are
// rejected, some come back, no reference is ever booked twice, and of what it is asked back some comes. It has its
// own books, and it shares no code with the adapters through which the engine talks to it.

import { createReadStream } from 'node:fs';
import { vnd, type Vnd } from '../../src/kernel/money.ts';
import { dayAnswers, refusalAnswer, type BankDay, type Tally } from './bank-answers.ts';
import { isRequest, takeRequest } from './bank-request.ts';
import { paymentReader, type FileFault, type PaymentReader } from './bank-payment-file.ts';
import {
  netByReference,
  seededHash,
  startTaking,
  takeWaiting,
  type CounterpartOptions,
  type Taking,
  type Verdict,
} from './counterpart.ts';

/** What becomes of a line that is not a duplicate. */
export interface BankDecision {
  readonly outcome: 'executed' | 'rejected' | 'returned';
  /** ISO 20022 reason; empty for an execution. */
  readonly reason: string;
}

/** In dong; every account that the bank has never seen opens with it. */
export const FIRST_BALANCE = vnd(5_000_000_000_000n);

// In ten-thousandths of all lines.
const REJECTED_SHARE = 100;
const RETURNED_SHARE = 70;
const REJECT_REASONS = ['AC04', 'AC06', 'AC01', 'BE05'] as const;
const RETURN_REASONS = ['AC04', 'MD07', 'BE01'] as const;

// ISO 20022 has it for a message that names no original of its own.
const UNKNOWN_MESSAGE = 'NOTPROVIDED';

/**
 * Takes payment files, and requests to cancel them, from `in` until stop() is called, after finishing what a process that was
 * killed has left.
 */
export function startBank(options: CounterpartOptions): { stop(): Promise<void> } {
  return startTaking(takeOne, options);
}

/** Takes all payment files and requests that wait in `in`; resolves with their number. */
export function takeWaitingPayments(options: CounterpartOptions): Promise<number> {
  return takeWaiting(takeOne, options);
}

/**
 * Net amount in dong credited per end-to-end id by the books of the bank: booked less returned. A
 * reference that was only ever rejected is not in it.
 */
export function creditedByReference(folder: string): Promise<Map<string, bigint>> {
  return netByReference(folder, { plus: 'booked', minus: 'returned' });
}

/** Depends on the seed and the reference alone, so that it is the same after any restart. */
export function bankDecision(seed: number, reference: string): BankDecision {
  const share = seededHash(seed, 'outcome', reference) % 10_000;
  const which = seededHash(seed, 'reason', reference);
  if (share < REJECTED_SHARE) {
    return { outcome: 'rejected', reason: REJECT_REASONS[which % REJECT_REASONS.length] ?? '' };
  }
  if (share < REJECTED_SHARE + RETURNED_SHARE) {
    return { outcome: 'returned', reason: RETURN_REASONS[which % RETURN_REASONS.length] ?? '' };
  }
  return { outcome: 'executed', reason: '' };
}

interface Sums {
  executed: Tally;
  returned: Tally;
  rejected: Tally;
}

const NONE: Tally = { count: 0n, total: vnd(0n) };

async function takeOne(taking: Taking): Promise<Verdict> {
  if (!(await isRequest(taking.path))) return takePayments(taking);
  const taken = await takeRequest(taking, (account) => balanceOf(taking, account));
  return 'answers' in taken ? taken : refuse(taking, UNREAD, taken);
}

async function takePayments(taking: Taking): Promise<Verdict> {
  const sums: Sums = { executed: NONE, returned: NONE, rejected: NONE };
  const reader = paymentReader((reference, amount) => {
    decide(taking, sums, reference, amount);
  });
  const fault = await readThrough(taking, reader);
  const head = reader.head();
  if (fault !== undefined || head === undefined) return refuse(taking, reader, fault);

  const opening = balanceOf(taking, head.account);
  const rest = opening - sums.executed.total;
  if (rest < 0n) {
    return refuse(taking, reader, { reason: 'AM04', explanation: 'The balance does not suffice' });
  }
  const closing = vnd(rest + sums.returned.total);
  return book(taking, { head, ...sums, opening, closing, instructed: reader.totals() });
}

/** Resolves with the fault for which the whole file is refused, if there is one. */
async function readThrough(
  { path, headers, drain }: Taking,
  reader: PaymentReader,
): Promise<FileFault | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const chunks = createReadStream(path, { highWaterMark: 256 * 1024 });
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    const text = decodePiece(decoder, chunk);
    if (text === undefined) return { reason: 'FF01', explanation: 'The text is not UTF-8' };
    reader.write(text);
    if (reader.fault() !== undefined) return reader.fault();
    await drain();
  }
  reader.end();
  // The bytes are new, or the file would not be read: another message under a name that is taken.
  const { messageId } = reader.origin();
  if (headers.some((header) => header.messageId === messageId)) {
    return { reason: 'DU01', explanation: 'The message identification was used before' };
  }
  return reader.fault();
}

function decodePiece(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

function decide(taking: Taking, sums: Sums, reference: string, amount: Vnd): void {
  if (!taking.isNew(reference)) {
    taking.decide('duplicate', reference, amount, 'AM05');
    sums.rejected = plus(sums.rejected, amount);
    return;
  }
  const { outcome, reason } = bankDecision(taking.seed, reference);
  if (outcome === 'rejected') {
    taking.decide('rejected', reference, amount, reason);
    sums.rejected = plus(sums.rejected, amount);
    return;
  }
  taking.decide('booked', reference, amount, '');
  sums.executed = plus(sums.executed, amount);
  if (outcome === 'returned') {
    taking.decide('returned', reference, amount, reason);
    sums.returned = plus(sums.returned, amount);
  }
}

function plus({ count, total }: Tally, amount: Vnd): Tally {
  return { count: count + 1n, total: vnd(total + amount) };
}

function balanceOf({ headers }: Taking, account: string): Vnd {
  const last = headers.findLast(
    ({ kind, facts }) => kind === 'booked' && facts.account === account,
  );
  return last?.facts.closing === undefined ? FIRST_BALANCE : vnd(BigInt(last.facts.closing));
}

function book({ sequence }: Taking, day: Omit<BankDay, 'sequence'>): Verdict {
  const { messageId, account, paymentInformationId, valueDate } = day.head;
  const { opening, closing } = day;
  return {
    kind: 'booked',
    messageId,
    facts: {
      account,
      opening: String(opening),
      closing: String(closing),
      paymentInformationId,
      valueDate,
    },
    answers: dayAnswers({ ...day, sequence }),
  };
}

/** A request that cannot be read says as little of itself as a payment file of which nothing was read. */
const UNREAD: Pick<PaymentReader, 'origin'> = {
  origin: () => ({ messageId: undefined, createdAt: undefined }),
};

function refuse(
  { sequence, refusedSuffix }: Taking,
  reader: Pick<PaymentReader, 'origin'>,
  fault: FileFault = { reason: 'FF01', explanation: 'No payment in the file' },
): Verdict {
  const { messageId = UNKNOWN_MESSAGE, createdAt } = reader.origin();
  return {
    kind: 'refused',
    messageId,
    facts: { reason: fault.reason },
    answers: [refusalAnswer(fault, { sequence, refusedSuffix, messageId, createdAt })],
  };
}
