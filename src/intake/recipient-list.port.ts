import type { Period } from '../kernel/period.ts';
import type { BankName } from './bank-names.ts';
import type { CommuneName, FormerCommune } from './commune-names.ts';
import type { HeadingMap } from './headings.ts';
import type { GroundFacts } from './row-rules.ts';
import type { SourceRecord } from './source-record.ts';

/** Reads a recipient list, whatever its format, as canonical records in the order of the file. */
export interface RecipientListReader {
  /**
   * Streams the records in chunks. The same bytes lie at a path, for who has to look back in them; memory does not grow with the file. Throws
   * Refusal('list-malformed') when the file has no canonical header (facts: the column that is
   * missing, unknown or double). A record that cannot be split is handed over with its fault.
   * Headings that nobody knows mean what they are mapped to; throws Refusal('list-columns-unknown')
   * while a column is missing that no list can do without.
   */
  read(
    content: AsyncIterable<Buffer>,
    path: string,
    mapped?: HeadingMap,
  ): AsyncIterable<readonly SourceRecord[]>;
  /**
   * The names of communes and banks by which rows are repaired. Left out where rows are taken as they
   * stand: what is not canonical is then refused.
   */
  readonly references?: ListReferences;
}

/** What lists are read against, of one province and month. */
export interface ListReference {
  readonly communes: readonly CommuneName[];
  readonly formerCommunes: readonly FormerCommune[];
  readonly banks: readonly BankName[];
  readonly grounds: ReadonlyMap<string, GroundFacts>;
  /** The paragraph of Decree 20/2021/ND-CP art. 5 of each ground that has one. */
  readonly paragraphs: ReadonlyMap<string, string>;
}

/** Where that is kept. */
export interface ListReferences {
  /** The provinces by their folded names, with their codes. */
  provinces(): Promise<ReadonlyMap<string, string>>;
  of(list: { provinceCode: string; period: Period }): Promise<ListReference>;
}
