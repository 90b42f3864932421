import { Refusal } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { write, type Db, type Tx } from '../platform/db.ts';
import { headingMap } from './heading-map.ts';
import {
  addHeadingVersion,
  headingsOfOffice,
  type Headings,
  type OfficeHeadings,
} from './heading-map.sql.ts';
import type { HeadingMap } from './headings.ts';
import { expectPersonOf, refusedBy, stamp } from './register-officer.flow.ts';

/** The roles that may say what a heading means: those that send lists, and those that check them. */
const MAPPERS = ['maker', 'checker', 'account_officer'] as const;

/**
 * Remembers for an office (a province or a commune) what headings mean, beside what it has said before;
 * what is said of a heading again replaces what was said. Returns the version that stands now, the old
 * one when nothing is new. Throws Refusal person-not-entitled, heading-map-malformed, or
 * headings-have-moved when somebody else has said something meanwhile.
 */
export async function mapHeadings(
  context: Context,
  of: { unitCode: string; written: unknown },
): Promise<OfficeHeadings> {
  const { unitCode } = of;
  await expectPersonOf(context, unitCode, MAPPERS);
  const said = headingMap(of.written);
  const before = await headingsOfOffice(context.db, { unitCode });
  const headings = { ...before?.headings, ...Object.fromEntries(said) };
  if (before !== undefined && isSame(before.headings, headings)) return before;
  if (said.size === 0) throw new Refusal('heading-map-malformed', { unit: unitCode });
  const version = (before?.version ?? 0) + 1;
  const { by, at } = stamp(context);
  await refusedBy({ heading_map_pkey: 'headings-have-moved' }, { unit: unitCode }, () =>
    write(context.db, (tx) => addHeadingVersion(tx, { unitCode, version, headings, by, at })),
  );
  return { unitCode, version, headings, madeBy: by, madeAt: at };
}

function isSame(one: Headings, other: Headings): boolean {
  const keys = Object.keys(other);
  return (
    keys.length === Object.keys(one).length &&
    keys.every((key) => key in one && one[key] === other[key])
  );
}

/** What an office has said, as the readers of lists take it; nothing when it has said nothing. */
export interface RememberedHeadings {
  readonly mapped: HeadingMap;
  /** Null when the office has said nothing. */
  readonly version: number | null;
}

/** What is remembered of an office. No office, nothing is remembered. */
export async function rememberedHeadings(
  db: Db | Tx,
  { office }: { office?: string },
): Promise<RememberedHeadings> {
  const known = office === undefined ? undefined : await headingsOfOffice(db, { unitCode: office });
  return known === undefined
    ? { mapped: new Map(), version: null }
    : { mapped: headingMap(known.headings), version: known.version };
}
