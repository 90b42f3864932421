import { pino } from 'pino';
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

/** The head of a line. A field of these names cannot pass itself off as it. */
const HEAD: readonly string[] = ['at', 'level', 'event'];

// The second net under Sensitive, for a value that somebody forgot to wrap. What is logged is a code, a
// count or an amount: a text with a space or a letter beyond ASCII may be a name, and eight digits or more that
// stand alone a citizen number or an account.
const CODE = /^[\x21-\x7e]{0,200}$/;
const NUMBER_OF_A_PERSON = /(?<![0-9A-Za-z])[0-9]{8,}(?![0-9A-Za-z])/g;
const FIELDS_OF_PERSONS = [
  'name',
  'fullName',
  'citizenNumber',
  'account',
  'accountNumber',
  'birthDate',
  'address',
];

/** Writes one line of JSON an event. An integer of any size is written as a decimal string. */
export function jsonLog(stream: { write(text: string): unknown }, clock: Clock = systemClock): Log {
  const logger = pino(
    {
      base: null,
      messageKey: 'event',
      timestamp: () => `,"at":"${clock().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: FIELDS_OF_PERSONS, censor: '[sensitive]' },
    },
    { write: (line) => stream.write(line.replace(OBEYED_BY_TERMINALS, escaped)) },
  );
  return {
    info(event, fields = {}) {
      logger.info(shown(fields), event);
    },
    error(event, fields = {}) {
      logger.error(shown(fields), event);
    },
  };
}

export const silentLog: Log = { info: () => undefined, error: () => undefined };

function shown(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !HEAD.includes(name))
      .map(([name, value]) => [name, valueOf(value)]),
  );
}

function valueOf(value: LogFields[string]): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string') return value;
  if (!CODE.test(value)) return '[not a code]';
  return value.replace(NUMBER_OF_A_PERSON, '[number]');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
