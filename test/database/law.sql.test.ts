import { expect } from 'chai';
import { lawBookOf } from '../../src/entitlement/law-rows.ts';
import { lawRows } from '../../src/entitlement/law.sql.ts';
import { BOOK } from '../support/cases.ts';
import { useDatabase } from '../support/database.ts';

/** One order, and numbers as they are read by people: bigints and decimals have no JSON. */
function told(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row, byName)).sort();
}

function byName(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('lawRows', () => {
  const test = useDatabase();

  it('is read into the book that the reference files say, part by part', async () => {
    const book = lawBookOf(await lawRows(test().db));
    expect(Object.keys(book).sort()).to.deep.equal(Object.keys(BOOK).sort());
    for (const part of Object.keys(BOOK) as (keyof typeof BOOK)[]) {
      expect(told(book[part]), part).to.deep.equal(told(BOOK[part]));
    }
  });

  it('says which province a commune is of', async () => {
    const { communes } = await lawRows(test().db);
    expect(communes).to.include({ '16681': '40' });
  });
});
