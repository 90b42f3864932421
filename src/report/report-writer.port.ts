import type { Bilingual } from '../kernel/text.ts';
import type { MonthReport } from './month-report.ts';

/** Writes a report in one form. The same report gives the same bytes. */
export interface ReportWriter {
  readonly extension: 'xlsx' | 'html' | 'pdf';
  write(report: MonthReport): Promise<Buffer>;
}

/** What stands once above lines that come by. */
export interface LinesHead {
  readonly name: string;
  readonly columns: readonly { readonly title: Bilingual; readonly width: number }[];
}

/** Writes lines without end: as many are held as are on their way. */
export interface LinesWriter {
  readonly extension: 'xlsx';
  write(head: LinesHead, rows: AsyncIterable<readonly (string | bigint)[]>): AsyncIterable<Buffer>;
}
