/**
 * What lists are read against, from the CSV files that the project ships and that the database is
 * filled from. Each file is read once.
 */
import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import type { BankName } from '../../src/intake/bank-names.ts';
import type { ListReference, ListReferences } from '../../src/intake/recipient-list.port.ts';
import type { GroundFacts } from '../../src/intake/row-rules.ts';
import { firstDay, lastDay, type Period } from '../../src/kernel/period.ts';
import { isProgramme } from '../../src/kernel/reference.ts';
import { foldName } from '../../src/kernel/text.ts';

type Row = Readonly<Record<string, string>>;

/** Reads from a folder of reference files. */
export function listReferenceFiles(folder: URL): ListReferences {
  const files = new Map<string, Promise<readonly Row[]>>();
  const rowsOf = (name: string): Promise<readonly Row[]> => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const rows = readFile(new URL(name, folder)).then((bytes): readonly Row[] =>
      parse(bytes, { bom: true, columns: true }),
    );
    files.set(name, rows);
    return rows;
  };
  return {
    async provinces() {
      const rows = await rowsOf('provinces.csv');
      return new Map(rows.map((row) => [foldName(row.name ?? ''), row.unit_code ?? '']));
    },
    of: (list) => referenceOf(rowsOf, list),
  };
}

async function referenceOf(
  rowsOf: (name: string) => Promise<readonly Row[]>,
  { provinceCode, period }: { provinceCode: string; period: Period },
): Promise<ListReference> {
  const communes = await rowsOf('communes.csv');
  const former = await rowsOf('former-communes.csv');
  const banks = await rowsOf('bank-names.csv');
  const grounds = await rowsOf('grounds.csv');
  return {
    communes: communes
      .filter((row) => row.parent_code === provinceCode && isValidIn(row, period))
      .map((row) => ({ code: row.unit_code ?? '', name: (row.name ?? '').normalize('NFC') })),
    formerCommunes: former
      .filter((row) => row.province_code === provinceCode)
      .map((row) => ({
        name: row.name ?? '',
        district: row.district ?? '',
        code: row.commune_code ?? '',
      })),
    banks: banks.map((row) => ({
      bin: row.bin ?? '',
      name: row.name ?? '',
      kind: row.kind as BankName['kind'],
    })),
    grounds: new Map(grounds.flatMap((row) => groundOf(row))),
    paragraphs: new Map(grounds.map((row) => [row.ground_code ?? '', row.paragraph ?? ''])),
  };
}

function isValidIn(row: Row, period: Period): boolean {
  const { valid_from: from = '', valid_until: until = '' } = row;
  return from <= lastDay(period) && (until === '' || until > firstDay(period));
}

function groundOf(row: Row): [string, GroundFacts][] {
  const { programme = '', ground_code: code = '', coefficient = '' } = row;
  if (!isProgramme(programme)) return [];
  const age = (text: string | undefined): number | null =>
    text === undefined || text === '' ? null : Number(text);
  const facts = {
    programme,
    coefficient,
    perDependant: row.per_dependant === 'true',
    ageFrom: age(row.age_from),
    ageUntil: age(row.age_until),
    outsideAges: row.outside_ages === 'true',
  };
  return [[code, facts]];
}
