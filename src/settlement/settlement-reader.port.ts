import type { SettlementItem } from './settlement.ts';

/** Reads what a counterpart sent, by its content and not by its name. */
export interface SettlementReader {
  /**
   * Streams the items in chunks; memory does not grow with the file. Throws
   * Refusal('file-malformed') with facts { at, rule } for bytes that are not a complete,
   * well-formed message of a known kind. That control totals agree is our rule, the same for every
   * bank, so the flow checks it and not the reader.
   */
  read(content: AsyncIterable<Buffer>): AsyncIterable<readonly SettlementItem[]>;
}
