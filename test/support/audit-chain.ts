import { createHash } from 'node:crypto';
import { many, type Db, type Tx } from '../../src/platform/db.ts';

// The audit chain, computed again without the code that writes it. An event's hash is SHA-256 over
// the 32 bytes of the hash before it and the UTF-8 text of a JSON array: its number, its instant in
// UTC to the microsecond, actor, action, subject and facts. There is a space behind every comma and
// colon, and the keys of the facts stand shortest first, those of one length by their bytes.

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface StoredEvent {
  readonly no: bigint;
  /** YYYY-MM-DDTHH:MM:SS.ssssssZ */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly facts: Json;
  readonly previous: string;
  readonly hash: string;
}

/** The log in the order of its numbers. */
export function storedEvents(db: Db | Tx): Promise<StoredEvent[]> {
  return many(
    db,
    `select event_no as no, actor, action, subject, facts,
            to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
            encode(previous_hash, 'hex') as previous, encode(hash, 'hex') as hash
       from audit_event order by event_no`,
  );
}

export const FIRST_HASH = '00'.repeat(32);

/** The canonical text of a value. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(', ')}]`;
  const members = Object.entries(value)
    .map(([key, member]) => [Buffer.from(key), canonical(member)] as const)
    .sort(([a], [b]) => a.length - b.length || Buffer.compare(a, b));
  return `{${members.map(([key, member]) => `${JSON.stringify(key.toString())}: ${member}`).join(', ')}}`;
}

/** The hash that an event must have after another, in hex. */
export function hashOf(event: Omit<StoredEvent, 'previous' | 'hash'>, previous: string): string {
  const { no, at, actor, action, subject, facts } = event;
  return createHash('sha256')
    .update(Buffer.from(previous, 'hex'))
    .update(canonical([Number(no), at, actor, action, subject, facts]), 'utf8')
    .digest('hex');
}

/** The number of the first event that is not what it must be, or undefined for a whole chain. */
export function firstBrokenLink(events: readonly StoredEvent[]): bigint | undefined {
  let previous = FIRST_HASH;
  for (const [i, event] of events.entries()) {
    const isNext = event.no === BigInt(i + 1) && event.previous === previous;
    if (!isNext || event.hash !== hashOf(event, previous)) return event.no;
    previous = event.hash;
  }
  return undefined;
}
