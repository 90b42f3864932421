import { readPaymentReference } from '../kernel/reference.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Archive } from '../platform/archive.ts';
import { snapshot, type Db, type Tx } from '../platform/db.ts';
import type { Trace, TraceRow, TraceSection } from './trace.ts';
import {
  answerRows,
  assessmentRows,
  batchRows,
  eventRows,
  evidenceRows,
  instructionRows,
  ledgerRows,
  listRows,
  outcomeRows,
  referencesOf,
  referencesOfEntry,
  statementRows,
  tracedFile,
  tracedPayment,
  type TracedPayment,
} from './trace.sql.ts';

/** What an auditor has in hand: our reference, a recipient and a month, or an entry of the bank. */
export type TraceQuestion =
  | { readonly reference: string }
  | { readonly recipientId: bigint; readonly period: string }
  | { readonly entryReference: string; readonly after: string | null };

/** An entry may have booked a whole file; so many of its payments are traced at once. */
export const TRACED_AT_ONCE = 100;

export interface Traced {
  readonly traces: readonly Trace[];
  /** How many payments were asked for in all. */
  readonly named: number;
  /** Behind which reference the next ones begin; null where none is left. */
  readonly next: string | null;
}

/**
 * Follows payments from the row of the list, over article, evidence, signatures, and the byte in our
 * file, to the byte in the bank's answer and the ledger. Those of an entry come in the order of their references, some
 * at a time. Refuses with 'payment-unknown' when nothing
 * was ever instructed under what was asked for.
 */
export async function tracePayments(
  { db, archive }: { db: Db; archive: Archive },
  question: TraceQuestion,
): Promise<Traced> {
  return snapshot(db, async (picture) => {
    const traces: Trace[] = [];
    const { references, named } = await referencesAsked(picture, question);
    for (const reference of references.slice(0, TRACED_AT_ONCE)) {
      const names = readPaymentReference(reference);
      const payment =
        names === undefined ? undefined : await tracedPayment(picture, { ...names, reference });
      if (payment !== undefined) traces.push(await trace(picture, archive, payment));
    }
    if (traces.length === 0) throw new Refusal('payment-unknown');
    const isMore = references.length > TRACED_AT_ONCE;
    return { traces, named, next: isMore ? (references[TRACED_AT_ONCE - 1] ?? null) : null };
  });
}

/** The references asked for, one more than are traced at once where there are more. */
async function referencesAsked(
  db: Db | Tx,
  question: TraceQuestion,
): Promise<{ references: string[]; named: number }> {
  if ('reference' in question) return { references: [question.reference], named: 1 };
  if ('recipientId' in question) {
    const references = await referencesOf(db, question);
    return { references, named: references.length };
  }
  const { entryReference, after } = question;
  const atMost = TRACED_AT_ONCE + 1;
  return referencesOfEntry(db, { entryReference, after: after ?? '', atMost });
}

async function trace(db: Db | Tx, archive: Archive, of: TracedPayment): Promise<Trace> {
  const sections: TraceSection[] = [
    { name: 'list', rows: await listRows(db, of) },
    { name: 'assessment', rows: await assessmentRows(db, of) },
    { name: 'evidence', rows: await evidenceRows(db, of) },
    { name: 'instruction', rows: await instructionRows(db, of) },
    { name: 'batch', rows: await batchRows(db, of) },
    { name: 'file', rows: await fileRows(db, archive, of) },
    { name: 'answers', rows: await answerRows(db, of) },
    { name: 'statement', rows: await statementRows(db, of) },
    { name: 'outcome', rows: await outcomeRows(db, of) },
    { name: 'ledger', rows: await ledgerRows(db, of) },
    { name: 'events', rows: await eventRows(db, of) },
  ];
  return { reference: of.reference, sections };
}

async function fileRows(db: Db | Tx, archive: Archive, of: TracedPayment): Promise<TraceRow[]> {
  const file = await tracedFile(db, of);
  if (file === undefined) return [];
  const { name, sha256, partNo, messageId, state, sentAt } = file;
  const byte = await offsetOf(archive.open(sha256), of.reference);
  return [
    {
      file: name,
      part: partNo,
      message: messageId,
      sha256,
      byte: byte === undefined ? null : String(byte),
      state,
      sent_at: sentAt,
    },
  ];
}

const DIGIT = /^\d$/;

/** Where a reference begins in a stream of bytes, and not as the beginning of a longer one. */
async function offsetOf(
  content: AsyncIterable<Buffer>,
  reference: string,
): Promise<number | undefined> {
  let before = 0;
  let rest = Buffer.alloc(0);
  for await (const bytes of content) {
    const window = Buffer.concat([rest, bytes]);
    for (let at = window.indexOf(reference); at >= 0; at = window.indexOf(reference, at + 1)) {
      const next = window.toString('latin1', at + reference.length, at + reference.length + 1);
      if (next !== '' && !DIGIT.test(next)) return before + at;
    }
    const keep = Math.min(window.length, reference.length);
    before += window.length - keep;
    rest = window.subarray(window.length - keep);
  }
  return undefined;
}
