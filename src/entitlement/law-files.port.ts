import type { LawBook } from './law-book.ts';

/** Where the law stands as data: the reference files of the project, or a proposed decree. */
export interface LawFiles {
  /** Throws Refusal('file-malformed') with the file, the row and the column that is at fault. */
  read(): Promise<LawBook>;
}
