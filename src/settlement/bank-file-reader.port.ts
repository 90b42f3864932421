import type { BankItem } from './bank-file.ts';

/** Reads a file of any bank by its content and not by its name. */
export interface BankFileReader {
  /**
   * Streams what the file says in chunks; memory does not grow with the file. Throws
   * Refusal('file-malformed') with facts { at, rule, byte } for bytes that are not one complete
   * document of a known kind. A value that is wrong inside a whole file is told with its item.
   */
  read(content: AsyncIterable<Buffer>): AsyncIterable<readonly BankItem[]>;
}
