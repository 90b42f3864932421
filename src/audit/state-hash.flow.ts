import { createHash } from 'node:crypto';
import type { Db } from '../platform/db.ts';
import { businessTables, tableHash } from './state.sql.ts';

/**
 * One hash of every business row: SHA-256 in hex over the name, the number of rows and the hash of
 * each table. Two databases that went different ways to the same end have the same one.
 */
export async function stateHash(db: Db): Promise<string> {
  const hash = createHash('sha256');
  for (const table of await businessTables(db)) {
    const { rows, hash: ofTable } = await tableHash(db, table);
    hash.update(`${table.table} ${rows} ${ofTable}\n`);
  }
  return hash.digest('hex');
}
