import { Refusal } from '../kernel/refusal.ts';
import { isPeriod, type Period } from '../kernel/period.ts';

/** One field of a form or of an address: how its text is read. Undefined means that it is wrong. */
export interface Field<Value> {
  /** Whether it may stand several times, as boxes that are ticked do. */
  readonly many: boolean;
  read(texts: readonly string[]): Value | undefined;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What fields give when all of them are right. */
export type Read<Form extends Fields> = {
  readonly [Name in keyof Form]: Form[Name] extends Field<infer Value> ? Value : never;
};

function single<Value>(read: (text: string) => Value | undefined): Field<Value> {
  return {
    many: false,
    read: ([text]) => (text === undefined ? undefined : read(text)),
  };
}

// eslint-disable-next-line no-control-regex -- what no keyboard types and every log obeys
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** A text of one to so many letters, without blanks around it. */
export function text(longest: number): Field<string> {
  return single((raw) => {
    const trimmed = raw.normalize('NFC').trim();
    const fits = trimmed !== '' && trimmed.length <= longest && !CONTROL.test(trimmed);
    return fits ? trimmed : undefined;
  });
}

/** A text that is taken exactly as it was typed, such as a password; it may be empty. */
export function exactText(longest: number): Field<string> {
  return single((raw) => (raw.length <= longest ? raw : undefined));
}

/** A text that has a form. */
export function formed(pattern: RegExp): Field<string> {
  return single((raw) => (pattern.test(raw.trim()) ? raw.trim() : undefined));
}

/** A whole number, also as it is written in Vietnam: 16.842.250.000. */
export function wholeNumber(): Field<bigint> {
  return single((raw) => {
    const written = raw.trim();
    if (!/^(\d{1,15}|\d{1,3}(\.\d{3}){1,4})$/.test(written)) return undefined;
    return BigInt(written.replaceAll('.', ''));
  });
}

export function period(): Field<Period> {
  return single((raw) => (isPeriod(raw) ? raw : undefined));
}

/** One of a closed list. */
export function oneOf<const Value extends string>(values: readonly Value[]): Field<Value> {
  return single((raw) => values.find((value) => value === raw));
}

/** A box that is ticked or not. */
export function box(): Field<boolean> {
  return { many: false, read: ([raw]) => (raw === undefined ? false : raw === 'on' || undefined) };
}

/** A field that may be left out or empty: then it is null. */
export function optional<Value>(field: Field<Value>): Field<Value | null> {
  return {
    many: field.many,
    read: (texts) => (texts.length === 0 || texts[0] === '' ? null : field.read(texts)),
  };
}

/** A field that may stand several times. */
export function listOf<Value>(field: Field<Value>, atMost: number): Field<readonly Value[]> {
  return {
    many: true,
    read: (texts) => {
      if (texts.length > atMost) return undefined;
      const values = texts.map((raw) => field.read([raw]));
      return values.every((value) => value !== undefined) ? values : undefined;
    },
  };
}

/**
 * Reads what came against what a page asks for: nothing is missing, nothing is too much, nothing stands
 * twice. Throws Refusal form-malformed, which names the first field that is wrong.
 */
export function readFields<Form extends Fields>(fields: Form, came: unknown): Read<Form> {
  const given = new Map<string, string[]>();
  for (const [name, value] of Object.entries((came ?? {}) as Record<string, unknown>)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const texts = Array.isArray(value) ? value : [value];
    const wrong = field === undefined || (texts.length > 1 && !field.many);
    if (wrong || !texts.every((one) => typeof one === 'string')) {
      throw new Refusal('form-malformed', { field: field === undefined ? 'unknown' : name });
    }
    given.set(name, texts);
  }
  const read = Object.entries(fields).map(([name, field]) => {
    const value = field.read(given.get(name) ?? []);
    if (value === undefined) throw new Refusal('form-malformed', { field: name });
    return [name, value];
  });
  return Object.fromEntries(read) as Read<Form>;
}
