import type { ListRecord } from './recipient-list.ts';

/** Reads a recipient list, whatever its format, as canonical records in the order of the file. */
export interface RecipientListReader {
  /**
   * Streams the records in chunks; memory does not grow with the file. Throws
   * Refusal('list-malformed') when the file has no canonical header (facts: the column that is
   * missing, unknown or double). A record that cannot be split is handed over with its fault.
   */
  read(content: AsyncIterable<Buffer>): AsyncIterable<readonly ListRecord[]>;
}
