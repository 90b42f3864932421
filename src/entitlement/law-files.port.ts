import type { Decree, LawFile, LawRow } from './decree.ts';
import type { LawBook } from './law-book.ts';

/** Where the law stands as data: the reference files of the project, or a proposed decree. */
export interface LawFiles {
  /** Throws Refusal('file-malformed') with the file, the row and the column that is at fault. */
  read(): Promise<LawBook>;
}

/** Reads a proposed decree, whatever its format. */
export interface DecreeFormat {
  /** Throws Refusal('file-malformed') with the path and the rule. */
  read(content: Buffer, name: string): Decree;
}

/** The reference files of a release, to be held against what a database has. */
export interface ShippedLaw {
  /** The rows of every file by the columns of its table. Throws as LawFiles does. */
  rows(): Promise<Readonly<Partial<Record<LawFile, readonly LawRow[]>>>>;
}
