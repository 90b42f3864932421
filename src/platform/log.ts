import type { Sensitive } from '../kernel/sensitive.ts';
import { systemClock, type Clock } from './clock.ts';

/** Never personal data, unless it is wrapped: a Sensitive value prints as [sensitive]. */
export type LogFields = Readonly<Record<string, string | number | bigint | Sensitive<unknown>>>;

/** A log line is an event with fields, not a sentence. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

// JSON escapes only what is below U+0020. A terminal also obeys DEL and C1 controls, breaks lines
// at U+2028 and U+2029, and shows text backwards after a direction mark: with those, a value from
// outside could hide or forge what an operator reads.
const OBEYED_BY_TERMINALS = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Writes one line of JSON an event. An integer of any size is written as a decimal string. */
export function jsonLog(stream: { write(text: string): unknown }, clock: Clock = systemClock): Log {
  const line = (level: 'info' | 'error', event: string, fields: LogFields): void => {
    const head = { at: clock().toISOString(), level, event };
    // The head stands first and wins: a field called "event" cannot pass itself off as one.
    stream.write(`${asJson({ ...head, ...fields, ...head })}\n`);
  };
  return {
    info(event, fields = {}) {
      line('info', event, fields);
    },
    error(event, fields = {}) {
      line('error', event, fields);
    },
  };
}

export const silentLog: Log = { info: () => undefined, error: () => undefined };

function asJson(value: LogFields): string {
  const json = JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'bigint' ? field.toString() : field,
  );
  return json.replace(
    OBEYED_BY_TERMINALS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
