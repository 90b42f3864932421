import type { Period } from '../kernel/period.ts';
import type { BankName } from './bank-names.ts';
import type { CommuneName, FormerCommune } from './commune-names.ts';
import type { GroundFacts } from './row-rules.ts';

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
