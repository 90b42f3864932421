import { foldName } from '../kernel/text.ts';
import type { RuleCode } from './findings.ts';

/** A commune of the province of the list, as it is called now. */
export interface CommuneName {
  readonly code: string;
  readonly name: string;
}

/** A commune of before 2025-07-01, and one commune that it or a part of it went into. */
export interface FormerCommune {
  readonly name: string;
  readonly district: string;
  readonly code: string;
}

/** The commune that a text names, or why none is taken. */
type CommuneReading =
  | { readonly code: string; readonly name: string; readonly finding: RuleCode | null }
  | { readonly finding: 'COMMUNE_OLD_SPLIT' | 'COMMUNE_UNKNOWN' };

export interface CommuneNames {
  /** Reads what stands in the place of a commune. The text is not empty. */
  read(text: string): CommuneReading;
  nameOf(code: string): string | undefined;
}

/** Builds the look-up of the communes of one province. */
export function communeNames(
  communes: readonly CommuneName[],
  former: readonly FormerCommune[],
): CommuneNames {
  const byCode = new Map(communes.map(({ code, name }) => [code, name]));
  const byName = new Map(communes.map(({ code, name }) => [name, code]));
  const table: Table = { communes: communes.map(indexed), former: former.map(indexed), byCode };
  return {
    nameOf: (code) => byCode.get(code),
    read(text) {
      const exact = byName.get(text);
      if (exact !== undefined) return { code: exact, name: text, finding: null };
      const named = byCode.get(text);
      if (named !== undefined) return { code: text, name: named, finding: 'COMMUNE_SPELLING' };
      return find(table, written(text));
    },
  };
}

type Indexed<Unit> = Unit & { readonly accented: string; readonly folded: string; kind: string };

interface Table {
  readonly communes: readonly Indexed<CommuneName>[];
  readonly former: readonly Indexed<FormerCommune>[];
  readonly byCode: ReadonlyMap<string, string>;
}

/** A commune as somebody wrote it: its kind where it is said, its name, and what stands behind. */
interface Written {
  readonly kind: string;
  readonly accented: string;
  readonly folded: string;
  /** The district, folded and without the word for it; empty when none is named. */
  readonly district: string;
  /** Whether something is named behind the commune that is no district. */
  readonly elsewhere: boolean;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:xã|xa|x)(?:\s*\.\s*|\s+)/iu, 'XA'],
  [/^(?:phường|phuong|p)(?:\s*\.\s*|\s+)/iu, 'PHUONG'],
  [/^(?:thị trấn|thi tran|tt)(?:\s*\.\s*|\s+)/iu, 'THI TRAN'],
  [/^(?:đặc khu|dac khu|đk)(?:\s*\.\s*|\s+)/iu, 'DAC KHU'],
];
const DISTRICT =
  /^(?:huyện|huyen|h\.|thị xã|thi xa|tx\.?|thành phố|thanh pho|tp\.?|quận|quan|q\.)\s*(.+)$/iu;

function written(text: string): Written {
  const clean = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  const [head = '', ...behind] = clean.split(/\s*[,;(–]\s*|\s+-\s+/);
  const tail = behind.map((part) => part.replace(/\)$/, '').trim()).filter((part) => part !== '');
  const districts = tail.map((part) => DISTRICT.exec(part)?.[1]);
  const { kind, name } = kindAndName(head);
  return {
    kind,
    accented: onePlacement(name),
    folded: foldName(name),
    district: foldName(districts.find((one) => one !== undefined) ?? ''),
    elsewhere: districts.includes(undefined),
  };
}

function kindAndName(text: string): { kind: string; name: string } {
  for (const [pattern, kind] of KINDS) {
    const name = text.replace(pattern, '');
    if (name !== text && name !== '') return { kind, name };
  }
  return { kind: '', name: text };
}

function indexed<Unit extends { name: string }>(unit: Unit): Indexed<Unit> {
  const { kind, name } = kindAndName(unit.name);
  return { ...unit, kind, accented: onePlacement(name), folded: foldName(name) };
}

const TONED = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/** Hòa and hoà alike: the letters, and behind them the tone marks of the whole word. */
function onePlacement(name: string): string {
  return name
    .toLowerCase()
    .split(' ')
    .map((word) => {
      const decomposed = word.normalize('NFD');
      return decomposed.replace(TONED, '') + (decomposed.match(TONED)?.join('') ?? '');
    })
    .join(' ');
}

function find(table: Table, of: Written): CommuneReading {
  if (of.elsewhere) return { finding: 'COMMUNE_UNKNOWN' };
  // A district ended with the old communes: who names one names an old commune.
  if (of.district === '') {
    const now = fitting(table.communes, of);
    const [only] = now;
    if (only !== undefined && now.length === 1) {
      return { code: only.code, name: only.name, finding: 'COMMUNE_SPELLING' };
    }
    if (now.length > 1) return { finding: 'COMMUNE_UNKNOWN' };
  }
  const old = fitting(table.former, of).filter(
    ({ district }) => of.district === '' || foldName(district).endsWith(of.district),
  );
  const successors = new Set(old.map(({ code }) => code));
  const [code] = successors;
  if (code === undefined) return { finding: 'COMMUNE_UNKNOWN' };
  if (successors.size > 1) return { finding: 'COMMUNE_OLD_SPLIT' };
  const name = table.byCode.get(code);
  return name === undefined
    ? { finding: 'COMMUNE_UNKNOWN' }
    : { code, name, finding: 'COMMUNE_OLD_NAME' };
}

/** The units of a name, with accents rather than without, and of the kind that is said if any is. */
function fitting<Unit>(units: readonly Indexed<Unit>[], of: Written): readonly Indexed<Unit>[] {
  const byAccents = units.filter(({ accented }) => accented === of.accented);
  const named =
    byAccents.length > 0 ? byAccents : units.filter(({ folded }) => folded === of.folded);
  const ofKind = named.filter(({ kind }) => kind === of.kind);
  return ofKind.length > 0 ? ofKind : named;
}
