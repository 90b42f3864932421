import { decreeFile } from '../../adapters/law/decree-file.ts';
import type { Decree, LawRow } from '../../src/entitlement/decree.ts';
import { write } from '../../src/platform/db.ts';
import { addPerson } from '../../src/approval/approval.sql.ts';
import type { TestDatabase } from './database.ts';

// Decrees as short as a test can say them.

/** A standard of 600,000 from July 2026, in force on a day. */
export function standard(other: LawRow = {}): LawRow {
  return {
    series: 'social_assistance_standard',
    scope: 'VN',
    counts_from: '2026-12-01',
    in_force_from: '2026-11-01',
    known_since: '2026-10-25',
    amount_vnd: 600_000,
    legal_basis: '400/2026/ND-CP art. 4',
    status: 'sourced',
    source: 'a test',
    ...other,
  };
}

/** The file of a decree that has rows by file. */
export function decreeBytes(
  rows: Readonly<Record<string, readonly LawRow[]>>,
  other: Readonly<Record<string, unknown>> = {},
): Buffer {
  const document = {
    number: '400/2026/ND-CP',
    title_vi: 'Nghị định thử',
    title_en: 'A decree of a test',
    rows,
    ...other,
  };
  return Buffer.from(JSON.stringify(document));
}

export function decree(
  rows: Readonly<Record<string, readonly LawRow[]>>,
  other: Readonly<Record<string, unknown>> = {},
): Decree {
  return decreeFile.read(decreeBytes(rows, other), 'decree.json');
}

/** Adds rate officers of the nation, or of a province. */
export async function addRateOfficers(
  { db }: TestDatabase,
  officers: Readonly<Record<string, string>>,
): Promise<void> {
  await write(db, async (tx) => {
    for (const [nth, [personId, unitCode]] of Object.entries(officers).entries()) {
      await addPerson(tx, {
        personId,
        fullName: personId,
        citizenNumber: `04018899990${nth}`,
        role: 'rate_officer',
        unitCode,
        limitVnd: null,
        grantedBy: 'test',
        at: new Date('2026-07-01T00:00:00Z'),
      });
    }
  });
}
