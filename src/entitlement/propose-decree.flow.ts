import { createHash } from 'node:crypto';
import type { Period, PlainDate } from '../kernel/period.ts';
import { Refusal, type RefusalCode } from '../kernel/refusal.ts';
import type { Context } from '../platform/context.ts';
import { violatedConstraint, write, type Db } from '../platform/db.ts';
import { conflictsOf, CONFLICTS, LAW_TABLES, type LawFile, type LawRow } from './decree.ts';
import { addDecree, lawHash, rowsThatDiffer } from './decree.sql.ts';
import type { DecreeFormat, ShippedLaw } from './law-files.port.ts';
import { lawBookOf } from './law-rows.ts';
import { lawRows } from './law.sql.ts';
import { simulate, type SimulatedDecree } from './simulate.flow.ts';

/** The rules of the database that refuse a proposal, and what people are told. */
const REFUSED_BY: Readonly<Record<string, RefusalCode>> = {
  decree_proposed_by_fkey: 'rate-officer-not-entitled',
  proposer_is_entitled: 'rate-officer-not-entitled',
};

/** A file as it was handed in. */
export interface DecreeFile {
  readonly content: Buffer;
  readonly name: string;
}

/** The month that a proposal is previewed on, as an assessor sees it on a day. */
export interface Previewed {
  readonly period: Period;
  readonly assessedOn: PlainDate;
}

/**
 * Keeps a proposed decree with its bytes, its hash and what it would cost, for another person to approve.
 * Nothing of the law changes. A draft may be proposed: it is kept and previewed, and cannot be approved.
 * Throws Refusal file-malformed, decree-conflicts with the path of every row that something stands
 * against, and rate-officer-not-entitled.
 */
export async function proposeDecree(
  { db, clock, actor }: Context,
  format: DecreeFormat,
  { file, previewed }: { file: DecreeFile; previewed: Previewed },
): Promise<{
  readonly decreeId: bigint;
  readonly sha256: string;
  readonly preview: SimulatedDecree;
}> {
  const decree = format.read(file.content, file.name);
  // The law is named before it is read: what is loaded meanwhile makes the preview one of another law.
  const hash = await lawHash(db);
  const conflicts = conflictsOf(decree, lawBookOf(await lawRows(db)));
  if (conflicts.length > 0) {
    const told = conflicts.map(({ path, code, about }) => {
      return [path, `${code} (${about}): ${CONFLICTS[code].vi} / ${CONFLICTS[code].en}`] as const;
    });
    throw new Refusal('decree-conflicts', Object.fromEntries(told));
  }
  const preview = await simulate(db, { decree, ...previewed });
  const sha256 = createHash('sha256').update(file.content).digest('hex');
  const decreeId = await write(db, (tx) =>
    addDecree(tx, {
      kind: decree.kind,
      number: decree.number,
      titleVi: decree.title.vi,
      titleEn: decree.title.en,
      fileName: file.name,
      content: file.content,
      sha256,
      rows: JSON.stringify(decree.rows),
      preview: asJson(preview),
      lawHash: hash,
      proposedBy: actor,
      at: clock(),
    }),
  ).catch((error: unknown) => {
    const refusal = REFUSED_BY[violatedConstraint(error) ?? ''];
    throw refusal === undefined ? error : new Refusal(refusal, { person: actor });
  });
  return { decreeId, sha256, preview };
}

/** JSON with amounts and counts as digits. */
function asJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  );
}

/**
 * What the reference files of this release say and the database does not, as the file of a correction;
 * undefined when nothing differs. A row whose words alone differ is known since the day that it has.
 */
export async function releaseAsDecree(
  db: Db,
  shipped: ShippedLaw,
  version: string,
): Promise<DecreeFile | undefined> {
  const all = await shipped.rows();
  const rows: Partial<Record<LawFile, LawRow[]>> = {};
  for (const file of Object.keys(LAW_TABLES) as LawFile[]) {
    const named = all[file] ?? [];
    const found = await rowsThatDiffer(db, { table: LAW_TABLES[file], rows: named });
    if (found.length === 0) continue;
    rows[file] = found.map(({ index, knownSince }) => ({
      ...named[index],
      ...(knownSince === null ? {} : { known_since: knownSince }),
    }));
  }
  if (Object.keys(rows).length === 0) return undefined;
  const document = {
    number: `An Sinh ${version}`,
    title_vi: `Dữ liệu tham chiếu của phiên bản ${version}`,
    title_en: `Reference data of release ${version}`,
    kind: 'correction',
    rows,
  };
  return {
    content: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
    name: `an-sinh-${version}.json`,
  };
}
