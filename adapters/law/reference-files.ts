/** The law from the CSV files that the project ships and that a new database is filled from. */
import { readFile } from 'node:fs/promises';
import { LAW_TABLES, type LawFile } from '../../src/entitlement/decree.ts';
import type { LawFiles, ShippedLaw } from '../../src/entitlement/law-files.port.ts';
import { bookOf, rowsOf, storedRows, type RowsByFile } from './law-rows.ts';

const FILES = Object.keys(LAW_TABLES) as LawFile[];

/** Reads the law from a folder of reference files. */
export function referenceFiles(folder: URL): LawFiles & ShippedLaw {
  return {
    read: async () => bookOf(await referenceRows(folder)),
    async rows() {
      const rows = await referenceRows(folder);
      const stored = FILES.map((file) => [file, storedRows(file, rows)] as const);
      return Object.fromEntries(stored);
    },
  };
}

async function referenceRows(folder: URL): Promise<RowsByFile> {
  const files = [...FILES, 'provinces.csv' as const].map(async (file) => {
    return [file, rowsOf(file, await readFile(new URL(file, folder)))] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}
