import type { ListReferences } from './list-reference.port.ts';
import type { SourceRecord } from './source-record.ts';

/** Reads a recipient list, whatever its format, as canonical records in the order of the file. */
export interface RecipientListReader {
  /**
   * Streams the records in chunks. The same bytes lie at a path, for who has to look back in them; memory does not grow with the file. Throws
   * Refusal('list-malformed') when the file has no canonical header (facts: the column that is
   * missing, unknown or double). A record that cannot be split is handed over with its fault.
   */
  read(content: AsyncIterable<Buffer>, path: string): AsyncIterable<readonly SourceRecord[]>;
  /**
   * The names of communes and banks by which rows are repaired. Left out where rows are taken as they
   * stand: what is not canonical is then refused.
   */
  readonly references?: ListReferences;
}
