import { foldName } from '../kernel/text.ts';
import type { RuleCode } from './findings.ts';

/** One way to write a bank: a short or official name, a code, or what people call it. */
export interface BankName {
  readonly bin: string;
  readonly name: string;
  /** Short and official names are right as they are; any other is a repair. */
  readonly kind: 'short' | 'official' | 'other' | 'treasury';
}

/** The bank that a text names, or why none is taken. */
type BankReading =
  | { readonly bin: string; readonly name: string; readonly code: RuleCode | null }
  | { readonly code: 'BANK_AMBIGUOUS' | 'BANK_UNKNOWN' | 'BANK_NOT_A_PAYEE_BANK' };

export interface BankNames {
  /** Reads what stands in the place of a bank. The text is not empty. */
  read(text: string): BankReading;
  /** The short name of a bank, or undefined when there is none of this number. */
  shortName(bin: string): string | undefined;
}

/** Builds the look-up of banks. Places are names that may stand behind a bank: provinces. */
export function bankNames(names: readonly BankName[], places: readonly string[]): BankNames {
  const short = new Map<string, string>();
  const right = new Map<string, string>();
  const byKey = new Map<string, Set<string>>();
  const byTokens: { tokens: readonly string[]; bin: string }[] = [];
  for (const { bin, name, kind } of names) {
    if (kind === 'short') short.set(bin, name);
    if (kind === 'short' || kind === 'official') right.set(name, bin);
    const owner = kind === 'treasury' ? TREASURY : bin;
    const tokens = tokensOf(name);
    for (const key of new Set([keyOf(tokens), keyOf(tokensOf(foldName(name)))]))
      add(byKey, key, owner);
    if (kind !== 'other') byTokens.push({ tokens, bin: owner });
  }
  const foldedPlaces = new Set(places.map((place) => foldName(place)));
  const table = { byKey, byTokens, foldedPlaces };

  return {
    shortName: (bin) => short.get(bin),
    read(text) {
      const exact = right.get(text);
      if (exact !== undefined) return { bin: exact, name: short.get(exact) ?? text, code: null };
      const digits = text.trim();
      if (/^\d{6}$/.test(digits)) {
        const name = short.get(digits);
        return name === undefined ? UNKNOWN : { bin: digits, name, code: 'BANK_AS_BIN' };
      }
      const found = find(table, text);
      if (found.size === 0) return UNKNOWN;
      if (found.size > 1) return { code: 'BANK_AMBIGUOUS' };
      const bin = [...found][0] ?? '';
      if (bin === TREASURY) return { code: 'BANK_NOT_A_PAYEE_BANK' };
      return { bin, name: short.get(bin) ?? text, code: 'BANK_ALIAS' };
    },
  };
}

const TREASURY = 'treasury';
const UNKNOWN: BankReading = { code: 'BANK_UNKNOWN' };

interface Table {
  readonly byKey: ReadonlyMap<string, ReadonlySet<string>>;
  readonly byTokens: readonly { tokens: readonly string[]; bin: string }[];
  readonly foldedPlaces: ReadonlySet<string>;
}

/** All banks that a text may mean: by its whole, without a branch behind it, or by a first part. */
function find({ byKey, byTokens, foldedPlaces }: Table, text: string): ReadonlySet<string> {
  const tokens = tokensOf(text);
  for (let length = tokens.length; length > 0; length -= 1) {
    const banks = byKey.get(keyOf(tokens.slice(0, length)));
    if (banks !== undefined && isBranch(tokens.slice(length), foldedPlaces)) return banks;
  }
  const key = keyOf(tokens);
  const begun = byTokens.filter(({ tokens: of }) =>
    key.length >= SHORTEST_PART ? beginsWith(of, tokens) || keyOf(of).startsWith(key) : false,
  );
  return new Set(begun.map(({ bin }) => bin));
}

const SHORTEST_PART = 4;

function beginsWith(whole: readonly string[], part: readonly string[]): boolean {
  return part.length > 0 && part.every((token, i) => whole[i] === token);
}

const BRANCH = new Set(['CN', 'CHI', 'PGD', 'PHONG', 'HOI', 'TINH', 'TP', 'HUYEN', 'VIET', 'VN']);

/** Nothing, or a branch: by the word for one, or by a place. */
function isBranch(rest: readonly string[], places: ReadonlySet<string>): boolean {
  const [first] = rest;
  return first === undefined || BRANCH.has(first) || places.has(rest.join(' '));
}

/** The words of a name, without those that every bank has. */
function tokensOf(text: string): readonly string[] {
  const folded = foldName(text)
    .replace(/&/g, ' VA ')
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();
  const core = folded
    .replace(/^(?:NGAN HANG|NH)(?= )/, '')
    .replace(/^ ?(?:THUONG MAI |TM )?(?:CO PHAN |CP |TMCP |TNHH (?:MTV )?|MTV )?/, '')
    .trim();
  return (core === '' ? folded : core).split(' ');
}

function keyOf(tokens: readonly string[]): string {
  return tokens.join('').replace(/(?<=.{2})BANK$/, '');
}

function add(map: Map<string, Set<string>>, key: string, bin: string): void {
  const bins = map.get(key) ?? new Set<string>();
  bins.add(bin);
  map.set(key, bins);
}
