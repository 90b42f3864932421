import type { PlainDate } from '../kernel/period.ts';
import type { Bilingual } from '../kernel/text.ts';

/** One cell: text, a count, or an amount of dong. */
export type Cell =
  | { readonly text: string }
  | { readonly count: bigint }
  | { readonly vnd: bigint }
  | { readonly label: Bilingual };

/** One table of a report, with a total row where its figures are meant to be added up. */
export interface ReportTable {
  readonly id: string;
  readonly title: Bilingual;
  readonly columns: readonly {
    readonly title: Bilingual;
    /** A share is text already rounded, and stands with the figures. */
    readonly kind: 'text' | 'count' | 'vnd' | 'share';
  }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly totals: readonly Cell[] | null;
  readonly note: Bilingual | null;
  /** Which column is worth bars beside the table, if any. */
  readonly chart?: { readonly column: number };
}

/** A month accounted for. Every figure is recomputed from its parts when the report is drawn. */
export interface MonthReport {
  readonly title: Bilingual;
  /** What stands above a document of the administration (30/2020/ND-CP). */
  readonly letterhead: {
    readonly authority: string;
    readonly agency: string;
    readonly place: string;
    readonly on: PlainDate;
    /** Left open for the register of documents, but for the letters of its kind; empty where it takes none. */
    readonly number: string;
  };
  /** Where it is set as a form of the state: its name, the text that has it, and who signs, a row a line. */
  readonly form?: {
    readonly name: string;
    readonly source: string;
    readonly signers: readonly (readonly string[])[];
  };
  /** Words that say what a reader must know first, such as SANDBOX. Null in production. */
  readonly banner: string | null;
  /** Label and value: period, province, drawn at, audit head, … */
  readonly facts: readonly {
    readonly label: Bilingual;
    readonly value: string;
    /** It says when this was drawn, or where the log stood then, and is no figure. */
    readonly ofDrawing?: true;
  }[];
  /** Checks that must hold; a report whose checks fail says so at the top. */
  readonly checks: readonly { readonly label: Bilingual; readonly holds: boolean }[];
  readonly tables: readonly ReportTable[];
}
