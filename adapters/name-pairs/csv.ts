import { CsvError, parse } from 'csv-parse';
import { pipeline } from 'node:stream';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { NamePair, NamePairs } from '../../src/verification/name-pairs.port.ts';

const COLUMNS = ['id', 'a', 'b'] as const;
const CHUNK_PAIRS = 500;

/**
 * Pairs of names as CSV (RFC 4180, UTF-8): a header with the columns id, a and b, in any order; other
 * columns are passed over. Names are handed over as they stand: spaces and marks are what is judged.
 */
export const csvNamePairs: NamePairs = {
  async *read(content) {
    let chunk: NamePair[] = [];
    for await (const pair of pairsIn(content)) {
      chunk.push(pair);
      if (chunk.length < CHUNK_PAIRS) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  },
};

async function* pairsIn(content: AsyncIterable<Buffer>): AsyncGenerator<NamePair> {
  const rows = parse({ bom: true, skip_empty_lines: true });
  // What fails while the text is read reaches whoever reads the pairs.
  pipeline(content, rows, () => undefined);
  let places: number[] | undefined;
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      if (places === undefined) {
        places = placesIn(row);
        continue;
      }
      const [id = '', a = '', b = ''] = places.map((place) => row[place] ?? '');
      yield { id, a, b };
    }
  } catch (error) {
    // Its message may quote the row, so only the place is told.
    if (!(error instanceof CsvError)) throw error;
    throw new Refusal('list-malformed', { line: String(error.lines), rule: error.code });
  }
  if (places === undefined) placesIn([]);
}

function placesIn(header: readonly string[]): number[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new Refusal('list-malformed', { line: 1, missing_columns: missing.join(', ') });
  }
  return COLUMNS.map((column) => names.indexOf(column));
}
