import type { Place, ValueFault } from '../../../src/settlement/bank-file.ts';
import type { ElementRule, ReaderContext } from './guarded-xml.ts';

// A message is read by a table: the path of an element, and what becomes of its text. Versions put the
// same value at different paths, so several paths may fill one field. A value that is not what its
// field may hold is noted where it stands; only a document that is not whole is refused.

/** Gives a value in our form, or undefined when the text is not one. */
export type ValueForm = (text: string) => string | undefined;

/** A decimal of XML Schema that is not negative: +5, 5. and .5 are 5, 5 and 0.5; no other digit changes. */
export const decimal: ValueForm = (text) => {
  const [, whole = '', fraction = ''] = /^\+?(\d{0,18})(?:\.(\d{0,17}))?$/.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  return `${whole || '0'}${fraction === '' ? '' : `.${fraction}`}`;
};
export const count: ValueForm = (text) => (/^\d{1,15}$/.test(text) ? text : undefined);
/** Text of the standard's Max35Text and its like, whatever its length: it is kept to the letter. */
export const words: ValueForm = (text) => text;
/** An id: a text of at most 140 characters, with no line end in it. */
export const id: ValueForm = (text) => (/^[^\n\r]{1,140}$/.test(text) ? text : undefined);
/** A code of four letters and digits, or a longer one of a bank's own. */
export const code: ValueForm = (text) => (/^[A-Za-z0-9_.-]{1,35}$/.test(text) ? text : undefined);
/** true or false, as XML writes them. */
export const flag: ValueForm = (text) =>
  ({ true: 'true', '1': 'true', false: 'false', '0': 'false' })[text];
/** The day of a date or of a time, as it is written: where the bank is. */
export const day: ValueForm = (text) =>
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:Z|[+-]\d\d:\d\d|T\S+)?$/.exec(text)?.[1];
export const direction: ValueForm = (text) => ({ DBIT: 'debit', CRDT: 'credit' })[text];

/** What is read of an element that repeats under its parent: a record of texts and lists of them. */
export interface Reading {
  readonly faults: ValueFault[];
}

/** What happens with the text of one element: it gives the rule that the text breaks, if it does. */
type Field<Record extends Reading> = (
  into: Record,
  text: string,
  currency: string,
) => string | undefined;

export type FieldTable<Record extends Reading> = Readonly<globalThis.Record<string, Field<Record>>>;

type TextKey<Record> = {
  [Key in keyof Record]: Record[Key] extends string ? Key : never;
}[keyof Record];
type ListKey<Record> = {
  [Key in keyof Record]: Record[Key] extends string[] ? Key : never;
}[keyof Record];

/** A value that may stand once. The same value again says nothing new; another one is a fault. */
export function once<Record extends Reading>(key: TextKey<Record>, form: ValueForm): Field<Record> {
  return (into, text) => set(into, key, form(text));
}

/** The first of several. */
export function first<Record extends Reading>(
  key: TextKey<Record>,
  form: ValueForm,
): Field<Record> {
  return (into, text) => (into[key] === '' ? set(into, key, form(text)) : undefined);
}

/** All of several, in the order of the file. */
export function each<Record extends Reading>(key: ListKey<Record>, form: ValueForm): Field<Record> {
  return (into, text) => {
    const value = form(text);
    if (value === undefined) return 'not-a-value';
    (into[key] as string[]).push(value);
    return undefined;
  };
}

/** An amount with the currency of its attribute. */
export function money<Record extends Reading>(
  amount: TextKey<Record>,
  currency: TextKey<Record>,
): Field<Record> {
  return (into, text, unit) => {
    if (!/^[A-Z]{3}$/.test(unit)) return 'not-a-currency';
    const value = decimal(text);
    if (value === undefined) return 'not-an-amount';
    return set(into, amount, value) ?? set(into, currency, unit);
  };
}

/** Amounts with their currencies, in the order of the file. */
export function moneys<Record extends Reading>(
  amounts: ListKey<Record>,
  currencies: ListKey<Record>,
): Field<Record> {
  return (into, text, unit) => {
    const value = decimal(text);
    if (value === undefined) return 'not-an-amount';
    (into[amounts] as string[]).push(value);
    (into[currencies] as string[]).push(unit);
    return undefined;
  };
}

function set<Record extends Reading>(
  into: Record,
  key: TextKey<Record>,
  value: string | undefined,
): string | undefined {
  if (value === undefined) return 'not-a-value';
  if (into[key] !== '' && into[key] !== value) return 'repeated';
  (into as globalThis.Record<TextKey<Record>, string>)[key] = value;
  return undefined;
}

/** The record that is being filled; another one at each opening. */
export class Slot<Record extends Reading> {
  now: Record;
  at: Place = { byte: 0, path: '' };
  private readonly fresh: () => Record;

  constructor(fresh: () => Record) {
    this.fresh = fresh;
    this.now = fresh();
  }

  begin(at: Place): Record {
    this.at = at;
    this.now = this.fresh();
    return this.now;
  }
}

/** The rules of a table: they fill the record of a slot and note what is wrong in it. */
export function fieldRules<Record extends Reading>(
  slot: Slot<Record>,
  table: FieldTable<Record>,
  { here }: Pick<ReaderContext<unknown>, 'here'>,
): Rules {
  return underPaths(
    Object.entries(table).map(([path, field]) => [
      path,
      {
        isWhole: true,
        close: (text, currency) => {
          // An element without content says nothing.
          if (text === '') return;
          const rule = field(slot.now, text, currency);
          if (rule !== undefined) slot.now.faults.push({ ...here(), rule });
        },
      } satisfies ElementRule,
    ]),
  );
}

export type Rules = Readonly<globalThis.Record<string, ElementRule>>;

/** Rules by paths as a tree of rules: A/B and A/C are one A. */
export function underPaths(rules: readonly (readonly [path: string, rule: ElementRule])[]): Rules {
  return merged(...rules.map(([path, rule]) => wrapped(path, rule)));
}

function wrapped(path: string, rule: ElementRule): Rules {
  const slash = path.indexOf('/');
  if (slash < 0) return { [path]: rule };
  return { [path.slice(0, slash)]: { children: wrapped(path.slice(slash + 1), rule) } };
}

/** Two trees of rules as one. Where both have an element, it has the children of both. */
export function merged(...trees: readonly Rules[]): Rules {
  const all: globalThis.Record<string, ElementRule> = {};
  for (const tree of trees) {
    for (const [name, rule] of Object.entries(tree)) {
      const known = all[name];
      all[name] = known === undefined ? rule : together(known, rule);
    }
  }
  return all;
}

function together(one: ElementRule, other: ElementRule): ElementRule {
  const isText = [one, other].some(
    (rule) => rule.children === undefined && rule.close !== undefined,
  );
  const both = { ...one, ...other, ...(isText ? { mayBeText: true as const } : {}) };
  if (one.children === undefined || other.children === undefined) {
    return { ...both, children: one.children ?? other.children ?? {} };
  }
  return { ...both, children: merged(one.children, other.children) };
}
